from __future__ import annotations

from datetime import date

import pytest

from archive.store import ArchiveStore
from assistant.answer import Answer, AnswerReady
from assistant.pipeline import answer_question
from assistant.question import Question
from assistant.unknown_names import looked_for, named_nowhere
from assistant.unknown_places import places_in

ASKED = date(2024, 6, 10)


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("What happened to the trams in Lisbon last week?", ["Lisbon"]),
        ("In Lisbon, who resigned from the council?", ["Lisbon"]),
        ("Who is the mayor of Vienna?", ["Vienna"]),
        ("How many were hurt in Lisbon’s harbour?", ["Lisbon"]),
        ("Who flew from Madrid to Warsaw?", ["Madrid"]),  # "to" alone says nothing: letters go to people
        ("What did Catherine write to Vienna?", []),
        ("Who met in Parliament?", []),  # words of English, whatever their capitals
        ("Which authors are taught at University?", []),
        ("What is in Climate Strategy?", []),
        ("What was sung in Portuguese?", []),
        ("What was sung in Dutch?", []),
        ("Who was at Christmas in Tarn?", []),
        ("Which storms hit harbours in Asia?", []),  # who reports from Tarn doesn't say which part of the world it is
        ("Who lives in Los Angeles?", []),
        ("Who was found in March?", []),
        ("what happened in lisbon", []),
    ],
)
def test_places_that_are_surely_places(question: str, places: list[str]) -> None:
    assert [place.text for place in places_in(question)] == places


def test_a_place_counts_as_there_by_any_word_that_is_called_after_it() -> None:
    def nowhere(question: str, *there: str) -> list[str]:
        return named_nowhere(question, {word: int(word in there) for word in looked_for(question)})

    assert nowhere("What did the council in Vienna decide?") == ["Vienna"]
    assert nowhere("What did the council in Vienna decide?", "viennese") == []
    assert nowhere("What did the crews in Britain decide?", "uk") == []
    assert nowhere("What did the crews in Mumbai decide?", "bombay") == []
    assert nowhere("What did Ole Zwick decide in Lisbon?", "ole") == ["Zwick", "Lisbon"]
    assert named_nowhere("What did the council in Vienna decide?", {}) == []


def answer(store: ArchiveStore, text: str) -> Answer:
    *_, last = answer_question(store, Question(text, ASKED))
    assert isinstance(last, AnswerReady)
    return last.answer


def test_a_known_place_that_no_article_names_is_told_and_refused(store: ArchiveStore) -> None:
    asked = "How long was the crack that engineers found in the old bridge in {}?"
    refused = answer(store, asked.format("Lisbon"))
    assert refused.refused and "No article names “Lisbon”." in refused.statement
    assert not answer(store, asked.format("Eastwick")).refused
