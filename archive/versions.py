"""Which version of an article answers, and which one was valid on which day; and what may not be seen yet, or any more.

Versions are ordered by their last known instant (``rank``), equal or unknown ones by the order of reading: the last one
that may be seen answers. A text that comes back after another one is a version of its own, so that every day has one.
What is *held* (under embargo, or withheld by its sender) is in no index, answers nothing and was never valid. The
functions work inside a transaction of the caller's connection.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from typing import NamedTuple

from archive import copies
from archive.schema import OPEN_END
from archive.vectors import queue_passages, touch_partition

PUBLISHED, EMBARGOED, WITHHELD, CANCELED = "published", "embargoed", "withheld", "canceled"  # articles.status
VISIBLE, UNTIL_ITS_HOUR, UNTIL_FURTHER_NOTICE = 0, 1, 2  # versions.held
_DUE = "SELECT DISTINCT article FROM versions WHERE held = 1 AND release_at <= ?"


class _Version(NamedTuple):
    identifier: int
    day: int | None
    since: str | None
    seen_at: str
    valid_from: int | None
    valid_until: int
    live: int
    status: str
    release_at: str | None
    held: int


def moment(at: datetime) -> str:
    """An instant as the catalog keeps and compares it: UTC, whole seconds."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def arrange(connection: sqlite3.Connection, number: int, now: datetime) -> bool:
    """Hold what may not be seen, write from when until when the others were valid, and say which one answers.

    Places the article among its copies when another version answers. Returns whether one does.
    """
    status, current = connection.execute("SELECT status, current FROM articles WHERE number = ?", (number,)).fetchone()
    versions = [
        _Version(*row)
        for row in connection.execute(
            "SELECT id, day, since, seen_at, valid_from, valid_until, live, status, release_at, held FROM versions "
            "WHERE article = ? ORDER BY rank, id",
            (number,),
        )
    ]
    refused = status in {WITHHELD, CANCELED}
    held = {version.identifier: _held(version, refused=refused, now=moment(now)) for version in versions}
    shown = [version for version in versions if held[version.identifier] == VISIBLE]
    _write_validity(connection, number, versions, shown, held)
    newest = shown[-1].identifier if shown else None
    if not refused:
        waits = UNTIL_ITS_HOUR in held.values()
        connection.execute(
            "UPDATE articles SET status = ? WHERE number = ?",
            (PUBLISHED if shown else EMBARGOED if waits else WITHHELD, number),
        )
    if newest == current:
        return False
    _answer_with(connection, number, newest)
    return True


def _held(version: _Version, *, refused: bool, now: str) -> int:
    if refused or version.status != "usable":
        return UNTIL_FURTHER_NOTICE
    return UNTIL_ITS_HOUR if version.release_at is not None and version.release_at > now else VISIBLE


def _write_validity(
    connection: sqlite3.Connection,
    number: int,
    versions: list[_Version],
    shown: list[_Version],
    held: dict[int, int],
) -> None:
    starts = _starts(shown)
    spans: dict[int, tuple[int | None, int]] = {}
    for position, version in enumerate(shown):
        until = OPEN_END if position + 1 == len(shown) else (starts[position + 1] or OPEN_END)
        spans[version.identifier] = (starts[position], until)
    for version in versions:
        valid_from, valid_until = spans.get(version.identifier, (None, OPEN_END))
        hold = held[version.identifier]
        if (version.valid_from, version.valid_until, version.held) == (valid_from, valid_until, hold):
            continue
        live = version.live if hold == VISIBLE else 0  # what may not be seen disappears with this transaction
        connection.execute(
            "UPDATE versions SET valid_from = ?, valid_until = ?, held = ?, live = ? WHERE id = ?",
            (valid_from, valid_until, hold, live, version.identifier),
        )
        touch_partition(connection, version.identifier)
        connection.execute("INSERT OR IGNORE INTO keyword_todo VALUES (?)", (number,))
        if live != version.live:
            _tell_vectors(connection, version.identifier)


def _starts(shown: list[_Version]) -> list[int | None]:
    """The first day of each: the publication of the first, the modification (or else the reading) of later ones."""
    starts: list[int | None] = []
    for position, version in enumerate(shown):
        start = version.day if position == 0 else _ordinal(version.since or version.seen_at)
        if start is None and version.since:
            start = _ordinal(version.since)
        if start is not None and version.release_at is not None:
            start = max(start, _ordinal(version.release_at))
        previous = starts[-1] if starts else None
        starts.append(max(start, previous) if start is not None and previous is not None else start)
    return starts


def _ordinal(moment_or_day: str) -> int:
    return date.fromisoformat(moment_or_day[:10]).toordinal()


def _answer_with(connection: sqlite3.Connection, number: int, newest: int | None) -> None:
    connection.execute(
        "UPDATE articles SET current = :id, external_id = (SELECT external_id FROM versions WHERE id = :id), "
        "url = (SELECT url FROM versions WHERE id = :id) WHERE number = :number",
        {"id": newest, "number": number},
    )
    connection.execute("INSERT OR IGNORE INTO keyword_todo VALUES (?)", (number,))
    if newest is None:
        copies.stand_alone(connection, number)
        return
    # The version it replaces stays live until the keyword index holds the new one: see finish_keyword_changes.
    connection.execute("UPDATE versions SET live = 1 WHERE id = ?", (newest,))
    _tell_vectors(connection, newest)
    touch_partition(connection, newest)
    copies.place(connection, number)


def _tell_vectors(connection: sqlite3.Connection, version: int) -> None:
    connection.execute("INSERT OR IGNORE INTO vector_todo SELECT id FROM passages WHERE version = ?", (version,))


def is_any_due(connection: sqlite3.Connection, now: datetime) -> bool:
    """Whether an embargo is over that is still in force here; quick, as it is asked before every reading."""
    return connection.execute(f"{_DUE} LIMIT 1", (moment(now),)).fetchone() is not None


def release_due(connection: sqlite3.Connection, now: datetime) -> int:
    """Let what is under embargo be seen whose hour has come; returns how many articles changed."""
    numbers = [row[0] for row in connection.execute(_DUE, (moment(now),))]
    for number in numbers:
        arrange(connection, number, now)
    return len(numbers)


def split_version(connection: sqlite3.Connection, version: int) -> None:
    """A text that was read at two moments, with another one between them: it was valid twice, so make two of it."""
    names = [
        row[1] for row in connection.execute("PRAGMA table_info(versions)") if row[1] not in {"id", "rank", "live"}
    ]
    listed = ", ".join(names)
    later = connection.execute(
        f"INSERT INTO versions (rank, live, {listed}) SELECT last_rank, 0, {listed} FROM versions WHERE id = ?",  # noqa: S608
        (version,),
    ).lastrowid
    connection.execute(
        "UPDATE versions SET since = substr(last_rank, 1, 10) WHERE id = ? AND modified IS NOT NULL", (later,)
    )
    connection.execute("UPDATE versions SET last_rank = rank WHERE id = ?", (version,))
    connection.execute("INSERT INTO bodies SELECT ?, text, raw FROM bodies WHERE version = ?", (later, version))
    connection.execute("INSERT INTO labels SELECT kind, key, ? FROM labels WHERE version = ?", (later, version))
    connection.execute(
        'INSERT INTO passages (version, number, start, "end") SELECT ?, number, start, "end" FROM passages '
        "WHERE version = ?",
        (later, version),
    )
    assert later is not None  # noqa: S101 (an INSERT has a row id)
    queue_passages(connection, later)
