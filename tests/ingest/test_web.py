"""Pages, feeds and sitemaps from a site on this machine, all the way into the archive, night after night."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.records import Outcome
from archive.removal_selection import RemovalSelector
from archive.store import ArchiveStore
from ingest.bytestreams import OpenFile
from ingest.document import RawDocument
from ingest.fetch_policy import FetchPolicy
from ingest.given import Given, of_one_site
from ingest.pipeline import IngestOptions, ingest
from ingest.readers import FORMATS
from ingest.report import IngestReport
from ingest.source import Pages, Source, SourceKind, sources_of
from tests.ingest.loopback_site import Site, page, redirect, running_site
from tests.ingest.support import TODAY, InThisProcess, record, story

OPTIONS = IngestOptions(embed=False, passage_tokens=64, workers=1, today=TODAY)
POLICY = FetchPolicy(allow_private=True, delay_seconds=0, retries=0, first_pause_seconds=0.01)
LIKE = Source(SourceKind.PATH, "", policy=POLICY)


@pytest.fixture(autouse=True)
def no_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of our own are harmless; a child process for each night would cost seconds."""
    monkeypatch.setattr("ingest.pipeline.Workers", InThisProcess)


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArchiveStore]:
    with ArchiveStore.open(tmp_path / "archive", create=True) as opened:
        yield opened


def night(store: ArchiveStore, *sources: Source, **options: bool) -> IngestReport:
    return ingest(store, sources, options=replace(OPTIONS, **options))


def source(where: str, kind: SourceKind = SourceKind.URL, **fields: object) -> Source:
    return replace(LIKE, kind=kind, where=where, **fields)  # type: ignore[arg-type]


def html(number: int, head: str = "", title: str = "") -> bytes:
    paragraphs = "".join(f"<p>{part}</p>" for part in story(number, 6).split("\n\n"))
    return (
        f"<!DOCTYPE html><html><head><title>{title or f'Story {number}'}</title>{head}</head><body><article>"
        f"<h1>{title or f'Story {number}'}</h1>{paragraphs}</article></body></html>"
    ).encode()


def rss(site: Site, *numbers: int, full: bool = False) -> bytes:
    items = "".join(
        f"<item><title>Story {n}</title><link>{site.url(f'/2026/story-{n}')}</link>"
        f"<pubDate>Mon, {n % 28 + 1:02} Feb 2026 08:00:00 +0100</pubDate><category>Harbour</category>"
        + (f"<description><![CDATA[<p>{story(n)}</p>]]></description>" if not full else "")
        + (f"<content:encoded><![CDATA[<p>{story(n)}</p>]]></content:encoded>" if full else "")
        + "</item>"
        for n in numbers
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Harbour Post</title>{items}</channel></rss>"
    ).encode()


def outcomes(report: IngestReport) -> dict[str, int]:
    return {name: count for name, count in report.as_json()["outcomes"].items() if count}


def test_a_page_is_its_final_canonical_address(site: Site, store: ArchiveStore) -> None:
    site.pages["/short"] = redirect("/2026/story-1?utm_source=x", "301 Moved Permanently")
    site.pages["/2026/story-1?utm_source=x"] = page(html(1))
    site.pages["/2026/story-1"] = page(html(1, title="Story 1, corrected"))
    first = night(store, source(site.url("/short"), given=Given(outlet="The Post", section="Harbour")))
    assert outcomes(first) == {"added": 1} and first.web == {"fetched": 1}
    assert "moved for good" in first.notes[0].what
    (article,) = store.articles()
    assert (article.url, article.outlet, article.section) == (site.url("/2026/story-1"), "The Post", "Harbour")
    again = night(store, source(site.url("/2026/story-1")))
    assert outcomes(again) == {"updated": 1} and store.count_articles() == 1


