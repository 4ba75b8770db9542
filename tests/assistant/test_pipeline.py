from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.filters import SearchFilter
from archive.settings import Settings
from archive.store import ArchiveStore
from assistant.answer import (
    Answer,
    AnswerEvent,
    AnswerReady,
    EvidenceReady,
    Mode,
    PlanReady,
    TextDelta,
    Verdict,
)
from assistant.conversation import Turn
from assistant.language_model import LanguageModel, open_language_model
from assistant.pipeline import AnswerSettings, answer_question
from assistant.question import Question
from assistant.small_talk import is_small_talk
from tests.assistant.small_archive import ARTICLES, incoming, make_archive
from tests.fake_openai import Cut, FakeOpenAI, Status, Text, as_json

ASKED = date(2024, 6, 10)
CRACK = "How long is the crack in the old bridge of Eastwick?"


def model_at(fake: FakeOpenAI, **settings: Any) -> LanguageModel:
    model = open_language_model(
        Settings(openai_base_url=fake.base_url, model="small", model_retries=0, model_timeout_seconds=5, **settings)
    )
    assert model is not None
    return model


def ask(
    store: ArchiveStore,
    text: str,
    model: LanguageModel | None = None,
    mode: Mode = Mode.AUTO,
    wall: SearchFilter | None = None,
    history: tuple[Turn, ...] = (),
) -> tuple[list[AnswerEvent], Answer]:
    question = Question(text, ASKED, history, wall or SearchFilter(), mode)
    events = list(answer_question(store, question, language_model=model))
    assert isinstance(events[-1], AnswerReady)
    return events, events[-1].answer


def assert_quotes_are_exact(store: ArchiveStore, answer: Answer) -> None:
    """Every citation resolves, every sentence is a slice of its article, highlighted in its source."""
    sources = {source.key: source for source in answer.sources}
    assert list(sources) == [str(number) for number in range(1, len(sources) + 1)]
    cited = {key for sentence in answer.sentences for key in sentence.citations}
    assert cited | {figure.citation for one in answer.disagreements for figure in one.figures} == set(sources)
    for one in answer.disagreements:
        for figure in one.figures:
            assert sources[figure.citation].text[figure.start : figure.end] == figure.figure
    for source in answer.sources:
        assert store.article(source.article_id).text[source.start : source.end] == source.text
        assert store.passage(source.passage_id) is not None
    for sentence in answer.sentences:
        (key,) = sentence.citations
        marked = [sources[key].text[start:end] for start, end in sources[key].highlights]
        assert sentence.text in marked and sentence.verdict is Verdict.SUPPORTED
        assert len(sentence.text.split()) <= 60


def test_events_come_in_order_and_quotes_answer(store: ArchiveStore) -> None:
    events, answer = ask(store, CRACK)
    assert [type(event) for event in events] == [PlanReady, EvidenceReady, TextDelta, AnswerReady]
    assert answer.mode is Mode.QUOTES and not answer.refused
    assert "crack 40 centimetres long" in answer.sentences[0].text
    assert "[1]" in answer.answer and "Eastwick Evening Post, 20 May 2024" in answer.answer
    assert {"plan", "embed_query", "keyword", "vector", "fuse", "evidence", "answer"} <= answer.timings_ms.keys()
    assert_quotes_are_exact(store, answer)


def test_evidence_carries_the_passages_for_evaluation(store: ArchiveStore) -> None:
    events, _ = ask(store, CRACK)
    evidence = next(event for event in events if isinstance(event, EvidenceReady))
    assert evidence.retrieval is not None and evidence.retrieval.hits
    assert len(evidence.sources) <= len(evidence.retrieval.hits)


def test_a_follow_up_is_rewritten_and_shown(store: ArchiveStore) -> None:
    turns = (
        Turn("user", "Who won the Norland Cup in June 2024?"),
        Turn("assistant", "“Tarn United won the Norland Cup.” [1]"),
    )
    _, answer = ask(store, "And the year before that?", history=turns)
    assert any("Eastwick Rovers" in sentence.text for sentence in answer.sentences)
    assert answer.plan.standalone == "Who won the Norland Cup in 2023?"
    assert any("Read as" in note for note in answer.plan.notes)


def test_both_outlets_are_quoted_in_a_comparison(store: ArchiveStore) -> None:
    _, answer = ask(
        store, "How many dockers were on strike in the port of Tarn according to the Ledger and the Courier?"
    )
    said = " ".join(sentence.text for sentence in answer.sentences)
    assert "900" in said and "600" in said
    assert {source.outlet for source in answer.sources} == {"The Norland Ledger", "Tarn Courier"}


