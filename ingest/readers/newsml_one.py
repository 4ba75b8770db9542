"""One NewsML 1 item -> Draft (IPTC 2000-2003, still sent by press release services).

Components are nested without end: the text is the component whose role says so ("Body", "Main"), else the longest;
its headline is in the news lines of the nearest component around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from ingest.dates import given_date, read_date
from ingest.document import Draft, UnreadableDocumentError
from ingest.fields import KINDS, authors_from, language_code
from ingest.htmltext import html_to_text, looks_like_html
from ingest.publishing import publishing
from ingest.readers.nitf import draft_from_nitf, find_nitf
from ingest.xmltree import descendants, first, local, paragraphs, words

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

_MAIN_ROLES = frozenset({"body", "main", "text", "story", "main text"})
_OTHER_ROLES = frozenset(
    "stylesheet headline subheadline logo photo picture caption video audio graphic contact thumbnail preview".split()
)
_TEXT_TYPES = ("text/", "application/xhtml", "application/nitf", "application/xml")
_KINDS = {"release": "press release", "press release": "press release", "editorial": "opinion"}
_LONGEST_NAME = 500


def draft_from_newsml(root: _Element, *, today: date, whole_file: bool) -> Draft:
    """What the (first) item holds; nothing is refused for its status here. Raises UnreadableDocumentError."""
    item = first(root, "NewsItem")
    if item is None:
        raise UnreadableDocumentError("a NewsML file without a news item.")
    kind = _formal(first(item, "NewsManagement", "NewsItemType")).casefold()
    found = max(_texts(item, today), key=lambda part: (part[0], len(part[1].text)), default=None)
    if found is None:
        raise UnreadableDocumentError(f'no text in the NewsML item (of the type "{kind[:40]}"), not an article.')
    _, inner, component = found
    around = [component, *component.iterancestors()]
    management = first(item, "NewsManagement")
    created = given_date(words(first(management, "FirstCreated")), today=today)
    revised = read_date(words(first(management, "ThisRevisionCreated")), today=today)
    return Draft(
        text=inner.text,
        title=_line(around, item, "HeadLine") or inner.title,
        url=inner.url,
        external_id=_identifier(item) or inner.external_id,
        outlet=_outlet(root, around) or inner.outlet,
        authors=authors_from(_line(around, item, "ByLine")) or inner.authors,
        section=inner.section,
        language=_described(around, "Language", language_code) or inner.language,
        kind=_described(around, "Genre", _kind) or inner.kind,
        published=created or given_date(words(first(root, "NewsEnvelope", "DateAndTime")), today=today),
        modified=revised if created is None or revised != created.at else None,
        extra=_extra(item, management, around),
        whole_file=whole_file,
    )


def _texts(item: _Element, today: date) -> Iterator[tuple[bool, Draft, _Element]]:
    """Each text of the item: whether its role makes it the story, the text (and what NITF says), its component."""
    for content in descendants(item, "ContentItem"):
        component = content.getparent()
        data = first(content, "DataContent")
        role = _formal(first(component, "Role")).casefold()
        media_type = _formal(first(content, "MimeType")).casefold()
        if data is None or role in _OTHER_ROLES or (media_type and not media_type.startswith(_TEXT_TYPES)):
            continue
        if first(content, "Encoding") is not None or media_type == "text/css":
            continue
        if (article := find_nitf(data)) is not None:
            draft = draft_from_nitf(article, today=today)
        else:
            text = paragraphs(data) if len(data) else _plain(data.text or "")
            draft = Draft(text)
        if draft.text.strip():
            yield role in _MAIN_ROLES, draft, component


def _plain(text: str) -> str:
    return (html_to_text(text) or text) if looks_like_html(text) else text


def _identifier(item: _Element) -> str:
    """The item's own, the same in every revision."""
    identifier = first(item, "Identification", "NewsIdentifier")
    parts = [words(first(identifier, name)) for name in ("ProviderId", "DateId", "NewsItemId")]
    return "urn:newsml:" + ":".join(parts) if all(parts) else words(first(identifier, "PublicIdentifier"))


def _line(around: list[_Element], item: _Element, name: str) -> str:
    for component in around:
        if found := words(first(component, "NewsLines", name)):
            return found[:_LONGEST_NAME]
    return words(next(descendants(item, name), None))[:_LONGEST_NAME]


def _outlet(root: _Element, around: list[_Element]) -> str:
    for component in around:
        if name := _formal(first(component, "AdministrativeMetadata", "Provider", "Party")):
            return name
    envelope = first(root, "NewsEnvelope")
    for path in (("NewsService",), ("SentFrom", "Party"), ("NewsProduct",)):
        if name := _formal(first(envelope, *path)):
            return name
    return ""


def _described(around: list[_Element], name: str, read: Any) -> str:  # noqa: ANN401 - a function of a string
    for component in around:
        if value := read(_formal(first(component, "DescriptiveMetadata", name))):
            return str(value)
    return ""


def _kind(name: str) -> str:
    kind = _KINDS.get(name.casefold(), name.casefold())
    return kind if kind in KINDS else ""


def _extra(item: _Element, management: _Element | None, around: list[_Element]) -> dict[str, Any]:
    status = _formal(first(management, "Status"))
    release: str | None = None
    if status.casefold() == "embargoed":
        change = first(management, "StatusWillChange")
        release = words(first(change, "DateAndTime")) if _will_be_usable(change) else ""
    extra = publishing(status, release)
    for name, value in (
        ("dateline", _line(around, item, "DateLine")),
        ("slugline", _line(around, item, "SlugLine")),
        ("copyright", _line(around, item, "CopyrightLine")),
        ("revision", words(first(item, "Identification", "NewsIdentifier", "RevisionId"))),
    ):
        if value:
            extra[name] = value
    keywords = [
        part.get("Value", "").strip()
        for part in descendants(item, "Property")
        if part.get("FormalName", "").casefold().endswith(("keyword", "keywords"))
    ]
    keywords += [words(part) for part in descendants(item, "KeywordLine")]
    if kept := list(dict.fromkeys(filter(None, keywords))):
        extra["keywords"] = kept[:100]
    return extra


def _will_be_usable(change: _Element | None) -> bool:
    return _formal(first(change, "FutureStatus")).casefold() in {"", "usable"}


def _formal(element: _Element | None) -> str:
    if element is None or local(element) == "":
        return ""
    return str(element.get("FormalName") or "").strip() or (words(element) if not len(element) else "")
