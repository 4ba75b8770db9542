"""How far a run is: from the bytes read of those that lie there, and the pages fetched of those that feeds name."""

from __future__ import annotations

import glob
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


class Meter:
    """Estimates how many documents a run will meet. Safe for several threads.

    The size of what lies there is added up in a thread of its own, as that takes long for many files.
    """

    def __init__(self) -> None:
        self._total = 0
        self._measured = threading.Event()
        self._finished = 0
        self._position = 0
        self._size = 0
        self._named_on_web = 0

    def measure(self, paths: Sequence[str]) -> None:
        """Begin to add up what lies behind these paths and globs."""
        if not paths or "-" in paths:
            return  # how much comes on standard input nobody knows
        threading.Thread(target=self._measure, args=(list(paths),), daemon=True, name="sizes").start()

    def _measure(self, paths: list[str]) -> None:
        for path in paths:
            for place in [path] if os.path.lexists(path) else glob.iglob(path, recursive=True):
                self._total += _size_of(place)
        self._measured.set()

    @contextmanager
    def reading(self, path: Path) -> Iterator[Callable[[int], None]]:
        """A file is read inside; the function is told how far."""
        self._size = path.stat().st_size if path.exists() else 0
        self._position = 0
        try:
            yield self._at
        finally:
            self._finished += self._size
            self._size = self._position = 0

    def _at(self, position: int) -> None:
        self._position = max(self._position, min(position, self._size))

    def named_on_web(self, count: int) -> None:
        """So many pages more will be asked for."""
        self._named_on_web += count

    def total(self, done: int) -> int | None:
        """How many documents it will be when ``done`` have been met; None while that can't be told."""
        if not self._total and not self._measured.is_set():
            return max(done, self._named_on_web) if self._named_on_web else None
        read = self._finished + self._position
        if not self._measured.is_set() or not read or not done:
            return None
        # at least as many as are done; the web's come after the files
        return max(done, round(done * max(1.0, self._total / read))) + self._named_on_web


def _size_of(place: str) -> int:
    try:
        if not os.path.isdir(place):
            return os.path.getsize(place)
    except OSError:
        return 0
    size = 0
    for folder, _, files in os.walk(place):
        for name in files:
            try:
                size += os.path.getsize(os.path.join(folder, name))
            except OSError:
                continue
    return size
