"""What a message says of how an article stands: withheld, released or canceled by its sender.

Works inside a transaction of the caller's connection. What follows for each version: versions.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from archive.article import Article
from archive.article_rows import rank_of
from archive.records import AddResult, IncomingArticle, Outcome, Standing
from archive.tombstones import is_unique_name, tombstone_digests
from archive.versions import CANCELED, PUBLISHED, WITHHELD, arrange


class KnownVersion(NamedTuple):
    """A version of the article, as far as it matters for placing a reading of it."""

    identifier: int
    digest: str
    rank: str
    last_rank: str
    status: str


def named_by_message(connection: sqlite3.Connection, article: Article) -> tuple[int, str] | None:
    """The article that a message without its text means: by a name that is unique in the world, or its URL."""
    for column, value in (("external_id", article.external_id), ("url", article.url)):
        if value and (column == "url" or is_unique_name(value)):
            rows = connection.execute(
                "SELECT DISTINCT a.number, a.status FROM versions v JOIN articles a ON a.number = v.article "  # noqa: S608
                f"WHERE v.{column} = ? LIMIT 2",
                (value,),
            ).fetchall()
            if len(rows) == 1:
                found: tuple[int, str] = rows[0]
                return found
    return None


def cancel(connection: sqlite3.Connection, incoming: IncomingArticle, number: int | None, now: datetime) -> AddResult:
    """Nobody sees it from this transaction on; the files are cleared by ``ArchiveStore.finish_cancellations``."""
    article = incoming.article
    if number is not None:
        connection.execute("UPDATE articles SET status = ? WHERE number = ?", (CANCELED, number))
        arrange(connection, number, now)
        (article_id,) = connection.execute("SELECT article_id FROM articles WHERE number = ?", (number,)).fetchone()
        return AddResult(article_id, Outcome.REMOVED)
    unseen = replace(article, text="")  # a notice's own words recognise no article
    connection.executemany(
        "INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?, ?)",
        [
            (digest, article.article_id, "canceled by its sender", now.isoformat(timespec="seconds"))
            for digest in tombstone_digests(unseen)
        ],
    )
    return AddResult(article.article_id, Outcome.REMOVED)


def expect(connection: sqlite3.Connection, article: Article) -> AddResult:
    """A notice withholds an article that isn't here yet: it is known, without a version, and will be held."""
    connection.execute(
        "INSERT INTO articles (article_id, identity, status, status_rank) VALUES (?, ?, ?, ?)",
        (article.article_id, article.identity, WITHHELD, rank_of(article)),
    )
    return AddResult(article.article_id, Outcome.ADDED, held=WITHHELD)


def take_standing(
    connection: sqlite3.Connection, number: int, incoming: IncomingArticle, rank: str, known: Sequence[KnownVersion]
) -> bool:
    """What the record says of the whole article's standing, if it is newer than what is known; whether that changed.

    Where the moments are equal, or one isn't known, withholding is believed rather than releasing.
    """
    status: str
    status_rank: str
    status, status_rank = connection.execute(
        "SELECT status, status_rank FROM articles WHERE number = ?", (number,)
    ).fetchone()
    status_rank = max([status_rank, *(version.last_rank for version in known if version.status == Standing.WITHHELD)])
    if incoming.standing is Standing.WITHHELD:
        newest = max((version.last_rank for version in known if version.status == "usable"), default="")
        if status != WITHHELD and rank and rank < newest:
            return False
        new_status, new_rank = WITHHELD, max(rank, newest, status_rank)
    elif status == WITHHELD and rank > status_rank:
        is_meant = not known and not status_rank  # by a notice without a day, which came before it
        new_status, new_rank = (WITHHELD if is_meant else PUBLISHED), rank
    else:
        return False
    connection.execute(
        "UPDATE articles SET status = ?, status_rank = ? WHERE number = ?", (new_status, new_rank, number)
    )
    return new_status != status
