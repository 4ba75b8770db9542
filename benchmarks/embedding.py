"""How fast the bundled embedder is, beside other ways to run the same weights, and whether retrieval loses anything.

    python -m benchmarks.embedding                  speed, likeness to the file as it is, determinism
    python -m benchmarks.embedding --retrieval 150  also hits of vectors alone, on that many quiz questions

Prints a table and writes benchmarks/results/embedding.json. Speeds are medians over rounds in which every variant
embeds the same passages in turn, so the ratios hold on a machine that does other things too.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from rich.console import Console
from rich.table import Table

from archive.bundled_model import RECIPE, UNWANTED_OPTIMIZERS, build_model, find_model
from archive.embedder import open_embedder
from archive.onnx_embedder import Session, cores, open_session, open_tokenizer
from archive.settings import load_settings

HERE = Path(__file__).parent
QUIZ = HERE.parents[1] / "shared" / "data" / "quiz"
TOKENIZER = HERE.parent / "archive" / "embedder_data" / "tokenizer.json"
WORDS = 180  # of a passage

Vectors = NDArray[np.float32]
Inputs = list[NDArray[np.int64]]
Variant = Callable[[Inputs], Vectors]

REFERENCE = "the file as it is, batches of one"
BUNDLED = f"bundled: {RECIPE}"


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=48, help="passages embedded by each variant in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--retrieval", type=int, default=0, metavar="QUESTIONS")
    arguments = parser.parse_args()
    tokenizer = open_tokenizer(TOKENIZER)
    texts = passages_for_speed(arguments.passages)
    inputs = [np.array([encoding.ids], np.int64) for encoding in tokenizer.encode_batch(texts)]
    with tempfile.TemporaryDirectory() as folder:
        variants = all_variants(Path(folder))
    results: dict[str, Any] = {
        "machine": f"{platform.machine()}, {cores()} cores, load {os.getloadavg()[0]:.1f} at the start",
        "versions": {"onnxruntime": onnxruntime.__version__, "onnx": onnx.__version__, "numpy": np.__version__},
        "passages": len(texts),
        "tokens_mean": round(float(np.mean([one.size for one in inputs])), 1),
        "variants": measure_speed(variants, inputs, arguments.rounds),
        "deterministic": check_determinism(texts),
        "ms": measure_latency(),
    }
    if arguments.retrieval:
        results["retrieval"] = measure_retrieval(variants, arguments.retrieval)
    show(results)
    target = HERE / "results" / "embedding.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


# ---------------------------------------------------------------------------------------------------- what is embedded


def passages_for_speed(count: int) -> list[str]:
    """Passages of the quiz's articles, or else of the sample archive's."""
    if (QUIZ / "articles.jsonl.gz").is_file():
        texts = [article["text"] for article in read_quiz_articles()[::97]]
    else:
        texts = [" ".join(path.read_text(encoding="utf-8") for path in sorted((HERE.parent / "sample").rglob("*.*")))]
    return [passage for text in texts for passage in split(text) if len(passage.split()) == WORDS][:count]


def read_quiz_articles() -> list[dict[str, Any]]:
    """The quiz's articles as they are."""
    with gzip.open(QUIZ / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def split(text: str) -> list[str]:
    """Passages of 180 words."""
    words = text.split()
    return [" ".join(words[start : start + WORDS]) for start in range(0, len(words), WORDS)]


# ------------------------------------------------------------------------------------------------------------ variants


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
        "rebuilt, float32 products": rebuilt(replace_products(built, float_product)),
        "rebuilt, MatMulNBits of 8 bits in blocks of 32": rebuilt(replace_products(built, blocked_product)),
        "rebuilt, unsigned weights": rebuilt(replace_products(built, unsigned_product)),
        "rebuilt, with SkipLayerNormalization fused": one_by_one(open_session(built.SerializeToString())),
        BUNDLED: rebuilt(built.SerializeToString()),
    }


def rebuilt(model: bytes) -> Variant:
    """The bundled graph, or one with other products, run as the product runs it."""
    return one_by_one(open_session(model, UNWANTED_OPTIMIZERS))


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
        folder / "folded.onnx", target, op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QInt8
    )
    return target.read_bytes()


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


# -------------------------------------------------------------------------------------------------------- measurements


def measure_speed(variants: dict[str, Variant], inputs: Inputs, rounds: int) -> dict[str, dict[str, float]]:
    """Passages per second of wall time and per core-second, and the cosine to the vectors of the file as it is.

    Core-seconds are what the process used, so other work on the machine blurs them less.
    """
    rates: dict[str, list[float]] = {name: [] for name in variants}
    core_rates: dict[str, list[float]] = {name: [] for name in variants}
    vectors: dict[str, Vectors] = {}
    for run in variants.values():
        run(inputs[:2])
    for _ in range(rounds):
        for name, run in variants.items():
            start, start_core = time.perf_counter(), time.process_time()
            vectors[name] = run(inputs)
            rates[name].append(len(inputs) / (time.perf_counter() - start))
            core_rates[name].append(len(inputs) / (time.process_time() - start_core))
    measured = {}
    for name in variants:
        cosines = (vectors[name] * vectors[REFERENCE]).sum(axis=1)
        measured[name] = {
            "passages_per_second": round(statistics.median(rates[name]), 1),
            "ratio": ratio(rates, name),
            "passages_per_core_second": round(statistics.median(core_rates[name]), 1),
            "core_ratio": ratio(core_rates, name),
            "cosine_mean": round(float(cosines.mean()), 4),
            "cosine_min": round(float(cosines.min()), 4),
        }
    return measured


