"""Question -> SearchPlan: stand alone, then parts, each with its window, outlets, exact phrases and order in time.

Rules, no language model; a model takes part only through ``rewrite``, which may put a follow-up better than the rules.
The arithmetic of time is always done by code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from weakref import WeakKeyDictionary

from archive.filters import SearchFilter
from archive.outlet_names import NO_OUTLETS, OutletNames, read_outlet_names
from archive.store import ArchiveStore
from assistant.bylines import find_bylines, without_bylines
from assistant.catalog_question import read_catalog_question, without_second_question
from assistant.comparisons import (
    COMPARES,
    called_by_a_word,
    compares_outlets,
    sides_of,
    times_of,
    topic_of,
    without_outlet_words,
)
from assistant.conversation import Turn
from assistant.elliptical_followups import CARRIED
from assistant.event_days import with_event_window
from assistant.outlet_parts import asked_apart, belongs_to_all
from assistant.outlets import find_outlets, without_outlets
from assistant.own_subject import NO_TALK, Talk, own_subject
from assistant.question import Question, asks_quantity, quoted_phrases
from assistant.reading_choices import counted_so, kept_to, read_as
from assistant.rewrite import last_topic, leans_on_history, stand_alone
from assistant.search_plan import CatalogKind, CatalogQuestion, PlanPart, SearchPlan, TimeWindow
from assistant.spelling_correction import without_slips
from assistant.time_expressions import (
    find_time_expressions,
    recency_of,
    until_figures_are_out,
    window_of,
    without_times,
)
from assistant.topic_independence import apart_from
from assistant.words import content_stems, is_content, names, words

Rewrite = Callable[[tuple[Turn, ...], str], str]


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive calls its outlets and authors, and the days it covers (None: unknown)."""

    outlets: OutletNames = NO_OUTLETS
    authors: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None


