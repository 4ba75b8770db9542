"""Which fetches have come to rest in the archive, so that the next night may ask "anything new?".

A fetch is settled when everything that came of it (a page's article, a feed's entries and the pages they name) has been
written or rejected. One that was spoilt, because a page failed that may succeed another night, never is: nor is the
feed that named it, which is then read again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.fetch import Fetched


@dataclass(slots=True)
class _Open:
    fetched: Fetched
    parent: int
    waiting: int = 1  # while it is read, it waits for itself
    spoilt: bool = False


class Receipts:
    """The fetches of one run that aren't settled yet, by number. Safe for several threads."""

    def __init__(self) -> None:
        self._open: dict[int, _Open] = {}
        self._settled: list[Fetched] = []
        self._last = 0
        self._lock = threading.Lock()

    @contextmanager
    def opened(self, fetched: Fetched, parent: int = 0) -> Iterator[int]:
        """A number for something fetched, which is read inside the block; ``parent``'s waits for it.

        What breaks the block off, be it that the run stops, spoils it: what was left unread is wanted another night.
        """
        number = self._open_one(fetched, parent)
        try:
            yield number
        except BaseException:
            self.spoil(number)
            raise
        finally:
            self.done(number)

    @contextmanager
    def opened_together(self) -> Iterator[Callable[[Fetched, int], int]]:
        """For what leads on to more: opens a receipt (of something fetched, for a parent), which stays so to the end.

        The end of the block closes them all, the last one first, and what breaks it off spoils them.
        """
        with ExitStack() as open_ones:
            yield lambda fetched, parent: open_ones.enter_context(self.opened(fetched, parent))

    def _open_one(self, fetched: Fetched, parent: int) -> int:
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
        """One document has come to rest."""
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
