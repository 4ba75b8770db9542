"""A version's text, made anew from the input that was kept: the same version, read in a better way.

Its passages get new names, so that a citation of the old text resolves to nothing rather than to other words. Passages
that say the same keep their vectors. Works inside a transaction of the caller's connection.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from archive import copies
from archive.article import Article
from archive.article_rows import rank_of, text_hash
from archive.describing import describe, described, edits_of, overlaid, own_values
from archive.records import IncomingArticle
from archive.vectors import drop_vectors, queue_passages, touch_partition, vector_key
from archive.versions import arrange

_TOLD_LATER = ("title", "outlet", "authors", "section", "published", "date_source", "date_confidence", "modified")


@dataclass(frozen=True, slots=True)
class KeptInput:
    """What is kept of how a version was read. ``raw`` None: its input wasn't kept."""

    version: int
    article_id: str
    raw: bytes | None
    media_type: str | None
    source: str
    given: Mapping[str, Any]  # known from outside the document
    prepared_by: str | None


def kept_inputs(connection: sqlite3.Connection, versions: Sequence[int]) -> Iterator[KeptInput]:
    """The kept input of these versions, one by one, so that memory stays flat."""
    for version in versions:
        row = connection.execute(
            "SELECT a.article_id, b.raw, v.raw_media_type, v.source, v.extra, v.prepared_by FROM versions v "
            "JOIN articles a ON a.number = v.article JOIN bodies b ON b.version = v.id WHERE v.id = ?",
            (version,),
        ).fetchone()
        if row is not None:
            raw = None if row[1] is None else zlib.decompress(row[1])
            given = json.loads(row[4]).get("given")
            yield KeptInput(version, row[0], raw, row[2], row[3], given if isinstance(given, dict) else {}, row[5])


def replace_text(connection: sqlite3.Connection, version: int, incoming: IncomingArticle) -> set[str]:
    """Give a version the text and description of another reading of its input; returns what changed.

    Hand edits stay; so do identity, external id and order among the versions. {"text"} and column names.
    """
    old, given = described(connection, version)
    number: int = connection.execute("SELECT article FROM versions WHERE id = ?", (version,)).fetchone()[0]
    fresh = replace(
        incoming.article,
        article_id=old.article_id,
        identity=old.identity,
        external_id=old.external_id or incoming.article.external_id,
        url=overlaid(old, given).url or incoming.article.url,
    )
    if _was_told_more(connection, version):
        own = overlaid(old, given)
        fresh = replace(fresh, **{name: getattr(own, name) for name in _TOLD_LATER})
    _move(connection, version, rank_of(overlaid(old, given)), fresh)
    edits = edits_of(connection, number)
    changed = describe(connection, version, old, overlaid(fresh, edits), own_values(fresh, edits))
    connection.execute("UPDATE versions SET prepared_by = ? WHERE id = ?", (incoming.prepared_by, version))
    if old.text != fresh.text:
        _replace_passages(connection, version, old.text, incoming)
        changed.add("text")
    if not changed:
        return changed
    connection.execute(
        "UPDATE versions SET signature = ?, credit = ?, wire = ? WHERE id = ?",
        (incoming.signature, incoming.credit, int(incoming.wire), version),
    )
    connection.execute("INSERT OR IGNORE INTO keyword_todo VALUES (?)", (number,))
    copies.place(connection, number)
    return changed


def _was_told_more(connection: sqlite3.Connection, version: int) -> bool:
    """Whether a later record of the same text has corrected its description: the kept input is the first one's."""
    row = connection.execute("SELECT rank < last_rank FROM versions WHERE id = ?", (version,)).fetchone()
    return bool(row[0])


def rewrite_version(connection: sqlite3.Connection, version: int, incoming: IncomingArticle, now: datetime) -> set[str]:
    """``replace_text`` of a version that may be gone by now, and its place among the others."""
    row = connection.execute("SELECT article FROM versions WHERE id = ?", (version,)).fetchone()
    if row is None:
        return set()
    changed = replace_text(connection, version, incoming)
    if changed:
        arrange(connection, row[0], now)
    return changed


def _move(connection: sqlite3.Connection, version: int, old_rank: str, fresh: Article) -> None:
    """Where it was ordered by a date that is now read as another one, it takes that one's place among the versions."""
    since = fresh.modified.day.isoformat() if fresh.modified else None
    connection.execute(
        "UPDATE versions SET rank = :new, last_rank = :new, since = :since "
        "WHERE id = :id AND rank = :old AND last_rank = :old AND :new != :old",
        {"id": version, "old": old_rank, "new": rank_of(fresh), "since": since},
    )


def _replace_passages(connection: sqlite3.Connection, version: int, old_text: str, incoming: IncomingArticle) -> None:
    text = incoming.article.text
    day = connection.execute("SELECT day FROM versions WHERE id = ?", (version,)).fetchone()[0]
    vectors: dict[str, bytes] = {}
    rows = connection.execute('SELECT id, start, "end" FROM passages WHERE version = ?', (version,)).fetchall()
    for passage, start, end in rows:
        row = connection.execute("SELECT vector FROM vectors WHERE key = ?", (vector_key(day, passage),)).fetchone()
        if row is not None:
            vectors[old_text[start:end]] = row[0]
    drop_vectors(connection, version)
    connection.execute("DELETE FROM passages WHERE version = ?", (version,))
    connection.execute("UPDATE bodies SET text = ? WHERE version = ?", (text, version))
    connection.execute("UPDATE versions SET hash = ? WHERE id = ?", (text_hash(text), version))
    for position, (start, end) in enumerate(incoming.spans):
        passage = connection.execute(
            'INSERT INTO passages (version, number, start, "end") VALUES (?, ?, ?, ?)', (version, position, start, end)
        ).lastrowid
        assert passage is not None  # noqa: S101 (an INSERT has a row id)
        known = vectors.get(text[start:end])
        if known is not None:
            connection.execute("INSERT INTO vectors VALUES (?, ?)", (vector_key(day, passage), known))
            connection.execute("INSERT OR IGNORE INTO vector_todo VALUES (?)", (passage,))
    queue_passages(connection, version)
    connection.execute(
        "DELETE FROM pending WHERE day = ifnull(?, -1) AND passage IN (SELECT p.id FROM passages p WHERE p.version = ? "
        "AND EXISTS (SELECT 1 FROM vectors x WHERE x.key = ((ifnull(?, -1) + 1) << 32 | p.id)))",
        (day, version, day),
    )
    touch_partition(connection, version)
