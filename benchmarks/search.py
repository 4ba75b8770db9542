"""How long searches take at 80,000 passages, by words and by vectors, with and without a window of days.

    python -m benchmarks.search [--articles FILE] [--passages N] [--out FOLDER]

Articles: the quiz archive of the shared data if it is there, made-up ones of the same size otherwise. Vectors are
random: the worst case for speed, and no word about quality. Prints a table and writes benchmarks/results/search.json.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.article import Article, Timestamp, article_id_for
from archive.filters import SearchFilter
from archive.store import ArchiveStore, IncomingArticle

QUIZ = Path(__file__).resolve().parents[2] / "shared" / "data" / "quiz"
PASSAGE_CHARACTERS = 900
BATCH = 250


class RandomEmbedder:
    """Unit vectors of no meaning, at no cost."""

    name = "random-384/1"
    dimensions = 384

    def __init__(self) -> None:
        self._generator = np.random.default_rng(11)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Random rows of length 1."""
        rows = self._generator.standard_normal((len(texts), self.dimensions)).astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """A random vector."""
        return self.embed_passages([text])[0]


def records(file: Path, passages: int) -> Iterator[dict[str, Any]]:
    """Articles as ingestion reads them, until they make that many passages."""
    count = 0
    if file.is_file():
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                count += -(-len(record["text"]) // PASSAGE_CHARACTERS)
                yield record
                if count >= passages:
                    return
        return
    generator = np.random.default_rng(5)
    words = [f"word{number}" for number in generator.zipf(1.3, 4_000_000) % 60_000]
    for number in range(passages // 7):
        start = int(generator.integers(len(words) - 1000))
        day = date(2022, 1, 1) + timedelta(days=int(generator.integers(700)))
        text = " ".join(words[start : start + 900])
        yield {"id": str(number), "url": f"https://x.example/{number}", "title": text[:60], "text": text} | {
            "outlet": f"Outlet {number % 9}",
            "published": day.isoformat(),
        }


def incoming(record: dict[str, Any]) -> IncomingArticle:
    """The article with passages of fixed length and a random signature: splitting and hashing aren't measured here."""
    text = record["text"]
    published = record.get("published")
    article = Article(
        article_id_for(record["url"]),
        record["url"],
        record["title"],
        text,
        url=record["url"],
        external_id=record["id"],
        outlet=record.get("outlet"),
        authors=tuple(record.get("authors", ())),
        published=Timestamp.from_iso(published[:10]) if published else None,
        raw=json.dumps(record).encode(),
    )
    starts = range(0, len(text), PASSAGE_CHARACTERS)
    spans = tuple((start, min(start + PASSAGE_CHARACTERS, len(text))) for start in starts)
    signature = np.random.default_rng(len(text)).integers(0, 2**32, 128, dtype=np.uint32).tobytes()
    return IncomingArticle(article, spans, signature)


def batches(file: Path, passages: int) -> Iterator[list[IncomingArticle]]:
    """The articles in the batches that are added."""
    batch: list[IncomingArticle] = []
    for record in records(file, passages):
        batch.append(incoming(record))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def milliseconds(action: Callable[[int], object], times: int) -> dict[str, float]:
    """Median, 95th percentile, and mean processor time of so many calls, after three that don't count."""
    for number in range(3):
        action(number)
    taken = []
    began_cpu = time.process_time()
    for number in range(times):
        began = time.perf_counter()
        action(number)
        taken.append((time.perf_counter() - began) * 1000)
    processor = (time.process_time() - began_cpu) * 1000 / times
    median, high = np.percentile(taken, [50, 95]).tolist()
    return {"median_ms": round(median, 2), "p95_ms": round(high, 2), "processor_ms": round(processor, 2)}


def questions(file: Path) -> list[str]:
    """Questions to search by."""
    if not file.is_file():
        return [f"word{number} word{number * 7} word{number * 31} and word{number + 3}" for number in range(1, 120)]
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line)["question"] for line in lines][:200]


