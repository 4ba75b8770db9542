"""What every peer does and tells: read the same articles, answer the same questions with passages, measure itself.

A peer runs in an environment of its own, so this file imports nothing but the standard library, numpy and Backissue's
embedder, which all peers share (archive/onnx_embedder.py needs onnxruntime, onnx, tokenizers and pydantic).
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Search = Callable[[str, str], Sequence[str]]  # question, day asked -> the texts of ten passages, best first
FOUND = 10


@dataclass(frozen=True)
class Subset:
    """The articles and questions that every peer gets."""

    articles: list[dict[str, Any]]
    questions: list[dict[str, Any]]

    @property
    def text_bytes(self) -> int:
        """Bytes of all articles' texts."""
        return sum(len(one["text"].encode()) for one in self.articles)


def read_subset(folder: Path) -> Subset:
    """The files that ``python -m benchmarks.peers`` wrote."""

    def lines(name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]

    return Subset(lines("articles.jsonl"), lines("questions.jsonl"))


def ask_all(subset: Subset, search: Search, contains: Callable[[str, Sequence[str]], bool]) -> dict[str, Any]:
    """Ask every question: whether an answer stands in the first passages' text, and how long it took."""
    search("warm up", "2023-01-01")
    ranks: list[int | None] = []
    took: list[float] = []
    words: list[int] = []
    for question in subset.questions:
        began = time.perf_counter()
        texts = search(question["question"], question["asked_on"])
        took.append((time.perf_counter() - began) * 1000)
        words.append(sum(len(text.split()) for text in texts[:4]))
        ranks.append(next((n for n, text in enumerate(texts[:FOUND]) if contains(text, question["answers"])), None))
    ordered = sorted(took)
    return {
        "questions": len(ranks),
        "hits@4": round(statistics.fmean(rank is not None and rank < 4 for rank in ranks), 4),
        "hits@10": round(statistics.fmean(rank is not None for rank in ranks), 4),
        # Longer passages hold more: a hit in 3,000 words is worth less to a reader than one in 700, and costs more.
        "words_in_top_4": round(statistics.median(words)),
        "query_median_ms": round(statistics.median(took), 1),
        "query_p95_ms": round(ordered[round(0.95 * (len(ordered) - 1))], 1),
    }


def tell(name: str, subset: Subset, folder: Path, measured: dict[str, Any]) -> None:
    """Print one JSON line, the last of standard output."""
    disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    used = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    common = {
        "name": name,
        "articles": len(subset.articles),
        "disk_megabytes": round(disk / 1e6, 1),
        "disk_per_byte_of_text": round(disk / subset.text_bytes, 1),
        "peak_megabytes": round((used.ru_maxrss + children.ru_maxrss) / 1e3),
        "processor_seconds": round(used.ru_utime + used.ru_stime + children.ru_utime + children.ru_stime, 1),
        "load_after": round(os.getloadavg()[0], 1),
    }
    sys.stdout.write(json.dumps(common | measured) + "\n")
