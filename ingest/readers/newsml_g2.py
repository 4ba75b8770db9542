"""One NewsML-G2 news item -> Draft (IPTC, namespace http://iptc.org/std/nar/2006-10-01/).

Values come as codes (``qcode="stat:canceled"``), addresses (``uri``), literals or names; all are understood without
looking a catalogue up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ingest.dates import given_date, read_date
from ingest.document import DateReading, Draft, UnreadableDocumentError
from ingest.fields import KINDS, authors_from, language_code
from ingest.htmltext import html_to_text, looks_like_html
from ingest.publishing import publishing
from ingest.readers.nitf import draft_from_nitf, find_nitf
from ingest.xmltree import children, first, local, paragraphs, words

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

# Items of NewsML-G2 that are no articles, and what they are.
NOT_ARTICLES = {
    "packageItem": "a NewsML-G2 package, which only lists other items",
    "planningItem": "a NewsML-G2 planning item: coverage to come",
    "conceptItem": "a NewsML-G2 concept item: a person, an organisation, an event",
    "knowledgeItem": "a NewsML-G2 knowledge item: a vocabulary",
    "catalogItem": "a NewsML-G2 catalog item: a list of vocabularies",
}
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TEXT_CLASSES = frozenset({"", "text", "composite"})
_STORY_MARKS = frozenset({"p", "div", "body"})  # other XML inside (SportsML, EventsML) is data, not a story
_LONGEST_NAME = 500
_UPDATED_ONLY = 0.8  # how far "versionCreated" can be trusted as the day of publication of a later version


def draft_from_news_item(item: _Element, *, today: date, whole_file: bool) -> Draft:
    """What the item holds; nothing is refused for its status here. Raises UnreadableDocumentError for other classes."""
    about, content = first(item, "itemMeta"), first(item, "contentMeta")
    item_class = _code(first(about, "itemClass")).casefold()
    if item_class not in _TEXT_CLASSES:
        raise UnreadableDocumentError(f'a NewsML-G2 item of the class "{item_class[:40]}", not an article.')
    inner, text = _body(item, today)
    revised = read_date(words(first(about, "versionCreated")), today=today)
    published = _published(item, about, content, today) or inner.published
    return Draft(
        text=text,
        title=words(_main(content, "headline"))[:_LONGEST_NAME] or inner.title,
        url=_page_address(about) or inner.url,
        external_id=item.get("guid", "").strip() or inner.external_id,
        outlet=_outlet(item, about, content) or inner.outlet,
        authors=_authors(content) or inner.authors,
        section=inner.section,
        language=_language(item, content) or inner.language,
        kind=_kind(content) or inner.kind,
        published=published,
        modified=revised if published is None or revised != published.at else None,
        partial=not text.strip(),
        correction=_correction(about),
        extra=dict(inner.extra) | _extra(item, about, content),
        whole_file=whole_file,
    )


def _body(item: _Element, today: date) -> tuple[Draft, str]:
    """What NITF inside says besides, and the text: of several renditions the longest."""
    inner = Draft("")
    texts: list[str] = []
    for part in (part for parts in children(item, "contentSet") for part in parts):
        if local(part) == "inlineXML":
            if (article := find_nitf(part)) is not None:
                inner = draft_from_nitf(article, today=today)
                texts.append(inner.text)
            elif any(local(element) in _STORY_MARKS for element in part.iter()):
                texts.append(paragraphs(part))
                inner = replace(inner, title=inner.title or words(first(part, "html", "head", "title")))
        elif local(part) == "inlineData" and not part.get("encoding"):
            data = part.text or ""
            texts.append((html_to_text(data) or data) if looks_like_html(data) else data)
    extra = {name: value for name, value in inner.extra.items() if name != "status"}
    return replace(inner, extra=extra), max(texts, key=len, default="").strip()


def _published(item: _Element, about: _Element | None, content: _Element | None, today: date) -> DateReading | None:
    for element in (first(about, "firstCreated"), first(content, "contentCreated")):
        if reading := given_date(words(element), today=today):
            return reading
    reading = given_date(words(first(about, "versionCreated")), today=today)
    if reading is not None and item.get("version", "1").strip() not in {"", "1"}:
        reading = replace(reading, confidence=_UPDATED_ONLY)
    return reading


def _outlet(item: _Element, about: _Element | None, content: _Element | None) -> str:
    """The provider; by its address only where nothing names it."""
    holder = first(item, "rightsInfo", "copyrightHolder")
    candidates = (first(about, "provider"), first(content, "infoSource"), holder)
    for name in (*map(_name, candidates), *map(_code, candidates[:2])):
        if name and len(name) <= 120 and "://" not in name:
            return name
    return ""


def _authors(content: _Element | None) -> tuple[str, ...]:
    if content is None:
        return ()
    written = [words(part) for part in children(content, "by")]
    return authors_from(written) or authors_from([_name(part) for part in children(content, "creator")]) or ()


def _language(item: _Element, content: _Element | None) -> str:
    element = first(content, "language")
    return language_code(element.get("tag") if element is not None else item.get(_XML_LANG)) or ""


def _kind(content: _Element | None) -> str:
    for genre in children(content, "genre") if content is not None else ():
        for name in (_name(genre), _code(genre)):
            if name.casefold() in KINDS:
                return name.casefold()
    return ""


def _correction(about: _Element | None) -> str:
    """The editor's note of an item that calls itself a correction."""
    signals = children(about, "signal") if about is not None else iter(())
    if any(_code(signal).casefold() in {"correction", "corr"} for signal in signals):
        return words(first(about, "edNote"))
    return ""


