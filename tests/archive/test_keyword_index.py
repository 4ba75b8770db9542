"""A user's words never break the search, whatever language or punctuation they come in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.keyword_index import IndexFilter, KeywordEntry, KeywordIndex
from archive.schema import OPEN_END
from archive.text_analysis import date_words, prepare

EVERYTHING = IndexFilter()


def entry(passage: int, text: str, title: str = "", about: str = "") -> KeywordEntry:
    return KeywordEntry(passage, passage + 100, text, title, about, (), 738000, 738000, OPEN_END, True)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeywordIndex]:
    made = KeywordIndex(tmp_path_factory.mktemp("index") / "keyword-0001", create=True)
    made.replace(
        (),
        [
            entry(1, "The ministry in São Paulo said 1,200 U.S. troops had left Łódź."),
            entry(2, "東京都庁は月曜日に発表した。", "都知事"),
            entry(3, "Die Straße wurde in der Nähe von Zürich gesperrt.", "Straßensperre"),
            entry(4, "Правительство объявило о забастовке.", about="Вести"),
            entry(5, "To be or not to be, that is what the actors asked.", about=date_words(date(2024, 3, 5))),
            entry(6, "Cafe\u0301 owners protested against the o'neill decision."),
        ],
    )
    yield made


@pytest.mark.parametrize(
    ("query", "passage"),
    [
        ("ministries", 1),
        ("sao paulo", 1),
        ("SÃO", 1),
        ("lodz", 1),
        ("US troops?", 1),
        ("1200 OR 1,200", 1),
        ("東京", 2),
        ("都庁", 2),
        ("strasse", 3),
        ("Zurich", 3),
        ("забастовке", 4),
        ("вести", 4),
        ("café", 6),
        ("O’Neill’s", 6),
        ("5 March 2024", 5),
        ("2024-03-05", 5),
    ],
)
def test_words_are_found_in_every_language(index: KeywordIndex, query: str, passage: int) -> None:
    assert index.search(query, (), 1, EVERYTHING)[0][0] == passage


def test_stop_words_are_dropped_unless_there_is_nothing_else(index: KeywordIndex) -> None:
    assert index.query_terms("What did the ministry say about the U.S. after 5 days?") == ["ministri", "us", "5", "day"]
    assert index.search("to be or not to be", (), 1, EVERYTHING)[0][0] == 5


def test_a_phrase_must_occur_as_it_is(index: KeywordIndex) -> None:
    assert [hit for hit, _ in index.search("troops", ["ministry in São Paulo"], 5, EVERYTHING)] == [1]
    assert [hit for hit, _ in index.search("", ["not to be"], 5, EVERYTHING)] == [5]
    assert index.search("ministry", ["paulo sao"], 5, EVERYTHING) == []
    assert [hit for hit, _ in index.search("", ["東京都庁"], 5, EVERYTHING)] == [2]


@settings(max_examples=200, deadline=None)
@given(query=st.text(max_size=80), phrase=st.text(max_size=40))
def test_no_query_ever_fails(index: KeywordIndex, query: str, phrase: str) -> None:
    hits = index.search(query, [phrase], 3, EVERYTHING)
    assert all(1 <= passage <= 6 for passage, _ in hits)
    index.document_frequency(query)
    index.articles_with(query + '"' + phrase)


@pytest.mark.parametrize(
    "query", ['a" OR (', "text:*", "title:^2 AND -x", "[a TO b]", "\\", "'", "+-!{}", "x" * 5000, "\x00"]
)
def test_query_language_is_only_words(index: KeywordIndex, query: str) -> None:
    assert index.search(query, [query], 3, EVERYTHING) == [], "an operator or a wildcard would find something"


def test_what_is_replaced_is_gone_and_another_handle_sees_it(tmp_path: Path) -> None:
    index, reader = KeywordIndex(tmp_path, create=True), KeywordIndex(tmp_path)
    for _ in range(2):  # again changes nothing: a killed writer's successor repeats its last step
        index.replace([101, 102], [entry(1, "first text"), entry(2, "second text")])
        assert index.passages() == {1: 101, 2: 102}
    index.replace([101], [])
    assert reader.passages() == {}
    reader.reload()
    assert reader.passages() == {2: 102}
    assert reader.search("first", (), 3, EVERYTHING) == []


def test_preparing_keeps_plain_text_as_it_is() -> None:
    assert prepare("Nothing special. At all, Mr. Smith.") == "Nothing special. At all, Mr. Smith."
    assert prepare("the U.S.A. and U.K.") == "the USA and UK"


@pytest.mark.parametrize(
    ("where", "passages"),
    [
        (IndexFilter(), {2, 3}),
        (IndexFilter(as_of=737999), set()),
        (IndexFilter(as_of=738000), {1}),
        (IndexFilter(as_of=738002), {1}),
        (IndexFilter(as_of=738003), {2}),
        (IndexFilter(day_from=738000), {2}),
        (IndexFilter(day_from=738001), set()),
        (IndexFilter(day_to=738000), {2}),
        (IndexFilter(day_to=737999), set()),
    ],
)
def test_a_filter_lets_through_what_its_days_hold(tmp_path: Path, where: IndexFilter, passages: set[int]) -> None:
    index = KeywordIndex(tmp_path / "keyword-0001", create=True)
    index.replace(
        (),
        [
            KeywordEntry(1, 1, "harbour", "", "", (), 738000, 738000, 738003, False),  # replaced after three days
            KeywordEntry(2, 1, "harbour", "", "", (), 738000, 738003, OPEN_END, True),
            KeywordEntry(3, 2, "harbour", "", "", (), -1, -1, OPEN_END, True),  # undated
        ],
    )
    assert {passage for passage, _ in index.search("harbour", (), 9, where)} == passages
