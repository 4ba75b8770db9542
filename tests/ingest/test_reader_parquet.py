from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow  # type: ignore[import-untyped]
import pytest
from pyarrow import parquet

from tests.ingest.reading import format_of, peak_memory, read
from tests.ingest.support import story


def table_bytes(columns: dict[str, Any], folder: Path, **options: Any) -> bytes:
    path = folder / "made.parquet"
    parquet.write_table(pyarrow.table(columns), path, **options)
    return path.read_bytes()


def columns(count: int = 3) -> dict[str, Any]:
    return {
        "id": list(range(count)),
        "headline": [f"Story {number}" for number in range(count)],
        "content": [story(number) for number in range(count)],
        "published_at": [datetime(2024, 3, 5, 23, 30, tzinfo=UTC)] * count,
        "authors": [["Ann Lee", "Bo Ray"]] * count,
        "publisher": [{"name": "The Post"}] * count,
        "picture": [b"\xff\xd8\xff" * 100] * count,
        "score": [0.5, None, float("nan")][:count] + [1.0] * max(0, count - 3),
    }


def test_a_row_is_an_article(tmp_path: Path) -> None:
    articles, rejected = read(tmp_path, "a.parquet", table_bytes(columns(), tmp_path))
    assert rejected == []
    assert [article.title for article in articles] == ["Story 0", "Story 1", "Story 2"]
    assert articles[2].text == story(2) and articles[2].source.endswith("a.parquet#3")
    assert articles[0].external_id == "0" and articles[0].outlet == "The Post"
    assert articles[0].authors == ("Ann Lee", "Bo Ray")
    assert articles[0].published is not None and articles[0].published.iso() == "2024-03-05T23:30:00+00:00"
    assert articles[0].extra == {"score": 0.5, "picture": None}


def test_compressed_misnamed_and_mapped(tmp_path: Path) -> None:
    content = table_bytes({"kop": ["Kraan valt om"], "artikel": [story(1)]}, tmp_path)
    path = tmp_path / "dump.dat"
    path.write_bytes(gzip.compress(content))
    assert format_of(path) == "parquet"
    articles, rejected = read(
        tmp_path, "b.parquet.gz", gzip.compress(content), mapping={"kop": "title", "artikel": "text"}
    )
    assert rejected == [] and articles[0].title == "Kraan valt om" and articles[0].text == story(1)
    articles, rejected = read(tmp_path, "c.parquet", content)
    assert articles == [] and "'kop', 'artikel'. Say which, as in --map COLUMN=text." in rejected[0][1]


@pytest.mark.parametrize("cut", [4, 100, -1000])
def test_a_damaged_file_is_rejected_with_the_remedy(tmp_path: Path, cut: int) -> None:
    content = table_bytes(columns(), tmp_path)[:cut]
    articles, rejected = read(tmp_path, "a.parquet", content)
    assert articles == [] and len(rejected) == 1
    assert rejected[0][1].startswith("no readable Parquet file (") and "write it again" in rejected[0][1]


def test_a_damaged_row_group_costs_that_group(tmp_path: Path) -> None:
    content = bytearray(table_bytes(columns(40), tmp_path, row_group_size=10, use_dictionary=False))
    (tmp_path / "whole.parquet").write_bytes(content)
    group = parquet.ParquetFile(tmp_path / "whole.parquet").metadata.row_group(1)
    end = group.column(2).data_page_offset + group.column(2).total_compressed_size
    content[end - 300 : end - 100] = b"\xff" * 200
    articles, rejected = read(tmp_path, "a.parquet", bytes(content))
    assert len(articles) == 30 and articles[10].title == "Story 20" and articles[10].source.endswith("#21")
    assert len(rejected) == 1 and rejected[0][1].startswith("row group 2 can't be read")


def test_memory_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "big.parquet"
    path.write_bytes(table_bytes(columns(8000), tmp_path, row_group_size=1000))
    count, peak = peak_memory(path, "parquet")
    assert count == 8000 and peak < 3_000_000
