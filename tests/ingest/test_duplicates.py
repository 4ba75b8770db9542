from __future__ import annotations

import numpy as np
import pytest

from ingest.duplicates import _shingle_hashes, signature
from tests.ingest.support import story


def similarity(first: str, second: str) -> float:
    one, two = (np.frombuffer(signature(text), dtype="<u4") for text in (first, second))
    return float((one == two).mean())


def test_a_signature_is_128_numbers_and_the_same_on_every_run() -> None:
    assert len(signature(story(1))) == 512
    assert signature(story(1)).hex()[:16] == signature(story(1).upper().replace(",", "")).hex()[:16]
    assert signature("Page not found.") == b""
    assert signature("") == b""


def test_copies_are_alike_and_other_stories_are_not() -> None:
    wire = story(1, 8)
    assert similarity(wire, wire) == 1.0
    assert similarity(wire, "MARROW (MPA) — " + wire) > 0.9
    paragraphs = wire.split("\n\n")
    assert similarity(wire, "\n\n".join(["Our reporter writes about the vote.", *paragraphs[:6]])) > 0.5
    shuffled = " ".join(reversed(wire.split()))
    assert similarity(wire, shuffled) < 0.1
    other = "\n\n".join(
        f"In town {n} the mill burned for {n * 17} hours while crews from {n * 3} villages looked for water."
        for n in range(8)
    )
    assert similarity(wire, other) < 0.1


def test_it_estimates_the_share_of_common_shingles() -> None:
    words = [f"word{n}" for n in range(1000)]
    for common in (200, 500, 800):
        other = words[:common] + [f"other{n}" for n in range(1000 - common)]
        exact = len(set(_shingle_hashes(words).tolist()) & set(_shingle_hashes(other).tolist())) / len(
            set(_shingle_hashes(words).tolist()) | set(_shingle_hashes(other).tolist())
        )
        assert similarity(" ".join(words), " ".join(other)) == pytest.approx(exact, abs=0.15)
