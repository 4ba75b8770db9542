"""What goes into the archive and what comes back: frozen values, without behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

from archive.article import Article, Passage


class Standing(StrEnum):
    """What a sender says may be done with an article: the three states of the IPTC's "pubstatus"."""

    USABLE = "usable"
    WITHHELD = "withheld"  # not to be shown until further notice; withdrawn where it was
    CANCELED = "canceled"  # never to be shown; taken down where it was


class LinePlace(IntEnum):
    """Where a short line stands, and what it looks like: how much is asked before it counts as the outlet's own."""

    ASKING = 0  # asks the reader for something, or names an address; anywhere
    BELOW = 1  # a label below the story
    ABOVE = 2  # a label above it, which may be its first heading
    SENTENCE = 3  # a finished sentence above or below, which may be news ("Nobody was hurt.")
    INSIDE = 4  # inside the story, where headings stand


@dataclass(frozen=True, slots=True)
class ShortLines:
    """Lines of an article that may be its outlet's and not the story's: counted, so that what repeats can be dropped.

    ``story`` is the same number for copies of one story; ``lines`` are (digest, place).
    """

    outlet: str
    story: int
    lines: tuple[tuple[int, LinePlace], ...]


@dataclass(frozen=True, slots=True)
class IncomingArticle:
    """An article as ingestion hands it over: with its passages, and what recognises it and its copies.

    ``spans`` are the passages as (start, end) offsets into ``article.text``, in order. ``signature`` is the MinHash
    of the text: 128 little-endian unsigned integers of 4 (or 8) bytes each, ``b""`` for a text too short to compare.
    ``ledger_key`` is a digest of the record as it was read: met again, it needs no second reading. ``short_lines`` are
    counted when the article is new.

    ``standing`` is what the sender lets be done with it; ``embargoed_until`` (aware) the moment before which nobody may
    see it. A message that only withholds or cancels an article may have an empty text. ``credit`` is the
    news agency whose story it is, by its one name; ``wire``: the outlet is that agency. ``prepared_by`` names the
    readers and the cleaning that made the text of the raw input.
    """

    article: Article
    spans: tuple[tuple[int, int], ...]
    signature: bytes = b""
    ledger_key: str | None = None
    standing: Standing = Standing.USABLE
    embargoed_until: datetime | None = None
    credit: str | None = None
    wire: bool = False
    prepared_by: str | None = None
    short_lines: ShortLines | None = None


class Outcome(StrEnum):
    """What became of an article handed to ``add``."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SHORTER = "shorter"  # only a part of the text that is kept already, which stays
    REMOVED = "removed"  # taken down earlier, or by this message: kept out


@dataclass(frozen=True, slots=True)
class AddResult:
    """What ``add`` did with one article; ``copy_of`` names the cluster's face (or its earliest other member).

    ``held``: what came in may not be seen now: "embargoed" until its hour, or "withheld".
    """

    article_id: str
    outcome: Outcome
    copy_of: str | None = None
    held: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A record that has been read before, and what became of it."""

    article_id: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with its article (the version it belongs to, ``raw`` left out).

    ``score`` is BM25 for a keyword search, the cosine for a vector search: comparable within one search only.
    """

    passage: Passage
    article: Article
    score: float
    superseded: bool = False  # an older version, found because of as-of
    corrected_since: str | None = None  # of a superseded one: the correction notice of the version that answers now


@dataclass(frozen=True, slots=True)
class CoverageCounts:
    """What of the archive a filter lets through; days are None when no article is dated."""

    articles: int
    outlets: int
    first_day: date | None
    last_day: date | None
    undated: int


@dataclass(frozen=True, slots=True)
class LockHolder:
    """The process that writes at the moment."""

    process_id: int
    command: str
    since: datetime  # UTC


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """One of the two indexes: where it is, whether searches use it, and what it still lacks."""

    name: str
    folder: str
    state: str  # "ready", "building", "unchecked" (files changed), "checking" or "damaged"
    entries: int
    waiting: int  # changes in the catalog that aren't in the index yet


@dataclass(frozen=True, slots=True)
class Status:
    """The archive in numbers; ``embedded`` of ``passages`` have a vector."""

    folder: str
    schema_version: int
    generation: int
    articles: int
    versions: int
    passages: int
    embedded: int
    outlets: int
    undated: int
    embargoed: int  # articles of which nothing may be seen before their hour; not counted above
    withheld: int  # articles that their sender withholds or canceled; not counted above
    first_day: date | None
    last_day: date | None
    clusters_of_copies: int
    tombstones: int
    embedder: str | None
    indexes: tuple[IndexStatus, ...]
    disk_bytes: int
    writer: LockHolder | None


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a full check found: ``problems`` is empty when all is well, else sentences with the remedy."""

    problems: tuple[str, ...]
    checked: Mapping[str, int]  # what was compared -> how many

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems
