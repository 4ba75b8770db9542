"""What is remembered between readings is never older than the catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from archive.article import Timestamp
from archive.filters import SearchFilter
from archive.store import ArchiveStore, IncomingArticle, RemovalSelector
from tests.assistant.small_archive import incoming, make_archive


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArchiveStore]:
    with make_archive(tmp_path / "archive", embed=False) as store:
        yield store


def again(article: IncomingArticle, text: str) -> IncomingArticle:
    return replace(article, article=replace(article.article, text=text), spans=((0, len(text)),))


def titles(store: ArchiveStore, query: str) -> list[str]:
    return [hit.article.title for hit in store.keyword_search(query, 5)]


def test_a_passage_searched_before_is_gone_when_it_was_taken_down(store: ArchiveStore, tmp_path: Path) -> None:
    assert "Dockers return to work in Tarn" in titles(store, "dockers rise 4.5 percent")
    with ArchiveStore.open(store.folder) as other:  # another process' takedown
        other.remove(RemovalSelector(names=("strike-ends",)), "court order")
    assert "Dockers return to work in Tarn" not in titles(store, "dockers rise 4.5 percent")


def test_an_article_searched_before_is_found_as_it_stands_now(store: ArchiveStore) -> None:
    first = incoming("weir", "Tarn Courier", "2024-06-01", "The weir of Tarn", "The weir of Tarn is 4 metres high.")
    store.add([first])
    assert store.keyword_search("weir metres", 1)[0].passage.text == "The weir of Tarn is 4 metres high."
    store.add([again(first, "The weir of Tarn is 5 metres high, not 4.")])
    assert store.keyword_search("weir metres", 1)[0].passage.text == "The weir of Tarn is 5 metres high, not 4."


def test_a_version_searched_before_is_superseded_once_another_answers(store: ArchiveStore) -> None:
    first = incoming("weir", "Tarn Courier", "2024-06-01", "The weir of Tarn", "The weir of Tarn is 4 metres high.")
    store.add([first])
    then = SearchFilter(as_of=date(2024, 6, 2))
    assert [hit.superseded for hit in store.keyword_search("weir metres", 1, then)] == [False]
    later = again(first, "The weir of Tarn is 5 metres high, not 4.")
    store.add([replace(later, article=replace(later.article, modified=Timestamp.from_iso("2024-06-09")))])
    found = store.keyword_search("weir metres", 1, then)
    assert [(hit.passage.text, hit.superseded) for hit in found] == [("The weir of Tarn is 4 metres high.", True)]


def test_the_archives_days_are_counted_anew_when_it_has_changed(store: ArchiveStore) -> None:
    before = store.coverage()
    assert store.coverage() == before
    store.add([incoming("late", "Tarn Courier", "2030-01-01", "Late", "This is late.")])
    after = store.coverage()
    assert after.articles == before.articles + 1
    assert after.last_day is not None
    assert after.last_day.year == 2030
