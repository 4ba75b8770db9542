"""Backissue as a peer: ``python -m benchmarks.peers.backissue_peer SUBSET WORK``."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path

from archive.embedder import open_embedder
from archive.settings import load_settings
from archive.store import ArchiveStore
from assistant.planner import plan_question
from assistant.question import Question
from assistant.retriever import retrieve
from benchmarks.peers.containment import contains_any
from benchmarks.peers.contract import FOUND, ask_all, read_subset, tell
from ingest.pipeline import IngestOptions, ingest


def main(subset_folder: str, work: str) -> None:
    """Ingest, ask by words alone, embed, ask again."""
    subset, folder = read_subset(Path(subset_folder)), Path(work) / "backissue"
    with ArchiveStore.open(folder, embedder=open_embedder(load_settings()), create=True) as store:

        def search(question: str, day: str) -> list[str]:
            plan = plan_question(store, Question(question, date.fromisoformat(day)))
            return [one.hit.passage.text for one in retrieve(store, plan, FOUND).hits]

        began = time.perf_counter()
        ingest(store, [str(Path(subset_folder) / "articles.jsonl")], options=IngestOptions(embed=False))
        searchable = time.perf_counter() - began
        by_words = ask_all(subset, search, contains_any)
        began = time.perf_counter()
        store.embed_pending()
        embedding = time.perf_counter() - began
        measured = {
            "passages": store.status().passages,
            "articles_per_second_searchable": round(len(subset.articles) / searchable, 1),
            "articles_per_second_embedded": round(len(subset.articles) / (searchable + embedding), 1),
            "hits@4_before_vectors": by_words["hits@4"],
        } | ask_all(subset, search, contains_any)
    tell("Backissue", subset, folder, measured)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
