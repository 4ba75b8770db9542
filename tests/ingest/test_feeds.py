"""Feeds of every kind: what is in them, and what they may not do to us."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.article import DateSource
from ingest.document import UnreadableDocumentError
from ingest.feeds import LARGEST_FEED, Feed, looks_like_feed, read_feed
from ingest.fields import draft_from_record

TODAY = date(2024, 1, 10)
URL = "https://paper.example/feeds/news.xml"
SAMPLES = Path(__file__).parents[2] / "../shared/data/formats/feeds"

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Paper &amp; Post</title><link>https://paper.example/</link><language>en-gb</language>
<item>
  <title>Ferry &amp;amp; harbour: a &lt;i&gt;long&lt;/i&gt; night</title>
  <link>https://paper.example/2024/01/05/ferry?a=1&amp;b=2</link>
  <guid isPermaLink="false">paper-17</guid>
  <pubDate>Fri, 05 Jan 2024 23:30:00 -0500</pubDate>
  <dc:creator>By Ann Lee and Bo Ray</dc:creator>
  <category>Harbour</category><category>Weather</category>
  <description>The ferry was late.</description>
  <content:encoded><![CDATA[<p>The ferry was late.</p><p>Nobody was hurt.</p>]]></content:encoded>
  <enclosure url="https://paper.example/a.mp3" length="1" type="audio/mpeg"/>
</item>
<item><title>Only a summary</title><link>/2024/01/06/second</link><description>Short.</description>
  <pubDate>Fri, 05 Jan 2099 10:00:00 GMT</pubDate></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://paper.example/">
<title>Das Blatt</title><link rel="self" href="/feeds/atom"/><link rel="next" href="/feeds/atom?page=2"/>
<entry><title type="text">Brücke &lt; Fluss</title><id>tag:paper.example,2024:1</id><link href="/bruecke"/>
  <published>2024-01-05T08:00:00+01:00</published><updated>2024-01-06T09:00:00+01:00</updated>
  <author><name>Eva Ort</name><email>eva@paper.example</email></author>
  <summary>Kurz.</summary>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Lang und breit.</p></div></content>
</entry>
<entry><title>Nur geändert</title><id>2</id><link href="/zwei"/><updated>2024-01-06T09:00:00Z</updated>
  <content type="text">Preise &lt; 5 Euro</content></entry>
</feed>"""


def read(text: str | bytes, charset: str = "") -> Feed:
    return read_feed(text.encode() if isinstance(text, str) else text, URL, today=TODAY, charset=charset)


def test_an_rss_entry_comes_whole() -> None:
    feed = read(RSS)
    assert (feed.title, feed.language) == ("The Paper & Post", "en")
    first, second = feed.entries
    assert first.url == "https://paper.example/2024/01/05/ferry?a=1&b=2"
    assert first.external_id == "paper-17"
    assert first.title == "Ferry & harbour: a long night"
    assert first.body == "<p>The ferry was late.</p><p>Nobody was hurt.</p>"
    assert first.is_html
    assert first.is_full
    assert first.summary == "The ferry was late."
    assert first.authors == ("Ann Lee", "Bo Ray")
    assert first.categories == ("Harbour", "Weather")
    assert first.published is not None
    # The day is the outlet's own, though it is the 6th in London.
    assert first.published.at.day == date(2024, 1, 5)
    assert first.published.at.at == datetime(2024, 1, 5, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert first.published.source is DateSource.FEED
    assert second.url == "https://paper.example/2024/01/06/second"
    assert not second.is_full
    assert second.published is None  # 2099
    assert any("date" in problem for problem in feed.problems)


def test_an_atom_entry_has_both_its_dates() -> None:
    feed = read(ATOM)
    assert feed.next_page == "https://paper.example/feeds/atom?page=2"
    first, second = feed.entries
    assert first.title == "Brücke < Fluss"
    assert first.url == "https://paper.example/bruecke"
    assert "Lang und breit." in first.body
    assert first.language == "de"
    assert first.authors == ("Eva Ort",)
    assert first.published is not None
    assert first.modified is not None
    assert (first.published.at.day, first.modified.day) == (date(2024, 1, 5), date(2024, 1, 6))
    # "updated" alone may be the day of a correction: kept, and trusted less.
    assert second.published is not None
    assert second.published.confidence < first.published.confidence
    assert second.body == "Preise < 5 Euro"
    assert not second.is_html


def test_rdf_has_its_day_in_dublin_core() -> None:
    feed = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>P</title></channel>'
        "<item><title>T</title><link>https://paper.example/t</link><dc:date>2024-01-05</dc:date></item></rdf:RDF>"
    )
    assert feed.entries[0].published is not None
    assert feed.entries[0].published.confidence == 0.9
    assert feed.entries[0].published.at.at is None


