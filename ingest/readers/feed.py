"""A feed saved as a file (RSS, Atom, RDF, JSON Feed): each entry is a record. Reading it is the affair of ``feeds``.

An entry with only a summary is kept as partial: its article is on the web. Feeds at an address are read by the fetching
side, which may go there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from ingest.bytestreams import OpenFile, whole
from ingest.document import RawDocument, Rejected, UnreadableDocumentError
from ingest.htmltext import html_to_text
from ingest.xmltree import root_name

if TYPE_CHECKING:
    from ingest.feeds import Feed, FeedEntry

_ROOTS = frozenset({"rss", "feed", "RDF", "channel"})
_JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org\\?/version\\?/', re.IGNORECASE)


def documents(file: OpenFile) -> Iterator[RawDocument | Rejected]:
    """Each entry, numbered from 1, as a record that ``jsonl`` reads; then, in one row, what was wrong with the feed."""
    from ingest.feeds import LARGEST_FEED, read_feed  # what fetches comes with it: not for each start

    content, damage = whole(file.chunks(), LARGEST_FEED)
    if content is None:
        yield Rejected(file.source, None, f"the feed is larger than {LARGEST_FEED // 1_000_000} MB.")
        return
    try:
        feed = read_feed(content, "", today=date.today())
    except UnreadableDocumentError as error:
        yield Rejected(file.source, None, str(error))
        return
    for number, entry in enumerate(feed.entries, 1):
        record = json.dumps(record_of(entry, feed), ensure_ascii=True).encode()
        yield RawDocument(record, "jsonl", file.source, number)
    problems = [*feed.problems, *([damage] if damage else [])]
    if not feed.entries and not problems:
        problems = ["the feed has no entries"]
    if problems:
        yield Rejected(file.source, None, "; ".join(problem.rstrip(".") for problem in problems)[:500] + ".")


def looks_like_feed(head: bytes) -> bool:
    """Whether a file's first bytes are a feed's."""
    if head.lstrip().startswith(b"{"):
        return _JSON_FEED.search(head) is not None
    return root_name(head) in _ROOTS


def record_of(entry: FeedEntry, feed: Feed, outlet: str = "") -> dict[str, object]:
    """The entry as ``jsonl`` reads it; ``outlet`` goes before the feed's title, where the entry names none."""
    record: dict[str, object] = dict(entry.as_record())
    if entry.is_html:
        record["text"] = html_to_text(entry.body) or entry.body
    record.setdefault("outlet", outlet or feed.title)
    record.setdefault("language", feed.language)
    record["partial"] = not entry.is_full
    return record
