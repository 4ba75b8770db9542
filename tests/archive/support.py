"""What the archive's tests share: short articles, and other processes to share the archive with."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from archive.article import Article, Timestamp, article_id_for
from archive.embedder import HashingEmbedder
from archive.store import ArchiveStore, IncomingArticle

ROOT = Path(__file__).resolve().parents[2]


def incoming(  # one article, its passages cut every 120 characters
    name: str,
    text: str,
    *,
    published: str | None = "2024-03-05",
    modified: str | None = None,
    signature: bytes = b"",
    ledger_key: str | None = None,
    **fields: Any,
) -> IncomingArticle:
    url = f"https://news.example/{name}"
    article = Article(
        article_id=article_id_for(url),
        identity=url,
        url=url,
        text=text,
        title=fields.pop("title", f"Title of {name}"),
        published=Timestamp.from_iso(published) if published else None,
        modified=Timestamp.from_iso(modified) if modified else None,
        **fields,
    )
    spans = tuple((start, min(start + 120, len(text))) for start in range(0, len(text), 120))
    return IncomingArticle(article, spans, signature, ledger_key)


def incoming_id(name: str) -> str:
    return article_id_for(f"https://news.example/{name}")


def open_store(folder: Path, **options: Any) -> ArchiveStore:
    return ArchiveStore.open(folder, **({"embedder": HashingEmbedder(), "create": True} | options))


def found(store: ArchiveStore, query: str, **options: Any) -> list[str]:
    """Ids of the articles that a keyword search finds, best first, each once."""
    return list(dict.fromkeys(hit.article.article_id for hit in store.keyword_search(query, 20, **options)))


def near(store: ArchiveStore, text: str, k: int = 5, **options: Any) -> list[str]:
    """Ids of the articles nearest to a text, each once."""
    vector = HashingEmbedder().embed_query(text)
    return list(dict.fromkeys(hit.article.article_id for hit in store.vector_search(vector, k, **options)))


def random_signature(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 2**32, 128, dtype=np.uint32)


@contextmanager
def another_process(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run Python code in another process; its standard output and input are pipes. Killed at the end."""
    prelude = "from tests.archive.support import *\nimport sys, os, time\n"
    process = subprocess.Popen(
        [sys.executable, "-c", prelude + code, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def run_elsewhere(code: str, *arguments: object) -> str:
    """Run Python code in another process to its end; returns what it printed."""
    with another_process(code, *arguments) as process:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        return out
