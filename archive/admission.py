"""How an article is taken into the catalog: known, new, a new version, held back, or taken down before.

All functions work inside a transaction of the caller's connection. What is decided here, article by article:

- A record whose text the article has already had, at that time, makes no new version. If it is not older than that
  version and says something else about it (title, outlet, authors, section, language, dates), the version is brought
  up to date in place; what it no longer says is kept. A text that returns after another one is a version again.
- The same input that is read in a better way (cleaned anew) replaces the text it gave before.
- A text that is only a part of the one that answers, read later without a word of having been modified, is a page cut
  short: the fuller text stays.
- What its sender withholds, or has under embargo, is kept and held (standing.py, versions.py). A cancellation hides at
  once what the next takedown removes (takedown.py).
- A tombstone (tombstones.py) matches the identity, the URL, a name that is unique in the world, or the same text from
  the same outlet.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from archive import copies
from archive.article_rows import META_COLUMNS, many, pack_raw, rank_of, text_hash, version_values
from archive.changes import is_part_of
from archive.describing import VISIBLE_COLUMNS, describe, described, edits_of, overlaid, own_values, write_labels
from archive.errors import ArchiveError
from archive.records import AddResult, IncomingArticle, Outcome, Standing
from archive.repeated_lines import count_lines
from archive.rewriting import replace_text
from archive.schema import OPEN_END
from archive.standing import KnownVersion, cancel, expect, named_by_message, take_standing
from archive.tombstones import is_removed
from archive.vectors import queue_passages, touch_partition
from archive.versions import CANCELED, PUBLISHED, arrange, moment, release_due, split_version


def admit_all(connection: sqlite3.Connection, batch: Sequence[IncomingArticle], now: datetime) -> list[AddResult]:
    """Take a batch in, article by article; what was under embargo until ``now`` is let out first."""
    copies.bring_bands_up_to_date(connection)
    release_due(connection, now)
    return [_admit(connection, incoming, now) for incoming in batch]


def _admit(connection: sqlite3.Connection, incoming: IncomingArticle, now: datetime) -> AddResult:
    """Take one article in; writes what the indexes must be told into the todo tables and the ledger."""
    article = incoming.article
    row = connection.execute("SELECT number, status FROM articles WHERE identity = ?", (article.identity,)).fetchone()
    if row is None and (incoming.standing is not Standing.USABLE or not article.text):
        row = named_by_message(connection, article)
    if incoming.standing is Standing.CANCELED:
        result = cancel(connection, incoming, None if row is None else row[0], now)
    elif (row is None and is_removed(connection, article)) or (row is not None and row[1] == CANCELED):
        result = AddResult(article.article_id, Outcome.REMOVED)
    elif row is not None:
        result = _meet_again(connection, row[0], incoming, now)
    elif not article.text:
        result = expect(connection, article)
    else:
        result = _add(connection, incoming, now)
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
    arrange(connection, number, now)
    if incoming.short_lines is not None:
        count_lines(connection, incoming.short_lines)
    return _result(connection, number, Outcome.ADDED)


def _result(connection: sqlite3.Connection, number: int, outcome: Outcome, version: int | None = None) -> AddResult:
    """``version`` is the one that the record belongs to (the newest row, if not given)."""
    article_id, status = connection.execute(
        "SELECT article_id, status FROM articles WHERE number = ?", (number,)
    ).fetchone()
    row = connection.execute(
        "SELECT held FROM versions WHERE article = ? AND (id = ? OR ? IS NULL) ORDER BY id DESC LIMIT 1",
        (number, version, version),
    ).fetchone()
    if status != PUBLISHED or (row is not None and row[0]):
        held = "embargoed" if row is not None and row[0] == 1 else "withheld"
        return AddResult(article_id, outcome, None, held)
    return AddResult(article_id, outcome, copies.other_printing(connection, number))


def _meet_again(connection: sqlite3.Connection, number: int, incoming: IncomingArticle, now: datetime) -> AddResult:
    known = [
        KnownVersion(*row)
        for row in connection.execute(
            "SELECT id, hash, rank, last_rank, status FROM versions WHERE article = ? ORDER BY rank, id", (number,)
        )
    ]
    rank = rank_of(incoming.article)
    stands_anew = take_standing(connection, number, incoming, rank, known)
    digest = text_hash(incoming.article.text)
    same = _reading_of(known, digest, rank)
    if not incoming.article.text:  # a message that only says how the article stands
        arrange(connection, number, now)
        return _result(connection, number, Outcome.UPDATED if stands_anew else Outcome.UNCHANGED)
    if same is not None:
        changed = _refresh(connection, same, incoming, rank, stands_anew=stands_anew)
        switched = arrange(connection, number, now)
        if changed and not switched:
            copies.place(connection, number)
        outcome = Outcome.UPDATED if changed or switched or stands_anew else Outcome.UNCHANGED
        return _result(connection, number, outcome, same.identifier)
    if all(version.digest != digest for version in known):
        if (cleaned := _same_input(connection, number, incoming)) is not None:
            replace_text(connection, cleaned, incoming)
            arrange(connection, number, now)
            return _result(connection, number, Outcome.UPDATED, cleaned)
        if _is_cut_short(connection, number, incoming, rank):
            return _result(connection, number, Outcome.SHORTER)
    for version in known:
        if version.digest != digest and version.rank <= rank < version.last_rank:
            split_version(connection, version.identifier)
    _insert_version(connection, number, incoming, now)
    arrange(connection, number, now)
    return _result(connection, number, Outcome.UPDATED)


def _reading_of(known: list[KnownVersion], digest: str, rank: str) -> KnownVersion | None:
    """The version that a reading of this text at that moment belongs to; None if another text lies between."""
    for version in known:
        if version.digest != digest:
            continue
        if version.rank <= rank <= version.last_rank:
            return version
        others = [other for other in known if other.digest != digest]
        if rank > version.last_rank:
            here = (version.last_rank, version.identifier)
            if not any(here < (other.rank, other.identifier) and other.rank < rank for other in others):
                return version
        elif not any(
            rank < other.rank and (other.rank, other.identifier) < (version.rank, version.identifier)
            for other in others
        ):
            return version
    return None


def _same_input(connection: sqlite3.Connection, number: int, incoming: IncomingArticle) -> int | None:
    """The version that the very same input gave, when it was read in another way."""
    raw = pack_raw(incoming.article.raw)
    if not raw:
        return None
    row = connection.execute(
        "SELECT v.id FROM versions v JOIN bodies b ON b.version = v.id WHERE v.article = ? AND b.raw = ? "
        "ORDER BY v.id DESC LIMIT 1",
        (number, raw),
    ).fetchone()
    return None if row is None else int(row[0])


def _is_cut_short(connection: sqlite3.Connection, number: int, incoming: IncomingArticle, rank: str) -> bool:
    """Whether the text is a part of the one that answers, and nothing says that it was meant to be shortened."""
    row = connection.execute(
        "SELECT b.text, v.rank FROM articles a JOIN versions v ON v.id = a.current JOIN bodies b ON b.version = v.id "
        "WHERE a.number = ?",
        (number,),
    ).fetchone()
    article = incoming.article
    if row is None or (not article.partial and (rank < row[1] or (rank > row[1] and article.modified is not None))):
        return False  # by its dates an earlier version, or a later one
    return is_part_of(article.text, row[0], partial=article.partial)


def _insert_version(connection: sqlite3.Connection, number: int, incoming: IncomingArticle, now: datetime) -> int:
    edits = edits_of(connection, number)
    article = overlaid(incoming.article, edits)
    own = {"given": json.dumps(own_values(incoming.article, edits))} if edits else {}
    columns = {
        "article": number,
        "hash": text_hash(article.text),
        "live": 0,
        "valid_until": OPEN_END,
        "last_rank": rank_of(incoming.article),
        "since": article.modified.day.isoformat() if article.modified else None,
        "seen_at": now.isoformat(),
        "status": incoming.standing.value,
        "release_at": moment(incoming.embargoed_until) if incoming.embargoed_until else None,
        "signature": incoming.signature,
        "credit": incoming.credit,
        "wire": int(incoming.wire),
        "prepared_by": incoming.prepared_by,
        **dict(zip((name.strip() for name in META_COLUMNS.split(",")), version_values(article), strict=True)),
        "rank": rank_of(incoming.article),
        **own,
    }
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    version = connection.execute(
        f"INSERT INTO versions ({names}) VALUES ({marks})",  # noqa: S608 (column names)
        tuple(columns.values()),
    ).lastrowid
    assert version is not None  # noqa: S101 (an INSERT has a row id)
    connection.execute("INSERT INTO bodies VALUES (?, ?, ?)", (version, article.text, pack_raw(article.raw)))
    write_labels(connection, version, article)
    connection.executemany(
        'INSERT INTO passages (version, number, start, "end") VALUES (?, ?, ?, ?)',
        [(version, position, start, end) for position, (start, end) in enumerate(incoming.spans)],
    )
    queue_passages(connection, version)
    connection.execute("INSERT OR IGNORE INTO keyword_todo VALUES (?)", (number,))
    return version


def _refresh(
    connection: sqlite3.Connection, known: KnownVersion, incoming: IncomingArticle, rank: str, *, stands_anew: bool
) -> bool:
    """Bring a known version's description up to date; returns whether a reader would see the difference.

    A record without a field says nothing about it, and a less certain date doesn't replace a better one.
    """
    article = incoming.article
    connection.execute(
        "UPDATE versions SET rank = min(rank, :rank), last_rank = max(last_rank, :rank), "
        "since = CASE WHEN :rank < rank THEN :since ELSE since END WHERE id = :id",
        {"id": known.identifier, "rank": rank, "since": article.modified.day.isoformat() if article.modified else None},
    )
    if rank < known.last_rank:
        return False
    changed = False
    if known.status == "withheld" and incoming.standing is Standing.USABLE and stands_anew:
        connection.execute("UPDATE versions SET status = 'usable' WHERE id = ?", (known.identifier,))
        changed = True
    release = moment(incoming.embargoed_until) if incoming.embargoed_until else None
    changed |= bool(
        connection.execute(
            "UPDATE versions SET release_at = ? WHERE id = ? AND release_at IS NOT ?",
            (release, known.identifier, release),
        ).rowcount
    )
    old, given = described(connection, known.identifier)
    own = overlaid(old, given)
    told = {
        name: value
        for name in ("title", "external_id", "url", "outlet", "authors", "section", "language", "kind", "modified")
        if (value := getattr(article, name))
    } | {name: value for name in ("correction", "extra") if (value := getattr(article, name))}
    if article.published and (own.published is None or article.date_confidence >= own.date_confidence):
        told |= {name: getattr(article, name) for name in ("published", "date_source", "date_confidence")}
    if own.published == article.published:
        for name in ("date_source", "date_confidence"):
            told.pop(name, None)
    fresh = replace(own, **told)
    edits = edits_of(connection, _article_of(connection, known.identifier))
    seen = describe(connection, known.identifier, old, overlaid(fresh, edits), own_values(fresh, edits))
    return changed or bool(seen & VISIBLE_COLUMNS)


def _article_of(connection: sqlite3.Connection, version: int) -> int:
    number: int = connection.execute("SELECT article FROM versions WHERE id = ?", (version,)).fetchone()[0]
    return number


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


def utc_now() -> datetime:
    """The moment of ingestion."""
    return datetime.now(UTC)
