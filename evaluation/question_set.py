"""Test questions: JSON lines, one question a line, checked field by field."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from archive.errors import UsageError


class HistoryTurn(BaseModel):
    """What was said before a follow-up question."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Literal["user", "assistant"]
    content: str


class TestQuestion(BaseModel):
    """A question and what a right answer to it holds. Only ``id`` and ``question`` are needed.

    ``answers``: strings, any of which a right answer contains. ``relevant``: article ids (the archive's or the
    source's own) or URLs. ``facts``: passages of text that the evidence must contain. ``assertions``: statements that a
    right answer meets. Fields that Backissue doesn't know are kept out of the way, not refused: sets are shared.
    """

    __test__ = False  # not a pytest class

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    asked_on: date | None = None
    answers: tuple[str, ...] = ()
    expect: Literal["answer", "abstain"] | None = None
    relevant: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    assertions: tuple[str, ...] = ()
    history: tuple[HistoryTurn, ...] = ()
    tags: tuple[str, ...] = ()


def read_question_set(path: Path) -> list[TestQuestion]:
    """Read a question set; blank lines are passed over.

    Raises UsageError naming the file, the line and the field: a score over half a question set misleads, so one bad
    line stops the evaluation before it starts.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise UsageError(f"There is no question set {path}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as UTF-8 text: {error}.") from None
    questions: list[TestQuestion] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        question = _parse(line, path, number)
        if question.id in seen:
            raise UsageError(
                f"{path}, line {number}: the id {question.id!r} stands already in line {seen[question.id]}."
            )
        seen[question.id] = number
        questions.append(question)
    if not questions:
        raise UsageError(f"{path} holds no question.")
    return questions


def _parse(line: str, path: Path, number: int) -> TestQuestion:
    try:
        record: Any = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise UsageError(
            f"{path}, line {number}: not JSON ({error}). Each line holds one question as an object."
        ) from None
    try:
        return TestQuestion.model_validate(record)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the line"
        raise UsageError(f"{path}, line {number}, {field}: {first['msg']}.") from None
