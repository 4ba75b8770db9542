"""Addresses, feeds and sitemaps -> documents. Each source is read in a thread of its own, a few at a time, politely.

What is at an address is told by content. A feed's entry is an article where the feed has its text, else the page it
names is fetched; a sitemap's pages are fetched. What has been fetched is remembered once its articles are in the
archive: see ``receipts``.
"""

from __future__ import annotations

import json
import queue
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from ingest import feed_pages
from ingest.bytestreams import OpenFile
from ingest.document import Noted, RawDocument, Rejected, Skipped, UnreadableDocumentError
from ingest.feed_pages import older_page
from ingest.feeds import Feed, FeedEntry, looks_like_feed, read_feed
from ingest.fetch import Fetched, Fetcher, NotModified, Refused
from ingest.fetch_memory import FetchMemory
from ingest.fetch_policy import FetchPolicy
from ingest.front_page import front_page_reason
from ingest.given import Given
from ingest.progress import Meter
from ingest.readers import FORMATS
from ingest.readers.feed import record_of
from ingest.receipts import Receipts
from ingest.sitemaps import Sitemap, SitemapEntry, looks_like_sitemap, read_sitemap, walk_sitemaps
from ingest.source import Pages, Source, SourceKind
from ingest.sources import SourceFile, examined
from ingest.urls import url_key

SOURCES_AT_ONCE = 8
_LOOK_EVERY_SECONDS = 0.2  # whether it should stop
_FEED_GRACE = timedelta(days=2)  # entries may appear with yesterday's date
_DOCUMENTS_AHEAD = 64  # fetched and not yet taken: the fetching waits then, so that memory stays bounded

