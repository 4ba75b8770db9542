"""What the archive keeps: articles, their versions, and the passages that answers cite.

Frozen values without behaviour beyond derived properties. Text offsets are Python string offsets
(Unicode code points) into the article's text, end exclusive: ``text[start:end]`` is the passage, exactly.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from hashlib import blake2b
from typing import Any


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A calendar day in the article's own time zone, with the instant where the source gave one.

    ``day`` is what a reader calls "the date"; filters and windows compare it. ``at`` is time-zone aware,
    or None where only the day is known.
    """

    day: date
    at: datetime | None = None

    @classmethod
    def from_iso(cls, text: str) -> Timestamp:
        """Read ``YYYY-MM-DD`` or an ISO 8601 date-time with zone. Raises ValueError for anything else."""
        if len(text) == 10:
            return cls(date.fromisoformat(text))
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError(f"{text!r} has no time zone")
        return cls(at.date(), at)

    def iso(self) -> str:
        """The form that ``from_iso`` reads."""
        return self.at.isoformat() if self.at is not None else self.day.isoformat()

    @property
    def instant(self) -> datetime:
        """For ordering: the instant in UTC; a bare day counts as its first moment."""
        if self.at is not None:
            return self.at.astimezone(UTC)
        return datetime.combine(self.day, time.min, UTC)


class DateSource(StrEnum):
    """Where a publication date came from, best first."""

    GIVEN = "given"  # a field of the record (JSON, feed, front matter)
    STRUCTURED = "structured"  # JSON-LD
    META = "meta"  # <meta> tags
    FEED = "feed"
    URL = "url"
    TEXT = "text"
    PAGE_HEADER = "page date"  # the day on the page, which may be the day it was scraped
    BY_HAND = "by hand"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Article:
    """One version of one article, as ingestion hands it over and as the archive gives it back.

    ``article_id`` is short, stable and derived from ``identity``; ``external_id`` is the id the source gave.
    ``extra`` holds the fields of the source that Backissue doesn't know (JSON values). ``raw`` is the input as it came.
    """

    article_id: str
    identity: str
    title: str
    text: str
    external_id: str | None = None
    url: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    language: str | None = None
    kind: str | None = None
    published: Timestamp | None = None
    modified: Timestamp | None = None
    date_source: DateSource = DateSource.UNKNOWN
    date_confidence: float = 0.0
    partial: bool = False
    correction: str | None = None  # the correction notice found in the text, verbatim
    source: str = ""  # where it was read: path or URL, with "#line" for a line of a file
    raw: bytes | None = None
    raw_media_type: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """A text an article has had. The ``current`` one answers; the others stay readable and are marked.

    ``valid_from`` is the first day on which this version is what a reader saw (publication day for the first,
    modification day, or else the day it was first ingested, for later ones); None: the day is unknown.
    """

    version: int  # 1 is the earliest by validity
    article: Article
    valid_from: date | None
    seen_at: datetime  # UTC, when ingested
    current: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of one version of an article: ``article.text[start:end] == text``, exactly.

    ``passage_id`` is ``<article_id>.<version hash, 6 hex digits>.<number from 0>``.
    """

    passage_id: str
    article_id: str
    start: int
    end: int
    text: str


def article_id_for(identity: str) -> str:
    """The short, stable id of an article: 12 lower-case letters and digits, 60 bits of its identity's BLAKE2 hash.

    Among a million articles the chance that any two share an id is 4e-7; the archive refuses the second one then.
    """
    digest = blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return b32encode(digest)[:12].decode("ascii").lower()
