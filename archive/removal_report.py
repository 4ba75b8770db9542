"""What a takedown reports: the articles that go, the copies that stay, what was done to files, what the proof found."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from archive.scan import ScanReport


@dataclass(frozen=True, slots=True)
class RemovedArticle:
    """What was (or would be) removed; ``copies`` prints the same story elsewhere and stays."""

    article_id: str
    external_id: str | None
    title: str
    outlet: str | None
    published: str | None
    url: str | None
    versions: int
    passages: int
    copies: tuple[CopyElsewhere, ...]


@dataclass(frozen=True, slots=True)
class CopyElsewhere:
    """An article of the same cluster, which is not removed."""

    article_id: str
    external_id: str | None
    outlet: str | None
    title: str
    url: str | None


@dataclass(frozen=True, slots=True)
class RemovalReport:
    """What a takedown did. ``proof`` is the scan of all files afterwards; ``left`` names what it still found."""

    dry_run: bool
    reason: str
    removed: tuple[RemovedArticle, ...]
    already_removed: tuple[str, ...]
    side_files: tuple[tuple[str, str], ...]  # (file, what was done)
    proof: ScanReport | None
    terms_looked_up: int  # words of the removed texts that no other article has
    left: tuple[str, ...]
    notes: tuple[str, ...]


def describe(connection: sqlite3.Connection, numbers: Sequence[int]) -> tuple[RemovedArticle, ...]:
    """What a report says of each article."""
    going = set(numbers)
    found = []
    for number in numbers:
        row = connection.execute(
            "SELECT a.article_id, v.external_id, v.title, v.outlet, v.published, v.url, "
            "(SELECT count(*) FROM versions WHERE article = a.number), "
            "(SELECT count(*) FROM passages p JOIN versions w ON w.id = p.version WHERE w.article = a.number), "
            "a.cluster "
            "FROM articles a JOIN versions v "
            "ON v.id = ifnull(a.current, (SELECT max(id) FROM versions WHERE article = a.number)) WHERE a.number = ?",
            (number,),
        ).fetchone()
        if row is None:
            continue  # only withheld by a notice, and never seen
        others = connection.execute(
            "SELECT a.number, a.article_id, v.external_id, v.outlet, v.title, v.url "
            "FROM articles a JOIN versions v ON v.id = a.current WHERE a.cluster = ? "
            "ORDER BY v.day IS NULL, v.day, a.number",
            (row[8],),
        )
        elsewhere = tuple(CopyElsewhere(*other[1:]) for other in others if other[0] not in going)
        found.append(RemovedArticle(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], elsewhere))
    return tuple(found)
