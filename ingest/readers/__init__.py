"""One module per format, and the table that finds it: by content where that is clear, else by the file's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from ingest.bytestreams import OpenFile
from ingest.document import Draft, RawDocument, Rejected
from ingest.readers import html, jsonl, markdown, text


class Parser(Protocol):
    """A raw document -> Draft; raises UnreadableDocumentError."""

    def __call__(self, raw: RawDocument, *, today: date) -> Draft:
        """``today`` only serves to refuse dates to come."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is read. ``documents`` streams in the main process, ``parse`` runs wherever there is room."""

    media_type: str
    suffixes: tuple[str, ...]
    documents: Callable[[OpenFile], Iterator[RawDocument | Rejected]]
    parse: Parser
    needs_child: bool = False  # parsing may hang or crash: never in the main process


FORMATS: Mapping[str, Format] = {
    "jsonl": Format("application/json", (".jsonl", ".ndjson", ".jl"), jsonl.documents, jsonl.parse),
    "json": Format("application/json", (".json",), jsonl.json_documents, jsonl.parse),
    "text": Format("text/plain", (".txt", ".text"), text.documents, text.parse),
    "markdown": Format("text/markdown", (".md", ".markdown", ".mdown"), markdown.documents, markdown.parse),
    "html": Format("text/html", (".html", ".htm", ".xhtml", ".shtml"), html.documents, html.parse, needs_child=True),
}
_BY_SUFFIX = {suffix: name for name, known in FORMATS.items() for suffix in known.suffixes}
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")


def readable_suffixes() -> str:
    """For messages: ".jsonl, .txt, ..."."""
    return ", ".join(sorted(_BY_SUFFIX))


def format_of_name(name: str) -> str | None:
    """The format that a file name (without ``.gz``) tells, or None."""
    dot = name.rfind(".")
    return _BY_SUFFIX.get(name[dot:].casefold()) if dot > 0 else None


def format_of_content(head: bytes) -> str | None:
    """The format that the first bytes tell beyond doubt, or None for plain text and what isn't text."""
    start = head.lstrip()[:400].lower()
    if start.startswith(b"<!--"):
        start = start[start.find(b"-->") + 3 :].lstrip()
    if start.startswith(_HTML_STARTS) or (start.startswith(b"<?xml") and b"<html" in head.lower()):
        return "html"
    if start.startswith(b"{"):
        return "json"
    return None
