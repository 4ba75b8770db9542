"""A sitemap -> the addresses in it: sitemaps, sitemap indexes, Google News sitemaps with their dates, plain lists.

A damaged sitemap gives what stands before the damage, which is said.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urljoin
from xml.parsers import expat

from archive.article import DateSource, Timestamp
from archive.counts import plural
from ingest.addresses import ForbiddenAddressError, web_address
from ingest.dates import given_date, read_date
from ingest.document import DateReading, UnreadableDocumentError
from ingest.fields import language_code
from ingest.hygiene import one_line
from ingest.xmltext import after_prolog, without_doctype, xml_text

LARGEST_SITEMAP = 52_428_800  # bytes unpacked: the protocol's own limit, 50 MB
_MOST_ADDRESSES = 50_000  # in one sitemap, likewise
_DEEPEST_INDEX = 3  # indexes in indexes; the protocol allows one
_LONGEST_VALUE = 10_000  # characters
_TOO_MANY = f"an address beyond the first {_MOST_ADDRESSES:,} of a sitemap is left out"
_NO_ADDRESS = "an entry has no usable address; left out"
_NO_LINE = "a line is no address; left out"
_NO_DATE = "a publication date can't be read, or can't be; left open"
# Google's genres; the first that says more than "news" counts.
_KINDS = {"PressRelease": "press release", "Satire": "satire", "OpEd": "opinion", "Opinion": "opinion"}


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """One page. Only ``url`` is always there; the rest comes from Google's news tags, but ``modified`` (lastmod).

    ``modified`` is when the page changed, which says nothing about when the story was published.
    """

    url: str
    modified: Timestamp | None = None
    published: DateReading | None = None
    title: str = ""
    outlet: str = ""
    language: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class NestedSitemap:
    """A sitemap that an index names, and when it changed, where the index says so."""

    url: str
    modified: Timestamp | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """A sitemap or an index as read; ``problems`` are sentences for the report."""

    entries: tuple[SitemapEntry, ...]
    nested: tuple[NestedSitemap, ...]
    problems: tuple[str, ...] = ()


def looks_like_sitemap(content: bytes) -> bool:
    """Whether a document's first kilobytes are a sitemap's or an index's, packed or not. Plain lists aren't told."""
    try:
        text, _ = without_doctype(xml_text(_unpacked(content[:20_000], whole=False)))
    except UnreadableDocumentError:
        return False
    start = after_prolog(text)
    name = text[start : start + 100].split(">")[0].split()
    return bool(name) and name[0].rpartition(":")[2].lstrip("<") in {"urlset", "sitemapindex"}


def read_sitemap(content: bytes, url: str, *, today: date, charset: str = "") -> Sitemap:
    """Read a sitemap that came from ``url``; ``today`` only serves to refuse dates to come.

    Raises UnreadableDocumentError with the reason for what is none, a bomb, or too large.
    """
    content = _unpacked(content)
    text, _ = without_doctype(xml_text(content, charset))
    if not text.lstrip().startswith("<"):
        return _from_list(text, url)
    reading = _Reading(url, today)
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    try:
        parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError as error:
        if not reading.is_sitemap:
            raise UnreadableDocumentError("this is no sitemap.") from None
        reading.problems[f"the sitemap is damaged from line {error.lineno} on ({expat.ErrorString(error.code)})"] = 1
    if not reading.is_sitemap:
        raise UnreadableDocumentError("this is no sitemap.")
    return Sitemap(tuple(reading.entries.values()), tuple(reading.nested.values()), _sentences(reading.problems))


def walk_sitemaps(
    url: str,
    read: Callable[[str], Sitemap | None],
    *,
    since: date | None = None,
    most: int = 1_000_000,
    left_out: Callable[[str, str], None] = lambda url, what: None,
) -> Iterator[SitemapEntry]:
    """The pages of a sitemap and of all that it names, each once; of nested ones the last changed first.

    ``read`` fetches and reads one (None: it couldn't, and has told so). What is known to be unchanged ``since`` then
    isn't read or given: nested sitemaps by their lastmod, pages by their lastmod or else their news date.
    ``left_out`` is told (of which sitemap, what) where a cap ends the walk or an index lies too deep in others.
    """
    waiting = [(NestedSitemap(url), 0)]
    seen_maps = {url}
    seen: set[str] = set()
    while waiting:
        nested, depth = waiting.pop()
        sitemap = read(nested.url)
        if sitemap is None:
            continue
        for entry in sitemap.entries:
            if entry.url in seen or _is_older(entry, since):
                continue
            if len(seen) >= most:
                left_out(nested.url, f"the site's sitemaps name more than {most:,} pages; the rest is left out.")
                return
            seen.add(entry.url)
            yield entry
        found = [inner for inner in sitemap.nested if inner.url not in seen_maps and not _is_unchanged(inner, since)]
        seen_maps.update(inner.url for inner in found)
        if found and depth >= _DEEPEST_INDEX:
            left_out(
                nested.url,
                f"{plural(len(found), 'sitemap is', 'sitemaps are')} left out: over {_DEEPEST_INDEX} indexes deep.",
            )
        elif found:
            # The last is read first; those without a date come after those with one.
            found.sort(key=lambda inner: inner.modified.instant.timestamp() if inner.modified else 0.0)
            waiting.extend((inner, depth + 1) for inner in found)


def _is_older(entry: SitemapEntry, since: date | None) -> bool:
    at = entry.modified or (entry.published.at if entry.published else None)
    return since is not None and at is not None and at.day < since


def _is_unchanged(nested: NestedSitemap, since: date | None) -> bool:
    return since is not None and nested.modified is not None and nested.modified.day < since


@dataclass(slots=True)
class _Reading:
    """What expat reports, put together."""

    base: str
    today: date
    is_sitemap: bool = False
    entries: dict[str, SitemapEntry] = field(default_factory=dict)
    nested: dict[str, NestedSitemap] = field(default_factory=dict)
    problems: Counter[str] = field(default_factory=Counter)
    depth: int = 0
    values: dict[str, str] = field(default_factory=dict)
    current: str = ""
    parts: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self.depth += 1
        if self.depth == 1:
            self.is_sitemap = local in {"urlset", "sitemapindex"}
        if local in {"url", "sitemap"} and self.depth == 2:
            self.values = {}
        # Google's own tags bear names that images and videos have too ("title", "publication_date").
        prefix = space.rpartition("/sitemap-")[2].split("/")[0] + ":" if "/sitemap-" in space else ""
        self.current = prefix + local
        self.parts = []

    def text(self, data: str) -> None:
        if self.depth > 2 and len(self.parts) < _LONGEST_VALUE:
            self.parts.append(data[:_LONGEST_VALUE])

    def end(self, name: str) -> None:
        if self.is_sitemap and self.depth == 2:
            self._close(name.rpartition(" ")[2])
        elif self.depth > 2 and self.current:
            value = one_line("".join(self.parts))[:_LONGEST_VALUE]
            if value:
                self.values.setdefault(self.current, value)
        self.current = ""
        self.depth -= 1

    def _close(self, name: str) -> None:
        if name not in {"url", "sitemap"}:
            return
        values = self.values
        address = _address(values.get("loc", ""), self.base)
        modified = read_date(values.get("lastmod", ""), today=self.today)
        if not address:
            self.problems[_NO_ADDRESS] += 1
        elif address in self.entries or address in self.nested:
            return
        elif len(self.entries) + len(self.nested) >= _MOST_ADDRESSES:
            self.problems[_TOO_MANY] += 1
        elif name == "sitemap":
            self.nested[address] = NestedSitemap(address, modified)
        else:
            self.entries[address] = self._entry(address, modified)

    def _entry(self, address: str, modified: Timestamp | None) -> SitemapEntry:
        values = self.values
        written = values.get("news:publication_date", "")
        published = given_date(written, today=self.today, source=DateSource.FEED) if written else None
        if written and published is None:
            self.problems[_NO_DATE] += 1
        genres = [genre.strip() for genre in values.get("news:genres", "").split(",")]
        return SitemapEntry(
            url=address,
            modified=modified,
            published=published,
            title=values.get("news:title", "")[:2000],
            outlet=values.get("news:name", "")[:500],
            language=language_code(values.get("news:language", "")) or "",
            kind=next((_KINDS[genre] for genre in genres if genre in _KINDS), ""),
        )


def _from_list(text: str, base: str) -> Sitemap:
    """The protocol's plainest form: an address per line."""
    entries: dict[str, SitemapEntry] = {}
    problems: Counter[str] = Counter()
    for line in text.splitlines():
        if not line.strip():
            continue
        address = _address(line.strip(), "") if line.strip().lower().startswith(("http://", "https://")) else ""
        if not address:
            if not entries:
                raise UnreadableDocumentError("this is no sitemap.")
            problems[_NO_LINE] += 1
        elif address in entries:
            continue
        elif len(entries) >= _MOST_ADDRESSES:
            problems[_TOO_MANY] += 1
        else:
            entries[address] = SitemapEntry(address)
    if not entries:
        raise UnreadableDocumentError("the sitemap is empty.")
    return Sitemap(tuple(entries.values()), (), _sentences(problems))


def _sentences(problems: Counter[str]) -> tuple[str, ...]:
    """Each problem once, with how often it was met: what is left out is counted."""
    return tuple(f"{what} ({count:,} times)." if count > 1 else f"{what}." for what, count in problems.items())


def _address(link: str, base: str) -> str:
    try:
        return web_address(link if "://" in link[:10] else urljoin(base, link)).url if link else ""
    except (ForbiddenAddressError, ValueError):
        return ""


def _unpacked(content: bytes, *, whole: bool = True) -> bytes:
    """Sitemaps are often ``.xml.gz``: told by their first bytes. ``whole``: the end matters."""
    if content.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            content = unpacker.decompress(content, LARGEST_SITEMAP + 1)
        except zlib.error:
            raise UnreadableDocumentError("the sitemap's compressed data is damaged.") from None
        if whole and not unpacker.eof and len(content) <= LARGEST_SITEMAP:
            raise UnreadableDocumentError("the sitemap's compressed data breaks off.")
    if len(content) > LARGEST_SITEMAP:
        raise UnreadableDocumentError("the sitemap is larger than 50 MB.")
    return content
