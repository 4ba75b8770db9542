"""What is taken down, or withheld, while somebody reads: nothing read afterwards gives its text."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import app
import archive.backup
import archive.commands
from archive.errors import ArchiveError, UnknownArticleError
from archive.records import Standing
from archive.store import ArchiveStore, RemovalSelector
from tests.archive.support import incoming, incoming_id, open_store

SECRET = "Ottilie Wrangelmeier embezzled from the Quastenflosser foundation, neighbours alleged."
NAMES = ("first", "libel", "last")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArchiveStore]:
    with open_store(tmp_path / "archive") as store:
        store.add([incoming("first", "The ferry was late."), incoming("libel", SECRET)])
        store.add([incoming("libel", f"{SECRET} Twice.", modified="2024-03-06"), incoming("last", "The sea froze.")])
        yield store


def take_down(folder: Path) -> None:
    with open_store(folder, embedder=None) as other:
        assert other.remove(RemovalSelector(names=(incoming_id("libel"),)), "a court").left == ()


def test_a_listing_under_way_leaves_out_what_was_taken_down(store: ArchiveStore) -> None:
    listing = store.articles(order="ingested")
    assert next(listing).article_id == incoming_id("first")
    take_down(store.folder)
    assert [article.article_id for article in listing] == [incoming_id("last")]


def test_a_listing_under_way_leaves_out_what_was_withheld(store: ArchiveStore) -> None:
    listing = store.articles(order="ingested")
    next(listing)
    store.add([replace(incoming("libel", "Kill this story.", modified="2024-03-07"), standing=Standing.WITHHELD)])
    assert [article.article_id for article in listing] == [incoming_id("last")]


@pytest.mark.parametrize("options", [[], ["--versions"]])
def test_an_export_under_way_leaves_out_what_was_taken_down_and_goes_on(
    store: ArchiveStore, options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def written_slowly(value: object) -> None:
        if not written:
            take_down(store.folder)
        written.append(json.dumps(value))

    monkeypatch.setattr(archive.commands, "print_line", written_slowly)
    assert app.main(["--archive", str(store.folder), "export", *options]) == 0
    assert [json.loads(line)["url"] for line in written] == [
        f"https://news.example/{name}" for name in ("first", "last")
    ]
    assert not any("Wrangelmeier" in line for line in written)


def test_an_export_leaves_out_what_is_taken_down_between_an_article_and_its_versions(
    store: ArchiveStore, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = ArchiveStore.articles

    def removed_once_listed(self: ArchiveStore, **options: str) -> Iterator[object]:
        for article in listed(self, **options):  # type: ignore[arg-type]
            if article.article_id == incoming_id("libel"):
                take_down(store.folder)
            yield article

    monkeypatch.setattr(ArchiveStore, "articles", removed_once_listed)
    assert app.main(["--archive", str(store.folder), "export", "--versions"]) == 0
    assert "Wrangelmeier" not in capsys.readouterr().out


def test_a_backup_under_way_is_begun_anew(store: ArchiveStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Path] = []
    walked = archive.backup.side_files

    def removed_meanwhile(folder: Path, registered: Sequence[Path]) -> Iterator[Path]:
        looked.append(folder)
        if len(looked) == 1:
            take_down(store.folder)
        return iter(list(walked(folder, registered)))

    monkeypatch.setattr(archive.backup, "side_files", removed_meanwhile)
    store.backup(tmp_path / "backup.sqlite3")
    assert b"Wrangelmeier" not in (tmp_path / "backup.sqlite3").read_bytes()
    assert len(looked) == 2
    (tmp_path / "restored").mkdir()
    (tmp_path / "backup.sqlite3").rename(tmp_path / "restored" / "catalog.sqlite3")
    with open_store(tmp_path / "restored", embedder=None) as restored:
        assert [article.article_id for article in restored.articles(order="ingested")] == [
            incoming_id("first"),
            incoming_id("last"),
        ]


def test_a_backup_among_takedowns_without_end_is_none(
    store: ArchiveStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def removed_meanwhile(folder: Path, registered: Sequence[Path]) -> Iterator[Path]:
        with sqlite3.connect(store.folder / "catalog.sqlite3") as other:
            other.execute("INSERT INTO tombstones VALUES (hex(randomblob(8)), 'x', '', '')")
        return iter(())

    monkeypatch.setattr(archive.backup, "side_files", removed_meanwhile)
    with pytest.raises(ArchiveError, match="one after another"):
        store.backup(tmp_path / "backup.sqlite3")
    assert not list(tmp_path.glob("backup*"))


def test_what_changed_in_an_article_taken_down_meanwhile_is_nothing(
    store: ArchiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cited, *_) = store.passages_of(incoming_id("libel"), version=1)
    assert store.changed_since(cited.passage_id) is not None
    found = store.passage(cited.passage_id)

    def found_and_removed(passage_id: str) -> object:
        take_down(store.folder)
        return found

    monkeypatch.setattr(store, "passage", found_and_removed)
    assert store.changed_since(cited.passage_id) is None


def test_versions_of_what_is_taken_down_once_it_is_named_are_unknown(
    store: ArchiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = store._catalog
    number = catalog.number_of(incoming_id("libel"))
    take_down(store.folder)
    monkeypatch.setattr(catalog, "number_of", lambda name: number)
    with pytest.raises(UnknownArticleError):
        store.versions(incoming_id("libel"))
