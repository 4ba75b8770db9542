"""Versions in time: what returns, what is cut short, what is cleaned anew, what may not be seen."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import archive.embargo
from archive.article import Passage
from archive.catalog import FoundPassage
from archive.errors import UnknownArticleError
from archive.filters import SearchFilter, admits
from archive.records import IncomingArticle, Outcome, Standing
from archive.store import ArchiveStore, RemovalSelector
from tests.archive.sound import problems_of
from tests.archive.support import found, incoming, incoming_id, near, open_store, random_signature

A, B = "The toll of the fire is four, says the brigade.", "The toll of the fire is six, says the brigade."
NOW = datetime.now(UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArchiveStore]:
    with open_store(tmp_path / "archive") as opened:
        yield opened


def text_as_of(store: ArchiveStore, day: int) -> list[str]:
    where = SearchFilter(as_of=date(2024, 3, day))
    texts = [hit.passage.text for hit in store.keyword_search("toll", 9, where)]
    assert [article.text for article in store.articles(where)] == texts
    assert [hit.passage.text for hit in store.vector_search(store.embedder.embed_query("toll"), 9, where)] == texts  # type: ignore[union-attr]
    return texts


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_text_that_comes_back_was_valid_twice_in_whatever_order_it_is_read(tmp_path: Path, order: list[int]) -> None:
    readings = [
        incoming("a", A),
        incoming("a", B, modified="2024-03-08"),
        incoming("a", A, modified="2024-03-12"),
    ]
    with open_store(tmp_path) as store:
        for position in order:
            store.add([readings[position]])
        store.embed_pending()
        assert [text_as_of(store, day) for day in (4, 5, 7, 8, 11, 12, 30)] == [[], [A], [A], [B], [B], [A], [A]]
        assert [version.article.text for version in store.versions(incoming_id("a"))] == [A, B, A]
        assert store.article(incoming_id("a")).text == A
        (hit,) = store.keyword_search("toll", 9)
        cited = store.passage(hit.passage.passage_id)
        assert cited is not None and cited[0].text == A
        assert problems_of(store) == ()
        for reading in readings:
            assert [result.outcome for result in store.add([reading])] == [Outcome.UNCHANGED]
        assert store.status().versions == 3


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (0, 4, 1, 3, 2), (4, 0, 3, 1, 2)])
def test_a_text_read_before_and_after_two_others_is_split_once(tmp_path: Path, order: tuple[int, ...]) -> None:
    texts = [A, B, A, "The toll of the fire is seven, says the brigade.", A]
    readings = [
        incoming("a", text, modified=f"2024-03-{day:02}", outlet="Post", raw=text.encode())
        for text, day in zip(texts, (6, 8, 10, 12, 14), strict=True)
    ]
    with open_store(tmp_path) as store:
        for position in order:
            store.add([readings[position]])
        assert [version.article.text for version in store.versions(incoming_id("a"))] == texts
        assert store.article(incoming_id("a"), with_raw=True).raw == A.encode()
        for day in (6, 10, 14):  # each stands for itself: in filters, too
            where = SearchFilter(as_of=date(2024, 3, day), outlets=("post",))
            assert [article.text for article in store.articles(where)] == [A]


FULL = "The dam at Brenk broke at dawn. Forty houses are under water. " * 6 + "The minister will come on Friday."


def test_a_page_cut_short_does_not_replace_the_fuller_text_and_is_counted(store: ArchiveStore) -> None:
    store.add([incoming("dam", FULL)])
    for short in (FULL[:100], FULL[:90] + " …", FULL[31:200], f"{FULL[:62]}\n{FULL[62:124]}"):
        assert [result.outcome for result in store.add([incoming("dam", short)])] == [Outcome.SHORTER], short
    stub = "The dam at Brenk broke at dawn. Forty houses are under water. Read on with us."
    (result,) = store.add([incoming("dam", stub, modified="2024-03-09", partial=True)])
    assert result.outcome is Outcome.UPDATED  # a third of it is new: that isn't a part
    stub = FULL[:124]
    (result,) = store.add([incoming("dam", FULL, modified="2024-03-10")])
    (result,) = store.add([incoming("dam", stub, modified="2024-03-11", partial=True)])
    assert (result.outcome, store.article(incoming_id("dam")).text) == (Outcome.SHORTER, FULL)
    # what was modified, and isn't known to be partial, is an editor's work
    (result,) = store.add([incoming("dam", stub, modified="2024-03-12")])
    assert (result.outcome, store.article(incoming_id("dam")).text) == (Outcome.UPDATED, stub)


def test_a_fuller_text_replaces_a_part_that_was_read_first(store: ArchiveStore) -> None:
    store.add([incoming("dam", FULL[:90])])
    assert store.add([incoming("dam", FULL)])[0].outcome is Outcome.UPDATED
    assert store.article(incoming_id("dam")).text == FULL


def test_the_same_input_cleaned_better_is_the_same_version(store: ArchiveStore) -> None:
    raw = b"<p>The toll of the fire is four.</p><p>SHARE</p>"
    before = replace(
        incoming("a", "The toll of the fire is four.\nSHARE", raw=raw), signature=random_signature(1).tobytes()
    )
    store.add([before])
    (old,) = store.passages_of(incoming_id("a"))
    store.embed_pending()
    assert store.add([incoming("a", "The toll of the fire is four.", raw=raw)])[0].outcome is Outcome.UPDATED
    (version,) = store.versions(incoming_id("a"))
    assert version.article.text == "The toll of the fire is four." and version.article.raw is None
    assert store.article(incoming_id("a"), with_raw=True).raw == raw
    assert found(store, "share") == []
    assert store.passage(old.passage_id) is None
    store.embed_pending()
    assert near(store, "toll") == [incoming_id("a")]
    assert problems_of(store) == ()


def test_what_was_corrected_since_is_told_of_a_cited_passage(store: ArchiveStore) -> None:
    store.add([incoming("a", A)])
    (cited,) = store.passages_of(incoming_id("a"))
    assert store.changed_since(cited.passage_id) is None
    notice = "Correction: the toll is six, not four."
    store.add([incoming("a", f"{B} {notice}", modified="2024-03-08", correction=notice)])
    change = store.changed_since(cited.passage_id)
    assert change is not None and change.correction == notice
    assert (change.removed, change.added) == ((A,), (B, notice))
    (hit,) = store.keyword_search("toll", 3, SearchFilter(as_of=date(2024, 3, 6)))
    assert (hit.superseded, hit.corrected_since) == (True, notice)
    (hit,) = store.keyword_search("toll", 3)
    assert (hit.superseded, hit.corrected_since) == (False, None)
    assert store.changed_since("nobody.aaaaaa.0") is None


# --- what may not be seen ---------------------------------------------------------------------------------------------


def held(item: IncomingArticle, **changes: object) -> IncomingArticle:
    return replace(item, **changes)  # type: ignore[arg-type]


def assert_invisible(store: ArchiveStore, name: str, word: str) -> None:
    """Nothing that reads tells of the article."""
    article_id = incoming_id(name)
    for where in (SearchFilter(), SearchFilter(as_of=date(2030, 1, 1)), SearchFilter(outlets=("Wire",))):
        assert article_id not in found(store, word, where=where)
        assert article_id not in near(store, word, 99, where=where)
        assert article_id not in [article.article_id for article in store.articles(where)]
        assert article_id not in [article.article_id for article in store.matching_articles(word, where)]
    for called in (article_id, f"https://news.example/{name}", f"X-{name}"):
        with pytest.raises(UnknownArticleError):
            store.article(called)
        with pytest.raises(UnknownArticleError):
            store.versions(called)
    assert store.document_frequency([word]) == {word: 0}
    assert store.copies([article_id]) == {}
    assert all(article_id not in [other.article_id for other in others] for _, others in store.copies(["x"]).values())


class Clock(datetime):
    """The reader's clock, to be set."""

    offset = timedelta()

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return datetime.now(UTC) + cls.offset


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    Clock.offset = timedelta()
    monkeypatch.setattr(archive.embargo, "datetime", Clock)
    return Clock


