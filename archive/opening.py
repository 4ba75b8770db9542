"""Making a folder fit to be opened as an archive: made, brought up to today's schema, a backup laid out."""

from __future__ import annotations

from pathlib import Path

from archive.backup import is_backup, lay_out_files
from archive.errors import ArchiveError, ArchiveNotFoundError
from archive.lock import WriterLock
from archive.schema import create_catalog, migrate, needs_migration


def make_folder(folder: Path, *, create: bool) -> None:
    """Make the folder if that was asked for. Raises ArchiveNotFoundError if not, ArchiveError where it can't be."""
    if not create:
        raise ArchiveNotFoundError(
            f"There is no archive in {folder}. Make one with `backissue ingest SOURCE`, "
            "or name another folder with --archive."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveError(
            f"The folder {folder} cannot be made ({error.strerror}). Name another one with --archive."
        ) from error


def make_ready(file: Path, lock: WriterLock) -> None:
    """Make the catalog, bring it up to date, or lay out the backup that it is: whichever it needs, under the lock."""
    if not file.is_file():
        with lock.held():
            if not file.is_file():
                unfinished = file.with_name("catalog.unfinished")
                for leftover in file.parent.glob("catalog.unfinished*"):
                    leftover.unlink()
                create_catalog(unfinished)
                unfinished.replace(file)
    if needs_migration(file):
        with lock.held():
            migrate(file)
    if is_backup(file):
        with lock.held():
            if is_backup(file):
                lay_out_files(file)
