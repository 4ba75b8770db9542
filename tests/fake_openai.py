"""A local fake of the OpenAI HTTP API: real sockets, so that the real client, its timeouts and its errors are tested.

    with FakeOpenAI() as fake:
        fake.script(Status(429, retry_after="0"), Text("Two people were hurt [s1k2]."))
        ...  # OPENAI_BASE_URL = fake.base_url
        assert "evidence" in fake.chats[0].prompt

Each chat request takes the next reply of the script; when that is empty, ``fake.answer(request)`` is sent, which is by
default the first sentence of the first two pieces of evidence, cited as the prompt asks.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

LONGEST_HANG_SECONDS = 30.0


@dataclass(frozen=True)
class Request:
    """What reached the server."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, str]]:
        return list(self.body.get("messages", []))

    @property
    def prompt(self) -> str:
        """All that the model would read."""
        return "\n\n".join(message["content"] for message in self.messages)

    @property
    def wants_json(self) -> bool:
        """Whether it asks for an answer that follows a schema."""
        return "sentences" in json.dumps(self.body.get("response_format", ""))

    @property
    def evidence(self) -> list[tuple[str, str]]:
        """Key and text of each piece of evidence in the prompt."""
        return re.findall(r'<evidence-\w+ key="(\w+)"[^\n]*>\n(.*?)\n</evidence-\w+>', self.prompt, flags=re.S)


@dataclass(frozen=True)
class Text:
    """A whole answer. ``pause`` seconds between pieces; ``pieces`` overrides how it is cut."""

    text: str | Callable[[Request], str]
    pause: float = 0.0
    pieces: int = 7  # characters in a piece
    finish_reason: str = "stop"
    usage: bool = True


@dataclass(frozen=True)
class Status:
    """An HTTP error."""

    status: int
    retry_after: str | None = None
    message: str = "something is wrong"
    code: str | None = None
    location: str | None = None


@dataclass(frozen=True)
class Hang:
    """Silence: before the headers, or after ``text``."""

    text: str | None = None


@dataclass(frozen=True)
class Cut:
    """The connection ends after ``text``: cleanly (``reset=False``) or with a reset, without an end of the reply."""

    text: str
    reset: bool = False


@dataclass(frozen=True)
class Raw:
    """Exactly these bytes, as this content type."""

    body: bytes
    content_type: str = "text/event-stream"


@dataclass(frozen=True)
class RejectOption:
    """400 naming an option, whenever the request has it; otherwise the text."""

    option: str
    text: str
    named: bool = True


Reply = Text | Status | Hang | Cut | Raw | RejectOption


def first_sentences(request: Request) -> str:
    """A well-behaved model: the first sentence of each of the first two pieces of evidence, cited."""
    said = []
    for key, text in request.evidence[:2]:
        sentence = re.split(r"(?<=[.!?])\s", text.strip())[0].rstrip(".")
        said.append(f"{sentence} [{key}].")
    if request.wants_json and request.evidence:
        return as_json([(key, re.split(r"(?<=[.!?])\s", text.strip())[0]) for key, text in request.evidence[:2]])
    return " ".join(said) or "Standalone question?"


def as_json(sentences: list[tuple[str, str]], missing: str = "") -> str:
    """An answer by the schema: (key, sentence) pairs, each sentence its own quote."""
    items = [{"quote": sentence, "source": key, "answer": sentence} for key, sentence in sentences]
    return json.dumps({"sentences": items, "missing": missing}, ensure_ascii=False)


