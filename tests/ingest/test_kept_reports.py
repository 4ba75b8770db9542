"""What was rejected last night can be looked up in the morning, and a takedown reaches that too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import app
from archive.embedder import HashingEmbedder
from archive.records import Outcome
from archive.store import ArchiveStore, RemovalSelector
from archive.terminal import SOME_REJECTED
from ingest.document import Noted, Rejected
from ingest.kept_reports import FOLDER, MOST_KEPT, keep_report, kept_report, kept_runs, title_of
from ingest.pipeline import IngestOptions, ingest
from ingest.report import MOST_NOTES, IngestReport
from tests.ingest.support import TODAY, record, write_jsonl

EVENING = datetime(2024, 5, 3, 22, 15, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArchiveStore]:
    with ArchiveStore.open(tmp_path / "archive", embedder=HashingEmbedder(), create=True) as opened:
        yield opened


def report_of(*rejected: Rejected, notes: tuple[Noted, ...] = ()) -> IngestReport:
    report = IngestReport()
    report.count(Outcome.ADDED)
    for row in rejected:
        report.reject(row)
    for note in notes:
        report.note(note)
    return report


def test_a_report_is_kept_whole_and_found_again(store: ArchiveStore) -> None:
    rows = (Rejected("/in/ü\udc80.jsonl", 7, "no text:\u2028 the document has no story."), Rejected("/in/b", None, "x"))
    notes = (Noted("https://paper.example/rss", "it has moved."),)
    made = keep_report(store, report_of(*rows, notes=notes), title="in, rss", by="anna", started=EVENING)
    found = kept_report(store, made)
    assert found is not None
    assert found.rejected == rows and found.notes == notes
    assert (found.run.title, found.run.by, found.run.started) == ("in, rss", "anna", EVENING)
    assert found.run.numbers["outcomes"]["added"] == 1 and found.run.numbers["outcomes"]["rejected"] == 2
    assert kept_runs(store) == [found.run]


def test_notes_beyond_the_list_are_counted_by_what_they_say(store: ArchiveStore) -> None:
    notes = [Noted(f"s{number}", f"{number} entries have no address.") for number in range(MOST_NOTES + 3)]
    report = report_of(notes=(Noted("s", "it has moved."), *notes))
    value = report.as_json()
    assert len(value["notes"]) == MOST_NOTES
    assert value["notes_by_reason"] == {"… entries have no address.": MOST_NOTES + 3, "it has moved.": 1}
    kept = kept_report(store, keep_report(store, report, title="", by="", started=EVENING))
    assert kept is not None and kept.run.numbers["notes_by_reason"] == value["notes_by_reason"]


def test_the_latest_come_first_and_the_oldest_go(store: ArchiveStore) -> None:
    assert kept_runs(store) == []
    ids = [
        keep_report(store, report_of(), title=str(number), by="", started=EVENING + timedelta(minutes=number // 2))
        for number in range(MOST_KEPT + 4)
    ]
    assert len(set(ids)) == MOST_KEPT + 4  # also of two in one second
    assert [run.title for run in kept_runs(store)] == [str(number) for number in range(MOST_KEPT + 3, 3, -1)]
    assert kept_report(store, ids[0]) is None


@pytest.mark.parametrize("report_id", ["", "../catalog", "20240503T221500Z-0/../x", "20240503T221500Z-77", "*"])
def test_an_id_that_is_none_opens_nothing(store: ArchiveStore, report_id: str) -> None:
    keep_report(store, report_of(), title="", by="", started=EVENING)
    assert kept_report(store, report_id) is None


def test_a_damaged_file_is_left_out(store: ArchiveStore) -> None:
    good = keep_report(store, report_of(), title="good", by="", started=EVENING)
    for number, content in enumerate((b"", b"{\n", b'{"run": 1}\n', b'{"run": {"numbers": {}}}\n', b"\xff\xfe\n[]\n")):
        (store.folder / FOLDER / f"20240504T00000{number}Z-0.jsonl").write_bytes(content)
    assert [run.report_id for run in kept_runs(store)] == [good]


def test_a_takedown_reaches_the_reports(store: ArchiveStore, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "in.jsonl", [record(1, url="https://paper.example/vote")])
    ingest(store, [str(path)], options=IngestOptions(embed=False, workers=0, today=TODAY))
    refused = (Rejected("https://paper.example/vote", None, "status 500."), Rejected("/in/b", None, "no text."))
    made = keep_report(store, report_of(*refused), title="https://paper.example/vote", by="", started=EVENING)
    removed = store.remove(RemovalSelector(("https://paper.example/vote",)), "a court order")
    assert removed.left == () and [name for name, _ in removed.side_files] == [f"{FOLDER}/{made}.jsonl"]
    assert "paper.example" not in (store.folder / FOLDER / f"{made}.jsonl").read_text()
    found = kept_report(store, made)
    assert found is not None and found.run.title == "" and [row.source for row in found.rejected] == ["/in/b"]
    assert found.run.numbers["outcomes"]["rejected"] == 2  # the numbers stay true


def test_the_command_line_keeps_its_reports_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(record(1)) + "\n{broken\n", encoding="utf-8")
    words = ["ingest", str(path), "--archive", str(tmp_path / "archive"), "--no-embed"]
    assert app.main([*words, "--dry-run"]) == app.main(words) == SOME_REJECTED
    with ArchiveStore.open(tmp_path / "archive") as opened:
        (run,) = kept_runs(opened)
        found = kept_report(opened, run.report_id)
    assert found is not None and [(row.source, row.line) for row in found.rejected] == [(str(path), 2)]
    assert run.title == str(path) and abs(run.ended - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_run_is_called_by_what_it_read() -> None:
    assert title_of(["a.jsonl"]) == "a.jsonl"
    assert title_of(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
