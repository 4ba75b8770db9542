"""A run's folder: what is written there, and whether a folder can be gone on with.

``run.json`` (every setting, digest and version; the summary when finished), ``question_set.jsonl`` (the questions as
they were asked, so that reports and comparisons need no other file), ``questions.jsonl`` (a row per question, written
as soon as it is answered).
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from archive.errors import UsageError
from archive.settings import Settings
from archive.side_files import SIDE_FOLDERS
from archive.store import ArchiveStore
from evaluation.model_calls import CACHE_FILE
from evaluation.question_set import TestQuestion, is_removed, numbered_lines, parse_object

RUN_FILE, QUESTIONS_FILE, SET_FILE = "run.json", "questions.jsonl", "question_set.jsonl"
_OURS = {RUN_FILE, QUESTIONS_FILE, SET_FILE, CACHE_FILE}
PACKAGES = ("chromadb", "ir-measures", "llama-index-core", "numpy", "onnxruntime", "openai", "tantivy", "tokenizers")
_NOT_SETTINGS = ("started", "finished", "stopped", "spent", "seconds", "summary", "judge", "judged", "set_name",
                 "archive_folder")  # fmt: skip
# How the chat is served and how long a writer waits: no score depends on it.
NOT_OF_A_SCORE = {
    "archive", "wait_seconds", "host", "port", "host_names", "answers_at_once", "answers_waiting", "auth",
    "upload_bytes",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it stands in its folder. ``rows`` in the set's order; ``removed``: those that a takedown took out."""

    folder: Path
    run: dict[str, Any]
    questions: list[TestQuestion]
    rows: list[dict[str, Any]]
    removed: int = 0

    @property
    def by_id(self) -> dict[str, dict[str, Any]]:
        """The rows by question."""
        return {row["id"]: row for row in self.rows}


def read_run(folder: Path) -> Run:
    """Read a run folder, finished or not. Raises UsageError naming what is missing or broken."""
    path = folder / RUN_FILE
    try:
        run = dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UsageError(
            f"{folder} is no run: there is no {RUN_FILE}. Make one with `backissue evaluate QUESTIONS --out {folder}`."
        ) from None
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{path} isn't a run's ({error}). Make a new run.") from None
    if not (folder / SET_FILE).exists():
        raise UsageError(f"{folder} was written by an older Backissue and has no {SET_FILE}. Make a new run.")
    questions, questions_removed = _read_set(folder / SET_FILE)
    rows, removed = read_rows(folder)
    by_id = {row["id"]: row for row in rows}
    asked = [by_id[one.id] for one in questions if one.id in by_id]
    return Run(folder, run, questions, asked, max(len(removed), questions_removed))


def _read_set(path: Path) -> tuple[list[TestQuestion], int]:
    """The questions as they were asked, and how many a takedown removed. Raises UsageError naming the line."""
    questions: list[TestQuestion] = []
    removed = 0
    for number, line in numbered_lines(path):
        record = parse_object(line, path, number)
        if is_removed(record):
            removed += 1
            continue
        try:
            questions.append(TestQuestion.model_validate(record))
        except ValidationError as error:
            raise UsageError(f"{path}, line {number}: {error.errors()[0]['msg']}. Make a new run.") from None
    return questions, removed


def read_rows(folder: Path) -> tuple[list[dict[str, Any]], list[Any]]:
    """The rows so far, and what stands where a takedown removed one. A line that can't be read is asked again."""
    rows: list[dict[str, Any]] = []
    removed: list[Any] = []
    for line in _lines(folder / QUESTIONS_FILE):
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue  # cut off when the run was killed; what stands behind it is whole
        if isinstance(row, dict) and "id" in row:
            rows.append(row)
        else:
            removed.append(row)
    return rows, removed


