"""ninjs 1 to 3, "News in JSON": an item per JSON document or line, told from other JSON by its fields.

Version 1 has ``body_text``, ``body_xhtml``, ``headline``, ``byline``; 2 and 3 have ``bodies[]``, ``headlines[]`` and
``by``, names in camel case. Any other JSON is read as ``jsonl`` reads it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ingest.bytestreams import DamagedFileError, OpenFile
from ingest.dates import given_date
from ingest.document import Draft, RawDocument, Rejected, UnreadableDocumentError
from ingest.fields import KINDS, authors_from, draft_from_record
from ingest.htmltext import html_to_text, looks_like_html
from ingest.hygiene import one_line
from ingest.publishing import publishing, with_standing
from ingest.readers import jsonl
from ingest.readers.nitf import draft_from_nitf, find_nitf
from ingest.xmltree import parse_xml

# Quick: a record without any of these is none, whatever else it is.
_MARKS = re.compile(
    rb'"(?:version_?created|pub_?status|embargoed|representation_?type|first_?created|content_?created|bodies|headlines'
    rb'|body_?x?html\d?|body_text|ed_?note|copyright_?(?:notice|holder)|ninjs)"',
    re.IGNORECASE,
)
_FIELDS = frozenset(
    "versioncreated pubstatus embargoed representationtype firstcreated contentcreated bodies headlines bodytext"
    " bodyxhtml bodyhtml ednote copyrightnotice copyrightholder usageterms slugline".split()
)
_TEXT_TYPES = frozenset({"", "text", "composite"})
_BULK = frozenset({"associations", "renditions"})  # pictures and related items: they stay in the raw document
_HEAD = re.compile(r"<head\b.*?</head\s*>", re.IGNORECASE | re.DOTALL)
_BYLINE_START = re.compile(r"^(?:von|par|por|av|door|di)\s+(?=[^\W\d_a-z])", re.IGNORECASE)
_UPDATED_ONLY = 0.8  # how far "versioncreated" can be trusted as the day of publication of a later version


def json_documents(file: OpenFile, *, mapping: Mapping[str, str] | None = None) -> Iterator[RawDocument | Rejected]:
    """The objects of a JSON document or of JSON lines, as ``jsonl`` finds them; damage is rejected."""
    try:
        yield from jsonl.json_documents(file, mapping=mapping)
    except DamagedFileError as error:
        yield Rejected(file.source, None, str(error))


def parse(raw: RawDocument, *, today: date) -> Draft:
    """One JSON object -> Draft: of ninjs, else as ``jsonl`` does. Raises UnreadableDocumentError."""
    if not _MARKS.search(raw.content):
        return jsonl.parse(raw, today=today)
    try:
        record = json.loads(raw.content.decode(raw.encoding or "utf-8", "replace"))
    except (ValueError, RecursionError):
        return jsonl.parse(raw, today=today)  # which says what is wrong with it
    if not isinstance(record, dict) or not is_ninjs(record):
        return jsonl.parse(raw, today=today)
    draft = draft_from_ninjs(record, today=today)
    return with_standing(draft)


def is_ninjs(record: Mapping[str, Any]) -> bool:
    """Whether an object's fields are those of ninjs; it has a ``uri`` always."""
    fields = _plain_names(record)
    standard = fields.get("standard")
    if isinstance(standard, Mapping) and standard.get("name") == "ninjs":
        return True
    return isinstance(fields.get("uri"), str) and not _FIELDS.isdisjoint(fields)


def draft_from_ninjs(record: Mapping[str, Any], *, today: date) -> Draft:
    """What the item holds; nothing is refused for its status here. Raises UnreadableDocumentError for pictures etc."""
    fields = _plain_names(record)
    kind = one_line(str(fields.get("type") or "")).casefold()
    if kind not in _TEXT_TYPES:
        raise UnreadableDocumentError(f'a ninjs item of the type "{kind[:40]}", not an article.')
    text = _body(record, fields, today)
    published = given_date(fields.get("firstcreated") or fields.get("contentcreated"), today=today)
    if published is None and (published := given_date(fields.get("versioncreated"), today=today)):
        if str(fields.get("version") or "1") != "1":
            published = replace(published, confidence=_UPDATED_ONLY)
    known = {
        "id": fields.get("uri"),
        "title": _title(record, fields),
        "url": _web_page(fields),
        "authors": _authors(fields),
        "outlet": _outlet(fields),
        "language": fields.get("language"),
        "modified": fields.get("versioncreated"),
        "text": text or _descriptions(fields),
    }
    draft = draft_from_record({name: value for name, value in known.items() if value}, today=today)
    if published is not None and draft.modified == published.at:
        draft = replace(draft, modified=None)
    rest = {name: value for name, value in record.items() if _plain(name) not in _TAKEN and not _is_body(name)}
    extra = draft_from_record({f"_{name}": value for name, value in rest.items()}, today=today, text="").extra
    return replace(
        draft,
        published=published,
        kind=_kind(fields),
        partial=not text or _plain(str(fields.get("representationtype") or "")) == "incomplete",
        extra={name[1:]: value for name, value in extra.items()}
        | publishing(fields.get("pubstatus"), fields.get("embargoed", None) if "embargoed" in fields else None)
        | _keywords(fields),
    )


