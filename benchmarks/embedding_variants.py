"""The ways to run the bundled weights that benchmarks/embedding.py measures."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from archive.bundled_model import RECIPE, build_model, find_model
from archive.onnx_embedder import Session, cores, open_session

Vectors = NDArray[np.float32]
Inputs = list[NDArray[np.int64]]
Variant = Callable[[Inputs], Vectors]

REFERENCE = "the file as it is, batches of one"
BUNDLED = f"bundled: {RECIPE}"


def all_variants(folder: Path) -> dict[str, Variant]:
    """Every way measured, by its name; the first is what the others are compared with."""
    source = str(find_model())
    built = onnx.load_from_string(build_model(Path(source)))
    quantised = quantise_by_onnxruntime(source, folder)
    return {
        REFERENCE: one_by_one(open_session(source)),
        "the file as it is, batches of 8": in_batches(source, 8),
        "onnxruntime's dynamic quantisation, batches of 8": in_batches(quantised, 8),
        "onnxruntime's dynamic quantisation, batches of one": one_by_one(open_session(quantised)),
        "rebuilt, float32 products": one_by_one(open_session(replace_products(built, float_product))),
        "rebuilt, MatMulNBits of 8 bits in blocks of 32": one_by_one(
            open_session(replace_products(built, blocked_product))
        ),
        "rebuilt, unsigned weights": one_by_one(open_session(replace_products(built, unsigned_product))),
        "rebuilt, with SkipLayerNormalization fused": one_by_one(open_session(fuse_normalisation(built))),
        BUNDLED: one_by_one(open_session(built.SerializeToString())),
    }


def one_by_one(session: Session) -> Variant:
    """Batches of one on a thread per core, each session run on its thread alone."""
    names = [value.name for value in session.get_inputs()]

    def one(ids: NDArray[np.int64]) -> Vectors:
        known = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        output = np.asarray(session.run(None, {name: known[name] for name in names})[0][0])
        vector = output.mean(axis=0) if output.ndim == 2 else output
        return np.asarray(vector / np.linalg.norm(vector), np.float32)

    def run(inputs: Inputs) -> Vectors:
        with ThreadPoolExecutor(cores()) as workers:
            return np.array(list(workers.map(one, inputs)))

    return run


def in_batches(model: str | bytes, size: int) -> Variant:
    """Padded batches on one session with all threads: the usual way."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])

    def run(inputs: Inputs) -> Vectors:
        vectors = []
        for start in range(0, len(inputs), size):
            batch = inputs[start : start + size]
            ids = np.zeros((len(batch), max(one.size for one in batch)), np.int64)
            mask = np.zeros_like(ids)
            for row, one in enumerate(batch):
                ids[row, : one.size] = one[0]
                mask[row, : one.size] = 1
            feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            output = session.run(None, feed)[0]
            vectors.append((output * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True))
        joined = np.concatenate(vectors)
        return np.asarray(joined / np.linalg.norm(joined, axis=1, keepdims=True), np.float32)

    return run


def quantise_by_onnxruntime(source: str, folder: Path) -> bytes:
    """onnxruntime.quantization's dynamic int8, of the matrix products, after folding the weights back to float32."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(folder / "folded.onnx")
    onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    target = folder / "quantised.onnx"
    quantize_dynamic(
        folder / "folded.onnx",
        target,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},  # not the products inside attention
    )
    return target.read_bytes()


def fuse_normalisation(built: onnx.ModelProto) -> bytes:
    """The bundled graph with each sum and its normalisation as one operator."""
    sums = {node.output[0]: node for node in built.graph.node if node.name.endswith("_sum")}
    nodes: list[Any] = []
    for node in built.graph.node:
        if node.name in sums:
            continue
        if node.input[0] in sums:
            inputs = [*sums[node.input[0]].input, *node.input[1:]]
            node = helper.make_node(  # noqa: PLW2901
                "SkipLayerNormalization", inputs, list(node.output), domain="com.microsoft", epsilon=1e-12
            )
        nodes.append(node)
    graph = helper.make_graph(nodes, "variant", built.graph.input, built.graph.output, list(built.graph.initializer))
    model = helper.make_model(graph, opset_imports=list(built.opset_import), ir_version=built.ir_version)
    content: bytes = model.SerializeToString()
    return content


ProductOf = Callable[[str, NDArray[np.int8], NDArray[np.float32], str, str, str], tuple[list[Any], list[Any]]]


def replace_products(built: onnx.ModelProto, product: ProductOf) -> bytes:
    """The bundled graph with its integer products made another way."""
    weights = {tensor.name: tensor for tensor in built.graph.initializer}
    nodes: list[Any] = []
    kept = {tensor.name: tensor for tensor in built.graph.initializer}
    for node in built.graph.node:
        if node.op_type != "DynamicQuantizeMatMul":
            nodes.append(node)
            continue
        source, matrix, scale, _, bias = node.input
        values = numpy_helper.to_array(weights[matrix]), numpy_helper.to_array(weights[scale])
        new_nodes, new_weights = product(source, values[0], values[1], bias, matrix, node.output[0])
        nodes += new_nodes
        kept |= {tensor.name: tensor for tensor in new_weights}
    graph = helper.make_graph(nodes, "variant", built.graph.input, built.graph.output, list(kept.values()))
    model = helper.make_model(graph, opset_imports=list(built.opset_import), ir_version=built.ir_version)
    content: bytes = model.SerializeToString()
    return content


def float_product(
    source: str, matrix: NDArray[np.int8], scale: NDArray[np.float32], bias: str, name: str, output: str
) -> tuple[list[Any], list[Any]]:
    """Weights back to float32."""
    nodes = [
        helper.make_node("MatMul", [source, name], [f"{output}_product"]),
        helper.make_node("Add", [f"{output}_product", bias], [output]),
    ]
    return nodes, [numpy_helper.from_array(matrix.astype(np.float32) * scale, name)]


def unsigned_product(
    source: str, matrix: NDArray[np.int8], scale: NDArray[np.float32], bias: str, name: str, output: str
) -> tuple[list[Any], list[Any]]:
    """The same integers as uint8 with a zero point of 128: exact on processors without VNNI too."""
    inputs = [source, name, name[:-1] + "s", name + "_zero", bias]
    zeros = np.full(scale.shape, 128, np.uint8)
    shifted = (matrix.astype(np.int16) + 128).astype(np.uint8)
    node = helper.make_node("DynamicQuantizeMatMul", inputs, [output], domain="com.microsoft")
    return [node], [numpy_helper.from_array(shifted, name), numpy_helper.from_array(zeros, name + "_zero")]


def blocked_product(
    source: str, matrix: NDArray[np.int8], scale: NDArray[np.float32], bias: str, name: str, output: str
) -> tuple[list[Any], list[Any]]:
    """MatMulNBits: activations are scaled per row and block of 32, so batches wouldn't change the vectors."""
    rows, columns = matrix.shape
    blocks = rows // 32
    values = (matrix.T.astype(np.int16) + 128).astype(np.uint8).reshape(columns, blocks, 32)
    scales = np.repeat(scale, blocks)
    node = helper.make_node(
        "MatMulNBits",
        [source, name, f"{name}_scales", "", "", bias],
        [output],
        domain="com.microsoft",
        K=rows,
        N=columns,
        bits=8,
        block_size=32,
        accuracy_level=4,
    )
    return [node], [numpy_helper.from_array(values, name), numpy_helper.from_array(scales, f"{name}_scales")]
