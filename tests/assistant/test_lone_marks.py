from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lone_marks import in_marks, missing_marks


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("The gate was shut.", ("", "")),
        ("“The gate was shut,” he said.", ("", "")),
        ("The gate was shut,” he said.", ("“", "")),
        ("The story ends.”", ("“", "")),
        ("“The rain was exceptional.", ("", "”")),
        ("It was shut,” he said. “Nobody opened it.", ("“", "”")),
        ('The gate was shut," he said.', ('"', "")),
        ('He said: "The gate was shut.', ("", '"')),
        ('The pipe is 12" wide.', ("", "")),
        ("»Das Tor war zu«, sagte er.", ("", "")),
        ("Das Tor war zu«, sagte er.", ("»", "")),
        ("Das Tor war zu“, sagte er.", ("„", "")),
        ("Das Tor war zu.“", ("„", "")),
        ("Er sagte: „Das Tor war zu.", ("", "”")),
        ("The sign (“Shut", ("", "”")),
        ("He said:“Nobody opened it.", ("", "”")),
        ("„Das Tor war zu“, sagte er.", ("", "")),
        ("« La porte était fermée.", ("", "»")),
        ("It read “Born here”, which he’d made.", ("", "")),
    ],
)
def test_the_missing_mark_is_found(text: str, missing: tuple[str, str]) -> None:
    assert missing_marks(text) == missing


def test_a_sentence_is_shown_between_marks() -> None:
    assert in_marks("The gate was shut.") == "“The gate was shut.”"
    assert in_marks("The story ends.”") == "“The story ends.”"  # the marks of the quotation itself
    assert in_marks("“Shut it,” he said.") == "““Shut it,” he said.”"
    assert in_marks("Shut it,” he said.") == "““Shut it,” he said.”"
    assert in_marks("Shut on Friday.”", "Shut on Friday [3 May].”") == "“Shut on Friday [3 May].”"


@given(st.text(alphabet='ab .,“”"«»„', max_size=30))
def test_what_is_added_is_a_mark_and_leaves_none_alone(text: str) -> None:
    before, after = missing_marks(text)
    assert len(before) <= 1 and len(after) <= 1
    assert text in in_marks(text)
