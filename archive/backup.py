"""A backup is one file: the catalog, and in a table of it the files of the archive's folder that nothing can rebuild.

Those are the outlets' aliases, saved conversations, question sets, evaluation runs and reports. Put as
``catalog.sqlite3`` in an empty folder, the backup is an archive; whoever opens it first lays the files out beside it.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from archive.errors import ArchiveError
from archive.outlet_names import ALIASES_FILE
from archive.schema import connect, copy_catalog
from archive.side_files import SIDE_FOLDERS, is_database, side_files

_CACHES = frozenset({"cache"})  # what is made again by itself
_LARGEST = 900_000_000  # bytes; SQLite keeps up to 1 GB in one value
_TABLE = "files_beside"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds beside the catalog: ``files`` of the folder, and which were too large to be ``left_out``."""

    files: int
    left_out: tuple[str, ...]


def write_backup(connection: sqlite3.Connection, folder: Path, file: Path) -> BackupReport:
    """Copy the catalog and the files beside it, while both are in use.

    Begun anew where something is taken down meanwhile: a backup made after a takedown must not hold its text. Raises
    OSError, sqlite3.OperationalError, ArchiveError where takedowns don't cease.
    """
    for _ in range(_TRIES):
        try:
            return _one_backup(connection, folder, file)
        except _TakenDownMeanwhileError:
            continue
    raise ArchiveError("Articles are being taken down one after another, so there is no backup: try again later.")


class _TakenDownMeanwhileError(Exception):
    pass


def _one_backup(connection: sqlite3.Connection, folder: Path, file: Path) -> BackupReport:
    kept, left_out = 0, []

    def add_files(copy: sqlite3.Connection) -> None:
        nonlocal kept
        copy.execute(f"CREATE TABLE {_TABLE} (path TEXT PRIMARY KEY, content BLOB NOT NULL)")
        for path in _files(folder):
            name = path.relative_to(folder).as_posix()
            try:
                content = _content(path)
            except FileNotFoundError:  # deleted meanwhile
                continue
            if len(content) > _LARGEST:
                left_out.append(name)
                continue
            copy.execute(f"INSERT INTO {_TABLE} VALUES (?, ?)", (name, content))  # noqa: S608 (a constant)
            kept += 1
        copy.commit()
        if _tombstones(copy) != _tombstones(connection):
            raise _TakenDownMeanwhileError

    copy_catalog(connection, file, add_files)
    return BackupReport(kept, tuple(left_out))


def _tombstones(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM tombstones").fetchone()[0])


def is_backup(catalog: Path) -> bool:
    """Whether a catalog still holds the files that belong beside it."""
    with closing(connect(catalog)) as connection:
        found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (_TABLE,))
        return found.fetchone() is not None


def lay_out_files(catalog: Path) -> None:
    """Put the files of a backup beside it, and take them out of the catalog; what is there already stays.

    The caller holds the lock. Raises ArchiveError where a file can't be written.
    """
    folder = catalog.parent
    with closing(connect(catalog)) as connection:
        for name, content in connection.execute(f"SELECT path, content FROM {_TABLE}"):  # noqa: S608 (a constant)
            path = folder / name
            if not _belongs_beside(name) or path.exists():
                continue
            unfinished = path.with_name(path.name + ".unfinished")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                unfinished.write_bytes(content)
                unfinished.replace(path)
            except OSError as error:
                raise ArchiveError(
                    f"{path}, which the backup holds, cannot be written ({error.strerror}). "
                    "Make the folder writable and try again."
                ) from error
        connection.execute(f"DROP TABLE {_TABLE}")
        connection.execute("VACUUM")


def _belongs_beside(name: str) -> bool:
    """Whether it is a name that a backup gives; another's could lead anywhere."""
    parts = PurePosixPath(name).parts
    return name == ALIASES_FILE or (len(parts) > 1 and parts[0] in SIDE_FOLDERS and ".." not in parts)


def _files(folder: Path) -> Iterator[Path]:
    if (folder / ALIASES_FILE).is_file():
        yield folder / ALIASES_FILE
    for path in side_files(folder, ()):
        if path.relative_to(folder).parts[0] not in _CACHES:
            yield path


def _content(path: Path) -> bytes:
    """The file's bytes; of a database, which others may be writing, those of a consistent copy."""
    if not is_database(path):
        return path.read_bytes()
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "copy"
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(whole)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        return whole.read_bytes()
