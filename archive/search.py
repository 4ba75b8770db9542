"""Finding passages by words and by vectors. An index proposes, the catalog decides.

Every hit is checked against the catalog, and more are fetched when some were dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from archive import contents
from archive.catalog import Catalog, FoundPassage
from archive.filters import SearchFilter, admits
from archive.indexes import Indexes, is_index_failure
from archive.records import Hit
from archive.soundness import KEYWORD, VECTORS
from archive.window_search import CACHE_BYTES, WindowSearch

# Up to so many vectors, scoring all of them exactly is as fast as asking Chroma: docs/decisions/0002-date-windows.md.
EXACT_UP_TO = 50_000
_MOST_FETCHED = 4096


class PassageSearch:
    """The searches of one archive. Thread-safe. ``seen`` gives the catalog as it is to be read at that moment."""

    def __init__(self, seen: Callable[[], Catalog], indexes: Indexes) -> None:
        self._seen = seen
        self._indexes = indexes
        self.windows = WindowSearch()

    def by_words(self, query: str, k: int, where: SearchFilter, phrases: Sequence[str]) -> list[Hit]:
        """Up to ``k`` passages by BM25, best first, in which every phrase occurs; [] while the index is damaged."""
        with self._seen().reading() as connection:
            terms = contents.index_filter(connection, where)

        def fetch(count: int) -> list[tuple[int, float]]:
            index = self._indexes.keyword()
            return [] if index is None else index.search(query, phrases, count, terms)

        return self._checked(KEYWORD, fetch, k, where)

    def by_vector(self, vector: NDArray[np.float32], k: int, where: SearchFilter) -> list[Hit]:
        """Up to ``k`` passages by cosine, best first: scored exactly, or by Chroma in a large archive unfiltered."""
        exactly = min(EXACT_UP_TO, CACHE_BYTES // max(vector.nbytes, 1))
        index = self._indexes.vectors(more_than=exactly) if where.is_empty else None
        if index is not None:
            hits = self._checked(VECTORS, partial(index.search, vector), k, where)
            if hits:
                return hits
        with self._seen().reading() as connection:
            allowed = contents.allowed(connection, where)
            scored = self.windows.search(connection, vector, k, where, allowed)
        return self._hits(scored, where)

    def _checked(
        self, name: str, fetch: Callable[[int], list[tuple[int, float]]], k: int, where: SearchFilter
    ) -> list[Hit]:
        """Ask an index for more until ``k`` hits stand up to the catalog, or there are no more."""
        if k < 1:
            return []
        count = k + 4
        while True:
            try:
                proposed = fetch(count)
            except BaseException as error:
                if not is_index_failure(error):
                    raise
                self._indexes.note_failure(name, error)
                return []
            hits = self._hits(proposed, where)
            if len(hits) >= k or len(proposed) < count or count >= _MOST_FETCHED:
                return hits[:k]
            count = min(count * 4, _MOST_FETCHED)

    def _hits(self, proposed: Sequence[tuple[int, float]], where: SearchFilter) -> list[Hit]:
        found = self._seen().found_passages([passage for passage, _ in proposed])
        return [
            _hit(found[passage], score, where)
            for passage, score in proposed
            if passage in found and admits(where, found[passage])
        ]


def _hit(found: FoundPassage, score: float, where: SearchFilter) -> Hit:
    superseded = where.as_of is not None and not found.live
    notice = found.notice if superseded and found.notice != found.article.correction else None
    return Hit(found.passage, found.article, score, superseded, notice)
