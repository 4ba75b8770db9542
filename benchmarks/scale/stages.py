"""The four measurements, each on an archive of one size. Each runs in a process of its own."""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.embedder import open_embedder
from archive.filters import SearchFilter
from archive.settings import load_settings
from archive.store import ArchiveStore
from assistant.planner import plan_question
from assistant.question import Question
from assistant.retriever import retrieve
from benchmarks.ingestion import _processor_seconds
from benchmarks.scale.made_articles import DAYS, FIRST_DAY, sample_sentences, write_articles
from benchmarks.scale.measuring import disk_bytes
from benchmarks.search import BATCH, incoming
from evaluation.question_set import read_question_set
from evaluation.summary import percentile_95
from ingest.pipeline import IngestOptions, ingest
from sample import QUESTIONS

Measured = dict[str, Any]
EMBEDDED = 400  # passages embedded for the rate
ASKED = 60


class StoredVectors:
    """Random unit vectors for passages (embedding 200,000 takes an hour), the bundled model for questions."""

    name = "random-384/scale"
    dimensions = 384

    def __init__(self) -> None:
        self._generator = np.random.default_rng(11)
        self._real = open_embedder(load_settings())

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows of length 1."""
        rows = self._generator.standard_normal((len(texts), self.dimensions)).astype(np.float32)
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """What the bundled model makes of it."""
        return self._real.embed_query(text)


def measure_ingestion(folder: Path, passages: int, direct: bool = False) -> Measured:
    """Ingest made articles into ``folder`` without embedding: to searchable by words.

    ``direct`` hands the archive articles with passages of fixed length: reading, splitting and looking for copies are
    left out, for making a large archive on a busy machine. Its speed is that of writing alone, and the table says so.
    """
    file = folder.with_suffix(".jsonl")
    count = write_articles(file, passages)
    began, processor = time.perf_counter(), _processor_seconds()
    rejected = 0
    with ArchiveStore.open(folder, create=True) as store:
        if direct:
            with file.open(encoding="utf-8") as lines:
                while batch := [incoming(json.loads(line)) for line in islice(lines, BATCH)]:
                    store.add(batch)
        else:
            report = ingest(store, [str(file)], options=IngestOptions(embed=False))
            rejected = report.as_json()["outcomes"]["rejected"]
        seconds = time.perf_counter() - began
        status = store.status()
    sizes = disk_bytes(folder)
    return {
        "passages": status.passages,
        "articles": status.articles,
        "rejected": rejected,
        "direct": direct,
        "seconds": round(seconds, 1),
        "articles_per_second": round(count / seconds, 1),
        # of this process and its children: what is left to compare on a machine that is busy with other things
        "processor_ms_per_article": round(1000 * (_processor_seconds() - processor) / count, 1),
        "text_bytes": file.stat().st_size,
        "disk_bytes": sizes,
        "disk_bytes_per_passage": round(sizes["all"] / max(1, status.passages)),
    }


def measure_embedding(folder: Path) -> Measured:
    """Embed some of the archive's passages with the bundled model, and give every passage a stored vector.

    ``hours_for_all`` is the rate carried on, not run.
    """
    embedder = open_embedder(load_settings())
    with ArchiveStore.open(folder) as store:
        texts = [
            one.text for article in store.articles(limit=EMBEDDED) for one in store.passages_of(article.article_id)
        ]
        passages = store.status().passages
    texts = texts[:EMBEDDED]
    embedder.embed_passages(texts[:8])
    rates: list[float] = []
    for start in range(0, len(texts), 100):
        part = texts[start : start + 100]
        began = time.perf_counter()
        embedder.embed_passages(part)
        rates.append(len(part) / (time.perf_counter() - began))
    rate = statistics.median(rates)
    with ArchiveStore.open(folder, embedder=StoredVectors()) as store:
        waiting = store.pending_count
        began = time.perf_counter()
        store.embed_pending()
        keeping = time.perf_counter() - began
    sizes = disk_bytes(folder)
    return {
        "passages": passages,
        "embedded_for_the_rate": len(texts),
        "passages_per_second": round(rate, 1),
        "hours_for_all": round(passages / rate / 3600, 2),
        "vectors_kept_per_second": round(waiting / keeping) if waiting else None,
        "disk_bytes": sizes,
        "disk_bytes_per_passage": round(sizes["all"] / max(1, passages)),
    }


def questions() -> list[str]:
    """What is asked: the sample's questions and pieces of the articles' sentences."""
    chance = random.Random(3)
    pieces = [" ".join(one.split()[2:9]) for one in chance.sample(sample_sentences(), ASKED)]
    asked = [one.question for one in read_question_set(QUESTIONS)] + pieces
    chance.shuffle(asked)
    return asked[:ASKED]


def measure_retrieval(folder: Path) -> Measured:
    """Search an archive with all its vectors: without a wall, within three weeks, and within a year."""
    measured: Measured = {}
    last = FIRST_DAY + timedelta(days=DAYS)
    began = time.perf_counter()
    with ArchiveStore.open(folder, embedder=StoredVectors()) as store:
        measured["passages"] = store.status().passages
        retrieve(store, plan_question(store, Question("first", last)), 10)
        measured["open_and_first_search_ms"] = round((time.perf_counter() - began) * 1000)
        for name, days in (("everything", None), ("three weeks", 21), ("a year", 365)):
            measured[name] = _searched(store, last, days)
    return measured


def _searched(store: ArchiveStore, last: date, days: int | None) -> Measured:
    wall = SearchFilter() if days is None else SearchFilter(last - timedelta(days=days), last)
    asked = [Question(text, last, wall=wall) for text in questions()]
    for question in asked[:5]:
        retrieve(store, plan_question(store, question), 10)
    took: list[float] = []
    stages: dict[str, list[float]] = {}
    processor = time.process_time()
    for question in asked:
        began = time.perf_counter()
        found = retrieve(store, plan_question(store, replace(question)), 10)
        took.append((time.perf_counter() - began) * 1000)
        for stage, spent in found.timings_ms.items():
            stages.setdefault(stage, []).append(spent)
    return {
        "median_ms": round(statistics.median(took), 1),
        "p95_ms": round(percentile_95(took), 1),
        "processor_ms": round((time.process_time() - processor) * 1000 / len(asked), 1),
        "stages_median_ms": {stage: round(statistics.median(spent), 1) for stage, spent in stages.items()},
    }
