"""Question -> SearchPlan: stand alone, then parts, each with its window, outlets, exact phrases and order in time.

Rules, no language model; a model takes part only through ``rewrite``, which may put a follow-up better than the rules.
The arithmetic of time is always done by code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from weakref import WeakKeyDictionary

from archive.filters import SearchFilter
from archive.outlet_names import NO_OUTLETS, OutletNames, read_outlet_names
from archive.store import ArchiveStore
from assistant.catalog_question import read_catalog_question, without_second_question
from assistant.comparisons import (
    called_by_a_word,
    compares_outlets,
    topic_of,
    without_outlet_words,
)
from assistant.conversation import Turn
from assistant.event_days import with_event_window
from assistant.own_subject import NO_TALK, Talk
from assistant.question import Question
from assistant.question_parts import MOST_PARTS, split_into_parts
from assistant.reading_choices import counted_so, kept_to, read_as
from assistant.rewrite import last_topic, leans_on_history, stand_alone
from assistant.search_plan import CatalogKind, CatalogQuestion, PlanPart, SearchPlan, TimeWindow, intersect, with_leeway
from assistant.spelling_correction import without_slips
from assistant.topic_independence import apart_from

Rewrite = Callable[[tuple[Turn, ...], str], str]


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive calls its outlets and authors, and the days it covers (None: unknown)."""

    outlets: OutletNames = NO_OUTLETS
    authors: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None


_KNOWN: WeakKeyDictionary[ArchiveStore, tuple[int, Known]] = WeakKeyDictionary()
_LEAST_COMPARED = 2  # outlets
_LOOKED_AT = 30  # passages, for the outlets that report on something
_AS_GOOD = 0.6  # of the best one's score: what such a passage needs


def plan_question(store: ArchiveStore, question: Question, rewrite: Rewrite | None = None) -> SearchPlan:
    """Understand a question. Where it leans on history, ``rewrite`` (history, text) gives the stand-alone text.

    The plan's notes say what was rewritten. Errors of ``rewrite`` are the caller's to handle.
    """
    question, mended = without_slips(store, question)
    is_apart = (
        apart_from(store, last_topic(question.history, question.asked_on)) if question.history else NO_TALK.is_apart
    )
    plan = mended(plan_text(question, _known_of(store), rewrite, is_apart))
    if compares_outlets(plan.standalone) and len(plan.parts) == 1 and not plan.parts[0].outlets:
        return _per_outlet(store, plan)
    if plan.catalog is not None or not question.reading.infer_days:
        return plan
    return with_event_window(store, plan, _known_of(store).first_day)


def _per_outlet(store: ArchiveStore, plan: SearchPlan) -> SearchPlan:
    """Where outlets are to be compared and none is named: one part for each that is called by its kind ("the radio").

    Where none is, or only one, those that report on it.
    """
    part = plan.parts[0]
    topic = topic_of(without_outlet_words(part.question))
    hits = store.keyword_search(topic, _LOOKED_AT, _days_of(plan.wall, part.window))
    good = [hit for hit in hits if hit.score >= _AS_GOOD * hits[0].score]
    reporting = [hit.article.outlet for hit in good if hit.article.outlet]
    called = called_by_a_word(plan.standalone, _known_of(store).outlets.names)
    most = max(len(called), _LEAST_COMPARED) if called else MOST_PARTS
    outlets = list(dict.fromkeys([*called, *reporting]))[: min(most, MOST_PARTS)]
    if len(outlets) < _LEAST_COMPARED:
        return plan
    note = f"Compared: {', '.join(outlets)}."
    parts = tuple(replace(part, question=topic, outlets=(outlet,), compared=True) for outlet in outlets)
    return replace(plan, parts=parts, notes=(*plan.notes, note))


def _days_of(wall: SearchFilter, window: TimeWindow | None) -> SearchFilter:
    """The wall with the days of a window that was given by its dates."""
    if window is None or window.loose:
        return wall
    within = intersect(replace(window, start=with_leeway(window)[0], end=with_leeway(window)[1]),
                       wall.published_from, wall.published_to)  # fmt: skip
    return wall if within is None else replace(wall, published_from=within.start, published_to=within.end)