def windows(store: ArchiveStore) -> dict[str, SearchFilter]:
    """The filters that are compared."""
    covered = store.coverage()
    first = covered.first_day or date(2022, 1, 1)
    start = first + timedelta(days=60)
    outlet = store.outlets()[0][0]
    return {
        "everything": SearchFilter(),
        "21 days": SearchFilter(published_from=start, published_to=start + timedelta(days=20)),
        "a year": SearchFilter(published_from=start, published_to=start + timedelta(days=364)),
        "an outlet": SearchFilter(outlets=(outlet,)),
        "an outlet, 21 days": SearchFilter(
            outlets=(outlet,), published_from=start, published_to=start + timedelta(days=20)
        ),
        "as of a day": SearchFilter(as_of=start + timedelta(days=300)),
    }


def measure_searches(store: ArchiveStore, asked: list[str]) -> dict[str, Any]:
    """Every kind of search under every filter; vectors exactly, and by Chroma where it can."""
    import archive.search

    vectors = RandomEmbedder().embed_passages(asked)
    index = store._indexes.vectors()
    table: dict[str, Any] = {}
    for name, where in windows(store).items():
        row = {"articles": store.count_articles(where)}
        row["words"] = milliseconds(lambda n, w=where: store.keyword_search(asked[n % len(asked)], 50, w), 100)
        row["vectors"] = milliseconds(lambda n, w=where: store.vector_search(vectors[n % len(asked)], 50, w), 60)
        if where.is_empty:
            kept, archive.search.EXACT_UP_TO = archive.search.EXACT_UP_TO, 10**9
            row["vectors, exactly"] = milliseconds(lambda n: store.vector_search(vectors[n % len(asked)], 50), 60)
            archive.search.EXACT_UP_TO = kept
        if index is not None and not (where.outlets or where.as_of):
            low = where.published_from.toordinal() if where.published_from else None
            high = where.published_to.toordinal() if where.published_to else None
            row["Chroma alone"] = milliseconds(
                lambda n, a=low, b=high: index.search(vectors[n % len(asked)], 50, a, b), 20
            )
        table[name] = row
    return table


def run(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Fill an archive, search it, and return what was measured."""
    asked = questions(arguments.articles.parent / "questions.jsonl")
    with ArchiveStore.open(folder, embedder=RandomEmbedder(), create=True) as store:
        count, adding, adding_cpu = 0, 0.0, 0.0
        for batch in batches(arguments.articles, arguments.passages):
            began, began_cpu = time.perf_counter(), time.process_time()
            store.add(batch)
            adding += time.perf_counter() - began
            adding_cpu += time.process_time() - began_cpu
            count += len(batch)
        began = time.perf_counter()
        store.embed_pending()
        keeping = time.perf_counter() - began
        status = store.status()
        searches = measure_searches(store, asked)
    began = time.perf_counter()
    with ArchiveStore.open(folder, embedder=RandomEmbedder()) as store:
        store.keyword_search(asked[0], 10)
        opening = time.perf_counter() - began
    return {
        "machine": {"processors": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()[0]},
        "articles": count,
        "passages": status.passages,
        "articles_added_per_second": round(count / adding, 1),
        "articles_added_per_processor_second": round(count / adding_cpu, 1),
        "vectors_kept_per_second": round(status.embedded / keeping, 1),
        "disk_megabytes": round(status.disk_bytes / 1e6, 1),
        "peak_memory_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, 1),
        "open_and_first_search_ms": round(opening * 1000, 1),
        "searches": searches,
    }


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--articles", type=Path, default=QUIZ / "articles.jsonl.gz")
    parser.add_argument("--passages", type=int, default=80_000)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = run(arguments, Path(folder))
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "search.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({key: value for key, value in results.items() if key != "searches"}, indent=1))
    columns = ("words", "vectors", "vectors, exactly", "Chroma alone")
    for unit in ("median_ms", "processor_ms"):
        print(f"\n{unit:22}" + "".join(f"{column:>18}" for column in ("articles", *columns)))
        for name, row in results["searches"].items():
            cells = [row["articles"], *(row[column][unit] if column in row else "" for column in columns)]
            print(f"{name:22}" + "".join(f"{cell!s:>18}" for cell in cells))


if __name__ == "__main__":
    main()
