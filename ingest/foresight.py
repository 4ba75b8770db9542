"""What a run would do to the archive, without writing: for ``ingest --dry-run``.

The archive tells what it would make of each batch, and takes it back. What the run's own articles would be to one
another (versions, copies) tells an archive in a temporary folder, which keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from archive.records import AddResult, IncomingArticle, Outcome
from archive.store import ArchiveStore


class Foresight:
    """Stands for ``store.add``. Use it as ``foresight(store)``."""

    def __init__(self, store: ArchiveStore | None, scratch: ArchiveStore) -> None:
        self._store = store
        self._scratch = scratch

    def add(self, batch: Sequence[IncomingArticle]) -> list[AddResult]:
        """The results that ``store.add`` would give."""
        in_this_run = self._scratch.add(batch)
        if self._store is None:
            return in_this_run
        return [_both(*results) for results in zip(self._store.foresee(batch), in_this_run, strict=True)]


def _both(in_archive: AddResult, in_this_run: AddResult) -> AddResult:
    outcome = in_archive.outcome
    if in_this_run.outcome is not Outcome.ADDED and outcome in {Outcome.ADDED, Outcome.UPDATED}:
        outcome = in_this_run.outcome  # an earlier document of this run would have brought it in
    return AddResult(in_archive.article_id, outcome, in_archive.copy_of or in_this_run.copy_of, in_archive.held)


@contextmanager
def foresight(store: ArchiveStore | None) -> Iterator[Foresight]:
    """Foresee what becomes of articles handed to ``add``, one batch after the other."""
    with TemporaryDirectory(prefix="backissue-") as folder:
        with ArchiveStore.open(Path(folder, "scratch"), create=True) as scratch:
            yield Foresight(store, scratch)
