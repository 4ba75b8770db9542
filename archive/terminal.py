"""What every command of ``backissue`` shares: options, opening the archive, JSON and progress on the terminal.

Results go to standard output, everything else (progress, errors) to standard error, so that ``--json`` can be piped.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from archive.errors import UsageError
from archive.filters import SearchFilter
from archive.outlet_choice import chosen_outlets
from archive.settings import Settings, load_settings
from archive.store import ArchiveStore

DONE, SOME_REJECTED, FAILED = 0, 1, 2
_SURROGATE = re.compile("[\ud800-\udfff]")

Command = Callable[[argparse.Namespace], int]
CommandParsers = Any  # argparse doesn't export the type of add_subparsers()


def add_shared_options(parser: argparse.ArgumentParser, *, top: bool = False) -> None:
    """``--archive``, ``--json``, ``--wait``, ``--debug``: the same before and after a command's name.

    Only the ``top`` parser has defaults, so that a subcommand doesn't reset what stood before its name.
    """

    def default(value: object) -> object:
        return value if top else argparse.SUPPRESS

    parser.add_argument(
        "--archive", default=default(None), metavar="DIR", help="the archive's folder (default: ./backissue-archive)"
    )
    parser.add_argument("--json", action="store_true", default=default(False), help="print the result as JSON")
    parser.add_argument(
        "--wait",
        type=float,
        default=default(None),
        metavar="SECONDS",
        help="wait so long for another writer (default: 60)",
    )
    parser.add_argument("--debug", action="store_true", default=default(False), help="show the traceback of an error")


def add_command(commands: CommandParsers, name: str, run: Command, summary: str) -> argparse.ArgumentParser:
    """Add a subcommand with the shared options; ``run`` gets the parsed arguments and returns the exit code."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=summary, description=summary)
    add_shared_options(parser)
    parser.set_defaults(run=run)
    return parser


def add_filter_options(parser: argparse.ArgumentParser) -> None:
    """The options that narrow a search."""
    parser.add_argument("--asked-on", type=day, metavar="DAY", help="the day the question is asked (default: today)")
    parser.add_argument("--from", dest="published_from", type=day, metavar="DAY", help="published on or after DAY")
    parser.add_argument("--to", dest="published_to", type=day, metavar="DAY", help="published on or before DAY")
    parser.add_argument(
        "--outlet",
        type=words,
        action="append",
        default=[],
        metavar="NAME",
        help="only this outlet, by name, alias or short form (repeatable)",
    )
    parser.add_argument(
        "--byline",
        type=words,
        action="append",
        default=[],
        metavar="NAME",
        help="only articles by this author (repeatable)",
    )
    parser.add_argument("--as-of", type=day, metavar="DAY", help="the archive as it was on DAY: nothing later exists")


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """The options that choose a language model."""
    parser.add_argument("--model", metavar="NAME", help="the language model at the endpoint (see: backissue models)")
    parser.add_argument(
        "--local-model", metavar="FILE.gguf", help="run this model on this machine (needs the extra backissue[local])"
    )


def day(text: str) -> date:
    """Read a command-line day, ``YYYY-MM-DD``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as YYYY-MM-DD, like 2024-05-03") from None


def words(text: str) -> str:
    """Read words from the command line: bytes of it that are no UTF-8 become U+FFFD, which no index chokes on."""
    return _SURROGATE.sub("\ufffd", text)


def positive(text: str) -> int:
    """Read a whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def settings_of(arguments: argparse.Namespace, **overrides: object) -> Settings:
    """The settings, with what the command line says on top."""
    named = {
        "archive": arguments.archive,
        "wait_seconds": arguments.wait,
        "model": getattr(arguments, "model", None),
        "local_model": getattr(arguments, "local_model", None),
    }
    return load_settings(named | overrides)


def wall_of(arguments: argparse.Namespace, store: ArchiveStore) -> SearchFilter:
    """The filter that the user set. Raises UsageError for an outlet that the archive doesn't have."""
    wall = SearchFilter(
        arguments.published_from, arguments.published_to, authors=tuple(arguments.byline), as_of=arguments.as_of
    )
    if wall.published_from and wall.published_to and wall.published_from > wall.published_to:
        raise UsageError(f"--from {wall.published_from} is after --to {wall.published_to}.")
    if not arguments.outlet:
        return wall
    return replace(wall, outlets=chosen_outlets(arguments.outlet, store.outlet_names()))


@contextmanager
def opened(
    settings: Settings, *, create: bool = False, with_embedder: bool = True, replace_embedder: bool = False
) -> Iterator[ArchiveStore]:
    """The archive, with the embedder that the settings name; closed afterwards."""
    from archive.embedder import open_embedder

    embedder = open_embedder(settings) if with_embedder else None
    folder = Path(settings.archive)
    with ArchiveStore.open(
        folder,
        embedder=embedder,
        create=create,
        wait_seconds=settings.wait_seconds,
        replace_embedder=replace_embedder,
    ) as store:
        yield store


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=not _speaks_utf8(), indent=2) + "\n")


def print_line(value: object) -> None:
    """One JSON value on one line of standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=not _speaks_utf8()) + "\n")


def _speaks_utf8() -> bool:
    return (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "") in {"utf8", "utf8sig"}


def console() -> Console:
    """For results that people read. What comes from an article is never read as markup or control codes."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)


def printable(text: str) -> str:
    """Text of an article or a model, without control codes that a terminal would obey."""
    return "".join(character if character.isprintable() or character == "\n" else " " for character in text)


def say(text: str) -> None:
    """A line on standard error."""
    Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True).print(Text(text))


@contextmanager
def progress_bars(*, quiet: bool = False) -> Iterator[Callable[[str, int, int | None], None]]:
    """A bar per stage on standard error: call the yielded function with (stage, done, total or None)."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    error_console = Console(stderr=True)
    with Progress(*columns, console=error_console, disable=quiet or not error_console.is_terminal) as progress:
        tasks: dict[str, Any] = {}

        def update(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=total, rate="")
            task = progress.tasks[progress.task_ids.index(tasks[stage])]
            rate = f"{task.speed:.0f}/s" if task.speed else ""
            task.total = total  # told to update(), a new estimate would forget the speed
            progress.update(tasks[stage], completed=done, rate=rate)

        yield update
