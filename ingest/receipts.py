"""Which fetches have come to rest in the archive, so that the next night may ask "anything new?".

A fetch is settled when everything that came of it (a page's article, a feed's entries and the pages they name) has been
written or rejected. One that was spoilt, because a page failed that may succeed another night, never is: nor is the
feed that named it, which is then read again.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.fetch import Fetched


@dataclass(slots=True)
class _Open:
    fetched: Fetched
    parent: int
    waiting: int = 1  # until it is closed, it waits for itself
    spoilt: bool = False


class Receipts:
    """The fetches of one run that aren't settled yet, by number. Safe for several threads."""

    def __init__(self) -> None:
        self._open: dict[int, _Open] = {}
        self._settled: list[Fetched] = []
        self._last = 0
        self._lock = threading.Lock()

    def open(self, fetched: Fetched, parent: int = 0) -> int:
        """A number for something fetched; ``parent``'s waits for it."""
        with self._lock:
            self._last += 1
            self._open[self._last] = _Open(fetched, parent)
            if parent:
                self._open[parent].waiting += 1
            return self._last

    def expect(self, number: int) -> None:
        """One document more will come to rest (or not)."""
        with self._lock:
            self._open[number].waiting += 1

    def done(self, number: int) -> None:
        """One document has come to rest. Also called once by who opened it, when no more will be expected."""
        if not number:
            return
        with self._lock:
            while number:
                entry = self._open[number]
                entry.waiting -= 1
                if entry.waiting:
                    return
                del self._open[number]
                if not entry.spoilt:
                    self._settled.append(entry.fetched)
                elif entry.parent:
                    self._open[entry.parent].spoilt = True
                number = entry.parent

    def spoil(self, number: int) -> None:
        """Something of it failed that may succeed another night."""
        with self._lock:
            if number in self._open:
                self._open[number].spoilt = True

    def take_settled(self) -> list[Fetched]:
        """Those settled since the last call."""
        with self._lock:
            settled, self._settled = self._settled, []
            return settled