def test_a_json_feed_is_read_by_json() -> None:
    content = json.dumps({
        "version": "https://jsonfeed.org/version/1.1", "title": "The Paper", "language": "en-US",
        "next_url": "https://paper.example/feed.json?page=2",
        "items": [
            {"id": 7, "url": "/a", "title": "A", "content_html": "<p>Text</p>", "summary": "S",
             "date_published": "2024-01-05T08:00:00-05:00", "date_modified": "2024-01-06T08:00:00-05:00",
             "authors": [{"name": "Ann Lee"}], "tags": ["Harbour", 7], "attachments": [{"url": "x.mp3"}]},
            {"id": "8", "external_url": "https://other.example/b", "content_text": "Plain <text>"},
            "nonsense",
            {"id": "9"},
        ],
    })  # fmt: skip
    feed = read(content)
    assert looks_like_feed(content.encode())
    first, second = feed.entries
    assert (first.url, first.external_id, first.authors) == ("https://paper.example/a", "7", ("Ann Lee",))
    assert first.published is not None
    assert first.published.at.iso() == "2024-01-05T08:00:00-05:00"
    assert (second.body, second.is_html, second.is_full) == ("Plain <text>", False, True)
    assert feed.next_page == "https://paper.example/feed.json?page=2"
    assert len(feed.problems) == 2


def test_a_record_is_read_back_as_the_same_article() -> None:
    entry = read(RSS).entries[0]
    draft = draft_from_record(entry.as_record(), today=TODAY)
    assert (draft.url, draft.title, draft.external_id) == (entry.url, entry.title, entry.external_id)
    assert draft.published == entry.published
    assert draft.authors == entry.authors
    assert draft.text.split() == "The ferry was late. Nobody was hurt.".split()
    assert draft.section == "Harbour"


def test_addresses_that_are_no_pages_are_left_out() -> None:
    entries = "".join(
        f"<item><title>{number}</title><description>t</description><link>{link}</link></item>"
        for number, link in enumerate(
            ["javascript:alert(1)", "file:///etc/passwd", "https://a:b@paper.example/", "x y"]
        )
    )
    feed = read(f"<rss version='2.0'><channel>{entries}</channel></rss>")
    assert [entry.url for entry in feed.entries] == ["", "", "", "https://paper.example/feeds/x%20y"]
    assert any("3 × an address" in problem for problem in feed.problems)


def test_what_is_ill_formed_is_read_and_said() -> None:
    feed = read(
        "<rss version='2.0'><channel><item><title>A & B&nbsp;C</title><link>https://paper.example/a?x=1&y=2</link></item>"
    )
    assert feed.entries[0].title == "A & B C"
    assert feed.entries[0].url == "https://paper.example/a?x=1&y=2"
    assert any("well-formed" in problem for problem in feed.problems)


def test_an_entry_that_stands_twice_is_read_once() -> None:
    item = "<item><title>A</title><link>https://paper.example/a</link></item>"
    feed = read(f"<rss version='2.0'><channel>{item}{item}<item><title>only a title</title></item></channel></rss>")
    assert len(feed.entries) == 1
    assert len(feed.problems) == 2


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be", "iso-8859-1", "windows-1252", "cp037"]
)
def test_every_encoding_that_a_feed_declares_is_read(encoding: str) -> None:
    text = f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?>"
    text += "<rss version='2.0'><channel><item><title>Größe »5«</title><link>http://a.example/</link></item>"
    text += "</channel></rss>"
    content = text.encode(encoding)
    assert looks_like_feed(content)
    assert read(content).entries[0].title == "Größe »5«"


def test_the_header_says_the_encoding_where_the_feed_does_not() -> None:
    content = (
        "<rss version='2.0'><channel><item><title>Москва</title><link>http://a.example/</link></item></channel></rss>"
    )
    assert read(content.encode("koi8-r"), charset="KOI8-R").entries[0].title == "Москва"
    # ... and is not believed against the bytes.
    assert read(content.encode(), charset="us-ascii").entries[0].title == "Москва"
    for name in ("punycode", "zlib", "unicode_escape", "no-such", "\udc00"):
        assert read(content.encode(), charset=name).entries[0].title == "Москва"


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>',
        f'<!DOCTYPE x [<!ENTITY b "{"x" * 10_000}">]>',
        '<!DOCTYPE x [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % b SYSTEM "http://169.254.169.254/"> %b;]>',
        '<!-- <rss> --><!DOCTYPE x [<!-- ]> --><!ENTITY a "b"><!ENTITY b "&a;&a;">]>',
        "<!DOCTYPE x [" + "".join(f'<!ENTITY e{number} "x">' for number in range(1000)) + "]>",
    ],
)  # fmt: skip
def test_entities_that_grow_or_read_files_are_refused(doctype: str) -> None:
    text = (
        doctype
        + "<rss version='2.0'><channel><item><title>&b;</title><link>http://a.example/</link></item></channel></rss>"
    )
    for content in (text.encode(), text.encode("utf-16")):
        with pytest.raises(UnreadableDocumentError, match="XML entit"):
            read(content)


