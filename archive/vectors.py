"""The vectors in the catalog: clustered by publication day, so that a window of days is one contiguous read.

The key of a vector is ``(day + 1) << 32 | passage`` (day 0 for undated), its value the vector as 16-bit floats: half
the size, and the cosine differs by less than 1e-3. Vectors are cached by *partitions* of 32 days;
``vector_partitions.changed`` is the generation in which anything about a partition's passages changed. All functions
work inside a transaction of the caller's connection.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.article_rows import many
from archive.errors import EmbedderMismatchError

PARTITION_DAYS = 32
_CLAIM_SECONDS = 300.0  # an embedder that says nothing for so long is taken to be stuck
STORED = np.dtype("<f2")


def vector_key(day: int | None, passage: int) -> int:
    """Where the vector of a passage published that day is kept."""
    return ((0 if day is None else day + 1) << 32) | passage


def partition_of(day: int | None) -> int:
    """The partition of a publication day; 0 for undated."""
    return 0 if day is None else (day + 1) // PARTITION_DAYS


def partition_keys(partition: int) -> tuple[int, int]:
    """First key and first key beyond of a partition. Day 31 of the year 1 is nobody's publication day."""
    return (partition * PARTITION_DAYS) << 32, ((partition + 1) * PARTITION_DAYS) << 32


def touch_partition(connection: sqlite3.Connection, version: int) -> None:
    """Note that passages of this version changed: caches of their partition are stale with this transaction."""
    row = connection.execute("SELECT day FROM versions WHERE id = ?", (version,)).fetchone()
    touch_days(connection, [row[0]])


def touch_days(connection: sqlite3.Connection, days: Sequence[int | None]) -> None:
    """The same for publication days."""
    connection.executemany(
        "INSERT OR REPLACE INTO vector_partitions VALUES (?, (SELECT value + 1 FROM meta WHERE key = 'generation'))",
        [(partition,) for partition in {partition_of(day) for day in days}],
    )


def queue_passages(connection: sqlite3.Connection, version: int) -> None:
    """Put a version's passages on the list of those to embed."""
    connection.execute(
        "INSERT OR IGNORE INTO pending SELECT ifnull(v.day, -1), p.id "
        "FROM passages p JOIN versions v ON v.id = p.version WHERE v.id = ?",
        (version,),
    )


def passages_of_version(connection: sqlite3.Connection, version: int) -> list[int]:
    """Row ids of a version's passages, in order."""
    rows = connection.execute("SELECT id FROM passages WHERE version = ? ORDER BY number", (version,))
    return [row[0] for row in rows]


def drop_vectors(connection: sqlite3.Connection, version: int) -> None:
    """Delete a version's vectors, and take its passages off the list of those to embed."""
    day = connection.execute("SELECT day FROM versions WHERE id = ?", (version,)).fetchone()[0]
    passages = passages_of_version(connection, version)
    connection.executemany("DELETE FROM vectors WHERE key = ?", [(vector_key(day, passage),) for passage in passages])
    connection.executemany(
        "DELETE FROM pending WHERE day = ? AND passage = ?",
        [(-1 if day is None else day, passage) for passage in passages],
    )
    connection.executemany("INSERT OR IGNORE INTO vector_todo VALUES (?)", [(passage,) for passage in passages])
    touch_days(connection, [day])


def move_vectors(connection: sqlite3.Connection, version: int, old: int | None, new: int | None) -> None:
    """The publication day of a version was corrected: its vectors move to that day."""
    passages = passages_of_version(connection, version)
    connection.executemany(
        "UPDATE vectors SET key = ? WHERE key = ?",
        [(vector_key(new, passage), vector_key(old, passage)) for passage in passages],
    )
    connection.executemany(
        "UPDATE pending SET day = ? WHERE day = ? AND passage = ?",
        [(-1 if new is None else new, -1 if old is None else old, passage) for passage in passages],
    )
    connection.executemany("INSERT OR IGNORE INTO vector_todo VALUES (?)", [(passage,) for passage in passages])
    touch_days(connection, [old, new])


