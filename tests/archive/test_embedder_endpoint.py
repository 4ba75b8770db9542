"""Embedding at an endpoint: the real client against a server on this machine that misbehaves on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from archive.embedder import open_embedder
from archive.errors import EmbedderError
from archive.openai_embedder import OpenAIEmbedder
from archive.settings import load_settings

Reply = tuple[int, dict[str, str], bytes]
JSON = {"Content-Type": "application/json"}


def vectors_reply(inputs: list[str], dimensions: int = 4) -> Reply:
    """Vectors of length 2 that tell the texts apart, in reverse order: ``index`` is what counts."""
    rows = []
    for index, text in enumerate(inputs):
        vector = [0.0] * dimensions
        vector[len(text) % dimensions] = 2.0
        rows.append({"object": "embedding", "index": index, "embedding": vector})
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    body = {"object": "list", "model": "m", "data": rows[::-1], "usage": usage}
    return 200, JSON, json.dumps(body).encode()


class Endpoint:
    """A server whose next replies are scripted; without a script it answers as it should."""

    def __init__(self) -> None:
        self.script: list[Reply | Callable[[list[str]], Reply]] = []
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                endpoint.requests.append({"path": self.path, **body})
                endpoint.keys.append(self.headers["Authorization"])
                reply = endpoint.script.pop(0) if endpoint.script else vectors_reply
                status, headers, content = reply(body["input"]) if callable(reply) else reply
                if status == 0:
                    return  # hang up without a word
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    running = Endpoint()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def embedder(endpoint: Endpoint, waits: list[float]) -> OpenAIEmbedder:
    return OpenAIEmbedder("m", endpoint.address, "sk-test", timeout_seconds=5, retries=2, wait=waits.append)


def error_reply(status: int, **headers: str) -> Reply:
    return status, JSON | headers, json.dumps({"error": {"message": "no, sorry"}}).encode()


def test_texts_go_in_batches_and_vectors_come_back_in_order(embedder: OpenAIEmbedder, endpoint: Endpoint) -> None:
    texts = ["x" * length for length in range(1, 151)]
    vectors = embedder.embed_passages(texts)
    assert vectors.shape == (150, 4)
    assert vectors.dtype == np.float32
    assert [int(row.argmax()) for row in vectors] == [len(text) % 4 for text in texts]
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert [len(request["input"]) for request in endpoint.requests] == [64, 64, 22]
    assert {request["path"] for request in endpoint.requests} == {"/v1/embeddings"}
    assert {request["model"] for request in endpoint.requests} == {"m"}
    assert embedder.dimensions == 4
    assert embedder.name == "openai:m"


def test_strange_texts_are_sent_as_valid_text_that_is_never_blank(embedder: OpenAIEmbedder, endpoint: Endpoint) -> None:
    assert embedder.embed_passages(["", " \n", "a\0b", "\ud800", "w" * 100_000]).shape == (5, 4)
    sent = endpoint.requests[0]["input"]
    assert all(text.strip() for text in sent)
    assert sent[2:4] == ["a b", "\ufffd"]
    assert len(sent[4]) == 8_000


def test_nothing_is_sent_for_no_texts_but_the_question_of_dimensions(
    embedder: OpenAIEmbedder, endpoint: Endpoint
) -> None:
    assert embedder.embed_passages([]).shape == (0, 4)
    assert [request["input"] for request in endpoint.requests] == [["dimensions"]]


def test_it_waits_as_long_as_asked_and_tries_again(
    embedder: OpenAIEmbedder, endpoint: Endpoint, waits: list[float]
) -> None:
    endpoint.script = [error_reply(429, **{"Retry-After": "7"}), error_reply(500)]
    assert embedder.embed_query("four").argmax() == 0
    assert waits == [7.0, 1.0]


def test_it_never_waits_longer_than_a_minute(embedder: OpenAIEmbedder, endpoint: Endpoint, waits: list[float]) -> None:
    endpoint.script = [error_reply(429, **{"Retry-After": "86400"}), error_reply(503, **{"Retry-After": "soon"})]
    embedder.embed_query("four")
    assert waits == [60.0, 1.0]


@pytest.mark.parametrize(
    ("status", "message"), [(429, "rate limit or quota"), (500, "failed"), (0, "can't be reached")]
)
def test_it_gives_up_after_the_retries_with_a_readable_message(
    embedder: OpenAIEmbedder, endpoint: Endpoint, status: int, message: str
) -> None:
    endpoint.script = [error_reply(status)] * 3
    with pytest.raises(EmbedderError, match=rf"{message}.*after 3 tries.*embedding_base_url"):
        embedder.embed_query("x")
    assert len(endpoint.requests) == 3
    assert embedder.embed_query("four").argmax() == 0  # and the next text works


@pytest.mark.parametrize(
    ("status", "message"), [(401, "refused the key"), (404, "doesn't know the model"), (400, "failed")]
)
def test_what_another_try_would_not_mend_is_said_at_once(
    embedder: OpenAIEmbedder, endpoint: Endpoint, status: int, message: str
) -> None:
    endpoint.script = [error_reply(status)]
    with pytest.raises(EmbedderError, match=message):
        embedder.embed_query("x")
    assert len(endpoint.requests) == 1


def answer(**body: Any) -> Reply:
    return 200, JSON, json.dumps(body).encode()


@pytest.mark.parametrize(
    "reply",
    [
        (200, JSON, b"{not json"),
        (200, {"Content-Type": "text/html"}, b"<html>a login page</html>"),
        (200, JSON, b"[]"),
        (200, JSON, b"null"),
        answer(),
        answer(data=None),
        answer(data=[]),
        answer(data=[{"index": 0}]),
        answer(data=[{"index": 1, "embedding": [1.0]}]),
        answer(data=[{"index": 0, "embedding": []}]),
        answer(data=[{"index": 0, "embedding": [0.0, 0.0]}]),
        answer(data=[{"index": 0, "embedding": [float("nan"), 1.0]}]),
        answer(data=[{"index": 0, "embedding": ["a", "b"]}]),
        answer(data=[{"index": 0, "embedding": {"a": 1}}]),
        answer(data=[{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0]}]),
    ],
    ids=lambda reply: reply[2].decode()[:40],
)
def test_a_malformed_answer_is_an_embedder_error(embedder: OpenAIEmbedder, endpoint: Endpoint, reply: Reply) -> None:
    endpoint.script = [reply]
    with pytest.raises(EmbedderError, match="not an embedding answer"):
        embedder.embed_query("x")


def test_vectors_of_another_length_are_refused(embedder: OpenAIEmbedder, endpoint: Endpoint) -> None:
    embedder.embed_query("x")
    endpoint.script = [lambda inputs: vectors_reply(inputs, dimensions=5)]
    with pytest.raises(EmbedderError, match="vectors of 5 numbers after vectors of 4"):
        embedder.embed_query("x")


def test_settings_choose_address_and_key(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/the-language-model-is-elsewhere")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-shared")
    values = {"embedder": "openai:m", "embedding_base_url": endpoint.address}
    open_embedder(load_settings(values)).embed_query("x")
    open_embedder(load_settings(values | {"embedding_api_key": "sk-own"})).embed_query("x")
    assert endpoint.keys == ["Bearer sk-shared", "Bearer sk-own"]


def test_openai_itself_needs_a_key_and_says_so() -> None:
    with pytest.raises(EmbedderError, match="set OPENAI_API_KEY"):
        open_embedder(load_settings({"embedder": "openai:text-embedding-3-small"}))
