"""txtai as a peer: ``python -m benchmarks.peers.txtai_peer SUBSET WORK``.

Its own hybrid search (BM25 and vectors) with content stored, the same embedder as an external transform, and paragraphs
packed to 180 words, headline before them: txtai takes passages as it is given them. Runs in an environment of its own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from txtai.embeddings import Embeddings

from archive.embedder import open_embedder
from archive.settings import load_settings
from benchmarks.peers.containment import contains_any
from benchmarks.peers.contract import FOUND, ask_all, read_subset, tell

WORDS = 180
_EMBEDDER = open_embedder(load_settings())


def transform(texts: list[str]) -> Any:  # noqa: ANN401 - numpy's array, as txtai wants it
    """Backissue's embedder."""
    return _EMBEDDER.embed_passages(list(texts))


def passages(article: dict[str, Any]) -> Iterator[str]:
    """Pieces of at most so many words, at paragraphs where possible."""
    piece: list[str] = []
    for paragraph in article["text"].split("\n"):
        words = paragraph.split()
        while words:
            if piece and len(piece) + len(words) > WORDS:
                yield " ".join(piece)
                piece = []
            piece, words = piece + words[:WORDS], words[WORDS:]
    if piece:
        yield " ".join(piece)


def main(subset_folder: str, work: str) -> None:
    """Index, save, ask."""
    subset, folder = read_subset(Path(subset_folder)), Path(work) / "txtai"
    began = time.perf_counter()
    embeddings = Embeddings(method="external", transform=transform, content=True, hybrid=True)
    texts = [(article["title"], piece) for article in subset.articles for piece in passages(article)]
    embeddings.index((number, f"{title}\n{piece}", None) for number, (title, piece) in enumerate(texts))
    embeddings.save(str(folder))
    seconds = time.perf_counter() - began

    def search(question: str, day: str) -> list[str]:
        return [texts[int(one["id"])][1] for one in embeddings.search(question, FOUND)]

    rate = round(len(subset.articles) / seconds, 1)
    measured = {
        "passages": len(texts),
        "articles_per_second_searchable": rate,
        "articles_per_second_embedded": rate,
    } | ask_all(subset, search, contains_any)
    tell("txtai, hybrid", subset, folder, measured)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