def _known_of(store: ArchiveStore) -> Known:
    """The archive's outlets, authors and days, read anew only when the archive has changed: that takes 40 ms."""
    generation = store.generation
    found = _KNOWN.get(store)
    if found is None or found[0] != generation:
        counts = store.coverage()
        authors = tuple(author for author, _ in store.authors())
        found = (generation, Known(store.outlet_names(), authors, counts.first_day, counts.last_day))
        _KNOWN[store] = found
    known = found[1]
    return replace(known, outlets=read_outlet_names(store.folder, known.outlets.names))


def plan_text(
    question: Question,
    known: Known,
    rewrite: Rewrite | None = None,
    is_apart: Callable[[str], bool] = NO_TALK.is_apart,
) -> SearchPlan:
    """The same, given what the archive knows (``is_apart``: see `Talk`). Pure but for ``rewrite``."""
    asked, reading, wall = question.alone(), question.reading, question.wall
    text = re.sub(r"\s+", " ", asked.text).strip()
    standalone, notes = text, []
    talk = Talk(" ".join(turn.content for turn in asked.history), is_apart)
    if asked.history and leans_on_history(text, known.outlets, talk):
        by_model = rewrite(asked.history, text).strip() if rewrite is not None else ""
        standalone = by_model or stand_alone(text, asked.history, asked.asked_on, known.outlets, is_apart).text
        if standalone != text:
            notes.append(read_as(standalone))
    known = _as_words(known, question)
    catalog = None
    if not compares_outlets(standalone):
        catalog = counted_so(read_catalog_question(standalone, asked.asked_on, known.outlets, known.authors), reading)
    second = without_second_question(standalone)[1] if catalog is not None else ""
    if second and catalog is not None and catalog.kind is CatalogKind.TIMELINE:
        catalog = None  # what is asked besides needs a search, and that tells some of the course of things too
    elif second:
        notes.append(f"Only what was asked first is answered here; ask this by itself: {second}")
    split = [
        _within_days(part, known) for part in split_into_parts(standalone, known.outlets, known.authors, asked.asked_on)
    ]
    parts = kept_to(split, reading, wall, MOST_PARTS)
    return SearchPlan(question.text, standalone, asked.asked_on, parts, wall, tuple(notes), catalog)


def _as_words(known: Known, question: Question) -> Known:
    """What the archive knows, less the outlets and authors that the asker took away: their names are words then.

    Where others were chosen instead, the names still go: nobody looks for the old outlet's name in the new one.
    """
    reading, wall = question.reading, question.wall
    return replace(
        known,
        outlets=known.outlets if reading.infer_outlets or wall.outlets else NO_OUTLETS,
        authors=known.authors if reading.infer_authors or wall.authors else (),
    )


def plan_timeline(store: ArchiveStore, question: Question) -> tuple[SearchPlan, CatalogQuestion]:
    """Plan a timeline of a topic ("the strike since March"), or of a question that asks for one."""
    known = _known_of(store)
    question, mended = without_slips(store, question)
    plan = mended(plan_text(question, known))
    asked = plan.catalog if plan.catalog is not None and plan.catalog.kind is CatalogKind.TIMELINE else None
    if asked is None:
        known = _as_words(known, question)
        asked = read_catalog_question(f"timeline of {question.text}", plan.asked_on, known.outlets, known.authors)
        asked = counted_so(asked, question.reading)
    asked = asked or CatalogQuestion(CatalogKind.TIMELINE, question.text)
    return replace(plan, catalog=asked), asked


def _within_days(part: PlanPart, known: Known) -> PlanPart:
    """The part as it is searched. A time before the archive's first day is what articles tell of: its words count."""
    window = part.window
    if window is None or window.loose or window.end is None or known.first_day is None:
        return part
    if window.end >= known.first_day:
        return part
    return replace(part, question=f"{part.question.rstrip(' ?.')} {window.expression}?")
