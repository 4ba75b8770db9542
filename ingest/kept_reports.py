"""The reports of the last runs, kept with the archive: what was rejected last night can be looked up in the morning.

Each is a file of JSON lines under ``ingests/`` in the archive's folder: the numbers, the title, then a line for every
rejected document and every note. A takedown replaces the lines that name what it removes (see archive/side_files.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from ingest.document import Noted, Rejected
from ingest.report import IngestReport

FOLDER = "ingests"
MOST_KEPT = 50
_LONGEST_TITLE = 300
_ID = re.compile(r"\d{8}T\d{6}Z-\d{1,3}")


class KeepsReports(Protocol):
    """What keeping needs of the archive."""

    @property
    def folder(self) -> Path:
        """The archive's folder."""

    def writing_side_files(self) -> AbstractContextManager[None]:
        """Held while a file beside the archive is written. Raises ArchiveBusyError."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of which the report is kept. ``numbers`` are IngestReport.as_json's without rows; times are UTC.

    ``by`` is who started it in a browser; "" for a command line, and where there are no users.
    """

    report_id: str
    title: str
    by: str
    started: datetime
    ended: datetime
    numbers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A run with every row: what was rejected, and what is to be known of sources."""

    run: Run
    rejected: tuple[Rejected, ...]
    notes: tuple[Noted, ...]


def title_of(places: Sequence[str]) -> str:
    """What a run is called by what it read: the first few names, and how many more."""
    title = ", ".join(places[:3])[:_LONGEST_TITLE]
    return f"{title} and {len(places) - 3:,} more" if len(places) > 3 else title


def keep_report(archive: KeepsReports, report: IngestReport, *, title: str, by: str, started: datetime) -> str:
    """Keep the report of a run that has just ended; gives its id. The oldest beyond MOST_KEPT goes.

    Raises ArchiveBusyError.
    """
    value = report.as_json()
    rejected, notes = value.pop("rejected"), value.pop("notes")
    run = {"by": by, "started": started.isoformat(), "ended": datetime.now(UTC).isoformat(), "numbers": value}
    rows: list[dict[str, Any]] = [{"run": run}, {"title": title[:_LONGEST_TITLE]}]
    rows += [{"rejected": row} for row in rejected]
    rows += [{"note": row} for row in notes]
    # in ASCII: halves of surrogate pairs in a file's name have no other form, and no line ends inside a line
    content = "".join(json.dumps(row) + "\n" for row in rows)
    with archive.writing_side_files():
        folder = archive.folder / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        kept = _files(folder)
        for old in kept[: max(0, len(kept) - MOST_KEPT + 1)]:
            old.unlink()
        moment = started.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        taken = {file.stem for file in kept}
        report_id = next(name for number in range(1000) if (name := f"{moment}-{number}") not in taken)
        unfinished = folder / f"{report_id}.unfinished"
        unfinished.write_text(content, encoding="ascii")
        unfinished.replace(folder / f"{report_id}.jsonl")
    return report_id


def kept_runs(archive: KeepsReports) -> list[Run]:
    """The runs of which there is a report, the latest first."""
    found = []
    for file in reversed(_files(archive.folder / FOLDER)):
        lines = _lines(file)
        run = _run(file.stem, next(lines, None), next(lines, None))
        if run is not None:
            found.append(run)
    return found


def kept_report(archive: KeepsReports, report_id: str) -> KeptReport | None:
    """One report; None where there is none of that id (any more)."""
    if not _ID.fullmatch(report_id):
        return None
    lines = _lines(archive.folder / FOLDER / f"{report_id}.jsonl")
    run = _run(report_id, next(lines, None), next(lines, None))
    if run is None:
        return None
    rejected: list[Rejected] = []
    notes: list[Noted] = []
    for line in lines:
        if isinstance(row := line.get("rejected"), dict):
            rejected.append(Rejected(str(row.get("source")), row.get("line"), str(row.get("reason"))))
        elif isinstance(row := line.get("note"), dict):
            notes.append(Noted(str(row.get("source")), str(row.get("note"))))
    return KeptReport(run, tuple(rejected), tuple(notes))


def _files(folder: Path) -> list[Path]:
    """The reports' files, the oldest first."""
    return sorted((file for file in folder.glob("*.jsonl") if _ID.fullmatch(file.stem)), key=_order)


def _order(file: Path) -> tuple[str, int]:
    moment, _, number = file.stem.partition("-")
    return moment, int(number)


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file; a line that a takedown has replaced is one of them, nothing else is."""
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    value = json.loads(line)
                except ValueError:
                    value = None
                yield value if isinstance(value, dict) else {}
    except FileNotFoundError:
        return


def _run(report_id: str, head: Mapping[str, Any] | None, named: Mapping[str, Any] | None) -> Run | None:
    run = (head or {}).get("run")
    if not isinstance(run, dict) or not isinstance(run.get("numbers"), dict):
        return None
    try:
        started, ended = (datetime.fromisoformat(str(run[name])) for name in ("started", "ended"))
    except (KeyError, ValueError):
        return None
    title = str((named or {}).get("title", ""))
    return Run(report_id, title, str(run.get("by", "")), started, ended, run["numbers"])
