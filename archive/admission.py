"""How one article is taken into the catalog: known, new, a new version, or taken down before.

All functions work inside a transaction of the caller's connection.

- A text known as any version of the article makes no new version. If the record is not older than that version and
  says something else about it (title, outlet, authors, section, language, dates), the version is brought up to date
  in place; what it no longer says is kept.
- Versions are ordered by their last known instant (``rank``: the later of publication and modification), and by the
  order of reading where that is equal: the last one answers, whatever the order of reading.
- A tombstone matches the identity, the URL, or the same text from the same outlet.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from archive import copies
from archive.article import Article
from archive.article_rows import META_COLUMNS, label_key, labels_of, many, pack_raw, rank_of, text_hash, version_values
from archive.errors import ArchiveError
from archive.records import AddResult, IncomingArticle, Outcome
from archive.schema import OPEN_END
from archive.vectors import drop_vectors, move_vectors, queue_passages, touch_partition

# A change of one of these is worth telling as an update; of the others it is written down in silence.
_VISIBLE = ("title", "outlet", "authors", "section", "language", "day", "published")
_META_NAMES = tuple(name.strip() for name in META_COLUMNS.split(","))
_KEPT = {"source", "raw_media_type", "rank", "date_source", "date_confidence", "partial"}


def tombstone_digests(article: Article) -> list[str]:
    """What a removed article is recognised by; nothing can be read back from it."""
    text = " ".join(article.text.casefold().split())
    known = [f"identity:{article.identity}", f"text:{label_key(article.outlet or '')}:{text}"]
    if article.url:
        known.append(f"url:{article.url}")
    return [sha256(value.encode("utf-8", "surrogatepass")).hexdigest() for value in known]


def is_removed(connection: sqlite3.Connection, article: Article) -> bool:
    """Whether a tombstone keeps this article out."""
    if connection.execute("SELECT 1 FROM tombstones LIMIT 1").fetchone() is None:
        return False  # the usual case, and digests take a tenth of the whole admission
    digests = tombstone_digests(article)
    marks = ",".join("?" * len(digests))
    query = f"SELECT 1 FROM tombstones WHERE digest IN ({marks}) LIMIT 1"  # noqa: S608 (marks only)
    return connection.execute(query, digests).fetchone() is not None


def admit(connection: sqlite3.Connection, incoming: IncomingArticle, now: datetime) -> AddResult:
    """Take one article in; writes what the indexes must be told into the todo tables and the ledger."""
    article = incoming.article
    row = connection.execute(
        "SELECT number, article_id FROM articles WHERE identity = ?", (article.identity,)
    ).fetchone()
    if row is None and is_removed(connection, article):
        result = AddResult(article.article_id, Outcome.REMOVED)
    elif row is None:
        result = _add(connection, incoming, now)
    else:
        result = _meet_again(connection, row[0], incoming, now)
    if incoming.ledger_key:
        connection.execute(
            "INSERT OR REPLACE INTO ledger VALUES (?, ?, ?)",
            (incoming.ledger_key, result.article_id, result.outcome.value),
        )
    return result


def _add(connection: sqlite3.Connection, incoming: IncomingArticle, now: datetime) -> AddResult:
    article = incoming.article
    try:
        number = connection.execute(
            "INSERT INTO articles (article_id, identity) VALUES (?, ?)", (article.article_id, article.identity)
        ).lastrowid
    except sqlite3.IntegrityError as error:
        raise ArchiveError(
            f"Two articles have the id {article.article_id!r}: {article.identity!r} has one of another identity."
        ) from error
    assert number is not None  # noqa: S101 (an INSERT has a row id)
    _insert_version(connection, number, incoming, now)
    _settle(connection, number, incoming)
    return AddResult(article.article_id, Outcome.ADDED, _copy_of(connection, number))


def _meet_again(connection: sqlite3.Connection, number: int, incoming: IncomingArticle, now: datetime) -> AddResult:
    article = incoming.article
    row = connection.execute(
        f"SELECT id, {META_COLUMNS} FROM versions WHERE article = ? AND hash = ?",  # noqa: S608 (constant)
        (number, text_hash(article.text)),
    ).fetchone()
    if row is not None:
        changed = _refresh(connection, row, article)
        if changed:
            connection.execute("INSERT OR IGNORE INTO keyword_todo VALUES (?)", (number,))
        switched = _settle(connection, number, incoming)
        outcome = Outcome.UPDATED if changed or switched else Outcome.UNCHANGED
        return AddResult(article.article_id, outcome, _copy_of(connection, number))
    _insert_version(connection, number, incoming, now)
    _settle(connection, number, incoming)
    return AddResult(article.article_id, Outcome.UPDATED, _copy_of(connection, number))


def _current(connection: sqlite3.Connection, number: int) -> int | None:
    found: int | None = connection.execute("SELECT current FROM articles WHERE number = ?", (number,)).fetchone()[0]
    return found


def _insert_version(connection: sqlite3.Connection, number: int, incoming: IncomingArticle, now: datetime) -> None:
    article = incoming.article
    values = version_values(article)
    version = connection.execute(
        f"INSERT INTO versions (article, hash, live, valid_until, seen_at, {META_COLUMNS}) "  # noqa: S608 (constant)
        f"VALUES (?, ?, 0, ?, ?, {', '.join('?' * len(values))})",
        (number, text_hash(article.text), OPEN_END, now.isoformat(), *values),
    ).lastrowid
    assert version is not None  # noqa: S101 (an INSERT has a row id)
    connection.execute("INSERT INTO bodies VALUES (?, ?, ?)", (version, article.text, pack_raw(article.raw)))
    _write_labels(connection, version, article)
    connection.executemany(
        'INSERT INTO passages (version, number, start, "end") VALUES (?, ?, ?, ?)',
        [(version, position, start, end) for position, (start, end) in enumerate(incoming.spans)],
    )
    queue_passages(connection, version)
    connection.execute("INSERT OR IGNORE INTO keyword_todo VALUES (?)", (number,))


def _write_labels(connection: sqlite3.Connection, version: int, article: Article) -> None:
    connection.execute("DELETE FROM labels WHERE version = ?", (version,))
    connection.executemany(
        "INSERT INTO labels VALUES (?, ?, ?)", [(kind, key, version) for kind, key in labels_of(article)]
    )


def _refresh(connection: sqlite3.Connection, row: tuple[Any, ...], article: Article) -> bool:
    """Bring a known version's description up to date; returns whether a reader would see the difference."""
    version, old = row[0], dict(zip(_META_NAMES, row[1:], strict=True))
    if rank_of(article) < old["rank"]:
        return False
    new = dict(zip(_META_NAMES, version_values(article), strict=True))
    changes = {
        name: value
        for name, value in new.items()
        if name not in _KEPT and value != old[name] and value not in (None, "", "[]", "{}")
    }
    if "published" in changes:
        changes |= {name: new[name] for name in ("date_source", "date_confidence")}
    if not changes:
        return False
    changes["rank"] = max(old["rank"], new["rank"])
    assignments = ", ".join(f"{name} = :{name}" for name in changes)
    connection.execute(f"UPDATE versions SET {assignments} WHERE id = :id", changes | {"id": version})  # noqa: S608 (column names)
    if changes.keys() & {"outlet", "authors", "section", "language"}:
        _write_labels(connection, version, article)
    if "day" in changes:
        move_vectors(connection, version, old["day"], new["day"])
    if "title" in changes:  # the title is embedded with every passage
        drop_vectors(connection, version)
        queue_passages(connection, version)
    return bool(changes.keys() & set(_VISIBLE))