def test_a_page_speaks_for_its_own_site_only(site: Site, store: ArchiveStore) -> None:
    link = '<link rel="canonical" href="https://elsewhere.example/their-story">'
    site.pages["/a"] = page(html(1, link))
    front = f'<link rel="canonical" href="{site.url("/")}">'
    site.pages["/b"] = page(html(2, front))
    own = f'<link rel="canonical" href="{site.url("/c-proper")}">'
    site.pages["/c"] = page(html(3, own))
    night(store, *(source(site.url(f"/{name}")) for name in "abc"))
    assert sorted(article.url or "" for article in store.articles()) == [
        site.url(path) for path in ("/a", "/b", "/c-proper")
    ]
    assert of_one_site("https://m.paper.co.uk/x", "http://www.paper.co.uk/y")
    assert not of_one_site("https://paper.co.uk/x", "https://post.co.uk/x")


def test_a_feed_of_summaries_fetches_its_pages_and_the_second_night_nothing(site: Site, store: ArchiveStore) -> None:
    site.pages["/rss"] = page(rss(site, 1, 2, 3), 'ETag: "v1"')
    for number in (1, 2):
        site.pages[f"/2026/story-{number}"] = page(html(number))
    feed = source(site.url("/rss"), given=Given(language="en"))
    first = night(store, feed)
    assert outcomes(first) == {"added": 3} and first.web == {"fetched": 3, "refused": 1}
    assert "the feed's own text was taken instead" in first.notes[0].what
    articles = {article.url: article for article in store.articles()}
    one, three = articles[site.url("/2026/story-1")], articles[site.url("/2026/story-3")]
    assert (one.outlet, one.section, one.language, one.partial) == ("Harbour Post", "Harbour", "en", False)
    assert one.published is not None and one.published.iso() == "2026-02-02T08:00:00+01:00"
    assert one.text.endswith(story(1, 6)) and three.partial
    asked = len(site.paths)
    second = night(store, feed)
    assert outcomes(second) == {} and second.web == {"not modified": 1} and len(site.paths) == asked + 1
    assert '"v1"' in site.requests[-1]
    # the third page has come up by now, and an entry more
    site.pages["/rss"] = page(rss(site, 1, 2, 3, 4), 'ETag: "v2"')
    site.pages["/2026/story-3"] = page(html(3))
    site.pages["/2026/story-4"] = page(html(4))
    third = night(store, feed)
    assert outcomes(third) == {"added": 1, "updated": 1}
    assert third.web == {"fetched": 3, "not modified": 2}


def test_a_full_feed_asks_for_no_page_unless_told(site: Site, store: ArchiveStore) -> None:
    site.pages["/rss"] = page(rss(site, 1, 2, full=True))
    report = night(store, source(site.url("/rss"), given=Given(outlet="The Post")))
    assert outcomes(report) == {"added": 2} and site.paths == ["/rss"]
    assert {article.outlet for article in store.articles()} == {"The Post"}
    site.pages["/rss"] = page(rss(site, 2, full=True))
    site.pages["/2026/story-2"] = page(html(2))
    always = night(store, source(site.url("/rss"), pages=Pages.ALWAYS))
    assert "/2026/story-2" in site.paths and outcomes(always)["updated"] == 1
    never = night(store, source(site.url("/rss"), pages=Pages.NEVER), again=True)
    assert never.web == {"fetched": 1}


def test_a_feed_whose_page_failed_for_now_is_read_again(site: Site, store: ArchiveStore) -> None:
    site.pages["/rss"] = page(rss(site, 1, 2), 'ETag: "v1"')
    site.pages["/2026/story-1"] = page(html(1))
    site.pages["/2026/story-2"] = page(b"", status="503 Service Unavailable")
    assert outcomes(night(store, source(site.url("/rss")))) == {"added": 2}
    site.pages["/2026/story-2"] = page(html(2))
    second = night(store, source(site.url("/rss")))
    assert outcomes(second) == {"updated": 1} and second.web == {"fetched": 2, "not modified": 1}
    third = night(store, source(site.url("/rss")))
    assert third.web == {"not modified": 1}


