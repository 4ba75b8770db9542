"""What is known of a document from outside it: from the feed or sitemap that named it, its address, the sources file.

It fills what the document doesn't say itself. It is kept with the article under ``extra["given"]``, so that cleaning
can be run again from the raw document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from archive.article import DateSource, Timestamp
from archive.errors import UsageError
from ingest.document import DateReading, Draft
from ingest.fields import language_code
from ingest.kinds import KINDS
from ingest.urls import canonical_url, url_key

_DEVICE = re.compile(r"^(?:www|amp|m|mobile)\.(?=[^.]+\.)")


@dataclass(frozen=True, slots=True)
class Given:
    """Empty strings and None mean "not known". ``url`` is where a page was in the end."""

    url: str = ""
    title: str = ""
    outlet: str = ""
    language: str = ""
    section: str = ""
    kind: str = ""
    authors: tuple[str, ...] = ()
    published: DateReading | None = None

    def filled(self, draft: Draft) -> Draft:
        """The draft with its gaps filled; a given date goes before one that is less certain."""
        published = draft.published
        if self.published and (published is None or published.confidence < self.published.confidence):
            published = self.published
        url = draft.url
        if self.url and not (url_key(url) and of_one_site(url, self.url)):
            url = self.url  # a page speaks for its own site only: else it could take another's place
        return replace(
            draft,
            url=url,
            title=draft.title or self.title,
            outlet=draft.outlet or self.outlet,
            language=draft.language or self.language,
            section=draft.section or self.section,
            kind=draft.kind or self.kind,
            authors=draft.authors or self.authors,
            published=published,
        )

    def or_else(self, other: Given) -> Given:
        """The same, its gaps filled from another."""
        return Given(
            url=self.url or other.url,
            title=self.title or other.title,
            outlet=self.outlet or other.outlet,
            language=self.language or other.language,
            section=self.section or other.section,
            kind=self.kind or other.kind,
            authors=self.authors or other.authors,
            published=self.published or other.published,
        )

    def as_json(self) -> dict[str, Any]:
        """What is known, and nothing else; {} where nothing is."""
        names = ("url", "title", "outlet", "language", "section", "kind")
        value: dict[str, Any] = {name: getattr(self, name) for name in names if getattr(self, name)}
        if self.authors:
            value["authors"] = list(self.authors)
        if self.published is not None:
            value["published"] = self.published.at.iso()
            value["date_source"] = str(self.published.source)
            value["date_confidence"] = self.published.confidence
        return value

    @classmethod
    def from_json(cls, value: object) -> Given:
        """What ``as_json`` wrote; nothing where it is something else."""
        if not isinstance(value, Mapping):
            return NOTHING_GIVEN
        names = ("url", "title", "outlet", "language", "section", "kind")
        texts = {name: value[name] for name in names if isinstance(value.get(name), str)}
        published = None
        if isinstance(value.get("published"), str) and value.get("date_source") in set(DateSource):
            confidence = float(value.get("date_confidence") or 0.0)
            published = DateReading(
                Timestamp.from_iso(value["published"]), DateSource(value["date_source"]), confidence
            )
        return cls(**texts, authors=tuple(value.get("authors") or ()), published=published)


NOTHING_GIVEN = Given()


def given_by_hand(*, outlet: str = "", language: str = "", section: str = "", kind: str = "") -> Given:
    """What somebody says of articles that don't say it themselves. Raises UsageError, naming what isn't understood."""
    if kind and kind not in KINDS:
        raise UsageError(f"kind {kind}: known are {', '.join(sorted(KINDS))}.")
    code = language_code(language) if language else ""
    if code is None:
        raise UsageError(f"language {language}: write a tag such as en or de-AT.")
    return Given(outlet=outlet, language=code, section=section, kind=kind)


def of_one_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site, as those of m.paper.example and www.paper.example are."""
    sites = [_site(urlsplit(canonical_url(url)).hostname or "") for url in (one, other)]
    return bool(sites[0]) and sites[0] == sites[1]


def _site(host: str) -> str:
    from courlan import extract_domain

    # the list of public suffixes says that paper.co.uk is a site and co.uk is none; it doesn't know an intranet's names
    known: str | None = extract_domain(f"https://{host}/") if host else None
    return known or _DEVICE.sub("", host)
