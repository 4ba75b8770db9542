"""Writing anew every file that may still hold what was deleted from the catalog: both indexes, and the catalog itself.

``meta.purge`` notes from the deletion on that this is to be done, so that whoever writes next finishes what was cut
short.
"""

from __future__ import annotations

import time

from archive.catalog import Catalog
from archive.indexes import Indexes
from archive.soundness import VECTORS

LOG_TO_EMPTY = "log"  # of ``meta.purge``: all is written anew, but the catalog's file still holds the old pages
_CHECKPOINT_SECONDS = 10.0


def purge(catalog: Catalog, indexes: Indexes) -> None:
    """Write every file anew that may still hold something of what was deleted from the catalog."""
    for copy in catalog.file.parent.glob(f"{catalog.file.stem}-before-schema-*.sqlite3*"):
        copy.unlink()
    indexes.rebuild_keyword()
    if catalog.index_record(VECTORS) is not None:
        indexes.start_vectors()
    with catalog.reading() as connection:
        connection.execute("VACUUM")
        connection.execute("UPDATE meta SET value = ? WHERE key = 'purge'", (LOG_TO_EMPTY,))
    empty_log(catalog, _CHECKPOINT_SECONDS)


def empty_log(catalog: Catalog, patience_seconds: float = 0.0) -> bool:
    """Let the vacuumed catalog take the place of what its file still holds; whether that was possible.

    It isn't while somebody reads an older state: ``purge`` stays noted then, and the next writer tries again.
    """
    deadline = time.monotonic() + patience_seconds
    with catalog.reading() as connection:
        patience: int = connection.execute("PRAGMA busy_timeout").fetchone()[0]
        connection.execute("PRAGMA busy_timeout = 0")  # or SQLite waits that long for a reader before it says so
        try:
            while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                if time.monotonic() >= deadline:
                    return False
                time.sleep(0.02)
        finally:
            connection.execute(f"PRAGMA busy_timeout = {patience}")
        connection.execute("DELETE FROM meta WHERE key = 'purge'")
    return True
