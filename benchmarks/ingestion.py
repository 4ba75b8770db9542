"""How fast articles become searchable by their words, and what that takes.

``python -m benchmarks.ingestion`` ingests into new archives, without embedding: news articles as JSON lines (a part of
them, then all, to see whether memory grows; the same file twice), saved pages, and a web archive of several hundred
megabytes. Each measurement is a process of its own. It prints tables and writes ``benchmarks/results/ingestion.json``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from archive.store import ArchiveStore
from ingest.pipeline import IngestOptions, ingest
from ingest.report import IngestReport

SHARED = Path(__file__).parents[2] / "shared" / "data"
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


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _timed(store: ArchiveStore, source: Path) -> tuple[IngestReport, float]:
    started = time.perf_counter()
    report = ingest(store, [str(source)], options=IngestOptions(embed=False))
    return report, time.perf_counter() - started


def measure(source: Path) -> dict[str, Any]:
    """Ingest twice; what came of it."""
    with tempfile.TemporaryDirectory() as name, PeakMemory() as memory:
        before = _processor_seconds()
        with ArchiveStore.open(Path(name) / "archive", create=True) as store:
            first, seconds = _timed(store, source)
            processor = _processor_seconds() - before
            second, again = _timed(store, source)
            status = store.status()
    return {
        "documents": first.documents,
        "megabytes": round(_size(source) / 1e6, 1),
        "articles": status.articles,
        "passages": status.passages,
        "outcomes": first.as_json()["outcomes"],
        "copies": first.copies,
        "partial": first.partial,
        "seconds": round(seconds, 1),
        "documents per second": round(first.documents / seconds, 1),
        # of this process and its children: what is left to compare on a machine that is busy with other things
        "processor ms per document": round(1000 * processor / first.documents, 2),
        "seconds per stage": first.as_json()["seconds"],
        "peak megabytes": round(memory.megabytes),
        "second run": {
            "outcomes": second.as_json()["outcomes"],
            "seconds": round(again, 2),
            "times faster": round(seconds / again, 1),
        },
        "archive megabytes": round(status.disk_bytes / 1e6),
    }


def _size(source: Path) -> int:
    return sum(path.stat().st_size for path in source.rglob("*")) if source.is_dir() else source.stat().st_size


# --- what is ingested ------------------------------------------------------------------------------------------------


def articles(folder: Path, amount: int) -> Path:
    """The first ``amount`` news articles as JSON lines."""
    part = folder / "articles.jsonl"
    with gzip.open(SHARED / "quiz" / "articles.jsonl.gz", "rb") as source, part.open("wb") as target:
        for _, line in zip(range(amount), source, strict=False):
            target.write(line)
    return part


def pages(folder: Path, amount: int) -> Path:
    """Saved pages, unpacked."""
    for path in sorted((SHARED / "pages" / "html").glob("*.gz"))[:amount]:
        (folder / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
    return folder


def web_archive(folder: Path, amount: int) -> Path:
    """A WARC of ``amount`` megabytes, made up: a page to each 40 pictures, which are passed over."""
    chance = random.Random(7)
    path = folder / "crawl.warc.gz"
    words = [f"{start}{end}" for start in ("har", "cou", "brid", "mar", "win", "fer") for end in ("bour", "ncil", "ge")]
    number = size = 0
    with path.open("wb") as file:
        while size < amount * 1_000_000:
            number += 1
            if number % 40 == 1:
                story = "".join(f"<p>{' '.join(chance.choices(words, k=60)).capitalize()}.</p>" for _ in range(8))
                body = f"<html><head><title>Story {number}</title></head><body><article>{story}</article></body></html>"
                record = _warc_record(f"https://crawl.example/{number}", "text/html", body.encode())
            else:
                record = _warc_record(f"https://crawl.example/{number}.jpg", "image/jpeg", chance.randbytes(200_000))
            size += len(record)
            file.write(gzip.compress(record, 1))
    return path


def _warc_record(url: str, media_type: str, body: bytes) -> bytes:
    http = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-05-01T00:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


MADE: dict[str, Callable[[Path, int], Path]] = {"articles": articles, "pages": pages, "web_archive": web_archive}


def _apart(kind: str, amount: int) -> dict[str, Any]:
    """One measurement in a process of its own, so that none has another's memory."""
    command = [sys.executable, "-m", "benchmarks.ingestion", "--only", kind, "--amount", str(amount)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=MADE, help="one measurement, printed as JSON")
    parser.add_argument("--amount", type=int, default=1000, help="of that one: articles, pages, or megabytes")
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    arguments = parser.parse_args()
    if arguments.only:
        with tempfile.TemporaryDirectory() as folder:
            result = measure(MADE[arguments.only](Path(folder), arguments.amount))
        sys.stdout.write(json.dumps(result))
        return
    plan = [("articles", 1000), ("articles", 12_000), ("pages", 181), ("web_archive", 400), ("web_archive", 1000)]
    if arguments.quick:
        plan = [(kind, amount // 10) for kind, amount in plan]
    load = os.getloadavg()[0]
    measured = {f"{kind} {amount}": _apart(kind, amount) for kind, amount in plan}
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load before {load:.1f}"
    result = {"when": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine, "measured": measured}
    print_table(measured, machine)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def print_table(measured: dict[str, dict[str, Any]], machine: str) -> None:
    """A row for each measurement."""
    names = ("documents", "megabytes", "seconds", "documents per second", "processor ms per document", "peak megabytes")
    table = Table("what", *names, "again: times faster", title=f"Ingestion to keyword-searchable ({machine})")
    for what, values in measured.items():
        table.add_row(what, *(str(values[name]) for name in names), str(values["second run"]["times faster"]))
    Console(width=max(Console().width, 140)).print(table)


if __name__ == "__main__":
    main()
