from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.errors import UsageError
from assistant.answer import Mode
from web import texts
from web.turn_view import MOST_CHARACTERS, read_asked

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
TODAY = date(2024, 12, 20)


def test_a_form_becomes_a_question_with_its_wall() -> None:
    asked = read_asked(
        {"text": " Who? ", "from": "2024-03-01", "to": "2024-03-31", "asked_on": "2024-06-01", "as_of": True,
         "outlets": ["A", "B"], "mode": "model"},
        TODAY,
    )  # fmt: skip
    assert asked.text == "Who?" and asked.mode is Mode.MODEL and asked.asked_on == date(2024, 6, 1)
    assert asked.wall.published_from == date(2024, 3, 1) and asked.wall.published_to == date(2024, 3, 31)
    assert asked.wall.outlets == ("A", "B") and asked.wall.as_of == date(2024, 6, 1)


def test_an_untouched_form_excludes_nothing() -> None:
    asked = read_asked({"text": "Who?", "from": "", "to": "", "asked_on": "", "as_of": False, "outlets": []}, TODAY)
    assert asked.wall.is_empty and asked.asked_on == TODAY and asked.mode is Mode.AUTO


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"text": "  "}, texts.NO_QUESTION),
        ({}, texts.NO_QUESTION),
        ({"text": "x" * (MOST_CHARACTERS + 1)}, texts.too_long(MOST_CHARACTERS)),
        ({"text": "x", "from": "2024-04-01", "to": "2024-03-01"}, texts.BAD_WINDOW),
        ({"text": "x", "from": "yesterday"}, texts.bad_day("yesterday")),
    ],
)
def test_what_cannot_be_asked_is_said(form: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError) as error:
        read_asked(form, TODAY)
    assert str(error.value) == said


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@UNHURRIED
@given(
    st.fixed_dictionaries(
        {}, optional={name: ANYTHING for name in ("text", "from", "to", "asked_on", "outlets", "mode")}
    )
)
def test_whatever_a_browser_sends_is_a_question_or_a_sentence(form: dict[str, object]) -> None:
    try:
        asked = read_asked(form, TODAY)
    except UsageError as error:
        assert str(error)
    else:
        assert asked.text
