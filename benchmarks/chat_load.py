"""How the chat bears many readers: 100 open pages, 2 questions a second; then 100 questions at the same moment.

    python -m benchmarks.chat_load [--archive DIR] [--chats N] [--seconds S] [--out FOLDER]

Loopback only. Without --archive the sample archive is ingested into a temporary folder; an archive that is named is
served as it is (conversations are kept in it: name a copy). Each reader speaks as a browser does: a cookie, the page, a
heartbeat that stays open, Gradio's queue. Overhead is what a reader waits beyond the milliseconds that answering itself
reports: waiting for a place, streaming, keeping the turn. Prints a table and writes benchmarks/results/chat_load.json.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = (
    "How many people died in the flood?",
    "What did the commission report?",
    "When was the bridge reopened?",
    "What happened last week?",
    "Who won the election?",
    "How much did the repair cost?",
)
LONGEST_WAIT_SECONDS = 120.0
_SPENT = re.compile(r"·\s*([\d.]+)\s*(ms|s)</span>")


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of one question. Seconds; ``answering`` is what the answer itself says it took."""

    outcome: str  # "answered", "refused" (politely, at once), or what went wrong
    seconds: float
    answering: float = 0.0

    @property
    def overhead(self) -> float:
        """What was waited beyond answering."""
        return max(self.seconds - self.answering, 0.0)


class Reader:
    """One open page."""

    def __init__(self, url: str) -> None:
        self.session = f"load{random.getrandbits(48):x}"
        self._client = httpx.AsyncClient(
            base_url=url,
            timeout=httpx.Timeout(LONGEST_WAIT_SECONDS),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=4),
        )
        self._ask = 0
        self._alive: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Load the page and stay connected."""
        (await self._client.get("/")).raise_for_status()
        config = (await self._client.get("/config")).json()
        self._ask = next(
            each["id"] for each in config["dependencies"] if any(target[1] == "ask" for target in each["targets"])
        )
        self._alive = asyncio.create_task(self._heartbeat())

    async def close(self) -> None:
        """Leave."""
        if self._alive is not None:
            self._alive.cancel()
            await asyncio.gather(self._alive, return_exceptions=True)
        await self._client.aclose()

    async def _heartbeat(self) -> None:
        async with self._client.stream("GET", f"/gradio_api/heartbeat/{self.session}") as response:
            async for _ in response.aiter_raw():
                pass

    async def ask(self, question: str) -> Asked:
        """Ask, and read the stream to its end."""
        begun = time.perf_counter()
        form = {"text": question, "mode": "quotes", "outlets": []}
        body = {"data": [None], "event_data": form, "fn_index": self._ask, "session_hash": self.session}
        try:
            joined = await self._client.post("/gradio_api/queue/join", json=body)
            if joined.status_code == 503:
                return Asked("refused", time.perf_counter() - begun)
            if joined.status_code != 200:
                return Asked(f"status {joined.status_code}", time.perf_counter() - begun)
            last = await asyncio.wait_for(self._until_done(joined.json()["event_id"]), LONGEST_WAIT_SECONDS)
        except (httpx.HTTPError, TimeoutError) as error:
            return Asked(f"lost: {type(error).__name__}", time.perf_counter() - begun)
        shown = json.dumps(last.get("output", {}).get("data", ""))
        if not last.get("success") or "data-phase" not in shown:
            return Asked("failed", time.perf_counter() - begun)
        return Asked("answered", time.perf_counter() - begun, _spent(last))

    async def _until_done(self, event_id: str) -> dict[str, Any]:
        listening = {"session_hash": self.session}
        async with self._client.stream("GET", "/gradio_api/queue/data", params=listening) as response:
            async for line in response.aiter_lines():
                message = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if message.get("msg") == "process_completed" and message.get("event_id") == event_id:
                    return dict(message)
        return {}


def _spent(message: dict[str, Any]) -> float:
    """Seconds that the answer says it took: its colophon has them."""
    shown = " ".join(str(part) for part in message["output"]["data"])
    found = _SPENT.findall(shown)
    if not found:
        return 0.0
    amount, unit = found[-1]
    return float(amount) / 1000 if unit == "ms" else float(amount)


@asynccontextmanager
async def readers(url: str, count: int) -> Any:  # noqa: ANN401 (an async iterator of lists)
    """So many open pages."""
    opened = [Reader(url) for _ in range(count)]
    try:
        for start in range(0, count, 10):  # people don't arrive in one instant
            await asyncio.gather(*(each.open() for each in opened[start : start + 10]))
        yield opened
    finally:
        await asyncio.gather(*(each.close() for each in opened))


async def steadily(url: str, chats: int, per_second: float, seconds: float) -> list[Asked]:
    """Questions at a steady pace from as many open pages, whether or not earlier ones are answered."""
    async with readers(url, chats) as opened:
        asking = []
        for number in range(int(per_second * seconds)):
            reader = opened[number % chats]
            asking.append(asyncio.create_task(reader.ask(QUESTIONS[number % len(QUESTIONS)])))
            await asyncio.sleep(1 / per_second)
        return list(await asyncio.gather(*asking))


async def at_once(url: str, chats: int) -> list[Asked]:
    """A question from every page at the same moment."""
    async with readers(url, chats) as opened:
        return list(await asyncio.gather(*(each.ask(QUESTIONS[0]) for each in opened)))


@contextmanager
def served(archive: Path | None) -> Iterator[tuple[str, float]]:
    """The chat in a process of its own: its address, and how many seconds it took to be there."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(ROOT / "app.py"), "chat", "--port", "0", "--archive", str(archive or folder)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
        begun = time.perf_counter()
        process = subprocess.Popen(
            [*command, *([] if archive else ["--sample"])],
            stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment,
        )  # fmt: skip
        try:
            assert process.stderr is not None
            url = ""
            for line in process.stderr:
                found = re.search(r"open at (http://\S+)", line)
                if found:
                    url = found[1]
                    break
            yield url, time.perf_counter() - begun
        finally:
            process.terminate()
            process.wait(30)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least that share of the values doesn't exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)] if ordered else 0.0


