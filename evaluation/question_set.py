"""Test questions: JSON lines, one question a line, checked field by field."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from archive.errors import UsageError


class HistoryTurn(BaseModel):
    """What was said before a follow-up question."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Literal["user", "assistant"]
    content: str


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("it is blank, and would count as found everywhere")
    return text


NotBlank = Annotated[str, AfterValidator(_not_blank)]


class TestQuestion(BaseModel):
    """A question and what a right answer to it holds. Only ``id`` and ``question`` are needed.

    ``answers``: strings, any of which a right answer contains. ``relevant``: article ids (the archive's or the
    source's own) or URLs; ``grades``: how relevant each is (1 where none is given; for nDCG). ``judged``: all that
    somebody judged, the irrelevant ones too, where the set tells (BEIR, TREC). ``facts``: passages of
    text that the evidence must contain. ``assertions``: statements that a right answer meets. ``kind``: what sort of
    question it is, for the summary (else it follows from the fields). Fields that Backissue doesn't know are kept out
    of the way, not refused: sets are shared.
    """

    __test__ = False  # not a pytest class

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    asked_on: date | None = None
    answers: tuple[NotBlank, ...] = ()
    expect: Literal["answer", "abstain"] | None = None
    relevant: tuple[NotBlank, ...] = ()
    grades: dict[str, int] = {}
    judged: tuple[str, ...] = ()
    facts: tuple[NotBlank, ...] = ()
    assertions: tuple[NotBlank, ...] = ()
    history: tuple[HistoryTurn, ...] = ()
    tags: tuple[str, ...] = ()
    kind: str | None = None


def kind_of(question: TestQuestion) -> str:
    """The kind that a question belongs to in the summary: its own, or what its fields make it."""
    if question.kind:
        return question.kind
    if question.expect == "abstain":
        return "unanswerable"
    if question.history:
        return "follow-up"
    return "several facts" if len(question.facts) > 1 else "one fact"


def is_scored(question: TestQuestion) -> bool:
    """Whether it says anything of what a right answer holds."""
    held = (question.answers, question.relevant, question.facts, question.assertions, question.expect)
    return any(held)


def read_question_set(path: Path) -> list[TestQuestion]:
    """Read a question set in JSON lines; blank lines are passed over. Other forms: evaluation/question_forms.

    Raises UsageError naming the file, the line and the field: a score over half a question set misleads, so one bad
    line stops the evaluation before it starts.
    """
    records = [(number, parse_object(line, path, number)) for number, line in numbered_lines(path)]
    return checked(((number, record) for number, record in records if not is_removed(record)), path)


def is_removed(record: object) -> bool:
    """Whether a takedown put this in the place of a record that quoted an article."""
    return isinstance(record, dict) and set(record) == {"removed"}


def read_text(path: Path) -> str:
    """A file as UTF-8. Raises UsageError naming it."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"There is no question set {path}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as UTF-8 text: {error}.") from None


def numbered_lines(path: Path) -> list[tuple[int, str]]:
    """The lines that aren't blank, with their numbers from 1."""
    lines = enumerate(read_text(path).split("\n"), start=1)
    return [(number, line.strip("\r")) for number, line in lines if line.strip()]


def parse_object(text: str, path: Path, number: int) -> Any:  # noqa: ANN401 (any JSON value)
    """One line's JSON. Raises UsageError naming file and line."""
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise UsageError(
            f"{path}, line {number}: not JSON ({error}). Each line holds one question as an object."
        ) from None


def checked(records: Iterable[tuple[int, Any]], path: Path, place: str = "line") -> list[TestQuestion]:
    """Questions from (place, record) pairs. Raises UsageError for a field that is wrong, an id met twice, or none."""
    questions: list[TestQuestion] = []
    seen: dict[str, int] = {}
    for number, record in records:
        try:
            question = TestQuestion.model_validate(record)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "the line"
            raise UsageError(f"{path}, {place} {number}, {field}: {first['msg']}.") from None
        if question.id in seen:
            raise UsageError(
                f"{path}, {place} {number}: the id {question.id!r} stands already in {place} {seen[question.id]}."
            )
        seen[question.id] = number
        questions.append(question)
    if not questions:
        raise UsageError(f"{path} holds no question.")
    return questions


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody sees half of it. Raises UsageError where that is impossible."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(path.name + ".unfinished")
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}). Name another file.") from None
