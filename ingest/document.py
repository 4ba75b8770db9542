"""What travels through ingestion: a document as read, what a reader made of it, and what could not be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from archive.article import DateSource, Timestamp
from archive.records import Standing
from ingest.compression import without_suffix

if TYPE_CHECKING:
    from ingest.given import Given

STANDARD_INPUT = "standard input"  # the path of what comes from there
MEMBER = "!/"  # between an archive's path and its member's, as in /in/dump.zip!/may/page.html


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One document as it came: a line of a JSON lines file, or a whole file.

    ``path`` is the file's absolute path in a printable form; ``line`` counts from 1 and is None where
    the document is the whole file. ``format_name`` is a key of ``readers.FORMATS``. ``encoding`` is named where the
    file's bytes aren't UTF-8 and don't tell; ``damaged``: the rest of the document couldn't be read. ``given`` is known
    from outside. ``receipt`` names the fetch it came from (see ``receipts``); 0: none.
    """

    content: bytes
    format_name: str
    path: str
    line: int | None = None
    encoding: str = ""
    damaged: bool = False
    given: Given | None = None
    receipt: int = 0

    @property
    def source(self) -> str:
        """Where it was read, as the archive remembers it: ``path`` or ``path#line``."""
        return self.path if self.line is None else f"{self.path}#{self.line}"

    @property
    def unpacked_path(self) -> str:
        """The path without ``.gz`` and its like: packing a file doesn't make it another one."""
        return without_suffix(self.path)

    @property
    def folder(self) -> str:
        """The folder of its file; of an archive's member, the one it would have were it unpacked where it lies."""
        archive, member, inside = self.path.rpartition(MEMBER)
        path = f"{archive.replace(MEMBER, '/').rpartition('/')[0]}/{inside}" if member else self.path
        return path.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A document (or a damaged rest of a file) that could not be used, and why, with the remedy where there is one."""

    source: str
    line: int | None
    reason: str

    def as_json(self) -> dict[str, Any]:
        """The row of the report."""
        return {"source": self.source, "line": self.line, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was met and isn't an article, by kind: "hidden", "not an article"."""

    source: str
    why: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that the user should know of a source that was read all the same, in a sentence."""

    source: str
    what: str


@dataclass(frozen=True, slots=True)
class DateReading:
    """A date somebody wrote, where it stood, and how far it can be trusted (0 to 1)."""

    at: Timestamp
    source: DateSource
    confidence: float


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader found in one document, before cleaning and normalising. Empty strings mean "not given"."""

    text: str
    title: str = ""
    url: str = ""
    external_id: str = ""
    outlet: str = ""
    authors: tuple[str, ...] = ()
    section: str = ""
    language: str = ""
    kind: str = ""
    published: DateReading | None = None
    modified: Timestamp | None = None
    partial: bool = False
    correction: str = ""
    identity: str = ""  # of a record that Backissue exported
    extra: Mapping[str, Any] = field(default_factory=dict)
    whole_file: bool = False  # the path may then serve as identity
    standing: Standing = Standing.USABLE
    embargoed_until: datetime | None = None  # aware; nobody may see it before


class UnreadableDocumentError(ValueError):
    """A reader can't make anything of a document; the message is the reason the report gives, with the remedy."""
