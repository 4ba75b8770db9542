"""XML from strangers -> a tree, without what could grow, read files or call out; and the text of its elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from ingest.bytestreams import DamagedFileError, OpenFile
from ingest.document import UnreadableDocumentError
from ingest.htmltext import LONGEST_TAG
from ingest.xmltext import after_prolog, without_doctype, xml_text

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

LARGEST_XML = 16_000_000  # bytes of one item
_OVERLONG_TAG = re.compile(rf"<[^<>]{{{LONGEST_TAG},}}")
_NAMED_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9._-]{0,31});")
_STRAY_AMPERSAND = re.compile(r"&(?!#\d{1,7};|#x[\da-fA-F]{1,6};|[A-Za-z][\w.-]{0,31};)")
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r")

# Of HTML and of NITF.
_DROPPED = frozenset(
    ("script style noscript template iframe svg form button nav figure video audio object head title media").split()
)
_BLOCKS = frozenset(
    (
        "p div article section aside main header footer blockquote pre hr table tr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd"
        " hl1 hl2 bq block nitf-table body body.head body.content body.end tagline datasource ednote"
    ).split()
)


def root_name(head: bytes) -> str:
    """The local name of a document's first element, from its first bytes; "" for what isn't XML."""
    text = xml_text(head)
    if not text.lstrip().startswith("<"):
        return ""
    try:
        text, _ = without_doctype(text)
    except UnreadableDocumentError:
        pass  # a bomb has a root too; parsing refuses it
    found = _ROOT.match(text, after_prolog(text))
    return found.group(1) if found else ""


def parse_xml(content: bytes) -> _Element:
    """The root element. Raises UnreadableDocumentError for bombs and for what isn't well-formed, with the place.

    The document type is left out, nothing outside is ever read; names of letters (``&eacute;``) are HTML's, and those
    that the document declares itself where they can't grow.
    """
    from lxml import etree  # type: ignore[import-untyped]

    text, declared = without_doctype(xml_text(content))
    if _OVERLONG_TAG.search(text):
        raise UnreadableDocumentError(f"a tag is longer than {LONGEST_TAG:,} characters; this is no news item.")
    text = _NAMED_ENTITY.sub(lambda match: _letters(match.group(1), declared), text)
    for attempt in (text, _STRAY_AMPERSAND.sub("&amp;", text)):
        try:
            # as bytes: a string that names an encoding is refused
            return etree.fromstring(attempt.encode("utf-8"), _safe_parser())
        except (etree.XMLSyntaxError, ValueError) as error:
            problem = f"not well-formed XML ({str(error)[:120]}); ask the sender for it again."
    raise UnreadableDocumentError(problem)


def stream_items(file: OpenFile, names: frozenset[str]) -> Iterator[_Element]:
    """The elements of these local names one by one as they are complete, in bounded memory, each cleared afterwards.

    Raises UnreadableDocumentError where the rest can't be read, and for a document type that declares entities.
    """
    from lxml import etree

    parser = etree.XMLPullParser(
        events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    started = False
    open_items = 0
    try:
        for chunk in file.chunks():
            parser.feed(chunk.translate(None, _CONTROLS))
            for event, element in parser.read_events():
                if not started:
                    _refuse_entities(element)
                    started = True
                if not isinstance(element.tag, str) or local(element) not in names:
                    continue
                open_items += 1 if event == "start" else -1
                if event == "end" and open_items == 0:
                    yield element
                    _forget(element)
        parser.close()  # which complains where the end is missing
    except DamagedFileError as error:
        raise UnreadableDocumentError(str(error)) from None
    except etree.XMLSyntaxError as error:
        raise UnreadableDocumentError(f"not well-formed XML from here on ({str(error)[:120]}).") from None


def local(element: _Element) -> str:
    """An element's name without namespace; "" for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: _Element, name: str) -> Iterator[_Element]:
    """The direct children of that local name."""
    return (child for child in element if local(child) == name)


def descendants(element: _Element, name: str) -> Iterator[_Element]:
    """All elements of that local name below (or the element itself), in document order."""
    return (part for part in element.iter() if local(part) == name)


def first(element: _Element | None, *path: str) -> _Element | None:
    """The first element down a path of local names."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def words(element: _Element | None) -> str:
    """All text inside, as one line."""
    return "" if element is None else re.sub(r"\s+", " ", "".join(_texts(element))).strip()


def paragraphs(element: _Element) -> str:
    """The text of HTML or NITF mark-up, paragraphs separated by an empty line, without pictures and scripts."""
    from lxml import etree

    parts: list[str] = []
    dropped = 0
    for event, part in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event in {"comment", "pi"}:
            parts.append(part.tail or "" if not dropped else "")
            continue
        name = local(part)
        if name in _DROPPED:
            dropped += 1 if event == "start" else -1
        if not dropped:
            if name in _BLOCKS:
                parts.append("\0\0")
            elif name == "br" and event == "start":
                parts.append("\0")
            elif name in {"td", "th"} and event == "start":
                parts.append(" ")
        text = part.text if event == "start" else (part.tail if part is not element else None)
        if text and not dropped:
            parts.append(text)
    text = re.sub(r"\s+", " ", "".join(parts))  # NUL, which XML can't hold, stands for a line end of ours
    text = re.sub(r" ?\0 ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _texts(element: _Element) -> Iterator[str]:
    for part in element.iter():
        if isinstance(part.tag, str) and part.text:
            yield part.text
        if part is not element and part.tail:
            yield part.tail


def _letters(name: str, declared: dict[str, str]) -> str:
    if name in _OF_XML:
        return f"&{name};"
    value = declared.get(name) or html5.get(f"{name};")
    return escape(value) if value is not None else f"&amp;{name};"


def _safe_parser() -> object:
    from lxml import etree

    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)


def _refuse_entities(element: _Element) -> None:
    subset = element.getroottree().docinfo.internalDTD
    if subset is not None and next(iter(subset.iterentities()), None) is not None:
        raise UnreadableDocumentError("it declares XML entities, which could grow or read files.")


def _forget(element: _Element) -> None:
    """Frees an element and what came before it; the parser still needs its ancestors."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