_KNOWN: WeakKeyDictionary[ArchiveStore, tuple[int, Known]] = WeakKeyDictionary()
_MOST_PARTS = 4
_CARRIED_WORDS = 10
_DID_SAY = re.compile(
    r"\b(?:did|does|do|has|have|had)\s+(?:say|said|report(?:ed)?|write|written|tell|told|cover(?:ed)?|print(?:ed)?)\s+(?=about|on)",
    re.IGNORECASE,
)
_LEAST_COMPARED = 2  # outlets
_LOOKED_AT, _AS_GOOD = (
    30,
    0.6,
)  # passages looked at for outlets, and the share of the best score they need
_LEAST_SAID = 2  # content words
_VERSUS = re.compile(r"\s+(?:versus|vs\.?|compared (?:with|to))\s+", re.IGNORECASE)
_SECOND_QUESTION = re.compile(
    r"(?:[,;]?\s+and\s+|\?\s+(?:and\s+)?)(?:(?:also|then)\s+)?(?=(?:who|what|when|where|why|how|which)\b(?!\s*\W*$))",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(r"\b(?:who|whom|whose|what|when|where|why|how|which)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(r"\b(?:he|she|it|they|him|her|them|his|its|their|that|this|one)\b", re.IGNORECASE)


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
    most = max(len(called), _LEAST_COMPARED) if called else _MOST_PARTS
    outlets = list(dict.fromkeys([*called, *reporting]))[: min(most, _MOST_PARTS)]
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
    split = [_within_days(part, known) for part in _split(standalone, known, asked.asked_on)]
    parts = kept_to(split, reading, wall, _MOST_PARTS)
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


def _split(text: str, known: Known, asked_on: date) -> tuple[PlanPart, ...]:
    bylines = find_bylines(text, known.authors)
    if bylines:
        authors = tuple(dict.fromkeys(author for one in bylines for author in one.authors))
        bare = without_bylines(text, bylines)
        rest = _split(bare if content_stems(bare) else text, replace(known, authors=()), asked_on)
        return tuple(replace(part, authors=authors) for part in rest)
    each = asked_apart(text, known.outlets, _SECOND_QUESTION.split)
    if each is not None:
        whole = window_of(find_time_expressions(text, asked_on))
        parts = [_part(_asked_of_one(one.question), asked_on, one.outlets) for one in each[:_MOST_PARTS]]
        if len({part.question for part in parts}) == 1:
            return _compared([replace(part, question=topic_of(part.question)) for part in parts])
        return tuple(part if part.window else replace(part, window=whole) for part in parts)
    mentions = find_outlets(text, known.outlets)
    named = list(dict.fromkeys(mention.outlet for mention in mentions))
    if len(named) > 1 and COMPARES.search(text):
        topic = topic_of(without_outlets(text, mentions))
        return _compared([_part(topic, asked_on, (outlet,)) for outlet in named[:_MOST_PARTS]])
    compared = times_of(without_outlets(text, mentions), asked_on) or (sides_of(text) if not named else None)
    if compared is not None:
        return _compared([_part(side, asked_on, tuple(named)) for side in compared])
    sides = _VERSUS.split(text)
    if len(sides) == 2 and not named:
        return _compared(_versus(sides[0], sides[1], asked_on))
    carried = CARRIED.search(text)
    pieces = _SECOND_QUESTION.split(text[: carried.start()] if carried else text)
    if (
        len(pieces) > 1
        and not compares_outlets(text)
        and _QUESTION_WORD.search(pieces[0])
        and (carried or _stands_alone(pieces[0]))
    ):
        pieces = [f"{piece.rstrip(' ?.')}{carried[0]}" for piece in pieces] if carried else pieces
        return _one_after_the_other(text, pieces, carried is not None, known, asked_on)
    return (_part(_asked_of_one(without_outlets(text, mentions)) if named else text, asked_on, tuple(named)),)


def _one_after_the_other(
    text: str, pieces: Sequence[str], have_topic: bool, known: Known, asked_on: date
) -> tuple[PlanPart, ...]:
    """Questions joined by "and": the outlets and the time of one are of the others too where these lean on it.

    Or where they stand ahead of all, or behind them.
    """
    mentions = find_outlets(text, known.outlets)
    of_all = belongs_to_all(text, mentions)
    whole = window_of(find_time_expressions(text, asked_on))
    own = [find_outlets(piece, known.outlets) for piece in pieces]
    bare = [
        _asked_of_one(without_outlets(piece, said)) if said else piece for piece, said in zip(pieces, own, strict=True)
    ]
    parts = []
    for piece, alone, said in zip(bare if have_topic else _joined(bare), bare, own, strict=True):
        asked = mentions if of_all or piece != alone or have_topic else said
        parts.append(_part(piece, asked_on, tuple(dict.fromkeys(one.outlet for one in asked))))
    return tuple(part if part.window else replace(part, window=whole) for part in parts[:_MOST_PARTS])


def _compared(parts: Sequence[PlanPart]) -> tuple[PlanPart, ...]:
    return tuple(replace(part, compared=len(parts) > 1) for part in parts)


def _asked_of_one(text: str) -> str:
    """Without the "did say" that is left of "what did the Ledger say about ..."."""
    shorter = _DID_SAY.sub("", text)
    return shorter if content_stems(shorter) else text


def _within_days(part: PlanPart, known: Known) -> PlanPart:
    """The part as it is searched. A time before the archive's first day is what articles tell of: its words count."""
    window = part.window
    if window is None or window.loose or window.end is None or known.first_day is None:
        return part
    if window.end >= known.first_day:
        return part
    return replace(part, question=f"{part.question.rstrip(' ?.')} {window.expression}?")


def _stands_alone(piece: str) -> bool:
    """Whether the first of two questions says what it is about: in "What were they and why?" neither does."""
    sentences = re.split(r"(?<=[.!?])\s+", piece.strip())
    return len(content_stems(sentences[-1])) >= _LEAST_SAID or bool(names(sentences[-1]))


def _versus(first: str, second: str, asked_on: date) -> tuple[PlanPart, ...]:
    """Of "GM's profit versus Ford's", each side with the words that only the other one has, but not its names."""
    left, right = names(first), names(second)
    if not left or not right:
        return (_part(f"{first} versus {second}", asked_on),)
    own, other = left[-1], right[0]
    shared_after = second[other.end :]
    shared_before = first[: own.start]
    return (
        _part(f"{shared_before}{own.text}{first[own.end :]} {shared_after}".strip(), asked_on),
        _part(f"{shared_before}{other.text}{first[own.end :]}{shared_after}".strip(), asked_on),
    )


def _joined(pieces: list[str]) -> list[str]:
    """Second questions mostly point back ("and when was it sold"): they get the words of the first that they lack.

    Not one that names a thing of its own in more than a word ("the tram drivers"); "the hall" is somebody's.
    """
    joined = [pieces[0]]
    for piece in pieces[1:]:
        own = own_subject(piece, Talk(pieces[0]))
        if own is not None and own.is_compound and not _POINTS_BACK.search(piece[: own.start]):
            joined.append(piece)
        elif _POINTS_BACK.search(piece) or not names(piece) or len(content_stems(piece)) <= 2:
            have = set(content_stems(piece))
            missing = [word.text for word in words(pieces[0]) if is_content(word.text) and word.stem not in have]
            joined.append(f"{piece.rstrip(' ?.')} ({' '.join(missing[:_CARRIED_WORDS])})?")
        else:
            joined.append(piece)
    return joined


def _part(text: str, asked_on: date, outlets: tuple[str, ...] = ()) -> PlanPart:
    expressions = find_time_expressions(text, asked_on)
    window = window_of(expressions)
    if window is not None and asks_quantity(text):
        window = until_figures_are_out(window, asked_on)
    searched = without_times(text, expressions)
    if not content_stems(searched):
        searched = text
    return PlanPart(searched, window, outlets, quoted_phrases(text), recency_of(expressions))


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
