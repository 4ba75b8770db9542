from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.filters import SearchFilter
from assistant.answer import Mode
from assistant.reading_choices import Reading, read_as
from assistant.search_plan import PlanPart, TimeWindow
from tests.web.allowed_markup import Markup, assert_ours
from tests.web.examples_of_answers import ASKED_ON, answer, plan, view
from web import texts
from web.links import question_link
from web.render_editors import editors
from web.render_understood import understood
from web.turn_view import Asked, Phase, TurnView, form_of, read_asked

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
MARCH = TimeWindow(date(2024, 3, 1), date(2024, 3, 31), "in March")


def chips(shown: TurnView) -> dict[str, dict[str, str]]:
    """The chips by what they say, each with its attributes."""
    found = {}
    for tag, label in re.findall(r'<button type="button" (class="chip [^>]*)>([^<]*)</button>', understood(shown)):
        found[html.unescape(label)] = {
            name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)
        }
    return found


def parted(**changes: Any) -> TurnView:
    return view(answer(plan=plan(parts=(replace(PlanPart("Bridge"), **changes),))))


def test_without_anything_named_the_chips_say_that_nothing_narrows() -> None:
    assert list(chips(parted())) == [
        texts.ANY_DATE, texts.ALL_OUTLETS, "Asked on 20 Dec 2024", texts.MODE_QUOTES, texts.EDIT_QUESTION,
    ]  # fmt: skip


def test_the_chips_are_there_before_the_question_is_understood() -> None:
    under_way = view(None, Phase.PLANNING)
    assert list(chips(under_way)) == list(chips(parted()))


def test_what_the_question_names_stands_on_chips_with_what_their_editors_need() -> None:
    shown = chips(
        parted(window=MARCH, outlets=("Courier",), authors=("Lena Brandt",), phrases=("all clear",), recency="latest")
    )
    days = shown["1 – 31 Mar 2024"]
    assert (days["data-edit"], days["data-from"], days["data-to"]) == ("days", "2024-03-01", "2024-03-31")
    assert days["aria-label"] == "Read from “in March”: 1 – 31 Mar 2024. Change"
    assert json.loads(shown["Courier"]["data-names"]) == ["Courier"] and shown["Courier"]["data-edit"] == "outlets"
    assert shown["Lena Brandt"]["data-edit"] == "authors"
    assert shown["Exactly “all clear”"]["data-edit"] == shown[texts.LATEST_FIRST]["data-edit"] == "wording"
    assert texts.ANY_DATE not in shown and texts.ALL_OUTLETS not in shown


def test_what_was_set_is_told_from_what_was_read() -> None:
    wall = SearchFilter(date(2024, 3, 1), date(2024, 3, 5), ("A", "B", "C"), authors=("Lena",), as_of=ASKED_ON)
    shown = chips(replace(parted(window=MARCH), asked=Asked("When?", ASKED_ON, wall)))
    assert "filter" in shown["1 – 5 Mar 2024"]["class"] and "window" in shown["1 – 31 Mar 2024"]["class"]
    assert "filter" in shown["A, 2 more"]["class"] and "A, B, C" in shown["A, 2 more"]["title"]
    assert "filter" in shown["Lena"]["class"] and "filter" in shown["As it was on 20 Dec 2024"]["class"]


def test_a_follow_up_shows_how_it_was_put_and_does_not_say_it_twice() -> None:
    full = "When does the Harbour Bridge reopen?"
    shown = view(
        answer(plan=plan("And when?", standalone=full, notes=(read_as(full), "A note."))),
        asked=Asked("And when?", ASKED_ON),
    )
    markup = understood(shown)
    assert markup.count(f">{full}</button>") == 1 and "Read as" not in markup and "A note." in markup
    assert chips(shown)[full]["data-text"] == full and texts.EDIT_QUESTION not in chips(shown)


@pytest.mark.parametrize(
    ("made", "model", "mode", "label"),
    [(None, "", Mode.AUTO, texts.MODE_QUOTES), (None, "m", Mode.AUTO, texts.MODE_MODEL),
     (None, "m", Mode.QUOTES, texts.MODE_QUOTES), (answer(), "m", Mode.MODEL, texts.MODE_QUOTES),
     (answer(mode=Mode.MODEL), "m", Mode.AUTO, texts.MODE_MODEL)],
)  # fmt: skip
def test_a_chip_says_who_writes_or_wrote(made: Any, model: str, mode: Mode, label: str) -> None:
    shown = view(made, Phase.DONE if made else Phase.SEARCHING, model=model, asked=Asked("Who?", ASKED_ON, mode=mode))
    assert label in chips(shown)


DAYS = st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1))
NAMES = st.lists(st.text(min_size=1, max_size=8), max_size=3).map(tuple)


@UNHURRIED
@given(
    text=st.text("abc ?", min_size=1).filter(str.strip), first=DAYS, last=DAYS, outlets=NAMES, authors=NAMES,
    as_of=st.booleans(), mode=st.sampled_from(Mode),
    reading=st.builds(Reading, st.text("xy", max_size=3), st.booleans(), st.booleans(), st.booleans()),
)  # fmt: skip
def test_what_the_page_keeps_of_a_question_asks_the_same_again(
    text: str, first: date | None, last: date | None, outlets: tuple[str, ...], authors: tuple[str, ...],
    as_of: bool, mode: Mode, reading: Reading,
) -> None:  # fmt: skip
    if first and last and first > last:
        first, last = last, first
    wall = SearchFilter(first, last, outlets, authors=authors, as_of=ASKED_ON if as_of else None)
    asked = Asked(text.strip(), ASKED_ON, wall, mode, reading)
    form = json.loads(json.dumps(form_of(asked)))
    assert read_asked(form, date(1999, 1, 1)) == asked
    assert read_asked({**form, "again": 2}, ASKED_ON).again == 2
    assert form_of(asked, "In full?")["standalone"] == "In full?"


@pytest.mark.parametrize("again", [-1, True, "2", None, 1.5, [1]])
def test_only_a_turns_number_names_the_turn_asked_again(again: object) -> None:
    assert read_asked({"text": "Who?", "again": again}, ASKED_ON).again == 0


def test_a_link_tells_what_was_settled_to_someone_without_the_conversation() -> None:
    reading = Reading(infer_days=False, infer_authors=False)
    asked = Asked("And when?", ASKED_ON, SearchFilter(authors=("Lena Brandt",)), reading=reading)
    link = question_link(asked, "When does it reopen?")
    assert link == "/?q=When+does+it+reopen%3F&byline=Lena+Brandt&infer_days=0&infer_bylines=0&asked_on=2024-12-20"


def test_every_chip_has_an_editor_and_every_field_a_name() -> None:
    shown = editors(date(2024, 1, 1), None, has_model=True)
    assert_ours(shown)
    for kind in {chip["data-edit"] for chip in chips(parted(authors=("Lena",))).values()}:
        assert f'data-kind="{kind}" role="dialog" aria-label="' in shown
    assert texts.NO_MODEL_HELP in editors(None, None, has_model=False)
    assert 'type="radio"' not in editors(None, None, has_model=False)
    offered = Markup(editors(None, None, has_model=False, offer="<b>Ollama</b> runs here."))
    assert offered.foreign == [] and "<b>Ollama</b> runs here." in offered.text
