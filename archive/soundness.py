"""Whether an index may be trusted: its files are as the last clean write left them, or were looked into since.

What was found is remembered as long as the archive is open. An index that failed isn't used again until a writer has
rebuilt it.
"""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from archive.catalog import Catalog, IndexRecord
from archive.index_check import fingerprint, problem_with

KEYWORD, VECTORS = "keyword", "vectors"
_WRITE_SECONDS = 1.0  # how long a writer may take from an index's commit to noting it in the catalog

_log = logging.getLogger(__name__)


class Soundness:
    """What is known of the files of both indexes. Thread-safe."""

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self._folder = folder
        self._catalog = catalog
        self._mutex = threading.RLock()
        self._problems: dict[tuple[str, str], str] = {}  # (name, folder) -> what is wrong
        self._sound: set[tuple[str, str]] = set()  # (name, fingerprint)
        self._checking: threading.Thread | None = None
        self._closing = threading.Event()

    def problem(self, name: str, record: IndexRecord) -> str | None:
        """What is known to be wrong with an index, in a sentence."""
        with self._mutex:
            return self._problems.get((name, record.folder))

    def note_problem(self, name: str, record: IndexRecord, problem: str) -> None:
        """It failed: it isn't to be used."""
        with self._mutex:
            self._problems[name, record.folder] = problem

    def forget_problems(self, name: str) -> None:
        """The index was made anew."""
        with self._mutex:
            self._problems = {key: value for key, value in self._problems.items() if key[0] != name}

    def is_current(self, name: str, record: IndexRecord) -> bool:
        """Whether the files are as the last clean write left them, or were found to be sound since."""
        found = fingerprint(self._folder / record.folder)
        return found == record.fingerprint or (name, found) in self._sound

    def is_sound(self, name: str, record: IndexRecord, *, wait: bool, patient: bool = True) -> bool:
        """Whether an index may be opened. Unless ``wait``, a check that must be made runs in the background."""
        if self.problem(name, record) is not None:
            return False
        if self.is_current(name, record):
            return True
        if wait:
            self.wait_for_checks()
            if not self.is_current(name, record) and self.problem(name, record) is None:
                self.check(name, patient=patient)
            return self.problem(name, record) is None
        self._check_in_background([name])
        return False

    def begin_checks(self) -> None:
        """On opening: look, in the background, into whatever isn't as the last clean write left it."""
        names = []
        for name in (KEYWORD, VECTORS):
            record = self._catalog.index_record(name)
            if record is not None and not self.is_current(name, record):
                names.append(name)
        if names:
            self._check_in_background(names)

    def _check_in_background(self, names: list[str]) -> None:
        def look() -> None:
            for name in names:
                if not self._closing.is_set():
                    self.check(name)

        with self._mutex:
            if not self.is_checking:
                self._checking = threading.Thread(target=look, name="backissue index check", daemon=True)
                self._checking.start()

    @property
    def is_checking(self) -> bool:
        """Whether a check runs in the background."""
        return self._checking is not None and self._checking.is_alive()

    def close(self) -> None:
        """Let a check in the background end early: nobody waits for what it finds any more."""
        self._closing.set()

    def wait_for_checks(self) -> None:
        """Return when no check runs in the background."""
        checking = self._checking
        if checking is not None:
            checking.join()

    def check(self, name: str, *, patient: bool = True) -> str | None:
        """Look into an index from a child process; returns what is wrong with it, and remembers it."""
        record = self._catalog.index_record(name)
        deadline = time.monotonic() + (_WRITE_SECONDS if patient else 0.0)
        while record is not None and not self.is_current(name, record) and time.monotonic() < deadline:
            if self._closing.wait(0.05):  # another process may be between writing the index and noting it
                return None
            record = self._catalog.index_record(name)
        if record is None or self.is_current(name, record):
            return None
        folder = self._folder / record.folder
        found = fingerprint(folder)
        problem = None
        if folder.is_dir() or record.entries:
            problem = problem_with(name, folder, self._catalog.file)
        if self._closing.is_set():
            return None
        now = self._catalog.index_record(name)
        if now is None or now.folder != record.folder:
            return None
        with self._mutex:
            if problem is None:
                self._sound |= {(name, found), (name, fingerprint(folder))}  # trying it may have tidied the files
                self._problems.pop((name, record.folder), None)
            elif now.writes == record.writes:  # else somebody wrote meanwhile, and the comparison means nothing
                _log.warning("%s; it is left out until it is rebuilt", problem)
                self._problems[name, record.folder] = problem
        return problem