def test_an_embargoed_article_is_invisible_until_its_hour_and_then_appears_without_a_run(
    store: ArchiveStore, clock: type[Clock], tmp_path: Path
) -> None:
    signature = random_signature(1).tobytes()
    store.add([incoming("open", "The mayor reads a speech. " * 9, outlet="Post", signature=signature)])
    secret = incoming(
        "secret", "Zander laureate named. " * 9, outlet="Wire", external_id="X-secret", signature=signature
    )
    (result,) = store.add([held(secret, embargoed_until=NOW + timedelta(hours=1))])
    assert (result.outcome, result.held, result.copy_of) == (Outcome.ADDED, "embargoed", None)
    store.embed_pending()
    assert_invisible(store, "secret", "zander")
    assert [name for name, _ in store.outlets()] == ["Post"]
    assert store.coverage().articles == 1 and store.passage_count == len(store.passages_of(incoming_id("open")))
    assert store.copies([incoming_id("open")])[incoming_id("open")][1] == []
    status = store.status()
    assert (status.articles, status.embargoed, status.withheld) == (1, 1, 0)
    assert problems_of(store) == ()
    store.rebuild()
    assert_invisible(store, "secret", "zander")
    with open_store(tmp_path / "archive", embedder=None) as reader:  # another one, which nobody tells
        assert found(reader, "zander") == []
        clock.offset = timedelta(hours=1, seconds=1)
        assert found(reader, "zander") == [incoming_id("secret")]
    assert near(store, "zander laureate", 1) == [incoming_id("secret")]  # embedded while it waited
    assert store.coverage().articles == 2 and store.status().embargoed == 0
    assert [article.article_id for article in store.copies([incoming_id("open")])[incoming_id("open")][1]] == [
        incoming_id("secret")
    ]
    assert found(store, "zander", where=SearchFilter(as_of=NOW.date() - timedelta(days=1))) == []  # nobody knew it then
    store.repair()
    assert problems_of(store) == ()


