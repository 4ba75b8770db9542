"""The archive in numbers: what `backissue status` prints."""

from __future__ import annotations

from pathlib import Path

from archive import contents
from archive.catalog import Catalog
from archive.files_below import files_below
from archive.filters import SearchFilter
from archive.indexes import Indexes
from archive.lock import WriterLock
from archive.records import Status
from archive.schema import SCHEMA_VERSION

_COUNTS = {
    "generation": "SELECT value FROM meta WHERE key = 'generation'",
    "versions": "SELECT count(*) FROM versions",
    "passages": "SELECT count(*) FROM passages",
    "clusters_of_copies": "SELECT count(*) FROM "
    "(SELECT 1 FROM articles WHERE current IS NOT NULL GROUP BY cluster HAVING count(*) > 1)",
    "embargoed": "SELECT count(*) FROM articles WHERE status = 'embargoed'",
    "withheld": "SELECT count(*) FROM articles WHERE status IN ('withheld', 'canceled')",
    "tombstones": "SELECT count(DISTINCT article_id) FROM tombstones",
}


def status_of(folder: Path, catalog: Catalog, indexes: Indexes, lock: WriterLock) -> Status:
    """Counted in one transaction, so that the numbers belong together."""
    with catalog.reading() as connection:
        connection.execute("BEGIN")
        covered = contents.coverage(connection, SearchFilter())
        numbers = {name: int(connection.execute(query).fetchone()[0]) for name, query in _COUNTS.items()}
        waiting = int(connection.execute("SELECT count(*) FROM pending").fetchone()[0])
        connection.execute("COMMIT")
    embedder = catalog.meta("embedder")
    return Status(
        folder=str(folder),
        schema_version=SCHEMA_VERSION,
        articles=covered.articles,
        embedded=numbers["passages"] - waiting,
        outlets=covered.outlets,
        undated=covered.undated,
        first_day=covered.first_day,
        last_day=covered.last_day,
        embedder=None if embedder is None else str(embedder),
        indexes=indexes.status(),
        disk_bytes=size_of(folder),
        writer=lock.holder(),
        **numbers,
    )


def size_of(folder: Path) -> int:
    """Bytes of all files; one that a writer deletes meanwhile doesn't count."""
    size = 0
    for path in files_below(folder):
        try:
            size += path.stat().st_size
        except FileNotFoundError:
            continue
    return size
