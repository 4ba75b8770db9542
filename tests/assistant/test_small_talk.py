from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from archive.filters import SearchFilter
from archive.settings import Settings
from archive.store import ArchiveStore
from assistant.answer import Answer, AnswerReady, EvidenceReady, Mode, PlanReady, TextDelta
from assistant.conversation import Turn
from assistant.pipeline import answer_question
from assistant.question import Question
from assistant.reading_choices import Reading
from assistant.small_talk import is_small_talk, without_small_talk
from evaluation.answering import Answering
from evaluation.prices import Prices
from evaluation.question_set import TestQuestion

ASKED = date(2024, 6, 10)
BRIDGE = (Turn("user", "How long is the crack in the old bridge of Eastwick?"), Turn("assistant", "Six metres. [1]"))
NOTHING_ASKED = [
    "thanks", "Thank you very much!", "Many thanks", "hello", "Hi there 👋", "HELLO!!", "Good morning, everyone.",
    "ok, thanks", "thanks for your help", "no, thank you", "bye", "Hello, how are you?", "  hey  ",
]  # fmt: skip
ASSENTS = ["yes", "Yes, please!", "ok", "no", "Sure."]
QUESTIONS = [
    "Thanks to whom did the strike end?", "Hello Kitty sales", "Thank you note of the mayor", "Hey Jude", "Hi-hat",
    "Good Friday", "Good Morning Vietnam", "Yes Bank", "No. 10", "There", "again", "so much", "Many", "", "?",
    '"hello"', "“Thank you”", "Who said thanks?", "thanks 2024", "Please Please Me", "Goodbye Lenin", "okapi", "Danke",
]  # fmt: skip


def asked(text: str, *history: Turn) -> Question:
    return Question(text, ASKED, history)


@pytest.mark.parametrize("text", NOTHING_ASKED)
def test_courtesies_ask_nothing_whatever_went_before(text: str) -> None:
    assert is_small_talk(asked(text))
    assert is_small_talk(asked(text, *BRIDGE))


@pytest.mark.parametrize("text", ASSENTS)
def test_a_yes_asks_nothing_only_where_nothing_was_said_before(text: str) -> None:
    assert is_small_talk(asked(text))
    assert not is_small_talk(asked(text, *BRIDGE))


@pytest.mark.parametrize("text", QUESTIONS)
def test_what_only_begins_like_small_talk_is_a_question(text: str) -> None:
    assert not is_small_talk(asked(text))
    assert not is_small_talk(asked(text, *BRIDGE))


def test_what_was_put_in_full_by_the_asker_is_a_question() -> None:
    assert not is_small_talk(replace(asked("thanks"), reading=Reading(standalone="Which towns gave thanks?")))


def test_small_talk_is_left_out_of_what_a_follow_up_goes_on_from() -> None:
    hello = (Turn("user", "hello"), Turn("assistant", "Ask a question."))
    yes = (Turn("user", "yes"), Turn("assistant", "Ask a question."))
    thanks = (Turn("user", "thanks!"), Turn("assistant", "Ask a question."))
    assert without_small_talk(asked("and why?", *hello, *yes, *BRIDGE, *thanks)).history == BRIDGE
    assert without_small_talk(asked("and why?", *BRIDGE, *yes)).history == (*BRIDGE, *yes)
    assert is_small_talk(without_small_talk(asked("yes", *hello)))


def answer_of(store: ArchiveStore, question: Question) -> Answer:
    events = list(answer_question(store, question))
    assert isinstance(events[0], PlanReady)
    assert isinstance(events[-1], AnswerReady)
    return events[-1].answer


def test_the_reply_says_what_can_be_asked_and_searches_nothing(store: ArchiveStore) -> None:
    events = list(answer_question(store, asked("Thank you!")))
    assert [type(event) for event in events] == [PlanReady, EvidenceReady, TextDelta, AnswerReady]
    answer = answer_of(store, asked("Thank you!"))
    assert answer.small_talk
    assert not answer.refused
    assert (answer.sentences, answer.sources, answer.mode, answer.plan.parts) == ((), (), Mode.QUOTES, ())
    assert answer.answer == answer.statement
    assert "Ask a question" in answer.answer and f"It covers {len(list(store.articles()))} articles" in answer.answer


def test_it_covers_what_lies_within_the_filters(store: ArchiveStore) -> None:
    question = replace(asked("hello"), wall=SearchFilter(published_to=date(1999, 1, 1)))
    assert answer_of(store, question).answer.endswith("No article lies within the filters set.")


def test_a_follow_up_after_thanks_goes_on_from_the_question_before(store: ArchiveStore) -> None:
    thanks = (Turn("user", "thanks"), Turn("assistant", "Ask a question."))
    plain = answer_of(store, asked("And why?", *BRIDGE))
    assert answer_of(store, asked("And why?", *BRIDGE, *thanks)).plan.standalone == plain.plan.standalone
    assert "bridge" in plain.plan.standalone


def test_evaluation_counts_it_as_a_refusal(store: ArchiveStore) -> None:
    answering = Answering(store, Settings(), Mode.QUOTES, False, ASKED, None, Prices("USD"))
    row = answering.row(TestQuestion(id="q1", question="hello", expect="abstain"))
    assert row["refused"]
    assert row["scores"]["right_to_refuse_or_answer"] == 1
    covered = TestQuestion(id="q2", question="thanks", answers=("articles",), expect="answer")
    assert answering.row(covered)["scores"]["contains_answer"] == 0
