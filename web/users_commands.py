"""``backissue users``: who may come in where the chat is shared."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from rich.table import Table
from rich.text import Text

from archive.counts import plural
from archive.errors import UsageError
from archive.terminal import DONE, Command, CommandParsers, add_command, console, print_json, say, settings_of
from web.accounts import Accounts, Role


def add_users_command(commands: CommandParsers) -> None:
    """Register ``users`` with its own subcommands."""
    users = add_command(commands, "users", _needs_action, "who may come in where the chat is shared (--auth)")
    actions = users.add_subparsers(metavar="ACTION")

    def action(name: str, run: Command, summary: str, *, of: bool = True) -> argparse.ArgumentParser:
        parser = add_command(actions, name, run, summary)
        parser.add_argument("--auth", type=Path, metavar="FILE", help="the users' file (default: the setting `auth`)")
        if of:
            parser.add_argument("name", metavar="NAME")
        return parser

    add = action("add", run_add, "add a user; the password is asked for, or read from standard input")
    add.add_argument("--role", type=Role, choices=list(Role), default=Role.READER, help="default: reader")
    action("passwd", run_passwd, "change a user's password; their sessions end")
    role = action("role", run_role, "make a user a reader or an editor")
    role.add_argument("role", type=Role, choices=list(Role))
    action("remove", run_remove, "remove a user; their sessions and tokens end")
    token = action("token", run_token, "make a token for a program; it is shown once")
    token.add_argument("--revoke", action="store_true", help="make all tokens of the user worthless instead")
    action("list", run_list, "list the users", of=False)


def _needs_action(arguments: argparse.Namespace) -> int:
    raise UsageError("Say what to do: backissue users add, passwd, role, remove, token or list.")


def run_add(arguments: argparse.Namespace) -> int:
    """Add one."""
    accounts = _accounts(arguments, create=True)
    if accounts.find(arguments.name) is not None:  # before a password is asked for in vain
        raise UsageError(f"There is a user {arguments.name!r} already; `backissue users passwd` changes the password.")
    account = accounts.add(arguments.name, _password(), arguments.role)
    say(f"{account.name} may come in as {account.role}. Share the chat with `backissue chat --auth {accounts.file}`.")
    return DONE


def run_passwd(arguments: argparse.Namespace) -> int:
    """Change a password."""
    _accounts(arguments).change(arguments.name, password=_password())
    say("Changed. Sessions under the old password have ended.")
    return DONE


def run_role(arguments: argparse.Namespace) -> int:
    """Change a role."""
    _accounts(arguments).change(arguments.name, role=arguments.role)
    say(f"{arguments.name} is {'an editor' if arguments.role is Role.EDITOR else 'a reader'} now.")
    return DONE


def run_remove(arguments: argparse.Namespace) -> int:
    """Remove one."""
    _accounts(arguments).remove(arguments.name)
    say(f"{arguments.name} can't come in any more. Nobody can open their conversations.")
    return DONE


def run_token(arguments: argparse.Namespace) -> int:
    """Print a new token on standard output, or revoke all."""
    accounts = _accounts(arguments)
    if arguments.revoke:
        say(f"{plural(accounts.revoke_tokens(arguments.name), 'token')} revoked.")
        return DONE
    token = accounts.issue_token(arguments.name)
    say("Send it as `Authorization: Bearer TOKEN`. It isn't kept here and can't be shown again:")
    sys.stdout.write(token + "\n")
    return DONE


def run_list(arguments: argparse.Namespace) -> int:
    """Print them."""
    accounts = _accounts(arguments).all()
    if arguments.json:
        print_json([{"name": each.name, "role": each.role.value, "tokens": len(each.tokens)} for each in accounts])
        return DONE
    table = Table(box=None)
    for heading in ("name", "role", "tokens"):
        table.add_column(heading)
    for each in accounts:
        table.add_row(Text(each.name), each.role.value, str(len(each.tokens)))
    console().print(table)
    return DONE


def _accounts(arguments: argparse.Namespace, *, create: bool = False) -> Accounts:
    file = settings_of(arguments, auth=arguments.auth).auth
    if file is None:
        raise UsageError("Name the users' file with --auth FILE, or set `auth` in backissue.toml.")
    return Accounts(file, create=create)


def _password() -> str:
    """Ask twice on a terminal; else the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise UsageError("The two don't agree; nothing was changed.")
    return first
