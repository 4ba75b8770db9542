"""The front door: the ``backissue`` command. Without a subcommand it opens the chat."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from importlib import metadata

COMMAND_MODULES = ("ingest", "archive", "assistant", "evaluation", "web")


def build_parser() -> argparse.ArgumentParser:
    """Every command of every room, each described where its work is done (``<room>/commands.py``)."""
    from importlib import import_module

    from archive.command_parser import CommandParser
    from archive.terminal import add_shared_options

    parser = CommandParser(
        prog="backissue", description="Ask your own archive of news articles. Without a command it opens the chat."
    )
    parser.add_argument("--version", action="version", version=f"backissue {metadata.version('backissue')}")
    add_shared_options(parser, top=True)
    commands = parser.add_subparsers(metavar="COMMAND", dest="command")
    for room in COMMAND_MODULES:
        import_module(f"{room}.commands").add_commands(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 some input was rejected, 2 nothing could be done."""
    from archive.errors import BackissueError
    from archive.terminal import FAILED, say

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what the terminal can't show is spelled out, and never stops us
            stream.reconfigure(errors="backslashreplace")
    arguments_given = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in arguments_given
    try:
        parser = build_parser()
        arguments = parser.parse_args(arguments_given)
        if arguments.command is None:
            arguments = parser.parse_args([*arguments_given, "chat"])
        return int(arguments.run(arguments))
    except BackissueError as error:
        if debug:
            raise
        say(f"backissue: {error}")
        return FAILED
    except KeyboardInterrupt:
        say("backissue: stopped. Run the same command again to go on; nothing was lost.")
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone, as with `| head`
        return 0
    except PermissionError as error:
        if debug:
            raise
        say(f"backissue: {error.filename or error}: {error.strerror}. Check whose it is, or name another place.")
        return FAILED
    except Exception as error:
        if debug:
            raise
        say(
            f"backissue: unexpected {type(error).__name__}: {error}. "
            "Run it again with --debug and report what it prints."
        )
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
