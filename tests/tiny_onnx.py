"""A model file of a few words, written here: what the tests of models of one's own begin with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import onnx
from onnx import NodeProto, TensorProto, helper


def save_model(
    folder: Path,
    nodes: Sequence[NodeProto],
    weights: Sequence[TensorProto],
    *,
    vocabulary: Mapping[str, int],
    inputs: Sequence[str],
    output: str,
    shape: Sequence[int | str],
) -> Path:
    """The network as ``tiny.onnx``, with a tokenizer that knows the vocabulary; ``inputs`` are the ids of its words."""
    graph = helper.make_graph(
        list(nodes),
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, [1, "n"]) for name in inputs],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
        list(weights),
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), folder / "tiny.onnx")
    tokenizer = {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "model": {"type": "WordLevel", "vocab": dict(vocabulary), "unk_token": "[UNK]"},
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    return folder / "tiny.onnx"
