"""A fetched sitemap, and those it names -> documents: its pages are fetched, except those known to be unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ingest.document import Noted, Rejected, UnreadableDocumentError
from ingest.fetch import Fetched
from ingest.given import Given
from ingest.sitemaps import Sitemap, SitemapEntry, read_sitemap, walk_sitemaps
from ingest.source import Source
from ingest.web_pages import WebItem, WebPages


def sitemap_documents(pages: WebPages, fetched: Fetched, source: Source, number: int) -> Iterator[WebItem]:
    """The pages of a sitemap and of all that it names. Each sitemap waits for the pages it names itself."""
    problems: list[WebItem] = []
    reading = number  # the receipt of the sitemap being walked: the last that was read

    def read(url: str) -> Sitemap | None:
        """The first is here already; those it names are fetched."""
        nonlocal reading
        here = fetched
        if url != fetched.url:
            result = pages.ask(url, source)
            if not isinstance(result, Fetched):
                problems.extend(pages.not_fetched(result, number))
                return None
            here = result
            reading = open_receipt(here, number)
        try:
            sitemap = read_sitemap(here.content, here.url, today=pages.today, charset=here.charset)
        except UnreadableDocumentError as error:
            problems.append(Rejected(here.url, None, str(error)))
            return None
        problems.extend(Noted(here.url, problem) for problem in sitemap.problems)
        if sitemap.nested:  # an index may stay as it is while what it names changes: never "nothing new"
            pages.receipts.spoil(reading)
        pages.meter.named_on_web(len(sitemap.entries))
        return sitemap

    since = pages.today - timedelta(days=source.days) if source.days else None
    with pages.receipts.opened_together() as open_receipt:
        for entry in walk_sitemaps(
            fetched.url, read, since=since, left_out=lambda url, what: problems.append(Noted(url, what))
        ):
            yield from _page_of_entry(pages, entry, source, reading)
            yield from problems
            problems.clear()
    yield from problems


def _page_of_entry(pages: WebPages, entry: SitemapEntry, source: Source, number: int) -> Iterator[WebItem]:
    if not pages.is_first(entry.url):
        return
    if not pages.again and _is_unchanged(pages, entry):
        pages.count("not modified")
        return
    result = pages.ask(entry.url, source)
    if not isinstance(result, Fetched):
        yield from pages.not_fetched(result, number)
        return
    known = Given(
        title=entry.title,
        outlet=entry.outlet,
        language=entry.language,
        kind=entry.kind,
        published=entry.published,
    )
    yield from pages.page(result, source, number, known.or_else(source.given))


def _is_unchanged(pages: WebPages, entry: SitemapEntry) -> bool:
    """Whether the page was fetched after its last change, as the sitemap has it: then it needn't be asked for."""
    known = pages.memory.recall(entry.url)
    if known is None or entry.modified is None:
        return False
    changed = entry.modified.instant if entry.modified.at else entry.modified.instant + timedelta(days=2)
    return known.fetched_at.astimezone(UTC) > min(changed, datetime.max.replace(tzinfo=UTC))
