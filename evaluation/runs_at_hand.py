"""The runs that belong to an archive: the folders in ``runs/`` of its folder, whoever made them.

A run is known by its folder's name and found by looking through ``runs/``, never by joining what somebody typed.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.errors import UsageError
from evaluation.gate import Gated, check_floors, read_floors
from evaluation.report import REPORT_FILE, write_report
from evaluation.run_folder import RUN_FILE, Run
from evaluation.sets_at_hand import FOLDER as SETS_FOLDER
from evaluation.sets_at_hand import KeepsFiles, fit_name

FOLDER = "runs"
CACHE = "model-cache"  # beside the runs, as on the command line


@dataclass(frozen=True, slots=True)
class RunAtHand:
    """A run in a list: what its ``run.json`` holds."""

    name: str
    folder: Path
    run: Mapping[str, Any]

    @property
    def finished(self) -> bool:
        """Whether every question was asked."""
        return bool(self.run.get("finished"))

    @property
    def has_scores(self) -> bool:
        """Whether there is a summary to show: it ended, or was stopped cleanly."""
        return "summary" in self.run

    @property
    def questions(self) -> int:
        """How many questions its set has."""
        return int(self.run["question_set"]["questions"])

    @property
    def set_digest(self) -> str:
        """Which questions it asked."""
        return str(self.run["question_set"]["sha256"])

    @property
    def started(self) -> datetime:
        """When it began, or was last gone on with (UTC)."""
        return datetime.fromisoformat(self.run["started"])


def runs_at_hand(archive: Path) -> list[RunAtHand]:
    """Every run, the latest first. A folder that holds no run that can be read is passed over."""
    folder = archive / FOLDER
    found = [_read(path) for path in folder.iterdir()] if folder.is_dir() else []
    return sorted((run for run in found if run is not None), key=lambda run: (run.started, run.name), reverse=True)


def find_run(archive: Path, name: str) -> RunAtHand | None:
    """The run of that name."""
    folder = archive / FOLDER
    found = [path for path in folder.iterdir() if path.name == name] if folder.is_dir() else []
    return _read(found[0]) if found else None


def _read(folder: Path) -> RunAtHand | None:
    try:
        run = RunAtHand(folder.name, folder, dict(json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))))
        return run if run.questions >= 0 and run.started and run.set_digest and run.run["options"] else None
    except (OSError, ValueError, TypeError, KeyError):
        return None  # no run, being deleted, or of a version of long ago


def new_run_folder(archive: Path, wanted: str) -> Path:
    """A folder in ``runs/`` that isn't there yet, named like ``wanted``; another such name gets a number."""
    name = fit_name(wanted) or "run"
    folder = archive / FOLDER
    number = 1
    while (folder / (name if number == 1 else f"{name}-{number}")).exists():
        number += 1
    return folder / (name if number == 1 else f"{name}-{number}")


def delete_run(archive: KeepsFiles, name: str) -> None:
    """Delete a run with all its files. Raises UsageError where there is none, or a file can't be deleted."""
    found = find_run(archive.folder, name)
    if found is None:
        raise UsageError("There is no such run; perhaps it was deleted.")
    with archive.writing_side_files():
        try:
            shutil.rmtree(found.folder)
        except OSError as error:
            raise UsageError(f"{found.folder} cannot be deleted ({error.strerror}).") from None


def report_of(archive: KeepsFiles, run: RunAtHand) -> Path:
    """The run's report.html, written anew where it is missing or older than the run.

    Raises UsageError, ArchiveBusyError.
    """
    report = run.folder / REPORT_FILE
    if not report.is_file() or report.stat().st_mtime < (run.folder / RUN_FILE).stat().st_mtime:
        with archive.writing_side_files():  # no takedown between reading the rows and writing them down again
            write_report(run.folder)
    return report


def floors_of(archive: Path, run: Run, more: Sequence[Path] = ()) -> tuple[Path, list[Gated]] | None:
    """The floors of the run's questions, with the file they stand in: a file ``*floors.json`` beside the sets.

    None where there are none of these questions, or the run can't be held to them (unfinished, or bereft of questions).
    """
    folder = archive / SETS_FOLDER
    own = sorted(folder.glob("*floors.json")) if folder.is_dir() else []
    for path in [*own, *more]:
        try:
            return path, check_floors(run, read_floors(path))
        except UsageError:
            continue  # floors of other questions, or no floors file: others may fit
    return None
