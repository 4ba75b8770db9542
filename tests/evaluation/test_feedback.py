"""A thumbs-down becomes a test question, once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archive.errors import UsageError
from evaluation.feedback import Feedback, add_to_set, read_feedback
from evaluation.question_set import read_question_set


def line(question: str, verdict: str = "down", **more: Any) -> str:
    return json.dumps({"when": "2024-05-03T14:05:00+00:00", "verdict": verdict, "question": question, **more}) + "\n"


def test_thumbs_down_are_added_once(tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    passage = {"rank": 1, "article_id": "a", "title": "Bridge", "text": "long", "score": 1.0}
    told = {"asked_on": "2024-05-03", "history": [{"role": "user", "content": "And?"}], "reason": "wrong day"}
    file.write_text(
        line("When does it open?", **told, answer={"answer": "On Friday.", "refused": False}, retrieved=[passage])
        + line("When does it open?", **told)
        + line("Who is she?", "up"),
        encoding="utf-8",
    )
    target = tmp_path / "set.jsonl"
    target.write_text('{"id": "1", "question": "Mine?"}', encoding="utf-8")  # without a line's end
    assert len(add_to_set(read_feedback(file), target, dry_run=True).questions) == 1
    assert len(read_question_set(target)) == 1
    added = add_to_set(read_feedback(file), target)
    assert (len(added.questions), added.up, added.already_there) == (1, 1, 1)
    mine, theirs = read_question_set(target)
    assert mine.id == "1"
    assert (theirs.question, theirs.tags, str(theirs.asked_on)) == (
        "When does it open?",
        ("thumbs-down",),
        "2024-05-03",
    )
    assert theirs.history[0].content == "And?"
    record = json.loads(target.read_text(encoding="utf-8").splitlines()[1])
    assert record["feedback"]["reason"] == "wrong day"
    assert record["feedback"]["retrieved"] == [{"rank": 1, "article_id": "a", "title": "Bridge"}]
    again = add_to_set(read_feedback(file), target)
    assert (len(again.questions), again.already_there) == (0, 2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{\n", "line 1: not JSON"),
        ('{"verdict": "down", "question": "?"}\n', "line 1, when: Field required.*needs when, verdict and question"),
        (line("?", "sideways"), "line 1, verdict"),
    ],
)
def test_what_is_wrong_with_feedback_is_named(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "feedback.jsonl"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        read_feedback(file)


def test_the_lines_that_are_there_stay_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    there = b'\xef\xbb\xbf{"id": "a", "question": "Who?"}\r\n{"id": "b", "question": "What?"}'
    path.write_bytes(there)
    one = Feedback.model_validate({"when": "2024-05-03T14:05:00+00:00", "verdict": "down", "question": "When?"})
    add_to_set([one], path)
    assert path.read_bytes().startswith(there + b"\n") and len(read_question_set(path)) == 3
