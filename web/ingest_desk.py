"""Runs of ingest() that an editor starts in the browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from archive.settings import Settings
from ingest.kept_reports import keep_report, title_of
from web.ingest_form import IngestForm, run_title, sources_in
from web.long_work import LongWork, Progress
from web.uploads import Uploads

if TYPE_CHECKING:
    from archive.store import ArchiveStore
    from ingest.source import Source

INGEST = "ingest"  # the kind of work


@dataclass(frozen=True, slots=True)
class IngestDesk:
    """What a run in the browser needs. ``may_fetch_private``: also from this machine and its network."""

    store: ArchiveStore
    settings: Settings
    work: LongWork
    uploads: Uploads
    may_fetch_private: bool

    def begin(self, form: IngestForm, person_id: str, by: str) -> None:
        """Start to read what the form names. Raises UsageError; what was uploaded then waits for another try."""
        files = self.uploads.files(form.batch, person_id) if form.batch else ()
        sources = sources_in(form, files, may_fetch_private=self.may_fetch_private)
        title = title_of(run_title(sources))

        def run(on_progress: Progress, should_stop: Callable[[], bool]) -> str:
            try:
                return self._run(sources, title, by, on_progress, should_stop)
            finally:
                self.uploads.discard(form.batch)

        self.work.start(INGEST, title, by, run)

    def _run(
        self,
        sources: list[Source],
        title: str,
        by: str,
        on_progress: Progress,
        should_stop: Callable[[], bool],
    ) -> str:
        """Read everything; gives the id of the report. Vectors are made by the background worker, as always."""
        from ingest.pipeline import IngestOptions, ingest

        started = datetime.now(UTC)
        options = IngestOptions(embed=False, passage_tokens=self.settings.passage_tokens)
        report = ingest(self.store, sources, options=options, on_progress=on_progress, should_stop=should_stop)
        return keep_report(self.store, report, title=title, by=by, started=started)
