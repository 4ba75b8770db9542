"""Sources at addresses -> documents. Each source is read in a thread of its own, a few at a time, politely.

What is at an address is told by content: a feed (see ``web_feeds``), a sitemap (``web_sitemaps``), else a page or a
file (``web_pages``). What has been fetched is remembered once its articles are in the archive: see ``receipts``.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from ingest.document import Noted, Rejected, UnreadableDocumentError
from ingest.feeds import looks_like_feed
from ingest.fetch import Fetched, Fetcher
from ingest.fetch_memory import FetchMemory
from ingest.fetch_policy import FetchPolicy
from ingest.progress import Meter
from ingest.receipts import Receipts
from ingest.sitemaps import looks_like_sitemap, read_sitemap
from ingest.source import Source, SourceKind
from ingest.web_feeds import feed_documents
from ingest.web_pages import StoppedError, WebItem, WebPages
from ingest.web_sitemaps import sitemap_documents

SOURCES_AT_ONCE = 8
_LOOK_EVERY_SECONDS = 0.2  # whether it should stop
_DOCUMENTS_AHEAD = 64  # fetched and not yet taken: the fetching waits then, so that memory stays bounded


class WebReader:
    """The sources of one run that lie at addresses.

    ``again``: fetch what is known to be unchanged too. ``counts``: "fetched", "not modified", "refused" addresses.
    """

    def __init__(
        self,
        memory: FetchMemory,
        receipts: Receipts,
        *,
        today: date,
        again: bool = False,
        meter: Meter | None = None,
        fetcher: Fetcher | None = None,
    ) -> None:
        self._stopped = threading.Event()
        self._fetcher = fetcher or Fetcher(FetchPolicy(), memory, sleep=self._pause)
        self._receipts = receipts
        self._pages = WebPages(
            self._fetcher, memory, receipts, meter or Meter(), today, again, is_stopped=self._stopped.is_set
        )
        self.counts = self._pages.counts
        self._found: queue.Queue[WebItem | None] = queue.Queue(_DOCUMENTS_AHEAD)
        self._waiting: queue.SimpleQueue[Source] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    def start(self, sources: Sequence[Source]) -> None:
        """Begin to fetch, in the background."""
        for source in sources:
            self._waiting.put(source)
        for number in range(min(SOURCES_AT_ONCE, len(sources))):
            thread = threading.Thread(target=self._work, daemon=True, name=f"fetch {number}")
            self._threads.append(thread)
            thread.start()

    def documents(self, should_stop: Callable[[], bool] = lambda: False) -> Iterator[WebItem]:
        """What the sources give, as it comes; ends when all have been read, or when it should stop."""
        working = len(self._threads)
        while working and not should_stop():
            try:
                item = self._found.get(timeout=_LOOK_EVERY_SECONDS)
            except queue.Empty:
                continue
            if item is None:
                working -= 1
            else:
                yield item

    def stop(self) -> None:
        """Ask for nothing more. A request under way ends by itself, unheard."""
        self._stopped.set()

    def settle(self) -> None:
        """Remember the fetches of which everything is in the archive."""
        for fetched in self._receipts.take_settled():
            self._fetcher.keep(fetched)

    def _pause(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise StoppedError

    def _put(self, item: WebItem | None) -> None:
        while not self._stopped.is_set():
            try:
                self._found.put(item, timeout=0.2)
                return
            except queue.Full:
                continue
        raise StoppedError

    def _work(self) -> None:
        try:
            while True:
                try:
                    source = self._waiting.get_nowait()
                except queue.Empty:
                    break
                try:
                    for item in self._read(source):
                        self._put(item)
                except StoppedError:
                    return
                except Exception as error:
                    # one source's trouble, recorded with it; the others go on
                    self._put(
                        Rejected(source.where, None, f"could not be read ({type(error).__name__}: {error})."[:300])
                    )
            self._put(None)
        except StoppedError:
            return

    def _read(self, source: Source, *, by_robots: bool = False) -> Iterator[WebItem]:
        """``by_robots``: it is a sitemap that the site's robots.txt names."""
        result = self._pages.ask(source.where, source)
        if not isinstance(result, Fetched):
            yield from self._pages.not_fetched(result, 0)
            return
        if result.moved:
            yield Noted(source.where, f"it has moved for good to {result.url}; write that down.")
        with self._receipts.opened(result) as number:
            yield from self._told_by_content(result, source, number, by_robots=by_robots)

    def _told_by_content(self, fetched: Fetched, source: Source, number: int, *, by_robots: bool) -> Iterator[WebItem]:
        head = fetched.content[:20_000]
        if source.kind is SourceKind.FEED or looks_like_feed(head, fetched.charset):
            yield from feed_documents(self._pages, fetched, source, number)
        elif looks_like_sitemap(head):
            yield from sitemap_documents(self._pages, fetched, source, number)
        elif source.kind is SourceKind.SITEMAP:
            yield from self._site(fetched, source, number, by_robots=by_robots)
        else:
            yield from self._pages.documents(fetched, source, number, source.given)

    def _site(self, fetched: Fetched, source: Source, number: int, *, by_robots: bool) -> Iterator[WebItem]:
        """What was to be a sitemap and isn't by its first bytes: a list of addresses, or a site that names its own."""
        try:
            read_sitemap(fetched.content, fetched.url, today=self._pages.today, charset=fetched.charset)
        except UnreadableDocumentError as error:
            # what robots.txt names and is none would lead to the same robots.txt again
            named = () if by_robots else self._fetcher.sitemaps_of(fetched.url, policy=source.policy)
            if not named:
                yield Rejected(fetched.url, None, str(error))
            else:  # the page may stay as it is while what its site's sitemaps name changes: never "nothing new"
                self._receipts.spoil(number)
            for url in named:
                yield from self._read(replace(source, where=url), by_robots=True)
            return
        yield from sitemap_documents(self._pages, fetched, source, number)
