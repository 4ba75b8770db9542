"""When a page's article was published: the places that say so, weighed against each other.

In this order: JSON-LD, meta tags, marked-up text, the address, ``<time>`` beside the headline, and htmldate's search of
the text. Places that agree raise the confidence, places that don't lower it (the search doesn't count: it reads the
same places). An address that names an earlier day than a page's data wins: pages that are touched up often give the
last day as the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from archive.article import DateSource, Timestamp
from ingest.dates import given_date, read_date, url_date
from ingest.document import DateReading
from ingest.page_data import PageData

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_META_DATES = (
    "article:published_time", "og:article:published_time", "article.published", "article:published", "datepublished",
    "og:datepublished", "parsely-pub-date", "dc.date.issued", "dcterms.issued", "dc.date", "dcterms.created",
    "dcterms.date", "sailthru.date", "og:pubdate", "pubdate", "pub_date", "publishdate", "publish-date", "publish_date",
    "publication_date", "published_time", "originalpublicationdate", "cxenseparse:recs:publishtime", "date",
    "rnews:datepublished", "citation_publication_date", "citation_date", "date.release", "displaydate", "pdate",
    "datecreated",
)  # fmt: skip
_META_MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "article.updated", "last-modified", "lastmod",
    "dcterms.modified", "updated-date", "revised",
)  # fmt: skip
_ONE_DAY = timedelta(days=1)
_AGREED, _DISPUTED = 0.98, 0.6


def published(data: PageData, tree: HtmlElement, url: str, guess: str | None, *, today: date) -> DateReading | None:
    """The publication date with where it stood and how far it can be trusted; None where no place gives a possible one.

    ``guess`` is what htmldate found.
    """
    readings = list(_readings(data, tree, url, guess, today=today))
    if not readings:
        return None
    best = readings[0]
    by_address = next((reading for reading in readings if reading.source is DateSource.URL), None)
    if by_address and best.at.day - by_address.at.day > _ONE_DAY:
        best = replace(by_address, confidence=_DISPUTED)
    others = [reading for reading in readings if reading.source not in {best.source, DateSource.TEXT}]
    agreeing = [reading for reading in others if abs(reading.at.day - best.at.day) <= _ONE_DAY]
    if agreeing:
        best = replace(best, confidence=max(best.confidence, _AGREED))
    elif others:
        best = replace(best, confidence=min(best.confidence, _DISPUTED))
    return replace(best, at=_with_zone(best.at, [reading.at for reading in readings]))


def modified(data: PageData, first: DateReading | None, *, today: date) -> Timestamp | None:
    """When it was last changed, where that is said and isn't before it was published."""
    for value in (data.text("dateModified"), *(data.first(name) for name in _META_MODIFIED)):
        at = read_date(value, today=today)
        if at is not None and (first is None or at.day >= first.at.day):
            return at
    return None


def _readings(data: PageData, tree: HtmlElement, url: str, guess: str | None, *, today: date) -> Iterator[DateReading]:
    """Every date that a place gives, best place first."""
    for key in ("datePublished", "uploadDate", "dateCreated"):
        if reading := given_date(data.text(key), today=today, source=DateSource.STRUCTURED):
            yield reading
            break
    for name in _META_DATES:
        for value in data.meta.get(name, ()):
            if reading := given_date(value, today=today, source=DateSource.META):
                yield reading
    marked = "//*[contains(@itemprop, 'datePublished')]"
    for value in tree.xpath(f"{marked}/@datetime | {marked}/@content | {marked}/text()")[:3]:
        if reading := given_date(str(value), today=today, source=DateSource.STRUCTURED):
            yield reading
    if url and (reading := url_date(url, today=today)):
        yield reading
    for value in (*tree.xpath("//article//time[@datetime]/@datetime | //header//time[@datetime]/@datetime")[:1], guess):
        if reading := given_date(None if value is None else str(value), today=today, source=DateSource.TEXT):
            yield reading


def _with_zone(at: Timestamp, others: list[Timestamp]) -> Timestamp:
    """The same instant in the newspaper's own time zone, where another place gives it; else as it is."""
    if at.at is None:
        same_day = (other for other in others if other.at is not None and other.day == at.day)
        return next(same_day, at)
    if at.at.utcoffset():
        return at
    local = (
        other for other in others if other.at and other.at.utcoffset() and abs(other.at - at.at) < timedelta(seconds=60)
    )
    return next(local, at)
