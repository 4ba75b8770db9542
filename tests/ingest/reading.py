"""What the tests of the readers share: a file's content read the whole way, in this process."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

from archive.article import Article
from archive.records import IncomingArticle
from ingest.bytestreams import OpenFile
from ingest.document import RawDocument, Rejected
from ingest.prepare import prepare
from ingest.readers import FORMATS, format_of_content, format_of_name
from tests.ingest.support import RECIPE


def format_of(path: Path) -> str:
    """As ``sources`` tells it: by content where that is clear, else by name."""
    name = path.name.removesuffix(".gz")
    return format_of_content(OpenFile(path, str(path)).head()) or format_of_name(name) or "text"


def documents(path: Path, format_name: str | None = None, **options: Any) -> list[RawDocument | Rejected]:
    return list(FORMATS[format_name or format_of(path)].documents(OpenFile(path, str(path)), **options))


def read(
    folder: Path, name: str, content: str | bytes, format_name: str | None = None, **options: Any
) -> tuple[list[Article], list[tuple[int | None, str]]]:
    """The articles of a file of that name and content; line and reason of what was rejected."""
    path = folder / name
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    articles: list[Article] = []
    rejected: list[tuple[int | None, str]] = []
    for found in documents(path, format_name, **options):
        result = prepare(found, RECIPE) if isinstance(found, RawDocument) else found
        if isinstance(result, IncomingArticle):
            articles.append(result.article)
        else:
            rejected.append((result.line, result.reason))
    return articles, rejected


def peak_memory(path: Path, format_name: str) -> tuple[int, int]:
    """How many documents a file has, and the most memory that streaming them took, in bytes."""
    stream = FORMATS[format_name].documents(OpenFile(path, str(path)))
    next(stream)  # libraries are loaded now
    count = 1
    tracemalloc.start()
    try:
        for _ in stream:
            count += 1
        return count, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
