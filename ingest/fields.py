"""A record with named fields (JSON, front matter, structured data) -> Draft.

Obvious names are understood whatever their spelling ("datePublished", "pub_date", "Date-Published"); the first one
present with a usable value wins, and every other field is kept in ``extra``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from archive.article import DateSource
from ingest.byline import authors_from
from ingest.dates import CONFIDENCE, given_date, read_date
from ingest.document import DateReading, Draft
from ingest.htmltext import html_to_text, looks_like_html
from ingest.hygiene import one_line, repair
from ingest.kinds import KINDS, kind_named

__all__ = ["KINDS", "authors_from", "draft_from_record", "json_safe", "language_code"]  # readers take them from here

# Spelled without case and punctuation, best first.
NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "externalid", "guid", "uri", "identifier", "uuid", "docid", "documentid", "articleid", "storyid"),
    "url": ("url", "canonicalurl", "link", "weburl", "permalink", "articleurl", "sourceurl", "href", "mainentity"),
    "title": ("title", "headline", "heading", "webtitle", "articletitle", "name"),
    "text": (
        "text", "body", "content", "articletext", "fulltext", "bodytext", "maintext", "articlebody", "contenttext",
        "article", "story", "bodyhtml", "contenthtml", "html",
    ),
    "published": (
        "published", "datepublished", "publishedat", "publicationdate", "publisheddate", "publishdate", "pubdate",
        "firstpublished", "publishtime", "webpublicationdate", "firstpublicationdate", "date", "datetime",
        "timestamp",
        "datecreated", "createdat", "created",
    ),
    "modified": (
        "modified", "datemodified", "modifiedat", "updated", "updatedat", "dateupdated", "lastmodified", "lastmod",
        "lastupdated", "versioncreated",
    ),
    "outlet": (
        "outlet", "publisher", "publication", "newspaper", "source", "sourcename", "sitename", "site", "provider",
        "media", "medium",
    ),
    "authors": ("authors", "author", "byline", "bylines", "creator", "writer", "writers", "by"),
    "section": ("section", "articlesection", "sectionname", "category", "categories", "desk", "rubric"),
    "language": ("language", "lang", "inlanguage"),
    "kind": ("kind", "genre", "articletype"),
    "partial": ("partial",),
    "correction": ("correction",),
    "datesource": ("datesource",),
    "dateconfidence": ("dateconfidence",),
    "identity": ("backissueidentity",),
}  # fmt: skip

_LANGUAGES = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "spanish": "es",
    "español": "es", "italian": "it", "portuguese": "pt", "dutch": "nl", "polish": "pl", "russian": "ru",
    "arabic": "ar",
    "chinese": "zh",
    "japanese": "ja", "swedish": "sv", "norwegian": "no", "danish": "da", "finnish": "fi", "turkish": "tr",
    "ukrainian": "uk", "greek": "el", "hebrew": "he", "hindi": "hi", "korean": "ko", "czech": "cs",
}  # fmt: skip
_Value = TypeVar("_Value")

_LANGUAGE_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_IDENTITY = re.compile(r"(?:url|id|path|text):\S")
_DEEPEST_EXTRA = 12
_LONGEST_FIELD = 2000  # characters of a headline, name or section: longer isn't one


def draft_from_record(record: Mapping[str, Any], *, today: date, text: str | None = None) -> Draft:
    """The fields we know, read; the others in ``extra``. ``text`` is the body where it isn't a field."""
    fields = _Fields(record)
    body = text if text is not None else fields.take("text", _text)
    published = fields.take("published", lambda value: given_date(value, today=today))
    draft = Draft(
        text=body or "",
        title=fields.take("title", _name) or "",
        url=fields.take("url", _url) or "",
        external_id=fields.take("id", _identifier) or "",
        outlet=fields.take("outlet", _outlet) or "",
        authors=fields.take("authors", authors_from) or (),
        section=fields.take("section", _name) or "",
        language=fields.take("language", language_code) or "",
        kind=fields.take("kind", _kind) or "",
        published=_as_exported(published, fields),
        modified=fields.take("modified", lambda value: read_date(value, today=today)),
        partial=fields.take("partial", lambda value: value if isinstance(value, bool) else None) or False,
        identity=fields.take("identity", _identity) or "",
        correction=fields.take("correction", lambda value: repair(value) if isinstance(value, str) else None) or "",
    )
    return replace(draft, extra={repair(str(key)): json_safe(value) for key, value in fields.rest.items()})


class _Fields:
    """The record's fields by plain name; what is taken is gone from ``rest``."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self.rest = dict(record)
        self._keys: dict[str, str] = {}
        for key in record:
            self._keys.setdefault(_NOT_ALPHANUMERIC.sub("", str(key)).casefold(), key)

    def take(self, field: str, read: Callable[[object], _Value | None]) -> _Value | None:
        """The first usable value among the field's names."""
        for name in NAMES[field]:
            key = self._keys.get(name)
            if key is None or key not in self.rest:
                continue
            value = read(self.rest[key])
            if value is not None and value not in ("", ()):
                del self.rest[key]
                return value
        return None


def language_code(value: object) -> str | None:
    """The primary language subtag: "en-GB" and "English" are "en"."""
    if not isinstance(value, str):
        return None
    name = value.strip()
    if code := _LANGUAGES.get(name.casefold()):
        return code
    tag = _LANGUAGE_TAG.fullmatch(name)
    return tag.group(1).lower() if tag else None


def json_safe(value: object, depth: int = 0) -> object:
    """The value as JSON can keep it: strings repaired, no NaN, not nested deeper than any reader follows."""
    if isinstance(value, str):
        return repair(value)
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth >= _DEEPEST_EXTRA:
        return None
    if isinstance(value, Mapping):
        return {repair(str(key)): json_safe(part, depth + 1) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [json_safe(part, depth + 1) for part in value]
    return repair(str(value))


def _as_exported(published: DateReading | None, fields: _Fields) -> DateReading | None:
    """A record that says how far its date can be trusted (an export of ours) is believed."""
    source = fields.take("datesource", lambda value: value if value in set(DateSource) else None)
    confidence = fields.take("dateconfidence", lambda value: value if isinstance(value, int | float) else None)
    if published is None or source is None:
        return published
    source = DateSource(str(source))
    believed = confidence if confidence is not None and 0 <= confidence <= 1 else CONFIDENCE[source]
    return DateReading(published.at, source, float(believed))


def _text(value: object) -> str | None:
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = "\n\n".join(value)
    if not isinstance(value, str) or not value.strip():
        return None
    return (html_to_text(value) or value) if looks_like_html(value) else value


def _name(value: object) -> str | None:
    if isinstance(value, list | tuple) and value:
        value = value[0]
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("main") or value.get("rendered") or value.get("title")
    if not isinstance(value, str) or len(value) > _LONGEST_FIELD:
        return None
    return one_line(html_to_text(value) or value) if looks_like_html(value) else one_line(value)


def _outlet(value: object) -> str | None:
    name = _name(value)
    return None if name is None or "://" in name or len(name) > 120 else name


def _kind(value: object) -> str | None:
    return kind_named(_name(value) or "") or None


def _identifier(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return one_line(value) if isinstance(value, str) and len(value) <= _LONGEST_FIELD else None


def _identity(value: object) -> str | None:
    if isinstance(value, str) and len(value) <= _LONGEST_FIELD and _IDENTITY.match(value):
        return repair(value)
    return None


def _url(value: object) -> str | None:
    if isinstance(value, Mapping):
        value = value.get("@id") or value.get("url")
    return one_line(value) if isinstance(value, str) and len(value) <= _LONGEST_FIELD else None
