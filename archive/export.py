"""An article as a JSON record: the form that ingestion reads, so that nobody is locked in."""

from __future__ import annotations

from typing import Any

from archive.article import Article

# What the record calls the article's identity: read again, it is the same article, whatever file it comes from.
IDENTITY_FIELD = "backissue_identity"


def article_as_json(article: Article) -> dict[str, Any]:
    """One line of an export; fields that are unknown are absent.

    Fields of the source that Backissue doesn't know come first, so that they never replace one that it does.
    """
    published, modified = article.published, article.modified
    known: dict[str, Any] = {
        "id": article.external_id,
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "published": published.iso() if published else None,
        "date_source": article.date_source.value if published else None,
        "date_confidence": article.date_confidence if published else None,
        "modified": modified.iso() if modified else None,
        "outlet": article.outlet,
        "authors": list(article.authors) or None,
        "section": article.section,
        "language": article.language,
        "kind": article.kind,
        "partial": article.partial or None,
        "correction": article.correction,
        IDENTITY_FIELD: article.identity,
    }
    return {**article.extra, **{key: value for key, value in known.items() if value is not None}}