def test_entities_that_name_a_letter_are_kept() -> None:
    feed = read('<!DOCTYPE rss [<!ENTITY uuml "&#252;"><!ENTITY paper "The Paper">]>'
                "<rss version='2.0'><channel><item><title>&paper;: f&uuml;r</title>"
                "<link>http://a.example/</link></item></channel></rss>")  # fmt: skip
    assert feed.entries[0].title == "The Paper: für"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "   ",
        "News of today",
        "{}",
        "[]",
        '{"items": 3}',
        "{" * 100_000,
        "\x00" * 50,
        "<html><body>x</body></html>",
        "<urlset></urlset>",
        "<rs",
    ],
)
def test_what_is_no_feed_is_refused_with_a_reason(content: str) -> None:
    assert not looks_like_feed(content.encode())
    with pytest.raises(UnreadableDocumentError):
        read(content)


def test_a_feed_too_large_is_refused() -> None:
    with pytest.raises(UnreadableDocumentError, match="larger than"):
        read(b" " * (LARGEST_FEED + 1))


def test_an_empty_feed_is_a_feed() -> None:
    assert read("<rss version='2.0'><channel><title>P</title></channel></rss>").entries == ()


@pytest.mark.parametrize(
    "inner",
    ["<a>" * 60_000, "<a " + " ".join(f'x{number}="1"' for number in range(60_000)) + "></a>", "<a" + " " * 300_000,
     "<" * 300_000],
    ids=["deep", "attributes", "blanks", "brackets"],
)  # fmt: skip
def test_what_would_keep_the_parser_busy_is_stopped(inner: str) -> None:
    try:
        read_feed(
            f"<rss version='2.0'><channel><item><title>{inner}</title></item></channel></rss>".encode(),
            URL,
            today=TODAY,
            seconds=1.5,
        )
    except UnreadableDocumentError as error:
        assert "took longer than 1.5 s" in str(error)


def test_a_long_feed_is_read_in_a_process_of_its_own_alike() -> None:
    items = "".join(
        f"<item><title>Story {n}</title><link>https://paper.example/{n}</link>"
        f"<description>{'word ' * 40}</description></item>"
        for n in range(2000)
    )
    content = f"<rss version='2.0'><channel><title>P</title>{items}</channel></rss>".encode()
    assert len(content) > 500_000
    feed = read_feed(content, URL, today=TODAY, seconds=60)
    assert len(feed.entries) == 2000
    assert feed.entries[1999].title == "Story 1999"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, len(RSS)))
def test_damage_anywhere_never_crashes(damage: bytes, at: int) -> None:
    content = RSS.encode()
    for broken in (content[:at] + damage, content[:at] + damage + content[at + len(damage) :], damage):
        try:
            read(broken)
        except UnreadableDocumentError as error:
            assert str(error)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/data/formats/feeds is absent")
def test_every_sample_is_read_or_rejected_with_a_reason() -> None:
    rejected = []
    paths = sorted(SAMPLES.rglob("*.xml"))
    for path in paths:
        try:
            feed = read_feed(path.read_bytes(), URL, today=TODAY)
        except UnreadableDocumentError:
            rejected.append(path.name)
        else:
            assert looks_like_feed(path.read_bytes()), path
            assert all(entry.url or entry.body for entry in feed.entries)
    assert len(paths) > 300
    assert rejected == ["rss_empty_document.xml"]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/data/formats/feeds is absent")
@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("eucjp", "ゲーム"),
        ("euckr", "한글"),
        ("koi8r", "новогоднюю"),
        ("shiftjis", "記事"),
        ("tis620", "สำนักงาน"),
        ("windows1255", "אתר"),
    ],
)
def test_encodings_that_a_feed_conceals_are_found(name: str, word: str) -> None:
    feed = read_feed((SAMPLES / f"illformed/chardet/{name}.xml").read_bytes(), URL, today=TODAY)
    assert word in feed.entries[0].title + feed.entries[0].body
