"""``backissue outlets``: what the outlets of the archive are called, and what else readers call them."""

from __future__ import annotations

import argparse

from rich.table import Table
from rich.text import Text

from archive.alias_editing import add_aliases, remove_aliases
from archive.outlet_choice import short_forms
from archive.outlet_names import ALIASES_FILE, OutletNames
from archive.terminal import (
    DONE,
    CommandParsers,
    add_command,
    console,
    opened,
    print_json,
    printable,
    say,
    settings_of,
    words,
)


def add_outlets_command(commands: CommandParsers) -> None:
    """Register ``outlets`` with its own subcommands."""
    outlets = add_command(commands, "outlets", run_list, "list the outlets, and what else they are called")
    actions = outlets.add_subparsers(metavar="ACTION")
    alias = add_command(actions, "alias", run_alias, f"let an outlet be called something else too ({ALIASES_FILE})")
    alias.add_argument("outlet", type=words, metavar="OUTLET")
    alias.add_argument("aliases", type=words, nargs="+", metavar="ALIAS")
    unalias = add_command(actions, "unalias", run_unalias, "take aliases back")
    unalias.add_argument("aliases", type=words, nargs="+", metavar="ALIAS")


def run_list(arguments: argparse.Namespace) -> int:
    """Print every outlet with its articles, the aliases written down, and the short forms understood by themselves."""
    with opened(settings_of(arguments), with_embedder=False) as store:
        counts, known = store.outlets(), store.outlet_names()
    derived: dict[str, list[str]] = {name: [] for name in known.names}
    for form, outlet in short_forms(known).items():
        derived[outlet].append(form)
    if arguments.json:
        rows = [
            {"outlet": name, "articles": count, "aliases": list(known.aliases_of(name)),
             "short_forms": sorted(derived[name])}
            for name, count in counts
        ]  # fmt: skip
        print_json({"outlets": rows, "problems": list(known.problems)})
        return DONE
    table = Table(box=None)
    for heading in ("outlet", "articles", "aliases", "also understood"):
        table.add_column(heading, justify="right" if heading == "articles" else "left")
    for name, count in counts:
        cells = (", ".join(known.aliases_of(name)), ", ".join(sorted(derived[name])))
        table.add_row(Text(printable(name)), f"{count:,}", *(Text(printable(cell)) for cell in cells))
    console().print(table)
    _say_problems(known)
    return DONE


def run_alias(arguments: argparse.Namespace) -> int:
    """Add aliases."""
    with opened(settings_of(arguments), with_embedder=False) as store:
        known = add_aliases(store.folder, [name for name, _ in store.outlets()], arguments.outlet, arguments.aliases)
    outlet = known.find(arguments.outlet) or arguments.outlet
    if arguments.json:
        print_json({"outlet": outlet, "aliases": list(known.aliases_of(outlet))})
    else:
        say(f"{outlet} is also called {', '.join(known.aliases_of(outlet))}.")
    _say_problems(known)
    return DONE


def run_unalias(arguments: argparse.Namespace) -> int:
    """Take aliases back."""
    with opened(settings_of(arguments), with_embedder=False) as store:
        known = remove_aliases(store.folder, [name for name, _ in store.outlets()], arguments.aliases)
    if arguments.json:
        print_json({"removed": arguments.aliases})
    else:
        say(f"No alias any more: {', '.join(arguments.aliases)}.")
    _say_problems(known)
    return DONE


def _say_problems(known: OutletNames) -> None:
    for problem in known.problems:
        say(problem)
