from __future__ import annotations

import socket
from typing import Any

import pytest

from archive.settings import Settings
from assistant.model_listing import ListedModel, read_listing
from assistant.model_servers import running_servers
from assistant.openai_model import OpenAILanguageModel
from tests.fake_openai import FakeOpenAI


@pytest.fixture
def free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


def test_a_running_server_is_found_and_offered_by_name(fake: FakeOpenAI, free_port: int) -> None:
    (found,) = running_servers({"Nobody": free_port, "Ollama": fake.port}, seconds=10)
    assert (found.name, found.base_url, found.models) == ("Ollama", fake.base_url, ("fake-chat-1",))
    assert fake.base_url in found.offer()
    assert [request.path for request in fake.requests] == ["/v1/models"]
    assert fake.requests[0].body == {}


@pytest.mark.parametrize(
    "listing", [{"hello": "world"}, ["a"], {"data": "text"}, {"data": [{"id": "nomic-embed-text"}, 3, {"id": 4}]}]
)
def test_what_lists_no_chat_model_is_something_else(fake: FakeOpenAI, listing: Any) -> None:
    fake.listing = listing
    assert running_servers({"Ollama": fake.port}, seconds=10) == ()


def test_a_silent_port_costs_little() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert running_servers({"vLLM": silent.getsockname()[1]}, seconds=0.05) == ()


def test_nowhere_to_look() -> None:
    assert running_servers({}) == ()


CONTEXTS: list[tuple[dict[str, Any], int | None]] = [
    ({"meta": {"n_ctx": 4096, "n_ctx_train": 32768}}, 4096),
    ({"meta": {"n_ctx_train": 32768}}, 32768),
    ({"max_model_len": 8192}, 8192),
    ({"context_length": 16384}, 16384),
    ({"context_length": "long"}, None),
    ({"max_model_len": True}, None),
    ({"meta": "x"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("row", "context"), CONTEXTS)
def test_context_lengths_are_read_from_the_list(row: dict[str, Any], context: int | None) -> None:
    assert read_listing({"data": [{"id": "m", **row}]}) == (ListedModel("m", context),)


def _model(fake: FakeOpenAI, **settings: Any) -> OpenAILanguageModel:
    return OpenAILanguageModel(Settings.model_validate({"openai_base_url": fake.base_url} | settings))


def test_the_context_is_asked_once(fake: FakeOpenAI) -> None:
    fake.models = ({"id": "m", "meta": {"n_ctx": 4096}},)
    model = _model(fake, model="m")
    assert model.context_tokens() == model.context_tokens() == 4096
    assert len(fake.requests) == 1


def test_ollama_tells_the_context_of_a_loaded_model_and_cuts_others_at_its_default(fake: FakeOpenAI) -> None:
    fake.models = ({"id": "q:1b", "owned_by": "library"}, {"id": "q:7b", "owned_by": "library"})
    fake.elsewhere["/api/ps"] = {"models": [{"name": "q:1b", "context_length": 16384}]}
    assert _model(fake, model="q:1b").context_tokens() == 16384
    assert _model(fake, model="q:7b").context_tokens() == 4096


def test_lm_studio_tells_it_too(fake: FakeOpenAI) -> None:
    fake.models = ({"id": "q", "owned_by": "organization_owner"},)
    fake.elsewhere["/api/v0/models"] = {"data": [{"id": "q", "loaded_context_length": 6000}]}
    assert _model(fake).context_tokens() == 6000


@pytest.mark.parametrize("models", [("m",), ({"id": "m", "owned_by": "organization_owner"},), ()])
def test_a_context_that_nobody_tells_is_unknown(fake: FakeOpenAI, models: tuple[Any, ...]) -> None:
    fake.models = models
    assert _model(fake, model="m").context_tokens() is None


def test_the_setting_wins_over_what_the_server_says(fake: FakeOpenAI) -> None:
    assert _model(fake, model="m", model_context_tokens=2048).context_tokens() == 2048
    assert fake.requests == []
