from __future__ import annotations

import json
import re

from archive.article import Article
from tests.ingest.support import REPOSITORY, article_of

PAGE = REPOSITORY / "docs" / "article.md"


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found.group(1)


def record_of(article: Article) -> dict[str, object]:
    return {
        "title": article.title,
        "outlet": article.outlet,
        "authors": list(article.authors),
        "published": article.published.iso() if article.published else None,
        "date_source": str(article.date_source),
        "date_confidence": article.date_confidence,
        "modified": article.modified.iso() if article.modified else None,
        "section": article.section,
        "language": article.language,
        "kind": article.kind,
        "partial": article.partial,
        "url": article.url,
        "correction": article.correction,
        "standfirst": article.extra.get("standfirst"),
        "text": article.text.split("\n\n"),
    }


def test_the_page_of_the_guide_becomes_the_record_beside_it() -> None:
    article = article_of(block("html"), "html", "/saved/crane.html")
    assert record_of(article) == json.loads(block("json"))
