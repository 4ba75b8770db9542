"""PDF with text: one article per file. Scanned pages, which are pictures, are rejected: they need OCR first.

Lines are put together into paragraphs again, words divided at line ends too; what repeats at the top or bottom of
pages (name of the paper, page number) is left out. Runs in a child process only.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from statistics import quantiles
from typing import TYPE_CHECKING

from archive.article import DateSource
from ingest.bytestreams import OpenFile, whole
from ingest.clean import clean_text
from ingest.dates import CONFIDENCE, read_date
from ingest.document import DateReading, Draft, RawDocument, Rejected, UnreadableDocumentError
from ingest.fields import language_code
from ingest.hygiene import one_line
from ingest.readers.text import draft_from_text

if TYPE_CHECKING:
    from pypdf import PdfReader

MAGIC = b"%PDF-"
LARGEST_PDF = 48_000_000  # bytes
_MOST_PAGES = 150  # an article, a whole paper; what is longer is read in part
_LEAST_TEXT = 25  # characters to a page: fewer, over all pages, are a scan's page numbers
_EDGE_LINES = 2  # at the top and the bottom of a page
_SENTENCE_END = re.compile(r"[.!?:»”\"’)]$")
_DIVIDED = re.compile(r"[^\W\d_]{2,}[-\u00ad\u2010]$")
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.?|[-–—])?\s*\d{1,4}(?:\s*(?:[-–—]|(?:/|of|von)\s*\d{1,4}))?", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"(?:microsoft word|untitled|document\d*|.*\.(?:docx?|indd|qxp|pdf|pages|tex)$|\W*$)", re.IGNORECASE
)


def documents(file: OpenFile) -> Iterator[RawDocument | Rejected]:
    """The file as one document."""
    content, damage = whole(file.chunks(), LARGEST_PDF)
    if content is None:
        yield Rejected(file.source, None, f"the PDF is larger than {LARGEST_PDF // 1_000_000} MB; split it by article.")
        return
    if content.strip():
        yield RawDocument(content, "pdf", file.source, damaged=bool(damage))
    elif not damage:
        yield Rejected(file.source, None, "the file is empty.")
    if damage:
        yield Rejected(file.source, None, damage)


def parse(raw: RawDocument, *, today: date) -> Draft:
    """The article. Raises UnreadableDocumentError for scans, passwords and damage beyond reading."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every oddity; what matters is raised
    try:
        reader = PdfReader(BytesIO(raw.content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocumentError("the PDF asks for a password; save it without.")
        pages, unread = _pages(reader)
        count = len(reader.pages)
        about = _about(reader)
    except UnreadableDocumentError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError, OSError) as error:
        # pypdf meets damaged objects in all these ways
        raise UnreadableDocumentError(f"the PDF can't be read ({type(error).__name__}: {error})."[:200]) from None
    text = "\n\n".join(filter(None, map(paragraphs, without_edges(pages))))
    if len(text) < _LEAST_TEXT * max(1, len(pages)):
        raise UnreadableDocumentError(
            "scanned; needs OCR: the pages hold pictures, not text. Run for instance ocrmypdf."
        )
    draft = draft_from_text(clean_text(text), today=today)
    title = one_line(about.get("/Title", ""))
    extra = {name.strip("/").casefold(): value for name, value in about.items() if name in {"/Author", "/Subject"}}
    return replace(
        draft,
        title=draft.title if _NO_TITLE.match(title) else title,
        language=draft.language or language_code(about.get("/Lang")) or "",
        published=draft.published or _file_date(about, today),
        partial=raw.damaged or unread or count > len(pages),
        extra=dict(draft.extra) | extra,
        whole_file=True,
    )


def _pages(reader: PdfReader) -> tuple[list[str], bool]:
    """The pages' texts, and whether one couldn't be read."""
    from pypdf.errors import PyPdfError

    texts: list[str] = []
    unread = False
    for page in reader.pages[:_MOST_PAGES]:
        try:
            texts.append(page.extract_text())
        except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError):
            texts.append("")
            unread = True
    return texts, unread


def without_edges(pages: Sequence[str]) -> list[list[str]]:
    """The lines of each page without those that stand at the edge of several, and without page numbers."""
    split = [[line.strip() for line in page.splitlines()] for page in pages]
    split = [[line for line in lines if line] for lines in split]
    edges = Counter(
        key
        for lines in split
        for key in {_without_digits(line) for line in (*lines[:_EDGE_LINES], *lines[-_EDGE_LINES:])}
    )
    often = max(2, len(pages) // 2)
    kept: list[list[str]] = []
    for lines in split:
        last = len(lines) - _EDGE_LINES
        kept.append(
            [
                line
                for place, line in enumerate(lines)
                if not ((place < _EDGE_LINES or place >= last) and _is_edge(line, edges, often, len(pages)))
            ]
        )
    return kept


def paragraphs(lines: Sequence[str]) -> str:
    """Lines of print as paragraphs: one ends where a line ends a sentence and is clearly shorter than a full one."""
    if not lines:
        return ""
    full = quantiles([len(line) for line in lines], n=4)[2] if len(lines) > 1 else len(lines[0])
    text = ""
    for place, line in enumerate(lines):
        text += line
        following = lines[place + 1] if place + 1 < len(lines) else ""
        if not following:
            break
        if _DIVIDED.search(line) and following[:1].islower():
            text = text[:-1]
        elif len(line) < 0.8 * full and (_SENTENCE_END.search(line) or (place < 4 and len(lines) > 6)):
            text += "\n\n"  # the last line of a paragraph; or, at the top, headline and byline
        else:
            text += " "
    return text


def _is_edge(line: str, edges: Counter[str], often: int, pages: int) -> bool:
    if _PAGE_NUMBER.fullmatch(line):
        return True
    return pages > 2 and edges[_without_digits(line)] >= often


def _without_digits(line: str) -> str:
    return re.sub(r"\d+", "#", line).casefold()


def _about(reader: PdfReader) -> dict[str, str]:
    found = {name: str(value) for name, value in (reader.metadata or {}).items() if isinstance(value, str)}
    language = reader.root_object.get("/Lang")
    return found | ({"/Lang": str(language)} if language else {})


def _file_date(about: dict[str, str], today: date) -> DateReading | None:
    """The day the file was made, as a "page date": the article may be older by years."""
    digits = about.get("/CreationDate", "").removeprefix("D:")[:8]
    at = read_date(digits, today=today) if len(digits) == 8 else None
    return None if at is None else DateReading(at, DateSource.PAGE_HEADER, CONFIDENCE[DateSource.PAGE_HEADER])