def test_what_was_not_written_is_not_remembered(
    site: Site, store: ArchiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/rss"] = page(rss(site, 1, 2), 'ETag: "v1"')
    for number in (1, 2):
        site.pages[f"/2026/story-{number}"] = page(html(number), 'ETag: "p"')

    def stopped(batch: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store, "add", stopped)
        report = night(store, source(site.url("/rss")))
        assert report.interrupted and outcomes(report) == {}
    assert outcomes(night(store, source(site.url("/rss")))) == {"added": 2}


def test_asked_to_stop_it_does_not_wait_for_the_web_and_the_feed_is_read_again(site: Site, store: ArchiveStore) -> None:
    site.pages["/rss"] = page(rss(site, 1, 2, 3), 'ETag: "v1"')
    come = threading.Event()

    def late(request: str) -> bytes:
        assert come.wait(30)
        return page(html(2))

    site.pages |= {"/2026/story-1": page(html(1)), "/2026/story-2": late, "/2026/story-3": page(html(3))}
    report = ingest(
        store, [source(site.url("/rss"))], options=OPTIONS, should_stop=lambda: "/2026/story-2" in site.paths
    )
    assert report.interrupted and not come.is_set()
    assert "/2026/story-3" not in site.paths and report.outcomes["added"] <= 1
    come.set()
    rest = night(store, source(site.url("/rss")))
    assert not rest.interrupted and len(list(store.articles())) == 3


def test_a_dry_run_remembers_nothing(site: Site, store: ArchiveStore) -> None:
    site.pages["/rss"] = page(rss(site, 1), 'ETag: "v1"')
    site.pages["/2026/story-1"] = page(html(1))
    for _ in range(2):
        assert outcomes(night(store, source(site.url("/rss")), dry_run=True)) == {"added": 1}
    assert store.count_articles() == 0 and store.fetch_log.recall(site.url("/rss")) is None


def news_sitemap(site: Site, *numbers: int, modified: str = "") -> bytes:
    urls = "".join(
        f"<url><loc>{site.url(f'/2026/story-{n}')}</loc>"
        + (f"<lastmod>{modified}</lastmod>" if modified else "")
        + "<news:news><news:publication><news:name>Harbour Post</news:name><news:language>en</news:language>"
        f"</news:publication><news:publication_date>2026-02-1{n}T09:30:00+01:00</news:publication_date>"
        f"<news:title>Story {n}</news:title></news:news></url>"
        for n in numbers
    )
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    ).encode()


def test_sitemaps_give_their_dates_and_an_index_never_hides_what_it_names(site: Site, store: ArchiveStore) -> None:
    xml = "Content-Type: application/xml"
    index = f"<sitemapindex><sitemap><loc>{site.url('/news.xml')}</loc></sitemap></sitemapindex>".encode()
    site.pages["/sitemap.xml"] = page(index, xml, 'ETag: "index"')
    site.pages["/news.xml"] = page(news_sitemap(site, 1, 2), xml, 'ETag: "n1"')
    for number in (1, 2, 3):
        site.pages[f"/2026/story-{number}"] = page(html(number))
    first = night(store, source(site.url("/sitemap.xml")))
    assert outcomes(first) == {"added": 2}
    (one,) = [article for article in store.articles() if article.title == "Story 1"]
    assert (one.outlet, one.language) == ("Harbour Post", "en")
    assert one.published is not None and one.published.iso() == "2026-02-11T09:30:00+01:00"
    assert night(store, source(site.url("/sitemap.xml"))).web == {"fetched": 1, "not modified": 1}
    site.pages["/news.xml"] = page(news_sitemap(site, 1, 2, 3, modified="2026-02-12T00:00:00Z"), xml, 'ETag: "n2"')
    third = night(store, source(site.url("/sitemap.xml")))
    assert outcomes(third) == {"added": 1}
    assert site.paths[-3:] == ["/sitemap.xml", "/news.xml", "/2026/story-3"]  # the others haven't changed since
    young = night(store, source(site.url("/sitemap.xml"), days=5), again=True)
    assert young.web == {"fetched": 2}


