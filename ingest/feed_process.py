"""A feed read in a process of its own, stopped when it takes too long or too much memory."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Mapping
from datetime import date
from multiprocessing.connection import Connection

from ingest.document import UnreadableDocumentError
from ingest.feeds import Feed, read_xml_feed

_MOST_MEMORY = 2_000_000_000  # bytes of address space


def read_apart(text: str, entities: Mapping[str, str], url: str, today: date, *, seconds: float) -> Feed:
    """``read_xml_feed`` with a limit of time. Raises UnreadableDocumentError."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_read, args=(theirs, text, dict(entities), url, today), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            raise UnreadableDocumentError(f"reading the feed took longer than {seconds:g} s.")
        result = ours.recv()
    except EOFError:
        raise UnreadableDocumentError("reading the feed took too much memory, or crashed the parser.") from None
    finally:
        ours.close()
        process.kill()
        process.join()
        process.close()
    if isinstance(result, Feed):
        return result
    raise UnreadableDocumentError(str(result))


def _read(answer: Connection, text: str, entities: dict[str, str], url: str, today: date) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's affair
    try:
        import resource
    except ImportError:  # not a Unix: the limit of time remains
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    try:
        answer.send(read_xml_feed(text, entities, url, today))
    except UnreadableDocumentError as error:
        answer.send(str(error))
