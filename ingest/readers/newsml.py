"""NewsML-G2 (a news item, or a news message with several) and NewsML 1, as agencies send them; also NITF in ``.xml``.

An item is an article if it is of the class "text" and holds its text. Packages, planning items, concepts and pictures
are rejected with the reason. XML that is none of these is rejected by the name of its first element.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from typing import TYPE_CHECKING

from ingest.bytestreams import OpenFile, whole
from ingest.document import Draft, RawDocument, Rejected, UnreadableDocumentError
from ingest.publishing import with_standing
from ingest.readers.newsml_g2 import NOT_ARTICLES, draft_from_news_item
from ingest.readers.newsml_one import draft_from_newsml
from ingest.readers.nitf import draft_from_nitf, find_nitf, xml_document
from ingest.xmltree import LARGEST_XML, first, local, parse_xml, root_name, stream_items

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

ROOTS = frozenset({"newsMessage", "newsItem", "NewsML", *NOT_ARTICLES})
_ITEMS = frozenset({"newsItem", "NewsItem", *NOT_ARTICLES})
_SEVERAL = frozenset({"newsMessage", "NewsML"})


def documents(file: OpenFile) -> Iterator[RawDocument | Rejected]:
    """The file as one document, or each item of a message, numbered from 1."""
    if root_name(file.head(20_000)) in _SEVERAL:
        yield from _items(file)
        return
    yield from xml_document(file, "newsml")


def parse(raw: RawDocument, *, today: date) -> Draft:
    """The article. Raises UnreadableDocumentError for what isn't one, not well-formed, or not to be shown."""
    root = parse_xml(raw.content)
    name = local(root)
    whole_file = raw.line is None
    if name == "newsMessage":
        root = next((part for part in root.iter() if local(part) in _ITEMS), root)
        name = local(root)
    if name in NOT_ARTICLES:
        raise UnreadableDocumentError(f"{NOT_ARTICLES[name]}, not an article.")
    if name == "newsItem":
        draft = draft_from_news_item(root, today=today, whole_file=whole_file)
    elif name == "NewsML":
        draft = draft_from_newsml(root, today=today, whole_file=whole_file)
    elif (article := find_nitf(root)) is not None:
        draft = draft_from_nitf(article, today=today, whole_file=whole_file)
    elif name == "newsMessage":
        raise UnreadableDocumentError("a news message without items.")
    else:
        raise UnreadableDocumentError(
            f"this kind of XML (<{name[:40]}>) isn't read; NewsML, NITF, RSS and Atom are. Export it as one of these."
        )
    return with_standing(draft)


def _items(file: OpenFile) -> Iterator[RawDocument | Rejected]:
    """Each item as a document of its own; NewsML 1's keep the envelope that names their sender."""
    content, damage = whole(file.chunks(), LARGEST_XML)
    if content is None or damage:
        yield from _streamed(file)
        return
    try:
        root = parse_xml(content)
    except UnreadableDocumentError as error:
        if "well-formed" not in str(error):
            yield Rejected(file.source, None, str(error))
            return
        yield from _streamed(file)  # a damaged message: the items before the damage
        return
    items = [part for part in root.iter() if local(part) in _ITEMS]
    if len(items) <= 1:
        yield RawDocument(content, "newsml", file.source)
        return
    envelope = first(root, "NewsEnvelope")
    for number, item in enumerate(items, 1):
        yield RawDocument(_serialized(item, envelope), "newsml", file.source, number)


def _streamed(file: OpenFile) -> Iterator[RawDocument | Rejected]:
    number = 0
    envelope: _Element | None = None
    try:
        for item in stream_items(file, _ITEMS | {"NewsEnvelope"}):
            if local(item) == "NewsEnvelope":
                envelope = deepcopy(item)
                continue
            number += 1
            yield RawDocument(_serialized(item, envelope), "newsml", file.source, number)
    except UnreadableDocumentError as error:
        read = f"; {number} items before it were read" if number else ""
        yield Rejected(file.source, None, f"{str(error).rstrip('.')}{read}.")
        return
    if not number:
        yield Rejected(file.source, None, "a news message without items.")


def _serialized(item: _Element, envelope: _Element | None) -> bytes:
    from lxml import etree  # type: ignore[import-untyped]

    if local(item) == "NewsItem":
        root = etree.Element("NewsML")
        root.extend(deepcopy(part) for part in (envelope, item) if part is not None)
        item = root
    content: bytes = etree.tostring(item, encoding="utf-8", xml_declaration=True, with_tail=False)
    return content


def looks_like_newsml(head: bytes) -> bool:
    """Whether a file's first bytes are NewsML's, or XML of a kind nobody reads: that is no text, the reader says what.

    What is more than XML is told by the formats before it in the table.
    """
    start = head.lstrip()
    return start.startswith(b"<") and (root_name(head) in ROOTS or start.startswith(b"<?xml"))
