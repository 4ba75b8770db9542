"""What the growth benchmark is made of: its articles, its plot, its page. The measuring itself is run by hand."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.peers.containment import contains_any as contained_by_peers
from benchmarks.scale.growth_plot import growth_plot
from benchmarks.scale.made_articles import made_articles, write_articles
from benchmarks.scale.measuring import disk_bytes
from benchmarks.scale.page import write_page
from evaluation.retrieval_metrics import contains_any


def test_made_articles_are_the_same_each_time_and_no_copies_of_each_other(tmp_path: Path) -> None:
    first, again = list(islice(made_articles(5), 5)), list(made_articles(5))
    assert first == again
    words = [set(one["text"].split()) for one in first]
    shared = [len(a & b) / len(a | b) for n, a in enumerate(words) for b in words[:n]]
    assert max(shared) < 0.5
    assert write_articles(tmp_path / "made.jsonl", 30) == 10
    assert len((tmp_path / "made.jsonl").read_text(encoding="utf-8").splitlines()) == 10


def test_disk_is_counted_by_part(tmp_path: Path) -> None:
    for name, size in (("catalog.sqlite3", 10), ("catalog.sqlite3-wal", 5), ("keyword-0001/x", 3), ("writer.lock", 1)):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * size)
    assert disk_bytes(tmp_path) == {"catalog": 15, "keyword": 3, "vectors": 0, "other": 1, "all": 19}


def test_the_plot_is_svg_and_leaves_zeros_out() -> None:
    svg = ElementTree.fromstring(growth_plot("A <b>", "ms", {"x & y": [(1000, 2.0), (12000, 0.0), (200000, 30.0)]}))  # noqa: S314
    texts = [element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert "A <b>, ms" in texts
    assert "x & y" in texts
    assert len(list(svg.iter("{http://www.w3.org/2000/svg}circle"))) == 2


def test_the_page_names_the_machine_and_the_load(tmp_path: Path) -> None:
    def ingested(passages: int, load: float) -> dict[str, Any]:
        return {
            "when": "2026-11-26T15:00:00+00:00", "load_before": load, "passages": passages, "articles": passages // 3,
            "machine": {"processor": "Abacus", "cores": 2, "system": "Linux x86_64", "python": "3.11.7"},
            "articles_per_second": 200.0, "seconds": passages / 600, "peak_megabytes": 500,
            "disk_bytes": {"all": passages * 2900}, "disk_bytes_per_passage": 2900,
        }  # fmt: skip

    sizes = {"12000": ingested(12003, 1.5), "1000": ingested(1002, 0.5)}
    (tmp_path / "scale_ingestion.json").write_text(json.dumps({"sizes": sizes}), encoding="utf-8")
    page = write_page(tmp_path, tmp_path / "out").read_text(encoding="utf-8")
    assert "Abacus, 2 cores" in page
    assert "(1,000: 0.5, 12,000: 1.5)" in page
    assert "| 1,002 | 334 | 200.0 | – | 1.67 | 500 | 2,900 |" in page
    assert (tmp_path / "out" / "ingestion.svg").exists()
    with pytest.raises(SystemExit, match="Nothing was measured"):
        write_page(tmp_path / "empty", tmp_path / "out")


@given(st.text(max_size=40), st.lists(st.text(max_size=8), max_size=3))
def test_peers_count_an_answer_as_we_do(text: str, answers: list[str]) -> None:
    assert contained_by_peers(text, answers) == contains_any(text, answers)
    assert contained_by_peers(f"{text} “Forty”", ["forty"]) is True
