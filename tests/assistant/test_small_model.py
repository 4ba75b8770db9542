"""The whole way on a real model, the smallest: plumbing and checks, not quality. `make local-model` gets it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive.settings import Settings
from archive.store import ArchiveStore
from assistant.answer import Answer, AnswerReady, Mode, TextDelta
from assistant.answer_json import answer_as_json
from assistant.language_model import LanguageModel, Message, open_language_model
from assistant.pipeline import AnswerSettings, answer_question
from assistant.question import Question
from tests.assistant.small_archive import ARTICLES, make_archive

FILE = Path(__file__).parents[2] / "build" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
CRACK = "How long is the crack in the old bridge of Eastwick?"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(not FILE.exists(), reason="no small model is here; `make local-model` gets it"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveStore]:
    with make_archive(tmp_path_factory.mktemp("archive"), embed=False) as opened:
        yield opened


def model_with(context: int) -> LanguageModel:
    pytest.importorskip("xllamacpp", reason="the extra backissue[local] is not installed")
    opened = open_language_model(Settings(local_model=FILE, local_model_context=context))
    assert opened is not None
    return opened


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return model_with(4096)


def ask(store: ArchiveStore, model: LanguageModel, text: str) -> tuple[str, Answer]:
    *events, last = answer_question(
        store, Question(text, date(2024, 6, 10)), settings=AnswerSettings(), language_model=model
    )
    assert isinstance(last, AnswerReady)
    return "".join(event.text for event in events if isinstance(event, TextDelta)), last.answer


def hold(answer: Answer) -> None:
    """What every answer must keep to, however small the model."""
    texts = " ".join(article[-1] for article in ARTICLES)
    keys = {source.key for source in answer.sources}
    for sentence in answer.sentences:
        assert set(sentence.citations) <= keys
        assert "http" not in sentence.text
    for source in answer.sources:
        assert source.text in texts
        assert all(0 <= start < end <= len(source.text) for start, end in source.highlights)
    assert answer.answer
    json.dumps(answer_as_json(answer))


def test_it_speaks_by_a_schema_and_tells_its_context(model: LanguageModel) -> None:
    assert model.on_this_machine
    assert model.context_tokens() == 4096
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"colour": {"type": "string", "enum": ["red", "blue"]}},
        "required": ["colour"],
        "additionalProperties": False,
    }
    reply = model.complete([Message("user", "Which colour has a clear sky?")], json_schema=schema)
    assert json.loads(reply.text)["colour"] in {"red", "blue"}
    assert model.takes_json


def test_a_question_goes_the_whole_way(store: ArchiveStore, model: LanguageModel) -> None:
    _, answer = ask(store, model, CRACK)
    hold(answer)
    assert answer.usage.requests >= 1
    assert answer.usage.model == FILE.stem
    assert answer.usage.prompt_tokens
    assert answer.mode in {Mode.MODEL, Mode.QUOTES}


def test_a_context_of_2048_is_enough(store: ArchiveStore) -> None:
    model = model_with(2048)
    assert model.context_tokens() == 2048
    _, answer = ask(store, model, "Why did the dockers of Tarn go on strike, and how did it end?")
    hold(answer)
    assert not any("too long for the model" in notice for notice in answer.notices)
