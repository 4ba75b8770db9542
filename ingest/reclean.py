"""Cleaning made better is run again over what was read before: ``backissue reclean``.

The raw input that was kept with each version goes through today's readers and cleaning, in child processes; where
another text comes out it takes the old one's place, in the same version. Edits by hand stay. Stopped at any moment, the
same command goes on: each version remembers the edition of the readers that has seen it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from archive.records import IncomingArticle
from archive.rewriting import KeptInput
from archive.store import ArchiveStore
from ingest.document import RawDocument, Rejected
from ingest.given import Given
from ingest.prepare import edition_of, raw_format_of, readers_edition, recipe_of
from ingest.report import reason_in_general
from ingest.workers import Workers

_BATCH = 64
_BATCH_BYTES = 4_000_000
_MOST_ROWS = 10_000  # articles listed one by one; of more, only the counts


@dataclass(slots=True)
class RecleanReport:
    """Every version counted once.

    ``changed`` counts what changed, by field ("text", "title", ...); ``articles`` lists (article_id, fields).
    """

    outcomes: Counter[str] = field(default_factory=Counter)  # changed, unchanged, done before, failed, no raw kept
    changed: Counter[str] = field(default_factory=Counter)
    articles: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)  # (article_id, reason)
    reasons: Counter[str] = field(default_factory=Counter)
    embedded: int = 0
    interrupted: bool = False
    dry_run: bool = False

    @property
    def versions(self) -> int:
        """How many versions were looked at."""
        return self.outcomes.total()

    def as_json(self) -> dict[str, Any]:
        """What `backissue reclean --json` prints."""
        return {
            "outcomes": {name: self.outcomes[name] for name in OUTCOMES},
            "changed_fields": dict(self.changed.most_common()),
            "changed": [{"article_id": name, "fields": list(fields)} for name, fields in self.articles],
            "failed": [{"article_id": name, "reason": reason} for name, reason in self.failed],
            "failed_by_reason": dict(self.reasons.most_common()),
            "embedded": self.embedded,
            "interrupted": self.interrupted,
            "dry_run": self.dry_run,
        }


CHANGED, UNCHANGED, DONE_BEFORE, FAILED, NO_RAW = "changed", "unchanged", "done before", "failed", "no raw input kept"
OUTCOMES = (CHANGED, UNCHANGED, DONE_BEFORE, FAILED, NO_RAW)


@dataclass(frozen=True, slots=True)
class RecleanOptions:
    """``again``: also what these very readers have seen before. ``workers`` None: one per core."""

    dry_run: bool = False
    again: bool = False
    embed: bool = True
    passage_tokens: int = 250
    workers: int | None = None
    today: date = field(default_factory=date.today)


def _never() -> bool:
    return False


def _silent(stage: str, done: int, total: int | None) -> None:
    pass


def reclean(
    store: ArchiveStore,
    names: Sequence[str] = (),
    *,
    outlet: str | None = None,
    options: RecleanOptions | None = None,
    on_progress: Callable[[str, int, int | None], None] = _silent,
    should_stop: Callable[[], bool] = _never,
) -> RecleanReport:
    """Read the kept input of these articles (or of an outlet's; without either, of all) again.

    Raises UnknownArticleError for a name that isn't there, before anything is changed, and ArchiveBusyError.
    """
    options = options or RecleanOptions()
    report = RecleanReport(dry_run=options.dry_run)
    total, inputs = store.kept_inputs(names, outlet)
    recipe = recipe_of(options.passage_tokens, options.today, store.repeated_lines())
    edition = edition_of(recipe, readers_edition())
    with Workers(recipe, count=options.workers) as workers:
        waiting: list[list[KeptInput]] = []

        def documents() -> Iterator[list[RawDocument]]:
            for batch in _batches(_to_read(inputs, edition, report, again=options.again)):
                if should_stop():
                    report.interrupted = True
                    return
                waiting.append(batch)
                yield [_document(kept) for kept in batch]

        for answers in workers.prepared(documents()):
            _written(store, list(zip(waiting.pop(0), answers, strict=True)), report)
            on_progress("recleaning", report.versions, total)
    if options.embed and not options.dry_run and store.embedder is not None and not report.interrupted:
        report.embedded = store.embed_pending(
            should_stop=should_stop, on_progress=lambda done, total: on_progress("embedding", done, total)
        )
    return report


def _to_read(inputs: Iterable[KeptInput], edition: str, report: RecleanReport, *, again: bool) -> Iterator[KeptInput]:
    for kept in inputs:
        if kept.raw is None:
            report.outcomes[NO_RAW] += 1
        elif kept.prepared_by == edition and not again:
            report.outcomes[DONE_BEFORE] += 1
        else:
            yield kept


def _batches(inputs: Iterable[KeptInput]) -> Iterator[list[KeptInput]]:
    batch: list[KeptInput] = []
    size = 0
    for kept in inputs:
        batch.append(kept)
        size += len(kept.raw or b"")
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _document(kept: KeptInput) -> RawDocument:
    """The document as it was read; what is lost with the file (its neighbours, its name) doesn't change a text."""
    content = kept.raw or b""
    format_name, encoding, damaged = raw_format_of(kept.media_type, content)
    path, _, line = kept.source.rpartition("#")
    is_line = bool(path) and line.isdigit()
    return RawDocument(
        content,
        format_name,
        path if is_line else kept.source,
        int(line) if is_line else None,
        encoding,
        damaged,
        given=Given.from_json(kept.given) if kept.given else None,
    )


def _written(
    store: ArchiveStore,
    batch: Sequence[tuple[KeptInput, IncomingArticle | Rejected]],
    report: RecleanReport,
) -> None:
    ready = []
    for kept, answer in batch:
        if isinstance(answer, Rejected):
            _fail(report, kept, answer.reason)
        elif not answer.article.text:
            _fail(report, kept, "its input holds no text any more.")
        else:
            ready.append((kept.version, answer))
    results = store.rewrite(ready, dry_run=report.dry_run)
    for (version, _), fields in zip(ready, results, strict=True):
        report.outcomes[CHANGED if fields else UNCHANGED] += 1
        report.changed.update(fields)
        if fields and len(report.articles) < _MOST_ROWS:
            article_id = next(kept.article_id for kept, _ in batch if kept.version == version)
            report.articles.append((article_id, tuple(sorted(fields))))


def _fail(report: RecleanReport, kept: KeptInput, reason: str) -> None:
    report.outcomes[FAILED] += 1
    report.reasons[reason_in_general(reason)] += 1
    if len(report.failed) < _MOST_ROWS:
        report.failed.append((kept.article_id, reason))
