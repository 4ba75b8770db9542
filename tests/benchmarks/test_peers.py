"""How peers are asked and shown. Running them needs environments of their own: that is done by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="memory is measured on POSIX systems only")

from benchmarks.peers.__main__ import table
from benchmarks.peers.containment import contains_any
from benchmarks.peers.contract import Subset, ask_all, read_subset


def test_hits_are_counted_in_the_first_passages() -> None:
    asked = [
        {"question": "one", "asked_on": "2023-01-01", "answers": ["forty"]},
        {"question": "two", "asked_on": "2023-01-01", "answers": ["none such"]},
    ]

    def search(question: str, day: str) -> Sequence[str]:
        return ["a b", "c d", "e f", "g h", "there were forty", *["x"] * 5, "none such"]

    found = ask_all(Subset([{"text": "x"}], asked), search, contains_any)
    assert (found["hits@4"], found["hits@10"], found["words_in_top_4"]) == (0.0, 0.5, 8)


def test_a_peer_that_failed_is_shown(tmp_path: Path) -> None:
    machine = {"processor": "Abacus", "cores": 2, "system": "Linux", "python": "3.11"}
    peers = [{"name": "ours", "hits@4": 0.5}, {"name": "theirs", "failed": "exit code 1"}]
    shown = table(
        {"articles": 3, "questions": 2, "machine": machine, "when": "2026-11-26", "load_before": 1.0, "peers": peers}
    )
    assert "| hits@4 | 0.5 | exit code 1 |" in shown
    (tmp_path / "articles.jsonl").write_text('{"text": "äb"}\n', encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text("", encoding="utf-8")
    assert read_subset(tmp_path).text_bytes == 3
