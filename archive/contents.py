"""What the archive holds: counting and listing its articles, with or without a filter."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from archive import copies
from archive.article import Article, DateSource
from archive.article_rows import (
    ARTICLE_COLUMNS,
    ARTICLE_TABLES,
    article_from_row,
    day_of,
    label_key,
    many,
    read_authors,
)
from archive.filters import SearchFilter
from archive.keyword_index import IndexFilter, KeywordEntry
from archive.matching import MatchedArticle, counted_names
from archive.records import CoverageCounts
from archive.text_analysis import date_words
from archive.window_search import Allowed

PAGE_DATED = f"v.date_source = '{DateSource.PAGE_HEADER.value}'"  # perhaps only the day it was scraped
ORDERS = {
    "published": "v.day IS NULL, v.day, v.published, a.number",
    "newest": f"v.day IS NULL, {PAGE_DATED}, v.day DESC, v.published DESC, a.number",
    "ingested": "a.number",
    "title": "v.title COLLATE NOCASE, a.number",
}
_PAGE = 200


def condition(where: SearchFilter) -> tuple[str, list[Any]]:
    """The filter as SQL on versions ``v`` and articles ``a``, with its parameters; one version of each passes."""
    parts: list[str] = []
    values: list[Any] = []
    if where.as_of is None:
        parts.append("v.id = a.current")
    else:
        day = where.as_of.toordinal()
        parts.append("v.valid_from <= ? AND v.valid_until > ? AND v.day <= ?")
        values += [day, day, day]
    if where.published_from is not None:
        parts.append("v.day >= ?")
        values.append(where.published_from.toordinal())
    if where.published_to is not None:
        parts.append("v.day <= ?")
        values.append(where.published_to.toordinal())
    for kind, keys in label_conditions(where):
        marks = ",".join("?" * len(keys))
        parts.append(f"v.id IN (SELECT version FROM labels WHERE kind = ? AND key IN ({marks}))")  # noqa: S608
        values += [kind, *keys]
    if where.article_ids:
        parts.append("a.article_id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(where.article_ids))
    return " AND ".join(parts), values


def label_conditions(where: SearchFilter) -> list[tuple[str, tuple[str, ...]]]:
    """(kind, keys) of each kind of label that the filter names."""
    named = (
        ("outlet", where.outlets),
        ("section", where.sections),
        ("author", where.authors),
        ("language", where.languages),
    )
    return [(kind, tuple(sorted({label_key(label) for label in labels}))) for kind, labels in named if labels]


def index_filter(connection: sqlite3.Connection, where: SearchFilter) -> IndexFilter:
    """The filter in the keyword index's terms."""
    articles = None
    if where.article_ids:
        rows = many(connection, "SELECT number FROM articles WHERE article_id IN ({})", where.article_ids)
        articles = tuple(row[0] for row in rows)
    return IndexFilter(
        day_from=where.published_from.toordinal() if where.published_from else None,
        day_to=where.published_to.toordinal() if where.published_to else None,
        as_of=where.as_of.toordinal() if where.as_of else None,
        labels=tuple(label_conditions(where)),
        articles=articles,
    )


def allowed(connection: sqlite3.Connection, where: SearchFilter) -> Allowed:
    """Which versions and articles the filter's labels and ids let through."""
    versions: set[int] | None = None
    for kind, keys in label_conditions(where):
        rows = many(connection, f"SELECT version FROM labels WHERE kind = '{kind}' AND key IN ({{}})", keys)  # noqa: S608
        found = {row[0] for row in rows}
        versions = found if versions is None else versions & found
    articles = index_filter(connection, where).articles
    return Allowed(
        None if versions is None else np.array(sorted(versions), np.int64),
        None if articles is None else np.array(sorted(articles), np.int64),
    )


def coverage(connection: sqlite3.Connection, where: SearchFilter) -> CoverageCounts:
    """Counts and first and last day of what the filter lets through.

    A page date may be the day the page was scraped, months later: it is no article's last day.
    """
    sql, values = condition(where)
    sure = f"CASE WHEN NOT {PAGE_DATED} THEN v.day END"
    row = connection.execute(
        f"SELECT count(*), json_group_array(DISTINCT v.outlet), min({sure}), max({sure}), count(*) - count(v.day) "  # noqa: S608
        f"FROM versions v JOIN articles a ON a.number = v.article WHERE {sql}",
        values,
    ).fetchone()
    named = {label_key(outlet) for outlet in json.loads(row[1]) if outlet}  # SQLite's lower() knows ASCII alone
    return CoverageCounts(row[0], len(named), day_of(row[2]), day_of(row[3]), row[4])


