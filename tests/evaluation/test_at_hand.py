"""Question sets and runs that belong to an archive."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app import main
from archive.errors import ArchiveBusyError, UsageError
from archive.lock import WriterLock
from archive.store import ArchiveStore, RemovalSelector
from archive.terminal import DONE, FAILED
from evaluation.gate import first_floors, write_floors
from evaluation.report import write_report
from evaluation.run_folder import read_run
from evaluation.runs_at_hand import delete_run, find_run, floors_of, new_run_folder, report_of, runs_at_hand
from evaluation.sets_at_hand import (
    FROM_READERS,
    delete_set,
    file_name,
    find_set,
    keep_set,
    sets_at_hand,
    take_feedback,
    waiting_feedback,
)
from tests.evaluation.support import QUESTIONS, run_over, small_archive

LINE = json.dumps({"id": "cost", "question": "What did it cost?", "answers": ["4.2 million crowns"]}) + "\n"


@pytest.fixture
def own(tmp_path: Path) -> ArchiveStore:
    with small_archive(tmp_path / "archive") as store:
        yield store


def test_sets_are_listed_with_what_is_wrong_in_them(own: ArchiveStore, tmp_path: Path) -> None:
    assert sets_at_hand(own.folder) == []
    folder = own.folder / "questions"
    folder.mkdir()
    (folder / "good.jsonl").write_text(LINE + '{"id": "open", "question": "Why?"}\n', encoding="utf-8")
    (folder / "bad.jsonl").write_text(LINE + "{\n", encoding="utf-8")
    (folder / "floors.json").write_text("{}", encoding="utf-8")
    (folder / ".hidden.jsonl").write_text(LINE, encoding="utf-8")
    (folder / "notes.md").write_text("nothing", encoding="utf-8")
    elsewhere = tmp_path / "sample.jsonl"
    elsewhere.write_text(LINE, encoding="utf-8")
    sample, bad, good = sets_at_hand(own.folder, {"of-the-sample.jsonl": elsewhere})
    assert (sample.name, sample.own, len(sample.questions)) == ("of-the-sample.jsonl", False, 1)
    assert bad.questions == () and bad.problem.startswith("bad.jsonl, line 2: not JSON")
    assert (good.name, len(good.questions), good.unscored) == ("good.jsonl", 2, 1)
    for name in ("floors.json", ".hidden.jsonl", "../catalog.sqlite3", "..", "", "notes.md"):
        assert find_set(own.folder, name) is None


def test_a_set_handed_in_is_checked_line_by_line_before_it_is_kept(own: ArchiveStore) -> None:
    with pytest.raises(UsageError, match=r"^mine\.jsonl, line 2, question: Field required"):
        keep_set(own, "mine.jsonl", (LINE + '{"id": "x"}\n').encode())
    with pytest.raises(UsageError, match=r"^table\.csv, line 1: no column is named 'question'"):
        keep_set(own, "C:\\sets\\table.csv", b"id,answer\n1,x\n")
    with pytest.raises(UsageError, match=r"^set\.xlsx is no form"):
        keep_set(own, "set.xlsx", b"PK")
    with pytest.raises(UsageError, match="cannot be read as UTF-8"):
        keep_set(own, "latin.jsonl", b'{"id": "1", "question": "\xe9"}')
    assert sets_at_hand(own.folder) == []

    kept = keep_set(own, "../../up/table.csv", b"question;answer\nWho?;Anna|Berta\n")
    assert kept.path == own.folder / "questions" / "table.jsonl"
    assert find_set(own.folder, "table.jsonl").questions[0].answers == ("Anna", "Berta")
    with pytest.raises(UsageError, match=r"table\.jsonl is there already"):
        keep_set(own, "table.jsonl", LINE.encode())
    assert len(keep_set(own, "table.jsonl", LINE.encode(), replace=True).questions) == 1
    assert [one.name for one in sets_at_hand(own.folder)] == ["table.jsonl"]
    delete_set(own, "table.jsonl")
    assert sets_at_hand(own.folder) == []
    with pytest.raises(UsageError, match="no such question set"):
        delete_set(own, "table.jsonl")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a b.jsonl", "a-b.jsonl"),
        ("../../etc/passwd", "passwd"),
        ("...", "questions"),
        ("<img src=x>.csv", "img-src-x.csv"),
        ("Über.jsonl", "Über.jsonl"),
        ("x" * 300 + ".tsv", "x" * 80 + ".tsv"),
        ("\ud800\n.json", "questions.json"),
    ],
)
def test_a_name_becomes_one_that_a_file_may_have(name: str, kept: str) -> None:
    assert file_name(name) == kept


def test_what_readers_found_bad_becomes_a_set_once(own: ArchiveStore, tmp_path: Path) -> None:
    feedback = tmp_path / "feedback.jsonl"
    assert waiting_feedback(own.folder, feedback) is None
    said = {"when": "2024-05-03T14:05:00+00:00", "verdict": "down", "question": "When?", "reason": "wrong day"}
    feedback.write_text(json.dumps(said) + "\n" + json.dumps(said | {"verdict": "up", "question": "Who?"}) + "\n")
    waiting = waiting_feedback(own.folder, feedback)
    assert waiting is not None and len(waiting.questions) == 1 and sets_at_hand(own.folder) == []
    assert len(take_feedback(own, feedback).questions) == 1
    assert len(take_feedback(own, feedback).questions) == 0
    (made,) = sets_at_hand(own.folder)
    assert (made.name, len(made.questions), made.unscored) == (FROM_READERS, 1, 1)


def test_a_takedown_reaches_question_sets(own: ArchiveStore) -> None:
    keep_set(
        own,
        "town.jsonl",
        (LINE + '{"id": "b", "question": "When?", "relevant": ["https://courier.example/bridge"]}\n').encode(),
    )
    own.remove(RemovalSelector(names=("bridge",)), "a court's order")
    left = find_set(own.folder, "town.jsonl")
    assert left.problem == "" and [question.id for question in left.questions] == ["cost"]


def test_runs_are_listed_found_and_deleted_whoever_made_them(own: ArchiveStore) -> None:
    assert runs_at_hand(own.folder) == []
    first = new_run_folder(own.folder, "monday")
    run_over(own, first)
    run_over(own, new_run_folder(own.folder, "../monday"), QUESTIONS[:2])
    (own.folder / "runs" / "model-cache").mkdir()
    (own.folder / "runs" / "broken").mkdir()
    (own.folder / "runs" / "broken" / "run.json").write_text("[]")
    assert {run.name: run.questions for run in runs_at_hand(own.folder)} == {"monday": 4, "monday-2": 2}
    found = find_run(own.folder, "monday")
    assert found is not None and found.finished and found.has_scores
    for name in ("..", "", "model-cache", "broken", "nothing", "../runs/monday"):
        assert find_run(own.folder, name) is None
    delete_run(own, "monday")
    assert not first.exists() and [run.name for run in runs_at_hand(own.folder)] == ["monday-2"]
    with pytest.raises(UsageError, match="no such run"):
        delete_run(own, "monday")


def test_a_report_is_written_anew_where_it_is_missing_or_old(own: ArchiveStore) -> None:
    run_over(own, new_run_folder(own.folder, "monday"))
    found = find_run(own.folder, "monday")
    report = report_of(own, found)
    assert report.is_file()
    report.write_text("old", encoding="utf-8")
    assert report_of(own, found).read_text(encoding="utf-8") == "old"
    later = report.stat().st_mtime + 1
    os.utime(found.folder / "run.json", (later, later))
    assert report_of(own, found).read_text(encoding="utf-8") != "old"
    report.unlink()
    assert report_of(own, found).is_file() and write_report(found.folder) == report
    report.unlink()
    with ArchiveStore.open(own.folder, wait_seconds=0) as other, WriterLock(own.folder, 0).held():  # a takedown, say
        with pytest.raises(ArchiveBusyError):
            report_of(other, found)
        assert main(["report", str(found.folder), "--wait", "0"]) == FAILED
    assert not report.exists()
    assert main(["report", str(found.folder), "--wait", "0"]) == DONE and report.is_file()


def test_floors_are_those_of_the_same_questions(own: ArchiveStore) -> None:
    run_over(own, new_run_folder(own.folder, "monday"))
    run_over(own, new_run_folder(own.folder, "half"), QUESTIONS[:2])
    monday, half = (read_run(own.folder / "runs" / name) for name in ("monday", "half"))
    assert floors_of(own.folder, monday) is None
    (own.folder / "questions").mkdir()
    (own.folder / "questions" / "broken-floors.json").write_text("{")
    write_floors(own.folder / "questions" / "town-floors.json", first_floors(monday, ("contains_answer",), 0.0))
    path, gated = floors_of(own.folder, monday)
    assert path.name == "town-floors.json" and [one.holds for one in gated] == [True]
    assert floors_of(own.folder, half) is None


def test_a_takedown_reaches_runs_in_the_archives_folder(own: ArchiveStore) -> None:
    run_over(own, new_run_folder(own.folder, "monday"))
    report = own.remove(RemovalSelector(names=("bridge",)), "a court's order")
    assert "runs/monday/questions.jsonl" in {name for name, _ in report.side_files}
    assert not any("Looked through" in note for note in report.notes)
    left = read_run(own.folder / "runs" / "monday")
    assert left.removed >= 1 and "bearings" not in json.dumps(left.rows)


def test_a_report_against_another_archives_run_is_within_reach_of_both_takedowns(
    own: ArchiveStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with small_archive(tmp_path / "other") as other:
        run, earlier = own.folder / "runs" / "now", other.folder / "runs" / "before"
        run_over(own, run)
        run_over(other, earlier)
        for archive in (own, other):
            with WriterLock(archive.folder, 0).held():  # a takedown, say
                assert main(["--wait", "0", "report", str(run), "--against", str(earlier)]) == FAILED
                assert "is being written" in capsys.readouterr().err
        assert main(["report", str(run), "--against", str(earlier)]) == DONE
        assert (run / "report.html").is_file()
        report = other.remove(RemovalSelector(names=("bridge",)), "a court's order")
        assert not (run / "report.html").exists(), report.side_files
