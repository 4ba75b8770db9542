"""ArchiveStore: the archive as everything else sees it. Opens catalog and indexes and keeps them in step.

Writing: one catalog transaction, then the keyword index (searchable), then vectors. All that only reads stands in
reader.py.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

from archive.admission import admit_all, utc_now
from archive.backup import BackupReport, write_backup
from archive.catalog import Catalog
from archive.editing import EditReport, edit, report_of
from archive.embedder import Embedder
from archive.embedding import Wanted, embed_pending, embedding_text, fill_vector_index
from archive.errors import ArchiveError, EmbedderMismatchError
from archive.fetch_log import FetchLog
from archive.indexes import Progress
from archive.lock import WriterLock
from archive.opening import make_folder, make_ready
from archive.purge import LOG_TO_EMPTY, empty_log, purge
from archive.reader import ArchiveReader
from archive.records import (
    AddResult,
    CoverageCounts,
    Hit,
    IncomingArticle,
    LedgerEntry,
    LockHolder,
    Outcome,
    Status,
    VerifyReport,
)
from archive.removal_report import RemovalReport, RemovedArticle
from archive.removal_selection import RemovalSelector, numbers_of_outlet
from archive.repeated_lines import repeated_lines
from archive.rewriting import KeptInput, kept_inputs, rewrite_version
from archive.schema import CATALOG_FILE
from archive.status import status_of
from archive.takedown import remove_articles
from archive.vectors import drop_all_vectors
from archive.verify import verify_archive

__all__ = [
    "AddResult",
    "ArchiveStore",
    "CoverageCounts",
    "Hit",
    "IncomingArticle",
    "LedgerEntry",
    "LockHolder",
    "Outcome",
    "RemovalReport",
    "RemovalSelector",
    "RemovedArticle",
    "Status",
    "VerifyReport",
    "embedding_text",
]

_INPUTS_AT_A_TIME = 50


def _never() -> bool:
    return False


class ArchiveStore(ArchiveReader):
    """One archive folder, opened. Thread-safe; other processes may have it open too."""

    def __init__(self, folder: Path, catalog: Catalog, lock: WriterLock, embedder: Embedder | None) -> None:
        super().__init__(folder, catalog)
        self.embedder = embedder
        self._lock = lock
        self._opened_at = time.time()
        self._embedding = threading.Lock()

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        embedder: Embedder | None = None,
        create: bool = False,
        wait_seconds: float = 60,
        replace_embedder: bool = False,
    ) -> ArchiveStore:
        """Open the archive in ``folder``.

        With ``replace_embedder`` the vectors of another embedder are dropped, to be made anew by ``embed_pending``.
        Raises ArchiveNotFoundError, ArchiveDamagedError, SchemaError, EmbedderMismatchError, and ArchiveBusyError when
        the catalog must be created, migrated or laid out and another process writes for longer than ``wait_seconds``.
        """
        file = folder / CATALOG_FILE
        if not file.is_file():
            make_folder(folder, create=create)
        lock = WriterLock(folder, wait_seconds)
        make_ready(file, lock)
        catalog = Catalog(file)
        store = cls(folder, catalog, lock, embedder)
        try:
            store._agree_on_embedder(replace_embedder)
            store._indexes.begin_checks()
        except BaseException:
            store.close()
            raise
        return store

    def _agree_on_embedder(self, replace: bool) -> None:
        known = self.embedder_name
        if self.embedder is None or known is None or known == self.embedder.name:
            return
        if not replace:
            raise EmbedderMismatchError(
                f"The archive's vectors were made by {known!r}, not by {self.embedder.name!r}. Set the embedder back, "
                "or make all vectors anew with `backissue embed --replace`."
            )
        with self._lock.held():
            with self._catalog.writing() as connection:
                drop_all_vectors(connection)
            self._indexes.start_vectors()

    def close(self) -> None:
        """Let go of all files."""
        self._indexes.close()
        self._catalog.close()

    def __enter__(self) -> ArchiveStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- writing -----------------------------------------------------------------------------------------------------

    def add(self, batch: Sequence[IncomingArticle]) -> list[AddResult]:
        """Take a batch in: kept and searchable by its words when this returns. Results in the batch's order.

        Raises ArchiveBusyError; nothing of the batch is kept then.
        """
        if not batch:
            return []
        with self._lock.held():
            now = utc_now()
            with self._catalog.writing() as connection:
                results = admit_all(connection, batch, now)
            self._get_ready()
        return results

    def foresee(self, batch: Sequence[IncomingArticle]) -> list[AddResult]:
        """What ``add`` would answer; nothing is kept. Raises ArchiveBusyError."""
        with self._lock.held():
            now = utc_now()
            with self._catalog.rehearsing() as connection:
                return admit_all(connection, batch, now)

    def repeated_lines(self) -> dict[str, frozenset[int]]:
        """Digests of the lines that outlets print under one article after another, by outlet: not the story."""
        with self._catalog.reading() as connection:
            return repeated_lines(connection)

    @property
    def fetch_log(self) -> FetchLog:
        """What is remembered of addresses that articles were fetched from."""
        return FetchLog(self._catalog)

    def embed_pending(
        self,
        *,
        limit: int | None = None,
        article: str | None = None,
        should_stop: Callable[[], bool] = _never,
        on_progress: Progress | None = None,
    ) -> int:
        """Make the vectors that are missing (of one article), newest articles first; returns how many were made.

        Batches of 64 passages, each kept at once: stopped or killed at any moment, the next call goes on. Embedding
        itself holds no lock. Passages that another process is embedding are left to it. ``on_progress(done, total)``.
        """
        if self.embedder is None:
            raise ArchiveError("The archive was opened without an embedder.")
        with self._embedding:
            return embed_pending(
                self._catalog,
                self._indexes,
                self._lock,
                self.embedder,
                alive_since=self._opened_at,
                wanted=Wanted(limit, None if article is None else self._catalog.number_of(article)),
                should_stop=should_stop,
                on_progress=on_progress,
            )

    def edit(self, name: str, values: Mapping[str, Any], clear: Collection[str] = ()) -> EditReport:
        """Set fields of an article by hand (values as ``editing.value_by_hand`` gives them), or take edits back.

        They hold for every version, those to come included. Found by their new words at once; where the title changed,
        ``embed_pending(article=...)`` makes the vectors anew. Raises UnknownArticleError, UsageError, ArchiveBusyError.
        """
        with self._lock.held():
            number = self._catalog.number_of(name)
            before = self._catalog.article(number)
            if values or clear:
                with self._catalog.writing() as connection:
                    edit(connection, number, values, clear, utc_now())
                self._get_ready()
            with self._catalog.reading() as connection:
                return report_of(connection, number, before, self._catalog.article(number))

    def kept_inputs(self, names: Sequence[str] = (), outlet: str | None = None) -> tuple[int, Iterator[KeptInput]]:
        """(how many, and one by one) the inputs of these articles' versions, of an outlet's, or else of all.

        What is under embargo or withheld is among them. Raises UnknownArticleError before the first.
        """
        numbers = {self._catalog.number_of(name, hidden=True) for name in names}
        with self._catalog.reading() as connection:
            if outlet:
                numbers |= set(numbers_of_outlet(connection, outlet))
            rows = connection.execute("SELECT id, article FROM versions ORDER BY id").fetchall()
        everything = not (names or outlet)
        versions = [version for version, number in rows if everything or number in numbers]

        def each() -> Iterator[KeptInput]:
            for start in range(0, len(versions), _INPUTS_AT_A_TIME):
                with self._catalog.reading() as connection:
                    yield from list(kept_inputs(connection, versions[start : start + _INPUTS_AT_A_TIME]))

        return len(versions), each()

    def rewrite(self, batch: Sequence[tuple[int, IncomingArticle]], *, dry_run: bool = False) -> list[set[str]]:
        """Give versions (``KeptInput.version``) the text of another reading of their input; what changed of each.

        Both indexes follow; new passages wait for their vectors. With ``dry_run`` nothing is kept.
        """
        transaction = self._catalog.rehearsing if dry_run else self._catalog.writing
        with self._lock.held():
            with transaction() as connection:
                now = utc_now()
                results = [rewrite_version(connection, version, incoming, now) for version, incoming in batch]
            if not dry_run and any(results):
                self._get_ready()
        return results

    def repair(self, on_progress: Progress | None = None, *, should_stop: Callable[[], bool] = _never) -> list[str]:
        """Bring both indexes up to the catalog, rebuilding what is damaged; returns what was wrong, in sentences.

        What a writing command and the chat's background worker call first; quick when all is well.
        """
        with self._lock.held():
            found = self._indexes.problems()
            self._indexes.let_go_of_replaced()
            self._get_ready(on_progress)
            self.finish_cancellations()
        fill_vector_index(self._indexes, self._lock, should_stop=should_stop, on_progress=on_progress)
        return found

    def _get_ready(self, on_progress: Progress | None = None) -> None:
        """Finish what a killed writer left: the purge of a takedown, changes that the keyword index lacks."""
        waiting = self._catalog.meta("purge")
        if waiting == LOG_TO_EMPTY:
            empty_log(self._catalog)
        elif waiting is not None:
            purge(self._catalog, self._indexes)
        self._indexes.catch_up_keyword(on_progress)

    def remove(
        self,
        selector: RemovalSelector,
        reason: str,
        *,
        dry_run: bool = False,
        on_progress: Progress | None = None,
    ) -> RemovalReport:
        """Take articles down: see takedown.py for what that covers. With ``dry_run`` only say which.

        Raises UnknownArticleError for a name that neither is nor was here, UsageError for an empty selector, and
        ArchiveError for a query while the keyword index is damaged.
        """
        with self._lock.held():
            if not dry_run:
                self._get_ready()
            report = remove_articles(self._catalog, self._indexes, self.folder, selector, reason, dry_run=dry_run)
        if report.removed and not dry_run:
            self._search.windows.forget()
            fill_vector_index(self._indexes, self._lock, should_stop=_never, on_progress=on_progress)
        return report

    def writing_side_files(self) -> AbstractContextManager[None]:
        """Held while a file that quotes the archive is written beside it, so that no takedown rewrites it meanwhile.

        Raises ArchiveBusyError.
        """
        return self._lock.held()

    def finish_cancellations(self) -> RemovalReport | None:
        """Take down what its sender canceled: hidden since the message was read, it leaves the files, too.

        Once at the end of a run rather than for each message, as every file is written anew. None: nothing waits.
        """
        with self._catalog.reading() as connection:
            canceled = [
                row[0] for row in connection.execute("SELECT article_id FROM articles WHERE status = 'canceled'")
            ]
        return self.remove(RemovalSelector(tuple(canceled)), "canceled by its sender") if canceled else None

    def register_side_folder(self, folder: Path) -> None:
        """Name a folder elsewhere whose files quote the archive (an evaluation's results): takedowns look there too."""
        with self._catalog.writing(counted=False) as connection:
            connection.execute("INSERT OR IGNORE INTO side_folders VALUES (?)", (str(folder.resolve()),))

    def status(self) -> Status:
        """The archive in numbers."""
        return status_of(self.folder, self._catalog, self._indexes, self._lock)

    def verify(self) -> VerifyReport:
        """Check everything against everything; takes long, and searches and writing go on meanwhile."""
        return verify_archive(self._catalog)

    def rebuild(self, on_progress: Progress | None = None) -> None:
        """Write both indexes anew from the catalog; searches go on meanwhile. ``on_progress(done, total)``."""
        with self._lock.held():
            self._indexes.rebuild_keyword(on_progress)
            self._indexes.start_vectors()
        self.repair(on_progress)

    def backup(self, file: Path) -> BackupReport:
        """Copy the whole archive to one file, while it is in use: the catalog, and what lies beside it.

        To restore it, put it as ``catalog.sqlite3`` in an empty folder: opening it lays out what lay beside it, and the
        next writer rebuilds the indexes.
        """
        try:
            with self._catalog.reading() as connection:
                return write_backup(connection, self.folder, file)
        except (OSError, sqlite3.OperationalError) as error:
            raise ArchiveError(f"{file} cannot be written ({error}). Name a file in a folder of yours.") from error
