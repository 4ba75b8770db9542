"""The question sets that belong to an archive: files in its folder ``questions/``, and such as are named besides.

Sets quote articles, so they lie where takedowns look. A set is known by its file's name and found by looking through
the folder, never by joining what somebody typed.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from archive.errors import UsageError
from evaluation.feedback import Added, add_to_set, read_feedback
from evaluation.question_forms import read_questions
from evaluation.question_set import TestQuestion, is_scored, write_whole

FOLDER = "questions"
FROM_READERS = "from-readers.jsonl"
READ_FROM = frozenset({".jsonl", ".csv", ".tsv", ".json"})
LONGEST_NAME = 80
NONE_ELSEWHERE: Mapping[str, Path] = {}
_UNFIT = re.compile(r"[^\w.-]+")


class KeepsFiles(Protocol):
    """What this needs of the archive."""

    @property
    def folder(self) -> Path:
        """The archive's folder."""

    def writing_side_files(self) -> AbstractContextManager[None]:
        """Held while a file beside the archive is written, so that no takedown rewrites it meanwhile."""


@dataclass(frozen=True, slots=True)
class SetAtHand:
    """A question set. ``problem``: why it can't be used, with file and line; then it has no questions.

    ``own``: it lies in the archive's folder, so that it can be deleted.
    """

    name: str
    path: Path
    questions: tuple[TestQuestion, ...] = ()
    problem: str = ""
    own: bool = True

    @property
    def unscored(self) -> int:
        """How many questions say nothing of what a right answer holds."""
        return sum(not is_scored(question) for question in self.questions)


def sets_at_hand(archive: Path, more: Mapping[str, Path] = NONE_ELSEWHERE) -> list[SetAtHand]:
    """Every set, by name; ``more`` are sets from elsewhere. What can't be read is there with its problem."""
    folder = archive / FOLDER
    found = [path for path in folder.iterdir() if _is_a_set(path)] if folder.is_dir() else []
    elsewhere = [_read(path, name) for name, path in more.items()]
    return elsewhere + [_read(path) for path in sorted(found)]


def find_set(archive: Path, name: str, more: Mapping[str, Path] = NONE_ELSEWHERE) -> SetAtHand | None:
    """The set of that name."""
    folder = archive / FOLDER
    if name in more:
        return _read(more[name], name)
    found = [path for path in folder.iterdir() if path.name == name and _is_a_set(path)] if folder.is_dir() else []
    return _read(found[0]) if found else None


def _is_a_set(path: Path) -> bool:
    if path.name.startswith(".") or path.name.endswith("floors.json"):
        return False
    return (path / "queries.jsonl").is_file() if path.is_dir() else path.suffix.lower() in READ_FROM


def _read(path: Path, elsewhere: str = "") -> SetAtHand:
    name = elsewhere or path.name
    try:
        return SetAtHand(name, path, tuple(read_questions(path)), own=not elsewhere)
    except UsageError as error:
        return SetAtHand(name, path, problem=str(error).replace(str(path), name), own=not elsewhere)


def keep_set(archive: KeepsFiles, name: str, content: bytes, *, replace: bool = False) -> SetAtHand:
    """Check a set that somebody hands in and keep it; JSON lines as they are, other forms as JSON lines.

    Raises UsageError naming the line that is wrong, or where a set of that name is there and isn't to be replaced.
    """
    given = file_name(name)
    if Path(given).suffix.lower() not in READ_FROM:
        raise UsageError(
            f"{given} is no form that can be read here: name it .jsonl (a question a line), .csv or .tsv (a table), or "
            ".json (MultiHop-RAG's)."
        )
    with tempfile.TemporaryDirectory(prefix="backissue-") as temporary:
        looked_at = Path(temporary) / given
        looked_at.write_bytes(content)
        try:
            questions = read_questions(looked_at)
        except UsageError as error:
            raise UsageError(str(error).replace(str(looked_at), given)) from None
    if looked_at.suffix.lower() != ".jsonl":
        lines = (
            json.dumps(one.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False) for one in questions
        )
        content = ("\n".join(lines) + "\n").encode("utf-8", "replace")
    path = archive.folder / FOLDER / f"{Path(given).stem}.jsonl"
    with archive.writing_side_files():
        if path.exists() and path.read_bytes() != content and not replace:
            raise UsageError(
                f"A set named {path.name} is there already. Choose to replace it, or give the file another name."
            )
        write_whole(path, content)
    return SetAtHand(path.name, path, tuple(questions))


def delete_set(archive: KeepsFiles, name: str) -> None:
    """Delete a set of the archive's folder. Raises UsageError where there is none."""
    found = find_set(archive.folder, name)
    if found is None or not found.path.is_file():
        raise UsageError("There is no such question set here; perhaps it was deleted.")
    with archive.writing_side_files():
        found.path.unlink(missing_ok=True)


def waiting_feedback(archive: Path, feedback: Path) -> Added | None:
    """What ``take_feedback`` would add; None where readers have said nothing yet. Raises UsageError."""
    if not feedback.is_file():
        return None
    return add_to_set(read_feedback(feedback), archive / FOLDER / FROM_READERS, dry_run=True)


def take_feedback(archive: KeepsFiles, feedback: Path) -> Added:
    """Put the answers that readers found bad into the set FROM_READERS, each once. Raises UsageError."""
    with archive.writing_side_files():
        (archive.folder / FOLDER).mkdir(exist_ok=True)
        return add_to_set(read_feedback(feedback), archive.folder / FOLDER / FROM_READERS)


def file_name(name: str) -> str:
    """A name as a file may have it: the last part of a path, without anything that means something to a system."""
    last = re.split(r"[\\/]", name)[-1]
    stem, dot, suffix = last.rpartition(".")
    stem, suffix = (stem, suffix) if dot else (suffix, "")
    stem = fit_name(stem) or "questions"
    return f"{stem}.{_UNFIT.sub('', suffix)[:10]}" if suffix else stem


def fit_name(name: str) -> str:
    """Of a name what a file's may have; empty where nothing is left."""
    return _UNFIT.sub("-", name).strip(".-")[:LONGEST_NAME]
