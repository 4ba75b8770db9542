"""What one question and its answer look like at a moment: the value that rendering turns into HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from archive.errors import UsageError
from archive.filters import SearchFilter
from assistant.answer import Answer, Mode, SearchPlan, Source
from web import texts
from web.markup import fit

MOST_CHARACTERS = 4000


class Phase(StrEnum):
    """How far the answer is."""

    PLANNING = "planning"
    SEARCHING = "searching"
    WRITING = "writing"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return self in {Phase.DONE, Phase.STOPPED, Phase.FAILED}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the settings it was asked with."""

    text: str
    asked_on: date
    wall: SearchFilter = field(default_factory=SearchFilter)
    mode: Mode = Mode.AUTO


@dataclass(frozen=True, slots=True)
class TurnView:
    """A question and what there is of its answer. ``number`` counts from 1 within the conversation."""

    number: int
    asked: Asked
    phase: Phase = Phase.PLANNING
    plan: SearchPlan | None = None
    sources: tuple[Source, ...] = ()
    text: str = ""
    answer: Answer | None = None
    error: str = ""
    model: str = ""
    conversation: str = ""  # the id of the conversation it is kept in
    note: str = ""  # said in the place of an answer that is no longer kept

    def searching(self, plan: SearchPlan) -> TurnView:
        """The question has been understood."""
        return replace(self, phase=Phase.SEARCHING, plan=plan)

    def reading(self, sources: tuple[Source, ...]) -> TurnView:
        """The passages were found."""
        return replace(self, phase=Phase.SEARCHING, sources=sources)

    def writing(self, more: str) -> TurnView:
        """More text has arrived."""
        return replace(self, phase=Phase.WRITING, text=self.text + more)

    def done(self, answer: Answer) -> TurnView:
        """The checked answer replaces what had been streamed."""
        return replace(self, phase=Phase.DONE, answer=answer, plan=answer.plan)

    def stopped(self) -> TurnView:
        """The reader gave up the answer."""
        return replace(self, phase=Phase.STOPPED)

    def failed(self, message: str, partial: str = "") -> TurnView:
        """It broke; ``message`` is a sentence for the reader."""
        return replace(self, phase=Phase.FAILED, error=message, text=partial or self.text)


def read_asked(form: Mapping[str, object], default_day: date) -> Asked:
    """Read what the browser sent: ``text``, ``from``, ``to``, ``asked_on``, ``as_of``, ``outlets``, ``mode``.

    Everything in it is untrusted. Raises UsageError with a sentence for the person who asked.
    """
    text = fit(str(form.get("text") or "")).strip()
    if not text:
        raise UsageError(texts.NO_QUESTION)
    if len(text) > MOST_CHARACTERS:
        raise UsageError(texts.too_long(MOST_CHARACTERS))
    asked_on = _day(form.get("asked_on")) or default_day
    first, last = _day(form.get("from")), _day(form.get("to"))
    if first and last and first > last:
        raise UsageError(texts.BAD_WINDOW)
    named = form.get("outlets")
    outlets = tuple(str(name) for name in named if name) if isinstance(named, list) else ()
    wall = SearchFilter(
        published_from=first,
        published_to=last,
        outlets=outlets,
        as_of=asked_on if form.get("as_of") is True else None,
    )
    mode = str(form.get("mode"))
    return Asked(text, asked_on, wall, Mode(mode) if mode in {"quotes", "model"} else Mode.AUTO)


def _day(value: object) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(texts.bad_day(str(value)[:40])) from None
