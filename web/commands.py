"""``backissue chat``, ``mcp`` and ``users``."""

from __future__ import annotations

import argparse
from pathlib import Path

from archive.settings import Settings
from archive.terminal import (
    DONE,
    CommandParsers,
    add_command,
    add_model_options,
    opened,
    progress_bars,
    say,
    settings_of,
)
from web.accounts import Accounts
from web.security import LOOPBACK_NAMES
from web.users_commands import add_users_command


def add_commands(commands: CommandParsers) -> None:
    """Register the command that opens the chat."""
    chat = add_command(commands, "chat", run_chat, "open the chat in the browser")
    chat.add_argument("--host", metavar="ADDRESS", help="address to listen on (default: 127.0.0.1)")
    chat.add_argument("--port", type=int, metavar="PORT", help="port to listen on; 0 takes a free one (default: 7860)")
    chat.add_argument("--host-name", metavar="NAMES", help="names that browsers know it by, separated by commas")
    chat.add_argument("--auth", type=Path, metavar="FILE", help="share it: only users of this file come in")
    add_model_options(chat)
    chat.add_argument("--sample", action="store_true", help="first ingest the sample archive of invented articles")

    add_users_command(commands)
    mcp = add_command(commands, "mcp", run_mcp, "serve the archive as MCP tools over standard input and output")
    add_model_options(mcp)


def _warn_if_open(settings: Settings) -> None:
    """Say it loudly where anybody on the network could read along."""
    if settings.auth is None and settings.host.casefold() not in LOOPBACK_NAMES:
        say(
            f"WARNING: listening on {settings.host} without --auth. Whoever can reach this address can read the whole "
            "archive and use the language model. Add users: backissue users add NAME --auth FILE; then: --auth FILE."
        )


def run_mcp(arguments: argparse.Namespace) -> int:
    """Speak the Model Context Protocol until standard input ends; nothing else is written to standard output."""
    from assistant.language_model import open_language_model
    from web.limits import Gate
    from web.mcp_server import build_mcp
    from web.read_only import ReadOnlyArchive

    settings = settings_of(arguments, model=arguments.model)
    gate = Gate(settings.answers_at_once, settings.answers_waiting)
    with opened(settings) as store:
        build_mcp(ReadOnlyArchive(store, settings, open_language_model(settings)), gate).run("stdio")
    return DONE


def run_chat(arguments: argparse.Namespace) -> int:
    """Serve the chat until it is stopped."""
    from assistant.language_model import open_language_model
    from web.server import serve

    settings = settings_of(
        arguments,
        host=arguments.host,
        port=arguments.port,
        model=arguments.model,
        host_names=arguments.host_name,
        auth=arguments.auth,
    )
    if settings.auth is not None:
        Accounts(settings.auth)  # a wrong file is told before anything is loaded
    _warn_if_open(settings)
    with opened(settings, create=True) as store:
        if arguments.sample:
            from ingest.pipeline import IngestOptions, ingest
            from sample import ARTICLES

            with progress_bars() as on_progress:
                options = IngestOptions(embed=False, passage_tokens=settings.passage_tokens)
                ingest(store, [str(ARTICLES)], options=options, on_progress=on_progress)
        say(f"Archive: {Path(settings.archive).resolve()}")
        serve(
            store,
            settings,
            host=settings.host,
            port=settings.port,
            language_model=open_language_model(settings),
            on_ready=lambda url: say(f"The chat is open at {url}   (Ctrl-C stops it)"),
        )
    return DONE
