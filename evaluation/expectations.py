"""What a right answer holds, filled in by an editor for a question that says nothing of it yet.

Questions made of readers' verdicts keep beside them, under ``feedback``, what was answered and found, and what the
reader minded: that is shown to whoever fills in, and stays in the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.errors import UsageError
from evaluation.question_set import is_removed, is_scored, numbered_lines, parse_object, write_whole
from evaluation.sets_at_hand import KeepsFiles, SetAtHand, find_set

OWN_FORM = ".jsonl"


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question without an expectation. ``found``: (article id, headline, where and when) of what had been found."""

    id: str
    question: str
    minded: str = ""
    answered: str = ""
    found: tuple[tuple[str, str, str], ...] = ()


def open_questions(chosen: SetAtHand) -> tuple[OpenQuestion, ...]:
    """Those of a set in JSON lines that lies in the archive's folder; others can't be filled in here."""
    if not chosen.own or chosen.problem or chosen.path.suffix.lower() != OWN_FORM:
        return ()
    unscored = {question.id for question in chosen.questions if not is_scored(question)}
    records = (parse_object(line, chosen.path, number) for number, line in numbered_lines(chosen.path))
    return tuple(_open(record) for record in records if not is_removed(record) and str(record.get("id")) in unscored)


def _open(record: Mapping[str, Any]) -> OpenQuestion:
    told = record.get("feedback")
    told = told if isinstance(told, dict) else {}
    retrieved = told.get("retrieved")
    rows = [one for one in retrieved if isinstance(one, dict)] if isinstance(retrieved, list) else []
    found = tuple(
        (
            str(one.get("article_id") or ""),
            str(one.get("title") or ""),
            ", ".join(part for part in (str(one.get("outlet") or ""), str(one.get("published") or "")[:10]) if part),
        )
        for one in rows
        if one.get("article_id")
    )
    return OpenQuestion(
        str(record["id"]),
        str(record["question"]),
        str(told.get("reason") or ""),
        str(told.get("answer") or ""),
        found,
    )


def fill_in(archive: KeepsFiles, name: str, question_id: str, *, answers: tuple[str, ...], refuse: bool) -> None:
    """Write down that a right answer contains one of ``answers``, or that refusing is right.

    The other lines stay as they are. Raises UsageError: no such set or question, neither answers nor a refusal, or a
    set of another form.
    """
    if not refuse and not answers:
        raise UsageError("Write at least one string that a right answer contains, or choose that refusing is right.")
    chosen = find_set(archive.folder, name)
    if chosen is None or chosen.problem or chosen.path.suffix.lower() != OWN_FORM:
        raise UsageError("Only question sets in JSON lines in the archive's folder can be filled in here.")
    with archive.writing_side_files():
        lines, found = [], False
        for number, line in numbered_lines(chosen.path):
            record = parse_object(line, chosen.path, number)
            if isinstance(record, dict) and str(record.get("id")) == question_id:
                found = True
                record |= {"expect": "abstain"} if refuse else {"expect": "answer", "answers": list(answers)}
                lines.append(json.dumps(record, ensure_ascii=False) + "\n")
            else:
                lines.append(line + "\n")
        if not found:
            raise UsageError("There is no such question in the set; perhaps it was removed.")
        write_whole(chosen.path, "".join(lines).encode("utf-8", "replace"))
