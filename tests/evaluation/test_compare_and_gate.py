"""Two runs against each other, and a run against its floors: both ways."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app import main
from archive.errors import UsageError
from evaluation.compare import compare_runs
from evaluation.gate import Floors, check_floors, first_floors, raised, read_floors, write_floors
from evaluation.intervals import mean_interval
from evaluation.question_set import TestQuestion
from evaluation.run_folder import Run
from evaluation.summary import summarize


def run(scores: Mapping[str, Mapping[str, float]], name: str = "run", **settings: Any) -> Run:
    """A finished run with these scores per question."""
    questions = [TestQuestion(id=key, question=f"{key}?", tags=("t",) if key == "a" else ()) for key in scores]
    rows = [{"id": key, "scores": dict(found), "timings_ms": {}, "retrieved": []} for key, found in scores.items()]
    document = {
        "finished": True,
        "question_set": {"sha256": "digest"},
        "summary": summarize(questions, rows),
        "settings": settings,
    }
    return Run(Path(name), document, questions, rows)


def test_paired_differences_by_hand() -> None:
    before = run({"a": {"contains_answer": 0.0}, "b": {"contains_answer": 1.0}, "c": {"contains_answer": 0.0}})
    after = run({"a": {"contains_answer": 1.0}, "b": {"contains_answer": 1.0}, "c": {"contains_answer": 0.0}})
    comparison = compare_runs(before, after)
    score = comparison.scores["contains_answer"]
    assert (score["before"], score["after"], score["difference"]) == (0.3333, 0.6667, 0.3333)
    assert (score["better"], score["worse"], score["questions"]) == (1, 0, 3)
    assert (score["low"], score["high"]) == mean_interval([1.0, 0.0, 0.0])
    assert score["low"] == 0.0
    assert [change.verdict for change in comparison.changes] == ["better", "same", "same"]
    told = comparison.as_json()
    assert [one["id"] for one in told["won"]] == ["a"]
    assert told["won"][0]["scores"] == {"contains_answer": {"before": 0.0, "after": 1.0}}
    assert told["lost"] == []


def test_a_paired_interval_leaves_out_what_is_hard_for_both() -> None:
    easy = {f"q{number}": {"contains_answer": float(number % 2)} for number in range(40)}
    comparison = compare_runs(run(easy), run(easy))
    score = comparison.scores["contains_answer"]
    assert (score["difference"], score["low"], score["high"]) == (0.0, 0.0, 0.0)
    assert run(easy).run["summary"]["scores"]["contains_answer"]["low"] < 0.4, "unpaired it is wide"


def test_a_question_can_be_better_and_worse_at_once_or_lost() -> None:
    before = run({"a": {"contains_answer": 0.0, "answer_in_top_4": 1.0}, "b": {"hits@4": 1.0, "recall@10": 1.0}})
    after = run({"a": {"contains_answer": 1.0, "answer_in_top_4": 0.0}, "b": {"hits@4": 0.0, "recall@10": 0.5}})
    assert [change.verdict for change in compare_runs(before, after).changes] == ["mixed", "worse"]


def test_only_shared_questions_in_the_same_words_are_compared_and_settings_are_told() -> None:
    one = run({"a": {"x": 1.0}, "b": {"x": 1.0}}, passage_tokens=250)
    two = run({"b": {"x": 0.0}, "c": {"x": 1.0}}, passage_tokens=200)
    comparison = compare_runs(one, two)
    assert (comparison.shared, comparison.only_in_first, comparison.only_in_second) == (1, 1, 1)
    assert comparison.settings == ("settings.passage_tokens: 250 → 200",)
    with pytest.raises(UsageError, match="no question in common"):
        compare_runs(one, run({"z": {"x": 1.0}}))


def floors(**values: float) -> Floors:
    return Floors(question_set="digest", floors=values)


def test_the_gate_fails_below_and_passes_at_the_floor() -> None:
    measured = run({"a": {"x": 1.0}, "b": {"x": 0.0}})
    assert [one.holds for one in check_floors(measured, floors(x=0.5))] == [True]
    assert [one.holds for one in check_floors(measured, floors(x=0.501))] == [False]
    missing = check_floors(measured, floors(y=0.1))[0]
    assert (missing.holds, missing.measured) == (False, None), "a score that is gone is no success"
    assert check_floors(measured, Floors(question_set="digest", floors={"tag:t/x": 1.0}))[0].holds


def test_floors_only_rise() -> None:
    better, worse = run({"a": {"x": 1.0}, "b": {"x": 0.5}}), run({"a": {"x": 0.0}, "b": {"x": 0.0}})
    assert raised(better, floors(x=0.5)).floors == {"x": 0.75}
    assert raised(worse, floors(x=0.5)).floors == {"x": 0.5}
    with_margin = Floors(question_set="digest", margin=0.1, floors={"x": 0.7})
    assert raised(better, with_margin).floors == {"x": 0.7}, "0.75 less the margin is below the floor"
    with pytest.raises(UsageError, match="has no score 'nothing'"):
        raised(better, floors(x=0.1), ("nothing",))


def test_floors_belong_to_a_question_set_and_a_finished_run() -> None:
    measured = run({"a": {"x": 1.0}})
    with pytest.raises(UsageError, match="another question set"):
        check_floors(measured, Floors(question_set="other", floors={"x": 0.5}))
    unfinished = Run(measured.folder, measured.run | {"finished": False}, measured.questions, measured.rows)
    with pytest.raises(UsageError, match="isn't finished"):
        check_floors(unfinished, floors(x=0.5))
    with pytest.raises(UsageError, match="takedown"):
        check_floors(Run(measured.folder, measured.run, measured.questions, measured.rows, 1), floors(x=0.5))


def test_a_floors_file_is_written_read_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    with pytest.raises(UsageError, match="--raise --score NAME"):
        read_floors(path)
    made = first_floors(run({"a": {"x": 1.0, "y": 0.5}}), ("x",), 0.02)
    assert made.floors == {"x": 0.98}
    write_floors(path, made)
    assert read_floors(path) == made
    path.write_text(json.dumps({"question_set": "d", "floors": {"x": "high"}}), encoding="utf-8")
    with pytest.raises(UsageError, match=r"floors\.x"):
        read_floors(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be read as a floors file"):
        read_floors(path)


def test_a_margin_that_is_no_share_is_refused_before_a_file_is_written(tmp_path: Path) -> None:
    for margin in ("2", "nan", "-0.1", "much"):
        with pytest.raises(SystemExit):
            main(["gate", str(tmp_path), "--floors", str(tmp_path / "floors.json"), "--raise", "--margin", margin])