def _page_address(about: _Element | None) -> str:
    for link in children(about, "link") if about is not None else ():
        relation, address = _code_of(link.get("rel") or link.get("reluri") or ""), link.get("href", "").strip()
        if relation.casefold() in {"canonical", "webpage", "permalink"} and address.lower().startswith("http"):
            return str(address)
    return ""


def _extra(item: _Element, about: _Element | None, content: _Element | None) -> dict[str, Any]:
    embargo = first(about, "embargoed")
    status = first(about, "pubStatus")
    extra = publishing(_code(status), None if embargo is None else words(embargo))
    for name, value in (
        ("version", item.get("version", "").strip()),
        ("slugline", words(first(content, "slugline"))),
        ("dateline", words(first(content, "dateline"))),
        ("editorial note", words(first(about, "edNote"))),
        ("description", words(first(content, "description"))),
        ("copyright", words(first(item, "rightsInfo", "copyrightNotice"))),
    ):
        if value:
            extra[name] = value
    if content is not None:
        names = (_name(part) for name in ("subject", "keyword") for part in children(content, name))
        if kept := list(dict.fromkeys(filter(None, names))):
            extra["keywords"] = kept[:100]
    return extra


def _main(parent: _Element | None, name: str) -> _Element | None:
    """The first of several, but the main one where a role says so."""
    found = list(children(parent, name)) if parent is not None else []
    return next(
        (part for part in found if _code_of(part.get("role", "")) in {"main", "headline"}), next(iter(found), None)
    )


def _name(element: _Element | None) -> str:
    """``<name>``, else the text of the element itself, else the literal."""
    if element is None:
        return ""
    named: Iterator[_Element] = children(element, "name")
    inside = words(next(named, None)) or ("" if len(element) else words(element))
    return inside or " ".join(element.get("literal", "").split())


def _code(element: _Element | None) -> str:
    """The last part of a code or of a vocabulary's address; "" for an address that is only a site's."""
    if element is None:
        return ""
    if code := element.get("qcode"):
        return _code_of(code)
    address = element.get("uri", "")
    return _code_of(address) if re.search(r"(?:newscodes|/cv[./]|vocab|codes)", address) else element.get("literal", "")


def _code_of(code: str) -> str:
    return re.split(r"[:/#]", code.strip().rstrip("/"))[-1]
