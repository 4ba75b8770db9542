"""What an archivist does with an archive: embed, status, verify, rebuild, remove, backup, export."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from rich.table import Table
from rich.text import Text

from archive.article import Article
from archive.counts import plural
from archive.describing import EDITABLE
from archive.editing import EditReport, value_by_hand
from archive.errors import BackissueError, UnknownArticleError, UsageError
from archive.interruption import stopping_on_interrupt
from archive.json_values import plain
from archive.records import Status
from archive.removal_report import RemovalReport
from archive.removal_selection import RemovalSelector
from archive.store import ArchiveStore
from archive.terminal import (
    DONE,
    SOME_REJECTED,
    CommandParsers,
    add_command,
    console,
    opened,
    print_json,
    print_line,
    printable,
    progress_bars,
    say,
    settings_of,
    words,
)


def add_commands(commands: CommandParsers) -> None:
    """Register the commands that look after an archive."""
    embed = add_command(commands, "embed", run_embed, "make the vectors that are missing, newest articles first")
    embed.add_argument("--replace", action="store_true", help="drop the vectors of another embedder and make all anew")
    add_command(commands, "status", run_status, "what the archive holds and how far its indexes are")
    add_command(commands, "verify", run_verify, "compare both indexes with the catalog")
    add_command(commands, "rebuild", run_rebuild, "build both indexes anew from the catalog")
    corrected = add_command(commands, "edit", run_edit, "correct by hand what an article says of itself; it stays")
    corrected.add_argument(
        "name", type=words, metavar="ID|URL", help="the archive's id, the source's own id, or the URL"
    )
    corrected.add_argument(
        "--published", type=words, metavar="DATE", help="2024-03-05, with a time and zone, or unknown"
    )
    for field in ("outlet", "title", "section", "language", "kind", "url"):
        corrected.add_argument(f"--{field}", type=words, metavar="TEXT")
    corrected.add_argument("--authors", type=words, nargs="+", metavar="NAME")
    corrected.add_argument(
        "--clear", action="append", default=[], choices=EDITABLE, help="take the edit of a field back"
    )
    remove = add_command(commands, "remove", run_remove, "take articles down: out of every file, and kept out")
    remove.add_argument(
        "names", nargs="*", type=words, metavar="ID|URL", help="the archive's id, the source's own id, or the URL"
    )
    remove.add_argument("--outlet", type=words, metavar="NAME", help="every article of this outlet")
    remove.add_argument("--query", type=words, metavar="TEXT", help="every article that holds all these words")
    remove.add_argument("--reason", type=words, metavar="TEXT", help="why; kept with the tombstone")
    remove.add_argument("--dry-run", action="store_true", help="list what would be removed")
    backup = add_command(commands, "backup", run_backup, "copy the whole archive to one file, while it is in use")
    backup.add_argument("file", type=Path, metavar="FILE")
    export = add_command(commands, "export", run_export, "every article as JSON lines, as ingest reads them")
    export.add_argument("--versions", action="store_true", help="also the versions that no longer answer, oldest first")


def run_embed(arguments: argparse.Namespace) -> int:
    """Go on with the vectors until none is missing or Ctrl-C is pressed."""
    with (
        opened(settings_of(arguments), replace_embedder=arguments.replace) as store,
        stopping_on_interrupt() as stopped,
        progress_bars(quiet=arguments.json) as bars,
    ):
        for problem in store.repair(lambda done, total: bars("repairing", done, total)):
            say(problem)
        made = store.embed_pending(should_stop=stopped, on_progress=lambda done, total: bars("embedding", done, total))
        status = store.status()
    if arguments.json:
        print_json({"embedded_now": made, "embedded": status.embedded, "passages": status.passages})
    else:
        console().print(
            f"{plural(made, 'passage')} embedded; {status.embedded:,} of {status.passages:,} with a vector."
        )
    return 130 if stopped() else DONE


def run_status(arguments: argparse.Namespace) -> int:
    """Print what the archive holds."""
    with opened(settings_of(arguments), with_embedder=False) as store:
        status, problems = store.status(), store.problems()
    if arguments.json:
        print_json({**plain(status), "problems": problems})
    else:
        _print_status(status)
        for problem in problems:
            console().print(Text(problem, style="yellow"))
    return DONE


def run_verify(arguments: argparse.Namespace) -> int:
    """Exit 1 where an index and the catalog differ."""
    with opened(settings_of(arguments), with_embedder=False) as store:
        report = store.verify()
    if arguments.json:
        print_json({"ok": report.ok, **plain(report)})
    else:
        out = console()
        for what, count in report.checked.items():
            out.print(f"{what}: {count:,}")
        for problem in report.problems:
            out.print(Text(problem, style="yellow"))
        if report.ok:
            out.print("All is well.")
    return DONE if report.ok else SOME_REJECTED


def run_rebuild(arguments: argparse.Namespace) -> int:
    """Write both indexes anew."""
    with (
        opened(settings_of(arguments), with_embedder=False) as store,
        progress_bars(quiet=arguments.json) as bars,
    ):
        store.rebuild(lambda done, total: bars("rebuilding", done, total))
        status = store.status()
    if arguments.json:
        print_json(plain(status))
    else:
        _print_status(status)
    return DONE


def run_edit(arguments: argparse.Namespace) -> int:
    """Show what was and what is; without a field, what is set by hand."""
    given = {field: getattr(arguments, field) for field in EDITABLE if getattr(arguments, field) is not None}
    values = {field: value_by_hand(field, value, today=date.today()) for field, value in given.items()}
    if both := sorted(set(values) & set(arguments.clear)):
        raise UsageError(f"--clear {both[0]} and --{both[0]} at once: leave one of them out.")
    settings = settings_of(arguments)
    with opened(settings, with_embedder=False) as store:
        report = store.edit(arguments.name, values, arguments.clear)
    if report.to_embed and {"title"} & {*values, *arguments.clear}:
        try:
            with opened(settings) as store:
                store.embed_pending(article=report.article_id)
        except BackissueError as error:  # the edit stands; it is found by its words
            say(f"The new title isn't embedded yet ({error}). Run `backissue embed`.")
    if arguments.json:
        print_json(plain(report))
    else:
        _print_edit(report)
    return DONE


def _print_edit(report: EditReport) -> None:
    out = console()
    out.print(Text(printable(f"{report.article_id}: {report.title} ({plural(report.versions, 'version')})")))
    if report.changes:
        table = Table("field", "was", "is")
        for change in report.changes:
            table.add_row(
                change.field, *(Text(printable(value or "unknown")) for value in (change.before, change.after))
            )
        out.print(table)
    else:
        out.print("Nothing changed.")
    for field, value in report.by_hand.items():
        out.print(Text(printable(f"by hand: {field} = {value or 'unknown'}"), style="dim"))


def run_remove(arguments: argparse.Namespace) -> int:
    """Take articles down and prove it."""
    if not (arguments.names or arguments.outlet or arguments.query):
        raise UsageError("Say what to remove: ids or URLs, --outlet NAME or --query TEXT.")
    if not arguments.dry_run and not (arguments.reason or "").strip():
        raise UsageError("A takedown needs --reason TEXT: it is kept with the tombstone. To look first, add --dry-run.")
    selector = RemovalSelector(tuple(arguments.names), arguments.outlet, arguments.query)
    with opened(settings_of(arguments), with_embedder=False) as store:
        report = store.remove(selector, arguments.reason or "", dry_run=arguments.dry_run)
    if not report.removed and not report.already_removed:
        raise UsageError("No article matches, so nothing was removed. `backissue search` shows what there is.")
    if arguments.json:
        print_json(plain(report))
    else:
        _print_removal(report)
    return SOME_REJECTED if report.left else DONE


def run_backup(arguments: argparse.Namespace) -> int:
    """Copy the catalog, from which the indexes can be rebuilt, and the files beside it, which can't."""
    file: Path = arguments.file
    if file.exists():
        raise UsageError(f"{file} exists already. Name a new file, or remove it first.")
    if not file.parent.is_dir():
        raise UsageError(f"The folder {file.parent} doesn't exist. Make it first.")
    with opened(settings_of(arguments), with_embedder=False) as store:
        report = store.backup(file)
    size = file.stat().st_size
    if arguments.json:
        print_json({"file": str(file), "bytes": size, **plain(report)})
    else:
        beside = f", {plural(report.files, 'file')} beside the catalog among it" if report.files else ""
        console().print(
            f"{file}: {size / 1e6:.1f} MB{beside}. To restore it, put it as catalog.sqlite3 in an empty folder and run "
            "`backissue rebuild` with that folder as --archive."
        )
    for name in report.left_out:
        say(f"{name} is larger than a backup can hold: copy it yourself.")
    return SOME_REJECTED if report.left_out else DONE


