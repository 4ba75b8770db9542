"""Embargoed, withheld and canceled items, from the wire to what a reader sees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.embedder import HashingEmbedder
from archive.store import ArchiveStore
from ingest.pipeline import IngestOptions, ingest
from ingest.report import IngestReport
from tests.ingest.support import TODAY, story

OPTIONS = IngestOptions(embed=False, passage_tokens=64, workers=0, today=TODAY)
AHEAD = (datetime.now(UTC) + timedelta(days=900)).isoformat()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArchiveStore]:
    with ArchiveStore.open(tmp_path / "archive", embedder=HashingEmbedder(), create=True) as opened:
        yield opened


def item(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "uri": f"urn:wire.example:{number}",
        "type": "text",
        "versioncreated": "2024-03-05T10:00:00+01:00",
        "copyrightholder": "Marrow Press Agency",
        "headline": f"Crane {number}",
        "body_text": story(number),
    } | fields


def run(
    store: ArchiveStore, folder: Path, *items: dict[str, Any], name: str = "wire.jsonl", **options: Any
) -> IngestReport:
    path = folder / name
    path.write_text("".join(json.dumps(one) + "\n" for one in items))
    return ingest(
        store, [str(path)], options=IngestOptions(**({"embed": False, "workers": 0, "today": TODAY} | options))
    )


def titles(store: ArchiveStore) -> list[str]:
    return sorted(article.title for article in store.articles())


def test_a_nights_wire_with_all_of_it(store: ArchiveStore, tmp_path: Path) -> None:
    report = run(store, tmp_path, item(1), item(2, embargoed=AHEAD), item(3, pubstatus="withheld"), item(4))
    assert (report.outcomes["added"], report.held["embargoed"], report.held["withheld"]) == (4, 1, 1)
    assert titles(store) == ["Crane 1", "Crane 4"]
    status = store.status()
    assert (status.articles, status.embargoed, status.withheld) == (2, 1, 1)

    later = {"versioncreated": "2024-03-06T10:00:00+01:00"}
    cancel = item(1, pubstatus="canceled", **later) | {"body_text": "", "headline": "KILL"}
    release = item(3, pubstatus="usable", **later)
    stranger = item(9, pubstatus="canceled") | {"body_text": ""}
    report = run(store, tmp_path, cancel, release, item(4, pubstatus="withheld", **later), stranger, name="two.jsonl")
    assert dict(report.outcomes) == {"removed": 2, "updated": 2} and report.held == {"withheld": 1}
    assert titles(store) == ["Crane 3"]
    assert store.status().tombstones == 2

    # the first night's file again, and the article whose cancellation came first
    report = run(store, tmp_path, item(1), item(2, embargoed=AHEAD), item(9))
    assert dict(report.outcomes) == {"removed": 2, "unchanged": 1}
    assert titles(store) == ["Crane 3"]
    assert story(1)[:60].encode() not in (tmp_path / "archive" / "catalog.sqlite3").read_bytes()


def test_a_cancellation_that_names_nothing_is_rejected(store: ArchiveStore, tmp_path: Path) -> None:
    path = tmp_path / "kill.xml"
    path.write_text(
        "<nitf><head><docdata management-status='canceled'/></head>"
        "<body><body.content><p>x</p></body.content></body></nitf>"
    )
    report = ingest(store, [str(path)], options=OPTIONS)
    assert [rejected.reason for rejected in report.rejected] == ["canceled by its sender, but it names no article."]


def test_a_dry_run_foresees_it_and_takes_nothing_down(store: ArchiveStore, tmp_path: Path) -> None:
    run(store, tmp_path, item(1))
    report = run(store, tmp_path, item(1, pubstatus="canceled"), item(2, embargoed=AHEAD), name="b.jsonl", dry_run=True)
    assert dict(report.outcomes) == {"removed": 1, "added": 1} and report.held == {"embargoed": 1}
    assert titles(store) == ["Crane 1"]
