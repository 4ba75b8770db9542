"""What one question and its answer look like at a moment: the value that rendering turns into HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from archive.errors import UsageError
from archive.filters import SearchFilter
from assistant.answer import Answer, Mode, Source
from assistant.reading_choices import Reading
from assistant.search_plan import SearchPlan
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
    """A question with the settings it was asked with. ``again``: the number of the turn that it repeats, or 0."""

    text: str
    asked_on: date
    wall: SearchFilter = field(default_factory=SearchFilter)
    mode: Mode = Mode.AUTO
    reading: Reading = field(default_factory=Reading)
    again: int = 0


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

    Where a question is asked again also ``authors``, ``standalone``, ``infer_days``, ``infer_outlets``,
    ``infer_authors`` and ``again``. Everything in it is untrusted. Raises UsageError with a sentence for whoever asked.
    """
    text = _words(form.get("text"))
    if not text:
        raise UsageError(texts.NO_QUESTION)
    asked_on = _day(form.get("asked_on")) or default_day
    first, last = _day(form.get("from")), _day(form.get("to"))
    if first and last and first > last:
        raise UsageError(texts.BAD_WINDOW)
    wall = SearchFilter(
        published_from=first,
        published_to=last,
        outlets=_names(form.get("outlets")),
        authors=_names(form.get("authors")),
        as_of=asked_on if form.get("as_of") is True else None,
    )
    mode = str(form.get("mode"))
    reading = Reading(
        _words(form.get("standalone")),
        infer_days=form.get("infer_days") is not False,
        infer_outlets=form.get("infer_outlets") is not False,
        infer_authors=form.get("infer_authors") is not False,
    )
    again = form.get("again")
    return Asked(
        text,
        asked_on,
        wall,
        Mode(mode) if mode in {"quotes", "model"} else Mode.AUTO,
        reading,
        again if isinstance(again, int) and not isinstance(again, bool) and again > 0 else 0,
    )


def form_of(asked: Asked, standalone: str = "") -> dict[str, object]:
    """What the browser sends to ask the same again; ``standalone`` is how the question was understood.

    ``read_asked`` reads it back, but for ``again``, which the page adds.
    """
    wall, reading = asked.wall, asked.reading
    return {
        "text": asked.text,
        "from": wall.published_from.isoformat() if wall.published_from else "",
        "to": wall.published_to.isoformat() if wall.published_to else "",
        "asked_on": asked.asked_on.isoformat(),
        "as_of": wall.as_of is not None,
        "outlets": list(wall.outlets),
        "authors": list(wall.authors),
        "mode": asked.mode.value,
        "standalone": standalone or reading.standalone,
        "infer_days": reading.infer_days,
        "infer_outlets": reading.infer_outlets,
        "infer_authors": reading.infer_authors,
    }


def _words(value: object) -> str:
    text = fit(str(value or "")).strip()
    if len(text) > MOST_CHARACTERS:
        raise UsageError(texts.too_long(MOST_CHARACTERS))
    return text


def _names(value: object) -> tuple[str, ...]:
    return tuple(str(name) for name in value if name) if isinstance(value, list) else ()


def _day(value: object) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(texts.bad_day(str(value)[:40])) from None