def test_one_passage_answers_both_parts_of_a_question(store: ArchiveStore) -> None:
    question = "How long is the crack in the old bridge of Eastwick, and when was it closed to lorries?"
    _, answer = ask(store, question)
    assert len(answer.plan.parts) == 2
    assert "40 centimetres" in answer.answer
    assert not any("no answer" in notice for notice in answer.notices)
    assert len({sentence.text for sentence in answer.sentences}) == len(answer.sentences)
    assert_quotes_are_exact(store, answer)


def test_a_quarter_is_told_by_the_day_of_an_article_and_not_by_its_words(store: ArchiveStore) -> None:
    _, plain = ask(store, "What did the dockers accept in April 2024?")
    _, coded = ask(store, "What did the dockers accept in Q2 2024?")
    assert not coded.refused and "4.5 percent" in coded.answer
    assert coded.confidence == pytest.approx(plain.confidence, abs=0.1)


def test_an_outlet_that_has_nothing_on_it_is_said_and_not_quoted(store: ArchiveStore) -> None:
    _, answer = ask(store, "How did the Post and the Courier differ on the crack in the old bridge of Eastwick?")
    assert {source.outlet for source in answer.sources} == {"Eastwick Evening Post"}
    assert any("no answer of Tarn Courier" in notice for notice in answer.notices)


@pytest.mark.parametrize("asked_on", [date.min, date.max])  # "9999-12-31" is how many programs write "ever"
@pytest.mark.parametrize(
    "text",
    ["Who opened the inquiry?", "What happened since Tuesday?", "What was inflation in September?", "last week?"],
)
def test_any_day_can_be_the_day_asked(store: ArchiveStore, text: str, asked_on: date) -> None:
    *_, last = answer_question(store, Question(text, asked_on, wall=SearchFilter(as_of=asked_on)))
    assert isinstance(last, AnswerReady)


def test_an_empty_archive_refuses(tmp_path: Path) -> None:
    with ArchiveStore.open(tmp_path, create=True) as empty:
        _, answer = ask(empty, CRACK)
    assert answer.refused and answer.confidence == 0 and "It is empty." in answer.answer


def test_quotes_without_any_vectors(tmp_path: Path) -> None:
    with make_archive(tmp_path, embed=False) as store:
        _, answer = ask(store, CRACK)
        assert not answer.refused
        assert_quotes_are_exact(store, answer)


def test_a_model_answers_where_there_is_one(store: ArchiveStore, fake: FakeOpenAI) -> None:
    _, answer = ask(store, CRACK, model_at(fake))
    assert answer.mode is Mode.MODEL and answer.sentences
    assert {key for one in answer.sentences for key in one.citations} <= {source.key for source in answer.sources}
    assert answer.usage.requests >= 1


def test_quotes_can_be_asked_for_though_there_is_a_model(store: ArchiveStore, fake: FakeOpenAI) -> None:
    _, answer = ask(store, CRACK, model_at(fake), mode=Mode.QUOTES)
    assert answer.mode is Mode.QUOTES and not fake.chats


def test_a_refusal_never_asks_the_model(store: ArchiveStore, fake: FakeOpenAI) -> None:
    _, answer = ask(store, "Which airline ordered 200 aircraft from Boeing?", model_at(fake))
    assert answer.refused and not fake.chats


@pytest.mark.parametrize("said", ["NOT_IN_ARCHIVE", "The passages don't say how long the crack was."])
@pytest.mark.parametrize("by_schema", [True, False])
def test_a_models_no_is_its_word_on_what_it_was_shown(
    store: ArchiveStore, fake: FakeOpenAI, said: str, by_schema: bool
) -> None:
    fake.answer = lambda request: as_json([], said) if by_schema and request.wants_json else said
    events, answer = ask(store, CRACK, model_at(fake))
    found = next(event.sources for event in events if isinstance(event, EvidenceReady))
    assert answer.refused and answer.mode is Mode.MODEL and answer.shown_to_model == len(found)
    assert answer.answer.startswith("The passages found don't say. The language model found no answer in the ")
    assert f"{len(found)} passages that it was shown" in answer.statement and "The archive" not in answer.answer
    assert [source.article_id for source in answer.near_misses] == list(
        dict.fromkeys(source.article_id for source in found)
    )
    assert answer.near_misses[0].title in answer.answer


def test_only_what_the_model_was_shown_is_listed(store: ArchiveStore, fake: FakeOpenAI) -> None:
    fake.answer = lambda request: as_json([]) if request.wants_json else "NOT_IN_ARCHIVE"
    narrow = model_at(fake, model_context_tokens=1100)
    events, answer = ask(store, CRACK, narrow)
    found = next(event.sources for event in events if isinstance(event, EvidenceReady))
    assert 0 < answer.shown_to_model < len(found)
    assert {one.article_id for one in answer.near_misses} <= {one.article_id for one in found[: answer.shown_to_model]}


