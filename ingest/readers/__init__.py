"""One module per format, and the table that finds it: by content where that is clear, else by the file's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from ingest.bytestreams import OpenFile
from ingest.document import Draft, RawDocument, Rejected
from ingest.readers import email_messages as mail
from ingest.readers import (
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


def _starts(*magic: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.lstrip().startswith(magic)


class Parser(Protocol):
    """A raw document -> Draft; raises UnreadableDocumentError."""

    def __call__(self, raw: RawDocument, *, today: date) -> Draft:
        """``today`` only serves to refuse dates to come."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is read. ``documents`` streams in the main process, ``parse`` runs wherever there is room.

    ``told_by`` says of a file's first 4 kB whether they are surely of this format; without it a file is told by its
    name's ending. ``has_magic``: they tell it beyond doubt, whatever another program calls such a file.
    ``takes_mapping``: ``documents`` takes ``mapping={column: field}``.
    """

    media_type: str
    suffixes: tuple[str, ...]
    documents: Callable[..., Iterator[RawDocument | Rejected]]
    parse: Parser
    told_by: Callable[[bytes], bool] | None = None
    needs_child: bool = False  # parsing may hang or crash: never in the main process
    takes_mapping: bool = False
    has_magic: bool = False


_JSON, _XML, _MAIL = "application/json", "application/xml", "message/rfc822"
# A format is one module and one entry here. The first whose ``told_by`` agrees has it, so the surest stand first.
FORMATS: Mapping[str, Format] = {
    "parquet": Format(
        _JSON,
        (".parquet", ".pq"),
        parquet.documents,
        jsonl.parse,
        _starts(parquet.MAGIC),
        takes_mapping=True,
        has_magic=True,
    ),
    "pdf": Format(
        "application/pdf", (".pdf",), pdf.documents, pdf.parse, _starts(pdf.MAGIC), needs_child=True, has_magic=True
    ),
    "warc": Format(
        "application/warc",
        (".warc", ".arc"),
        warc.documents,
        warc.parse,
        _starts(*warc.MAGIC),
        needs_child=True,
        has_magic=True,
    ),
    "html": Format(
        "text/html",
        (".html", ".htm", ".xhtml", ".shtml"),
        html.documents,
        html.parse,
        html.looks_like_page,
        needs_child=True,
        has_magic=True,
    ),
    "feed": Format(_JSON, (".rss", ".atom", ".rdf"), feed.documents, jsonl.parse, feed.looks_like_feed),
    "json": Format(_JSON, (".json",), ninjs.json_documents, ninjs.parse, jsonl.looks_like_json, takes_mapping=True),
    "nitf": Format(_XML, (".nitf",), nitf.documents, nitf.parse, nitf.looks_like_nitf),
    "newsml": Format(_XML, (".xml", ".newsml"), newsml.documents, newsml.parse, newsml.looks_like_newsml),
    "mbox": Format(_MAIL, (".mbox",), mail.mbox_documents, mail.parse, mail.looks_like_mbox, needs_child=True),
    "eml": Format(_MAIL, (".eml",), mail.documents, mail.parse, mail.looks_like_message, needs_child=True),
    "csv": Format(
        _JSON, (".csv", ".tsv", ".tab"), table.documents, jsonl.parse, table.looks_like_table, takes_mapping=True
    ),
    "jsonl": Format(_JSON, (".jsonl", ".ndjson", ".jl"), jsonl.documents, ninjs.parse, takes_mapping=True),
    "text": Format("text/plain", (".txt", ".text"), text.documents, text.parse),
    "markdown": Format("text/markdown", (".md", ".markdown", ".mdown"), markdown.documents, markdown.parse),
}
_BY_SUFFIX = {suffix: name for name, known in FORMATS.items() for suffix in known.suffixes}


def documents_of(
    file: OpenFile, format_name: str, mapping: Mapping[str, str] | None
) -> Iterator[RawDocument | Rejected]:
    """What a file holds. Where a library fails on it, that is rejected and what came before stands: never an error."""
    known = FORMATS[format_name]
    options = {"mapping": mapping} if known.takes_mapping and mapping else {}
    try:
        yield from known.documents(file, **options)
    except Exception as error:  # recorded with the file, and the next one is read
        reason = f"it could not be read any further ({type(error).__name__}: {error})."
        yield Rejected(file.source, None, reason[:300])


def readable_suffixes() -> str:
    """For messages: ".jsonl, .txt, ..."."""
    return ", ".join(sorted(_BY_SUFFIX))


def format_of_name(name: str) -> str | None:
    """The format that a file name (without ``.gz``) tells, or None."""
    dot = name.rfind(".")
    return _BY_SUFFIX.get(name[dot:].casefold()) if dot > 0 else None


def format_of_content(head: bytes) -> str | None:
    """The format that the first bytes tell beyond doubt, or None for plain text and what isn't text."""
    return next((name for name, known in FORMATS.items() if known.told_by is not None and known.told_by(head)), None)
