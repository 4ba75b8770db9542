from __future__ import annotations

import copy
import logging
import re
import threading
from collections.abc import Iterator
from datetime import date

import pytest

from archive.errors import LanguageModelError, UsageError
from assistant.answer import AnswerEvent, AnswerReady, EvidenceReady, PlanReady, TextDelta
from assistant.question import Question
from assistant.reading_choices import Reading
from tests.web.examples_of_answers import answer, plan, source
from web import texts
from web.session import ChatSession
from web.turn_view import Asked, Phase, TurnView

ASKED = Asked("Who?", date(2024, 12, 20))
WAIT = 10.0


def answered(question: Question) -> Iterator[AnswerEvent]:
    yield PlanReady(plan(question.text))
    yield EvidenceReady((source(),))
    yield TextDelta("It is ")
    yield TextDelta("so.")
    yield AnswerReady(answer())


def test_a_question_goes_through_its_phases() -> None:
    views = list(ChatSession().ask(ASKED, answered))
    phases = [view.phase for view in views]
    assert phases[0] is Phase.PLANNING and phases[-1] is Phase.DONE
    assert phases == sorted(phases, key=list(Phase).index)
    assert views[-1].answer is not None


def test_a_follow_up_hears_what_was_said() -> None:
    heard: list[Question] = []

    def listening(question: Question) -> Iterator[AnswerEvent]:
        heard.append(question)
        return answered(question)

    session = ChatSession()
    list(session.ask(ASKED, listening))
    list(session.ask(Asked("And then?", ASKED.asked_on), listening))
    assert [turn.role for turn in heard[1].history] == ["user", "assistant"]
    assert heard[0].history == () and heard[1].history[0].content == "Who?"
    session.clear()
    assert session.turns == () and session.history() == ()


def test_a_question_asked_again_hears_only_what_came_before_it() -> None:
    heard: list[Question] = []

    def listening(question: Question) -> Iterator[AnswerEvent]:
        heard.append(question)
        return answered(question)

    session = ChatSession()
    for text in ("Who?", "And then?", "And where?"):
        list(session.ask(Asked(text, ASKED.asked_on), listening))
    settled = Reading(standalone="And then what?", infer_days=False)
    list(session.ask(Asked("And then?", ASKED.asked_on, reading=settled, again=2), listening))
    assert [turn.content for turn in heard[3].history if turn.role == "user"] == ["Who?"]
    assert heard[3].reading == settled
    assert [view.number for view in session.turns] == [1, 2, 3, 4]


def test_stop_is_obeyed_while_the_model_is_silent() -> None:
    silent, closed = threading.Event(), threading.Event()

    def stuck(question: Question) -> Iterator[AnswerEvent]:
        try:
            yield PlanReady(plan())
            yield TextDelta("It")
            silent.wait(WAIT)
            yield TextDelta(" never comes")
        finally:
            closed.set()

    session = ChatSession()
    views: list[TurnView] = []
    for view in session.ask(ASKED, stuck):
        views.append(view)
        if view.text:
            session.stop()
    assert views[-1].phase is Phase.STOPPED and views[-1].text == "It"
    assert not closed.is_set()  # it was not waited for
    silent.set()
    assert closed.wait(WAIT)
    assert list(session.ask(ASKED, answered))[-1].phase is Phase.DONE


def test_what_breaks_is_said_and_the_next_question_works(caplog: pytest.LogCaptureFixture) -> None:
    def model_fails(question: Question) -> Iterator[AnswerEvent]:
        yield TextDelta("It re")
        raise LanguageModelError("The model is away. Try quotes.", "It reopened")

    def refuses(question: Question) -> Iterator[AnswerEvent]:
        raise UsageError("Not like this.")
        yield

    def has_a_defect(question: Question) -> Iterator[AnswerEvent]:
        raise KeyError("secret")
        yield

    def ends_early(question: Question) -> Iterator[AnswerEvent]:
        yield PlanReady(plan())

    session = ChatSession()
    failed = list(session.ask(ASKED, model_fails))[-1]
    assert (failed.phase, failed.text, failed.error) == (Phase.FAILED, "It reopened", "The model is away. Try quotes.")
    assert list(session.ask(ASKED, refuses))[-1].error == "Not like this."
    with caplog.at_level(logging.ERROR):
        defect = list(session.ask(ASKED, has_a_defect))[-1]
    (reference,) = re.findall(r"reference ([0-9a-f]{8})", defect.error)
    assert defect.error == texts.unexpected(reference) and f"answering failed (reference {reference})" in caplog.text
    assert list(session.ask(ASKED, ends_early))[-1].phase is Phase.FAILED
    assert session.history() == ()  # what failed is not part of the conversation
    assert list(session.ask(ASKED, answered))[-1].phase is Phase.DONE


def test_a_reader_who_leaves_stops_the_answer() -> None:
    closed = threading.Event()
    go_on = threading.Event()

    def endless(question: Question) -> Iterator[AnswerEvent]:
        try:
            yield PlanReady(plan())
            while go_on.wait(WAIT):
                yield TextDelta("more ")
        finally:
            closed.set()

    session = ChatSession()
    views = session.ask(ASKED, endless)
    next(views), next(views)
    views.close()  # type: ignore[attr-defined]
    go_on.set()
    assert closed.wait(WAIT)
    assert session.turns[-1].phase is Phase.STOPPED


def test_a_copy_of_a_session_is_an_empty_one() -> None:
    session = ChatSession()
    list(session.ask(ASKED, answered))
    assert len(session.turns) == 1 and copy.deepcopy(session).turns == ()
