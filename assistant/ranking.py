"""What the searches of one part of a question brought -> one ranking: fused by score, read, and weighed by time.

Pure. See `RetrievalSettings` for the knobs. The best forty by both searches and time are read (passage_features.py);
what the reading says and the score before it are multiplied, each with half the say in the logarithm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from archive.article import DateSource
from archive.store import Hit
from assistant.answer import Copy
from assistant.fusion import recency_prior, scale_to_best, score_fusion
from assistant.passage_features import FEATURES, Scored, passage_features
from assistant.question_features import Asked
from assistant.search_plan import PlanPart, TimeWindow, with_leeway

if TYPE_CHECKING:
    from assistant.rerank import Reranker

# Fitted as a softmax over the passages of a question, see docs/decisions/0005-ranking.md.
WEIGHTS: Mapping[str, float] = {
    "keyword": 1.29, "similarity": 1.83, "share_text": 0.56, "share_title": 1.1, "share_lead": 3.13, "share_near": 1.31,
    "share_core": 4.23, "pairs": 1.01, "rarest": 0.46, "fits_near": 1.89, "opening": 0.11, "place": 0.82,
    "article_best": -0.06, "article_share": 1.37, "short": -0.56, "similarity_alone": 10.91,
}  # fmt: skip
_TIME = 5.23  # the weight of the logarithm of the time weight among them
_SCALE = 6.0  # so much in the weighted sum is as much as a factor of e in the fused score
_BEHIND = 0.999  # so that none that wasn't read draws level with one that was


@dataclass(frozen=True, slots=True)
class RetrievalSettings:
    """The knobs of ranking, chosen on one half of a development set: see docs/answers.md."""

    depth: int = 60  # passages taken from each search
    read: int = 40  # of them, the best by both searches and time, are read
    reading: float = 0.5  # how much of the say the reading has, against the searches
    vector_weight: float = 1.2  # of the cosine, against 1 for BM25 as a share of the best
    fresh_days: int = 21
    fade_days: int = 60
    freshness: float = 1.0  # how much a fresh article's score is raised, if the fresh ones answer as well as others
    loosely: float = 0.95  # how much the weeks before a loose window ("this week") are favoured, against 1 within it
    fresh_from: float = 0.5  # fresh articles' best score as a share of the best of all: from here they are raised ...
    fresh_full: float = 0.9  # ... and from here fully
    too_late: float = 0.85  # what an article published after the day asked keeps of its score
    leeway: float = 0.97  # what an article just outside the window keeps
    outside: float = 0.6  # what one far outside keeps, where the window had to be widened
    enough: float = 0.6  # share of the best coverage of the question's words that a window must reach to suffice
    any_time_every: int = 4  # without a time in the question, each fourth passage is the best one whatever its day
    order: float = 0.35  # how much the newest (or oldest) is raised where "latest" (or "first") is asked for
    per_article: int = 5
    reranker: Reranker | None = None
    rerank_depth: int = 20  # passages it looks at


@dataclass(frozen=True, slots=True)
class RankedHit:
    """A passage found: ``score`` compares within one retrieval. ``part`` counts the plan's parts from 0.

    ``shared``: the other parts for which it was found too, where they aren't compared with each other.

    ``keyword`` is its BM25 as a share of the best, ``similarity`` its cosine; None where that search didn't reach it.
    """

    hit: Hit
    score: float
    part: int = 0
    keyword: float | None = None
    similarity: float | None = None
    in_window: bool = True
    also_in: tuple[Copy, ...] = ()
    shared: frozenset[int] = frozenset()

    def scored(self, score: float) -> RankedHit:
        """The same with another score. Thousands are made for a question: `replace` takes three times as long."""
        return RankedHit(self.hit, score, self.part, self.keyword, self.similarity, self.in_window, self.also_in)


@dataclass(frozen=True, slots=True)
class Found:
    """What one part's searches brought: passages by id, with the scores of each kind."""

    hits: dict[str, Hit]
    keyword: dict[str, float]
    similarity: dict[str, float]


def day_of(hit: Hit) -> date | None:
    """The day the article was published, in its own time zone."""
    return hit.article.published.day if hit.article.published else None


def is_within(day: date | None, start: date | None, end: date | None) -> bool:
    """Whether a day lies between two, both inclusive, None for no end; an unknown day never does."""
    return day is not None and (start is None or start <= day) and (end is None or day <= end)