class _Stopped:
    """A clock that stands still."""

    def __init__(self, instant: datetime) -> None:
        self._instant = instant

    def now(self, zone: object) -> datetime:
        assert zone is UTC
        return self._instant


def test_an_embargo_ends_with_its_second(store: ArchiveStore, monkeypatch: pytest.MonkeyPatch) -> None:
    hour = (NOW + timedelta(hours=1)).replace(microsecond=0)
    store.add([held(incoming("a", A), embargoed_until=hour)])

    def text_at(instant: datetime) -> list[str]:
        monkeypatch.setattr(archive.embargo, "datetime", _Stopped(instant))
        return [article.text for article in store.articles()]

    assert text_at(hour - timedelta(seconds=1)) == []
    assert text_at(hour) == [A]


def test_a_new_version_under_embargo_leaves_the_old_one_answering(store: ArchiveStore, clock: type[Clock]) -> None:
    store.add([incoming("a", A)])
    store.add([held(incoming("a", B, modified="2024-03-09"), embargoed_until=NOW + timedelta(hours=1))])
    assert [version.article.text for version in store.versions(incoming_id("a"))] == [A]
    assert found(store, "six") == []
    clock.offset = timedelta(hours=2)
    assert [version.article.text for version in store.versions(incoming_id("a"))] == [A, B]
    assert (found(store, "six"), found(store, "four")) == ([incoming_id("a")], [])


def test_an_embargo_is_lifted_or_extended_by_a_later_message(store: ArchiveStore) -> None:
    item = incoming("a", A)
    store.add([held(item, embargoed_until=NOW + timedelta(hours=1))])
    later = incoming("a", A, modified="2024-03-06")
    assert store.add([later])[0].outcome is Outcome.UPDATED
    assert found(store, "toll") == [incoming_id("a")]
    past = incoming("b", B)
    store.add([held(past, embargoed_until=NOW - timedelta(hours=1))])
    assert incoming_id("b") in found(store, "toll")


