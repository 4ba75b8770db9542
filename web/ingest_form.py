"""What an editor fills in to put articles in, and the sources that it stands for. Pure.

Only addresses and files that were uploaded: what is typed here never names a file of the server's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from archive.errors import UsageError
from ingest.fetch_policy import FetchPolicy
from ingest.given import given_by_hand
from ingest.source import Source, SourceKind, sources_of
from web import texts
from web.uploads import Upload

MOST_ADDRESSES = 500
_SCHEME = re.compile(r"https?://", re.IGNORECASE)


class IngestForm(BaseModel):
    """The form as the page sends it. ``files`` are numbers of the batch's; ``addresses`` one to a line.

    ``sitemap``: the addresses are sitemaps, or sites that name theirs. ``private``: they may lie in this network.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    batch: str = Field("", max_length=64)
    files: list[int] = Field(default_factory=list, max_length=10_000)
    addresses: str = Field("", max_length=200_000)
    outlet: str = Field("", max_length=200)
    language: str = Field("", max_length=40)
    section: str = Field("", max_length=200)
    kind: str = Field("", max_length=40)
    sitemap: bool = False
    private: bool = False


def sources_in(form: IngestForm, uploads: Sequence[Upload], *, may_fetch_private: bool) -> list[Source]:
    """The sources to read. Raises UsageError, before anything is, naming what can't be."""
    if form.private and not may_fetch_private:
        raise UsageError(texts.NO_PRIVATE_ADDRESSES)
    given = given_by_hand(outlet=form.outlet, language=form.language, section=form.section, kind=form.kind)
    like = Source(
        kind=SourceKind.SITEMAP if form.sitemap else SourceKind.PATH,
        where="",
        policy=FetchPolicy(allow_private=form.private),
        given=given,
    )
    chosen = [upload for upload in uploads if upload.number in set(form.files)]
    found = [
        replace(like, kind=SourceKind.PATH, where=str(upload.path), name=upload.name, called=upload.called)
        for upload in chosen
    ]
    found += sources_of(addresses_in(form.addresses), like)
    if not found:
        raise UsageError(texts.NOTHING_TO_INGEST)
    return found


def addresses_in(text: str) -> list[str]:
    """The addresses, one to a line, each once. Raises UsageError for a line that is none."""
    lines = list(dict.fromkeys(filter(None, (line.strip() for line in text.splitlines()))))
    if len(lines) > MOST_ADDRESSES:
        raise UsageError(texts.too_many_addresses(MOST_ADDRESSES))
    for line in lines:
        if not _SCHEME.match(line):
            raise UsageError(texts.not_an_address(line[:200]))
    return lines


def run_title(sources: Sequence[Source]) -> list[str]:
    """What a run is called by: names of files, then addresses without what surrounds them."""
    return [
        source.name if source.kind is SourceKind.PATH else _SCHEME.sub("", source.where).rstrip("/")
        for source in sources
    ]