def outlets(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Every outlet as it is mostly written, with its number of articles, most first."""
    counted: dict[str, dict[str, int]] = {}
    for name, count in connection.execute(
        "SELECT v.outlet, count(*) FROM versions v JOIN articles a ON v.id = a.current "
        "WHERE v.outlet IS NOT NULL GROUP BY v.outlet"
    ):
        counted.setdefault(label_key(name), {})[name] = count
    named = [(max(forms, key=lambda form: (forms[form], form)), sum(forms.values())) for forms in counted.values()]
    return sorted(named, key=lambda pair: (-pair[1], pair[0]))


def authors(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Every author as the bylines write the name, with the number of articles, most first."""
    counted: Counter[str] = Counter()
    for names, count in connection.execute(
        "SELECT v.authors, count(*) FROM versions v JOIN articles a ON v.id = a.current "
        "WHERE v.authors != '[]' GROUP BY v.authors"
    ):
        for name in dict.fromkeys(json.loads(names)):
            counted[name] += count
    return list(counted_names(counted))


def article_numbers(
    connection: sqlite3.Connection, where: SearchFilter, order: str, limit: int | None, offset: int
) -> list[tuple[int, int]]:
    """(article, version) row numbers that the filter lets through, in that order."""
    sql, values = condition(where)
    return connection.execute(
        f"SELECT a.number, v.id FROM versions v JOIN articles a ON a.number = v.article WHERE {sql} "  # noqa: S608
        f"ORDER BY {ORDERS[order]} LIMIT ? OFFSET ?",
        [*values, -1 if limit is None else limit, offset],
    ).fetchall()


def matched_articles(
    connection: sqlite3.Connection, where: SearchFilter, numbers: set[int] | None
) -> list[MatchedArticle]:
    """Of these articles (None: of all) those that the filter lets through, by day, undated last."""
    sql, values = condition(where)
    rows = connection.execute(
        f"SELECT a.number, a.article_id, v.day, v.outlet, v.title, ifnull(a.cluster, a.number), NOT {PAGE_DATED}, "  # noqa: S608
        f"v.section, v.authors FROM versions v JOIN articles a ON a.number = v.article WHERE {sql} "
        f"ORDER BY {ORDERS['published']}",
        values,
    )
    return [
        MatchedArticle(article_id, day_of(day), outlet, title, story, bool(sure), section, read_authors(authors))
        for number, article_id, day, outlet, title, story, sure, section, authors in rows
        if numbers is None or number in numbers
    ]


def neighbours(
    connection: sqlite3.Connection, number: int, where: SearchFilter, count: int
) -> tuple[list[int], list[int]]:
    """Versions published just before and just after an article, nearest first; the filter says which count."""
    here = connection.execute(
        "SELECT v.day, ifnull(v.published, ''), a.number FROM articles a JOIN versions v ON v.id = a.current "
        "WHERE a.number = ?",
        (number,),
    ).fetchone()
    if here is None or here[0] is None:
        return [], []
    sql, values = condition(where)

    def next_ones(sign: str, direction: str) -> list[int]:
        rows = connection.execute(
            "SELECT v.id FROM versions v JOIN articles a ON a.number = v.article "  # noqa: S608 (constants)
            f"WHERE {sql} AND v.day {sign}= ? AND (v.day, ifnull(v.published, ''), a.number) {sign} (?, ?, ?) "
            f"ORDER BY v.day {direction}, ifnull(v.published, '') {direction}, a.number {direction} LIMIT ?",
            [*values, here[0], *here, count],
        )
        return [row[0] for row in rows]

    return next_ones("<", "DESC"), next_ones(">", "ASC")


def read_versions(connection: sqlite3.Connection, versions: list[int]) -> Iterator[Article]:
    """The articles of these versions, a page at a time, so that memory stays flat.

    Each is looked up again just before it is given: what was taken down or withheld since its page was read stays out.
    """
    for start in range(0, len(versions), _PAGE):
        page = versions[start : start + _PAGE]
        query = f"SELECT v.id, {ARTICLE_COLUMNS} FROM {ARTICLE_TABLES} WHERE v.id IN ({{}})"  # noqa: S608 (constants)
        rows = {row[0]: row[1:] for row in many(connection, query, page)}
        for version in page:
            may_be_seen = connection.execute("SELECT 1 FROM versions WHERE id = ? AND held = 0", (version,)).fetchone()
            if version in rows and may_be_seen is not None:  # no id is ever given twice
                yield article_from_row(rows[version])


def copies_of(connection: sqlite3.Connection, article_ids: list[str]) -> dict[str, tuple[str, list[int]]]:
    """For each article: the id of its cluster's face, and the numbers of the other members, earliest first."""
    found: dict[str, tuple[str, list[int]]] = {}
    named = many(
        connection,
        "SELECT article_id, number, cluster FROM articles WHERE current IS NOT NULL AND article_id IN ({})",
        article_ids,
    )
    families = copies.families(connection, {row[2] for row in named})
    for article_id, number, cluster in named:
        family = families.get(cluster) or [copies.Member(number, article_id, None, wire=False)]
        others = [member.number for member in family if member.number != number]
        found[article_id] = (copies.face_of(family).article_id, others)
    return found


def keyword_entries(connection: sqlite3.Connection, articles: list[int]) -> Iterator[KeywordEntry]:
    """What the keyword index must hold of these articles: every passage of every version that may be seen."""
    rows = many(
        connection,
        "SELECT v.id, v.article, v.title, v.outlet, v.section, v.authors, v.day, v.valid_from, v.valid_until, "
        "v.id = a.current, b.text FROM versions v JOIN articles a ON a.number = v.article "
        "JOIN bodies b ON b.version = v.id WHERE v.held = 0 AND v.article IN ({})",
        articles,
    )
    versions = [row[0] for row in rows]
    labels: dict[int, list[tuple[str, str]]] = {}
    for version, kind, key in many(connection, "SELECT version, kind, key FROM labels WHERE version IN ({})", versions):
        labels.setdefault(version, []).append((kind, key))
    spans: dict[int, list[tuple[int, int, int]]] = {}
    for version, passage, start, end in many(
        connection, 'SELECT version, id, start, "end" FROM passages WHERE version IN ({})', versions
    ):
        spans.setdefault(version, []).append((passage, start, end))
    for version, article, title, outlet, section, authors, day, valid_from, valid_until, live, text in rows:
        about = " ".join(filter(None, (outlet, section, authors, date_words(day_of(day)))))
        for passage, start, end in spans.get(version, ()):
            yield KeywordEntry(
                passage=passage,
                article=article,
                text=text[start:end],
                title=title,
                about=about,
                labels=tuple(labels.get(version, ())),
                day=-1 if day is None else day,
                valid_from=-1 if valid_from is None else valid_from,
                valid_until=valid_until,
                live=bool(live),
            )
