"""Pages of the web -> documents: each asked for once in a run, counted, and remembered through its receipt."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from ingest.bytestreams import OpenFile
from ingest.charsets import in_utf8
from ingest.document import Noted, RawDocument, Rejected, Skipped
from ingest.fetch import Fetched, Fetcher, NotModified, Refused
from ingest.fetch_memory import FetchMemory
from ingest.front_page import front_page_reason
from ingest.given import Given
from ingest.local_sources import SourceFile, examined
from ingest.progress import Meter
from ingest.readers import documents_of
from ingest.receipts import Receipts
from ingest.source import Source
from ingest.urls import url_key

WebItem = RawDocument | Rejected | Skipped | Noted


class StoppedError(Exception):
    """The run has been stopped."""


@dataclass(slots=True)
class WebPages:
    """What one run asks of the web. Shared by the threads that read its sources.

    ``again``: fetch what is known to be unchanged too. ``counts``: "fetched", "not modified", "refused" addresses.
    """

    fetcher: Fetcher
    memory: FetchMemory
    receipts: Receipts
    meter: Meter
    today: date
    again: bool
    is_stopped: Callable[[], bool]
    counts: Counter[str] = field(default_factory=Counter)
    _asked: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, url: str, source: Source) -> Fetched | NotModified | Refused:
        """What is at an address, as the source's policy lets it be asked for. Raises StoppedError."""
        if self.is_stopped():
            raise StoppedError
        result = self.fetcher.fetch(url, policy=source.policy, again=self.again)
        kind = {Fetched: "fetched", NotModified: "not modified", Refused: "refused"}[type(result)]
        self.count(kind)
        return result

    def count(self, kind: str) -> None:
        """One address more of a kind."""
        with self._lock:
            self.counts[kind] += 1

    def not_fetched(self, result: NotModified | Refused, number: int, instead: str = "") -> Iterator[WebItem]:
        """What is told of an address that gave nothing; ``number``'s is asked for again where that may pass."""
        if isinstance(result, NotModified):
            return
        if result.temporary and number:
            self.receipts.spoil(number)
        if instead:
            yield Noted(result.requested, f"{result.reason.rstrip('.')}; {instead}")
        else:
            yield Rejected(result.requested, None, result.reason)

    def is_first(self, url: str) -> bool:
        """Whether no other source of this run has named that page."""
        key = url_key(url) or url
        with self._lock:
            if key in self._asked:
                return False
            self._asked.add(key)
            return True

    def page(self, fetched: Fetched, source: Source, parent: int, given: Given) -> Iterator[WebItem]:
        """The articles of a page that something else named, which waits for it."""
        with self.receipts.opened(fetched, parent) as number:
            yield from self.documents(fetched, source, number, given)

    def documents(self, fetched: Fetched, source: Source, number: int, given: Given) -> Iterator[WebItem]:
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
            for document in documents_of(found.file, found.format_name, source.mapping):
                if isinstance(document, RawDocument):
                    # one that is the whole answer has its address; of several in a file, each its own or none
                    own = replace(given, url=fetched.url) if document.line is None else source.given
                    yield self.expected(document, number, own)
                else:
                    yield document

    def expected(self, document: RawDocument, number: int, given: Given) -> RawDocument:
        """The document with what is known of it from outside; the fetch it came of waits until it rests."""
        self.receipts.expect(number)
        return replace(document, given=given if given.as_json() else None, receipt=number)


def _in_utf8(fetched: Fetched) -> bytes:
    """The content in UTF-8 where only the HTTP header names its charset; a page's own word is left to the reader."""
    if not fetched.charset or fetched.charset.casefold() in {"utf-8", "utf8"} or b"charset" in fetched.content[:4096]:
        return fetched.content
    return in_utf8(fetched.content, fetched.charset)
