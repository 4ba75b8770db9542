"""SQLite: the archive itself. Articles, versions, passages with their vectors, clusters, ledger, tombstones.

Everything else in the folder can be rebuilt from this file. ``Catalog`` hands out connections and transactions, and
answers the questions about single articles and passages; counting and listing stand in contents.py, taking in in
admission.py.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.article import Article, ArticleVersion, Passage
from archive.article_rows import (
    ARTICLE_COLUMNS,
    ARTICLE_TABLES,
    ARTICLE_WIDTH,
    article_from_row,
    day_of,
    many,
    passage_of,
)
from archive.errors import UnknownArticleError
from archive.records import LedgerEntry, Outcome
from archive.schema import connect
from archive.url_spellings import spellings

_NOTICE = "(SELECT w.correction FROM versions w WHERE w.id = a.current AND v.live = 0)"
_MOST_REMEMBERED = 1000  # passages with their articles: some 5 MB
_HIT_COLUMNS = (
    f'{ARTICLE_COLUMNS}, v.hash, v.live, v.day, v.valid_from, v.valid_until, p.id, p.number, p.start, p."end", '
    f"{_NOTICE}"
)


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage with its article's version, and when that version was valid."""

    passage: Passage
    article: Article
    live: bool
    day: int | None
    valid_from: int | None
    valid_until: int
    notice: str | None = None  # the correction notice of the version that has taken its place


@dataclass(frozen=True, slots=True)
class IndexRecord:
    """What the catalog knows of one index: its folder, and how it was left."""

    folder: str
    state: str  # "ready" or "building"
    writes: int
    entries: int
    fingerprint: str