def test_a_site_names_its_sitemaps_and_a_list_is_one(site: Site, store: ArchiveStore) -> None:
    site.pages["/robots.txt"] = page(f"User-agent: *\nAllow: /\nSitemap: {site.url('/list.txt')}\n".encode())
    site.pages["/"] = page(html(9))
    site.pages["/list.txt"] = page(f"{site.url('/2026/story-1')}\n".encode(), "Content-Type: text/plain")
    site.pages["/2026/story-1"] = page(html(1))
    report = night(store, source(site.url("/"), SourceKind.SITEMAP))
    assert outcomes(report) == {"added": 1} and [article.title for article in store.articles()] == ["Story 1"]


def test_any_format_at_an_address(site: Site, store: ArchiveStore) -> None:
    lines = "".join(json.dumps(record(n)) + "\n" for n in (1, 2)).encode()
    site.pages["/dump.jsonl"] = page(lines, "Content-Type: application/octet-stream")
    site.pages["/text"] = page(story(5).encode("utf-16"), "Content-Type: text/plain")
    site.pages["/old"] = page(
        html(6).replace(b"Story 6", "Größe 6".encode("latin-1")), "Content-Type: text/html; charset=iso-8859-1"
    )
    report = night(store, *(source(site.url(path)) for path in ("/dump.jsonl", "/text", "/old")))
    assert outcomes(report) == {"added": 4}
    titles = {article.url: article.title for article in store.articles()}
    assert titles[site.url("/old")] == "Größe 6" and site.url("/text") in titles


def test_a_front_page_is_no_article_and_names_its_feeds(site: Site, store: ArchiveStore) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/rss?a=1&amp;b=2">'
    site.pages["/"] = page(html(1, link))
    site.pages["/?lang=en"] = page(html(2))
    report = night(store, source(site.url("/")), source(site.url("/?lang=en")))
    assert outcomes(report) == {"added": 1, "rejected": 1}
    assert report.rejected[0].reason.endswith(f"it names these feeds: {site.url('/rss?a=1&b=2')}.")


def test_one_source_that_fails_never_stops_the_others(site: Site, store: ArchiveStore, tmp_path: Path) -> None:
    site.pages["/rss"] = page(rss(site, 1, full=True))
    site.pages["/broken"] = page(b"<rss><channel><item>" * 3)
    site.pages["/secret"] = page(html(2))
    site.pages["/robots.txt"] = page(b"User-agent: *\nDisallow: /secret\n")
    (tmp_path / "a.txt").write_text(story(7), encoding="utf-8")
    report = night(
        store,
        *(source(site.url(path)) for path in ("/gone", "/broken", "/secret", "/rss")),
        replace(LIKE, where=str(tmp_path / "a.txt")),
        source("http://10.0.0.1/", policy=FetchPolicy()),
    )
    assert outcomes(report)["added"] == 2
    reasons = {row.source.rpartition("/")[2]: row.reason for row in report.rejected}
    assert "nothing at that address" in reasons["gone"] and "robots.txt" in reasons["secret"]
    assert "--allow-private" in reasons[""]


def broken_reader(file: OpenFile, **options: object) -> Iterator[RawDocument]:
    yield RawDocument(json.dumps(record(9)).encode(), "jsonl", file.source, 1)
    raise KeyError("a library's own")


def test_a_file_on_which_a_library_fails_costs_itself_and_not_what_named_it(
    site: Site, store: ArchiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FORMATS, "csv", replace(FORMATS["csv"], documents=broken_reader))
    site.pages["/map"] = page(news_sitemap(site, 1, 2).replace(b"/2026/story-1<", b"/2026/story-1.csv<"))
    site.pages["/2026/story-1.csv"] = page(b"title,text\na,b\n")
    site.pages["/2026/story-2"] = page(html(2))
    report = night(store, source(site.url("/map"), SourceKind.SITEMAP))
    assert outcomes(report)["added"] == 2
    (row,) = report.rejected
    assert row.source.endswith("story-1.csv") and "KeyError" in row.reason and "any further" in row.reason


