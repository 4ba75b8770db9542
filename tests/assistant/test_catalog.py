from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.filters import SearchFilter
from archive.outlet_names import OutletNames
from archive.store import ArchiveStore
from assistant.answer import Answer, AnswerReady
from assistant.bylines import find_bylines
from assistant.catalog_question import read_catalog_question
from assistant.pipeline import answer_question
from assistant.question import Question
from assistant.search_plan import CatalogKind
from assistant.unknown_bylines import find_unknown_bylines, nearest_spelled
from ingest.duplicates import signature
from tests.assistant.small_archive import COURIER, LEDGER, POST, incoming, make_archive

ASKED = date(2024, 6, 10)
OUTLETS = OutletNames((LEDGER, COURIER, POST))
AUTHORS = ("Ines Okafor", "Ben Tallow", "Mara Tallow-Reed")
WIRE = (
    "Three tugs collided in fog off the port of Tarn on Friday, and one of them, the Petrel, sank within minutes. "
    "Her crew of five was taken off by the pilot boat. The harbour company closed the northern channel until Sunday "
    "while divers looked for the wreck, which lies in eleven metres of water beside the old mole of the port. "
    "The master of the Petrel had reported trouble with her radar on two earlier days, said the pilots' guild."
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveStore]:
    with make_archive(tmp_path_factory.mktemp("archive")) as store:
        first = incoming("tug-ledger", LEDGER, "2024-05-03", "Tug sinks off Tarn", WIRE, signature(WIRE))
        copy = incoming("tug-courier", COURIER, "2024-05-04", "Petrel goes down", WIRE, signature(WIRE))
        later = incoming(
            "tug-raised", COURIER, "2024-05-20", "Petrel raised",
            "The tug Petrel was raised from eleven metres of water off Tarn on Sunday. Her radar was switched off.",
        )  # fmt: skip
        signed = [
            replace(one, article=replace(one.article, authors=authors))
            for one, authors in ((first, ("Ines Okafor",)), (copy, ("Ines Okafor",)), (later, ("Ben Tallow",)))
        ]
        store.add(signed)
        store.embed_pending()
        yield store


def ask(store: ArchiveStore, text: str, wall: SearchFilter | None = None) -> Answer:
    *_, last = answer_question(store, Question(text, ASKED, wall=wall or SearchFilter()))
    assert isinstance(last, AnswerReady)
    return last.answer


@pytest.mark.parametrize(
    ("text", "kind", "topic"),
    [
        ("How many articles mention the tug Petrel?", CatalogKind.COUNT, "the tug Petrel"),
        ("How many times did the Ledger mention the tug Petrel?", CatalogKind.COUNT, "the tug Petrel"),
        ("how many stories about the strike did the Ledger run in March 2024?", CatalogKind.COUNT, "the strike"),
        ("How many articles are in the archive?", CatalogKind.COUNT, ""),
        ("How often was Berta Osk mentioned this year?", CatalogKind.COUNT, "Berta Osk"),
        ("List the articles about the bridge in May", CatalogKind.LIST, "the bridge"),
        ("Show me all articles by Ines Okafor", CatalogKind.LIST, ""),
        ("articles by Ben Tallow about the radar", CatalogKind.LIST, "the radar"),
        ("Which outlets reported the collision?", CatalogKind.OUTLETS, "the collision"),
        ("Which newspaper wrote most about the strike?", CatalogKind.OUTLETS, "the strike"),
        ("Who wrote most about the tugs?", CatalogKind.AUTHORS, "the tugs"),
        ("What was the first mention of the crack?", CatalogKind.FIRST, "the crack"),
        ("When was the Petrel last mentioned?", CatalogKind.LAST, "the Petrel"),
        ("How did the strike develop?", CatalogKind.TIMELINE, "the strike"),
        ("Timeline of the strike since April", CatalogKind.TIMELINE, "the strike"),
        ("Give me all articles", CatalogKind.LIST, ""),
        ("list all articles", CatalogKind.LIST, ""),
        ("Show the articles that you have", CatalogKind.LIST, ""),
        ("Can you show me every article in the archive, please?", CatalogKind.LIST, ""),
        ("Which articles are there?", CatalogKind.LIST, ""),
        ("all stories", CatalogKind.LIST, ""),
        ("Show me the latest articles", CatalogKind.LIST, ""),
        ("How many articles are there in total?", CatalogKind.COUNT, ""),
        ("how many articles do you have", CatalogKind.COUNT, ""),
        ("How many articles does the archive hold?", CatalogKind.COUNT, ""),
        ("articles by Nobody Known", CatalogKind.LIST, ""),
        ("Show me articles by Nobody Known about the radar", CatalogKind.LIST, "the radar"),
        ("list articles by ines okafar", CatalogKind.LIST, ""),
        ("How many articles about the strike did each outlet publish?", CatalogKind.COUNT, "the strike"),
        ("Number of stories on the strike per newspaper", CatalogKind.COUNT, "the strike"),
        ("How many pieces did the Ledger run on the strike?", CatalogKind.COUNT, "the strike"),
        ("Which journalist has written most about the tugs?", CatalogKind.AUTHORS, "the tugs"),
        ("who has covered the tugs the most?", CatalogKind.AUTHORS, "the tugs"),
        ("Which outlets besides the Ledger reported the collision?", CatalogKind.OUTLETS, "the collision"),
        ("Which outlets ran the Ledger's story on the collision?", CatalogKind.OUTLETS, "the collision"),
    ],
)
def test_questions_for_the_catalog(text: str, kind: CatalogKind, topic: str) -> None:
    asked = read_catalog_question(text, ASKED, OUTLETS, AUTHORS)
    assert asked is not None and (asked.kind, asked.topic) == (kind, topic)