_TAKEN = frozenset(
    "uri type headline headlines title by byline bylines language bodies versioncreated firstcreated contentcreated"
    " pubstatus embargoed standard".split()
) | {*_BULK}


def _body(record: Mapping[str, Any], fields: Mapping[str, Any], today: date) -> str:
    """The story: mark-up first, which has paragraphs; then NITF; then plain text."""
    found: dict[str, str] = {}
    for body in _objects(fields.get("bodies")):
        media, role = str(body.get("contentType") or "").casefold(), str(body.get("role") or "").casefold()
        shape = _shape(f"{media} {role}", body.get("value"))
        if shape and shape not in found:
            found[shape] = body["value"]
    for name, value in record.items():
        if _is_body(name) and (shape := _shape(_plain(name), value)):
            found.setdefault(shape, value)
    if found.get("html"):
        return html_to_text(_HEAD.sub("", found["html"])) or ""
    if found.get("nitf"):
        article = find_nitf(parse_xml(found["nitf"].encode("utf-8", "replace")))
        if article is not None:
            return draft_from_nitf(article, today=today).text
    return found.get("text", "")


def _shape(described: str, value: object) -> str:
    """One of "html", "nitf", "text", whatever a body calls itself; "" for no text."""
    if not isinstance(value, str) or not value.strip():
        return ""
    if "nitf" in described or value.lstrip()[:400].find("<nitf") >= 0:
        return "nitf"
    if looks_like_html(value) or ("html" in described and "<" in value):
        return "html"
    return "text"


def _is_body(name: str) -> bool:
    return re.fullmatch(r"body(?:_?\w+)?", name, re.IGNORECASE) is not None


def _title(record: Mapping[str, Any], fields: Mapping[str, Any]) -> object:
    """The main headline; version 1 may have several of the kind ``headline_web``."""
    others = (value for name, value in record.items() if name.startswith("headline_") and isinstance(value, str))
    return _first_value(fields.get("headlines")) or fields.get("headline") or next(others, fields.get("title"))


def _authors(fields: Mapping[str, Any]) -> tuple[str, ...]:
    byline = fields.get("by") or fields.get("byline") or fields.get("bylines")
    if isinstance(byline, str):
        byline = _BYLINE_START.sub("", byline.strip())
        byline = byline.removesuffix(f", {fields.get('copyrightholder')}")
    return authors_from(byline) or ()


def _descriptions(fields: Mapping[str, Any]) -> str:
    """The summary, where the item holds no body."""
    values = [_first_value(fields.get("descriptions"))]
    values += [value for name, value in fields.items() if name.startswith("description") and isinstance(value, str)]
    return max(filter(None, values), key=len, default="")


def _first_value(objects: object) -> str:
    """The value of the main one, or of the first."""
    found = _objects(objects)
    found.sort(key=lambda part: part.get("role") not in {"main", "text"})
    return next((part["value"] for part in found if isinstance(part.get("value"), str)), "")


def _outlet(fields: Mapping[str, Any]) -> str:
    """Who holds the rights to it, else where it is from."""
    sources = _objects(fields.get("infosources") or fields.get("infosource"))
    for name in (fields.get("copyrightholder"), *(part.get("name") for part in sources)):
        if isinstance(name, str) and 0 < len(name.strip()) <= 120 and "://" not in name:
            return name
    return ""


def _web_page(fields: Mapping[str, Any]) -> str:
    """``uri`` is a name, not surely a page; only what is called an address is taken for one."""
    for name in ("url", "canonicalurl", "link", "weburl"):
        if isinstance(fields.get(name), str) and fields[name].lower().startswith(("http://", "https://")):
            return str(fields[name])
    return ""


def _kind(fields: Mapping[str, Any]) -> str:
    for genre in _objects(fields.get("genres") or fields.get("genre")):
        name = one_line(str(genre.get("name") or "")).casefold()
        if name in KINDS:
            return name
    return ""


def _keywords(fields: Mapping[str, Any]) -> dict[str, Any]:
    names = [part.get("name") for part in _objects(fields.get("subjects") or fields.get("subject"))]
    kept = list(dict.fromkeys(one_line(name) for name in names if isinstance(name, str) and name.strip()))
    return {"keywords": kept[:100]} if kept else {}


def _objects(value: object) -> list[Mapping[str, Any]]:
    values: Iterable[object] = value if isinstance(value, list) else [value]
    return [part for part in values if isinstance(part, Mapping)]


def _plain_names(record: Mapping[str, Any]) -> dict[str, Any]:
    return {_plain(name): value for name, value in record.items()}


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()
