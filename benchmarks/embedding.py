"""How fast the bundled embedder is, beside other ways to run the same weights, and whether retrieval loses anything.

    python -m benchmarks.embedding                  speed, likeness to the file as it is, determinism
    python -m benchmarks.embedding --retrieval 150  also hits of vectors alone, on that many quiz questions

Prints tables and writes benchmarks/results/embedding.json and embedding_retrieval.json. Speeds are medians over
rounds in which every variant embeds the same passages in turn, so the ratios hold on a busy machine too.
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
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from archive.bundled_model import build_model, find_model
from archive.embedder import open_embedder
from archive.onnx_embedder import cores, open_tokenizer
from archive.settings import load_settings
from benchmarks.embedding_variants import BUNDLED, REFERENCE, Inputs, Variant, Vectors, all_variants

HERE = Path(__file__).parent
QUIZ = HERE.parents[1] / "shared" / "data" / "quiz"
TOKENIZER = HERE.parent / "archive" / "embedder_data" / "tokenizer.json"
WORDS = 180  # of a passage


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
    show(results)
    write("embedding.json", results)
    if arguments.retrieval:
        write("embedding_retrieval.json", measure_retrieval(variants, arguments.retrieval))


def write(name: str, results: dict[str, Any]) -> None:
    """Keep results beside the benchmarks."""
    target = HERE / "results" / name
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


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
    chance = random.Random(7)
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
    before, after = (found[name].pop("ranks") for name in (REFERENCE, BUNDLED))
    pairs = list(zip(before, after, strict=True))
    found["questions_better"] = sum(new < old for old, new in pairs)
    found["questions_worse"] = sum(new > old for old, new in pairs)
    Console(width=140).print(found)
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


if __name__ == "__main__":
    main()
