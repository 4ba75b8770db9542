"""Plain text: one article per file, with the few lines that scrapers and wires put above the story.

Understood at the top, in this order and each optional: a line that is only a date (the day of the page, not surely of
the story), ``Key: value`` lines, the headline, a byline, a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from archive.article import DateSource
from ingest.byline import reads_as_names
from ingest.bytestreams import OpenFile, whole
from ingest.clean import clean_text
from ingest.dates import CONFIDENCE, page_header_date
from ingest.document import DateReading, Draft, RawDocument, Rejected, UnreadableDocumentError
from ingest.fields import authors_from, draft_from_record
from ingest.hygiene import decode, is_binary
from ingest.partial import is_partial

LARGEST_TEXT = 16_000_000  # bytes
_KEY_VALUE = re.compile(
    r"(?P<key>title|headline|url|link|source|outlet|publisher|published|date|author|authors|byline|by|section|language|id"
    r"|modified|updated)\s*:\s*(?P<value>\S.*)",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:By|BY|Von|Par|Por)\s+(?P<names>[^\W\d_][^.!?\d]{2,78})")
_LONGEST_HEADLINE = 180
_UNFINISHED = re.compile(r"[.:;,]$")


def documents(file: OpenFile, format_name: str = "text") -> Iterator[RawDocument | Rejected]:
    """The file as one document; what was read of a damaged one, and its damage."""
    content, damage = whole(file.chunks(), LARGEST_TEXT)
    if content is None:
        yield Rejected(file.source, None, f"the file is larger than {LARGEST_TEXT // 1_000_000} MB; split it.")
        return
    if content.strip():
        yield RawDocument(content, format_name, file.source, damaged=bool(damage))
    elif not damage:
        yield Rejected(file.source, None, "the file is empty.")
    if damage:
        yield Rejected(file.source, None, damage)


def parse(raw: RawDocument, *, today: date) -> Draft:
    """The file's text -> Draft. Raises UnreadableDocumentError for binary data."""
    if is_binary(raw.content):
        raise UnreadableDocumentError("binary data, not text.")
    whole_text = decode(raw.content)
    draft = draft_from_text(clean_text(whole_text), today=today)
    return replace(draft, partial=raw.damaged or is_partial(whole_text), whole_file=True)


def draft_from_text(text: str, *, today: date) -> Draft:
    """Clean text (see ``clean.clean_text``) -> headline, byline, dates and story."""
    lines = text.split("\n")
    published = page_header_date(lines[0].strip(), today=today)
    position = _next(lines, 1 if published else 0)
    position, record = _key_values(lines, position)
    draft = draft_from_record(record, today=today, text="")
    published = draft.published or published
    title, position = (draft.title, position) if draft.title else _headline(lines, position)
    authors = draft.authors
    for _ in range(2):  # byline and date, in either order
        line = lines[position].strip() if position < len(lines) else ""
        if not authors and len(line) <= 80 and (byline := _BYLINE.fullmatch(line)) and reads_as_names(byline["names"]):
            authors = authors_from(byline["names"]) or ()
        elif title and (below := page_header_date(line, today=today)):
            published = (
                published if draft.published else DateReading(below.at, DateSource.TEXT, CONFIDENCE[DateSource.TEXT])
            )
        else:
            break
        position = _next(lines, position + 1)
    return replace(draft, text="\n".join(lines[position:]), title=title, authors=authors, published=published)


def _key_values(lines: list[str], position: int) -> tuple[int, dict[str, str]]:
    record: dict[str, str] = {}
    start = position
    while position < len(lines) and (found := _KEY_VALUE.fullmatch(lines[position].strip())):
        record.setdefault(found["key"].casefold(), found["value"])
        position += 1
    after = _next(lines, position)
    # "Source: ..." may also be how a story begins: alone it counts only if the rest stands apart
    if len(record) == 1 and (position >= len(lines) or lines[position].strip()):
        return start, {}
    return (after, record) if record else (start, {})


def _headline(lines: list[str], position: int) -> tuple[str, int]:
    """The first line, if it stands alone and isn't a sentence of the story."""
    line = lines[position].strip() if position < len(lines) else ""
    after = _next(lines, position + 1)
    alone = position + 1 < len(lines) and (not lines[position + 1].strip() or len(lines[position + 1]) > 2 * len(line))
    if line and alone and after < len(lines) and len(line) <= _LONGEST_HEADLINE and not _UNFINISHED.search(line):
        return line, after
    return "", position


def _next(lines: list[str], position: int) -> int:
    while position < len(lines) and not lines[position].strip():
        position += 1
    return position
