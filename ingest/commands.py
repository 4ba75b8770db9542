"""``backissue ingest``."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from archive.counts import plural
from archive.errors import ArchiveBusyError, UsageError
from archive.schema import CATALOG_FILE
from archive.settings import Settings
from archive.store import ArchiveStore
from archive.terminal import (
    DONE,
    SOME_REJECTED,
    CommandParsers,
    add_command,
    console,
    opened,
    positive,
    print_json,
    printable,
    progress_bars,
    say,
    settings_of,
    words,
)
from ingest.reclean_command import add_reclean
from ingest.report import ADDRESSES, MOST_ROWS, IngestReport, reason_in_general

if TYPE_CHECKING:
    from ingest.source import Source

_MOST_LISTED = 20  # rejected documents on the terminal; the report file has them all
_EXAMPLE = """\
examples:
  backissue ingest my-articles/ dump/*.jsonl.gz wire.zip
  zcat dump.jsonl.gz | backissue ingest -
  backissue ingest --map Kop=title,Artikel=text export.csv --outlet "The Paper"
  backissue ingest https://paper.example/rss https://paper.example/news-sitemap.xml
  backissue ingest --sources nightly.toml --report last-night.json
"""


def add_commands(commands: CommandParsers) -> None:
    """Register the commands that bring articles in, and clean them anew."""
    add_reclean(commands)
    ingest = add_command(
        commands, "ingest", run_ingest, "add articles: files, folders, globs, archives, standard input, feeds, pages"
    )
    ingest.formatter_class = argparse.RawDescriptionHelpFormatter
    ingest.epilog = _EXAMPLE
    ingest.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="files, folders, globs, archives (.zip, .tar.gz, ...), - for standard input, http(s) addresses of pages, "
        "feeds and sitemaps, sources files (.toml); see docs/sources.md",
    )
    ingest.add_argument(
        "--sources", dest="files", action="append", type=Path, default=[], metavar="FILE", help="a sources file (TOML)"
    )
    ingest.add_argument("--no-embed", action="store_true", help="leave the vectors for `backissue embed`")
    ingest.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
    ingest.add_argument("--report", type=Path, metavar="FILE", help="write the report as JSON")
    fields = ingest.add_argument_group("what the articles don't say themselves")
    fields.add_argument("--map", type=words, metavar="COLUMN=FIELD,...", help="columns (or JSON names) of fields")
    for name in ("outlet", "language", "section"):
        fields.add_argument(f"--{name}", type=words, default="", help=f"the {name} of articles that name none")
    fields.add_argument("--kind", default="", help="news, opinion, live, analysis, satire, press release, ...")
    web = ingest.add_argument_group("from the web (see docs/ingest-web.md)")
    web.add_argument("--sitemap", action="store_true", help="read addresses as sitemaps, or as sites that name theirs")
    web.add_argument("--pages", choices=("needed", "always", "never"), default="needed", help="fetch a feed's pages")
    web.add_argument("--days", type=positive, metavar="N", help="of sitemaps, only what is that young")
    web.add_argument("--contact", default="", metavar="ADDRESS", help="goes into the user agent, for complaints")
    web.add_argument("--delay", type=float, metavar="SECONDS", help="pause between requests to one host (default: 1)")
    web.add_argument("--allow-private", action="store_true", help="fetch from an intranet and this machine too")
    web.add_argument("--again", action="store_true", help="fetch also what is known to be unchanged")


def run_ingest(arguments: argparse.Namespace) -> int:
    """Ingest, then embed, each with its own bar; the report goes to standard output."""
    from ingest.pipeline import IngestOptions, ingest

    settings = settings_of(arguments)
    sources = _sources(arguments)  # a mistyped name doesn't leave an empty archive behind
    if arguments.report:
        _check_writable(arguments.report)
    if any(source.where == "-" for source in sources) and sys.stdin is not None and sys.stdin.isatty():
        say("Reading what you type; Ctrl-D ends it.")
    options = IngestOptions(
        dry_run=arguments.dry_run,
        embed=not arguments.no_embed,
        passage_tokens=settings.passage_tokens,
        again=arguments.again,
    )
    with (
        _archive(settings, dry_run=arguments.dry_run) as store,
        progress_bars(quiet=arguments.json) as on_progress,
    ):
        started = datetime.now(UTC)
        report = ingest(store, sources, options=options, on_progress=on_progress)
        if store is not None and not arguments.dry_run:
            _keep(store, report, sources, started)
    if arguments.report:
        arguments.report.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if arguments.json:
        print_json(report.as_json())
    else:
        _print_report(report, report_file=arguments.report)
    if report.skipped:
        say("Skipped: " + ", ".join(f"{count:,} {why}" for why, count in report.skipped.most_common()) + ".")
    if not report.documents and not report.interrupted and not report.web.total():
        say("No document was found there. Which formats are read: see docs/formats.md.")
    if report.interrupted:
        say("Stopped. What was read is kept; run the same command again to go on.")
        return 130
    return SOME_REJECTED if report.rejected_count else DONE


def _keep(store: ArchiveStore, report: IngestReport, sources: Sequence[Source], started: datetime) -> None:
    """For the chat's Archive view. The run itself has gone well whether that succeeds or not."""
    from ingest.kept_reports import keep_report, title_of

    try:
        keep_report(store, report, title=title_of([source.name or source.where for source in sources]), by="",
                    started=started)  # fmt: skip
    except (ArchiveBusyError, OSError) as error:
        say(f"The report of this run isn't kept with the archive: {error}")


def _sources(arguments: argparse.Namespace) -> list[Source]:
    """What the command line names. Raises UsageError for what can't be read, before anything is."""
    from ingest.fetch_policy import FetchPolicy
    from ingest.given import given_by_hand
    from ingest.source import Pages, Source, SourceKind, from_sources_file, sources_of

    given = given_by_hand(
        outlet=arguments.outlet, language=arguments.language, section=arguments.section, kind=arguments.kind
    )
    delay = 1.0 if arguments.delay is None else arguments.delay
    if not 0 <= delay <= 3600:  # also not a number
        raise UsageError("--delay: write seconds, from 0 to 3600.")
    like = Source(
        kind=SourceKind.SITEMAP if arguments.sitemap else SourceKind.PATH,
        where="",
        policy=FetchPolicy(contact=arguments.contact, allow_private=arguments.allow_private, delay_seconds=delay),
        given=given,
        pages=Pages("where needed" if arguments.pages == "needed" else arguments.pages),
        days=arguments.days,
        mapping=_mapping(arguments.map) if arguments.map else None,
    )
    found = [source for file in arguments.files for source in from_sources_file(file, like)]
    found += sources_of(arguments.sources, like)
    if not found:
        what = "the sources file has none that is enabled" if arguments.files else "name at least one source"
        raise UsageError(f"{what}: files, folders, globs, addresses, or - for standard input.")
    return found


def _mapping(text: str) -> dict[str, str]:
    """``headline=title,day=published``: ours by theirs. Raises UsageError."""
    from ingest.fields import NAMES

    mapping: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        column, separator, name = part.rpartition("=")
        column, name = column.strip(), name.strip()
        if not separator or not column or not name:
            raise UsageError(f"--map {part}: write COLUMN=FIELD, like headline=title,day=published.")
        if name not in NAMES:
            known = "title, text, published, modified, outlet, authors, url, id, section, language, kind"
            raise UsageError(f"--map {part}: {name!r} is no field of an article; they are {known}.")
        mapping[column] = name
    return mapping


@contextmanager
def _archive(settings: Settings, *, dry_run: bool) -> Iterator[ArchiveStore | None]:
    """The archive, made if need be; a dry run makes none, and foresees what an empty one would take in."""
    if dry_run and not (settings.archive / CATALOG_FILE).exists():
        yield None
        return
    with opened(settings, create=True) as store:
        yield store


def _check_writable(report: Path) -> None:
    """Raises UsageError now rather than after an hour of ingesting."""
    try:
        report.open("a").close()
    except OSError as error:
        raise UsageError(
            f"--report {report} cannot be written ({error.strerror}). Name a file in a folder of yours."
        ) from None


def _print_report(report: IngestReport, *, report_file: Path | None) -> None:
    record = report.as_json()
    out = console()
    title = "Would be ingested" if report.dry_run else "Ingested"
    table = Table("outcome", "documents", title=title, title_justify="left")
    table.columns[1].justify = "right"
    for outcome, count in record["outcomes"].items():
        table.add_row(outcome, f"{count:,}")
    table.add_section()
    table.add_row("of the new: copies of another article", f"{report.copies:,}")
    table.add_row("of the new: partial", f"{report.partial:,}")
    for why in ("embargoed", "withheld"):
        if report.held[why]:
            table.add_row(f"kept out of sight: {why}", f"{report.held[why]:,}")
    out.print(table)
    if report.web.total():
        out.print("addresses: " + ", ".join(f"{report.web[name]:,} {name}" for name in ADDRESSES))
    if report.embedded:
        out.print(f"passages embedded: {report.embedded:,}")
    out.print("seconds: " + ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in record["seconds"].items()))
    _print_rejected(report, report_file)
    for note in report.notes[:_MOST_LISTED]:
        out.print(Text(printable(f"note: {note.source}: {note.what}")))
    noted = report.notes_by_reason.total()
    if noted > _MOST_LISTED:
        kept = "them" if noted == len(report.notes) else f"the first {len(report.notes):,}, and counts all by reason"
        out.print(f"... and {plural(noted - _MOST_LISTED, 'more note')}: --report FILE has {kept}.")


def _print_rejected(report: IngestReport, report_file: Path | None) -> None:
    """The reasons with their numbers where there are many, then the first of each."""
    out = console()
    if report.rejected_count > _MOST_LISTED:
        table = Table("rejected because", "documents", title_justify="left")
        table.columns[1].justify = "right"
        for reason, count in report.reasons.most_common(30):
            table.add_row(Text(printable(reason)), f"{count:,}")
        out.print(table)
    of_each = max(1, _MOST_LISTED // max(1, len(report.reasons)))
    shown: Counter[str] = Counter()
    listed = 0
    for row in report.rejected:
        reason = reason_in_general(row.reason)
        if report.rejected_count > _MOST_LISTED and (shown[reason] >= of_each or listed >= _MOST_LISTED):
            continue
        shown[reason] += 1
        listed += 1
        line = f", line {row.line}" if row.line else ""
        out.print(Text(printable(f"rejected {row.source}{line}: {row.reason}")))
    if listed < report.rejected_count:
        where = f"{report_file} has them all" if report_file else "--report FILE lists them all"
        if report.rejected_count > MOST_ROWS:
            where = f"{where}, up to {MOST_ROWS:,}"
        out.print(f"... and {report.rejected_count - listed:,} more: {where}.")