@pytest.mark.parametrize(
    "text",
    [
        "How many stories does the harbour tower have?",
        "How many pieces did the museum have on show?",
        "Which author wrote the book about the crack?",
        "How many articles does the treaty have?",
        "How many dockers walked out?",
        "How many reports of theft did the police receive?",
        "Which newspaper bought the old mill?",
        "Which newspapers were banned?",
        "Who wrote the letter about the crack?",
        "When was the first case of measles reported?",
        "the latest on the strike",
        "How did the harbour company change its name?",
        "List everyone who led the union",
        "Which article of the treaty covers fishing?",
        "What did Ines Okafor write about the tug?",
        "Wie viele Artikel gibt es?",
        "Show me articles by date",
        "All Articles of Faith",
        "Which articles did the treaty have?",
        "Give me all the news",
        "",
    ],
)
def test_questions_for_what_articles_say(text: str) -> None:
    assert read_catalog_question(text, ASKED, OUTLETS, AUTHORS) is None


@given(st.text(max_size=500))
def test_anything_can_be_read(text: str) -> None:
    asked = read_catalog_question(text, ASKED, OUTLETS, AUTHORS)
    assert asked is None or asked.kind in CatalogKind


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        ("What did Ines Okafor write about the tug?", [("Ines Okafor",)]),
        ("articles by Okafor and Ben Tallow", [("Ines Okafor",), ("Ben Tallow",)]),
        ("Ben Tallow's columns on the port", [("Ben Tallow",)]),
        ("Why was Ben Tallow sued?", []),
        ("Who wrote the letter to Ines Okafor?", []),
        ("articles by Nobody Known", []),
    ],
)
def test_bylines(text: str, authors: list[tuple[str, ...]]) -> None:
    assert [one.authors for one in find_bylines(text, AUTHORS)] == authors


def test_counting_is_exact_and_says_what_it_counted(store: ArchiveStore) -> None:
    answer = ask(store, "How many articles mention the tug Petrel?")
    assert answer.counted is not None
    assert (answer.counted.articles, answer.counted.stories) == (3, 2)
    assert answer.counted.words == ("tug", "Petrel")
    assert answer.counted.by_outlet == ((COURIER, 2, 2), (LEDGER, 1, 1))
    assert "3 articles (2 stories, copies counted once) in 2 outlets" in answer.answer
    assert "“tug” and “Petrel”" in answer.answer and "20 May 2024" in answer.answer


def test_the_window_of_a_count_is_kept_to_exactly(store: ArchiveStore) -> None:
    answer = ask(store, "How many articles mention the tug in May 2024?")
    assert answer.counted is not None and answer.counted.articles == 3
    first_half = ask(store, "How many articles mention the tug between 1 May 2024 and 10 May 2024?")
    assert first_half.counted is not None and first_half.counted.articles == 2
    as_of = ask(store, "How many articles mention the tug?", SearchFilter(as_of=date(2024, 5, 3)))
    assert as_of.counted is not None and as_of.counted.articles == 1
    assert any("without a date" in notice for notice in first_half.notices)


