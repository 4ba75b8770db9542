"""How fast articles become searchable by their words, and what that takes.

``python -m benchmarks.ingestion [--articles FILE] [--limit N]`` ingests into a new archive without embedding, then the
same file again; it prints a table and writes ``benchmarks/results/ingestion.json``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import resource
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from archive.store import ArchiveStore
from ingest.pipeline import IngestOptions, ingest
from ingest.report import IngestReport

QUIZ = Path(__file__).parents[2] / "shared" / "data" / "quiz" / "articles.jsonl.gz"
RESULT = Path(__file__).parent / "results" / "ingestion.json"


class PeakMemory:
    """The largest sum of resident memory of this process and its children, sampled ten times a second (Linux)."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            self.megabytes = max(self.megabytes, sum(map(_resident, [os.getpid(), *_children(os.getpid())])))


def _resident(process: int) -> float:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * resource.getpagesize() / 1e6


def _children(process: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text(encoding="ascii").split()]
        except OSError:  # a thread that ended meanwhile
            continue
    return found


def _limited(file: Path, limit: int, folder: Path) -> Path:
    """The first ``limit`` lines as a file of their own."""
    opened = gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb")
    part = folder / "part.jsonl"
    with opened as source, part.open("wb") as target:
        for _, line in zip(range(limit), source, strict=False):
            target.write(line)
    return part


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _timed(store: ArchiveStore, file: Path) -> tuple[IngestReport, float]:
    started = time.perf_counter()
    report = ingest(store, [str(file)], options=IngestOptions(embed=False))
    return report, time.perf_counter() - started


def measure(file: Path, limit: int | None) -> dict[str, object]:
    """Ingest twice; what came of it."""
    with tempfile.TemporaryDirectory() as name, PeakMemory() as memory:
        folder = Path(name)
        source = _limited(file, limit, folder) if limit else file
        load, before = os.getloadavg()[0], _processor_seconds()
        with ArchiveStore.open(folder / "archive", create=True) as store:
            first, seconds = _timed(store, source)
            processor = _processor_seconds() - before
            second, again = _timed(store, source)
            status = store.status()
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load before {load:.1f}",
        "documents": first.documents,
        "articles": status.articles,
        "passages": status.passages,
        "outcomes": first.as_json()["outcomes"],
        "copies": first.copies,
        "seconds": round(seconds, 1),
        "articles_per_second": round(first.documents / seconds, 1),
        # of this process and its children: what is left to compare on a machine that is busy with other things
        "processor_milliseconds_per_article": round(1000 * processor / first.documents, 2),
        "seconds_per_stage": first.as_json()["seconds"],
        "peak_megabytes": round(memory.megabytes),
        "second_run": {
            "outcomes": second.as_json()["outcomes"],
            "seconds": round(again, 2),
            "times_faster": round(seconds / again, 1),
        },
        "archive_megabytes": round(status.disk_bytes / 1e6),
    }


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=Path, default=QUIZ, help="JSON lines, also .gz")
    parser.add_argument("--limit", type=int, help="the first N lines only")
    arguments = parser.parse_args()
    result = measure(arguments.articles, arguments.limit)
    table = Table("what", "value", title="Ingestion to keyword-searchable")
    for key, value in result.items():
        table.add_row(key.replace("_", " "), json.dumps(value) if isinstance(value, dict) else str(value))
    Console().print(table)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
