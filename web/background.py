"""While the chat runs, what is still missing is embedded in the background, a batch at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from archive.errors import ArchiveBusyError, BackissueError

LOGGER = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 5.0
AFTER_A_FAILURE_SECONDS = 60.0


class Embeds(Protocol):
    """What the worker needs of the archive."""

    def repair(self) -> object:
        """Bring the indexes up to the catalog."""

    def embed_pending(self, *, should_stop: Callable[[], bool]) -> int:
        """Embed passages without a vector; how many were embedded."""


class BackgroundWorker:
    """A thread that loads the embedder, repairs the indexes, then embeds what is pending, waits, and looks again.

    A context manager that ends it. Another writer (an ingest, say) is waited for. An embedder that fails is recorded in
    ``problem`` and tried again later; keyword search serves meanwhile.
    """

    def __init__(
        self,
        store: Embeds,
        *,
        look_every: float = LOOK_EVERY_SECONDS,
        warm_up: Callable[[], object] = lambda: None,
    ) -> None:
        self._store = store
        self._warm_up = warm_up
        self._look_every = look_every
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embedding", daemon=True)
        self._repaired = False
        self.problem: str | None = None

    def __enter__(self) -> BackgroundWorker:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self, *, wait_seconds: float = 30.0) -> None:
        """Ask it to end after the batch it is in, and wait for that."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(wait_seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._stopping.wait(self._once())

    def _once(self) -> float:
        """One look; how many seconds until the next."""
        try:
            if not self._repaired:
                self._warm_up()  # the first question should not wait for a model to load
                self._store.repair()
                self._repaired = True
            self._store.embed_pending(should_stop=self._stopping.is_set)
        except ArchiveBusyError:
            return self._look_every  # an ingest holds the lock for a batch; it will let go
        except BackissueError as error:
            if self.problem != str(error):
                LOGGER.warning("meaning search waits: %s", error)
            self.problem = str(error)
            return AFTER_A_FAILURE_SECONDS
        except Exception as error:  # the chat goes on by keywords; the defect is recorded and shown
            LOGGER.exception("embedding failed")
            self.problem = f"{type(error).__name__}: {error}"
            return AFTER_A_FAILURE_SECONDS
        self.problem = None
        return self._look_every
