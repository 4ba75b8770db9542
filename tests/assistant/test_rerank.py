"""Reranking: the arithmetic with a fake, and a cross-encoder as a file, written here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from onnx import helper, numpy_helper

from archive.errors import RerankerError
from archive.settings import load_settings
from archive.store import ArchiveStore
from assistant.planner import plan_question
from assistant.question import Question
from assistant.ranking import RankedHit, RetrievalSettings
from assistant.rerank import Reranker, open_reranker, rerank
from assistant.retriever import Retrieval, retrieve
from tests.tiny_onnx import save_model

ASKED = date(2024, 6, 10)
WORDS = {"[UNK]": 0, "crack": 1, "rovers": 2, "dockers": 3}
WEIGHT = np.array([0, 5, 1, -2], np.float32)


class ByLength:
    """Prefers short passages."""

    name = "by length"

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        return [-float(len(passage)) for passage in passages]


class Broken:
    name = "broken"

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        raise RerankerError("the model is on holiday.")


class TooFew:
    name = "too few"

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        return [1.0]


def found(store: ArchiveStore, text: str, reranker: Reranker | None = None) -> Retrieval:
    plan = plan_question(store, Question(text, ASKED))
    return retrieve(store, plan, 6, RetrievalSettings(reranker=reranker))


def write_cross_encoder(folder: Path, *, outputs: int = 1, inputs: tuple[str, ...] = ("input_ids",)) -> Path:
    """It sums a weight per word of question and passage."""
    nodes = [
        helper.make_node("Gather", ["weights", "input_ids"], ["each"]),
        helper.make_node("ReduceSum", ["each", "axis"], ["sum"], keepdims=1),
    ]
    weights = [numpy_helper.from_array(WEIGHT, "weights"), numpy_helper.from_array(np.array([1], np.int64), "axis")]
    name = "sum"
    if outputs > 1:
        nodes += [
            helper.make_node("Neg", ["sum"], ["minus"]),
            helper.make_node("Concat", ["minus", *["sum"] * (outputs - 1)], ["logits"], axis=1),
        ]
        name = "logits"
    return save_model(folder, nodes, weights, vocabulary=WORDS, inputs=inputs, output=name, shape=[1, outputs])


def opened(path: Path) -> Reranker:
    reranker = open_reranker(load_settings({"reranker": f"file:{path}"}))
    assert reranker is not None
    return reranker


def test_none_is_the_default() -> None:
    assert open_reranker(load_settings()) is None


def test_it_moves_the_first_ones_and_leaves_those_behind(store: ArchiveStore) -> None:
    hits = [replace(hit, score=1.0 - place / 10) for place, hit in enumerate(found(store, "strike in Tarn port").hits)]
    assert len(hits) >= 4
    ranked = rerank("strike", hits, ByLength(), 3)

    def length(hit: RankedHit) -> int:
        return len(hit.hit.article.title) + len(hit.hit.passage.text)

    assert ranked[0].hit == min(hits[:3], key=length).hit
    assert {one.hit.passage.passage_id for one in ranked[:3]} == {one.hit.passage.passage_id for one in hits[:3]}
    assert [one.hit for one in ranked[3:]] == [one.hit for one in hits[3:]]
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
    assert rerank("strike", hits[:1], ByLength(), 3) == hits[:1]


def test_retrieval_goes_on_without_one_that_fails(store: ArchiveStore) -> None:
    plain = found(store, "strike in Tarn port")
    failed = found(store, "strike in Tarn port", Broken())
    assert [one.hit for one in failed.hits] == [one.hit for one in plain.hits]
    assert "Not reranked: the model is on holiday." in failed.notes
    assert any("too few gave no usable scores" in note for note in found(store, "strike in Tarn port", TooFew()).notes)


@pytest.mark.parametrize("outputs", [1, 2])
@pytest.mark.parametrize("inputs", [("input_ids",), ("input_ids", "attention_mask", "token_type_ids")])
def test_a_cross_encoder_file_reads_question_and_passage(tmp_path: Path, outputs: int, inputs: tuple[str, ...]) -> None:
    scores = opened(write_cross_encoder(tmp_path, outputs=outputs, inputs=inputs)).score(
        "Crack?", ["dockers", "rovers and a crack", "", "\ud800"]
    )
    assert scores == [outputs * total for total in (3.0, 11.0, 5.0, 5.0)]


def test_its_order_is_what_retrieval_gives(store: ArchiveStore, tmp_path: Path) -> None:
    hits = found(store, "cup rovers tarn dockers", opened(write_cross_encoder(tmp_path))).hits
    texts = [f"{one.hit.article.title} {one.hit.passage.text}".casefold() for one in hits]
    assert "rovers" in texts[0]
    assert any("dockers" in text for text in texts[1:])


def test_what_is_wrong_with_a_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(RerankerError, match="names no reranker"):
        open_reranker(load_settings({"reranker": "magic"}))
    with pytest.raises(RerankerError, match=r"nowhere\.onnx is missing"):
        opened(tmp_path / "nowhere.onnx")
    for place, (options, complaint) in enumerate(
        [
            ({"inputs": ("input_ids", "pixels")}, "wants the inputs input_ids, pixels"),
            ({"outputs": 3}, "gave 3 numbers"),
        ]
    ):
        folder = tmp_path / str(place)
        folder.mkdir()
        path = write_cross_encoder(folder, **options)  # type: ignore[arg-type]
        with pytest.raises(RerankerError, match=complaint):
            opened(path).score("a", ["b", "c"])
    folder = tmp_path / "broken"
    folder.mkdir()
    write_cross_encoder(folder).write_bytes(b"not a model")
    with pytest.raises(RerankerError, match=r"can't load .*tiny\.onnx"):
        opened(folder / "tiny.onnx").score("a", ["b", "c"])