def test_withheld_ones_are_hidden_until_the_sender_releases_them(store: ArchiveStore) -> None:
    store.add([incoming("a", A, external_id="urn:a", outlet="Wire")])
    store.embed_pending()
    notice = held(
        incoming("a", A, external_id="urn:a", outlet="Wire", modified="2024-03-06"), standing=Standing.WITHHELD
    )
    (result,) = store.add([notice])
    assert (result.outcome, result.held) == (Outcome.UPDATED, "withheld")
    assert_invisible(store, "a", "toll")
    assert (store.status().articles, store.status().withheld) == (0, 1)
    assert store.add([incoming("a", A)])[0].held == "withheld"  # an older record doesn't release it
    assert problems_of(store) == ()
    released = incoming("a", A, external_id="urn:a", outlet="Wire", modified="2024-03-07")
    assert store.add([released])[0].held is None
    assert found(store, "toll") == near(store, "toll") == [incoming_id("a")]
    store.add([held(incoming("new", B, outlet="Wire", external_id="X-new"), standing=Standing.WITHHELD)])
    assert_invisible(store, "new", "six")


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("withheld_first", [True, False])
@pytest.mark.parametrize("moment", ["2024-03-06", "2024-03-06T12:00:00+00:00"])
def test_of_two_messages_of_one_moment_the_withholding_is_believed(
    store: ArchiveStore, moment: str, withheld_first: bool, together: bool
) -> None:
    store.add([incoming("a", A)])
    notice = held(incoming("a", A, modified=moment), standing=Standing.WITHHELD)
    messages = [notice, incoming("a", B, modified=moment)]
    if not withheld_first:
        messages.reverse()
    for batch in [messages] if together else [[message] for message in messages]:
        store.add(batch)
    store.embed_pending()
    assert_invisible(store, "a", "toll")
    assert store.status().withheld == 1
    assert store.add([incoming("a", B, modified="2024-03-07")])[0].held is None  # a later one releases it
    assert found(store, "toll") == [incoming_id("a")]


def test_a_notice_of_an_earlier_moment_withholds_nothing(store: ArchiveStore) -> None:
    store.add([incoming("a", A, modified="2024-03-06")])
    earlier = held(incoming("a", A, modified="2024-03-05"), standing=Standing.WITHHELD)
    assert store.add([earlier])[0].held is None
    assert found(store, "toll") == [incoming_id("a")]


def test_a_notice_without_text_withholds_what_it_names(store: ArchiveStore) -> None:
    store.add([incoming("a", A, external_id="urn:newsml:a:1", outlet="Wire")])
    bare = replace(incoming("other", "", external_id="urn:newsml:a:1", published=None), spans=())
    assert store.add([held(bare, standing=Standing.WITHHELD)])[0].held == "withheld"
    assert found(store, "toll") == []
    unknown = replace(incoming("nobody", "", published=None), spans=())
    assert store.add([held(unknown, standing=Standing.WITHHELD)])[0].held == "withheld"
    assert store.status().withheld == 2 and problems_of(store) == ()
    # what it withholds may come later, and may be taken down before
    assert store.add([incoming("nobody", B, published=None)])[0].held == "withheld"
    assert found(store, "toll") == []
    store.add([held(replace(incoming("never", ""), spans=()), standing=Standing.WITHHELD)])
    store.remove(RemovalSelector(names=(incoming_id("never"),)), "test")
    assert store.add([incoming("never", B)])[0].outcome is Outcome.REMOVED


def test_a_notice_without_a_day_stands_until_something_newer_comes(store: ArchiveStore) -> None:
    store.add([incoming("a", A, external_id="urn:newsml:a:1", outlet="Wire", modified="2024-03-08")])
    bare = replace(incoming("other", "", external_id="urn:newsml:a:1", published=None), spans=())
    assert store.add([held(bare, standing=Standing.WITHHELD)])[0].held == "withheld"
    for day in ("2024-03-06", "2024-03-08"):
        assert store.add([incoming("a", A, outlet="Wire", modified=day)])[0].held == "withheld"
    assert store.add([incoming("a", A, outlet="Wire", modified="2024-03-09")])[0].held is None


