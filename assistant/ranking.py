"""What the searches of one part of a question brought -> one ranking: fused by score, read, and weighed by time.

Pure. See `RetrievalSettings` for the knobs. The best forty by both searches and time are read (passage_features.py);
what the reading says and the score before it are multiplied, each with half the say in the logarithm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from archive.store import Hit
from assistant.answer import Copy, PlanPart, TimeWindow
from assistant.asked import Asked
from assistant.fusion import recency_prior, scale_to_best, score_fusion
from assistant.passage_features import FEATURES, Scored, passage_features
from assistant.planner import with_leeway

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
    order: float = 0.35  # how much the newest (or oldest) is raised where "latest" (or "first") is asked for
    per_article: int = 5
    reranker: Reranker | None = None
    rerank_depth: int = 20  # passages it looks at


@dataclass(frozen=True, slots=True)
class RankedHit:
    """A passage found: ``score`` compares within one retrieval. ``part`` counts the plan's parts from 0.

    ``keyword`` is its BM25 as a share of the best, ``similarity`` its cosine; None where that search didn't reach it.
    """

    hit: Hit
    score: float
    part: int = 0
    keyword: float | None = None
    similarity: float | None = None
    in_window: bool = True
    also_in: tuple[Copy, ...] = ()


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
    hits = {key: hit for key, hit in found.hits.items() if is_within(day_of(hit), start, end)}
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
    weigh = time_weight(found, fused, part, asked_on, window, settings)
    ranked = []
    weights = {key: weigh(day_of(hit)) for key, hit in found.hits.items()}
    for key, hit in found.hits.items():
        in_window = window is None or is_within(day_of(hit), window.start, window.end)
        score = fused[key] * weights[key]
        ranked.append(RankedHit(hit, score, number, keyword.get(key), found.similarity.get(key), in_window))
    ranked.sort(key=_best_first)
    if asked is None or not settings.reading:
        return ranked
    return _read(asked, ranked, fused, weights, settings)


def _read(
    asked: Asked,
    ranked: list[RankedHit],
    fused: Mapping[str, float],
    weights: Mapping[str, float],
    settings: RetrievalSettings,
) -> list[RankedHit]:
    """Order the first ones by what their words say too; those behind stay behind."""
    first, behind = ranked[: settings.read], ranked[settings.read :]
    lowest = min((one.keyword for one in ranked if one.keyword is not None), default=0.0)
    furthest = min((one.similarity for one in ranked if one.similarity is not None), default=0.0)
    scored = [
        Scored(
            one.hit,
            lowest if one.keyword is None else one.keyword,
            furthest if one.similarity is None else one.similarity,
            fused[one.hit.passage.passage_id],
        )
        for one in first
    ]
    sums = [
        sum(WEIGHTS[name] * value for name, value in zip(FEATURES, row, strict=True))
        + _TIME * math.log(max(weights[one.hit.passage.passage_id], 1e-6))
        for one, row in zip(first, passage_features(asked, scored), strict=True)
    ]
    highest = max(sums, default=0.0)
    said = [
        replace(
            one,
            score=max(one.score, 0.0) ** (1 - settings.reading)
            * math.exp(settings.reading * (total - highest) / _SCALE),
        )
        for one, total in zip(first, sums, strict=True)
    ]
    said.sort(key=_best_first)
    if not said or not behind or behind[0].score <= 0:
        return said + behind
    shrink = min(1.0, _BEHIND * said[-1].score / behind[0].score)
    return said + [replace(one, score=one.score * shrink) for one in behind]


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
