"""Articles into the archive: the whole flow on one page.

sources -> documents -> (those not read before) -> prepared in child processes -> catalog and keyword index, batch by
batch: searchable -> report; then, newest first, vectors. Killed or stopped at any moment, the same command goes on.
"""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeVar

from archive.errors import UsageError
from archive.interruption import finished_first
from archive.records import AddResult, IncomingArticle, Outcome
from archive.store import ArchiveStore
from ingest.document import RawDocument, Rejected
from ingest.foresight import foresight
from ingest.prepare import Recipe, ledger_key, prepare, recipe_of
from ingest.readers import FORMATS
from ingest.reading import Reading, reading
from ingest.report import IngestReport
from ingest.source import Source, sources_of
from ingest.workers import Prepared, Workers

BATCH = 100  # documents
_PAGE_WEIGHT = 20  # a page is twelve records' work: its batches are smaller, so that all cores have some to the end
_BATCH_BYTES = 4_000_000  # of fewer documents where they are large, so that memory stays bounded
# What isn't worth starting child processes for (1.5 s): a batch of records that are no pages and not large.
_SMALL_INPUT_BYTES = 400_000
# Documents to one catalog transaction, as the keyword index's commit costs the same for one or for all; but what is
# ready doesn't wait longer than this to be searchable.
_WRITE_BATCH = 400
_LONGEST_WAIT = 2.0  # seconds


_T = TypeVar("_T")
_Item = tuple[Prepared, int]  # what a document became, and its receipt (0: none)


class Progress(Protocol):
    """Called as the run goes on: ``stage`` is "articles" or "embed"; ``total`` is None while it isn't known."""

    def __call__(self, stage: str, done: int, total: int | None, /) -> None:
        """Told at every batch."""


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """``today`` only serves to refuse dates to come; ``workers`` 0 prepares everything but pages in this process.

    ``again``: fetch from the web also what is known to be unchanged.
    """

    dry_run: bool = False
    embed: bool = True
    passage_tokens: int = 250
    workers: int | None = None
    again: bool = False
    today: date = field(default_factory=date.today)


def _silent(stage: str, done: int, total: int | None) -> None:
    pass


def _never() -> bool:
    return False


def ingest(
    store: ArchiveStore | None,
    sources: Sequence[str | Source],
    *,
    options: IngestOptions | None = None,
    on_progress: Progress = _silent,
    should_stop: Callable[[], bool] = _never,
) -> IngestReport:
    """Bring the articles behind ``sources`` into the archive.

    Without a ``store`` only ``dry_run`` is possible: what would happen to an empty archive. Ctrl-C ends it between two
    batches' writes with ``report.interrupted``; so does ``should_stop()``, asked again and again, after a write that
    has begun. Raises UsageError before anything is read for a source that can't be, and ArchiveBusyError.
    """
    options = options or IngestOptions()
    found = sources_of(sources)
    if not found:
        raise UsageError("name at least one file, folder, glob or address to ingest; - is standard input.")
    report = IngestReport(dry_run=options.dry_run)

    def embedded(done: int, total: int) -> None:
        report.embedded = done  # also when it is stopped
        on_progress("embed", done, total)

    if store is None and not options.dry_run:
        raise ValueError("writing needs a store")
    try:
        if store is not None and not options.dry_run:
            with report.timing("check"):
                # what a killed run left undone in the indexes; quick when all is well
                store.repair(should_stop=should_stop)
        with reading(found, report, store, today=options.today, again=options.again, should_stop=should_stop) as read:
            if store is None or options.dry_run:
                with foresight(store) as foreseen:
                    _read_all(read, store, foreseen.add, options, report, on_progress, should_stop)
            else:
                _read_all(read, store, store.add, options, report, on_progress, should_stop)
                with report.timing("write"), finished_first():
                    store.finish_cancellations()
        if store is not None and options.embed and not options.dry_run and store.embedder is not None:
            with report.timing("embed"):
                report.embedded = store.embed_pending(on_progress=embedded, should_stop=should_stop)
                report.interrupted = report.interrupted or should_stop()
    except KeyboardInterrupt:
        report.interrupted = True
    return report


def _read_all(
    read: Reading,
    store: ArchiveStore | None,
    add: Callable[[Sequence[IncomingArticle]], Sequence[AddResult]],
    options: IngestOptions,
    report: IngestReport,
    on_progress: Progress,
    should_stop: Callable[[], bool],
) -> None:
    def recipe() -> Recipe:
        """As of now: which lines repeat at an outlet is learned as the run goes on."""
        return recipe_of(options.passage_tokens, options.today, store.repeated_lines() if store is not None else {})

    def told() -> None:
        if not options.dry_run:
            read.settle()
        on_progress("articles", report.documents, read.expected())

    new = _not_read_before(store, read, report, told)
    for batch in _write_batches(_prepared(new, recipe, options, report, should_stop)):
        with report.timing("write"), finished_first():
            _written(batch, read, add, report)
        told()
        if should_stop():  # what the children have in hand goes with them; it is read again another time
            break
    report.interrupted = report.interrupted or should_stop()
    told()


