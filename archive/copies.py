"""Copies of one story: articles whose texts are near duplicates form a cluster.

Signatures are MinHash values (A. Broder, 1997); candidates share one of 42 bands of 3 values (locality-sensitive
hashing: two texts of Jaccard similarity s meet with probability 1 - (1 - s^3)^42, which is 84 % at 0.35, 98 % at 0.45
and 99.96 % at 0.55). Candidates are then compared by the whole signature.
"""

from __future__ import annotations

import sqlite3

import numpy as np
from numpy.typing import NDArray

from archive.article_rows import many

VALUES = 128
BANDS = 42
ROWS = 3
# Above: the same story in the same words. With 128 values the estimate's standard error is 0.04.
COPY_SIMILARITY = 0.55
# A shortened copy: the shorter text is contained in the longer one, as far as both lengths tell.
SHORTENED_SIMILARITY = 0.35
SHORTENED_CONTAINMENT = 0.85
_MOST_CANDIDATES = 200  # those that share most bands; where more do, it is a template and not a story

Signature = NDArray[np.uint32]


def read_signature(blob: bytes) -> Signature | None:
    """The signature as numbers; None for a text too short to have one. Raises ValueError for a broken one."""
    if not blob:
        return None
    if len(blob) == VALUES * 8:
        return np.frombuffer(blob, dtype="<u8").astype(np.uint32)
    if len(blob) != VALUES * 4:
        raise ValueError(f"a signature has {VALUES} values of 4 or 8 bytes, not {len(blob)} bytes")
    return np.frombuffer(blob, dtype="<u4")


def bands_of(signature: Signature) -> list[int]:
    """One signed 64-bit number for each band: equal numbers mean (all but surely) equal bands."""
    rows = signature[: BANDS * ROWS].reshape(BANDS, ROWS).astype(np.uint64)
    mixed = np.arange(1, BANDS + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for column in range(ROWS):  # FNV-1a on whole words, then a final mix
        mixed = (mixed ^ rows[:, column]) * np.uint64(0x100000001B3)
        mixed ^= mixed >> np.uint64(29)
    values: list[int] = mixed.astype(np.int64).tolist()
    return values


def similarity(first: Signature, second: Signature) -> float:
    """The estimated Jaccard similarity of two texts."""
    return float(np.mean(first == second))


def are_copies(estimate: float, length: int, other_length: int) -> bool:
    """Whether two texts of that similarity and of those lengths in characters are the same story."""
    if estimate >= COPY_SIMILARITY:
        return True
    shorter = min(length, other_length)
    if estimate < SHORTENED_SIMILARITY or not shorter:
        return False
    shared = estimate / (1 + estimate) * (length + other_length)
    return shared / shorter >= SHORTENED_CONTAINMENT


def find_copies(connection: sqlite3.Connection, number: int, signature: Signature, length: int) -> list[int]:
    """Numbers of the articles in the catalog that print the same story, without ``number`` itself."""
    marks = ",".join("?" * BANDS)
    candidates = [
        row[0]
        for row in connection.execute(
            f"SELECT article FROM bands WHERE band IN ({marks}) AND article != ? "  # noqa: S608 (marks only)
            "GROUP BY article ORDER BY count(*) DESC LIMIT ?",
            (*bands_of(signature), number, _MOST_CANDIDATES),
        )
    ]
    found = []
    for other, blob, other_length in many(
        connection, "SELECT number, signature, length FROM articles WHERE number IN ({})", candidates
    ):
        other_signature = read_signature(blob or b"")
        if other_signature is not None and are_copies(similarity(signature, other_signature), length, other_length):
            found.append(other)
    return found


def enter_cluster(connection: sqlite3.Connection, number: int, blob: bytes, length: int) -> list[int]:
    """Give an article (with a new text) its cluster; clusters that it connects become one. Returns its copies."""
    leave_cluster(connection, number)
    signature = read_signature(blob)
    connection.execute(
        "UPDATE articles SET signature = ?, length = ?, cluster = number WHERE number = ?", (blob, length, number)
    )
    if signature is None:
        return []
    found = find_copies(connection, number, signature, length)
    connection.executemany(
        "INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, number) for band in bands_of(signature)]
    )
    if found:
        clusters = [
            row[0] for row in many(connection, "SELECT DISTINCT cluster FROM articles WHERE number IN ({})", found)
        ]
        target = min(clusters)
        marks = ",".join("?" * len(clusters))
        connection.execute(
            f"UPDATE articles SET cluster = ? WHERE number = ? OR cluster IN ({marks})",  # noqa: S608 (marks only)
            (target, number, *clusters),
        )
    return found


def leave_cluster(connection: sqlite3.Connection, number: int) -> None:
    """Take an article out of its cluster. If the cluster bears its number, the others get another one."""
    row = connection.execute("SELECT signature FROM articles WHERE number = ?", (number,)).fetchone()
    signature = read_signature(row[0] or b"") if row else None
    if signature is None:
        return
    connection.executemany(
        "DELETE FROM bands WHERE band = ? AND article = ?", [(band, number) for band in bands_of(signature)]
    )
    connection.execute(
        "UPDATE articles SET cluster = "
        "(SELECT min(number) FROM articles WHERE cluster = :number AND number != :number) "
        "WHERE cluster = :number AND number != :number",
        {"number": number},
    )
