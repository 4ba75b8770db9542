"""Slips are mended only where the archive has what was meant, and names that it lacks are told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.article import Timestamp
from archive.filters import SearchFilter
from archive.matching import MatchedArticle
from archive.store import ArchiveStore, RemovalSelector
from assistant.answer import Answer, AnswerReady
from assistant.conversation import Turn
from assistant.pipeline import answer_question
from assistant.planner import plan_question, plan_timeline
from assistant.question import Question
from assistant.reading_choices import Reading
from assistant.spelling import is_english, respelt
from assistant.unknown_names import describe_unknown, named_nowhere
from assistant.words import words
from tests.assistant.small_archive import ARTICLES, LEDGER, incoming, make_archive

ASKED = date(2024, 6, 10)
TEXTS = [
    "The ferry strike in Tarn ended in February, engineer Ruth Ambleside said.",
    "Volodymyr Zelensky spoke very little of the tunnel; many articles mention it.",
    "The bride wore white.",
    "They want persons sent; the mores of a fair war.",
    "The engineer did it; Didn and Co paid.",
]


def frequencies(terms: Sequence[str]) -> Mapping[str, int]:
    return {term: sum(bool(re.search(rf"\b{term}\b", text, re.IGNORECASE)) for text in TEXTS) for term in terms}


def together(query: str, phrases: tuple[str, ...]) -> bool:
    def holds(text: str) -> bool:
        return all(one.lower() in text.lower() for one in (*query.split(), *phrases))

    return any(holds(text) for text in TEXTS)


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("when did the fery strike end", "when did the ferry strike end"),  # a letter left out; not "very"
        ("Did the strike end in Febuary?", "Did the strike end in February?"),
        ("What did Ruth Ambelside say?", "What did Ruth Ambleside say?"),  # two swapped, within a name
        ("How meny articles mention the tunel?", "How many articles mention the tunnel?"),
        ("What did Zelenskyy say about the tunnel?", "What did Zelensky say about the tunnel?"),  # one put in
        ("tunel", "tunnel"),
        ("tunel brides", "tunnel brides"),
        ("the Tunmel’s length", "the Tunnel’s length"),  # one mistaken; the possessive stays
    ],
)
def test_a_slip_is_mended_and_told(asked: str, searched: str) -> None:
    found = respelt(asked, frequencies, together)
    assert found.text == searched
    assert found.notes
    assert all(re.fullmatch(r"No article has “\w+”; “\w+” was searched for instead\.", note) for note in found.notes)


@pytest.mark.parametrize(
    "asked",
    [
        "Who bribed the engineer?",  # "bride" is a letter away, but "bribed" is a word
        "What did Ruth Amblesidde say to Zelensky Ambelsidde?",  # two letters away in the second, no such name
        "Where did Jane Ambelside go?",  # the archive has no Jane Ambleside
        'Who said "fery"?',  # to be found exactly
        "Who is the fery bride?",  # no article has a ferry and a bride
        "Wann endete der Streik der Fery Leute endlich?",  # not English
        "Wann wurde die Brücke gesperrt?",  # "die" is an English word too, and an article has "want"
        "Combien de personnes sont mortes?",
        "Qui est le faire de Tarn?",
        "Cuantas personas murieron en la guerra?",
        "What does the MTUN say?",  # initials
        "Why didnt the engineer speak?",  # only an apostrophe is missing
        "Route 66a tunnel5?",
    ],
)
def test_what_may_not_be_a_slip_stays(asked: str) -> None:
    mended = respelt(asked, frequencies, together)
    expected = asked.replace("Ruth Amblesidde", "Ruth Ambleside")
    assert mended.text == expected


def test_nothing_is_mended_while_the_index_is_not_fit() -> None:
    assert respelt("when did the fery strike end", lambda _: {}, together).text == "when did the fery strike end"


def test_no_word_is_put_together_of_pieces() -> None:
    def by_pieces(terms: Sequence[str]) -> Mapping[str, int]:  # as an index counts what it takes apart
        return {term: min(frequencies(re.split(r"['’]", term)).values()) for term in terms}

    assert by_pieces(["bri'e"])["bri'e"] == 0 and by_pieces(["very'little"])["very'little"] == 1
    assert by_pieces(["war'in"])["war'in"] == 1  # a letter away from Warzin
    mended = respelt("What did the bride wear in Warzin?", by_pieces, lambda query, phrases: True)
    assert mended.text == "What did the bride wear in Warzin?"


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    mended = respelt(text, frequencies, together)
    assert bool(mended.notes) == (mended.text != text)


def answer(store: ArchiveStore, text: str, **settings: SearchFilter | Reading | tuple[Turn, ...]) -> Answer:
    *_, last = answer_question(store, Question(text, ASKED, **settings))  # type: ignore[arg-type]
    assert isinstance(last, AnswerReady)
    return last.answer


def test_the_plan_is_of_the_mended_question_and_keeps_what_was_typed(store: ArchiveStore) -> None:
    plan = plan_question(store, Question("How long is the crakc in the old bridge of Eastwick?", ASKED))
    assert plan.question == "How long is the crakc in the old bridge of Eastwick?"
    assert plan.standalone == "How long is the crack in the old bridge of Eastwick?"
    assert plan.notes == ("No article has “crakc”; “crack” was searched for instead.",)
    timeline, asked = plan_timeline(store, Question("the dokcers of Tarn", ASKED))
    assert "dockers" in asked.topic
    assert timeline.notes


def test_a_follow_up_goes_on_from_the_mended_question(store: ArchiveStore) -> None:
    before = (Turn("user", "How long is the crack in the bridge of Eastwikc?"), Turn("assistant", "40 centimetres."))
    for text in ("And what will the repairs cost?", "How many articles are there?"):
        plan = plan_question(store, Question(text, ASKED, history=before))
        assert "Eastwick" in plan.standalone and "Eastwikc" not in plan.standalone
        assert plan.question == text and not any("searched for instead" in note for note in plan.notes)
    assert not answer(store, "And what will the repairs cost?", history=before).refused


def test_what_the_asker_has_settled_is_not_mended(store: ArchiveStore) -> None:
    typed = "How long is the crakc in the old bridge?"
    plan = plan_question(store, Question("anything", ASKED, reading=Reading(standalone=typed)))
    assert plan.standalone == typed


def test_nothing_is_taken_from_articles_outside_the_wall(store: ArchiveStore) -> None:
    before = SearchFilter(published_to=date(2024, 1, 1))
    plan = plan_question(store, Question("How long is the crakc in the bridge?", ASKED, wall=before))
    assert "crakc" in plan.standalone


def test_a_name_that_no_article_has_is_refused_and_the_nearest_one_told(store: ArchiveStore) -> None:
    refused = answer(store, "What did engineer Ruth Amblestyde find in the old bridge of Eastwick?")
    assert refused.refused
    assert "No article names “Amblestyde”. The nearest name in what was found is “Ambleside”." in refused.statement
    told = answer(store, "What did engineer Ruth Ambleside find in the old bridge of Eastwick?")
    assert not told.refused


def test_a_name_in_a_headline_alone_is_known(tmp_path: Path) -> None:
    with make_archive(tmp_path / "archive", embed=False) as small:
        only_above = "Rovers"
        assert any(only_above in title for _, _, _, title, _ in ARTICLES)
        assert small.occurrences(["rovers", "dockers", "zeppelin"])["zeppelin"] == 0
        assert small.occurrences(["rovers"])["rovers"] > 0


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("Who did Mayor Zeb Quill meet in Tarn?", ["Zeb Quill"]),
        ("Who did Mayor Ole Zwick meet?", ["Zwick"]),  # an Ole there is
        ("What did Ole Zwick’s wife say to Mayor Zeb Quill's?", ["Zwick", "Zeb Quill"]),
        ("What is the Mayor Strategy of Tarn?", []),  # a word of English
        ("What is the turnout in Portuguese towns?", []),
        ("Who is the CEO of Tarn, Sir?", []),
        ("What did Zeb’s CEO say?", ["Zeb"]),
        ("What Is The Population Of Skarra?", []),  # capitals say nothing
        ("skarra population now", []),  # nor do small letters
        ("Wie viele Menschen starben in Merrin?", []),
        ("What did it cost in Q3?", []),
    ],
)
def test_names_that_no_article_has(question: str, unknown: list[str]) -> None:
    there = {"mayor", "tarn", "ole"}
    occurrences = {word.text.lower(): int(word.text.lower() in there) for word in words(question)}
    assert named_nowhere(question, occurrences) == unknown
    assert named_nowhere(question, {}) == []


def test_nothing_is_said_of_names_that_are_there() -> None:
    assert describe_unknown([], []) == []
    assert describe_unknown(["Zeb"], []) == ["No article names “Zeb”."]


def test_british_and_american_words_are_no_slips() -> None:
    assert all(is_english(word) for word in ("summarise", "summarize", "centre", "favourite", "organisation"))
    assert not is_english("summarie")


def test_in_a_large_archive_a_rare_word_is_not_what_was_meant() -> None:
    assert (
        respelt("when did the fery strike end", frequencies, together, least=2).text == "when did the fery strike end"
    )


def test_a_name_of_one_word_is_mended_only_beside_all_that_is_asked() -> None:
    assert respelt("What did Zelenskyy say about the tunnel?", frequencies, together).notes
    assert not respelt("What did Zelenskyy say about the tunnel and the ferry?", frequencies, together).notes


def test_another_word_of_the_same_stem_is_not_what_was_meant(tmp_path: Path) -> None:
    with make_archive(tmp_path / "archive", embed=False) as small:
        small.add(
            [incoming("dig", LEDGER, "2024-05-02", "A dig", "The museum positively likes the position of the dig.")]
        )
        assert small.occurrences(["positant"])["positant"] == small.occurrences(["position"])["position"] > 0
        assert "Positano" in plan_question(small, Question("Where is the dig of Positano?", ASKED)).standalone


def test_what_was_meant_is_looked_for_in_the_version_of_the_day(tmp_path: Path) -> None:
    with make_archive(tmp_path / "archive", embed=False) as small:
        older = incoming("dig", LEDGER, "2024-05-02", "A dig", "The zubrowka of the museum was dug up in the spring.")
        newer = incoming("dig", LEDGER, "2024-05-02", "A dig", "The vase of the museum was dug up in the spring.")
        newer = replace(newer, article=replace(newer.article, modified=Timestamp.from_iso("2024-05-20")))
        small.add([older])
        small.add([newer])
        text = "Where was the zubrowak of the museum dug up?"
        as_it_was = Question(text, ASKED, wall=SearchFilter(as_of=date(2024, 5, 3)))
        assert "zubrowka" in plan_question(small, as_it_was).standalone
        assert "zubrowak" in plan_question(small, Question(text, ASKED)).standalone


def test_an_article_taken_down_while_slips_are_looked_for_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make_archive(tmp_path / "archive", embed=False) as small:
        matching = small.matching_articles

        def and_then_gone(*given: Any, **options: Any) -> list[MatchedArticle]:
            found = matching(*given, **options)
            if found:
                small.remove(RemovalSelector(tuple(one.article_id for one in found)), "test")
            return found

        monkeypatch.setattr(small, "matching_articles", and_then_gone)
        text = "How long is the crakc in the old bridge of Eastwick?"
        assert plan_question(small, Question(text, ASKED)).standalone == text
