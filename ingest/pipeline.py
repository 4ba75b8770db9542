"""Articles into the archive: the whole flow on one page.

files -> documents -> (those not read before) -> prepared in child processes -> catalog and keyword index, batch by
batch: searchable -> report; then, newest first, vectors. Killed or stopped at any moment, the same command goes on.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Protocol, TypeVar

from archive.errors import UnknownArticleError
from archive.records import AddResult, IncomingArticle, Outcome
from archive.store import ArchiveStore
from ingest.document import RawDocument, Rejected
from ingest.prepare import Recipe, ledger_key, prepare
from ingest.readers import FORMATS
from ingest.report import IngestReport
from ingest.sources import Skipped, check_sources, walk
from ingest.workers import Prepared, Workers

BATCH = 100  # documents
_PAGE_WEIGHT = 8  # a page is eight records' work: its batches are smaller, so that all cores have some
_BATCH_BYTES = 4_000_000  # of fewer documents where they are large, so that memory stays bounded
# What isn't worth starting child processes for (1.5 s): a batch of records that are no pages and not large.
_SMALL_INPUT_BYTES = 400_000
# Documents to one catalog transaction, as the keyword index's commit costs the same for one or for all; but what is
# ready doesn't wait longer than this to be searchable.
_WRITE_BATCH = 400
_LONGEST_WAIT = 2.0  # seconds


_Item = TypeVar("_Item")


class Progress(Protocol):
    """Called as the run goes on: ``stage`` is "articles" or "embed"; ``total`` is None while it isn't known."""

    def __call__(self, stage: str, done: int, total: int | None, /) -> None:
        """Told at every batch."""


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """``today`` only serves to refuse dates to come; ``workers`` 0 prepares everything but pages in this process."""

    dry_run: bool = False
    embed: bool = True
    passage_tokens: int = 250
    workers: int | None = None
    today: date = field(default_factory=date.today)


def _silent(stage: str, done: int, total: int | None) -> None:
    pass


def ingest(
    store: ArchiveStore | None,
    sources: Sequence[str],
    *,
    options: IngestOptions | None = None,
    on_progress: Progress = _silent,
) -> IngestReport:
    """Bring the articles behind ``sources`` into the archive.

    Without a ``store`` only ``dry_run`` is possible: what would happen to an empty archive. Ctrl-C ends it between two
    batches' writes with ``report.interrupted``. Raises UsageError before anything is read for a source that can't be,
    and ArchiveBusyError.
    """
    options = options or IngestOptions()
    check_sources(sources)
    report = IngestReport(dry_run=options.dry_run)
    if store is None and not options.dry_run:
        raise ValueError("writing needs a store")
    try:
        if store is not None and not options.dry_run:
            with report.timing("check"):
                store.repair()  # what a killed run left undone in the indexes; quick when all is well
        _read_all(store, sources, options, report, on_progress)
        if store is not None and options.embed and not options.dry_run and store.embedder is not None:
            with report.timing("embed"):
                report.embedded = store.embed_pending(on_progress=lambda done, total: on_progress("embed", done, total))
    except KeyboardInterrupt:
        report.interrupted = True
    return report


def _read_all(
    store: ArchiveStore | None,
    sources: Sequence[str],
    options: IngestOptions,
    report: IngestReport,
    on_progress: Progress,
) -> None:
    recipe = Recipe(options.passage_tokens, options.today)
    new = _not_read_before(store, _documents(sources, report), report, on_progress)
    foresee = _Foresight(store)
    for batch in _write_batches(_prepared(new, recipe, options, report)):
        articles = [item for item in batch if isinstance(item, IncomingArticle)]
        report.rejected += [item for item in batch if isinstance(item, Rejected)]
        with report.timing("write"):
            results = foresee(articles) if options.dry_run or store is None else store.add(articles)
        for incoming, result in zip(articles, results, strict=True):
            report.count(result.outcome, copy=result.copy_of is not None, partial=incoming.article.partial)
        on_progress("articles", report.documents, None)


def _documents(sources: Sequence[str], report: IngestReport) -> Iterator[RawDocument]:
    """The documents of all sources; what can't be read goes to the report."""
    for found in walk(sources):
        if isinstance(found, Skipped):
            report.skipped[found.why] += 1
        elif isinstance(found, Rejected):
            report.rejected.append(found)
        else:
            for document in FORMATS[found.format_name].documents(found.file):
                if isinstance(document, Rejected):
                    report.rejected.append(document)
                else:
                    yield document


