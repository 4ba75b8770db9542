"""Which articles a takedown means: by name, by outlet or by their words; what may not be seen is among them."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from hashlib import sha256

from archive.article_rows import label_key
from archive.catalog import Catalog
from archive.errors import ArchiveError, UnknownArticleError, UsageError
from archive.indexes import Indexes
from archive.keyword_index import KeywordIndex
from archive.url_spellings import spellings


@dataclass(frozen=True, slots=True)
class RemovalSelector:
    """Which articles: by name (id, external id or URL), or all of an outlet, or all that hold every word of a query."""

    names: tuple[str, ...] = ()
    outlet: str | None = None
    query: str | None = None


def numbers_of_outlet(connection: sqlite3.Connection, outlet: str) -> list[int]:
    """Articles that any version attributes to that outlet."""
    rows = connection.execute(
        "SELECT DISTINCT v.article FROM labels l JOIN versions v ON v.id = l.version "
        "WHERE l.kind = 'outlet' AND l.key = ? ORDER BY v.article",
        (label_key(outlet),),
    )
    return [row[0] for row in rows]


def removed_before(connection: sqlite3.Connection, name: str) -> str | None:
    """The id under which an article of that name (id, external id, URL in any spelling, identity) was taken down."""
    digests = [
        sha256(f"{kind}:{spelt}".encode("utf-8", "surrogatepass")).hexdigest()
        for kind in ("identity", "url", "external")
        for spelt in spellings(name)
    ]
    marks = ",".join("?" * len(digests))
    row = connection.execute(
        f"SELECT article_id FROM tombstones WHERE article_id = ? OR digest IN ({marks}) LIMIT 1",  # noqa: S608
        (name, *digests),
    ).fetchone()
    return None if row is None else str(row[0])


def select_for_removal(
    catalog: Catalog, indexes: Indexes, selector: RemovalSelector
) -> tuple[list[int], tuple[str, ...]]:
    """Row numbers of the articles meant, and names of those that are gone already.

    Raises UsageError for an empty selector, UnknownArticleError for a name that neither is nor was here, ArchiveError
    for a query while the keyword index isn't fit for use: "nothing found" would be wrong.
    """
    if not (selector.names or selector.outlet or selector.query):
        raise UsageError("Say what to remove: an id or URL, --outlet NAME or --query WORDS.")
    numbers: list[int] = []
    already = []
    for name in selector.names:
        try:
            numbers.append(catalog.number_of(name, hidden=True))
        except UnknownArticleError:
            with catalog.reading() as connection:
                known = removed_before(connection, name)
            if known is None:
                raise
            already.append(name)
    if selector.outlet:
        with catalog.reading() as connection:
            numbers += numbers_of_outlet(connection, selector.outlet)
    if selector.query:
        index = indexes.keyword()
        if index is None:
            raise ArchiveError("The keyword index isn't fit for use, so no words are found: `backissue rebuild`.")
        with catalog.reading() as connection:
            hidden = _hidden_with(connection, index, selector.query)
        numbers += sorted(index.articles_with(selector.query) | hidden)
    return list(dict.fromkeys(numbers)), tuple(already)


def _hidden_with(connection: sqlite3.Connection, index: KeywordIndex, query: str) -> set[int]:
    """Articles with every word of the query in a version that is under embargo or withheld: those are in no index."""
    phrases = [f" {' '.join(words)} " for phrase in re.findall(r'"([^"]+)"', query) if (words := index.words(phrase))]
    wanted = set(index.words(re.sub(r'"[^"]*"', " ", query)))
    found: set[int] = set()
    if not (phrases or wanted):
        return found
    for number, title, text in connection.execute(
        "SELECT v.article, v.title, b.text FROM versions v JOIN bodies b ON b.version = v.id WHERE v.held != 0"
    ):
        words = index.words(f"{title}\n{text}")
        if wanted <= set(words) and all(phrase in f" {' '.join(words)} " for phrase in phrases):
            found.add(number)
    return found
