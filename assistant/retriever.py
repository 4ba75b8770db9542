"""SearchPlan -> the passages that an answer may rest on, best first.

Per part of the question: keywords and (where there are vectors) meaning, each searched inside the time the part speaks
of and once without it; fused by score; weighed by time; copies of one story collapsed to the earliest; a few passages
per article. `backissue search`, evaluation and answering all come through `retrieve`.

Time. A window that the question implies is a preference: what lies outside it is used only when the inside doesn't
hold what is asked for (`_holds_up`), and the plan's notes say so. The user's own filter is a wall. Without any time in
the question, articles of the weeks before the day asked are favoured, as far as they hold what is asked, those after
that day never, and each fourth passage is the best whatever its day. The day asked isn't ``as_of``: later articles can
still be found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from archive.counts import plural
from archive.errors import EmbedderError, RerankerError
from archive.filters import SearchFilter
from archive.store import ArchiveStore, Hit
from assistant.fusion import cap_per_group, interleave
from assistant.glosses import spoken
from assistant.question_features import take_apart
from assistant.ranking import Found, RankedHit, RetrievalSettings, joined, rank, restricted, until
from assistant.rerank import rerank
from assistant.search_plan import PlanPart, SearchPlan, TimeWindow, intersect, with_leeway
from assistant.stopwatch import Stopwatch
from assistant.stories import one_per_story, with_copies
from assistant.word_rarity import rarities
from assistant.words import content_stems, weighted_share, words

__all__ = ["RankedHit", "Retrieval", "RetrievalSettings", "rarities", "retrieve"]

_DAY = timedelta(days=1)  # for time zones
_PREPOSITION = re.compile(r"^(?:in|on|of|at|for|from|during|over|within|throughout)\s+", re.IGNORECASE)
_LITTLE_ELSE = 3  # content words: with no more, a question asks for news of its days


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was found. ``plan`` is the plan asked for, its notes completed; times in milliseconds."""

    hits: tuple[RankedHit, ...]
    plan: SearchPlan
    timings_ms: Mapping[str, float]
    notes: tuple[str, ...] = ()
    widened: frozenset[int] = frozenset()  # parts (from 0) whose days, outlets or exact words didn't hold enough


@dataclass(frozen=True, slots=True)
class _Search:
    """What every step of one retrieval needs."""

    store: ArchiveStore
    plan: SearchPlan
    settings: RetrievalSettings
    watch: Stopwatch
    notes: list[str] = field(default_factory=list)
    given_up: set[int] = field(default_factory=set)
    beyond_days: set[int] = field(default_factory=set)

    def give_up(self, part: PlanPart, sentence: str) -> None:
        """Note that something the question implies couldn't be kept to."""
        self.given_up.add(self.plan.parts.index(part))
        self.note(sentence)

    def give_up_days(self, part: PlanPart, sentence: str) -> None:
        """The same for the part's window: other days count too."""
        self.beyond_days.add(self.plan.parts.index(part))
        self.give_up(part, sentence)

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)


def retrieve(store: ArchiveStore, plan: SearchPlan, k: int, settings: RetrievalSettings | None = None) -> Retrieval:
    """Find the ``k`` best passages for a plan. Reads only; raises what the store raises.

    Where there are no vectors (no embedder, none made yet, its endpoint fails) keywords alone are searched.
    """
    search = _Search(store, plan, settings or RetrievalSettings(), Stopwatch())
    rankings = [_search_part(search, part, number, k) for number, part in enumerate(plan.parts)]
    by_id = _with_shared(rankings, plan.parts, k)
    chosen = interleave([[one.hit.passage.passage_id for one in ranking] for ranking in rankings], k)
    with search.watch.time("copies"):
        hits = with_copies(store, [by_id[passage_id] for passage_id in chosen], plan.wall)
    _note_undated(search)
    complete = replace(plan, notes=(*plan.notes, *search.notes), widened=tuple(sorted(search.beyond_days)))
    return Retrieval(tuple(hits), complete, dict(search.watch.spent), tuple(search.notes), frozenset(search.given_up))


def _with_shared(rankings: Sequence[list[RankedHit]], parts: Sequence[PlanPart], k: int) -> dict[str, RankedHit]:
    """Every passage by its id, as the first part that found it has it; with the parts that share it, if they may.

    "Who opened the inquiry and when" finds both answers in one passage; two outlets or crews compared share none.
    """
    by_id = {one.hit.passage.passage_id: one for ranking in reversed(rankings) for one in ranking}
    for number, ranking in enumerate(rankings):
        for one in ranking[:k]:
            first = by_id[one.hit.passage.passage_id]
            asked = parts[number], parts[first.part]
            compared = any(part.compared for part in asked) or len({(part.outlets, part.authors) for part in asked}) > 1
            if first.part != number and not compared:
                by_id[one.hit.passage.passage_id] = replace(first, shared=first.shared | {number})
    return by_id


