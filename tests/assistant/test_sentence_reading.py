"""Sentences read in their context, with the bundled model and with small fakes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from archive.article import Article
from archive.embedder import Embedder, HashingEmbedder, TokenEmbedder, TokenVectors, open_embedder
from archive.errors import EmbedderError
from archive.settings import load_settings
from assistant.answer import Source
from assistant.evidence import Evidence
from assistant.extractive import READ_WEIGHTS, WEIGHTS, score_sentences
from assistant.question_features import take_apart
from assistant.sentence_features import FEATURES, find_candidates
from assistant.sentence_reading import MEANINGS, MOST, read_in_context


class Spelled(HashingEmbedder):
    """Each word a piece, its vector made of its letters; it remembers what it was given and reads ``most`` pieces."""

    def __init__(self, most: int = 10_000) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.most = most

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.texts += texts
        return [self._tokens(text) for text in texts]

    def _tokens(self, text: str) -> TokenVectors:
        found = list(re.finditer(r"\w+", text))[: self.most]
        vectors = np.array([_letters(one.group()) for one in found], np.float32).reshape(-1, 26)
        return TokenVectors(vectors, np.array([one.span() for one in found], np.int64).reshape(-1, 2))


class Away(Spelled):
    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        raise EmbedderError("away")


def _letters(word: str) -> NDArray[np.float32]:
    vector = np.full(26, 1e-3, np.float32)
    for one in word.lower():
        if "a" <= one <= "z":
            vector[ord(one) - ord("a")] += 1
    return vector


def evidence(*texts: str, title: str = "") -> list[Evidence]:
    pieces = []
    for number, text in enumerate(texts):
        article = Article(f"a{number}", f"url:{number}", title, "..." + text)
        source = Source(str(number), f"a{number}", f"a{number}.x.0", title, None, None, None, text, 3, 3 + len(text))
        pieces.append(Evidence(source, article, 1.0, frozenset({0})))
    return pieces


@pytest.fixture(scope="module")
def bundled() -> Embedder:
    return open_embedder(load_settings())


def test_the_sentence_that_says_it_in_other_words_comes_first(bundled: Embedder) -> None:
    """By words alone the lead wins, which says what the story is about and nothing of tickets."""
    pieces = evidence(
        "The mayor of Tarn, Ida Weir, opened the new swimming hall on Monday. She thanked the town for its patience. "
        "Admission is 40 crowns for adults and half of that for children. The hall was built by a firm from Vellmar.",
        title="New swimming hall opens in Tarn",
    )
    question = "how much is a ticket to the swimming hall in Tarn?"
    assert "40 crowns" not in score_sentences(question, pieces, {})[0].text
    assert "40 crowns" in score_sentences(question, pieces, {}, bundled)[0].text
    assert isinstance(bundled, TokenEmbedder)


def test_the_weights_are_of_the_signs_in_their_order() -> None:
    assert tuple(WEIGHTS) == FEATURES
    assert tuple(READ_WEIGHTS) == (*FEATURES, *MEANINGS)


@pytest.mark.parametrize("embedder", [None, HashingEmbedder(), Away()])
def test_without_vectors_of_pieces_words_decide(embedder: Embedder | None) -> None:
    pieces = evidence("The port closed on Monday. It opened again on Friday.")
    words_alone = [(one.text, one.score) for one in score_sentences("When did the port close?", pieces, {})]
    assert [(one.text, one.score) for one in score_sentences("When did the port close?", pieces, {}, embedder)] == (
        words_alone
    )


def test_a_sentence_counts_by_its_own_pieces_at_its_own_place() -> None:
    """Both passages hold the same words at other places, so only the offsets tell whose they are."""
    pieces = evidence(
        "Zebras zigzag. The port closed. Nobody knows why.", "The port closed. Zebras zigzag.", title="Port"
    )
    asked = take_apart("zebras?", {})
    candidates = find_candidates(asked, pieces)
    assert read_in_context(asked, pieces, candidates, Spelled())
    met = {(one.source, one.text): one.meanings[MEANINGS.index("words_met")] for one in candidates}
    assert met[0, "Zebras zigzag."] == pytest.approx(1)
    assert met[1, "Zebras zigzag."] == pytest.approx(1)
    assert max(value for (_, text), value in met.items() if "Zebras" not in text) < 0.9


def test_a_sentence_knows_what_its_neighbours_say() -> None:
    pieces = evidence("The port closed. Zebras zigzag. Nobody knows why.", "It rained.")
    asked = take_apart("zebras?", {})
    candidates = find_candidates(asked, pieces)
    assert read_in_context(asked, pieces, candidates, Spelled())
    met, before, after = (MEANINGS.index(name) for name in ("telling_words_met", "met_before", "met_after"))
    closed, zebras, why, rained = (one.meanings for one in candidates)
    lowest = min(one[met] for one in (closed, zebras, why, rained))
    assert [one[before] for one in (closed, zebras, why, rained)] == [lowest, closed[met], zebras[met], lowest]
    assert [one[after] for one in (closed, zebras, why, rained)] == [zebras[met], why[met], lowest, lowest]


def test_stretches_hold_whole_sentences_with_their_headline() -> None:
    sentence = "The council met on Monday and decided nothing about the bridge at all. "
    pieces = evidence(sentence * 40, title="Bridge " * 40)
    asked = take_apart("bridge?", {})
    embedder = Spelled()
    read_in_context(asked, pieces, find_candidates(asked, pieces), embedder)
    question, *stretches = embedder.texts
    assert question == "bridge?"
    assert len(stretches) > 2
    assert all(text.startswith("Bridge Bridge") and len(text) < 1_100 for text in stretches)
    assert sum(text.count("The council met") for text in stretches) == 40


def test_only_the_best_pieces_of_evidence_are_read() -> None:
    pieces = evidence(*(f"Zebras zigzag number {number}." for number in range(MOST + 2)))
    asked = take_apart("zebras?", {})
    candidates = find_candidates(asked, pieces)
    embedder = Spelled()
    assert read_in_context(asked, pieces, candidates, embedder)
    assert len(embedder.texts) == 1 + MOST
    met = [one.meanings[MEANINGS.index("words_met")] for one in sorted(candidates, key=lambda one: one.source)]
    assert met == pytest.approx([1] * len(met))  # the last two: as little as the least of those read


def test_scripts_of_many_pieces_are_read_in_shorter_stretches() -> None:
    pieces = evidence("議会は月曜日に橋について何も決めなかった。" * 30)
    asked = take_apart("橋?", {})
    embedder = Spelled()
    read_in_context(asked, pieces, find_candidates(asked, pieces), embedder)
    assert max(len(text) for text in embedder.texts) < 300


def test_what_the_model_never_saw_speaks_for_nothing() -> None:
    pieces = evidence("The bridge fell. " + "The council met again. " * 3)
    asked = take_apart("bridge council", {})
    candidates = find_candidates(asked, pieces)
    assert read_in_context(asked, pieces, candidates, Spelled(most=6))
    own = [one.meanings[:5] for one in candidates]
    assert own[-1] == own[-2] == tuple(min(column) for column in zip(*own[:2], strict=True))
    fresh = [replace(one, meanings=()) for one in candidates]
    assert not read_in_context(asked, pieces, fresh, Spelled(most=0))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=200), min_size=1, max_size=4))
def test_any_text_is_read(question: str, texts: list[str]) -> None:
    pieces = evidence(*texts)
    asked = take_apart(question, {})
    candidates = find_candidates(asked, pieces)
    if read_in_context(asked, pieces, candidates, Spelled()):
        assert all(len(one.meanings) == len(MEANINGS) for one in candidates)
        assert np.isfinite([one.meanings for one in candidates]).all()