def claim_pending(
    connection: sqlite3.Connection, limit: int, alive_since: float, article: int | None = None
) -> list[tuple[int, str, str]]:
    """Claim the newest passages (of an article) without a vector that no other living process works on.

    As (passage, title, text).

    ``alive_since`` (seconds since the epoch): claims of this process's number that are older are a former process's.
    """
    now = time.time()
    me = os.getpid()
    others = {
        row[0] for row in connection.execute("SELECT DISTINCT process_id FROM claims WHERE process_id != ?", (me,))
    }
    gone = [(process,) for process in others if not _is_alive(process)]
    connection.executemany("DELETE FROM claims WHERE process_id = ?", gone)
    connection.execute(
        "DELETE FROM claims WHERE at < ? OR (process_id = ? AND at < ?)", (now - _CLAIM_SECONDS, me, alive_since)
    )
    rows = connection.execute(
        "SELECT passage FROM pending WHERE passage NOT IN (SELECT passage FROM claims) "
        "AND (:article IS NULL OR passage IN "
        "(SELECT p.id FROM versions v JOIN passages p ON p.version = v.id WHERE v.article = :article)) "
        "ORDER BY day DESC, passage LIMIT :limit",
        {"article": article, "limit": limit},
    ).fetchall()
    connection.executemany("INSERT INTO claims VALUES (?, ?, ?)", [(row[0], me, now) for row in rows])
    texts = {
        row[0]: (row[0], row[1], row[2])
        for row in many(
            connection,
            'SELECT p.id, v.title, substr(b.text, p.start + 1, p."end" - p.start) FROM passages p '
            "JOIN versions v ON v.id = p.version JOIN bodies b ON b.version = v.id WHERE p.id IN ({})",
            [row[0] for row in rows],
        )
    }
    return [texts[row[0]] for row in rows]


def release_claims(connection: sqlite3.Connection, passages: Sequence[int]) -> None:
    """Give claimed passages back, embedded or not."""
    connection.executemany("DELETE FROM claims WHERE passage = ?", [(passage,) for passage in passages])


def keep_vectors(connection: sqlite3.Connection, passages: Sequence[int], matrix: NDArray[np.float32]) -> int:
    """Write vectors of passages that still are on the list; what was removed or changed meanwhile is dropped."""
    stored = matrix.astype(STORED)
    position = {passage: index for index, passage in enumerate(passages)}
    rows = many(
        connection,
        "SELECT p.id, v.day, d.passage IS NOT NULL FROM passages p JOIN versions v ON v.id = p.version "
        "LEFT JOIN pending d ON d.day = ifnull(v.day, -1) AND d.passage = p.id WHERE p.id IN ({})",
        passages,
    )
    kept = [(passage, day) for passage, day, waiting in rows if waiting]
    connection.executemany(
        "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
        [(vector_key(day, passage), stored[position[passage]].tobytes()) for passage, day in kept],
    )
    connection.executemany(
        "DELETE FROM pending WHERE day = ? AND passage = ?",
        [(-1 if day is None else day, passage) for passage, day in kept],
    )
    connection.executemany("INSERT OR IGNORE INTO vector_todo VALUES (?)", [(passage,) for passage, _ in kept])
    touch_days(connection, [day for _, day in kept])
    release_claims(connection, passages)
    return len(kept)


def remember_embedder(connection: sqlite3.Connection, name: str) -> None:
    """Note whose vectors these are. Raises EmbedderMismatchError when they are another one's."""
    known = connection.execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()
    if known is None:
        connection.execute("INSERT INTO meta VALUES ('embedder', ?)", (name,))
    elif known[0] != name:
        raise EmbedderMismatchError(
            f"Another process has begun to embed this archive with {known[0]!r}; this one uses {name!r}. "
            "Use one of them."
        )


def drop_all_vectors(connection: sqlite3.Connection) -> None:
    """Forget every vector and whose they were; all passages wait to be embedded again."""
    connection.execute("DELETE FROM vectors")
    connection.execute("DELETE FROM claims")
    connection.execute(
        "INSERT OR IGNORE INTO pending SELECT ifnull(v.day, -1), p.id "
        "FROM passages p JOIN versions v ON v.id = p.version"
    )
    connection.execute("UPDATE vector_partitions SET changed = (SELECT value + 1 FROM meta WHERE key = 'generation')")
    connection.execute("DELETE FROM meta WHERE key = 'embedder'")


def vectors_for_index(
    connection: sqlite3.Connection, passages: Sequence[int]
) -> tuple[list[int], list[int], NDArray[np.float32], list[int]]:
    """What the vector index must hold of these passages: (ids, days, matrix) to put in, and ids to take out.

    Only live versions are in the index; the day of undated ones is -1.
    """
    rows: dict[int, tuple[int, Any, bytes]] = {}
    for passage, day, vector in many(
        connection,
        "SELECT p.id, v.day, x.vector FROM passages p JOIN versions v ON v.id = p.version "
        "JOIN vectors x ON x.key = ((ifnull(v.day, -1) + 1) << 32 | p.id) WHERE v.live = 1 AND p.id IN ({})",
        passages,
    ):
        rows[passage] = (passage, day, vector)
    out = [passage for passage in passages if passage not in rows]
    ids = list(rows)
    days = [-1 if row[1] is None else row[1] for row in rows.values()]
    blobs = b"".join(row[2] for row in rows.values())
    matrix = (
        np.frombuffer(blobs, dtype=STORED).astype(np.float32).reshape(len(ids), -1) if ids else np.empty((0, 0), "f4")
    )
    return ids, days, matrix, out


def _is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
