"""A feed -> its entries: RSS, Atom and RDF by feedparser, JSON Feed by json, well-formed or not.

The bytes are already here: feedparser never fetches. What could keep it busy for minutes (it compares each attribute
and each open tag with the others) is read in a child process that is stopped in time.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import urljoin
from xml.sax.saxutils import escape

from archive.article import DateSource, Timestamp
from ingest.addresses import ForbiddenAddressError, web_address
from ingest.dates import given_date, read_date
from ingest.document import DateReading, UnreadableDocumentError
from ingest.fields import authors_from, language_code
from ingest.htmltext import html_to_text, looks_like_html
from ingest.hygiene import one_line
from ingest.xmltext import after_prolog, is_well_formed, without_doctype, xml_text

LARGEST_FEED = 15_000_000  # bytes; the largest real ones have 5
_SECONDS = 6.0  # for a feed read in a child process
_QUICK_LENGTH = 500_000  # characters, as long as nothing below is suspect
_QUICK_ILL_FORMED = 50_000  # characters: recovering what is ill-formed takes ten times as long
_LONGEST_TAG = re.compile(r"<[^<>]{4000}")
_MOST_OPEN_TAGS = 500
_UPDATED_ONLY = 0.6  # how far "updated" can be trusted as the day of publication where no other is given
_FEED_START = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf:RDF|RDF|channel)[\s>]", re.IGNORECASE)
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org\\?/version\\?/', re.IGNORECASE)
_TEXT_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain", "html", "xhtml", "text", ""})
_LONGEST_NAME = 2000  # characters of a headline, an id, a category


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One article as a feed tells of it. Empty strings mean "not given"; enclosures are left out.

    ``body`` is the longest text the feed has, as HTML where ``is_html``. ``is_full``: the feed gives it as the content,
    not as a summary; where it is False the page should be fetched.
    """

    url: str  # http(s) without credentials, absolute
    external_id: str
    title: str
    body: str
    is_html: bool
    is_full: bool
    summary: str
    published: DateReading | None
    modified: Timestamp | None
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    language: str
    outlet: str  # of the entry, where the feed gathers several outlets'

    def as_record(self) -> dict[str, Any]:
        """The fields under the names that ``fields.draft_from_record`` reads; empty ones left out."""
        record: dict[str, Any] = {
            "url": self.url, "id": self.external_id, "title": self.title, "text": self.body, "outlet": self.outlet,
            "authors": list(self.authors), "section": next(iter(self.categories), ""), "language": self.language,
        }  # fmt: skip
        if self.published is not None:
            record["published"] = self.published.at.iso()
            record["date_source"] = str(self.published.source)
            record["date_confidence"] = self.published.confidence
        if self.modified is not None:
            record["modified"] = self.modified.iso()
        if len(self.categories) > 1:
            record["keywords"] = list(self.categories)
        return {name: value for name, value in record.items() if value not in ("", [])}


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as read. ``problems`` are sentences for the report; ``next_page`` is where older entries are."""

    title: str
    language: str
    entries: tuple[FeedEntry, ...]
    problems: tuple[str, ...] = ()
    next_page: str = ""


@dataclass(slots=True)
class _Problems:
    """What was wrong, each with how often."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, problem: str) -> None:
        self.counts[problem] = self.counts.get(problem, 0) + 1

    def sentences(self) -> tuple[str, ...]:
        return tuple(f"{count} × {problem}" if count > 1 else problem for problem, count in self.counts.items())


def looks_like_feed(content: bytes, charset: str = "") -> bool:
    """Whether a document's first kilobytes are a feed's, whatever its name or media type."""
    text = xml_text(content[:20_000], charset)
    if text.lstrip()[:1] == "{":
        return _JSON_FEED.search(text) is not None
    try:
        text, _ = without_doctype(text)
    except UnreadableDocumentError:
        pass  # a bomb may still be a feed; reading it says so
    return _FEED_START.match(text, after_prolog(text)) is not None


def read_feed(content: bytes, url: str, *, today: date, charset: str = "", seconds: float = _SECONDS) -> Feed:
    """Read a feed that came from ``url``; ``today`` only serves to refuse dates to come.

    Raises UnreadableDocumentError with the reason for what is no feed, too large, a bomb, or takes too long.
    """
    if len(content) > LARGEST_FEED:
        raise UnreadableDocumentError(f"the feed is larger than {LARGEST_FEED // 1_000_000} MB.")
    text = xml_text(content, charset)
    if not text.strip():
        raise UnreadableDocumentError("the feed is empty.")
    if text.lstrip()[0] in "{[":
        return _read_json_feed(text, url, today)
    text, entities = without_doctype(text)
    if _is_quick(text):
        return read_xml_feed(text, entities, url, today)
    from ingest.feed_process import read_apart

    return read_apart(text, entities, url, today, seconds=seconds)


