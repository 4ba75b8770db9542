from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from archive.filters import SearchFilter
from archive.outlet_names import OutletNames
from archive.settings import Settings
from archive.store import ArchiveStore
from assistant.answer import AnswerReady
from assistant.conversation import Turn
from assistant.model_planner import plan_with_model
from assistant.openai_model import OpenAILanguageModel
from assistant.pipeline import answer_question
from assistant.planner import Known, plan_question, plan_text, plan_timeline
from assistant.question import Question
from assistant.reading_choices import Reading
from tests.assistant.small_archive import COURIER, LEDGER, POST, make_archive
from tests.fake_openai import FakeOpenAI

ASKED = date(2024, 6, 12)
KNOWN = Known(OutletNames((LEDGER, COURIER, POST)), ("Ines Okafor",), date(2023, 6, 4), date(2024, 6, 2))
HISTORY = (Turn("user", "Who won the Norland Cup?"), Turn("assistant", "Tarn United won it on 1 June 2024 [1]."))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveStore]:
    with make_archive(tmp_path_factory.mktemp("archive"), embed=False) as opened:
        yield opened


def test_a_window_taken_away_leaves_the_question_without_its_time_words() -> None:
    asked = Question("Who won the Norland Cup last year?", ASKED)
    (inferred,) = plan_text(asked, KNOWN).parts
    assert inferred.window is not None
    (part,) = plan_text(Question(asked.text, ASKED, reading=Reading(infer_days=False)), KNOWN).parts
    assert part.window is None and part.question == inferred.question


def test_the_time_that_an_event_tells_is_taken_away_too(store: ArchiveStore) -> None:
    text = "What did the harbour director say after the strike ended?"
    plan = plan_question(store, Question(text, ASKED, reading=Reading(infer_days=False)))
    assert all(part.window is None for part in plan.parts)


def test_outlets_taken_away_are_words_again() -> None:
    text = "What did the Ledger say about the Norland Cup?"
    (part,) = plan_text(Question(text, ASKED, reading=Reading(infer_outlets=False)), KNOWN).parts
    assert part.outlets == () and "Ledger" in part.question


def test_outlets_chosen_instead_stand_alone_without_the_old_names() -> None:
    text = "What did the Ledger say about the Norland Cup?"
    wall = SearchFilter(outlets=(COURIER,))
    plan = plan_text(Question(text, ASKED, wall=wall, reading=Reading(infer_outlets=False)), KNOWN)
    (part,) = plan.parts
    assert part.outlets == () and "Ledger" not in part.question and plan.wall.outlets == (COURIER,)


def test_the_outlets_chosen_are_the_ones_compared() -> None:
    text = "How did the Ledger and the Courier differ on the dockers' strike?"
    wall = SearchFilter(outlets=(COURIER, POST))
    plan = plan_text(Question(text, ASKED, wall=wall, reading=Reading(infer_outlets=False)), KNOWN)
    assert [part.outlets for part in plan.parts] == [(COURIER,), (POST,)]
    assert {part.question for part in plan.parts} == {"The dockers' strike?"}
    one = Question(text, ASKED, wall=SearchFilter(outlets=(POST,)), reading=Reading(infer_outlets=False))
    assert [part.outlets for part in plan_text(one, KNOWN).parts] == [()]


def test_bylines_taken_away_are_words_again_and_chosen_ones_are_a_wall() -> None:
    text = "What did Ines Okafor write about the tugs in May?"
    reading = Reading(infer_authors=False)
    (part,) = plan_text(Question(text, ASKED, reading=reading), KNOWN).parts
    assert part.authors == () and "Okafor" in part.question and part.window is not None
    wall = SearchFilter(authors=("Ines Okafor",))
    (part,) = plan_text(Question(text, ASKED, wall=wall, reading=reading), KNOWN).parts
    assert part.authors == () and "Okafor" not in part.question


def test_what_is_counted_keeps_to_it_as_well(store: ArchiveStore) -> None:
    asked = Question("How many articles did the Ledger publish on dockers in March 2024?", ASKED)
    counted = plan_question(store, asked).catalog
    assert counted is not None and counted.window is not None and counted.outlets == (LEDGER,)
    settled = Reading(infer_days=False, infer_outlets=False)
    wide = plan_question(
        store, Question(asked.text, ASKED, wall=SearchFilter(outlets=(LEDGER, COURIER)), reading=settled)
    ).catalog
    assert wide is not None and wide.window is None and wide.outlets == () and "Ledger" not in wide.topic
    _, course = plan_timeline(store, Question("dockers since April", ASKED, reading=settled))
    assert course.window is None


def test_a_question_put_in_full_takes_nothing_from_the_conversation(store: ArchiveStore) -> None:
    asked = Question("And who scored?", ASKED, HISTORY)
    assert "Norland" in plan_question(store, asked).standalone
    settled = Question(asked.text, ASKED, HISTORY, reading=Reading(standalone="Who lifted the trophy?"))
    plan = plan_question(store, settled)
    assert plan.question == "And who scored?" and plan.standalone == "Who lifted the trophy?" and plan.notes == ()
    answer = next(event.answer for event in answer_question(store, settled) if isinstance(event, AnswerReady))
    assert "Sofia Brandt lifted the trophy" in answer.answer and answer.question == "And who scored?"


def test_a_model_does_not_put_again_what_the_asker_has_put(store: ArchiveStore) -> None:
    with FakeOpenAI() as fake:
        model = OpenAILanguageModel(
            Settings.model_validate({"openai_base_url": fake.base_url, "model": "m", "model_retries": 0})
        )
        settled = Question("And who scored?", ASKED, HISTORY, reading=Reading(standalone="Who lifted the trophy?"))
        planned = plan_with_model(store, settled, model)
        assert planned.plan == plan_question(store, settled)
        assert fake.requests == []


def test_nothing_settled_changes_nothing(store: ArchiveStore) -> None:
    for text in ("How did the Ledger and the Courier differ on the strike in March?", "Who won the cup last year?"):
        assert plan_question(store, Question(text, ASKED)) == plan_question(
            store, Question(text, ASKED, reading=Reading())
        )
