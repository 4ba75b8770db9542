"""Sitemaps, indexes, news sitemaps and lists."""

from __future__ import annotations

import gzip
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.article import DateSource, Timestamp
from ingest.document import UnreadableDocumentError
from ingest.sitemaps import (
    LARGEST_SITEMAP,
    NestedSitemap,
    Sitemap,
    SitemapEntry,
    looks_like_sitemap,
    read_sitemap,
    walk_sitemaps,
)

TODAY = date(2024, 1, 10)
URL = "https://paper.example/sitemap.xml"

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by <b>hand</b> -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"
        xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">
  <url><loc>https://paper.example/a?x=1&amp;y=2#top</loc><lastmod>2024-01-06</lastmod>
    <image:image><image:loc>https://paper.example/a.jpg</image:loc><image:title>A picture</image:title></image:image>
    <video:video><video:title>A film</video:title>
      <video:publication_date>2020-01-01</video:publication_date></video:video>
    <news:news><news:publication><news:name>The Paper</news:name><news:language>en</news:language></news:publication>
      <news:publication_date>2024-01-05T23:30:00-05:00</news:publication_date>
      <news:title>Ferry &amp; harbour</news:title>
      <news:genres>Blog, Satire</news:genres><news:access>Subscription</news:access>
      <news:keywords>ferry, harbour, ferry</news:keywords></news:news></url>
  <url><loc> /b </loc></url>
  <url><loc>https://paper.example/b</loc></url>
  <url><loc>javascript:alert(1)</loc></url>
  <url><loc>https://paper.example/c</loc><news:news><news:publication_date>soon</news:publication_date></news:news></url>
</urlset>"""

INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://paper.example/s1.xml</loc><lastmod>2023-01-01</lastmod></sitemap>
<sitemap><loc>https://paper.example/s2.xml.gz</loc><lastmod>2024-01-09T10:00:00Z</lastmod></sitemap>
<sitemap><loc>https://paper.example/s3.xml</loc></sitemap></sitemapindex>"""


def read(text: str | bytes) -> Sitemap:
    return read_sitemap(text.encode() if isinstance(text, str) else text, URL, today=TODAY)


def test_a_news_sitemap_has_headline_outlet_and_the_moment_of_publication() -> None:
    sitemap = read(NEWS)
    first, second, third = sitemap.entries
    assert first.url == "https://paper.example/a?x=1&y=2"
    assert (first.title, first.outlet, first.language, first.kind) == ("Ferry & harbour", "The Paper", "en", "satire")
    assert first.published is not None
    assert first.published.at.iso() == "2024-01-05T23:30:00-05:00"
    assert first.published.source is DateSource.FEED
    assert first.modified == Timestamp(date(2024, 1, 6))
    assert second == SitemapEntry("https://paper.example/b")
    assert (third.url, third.published) == ("https://paper.example/c", None)
    assert len(sitemap.problems) == 2


def test_an_index_names_other_sitemaps_and_when_they_changed() -> None:
    sitemap = read(INDEX)
    assert sitemap.entries == ()
    assert [nested.url[-7:] for nested in sitemap.nested] == ["/s1.xml", ".xml.gz", "/s3.xml"]
    assert sitemap.nested[0].modified == Timestamp(date(2023, 1, 1))


@pytest.mark.parametrize("pack", [gzip.compress, bytes])
def test_sitemaps_are_told_by_content(pack: object) -> None:
    assert callable(pack)
    for text in (NEWS, INDEX):
        assert looks_like_sitemap(pack(text.encode()))
        assert read(pack(text.encode())) == read(text)
    assert not looks_like_sitemap(pack(b"<rss version='2.0'></rss>"))
    assert not looks_like_sitemap(b"")
    assert not looks_like_sitemap(b"https://paper.example/a")


def test_a_plain_list_is_a_sitemap() -> None:
    sitemap = read("\ufeffhttps://paper.example/a\r\n\r\nhttps://paper.example/b\nhello\nhttps://paper.example/a\n")
    assert [entry.url for entry in sitemap.entries] == ["https://paper.example/a", "https://paper.example/b"]
    assert sitemap.problems == ("a line is no address; left out.",)


