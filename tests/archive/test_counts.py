"""Counts with their nouns."""

from __future__ import annotations

import pytest

from archive.counts import plural


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 stories"), (1, "1 story"), (2, "2 stories"), (1200, "1,200 stories")]
)
def test_one_is_no_plural(count: int, said: str) -> None:
    assert plural(count, "story", "stories") == said


def test_most_plurals_have_an_s() -> None:
    assert (plural(1, "article"), plural(2, "article")) == ("1 article", "2 articles")