def summary(asked: Sequence[Asked]) -> dict[str, Any]:
    """Counts by outcome, and percentiles of those that were answered."""
    answered = [each for each in asked if each.outcome == "answered"]
    return {
        "outcomes": dict(Counter(each.outcome for each in asked)),
        "seconds": {f"p{int(share * 100)}": percentile([each.seconds for each in answered], share)
                    for share in (0.5, 0.95, 1.0)},
        "overhead": {f"p{int(share * 100)}": percentile([each.overhead for each in answered], share)
                     for share in (0.5, 0.95, 1.0)},
    }  # fmt: skip


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--archive", type=Path, help="an archive to serve; without it the sample")
    parser.add_argument("--chats", type=int, default=100)
    parser.add_argument("--per-second", type=float, default=2.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    arguments = parser.parse_args()
    with served(arguments.archive) as (url, started):
        steady = asyncio.run(steadily(url, arguments.chats, arguments.per_second, arguments.seconds))
        crowd = asyncio.run(at_once(url, arguments.chats))
    result = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load_average": os.getloadavg(),
        "chats": arguments.chats,
        "per_second": arguments.per_second,
        "ready_after_seconds": started,
        "steady": summary(steady),
        "at_once": summary(crowd),
        "questions": {"steady": [asdict(each) for each in steady], "at_once": [asdict(each) for each in crowd]},
    }
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "chat_load.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"{'':24}{'outcomes':36}{'p50':>8}{'p95':>8}{'most':>8}  overhead p50, p95")
    for name, measured in (("steady", result["steady"]), ("all at once", result["at_once"])):
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in measured["outcomes"].items())
        seconds, overhead = measured["seconds"], measured["overhead"]
        print(
            f"{name:24}{outcomes:36}{seconds['p50']:8.2f}{seconds['p95']:8.2f}{seconds['p100']:8.2f}"
            f"  {overhead['p50']:.2f}, {overhead['p95']:.2f} s"
        )


if __name__ == "__main__":
    main()