def _lines(path: Path) -> list[str]:
    if not path.exists():
        return []
    return [line for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def write_rows(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write all rows anew; the old file stays until the new one is whole."""
    _replace(folder / QUESTIONS_FILE, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def append_row(folder: Path, row: Mapping[str, Any]) -> None:
    """Add a row that is done. The file is opened for each: a takedown may have put another in its place."""
    with (folder / QUESTIONS_FILE).open("a", encoding="utf-8", errors="replace") as file:  # half a pair, of a model's
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_run(folder: Path, run: Mapping[str, Any]) -> None:
    """Write ``run.json``."""
    _replace(folder / RUN_FILE, json.dumps(run, ensure_ascii=False, indent=2) + "\n")


def write_set(folder: Path, questions: Sequence[TestQuestion]) -> None:
    """Keep the questions with the run."""
    lines = (one.model_dump_json(exclude_defaults=True) + "\n" for one in questions)
    _replace(folder / SET_FILE, "".join(lines))


def _replace(path: Path, text: str) -> None:
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_text(text, encoding="utf-8", errors="replace")
    unfinished.replace(path)


def begin(store: ArchiveStore, folder: Path, described: Mapping[str, Any], questions: Sequence[TestQuestion]) -> None:
    """Make the folder, or go on with one of the same run. Raises UsageError for a folder that holds anything else."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"The folder {folder} cannot be made ({error.strerror}). Name another one with --out."
        ) from error
    _continue_or_refuse(folder, described)
    make_known(store, folder)
    write_set(folder, questions)
    write_run(folder, {**described, "finished": False})


def make_known(store: ArchiveStore, folder: Path) -> None:
    """Let takedowns look into a folder; into those in the archive's own they do by themselves.

    Raises UsageError for one that holds files of somebody's own: a takedown deletes whatever quotes the article.
    """
    inside = (store.folder.resolve() / name for name in SIDE_FOLDERS)
    if any(folder.resolve().is_relative_to(one) for one in inside):
        return
    held = [path.name for path in folder.iterdir() if not path.name.startswith(".")] if folder.is_dir() else []
    if held and _OURS.isdisjoint(held):
        raise UsageError(f"{folder} holds other files ({min(held)}). Name a folder of its own, which may be a new one.")
    store.register_side_folder(folder)


def _continue_or_refuse(folder: Path, described: Mapping[str, Any]) -> None:
    """A finished or different run is never overwritten or mixed with this one."""
    path = folder / RUN_FILE
    if not path.exists():
        if (folder / QUESTIONS_FILE).exists():
            raise UsageError(f"{folder} holds a {QUESTIONS_FILE} but no {RUN_FILE}. Choose another --out folder.")
        return
    try:
        earlier = dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise UsageError(f"{path} isn't a run's. Choose another --out folder, or remove this one.") from None
    if earlier.get("finished"):
        raise UsageError(f"{folder} holds a finished run. Choose another --out folder, or remove this one.")
    differing = settings_differing(earlier, described)
    if differing:
        raise UsageError(
            f"{folder} holds a run with other settings, questions or articles ({', '.join(differing)} differ). "
            "Choose another --out folder, or remove this one."
        )


def settings_differing(earlier: Mapping[str, Any], described: Mapping[str, Any]) -> list[str]:
    """What keeps a run from being gone on with: the parts of its ``run.json`` that are no longer the same."""
    return [key for key in described if key not in _NOT_SETTINGS and earlier.get(key) != described[key]]


def describe(
    store: ArchiveStore,
    questions: Sequence[TestQuestion],
    settings: Settings,
    options: Mapping[str, Any],
    language_model: str | None,
) -> dict[str, Any]:
    """Everything that a score may depend on, so that two runs can be compared."""
    digest = hashlib.sha256()
    for question in questions:
        digest.update(question.model_dump_json(exclude_defaults=True).encode())
    status = store.status()
    return {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "backissue": metadata.version("backissue"),
        "git": git_state(),
        "packages": {name: _version(name) for name in PACKAGES},
        "machine": machine(),
        "settings": settings.model_dump(mode="json", exclude=_secrets() | NOT_OF_A_SCORE),
        "archive_folder": str(store.folder.resolve()),
        "options": dict(options),
        "language_model": language_model,
        "prompts": prompt_digests(),
        "question_set": {"questions": len(questions), "sha256": digest.hexdigest()},
        "archive": {
            "generation": status.generation,
            "articles": status.articles,
            "passages": status.passages,
            "embedded": status.embedded,
            "embedder": status.embedder,
            "first_day": status.first_day.isoformat() if status.first_day else None,
            "last_day": status.last_day.isoformat() if status.last_day else None,
        },
    }


def _secrets() -> set[str]:
    return {name for name in Settings.model_fields if name.endswith("_key")}


def machine() -> dict[str, Any]:
    """The machine that the times were measured on."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def _processor() -> str | None:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return platform.processor() or None
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), None)


def git_state() -> dict[str, Any] | None:
    """The commit that the code stands at, and whether it was changed since; None where it isn't a git checkout."""
    here = Path(__file__).parents[1]
    if not (here / ".git").exists():
        return None
    try:
        commit = _git(here, "rev-parse", "HEAD")
        changes = _git(here, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return None
    return {"commit": commit, "changed": bool(changes)}


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True, timeout=10).stdout.strip()  # noqa: S603


def prompt_digests() -> dict[str, str]:
    """A digest of every prompt file."""
    files = (file for file in resources.files("prompts").iterdir() if file.name.endswith(".md"))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12] for file in sorted(files, key=str)}


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
