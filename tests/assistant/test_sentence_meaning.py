"""Sentences by meaning: only where words fall short, and only the best of them are embedded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from archive.errors import EmbedderError
from assistant.sentence_features import FEATURES, Candidate
from assistant.sentence_meaning import ENOUGH, MOST, by_meaning, raised, shortfall


class Meaning:
    """Texts about clocks point one way, all others another; it remembers what it was given."""

    name = "meaning"
    dimensions = 2

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += texts
        return np.array([[1, 0] if "clock" in text else [0, 1] for text in texts], np.float32)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        return np.array([1, 0], np.float32)


class Failing(Meaning):
    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise EmbedderError("away")


def candidates(*texts: str, reach: float) -> list[Candidate]:
    """Sentences, the first scoring best; ``reach``: the share of the question's words in their passage."""
    made = []
    for place, text in enumerate(texts):
        features = [0.0] * len(FEATURES)
        features[FEATURES.index("shared_in_passage")] = reach
        made.append(Candidate(0, place, place + 1, text, [], frozenset(), features=features, score=-float(place)))
    return made


def texts_of(chosen: Sequence[Candidate]) -> list[str]:
    return [one.text for one in chosen]


def test_where_words_fall_short_meaning_decides() -> None:
    given = candidates("He was sentenced.", "He had 140 clocks.", reach=0.3)
    ranked = by_meaning("How many timepieces?", given, Meaning())
    assert texts_of(ranked) == ["He had 140 clocks.", "He was sentenced."]
    assert [one.score for one in given] == [0.0, -1.0]  # what was given is left as it was


@pytest.mark.parametrize("reach", [ENOUGH, 1.0])
def test_where_words_suffice_nothing_is_embedded(reach: float) -> None:
    embedder = Meaning()
    given = candidates("He was sentenced.", "He had 140 clocks.", reach=reach)
    assert by_meaning("How many clocks?", given, embedder) == given
    assert embedder.texts == []


def test_without_an_embedder_words_have_to_do() -> None:
    given = candidates("He was sentenced.", "He had 140 clocks.", reach=0.3)
    assert by_meaning("How many timepieces?", given, None) == given
    assert by_meaning("How many timepieces?", given, Failing()) == given
    assert by_meaning("How many timepieces?", [], Meaning()) == []


def test_only_the_best_by_words_are_embedded_and_the_rest_stay_behind() -> None:
    embedder = Meaning()
    given = candidates(*(f"Sentence {place}." for place in range(MOST)), "One clock more.", reach=0.1)
    ranked = by_meaning("How many timepieces?", given, embedder)
    assert len(embedder.texts) == MOST
    assert ranked[-1].text == "One clock more."


def test_the_shortfall_grows_as_words_are_missing() -> None:
    assert shortfall(candidates("a", reach=0.2)) > shortfall(candidates("a", reach=0.6)) > 0
    assert shortfall(candidates("a", reach=0.9)) == shortfall([]) == 0
    first = candidates("a", "b", reach=0.5)
    little, much = (raised(first, first, [0.0, 0.5], short) for short in (0.01, 0.2))
    assert texts_of(little) == ["a", "b"]
    assert texts_of(much) == ["b", "a"]
