"""Which printings are one story: similarity, length, outlet and day together."""

from __future__ import annotations

import pytest

from archive.copies import Printing, are_copies


@pytest.mark.parametrize(
    ("estimate", "one", "other", "expected"),
    [
        (0.95, Printing("A", 1, 1000), Printing("A", 900, 1000), True),  # the same text, years later
        (0.69, Printing("A", 1, 1000), Printing("A", 30, 1000), False),  # a template, weeks apart
        (0.69, Printing("A", 1, 1000), Printing("A", 2, 1000), True),
        (0.44, Printing("A", 1, 1700), Printing("B", 2, 2300), True),  # 72 % of the shorter text
        (0.44, Printing("A", 1, 1700), Printing("A", 2, 2300), False),  # ... but an outlet's own background
        (0.44, Printing("A", 1, 1700), Printing("a", 2, 2300), False),  # spelled otherwise, the same outlet
        (0.44, Printing("A", 1, 1700), Printing("B", 9, 2300), False),  # ... or another week's story
        (0.44, Printing("A", None, 1700), Printing("B", 9, 2300), True),  # an unknown day rules nothing out
        (0.44, Printing(None, 1, 1700), Printing("B", 1, 2300), False),  # an unknown outlet isn't another one
        (0.30, Printing("A", 1, 500), Printing("A", 1, 1600), True),  # 97 % of the shorter text: shortened
        (0.30, Printing("A", 1, 1000), Printing("B", 1, 1000), False),  # 46 %: a follow-up with the same background
        (0.20, Printing("A", 1, 300), Printing("B", 1, 3000), False),
    ],
)
def test_copies(estimate: float, one: Printing, other: Printing, expected: bool) -> None:
    assert are_copies(estimate, one, other) is expected
    assert are_copies(estimate, other, one) is expected
