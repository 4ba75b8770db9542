"""The sample's question set, through the commands as a user gives them, held to its floors: `make gate` does the same.

Quotes mode is deterministic, so that a score below its floor is a change of ours. What got worse is in the report of
`make gate`; floors rise with `make gate RAISE=--raise`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app import main
from sample import ARTICLES, QUESTIONS

pytestmark = pytest.mark.timeout(400)  # a whole archive is made; a busy machine takes its time
FLOORS = Path(QUESTIONS).parent / "floors.json"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, ingested and evaluated by its commands."""
    folder = tmp_path_factory.mktemp("gate")
    archive = str(folder / "archive")
    assert main(["--archive", archive, "ingest", str(ARTICLES)]) == 0
    arguments = ["evaluate", str(QUESTIONS), "--mode", "quotes", "--out", str(folder / "run")]
    assert main(["--archive", archive, *arguments]) == 0
    return folder / "run"


def test_the_sample_is_at_or_above_its_floors(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["gate", str(run), "--floors", str(FLOORS)])
    assert code == 0, f"a floor is broken; `make gate` writes build/gate/run/report.html\n{capsys.readouterr().out}"


def test_a_floor_above_what_is_reached_fails(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    too_high = json.loads(FLOORS.read_text(encoding="utf-8"))
    too_high["floors"]["answer_in_top_10"] = 1.001
    path = tmp_path / "floors.json"
    path.write_text(json.dumps(too_high), encoding="utf-8")
    assert main(["gate", str(run), "--floors", str(path), "--json"]) == 1
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert told["holds"] is False
    assert [one["score"] for one in told["floors"] if not one["holds"]] == ["answer_in_top_10"]
    before = path.read_text(encoding="utf-8")
    assert main(["gate", str(run), "--floors", str(path), "--raise"]) == 1, "a broken gate raises nothing"
    assert path.read_text(encoding="utf-8") == before


def test_floors_are_made_raised_and_never_lowered(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "floors.json"
    made = ["gate", str(run), "--floors", str(path), "--raise", "--score", "hits@10", "--margin", "0.5"]
    assert main(made) == 0
    first = json.loads(path.read_text(encoding="utf-8"))
    assert main(["gate", str(run), "--floors", str(path), "--raise", "--score", "contains_answer"]) == 0
    second = json.loads(path.read_text(encoding="utf-8"))
    assert second["floors"].keys() == {"hits@10", "contains_answer"}
    assert second["floors"]["hits@10"] == first["floors"]["hits@10"]
    assert main(made) == 2, "the margin is in the file"
    assert "has a margin already" in capsys.readouterr().err


def test_report_and_comparison_as_commands(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (run / "report.html").stat().st_size > 100_000
    assert main(["compare", str(run), str(run), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["questions"], told["won"], told["lost"]) == (64, [], [])
    assert main(["compare", str(run), str(run)]) == 0
    assert "64 questions in both" in capsys.readouterr().out
    assert main(["report", str(run), "--against", str(run)]) == 0
    assert main(["compare", str(run), str(run.parent)]) == 2
    assert "there is no run.json" in capsys.readouterr().err


def test_questions_as_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["questions", "show", str(QUESTIONS)]) == 0
    assert "64 questions" in capsys.readouterr().out
    feedback = tmp_path / "feedback.jsonl"
    feedback.write_text(
        '{"when": "2024-05-03T14:05:00+00:00", "verdict": "down", "question": "Why?", "reason": "wrong"}\n',
        encoding="utf-8",
    )
    arguments = ["questions", "add", "--from-feedback", str(feedback), "--to", str(tmp_path / "set.jsonl")]
    assert main([*arguments, "--dry-run"]) == 0
    assert "1 would be added" in capsys.readouterr().out
    assert main(arguments) == 0
    assert "Why?  (wrong)" in capsys.readouterr().out
    assert main(["questions", "show", str(tmp_path / "set.jsonl"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["tags"] == ["thumbs-down"]
    assert main(["questions", "add"]) == 2
    assert "--from-feedback" in capsys.readouterr().err


def test_excerpts_are_attributed(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive, path = str(run.parent / "archive"), tmp_path / "excerpts.jsonl"
    made = ["--archive", archive, "questions", "excerpts", "--number", "12", "--out", str(path)]
    assert main(made) == 0
    assert "12 questions written" in capsys.readouterr().out
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert all(record["facts"][0] in record["question"] for record in records)
    assert main(made) == 2, "an existing file is never overwritten"
    assert main(["--archive", archive, "evaluate", str(path), "--mode", "quotes", "--out", str(tmp_path / "r")]) == 0
    scores = json.loads((tmp_path / "r" / "run.json").read_text(encoding="utf-8"))["summary"]["scores"]
    assert scores["fact_hits@4"]["mean"] >= 0.9, "an excerpt is found by its own words"
    assert scores["attribution_headline"]["questions"] >= 10
    again = tmp_path / "again.jsonl"
    assert main([*made[:-1], str(again)]) == 0
    assert again.read_text(encoding="utf-8") == path.read_text(encoding="utf-8")


def test_bad_options_are_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["evaluate", str(QUESTIONS), "--out", str(tmp_path / "run"), "--budget", "lots"])
    assert "write money as 2.50, tokens as 200000tokens" in capsys.readouterr().err
    assert main(["evaluate", str(QUESTIONS), "--out", str(tmp_path / "run"), "--judge-base-url", "http://x"]) == 2
    assert "--judge-model NAME" in capsys.readouterr().err
    assert main(["evaluate", str(QUESTIONS), "--out", str(tmp_path / "run"), "--judge-model", "m"]) == 2
    assert "A judge needs an endpoint" in capsys.readouterr().err
