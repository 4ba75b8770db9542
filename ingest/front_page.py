"""A site's front page at an address is no article; what may be read instead is said."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin

from ingest.addresses import ForbiddenAddressError, web_address
from ingest.urls import url_key

_LINK = re.compile(r"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_FEED = re.compile(r"""type\s*=\s*["']?application/(?:rss\+xml|atom\+xml|feed\+json)""", re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\s>"']{1,2000}))""", re.IGNORECASE)
_HEAD_SIZE = 300_000  # bytes in which the links stand
_MOST_NAMED = 3


def front_page_reason(content: bytes, url: str) -> str:
    """Why a page fetched from ``url`` isn't taken for an article, with the feeds it names; "" for any other page."""
    if url_key(url):
        return ""
    feeds = _feeds(content[:_HEAD_SIZE].decode("utf-8", "replace"), url)
    if feeds:
        return f"a site's front page, not an article; it names these feeds: {', '.join(feeds)}."
    return "a site's front page, not an article; name its feed or its articles, or read its sitemaps with --sitemap."


def _feeds(markup: str, url: str) -> list[str]:
    found: dict[str, None] = {}
    for link in _LINK.findall(markup):
        href = _HREF.search(link)
        if href is None or not _FEED.search(link):
            continue
        try:
            address = unescape(next(filter(None, href.groups())))
            found[web_address(urljoin(url, address)).url] = None
        except (ForbiddenAddressError, ValueError):
            continue
    return list(found)[:_MOST_NAMED]
