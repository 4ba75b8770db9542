"""Corrections by hand: they stay, they can be taken back, and everything follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from archive.article import DateSource, Timestamp
from archive.changes import FieldChange
from archive.editing import value_by_hand
from archive.errors import UnknownArticleError, UsageError
from archive.filters import SearchFilter
from archive.records import Outcome
from archive.store import ArchiveStore, RemovalSelector
from tests.archive.sound import problems_of
from tests.archive.support import found, incoming, incoming_id, near, open_store, random_signature

TODAY = date(2026, 11, 26)
TEXT = "The bridge at Brenk was closed after a lorry struck its pier."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArchiveStore]:
    with open_store(tmp_path / "archive") as opened:
        opened.add([incoming("a", TEXT, outlet="Psot", title="Brigde closed"), incoming("b", "Another story.")])
        opened.embed_pending()
        yield opened


def by_hand(**values: object) -> dict[str, object]:
    return {field: value_by_hand(field, value, today=TODAY) for field, value in values.items()}  # type: ignore[arg-type]


def test_an_edit_is_seen_at_once_everywhere_and_says_what_was(store: ArchiveStore) -> None:
    report = store.edit(
        incoming_id("a"), by_hand(title="Bridge shut", outlet="Post", published="2023-05-06", authors=["Bo Ray"])
    )
    assert report.changes == (
        FieldChange("title", "Brigde closed", "Bridge shut"),
        FieldChange("outlet", "Psot", "Post"),
        FieldChange("authors", None, "Bo Ray"),
        FieldChange("published", "2024-03-05", "2023-05-06"),
    )
    assert report.by_hand == {
        "authors": "Bo Ray", "outlet": "Post", "published": "2023-05-06", "title": "Bridge shut"
    }  # fmt: skip
    assert (found(store, "brigde"), found(store, "shut")) == ([], [incoming_id("a")])
    may = SearchFilter(published_from=date(2023, 5, 6), published_to=date(2023, 5, 6), outlets=("post",))
    assert found(store, "bridge", where=may) == [incoming_id("a")]
    assert report.to_embed == 1 and near(store, "bridge", where=may) == []
    assert store.embed_pending(article=incoming_id("a")) == 1
    assert near(store, "bridge", where=may) == [incoming_id("a")]
    assert found(store, "bridge", where=SearchFilter(authors=("bo ray",))) == [incoming_id("a")]
    assert [name for name, _ in store.outlets()] == ["Post"]
    article = store.article(incoming_id("a"))
    assert (article.date_source, article.date_confidence) == (DateSource.BY_HAND, 1.0)
    assert problems_of(store) == ()


def test_an_edit_survives_the_record_again_changed_and_new_versions(store: ArchiveStore) -> None:
    store.edit(incoming_id("a"), by_hand(outlet="Post", published="2024-03-01"))
    same = incoming("a", TEXT, outlet="Psot", title="Brigde closed")
    assert store.add([same])[0].outcome is Outcome.UNCHANGED
    changed = incoming("a", TEXT, outlet="Psot!", title="Bridge closed", published="2024-03-06")
    assert store.add([changed])[0].outcome is Outcome.UPDATED
    store.add([incoming("a", f"{TEXT} It reopens on Friday.", outlet="Psot", modified="2024-03-09")])
    for version in store.versions(incoming_id("a")):
        assert (version.article.outlet, version.article.published) == ("Post", Timestamp(date(2024, 3, 1)))
    assert store.article(incoming_id("a")).title == "Title of a"
    assert [article.text for article in store.articles(SearchFilter(as_of=date(2024, 3, 2)))] == [TEXT]
    # taken back, each version says what its source says
    report = store.edit(incoming_id("a"), {}, ["outlet", "published"])
    assert report.by_hand == {}
    assert [version.article.outlet for version in store.versions(incoming_id("a"))] == ["Psot!", "Psot"]
    days = [
        version.article.published.iso() for version in store.versions(incoming_id("a")) if version.article.published
    ]
    assert days == ["2024-03-06", "2024-03-05"]
    assert problems_of(store) == ()


def test_clearing_and_editing_again_and_nothing_to_do(store: ArchiveStore) -> None:
    generation = store.generation
    assert store.edit("https://news.example/a", {}).changes == () and store.generation == generation
    store.edit(incoming_id("a"), by_hand(title="One"))
    assert store.edit(incoming_id("a"), by_hand(title="Two")).changes == (FieldChange("title", "One", "Two"),)
    assert store.edit(incoming_id("a"), {}, ["title"]).changes == (FieldChange("title", "Two", "Brigde closed"),)
    assert store.edit(incoming_id("a"), {}, ["title"]).changes == ()


def test_a_date_may_be_unknown(store: ArchiveStore) -> None:
    store.edit(incoming_id("a"), by_hand(published="unknown"))
    assert store.article(incoming_id("a")).published is None and store.undated_count() == 1
    assert found(store, "bridge", where=SearchFilter(published_from=date(1900, 1, 1))) == []
    store.add([incoming("a", TEXT, published="2024-03-20")])
    assert store.article(incoming_id("a")).published is None


def test_an_outlet_by_hand_may_make_a_copy_of_it(store: ArchiveStore) -> None:
    generator_signature = random_signature(4).tobytes()
    store.add([incoming("c", "C" * 300, outlet="Tide", signature=generator_signature, published="2024-03-05")])
    store.add([incoming("d", "C" * 300, outlet="Tide", signature=generator_signature, published="2024-03-06")])
    store.edit(incoming_id("d"), by_hand(published="2024-03-01"))
    assert store.copies([incoming_id("c")])[incoming_id("c")][0] == incoming_id("d")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("published", "5 March", "--published takes 2024-03-05"),
        ("published", "2024-03-05T10:00", "--published takes"),
        ("published", "2031-01-01", "lies in the future"),
        ("title", "  ", "--title needs a text"),
        ("url", "news.example/a", "begins with http"),
        ("language", "English", "a code such as en"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_remedy(field: str, value: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        value_by_hand(field, value, today=TODAY)


def test_unknown_articles_and_fields(store: ArchiveStore) -> None:
    with pytest.raises(UnknownArticleError):
        store.edit("nobody", by_hand(title="x"))
    with pytest.raises(UsageError, match="text can't be edited"):
        store.edit(incoming_id("a"), {"text": "x"})


def test_a_takedown_forgets_edits_and_still_knows_the_article(store: ArchiveStore, tmp_path: Path) -> None:
    store.edit(incoming_id("a"), by_hand(outlet="Quastenflosser Post", title="Wrangelmeier"))
    store.remove(RemovalSelector(names=(incoming_id("a"),)), "test")
    for word in (b"Quastenflosser", b"Wrangelmeier"):
        assert not any(word in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    moved = incoming("elsewhere", TEXT, outlet="Psot")  # the same text from the outlet as its source names it
    assert store.add([moved])[0].outcome is Outcome.REMOVED
