"""Web archives, WARC and ARC: each saved page is a document, streamed record by record, damage or not.

Pages are responses with status 200, resources and conversions (WET) that are HTML, plain text or PDF; pictures,
scripts, requests and redirects are passed over. The day of the capture isn't the story's: it is kept beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from ingest.bytestreams import OpenFile
from ingest.charsets import in_utf8
from ingest.document import Draft, RawDocument, Rejected, UnreadableDocumentError
from ingest.hygiene import one_line
from ingest.readers import html, pdf, text
from ingest.readers.warc_records import Damage, records
from ingest.urls import told_url

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_PAGES = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "application/pdf": "pdf",
    "": "",  # told by content
}
MAGIC = (b"WARC/", b"filedesc://")
_MOST_TOLD = 20  # places of damage that the report names one by one
_HTML_START = re.compile(rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype html|html|head|body)", re.IGNORECASE | re.DOTALL)
_NO_STORY = re.compile(
    rb"^(?:WARC-Target-URI:[ \t]*)?<?(?:metadata:|dns:|\S+/(?:robots|ads|app-ads|humans|security|llms)\.txt(?=[\s>])"
    rb"|\S+\.(?:js|css)(?=[\s>?]))",
    re.IGNORECASE | re.MULTILINE,
)
_ARC_HEADER = re.compile(rb"(?P<url>\S[^\r\n]*?) (?P<address>[^ ]+) (?P<date>\d{8,17}) (?P<rest>[^\r\n]+)\r?\n")


@dataclass(frozen=True, slots=True)
class Page:
    """What a record holds, decoded: ``shape`` is "html", "text", "pdf" or "" for none, ``why`` says why none."""

    url: str
    captured: str  # ISO 8601 or ""
    shape: str
    payload: bytes
    charset: str = ""
    why: str = ""
    complete: bool = False  # as long as the server said, whatever the record's length


def documents(file: OpenFile) -> Iterator[RawDocument | Rejected]:
    """Each saved page, numbered by record from 1; each place of damage is rejected, the rest is read."""
    pages = damaged = 0
    others: Counter[str] = Counter()
    for found in records(file):
        if isinstance(found, Damage):
            damaged += 1
            if damaged <= _MOST_TOLD:
                yield Rejected(file.source, found.number or None, _told(found))
            continue
        why = _why_no_page(found.content)
        if why:
            others[why] += 1
        else:
            pages += 1
            yield RawDocument(found.content, "warc", file.source, found.number, damaged=found.cut)
    if damaged > _MOST_TOLD:
        yield Rejected(
            file.source, None, f"{damaged - _MOST_TOLD} more damaged places; all readable records were read."
        )
    if not pages and not damaged:
        kinds = ", ".join(f"{count} {why}" for why, count in others.most_common(6))
        yield Rejected(file.source, None, f"no saved page in it, only {kinds}." if kinds else "an empty web archive.")


def parse(raw: RawDocument, *, today: date) -> Draft:
    """The article of a saved page. Raises UnreadableDocumentError where there is none."""
    try:
        page = read_page(raw.content)
    except ValueError as error:
        raise UnreadableDocumentError(f"the record can't be read ({one_line(str(error))[:120]}).") from None
    if page.why:
        raise UnreadableDocumentError(f"no saved page, but {page.why}.")
    if not page.payload.strip():
        raise UnreadableDocumentError("the record's page is empty or was cut off.")
    content = _as_utf8(page) if page.shape != "pdf" else page.payload
    parsers = {"html": html.parse, "text": text.parse, "pdf": pdf.parse}
    inner = replace(raw, content=content, encoding="", damaged=raw.damaged and not page.complete)
    draft = parsers[page.shape](inner, today=today)
    extra = dict(draft.extra) | ({"captured": page.captured} if page.captured else {})
    return replace(draft, url=told_url([draft.url], page.url), extra=extra, whole_file=False)


def read_page(content: bytes) -> Page:
    """What a WARC or ARC record holds: by fastwarc, and by warcio where that gives up. Raises ValueError."""
    content = _as_warc(content)
    try:
        return _by_fastwarc(content)
    except (OSError, ValueError, RuntimeError):
        return _by_warcio(content)


def _why_no_page(content: bytes) -> str:
    """Quickly, by the headers, why a record is no page; "" for one that is or may be."""
    head = content[:64_000]
    kind = re.search(rb"^WARC-Type:[ \t]*(\w+)", head, re.IGNORECASE | re.MULTILINE) if head[:5] == b"WARC/" else None
    name = kind.group(1).decode().casefold() if kind else "response"
    if name not in {"response", "resource", "conversion"}:
        return f"{name} records"
    start = min((place for mark in (b"\r\n\r\n", b"\n\n") if (place := head.find(mark)) >= 0), default=0)
    http = re.search(rb"(?:^|\n)HTTP/\d(?:\.\d)? (\d{3})", head)
    if _NO_STORY.search(head, 0, start or len(head)):
        return "files about the site or the crawl"
    if http is None:
        in_line = b" ".join(head.partition(b"\n")[0].split(b" ")[-2:-1]).decode("latin-1")
        return _why_no_shape(_media_type(head[:start]) if head[:5] == b"WARC/" else in_line)
    if http.group(1) != b"200":
        return "redirects and errors"
    return _why_no_shape(_media_type(head[http.start() : http.start() + 32_000].partition(b"\r\n\r\n")[0]))


def _why_no_shape(media_type: str) -> str:
    name = media_type.partition(";")[0].strip().casefold()
    return "" if name in _PAGES or name.startswith("application/http") else f"{name[:40]} files"


def _media_type(header: bytes) -> str:
    found = re.search(rb"^Content-Type:[ \t]*([^\r\n]*)", header, re.IGNORECASE | re.MULTILINE)
    return found.group(1).decode("latin-1") if found else ""


def _by_fastwarc(content: bytes) -> Page:
    from fastwarc.warc import WarcRecord

    record: WarcRecord = WarcRecord.from_bytes(content)
    url = _address(record.headers.get("WARC-Target-URI") or "")
    captured = _moment(record.headers.get("WARC-Date") or "")
    media_type = record.headers.get("Content-Type") or ""
    charset = ""
    if record.is_http:
        record.parse_http(auto_decode="all", quirks_mode=True)
        if record.http_headers.status_code != 200:
            return Page(url, captured, "", b"", why=f"an answer with status {record.http_headers.status_code}")
        media_type = record.http_headers.get("Content-Type") or ""
        charset = record.http_charset or ""
    page = _page(url, captured, media_type, record.reader.read(), charset)
    said = record.http_headers.get("Content-Length") if record.is_http else None
    if said is None or not said.isdigit() or record.http_headers.get("Content-Encoding"):
        return page
    return replace(page, complete=len(page.payload) >= int(said))


def _by_warcio(content: bytes) -> Page:
    from io import BytesIO

    from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
    from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]

    try:
        record = next(iter(ArchiveIterator(BytesIO(content))), None)
        if record is None:
            raise ValueError("no record")
        url = _address(record.rec_headers.get_header("WARC-Target-URI") or "")
        captured = _moment(record.rec_headers.get_header("WARC-Date") or "")
        headers = record.http_headers or record.rec_headers
        if record.http_headers is not None and record.http_headers.get_statuscode() != "200":
            return Page(url, captured, "", b"", why=f"an answer with status {record.http_headers.get_statuscode()}")
        return _page(url, captured, headers.get_header("Content-Type") or "", record.content_stream().read(), "")
    except (ArchiveLoadFailed, OSError, EOFError) as error:
        raise ValueError(str(error)) from None


def _page(url: str, captured: str, media_type: str, payload: bytes, charset: str) -> Page:
    name = media_type.partition(";")[0].strip().casefold()
    shape = _PAGES.get(name)
    if payload.startswith(pdf.MAGIC):
        shape = "pdf"
    elif _HTML_START.match(payload[:4000]):  # servers call pages "text/plain", or nothing
        shape = "html"
    if not shape:
        return Page(url, captured, "", b"", why=f"{name[:40] or 'data of no known kind'}")
    return Page(url, captured, shape, payload, charset)


def _as_warc(content: bytes) -> bytes:
    """An ARC record as the WARC record it would be."""
    if content.startswith(b"WARC/"):
        return content
    found = _ARC_HEADER.match(content)
    if found is None:
        raise ValueError("no header of a WARC or ARC record")
    block = content[found.end() :]
    kind = b"response" if block.startswith(b"HTTP/") else b"resource"
    media_type = b"application/http; msgtype=response" if kind == b"response" else found["rest"].split(b" ")[0]
    digits = found["date"].decode().ljust(14, "0")
    try:
        captured = datetime.strptime(digits[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        captured = ""
    lines = [
        b"WARC/1.0",
        b"WARC-Type: " + kind,
        b"WARC-Target-URI: " + found["url"],
        b"WARC-Date: " + captured.encode(),
        b"Content-Type: " + media_type,
        b"Content-Length: " + str(len(block)).encode(),
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + block + b"\r\n\r\n"


def _as_utf8(page: Page) -> bytes:
    """The page in UTF-8 where only the HTTP header says otherwise; what the page says itself is left to the reader."""
    if not page.charset or re.search(rb"<meta[^>]{0,200}charset", page.payload[:4096], re.IGNORECASE):
        return page.payload
    return in_utf8(page.payload, page.charset)


def _address(uri: str) -> str:
    """Some programs write addresses in angle brackets; a file or metadata address is none of the web."""
    uri = uri.strip().strip("<>").replace(" ", "%20")
    return uri if uri.lower().startswith(("http://", "https://")) else ""


def _moment(written: str) -> str:
    try:
        return datetime.fromisoformat(written.strip()).isoformat()
    except ValueError:
        return ""


def _told(damage: Damage) -> str:
    return f"damaged: {damage.what}; the records that can be read were. Fetch the file again for what is missing."
