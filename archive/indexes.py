"""The two indexes beside the catalog: opened, checked, kept in step, rebuilt.

Each lives in a numbered folder that the catalog names; a rebuild writes the next number and changes the name. What an
index lacks stands in the catalog's todo tables, so that whoever writes next catches up, whatever happened to the last
one. Readers only ever read: an index that differs from the catalog is not used until a writer has rebuilt it.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from archive.admission import finish_keyword_changes
from archive.catalog import Catalog, IndexRecord
from archive.contents import keyword_entries
from archive.index_check import fingerprint
from archive.index_folders import next_folder, remove_orphans
from archive.keyword_index import KeywordIndex
from archive.records import IndexStatus
from archive.soundness import KEYWORD, VECTORS, Soundness
from archive.vector_index import VectorIndex, release_shared, share
from archive.vectors import vectors_for_index

_ARTICLES_PER_BATCH = 500
_PASSAGES_PER_BATCH = 1000
REOPEN_SECONDS = 2.0  # a reader doesn't reopen Chroma more often
REOPEN_SHARE = 0.05  # nor spends more than this part of its time on it

_log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]


def is_index_failure(error: BaseException) -> bool:
    """Whether an error comes out of an index's files: from Tantivy, Chroma or the system, a Rust panic included."""
    if isinstance(error, (ValueError, OSError, RuntimeError, sqlite3.Error)):
        return True
    return type(error).__name__ == "PanicException" or type(error).__module__.startswith("chromadb")