@pytest.mark.parametrize("day", ["2024-03-06", None])
def test_a_record_without_a_day_releases_nothing(store: ArchiveStore, day: str | None) -> None:
    store.add([incoming("a", A, published=None)])
    notice = held(incoming("a", A, published=None, modified=day), standing=Standing.WITHHELD)
    assert store.add([notice])[0].held == "withheld"
    for text in (A, B):  # a page read again, which may be older than the notice
        assert store.add([incoming("a", text, published=None)])[0].held == "withheld"
    assert found(store, "toll") == []
    assert store.add([incoming("a", B, published=None, modified="2024-03-07")])[0].held is None


def test_a_notice_without_a_day_withholds_what_comes_first_after_it(store: ArchiveStore) -> None:
    store.add([held(replace(incoming("a", "", published=None), spans=()), standing=Standing.WITHHELD)])
    assert store.add([incoming("a", A)])[0].held == "withheld"
    assert store.add([incoming("a", A, modified="2024-03-07")])[0].held is None


def test_an_older_record_doesnt_release_what_was_withheld_from_the_first(store: ArchiveStore) -> None:
    store.add([held(incoming("a", A, modified="2024-03-06"), standing=Standing.WITHHELD)])
    for day in ("2024-03-05", "2024-03-06", None):
        assert store.add([incoming("a", B, modified=day, published=None)])[0].held == "withheld", day
    assert store.add([incoming("a", B, modified="2024-03-07")])[0].held is None


def test_what_was_withheld_from_the_first_is_released_in_its_own_words(store: ArchiveStore) -> None:
    store.add([held(incoming("a", A, modified="2024-03-06"), standing=Standing.WITHHELD)])
    released = store.add([incoming("a", A, modified="2024-03-07")])[0]
    assert (released.outcome, released.held) == (Outcome.UPDATED, None)
    assert found(store, "toll") == [incoming_id("a")] and problems_of(store) == ()


def test_of_several_notices_the_latest_counts(store: ArchiveStore) -> None:
    store.add([incoming("a", A)])
    for day in ("2024-03-08", "2024-03-06"):
        store.add([held(incoming("a", A, modified=day), standing=Standing.WITHHELD)])
    store.add([held(incoming("b", A, modified="2024-03-06"), standing=Standing.WITHHELD)])
    store.add([held(incoming("b", A, modified="2024-03-08"), standing=Standing.WITHHELD)])
    for name in ("a", "b"):
        assert store.add([incoming(name, B, modified="2024-03-07")])[0].held == "withheld", name
        assert store.add([incoming(name, B, modified="2024-03-09")])[0].held is None


