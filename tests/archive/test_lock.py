"""The right to write: one holder, who is named; waiting ends; what is held is given back whatever happens."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from archive.errors import ArchiveBusyError
from archive.lock import LOCK_FILE, WriterLock


def held_by(folder: Path) -> int | None:
    holder = WriterLock(folder, 0).holder()
    return None if holder is None else holder.process_id


def test_one_holds_it_at_a_time_and_is_named(tmp_path: Path) -> None:
    assert held_by(tmp_path) is None
    with WriterLock(tmp_path, 0).held():
        assert held_by(tmp_path) == os.getpid()
        with (
            pytest.raises(ArchiveBusyError, match=rf"process {os.getpid()}.*0 seconds"),
            WriterLock(tmp_path, 0).held(),
        ):
            pass
    assert held_by(tmp_path) is None
    assert (tmp_path / LOCK_FILE).read_bytes() == b""
    with WriterLock(tmp_path, 0).held():
        pass


def test_it_is_given_back_after_an_error(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path, 0)
    with pytest.raises(KeyboardInterrupt), lock.held():
        raise KeyboardInterrupt
    assert held_by(tmp_path) is None
    with lock.held():
        assert held_by(tmp_path) == os.getpid()


def test_a_thread_may_take_it_again_and_gives_it_back_once(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path, 0)
    with lock.held():
        with lock.held():
            pass
        assert held_by(tmp_path) == os.getpid()
        with pytest.raises(ArchiveBusyError), WriterLock(tmp_path, 0).held():
            pass
    assert held_by(tmp_path) is None


def test_another_thread_of_the_same_archive_waits_too(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path, 0)
    refused: list[bool] = []

    def write() -> None:
        try:
            with lock.held():
                refused.append(False)
        except ArchiveBusyError:
            refused.append(True)

    def in_a_thread() -> None:
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(30)

    with lock.held():
        in_a_thread()
    in_a_thread()
    assert refused == [True, False]


def test_waiting_ends_as_soon_as_it_is_free(tmp_path: Path) -> None:
    taken, free = threading.Event(), threading.Event()

    def hold() -> None:
        with WriterLock(tmp_path, 0).held():
            taken.set()
            free.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    assert taken.wait(30)
    threading.Timer(0.2, free.set).start()
    with WriterLock(tmp_path, 60).held():
        assert free.is_set()
    holder.join(30)
    assert not holder.is_alive()


def test_waiting_ends_after_its_time(tmp_path: Path) -> None:
    with WriterLock(tmp_path, 0).held():
        began = time.monotonic()
        with pytest.raises(ArchiveBusyError, match=r"0\.2 seconds"), WriterLock(tmp_path, 0.2).held():
            pass
        assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"process_id": 1}', b'{"process_id": 1, "command": "x", "since": 3}']
)
def test_a_holder_that_cannot_be_read_is_another_process(tmp_path: Path, content: bytes) -> None:
    with WriterLock(tmp_path, 0).held():
        (tmp_path / LOCK_FILE).write_bytes(content)
        with pytest.raises(ArchiveBusyError, match="by another process"), WriterLock(tmp_path, 0).held():
            pass
