"""From a thumbs-down in the chat to a test question.

The chat appends to a file of JSON lines, one verdict a line:

``{"when": "2024-05-03T14:05:00+00:00", "verdict": "up" | "down", "reason": "wrong date", "question": "...",
"asked_on": "2024-05-03", "history": [{"role", "content"}], "settings": {...}, "answer": {...}, "retrieved": [...]}``

``answer`` is what ``ask --json`` prints, ``retrieved`` what ``search --json`` prints as results. Only ``when``,
``verdict`` and ``question`` are needed. A question made of it says where it comes from and what went wrong; what a
right answer holds is for an editor to fill in: until then nothing scores it, but every report shows it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from archive.errors import UsageError
from evaluation.question_set import (
    HistoryTurn,
    is_removed,
    numbered_lines,
    parse_object,
    read_question_set,
    write_whole,
)

TAG = "thumbs-down"
_SHOWN = 5  # passages kept for the editor


class Feedback(BaseModel):
    """One verdict of a reader."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    when: datetime
    verdict: Literal["up", "down"]
    question: str = Field(min_length=1)
    reason: str = ""
    asked_on: date | None = None
    history: tuple[HistoryTurn, ...] = ()
    settings: dict[str, Any] = {}
    answer: dict[str, Any] = {}
    retrieved: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a feedback file: the records written (as they stand in the set), and what was passed over."""

    questions: tuple[dict[str, Any], ...]
    up: int
    already_there: int


def read_feedback(path: Path) -> list[Feedback]:
    """Read a feedback file. Raises UsageError naming the line and the field.

    A line that a takedown has emptied (``{"removed": ID}``) says nothing any more and is passed over.
    """
    found: list[Feedback] = []
    for number, line in numbered_lines(path):
        record = parse_object(line, path, number)
        if is_removed(record):
            continue
        try:
            found.append(Feedback.model_validate(record))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "the line"
            raise UsageError(
                f"{path}, line {number}, {field}: {first['msg']}. A line of feedback needs when, verdict and question."
            ) from None
    return found


def as_question(feedback: Feedback) -> dict[str, Any]:
    """A record for a question set. ``feedback`` in it is for the editor; evaluation passes it over."""
    spoken = "\n".join([feedback.question, str(feedback.asked_on), *(turn.content for turn in feedback.history)])
    record: dict[str, Any] = {
        "id": f"feedback-{hashlib.sha256(spoken.encode()).hexdigest()[:10]}",
        "question": feedback.question,
    }
    if feedback.asked_on:
        record["asked_on"] = feedback.asked_on.isoformat()
    if feedback.history:
        record["history"] = [turn.model_dump() for turn in feedback.history]
    record["tags"] = [TAG]
    kept = ("rank", "article_id", "external_id", "title", "outlet", "published", "url")
    record["feedback"] = {
        "when": feedback.when.isoformat(),
        "reason": feedback.reason,
        "settings": feedback.settings,
        "answer": feedback.answer.get("answer", ""),
        "refused": feedback.answer.get("refused"),
        "retrieved": [{key: one.get(key) for key in kept if key in one} for one in feedback.retrieved[:_SHOWN]],
    }
    return record


def add_to_set(feedback: Sequence[Feedback], question_set: Path, *, dry_run: bool = False) -> Added:
    """Append the thumbs-down to a set in JSON lines (made where there is none); a question already there is not added.

    Of several verdicts on one question the last counts: readers change their mind, and give the reason afterwards.
    Raises UsageError where the set can't be read or written.
    """
    known = {question.id for question in read_question_set(question_set)} if question_set.exists() else set()
    records: dict[str, dict[str, Any]] = {}
    last = {as_question(one)["id"]: one.verdict for one in feedback}
    down = [one for one in feedback if one.verdict == "down" and last[as_question(one)["id"]] == "down"]
    for one in sorted(down, key=lambda each: (bool(each.reason), bool(each.answer))):  # who tells most counts
        record = as_question(one)
        if record["id"] not in known:
            records[record["id"]] = record
    if records and not dry_run:
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records.values())
        before = question_set.read_bytes() if question_set.exists() else b""  # with the line ends it has
        between = b"\n" if before and not before.endswith(b"\n") else b""
        write_whole(question_set, before + between + lines.encode("utf-8", "replace"))
    return Added(tuple(records.values()), sum(verdict == "up" for verdict in last.values()), len(down) - len(records))