def test_a_cancellation_hides_at_once_takes_down_and_keeps_out(store: ArchiveStore, tmp_path: Path) -> None:
    item = incoming("a", "Quastenflosser shares suspended. " * 9, external_id="urn:newsml:a", outlet="Wire")
    store.add([item, incoming("b", B)])
    cancel = replace(incoming("a", "", external_id="urn:newsml:a", outlet="Wire"), spans=(), standing=Standing.CANCELED)
    assert store.add([cancel])[0].outcome is Outcome.REMOVED
    assert found(store, "Quastenflosser") == []
    assert (store.add([item])[0].outcome, store.status().withheld) == (Outcome.REMOVED, 1)
    report = store.finish_cancellations()
    assert report is not None and [gone.article_id for gone in report.removed] == [incoming_id("a")]
    assert report.left == () and report.reason == "canceled by its sender"
    assert not any(b"uastenflosser" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert store.finish_cancellations() is None
    assert store.add([item])[0].outcome is Outcome.REMOVED
    # a cancellation that comes before its article keeps it out as well, whatever the address
    store.add([replace(cancel, article=replace(cancel.article, external_id="urn:newsml:c", identity="c", url=None))])
    assert store.add([incoming("c", "Another one.", external_id="urn:newsml:c")])[0].outcome is Outcome.REMOVED
    assert store.add([incoming("d", "Another one.", external_id="c")])[0].outcome is Outcome.ADDED


def test_a_takedown_reaches_what_is_held_and_is_known_by_every_name(store: ArchiveStore, tmp_path: Path) -> None:
    secret = incoming("s", "Quastenflosser laureate named. " * 9, external_id="7", outlet="Wire")
    store.add([held(secret, embargoed_until=NOW + timedelta(days=1)), incoming("b", B)])
    report = store.remove(RemovalSelector(names=("7",)), "asked")
    assert [gone.title for gone in report.removed] == ["Title of s"] and report.left == ()
    assert not any(b"uastenflosser" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    again = store.remove(RemovalSelector(names=("7", incoming_id("s"), "https://news.example/s")), "asked")
    assert again.already_removed == ("7", incoming_id("s"), "https://news.example/s")
    # "7" of another source is another article
    assert store.add([incoming("t", "Another one.", external_id="7", outlet="Post")])[0].outcome is Outcome.ADDED


def test_a_catalog_of_the_schema_before_is_migrated_whole(tmp_path: Path) -> None:
    from archive.schema import MIGRATIONS, SCHEMA_VERSION

    with closing(sqlite3.connect(tmp_path / "catalog.sqlite3")) as old:
        for script in MIGRATIONS[:3]:
            old.executescript(script)
        old.executescript(
            "PRAGMA user_version = 3; PRAGMA journal_mode = WAL;"
            "INSERT INTO articles (article_id, identity, url, current, cluster) "
            "VALUES ('x', 'https://news.example/a', 'https://news.example/a', 2, 1);"
        )
        old.execute("UPDATE articles SET article_id = ?", (incoming_id("a"),))
        for number, (text, modified, until) in enumerate(((A, None, 738953), (B, "2024-03-08", 2**31 - 1)), 1):
            old.execute(
                "INSERT INTO versions VALUES (?, 1, ?, ?, 738950, ?, ?, ?, '2024-04-01T00:00:00+00:00', 'Title', NULL, "
                "'https://news.example/a', 'Post', '[]', NULL, 'en', NULL, '2024-03-05', ?, 'given', 0.9, 0, NULL, "
                "'f', NULL, '{}')",
                (number, f"{number}", number - 1, 738950 + 3 * (number - 1), until, f"2024-03-0{number}", modified),
            )
            old.execute("INSERT INTO bodies VALUES (?, ?, NULL)", (number, text))
            old.execute("INSERT INTO labels VALUES ('outlet', 'post', ?)", (number,))
            old.execute('INSERT INTO passages (version, number, start, "end") VALUES (?, 0, 0, ?)', (number, len(text)))
            old.execute("INSERT INTO pending VALUES (738950, ?)", (number,))
        old.execute("UPDATE versions SET hash = lower(hex(hash))")
        old.commit()
    with open_store(tmp_path) as store:
        assert (tmp_path / f"catalog-before-schema-{SCHEMA_VERSION}.sqlite3").is_file()
        assert [version.article.text for version in store.versions(incoming_id("a"))] == [A, B]
        store.repair()
        assert store.embed_pending() == 2
        assert text_as_of(store, 6) == [A] and text_as_of(store, 9) == [B]
        assert store.add([incoming("a", A, modified="2024-03-20")])[0].outcome is Outcome.UPDATED
        assert len(store.versions(incoming_id("a"))) == 3
        store.remove(RemovalSelector(names=(incoming_id("a"),)), "test")
        with closing(sqlite3.connect(tmp_path / "catalog.sqlite3")) as connection:
            for table in ("versions", "bodies", "passages", "labels"):
                assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608


@pytest.mark.parametrize(
    ("as_of", "admitted"), [("2024-03-04", False), ("2024-03-05", True), ("2024-03-08", True), ("2024-03-09", False)]
)
def test_the_catalog_has_the_last_word_on_the_day_a_version_was_valid(as_of: str, admitted: bool) -> None:
    """Whatever an index says: the first day counts, the day of the next version doesn't."""
    article = incoming("bridge", "The bridge is shut.").article
    days = [date.fromisoformat(day).toordinal() for day in ("2024-03-05", "2024-03-09")]
    found = FoundPassage(
        Passage("p", article.article_id, 0, 3, "The"), article, live=False, day=days[0], valid_from=days[0],
        valid_until=days[1],
    )  # fmt: skip
    assert admits(SearchFilter(as_of=date.fromisoformat(as_of)), found) is admitted
    assert not admits(SearchFilter(), found), "what has been replaced isn't found without a day"
