"""ArchiveStore: the archive as everything else sees it. Opens catalog and indexes and keeps them in step.

Writing: one catalog transaction, then the keyword index (searchable), then vectors. Reading: an index proposes, the
catalog decides: every hit is checked against it, and more are fetched when some were dropped.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from archive import contents
from archive.admission import admit, utc_now
from archive.article import Article, ArticleVersion, Passage
from archive.catalog import Catalog, FoundPassage, admits
from archive.embedder import Embedder
from archive.embedding import embed_pending, embedding_text, fill_vector_index
from archive.errors import ArchiveError, ArchiveNotFoundError, EmbedderMismatchError, UnknownArticleError
from archive.filters import SearchFilter
from archive.indexes import KEYWORD, VECTORS, Indexes, Progress, is_index_failure
from archive.keyword_index import KeywordIndex
from archive.lock import WriterLock
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
from archive.schema import (
    CATALOG_FILE,
    SCHEMA_VERSION,
    copy_catalog,
    create_catalog,
    migrate,
    needs_migration,
)
from archive.takedown import RemovalReport, RemovalSelector, RemovedArticle, purge, remove_articles
from archive.vectors import drop_all_vectors
from archive.verify import verify_archive
from archive.window_search import CACHE_BYTES, WindowSearch

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

# Up to so many vectors, scoring all of them exactly is as fast as asking Chroma: docs/decisions/0002-date-windows.md.
EXACT_UP_TO = 50_000
_MOST_FETCHED = 4096


def _never() -> bool:
    return False


class ArchiveStore:
    """One archive folder, opened. Thread-safe; other processes may have it open too."""

    def __init__(self, folder: Path, catalog: Catalog, lock: WriterLock, embedder: Embedder | None) -> None:
        self.folder = folder
        self.embedder = embedder
        self._catalog = catalog
        self._lock = lock
        self._indexes = Indexes(folder, catalog)
        self._windows = WindowSearch()
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
        the catalog must be created or migrated and another process writes for longer than ``wait_seconds``.
        """
        file = folder / CATALOG_FILE
        if not file.is_file():
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
        lock = WriterLock(folder, wait_seconds)
        if not file.is_file():
            with lock.held():
                if not file.is_file():
                    unfinished = file.with_name("catalog.unfinished")
                    for leftover in folder.glob("catalog.unfinished*"):
                        leftover.unlink()
                    create_catalog(unfinished)
                    unfinished.replace(file)
        if needs_migration(file):
            with lock.held():
                migrate(file)
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
                results = [admit(connection, incoming, now) for incoming in batch]
            self._get_ready()
        return results

    def ledger_lookup(self, keys: Sequence[str]) -> dict[str, LedgerEntry]:
        """Which of these records were read before, and what became of them."""
        return self._catalog.ledger(keys)

    def has_seen(self, key: str) -> bool:
        """Whether the record with that ledger key was read before."""
        return key in self._catalog.ledger([key])

    @property
    def pending_count(self) -> int:
        """How many passages wait for a vector."""
        with self._catalog.reading() as connection:
            count: int = connection.execute("SELECT count(*) FROM pending").fetchone()[0]
            return count

    def embed_pending(
        self,
        *,
        limit: int | None = None,
        should_stop: Callable[[], bool] = _never,
        on_progress: Progress | None = None,
    ) -> int:
        """Make the vectors that are missing, newest articles first; returns how many were made.

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
                limit=limit,
                should_stop=should_stop,
                on_progress=on_progress,
            )

    def repair(self, on_progress: Progress | None = None, *, should_stop: Callable[[], bool] = _never) -> list[str]:
        """Bring both indexes up to the catalog, rebuilding what is damaged; returns what was wrong, in sentences.

        What a writing command and the chat's background worker call first; quick when all is well.
        """
        with self._lock.held():
            found = self._indexes.problems()
            self._indexes.let_go_of_replaced()
            self._get_ready(on_progress)
        fill_vector_index(self._indexes, self._lock, should_stop=should_stop, on_progress=on_progress)
        return found

    def _get_ready(self, on_progress: Progress | None = None) -> None:
        """Finish what a killed writer left: the purge of a takedown, changes that the keyword index lacks."""
        if self._catalog.meta("purge") is not None:
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

        Raises UnknownArticleError for a name that neither is nor was here, UsageError for an empty selector.
        """
        with self._lock.held():
            if not dry_run:
                self._get_ready()
            report = remove_articles(self._catalog, self._indexes, self.folder, selector, reason, dry_run=dry_run)
        if report.removed and not dry_run:
            self._windows.forget()
            fill_vector_index(self._indexes, self._lock, should_stop=_never, on_progress=on_progress)
        return report

    def register_side_folder(self, folder: Path) -> None:
        """Name a folder elsewhere whose files quote the archive (an evaluation's results): takedowns look there too."""
        with self._catalog.writing(counted=False) as connection:
            connection.execute("INSERT OR IGNORE INTO side_folders VALUES (?)", (str(folder.resolve()),))

    def verify(self) -> VerifyReport:
        """Check everything against everything; takes long, and searches and writing go on meanwhile."""
        return verify_archive(self._catalog)

    def rebuild(self, on_progress: Progress | None = None) -> None:
        """Write both indexes anew from the catalog; searches go on meanwhile. ``on_progress(done, total)``."""
        with self._lock.held():
            self._indexes.rebuild_keyword(on_progress)
            self._indexes.start_vectors()
        self.repair(on_progress)

    def backup(self, file: Path) -> None:
        """Copy the whole archive to one file, while it is in use.

        To restore it, put it as ``catalog.sqlite3`` in an empty folder: the next writer rebuilds the indexes.
        """
        try:
            with self._catalog.reading() as connection:
                copy_catalog(connection, file)
        except (OSError, sqlite3.OperationalError) as error:
            raise ArchiveError(f"{file} cannot be written ({error}). Name a file in a folder of yours.") from error

    # --- searching ---------------------------------------------------------------------------------------------------

    def keyword_search(
        self, query: str, k: int, where: SearchFilter | None = None, *, phrases: Sequence[str] = ()
    ) -> list[Hit]:
        """Up to ``k`` passages by BM25 over text, title, outlet and date, best first; every phrase must occur.

        [] while the keyword index is damaged: ``problems()`` says so.
        """
        where = where or SearchFilter()
        with self._catalog.reading() as connection:
            terms = contents.index_filter(connection, where)

        def fetch(count: int) -> list[tuple[int, float]]:
            index = self._indexes.keyword()
            return [] if index is None else index.search(query, phrases, count, terms)

        return self._checked(KEYWORD, fetch, k, where)

    def vector_search(self, vector: NDArray[np.float32], k: int, where: SearchFilter | None = None) -> list[Hit]:
        """Up to ``k`` passages by cosine, best first; among those embedded so far.

        ``vector``: (dimensions,), L2-normalised, of this archive's embedder. Filtered searches and small archives are
        scored exactly; an unfiltered search of a large one asks Chroma, approximately.
        """
        where = where or SearchFilter()
        vector = np.asarray(vector, np.float32)
        exactly = min(EXACT_UP_TO, CACHE_BYTES // max(vector.nbytes, 1))
        index = self._indexes.vectors(more_than=exactly) if where.is_empty else None
        if index is not None:
            hits = self._checked(VECTORS, partial(index.search, vector), k, where)
            if hits:
                return hits

        def score(count: int) -> list[tuple[int, float]]:
            with self._catalog.reading() as connection:
                allowed = contents.allowed(connection, where)
                return self._windows.search(connection, vector, count, where, allowed)

        return self._hits(score(k), where)

    def _checked(
        self, name: str, fetch: Callable[[int], list[tuple[int, float]]], k: int, where: SearchFilter
    ) -> list[Hit]:
        """Ask an index for more until ``k`` hits stand up to the catalog, or there are no more."""
        if k < 1:
            return []
        count = k + 4
        while True:
            try:
                proposed = fetch(count)
            except BaseException as error:
                if not is_index_failure(error):
                    raise
                self._indexes.note_failure(name, error)
                return []
            hits = self._hits(proposed, where)
            if len(hits) >= k or len(proposed) < count or count >= _MOST_FETCHED:
                return hits[:k]
            count = min(count * 4, _MOST_FETCHED)

    def _hits(self, proposed: Sequence[tuple[int, float]], where: SearchFilter) -> list[Hit]:
        found = self._catalog.found_passages([passage for passage, _ in proposed])
        return [
            _hit(found[passage], score, where)
            for passage, score in proposed
            if passage in found and admits(where, found[passage])
        ]

    def document_frequency(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many passages each term (stemmed) occurs; {} while the keyword index isn't fit for use."""
        index: KeywordIndex | None = self._indexes.keyword()
        return {} if index is None else {term: index.document_frequency(term) for term in terms}

    @property
    def passage_count(self) -> int:
        """How many passages the keyword index holds: what document frequencies are parts of."""
        record = self._catalog.index_record(KEYWORD)
        return 0 if record is None else record.entries

    # --- reading -----------------------------------------------------------------------------------------------------

    def article(self, name: str, *, with_raw: bool = False) -> Article:
        """The article with that id, external id or URL, as it answers now. Raises UnknownArticleError."""
        return self._catalog.article(self._catalog.number_of(name), with_raw=with_raw)

    def versions(self, name: str) -> list[ArticleVersion]:
        """All versions of an article, earliest first. Raises UnknownArticleError."""
        return self._catalog.versions(self._catalog.number_of(name))

    def passages_of(self, name: str, version: int | None = None) -> list[Passage]:
        """The passages of an article in order, of the version that answers or of the one with that number (from 1)."""
        number = self._catalog.number_of(name)
        version_hash = None
        if version is not None:
            hashes = self._catalog.version_hashes(number)
            if not 1 <= version <= len(hashes):
                raise UnknownArticleError(f"{name!r} has {len(hashes)} versions, no version {version}.")
            version_hash = hashes[version - 1]
        return [found.passage for _, found in self._catalog.passages_of(number, version_hash)]

    def passage(self, passage_id: str) -> tuple[Passage, Article] | None:
        """The passage with that id and the version of the article it belongs to; None when there is none (any more)."""
        article_id, _, rest = passage_id.partition(".")
        version_hash, _, position = rest.partition(".")
        try:
            number = self._catalog.number_of(article_id)
        except UnknownArticleError:
            return None
        for _, found in self._catalog.passages_of(number, version_hash) if version_hash and position else ():
            if found.passage.passage_id == passage_id:
                return found.passage, found.article
        return None

    def copies(self, article_ids: Sequence[str]) -> dict[str, tuple[str, list[Article]]]:
        """For each article: the id of its cluster's face (the earliest one), and the other members, earliest first."""
        with self._catalog.reading() as connection:
            families = contents.copies_of(connection, list(dict.fromkeys(article_ids)))
        others = self._catalog.articles({number for _, numbers in families.values() for number in numbers})
        return {
            article_id: (face, [others[number] for number in numbers if number in others])
            for article_id, (face, numbers) in families.items()
        }

    def articles(
        self,
        where: SearchFilter | None = None,
        *,
        order: str = "published",
        limit: int | None = None,
        offset: int = 0,
    ) -> Iterator[Article]:
        """The articles that a filter lets through, one by one. ``order``: published, newest, ingested or title."""
        with self._catalog.reading() as connection:
            numbers = contents.article_numbers(connection, where or SearchFilter(), order, limit, offset)
            yield from contents.read_versions(connection, [version for _, version in numbers])

    def count_articles(self, where: SearchFilter | None = None) -> int:
        """How many articles a filter lets through."""
        return self.coverage(where).articles

    def coverage(self, where: SearchFilter | None = None) -> CoverageCounts:
        """How many articles and outlets a filter lets through, and their first and last day."""
        with self._catalog.reading() as connection:
            return contents.coverage(connection, where or SearchFilter())

    def outlets(self) -> list[tuple[str, int]]:
        """Every outlet with its number of articles, most first."""
        with self._catalog.reading() as connection:
            return contents.outlets(connection)

    def undated_count(self) -> int:
        """How many articles stand outside every window because their day isn't known."""
        return self.coverage().undated

    @property
    def embedder_name(self) -> str | None:
        """Whose vectors the archive holds; None before the first one."""
        name = self._catalog.meta("embedder")
        return None if name is None else str(name)

    @property
    def generation(self) -> int:
        """Rises with every committed change, whichever process made it."""
        return self._catalog.generation

    def problems(self) -> list[str]:
        """What is known to be wrong with the indexes, in sentences; searches leave a damaged index out."""
        return self._indexes.problems()

    def status(self) -> Status:
        """The archive in numbers."""
        with self._catalog.reading() as connection:
            connection.execute("BEGIN")
            covered = contents.coverage(connection, SearchFilter())

            def count(query: str) -> int:
                return int(connection.execute(query).fetchone()[0])

            numbers = {
                "generation": count("SELECT value FROM meta WHERE key = 'generation'"),
                "versions": count("SELECT count(*) FROM versions"),
                "passages": count("SELECT count(*) FROM passages"),
                "clusters_of_copies": count(
                    "SELECT count(*) FROM (SELECT 1 FROM articles GROUP BY cluster HAVING count(*) > 1)"
                ),
                "tombstones": count("SELECT count(DISTINCT article_id) FROM tombstones"),
            }
            waiting = count("SELECT count(*) FROM pending")
            connection.execute("COMMIT")
        return Status(
            folder=str(self.folder),
            schema_version=SCHEMA_VERSION,
            articles=covered.articles,
            embedded=numbers["passages"] - waiting,
            outlets=covered.outlets,
            undated=covered.undated,
            first_day=covered.first_day,
            last_day=covered.last_day,
            embedder=self.embedder_name,
            indexes=self._indexes.status(),
            disk_bytes=sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file()),
            writer=self._lock.holder(),
            **numbers,
        )


def _hit(found: FoundPassage, score: float, where: SearchFilter) -> Hit:
    superseded = where.as_of is not None and not found.live
    return Hit(found.passage, found.article, score, superseded)
