"""Bootstrap confidence intervals: how far a mean may be off because the questions are only a sample. Pure.

The percentile interval (Efron 1979): the questions are drawn again with replacement, 2,000 times, with a fixed seed, so
that the same rows give the same interval. For two runs the differences of each question are drawn, which takes out what
makes a question hard for both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
SEED = 20240229
LOW, HIGH = 2.5, 97.5  # percentiles: a 95 % interval


def mean_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """The 95 % interval of a mean; None with fewer than two values."""
    if len(values) < 2:
        return None
    column = np.asarray(values, np.float64)
    means = column[_draws(len(column))].mean(axis=1)
    return _ends(means)


def interval_of(statistic: Callable[[NDArray[np.int64]], float | None], size: int) -> tuple[float, float] | None:
    """The 95 % interval of anything computed from drawn rows; draws where it is None don't count."""
    if size < 2:
        return None
    found = [value for draw in _draws(size, RESAMPLES // 4) if (value := statistic(draw)) is not None]
    return _ends(np.asarray(found)) if len(found) > 1 else None


def _draws(size: int, resamples: int = RESAMPLES) -> NDArray[np.int64]:
    return np.random.default_rng(SEED).integers(0, size, (resamples, size))


def _ends(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.percentile(values, (LOW, HIGH))
    return round(float(low), 4), round(float(high), 4)
