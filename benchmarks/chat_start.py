"""How soon the chat is there: after a clean stop, after kill -9, and with a vector index that must be rebuilt.

    python -m benchmarks.chat_start --archive DIR [--rounds N] [--out FOLDER]

DIR is written to (its vector index is damaged and rebuilt): name a copy. Loopback only. "ready" is from the process's
start until questions can be asked, "answered" how long the first question takes from then on. With a Chromium the first
paint and the time until the question's box can be typed into are measured as well. Prints a table and writes
benchmarks/results/chat_start.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUESTION = "What happened in the election?"


class Chat:
    """The chat in a process of its own."""

    def __init__(self, archive: Path) -> None:
        begun = time.perf_counter()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py"), "chat", "--port", "0", "--archive", str(archive)],
            stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment,
        )  # fmt: skip
        assert self.process.stderr is not None
        self.url = ""
        for line in self.process.stderr:
            if found := re.search(r"open at (http://\S+)", line):
                self.url = found[1]
                break
        assert self.url, "the chat ended before it could be asked"
        self.ready = time.perf_counter() - begun

    def ask(self) -> tuple[float, bool]:
        """Seconds of a first question, and whether something was found."""
        begun = time.perf_counter()
        body = {"question": QUESTION, "mode": "quotes"}
        answer = httpx.post(f"{self.url}/api/v1/ask", json=body, timeout=120).json()
        return time.perf_counter() - begun, bool(answer["sources"] or answer["near_misses"])

    def state(self) -> dict[str, Any]:
        """What the chat says of its indexes."""
        status: dict[str, Any] = httpx.get(f"{self.url}/api/v1/status", timeout=60).json()
        return status

    def end(self, number: signal.Signals) -> None:
        """End it by that signal."""
        self.process.send_signal(number)
        self.process.wait(60)
        assert self.process.stderr is not None
        self.process.stderr.close()


def damage_vectors(archive: Path) -> None:
    """Overwrite the middle of Chroma's largest file, as a crash of the machine may leave it."""
    files = [path for folder in archive.glob("vectors-*") for path in folder.rglob("*") if path.is_file()]
    if files:
        largest = max(files, key=lambda path: path.stat().st_size)
        with largest.open("r+b") as opened:
            opened.seek(largest.stat().st_size // 2)
            opened.write(os.urandom(4096))


def started(
    archive: Path, end: signal.Signals, before: Callable[[Path], None] = lambda archive: None
) -> dict[str, Any]:
    """One start: times, and what was wrong."""
    before(archive)
    chat = Chat(archive)
    try:
        seconds, found = chat.ask()
        return {"ready": chat.ready, "answered": seconds, "found": found, "problems": chat.state()["problems"]}
    finally:
        chat.end(end)


def painted(archive: Path) -> dict[str, float]:
    """Seconds from going to the address: the first contentful paint, and the box ready to type into. A cold browser."""
    from playwright.sync_api import sync_playwright

    chat = Chat(archive)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            begun = time.perf_counter()
            page.goto(chat.url)
            page.wait_for_selector("html.ready")
            ready = time.perf_counter() - begun
            paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
            browser.close()
            return {"first contentful paint": paint / 1000, "question box ready": ready}
    finally:
        chat.end(signal.SIGINT)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--archive", type=Path, required=True, help="a copy: it is written to")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    arguments = parser.parse_args()
    archive: Path = arguments.archive
    starts: dict[str, list[dict[str, Any]]] = {"after a clean stop": [], "after kill -9": [], "vectors damaged": []}
    for _ in range(arguments.rounds):
        starts["after a clean stop"].append(started(archive, signal.SIGKILL))
        starts["after kill -9"].append(started(archive, signal.SIGKILL))
        starts["vectors damaged"].append(started(archive, signal.SIGINT, damage_vectors))
    paint: list[dict[str, float]] = []
    if CHROMIUM is not None:
        with suppress(ImportError):
            paint = [painted(archive) for _ in range(arguments.rounds)]
    result = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load_average": os.getloadavg(),
        "starts": starts,
        "paint": paint,
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "chat_start.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for name, measured in starts.items():
        ready = statistics.median(each["ready"] for each in measured)
        answered = statistics.median(each["answered"] for each in measured)
        found = all(each["found"] for each in measured)
        print(f"{name:24} ready {ready:6.2f} s, first question {answered:6.2f} s, found something: {found}")
    for name in paint[0] if paint else ():
        print(f"{name:24} {statistics.median(each[name] for each in paint):6.2f} s")


if __name__ == "__main__":
    main()
