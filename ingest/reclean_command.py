"""``backissue reclean``."""

from __future__ import annotations

import argparse

from rich.table import Table
from rich.text import Text

from archive.errors import UsageError
from archive.interruption import stopping_on_interrupt
from archive.terminal import (
    DONE,
    SOME_REJECTED,
    CommandParsers,
    add_command,
    console,
    opened,
    print_json,
    printable,
    progress_bars,
    say,
    settings_of,
    words,
)
from ingest.reclean import RecleanReport

_MOST_LISTED = 20


def add_reclean(commands: CommandParsers) -> None:
    """Register the command."""
    reclean = add_command(
        commands, "reclean", run_reclean, "read the kept raw input again with today's readers and cleaning"
    )
    reclean.add_argument("names", nargs="*", type=words, metavar="ID|URL", help="only these articles")
    reclean.add_argument("--outlet", type=words, metavar="NAME", help="every article of this outlet")
    reclean.add_argument("--all", action="store_true", help="every article")
    reclean.add_argument("--again", action="store_true", help="also what these readers have seen already")
    reclean.add_argument("--no-embed", action="store_true", help="leave the vectors for `backissue embed`")
    reclean.add_argument("--dry-run", action="store_true", help="say what would change, write nothing")


def run_reclean(arguments: argparse.Namespace) -> int:
    """Clean anew, then embed what changed; stopped, the same command goes on."""
    from ingest.reclean import RecleanOptions, reclean

    chosen = [bool(arguments.names or arguments.outlet), arguments.all]
    if sum(chosen) != 1:
        raise UsageError("Say what to clean anew: ids or URLs, --outlet NAME, or --all.")
    settings = settings_of(arguments)
    options = RecleanOptions(
        dry_run=arguments.dry_run,
        again=arguments.again,
        embed=not arguments.no_embed,
        passage_tokens=settings.passage_tokens,
    )
    with (
        opened(settings) as store,
        stopping_on_interrupt() as stopped,
        progress_bars(quiet=arguments.json) as bars,
    ):
        if not arguments.dry_run:
            store.repair()
        report = reclean(
            store, arguments.names, outlet=arguments.outlet, options=options, on_progress=bars, should_stop=stopped
        )
    if arguments.json:
        print_json(report.as_json())
    else:
        _print_report(report)
    if report.interrupted or stopped():
        say("Stopped. What was cleaned is kept; run the same command again to go on.")
        return 130
    return SOME_REJECTED if report.failed else DONE


def _print_report(report: RecleanReport) -> None:
    out = console()
    title = "Would be cleaned anew" if report.dry_run else "Cleaned anew"
    table = Table("versions", "", title=title, title_justify="left")
    table.columns[1].justify = "right"
    for name, count in report.as_json()["outcomes"].items():
        table.add_row(name, f"{count:,}")
    table.add_section()
    for name, count in report.changed.most_common():
        table.add_row(f"changed: {name}", f"{count:,}")
    out.print(table)
    for article_id, fields in report.articles[:_MOST_LISTED]:
        out.print(Text(f"  {article_id}: {', '.join(fields)}"))
    if len(report.articles) > _MOST_LISTED:
        out.print(f"  ... and {len(report.articles) - _MOST_LISTED:,} more; --json lists them.")
    for reason, count in report.reasons.most_common(_MOST_LISTED):
        out.print(Text(printable(f"failed, {count:,}: {reason}"), style="yellow"))