def test_days_are_said_only_of_those_that_have_one(store: ArchiveStore) -> None:
    answer = ask(store, "How many articles mention a strike in the port?")  # one of them has no date
    assert answer.counted is not None and (answer.counted.articles, answer.counted.undated) == (2, 1)
    assert "Those whose day is known are of 13 March 2024." in answer.statement
    assert "They run from 3 May 2024 to 20 May 2024." in ask(store, "How many articles mention the tug?").statement
    assert "Those whose day is known run from" in ask(store, "How many articles are there?").statement


def test_every_listed_sentence_is_verbatim_and_cited(store: ArchiveStore) -> None:
    for text in ("List the articles about the port", "How did the strike develop?", "Which outlets reported the tug?"):
        answer = ask(store, text)
        sources = {source.key: source for source in answer.sources}
        assert answer.sentences
        for sentence in answer.sentences:
            source = sources[sentence.citations[0]]
            assert [source.text[start:end] for start, end in source.highlights] == [sentence.text]
            assert store.article(source.article_id).text[source.start : source.end] == source.text


def test_first_and_last_mentions(store: ArchiveStore) -> None:
    first = ask(store, "What was the first mention of the Petrel?")
    last = ask(store, "When was the Petrel last mentioned?")
    assert "3 May 2024" in first.statement and "Tug sinks off Tarn" in first.statement
    assert "20 May 2024" in last.statement and "Petrel raised" in last.statement


def test_outlets_and_authors(store: ArchiveStore) -> None:
    outlets = ask(store, "Which outlets reported on the Petrel?")
    assert {source.outlet for source in outlets.sources} == {LEDGER, COURIER}
    authors = ask(store, "Who wrote most about the Petrel?")
    assert authors.counted is not None
    assert authors.counted.by_author == (("Ines Okafor", 2), ("Ben Tallow", 1))


def test_who_else_reported_is_counted_without_the_outlet_named(store: ArchiveStore) -> None:
    for text in (
        "Which outlets besides the Ledger reported on the Petrel?",
        "Which papers cover Petrel except Ledger?",
    ):
        answer = ask(store, text)
        assert answer.counted is not None and [name for name, *_ in answer.counted.by_outlet] == [COURIER]
        assert f"Articles of {LEDGER} are not counted." in answer.notices


def test_an_outlets_story_is_every_printing_of_it(store: ArchiveStore) -> None:
    answer = ask(
        store, "Which outlets ran the Ledger's story on the sinking tug?"
    )  # the copy's headline has no "sinks"
    assert answer.counted is not None and answer.counted.stories == 1
    assert {(name, number) for name, number, _ in answer.counted.by_outlet} == {(LEDGER, 1), (COURIER, 1)}


def test_the_march_is_no_month(tmp_path: Path) -> None:
    with make_archive(tmp_path) as store:
        store.add(
            [
                incoming("march", POST, "2024-04-08", "Bakers march", "The bakers' march ended at the town hall."),
                incoming("month", LEDGER, "2024-04-09", "Bread dearer", "Bread cost more than it had in March 2023."),
            ]
        )
        answer = ask(store, "Which outlets reported the march?")
    assert answer.counted is not None and [name for name, *_ in answer.counted.by_outlet] == [POST]


def test_a_byline_is_kept_to(store: ArchiveStore) -> None:
    answer = ask(store, "articles by Ben Tallow about the radar")
    assert [source.title for source in answer.sources] == ["Petrel raised"]


def test_nothing_counted_says_what_the_archive_covers(store: ArchiveStore) -> None:
    answer = ask(store, "How many articles mention the zeppelin?")
    assert answer.refused and answer.counted is not None and answer.counted.articles == 0
    assert answer.coverage is not None and "The archive covers" in answer.answer


def test_names_alone_are_counted_where_no_article_has_all_words_and_that_is_said(store: ArchiveStore) -> None:
    answer = ask(store, "How many articles mention the disappearance of the Petrel?")
    assert answer.counted is not None and answer.counted.articles == 3
    assert any("No article holds all of" in notice for notice in answer.notices)


