"""The proof of a takedown: all files are searched for the letters, words and vectors of what was removed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from archive.article import Article
from archive.catalog import Catalog
from archive.indexes import Indexes
from archive.scan import Needles, ScanReport, scan_for
from archive.vectors import STORED


def prove(
    catalog: Catalog, indexes: Indexes, folder: Path, articles: Sequence[Article], needles: Needles
) -> tuple[ScanReport, int, tuple[tuple[str, str], ...]]:
    """Scan all files; returns the scan, how many words were looked up in the keyword index, and what is left.

    That is (file, piece of text) without a letter that was cut in two at an end; "" stands for a vector.
    """
    proof = scan_for(folder, _unshared(catalog, needles))
    left = []
    with catalog.reading() as connection:
        for name, fragment in proof.found:
            text = fragment.decode("utf-8", "ignore")
            copied = (
                text and connection.execute("SELECT 1 FROM bodies WHERE instr(text, ?) LIMIT 1", (text,)).fetchone()
            )
            if not copied:  # else another article prints the same words
                left.append((name, text))
        words = {word for article in articles for word in article.text.split()}
        index = indexes.keyword()
        terms = {term for word in words for term in index.words(word)} if index is not None else set()
        counted = index.document_frequencies(terms) if index is not None else {}
        rare = [term for term, count in counted.items() if count == 0]
    return proof, len(rare), tuple(left)


def whose(left: Sequence[tuple[str, str]], articles: Sequence[Article]) -> dict[str, str]:
    """Each piece of text that is left, with the id of the article that it is of."""
    return {
        text: article.article_id
        for text in dict.fromkeys(text for _, text in left if text)
        for article in reversed(articles)  # the first that has it wins
        if text in article.text
    }


def _unshared(catalog: Catalog, needles: Needles) -> Needles:
    """The needles without vectors that passages that stay have, too: copies, word for word, under the same title."""
    if needles.vectors is None:
        return needles
    with catalog.reading() as connection:
        shared = [
            connection.execute("SELECT 1 FROM vectors WHERE vector = ? LIMIT 1", (row.tobytes(),)).fetchone()
            is not None
            for row in needles.vectors.astype(STORED)
        ]
    return Needles(needles.fragments, needles.vectors[~np.array(shared)])