def test_damage_leaves_what_stands_before_it() -> None:
    sitemap = read(NEWS[: NEWS.index("<url><loc>javascript")] + "<url><loc>https://paper.example/d</loc")
    assert [entry.url[-1] for entry in sitemap.entries] == ["2", "b"]
    assert "damaged from line" in sitemap.problems[-1]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"News of today",
        b"<html><body>https://a.example/</body></html>",
        b"<urls",
        b"\x1f\x8b\x08junk",
        gzip.compress(NEWS.encode())[:-9],
        b"\0" * 100,
    ],
)
def test_what_is_no_sitemap_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(UnreadableDocumentError):
        read(content)


def test_bombs_are_refused() -> None:
    with pytest.raises(UnreadableDocumentError, match="larger than"):
        read(gzip.compress(b" " * (LARGEST_SITEMAP + 10)))
    with pytest.raises(UnreadableDocumentError, match="XML entity"):
        read('<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><urlset><url><loc>&c;</loc></url></urlset>')
    deep = read("<urlset>" + "<url>" * 100_000)
    assert deep.entries == ()
    wide = read(
        "<urlset><url " + " ".join(f'x{number}="1"' for number in range(300_000)) + "><loc>/a</loc></url></urlset>"
    )
    assert len(wide.entries) == 1


def test_no_more_addresses_than_the_protocol_allows() -> None:
    sitemap = read("<urlset>" + "".join(f"<url><loc>/{number}</loc></url>" for number in range(50_010)) + "</urlset>")
    assert len(sitemap.entries) == 50_000
    assert sitemap.problems == ("an address beyond the first 50,000 of a sitemap is left out (10 times).",)
    listed = read("".join(f"https://paper.example/{number % 50_003}\n" for number in range(100_000)))
    assert len(listed.entries) == 50_000
    assert listed.problems == ("an address beyond the first 50,000 of a sitemap is left out (3 times).",)


def _walk(maps: dict[str, Sitemap], **options: object) -> tuple[list[str], list[str]]:
    asked: list[str] = []

    def fetch(url: str) -> Sitemap | None:
        asked.append(url)
        return maps.get(url)

    return [entry.url for entry in walk_sitemaps("index", fetch, **options)], asked  # type: ignore[arg-type]


def test_an_index_is_walked_newest_first_each_page_once() -> None:
    day = Timestamp(date(2024, 1, 9))
    old = Timestamp(date(2023, 1, 1))
    maps = {
        "index": Sitemap(
            (), (NestedSitemap("old", old), NestedSitemap("new", day), NestedSitemap("undated"), NestedSitemap("index"))
        ),
        "new": Sitemap((SitemapEntry("1", day), SitemapEntry("2", old)), ()),
        "old": Sitemap((SitemapEntry("1", day), SitemapEntry("3")), ()),
    }
    assert _walk(maps) == (["1", "2", "3"], ["index", "new", "old", "undated"])
    assert _walk(maps, since=date(2024, 1, 1)) == (["1"], ["index", "new", "undated"])
    told: list[tuple[str, str]] = []
    assert _walk(maps, most=2, left_out=lambda url, what: told.append((url, what)))[0] == ["1", "2"]
    assert told == [("old", "the site's sitemaps name more than 2 pages; the rest is left out.")]
    told.clear()
    assert _walk(maps, most=3, left_out=lambda url, what: told.append((url, what)))[0] == ["1", "2", "3"]
    assert told == []


def test_indexes_without_end_end() -> None:
    asked = []

    def endless(url: str) -> Sitemap:
        asked.append(url)
        return Sitemap((), tuple(NestedSitemap(f"{url}/{number}") for number in range(2)))

    told = []
    assert list(walk_sitemaps("s", endless, left_out=lambda url, what: told.append(what))) == []
    assert len(asked) == 1 + 2 + 4 + 8
    assert told == 8 * ["2 sitemaps are left out: over 3 indexes deep."]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.integers(0, len(NEWS)))
def test_damage_anywhere_never_crashes(damage: bytes, at: int) -> None:
    content = NEWS.encode()
    for broken in (content[:at] + damage, content[:at] + damage + content[at + len(damage) :], damage):
        looks_like_sitemap(broken)
        try:
            read(broken)
        except UnreadableDocumentError as error:
            assert str(error)