def ratio(rates: dict[str, list[float]], name: str) -> float:
    """How many times as fast as the file as it is, median over the rounds."""
    return round(float(np.median(np.divide(rates[name], rates[REFERENCE]))), 2)


def check_determinism(texts: Sequence[str]) -> dict[str, bool]:
    """Whether a text's vector is the same, bit for bit, whatever it is embedded with, and so is the built model."""
    embedder = open_embedder(load_settings())
    together = embedder.embed_passages(texts)
    order = sorted(range(len(texts)), key=lambda row: texts[row])
    shuffled = embedder.embed_passages([texts[row] for row in order])
    alone = np.array([embedder.embed_query(text) for text in texts])
    path = find_model()
    builds = {hashlib.sha256(build_model(path)).hexdigest() for _ in range(2)}
    return {
        "any order": bool((shuffled == together[order]).all()),
        "alone or together": bool((alone == together).all()),
        "the built model": len(builds) == 1,
    }


def measure_latency() -> dict[str, float]:
    """Milliseconds from nothing to the first vector, and of one question after that."""
    start = time.perf_counter()
    embedder = open_embedder(load_settings())
    embedder.embed_query("warm")
    first = time.perf_counter() - start
    times = []
    for _ in range(30):
        start = time.perf_counter()
        embedder.embed_query("What did the ministry say after the strike at the port last week?")
        times.append(time.perf_counter() - start)
    return {"load and first text": round(first * 1000, 1), "a question": round(statistics.median(times) * 1000, 1)}


def measure_retrieval(variants: dict[str, Variant], count: int) -> dict[str, Any]:
    """Vectors alone: is an answer string in the best 4 or 10 passages? All relevant articles are searched."""
    chance = random.Random(7)  # noqa: S311 - a sample, not a secret
    lines = (QUIZ / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [question for question in map(json.loads, lines) if question["expect"] == "answer"]
    questions = chance.sample(questions, count)
    relevant = {name for question in questions for name in question["relevant"]}
    articles = read_quiz_articles()
    others = chance.sample([article for article in articles if article["id"] not in relevant], 2 * count)
    chosen = [article for article in articles if article["id"] in relevant] + others
    texts = [f"{article['title']}\n{passage}" for article in chosen for passage in split(article["text"])]
    tokenizer = open_tokenizer(TOKENIZER)
    passage_ids = [np.array([encoding.ids], np.int64) for encoding in tokenizer.encode_batch(texts)]
    asked = [question["question"] for question in questions]
    question_ids = [np.array([encoding.ids], np.int64) for encoding in tokenizer.encode_batch(asked)]
    folded = [fold(text) for text in texts]
    found: dict[str, Any] = {"questions": count, "articles": len(chosen), "passages": len(texts)}
    scores = {}
    for name in (REFERENCE, BUNDLED):
        scores[name] = variants[name](question_ids) @ variants[name](passage_ids).T
        ranks = [
            first_hit(row, folded, question["answers"]) for row, question in zip(scores[name], questions, strict=True)
        ]
        found[name] = {f"hits@{k}": sum(rank < k for rank in ranks) for k in (1, 4, 10)} | {
            "mean_reciprocal_rank": round(statistics.mean(1 / (rank + 1) for rank in ranks), 4),
            "ranks": ranks,
        }
    best = [np.argsort(-scores[name], axis=1, kind="stable")[:, :10] for name in (REFERENCE, BUNDLED)]
    shared = [len(set(left) & set(right)) / 10 for left, right in zip(*best, strict=True)]
    found["shared_of_best_10"] = round(statistics.mean(shared), 3)
    return found


def first_hit(scores: NDArray[np.float32], folded: Sequence[str], answers: Sequence[str]) -> int:
    """Place, from 0, of the best passage that holds an answer; the number of passages if none does."""
    wanted = [fold(answer) for answer in answers]
    for place, row in enumerate(np.argsort(-scores, kind="stable")):
        if any(answer in folded[row] for answer in wanted):
            return place
    return len(folded)


def fold(text: str) -> str:
    """Words only, without case."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())


def show(results: dict[str, Any]) -> None:
    """Print the tables."""
    console = Console(width=140)
    console.print(f"{results['machine']}; {results['passages']} passages of {results['tokens_mean']} tokens on average")
    table = Table("variant", "passages/s", "ratio", "per core-second", "ratio", "cosine, mean", "least")
    for name, row in results["variants"].items():
        table.add_row(name, *(str(value) for value in row.values()))
    console.print(table)
    for title in ("deterministic", "ms"):
        console.print(f"{title}: " + ", ".join(f"{name}: {value}" for name, value in results[title].items()))
    for name, row in results.get("retrieval", {}).items():
        shown = {key: value for key, value in row.items() if key != "ranks"} if isinstance(row, dict) else row
        console.print(f"retrieval, {name}: {shown}")


if __name__ == "__main__":
    main()