def test_a_source_that_is_broken_off_by_a_defect_says_so_and_costs_no_other(
    site: Site, store: ArchiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> Iterator[RawDocument]:
        raise KeyError("a defect")

    monkeypatch.setattr("ingest.web.feed_documents", broken)
    site.pages["/rss"] = page(rss(site, 1, full=True))
    site.pages["/2026/story-2"] = page(html(2))
    report = night(store, source(site.url("/rss")), source(site.url("/2026/story-2")))
    assert outcomes(report)["added"] == 1
    (row,) = report.rejected
    assert row.source.endswith("/rss") and "could not be read (KeyError" in row.reason


def test_the_same_page_named_twice_is_fetched_once(site: Site, store: ArchiveStore) -> None:
    site.pages["/one"] = page(rss(site, 1))
    site.pages["/two"] = page(rss(site, 1))
    site.pages["/2026/story-1"] = page(html(1))
    report = night(store, source(site.url("/one")), source(site.url("/two")))
    assert site.paths.count("/2026/story-1") == 1 and outcomes(report) == {"added": 1}


def test_a_takedown_forgets_the_address_and_keeps_the_page_out(site: Site, store: ArchiveStore) -> None:
    site.pages["/2026/story-1"] = page(html(1))
    night(store, source(site.url("/2026/story-1")))
    assert store.fetch_log.recall(site.url("/2026/story-1")) is not None
    store.remove(RemovalSelector(names=(site.url("/2026/story-1"),)), "a court")
    assert store.fetch_log.recall(site.url("/2026/story-1")) is None
    site.pages["/2026/story-1"] = page(html(1, title="Another headline"))
    assert outcomes(night(store, source(site.url("/2026/story-1")))) == {Outcome.REMOVED.value: 1}
    assert store.fetch_log.recall(site.url("/2026/story-1")) is None


def test_a_sources_file_is_told_by_its_name_and_fills_what_the_command_line_leaves(tmp_path: Path) -> None:
    (tmp_path / "wire").mkdir()
    path = tmp_path / "nightly.toml"
    path.write_text(
        '[[source]]\nfeed = "https://paper.example/rss"\noutlet = "The Paper"\n[[source]]\npath = "wire"\n',
        encoding="utf-8",
    )
    like = replace(LIKE, given=Given(outlet="Somebody", language="en"))
    feed, wire = sources_of([str(path)], like)
    assert (feed.given.outlet, feed.given.language, wire.given.outlet) == ("The Paper", "en", "Somebody")
    assert wire.where == str(tmp_path / "wire")


def test_what_is_given_survives_a_turn_through_json() -> None:
    from archive.article import DateSource, Timestamp
    from ingest.document import DateReading

    given = Given(
        url="https://a.example/x",
        authors=("Ann Lee",),
        published=DateReading(Timestamp.from_iso("2026-02-01T08:00:00+01:00"), DateSource.FEED, 0.9),
    )
    assert Given.from_json(json.loads(json.dumps(given.as_json()))) == given
    assert Given.from_json(None) == Given.from_json(Given().as_json()) == Given()


def test_a_sitemap_named_by_robots_that_is_a_page_is_asked_for_once(site: Site, store: ArchiveStore) -> None:
    site.pages["/robots.txt"] = page(f"Sitemap: {site.url('/map.xml')}\n".encode())
    site.pages["/"] = page(html(1))
    site.pages["/map.xml"] = page(html(2))  # "nothing here", with status 200
    report = night(store, source(site.url("/"), SourceKind.SITEMAP))
    assert site.paths == ["/", "/map.xml"]
    assert [row.source for row in report.rejected] == [site.url("/map.xml")]


def test_a_site_s_sitemaps_are_read_though_its_front_page_stays_the_same(site: Site, store: ArchiveStore) -> None:
    def urlset(*numbers: int) -> bytes:
        places = "".join(f"<url><loc>{site.url(f'/2026/story-{n}')}</loc></url>" for n in numbers)
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'.encode()

    site.pages["/robots.txt"] = page(f"Sitemap: {site.url('/map.xml')}\n".encode())
    site.pages["/"] = page(html(9))
    for number in (1, 2):
        site.pages[f"/2026/story-{number}"] = page(html(number))
    site.pages["/map.xml"] = page(urlset(1))
    assert outcomes(night(store, source(site.url("/"), SourceKind.SITEMAP))) == {"added": 1}
    site.pages["/map.xml"] = page(urlset(1, 2))
    assert outcomes(night(store, source(site.url("/"), SourceKind.SITEMAP))) == {"added": 1}


# --- older pages of a feed (RFC 5005) ---------------------------------------------------------------------------------


def paged(site: Site, older: str, *numbers: int, rel: str = "next") -> bytes:
    link = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{rel}" href="{older}"/>' if older else ""
    return rss(site, *numbers, full=True).replace(b"<title>Harbour Post</title>", f"<title>P</title>{link}".encode())


@pytest.mark.parametrize("rel", ["next", "prev-archive"])
def test_older_pages_of_a_feed_are_followed_the_first_night(site: Site, store: ArchiveStore, rel: str) -> None:
    site.pages["/rss"] = page(paged(site, site.url("/rss?page=2"), 5, 6, rel=rel))
    site.pages["/rss?page=2"] = page(paged(site, "/rss?page=3", 3, 4, rel=rel))
    site.pages["/rss?page=3"] = page(paged(site, site.url("/rss"), 1, 2, rel=rel))  # round in a circle
    report = night(store, source(site.url("/rss")))
    assert outcomes(report) == {"added": 6} and site.paths == ["/rss", "/rss?page=2", "/rss?page=3"]
    site.requests.clear()
    assert outcomes(night(store, source(site.url("/rss")))) == {}
    assert site.paths == ["/rss"], "the first page is the same: nothing new behind it"


def test_another_night_follows_a_feed_as_far_as_it_is_new(site: Site, store: ArchiveStore) -> None:
    site.pages["/rss"] = page(paged(site, site.url("/rss?page=2"), 5, 6))
    site.pages["/rss?page=2"] = page(paged(site, site.url("/rss?page=3"), 3, 4))
    site.pages["/rss?page=3"] = page(paged(site, "", 1, 2))
    night(store, source(site.url("/rss")))
    site.requests.clear()
    site.pages["/rss"] = page(paged(site, site.url("/rss?page=2"), 6, 7))  # all long before the night before
    assert outcomes(night(store, source(site.url("/rss")))) == {"added": 1, "unchanged": 1}
    assert site.paths == ["/rss"]
    site.pages["/rss"] = page(paged(site, site.url("/rss?page=2"), 7, 8))
    night(store, source(site.url("/rss")), again=True)
    assert site.paths == ["/rss", "/rss", "/rss?page=2", "/rss?page=3"]


def test_a_feed_of_which_an_older_page_fails_for_now_is_read_again(site: Site, store: ArchiveStore) -> None:
    site.pages["/rss"] = page(paged(site, site.url("/rss?page=2"), 5, 6))
    site.pages["/rss?page=2"] = page(b"", status="503 Service Unavailable")
    first = night(store, source(site.url("/rss")))
    assert outcomes(first) == {"added": 2, "rejected": 1}
    site.pages["/rss?page=2"] = page(paged(site, "", 3, 4))
    assert outcomes(night(store, source(site.url("/rss")))) == {"added": 2, "unchanged": 2}


def test_a_feed_s_older_pages_lie_on_its_own_site_and_end(
    site: Site, store: ArchiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/away"] = page(paged(site, "https://elsewhere.example/rss?page=2", 1))
    assert outcomes(night(store, source(site.url("/away")))) == {"added": 1}
    monkeypatch.setattr("ingest.feed_pages.MOST_PAGES", 3)
    for number in range(1, 9):
        site.pages[f"/p{number}"] = page(paged(site, site.url(f"/p{number + 1}"), 10 + number))
    report = night(store, source(site.url("/p1")))
    assert site.paths[1:] == ["/p1", "/p2", "/p3"] and outcomes(report) == {"added": 3}
    assert "more than 3 pages" in report.notes[0].what
    site.requests.clear()
    night(store, source(site.url("/p1"), days=3), again=True)
    assert site.paths == ["/p1"], "what is older than the days asked for isn't looked for"
