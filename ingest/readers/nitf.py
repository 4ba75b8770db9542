"""NITF, the News Industry Text Format: one article per file, or inside a NewsML item or a ninjs body.

The standard's elements are read, and what agencies and archives do with them: several headline and byline classes, a
``full_text`` block beside a ``lead_paragraph`` that repeats its beginning (the New York Times' archive).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from ingest.bytestreams import OpenFile, whole
from ingest.dates import given_date, read_date
from ingest.document import DateReading, Draft, RawDocument, Rejected, UnreadableDocumentError
from ingest.fields import KINDS, authors_from, language_code
from ingest.publishing import publishing, with_standing
from ingest.xmltree import LARGEST_XML, descendants, first, local, paragraphs, parse_xml, root_name, words

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_LONGEST_NAME = 500  # characters of a headline or an outlet
_DAY_WITH_ZONE = re.compile(r"(\d{8})(?:[+-]\d{4}|Z)")
_AFTER_NAME = re.compile(r"\s*[,;|/]\s*(?=[^,;|/]*\b(?:reporter|correspondent|editor|writer|staff)\b).*", re.IGNORECASE)
_KINDS = {"press-release": "press release", "editorial": "opinion", "op-ed": "opinion", "commentary": "opinion"}


def documents(file: OpenFile) -> Iterator[RawDocument | Rejected]:
    """The file as one document."""
    yield from xml_document(file, "nitf")


def parse(raw: RawDocument, *, today: date) -> Draft:
    """The article. Raises UnreadableDocumentError for what isn't well-formed, no NITF, or not to be shown."""
    root = parse_xml(raw.content)
    article = find_nitf(root)
    if article is None:
        raise UnreadableDocumentError(f"this XML (<{local(root)}>) is no NITF.")
    draft = draft_from_nitf(article, today=today, whole_file=raw.line is None)
    return with_standing(draft)


def xml_document(file: OpenFile, format_name: str) -> Iterator[RawDocument | Rejected]:
    """A file of XML as one document; half an XML file is none."""
    content, damage = whole(file.chunks(), LARGEST_XML)
    if content is None:
        yield Rejected(file.source, None, f"larger than {LARGEST_XML // 1_000_000} MB, which no article is; split it.")
    elif damage:
        yield Rejected(file.source, None, damage)
    elif not content.strip():
        yield Rejected(file.source, None, "the file is empty.")
    else:
        yield RawDocument(content, format_name, file.source)


def find_nitf(root: _Element) -> _Element | None:
    """The NITF element: the root, or the first one inside."""
    return next(descendants(root, "nitf"), None)


def draft_from_nitf(article: _Element, *, today: date, whole_file: bool = False) -> Draft:
    """What an ``<nitf>`` element holds; nothing is refused here."""
    head, body = first(article, "head"), first(article, "body")
    docdata, top = first(head, "docdata"), first(body, "body.head")
    published_in = next(descendants(head, "pubdata"), None) if head is not None else None
    about = {} if published_in is None else dict(published_in.attrib)
    published = _published(docdata, about, top, today)
    document_id = first(docdata, "doc-id")
    return Draft(
        text=_text(body),
        title=_title(head, top),
        url=_web_address(about.get("ex-ref", "")),
        external_id="" if document_id is None else document_id.get("id-string", "").strip(),
        outlet=about.get("name", "").strip()[:_LONGEST_NAME],
        authors=_authors(top),
        section=about.get("position.section", "").strip()[:_LONGEST_NAME] or _meta(head, "online_sections"),
        language=language_code(article.get("{http://www.w3.org/XML/1998/namespace}lang")) or "",
        kind=_kind(head),
        published=published,
        modified=read_date(_norm(_attribute(first(head, "revision-history"), "norm")), today=today),
        extra=_extra(head, docdata, top),
        whole_file=whole_file,
    )


def _text(body: _Element | None) -> str:
    content = first(body, "body.content")
    if content is None:
        return ""
    full = [block for block in descendants(content, "block") if block.get("class") == "full_text"]
    story = "\n\n".join(filter(None, map(paragraphs, full))) or paragraphs(content)
    if not story:
        abstract = first(body, "body.head", "abstract")
        story = "" if abstract is None else paragraphs(abstract)
    return story