def restricted(found: Found, window: TimeWindow) -> Found:
    """What was published in the window or the days around it that count too."""
    start, end = with_leeway(window)
    return _kept(found, {key: hit for key, hit in found.hits.items() if is_within(day_of(hit), start, end)})


def until(found: Found, last: date) -> Found:
    """What was published by the ``last`` day, and what may have been: a page's date may be the day it was saved."""
    return _kept(
        found,
        {
            key: hit
            for key, hit in found.hits.items()
            if is_within(day_of(hit), None, last) or hit.article.date_source is DateSource.PAGE_HEADER
        },
    )


def _kept(found: Found, hits: dict[str, Hit]) -> Found:
    return Found(
        hits,
        {key: score for key, score in found.keyword.items() if key in hits},
        {key: score for key, score in found.similarity.items() if key in hits},
    )


def joined(plain: Found, exact: Found) -> Found:
    """Both searches; what has the exact words keeps the better of its scores."""
    keyword = {
        key: max(plain.keyword.get(key, 0.0), exact.keyword.get(key, 0.0)) for key in plain.keyword | exact.keyword
    }
    return Found({**exact.hits, **plain.hits}, keyword, {**exact.similarity, **plain.similarity})


def rank(
    found: Found,
    part: PlanPart,
    asked_on: date,
    number: int,
    window: TimeWindow | None,
    settings: RetrievalSettings,
    asked: Asked | None = None,
) -> list[RankedHit]:
    """Order the passages of one part (its ``number`` counts from 0), best first; without ``asked`` none is read."""
    keyword = scale_to_best(found.keyword)
    if found.similarity:
        fused = score_fusion([keyword, found.similarity], [1.0, settings.vector_weight])
    else:
        fused = dict(keyword)
    weighings = [time_weight(found, fused, part, asked_on, window, settings)]
    if window is None and settings.any_time_every:
        weighings.append(time_weight(found, fused, part, asked_on, window, replace(settings, freshness=0.0)))
    by_day = [{key: weigh(day_of(hit)) for key, hit in found.hits.items()} for weigh in weighings]
    orders = [_ordered(found, keyword, fused, weights, number, window) for weights in by_day]
    if asked is not None and settings.reading:
        said = _what_reading_says(asked, orders, fused, settings.read)
        orders = [_read(order, said, weights, settings) for order, weights in zip(orders, by_day, strict=True)]
    return every_nth(orders[0], orders[-1], settings.any_time_every) if len(orders) > 1 else orders[0]


def _ordered(
    found: Found,
    keyword: Mapping[str, float],
    fused: Mapping[str, float],
    weights: Mapping[str, float],
    number: int,
    window: TimeWindow | None,
) -> list[RankedHit]:
    """By both searches and time."""
    ranked = []
    for key, hit in found.hits.items():
        in_window = window is None or is_within(day_of(hit), window.start, window.end)
        score = fused[key] * weights[key]
        ranked.append(RankedHit(hit, score, number, keyword.get(key), found.similarity.get(key), in_window))
    return sorted(ranked, key=_best_first)


def every_nth(ranking: Sequence[RankedHit], other: Sequence[RankedHit], nth: int) -> list[RankedHit]:
    """The ranking, each ``nth`` place taken by the best of the other one that isn't there yet.

    Both rank the same passages. A passage moved up scores just less than the one before
    it, so that order and score agree.
    """
    merged: dict[str, RankedHit] = {}
    queues = [iter(ranking), iter(other)]
    for place in range(1, len(ranking) + 1):
        queue = queues[place % nth == 0]
        one = next((hit for hit in queue if hit.hit.passage.passage_id not in merged), None)
        if one is None:
            break
        above = next(reversed(merged.values())).score * _BEHIND if merged else one.score
        merged[one.hit.passage.passage_id] = one.scored(min(one.score, above) if place % nth else above)
    return list(merged.values())


