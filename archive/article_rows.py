"""An article as a row of the catalog, and back: the only place that knows the columns' order."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

from archive.article import Article, DateSource, Passage, Timestamp

# Columns of `versions` that describe the article, in the order in which `version_values` gives them.
META_COLUMNS = (
    "day, rank, title, external_id, url, outlet, authors, section, language, kind, published, modified, date_source, "
    "date_confidence, partial, correction, source, raw_media_type, extra"
)
# What `article_from_row` reads; `v` is versions, `a` articles, `b` bodies.
ARTICLE_COLUMNS = (
    "a.article_id, a.identity, v.title, b.text, v.external_id, v.url, v.outlet, v.authors, v.section, v.language, "
    "v.kind, v.published, v.modified, v.date_source, v.date_confidence, v.partial, v.correction, v.source, "
    "v.raw_media_type, v.extra"
)
ARTICLE_WIDTH = ARTICLE_COLUMNS.count(",") + 1
ARTICLE_TABLES = "versions v JOIN articles a ON a.number = v.article JOIN bodies b ON b.version = v.id"


def text_hash(text: str) -> str:
    """What tells a version's text from another's."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def label_key(label: str) -> str:
    """The form in which outlets, sections, authors and languages are compared: without case, single spaces."""
    return " ".join(label.casefold().split())


def labels_of(article: Article) -> set[tuple[str, str]]:
    """(kind, key) of everything that a filter can name."""
    found = {("author", label_key(author)) for author in article.authors}
    for kind, value in (("outlet", article.outlet), ("section", article.section), ("language", article.language)):
        if value:
            found.add((kind, label_key(value)))
    return {(kind, key) for kind, key in found if key}


def rank_of(article: Article) -> str:
    """What versions of one article are ordered by: its last instant, in UTC; "" when nothing is known.

    A modification day without a time counts as its first moment, but never as earlier than the publication.
    """
    instants = [stamp.instant for stamp in (article.published, article.modified) if stamp is not None]
    return max(instants).isoformat(timespec="microseconds") if instants else ""


def version_values(article: Article) -> tuple[Any, ...]:
    """The values of META_COLUMNS."""
    return (
        article.published.day.toordinal() if article.published else None,
        rank_of(article),
        article.title,
        article.external_id,
        article.url,
        article.outlet,
        json.dumps(article.authors),
        article.section,
        article.language,
        article.kind,
        article.published.iso() if article.published else None,
        article.modified.iso() if article.modified else None,
        article.date_source.value,
        article.date_confidence,
        int(article.partial),
        article.correction,
        article.source,
        article.raw_media_type,
        json.dumps(dict(article.extra), ensure_ascii=True),
    )


@lru_cache(maxsize=4096)  # whole newsrooms recur when every match is counted
def read_authors(column: str) -> tuple[str, ...]:
    """The authors as ``version_values`` wrote them."""
    return tuple(json.loads(column)) if column != "[]" else ()


def pack_raw(raw: bytes | None) -> bytes | None:
    """The input as it came, compressed."""
    return None if raw is None else zlib.compress(raw, 1)


def article_from_row(row: tuple[Any, ...], raw: bytes | None = None) -> Article:
    """The article in a row of ARTICLE_COLUMNS; ``raw`` is the compressed input, if it was read."""
    return Article(
        article_id=row[0],
        identity=row[1],
        title=row[2],
        text=row[3],
        external_id=row[4],
        url=row[5],
        outlet=row[6],
        authors=read_authors(row[7]),
        section=row[8],
        language=row[9],
        kind=row[10],
        published=Timestamp.from_iso(row[11]) if row[11] else None,
        modified=Timestamp.from_iso(row[12]) if row[12] else None,
        date_source=DateSource(row[13]),
        date_confidence=row[14],
        partial=bool(row[15]),
        correction=row[16],
        source=row[17],
        raw=zlib.decompress(raw) if raw is not None else None,
        raw_media_type=row[18],
        extra=json.loads(row[19]) if row[19] != "{}" else {},
    )


def passage_id_of(article_id: str, version_hash: str, number: int) -> str:
    """The public name of a passage."""
    return f"{article_id}.{version_hash[:6]}.{number}"


def passage_of(article: Article, version_hash: str, number: int, start: int, end: int) -> Passage:
    """The passage, cut from its article."""
    identifier = passage_id_of(article.article_id, version_hash, number)
    return Passage(identifier, article.article_id, start, end, article.text[start:end])


def day_of(ordinal: int | None) -> date | None:
    """The calendar day of a day column."""
    return None if ordinal is None else date.fromordinal(ordinal)


def many(connection: sqlite3.Connection, query: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    """All rows of a query whose text holds ``{}`` where the list of values goes, however many values there are."""
    found: list[tuple[Any, ...]] = []
    listed = list(values)
    for start in range(0, len(listed), 900):
        part = listed[start : start + 900]
        found.extend(connection.execute(query.replace("{}", ",".join("?" * len(part))), part))
    return found
