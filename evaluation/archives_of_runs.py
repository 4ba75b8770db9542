"""The archive that a run was over, while something is made of the run: it may be in use, elsewhere by now, or gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from archive.lock import WriterLock
from archive.schema import CATALOG_FILE
from archive.settings import Settings
from archive.store import ArchiveStore
from evaluation.run_folder import make_known, read_run


@contextmanager
def archive_of(run_folder: Path, settings: Settings) -> Iterator[ArchiveStore | None]:
    """The archive that a run was over; None where it isn't there any more."""
    folder = _archive_folder(run_folder)
    if folder is None:
        yield None
        return
    with ArchiveStore.open(folder, wait_seconds=settings.wait_seconds) as store:
        yield store


@contextmanager
def no_takedown(run_folders: Sequence[Path], settings: Settings) -> Iterator[None]:
    """Held from reading runs' rows until the report of them is written: a takedown between would be undone."""
    archives = {folder.resolve() for run in run_folders if (folder := _archive_folder(run)) is not None}
    with ExitStack() as held:
        for folder in sorted(archives):  # in one order, so that two commands never wait for each other
            held.enter_context(WriterLock(folder, settings.wait_seconds).held())
        yield


def make_known_to_archive_of(run: Path, report_folder: Path, settings: Settings) -> None:
    """Let takedowns of the run's archive, too, find the report that quotes it."""
    if _archive_folder(run) == _archive_folder(report_folder):
        return
    with archive_of(run, settings) as store:
        if store is not None:
            make_known(store, report_folder)


def _archive_folder(run_folder: Path) -> Path | None:
    folder = Path(read_run(run_folder).run.get("archive_folder") or "")
    return folder if (folder / CATALOG_FILE).is_file() else None