class Catalog:
    """Connections to one catalog file. Thread-safe: every reading takes a connection of its own from a pool."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._idle: list[sqlite3.Connection] = []
        self._mutex = threading.Lock()
        self._closed = False
        self._remembered: tuple[int, dict[int, FoundPassage]] = (-1, {})

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read with; statements outside a transaction each see the newest state."""
        with self._mutex:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = connect(self.file)
        try:
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            with self._mutex:
                if not self._closed:
                    self._idle.append(connection)
                    connection = None
            if connection is not None:
                connection.close()

    @contextmanager
    def writing(self, *, counted: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction, rolled back on any error; the generation rises with it (unless not ``counted``)."""
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                if counted:
                    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def rehearsing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is always taken back: to see what would come of it."""
        with self.reading() as connection:  # which rolls back what is still open
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    def close(self) -> None:
        """Close all connections that are not in use; the others when they are given back."""
        with self._mutex:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def meta(self, key: str) -> str | int | None:
        """A value of the meta table; None when it isn't set."""
        with self.reading() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        value: str | int | None = None if row is None else row[0]
        return value

    @property
    def generation(self) -> int:
        """Rises with every committed change."""
        with self.reading() as connection:
            return _generation_of(connection)

    # --- the indexes -------------------------------------------------------------------------------------------------

    def index_record(self, name: str) -> IndexRecord | None:
        """What is known of the index of that name; None before it exists."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT folder, state, writes, entries, fingerprint FROM indexes WHERE name = ?", (name,)
            ).fetchone()
        return None if row is None else IndexRecord(*row)

    def todo(self, table: str, limit: int) -> list[int]:
        """Up to ``limit`` entries of ``keyword_todo`` (articles) or ``vector_todo`` (passages)."""
        with self.reading() as connection:
            return [row[0] for row in connection.execute(f"SELECT * FROM {table} LIMIT ?", (limit,))]  # noqa: S608

    # --- articles ----------------------------------------------------------------------------------------------------

    def ledger(self, keys: Sequence[str]) -> dict[str, LedgerEntry]:
        """Which of these records have been read before."""
        with self.reading() as connection:
            rows = many(connection, "SELECT key, article_id, outcome FROM ledger WHERE key IN ({})", keys)
        return {key: LedgerEntry(article_id, Outcome(outcome)) for key, article_id, outcome in rows}

    def number_of(self, name: str, *, hidden: bool = False) -> int:
        """The row number of the article with that id, external id or URL. Raises UnknownArticleError.

        Of those that may be seen, or (``hidden``) of all: a takedown reaches what is under embargo or withheld, too.
        """
        seen = "" if hidden else " AND current IS NOT NULL"
        with self.reading() as connection:
            for column in ("article_id", "external_id", "url", "identity"):
                query = f"SELECT DISTINCT number, article_id FROM articles WHERE {column} IN ({{}}){seen}"  # noqa: S608
                rows = many(connection, query, spellings(name) if column in ("url", "identity") else [name])
                if rows:
                    return _only_one(name, rows)
            for column in ("external_id", "url"):  # a name that only an older version had
                query = (
                    "SELECT DISTINCT a.number, a.article_id FROM versions v JOIN articles a ON a.number = v.article "  # noqa: S608
                    f"WHERE v.{column} IN ({{}})"
                )
                query += "" if hidden else " AND v.held = 0"
                rows = many(connection, query, spellings(name) if column == "url" else [name])
                if rows:
                    return _only_one(name, rows)
        raise UnknownArticleError(
            f"No article is called {name!r}: give an id, an external id or a URL as `search` prints them."
        )

    def article(self, number: int, *, with_raw: bool = False) -> Article:
        """The version that answers."""
        with self.reading() as connection:
            row = connection.execute(
                f"SELECT {ARTICLE_COLUMNS}, {'b.raw' if with_raw else 'NULL'} FROM {ARTICLE_TABLES} "  # noqa: S608
                "WHERE a.number = ? AND v.id = a.current",
                (number,),
            ).fetchone()
        if row is None:
            raise UnknownArticleError("The article has just been removed.")
        return article_from_row(row, row[-1])

    def articles(self, numbers: Iterable[int]) -> dict[int, Article]:
        """The versions that answer, by row number."""
        query = (
            f"SELECT a.number, {ARTICLE_COLUMNS} FROM {ARTICLE_TABLES} WHERE v.id = a.current AND a.number IN ({{}})"  # noqa: S608
        )
        with self.reading() as connection:
            return {row[0]: article_from_row(row[1:]) for row in many(connection, query, numbers)}

    def versions(self, number: int) -> list[ArticleVersion]:
        """All versions that may be seen, earliest first."""
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {ARTICLE_COLUMNS}, v.valid_from, v.seen_at, v.id = a.current FROM {ARTICLE_TABLES} "  # noqa: S608
                "WHERE a.number = ? AND v.held = 0 ORDER BY v.rank, v.id",
                (number,),
            ).fetchall()
        return [
            ArticleVersion(
                version=position,
                article=article_from_row(row),
                valid_from=day_of(row[ARTICLE_WIDTH]),
                seen_at=datetime.fromisoformat(row[ARTICLE_WIDTH + 1]),
                current=bool(row[ARTICLE_WIDTH + 2]),
            )
            for position, row in enumerate(rows, 1)
        ]

    def version_ids(self, number: int) -> list[int]:
        """The row ids of an article's versions that may be seen, earliest first."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT id FROM versions WHERE article = ? AND held = 0 ORDER BY rank, id", (number,)
            )
            return [row[0] for row in rows]

    # --- passages ----------------------------------------------------------------------------------------------------

    def found_passages(self, passages: Sequence[int]) -> dict[int, FoundPassage]:
        """The passages with these row ids that still exist, with their articles.

        The last ones are remembered until the catalog changes: one question's searches find much the same.
        """
        query = (
            f"SELECT {_HIT_COLUMNS} FROM passages p JOIN versions v ON v.id = p.version "  # noqa: S608 (constants)
            "JOIN articles a ON a.number = v.article JOIN bodies b ON b.version = v.id WHERE p.id IN ({})"
        )
        with self.reading() as connection:
            generation = _generation_of(connection)  # read first: what is newer than it is dropped early, never late
            known = self._known_at(generation)
            rows = many(connection, query, [passage for passage in passages if passage not in known])
        known.update((row[ARTICLE_WIDTH + 5], _found(row)) for row in rows)
        return {passage: known[passage] for passage in passages if passage in known}

    def _known_at(self, generation: int) -> dict[int, FoundPassage]:
        since, known = self._remembered
        if since == generation and len(known) <= _MOST_REMEMBERED:
            return known
        self._remembered = (generation, {})
        return self._remembered[1]

    def passages_of(
        self, number: int, *, version: int | None = None, version_hash: str | None = None
    ) -> list[tuple[int, FoundPassage]]:
        """The passages of one version, in order: of the one that answers, or the one with a row id or hash.

        A hash may be only its beginning. Of several versions with that text, the one that answers or else the last.
        """
        which = "v.id = a.current"
        if version is not None:
            which = "v.id = :version"
        elif version_hash is not None:
            which = (
                "v.id = (SELECT w.id FROM versions w JOIN articles c ON c.number = w.article "
                "WHERE w.article = :number AND w.held = 0 "
                "AND substr(w.hash, 1, length(:hash)) = :hash "
                "ORDER BY w.id = c.current DESC, w.rank DESC, w.id DESC LIMIT 1)"
            )
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {_HIT_COLUMNS} FROM passages p JOIN versions v ON v.id = p.version "  # noqa: S608
                "JOIN articles a ON a.number = v.article JOIN bodies b ON b.version = v.id "
                f"WHERE a.number = :number AND {which} ORDER BY p.number",
                {"number": number, "hash": version_hash, "version": version},
            ).fetchall()
        return [(row[ARTICLE_WIDTH + 5], _found(row)) for row in rows]


def _generation_of(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    return 0 if row is None else int(row[0])


def _only_one(name: str, rows: Sequence[tuple[Any, ...]]) -> int:
    """The article's row number. Raises UnknownArticleError where several bear the name."""
    if len(rows) > 1:
        raise UnknownArticleError(
            f"{len(rows)} articles are called {name!r}. Name one by its id: {', '.join(row[1] for row in rows[:10])}."
        )
    return int(rows[0][0])


def _found(row: tuple[Any, ...]) -> FoundPassage:
    version_hash, live, day, valid_from, valid_until, _, number, start, end, notice = row[ARTICLE_WIDTH:]
    article = article_from_row(row)
    passage = passage_of(article, version_hash, number, start, end)
    return FoundPassage(passage, article, bool(live), day, valid_from, valid_until, notice)