def _what_reading_says(
    asked: Asked, orders: Sequence[list[RankedHit]], fused: Mapping[str, float], read: int
) -> dict[str, float]:
    """The weighted sum of the signs, by passage, for the first ``read`` of every order; read once, together."""
    ranked = orders[0]
    lowest = min((one.keyword for one in ranked if one.keyword is not None), default=0.0)
    furthest = min((one.similarity for one in ranked if one.similarity is not None), default=0.0)
    first = {one.hit.passage.passage_id: one for order in orders for one in order[:read]}
    scored = [
        Scored(
            one.hit,
            lowest if one.keyword is None else one.keyword,
            furthest if one.similarity is None else one.similarity,
            fused[key],
        )
        for key, one in first.items()
    ]
    return {
        key: sum(WEIGHTS[name] * value for name, value in zip(FEATURES, row, strict=True))
        for key, row in zip(first, passage_features(asked, scored), strict=True)
    }


def _read(
    ranked: list[RankedHit], said: Mapping[str, float], weights: Mapping[str, float], settings: RetrievalSettings
) -> list[RankedHit]:
    """Order the first ones by what their words say too; those behind stay behind."""
    first, behind = ranked[: settings.read], ranked[settings.read :]
    names = [one.hit.passage.passage_id for one in first]
    sums = [said[name] + _TIME * math.log(max(weights[name], 1e-6)) for name in names]
    highest = max(sums, default=0.0)
    both = [
        one.scored(
            max(one.score, 0.0) ** (1 - settings.reading) * math.exp(settings.reading * (total - highest) / _SCALE)
        )
        for one, total in zip(first, sums, strict=True)
    ]
    both.sort(key=_best_first)
    if not both or not behind or behind[0].score <= 0:
        return both + behind
    shrink = min(1.0, _BEHIND * both[-1].score / behind[0].score)
    return both + [one.scored(one.score * shrink) for one in behind]


def _best_first(one: RankedHit) -> tuple[float, str]:
    return -one.score, one.hit.passage.passage_id


def time_weight(
    found: Found,
    fused: Mapping[str, float],
    part: PlanPart,
    asked_on: date,
    window: TimeWindow | None,
    settings: RetrievalSettings,
) -> Callable[[date | None], float]:
    """What a publication day does to a score: the window or the freshness, and the order asked for."""
    favour = _favour(window, asked_on, settings)
    strength = _strength(found, fused, favour, settings) if window is None or window.loose else 0.0
    good = max(fused.values(), default=0.0) * 0.7
    days = [day for key, hit in found.hits.items() if fused[key] >= good and (day := day_of(hit)) is not None]
    first, last = (min(days), max(days)) if days else (None, None)

    def weigh(day: date | None) -> float:
        if window is not None and not window.loose:
            start, end = with_leeway(window)
            weight = 1.0
            if not is_within(day, window.start, window.end):
                weight = settings.leeway if is_within(day, start, end) else settings.outside
        else:
            weight = 1.0 + strength * favour(day)
        if day is not None and day > asked_on + timedelta(days=1):
            weight *= settings.too_late
        if day is not None and first is not None and last is not None and part.recency in {"latest", "earliest"}:
            away = abs((day - (last if part.recency == "latest" else first)).days)
            weight *= 1.0 + settings.order * math.exp(-away / 30)
        return weight

    return weigh


def _favour(window: TimeWindow | None, asked_on: date, settings: RetrievalSettings) -> Callable[[date | None], float]:
    """How much a day is favoured, 0 to 1: by freshness, or by nearness to a loose window ("this week")."""

    def favour(day: date | None) -> float:
        if window is None or window.end is None:
            return recency_prior(day, asked_on, fresh_days=settings.fresh_days, fade_days=settings.fade_days)
        if is_within(day, window.start, window.end):
            return 1.0
        start, end = with_leeway(window)
        if is_within(day, start, end):
            return settings.leeway
        if day is not None and end is not None and day > end:
            return 0.0
        fresh = recency_prior(day, window.end, fresh_days=settings.fresh_days, fade_days=settings.fade_days)
        return settings.loosely * fresh

    return favour


def _strength(
    found: Found, fused: Mapping[str, float], favour: Callable[[date | None], float], settings: RetrievalSettings
) -> float:
    """How strongly time weighs: not at all where the favoured days hold clearly less of what is asked for.

    So a question about something long past isn't drawn to this week's news that shares a few of its words.
    """
    best = max(fused.values(), default=0.0)
    favoured = max(
        (fused[key] for key, hit in found.hits.items() if favour(day_of(hit)) >= settings.leeway), default=0.0
    )
    if best <= 0:
        return 0.0
    share = (favoured / best - settings.fresh_from) / (settings.fresh_full - settings.fresh_from)
    return settings.freshness * max(0.0, min(1.0, share))
