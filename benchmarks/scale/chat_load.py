"""The chat under load: the real server in a process of its own, and readers who all ask at once over HTTP.

A reader asks, reads the stream to its end, and asks the next question without a pause: harder than people. Quotes mode,
so that what is measured is Backissue and not a model.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from benchmarks.ingestion import _resident
from benchmarks.scale.stages import StoredVectors, questions
from evaluation.summary import percentile_95

READERS = (1, 4, 16)
QUESTIONS_IN_ALL = 48
START_SECONDS = 300


def measure_chat(folder: Path) -> dict[str, Any]:
    """Serve the archive and ask."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "BACKISSUE_"))}
    command = [sys.executable, "-m", "benchmarks.scale.chat_load", str(folder)]
    began = time.perf_counter()
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        if not address:
            raise RuntimeError(f"the chat didn't start: exit {server.wait(START_SECONDS)}")
        measured: dict[str, Any] = {"open_seconds": round(time.perf_counter() - began, 1)}
        with httpx.Client(base_url=address, timeout=START_SECONDS, trust_env=False) as client:
            _ask(client, "warm up")
            for readers in READERS:
                measured[f"{readers} readers"] = _load(client, readers)
        measured["server_megabytes"] = round(_resident(server.pid))
        return measured
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)


def _load(client: httpx.Client, readers: int) -> dict[str, Any]:
    asked = (questions() * 2)[:QUESTIONS_IN_ALL]
    failed: list[str] = []
    lock = threading.Lock()

    def ask(text: str) -> tuple[float, float] | None:
        try:
            return _ask(client, text)
        except httpx.HTTPError as error:
            with lock:
                failed.append(f"{type(error).__name__}: {error}")
            return None

    began = time.perf_counter()
    with ThreadPoolExecutor(readers) as pool:
        took = [one for one in pool.map(ask, asked) if one is not None]
    seconds = time.perf_counter() - began
    first, whole = [one[0] for one in took], [one[1] for one in took]
    return {
        "answers_per_second": round(len(took) / seconds, 2),
        "first_event_median_ms": round(statistics.median(first)) if first else None,
        "median_ms": round(statistics.median(whole)) if whole else None,
        "p95_ms": round(percentile_95(whole)) if whole else None,
        "failed": len(failed),
        "failures": failed[:3],
    }


def _ask(client: httpx.Client, text: str) -> tuple[float, float]:
    """Milliseconds to the first event and to the end."""
    began = time.perf_counter()
    first: float | None = None
    with client.stream("POST", "/api/v1/ask/stream", json={"question": text}) as response:
        response.raise_for_status()
        received = ""
        for piece in response.iter_text():
            first = first or (time.perf_counter() - began) * 1000
            received += piece
    whole = (time.perf_counter() - began) * 1000
    if "event: answer" not in received:
        raise httpx.ReadError(f"the stream ended without an answer: {received[-200:]}")
    return first or whole, whole


def main(folder: str) -> None:
    """Be the server."""
    from archive.settings import load_settings
    from archive.store import ArchiveStore
    from web.server import serve

    settings = load_settings({"archive": folder})
    with ArchiveStore.open(Path(folder), embedder=StoredVectors()) as store:
        serve(store, settings, host="127.0.0.1", port=0, language_model=None, on_ready=_tell)


def _tell(url: str) -> None:
    sys.stdout.write(url + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
