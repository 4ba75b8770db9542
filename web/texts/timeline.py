"""The course of a topic."""

from __future__ import annotations

from typing import Final

from web.texts.numbers import articles, outlets

TIMELINE_LABEL: Final = "A topic"
TIMELINE_PLACEHOLDER: Final = "A topic: a name, a place, an affair"
TIMELINE_LEAD: Final = "How did it come about? Name a topic and see its course, day by day, in the papers’ own words."
COVERAGE_OVER_TIME: Final = "Coverage over time"
SHOW: Final = "Show"
ALL_CLIPPINGS: Final = "All clippings on this"
IN_TIMELINE_VIEW: Final = "See it with the coverage over time"


def printed_until(count: int, of_outlets: int) -> str:
    """How much was printed on a topic from a row's day until the next row's."""
    return f"{articles(count)} in {outlets(of_outlets)} until the next"