def _search_part(search: _Search, part: PlanPart, number: int, k: int) -> list[RankedHit]:
    """Rank one part's passages; notes say which of its preferences had to be given up."""
    store, plan, settings = search.store, search.plan, search.settings
    vector = _query_vector(search, part.question)
    found = _found_for(search, part, vector)
    window = _effective_window(part, plan)
    with search.watch.time("fuse"):
        if window is not None:
            found = _within_its_time(search, part, found, window)
        asked = take_apart(part.question, rarities(store, part.question))
        ranking = rank(found, part, plan.asked_on, number, window, settings, asked)[: settings.depth * 2]
    with search.watch.time("copies"):
        ranking = one_per_story(store, ranking)
    article_of = {index: one.hit.article.article_id for index, one in enumerate(ranking)}
    chosen = [ranking[index] for index in cap_per_group(article_of, article_of, settings.per_article)]
    return _reranked(search, part, chosen)[: 2 * max(k, 1)]


def _reranked(search: _Search, part: PlanPart, ranking: list[RankedHit]) -> list[RankedHit]:
    """The order a reranker gives, if one is set and answers."""
    reranker = search.settings.reranker
    if reranker is None:
        return ranking
    with search.watch.time("rerank"):
        try:
            return rerank(part.question, ranking, reranker, search.settings.rerank_depth)
        except RerankerError as error:
            search.note(f"Not reranked: {error}")
            return ranking


def _found_for(search: _Search, part: PlanPart, vector: NDArray[np.float32] | None) -> Found:
    """Search with the part's outlets and exact words, and without them where that finds nothing."""
    wall, phrases = _narrowed(search.plan.wall, part), part.phrases
    found = _searched(search, part, wall, phrases, vector)
    if phrases and not found.hits:
        search.give_up(part, f"The exact words {_listed(phrases)} were not found; passages with some are shown.")
        found = _searched(search, part, wall, (), vector)
    elif phrases and not _mostly(phrases, part.question):  # a title within a question: preferred, not demanded
        found = joined(_searched(search, part, wall, (), vector), found)
    if not found.hits and wall != search.plan.wall:
        found = _searched(search, part, search.plan.wall, (), vector)
        if found.hits:
            whose = "authors" if part.authors else "outlets"
            search.give_up(
                part, f"Nothing on this by {_listed(part.authors or part.outlets)}; other {whose} are shown."
            )
    return found


def _within_its_time(search: _Search, part: PlanPart, found: Found, window: TimeWindow) -> Found:
    """What was found inside the window, if that suffices; else everything, and a note. Loose ones exclude nothing."""
    inside = restricted(found, window)
    if (
        window.end is None
    ):  # "since Tuesday" is until the day asked, as far as what was reported by then answers as well
        by_then = until(inside, search.plan.asked_on + _DAY)
        inside = by_then if _holds_up(search.store, part.question, by_then, inside, search.settings) else inside
    if window.loose and not (inside.hits and len(content_stems(part.question)) <= _LITTLE_ELSE):
        if found.hits and not inside.hits:
            search.give_up_days(part, f"Nothing on this {_from(window)} {_days(window)}; other days were searched too.")
        return found
    # "By 3 May" says what was known, and "what happened in politics last week" little else than when.
    kept_to = window.loose or window.start is None or window.end is None
    if inside.hits and (kept_to or _holds_up(search.store, part.question, inside, found, search.settings)):
        return inside
    if found.hits:
        what = "Little" if inside.hits else "Nothing"
        search.give_up_days(part, f"{what} on this {_from(window)} {_days(window)}; other days were searched too.")
    return found


def _from(window: TimeWindow) -> str:
    """What the question called the window, read after "from": of "from 2021" and "in June", what follows."""
    return f"from “{_PREPOSITION.sub('', window.expression)}”"


def _query_vector(search: _Search, text: str) -> NDArray[np.float32] | None:
    if search.store.embedder is None:
        return None
    with search.watch.time("embed_query"):
        try:
            return search.store.embedder.embed_query(text)
        except EmbedderError as error:
            search.note(f"Searched by keywords only: {error}")
            return None


