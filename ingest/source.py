"""One thing to read, and what holds for it; and what the words of a command line stand for."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from archive.errors import UsageError
from ingest.fetch_policy import FetchPolicy
from ingest.given import Given
from ingest.local_sources import check_path, printable

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)


class SourceKind(StrEnum):
    """What a source is. What is at a URL is told by content: a page, a feed, a sitemap, a file."""

    FEED = "feed"
    SITEMAP = "sitemap"
    URL = "url"
    PATH = "path"  # a file, a folder, a glob, or "-": standard input


class Pages(StrEnum):
    """Whether the pages that a feed names are fetched too."""

    WHERE_NEEDED = "where needed"  # where the feed gives only a summary
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to read. ``where`` is an address, or a path or glob.

    ``given`` is for articles that don't say themselves. ``days``: of a sitemap, only what is that young, and of a feed
    no further pages; None: all. ``mapping``: fields by column, for tables and records. ``called``: the name that a
    file goes by in the archive and in reports, in place of its path, where it lies there only for the moment.
    """

    kind: SourceKind
    where: str
    name: str = ""
    policy: FetchPolicy = field(default_factory=FetchPolicy)
    given: Given = field(default_factory=Given)
    pages: Pages = Pages.WHERE_NEEDED
    days: int | None = None
    mapping: Mapping[str, str] | None = None
    called: str = ""


def sources_of(words: Sequence[str | Source], like: Source | None = None) -> list[Source]:
    """What the words of a command line stand for: paths, globs, ``-``, addresses, sources files.

    ``like``: what holds for all of them where nothing else is said. Raises UsageError, before anything is read, for the
    first that can't be.
    """
    like = like or Source(SourceKind.PATH, "")
    found: list[Source] = []
    for word in words:
        if isinstance(word, Source):
            _check(word)
            found.append(word)
        elif scheme := _SCHEME.match(word):
            found.append(_address(word, scheme[1].lower(), like))
        elif word.casefold().endswith(".toml") and os.path.isfile(word):
            found += from_sources_file(Path(word), like)
        else:
            check_path(word)
            found.append(replace(like, kind=SourceKind.PATH, where=word, name=word))
    if sum(source.where == "-" for source in found) > 1:
        raise UsageError("standard input (-) can be read once only.")
    return found


def from_sources_file(path: Path, like: Source) -> list[Source]:
    """The sources written down in a file; what it leaves open is as in ``like``. Raises UsageError."""
    from ingest.sources_file import read_sources_file

    found = []
    for source in read_sources_file(path, like.policy):
        _check(source)
        found.append(
            replace(
                source,
                given=source.given.or_else(like.given),
                days=source.days or like.days,
                mapping=source.mapping or like.mapping,
            )
        )
    return found


def _address(word: str, scheme: str, like: Source) -> Source:
    from ingest.addresses import ForbiddenAddressError, web_address, without_credentials

    if scheme == "file":
        raise UsageError(f"{printable(word)}: name the path itself, without file://.")
    try:
        where = web_address(word).url
    except ForbiddenAddressError as error:
        raise UsageError(f"{printable(without_credentials(word))}: {error}") from None
    kind = like.kind if like.kind in {SourceKind.FEED, SourceKind.SITEMAP} else SourceKind.URL
    return replace(like, kind=kind, where=where, name=like.given.outlet or where)


def _check(source: Source) -> None:
    if source.kind is SourceKind.PATH:
        check_path(source.where)