def _settle(connection: sqlite3.Connection, number: int, incoming: IncomingArticle) -> bool:
    """Order the versions, say which one answers, and place the article among its copies. True: another one answers."""
    before = _current(connection, number)
    newest = _validity(connection, number)
    if newest == before:
        return False
    connection.execute(
        "UPDATE articles SET current = :id, external_id = (SELECT external_id FROM versions WHERE id = :id), "
        "url = (SELECT url FROM versions WHERE id = :id) WHERE number = :number",
        {"id": newest, "number": number},
    )
    # The version it replaces stays live until the keyword index holds the new one: see finish_keyword_changes.
    connection.execute("UPDATE versions SET live = 1 WHERE id = ?", (newest,))
    connection.execute("INSERT OR IGNORE INTO keyword_todo VALUES (?)", (number,))
    connection.execute("INSERT OR IGNORE INTO vector_todo SELECT id FROM passages WHERE version = ?", (newest,))
    touch_partition(connection, newest)
    copies.enter_cluster(connection, number, incoming.signature, len(incoming.article.text))
    return True


def _validity(connection: sqlite3.Connection, number: int) -> int:
    """Write from when until when each version was valid; returns the id of the one that answers."""
    rows = connection.execute(
        "SELECT id, day, modified, seen_at, valid_from, valid_until FROM versions WHERE article = ? ORDER BY rank, id",
        (number,),
    ).fetchall()
    starts: list[int | None] = []
    for position, (_, day, modified, seen_at, _, _) in enumerate(rows):
        start = day if position == 0 else date.fromisoformat((modified or seen_at)[:10]).toordinal()
        if start is None and modified:
            start = date.fromisoformat(modified[:10]).toordinal()
        previous = starts[-1] if starts else None
        starts.append(max(start, previous) if start is not None and previous is not None else start)
    for position, row in enumerate(rows):
        until = OPEN_END if position + 1 == len(rows) else (starts[position + 1] or OPEN_END)
        if (row[4], row[5]) != (starts[position], until):
            connection.execute(
                "UPDATE versions SET valid_from = ?, valid_until = ? WHERE id = ?", (starts[position], until, row[0])
            )
            touch_partition(connection, row[0])
            connection.execute("INSERT OR IGNORE INTO keyword_todo VALUES (?)", (number,))
    newest: int = rows[-1][0]
    return newest


def finish_keyword_changes(connection: sqlite3.Connection, numbers: list[int]) -> None:
    """The keyword index holds these articles as they are now: strike them out and hide what was replaced."""
    for start in range(0, len(numbers), 900):
        part = numbers[start : start + 900]
        replaced = many(
            connection,
            "SELECT v.id FROM versions v JOIN articles a ON a.number = v.article "
            "WHERE v.live = 1 AND v.id != a.current AND v.article IN ({})",
            part,
        )
        for (version,) in replaced:
            connection.execute("UPDATE versions SET live = 0 WHERE id = ?", (version,))
            connection.execute(
                "INSERT OR IGNORE INTO vector_todo SELECT id FROM passages WHERE version = ?", (version,)
            )
            touch_partition(connection, version)
        connection.executemany("DELETE FROM keyword_todo WHERE article = ?", [(number,) for number in part])


def _copy_of(connection: sqlite3.Connection, number: int) -> str | None:
    members = connection.execute(
        "SELECT a.article_id, a.number FROM articles a JOIN versions v ON v.id = a.current "
        "WHERE a.cluster = (SELECT cluster FROM articles WHERE number = ?) "
        "ORDER BY v.day IS NULL, v.day, v.published, a.number LIMIT 2",
        (number,),
    ).fetchall()
    return next((article_id for article_id, other in members if other != number), None)


def utc_now() -> datetime:
    """The moment of ingestion."""
    return datetime.now(UTC)
