"""Copies of one story: articles whose texts are near duplicates form a cluster.

Signatures are MinHash values (A. Broder, 1997); candidates share one of 64 bands of 2 values (locality-sensitive
hashing: two texts of Jaccard similarity s meet with probability 1 - (1 - s^2)^64, which is 93 % at 0.2, 99.9 % at 0.33
and 0.6 % at 0.01). Candidates are then compared by the whole signature.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from archive.article_rows import many

VALUES = 128
BANDS = 64
ROWS = 2
SCHEME = f"{BANDS} x {ROWS}"  # noted in the catalog: bands of another one are made anew
# With 128 values the estimate's standard error is 0.04. The numbers: docs/decisions/0004-copies.md.
IDENTICAL = 0.9  # the same text, wherever and whenever
SAME_WORDS = 0.55  # the same story, if printed about the same time
CONTAINED = 0.85  # a shortened copy: so much of the shorter text stands in the longer one
SHORTENED = 0.25  # what a third of a text has in common with the whole, less the estimate's error
REWORKED = 0.28  # between outlets: a new headline and lead, paragraphs cut or added ...
REWORKED_CONTAINED = 0.55  # ... but most of the shorter text is the other's
DAYS_APART = 4  # an agency's story is printed at once; the same words weeks later are a template or background
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


@dataclass(frozen=True, slots=True)
class Printing:
    """Where, when (ordinal day, None: unknown) and at what length in characters a story was printed."""

    outlet: str | None
    day: int | None
    length: int


def are_copies(estimate: float, one: Printing, other: Printing) -> bool:
    """Whether two texts of that similarity are printings of one story.

    An outlet repeats itself: templates, and the background it puts into every article on a subject. So in one outlet,
    and weeks apart, more must be the same than between two outlets within days.
    """
    if estimate >= IDENTICAL:
        return True
    if one.day is not None and other.day is not None and abs(one.day - other.day) > DAYS_APART:
        return False
    contained = estimate / (1 + estimate) * (one.length + other.length) / max(1, min(one.length, other.length))
    if estimate >= SAME_WORDS or (estimate >= SHORTENED and contained >= CONTAINED):
        return True
    of_two_outlets = bool(one.outlet and other.outlet and one.outlet.casefold() != other.outlet.casefold())
    return of_two_outlets and estimate >= REWORKED and contained >= REWORKED_CONTAINED


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
    here = _printing(connection, number, length)
    for other, blob, other_length, outlet, day in many(
        connection,
        "SELECT a.number, a.signature, a.length, v.outlet, v.day FROM articles a JOIN versions v ON v.id = a.current "
        "WHERE a.number IN ({})",
        candidates,
    ):
        other_signature = read_signature(blob or b"")
        if other_signature is None:
            continue
        if are_copies(similarity(signature, other_signature), here, Printing(outlet, day, other_length)):
            found.append(other)
    return found


def _printing(connection: sqlite3.Connection, number: int, length: int) -> Printing:
    row = connection.execute(
        "SELECT v.outlet, v.day FROM articles a JOIN versions v ON v.id = a.current WHERE a.number = ?", (number,)
    ).fetchone()
    return Printing(row[0], row[1], length)


def place(connection: sqlite3.Connection, number: int) -> list[int]:
    """Give an article, by the version that answers, its cluster; clusters that it connects become one.

    Returns its copies. Nothing else is looked at: a new copy joins without a pass over the archive.
    """
    row = connection.execute(
        "SELECT v.signature, length(b.text) FROM articles a JOIN versions v ON v.id = a.current "
        "JOIN bodies b ON b.version = v.id WHERE a.number = ?",
        (number,),
    ).fetchone()
    if row is None:
        return []
    leave_cluster(connection, number)
    blob, length = row[0] or b"", row[1]
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


def bring_bands_up_to_date(connection: sqlite3.Connection) -> bool:
    """Make the bands anew where an older Backissue wrote them; returns whether it had to. Inside a transaction."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'bands'").fetchone()
    if row is not None and row[0] == SCHEME:
        return False
    connection.execute("DELETE FROM bands")
    for number, blob in connection.execute("SELECT number, signature FROM articles WHERE signature IS NOT NULL"):
        signature = read_signature(blob)
        connection.executemany(
            "INSERT OR IGNORE INTO bands VALUES (?, ?)",
            [(band, number) for band in (bands_of(signature) if signature is not None else ())],
        )
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('bands', ?)", (SCHEME,))
    return True


def stand_alone(connection: sqlite3.Connection, number: int) -> None:
    """Take an article that may not be seen out of its cluster, and out of what finds copies."""
    leave_cluster(connection, number)
    connection.execute("UPDATE articles SET cluster = NULL, signature = NULL WHERE number = ?", (number,))


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


class Member(NamedTuple):
    """One printing of a story. ``credit``: the agency it credits; ``wire``: it was printed by that agency."""

    number: int
    article_id: str
    credit: str | None
    wire: bool


def families(connection: sqlite3.Connection, clusters: Iterable[int]) -> dict[int, list[Member]]:
    """The members of each cluster, earliest first."""
    found: dict[int, list[Member]] = {}
    for cluster, number, article_id, credit, wire in many(
        connection,
        "SELECT a.cluster, a.number, a.article_id, v.credit, v.wire FROM articles a "
        "JOIN versions v ON v.id = a.current WHERE a.cluster IN ({}) "
        "ORDER BY v.day IS NULL, v.day, v.published, a.number",
        clusters,
    ):
        found.setdefault(cluster, []).append(Member(number, article_id, credit, bool(wire)))
    return found


def face_of(family: Sequence[Member]) -> Member:
    """Who shows the story: the agency's own print, where another member credits it; else the earliest."""
    for member in family:
        if member.wire and any(other.credit == member.credit for other in family if other is not member):
            return member
    return family[0]


def other_printing(connection: sqlite3.Connection, number: int) -> str | None:
    """The id of the face of an article's cluster (of its earliest other member, if the article is the face)."""
    (cluster,) = connection.execute("SELECT cluster FROM articles WHERE number = ?", (number,)).fetchone()
    family = families(connection, [] if cluster is None else [cluster]).get(cluster, [])
    if len(family) < 2:
        return None
    face = face_of(family)
    return next(member.article_id for member in (face, *family) if member.number != number)
