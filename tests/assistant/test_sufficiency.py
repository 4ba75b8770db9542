from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from archive.store import ArchiveStore
from assistant.answer import Answer
from assistant.sufficiency import LINE, SIGNS, WEIGHTS
from assistant.word_rarity import rarities
from tests.assistant.small_archive import LEDGER, answered, incoming, make_archive

ASKED = date(2024, 6, 10)


def answer(store: ArchiveStore, text: str) -> Answer:
    return answered(store, text, ASKED)


HELD = [
    "How long is the crack in the old bridge of Eastwick?",
    "Who won the Norland Cup in June 2024?",
    "What did union leader Berta Osk say about loading ships?",
    "How many dockers walked out in the port of Tarn?",
    "When was the port of Tarn dug by prisoners?",
]
NOT_HELD = [
    "Which actor plays the detective in the new film by Halvard Quist?",
    "What did the central bank of Lusitania decide about interest rates?",
    "How many goals did Mirka Tanaka score in the Olympic handball final?",
    "Which airline ordered 200 aircraft from Boeing?",
    "Who was elected president of the chess federation?",
]


@pytest.mark.parametrize("question", HELD)
def test_what_the_archive_holds_is_answered(store: ArchiveStore, question: str) -> None:
    given = answer(store, question)
    assert not given.refused and given.confidence >= LINE


@pytest.mark.parametrize("question", NOT_HELD)
def test_what_it_does_not_hold_is_refused_with_what_it_covers(store: ArchiveStore, question: str) -> None:
    given = answer(store, question)
    assert given.refused and given.confidence < LINE
    assert given.sentences == () and given.sources == ()
    assert given.coverage is not None
    assert (given.coverage.articles, given.coverage.undated) == (7, 1)
    assert given.coverage.first_day == date(2023, 6, 4)
    assert "7 articles" in given.answer and "4 June 2023" in given.answer


def test_near_misses_are_of_different_articles(store: ArchiveStore) -> None:
    given = answer(store, "Which actor plays the harbour director of Tarn in the film by Halvard Quist?")
    assert given.refused and given.near_misses
    ids = [source.article_id for source in given.near_misses]
    assert len(set(ids)) == len(ids)
    assert all(f"[{source.key}] {source.title}" in given.answer for source in given.near_misses)


def test_the_right_thing_at_another_time_is_doubted(store: ArchiveStore) -> None:
    held = answer(store, "Who won the Norland Cup in June 2023?")
    not_held = answer(store, "Who won the Norland Cup in June 2019?")
    assert not_held.confidence < LINE <= held.confidence
    assert any("June 2019" in notice for notice in not_held.notices)


def test_a_passage_of_other_days_that_names_the_month_is_believed(store: ArchiveStore) -> None:
    told = answer(store, "Does harbour director Ole Vint of Tarn retire in June?")  # printed in April
    assert any("other days were searched" in notice for notice in told.notices)
    assert not told.refused
    elsewhere = answer(store, "Does harbour director Ole Vint of Tarn retire in May?")
    assert elsewhere.confidence < told.confidence / 2


def test_another_story_that_names_the_month_makes_no_other_year_answer(tmp_path: Path) -> None:
    asked = "Who won the Norland Cup in May 2022?"
    with make_archive(tmp_path / "archive") as small:
        small.add(
            [
                incoming("verb", LEDGER, "2022-11-20", "Cup to be moved", "The Norland Cup may move to Tarn, it said."),
                incoming("other", LEDGER, "2022-11-21", "Pier opens", "The pier, begun in May 2022, is open in Tarn."),
            ]
        )
        small.embed_pending()
        assert answer(small, asked).refused  # "may" is no month, and the pier is no cup
        text = "Eastwick Rovers won the Norland Cup in May, on penalties, and sold their captain in November."
        small.add([incoming("told", LEDGER, "2022-11-22", "Rovers sell their captain", text)])
        small.embed_pending()
        told = answer(small, asked)
        assert not told.refused and "Eastwick Rovers won" in told.answer


def test_a_passage_that_has_the_figures_themselves_is_believed(tmp_path: Path) -> None:
    with make_archive(tmp_path / "archive") as warm:
        text = "Temperatures in the harbour of Tarn were in the 90s on Monday, the union said."
        warm.add([incoming("heat", LEDGER, "2024-06-04", "Heat in the harbour of Tarn", text)])
        warm.embed_pending()
        told = answer(warm, "Where in Tarn were temperatures in the 90s, the union said?")  # read as the decade
        assert "in the 90s on Monday" in told.answer and told.confidence >= LINE


def test_any_news_of_the_days_answers_what_is_new(store: ArchiveStore) -> None:
    assert not answer(store, "Any news of football teams since 1 June?").refused


def test_words_nobody_uses_weigh_little_and_unknown_names_much(store: ArchiveStore) -> None:
    weights = rarities(store, "Did the dockers swallow Kvistgaard?")
    assert weights["swallow"] < weights["docker"] < weights["kvistgaard"]


def test_every_sign_has_a_weight() -> None:
    assert SIGNS == tuple(WEIGHTS) and all(weight > 0 for weight in WEIGHTS.values())
