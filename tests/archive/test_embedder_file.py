"""A model file of one's own: a tiny network written here, with a tokenizer of a few words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import helper, numpy_helper

from archive.embedder import Embedder, open_embedder
from archive.errors import EmbedderError
from archive.settings import load_settings
from tests.tiny_onnx import save_model

WORDS = {"[UNK]": 0, "harbour": 1, "storm": 2, "council": 3}
TABLE = np.array([[1, 1, 1], [1, 0, 0], [0, 2, 0], [0, 0, 3]], np.float32)


def write_model(
    folder: Path, *, inputs: tuple[str, ...] = ("input_ids", "attention_mask"), pooled: bool = False
) -> Path:
    """A look-up table; with ``pooled`` it averages by itself."""
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["tokens"])]
    weights = [numpy_helper.from_array(TABLE, "table")]
    output: str = "tokens"
    shape: list[str | int] = [1, "n", 3]
    if pooled:
        weights.append(numpy_helper.from_array(np.array([1], np.int64), "axis"))
        nodes.append(helper.make_node("ReduceMean", ["tokens", "axis"], ["text"], keepdims=0))
        output, shape = "text", [1, 3]
    return save_model(folder, nodes, weights, vocabulary=WORDS, inputs=inputs, output=output, shape=shape)


def open_file(path: Path) -> Embedder:
    return open_embedder(load_settings({"embedder": f"file:{path}"}))


@pytest.mark.parametrize("pooled", [False, True])
def test_tokens_are_averaged_and_scaled_to_length_one(tmp_path: Path, pooled: bool) -> None:
    embedder = open_file(write_model(tmp_path, pooled=pooled))
    vectors = embedder.embed_passages(["Harbour storm", "council", "", "\ud800"])
    assert embedder.dimensions == 3
    assert np.allclose(vectors[0], np.array([1, 2, 0]) / np.sqrt(5))
    assert np.allclose(vectors[1], [0, 0, 1])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)


@pytest.mark.parametrize("inputs", [("input_ids",), ("input_ids", "attention_mask", "token_type_ids")])
def test_a_model_gets_the_inputs_it_declares(tmp_path: Path, inputs: tuple[str, ...]) -> None:
    assert np.allclose(open_file(write_model(tmp_path, inputs=inputs)).embed_query("storm"), [0, 1, 0])


def test_an_input_that_is_unknown_is_named(tmp_path: Path) -> None:
    embedder = open_file(write_model(tmp_path, inputs=("input_ids", "pixels")))
    with pytest.raises(EmbedderError, match="wants the inputs input_ids, pixels"):
        embedder.embed_query("storm")


def test_the_name_follows_the_content_not_the_place(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    path = write_model(tmp_path / "a")
    name = open_file(path).name
    assert name == open_file(write_model(tmp_path / "b")).name
    (tmp_path / "a" / "tiny.onnx_data").write_bytes(b"weights kept beside the graph")
    assert open_file(path).name != name


def test_missing_and_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match=r"nowhere\.onnx is missing"):
        open_file(tmp_path / "nowhere.onnx")
    path = write_model(tmp_path)
    path.write_bytes(b"not a model")
    with pytest.raises(EmbedderError, match=r"can't load .*tiny\.onnx"):
        open_file(path).embed_query("x")
    path = write_model(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(EmbedderError, match=r"tokenizer\.json is not a tokenizer"):
        open_file(path).embed_query("x")
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(EmbedderError, match=r"tokenizer\.json is missing"):
        open_file(path)