def _not_read_before(
    store: ArchiveStore | None, documents: Iterable[RawDocument], report: IngestReport, on_progress: Progress
) -> Iterator[RawDocument]:
    """Those whose exact record the ledger doesn't know; the others are counted."""
    for batch in _timed(_batches(documents), "read", report):
        keys = [ledger_key(raw) for raw in batch]
        with report.timing("read"):
            known = {} if store is None else store.ledger_lookup(keys)
        for raw, key in zip(batch, keys, strict=True):
            if (entry := known.get(key)) is None:
                yield raw
            else:
                report.count(Outcome.REMOVED if entry.outcome is Outcome.REMOVED else Outcome.UNCHANGED)
        if known:
            on_progress("articles", report.documents, None)


def _prepared(
    documents: Iterable[RawDocument], recipe: Recipe, options: IngestOptions, report: IngestReport
) -> Iterator[list[Prepared]]:
    """Articles and rejections in the order of reading; in child processes, unless it is little and harmless."""
    batches = _batches(documents)
    first = list(itertools.islice(batches, 2))
    if not first:
        return
    if len(first) == 1 and _is_small(first[0]):
        with report.timing("prepare"):
            batch = [prepare(raw, recipe) for raw in first[0]]
        yield batch
        return
    every = itertools.chain(first, batches)
    with Workers(recipe, count=options.workers) as workers:
        prepared = workers.prepared(every) if options.workers != 0 else _prepared_here(every, recipe, workers)
        yield from _timed(prepared, "prepare", report)


def _prepared_here(
    batches: Iterable[Sequence[RawDocument]], recipe: Recipe, workers: Workers
) -> Iterator[list[Prepared]]:
    """In this process, but for pages."""
    for batch in batches:
        if any(FORMATS[raw.format_name].needs_child for raw in batch):
            yield from workers.prepared([batch])
        else:
            yield [prepare(raw, recipe) for raw in batch]


def _is_small(batch: Sequence[RawDocument]) -> bool:
    harmless = not any(FORMATS[raw.format_name].needs_child for raw in batch)
    return harmless and sum(len(raw.content) for raw in batch) <= _SMALL_INPUT_BYTES


def _batches(documents: Iterable[RawDocument]) -> Iterator[list[RawDocument]]:
    batch: list[RawDocument] = []
    weight = size = 0
    for raw in documents:
        batch.append(raw)
        weight += _PAGE_WEIGHT if FORMATS[raw.format_name].needs_child else 1
        size += len(raw.content)
        if weight >= BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, weight, size = [], 0, 0
    if batch:
        yield batch


def _write_batches(prepared: Iterable[list[Prepared]]) -> Iterator[list[Prepared]]:
    batch: list[Prepared] = []
    since = time.monotonic()
    for part in prepared:
        batch += part
        if len(batch) >= _WRITE_BATCH or time.monotonic() - since > _LONGEST_WAIT:
            yield batch
            batch, since = [], time.monotonic()
    if batch:
        yield batch


def _timed(items: Iterable[_Item], stage: str, report: IngestReport) -> Iterator[_Item]:
    """The items; the time to get each counts for the stage."""
    iterator = iter(items)
    while True:
        with report.timing(stage):
            item = next(iterator, None)
        if item is None:
            return
        yield item


class _Foresight:
    """What ``store.add`` would do, without writing."""

    def __init__(self, store: ArchiveStore | None) -> None:
        self._store = store
        self._met: dict[str, set[str]] = {}

    def __call__(self, articles: Sequence[IncomingArticle]) -> list[AddResult]:
        return [AddResult(incoming.article.article_id, self._outcome(incoming)) for incoming in articles]

    def _outcome(self, incoming: IncomingArticle) -> Outcome:
        article = incoming.article
        if article.article_id not in self._met:
            self._met[article.article_id] = self._known_texts(article.article_id)
        known = self._met[article.article_id]
        digest = sha256(article.text.encode()).hexdigest()
        outcome = Outcome.UNCHANGED if digest in known else Outcome.UPDATED if known else Outcome.ADDED
        known.add(digest)
        return outcome

    def _known_texts(self, article_id: str) -> set[str]:
        try:
            versions = self._store.versions(article_id) if self._store is not None else []
        except UnknownArticleError:
            return set()
        return {sha256(version.article.text.encode()).hexdigest() for version in versions}
