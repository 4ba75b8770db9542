"""Long work that somebody starts in the browser: an ingest, an evaluation. It goes on when the page is closed.

One piece of work of each kind at a time, in a thread of its own. Whoever opens the page again finds it there, with how
far it is; stopping it asks, and the work ends at its next convenient moment.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from archive.errors import BackissueError, UsageError
from web import texts
from web.defects import logged

LOGGER = logging.getLogger(__name__)

Progress = Callable[[str, int, int | None], None]
"""``(stage, done, total)``: called by the work as it goes on; ``total`` is None while it isn't known."""

MADE_TO_TELL = 3  # steps before the time left is worth telling

Work = Callable[[Progress, Callable[[], bool]], object]
"""``work(on_progress, should_stop)``: what it returns is kept as the result, also when it was stopped."""


class Phase(StrEnum):
    """Where a piece of work is."""

    RUNNING = "running"
    STOPPING = "stopping"  # asked to stop; it still finishes what it has in hand
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class WorkState:
    """A piece of work as it is at one moment. Times are UTC; ``by`` is who started it, "" where there are no users.

    ``number`` tells one piece from the next of its kind. ``error`` is a sentence; ``result`` what the work returned.
    ``stoppable``: whether asking it to stop does anything; work that must not stay half done can't.
    """

    kind: str
    number: int
    title: str
    by: str
    phase: Phase
    started: datetime
    stage: str = ""
    done: int = 0
    total: int | None = None
    first: int = 0  # what was done when the stage began: work gone on with doesn't begin at 0
    stage_began: datetime | None = None
    ended: datetime | None = None
    error: str = ""
    result: object = None
    stoppable: bool = True

    @property
    def under_way(self) -> bool:
        """Whether it still works."""
        return self.phase in {Phase.RUNNING, Phase.STOPPING}

    def seconds_left(self, now: datetime) -> float | None:
        """How long the stage will still take at the pace so far; None while that can't be told."""
        made = self.done - self.first
        if self.phase is not Phase.RUNNING or not self.total or made < MADE_TO_TELL or self.stage_began is None:
            return None
        return max(0.0, (self.total - self.done) * (now - self.stage_began).total_seconds() / made)


@dataclass(slots=True)
class _Job:
    state: WorkState
    stop: threading.Event
    thread: threading.Thread | None = None


class LongWork:
    """What works, or worked last, of each kind. Safe to share by threads."""

    def __init__(self) -> None:
        self._jobs: dict[str, _Job] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._closed = False

    def start(self, kind: str, title: str, by: str, work: Work, *, stoppable: bool = True) -> WorkState:
        """Begin. Raises UsageError if work of that kind is under way, or the server is being stopped."""
        with self._lock:
            if self._closed:
                raise UsageError(texts.SHUTTING_DOWN)
            before = self._jobs.get(kind)
            if before is not None and before.state.under_way:
                raise UsageError(texts.already_under_way(before.state.title, before.state.by))
            state = WorkState(
                kind, next(self._numbers), title, by, Phase.RUNNING, datetime.now(UTC), stoppable=stoppable
            )
            job = _Job(state, threading.Event())
            job.thread = threading.Thread(target=self._run, args=(job, work), name=kind, daemon=True)
            self._jobs[kind] = job
            job.thread.start()
            return state

    def stop(self, kind: str) -> WorkState | None:
        """Ask the work of that kind to stop; without effect on work that has ended. None: there never was any."""
        with self._lock:
            job = self._jobs.get(kind)
            if job is None:
                return None
            if job.state.under_way and job.state.stoppable:
                job.stop.set()
                job.state = replace(job.state, phase=Phase.STOPPING)
            return job.state

    def state(self, kind: str) -> WorkState | None:
        """The work of that kind that is under way, or else the last; None if there never was any."""
        with self._lock:
            job = self._jobs.get(kind)
            return None if job is None else job.state

    def close(self, wait_seconds: float = 20.0) -> None:
        """Ask all work to stop, wait for it so long, and take none on any more."""
        with self._lock:
            self._closed = True
            kinds = list(self._jobs)
            threads = [job.thread for job in self._jobs.values() if job.thread is not None]
        for kind in kinds:
            self.stop(kind)
        deadline = time.monotonic() + wait_seconds
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self, job: _Job, work: Work) -> None:
        def on_progress(stage: str, done: int, total: int | None) -> None:
            with self._lock:
                if job.state.stage_began is None or stage != job.state.stage:
                    job.state = replace(job.state, first=done, stage_began=datetime.now(UTC))
                job.state = replace(job.state, stage=stage, done=done, total=total)

        try:
            result = work(on_progress, job.stop.is_set)
        except BackissueError as error:
            LOGGER.warning("%s failed: %s", job.state.kind, error)
            self._end(job, Phase.FAILED, error=str(error))
        except BaseException as error:  # a defect: nobody waits for this thread, so it is recorded and shown
            self._end(job, Phase.FAILED, error=texts.unexpected(logged(error, job.state.kind)))
        else:
            self._end(job, Phase.STOPPED if job.stop.is_set() else Phase.DONE, result=result)

    def _end(self, job: _Job, phase: Phase, *, error: str = "", result: object = None) -> None:
        with self._lock:
            job.state = replace(job.state, phase=phase, ended=datetime.now(UTC), error=error, result=result)