WebItem = RawDocument | Rejected | Skipped | Noted


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
        self.counts: Counter[str] = Counter()
        self._stopped = threading.Event()
        self._fetcher = fetcher or Fetcher(FetchPolicy(), memory, sleep=self._pause)
        self._memory = memory
        self._receipts = receipts
        self._today = today
        self._again = again
        self._meter = meter or Meter()
        self._asked: set[str] = set()
        self._lock = threading.Lock()
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
            raise _StoppedError

    def _put(self, item: WebItem | None) -> None:
        while not self._stopped.is_set():
            try:
                self._found.put(item, timeout=0.2)
                return
            except queue.Full:
                continue
        raise _StoppedError

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
                except _StoppedError:
                    return
                except Exception as error:
                    # one source's trouble, recorded with it; the others go on
                    self._put(
                        Rejected(source.where, None, f"could not be read ({type(error).__name__}: {error})."[:300])
                    )
            self._put(None)
        except _StoppedError:
            return

    # --- one source --------------------------------------------------------------------------------------------------

    def _read(self, source: Source, *, by_robots: bool = False) -> Iterator[WebItem]:
        """``by_robots``: it is a sitemap that the site's robots.txt names."""
        result = self._ask(source.where, source)
        if not isinstance(result, Fetched):
            yield from self._not_fetched(result, 0)
            return
        if result.moved:
            yield Noted(source.where, f"it has moved for good to {result.url}; write that down.")
        number = self._receipts.open(result)
        try:
            yield from self._told_by_content(result, source, number, by_robots=by_robots)
        except BaseException:
            self._receipts.spoil(number)
            raise
        finally:
            self._receipts.done(number)

    def _told_by_content(self, fetched: Fetched, source: Source, number: int, *, by_robots: bool) -> Iterator[WebItem]:
        head = fetched.content[:20_000]
        if source.kind is SourceKind.FEED or looks_like_feed(head, fetched.charset):
            yield from self._feed(fetched, source, number)
        elif looks_like_sitemap(head):
            yield from self._sitemaps(fetched, source, number)
        elif source.kind is SourceKind.SITEMAP:
            yield from self._site(fetched, source, number, by_robots=by_robots)
        else:
            yield from self._document(fetched, source, number, source.given)

    def _feed(self, fetched: Fetched, source: Source, number: int) -> Iterator[WebItem]:
        """A feed's entries, and those on the older pages that it leads to. A page waits for the one behind it."""
        since = self._known_since(source)
        seen = {source.where, fetched.url}
        opened: list[int] = []
        try:
            while feed := (yield from self._feed_page(fetched, source, opened[-1] if opened else number)):
                following = older_page(feed, fetched.url, seen, since=since)
                if following and len(opened) + 1 >= feed_pages.MOST_PAGES:
                    yield Noted(fetched.url, f"the feed has more than {feed_pages.MOST_PAGES} pages; the rest is left.")
                    return
                result = self._ask(following, source) if following else None
                if not isinstance(result, Fetched):
                    if result is not None:
                        yield from self._not_fetched(result, opened[-1] if opened else number)
                    return
                fetched = result
                seen |= {following, fetched.url}
                opened.append(self._receipts.open(fetched, opened[-1] if opened else number))
        except BaseException:
            for inner in opened:
                self._receipts.spoil(inner)
            raise
        finally:
            for inner in opened:
                self._receipts.done(inner)

    def _known_since(self, source: Source) -> date | None:
        """Entries of a feed that are older than this needn't be looked for on further pages; None: all are wanted."""
        wanted = self._today - timedelta(days=source.days) if source.days else None
        known = None if self._again else self._memory.recall(source.where)
        if known is None:
            return wanted
        read = known.fetched_at.date() - _FEED_GRACE
        return read if wanted is None else max(wanted, read)

    def _feed_page(self, fetched: Fetched, source: Source, number: int) -> Generator[WebItem, None, Feed | None]:
        try:
            feed = read_feed(fetched.content, fetched.url, today=self._today, charset=fetched.charset)
        except UnreadableDocumentError as error:
            yield Rejected(fetched.url, None, str(error))
            return None
        for problem in feed.problems:
            yield Noted(fetched.url, problem)
        if not feed.entries and not feed.problems:
            yield Noted(fetched.url, "the feed has no entries.")
        self._meter.named_on_web(len(feed.entries))
        for entry in feed.entries:
            if self._wants_page(entry, source.pages):
                yield from self._page_of_entry(entry, feed, fetched.url, source, number)
            else:
                yield self._entry(entry, feed, fetched.url, source, number)
        return feed

    @staticmethod
    def _wants_page(entry: FeedEntry, pages: Pages) -> bool:
        return bool(url_key(entry.url)) and (
            pages is Pages.ALWAYS or (pages is Pages.WHERE_NEEDED and not entry.is_full)
        )

    def _entry(self, entry: FeedEntry, feed: Feed, url: str, source: Source, number: int) -> RawDocument:
        """The entry's own text as an article."""
        record = record_of(entry, feed, outlet=source.given.outlet)
        self._receipts.expect(number)
        content = json.dumps(record, ensure_ascii=True, sort_keys=True).encode()
        return RawDocument(content, "jsonl", url, None, given=_or_none(source.given), receipt=number)

    def _page_of_entry(self, entry: FeedEntry, feed: Feed, url: str, source: Source, number: int) -> Iterator[WebItem]:
        if not self._is_first(entry.url):
            return
        result = self._ask(entry.url, source)
        if isinstance(result, Refused):
            yield from self._not_fetched(result, number, instead="the feed's own text was taken instead.")
            yield self._entry(entry, feed, url, source, number)
        elif isinstance(result, NotModified):
            yield from self._not_fetched(result, number)
        else:
            known = Given(
                title=entry.title,
                outlet=entry.outlet or source.given.outlet or feed.title,
                language=entry.language,
                section=next(iter(entry.categories), ""),
                authors=entry.authors,
                published=entry.published,
            )
            yield from self._page(result, source, number, known.or_else(source.given))

    # --- sitemaps ----------------------------------------------------------------------------------------------------

    def _sitemaps(self, fetched: Fetched, source: Source, number: int) -> Iterator[WebItem]:
        problems: list[WebItem] = []
        opened: list[int] = []

        def read(url: str) -> Sitemap | None:
            """The first is here already; those it names are fetched."""
            here = fetched
            if url != fetched.url:
                result = self._ask(url, source)
                if not isinstance(result, Fetched):
                    problems.extend(self._not_fetched(result, number))
                    return None
                here = result
                opened.append(self._receipts.open(result, number))
            try:
                sitemap = read_sitemap(here.content, here.url, today=self._today, charset=here.charset)
            except UnreadableDocumentError as error:
                problems.append(Rejected(here.url, None, str(error)))
                return None
            problems.extend(Noted(here.url, problem) for problem in sitemap.problems)
            if sitemap.nested:  # an index may stay as it is while what it names changes: never "nothing new"
                self._receipts.spoil(opened[-1] if opened else number)
            self._meter.named_on_web(len(sitemap.entries))
            return sitemap

        since = self._today - timedelta(days=source.days) if source.days else None
        try:
            for entry in walk_sitemaps(fetched.url, read, since=since):
                # a nested sitemap waits for the pages it names; the last opened is the one being walked
                yield from self._page_of_sitemap(entry, source, opened[-1] if opened else number)
                yield from problems
                problems.clear()
        except BaseException:
            for inner in opened:
                self._receipts.spoil(inner)
            raise
        finally:
            for inner in opened:
                self._receipts.done(inner)
        yield from problems

    def _page_of_sitemap(self, entry: SitemapEntry, source: Source, number: int) -> Iterator[WebItem]:
        if not self._is_first(entry.url):
            return
        if not self._again and self._is_unchanged(entry):
            self.counts["not modified"] += 1
            return
        result = self._ask(entry.url, source)
        if not isinstance(result, Fetched):
            yield from self._not_fetched(result, number)
            return
        known = Given(
            title=entry.title,
            outlet=entry.outlet,
            language=entry.language,
            kind=entry.kind,
            published=entry.published,
        )
        yield from self._page(result, source, number, known.or_else(source.given))

    def _is_unchanged(self, entry: SitemapEntry) -> bool:
        """Whether the page was fetched after its last change, as the sitemap has it: then it needn't be asked for."""
        known = self._memory.recall(entry.url)
        if known is None or entry.modified is None:
            return False
        changed = entry.modified.instant if entry.modified.at else entry.modified.instant + timedelta(days=2)
        return known.fetched_at.astimezone(UTC) > min(changed, datetime.max.replace(tzinfo=UTC))

    def _site(self, fetched: Fetched, source: Source, number: int, *, by_robots: bool) -> Iterator[WebItem]:
        """What was to be a sitemap and isn't by its first bytes: a list of addresses, or a site that names its own."""
        try:
            read_sitemap(fetched.content, fetched.url, today=self._today, charset=fetched.charset)
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
        yield from self._sitemaps(fetched, source, number)

    # --- one page ----------------------------------------------------------------------------------------------------

    def _page(self, fetched: Fetched, source: Source, parent: int, given: Given) -> Iterator[WebItem]:
        number = self._receipts.open(fetched, parent)
        try:
            yield from self._document(fetched, source, number, given)
        except BaseException:
            self._receipts.spoil(number)
            raise
        finally:
            self._receipts.done(number)

    def _document(self, fetched: Fetched, source: Source, number: int, given: Given) -> Iterator[WebItem]:
        """The articles in what was fetched: a page, or any file that a folder may hold."""
        name = fetched.url.partition("?")[0].rpartition("/")[2]
        file = OpenFile(None, fetched.url, content=_in_utf8(fetched))
        given = replace(given, language=given.language or fetched.language[:2])
        for found in examined(file, name, named=True):
            if not isinstance(found, SourceFile):
                yield found
                continue
            if found.format_name == "html" and (why := front_page_reason(fetched.content, fetched.url)):
                yield Rejected(fetched.requested, None, why)
                continue
            reader = FORMATS[found.format_name]
            options = {"mapping": source.mapping} if reader.takes_mapping and source.mapping else {}
            for document in reader.documents(found.file, **options):
                if isinstance(document, RawDocument):
                    self._receipts.expect(number)
                    # one that is the whole answer has its address; of several in a file, each its own or none
                    own = replace(given, url=fetched.url) if document.line is None else source.given
                    yield replace(document, given=_or_none(own), receipt=number)
                else:
                    yield document

    def _ask(self, url: str, source: Source) -> Fetched | NotModified | Refused:
        if self._stopped.is_set():
            raise _StoppedError
        result = self._fetcher.fetch(url, policy=source.policy, again=self._again)
        kind = {Fetched: "fetched", NotModified: "not modified", Refused: "refused"}[type(result)]
        with self._lock:
            self.counts[kind] += 1
        return result

    def _not_fetched(self, result: NotModified | Refused, number: int, instead: str = "") -> Iterator[WebItem]:
        if isinstance(result, NotModified):
            return
        if result.temporary and number:
            self._receipts.spoil(number)
        if instead:
            yield Noted(result.requested, f"{result.reason.rstrip('.')}; {instead}")
        else:
            yield Rejected(result.requested, None, result.reason)

    def _is_first(self, url: str) -> bool:
        """Whether no other source of this run has named that page."""
        key = url_key(url) or url
        with self._lock:
            if key in self._asked:
                return False
            self._asked.add(key)
            return True


class _StoppedError(Exception):
    """The run has been stopped."""


def _or_none(given: Given) -> Given | None:
    return given if given.as_json() else None


def _in_utf8(fetched: Fetched) -> bytes:
    """The content in UTF-8 where only the HTTP header names its charset; a page's own word is left to the reader."""
    if not fetched.charset or fetched.charset.casefold() in {"utf-8", "utf8"} or b"charset" in fetched.content[:4096]:
        return fetched.content
    try:
        fetched.content.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return fetched.content.decode(fetched.charset).encode("utf-8", "replace")
        except (LookupError, ValueError):
            return fetched.content
    return fetched.content
