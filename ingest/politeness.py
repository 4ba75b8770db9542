"""How a guest behaves.

robots.txt is obeyed, a host is asked one thing at a time with a pause between, and one that asks for quiet gets it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from protego import Protego

from ingest.fetch_policy import ROBOT_NAME
from ingest.http_request import RequestError

_MOST_FAILURES = 3  # fetches in a row, each tried several times, before a host is left alone for the run
LARGEST_ROBOTS = 512_000  # bytes; RFC 9309 asks for 500 KiB at least


@dataclass(frozen=True, slots=True)
class RobotRules:
    """What a site lets robots read; None: everything."""

    rules: Protego | None

    def allow(self, url: str) -> bool:
        """Whether ``url`` may be read by us."""
        return self.rules is None or self.rules.can_fetch(url, ROBOT_NAME)

    @property
    def delay_seconds(self) -> float:
        """The pause between two requests that the site asks for; 0 where it asks for none."""
        if self.rules is None:
            return 0.0
        delay = self.rules.crawl_delay(ROBOT_NAME) or 0.0
        rate = self.rules.request_rate(ROBOT_NAME)
        return max(delay, rate.seconds / rate.requests if rate is not None and rate.requests > 0 else 0.0)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps that robots.txt names."""
        return () if self.rules is None else tuple(dict.fromkeys(self.rules.sitemaps))


def rules_from(status: int, content: bytes) -> RobotRules:
    """The rules in the answer for ``/robots.txt``, as RFC 9309 has it: absent means free, a server in trouble closed.

    Raises RequestError for the latter.
    """
    if status == 200:
        text = content[:LARGEST_ROBOTS].decode("utf-8-sig", "replace").replace("\x00", "")
        return RobotRules(Protego.parse(text))
    if 400 <= status < 500 and status != 429:
        return RobotRules(None)
    raise RequestError(f"the server answers with status {status}.", temporary=True)


@dataclass(slots=True)
class _Host:
    turn: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0  # on the monotonic clock
    delay_seconds: float = 0.0
    failures: int = 0


class Hosts:
    """When each host may be asked next. Safe for several threads: a host sees one request at a time."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], object]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, host: str, *, delay_seconds: float, longest_wait: float) -> Iterator[None]:
        """Wait for the host's pause to end, and begin the next one afterwards.

        Raises HostClosedError where the wait would be longer than ``longest_wait`` seconds.
        """
        state = self._of(host)
        with state.turn:
            wait = state.free_at - self._clock()
            if wait > longest_wait:
                raise HostClosedError(wait)
            if wait > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                state.free_at = max(state.free_at, self._clock() + max(delay_seconds, state.delay_seconds))

    def slow_down(self, host: str, delay_seconds: float) -> None:
        """Keep at least that pause between requests from now on: what robots.txt asks for."""
        state = self._of(host)
        state.delay_seconds = max(state.delay_seconds, delay_seconds)

    def close(self, host: str, seconds: float) -> None:
        """Ask nothing for that long: the host said that it has too much to do."""
        state = self._of(host)
        state.free_at = max(state.free_at, self._clock() + seconds)

    def note(self, host: str, *, failed: bool) -> None:
        """Count fetches that failed in a row."""
        state = self._of(host)
        state.failures = state.failures + 1 if failed else 0

    def is_given_up(self, host: str) -> bool:
        """Whether so many failed in a row that asking on would cost time and teach nothing."""
        return self._of(host).failures >= _MOST_FAILURES

    def _of(self, host: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(host, _Host())


class HostClosedError(Exception):
    """A host asked for more quiet than this run can wait for; ``seconds`` are left."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the server asks to be left alone for another {duration(seconds)}; try again then.")
        self.seconds = seconds


def retry_after(value: str, *, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as a date; None if it says neither."""
    value = value.strip()
    if value.isascii() and value.isdecimal() and len(value) < 12:
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())


def duration(seconds: float) -> str:
    """A time in words: "40 s", "5 min", "3 h"."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