def test_a_timeline_has_one_row_per_development(store: ArchiveStore) -> None:
    answer = ask(store, "Timeline of the tug Petrel")
    assert [row.day for row in answer.timeline] == [date(2024, 5, 3), date(2024, 5, 20)]
    assert answer.timeline[0].articles == 2 and answer.timeline[0].outlets == 2
    assert [row.text for row in answer.timeline] == [sentence.text for sentence in answer.sentences]
    assert [row.day for row in ask(store, "Timeline of the tug Petrel since 10 May 2024").timeline] == [
        date(2024, 5, 20)
    ]


def test_a_timeline_cites_the_first_printing_of_a_story(tmp_path: Path) -> None:
    with make_archive(tmp_path, embed=False) as store:
        printed = (("nine", LEDGER, "2024-05-03T09:00:00+00:00", "Tug sinks in fog"),
                   ("fifteen", COURIER, "2024-05-03T15:00:00+00:00", "Petrel sinks off Tarn"))  # fmt: skip
        store.add([incoming(name, outlet, day, title, WIRE, signature(WIRE)) for name, outlet, day, title in printed])
        answer = ask(store, "Timeline of the tug Petrel off Tarn")
    assert [row.outlet for row in answer.timeline] == [LEDGER]
    assert answer.sources[0].also_in[0].outlet == COURIER


def test_a_timeline_of_nothing_refuses(store: ArchiveStore) -> None:
    answer = ask(store, "Timeline of the zeppelin")
    assert answer.refused and not answer.timeline and not answer.sentences


def test_all_articles_are_counted_and_the_newest_listed(store: ArchiveStore) -> None:
    held = list(store.articles())
    answer = ask(store, "Give me all articles")
    assert answer.counted is not None
    assert (answer.counted.articles, answer.counted.words, answer.refused) == (len(held), (), False)
    days = [source.published for source in answer.sources if source.published]
    assert days == sorted(days, reverse=True)
    assert len(answer.sources) == answer.counted.stories
    assert f"{len(held)} articles" in answer.statement and "every article of the archive" in answer.statement


def test_a_byline_that_is_not_there_is_said_with_those_spelled_like_it(store: ArchiveStore) -> None:
    for text in ("Show me all articles by Inez Okafore", "articles by Inez Okafore about the radar"):
        answer = ask(store, text)
        assert answer.refused
        assert answer.statement.startswith(
            "No article has the byline “Inez Okafore”, and no outlet has that name. Spelled most like it: Ines Okafor."
        )
        assert "0 articles" in answer.statement and answer.statement in answer.answer
    assert "Spelled" not in ask(store, "articles by Xaver Quist").statement


def test_what_somebody_unknown_wrote_is_refused_with_the_reason(store: ArchiveStore) -> None:
    answer = ask(store, "What did Ben Tallov write about the zebra crossings of Skarrvik?")
    assert answer.refused
    assert "No article has the byline “Ben Tallov”" in answer.statement and "Ben Tallow" in answer.statement
    assert "No article names “Skarrvik”" in answer.statement
    assert "No article names “Tallov" not in answer.statement and "or “Tallov" not in answer.statement


@pytest.mark.parametrize(
    "text",
    [
        "How many articles mention the report by Lord Quist?",
        "Which outlets reported on a report by the Pilots Guild?",
        "Timeline of reports by the Pilots Guild",
        "List articles about the interview by Xaver Quist",
    ],
)
def test_who_made_what_is_written_about_is_no_byline(text: str) -> None:
    asked = read_catalog_question(text, ASKED, OUTLETS, AUTHORS)
    assert asked is not None
    assert asked.authors == ()