def _is_quick(text: str) -> bool:
    """Whether feedparser is sure to be done soon: the text is short, or well-formed and neither deep nor overloaded."""
    if len(text) > _QUICK_LENGTH or _LONGEST_TAG.search(text):
        return False
    if len(re.findall(r"<[A-Za-z]", text)) - text.count("</") - text.count("/>") > _MOST_OPEN_TAGS:
        return False
    return len(text) <= _QUICK_ILL_FORMED or is_well_formed(text)


def read_xml_feed(text: str, entities: Mapping[str, str], url: str, today: date) -> Feed:
    """RSS, Atom or RDF, already decoded and without its DTD. Raises UnreadableDocumentError."""
    import feedparser  # type: ignore[import-untyped]

    declared = "".join(f'<!ENTITY {name} "{value}">\n' for name, value in entities.items() if '"' not in value)
    document = f"<!DOCTYPE feed [\n{declared}]>\n{text}" if declared else text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        # A stream of bytes: a string could be taken for an address or a file's name and opened.
        parsed = feedparser.parse(
            BytesIO(document.encode("utf-8")),
            sanitize_html=False,  # the text is extracted from the mark-up anyway
            resolve_relative_uris=False,
            response_headers={"content-location": url, "content-type": "application/xml; charset=utf-8"},
        )
    entries = parsed["entries"]
    if not entries and not (parsed.get("version") or _FEED_START.search(text[:5000])):
        raise UnreadableDocumentError("this is no RSS, Atom or JSON feed.")
    problems = _Problems()
    if parsed.get("bozo"):
        problems.add(f"the feed isn't well-formed XML ({one_line(str(parsed.get('bozo_exception')))[:120]}).")
    head = dict(parsed["feed"])
    is_rss = str(parsed.get("version") or "").startswith("rss")
    language = language_code(head.get("language")) or ""
    found = [_from_xml(entry, url, language, is_rss, today, problems) for entry in entries]
    title = _plain(head.get("title_detail")) or one_line(str(head.get("title") or ""))[:_LONGEST_NAME]
    return Feed(title, language, tuple(_usable(found, problems)), problems.sentences(), _next_page(head, url))


def _from_xml(
    entry: Mapping[str, Any], url: str, language: str, is_rss: bool, today: date, problems: _Problems
) -> FeedEntry:
    fields = dict(entry)  # feedparser's own look-up invents values for absent keys
    contents = [part for part in fields.get("content") or () if str(part.get("type") or "").lower() in _TEXT_TYPES]
    full = max((str(part.get("value") or "") for part in contents), key=len, default="")
    summary = str(fields.get("summary") or "")
    body = full if len(full) >= len(summary) else summary
    kinds = {str(part.get("type")): part for part in contents}
    plain = body == full and set(kinds) == {"text/plain"}
    link = str(fields.get("feedburner_origlink") or fields.get("link") or "")
    written = fields.get("published") or fields.get("created")
    updated = fields.get("updated")
    published = _date(written, today, problems)
    if published is None and not written and updated:
        published = _date(updated, today, problems)
        # Atom's "updated" may be a later change; RSS 1.0 has only dc:date, which feedparser calls so too.
        if published is not None and not is_rss:
            published = replace(published, confidence=_UPDATED_ONLY)
    names = [author.get("name") or "" for author in fields.get("authors") or () if isinstance(author, Mapping)]
    detail = (contents[0] if contents else fields.get("summary_detail")) or {}
    return FeedEntry(
        url=_link(link, url, problems),
        external_id=one_line(str(fields.get("id") or ""))[:_LONGEST_NAME],
        title=_plain(fields.get("title_detail")) or one_line(str(fields.get("title") or ""))[:_LONGEST_NAME],
        body=body,
        is_html=not plain and looks_like_markup(body),
        is_full=bool(full.strip()) and body == full,
        summary=summary,
        published=published,
        modified=read_date(updated, today=today) if updated else None,
        authors=authors_from([name for name in names if "@" not in name]) or (),
        categories=_categories(tag.get("term") or tag.get("label") for tag in fields.get("tags") or ()),
        language=language_code(detail.get("language")) or language,
        outlet=one_line(str((fields.get("source") or {}).get("title") or ""))[:_LONGEST_NAME],
    )


