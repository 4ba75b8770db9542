"""One module per format, and the table that finds it: by content where that is clear, else by the file's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from ingest.bytestreams import OpenFile
from ingest.document import Draft, RawDocument, Rejected
from ingest.readers import (
    email_messages,
    feed,
    html,
    jsonl,
    markdown,
    newsml,
    ninjs,
    nitf,
    parquet,
    pdf,
    table,
    text,
    warc,
)
from ingest.xmltree import root_name


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
    "jsonl": Format("application/json", (".jsonl", ".ndjson", ".jl"), jsonl.documents, ninjs.parse),
    "json": Format("application/json", (".json",), ninjs.json_documents, ninjs.parse),
    "text": Format("text/plain", (".txt", ".text"), text.documents, text.parse),
    "markdown": Format("text/markdown", (".md", ".markdown", ".mdown"), markdown.documents, markdown.parse),
    "html": Format("text/html", (".html", ".htm", ".xhtml", ".shtml"), html.documents, html.parse, needs_child=True),
    "csv": Format("application/json", (".csv", ".tsv", ".tab"), table.documents, jsonl.parse),
    "parquet": Format("application/json", (".parquet", ".pq"), parquet.documents, jsonl.parse),
    "newsml": Format("application/xml", (".xml", ".newsml"), newsml.documents, newsml.parse),
    "nitf": Format("application/xml", (".nitf",), nitf.documents, nitf.parse),
    "feed": Format("application/json", (".rss", ".atom", ".rdf"), feed.documents, jsonl.parse),
    "eml": Format("message/rfc822", (".eml",), email_messages.documents, email_messages.parse, needs_child=True),
    "mbox": Format("message/rfc822", (".mbox",), email_messages.mbox_documents, email_messages.parse, needs_child=True),
    "pdf": Format("application/pdf", (".pdf",), pdf.documents, pdf.parse, needs_child=True),
    "warc": Format("application/warc", (".warc", ".arc"), warc.documents, warc.parse, needs_child=True),
}
_BY_SUFFIX = {suffix: name for name, known in FORMATS.items() for suffix in known.suffixes}
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")
_MAGIC = {parquet.MAGIC: "parquet", pdf.MAGIC: "pdf", b"WARC/": "warc", b"filedesc://": "warc"}


def readable_suffixes() -> str:
    """For messages: ".jsonl, .txt, ..."."""
    return ", ".join(sorted(_BY_SUFFIX))


def format_of_name(name: str) -> str | None:
    """The format that a file name (without ``.gz``) tells, or None."""
    dot = name.rfind(".")
    return _BY_SUFFIX.get(name[dot:].casefold()) if dot > 0 else None


def format_of_content(head: bytes) -> str | None:
    """The format that the first bytes tell beyond doubt, or None for plain text and what isn't text."""
    if magic := next((name for start, name in _MAGIC.items() if head.lstrip().startswith(start)), None):
        return magic
    start = head.lstrip()[:400].lower()
    if start.startswith(b"<!--"):
        start = start[start.find(b"-->") + 3 :].lstrip()
    if start.startswith(_HTML_STARTS):
        return "html"
    if feed.looks_like_feed(head):
        return "feed"
    if start.startswith(b"{"):
        return "json"
    if start.startswith(b"<") and (format_name := _format_of_xml(head)):
        return format_name
    if email_messages.looks_like_mbox(head):
        return "mbox"
    if email_messages.looks_like_message(head):
        return "eml"
    return "csv" if table.looks_like_table(head) else None


def _format_of_xml(head: bytes) -> str | None:
    root = root_name(head)
    if root == "html":
        return "html"
    if root == "nitf":
        return "nitf"
    # XML of a kind nobody reads is no text either: the reader says which it is
    return "newsml" if root in newsml.ROOTS or head.lstrip().startswith(b"<?xml") else None