def test_quotes_take_the_place_of_a_model_that_fails(store: ArchiveStore, fake: FakeOpenAI) -> None:
    fake.script(Status(500))
    _, answer = ask(store, CRACK, model_at(fake))
    assert answer.mode is Mode.QUOTES and not answer.refused
    assert any("without the language model" in notice for notice in answer.notices)
    assert_quotes_are_exact(store, answer)


def test_what_had_arrived_is_kept_above_the_quotes(store: ArchiveStore, fake: FakeOpenAI) -> None:
    fake.script(Cut("The bridge was closed to lorries on Thursday and then something"))
    events, answer = ask(store, CRACK, model_at(fake))
    assert answer.incomplete
    assert any(isinstance(event, TextDelta) for event in events)
    assert any("crack 40 centimetres long" in sentence.text for sentence in answer.sentences)
    keys = {source.key for source in answer.sources}
    assert {key for one in answer.sentences for key in one.citations} <= keys


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("The crack in the bridge is 70 centimetres long.", False),
        ("Every reader should now visit our casino and deposit money.", False),
        ("Inspectors found a crack 40 centimetres long.", True),
    ],
)
def test_quotes_follow_an_answer_of_which_nothing_is_in_its_sources(
    store: ArchiveStore, fake: FakeOpenAI, said: str, stands: bool
) -> None:
    """An order that stood in an article, obeyed, is answered by the articles themselves."""
    fake.answer = lambda request: (
        as_json([(next(key for key, text in request.evidence if "40" in text), said)])
        if request.wants_json
        else "DROP nothing"
    )
    _, answer = ask(store, CRACK, model_at(fake))
    assert answer.mode is Mode.MODEL
    assert answer.sentences[0].text == said
    assert (len(answer.sentences) == 1) is stands
    assert any("is what its sources say; quotations" in notice for notice in answer.notices) is not stands
    if not stands:
        assert any("crack 40 centimetres" in one.text for one in answer.sentences[1:])
    assert [one.quoted for one in answer.sentences] == [False] + [True] * (len(answer.sentences) - 1)


def test_quotes_in_place_of_a_models_words_are_whole(store: ArchiveStore, fake: FakeOpenAI) -> None:
    fake.script(Text("and " * 5000))
    _, answer = ask(store, CRACK, model_at(fake))
    assert answer.mode is Mode.QUOTES and not answer.incomplete
    assert any("without end" in notice for notice in answer.notices)
    assert_quotes_are_exact(store, answer)


def test_asking_for_a_model_that_is_not_there_gives_quotes_and_says_so(store: ArchiveStore) -> None:
    _, answer = ask(store, CRACK, mode=Mode.MODEL)
    assert answer.mode is Mode.QUOTES and any("no language model" in notice for notice in answer.notices)


def test_settings_are_taken_over() -> None:
    taken = AnswerSettings.from_settings(Settings(evidence_passages=4, evidence_tokens=900))
    assert (taken.passages, taken.evidence_tokens) == (4, 900)


WORDS = st.sampled_from(sorted({word for article in ARTICLES for word in f"{article[3]} {article[4]}".split()}))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(WORDS, min_size=1, max_size=9), st.sampled_from(["Who", "How many", "When did", "Which country", "What"])
)
def test_whatever_is_asked_quotes_are_exact(store: ArchiveStore, words: list[str], start: str) -> None:
    _, answer = ask(store, f"{start} {' '.join(words)}?")
    if not answer.refused:
        assert 1 <= len(answer.sentences) <= 3
        assert_quotes_are_exact(store, answer)


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=60))
def test_no_question_breaks_it(store: ArchiveStore, text: str) -> None:
    _, answer = ask(store, text)
    assert answer.refused or answer.sentences or is_small_talk(Question(text, ASKED))  # "OK"


def test_odd_articles_are_quoted_exactly_too(tmp_path: Path) -> None:
    odd = "\ufeffDockers  of Tarn…  “Niemals!”\u2028sagte Öle.\t\x0bEnde 😀 der Dockers\u00a0of Tarn.\n\n"
    odd += "  The dockers of Tarn said: no. "
    with make_archive(tmp_path) as store:
        store.add([incoming("odd", None, "2024-06-01", "Dockers of Tarn", odd)])
        _, answer = ask(store, "What did the dockers of Tarn say?")
        assert_quotes_are_exact(store, answer)
