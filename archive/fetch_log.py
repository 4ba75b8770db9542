"""What ingestion remembers of addresses between two nights. It says when and as what they were fetched, nothing of it.

Kept in the catalog, so that a backup has it, and a takedown forgets the addresses of what it removes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archive.catalog import Catalog
from archive.url_spellings import spellings


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """The last fetch of ``url`` that came to rest in the archive. ``final_url`` is where redirects led.

    ``etag`` and ``last_modified`` are the server's words; ``digest`` is the content's SHA-256.
    """

    url: str
    final_url: str
    etag: str
    last_modified: str
    digest: bytes
    fetched_at: datetime  # UTC


class FetchLog:
    """The records, by the address that was asked for. Thread-safe."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def recall(self, url: str) -> FetchRecord | None:
        """What is known of an address, or None."""
        with self._catalog.reading() as connection:
            row = connection.execute(
                "SELECT url, final_url, etag, last_modified, digest, fetched_at FROM fetched WHERE url = ?", (url,)
            ).fetchone()
        return (
            None if row is None else FetchRecord(row[0], row[1], row[2], row[3], row[4], datetime.fromisoformat(row[5]))
        )

    def remember(self, record: FetchRecord) -> None:
        """Keep it, in place of what was known. One small transaction; no article changes, nor does the generation."""
        with self._catalog.writing(counted=False) as connection:
            connection.execute(
                "INSERT OR REPLACE INTO fetched VALUES (?, ?, ?, ?, ?, ?)",
                (
                    record.url,
                    record.final_url,
                    record.etag,
                    record.last_modified,
                    record.digest,
                    record.fetched_at.isoformat(),
                ),
            )


def forget(connection: sqlite3.Connection, urls: Iterable[str]) -> None:
    """Strike out every record of these addresses, however they were spelt; inside the caller's transaction."""
    for url in urls:
        for name in spellings(url):
            connection.execute("DELETE FROM fetched WHERE url = ? OR final_url = ?", (name, name))