def looks_like_markup(text: str) -> bool:
    """Whether a feed's text is HTML: feeds say "text/html" of everything."""
    return (
        looks_like_html(text) or re.search(r"<[a-zA-Z!/][^<>]{0,3000}>|&(?:#\d+|#x[\da-f]+|\w{2,8});", text) is not None
    )


def _read_json_feed(text: str, url: str, today: date) -> Feed:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableDocumentError(f"the JSON feed can't be read: {str(error)[:120]}.") from None
    if not isinstance(value, dict) or not isinstance(value.get("items"), list):
        raise UnreadableDocumentError("this is no RSS, Atom or JSON feed.")
    problems = _Problems()
    language = language_code(value.get("language")) or ""
    found = []
    for item in value["items"]:
        if isinstance(item, dict):
            found.append(_from_json(item, url, language, today, problems))
        else:
            problems.add("an entry is no JSON object; left out.")
    entries = tuple(_usable(found, problems))
    following = _string(value.get("next_url"))
    next_page = _link(following, url, problems) if following else ""
    return Feed(
        one_line(_string(value.get("title")))[:_LONGEST_NAME], language, entries, problems.sentences(), next_page
    )


def _from_json(item: Mapping[str, Any], url: str, language: str, today: date, problems: _Problems) -> FeedEntry:
    markup, plain = _string(item.get("content_html")), _string(item.get("content_text"))
    summary = _string(item.get("summary"))
    tags = item.get("tags")
    identity = item.get("id")
    return FeedEntry(
        url=_link(_string(item.get("url")) or _string(item.get("external_url")), url, problems),
        external_id=one_line(str(identity))[:_LONGEST_NAME] if isinstance(identity, str | int) else "",
        title=one_line(_string(item.get("title")))[:_LONGEST_NAME],
        body=markup or plain or summary,
        is_html=bool(markup),
        is_full=bool((markup or plain).strip()),
        summary=summary,
        published=_date(item.get("date_published"), today, problems),
        modified=read_date(item.get("date_modified"), today=today),
        authors=authors_from(item.get("authors") or item.get("author")) or (),
        categories=_categories(tags if isinstance(tags, list) else ()),
        language=language_code(item.get("language")) or language,
        outlet="",
    )


def _usable(entries: list[FeedEntry], problems: _Problems) -> Iterator[FeedEntry]:
    """Entries that tell of an article, each once."""
    seen: set[tuple[str, str, str]] = set()
    for entry in entries:
        key = (entry.url, entry.external_id, entry.title)
        if not entry.url and not entry.body.strip():
            problems.add("an entry has neither an address nor a text; left out.")
        elif key in seen:
            problems.add("an entry stands in the feed twice; read once.")
        else:
            seen.add(key)
            yield entry


def _date(value: object, today: date, problems: _Problems) -> DateReading | None:
    if value is None or value == "":
        return None
    reading = given_date(value, today=today, source=DateSource.FEED)
    if reading is None:
        problems.add("a date can't be read, or can't be; left open.")
    return reading


def _link(link: str, base: str, problems: _Problems) -> str:
    if not link.strip():
        return ""
    try:
        return web_address(urljoin(base, link.strip())).url
    except (ForbiddenAddressError, ValueError):
        problems.add("an address isn't one of the web; left out.")
        return ""


def _next_page(head: Mapping[str, Any], url: str) -> str:
    for link in head.get("links") or ():
        if link.get("rel") in {"next", "prev-archive"}:  # RFC 5005
            return _link(str(link.get("href") or ""), url, _Problems())
    return ""


def _plain(detail: Mapping[str, Any] | None) -> str:
    """A headline as text: feeds write it as text, as HTML, and as HTML that says it is text."""
    value = str((detail or {}).get("value") or "")[: 4 * _LONGEST_NAME]
    if re.search(r"<\w|</|&[#\w]{2,10};", value):
        value = html_to_text(value) or html_to_text(escape(value)) or ""
    return one_line(value)[:_LONGEST_NAME]


def _categories(values: Iterable[object]) -> tuple[str, ...]:
    names = (one_line(value)[:200] for value in values if isinstance(value, str))
    return tuple(dict.fromkeys(name for name in names if name))[:50]


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