def _title(head: _Element | None, top: _Element | None) -> str:
    for element in (first(top, "hedline", "hl1"), first(top, "hedline"), first(head, "title")):
        if title := words(element):
            return title[:_LONGEST_NAME]
    return ""


def _authors(top: _Element | None) -> tuple[str, ...]:
    """The people of the bylines; of several bylines the printed one (others repeat it as "SMITH, ANN")."""
    bylines = [] if top is None else [part for part in top if local(part) == "byline"]
    bylines.sort(key=lambda byline: byline.get("class") == "normalized_byline")
    for byline in bylines:
        people = [words(person) for person in descendants(byline, "person")]
        written = byline.text or "" if not people else ""
        if not written.strip() and not people and first(byline, "byttl") is None:
            written = words(byline)
        names = authors_from(people or _AFTER_NAME.sub("", " ".join(written.split()))) or ()
        if names:
            return names
    return ()


def _published(
    docdata: _Element | None, about: dict[str, str], top: _Element | None, today: date
) -> DateReading | None:
    for value in (
        about.get("date.publication"),
        _attribute(first(docdata, "date.issue"), "norm"),
        _attribute(first(top, "dateline", "story.date"), "norm"),
        _attribute(first(docdata, "date.release"), "norm"),
    ):
        if reading := given_date(_norm(value), today=today):
            return reading
    return None


def _extra(head: _Element | None, docdata: _Element | None, top: _Element | None) -> dict[str, Any]:
    release = first(docdata, "date.release")
    status = "" if docdata is None else docdata.get("management-status", "")
    extra = publishing(status, None if release is None else _norm(release.get("norm", "")))
    if status.strip().casefold() == "embargoed" and release is None:
        extra["embargoed"] = ""
    for name, value in (
        ("dateline", words(first(top, "dateline"))),
        ("abstract", words(first(top, "abstract"))),
        ("subheadline", words(first(top, "hedline", "hl2"))),
        ("slug", _attribute(first(docdata, "fixture"), "fix-id") or _attribute(first(docdata, "du-key"), "key")),
        ("editorial note", _attribute(first(docdata, "ed-msg"), "info")),
    ):
        if value:
            extra[name] = value
    subjects = [] if head is None else list(descendants(head, "tobject.subject"))
    names = [part.get("tobject.subject.matter") or part.get("tobject.subject.type") for part in subjects]
    keywords = [] if docdata is None else [part.get("key") for part in descendants(docdata, "keyword")]
    if kept := list(dict.fromkeys(name.strip() for name in (*names, *keywords) if name and name.strip())):
        extra["keywords"] = kept[:100]
    return extra


def _kind(head: _Element | None) -> str:
    tobject = first(head, "tobject")
    name = _attribute(tobject, "tobject.type").casefold()
    prop = _attribute(first(tobject, "tobject.property"), "tobject.property.type").casefold()
    kinds = (_KINDS.get(kind, kind) for kind in (prop, name))
    return next((kind for kind in kinds if kind in KINDS), "")


def _meta(head: _Element | None, name: str) -> str:
    if head is not None:
        for meta in descendants(head, "meta"):
            if meta.get("name") == name:
                return str(meta.get("content", "")).strip()[:_LONGEST_NAME]
    return ""


def _attribute(element: _Element | None, name: str) -> str:
    return "" if element is None else str(element.get(name, "")).strip()


def _norm(value: str | None) -> str:
    """A normalised date; a day with a time zone ("20240305+0100") is that day."""
    found = _DAY_WITH_ZONE.fullmatch((value or "").strip())
    return found.group(1) if found else (value or "").strip()


def _web_address(text: str) -> str:
    return text.strip() if text.strip().lower().startswith(("http://", "https://")) else ""


def looks_like_nitf(head: bytes) -> bool:
    """Whether a file's first bytes are an NITF article's."""
    return head.lstrip().startswith(b"<") and root_name(head) == "nitf"
