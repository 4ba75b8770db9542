"""What sources state, to be compared, and what they state differently. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistant.answer import Difference
from assistant.dated_events import DayClaim
from assistant.figures import Claim


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a source: ``text`` stands at ``start`` of its article. ``source``: a number of the caller's.

    ``story`` is equal for copies. ``context``: what its article says around it, where that is looked at.
    """

    text: str
    start: int
    source: int
    outlet: str
    day: date | None
    story: str
    context: str = ""


@dataclass(frozen=True, slots=True)
class CorrectedFigure:
    """A figure at ``start:end`` of the sentence: one that was taken back, or the one that took its place."""

    of: Statement
    start: int
    end: int
    units: frozenset[str] = frozenset()


AnyClaim = Claim[Statement] | DayClaim[Statement] | CorrectedFigure


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims on the same thing that differ, earliest first: figures, one per figure and outlet, or days of an event."""

    difference: Difference
    about: tuple[str, ...]  # stems that the sentences share
    claims: tuple[AnyClaim, ...]
