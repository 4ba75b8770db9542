"""Several rankings of passages -> one: score fusion, the time prior, a cap per article.

Pure: keys in, scores out. Score fusion is a weighted sum of scores scaled to their best, Fox and Shaw 1994 (CombSUM).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def scale_to_best(scores: Mapping[Key, float]) -> dict[Key, float]:
    """Scores as shares of the best one: BM25 has no scale of its own. Negative scores count as 0."""
    best = max(scores.values(), default=0.0)
    return {key: max(score, 0.0) / best for key, score in scores.items()} if best > 0 else dict.fromkeys(scores, 0.0)


def score_fusion(scored: Sequence[Mapping[Key, float]], weights: Sequence[float]) -> dict[Key, float]:
    """Weighted sum of scores. A key that one ranking lacks gets its lowest score: it wasn't reached."""
    keys = dict.fromkeys(key for scores in scored for key in scores)
    fused = dict.fromkeys(keys, 0.0)
    for scores, weight in zip(scored, weights, strict=True):
        floor = min(scores.values(), default=0.0)
        for key in keys:
            fused[key] += weight * scores.get(key, floor)
    return fused


def recency_prior(published: date | None, asked_on: date, *, fresh_days: int, fade_days: int) -> float:
    """How much a publication day speaks for an article when the question names no time: 1 down to 0.

    1 for the ``fresh_days`` before the day asked (and the day after it, for time zones), falling linearly to 0 over the
    next ``fade_days``; 0 for undated articles and for those published later.
    """
    if published is None:
        return 0.0
    age = (asked_on - published).days
    if age < -1:
        return 0.0
    return max(0.0, min(1.0, 1.0 - (age - fresh_days) / fade_days))


def cap_per_group(keys: Iterable[Key], group_of: Mapping[Key, Hashable], most: int) -> list[Key]:
    """Keep the order, but at most ``most`` keys of a group (an article)."""
    counts: dict[Hashable, int] = {}
    kept: list[Key] = []
    for key in keys:
        group = group_of[key]
        counts[group] = counts.get(group, 0) + 1
        if counts[group] <= most:
            kept.append(key)
    return kept


def interleave(rankings: Sequence[Sequence[Key]], most: int) -> list[Key]:
    """Take from each ranking in turn, each key once, until there are ``most``: every part gets its share."""
    merged: dict[Key, None] = {}
    longest = max((len(ranking) for ranking in rankings), default=0)
    for position in range(longest):
        for ranking in rankings:
            if position < len(ranking) and len(merged) < most:
                merged.setdefault(ranking[position])
    return list(merged)
