"""What goes in comes out: articles, versions, copies, and what filters let through."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.article import Article, DateSource, Timestamp
from archive.embedder import HashingEmbedder
from archive.errors import (
    ArchiveError,
    ArchiveNotFoundError,
    EmbedderMismatchError,
    UnknownArticleError,
)
from archive.filters import SearchFilter
from archive.store import ArchiveStore, IncomingArticle, Outcome
from tests.archive.sound import problems_of
from tests.archive.support import found, incoming, incoming_id, near, open_store, random_signature


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArchiveStore]:
    with open_store(tmp_path / "archive") as opened:
        yield opened


def outcomes(store: ArchiveStore, *batch: IncomingArticle) -> list[str]:
    return [result.outcome.value for result in store.add(batch)]


def test_an_added_article_is_found_by_its_words_at_once(store: ArchiveStore) -> None:
    result = store.add([incoming("harbour", "The harbour of Vellmar reopened.", outlet="The Tide", external_id="h-1")])
    assert result[0].outcome is Outcome.ADDED
    hit = store.keyword_search("harbours reopening", 5)[0]
    assert (hit.passage.text, hit.passage.article_id) == ("The harbour of Vellmar reopened.", incoming_id("harbour"))
    assert not hit.superseded
    for name in (incoming_id("harbour"), "h-1", "https://news.example/harbour", "http://www.news.example/harbour/#top"):
        assert store.article(name).text == "The harbour of Vellmar reopened."


def test_title_outlet_and_date_are_searchable_without_being_text(store: ArchiveStore) -> None:
    store.add([incoming("a", "Nothing of that here.", title="Ferries cancelled", outlet="Northern Post")])
    store.add([incoming("b", "Something else entirely.", published="2023-01-01")])
    for query in ("ferry", "northern post", "March 2024"):
        hits = store.keyword_search(query, 5)
        assert [hit.article.article_id for hit in hits] == [incoming_id("a")], query
        assert hits[0].passage.text == "Nothing of that here."


def test_a_missing_archive_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ArchiveNotFoundError, match="backissue ingest"):
        ArchiveStore.open(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_an_unknown_name_is_an_error_and_an_ambiguous_one_lists_the_ids(store: ArchiveStore) -> None:
    store.add([incoming("a", "One.", external_id="7"), incoming("b", "Two.", external_id="7")])
    with pytest.raises(UnknownArticleError, match="nothing-like-it"):
        store.article("nothing-like-it")
    with pytest.raises(UnknownArticleError, match=incoming_id("b")):
        store.article("7")


# --- versions ---------------------------------------------------------------------------------------------------------


def test_a_new_text_is_a_new_version_and_the_old_one_is_kept(store: ArchiveStore) -> None:
    store.add([incoming("a", "Twelve people were hurt.")])
    update = incoming("a", "Fourteen people were hurt.", modified="2024-03-07")
    assert outcomes(store, update) == ["updated"]
    assert store.article(incoming_id("a")).text == "Fourteen people were hurt."
    assert found(store, "fourteen") == [incoming_id("a")]
    assert found(store, "twelve") == []
    versions = store.versions(incoming_id("a"))
    assert [(v.version, v.article.text[:8], v.valid_from, v.current) for v in versions] == [
        (1, "Twelve p", date(2024, 3, 5), False),
        (2, "Fourteen", date(2024, 3, 7), True),
    ]
    assert store.passages_of(incoming_id("a"), version=1)[0].text == "Twelve people were hurt."
    for text in ("Twelve people were hurt.", "Fourteen people were hurt."):
        assert outcomes(store, incoming("a", text)) == ["unchanged"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2)])
def test_the_latest_modification_answers_whatever_the_order_of_reading(store: ArchiveStore, order: tuple[int]) -> None:
    texts = [
        incoming("a", "First text of it."),
        incoming("a", "Second text of it.", modified="2024-03-06T10:00:00+01:00"),
        incoming("a", "Third text of it.", modified="2024-03-06T12:00:00+01:00"),
    ]
    for position in order:
        store.add([texts[position]])
    assert store.article(incoming_id("a")).text == "Third text of it."
    assert [v.article.text for v in store.versions(incoming_id("a"))] == [t.article.text for t in texts]
    assert {hit.passage.text for hit in store.keyword_search("text", 9)} == {"Third text of it."}
    then = SearchFilter(as_of=date(2024, 3, 5))
    hits = store.keyword_search("text", 9, then)
    assert [(hit.passage.text, hit.superseded) for hit in hits] == [("First text of it.", True)]


def test_as_of_finds_the_version_valid_that_day_by_words_and_by_vectors(store: ArchiveStore) -> None:
    store.add([incoming("a", "The toll stands at twelve.")])
    store.add([incoming("a", "The toll stands at fourteen.", modified="2024-03-09")])
    store.add([incoming("later", "The toll of the year.", published="2024-04-01")])
    store.embed_pending()
    for day, text in (
        (5, "The toll stands at twelve."),
        (8, "The toll stands at twelve."),
        (9, "The toll stands at fourteen."),
    ):
        where = SearchFilter(as_of=date(2024, 3, day))
        assert [hit.passage.text for hit in store.keyword_search("toll", 9, where)] == [text]
        vector = store.embedder.embed_query("toll")  # type: ignore[union-attr]
        assert [hit.passage.text for hit in store.vector_search(vector, 9, where)] == [text]
        assert [article.text for article in store.articles(where)] == [text]
    assert store.keyword_search("toll", 9, SearchFilter(as_of=date(2024, 3, 4))) == []


def test_the_same_text_with_another_title_and_date_is_brought_up_to_date_in_place(store: ArchiveStore) -> None:
    store.add([incoming("a", "The bridge is closed.", title="Brigde closed", outlet="Post")])
    store.embed_pending()
    corrected = incoming("a", "The bridge is closed.", title="Bridge shut", published="2024-03-06")
    assert outcomes(store, corrected) == ["updated"]
    article = store.article(incoming_id("a"))
    assert (article.title, article.published, article.outlet) == ("Bridge shut", Timestamp(date(2024, 3, 6)), "Post")
    assert len(store.versions(incoming_id("a"))) == 1
    assert found(store, "shut") == [incoming_id("a")]
    assert found(store, "brigde") == []
    window = SearchFilter(published_from=date(2024, 3, 6), published_to=date(2024, 3, 6))
    assert store.pending_count == 1  # the title is embedded with the passage
    store.embed_pending()
    assert near(store, "shut", where=window) == [incoming_id("a")]
    assert problems_of(store) == ()


def test_a_version_replaced_stays_findable_until_the_new_one_is_searchable(
    store: ArchiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.add([incoming("a", "The old sentence.")])
    with monkeypatch.context() as patch:
        patch.setattr(store._indexes, "catch_up_keyword", lambda *_: None)  # killed between the two steps
        store.add([incoming("a", "The new sentence.", modified="2024-03-08")])
    assert [hit.passage.text for hit in store.keyword_search("sentence", 5)] == ["The old sentence."]
    store.repair()
    assert [hit.passage.text for hit in store.keyword_search("sentence", 5)] == ["The new sentence."]


# --- ledger, copies ---------------------------------------------------------------------------------------------------


def test_the_ledger_remembers_records(store: ArchiveStore) -> None:
    store.add([incoming("a", "Text.", ledger_key="digest-1")])
    assert store.ledger_lookup(["digest-1", "digest-2"])["digest-1"].article_id == incoming_id("a")
    assert len(store.ledger_lookup(["digest-1", "digest-2"])) == 1


def nearly(signature: np.ndarray, share: float, seed: int) -> bytes:
    """A signature that agrees with another one in that share of its values."""
    changed = signature.copy()
    generator = np.random.default_rng(seed)
    places = generator.permutation(len(signature))[: round(len(signature) * (1 - share))]
    changed[places] = generator.integers(0, 2**32, len(places), dtype=np.uint32)
    return changed.tobytes()


def test_copies_form_a_cluster_whose_face_is_the_earliest(store: ArchiveStore) -> None:
    story, other = random_signature(1), random_signature(2)
    results = store.add(
        [
            incoming("tide", "A" * 200, published="2024-03-06", signature=story.tobytes()),
            incoming("wire", "A" * 201, published="2024-03-05", signature=nearly(story, 0.85, 3)),
            incoming("other", "B" * 200, signature=other.tobytes()),
        ]
    )
    assert [result.copy_of for result in results] == [None, incoming_id("tide"), None]
    (last,) = store.add([incoming("late", "A" * 199, published="2024-03-09", signature=nearly(story, 0.9, 4))])
    assert last.copy_of == incoming_id("wire")
    families = store.copies([incoming_id(name) for name in ("tide", "other")])
    face, members = families[incoming_id("tide")]
    assert face == incoming_id("wire")
    assert [member.article_id for member in members] == [incoming_id("wire"), incoming_id("late")]
    assert families[incoming_id("other")] == (incoming_id("other"), [])
    # A rewritten article leaves the cluster.
    store.add([incoming("wire", "C" * 200, modified="2024-03-10", signature=random_signature(9).tobytes())])
    assert store.copies([incoming_id("tide")])[incoming_id("tide")][0] == incoming_id("tide")


def test_a_shortened_copy_is_a_copy_and_a_text_that_shares_some_is_not(store: ArchiveStore) -> None:
    story = random_signature(1)
    store.add([incoming("long", "A" * 1000, signature=story.tobytes())])
    short = store.add([incoming("short", "A" * 450, signature=nearly(story, 0.45, 5))])
    shares = store.add([incoming("shares", "B" * 1000, signature=nearly(story, 0.45, 6))])
    assert short[0].copy_of == incoming_id("long")
    assert shares[0].copy_of is None


# --- round trips, and filters against a naive reference ---------------------------------------------------------------

words = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=200)
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2030, 1, 1))
stamps = st.one_of(
    st.builds(Timestamp, days),
    days.map(lambda day: Timestamp(day, datetime(day.year, day.month, day.day, 13, 5, tzinfo=UTC))),
)
articles = st.builds(
    Article,
    article_id=st.just("x"),
    identity=st.just("x"),
    title=words,
    text=words.filter(bool),
    external_id=st.none() | words,
    url=st.none() | words,
    outlet=st.none() | st.sampled_from(["Post", "POST ", "Tide", "Straße"]),
    authors=st.lists(st.sampled_from(["O'Brien", "Łucja Ø", "o'brien"]), max_size=2).map(tuple),
    section=st.none() | st.sampled_from(["World", "world", "Sport"]),
    language=st.none() | st.sampled_from(["en", "EN", "de"]),
    kind=st.none() | words,
    published=st.none() | stamps,
    modified=st.none() | stamps,
    date_source=st.sampled_from(DateSource),
    date_confidence=st.floats(0, 1),
    partial=st.booleans(),
    correction=st.none() | words,
    source=words,
    raw=st.none() | st.binary(max_size=50),
    raw_media_type=st.none() | words,
    extra=st.dictionaries(words, st.none() | st.integers(-9, 9) | words | st.lists(words, max_size=2), max_size=3),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(article=articles, cuts=st.lists(st.integers(0, 200), max_size=4))
def test_an_article_comes_back_as_it_went_in(store: ArchiveStore, article: Article, cuts: list[int]) -> None:
    identity = str(uuid.uuid4())
    article = replace(article, article_id=identity, identity=identity)
    edges = sorted({0, len(article.text), *(cut for cut in cuts if cut < len(article.text))})
    spans = tuple(pairwise(edges))
    store.add([IncomingArticle(article, spans)])
    assert store.article(article.identity, with_raw=True) == article
    passages = store.passages_of(article.identity)
    assert "".join(passage.text for passage in passages) == article.text
    for passage in passages:
        assert article.text[passage.start : passage.end] == passage.text
        found_passage = store.passage(passage.passage_id)
        assert found_passage is not None and found_passage[0] == passage
    assert store.passage(article.identity + ".zz.0") is None


filters = st.builds(
    SearchFilter,
    published_from=st.none() | st.dates(date(2024, 1, 1), date(2024, 3, 1)),
    published_to=st.none() | st.dates(date(2024, 1, 1), date(2024, 3, 1)),
    outlets=st.sampled_from([(), ("post",), ("Tide", "post")]),
    sections=st.sampled_from([(), ("WORLD",)]),
    authors=st.sampled_from([(), ("O'Brien",), ("łucja  ø",)]),
    languages=st.sampled_from([(), ("en",)]),
    as_of=st.none() | st.dates(date(2024, 1, 1), date(2024, 3, 1)),
)


def passes(where: SearchFilter, article: Article) -> bool:
    """The filter, naively."""

    def among(wanted: tuple[str, ...], given_labels: tuple[str | None, ...]) -> bool:
        keys = {" ".join(label.casefold().split()) for label in wanted}
        return not wanted or any(label and " ".join(label.casefold().split()) in keys for label in given_labels)

    day = article.published.day if article.published else None
    if where.has_window and day is None:
        return False
    if where.published_from and day and day < where.published_from:
        return False
    if where.published_to and day and day > where.published_to:
        return False
    if where.as_of and day and day > where.as_of:
        return False
    return (
        among(where.outlets, (article.outlet,))
        and among(where.sections, (article.section,))
        and among(where.authors, article.authors)
        and among(where.languages, (article.language,))
    )


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ArchiveStore, list[Article]]]:
    generator = np.random.default_rng(7)

    def pick(*values: object) -> object:
        return values[int(generator.integers(len(values)))]

    batch = [
        incoming(
            f"n{number}",
            f"common words and number{number} " + "word " * int(generator.integers(1, 60)),
            published=pick(None, *(f"2024-0{month}-{day:02}" for month in (1, 2) for day in range(1, 29))),  # type: ignore[arg-type]
            outlet=pick(None, "Post", "POST", "Tide", "Echo"),
            section=pick(None, "World", "Sport"),
            authors=pick((), ("O'Brien",), ("Łucja Ø", "X")),
            language=pick(None, "en", "de"),
        )
        for number in range(80)
    ]
    with open_store(tmp_path_factory.mktemp("varied") / "archive") as opened:
        opened.add(batch)
        opened.embed_pending()
        yield opened, [item.article for item in batch]


@settings(max_examples=60, deadline=None)
@given(where=filters)
def test_every_way_of_searching_agrees_with_the_naive_filter(
    varied: tuple[ArchiveStore, list[Article]], where: SearchFilter
) -> None:
    store, all_articles = varied
    expected = {article.article_id for article in all_articles if passes(where, article)}
    assert {article.article_id for article in store.articles(where)} == expected
    assert {hit.article.article_id for hit in store.keyword_search("common", 400, where)} == expected
    vector = np.random.default_rng(1).standard_normal(store.embedder.dimensions)  # type: ignore[union-attr]
    hits = store.vector_search(vector.astype(np.float32), 400, where)
    assert {hit.article.article_id for hit in hits} == expected
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    covered = store.coverage(where)
    dated = [a.published.day for a in all_articles if passes(where, a) and a.published]
    assert (covered.articles, covered.first_day, covered.last_day) == (
        len(expected),
        min(dated, default=None),
        max(dated, default=None),
    )


def test_exact_scores_are_the_cosines(varied: tuple[ArchiveStore, list[Article]]) -> None:
    store, _ = varied
    embedder = store.embedder
    assert embedder is not None
    vector = embedder.embed_query("number17")
    hit = store.vector_search(vector, 1)[0]
    text = f"{hit.article.title}\n{hit.passage.text}"
    assert hit.score == pytest.approx(float(embedder.embed_passages([text])[0] @ vector), abs=2e-3)
    everything = store.vector_search(vector, 400)
    assert hit == everything[0] and len(everything) > 80


def test_only_these_articles(varied: tuple[ArchiveStore, list[Article]]) -> None:
    store, _ = varied
    where = SearchFilter(article_ids=(incoming_id("n3"), "no-such-id"))
    assert found(store, "common", where=where) == [incoming_id("n3")]
    assert near(store, "common", 50, where=where) == [incoming_id("n3")]
    assert [article.article_id for article in store.articles(where)] == [incoming_id("n3")]


def test_listing_and_counting(varied: tuple[ArchiveStore, list[Article]]) -> None:
    store, all_articles = varied
    counted = dict(store.outlets())
    assert counted.keys() <= {"Post", "POST", "Tide", "Echo"} and len(counted) == 3
    assert sum(counted.values()) == sum(article.outlet is not None for article in all_articles)
    assert store.undated_count() == sum(article.published is None for article in all_articles)
    listed = [
        article.published.day for article in store.articles(order="newest", limit=5, offset=1) if article.published
    ]
    assert listed == sorted(listed, reverse=True) and len(listed) == 5
    status = store.status()
    assert (status.articles, status.embedded) == (80, status.passages)
    assert {index.state for index in status.indexes} == {"ready"}
    assert store.document_frequency(["common", "number17", "absent"]) == {"common": 80, "number17": 1, "absent": 0}


# --- embedding --------------------------------------------------------------------------------------------------------


def test_embedding_goes_newest_first_stops_promptly_and_goes_on(store: ArchiveStore) -> None:
    store.add([incoming("undated", "river text", published=None)])
    store.add([incoming(f"d{day}", f"river text {day}", published=f"2024-03-{day:02}") for day in range(1, 31)])
    assert near(store, "river") == []
    assert store.embed_pending(limit=3) == 3
    assert set(near(store, "river", 9)) == {incoming_id(f"d{day}") for day in (28, 29, 30)}
    assert store.embed_pending(should_stop=lambda: True) == 0
    seen: list[tuple[int, int]] = []
    assert store.embed_pending(on_progress=lambda done, total: seen.append((done, total))) == 28
    assert seen[-1] == (28, 28)
    assert len(near(store, "river", 99)) == 31
    assert store.status().embedded == 31


def test_another_embedder_is_refused_with_the_remedy(tmp_path: Path) -> None:
    class Other:
        name = "other/1"
        dimensions = 8

        def embed_passages(self, texts: list[str]) -> np.ndarray:
            return np.tile(np.eye(8, dtype=np.float32)[0], (len(texts), 1))

        def embed_query(self, text: str) -> np.ndarray:
            return np.eye(8, dtype=np.float32)[0]

    with open_store(tmp_path) as store:
        store.add([incoming("a", "Some text.")])
        store.embed_pending()
    with pytest.raises(EmbedderMismatchError, match=r"other/1.*--replace"):
        open_store(tmp_path, embedder=Other())
    with open_store(tmp_path, embedder=None) as store:  # keyword only: nothing to disagree about
        assert found(store, "text") == [incoming_id("a")]
        with pytest.raises(ArchiveError, match="without an embedder"):
            store.embed_pending()
    with open_store(tmp_path, embedder=Other(), replace_embedder=True) as store:
        assert store.status().embedded == 0
        store.embed_pending()
        assert [hit.article.article_id for hit in store.vector_search(np.eye(8)[0], 3)] == [incoming_id("a")]
        assert problems_of(store) == ()


def test_a_page_date_is_no_last_day(store: ArchiveStore) -> None:
    scraped = incoming("scrape", "A page as it was scraped. " * 9, published="2026-04-14")
    scraped = replace(scraped, article=replace(scraped.article, date_source=DateSource.PAGE_HEADER))
    store.add([incoming("story", "B" * 200, published="2025-11-04"), scraped])
    covered = store.coverage()
    assert (covered.articles, covered.last_day, covered.undated) == (2, date(2025, 11, 4), 0)


def test_outlets_are_counted_as_filters_compare_them(store: ArchiveStore) -> None:
    names = ["Große Zeitung", "GROSSE ZEITUNG", "Érudit", "ÉRUDIT", "The Post", "the post", None]
    for number, outlet in enumerate(names):
        one = incoming(f"n{number}", f"Story number {number}. " * 9)
        store.add([replace(one, article=replace(one.article, outlet=outlet))])
    assert (store.coverage().articles, store.coverage().outlets) == (7, 3)
    assert store.coverage(SearchFilter(outlets=("grosse zeitung",))).articles == 2
    assert len(store.outlets()) == 3


def test_a_name_that_only_older_versions_of_several_articles_had_is_an_error_that_lists_them(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for name in ("one", "two"):
            store.add([incoming(name, f"The text of {name}.", external_id="W-1")])
            store.add([incoming(name, f"A later text of {name}.", external_id=f"W-{name}", modified="2024-03-09")])
        with pytest.raises(UnknownArticleError, match=f"2 articles are called 'W-1'.*{incoming_id('one')}"):
            store.article("W-1")


def test_no_hits_are_asked_for_none_are_given(store: ArchiveStore) -> None:
    store.add([incoming("one", "The harbour of Vellmar reopened.")])
    store.embed_pending()
    vector = HashingEmbedder().embed_query("harbour")
    for where in (None, SearchFilter(published_from=date(2024, 1, 1))):
        assert store.vector_search(vector, 0, where) == store.keyword_search("harbour", 0, where) == []


def test_a_copy_that_fails_leaves_nothing_of_it(store: ArchiveStore, tmp_path: Path) -> None:
    store.add([incoming("one", "The harbour of Vellmar reopened.")])
    (tmp_path / "taken.sqlite3").mkdir()
    with pytest.raises(ArchiveError, match="cannot be written"):
        store.backup(tmp_path / "taken.sqlite3")
    assert not list(tmp_path.glob("*.unfinished"))
