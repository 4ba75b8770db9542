"""Saved HTML pages: one article per file; parsing is ``extract``'s, always in a child process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from ingest.bytestreams import OpenFile
from ingest.document import Draft, RawDocument, Rejected
from ingest.readers import text
from ingest.xmltree import root_name

_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")


def documents(file: OpenFile) -> Iterator[RawDocument | Rejected]:
    """The file as one document."""
    return text.documents(file, "html")


def parse(raw: RawDocument, *, today: date) -> Draft:
    """The page -> Draft. Raises UnreadableDocumentError where there is no article in it."""
    from ingest.extract import extract_page

    draft = extract_page(raw.content, today=today)
    return replace(draft, partial=draft.partial or raw.damaged, whole_file=True)


def looks_like_page(head: bytes) -> bool:
    """Whether a file's first bytes are a page's."""
    start = head.lstrip()[:400].lower()
    if start.startswith(b"<!--"):
        start = start[start.find(b"-->") + 3 :].lstrip()
    return start.startswith(_STARTS) or (start.startswith(b"<") and root_name(head) == "html")
