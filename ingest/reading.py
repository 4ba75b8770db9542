"""All sources -> one stream of documents: what lies on this machine first, what is fetched meanwhile after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from archive.store import ArchiveStore
from ingest.document import Noted, RawDocument, Rejected, Skipped
from ingest.local_sources import SourceFile, printable, walk
from ingest.progress import Meter
from ingest.readers import documents_of
from ingest.receipts import Receipts
from ingest.report import IngestReport
from ingest.source import Source, SourceKind

if TYPE_CHECKING:
    from ingest.web import WebReader


class Reading:
    """The sources of one run: their documents, and the settling of what was fetched. Use it as ``reading(...)``."""

    def __init__(
        self,
        sources: Sequence[Source],
        report: IngestReport,
        meter: Meter,
        receipts: Receipts,
        web: WebReader | None,
        should_stop: Callable[[], bool],
    ) -> None:
        self._should_stop = should_stop
        self._meter = meter
        self.receipts = receipts
        self._paths = [source for source in sources if source.kind is SourceKind.PATH]
        self._report = report
        self._web = web
        self._met = 0

    def documents(self) -> Iterator[RawDocument]:
        """The documents of all sources; what can't be read goes to the report. Ends early when asked to stop."""
        for item in self._items():
            if self._should_stop():
                self._report.interrupted = True
                return
            self._met += isinstance(item, RawDocument | Rejected)
            if isinstance(item, RawDocument):
                yield item
            elif isinstance(item, Rejected):
                self._report.reject(item)
            elif isinstance(item, Skipped):
                self._report.skipped[item.why] += 1
            else:
                self._report.note(item)

    def expected(self) -> int | None:
        """How many documents there will be, as far as that can be told; None while it can't."""
        return self._meter.total(self._met)

    def settle(self) -> None:
        """Remember what was fetched, as far as everything of it is in the archive."""
        if self._web is not None:
            self._web.settle()

    def _items(self) -> Iterator[RawDocument | Rejected | Skipped | Noted]:
        seen: set[str] = set()
        for source in self._paths:
            try:
                for found in walk(source.where, seen, self._meter, called=source.called):
                    yield from _read(found, source) if isinstance(found, SourceFile) else [found]
            except OSError as error:  # a folder that vanished, a disk that fails: the next source is read
                yield Rejected(printable(source.where), None, f"it can't be read further: {error.strerror or error}.")
        if self._web is not None:
            yield from self._web.documents(self._should_stop)
            self._report.interrupted = self._report.interrupted or self._should_stop()


def _read(found: SourceFile, source: Source) -> Iterator[RawDocument | Rejected]:
    given = source.given if source.given.as_json() else None
    for document in documents_of(found.file, found.format_name, source.mapping):
        yield replace(document, given=given) if given and isinstance(document, RawDocument) else document


@contextmanager
def reading(
    sources: Sequence[Source],
    report: IngestReport,
    store: ArchiveStore | None,
    *,
    today: date,
    again: bool,
    should_stop: Callable[[], bool],
) -> Iterator[Reading]:
    """Begin to read; the fetching ends with the block."""
    meter, receipts = Meter(), Receipts()
    meter.measure([source.where for source in sources if source.kind is SourceKind.PATH])
    at_addresses = [source for source in sources if source.kind is not SourceKind.PATH]
    if not at_addresses:
        yield Reading(sources, report, meter, receipts, None, should_stop)
        return
    from ingest.fetch_memory import ArchiveFetchMemory, VolatileFetchMemory
    from ingest.web import WebReader  # what fetches takes half a second to load

    memory = VolatileFetchMemory() if store is None else ArchiveFetchMemory(store.fetch_log)
    web = WebReader(memory, receipts, today=today, again=again, meter=meter)
    report.web = web.counts
    web.start(at_addresses)
    try:
        yield Reading(sources, report, meter, receipts, web, should_stop)
    finally:
        web.stop()
