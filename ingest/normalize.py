"""Draft -> Article, or Rejected: clean text, one address, one identity, honest dates."""

from __future__ import annotations

import re
from datetime import date
from hashlib import blake2b

from archive.article import Article, DateSource, article_id_for
from ingest.byline import authors_from, reads_as_names
from ingest.clean import clean_text
from ingest.corrections import correction_notice
from ingest.dates import url_date
from ingest.document import STANDARD_INPUT, Draft, RawDocument, Rejected
from ingest.headline import split_headline
from ingest.hygiene import one_line, unscrambled
from ingest.kinds import kind_told
from ingest.language import language_of
from ingest.partial import is_partial
from ingest.readers import FORMATS
from ingest.urls import canonical_url, url_key

LONGEST_TEXT = 2_000_000  # characters: a book; what is longer is a file of many articles
_LONGEST_TITLE = 500
_LONGEST_MADE_TITLE = 120

_BYLINE = re.compile(r"(?:By|BY|Von|Par|Por)\s+(?P<names>(?=[^\W\d_a-zß-ÿ])[^.!?:\d]{3,98})")
_LONGEST_BYLINE = 100
_SENTENCE = re.compile(r"[^\n]{20,}?[.!?](?=\s|$)|[^\n]+")


def normalize(draft: Draft, raw: RawDocument, *, today: date) -> Article | Rejected:
    """The article as the newspaper printed it, or why there is none. ``today`` refuses dates to come."""
    text = unscrambled(clean_text(draft.text))
    if not text:
        return Rejected(raw.path, raw.line, "no text: the document has no story.")
    if len(text) > LONGEST_TEXT:
        return Rejected(raw.path, raw.line, "longer than 2,000,000 characters; split it into articles.")
    url = canonical_url(draft.url)
    extra = dict(draft.extra)
    if draft.url and not url:
        extra.setdefault("url", draft.url)
    told = unscrambled(one_line(draft.title)[:_LONGEST_TITLE])
    title, outlet = split_headline(told, one_line(draft.outlet), url)
    text, authors = without_head(text, title, draft.authors)
    published = draft.published or (url_date(url, today=today) if url else None)
    correction = draft.correction or correction_notice(text)
    identity = identity_of(draft, raw, outlet=outlet, text=text)
    return Article(
        article_id=article_id_for(identity),
        identity=identity,
        title=title or first_sentence(text),
        text=text,
        external_id=draft.external_id or file_name(draft, raw) or None,
        url=url or None,
        outlet=outlet or None,
        authors=authors,
        section=draft.section or None,
        language=draft.language or language_of(text) or None,
        kind=draft.kind or kind_told(title=told, section=draft.section, url=url, text=text) or None,
        published=published.at if published else None,
        modified=draft.modified,
        date_source=published.source if published else DateSource.UNKNOWN,
        date_confidence=published.confidence if published else 0.0,
        partial=draft.partial or is_partial(draft.text),
        correction=correction or None,
        source=raw.source,
        raw=raw.content,
        raw_media_type=FORMATS[raw.format_name].media_type,
        extra=extra,
    )


def without_head(text: str, title: str, authors: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The text without the headline and byline it begins with, and the authors: those given, else the byline's."""
    lines = text.split("\n")
    start = 0
    for _ in range(2):
        first = next((number for number in range(start, len(lines)) if lines[number].strip()), len(lines))
        line = lines[first].strip() if first < len(lines) else ""
        if title and line.casefold() == title.casefold():
            start = first + 1
        elif len(line) <= _LONGEST_BYLINE and (found := _BYLINE.fullmatch(line)) and reads_as_names(found["names"]):
            authors = authors or authors_from(found["names"]) or ()
            start = first + 1
    story = "\n".join(lines[start:]).strip()
    return (story, authors) if story else (text, authors)


def identity_of(draft: Draft, raw: RawDocument, *, outlet: str, text: str) -> str:
    """In this order: what our own export says; canonical URL; source and given id; source and path; the text.

    The source of an id is its outlet (wherever its file lies), else the folder of the file, so that tonight's export
    meets last night's; of a file that is one document, its path.
    """
    if draft.identity:
        return draft.identity
    if key := url_key(draft.url):
        return f"url:{key}"
    if draft.external_id:
        scope = f"outlet:{outlet.casefold()}" if outlet else f"folder:{raw.folder}"
        return f"id:{draft.external_id}\n{scope}"
    if draft.whole_file and raw.path != STANDARD_INPUT:
        return f"path:{raw.unpacked_path}"
    return f"text:{blake2b(text.encode(), digest_size=16).hexdigest()}"


def file_name(draft: Draft, raw: RawDocument) -> str:
    """What an archivist calls an article that is a file of its own, without address or id: the name of the file."""
    if not draft.whole_file or draft.url or draft.identity or raw.path == STANDARD_INPUT:
        return ""
    return raw.unpacked_path.rpartition("/")[2]


def first_sentence(text: str) -> str:
    """What stands for a missing headline: the first sentence, cut at a word where it is long."""
    found = _SENTENCE.search(text)
    sentence = (found.group() if found else text).strip()
    if len(sentence) <= _LONGEST_MADE_TITLE:
        return sentence
    return sentence[:_LONGEST_MADE_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:-–—") + " …"
