"""Older entries on further pages of a feed (RFC 5005, JSON Feed's "next_url"): which page is read next. Pure."""

from __future__ import annotations

from datetime import date

from ingest.feeds import Feed, FeedEntry
from ingest.urls import same_site

MOST_PAGES = 100  # of a feed in one run: some lead back through a site's whole life


def older_page(feed: Feed, here: str, seen: set[str], *, since: date | None) -> str:
    """The address of the page to read after this one; "" where there is none, or nothing new to be expected there.

    ``here`` is this page's address, ``seen`` those read so far. ``since``: entries of earlier days are known or not
    wanted, so a page that has no others is the last. Another site's page is never read: a feed speaks for its own.
    """
    if not feed.next_page or feed.next_page in seen or not same_site(feed.next_page, here):
        return ""
    days = [_day(entry) for entry in feed.entries]
    if since is not None and days and all(day is not None and day < since for day in days):
        return ""
    return feed.next_page


def _day(entry: FeedEntry) -> date | None:
    """The last day that the entry tells of itself."""
    known = [entry.modified] if entry.modified else []
    known += [entry.published.at] if entry.published else []
    return max((stamp.day for stamp in known), default=None)
