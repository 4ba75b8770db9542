"""Chroma: the nearest vectors among all. The only chromadb import.

Ids, vectors and the publication day are stored, no text. What Chroma does and doesn't do, measured with 1.5.9: a
client doesn't see what another process wrote and still returns what it deleted; clients of one folder share one state
within a process; ``delete`` leaves the data in the files; a batch holds at most 5,461 entries; a killed writer can
leave files that crash the next one. Hence: readers open anew when the catalog says so, a takedown writes a new
folder, and opening is tried in a child process.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from archive.unused_slots import blank_unused_slots

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_COLLECTION = "passages"
_MOST_PER_BATCH = 5000


class VectorIndex:
    """One folder of Chroma files. Thread-safe; writing needs the archive's writer lock.

    Raises OSError where there is none (unless ``create``), and Chroma's errors where the files cannot be read.
    """

    def __init__(self, folder: Path, seen_writes: int = 0, *, create: bool = False) -> None:
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        elif not (folder / "chroma.sqlite3").is_file():
            raise FileNotFoundError(f"{folder} holds no vector index")
        self.folder = folder
        self.seen_writes = seen_writes  # of the catalog's count of writes to this index: those this process sees
        self._gate = threading.Condition()
        self._inside = 0
        self._client: ClientAPI
        self._collection: Collection
        self._open()

    def _open(self) -> None:
        import chromadb
        from chromadb.config import Settings
        from chromadb.errors import NotFoundError

        self._client = chromadb.PersistentClient(path=str(self.folder), settings=Settings(anonymized_telemetry=False))
        try:  # "get or create" writes to the files even when there is nothing to create
            self._collection = self._client.get_collection(_COLLECTION, embedding_function=None)
        except NotFoundError:
            self._collection = self._client.create_collection(
                _COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )

    @contextmanager
    def _using(self) -> Iterator[Collection]:
        with self._gate:
            self._inside += 1
            collection = self._collection
        try:
            yield collection
        finally:
            with self._gate:
                self._inside -= 1
                self._gate.notify_all()

    def reopen(self, seen_writes: int) -> None:
        """See what other processes wrote. Waits for searches that are under way."""
        with self._gate:
            while self._inside:
                self._gate.wait()
            self._client.close()  # type: ignore[attr-defined]  # of Client, not of its interface
            self._open()
            self.seen_writes = seen_writes

    def close(self) -> None:
        """Let go of the files."""
        with self._gate:
            while self._inside:
                self._gate.wait()
            self._client.close()  # type: ignore[attr-defined]  # of Client, not of its interface

    @property
    def entries(self) -> int:
        """How many vectors are in the index, as far as this process sees it."""
        with self._using() as collection:
            return collection.count()

    def put(self, passages: Sequence[int], days: Sequence[int], matrix: NDArray[np.float32]) -> None:
        """Write the vectors of these passages (rows of ``matrix``), replacing what they had."""
        with self._using() as collection:
            for start in range(0, len(passages), _MOST_PER_BATCH):
                part = slice(start, start + _MOST_PER_BATCH)
                collection.upsert(
                    ids=[str(passage) for passage in passages[part]],
                    embeddings=np.ascontiguousarray(matrix[part]),
                    metadatas=[{"day": int(day)} for day in days[part]],
                )
        blank_unused_slots(self.folder)

    def delete(self, passages: Sequence[int]) -> None:
        """Take these passages out (unknown ones are ignored)."""
        with self._using() as collection:
            for start in range(0, len(passages), _MOST_PER_BATCH):
                collection.delete(ids=[str(passage) for passage in passages[start : start + _MOST_PER_BATCH]])

    def search(
        self, vector: NDArray[np.float32], k: int, day_from: int | None = None, day_to: int | None = None
    ) -> list[tuple[int, float]]:
        """Up to ``k`` (passage, cosine), best first; approximate. A window of days costs 30 to 70 times as much."""
        limits: list[dict[str, Any]] = []
        if day_from is not None or day_to is not None:
            limits.append({"day": {"$gte": max(day_from or 0, 0)}})
        if day_to is not None:
            limits.append({"day": {"$lte": day_to}})
        where: Any = None if not limits else limits[0] if len(limits) == 1 else {"$and": limits}
        if k < 1:
            return []
        with self._using() as collection:
            # More results than there are vectors may be asked for; counting them first took most of the time.
            found = collection.query(query_embeddings=vector[None, :], n_results=k, where=where, include=["distances"])
        distances = found["distances"]
        if not found["ids"] or not distances:
            return []
        return [
            (int(name), 1.0 - float(distance)) for name, distance in zip(found["ids"][0], distances[0], strict=True)
        ]

    def ids(self) -> set[int]:
        """Row ids of all passages in the index."""
        with self._using() as collection:
            names: set[int] = set()
            for start in range(0, collection.count(), _MOST_PER_BATCH):
                page = collection.get(limit=_MOST_PER_BATCH, offset=start, include=[])
                names.update(int(name) for name in page["ids"])
            return names


# Chroma's clients of one folder share their state within a process; so do ours, and its age with it.
_shared: dict[Path, tuple[VectorIndex, int]] = {}
_shared_mutex = threading.Lock()


def share(folder: Path, writes: int, *, create: bool) -> VectorIndex:
    """The process's one index for that folder, opened if need be. Give it back with ``release_shared``."""
    key = folder.resolve()
    with _shared_mutex:
        index, users = _shared.get(key) or (VectorIndex(key, writes, create=create), 0)
        _shared[key] = (index, users + 1)
        return index


def release_shared(index: VectorIndex) -> None:
    """Close the index when nobody else in the process uses it."""
    with _shared_mutex:
        _, users = _shared.get(index.folder, (index, 0))
        if users > 1:
            _shared[index.folder] = (index, users - 1)
            return
        _shared.pop(index.folder, None)
    index.close()
