"""How a question is understood: its parts with their windows and outlets, to be searched for, or counted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from archive.filters import SearchFilter


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """Days the question speaks of, both inclusive. ``inferred`` ones are a preference, the user's own a wall.

    ``leeway``: how many days before and after count too, though less (what happened "on Tuesday" is in
    Wednesday's paper). ``loose``: spoken from the day asked ("this week"), so it favours days and excludes none.
    """

    start: date | None
    end: date | None
    expression: str = ""  # the words it was read from
    inferred: bool = True
    leeway: tuple[int, int] = (0, 0)
    loose: bool = False


@dataclass(frozen=True, slots=True)
class PlanPart:
    """One thing to search for: a stand-alone question with the window, outlets and bylines that belong to it.

    ``compared``: it is set beside the other parts, so evidence for one is none for another.
    """

    question: str
    window: TimeWindow | None = None
    outlets: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()  # to be found exactly
    recency: str = "none"  # "none", "latest" or "earliest"
    authors: tuple[str, ...] = ()
    compared: bool = False


class CatalogKind(StrEnum):
    """What is asked of the catalog itself, to be counted and not to be searched."""

    COUNT = "count"  # how many articles
    LIST = "list"  # which articles
    OUTLETS = "outlets"  # which outlets reported it
    AUTHORS = "authors"  # who wrote about it
    FIRST = "first"  # its first mention
    LAST = "last"
    TIMELINE = "timeline"  # how it developed


@dataclass(frozen=True, slots=True)
class CatalogQuestion:
    """A question that every matching article answers together. ``topic`` are its words; "" for all articles.

    Its window, outlets and authors are kept to exactly: they say what is to be counted. ``is_news``: it asks what
    happened in those days, whatever it was. ``besides``: outlets that are left out. ``printings``: whoever
    printed the stories of its outlets is asked for ("which outlets ran the agency's story?").
    """

    kind: CatalogKind
    topic: str
    phrases: tuple[str, ...] = ()
    window: TimeWindow | None = None
    outlets: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    is_news: bool = False
    besides: tuple[str, ...] = ()
    printings: bool = False


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """How the question was understood; shown to the user, who can correct it."""

    question: str  # as asked
    standalone: str  # rewritten so that it needs no history; equal to question if it needed none
    asked_on: date
    parts: tuple[PlanPart, ...]
    wall: SearchFilter = field(default_factory=SearchFilter)  # what the user set
    notes: tuple[str, ...] = ()  # what was rewritten, widened or left out, each a sentence
    catalog: CatalogQuestion | None = None  # to be answered by counting
    widened: tuple[int, ...] = ()  # parts (from 0) whose inferred days held too little: other days were searched too


def intersect(window: TimeWindow, first: date | None, last: date | None) -> TimeWindow | None:
    """What of an inferred window lies within the user's own; None where nothing does."""
    start = max((day for day in (window.start, first) if day), default=None)
    end = min((day for day in (window.end, last) if day), default=None)
    if start and end and start > end:
        return None
    return replace(window, start=start, end=end)


def with_leeway(window: TimeWindow) -> tuple[date | None, date | None]:
    """First and last day of a window, the days around it that count too included."""
    before, after = window.leeway
    start = window.start - timedelta(days=before) if window.start else None
    end = window.end + timedelta(days=after) if window.end else None
    return start, end
