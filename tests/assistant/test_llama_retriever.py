"""The archive as LlamaIndex's retriever. LlamaIndex is loaded late: each of the tests' processes reads this file."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from archive.filters import SearchFilter
from archive.settings import Settings
from archive.store import ArchiveStore
from assistant.language_model import open_language_model
from tests.assistant.small_archive import POST, make_archive
from tests.fake_openai import FakeOpenAI

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "llamaindex_app.py"
CRACK = "How long is the crack in the old bridge of Eastwick?"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveStore]:
    with make_archive(tmp_path_factory.mktemp("archive"), embed=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("llamaindex_app", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_nodes_have_scores_offsets_and_metadata(store: ArchiveStore) -> None:
    from llama_index.core.schema import MetadataMode

    from assistant.llama_retriever import ArchiveRetriever

    nodes = ArchiveRetriever(store, k=3, asked_on=date(2024, 6, 10)).retrieve(CRACK)
    best = nodes[0]
    assert "40 centimetres long" in best.node.get_content(MetadataMode.NONE)
    assert [node.score for node in nodes] == sorted((node.score or 0.0 for node in nodes), reverse=True)
    assert best.metadata["outlet"] == POST
    assert best.metadata["published"].startswith("2024-05-20")
    told = best.node.get_content(MetadataMode.LLM)
    assert POST in told
    assert best.metadata["article_id"] not in told


def test_the_day_asked_and_the_wall_hold_here_too(store: ArchiveStore) -> None:
    from llama_index.core.schema import QueryBundle

    from assistant.llama_retriever import ArchiveRetriever

    asked = QueryBundle("Who won the Norland Cup this month?")
    (best, *_) = ArchiveRetriever(store, asked_on=date(2024, 6, 10)).retrieve(asked)
    assert best.metadata["published"].startswith("2024-06-02")
    wall = SearchFilter(published_to=date(2023, 12, 31))
    (best, *_) = ArchiveRetriever(store, asked_on=date(2024, 6, 10), wall=wall).retrieve(asked)
    assert best.metadata["published"].startswith("2023-06-04")


def test_the_example_answers_in_a_llamaindex_application(store: ArchiveStore, example: ModuleType) -> None:
    with FakeOpenAI() as fake:
        fake.answer = lambda request: "40 centimetres, as the Post wrote on 20 May 2024."
        model = open_language_model(Settings(openai_base_url=fake.base_url, model="m", model_timeout_seconds=30))
        assert model is not None
        response = example.build_engine(store, model, date(2024, 6, 10)).query(CRACK)
        assert str(response) == "40 centimetres, as the Post wrote on 20 May 2024."
        assert response.source_nodes[0].metadata["title"] == "Eastwick bridge closed after crack is found"
        (chat,) = fake.chats
        assert "40 centimetres long" in chat.prompt
        assert f"outlet: {POST}" in chat.prompt
        assert f"Question: {CRACK}" in chat.prompt


def test_the_example_runs_as_a_program(
    tmp_path: Path, example: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert example.main([]) == 2
    assert example.main([str(tmp_path), CRACK]) == 2
    assert "OPENAI_BASE_URL" in capsys.readouterr().out
    make_archive(tmp_path / "archive", embed=False).close()
    with FakeOpenAI() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.base_url)
        fake.answer = lambda request: "It is 40 centimetres long."
        assert example.main([str(tmp_path / "archive"), CRACK]) == 0
    printed = capsys.readouterr().out
    assert "It is 40 centimetres long." in printed
    assert "2024-05-20" in printed
