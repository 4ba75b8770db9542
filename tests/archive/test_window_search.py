"""Which rows of a partition a filter lets through: both ends of a window, and the day a version was valid."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from archive.filters import SearchFilter
from archive.window_search import Allowed, Partition, _mask

DAY = date(2024, 3, 5)
FIRST = DAY.toordinal()


def partition() -> Partition:
    """An undated passage, the first version of an article (replaced after three days), and its second."""
    return Partition(
        changed=1,
        passages=np.array([1, 2, 3]),
        versions=np.array([1, 2, 3]),
        articles=np.array([1, 2, 2]),
        days=np.array([-1, FIRST, FIRST]),
        valid_from=np.array([-1, FIRST, FIRST + 3]),
        valid_until=np.array([2**31 - 1, FIRST + 3, 2**31 - 1]),
        live=np.array([True, False, True]),
        matrix=np.zeros((3, 2), np.float32),
    )


@pytest.mark.parametrize(
    ("where", "passed"),
    [
        (SearchFilter(), [1, 3]),
        (SearchFilter(published_from=DAY), [3]),
        (SearchFilter(published_from=DAY + timedelta(days=1)), []),
        (SearchFilter(published_to=DAY), [3]),
        (SearchFilter(published_to=DAY - timedelta(days=1)), []),
        (SearchFilter(as_of=DAY - timedelta(days=1)), []),
        (SearchFilter(as_of=DAY), [2]),
        (SearchFilter(as_of=DAY + timedelta(days=2)), [2]),
        (SearchFilter(as_of=DAY + timedelta(days=3)), [3]),
    ],
)
def test_a_filter_lets_through_what_its_days_hold(where: SearchFilter, passed: list[int]) -> None:
    mask = _mask(partition(), where, Allowed())
    assert (partition().passages if mask is None else partition().passages[mask]).tolist() == passed
