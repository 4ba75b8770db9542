"""``backissue ingest``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.table import Table
from rich.text import Text

from archive.errors import UsageError
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
    print_json,
    progress_bars,
    say,
    settings_of,
)
from ingest.report import IngestReport


def add_commands(commands: CommandParsers) -> None:
    """Register the command that brings articles in."""
    ingest = add_command(commands, "ingest", run_ingest, "add articles: files, folders, globs")
    ingest.add_argument("sources", nargs="+", metavar="SOURCE", help="files, folders or globs; see docs/formats.md")
    ingest.add_argument("--no-embed", action="store_true", help="leave the vectors for `backissue embed`")
    ingest.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
    ingest.add_argument("--report", type=Path, metavar="FILE", help="write the report as JSON")


def run_ingest(arguments: argparse.Namespace) -> int:
    """Ingest, then embed, each with its own bar; the report goes to standard output."""
    from ingest.pipeline import IngestOptions, ingest
    from ingest.sources import check_sources

    settings = settings_of(arguments)
    check_sources(arguments.sources)  # a mistyped name doesn't leave an empty archive behind
    if arguments.report:
        _check_writable(arguments.report)
    options = IngestOptions(
        dry_run=arguments.dry_run, embed=not arguments.no_embed, passage_tokens=settings.passage_tokens
    )
    with (
        _archive(settings, dry_run=arguments.dry_run) as store,
        progress_bars(quiet=arguments.json) as on_progress,
    ):
        report = ingest(store, arguments.sources, options=options, on_progress=on_progress)
    if arguments.report:
        arguments.report.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if arguments.json:
        print_json(report.as_json())
    else:
        _print_report(report, dry_run=arguments.dry_run)
    if report.skipped:
        kinds = ", ".join(f"{count:,} {why}" for why, count in sorted(report.skipped.items()))
        say(f"Skipped: {kinds}.")
    if not report.documents and not report.interrupted:
        say("No document was found there. Formats are told by their names: see docs/formats.md.")
    if report.interrupted:
        say("Stopped. What was read is kept; run the same command again to go on.")
        return 130
    return SOME_REJECTED if report.rejected else DONE


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


def _print_report(report: IngestReport, *, dry_run: bool) -> None:
    record = report.as_json()
    out = console()
    table = Table("outcome", "documents", title="Would be ingested" if dry_run else "Ingested", title_justify="left")
    for outcome, count in record["outcomes"].items():
        table.add_row(outcome, f"{count:,}")
    out.print(table)
    out.print(f"copies of another article: {record['copies']:,}; partial: {record['partial']:,}")
    out.print("seconds: " + ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in record["seconds"].items()))
    for row in record["rejected"]:
        line = f", line {row['line']}" if row["line"] else ""
        out.print(Text(f"rejected {row['source']}{line}: {row['reason']}"))
