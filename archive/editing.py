"""Corrections by hand: what an archivist knows better than the source, over every version of an article.

An edit stays when the article is read again, gets a new version or is cleaned anew; what the source says is kept beside
it, so that an edit can be taken back. Works inside a transaction of the caller's connection.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from archive import copies
from archive.article import Article, DateSource, Timestamp
from archive.article_rows import label_key
from archive.changes import FieldChange, field_changes
from archive.describing import EDITABLE, describe, described, edits_of, overlaid, own_values
from archive.errors import UsageError
from archive.versions import arrange, moment

UNKNOWN = "unknown"  # as a date: nobody knows it
_BY_HAND = 1.0  # how far a date set by hand is trusted
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class EditReport:
    """What an edit changed of the version that answers, and all that is set by hand now (field: value as text)."""

    article_id: str
    title: str
    versions: int
    changes: tuple[FieldChange, ...]
    by_hand: Mapping[str, str | None]
    to_embed: int  # passages that wait for a vector, since the title is embedded with each


def value_by_hand(field: str, value: str | Collection[str], *, today: date, called: str = "") -> Any:  # noqa: ANN401 (a JSON value)
    """What was typed, as the catalog keeps it. Raises UsageError, naming the field and what it takes.

    ``called``: what the field is called where it was typed; "" on the command line.
    """
    hint = "" if called else f" To take an edit back: --clear {field}."
    called = called or f"--{field}"
    if field == "published":
        return _date_by_hand(str(value), today, called)
    if field == "authors":
        names = [" ".join(name.split()) for name in ([value] if isinstance(value, str) else value)]
        return [name for name in names if name]
    text = " ".join(str(value).split())
    if not text or len(text) > _LONGEST:
        raise UsageError(f"{called} needs a text of 1 to {_LONGEST} characters.{hint}")
    if field == "url" and not re.fullmatch(r"https?://[^\s/]+\S*", text):
        raise UsageError(f"{called} takes an address that begins with http:// or https://, not {text!r}.")
    if field == "language" and not _LANGUAGE.fullmatch(text):
        raise UsageError(f"{called} takes a code such as en or pt-BR, not {text!r}.")
    return label_key(text) if field == "kind" else text


def _date_by_hand(text: str, today: date, called: str) -> list[Any]:
    if text.strip().casefold() == UNKNOWN:
        return [None, DateSource.BY_HAND.value, _BY_HAND]
    try:
        stamp = Timestamp.from_iso(text.strip())
    except ValueError:
        raise UsageError(f"{called} takes 2024-03-05, 2024-03-05T10:00+01:00 or unknown, not {text!r}.") from None
    if stamp.day > today + timedelta(days=1):
        raise UsageError(f"{called} {text} lies in the future. Nothing can have been published then.")
    return [stamp.iso(), DateSource.BY_HAND.value, _BY_HAND]


def edit(
    connection: sqlite3.Connection, number: int, values: Mapping[str, Any], clear: Collection[str], now: datetime
) -> None:
    """Set fields (``value_by_hand`` gives their values) and take edits of others back, in every version."""
    unknown = (set(values) | set(clear)) - set(EDITABLE)
    if unknown:
        raise UsageError(f"{', '.join(sorted(unknown))} can't be edited. What can: {', '.join(EDITABLE)}.")
    edits = {**edits_of(connection, number), **values}
    for field in clear:
        edits.pop(field, None)
    rows = connection.execute("SELECT id FROM versions WHERE article = ?", (number,)).fetchall()
    for (version,) in rows:
        shown, given = described(connection, version)
        own = overlaid(shown, given)
        describe(connection, version, shown, overlaid(own, edits), own_values(own, edits))
    connection.execute("DELETE FROM edits WHERE article = ?", (number,))
    connection.executemany(
        "INSERT INTO edits VALUES (?, ?, ?, ?)",
        [(number, field, json.dumps(value), moment(now)) for field, value in edits.items()],
    )
    if not arrange(connection, number, now):
        copies.place(connection, number)


def report_of(connection: sqlite3.Connection, number: int, before: Article, after: Article) -> EditReport:
    """What the edit did, for people."""
    (versions,) = connection.execute("SELECT count(*) FROM versions WHERE article = ?", (number,)).fetchone()
    (waiting,) = connection.execute(
        "SELECT count(*) FROM pending d JOIN passages p ON p.id = d.passage JOIN versions v ON v.id = p.version "
        "WHERE v.article = ?",
        (number,),
    ).fetchone()
    by_hand = {field: _as_text(field, value) for field, value in sorted(edits_of(connection, number).items())}
    return EditReport(after.article_id, after.title, versions, field_changes(before, after), by_hand, waiting)


def _as_text(field: str, value: Any) -> str | None:  # noqa: ANN401 (a JSON value)
    if field == "published":
        return value[0] or UNKNOWN
    return ", ".join(value) if field == "authors" else value