def test_a_report_that_no_journalist_made_is_not_missed_among_the_bylines(store: ArchiveStore) -> None:
    answer = ask(store, "What did the report by Lord Quist say about the zebra crossings of Skarrvik?")
    assert answer.refused and "byline" not in answer.statement and "No article names" in answer.statement
    answer = ask(store, "What do reports by Inez Okafore say about the zebra crossings of Skarrvik?")
    assert answer.refused and "No article has the byline “Inez Okafore”" in answer.statement


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("articles by Xaver Quist", ["Xaver Quist"]),
        ("columns written by the Xaver Quist, please", ["Xaver Quist"]),
        ("What has Xaver Quist written about the port?", ["Xaver Quist"]),
        ("articles by ben talow in March", ["ben talow"]),
        ("articles by Ines Okafor", []),
        ("articles by Okafor and Xaver Quist", []),  # beside one who is known, only a name
        ("articles by the Tarn Courier", []),
        ("stories by the river", []),
        ("articles by date", []),
        ("coverage of Xaver Quist", []),
        ("Who wrote to Xaver Quist?", []),
        ("What did Xaver Quist say?", []),
        ("What did Ford report?", []),
    ],
)
def test_bylines_that_nobody_has(text: str, unknown: list[str]) -> None:
    assert [one.name for one in find_unknown_bylines(text, AUTHORS, OUTLETS)] == unknown
    for one in find_unknown_bylines(text, AUTHORS, OUTLETS):
        assert text[one.start : one.end] == one.name


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("ben talow", ["Ben Tallow"]),
        ("Okafour", ["Ines Okafor"]),
        ("Tarn Currier", ["Tarn Courier"]),
        ("Xaver Quist", []),
        ("", []),
    ],
)
def test_names_spelled_nearly_so(name: str, near: list[str]) -> None:
    assert nearest_spelled(name, AUTHORS, OUTLETS) == near


@given(st.text(max_size=200), st.lists(st.text(max_size=30), max_size=5))
def test_any_names_can_be_compared(text: str, authors: list[str]) -> None:
    for one in find_unknown_bylines(f"articles by {text}", authors, OUTLETS):
        assert one.name
        nearest_spelled(one.name, authors, OUTLETS)


def test_only_the_first_question_is_counted_and_that_is_said(store: ArchiveStore) -> None:
    answer = ask(store, "How many articles mention the Petrel and who wrote them?")
    assert answer.counted is not None and answer.counted.articles == 3
    assert "Only what was asked first is answered here; ask this by itself: who wrote them?" in answer.plan.notes
    assert ask(store, "How did the strike develop and what did it cost?").counted is None


@pytest.mark.parametrize(
    "text",
    [
        "What happened in May 2024?",
        "what happend last week",
        "any news since Monday?",
        "What's going on this week?",
        "What did I miss this week?",
        "Summarise the news of yesterday, please",
        "headlines of 3 May 2024",
        "What was in the news over Christmas?",
        "What did the Ledger report in March?",
    ],
)
def test_the_news_of_some_days_are_all_their_stories(text: str) -> None:
    asked = read_catalog_question(text, ASKED, OUTLETS, AUTHORS)
    assert asked is not None and asked.is_news and asked.topic == "" and asked.window is not None


@pytest.mark.parametrize(
    "text",
    [
        "What happened?",
        "What happened in politics last week?",
        "What happened to Ruth Ambleside in May?",
        "Which news event happened last week?",
        "What happened on 3 May in Tarn?",
    ],
)
def test_news_on_a_topic_are_searched_for(text: str) -> None:
    assert read_catalog_question(text, ASKED, OUTLETS, AUTHORS) is None


def test_a_days_news_begin_with_what_most_outlets_printed(store: ArchiveStore) -> None:
    answer = ask(store, "What happened in May 2024?")
    assert answer.counted is not None
    assert (answer.counted.articles, answer.counted.stories) == (4, 3)
    assert [source.outlet for source in answer.sources] == [LEDGER, POST, COURIER] or [
        source.outlet for source in answer.sources
    ] == [LEDGER, COURIER, POST]
    assert answer.sources[0].also_in
    assert "on Friday [3 May 2024]" in answer.answer
    friday = ask(store, "What happened on 3 May 2024?")
    assert friday.counted is not None
    assert friday.counted.published_to == date(2024, 5, 4)  # the next day's papers have it


def test_what_the_names_alone_come_to_is_told_beside_an_exact_count(store: ArchiveStore) -> None:
    answer = ask(store, "How many articles mention the wreck of the Petrel?")
    assert answer.counted is not None
    assert answer.counted.articles == 2
    total = "3 articles (2 stories, copies counted once) in 2 outlets"
    assert answer.notices == (f"“Petrel” without the other words: {total}: {COURIER} 2, {LEDGER} 1.",)
    assert ask(store, "How many articles mention the Petrel?").notices == ()
