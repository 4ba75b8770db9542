"""A run for test_killed: ingests and embeds, telling each step on standard output just before it is taken.

``python -m tests.ingest.run_to_be_killed ARCHIVE SOURCE``
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archive import embedding
from archive.embedder import HashingEmbedder
from archive.keyword_index import KeywordIndex
from archive.store import ArchiveStore
from archive.vector_index import VectorIndex
from ingest import pipeline
from tests.ingest.support import TODAY


def announce(step: str) -> None:
    """The parent reads along, and kills at one of these."""
    sys.stdout.write(step + "\n")
    sys.stdout.flush()


def announced(step: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def told(*arguments: Any, **named: Any) -> Any:
        announce(step)
        result = function(*arguments, **named)
        announce(step + " done")
        return result

    return told


def main(folder: str, source: str) -> None:
    pipeline._WRITE_BATCH = 20
    pipeline.BATCH = 20
    embedding._VECTORS_PER_INDEX_WRITE = 64
    ArchiveStore.add = announced("add", ArchiveStore.add)  # type: ignore[method-assign]
    KeywordIndex.replace = announced("keywords", KeywordIndex.replace)  # type: ignore[method-assign]
    VectorIndex.put = announced("vectors", VectorIndex.put)  # type: ignore[method-assign]
    with ArchiveStore.open(Path(folder), embedder=HashingEmbedder(), create=True) as store:
        options = pipeline.IngestOptions(passage_tokens=64, workers=0, today=TODAY)
        pipeline.ingest(store, [source], options=options, on_progress=lambda *call: announce(f"progress {call[0]}"))
    announce("end")


if __name__ == "__main__":
    main(*sys.argv[1:])