def run_export(arguments: argparse.Namespace) -> int:
    """Write every article to standard output; what is taken down meanwhile is written no more."""
    from archive.export import article_as_json

    with opened(settings_of(arguments), with_embedder=False) as store:
        for article in store.articles(order="ingested"):
            for exported in _all_versions(store, article) if arguments.versions else [article]:
                print_line(article_as_json(exported))
    return DONE


def _all_versions(store: ArchiveStore, article: Article) -> list[Article]:
    try:
        return [version.article for version in store.versions(article.article_id)]
    except UnknownArticleError:
        return []  # taken down since it was listed


def _out_of_sight(status: Status) -> dict[str, int]:
    return {"under embargo": status.embargoed, "withheld": status.withheld}


def _print_status(status: Status) -> None:
    days = f"{status.first_day} to {status.last_day}" if status.first_day else "no dated article"
    share = f" ({100 * status.embedded / status.passages:.0f}%)" if status.passages else ""
    rows = [
        ("folder", status.folder),
        ("articles", f"{status.articles:,} from {plural(status.outlets, 'outlet')}; {status.undated:,} undated"),
        ("published", days),
        *((why, f"{count:,}, out of sight") for why, count in _out_of_sight(status).items() if count),
        ("versions", f"{status.versions:,}"),
        ("stories printed more than once", f"{status.clusters_of_copies:,}"),
        ("taken down", f"{status.tombstones:,}"),
        ("passages with a vector", f"{status.embedded:,} of {status.passages:,}{share}"),
        ("embedder", status.embedder or "none yet"),
        *(
            (
                f"{index.name} index",
                f"{index.state}, {plural(index.entries, 'entry', 'entries')}, {index.waiting:,} waiting",
            )
            for index in status.indexes
        ),
        ("on disk", f"{status.disk_bytes / 1e6:.1f} MB"),
        ("generation", str(status.generation)),
    ]
    if status.writer:
        rows.append(("writing now", f"{status.writer.command} (process {status.writer.process_id})"))
    table = Table(show_header=False, box=None)
    for name, value in rows:
        table.add_row(name, Text(value))
    console().print(table)


def _print_removal(report: RemovalReport) -> None:
    out = console()
    if report.removed:
        out.print("Would be removed:" if report.dry_run else "Removed:")
    for article in report.removed:
        name = article.article_id + (f" ({article.external_id})" if article.external_id else "")
        parts = [name, article.outlet, article.published, article.title, plural(article.versions, "version")]
        out.print(Text(printable("  " + " · ".join(part for part in parts if part))))
        for copy in article.copies:
            name = copy.article_id + (f" ({copy.external_id})" if copy.external_id else "")
            parts = ["    also printed, and kept:", name, copy.outlet, copy.title]
            out.print(Text(printable(" ".join(part for part in parts if part)), style="dim"))
    for name in report.already_removed:
        out.print(f"{printable(name)}: taken down before")
    for file, what in report.side_files:
        out.print(Text(f"  {file}: {what}"))
    for note in (*report.notes, *report.left):
        out.print(Text(printable(note)))
