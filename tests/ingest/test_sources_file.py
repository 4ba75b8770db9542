"""The sources file of a nightly run."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import UsageError
from ingest.fetch_policy import FetchPolicy
from ingest.source import Pages, Source, SourceKind
from ingest.sources_file import read_sources_file

POLICY = FetchPolicy(contact="desk@paper.example", delay_seconds=1.0)


def read(folder: Path, text: str | bytes) -> tuple[Source, ...]:
    path = folder / "sources.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_sources_file(path, POLICY)


def test_every_kind_of_source_with_its_settings(tmp_path: Path) -> None:
    feed, sitemap, page, wire = read(
        tmp_path,
        """
        [defaults]
        delay_seconds = 2
        language = "en-GB"

        [[source]]
        feed = "https://Paper.example/rss#x"
        outlet = "The Paper"
        pages = "always"
        largest_megabytes = 2.5

        [[source]]
        sitemap = "https://post.example/news.xml"
        days = 3
        delay_seconds = 5.5
        language = "de"
        section = "Lokales"
        kind = "opinion"

        [[source]]
        name = "off"
        url = "https://off.example/"
        enabled = false

        [[source]]
        url = "http://wiki.intranet/board"
        allow_private = true
        obey_robots = false
        retries = 0

        [[source]]
        name = "wire"
        path = "wire/*.csv"
        map = { headline = "title", body = "text" }
        """,
    )
    assert (feed.kind, feed.where, feed.name, feed.given.outlet) == (
        SourceKind.FEED,
        "https://paper.example/rss",
        "The Paper",
        "The Paper",
    )
    assert feed.pages is Pages.ALWAYS
    assert (feed.policy.delay_seconds, feed.policy.largest_bytes, feed.policy.contact) == (
        2,
        2_500_000,
        "desk@paper.example",
    )
    assert feed.given.language == "en"
    assert (sitemap.kind, sitemap.days, sitemap.given.language, sitemap.given.section) == (
        SourceKind.SITEMAP,
        3,
        "de",
        "Lokales",
    )
    assert (sitemap.policy.delay_seconds, sitemap.given.kind, sitemap.pages) == (5.5, "opinion", Pages.WHERE_NEEDED)
    assert (page.kind, page.name) == (SourceKind.URL, "http://wiki.intranet/board")
    assert page.policy.allow_private
    assert (page.policy.obey_robots, page.policy.retries) == (False, 0)
    assert not feed.policy.allow_private
    assert (wire.kind, wire.where) == (SourceKind.PATH, str(tmp_path / "wire/*.csv"))
    assert wire.mapping == {"headline": "title", "body": "text"}


def test_paths_may_be_absolute_or_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    first, second = read(tmp_path, '[[source]]\npath = "/data/x"\n[[source]]\npath = "~/news"\n')
    assert (first.where, second.where) == ("/data/x", "/home/ann/news")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["names no [[source]]"]),
        ("[[source]]\n", ["source 1", "exactly one of feed, sitemap, url and path"]),
        ('[[source]]\nfeed = "https://a.example/"\nurl = "https://a.example/"\n', ["source 1", "exactly one"]),
        ('[[source]]\nfeed = ""\n', ["source 1", "feed is empty"]),
        ('[[source]]\npath = "x"\n[[source]]\nfed = "https://b.example/"\n', ["source 2", "'fed'", "feed", "sitemap"]),
        ('[source]\nfeed = "https://a.example/"\n', ["[[source]] with two brackets"]),
        ('[default]\ndelay_seconds = 1\n[[source]]\npath = "x"\n', ["'default'", "defaults"]),
        ('[defaults]\ndelay = 1\n[[source]]\npath = "x"\n', ["defaults", "'delay'", "delay_seconds"]),
        ('[defaults]\nfeed = "x"\n[[source]]\npath = "x"\n', ["defaults", "'feed'"]),
        ('[[source]]\nfeed = "paper.example/rss"\n', ["source 1", "http"]),
        ('[[source]]\nfeed = "https://ann:secret@paper.example/rss"\n', ["source 1", "password"]),
        ('[[source]]\nname = "Ann"\nfeed = "http://127.1/rss"\n', ["source 1 (Ann)", "odd spelling"]),
        ('[[source]]\npath = "x"\ndelay_seconds = -1\n', ["source 1 delay_seconds"]),
        ('[[source]]\npath = "x"\nretries = "2"\n', ["source 1 retries"]),
        ('[[source]]\npath = "x"\nlanguage = "!!"\n', ["source 1 language", "such as en"]),
        ('[[source]]\npath = "x"\nkind = "gossip"\n', ["source 1 kind", "opinion"]),
        ('[[source]]\npath = "x"\npages = "sometimes"\n', ["source 1 pages", "where needed"]),
        ('[[source]]\npath = "x"\ncontact = "ü"\n', ["source 1", "contact"]),
        ('[[source]]\npath = "x"\ncertificates = "none.pem"\n', ["source 1", "none.pem is not a file"]),
        ('[[source]]\npath = "x"\n[[source]]\npath = "./x"\n', ["source 2", "twice"]),
        ("[[source]\n", ["not valid TOML"]),
        (b"\xff\xfe[", ["not valid TOML"]),
        ("a = " + "[" * 10_000, ["not valid TOML"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_before_anything_is_fetched(tmp_path: Path, text: str | bytes, words: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    message = str(caught.value)
    assert "sources.toml" in message
    assert "secret" not in message
    for word in words:
        assert word in message


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read"):
        read_sources_file(tmp_path / "none.toml", POLICY)
