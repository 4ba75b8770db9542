"""One writer at a time: a lock on a file, held for one batch, that the system frees when a process dies.

The lock is ``flock`` on ``writer.lock``; who holds it stands in the file, so that a second writer can say it.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from archive.errors import ArchiveBusyError
from archive.records import LockHolder

LOCK_FILE = "writer.lock"
_POLL_SECONDS = 0.01  # flock has no time-out; short, so that a writer who returns at once doesn't starve us


class WriterLock:
    """The right to write to one archive folder, for one thread of one process. Re-entrant within a thread."""

    def __init__(self, folder: Path, wait_seconds: float) -> None:
        self._file = folder / LOCK_FILE
        self._wait_seconds = min(wait_seconds, threading.TIMEOUT_MAX)
        self._mutex = threading.RLock()
        self._depth = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock; raises ArchiveBusyError, naming the holder, when it isn't free within ``wait_seconds``."""
        deadline = time.monotonic() + self._wait_seconds
        if not self._mutex.acquire(timeout=max(self._wait_seconds, 0.0)):
            raise ArchiveBusyError(self._busy_message())
        try:
            if self._depth:
                yield
                return
            descriptor = self._acquire(deadline)
            self._depth = 1
            try:
                yield
            finally:
                self._depth = 0
                os.ftruncate(descriptor, 0)
                os.close(descriptor)
        finally:
            self._mutex.release()

    def _acquire(self, deadline: float) -> int:
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= deadline:
                        raise ArchiveBusyError(self._busy_message()) from None
                    time.sleep(_POLL_SECONDS)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, _describe_this_process(), 0)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def holder(self) -> LockHolder | None:
        """Who holds the lock now; None when nobody does."""
        try:
            descriptor = os.open(self._file, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
        except BlockingIOError:
            return _read_holder(os.pread(descriptor, 4096, 0))
        finally:
            os.close(descriptor)

    def _busy_message(self) -> str:
        holder = self.holder()
        who = (
            f"`{holder.command}` (process {holder.process_id}, since {holder.since:%H:%M:%S} UTC)"
            if holder
            else "another process"
        )
        return (
            f"The archive is being written by {who}, and wasn't free within {self._wait_seconds:g} seconds. "
            "Try again when it has finished, or wait longer with --wait SECONDS."
        )


def _describe_this_process() -> bytes:
    command = " ".join([Path(sys.argv[0]).name or "python", *sys.argv[1:2]])
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"process_id": os.getpid(), "command": command[:100], "since": now}).encode()


def _read_holder(content: bytes) -> LockHolder | None:
    try:
        fields = json.loads(content)
        return LockHolder(fields["process_id"], fields["command"], datetime.fromisoformat(fields["since"]))
    except (ValueError, KeyError, TypeError):
        return None  # it has just taken or is about to free the lock
