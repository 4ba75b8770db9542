"""Which short lines an outlet prints under one article after another: counted as articles come in, kept between runs.

Of each line only a digest is kept (see ``ingest.repeated``), in how many new articles it stood, and a bitmap of their
stories: 64 buckets, of which each story fills one, so that versions and copies of one story count once (linear
counting, Whang and others 1990). After every 2,000 articles of an outlet its counts are halved and lines that fell to
nothing are forgotten: memory stays bounded, and a line that is known to repeat stays known.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from urllib.parse import urlsplit

from archive.article import Article
from archive.records import LinePlace, ShortLines

_EPOCH = 2000  # articles of an outlet, after which counts are halved
_BUCKETS = 64
# What makes a line repeat: in how many different stories, and in what share of the outlet's articles.
_NEEDED = {
    LinePlace.ASKING: (6, 0.005),
    LinePlace.BELOW: (6, 0.025),
    LinePlace.ABOVE: (16, 0.05),
    LinePlace.SENTENCE: (16, 0.05),
    LinePlace.INSIDE: (16, 0.2),
}


def lines_owner(article: Article) -> str:
    """Whose lines an article's are: the outlet's name, else the host; "" where neither is known: nothing is counted."""
    if article.outlet:
        return article.outlet.casefold()
    try:
        return (urlsplit(article.url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def count_lines(connection: sqlite3.Connection, short: ShortLines) -> None:
    """Count the lines of one new article, and note those that now are known to repeat."""
    total = connection.execute(
        "INSERT INTO outlet_counts VALUES (?, 1) ON CONFLICT DO UPDATE SET articles = articles + 1 RETURNING articles",
        (short.outlet,),
    ).fetchone()[0]
    bucket = 1 << (short.story % _BUCKETS)
    bit = bucket - (1 << 64) if bucket >= 1 << 63 else bucket  # SQLite's integers are signed
    for digest, place in short.lines:
        articles, stories, known = connection.execute(
            "INSERT INTO outlet_lines VALUES (?, ?, 1, ?, 0) ON CONFLICT DO UPDATE "
            "SET articles = articles + 1, stories = stories | excluded.stories RETURNING articles, stories, known",
            (short.outlet, digest, bit),
        ).fetchone()
        if not known and repeats(articles, (stories & (1 << 64) - 1).bit_count(), total, place):
            connection.execute(
                "UPDATE outlet_lines SET known = 1 WHERE outlet = ? AND digest = ?", (short.outlet, digest)
            )
    if total >= _EPOCH:
        _halve(connection, short.outlet)


def repeats(articles: int, stories: int, total: int, place: LinePlace) -> bool:
    """Whether a line that stood in so many of an outlet's ``total`` articles, and stories, is the outlet's own."""
    fewest, share = _NEEDED[place]
    return stories >= fewest and articles >= share * total


def repeated_lines(connection: sqlite3.Connection) -> dict[str, frozenset[int]]:
    """The digests of the lines known to repeat, by outlet."""
    found: dict[str, set[int]] = {}
    for outlet, digest in connection.execute("SELECT outlet, digest FROM outlet_lines WHERE known"):
        found.setdefault(outlet, set()).add(digest)
    return {outlet: frozenset(digests) for outlet, digests in found.items()}


def forget_rare_lines(connection: sqlite3.Connection, outlets: Iterable[str]) -> None:
    """Forget the digests of lines that aren't known to repeat at these outlets: a takedown leaves none of its own."""
    connection.executemany(
        "DELETE FROM outlet_lines WHERE outlet = ? AND NOT known", [(outlet,) for outlet in set(outlets)]
    )


def _halve(connection: sqlite3.Connection, outlet: str) -> None:
    connection.execute("UPDATE outlet_counts SET articles = articles / 2 WHERE outlet = ?", (outlet,))
    connection.execute("UPDATE outlet_lines SET articles = articles / 2 WHERE outlet = ?", (outlet,))
    connection.execute("DELETE FROM outlet_lines WHERE outlet = ? AND articles = 0 AND NOT known", (outlet,))