class Indexes:
    """The keyword and the vector index of one archive folder. Methods that write need the writer's lock held."""

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self._folder = folder
        self._catalog = catalog
        self._mutex = threading.RLock()
        self._keyword: KeywordIndex | None = None
        self._keyword_writes = -1
        self._vectors: VectorIndex | None = None
        self._soundness = Soundness(folder, catalog)
        self._next_reopen = 0.0

    # --- reading -----------------------------------------------------------------------------------------------------

    def keyword(self) -> KeywordIndex | None:
        """The keyword index as the catalog knows it now; None while it isn't fit for use."""
        record = self._record(KEYWORD)
        if record is None:
            return None
        with self._mutex:
            opened = self._keyword is not None and self._keyword.folder.name == record.folder
        if not opened and not self._soundness.is_sound(KEYWORD, record, wait=True):
            return None
        try:
            with self._mutex:
                if self._keyword is None or self._keyword.folder.name != record.folder:
                    self._keyword = KeywordIndex(self._folder / record.folder)
                    self._keyword_writes = record.writes
                elif self._keyword_writes != record.writes:
                    self._keyword.reload()
                    self._keyword_writes = record.writes
                return self._keyword
        except BaseException as error:
            self._note_failure_of(record, KEYWORD, error)
            return None

    def vectors(self, more_than: int = 0) -> VectorIndex | None:
        """The vector index, not older than a few seconds; None while it isn't fit for use (exact scoring serves).

        An index with not ``more_than`` so many entries isn't opened: loading Chroma takes longer than scoring them.
        """
        record = self._record(VECTORS)
        if record is None or record.state != "ready" or record.entries <= more_than:
            return None
        with self._mutex:
            opened = self._vectors is not None and self._vectors.folder.name == record.folder
        if not opened and not self._soundness.is_sound(VECTORS, record, wait=False):
            return None
        try:
            with self._mutex:
                if self._vectors is None or self._vectors.folder.name != record.folder:
                    self._use_vectors(record, create=False)
                index = self._vectors
                if index is not None and index.seen_writes != record.writes and time.monotonic() >= self._next_reopen:
                    began = time.monotonic()
                    index.reopen(record.writes)
                    taken = time.monotonic() - began
                    self._next_reopen = time.monotonic() + max(REOPEN_SECONDS, taken / REOPEN_SHARE)
                return index
        except BaseException as error:
            self._note_failure_of(record, VECTORS, error)
            return None

    def _note_failure_of(self, record: IndexRecord, name: str, error: BaseException) -> None:
        """An index couldn't be opened: damaged, unless a writer has just put another one in its place."""
        if not is_index_failure(error):
            raise error
        now = self._record(name)
        if now is not None and now.folder == record.folder:
            self.note_failure(name, error)

    def note_failure(self, name: str, error: BaseException) -> None:
        """A search failed inside an index: don't use it again until a writer has looked at it."""
        record = self._record(name)
        if record is None:
            return
        _log.warning("the %s index failed and is left out until it is rebuilt: %s", name, error)
        self._soundness.note_problem(name, record, f"{record.folder} failed: {error}")
        with self._mutex:
            if name == KEYWORD:
                self._keyword = None
            else:
                self._drop_vectors()

    def status(self) -> tuple[IndexStatus, ...]:
        """State of both, for people."""
        states = []
        for name, table in ((KEYWORD, "keyword_todo"), (VECTORS, "vector_todo")):
            record = self._record(name)
            if record is None:
                continue
            with self._catalog.reading() as connection:
                waiting = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 (constant)
            state = record.state
            if self._soundness.problem(name, record) is not None:
                state = "damaged"
            elif state == "ready" and not self._soundness.is_current(name, record):
                state = "checking" if self._soundness.is_checking else "unchecked"
            states.append(IndexStatus(name, record.folder, state, record.entries, waiting))
        return tuple(states)

    def problems(self) -> list[str]:
        """What is known to be wrong with the indexes in use."""
        found = []
        for name in (KEYWORD, VECTORS):
            record = self._record(name)
            problem = self._soundness.problem(name, record) if record is not None else None
            if problem is not None:
                found.append(problem)
        return found

    def let_go_of_replaced(self) -> None:
        """Close files of indexes that another process has replaced: what was deleted with them leaves the disk then."""
        with self._mutex:
            keyword, vectors = self._record(KEYWORD), self._record(VECTORS)
            if self._keyword is not None and (keyword is None or self._keyword.folder.name != keyword.folder):
                self._keyword = None
            if self._vectors is not None and (vectors is None or self._vectors.folder.name != vectors.folder):
                self._drop_vectors()

    def close(self) -> None:
        """Let go of the files."""
        self._soundness.close()
        with self._mutex:
            self._keyword = None
            self._drop_vectors()

    def begin_checks(self) -> None:
        """On opening: look, in the background, into whatever isn't as the last clean write left it."""
        self._soundness.begin_checks()

    def wait_for_checks(self) -> None:
        """Return when no check runs in the background."""
        self._soundness.wait_for_checks()

    def _record(self, name: str) -> IndexRecord | None:
        return self._catalog.index_record(name)

    # --- writing -----------------------------------------------------------------------------------------------------

    def catch_up_keyword(self, on_progress: Progress | None = None) -> None:
        """Bring the keyword index up to the catalog; rebuild it first if its files aren't as they should be."""
        self._remove_orphans()
        record = self._record(KEYWORD)
        if record is None:
            self.rebuild_keyword(on_progress)
            return
        with self._mutex:
            trusted = self._keyword is not None and self._keyword.folder.name == record.folder
            trusted = trusted and self._keyword_writes == record.writes
        if not trusted and not self._soundness.is_sound(KEYWORD, record, wait=True, patient=False):
            self.rebuild_keyword(on_progress)
            return
        if self._soundness.problem(KEYWORD, record) is not None:
            self.rebuild_keyword(on_progress)
            return
        while articles := self._catalog.todo("keyword_todo", _ARTICLES_PER_BATCH):
            index = self.keyword()
            if index is None:
                self.rebuild_keyword(on_progress)
                return
            with self._catalog.reading() as connection:
                connection.execute("BEGIN")
                entries = list(keyword_entries(connection, articles))
                connection.execute("COMMIT")
            index.replace(articles, entries)
            with self._catalog.writing() as connection:
                finish_keyword_changes(connection, articles)
                self._note_write(connection, KEYWORD, index.folder, index.entries)
            self._keyword_writes += 1

    def rebuild_keyword(self, on_progress: Progress | None = None) -> None:
        """Write the keyword index anew from the catalog, into the next folder, then use that."""
        folder = self._next_folder(KEYWORD)
        index = KeywordIndex(folder, create=True)
        with self._catalog.reading() as connection:
            numbers = [row[0] for row in connection.execute("SELECT number FROM articles ORDER BY number")]
        for start in range(0, len(numbers), _ARTICLES_PER_BATCH):
            part = numbers[start : start + _ARTICLES_PER_BATCH]
            with self._catalog.reading() as connection:
                index.replace((), keyword_entries(connection, part))
            if on_progress is not None:
                on_progress(start + len(part), len(numbers))
        with self._catalog.writing() as connection:
            finish_keyword_changes(connection, numbers)
            connection.execute("DELETE FROM keyword_todo")
            self._note_write(connection, KEYWORD, folder, index.entries)
        with self._mutex:
            record = self._record(KEYWORD)
            self._keyword, self._keyword_writes = index, record.writes if record else 0
            self._soundness.forget_problems(KEYWORD)
        self._remove_orphans()

    def catch_up_vectors(self, on_progress: Progress | None = None, *, at_most: int | None = None) -> bool:
        """Bring the vector index up to the catalog; True when nothing is left to do."""
        record = self._record(VECTORS)
        if record is None and not self._waiting():
            return True
        if record is None or not self._may_write_vectors(record):
            self.start_vectors()
            record = self._record(VECTORS)
        assert record is not None  # noqa: S101 (start_vectors wrote it)
        done = 0
        while at_most is None or done < at_most:
            passages = self._catalog.todo("vector_todo", _PASSAGES_PER_BATCH)
            if not passages:
                break
            index = self._writable_vectors(record)
            with self._catalog.reading() as connection:
                connection.execute("BEGIN")
                ids, days, matrix, out = vectors_for_index(connection, passages)
                connection.execute("COMMIT")
            if out and record.entries:
                index.delete(out)
            index.put(ids, days, matrix)
            with self._catalog.writing() as connection:
                connection.executemany(
                    "DELETE FROM vector_todo WHERE passage = ?", [(passage,) for passage in passages]
                )
                self._note_write(connection, VECTORS, index.folder, index.entries)
            index.seen_writes = record.writes + 1
            record = self._record(VECTORS) or record
            done += len(passages)
            if on_progress is not None:
                on_progress(done, done + self._waiting())
        if not self._waiting() and record.state != "ready":
            with self._catalog.writing() as connection:
                connection.execute("UPDATE indexes SET state = 'ready' WHERE name = ?", (VECTORS,))
        return not self._waiting()

    def start_vectors(self) -> None:
        """Begin the vector index anew in the next folder, for ``catch_up_vectors`` to fill; exact scoring serves."""
        with self._mutex:
            self._drop_vectors()
        folder = self._next_folder(VECTORS)
        folder.mkdir()
        with self._catalog.writing() as connection:
            connection.execute("DELETE FROM vector_todo")
            connection.execute(
                "INSERT INTO vector_todo SELECT p.id FROM vectors x JOIN passages p ON p.id = (x.key & 4294967295) "
                "JOIN versions v ON v.id = p.version WHERE v.live = 1"
            )
            self._note_write(connection, VECTORS, folder, 0)
            connection.execute("UPDATE indexes SET state = 'building' WHERE name = ?", (VECTORS,))
        self._soundness.forget_problems(VECTORS)
        self._remove_orphans()

    def _waiting(self) -> int:
        with self._catalog.reading() as connection:
            count: int = connection.execute("SELECT count(*) FROM vector_todo").fetchone()[0]
            return count

    def _may_write_vectors(self, record: IndexRecord) -> bool:
        with self._mutex:
            index = self._vectors
            if index is not None and index.folder.name == record.folder and index.seen_writes == record.writes:
                return self._soundness.problem(VECTORS, record) is None
        return self._soundness.is_sound(VECTORS, record, wait=True, patient=False)

    def _writable_vectors(self, record: IndexRecord) -> VectorIndex:
        with self._mutex:
            if self._vectors is None or self._vectors.folder.name != record.folder:
                self._use_vectors(record, create=True)
            assert self._vectors is not None  # noqa: S101 (just opened)
            if self._vectors.seen_writes != record.writes:
                self._vectors.reopen(record.writes)
            return self._vectors

    def _use_vectors(self, record: IndexRecord, *, create: bool) -> None:
        self._drop_vectors()
        self._vectors = share(self._folder / record.folder, record.writes, create=create)

    def _drop_vectors(self) -> None:
        if self._vectors is not None:
            release_shared(self._vectors)
            self._vectors = None

    def _note_write(self, connection: sqlite3.Connection, name: str, folder: Path, entries: int) -> None:
        connection.execute(
            "INSERT INTO indexes VALUES (:name, :folder, 'ready', 1, :entries, :fingerprint) "
            "ON CONFLICT (name) DO UPDATE SET "
            "folder = :folder, writes = writes + 1, entries = :entries, fingerprint = :fingerprint",
            {"name": name, "folder": folder.name, "entries": entries, "fingerprint": fingerprint(folder)},
        )

    def _next_folder(self, name: str) -> Path:
        record = self._record(name)
        return next_folder(self._folder, name, record.folder if record else None)

    def _remove_orphans(self) -> None:
        for name in (KEYWORD, VECTORS):
            record = self._record(name)
            remove_orphans(self._folder, name, record.folder if record else None)
