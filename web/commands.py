"""``backissue chat``."""

from __future__ import annotations

import argparse
from pathlib import Path

from archive.terminal import DONE, CommandParsers, add_command, opened, progress_bars, say, settings_of


def add_commands(commands: CommandParsers) -> None:
    """Register the command that opens the chat."""
    chat = add_command(commands, "chat", run_chat, "open the chat in the browser")
    chat.add_argument("--host", metavar="ADDRESS", help="address to listen on (default: 127.0.0.1)")
    chat.add_argument("--port", type=int, metavar="PORT", help="port to listen on; 0 takes a free one (default: 7860)")
    chat.add_argument("--host-name", metavar="NAMES", help="names that browsers know it by, separated by commas")
    chat.add_argument("--model", metavar="NAME", help="the language model at the endpoint")
    chat.add_argument("--sample", action="store_true", help="first ingest the sample archive of invented articles")

    mcp = add_command(commands, "mcp", run_mcp, "serve the archive as MCP tools over standard input and output")
    mcp.add_argument("--model", metavar="NAME", help="the language model at the endpoint")


def run_mcp(arguments: argparse.Namespace) -> int:
    """Speak the Model Context Protocol until standard input ends; nothing else is written to standard output."""
    from assistant.language_model import open_language_model
    from web.limits import Gate
    from web.mcp_server import build_mcp
    from web.read_only import ReadOnlyArchive

    settings = settings_of(arguments, model=arguments.model)
    with opened(settings) as store:
        build_mcp(ReadOnlyArchive(store, settings, open_language_model(settings)), Gate()).run("stdio")
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
    )
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
