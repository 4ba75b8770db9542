"""Letting out what was under embargo until now, so that a reader sees it from its hour on, with no writer near."""

from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from archive.catalog import Catalog
from archive.errors import ArchiveBusyError
from archive.indexes import Indexes
from archive.lock import WriterLock
from archive.versions import is_any_due, release_due

_RELEASE_WAIT_SECONDS = 0.5

_log = logging.getLogger(__name__)


class Embargoes:
    """The articles of one archive that may not be seen before their hour."""

    def __init__(self, folder: Path, catalog: Catalog, indexes: Indexes) -> None:
        self._catalog = catalog
        self._indexes = indexes
        self._lock = WriterLock(folder, _RELEASE_WAIT_SECONDS)

    def catalog_now(self) -> Catalog:
        """The catalog as it is to be read now: those whose hour has come are let out first.

        The only thing that a reader ever writes. While somebody else writes, the next reading does it.
        """
        self._let_out()
        return self._catalog

    def _let_out(self) -> None:
        now = datetime.now(UTC)
        with self._catalog.reading() as connection:
            due = is_any_due(connection, now)
        if not due:
            return
        try:
            with self._lock.held():
                with self._catalog.writing() as connection:
                    release_due(connection, now)
                if self._indexes.keyword() is not None:
                    self._indexes.catch_up_keyword()
        except (ArchiveBusyError, OSError, sqlite3.OperationalError) as error:
            _log.info("what is no longer under embargo stays hidden until somebody can write: %s", error)