class FakeOpenAI:
    """The server; a context manager. ``models`` is what GET /models lists, as names or as whole rows.

    ``elsewhere``: JSON at other paths, such as Ollama's ``/api/ps``. ``listing`` replaces the whole list of models.
    """

    def __init__(self, models: tuple[str | dict[str, Any], ...] = ("nomic-embed-text", "fake-chat-1")) -> None:
        self.models = models
        self.elsewhere: dict[str, Any] = {}
        self.listing: Any = None
        self.answer: Callable[[Request], str] = first_sentences
        self.requests: list[Request] = []
        self.replies: list[str] = []  # the texts sent
        self.disconnected = threading.Event()  # set when a client went away in the middle of a reply
        self.released = threading.Event()  # set to end every hang
        self.embedding_dimensions = 8
        self._script: deque[Reply] = deque()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def chats(self) -> list[Request]:
        """The chat requests so far."""
        return [request for request in self.requests if request.path.endswith("/chat/completions")]

    def script(self, *replies: Reply | str) -> None:
        """What the next chat requests get, in order."""
        with self._lock:
            self._script.extend(Text(reply) if isinstance(reply, str) else reply for reply in replies)

    def next_reply(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            if not request.path.endswith("/chat/completions"):
                return Text("")
            if self._script and isinstance(self._script[0], RejectOption) and self._script[0].option in request.body:
                return self._script[0]  # kept until the request comes without the option
            return self._script.popleft() if self._script else Text(self.answer)

    def __enter__(self) -> FakeOpenAI:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler_for(fake: FakeOpenAI) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        server_fake = fake

    return Handler


class _Handler(BaseHTTPRequestHandler):
    server_fake: FakeOpenAI
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        self._answer(json.loads(self.rfile.read(length) or b"{}"))

    def _answer(self, body: dict[str, Any]) -> None:
        request = Request(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        reply = self.server_fake.next_reply(request)
        try:
            if self.path in self.server_fake.elsewhere:
                self._json(200, self.server_fake.elsewhere[self.path])
            elif self.path.endswith("/models"):
                listed = [{"id": one, "object": "model"} if isinstance(one, str) else one
                          for one in self.server_fake.models]  # fmt: skip
                self._json(200, self.server_fake.listing or {"object": "list", "data": listed})
            elif self.path.endswith("/embeddings"):
                self._embeddings(body)
            elif self.path.endswith("/chat/completions"):
                self._chat(request, reply)
            else:
                self._json(404, {"error": {"message": f"no such path: {self.path}"}})
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
            self.server_fake.disconnected.set()

    def _json(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        self._bytes(status, json.dumps(value).encode(), "application/json", headers)

    def _bytes(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _chat(self, request: Request, reply: Reply) -> None:
        if isinstance(reply, RejectOption):
            if reply.option in request.body:
                message = f"unknown parameter {reply.option}" if reply.named else "bad request"
                self._json(400, {"error": {"message": message}})
                return
            reply = Text(reply.text)
        if isinstance(reply, Status):
            headers = {"retry-after": reply.retry_after, "location": reply.location}
            present = {name: value for name, value in headers.items() if value is not None}
            self._json(reply.status, {"error": {"message": reply.message, "code": reply.code}}, present)
        elif isinstance(reply, Raw):
            self._bytes(200, reply.body, reply.content_type)
        elif isinstance(reply, Hang) and reply.text is None:
            self._hang()
        elif not request.body.get("stream"):
            self._whole(request, reply)
        else:
            self._stream(request, reply)

    def _hang(self) -> None:
        """Wait until released or until the client has gone."""
        self.connection.settimeout(0.02)
        self.close_connection = True
        for _ in range(int(LONGEST_HANG_SECONDS / 0.02)):
            if self.server_fake.released.is_set():
                return
            try:
                if self.connection.recv(1) == b"":
                    self.server_fake.disconnected.set()
                    return
            except TimeoutError:
                continue

    def _whole(self, request: Request, reply: Text | Hang | Cut) -> None:
        text = reply.text(request) if callable(reply.text) else (reply.text or "")
        self.server_fake.replies.append(text)
        if isinstance(reply, Cut):
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", "1000")
            self.end_headers()
            self.wfile.write(b'{"choices": [')
            self.close_connection = True
            return
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
        usage = {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14}
        self._json(200, {"id": "c", "object": "chat.completion", "created": 0, "model": "fake-chat-1",
                         "choices": [choice], "usage": usage})  # fmt: skip

    def _stream(self, request: Request, reply: Text | Hang | Cut) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")  # no chunking: the end of the connection is the end of the reply
        self.end_headers()
        self.close_connection = True
        text = reply.text(request) if callable(reply.text) else (reply.text or "")
        self.server_fake.replies.append(text)
        size = reply.pieces if isinstance(reply, Text) else 7
        self._event([{"index": 0, "delta": {"role": "assistant", "content": None}, "finish_reason": None}])
        for start in range(0, len(text), size):
            self._event([{"index": 0, "delta": {"content": text[start : start + size]}, "finish_reason": None}])
            if isinstance(reply, Text) and reply.pause:
                self._pause(reply.pause)
        if isinstance(reply, Hang):
            self._hang()
            return
        if isinstance(reply, Cut):
            if reply.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            return
        self._event([{"index": 0, "delta": {}, "finish_reason": reply.finish_reason}])
        if reply.usage and request.body.get("stream_options", {}).get("include_usage"):
            self._event([], {"prompt_tokens": 100, "completion_tokens": len(text) // 4, "total_tokens": 0})
        self.wfile.write(b"data: [DONE]\n\n")

    def _pause(self, seconds: float) -> None:
        """Wait between two pieces; a client that goes away meanwhile is noticed."""
        self.connection.settimeout(seconds)
        try:
            if self.connection.recv(1) == b"":
                raise ConnectionResetError
        except TimeoutError:
            pass

    def _event(self, choices: list[dict[str, Any]], usage: dict[str, int] | None = None) -> None:
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "fake-chat-1",
                 "choices": choices, "usage": usage}  # fmt: skip
        self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
        self.wfile.flush()

    def _embeddings(self, body: dict[str, Any]) -> None:
        texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
        rows = [{"object": "embedding", "index": index, "embedding": self._vector(str(text))}
                for index, text in enumerate(texts)]  # fmt: skip
        self._json(200, {"object": "list", "model": body.get("model", ""), "data": rows,
                         "usage": {"prompt_tokens": 1, "total_tokens": 1}})  # fmt: skip

    def _vector(self, text: str) -> list[float]:
        digest = hashlib.sha256(text.encode()).digest()
        raw = [digest[index % 32] - 127.5 for index in range(self.server_fake.embedding_dimensions)]
        length = math.sqrt(sum(value * value for value in raw))
        return [value / length for value in raw]
