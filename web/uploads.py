"""Files that an editor drops into the browser: streamed into a private folder, and deleted when they have been read.

They lie under ``uploads/`` in the archive's folder, which only its owner may enter, so that a takedown's scan sees them
too. Names from the browser are never paths here: a file lies under a number, and its name is only shown.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import IO

from starlette.concurrency import run_in_threadpool

from archive.errors import UsageError
from web import texts

FOLDER = "uploads"
MOST_FILES = 5000  # of one batch
MOST_BATCHES = 50  # begun and not read yet, of everybody together
ROOM_TO_LEAVE = 500_000_000  # bytes of the disk
FORGOTTEN_SECONDS = 6 * 3600.0  # after which a batch that nobody read is deleted
_TIMES_LARGEST = 4  # how much a batch may have of what one file may
_LONGEST_NAME = 200
_LOCK = "in-use"
_PIECE = 1 << 20
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that has arrived. ``number`` counts from 1 within its batch; ``size`` in bytes."""

    number: int
    name: str
    path: Path
    size: int
    digest: str

    @property
    def called(self) -> str:
        """Its name in the archive: the same for the same file, another for another one of that name."""
        return f"upload/{self.digest}/{self.name}"


@dataclass(slots=True)
class _Batch:
    owner: str
    folder: Path
    begun: float
    files: dict[int, Upload] = field(default_factory=dict)
    last: int = 0
    size: int = 0


class Uploads:
    """The batches of files that have arrived and wait to be read. Safe to share by threads.

    ``largest``: bytes of one file; a batch may have four times as much. ``sweep()`` when the server starts,
    ``close()`` when it stops.
    """

    def __init__(self, archive_folder: Path, largest: int) -> None:
        self.largest = largest
        self._parent = archive_folder / FOLDER
        self._place: tuple[Path, int] | None = None  # this process's folder, and the file that is locked meanwhile
        self._batches: dict[str, _Batch] = {}
        self._lock = threading.Lock()

    def sweep(self) -> None:
        """Delete what no living process holds: a server that was killed left it."""
        if not self._parent.is_dir():
            return
        with _one_process_at_a_time(self._parent / _LOCK):
            for left in self._parent.iterdir():
                if left.is_dir() and not _is_locked(left / _LOCK):
                    shutil.rmtree(left, ignore_errors=True)

    def begin(self, owner: str) -> str:
        """A new batch of this person's; its id can't be guessed. Raises UsageError where too many wait."""
        with self._lock:
            self._forget_old()
            if len(self._batches) >= MOST_BATCHES:
                raise UsageError(texts.TOO_MANY_UPLOADS)
            batch_id = secrets.token_urlsafe(16)
            folder = Path(tempfile.mkdtemp(dir=self._own_folder()))
            self._batches[batch_id] = _Batch(owner, folder, time.monotonic())
            return batch_id

    async def receive(self, batch_id: str, owner: str, name: str, content: AsyncIterator[bytes]) -> Upload:
        """Take a file in, piece by piece. Raises UsageError where it is refused or too large; nothing is kept then."""
        name = shown_name(name)
        if name.casefold().endswith(".toml"):
            raise UsageError(texts.NO_SOURCES_FILE)
        with self._lock:
            batch = self._of(batch_id, owner)
            if batch.last >= MOST_FILES:
                raise UsageError(texts.too_many_files(MOST_FILES))
            batch.last += 1
            number = batch.last
        path, digest, size = batch.folder / str(number), blake2b(digest_size=6), 0
        try:
            with path.open("xb") as file:
                async for piece in _pieces(content):
                    size += len(piece)
                    self._count(batch, size, len(piece))
                    await run_in_threadpool(_write, file, piece)
                    digest.update(piece)
        except BaseException:
            path.unlink(missing_ok=True)
            with self._lock:
                batch.size -= size
            raise
        upload = Upload(number, name, path, size, digest.hexdigest())
        with self._lock:
            batch.files[number] = upload
        return upload

    def files(self, batch_id: str, owner: str) -> tuple[Upload, ...]:
        """What has arrived, in order. Raises UsageError for a batch that isn't there, or somebody else's."""
        with self._lock:
            files = self._of(batch_id, owner).files
            return tuple(files[number] for number in sorted(files))

    def discard(self, batch_id: str) -> None:
        """Delete a batch with its files; without effect where there is none."""
        with self._lock:
            batch = self._batches.pop(batch_id, None)
        if batch is not None:
            shutil.rmtree(batch.folder, ignore_errors=True)

    def close(self) -> None:
        """Delete everything."""
        with self._lock:
            self._batches.clear()
            place, self._place = self._place, None
        if place is not None:
            shutil.rmtree(place[0], ignore_errors=True)
            os.close(place[1])

    def _count(self, batch: _Batch, size: int, more: int) -> None:
        """Raises UsageError where a file, or its batch, has become too large."""
        with self._lock:
            batch.size += more
            together = batch.size
        if size > self.largest:
            raise UsageError(texts.file_too_large(self.largest))
        if together > _TIMES_LARGEST * self.largest:
            raise UsageError(texts.batch_too_large(_TIMES_LARGEST * self.largest))

    def _of(self, batch_id: str, owner: str) -> _Batch:
        batch = self._batches.get(batch_id)
        if batch is None or batch.owner != owner:
            raise UsageError(texts.NO_SUCH_UPLOAD)
        return batch

    def _forget_old(self) -> None:
        """The caller holds the lock."""
        now = time.monotonic()
        for batch_id, batch in list(self._batches.items()):
            if now - batch.begun > FORGOTTEN_SECONDS:
                del self._batches[batch_id]
                shutil.rmtree(batch.folder, ignore_errors=True)

    def _own_folder(self) -> Path:
        """Made at the first use."""
        if self._place is None:
            self._parent.mkdir(mode=0o700, exist_ok=True)
            with _one_process_at_a_time(self._parent / _LOCK):
                folder = Path(tempfile.mkdtemp(dir=self._parent))
                descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            self._place = (folder, descriptor)
        return self._place[0]


def shown_name(name: str) -> str:
    """A file's name as the browser gives it, as it may be shown and kept: without folders and invisible characters."""
    last = re.split(r"[/\\]", name)[-1]
    fit = " ".join(_UNFIT.sub(" ", last).split())
    if len(fit) > _LONGEST_NAME:  # its ending says what it is
        fit = fit[: _LONGEST_NAME - 20] + "…" + fit[-19:]
    return fit if fit not in {"", ".", ".."} else "file"


async def _pieces(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The content in pieces of a megabyte: what comes from the network is small."""
    waiting: list[bytes] = []
    size = 0
    async for part in content:
        waiting.append(part)
        size += len(part)
        if size >= _PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    if size:
        yield b"".join(waiting)


def _write(file: IO[bytes], piece: bytes) -> None:
    if shutil.disk_usage(file.name).free < ROOM_TO_LEAVE:
        raise UsageError(texts.NO_ROOM)
    file.write(piece)


@contextmanager
def _one_process_at_a_time(file: Path) -> Iterator[None]:
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_locked(file: Path) -> bool:
    try:
        descriptor = os.open(file, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
