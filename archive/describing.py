"""What a version says of its article (title, outlet, day ...), changed in place, with all that depends on it.

Labels, the keyword index, the vectors' place (by day) and the vectors themselves (a title is embedded with every
passage) follow. Works inside a transaction of the caller's connection.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from archive.article import Article, DateSource, Timestamp
from archive.article_rows import (
    ARTICLE_COLUMNS,
    ARTICLE_TABLES,
    META_COLUMNS,
    article_from_row,
    labels_of,
    version_values,
)
from archive.vectors import drop_vectors, move_vectors, queue_passages

_META_NAMES = tuple(name.strip() for name in META_COLUMNS.split(","))
_NOT_TOLD = {"rank", "source", "raw_media_type"}  # how a version was read, not what it says
_LABELLED = {"outlet", "authors", "section", "language"}
# A change of one of these is worth telling as an update; of the others it is written down in silence.
VISIBLE_COLUMNS = frozenset({"title", "outlet", "authors", "section", "language", "day", "published"})
EDITABLE = ("published", "outlet", "title", "authors", "section", "language", "kind", "url")


def described(connection: sqlite3.Connection, version: int) -> tuple[Article, dict[str, Any]]:
    """A version's article as it is shown, and what its source says of the fields that were edited by hand."""
    row = connection.execute(
        f"SELECT {ARTICLE_COLUMNS}, v.given FROM {ARTICLE_TABLES} WHERE v.id = ?",  # noqa: S608 (constants)
        (version,),
    ).fetchone()
    return article_from_row(row), json.loads(row[-1])


def describe(
    connection: sqlite3.Connection, version: int, old: Article, new: Article, given: Mapping[str, Any]
) -> set[str]:
    """Write what differs between two descriptions of a version; returns the columns that changed."""
    before, after = (dict(zip(_META_NAMES, version_values(article), strict=True)) for article in (old, new))
    changes = {name: value for name, value in after.items() if name not in _NOT_TOLD and value != before[name]}
    connection.execute("UPDATE versions SET given = ? WHERE id = ?", (json.dumps(given), version))
    if not changes:
        return set()
    assignments = ", ".join(f"{name} = :{name}" for name in changes)
    connection.execute(f"UPDATE versions SET {assignments} WHERE id = :id", changes | {"id": version})  # noqa: S608 (column names)
    if changes.keys() & _LABELLED:
        write_labels(connection, version, new)
    if "day" in changes:
        move_vectors(connection, version, before["day"], after["day"])
    if "title" in changes:
        drop_vectors(connection, version)
        queue_passages(connection, version)
    connection.execute("INSERT OR IGNORE INTO keyword_todo SELECT article FROM versions WHERE id = ?", (version,))
    connection.execute(
        "UPDATE articles SET external_id = v.external_id, url = v.url FROM versions v "
        "WHERE v.id = ? AND articles.current = v.id",
        (version,),
    )
    return set(changes)


def write_labels(connection: sqlite3.Connection, version: int, article: Article) -> None:
    """What filters find a version by."""
    connection.execute("DELETE FROM labels WHERE version = ?", (version,))
    connection.executemany(
        "INSERT INTO labels VALUES (?, ?, ?)", [(kind, key, version) for kind, key in labels_of(article)]
    )


# --- fields that were edited by hand ----------------------------------------------------------------------------------


def edits_of(connection: sqlite3.Connection, number: int) -> dict[str, Any]:
    """The fields of an article that were edited by hand, with their values, as ``overlaid`` takes them."""
    rows = connection.execute("SELECT field, value FROM edits WHERE article = ?", (number,))
    return {field: json.loads(value) for field, value in rows}


def overlaid(article: Article, values: Mapping[str, Any]) -> Article:
    """The article with these values in place of its own. A date is ``[ISO or None, source, confidence]``."""
    changes: dict[str, Any] = {name: value for name, value in values.items() if name != "published"}
    if "authors" in changes:
        changes["authors"] = tuple(changes["authors"])
    if "published" in values:
        iso, source, confidence = values["published"]
        changes |= {
            "published": Timestamp.from_iso(iso) if iso else None,
            "date_source": DateSource(source),
            "date_confidence": confidence,
        }
    return replace(article, **changes)


def own_values(article: Article, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What the article itself says of these fields, as ``overlaid`` takes it."""
    return {name: value_of(article, name) for name in fields}


def value_of(article: Article, field: str) -> Any:  # noqa: ANN401 (a JSON value)
    """One field's value as ``overlaid`` takes it."""
    if field == "published":
        iso = article.published.iso() if article.published else None
        return [iso, article.date_source.value, article.date_confidence]
    return list(article.authors) if field == "authors" else getattr(article, field)
