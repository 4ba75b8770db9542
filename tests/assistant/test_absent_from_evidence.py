"""What the question speaks of and the best sentences don't have: refused in quotes, left to a model that reads all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from archive.embedder import HashingEmbedder
from archive.store import ArchiveStore
from assistant.answer import Answer
from assistant.evidence import pack_evidence
from assistant.expected_units import holds, may_tell, unit_of
from assistant.planner import plan_question
from assistant.question import Question
from assistant.question_features import take_apart
from assistant.retriever import retrieve
from assistant.sentence_features import Candidate
from assistant.weighing import Weighed, weigh, with_the_age_first
from assistant.words import words
from tests.assistant.small_archive import answered, incoming

ASKED = date(2024, 6, 10)


def answer(store: ArchiveStore, text: str) -> Answer:
    return answered(store, text, ASKED)


def weighed(store: ArchiveStore, text: str) -> Weighed:
    plan = plan_question(store, Question(text, ASKED))
    retrieval = retrieve(store, plan, 10)
    return weigh(store, plan, retrieval, pack_evidence(retrieval.hits, tokens=3000, most=10, count_tokens=len))


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("How old is harbour director Ole Vint, who retires in June?", "an age"),
        ("How old is Captain Jonas Weir of the Eastwick Rovers, who scored twice?", "an age"),
        ("What does it cost to see Tarn United beat the Eastwick Rovers in the final?", "a sum of money"),
    ],
)
def test_a_number_that_no_sentence_gives_is_refused(store: ArchiveStore, question: str, absent: str) -> None:
    given = answer(store, question)
    assert given.refused and f"The sentences that fit best don't give {absent}." in given.statement
    assert given.near_misses  # what was found is shown all the same


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did Ruth Ambleside say about Ole Vint, who retires?", "“Ruth Ambleside” and “Ole Vint” together"),
        ("How long is the crack in the old bridge of Skarrtarn, the one closed to lorries?", ""),
        ("How many dockers walked out in the port after talks about pay with Jonas Weir?", "“Jonas Weir”"),
        ("how many dockers walked out in the port after talks about pay with jonas weir", "“jonas weir”"),
    ],
)
def test_a_name_that_the_best_articles_lack_is_refused(store: ArchiveStore, question: str, named: str) -> None:
    given = answer(store, question)
    assert given.refused
    if named:
        assert f"The articles that fit best don't name {named}." in given.statement
    else:  # a name of no article at all is told as that alone
        assert "No article names “Skarrtarn”" in given.statement and "fit best" not in given.statement


@pytest.mark.parametrize(
    "question",
    [
        "How much will the repairs of the old bridge cost?",
        "What did Ruth Ambleside say about the bridge?",
        "How long had the strike lasted?",
        "How many dockers walked out, according to the Ledger?",
        "What does the Ledger think of the walkout of dockers in Tarn?",
        "Which captain scored twice for Eastwick's Rovers?",
        "Anything on the dockers of Tarn?",
        "what did ruth ambleside say about the bridge",
    ],
)
def test_nothing_is_absent_where_the_best_sentences_have_it(store: ArchiveStore, question: str) -> None:
    assert not any(weighed(store, question).absent)


@pytest.mark.parametrize(
    "question",
    [
        "Wie lange dauerte der Streik der Hafenarbeiter von Tarn?",
        "How Many Dockers Walked Out With Jonas Weir, And What Did They Want?",
        "dockers walkout jonas weir",  # as in a search box: nothing tells that it is English
    ],
)
def test_capitals_tell_nothing_in_other_languages_and_in_titles(store: ArchiveStore, question: str) -> None:
    assert not any(weighed(store, question).absent)


def test_sentences_in_other_languages_may_tell_it(tmp_path: Path) -> None:
    text = "Die Insel Skarra braucht am Tag 22 Tonnen Lebensmittel, sagte die Bürgermeisterin Jana Vest."
    ours = incoming("insel", "Skarrabote", "2024-06-01", "Skarra braucht Lebensmittel", text)
    asked = "How many pounds of Lebensmittel does the Insel Skarra need a day?"
    for language, absent in (("de", False), ("en", True)):
        with ArchiveStore.open(tmp_path / language, embedder=HashingEmbedder(256), create=True) as archive:
            archive.add([replace(ours, article=replace(ours.article, language=language))])
            archive.embed_pending()
            assert any(weighed(archive, asked).absent) == absent


def test_an_outlet_asked_alone_is_named(store: ArchiveStore) -> None:
    given = answer(store, "What did the Tarn Courier say about Jonas Weir and the strike of the dockers?")
    assert given.refused and "The articles of Tarn Courier that fit best don't name “Jonas Weir”." in given.statement


def candidate(text: str, score: float) -> Candidate:
    return Candidate(0, 0, len(text), text, words(text), frozenset(), score=score)


@pytest.mark.parametrize(
    ("question", "text", "leads"),
    [
        ("How old is Jonas Weir?", "“No more rain,” said Weir, 41, who scored twice.", True),
        ("How old is Jonas Weir?", "“It is over,” Weir (41) said.", True),
        ("How old is Jonas Weir's son?", "“It is over,” Weir (41) said.", False),
        ("at what age did Jonas Weir retire", "Weir, aged 41, laughed.", True),
        ("How old is Jonas Weir?", "Weir scored in 41 games.", False),
        ("How old is the captain?", "Weir, 41, laughed.", False),
        ("Where does Jonas Weir live?", "Weir, 41, laughed.", False),
    ],
)
def test_an_age_told_by_the_way_leads(question: str, text: str, leads: bool) -> None:
    scored = [candidate("Jonas Weir will captain the Rovers.", 9.0), candidate("Fans sang.", 5.0), candidate(text, 1.0)]
    ranked = with_the_age_first(take_apart(question, {}), scored)
    assert {one.text for one in ranked} == {one.text for one in scored} and (ranked[0].text == text) == leads
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)


def test_a_name_is_there_by_its_initials(tmp_path: Path) -> None:
    text = "The UK held its festival of lights on Skarra. About 40 people came to the festival."
    with ArchiveStore.open(tmp_path, embedder=HashingEmbedder(256), create=True) as archive:
        archive.add([incoming("lights", "Skarrabote", "2024-06-01", "Few at the festival", text)])
        archive.embed_pending()
        assert not any(weighed(archive, "How many people came to the festival that the United Kingdom held?").absent)
        assert any(weighed(archive, "How many people came to the festival that Kingdom United held?").absent)


def test_a_question_of_many_names_is_put_together_of_several_articles(store: ArchiveStore) -> None:
    asked = "What links Berta Osk of the dockers, Jonas Weir of the Rovers and Sofia Brandt of Tarn United?"
    assert not any(weighed(store, asked).absent)


def test_only_quotes_are_doubted_for_it(store: ArchiveStore) -> None:
    found = weighed(store, "How old is harbour director Ole Vint, who retires in June?")
    assert any(found.absent) and found.confidence >= 0.3 > found.for_quotes().confidence
    without = replace(found, absent=((),))
    assert without.for_quotes() == without


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("What does a ticket for the ferry cost?", "money"),
        ("What do teachers earn in Tarn?", "money"),
        ("what's the budget for the new bridge", "money"),
        ("what is the mayor's yearly salary", "money"),
        ("What ransom did the hackers ask for?", "money"),
        ("ferry ticket price", "money"),
        ("price tag for the new town hall", "money"),
        ("What is the captain getting paid for the season?", "money"),
        ("rent strike in tarn", ""),
        ("ferry price rises", ""),
        ("What did the film make at the box office?", "money"),
        ("What happened to the price cap?", ""),
        ("Did prices rise as the ledger says about the ferry fare?", ""),
        ("Who paid the ransom?", ""),
        ("What is the cost of living crisis?", ""),
    ],
)
def test_what_asks_for_a_sum(question: str, unit: str) -> None:
    assert unit_of(question) == unit


@pytest.mark.parametrize(
    "text",
    [
        "three million dollars",
        "US$5",
        "a two-pound coin",
        "57m crowns",
        "340,000 euros",
        "12p",
        "EUR 20",
        "5 crore yen",
    ],
)
def test_what_is_a_sum(text: str) -> None:
    assert holds("money", text)


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("money", "Entry is free."),
        ("time", "The road stays closed until March."),
        ("age", "The victim was a teenager."),
        ("year", "It was built three decades ago."),
        ("percent", "Most of them came."),
        ("count dead", "Fourteen people were killed."),
        ("count dead", "Nobody was hurt."),
    ],
)
def test_what_tells_it_without_a_number_of_it(unit: str, text: str) -> None:
    assert not holds(unit, text) and may_tell(unit, text)


@pytest.mark.parametrize(
    "text", ["It opened on 3 May 2021.", "The 24th edition begins at 10:30.", "It was approved in March 2018 at 6 p.m."]
)
def test_days_and_ordinals_count_nothing(text: str) -> None:
    assert not may_tell("count jobs", text)


def test_won_races_are_no_sum() -> None:
    assert not may_tell("money", "She won 3 races and 2 medals.")