def _narrowed(wall: SearchFilter, part: PlanPart) -> SearchFilter:
    """The wall with the part's authors and outlets; a user's own choice of outlets stays unless both share some."""
    outlets = part.outlets
    wall = replace(wall, authors=part.authors) if part.authors else wall
    if not outlets:
        return wall
    if wall.outlets:
        folded = {outlet.casefold() for outlet in outlets}
        shared = tuple(outlet for outlet in wall.outlets if outlet.casefold() in folded)
        return replace(wall, outlets=shared) if shared else wall
    return replace(wall, outlets=outlets)


def _searched(
    search: _Search,
    part: PlanPart,
    wall: SearchFilter,
    phrases: tuple[str, ...],
    vector: NDArray[np.float32] | None,
) -> Found:
    """Search everywhere within the wall, and again within the days that matter, where much else could drown them."""
    found = Found({}, {}, {})
    depth = search.settings.depth
    for where in _ranges(part.window, wall, search.plan.asked_on, search.settings):
        with search.watch.time("keyword"):
            for hit in search.store.keyword_search(part.question, depth, where, phrases=phrases):
                found.hits[hit.passage.passage_id] = hit
                found.keyword[hit.passage.passage_id] = hit.score
        if vector is None:
            continue
        with search.watch.time("vector"):
            for hit in search.store.vector_search(vector, depth, where):
                if not phrases or _has_all(hit, phrases):
                    found.hits.setdefault(hit.passage.passage_id, hit)
                    found.similarity[hit.passage.passage_id] = hit.score
    return found


def _has_all(hit: Hit, phrases: tuple[str, ...]) -> bool:
    """Whether every phrase stands word for word in the passage or the headline."""
    plain = f"{hit.article.title} {hit.passage.text}".casefold()
    if not all(word.text.casefold() in plain for phrase in phrases for word in words(phrase)):
        return False  # most passages: looked at quickly
    text = _words_of(f"{hit.article.title} \n {hit.passage.text}")
    return all(f" {_words_of(phrase).strip()} " in text for phrase in phrases)


def _words_of(text: str) -> str:
    return f" {' '.join(word.text.casefold() for word in words(text))} "


def _mostly(phrases: tuple[str, ...], question: str) -> bool:
    """Whether the question is little more than its quoted phrases."""
    return 2 * len(content_stems(" ".join(phrases))) >= len(content_stems(question))


def _ranges(
    window: TimeWindow | None, wall: SearchFilter, asked_on: date, settings: RetrievalSettings
) -> list[SearchFilter]:
    if window is not None:
        start, end = with_leeway(window)
    else:
        start, end = asked_on - timedelta(days=settings.fresh_days), asked_on + timedelta(days=1)
    inner = intersect(TimeWindow(start, end), wall.published_from, wall.published_to)
    if inner is None:
        return [wall]
    return [wall, replace(wall, published_from=inner.start, published_to=inner.end)]


def _effective_window(part: PlanPart, plan: SearchPlan) -> TimeWindow | None:
    """The part's window within the wall; None where there is none or the wall excludes it."""
    if part.window is None:
        return None
    return intersect(part.window, plan.wall.published_from, plan.wall.published_to)


def _holds_up(store: ArchiveStore, question: str, inside: Found, overall: Found, settings: RetrievalSettings) -> bool:
    """Whether what was found inside covers the question's words nearly as well as the best found anywhere.

    Words weigh by their rarity; a passage's headline counts. With nothing found inside: no.
    """
    if not inside.hits:
        return False
    wanted = content_stems(question)
    weights = rarities(store, question)
    best_inside = max(_coverage(hit, wanted, weights) for hit in inside.hits.values())
    best = max(_coverage(hit, wanted, weights) for hit in overall.hits.values())
    return best_inside >= settings.enough * best


def _coverage(hit: Hit, wanted: list[str], weights: dict[str, float]) -> float:
    present = {word.stem for word in words(f"{hit.article.title} {hit.passage.text}")}
    return weighted_share(wanted, present, weights)


def _note_undated(search: _Search) -> None:
    windowed = search.plan.wall.has_window or any(part.window is not None for part in search.plan.parts)
    undated = search.store.undated_count() if windowed else 0
    if undated:
        what = plural(undated, "article without a date stands", "articles without a date stand")
        search.note(f"{what} outside every window of days.")


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _days(window: TimeWindow) -> str:
    start, end = (spoken(day) if day else "" for day in (window.start, window.end))
    if start and end:
        return f"({start} to {end})" if start != end else f"({start})"
    return f"(from {start})" if start else f"(until {end})"