def _written(
    batch: Sequence[_Item],
    read: Reading,
    add: Callable[[Sequence[IncomingArticle]], Sequence[AddResult]],
    report: IngestReport,
) -> None:
    """Into the archive and the report."""
    results = iter(add([answer for answer, _ in batch if isinstance(answer, IncomingArticle)]))
    for answer, receipt in batch:
        if isinstance(answer, Rejected):
            report.reject(answer)
        else:
            result = next(results)
            copy = result.copy_of is not None
            report.count(result.outcome, copy=copy, partial=answer.article.partial, held=result.held)
            if result.outcome is Outcome.REMOVED:
                read.receipts.spoil(receipt)  # not even its address is kept
        read.receipts.done(receipt)


def _not_read_before(
    store: ArchiveStore | None, read: Reading, report: IngestReport, told: Callable[[], None]
) -> Iterator[RawDocument]:
    """Those whose exact record the ledger doesn't know; the others are counted."""
    for batch in _timed(_batches(read.documents()), "read", report):
        keys = [ledger_key(raw) for raw in batch]
        with report.timing("read"):
            known = {} if store is None else store.ledger_lookup(keys)
        for raw, key in zip(batch, keys, strict=True):
            if (entry := known.get(key)) is None:
                yield raw
                continue
            removed = entry.outcome is Outcome.REMOVED
            report.count(Outcome.REMOVED if removed else Outcome.UNCHANGED)
            if removed:
                read.receipts.spoil(raw.receipt)
            read.receipts.done(raw.receipt)
        if known:
            told()


def _prepared(
    documents: Iterable[RawDocument],
    recipe: Callable[[], Recipe],
    options: IngestOptions,
    report: IngestReport,
    should_stop: Callable[[], bool],
) -> Iterator[list[_Item]]:
    """Articles and rejections in the order of reading, each with its document's receipt."""
    receipts: deque[list[int]] = deque()

    def noted() -> Iterator[list[RawDocument]]:
        for batch in _batches(documents):
            receipts.append([raw.receipt for raw in batch])
            yield batch

    for answers in _answers(noted(), recipe, options, report, should_stop):
        yield list(zip(answers, receipts.popleft(), strict=True))


def _answers(
    batches: Iterator[list[RawDocument]],
    recipe: Callable[[], Recipe],
    options: IngestOptions,
    report: IngestReport,
    should_stop: Callable[[], bool],
) -> Iterator[list[Prepared]]:
    """In child processes, unless it is little and harmless."""
    first = list(itertools.islice(batches, 2))
    if not first:
        return
    if len(first) == 1 and _is_small(first[0]):
        with report.timing("prepare"):
            current = recipe()
            batch = [prepare(raw, current) for raw in first[0]]
        yield batch
        return
    every = itertools.chain(first, batches)
    with Workers(recipe(), count=options.workers) as workers:
        prepared = workers.prepared(every, should_stop) if options.workers != 0 else _prepared_here(every, workers)
        for answers in _timed(prepared, "prepare", report):
            yield answers
            workers.recipe = recipe()


def _prepared_here(batches: Iterable[Sequence[RawDocument]], workers: Workers) -> Iterator[list[Prepared]]:
    """In this process, but for pages."""
    for batch in batches:
        if any(FORMATS[raw.format_name].needs_child for raw in batch):
            yield from workers.prepared([batch])
        else:
            yield [prepare(raw, workers.recipe) for raw in batch]


def _is_small(batch: Sequence[RawDocument]) -> bool:
    harmless = not any(FORMATS[raw.format_name].needs_child for raw in batch)
    return harmless and sum(len(raw.content) for raw in batch) <= _SMALL_INPUT_BYTES


def _batches(documents: Iterable[RawDocument]) -> Iterator[list[RawDocument]]:
    batch: list[RawDocument] = []
    weight = size = 0
    since = time.monotonic()
    for raw in documents:
        batch.append(raw)
        weight += _PAGE_WEIGHT if FORMATS[raw.format_name].needs_child else 1
        size += len(raw.content)
        if weight >= BATCH or size >= _BATCH_BYTES or time.monotonic() - since > _LONGEST_WAIT:
            yield batch
            batch, weight, size = [], 0, 0
            since = time.monotonic()
    if batch:
        yield batch


def _write_batches(prepared: Iterable[list[_Item]]) -> Iterator[list[_Item]]:
    batch: list[_Item] = []
    since = time.monotonic()
    for part in prepared:
        batch += part
        if len(batch) >= _WRITE_BATCH or time.monotonic() - since > _LONGEST_WAIT:
            yield batch
            batch, since = [], time.monotonic()
    if batch:
        yield batch


def _timed(items: Iterable[_T], stage: str, report: IngestReport) -> Iterator[_T]:
    """The items; the time to get each counts for the stage."""
    iterator = iter(items)
    while True:
        with report.timing(stage):
            item = next(iterator, None)
        if item is None:
            return
        yield item
