"""Every match, not the best few; what a version changed; what was printed just before and after."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from archive.errors import ArchiveError, UnknownArticleError
from archive.filters import SearchFilter
from archive.store import ArchiveStore
from tests.archive.support import incoming, incoming_id, open_store, random_signature


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveStore]:
    with open_store(tmp_path_factory.mktemp("archive")) as opened:
        wire = random_signature(1).tobytes()
        filler = "Nothing else happened. " * 8
        opened.add(
            [
                incoming("a", f"The ferry ran aground. {filler} Divers looked at the hull.", outlet="Tide"),
                incoming("b", "Ferries stay in harbour.", outlet="tide", published="2024-04-02", title="Storm"),
                incoming("c", "Divers found amphorae.", outlet="Post", published="2024-04-01", title="Ferry delayed"),
                incoming("d", "The ferry sails again.", outlet="Post", published=None),
                incoming("e", "Wire: a ferry was sold.", outlet="Wire", published="2024-02-01", signature=wire),
                incoming("f", "Wire: a ferry was sold!", outlet="Post", published="2024-02-01", signature=wire),
                incoming("g", "Nothing of it.", outlet="Ferry News", published="2024-02-02"),
                incoming("h", "The first ferry report.", published="2023-01-05"),
            ]
        )
        opened.add(
            [incoming("h", "The corrected report, without that word.", published="2023-01-05", modified="2023-01-09")]
        )
        yield opened


def names(store: ArchiveStore, *arguments: object, **options: object) -> list[str]:
    known = {incoming_id(name): name for name in "abcdefgh"}
    return [known[article.article_id] for article in store.matching_articles(*arguments, **options)]  # type: ignore[arg-type]


def test_every_article_with_all_words_is_found_wherever_they_stand_by_day(store: ArchiveStore) -> None:
    assert names(store, "ferries") == ["e", "f", "a", "c", "b", "d"]
    assert names(store, "ferry divers") == ["a", "c"]  # in two passages; in title and text
    assert names(store, "the ferry") == names(store, "ferry")
    assert names(store, "amphorae sold", any_word=True) == ["e", "f", "c"]
    assert names(store, "", phrases=("ran aground",)) == ["a"]
    assert names(store, "ferry", phrases=("aground ran",)) == []
    assert names(store, "zeppelin") == []
    assert len(names(store)) == 8


def test_filters_and_the_day_seen_from_hold(store: ArchiveStore) -> None:
    assert names(store, "ferry", SearchFilter(outlets=("TIDE",))) == ["a", "b"]
    assert names(store, "ferry", SearchFilter(published_from=date(2024, 4, 1))) == ["c", "b"]
    assert names(store, "ferry", SearchFilter(as_of=date(2023, 1, 6))) == ["h"]
    assert names(store, "ferry", SearchFilter(as_of=date(2023, 2, 6))) == []
    assert names(store, "ferry", SearchFilter(article_ids=(incoming_id("d"),))) == ["d"]
    assert names(store, "ferry", SearchFilter(article_ids=("unknown",))) == []


def test_counts_are_by_outlet_and_month_and_take_copies_for_one_story(store: ArchiveStore) -> None:
    counts = store.match_counts("ferry")
    assert (counts.articles, counts.stories, counts.undated) == (6, 5, 1)
    assert dict(counts.by_outlet) == {"Post": 3, "tide": 2, "Wire": 1}
    assert counts.by_month == (("2024-02", 2), ("2024-03", 1), ("2024-04", 2))
    assert (counts.first_day, counts.last_day) == (date(2024, 2, 1), date(2024, 4, 2))
    assert store.match_counts("zeppelin").articles == 0


def test_counts_are_by_section_and_by_author_too(tmp_path: Path) -> None:
    with open_store(tmp_path) as opened:
        opened.add(
            [
                incoming("a", "A ferry.", section="Ports", authors=("Ann Ross", "Bo Lind")),
                incoming("b", "Two ferries.", section="ports", authors=("ann ross",)),
                incoming("c", "Ferry without either."),
            ]
        )
        counts = opened.match_counts("ferry")
    assert [(name.casefold(), count) for name, count in counts.by_section] == [("ports", 2)]
    assert [(name.casefold(), count) for name, count in counts.by_author] == [("ann ross", 2), ("bo lind", 1)]


def test_a_damaged_index_is_an_error_and_not_a_count_of_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path) as opened:
        opened.add([incoming("a", "A ferry.")])
    shutil.rmtree(tmp_path / "keyword-0001")
    with open_store(tmp_path) as opened, pytest.raises(ArchiveError, match="rebuild"):
        opened.match_counts("ferry")


def test_neighbours_are_the_nearest_before_and_after(store: ArchiveStore) -> None:
    before, after = store.neighbours(incoming_id("a"), 2)
    assert [article.article_id for article in before] == [incoming_id("g"), incoming_id("f")]
    assert [article.article_id for article in after] == [incoming_id("c"), incoming_id("b")]
    before, after = store.neighbours(incoming_id("c"), 9, SearchFilter(outlets=("Post",)))
    assert ([article.article_id for article in before], after) == ([incoming_id("f")], [])
    assert store.neighbours(incoming_id("d")) == ([], [])
    with pytest.raises(UnknownArticleError):
        store.neighbours("nobody")


def test_a_version_says_what_it_changed(tmp_path: Path) -> None:
    with open_store(tmp_path) as opened:
        opened.add([incoming("v", "The fire killed two. It began at noon.\nThe cause is unknown.", outlet="Post")])
        later = "The fire killed three. It began at noon.\nThe cause is unknown.\nCorrection: three died."
        opened.add(
            [
                incoming(
                    "v", later, title="New", outlet="Post", modified="2024-03-07", correction="Correction: three died."
                )
            ]
        )
        first, second = opened.version_changes(incoming_id("v"))
    assert (first.fields, first.removed, first.added, first.correction) == ((), (), (), None)
    assert second.removed == ("The fire killed two.",)
    assert second.added == ("The fire killed three.", "Correction: three died.")
    assert [(change.field, change.before, change.after) for change in second.fields] == [("title", "Title of v", "New")]
    assert second.correction == "Correction: three died." and second.version.current
