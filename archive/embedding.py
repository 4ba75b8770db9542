"""Making the vectors that are missing: the slow part of ingestion, which nothing waits for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from archive.catalog import Catalog
from archive.embedder import Embedder
from archive.indexes import Indexes, Progress
from archive.lock import WriterLock
from archive.vectors import claim_pending, keep_vectors, release_claims, remember_embedder

EMBED_BATCH = 64
_VECTORS_PER_INDEX_WRITE = 256
_PASSAGES_PER_LOCK = 2000


def embedding_text(title: str, text: str) -> str:
    """What is embedded of a passage: its article's title gives the words of the passage their subject."""
    return f"{title}\n{text}" if title else text


def embed_batch(
    catalog: Catalog,
    lock: WriterLock,
    embedder: Embedder,
    size: int,
    alive_since: float,
    article: int | None = None,
) -> int:
    """Embed up to ``size`` passages (of an article) and keep their vectors; returns how many were claimed.

    The lock isn't held while the model works.
    """
    with catalog.writing(counted=False) as connection:
        claimed = claim_pending(connection, size, alive_since, article)
    if not claimed:
        return 0
    passages = [passage for passage, _, _ in claimed]
    try:
        matrix = embedder.embed_passages([embedding_text(title, text) for _, title, text in claimed])
        with lock.held(), catalog.writing() as connection:
            remember_embedder(connection, embedder.name)
            keep_vectors(connection, passages, matrix)
    except BaseException:
        with catalog.writing(counted=False) as connection:
            release_claims(connection, passages)
        raise
    return len(passages)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the passages that wait: at most so many, or those of one article (its row number)."""

    limit: int | None = None
    article: int | None = None


def embed_pending(
    catalog: Catalog,
    indexes: Indexes,
    lock: WriterLock,
    embedder: Embedder,
    *,
    alive_since: float,
    wanted: Wanted,
    should_stop: Callable[[], bool],
    on_progress: Progress | None,
) -> int:
    """Embed what waits, newest first, batch by batch, and put it into the vector index; returns how many passages."""
    done = unindexed = 0
    with catalog.reading() as connection:
        waiting = connection.execute("SELECT count(*) FROM pending").fetchone()[0]
    limit = wanted.limit
    total = waiting if limit is None else min(limit, waiting)
    while (limit is None or done < limit) and not should_stop():
        size = EMBED_BATCH if limit is None else min(EMBED_BATCH, limit - done)
        count = embed_batch(catalog, lock, embedder, size, alive_since, wanted.article)
        if not count:
            break
        done += count
        unindexed += count
        if unindexed >= _VECTORS_PER_INDEX_WRITE:
            with lock.held():
                indexes.catch_up_vectors(at_most=_PASSAGES_PER_LOCK)
            unindexed = 0
        if on_progress is not None:
            on_progress(done, max(total, done))
    fill_vector_index(indexes, lock, should_stop=should_stop)
    return done


def fill_vector_index(
    indexes: Indexes, lock: WriterLock, *, should_stop: Callable[[], bool], on_progress: Progress | None = None
) -> None:
    """Bring the vector index up to the catalog, the lock held for a batch at a time."""
    complete = False
    while not complete and not should_stop():
        with lock.held():
            complete = indexes.catch_up_vectors(on_progress, at_most=_PASSAGES_PER_LOCK)
