from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

import web.background
from archive.errors import ArchiveBusyError, EmbedderError
from web.background import BackgroundWorker

WAIT = 10.0


class Archive:
    """Fails as told, then embeds."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.repaired = 0
        self.embedded = threading.Event()
        self.stopped = threading.Event()

    def repair(self) -> object:
        self.repaired += 1
        return []

    def embed_pending(self, *, should_stop: Callable[[], bool]) -> int:
        if self.failures:
            raise self.failures.pop(0)
        self.embedded.set()
        if should_stop():
            self.stopped.set()
        return 0


def test_it_waits_for_another_writer_and_goes_on() -> None:
    archive = Archive(ArchiveBusyError("ingest holds it"), ArchiveBusyError("still"))
    with BackgroundWorker(archive, look_every=0.01) as worker:
        assert archive.embedded.wait(WAIT)
        assert worker.problem is None
    assert archive.repaired == 1


@pytest.mark.parametrize("failure", [EmbedderError("The model is missing."), ValueError("a defect")])
def test_a_failing_embedder_is_recorded_and_tried_again(failure: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.background, "AFTER_A_FAILURE_SECONDS", 0.01)
    archive = Archive(failure, failure)
    with BackgroundWorker(archive, look_every=0.01):
        assert archive.embedded.wait(WAIT)


def test_the_embedder_is_loaded_before_anything_is_asked() -> None:
    archive, loaded = Archive(), threading.Event()
    with BackgroundWorker(archive, look_every=0.01, warm_up=loaded.set):
        assert loaded.wait(WAIT) and archive.embedded.wait(WAIT)


def test_it_ends_when_told_to() -> None:
    archive = Archive()
    worker = BackgroundWorker(archive, look_every=1000.0)
    with worker:
        assert archive.embedded.wait(WAIT)
    assert not worker._thread.is_alive()
