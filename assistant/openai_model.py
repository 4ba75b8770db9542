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
from assistant.endpoint_options import Accepted, after_rejection, as_sent, options_for
from assistant.language_model import Completion, Message, TextStream
from assistant.model_failures import Failure, explain
from assistant.model_listing import ListedModel, context_elsewhere, read_listing
from assistant.openai_stream import OpenAIStream

if TYPE_CHECKING:
    import httpx
    import openai

OPENAI_BASE_URL = "https://api.openai.com/v1"
OPENAI_MODEL = "gpt-5.4-mini"  # reads evidence well, answers at once, costs little; --model chooses another
CONNECT_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 20.0  # what a reader in front of a chat puts up with between two tries
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
ASIDE_SECONDS = 3.0  # for what is good to know but not worth a wait: the list of models
NAMES_SHOWN = 8


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
        self._accepted = Accepted()  # what this endpoint takes
        self._context: tuple[int | None] | None = None  # asked once

    @property
    def host(self) -> str:
        """Host and port that text is sent to, without credentials or path."""
        port = f":{self._address.port}" if self._address.port else ""
        return f"{self._address.hostname}{port}"

    @property
    def on_this_machine(self) -> bool:
        """Whether the text stays here."""
        return self._address.hostname in _LOOPBACK

    @property
    def takes_json(self) -> bool:
        """Whether the endpoint can be held to JSON, as far as it is known."""
        return self._settings.model_json and self._accepted.form != "none"

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
        if self._model is None:
            fit = [model.name for model in self.models() if model.is_for_chat]
            if not fit:
                raise LanguageModelError(f"The server at {self.host} lists no chat model. Name one with --model NAME.")
            self._model = fit[0]
        return self._model

    def models(self) -> tuple[ListedModel, ...]:
        """What the endpoint offers, in its order. Raises LanguageModelError if it can't be asked."""
        seconds = min(CONNECT_SECONDS, self._settings.model_timeout_seconds)
        try:
            raw = self.client().with_options(timeout=seconds).models.with_raw_response.list()
            return read_listing(raw.http_response.json())
        except Exception as error:  # whatever the server sent: explained, never passed over
            raise LanguageModelError(explain(error, self.host, seconds).sentence) from error

    def context_tokens(self) -> int | None:
        """How many tokens prompt and reply may have together: the setting, or what the endpoint says; None if neither.

        The endpoint is asked once.
        """
        if self._settings.model_context_tokens is not None:
            return self._settings.model_context_tokens
        if self._is_openai:  # far more than we send
            return None
        if self._context is None:
            self._context = (self._ask_context(),)
        return self._context[0]

    def _ask_context(self) -> int | None:
        import httpx

        try:
            name = self.model_name()
            listed = [model for model in self.models() if model.name == name]
            if not listed or listed[0].context_tokens is not None:
                return listed[0].context_tokens if listed else None
            root = self._base_url.rstrip("/").removesuffix("/v1")
            with self._http_client(ASIDE_SECONDS) as client:
                return context_elsewhere(client, root, listed[0])
        except (LanguageModelError, httpx.HTTPError, ValueError):
            return None  # not known: then a prompt that is too long is shortened when the endpoint says so

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
        return openai.OpenAI(
            api_key=key.get_secret_value() if key is not None else "no-key-needed",
            base_url=self._base_url,
            timeout=httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)),
            max_retries=0,  # ours: bounded, and none after text has arrived
            http_client=self._http_client(seconds),
        )

    def _http_client(self, seconds: float) -> httpx.Client:
        import httpx

        # A proxy must not see what is meant for this machine, and a redirect must not send the text to a host other
        # than the one the chat names.
        return httpx.Client(trust_env=not self.on_this_machine, follow_redirects=False, timeout=seconds)

    def stream(self, messages: Sequence[Message], *, json_schema: Mapping[str, Any] | None = None) -> TextStream:
        """Begin a reply."""
        return OpenAIStream(self, messages, json_schema=json_schema)

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

        accepted = self._accepted
        while True:
            options = self._options(accepted, json_schema, streaming)
            sent: Any = as_sent(messages, accepted)  # the client's types tell four kinds of message apart
            model = self.model_name()
            on_request()
            try:
                response: object = self.client().chat.completions.create(
                    model=model, messages=sent, stream=streaming, **options
                )
            except openai.APIStatusError as error:
                changed = after_rejection(accepted, error, options, [message.role for message in messages])
                if changed is None or changed == accepted:
                    raise
                accepted = changed
            else:
                self._accepted = accepted  # remembered only once it has worked
                return response

    def _options(self, accepted: Accepted, json_schema: Mapping[str, Any] | None, streaming: bool) -> dict[str, Any]:
        # OpenAI's own reasoning models accept no temperature, and stop by themselves.
        longest = self._settings.model_reply_tokens
        context = None if self._is_openai else self._context and self._context[0]
        return options_for(
            accepted,
            json_schema=json_schema if self._settings.model_json else None,
            streaming=streaming,
            temperature=None if self._is_openai else 0,
            most_tokens=None if self._is_openai else min(longest, context // 4) if context else longest,
        )

    def explain(self, error: Exception) -> Failure:
        """Put a failed request into words; where the model's name is unknown there, with the names it knows."""
        import openai

        failure = explain(error, self.host, self.timeout_seconds)
        if isinstance(error, openai.NotFoundError) and self._model is not None:
            try:
                names = [model.name for model in self.models() if model.is_for_chat]
            except LanguageModelError:
                return failure
            if self._model not in names:
                return Failure(no_such_model(self._model, self.host, names))
        return failure

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


def no_such_model(name: str, host: str, names: Sequence[str]) -> str:
    """The sentence for a model that the endpoint doesn't offer."""
    shown = ", ".join(names[:NAMES_SHOWN]) + (
        f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    )
    offers = f"It offers: {shown}." if names else "It lists no chat model."
    return (
        f"There is no model {name!r} at {host}. {offers} Choose with --model NAME; `backissue models` lists them all."
    )


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
