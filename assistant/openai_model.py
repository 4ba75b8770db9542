"""OpenAI, or any server that speaks its chat completions: Ollama, vLLM, llama.cpp, LM Studio, ...

Retries are bounded, honour Retry-After, and end with the first piece of text: nothing is ever shown twice. Nothing is
shared between two users' calls but the connection pool and what the endpoint has turned out not to support.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from archive.errors import LanguageModelError, UsageError
from archive.settings import Settings
from assistant.language_model import Completion, Message, TextStream
from assistant.model_failures import Failure, explain, options_to_drop
from assistant.openai_stream import OpenAIStream

if TYPE_CHECKING:
    import openai

OPENAI_BASE_URL = "https://api.openai.com/v1"
OPENAI_MODEL = "gpt-5.4-mini"  # reads evidence well, answers at once, costs little; --model chooses another
CONNECT_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 20.0  # what a reader in front of a chat puts up with between two tries
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_NOT_FOR_CHAT = ("embed", "rerank", "whisper", "tts", "moderation", "bge-", "minilm")


class OpenAILanguageModel:
    """OpenAI, or any server that speaks its chat completions. Safe to share between threads."""

    def __init__(self, settings: Settings, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        self._sleep = sleep
        self._base_url = settings.openai_base_url or OPENAI_BASE_URL
        self._address = _checked(self._base_url)
        self._is_openai = self._address.hostname == "api.openai.com"
        self._model = settings.model or (OPENAI_MODEL if self._is_openai else None)
        self._client: openai.OpenAI | None = None
        self._lock = threading.Lock()
        self._refused_options: frozenset[str] = frozenset()  # what this endpoint has rejected once

    @property
    def host(self) -> str:
        """Host and port that text is sent to, without credentials or path."""
        port = f":{self._address.port}" if self._address.port else ""
        return f"{self._address.hostname}{port}"

    def describe(self) -> str:
        """Which model at which host; asks a custom server for the model's name and says so if it can't be reached."""
        try:
            return f"model {self.model_name()} at {self.host}"
        except LanguageModelError:
            return f"a model at {self.host} (not reachable now)"

    def model_name(self) -> str:
        """The name sent with a request: the setting, or the first chat model the server lists.

        Raises LanguageModelError if the server can't be asked or lists none.
        """
        if self._model is not None:
            return self._model
        try:
            listed = self.client().with_options(timeout=CONNECT_SECONDS).models.list()
            names = [str(model.id) for model in getattr(listed, "data", None) or [] if getattr(model, "id", None)]
        except Exception as error:  # whatever the server sent: explained, never passed over
            raise LanguageModelError(explain(error, self.host, CONNECT_SECONDS).sentence) from error
        fit = [name for name in names if not any(mark in name.lower() for mark in _NOT_FOR_CHAT)]
        if not fit:
            raise LanguageModelError(f"The server at {self.host} lists no chat model. Name one with --model NAME.")
        self._model = fit[0]
        return self._model

    def client(self) -> openai.OpenAI:
        """The one client; made at first use, because importing it takes half a second."""
        with self._lock:
            if self._client is None:
                self._client = self._make_client()
                weakref.finalize(self, self._client.close)  # its idle connections go when the model does
            return self._client

    def _make_client(self) -> openai.OpenAI:
        import httpx
        import openai

        seconds = self._settings.model_timeout_seconds
        key = self._settings.openai_api_key
        local = self._address.hostname in _LOOPBACK
        return openai.OpenAI(
            api_key=key.get_secret_value() if key is not None else "no-key-needed",
            base_url=self._base_url,
            timeout=httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)),
            max_retries=0,  # ours: bounded, and none after text has arrived
            # A proxy must not see what is meant for this machine, and a redirect must not send the text
            # to a host other than the one the chat names.
            http_client=httpx.Client(trust_env=not local, follow_redirects=False, timeout=seconds),
        )

    def stream(self, messages: Sequence[Message]) -> TextStream:
        """Begin a reply."""
        return OpenAIStream(self, messages)

    def complete(self, messages: Sequence[Message], *, json_schema: Mapping[str, Any] | None = None) -> Completion:
        """Get a whole reply."""
        stream = OpenAIStream(self, messages, json_schema=json_schema, streaming=False)
        text = "".join(stream)
        return Completion(text, stream.usage, stream.finish_reason)

    def open_response(
        self,
        messages: Sequence[Message],
        json_schema: Mapping[str, Any] | None,
        streaming: bool,
        on_request: Callable[[], None],
    ) -> object:
        """Send one request and return the open stream, or the whole reply if not ``streaming``.

        Options that the endpoint rejects are left out and the request sent again without them. ``on_request`` is
        called before each. Raises what the client raises.
        """
        import openai

        # The client's types tell four kinds of message apart; ours carry the role as a value.
        plain: Any = [{"role": message.role, "content": message.content} for message in messages]
        while True:
            options = self._options(json_schema, streaming)
            model = self.model_name()
            on_request()
            try:
                response: object = self.client().chat.completions.create(
                    model=model, messages=plain, stream=streaming, **options
                )
                return response
            except openai.APIStatusError as error:
                unwanted = options_to_drop(error, options)
                if not unwanted:
                    raise
                self._refused_options |= unwanted

    def _options(self, json_schema: Mapping[str, Any] | None, streaming: bool) -> dict[str, Any]:
        options: dict[str, Any] = {}
        if streaming:
            options["stream_options"] = {"include_usage": True}
        if not self._is_openai:  # OpenAI's own reasoning models accept no temperature
            options["temperature"] = 0
        if json_schema is not None:
            options["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "reply", "schema": dict(json_schema), "strict": True},
            }
        return {name: value for name, value in options.items() if name not in self._refused_options}

    def wait_before_retry(self, failure: Failure, attempt: int) -> bool:
        """Sleep as long as the endpoint asks (or 0.5 s, 1 s, 2 s, ...); False if it is no use to try again."""
        if not failure.retriable or attempt >= self._settings.model_retries:
            return False
        seconds = failure.retry_after if failure.retry_after is not None else 0.5 * 2**attempt
        if seconds > LONGEST_WAIT_SECONDS:
            return False
        self._sleep(seconds)
        return True

    @property
    def timeout_seconds(self) -> float:
        """The longest silence."""
        return self._settings.model_timeout_seconds


def _checked(base_url: str) -> SplitResult:
    """Raises UsageError if no request can be sent there."""
    try:
        address = urlsplit(base_url)
        usable = address.scheme in {"http", "https"} and bool(address.hostname) and address.port != 0
    except ValueError:  # a port that is no number, brackets that are no IPv6 address
        usable = False
    if not usable:
        raise UsageError("OPENAI_BASE_URL is not a usable address. It should look like http://localhost:11434/v1.")
    return address
