"""What a removed article is recognised by when it comes again: digests, from which nothing can be read back."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from hashlib import sha256

from archive.article import Article
from archive.article_rows import label_key


def is_unique_name(external_id: str) -> bool:
    """Whether an id is unique in the world ("urn:newsml:...", "tag:...", an address), not only in its source."""
    return ":" in external_id.strip(":")


def tombstone_digests(article: Article) -> list[str]:
    """What a removed article is recognised by; nothing can be read back from it."""
    known = [f"identity:{article.identity}"]
    if article.text:
        known.append(f"text:{label_key(article.outlet or '')}:{' '.join(article.text.casefold().split())}")
    if article.url:
        known.append(f"url:{article.url}")
    if article.external_id:
        known.append(f"external:{article.external_id}")
    return [sha256(value.encode("utf-8", "surrogatepass")).hexdigest() for value in known]


def is_removed(connection: sqlite3.Connection, article: Article) -> bool:
    """Whether a tombstone keeps this article out."""
    if connection.execute("SELECT 1 FROM tombstones LIMIT 1").fetchone() is None:
        return False  # the usual case, and digests take a tenth of the whole admission
    if article.external_id and not is_unique_name(article.external_id):
        article = replace(article, external_id=None)  # "7" may be another source's
    digests = tombstone_digests(article)
    marks = ",".join("?" * len(digests))
    query = f"SELECT 1 FROM tombstones WHERE digest IN ({marks}) LIMIT 1"  # noqa: S608 (marks only)
    return connection.execute(query, digests).fetchone() is not None
