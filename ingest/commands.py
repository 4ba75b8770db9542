"""``backissue ingest``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.table import Table
from rich.text import Text

from archive.errors import UsageError
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

    settings = settings_of(arguments)
    if arguments.report and not arguments.report.parent.is_dir():
        raise UsageError(f"--report {arguments.report}: the folder {arguments.report.parent} doesn't exist.")
    options = IngestOptions(
        dry_run=arguments.dry_run, embed=not arguments.no_embed, passage_tokens=settings.passage_tokens
    )
    with (
        opened(settings, create=True) as store,
        progress_bars(quiet=arguments.json) as on_progress,
    ):
        report = ingest(store, arguments.sources, options=options, on_progress=on_progress)
    if arguments.report:
        arguments.report.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if arguments.json:
        print_json(report.as_json())
    else:
        _print_report(report, dry_run=arguments.dry_run)
    if report.interrupted:
        say("Stopped. What was read is kept; run the same command again to go on.")
        return 130
    return SOME_REJECTED if report.rejected else DONE


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
