"""A fetched feed, and the older pages it leads to -> documents: its own text, or the pages that its entries name."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ingest import feed_pages
from ingest.document import Noted, RawDocument, Rejected, UnreadableDocumentError
from ingest.feed_pages import older_page
from ingest.feeds import Feed, FeedEntry, read_feed
from ingest.fetch import Fetched, NotModified, Refused
from ingest.given import Given
from ingest.readers.feed import record_of
from ingest.source import Pages, Source
from ingest.urls import url_key
from ingest.web_pages import WebItem, WebPages

_GRACE = timedelta(days=2)  # entries may appear with yesterday's date


def feed_documents(pages: WebPages, fetched: Fetched, source: Source, number: int) -> Iterator[WebItem]:
    """A feed's entries, and those on its older pages. A page waits for the one behind it, the feed for all."""
    since = _known_since(pages, source)
    seen = {source.where, fetched.url}
    with pages.receipts.opened_together() as open_receipt:
        for count in range(1, feed_pages.MOST_PAGES + 1):
            feed = yield from _one_page(pages, fetched, source, number)
            following = older_page(feed, fetched.url, seen, since=since) if feed else ""
            if not following:
                return
            if count == feed_pages.MOST_PAGES:
                yield Noted(fetched.url, f"the feed has more than {count} pages; the rest is left.")
                return
            result = pages.ask(following, source)
            if not isinstance(result, Fetched):
                yield from pages.not_fetched(result, number)
                return
            fetched = result
            seen |= {following, fetched.url}
            number = open_receipt(fetched, number)


def _known_since(pages: WebPages, source: Source) -> date | None:
    """Entries of a feed that are older than this needn't be looked for on further pages; None: all are wanted."""
    wanted = pages.today - timedelta(days=source.days) if source.days else None
    known = None if pages.again else pages.memory.recall(source.where)
    if known is None:
        return wanted
    read = known.fetched_at.date() - _GRACE
    return read if wanted is None else max(wanted, read)


@dataclass(frozen=True, slots=True)
class _FeedPage:
    """One page of a feed as read, and the receipt that waits for what it names."""

    feed: Feed
    url: str
    source: Source
    number: int


def _one_page(pages: WebPages, fetched: Fetched, source: Source, number: int) -> Generator[WebItem, None, Feed | None]:
    try:
        feed = read_feed(fetched.content, fetched.url, today=pages.today, charset=fetched.charset)
    except UnreadableDocumentError as error:
        yield Rejected(fetched.url, None, str(error))
        return None
    for problem in feed.problems:
        yield Noted(fetched.url, problem)
    if not feed.entries and not feed.problems:
        yield Noted(fetched.url, "the feed has no entries.")
    pages.meter.named_on_web(len(feed.entries))
    here = _FeedPage(feed, fetched.url, source, number)
    for entry in feed.entries:
        if _wants_page(entry, source.pages):
            yield from _page_of_entry(pages, entry, here)
        else:
            yield _own_text(pages, entry, here)
    return feed


def _wants_page(entry: FeedEntry, pages: Pages) -> bool:
    return bool(url_key(entry.url)) and (pages is Pages.ALWAYS or (pages is Pages.WHERE_NEEDED and not entry.is_full))


def _own_text(pages: WebPages, entry: FeedEntry, here: _FeedPage) -> RawDocument:
    record = record_of(entry, here.feed, outlet=here.source.given.outlet)
    content = json.dumps(record, ensure_ascii=True, sort_keys=True).encode()
    return pages.expected(RawDocument(content, "jsonl", here.url), here.number, here.source.given)


def _page_of_entry(pages: WebPages, entry: FeedEntry, here: _FeedPage) -> Iterator[WebItem]:
    if not pages.is_first(entry.url):
        return
    result = pages.ask(entry.url, here.source)
    if isinstance(result, Refused):
        yield from pages.not_fetched(result, here.number, instead="the feed's own text was taken instead.")
        yield _own_text(pages, entry, here)
    elif isinstance(result, NotModified):
        yield from pages.not_fetched(result, here.number)
    else:
        known = Given(
            title=entry.title,
            outlet=entry.outlet or here.source.given.outlet or here.feed.title,
            language=entry.language,
            section=next(iter(entry.categories), ""),
            authors=entry.authors,
            published=entry.published,
        )
        yield from pages.page(result, here.source, here.number, known.or_else(here.source.given))
