"""One call to a chat completions endpoint: retried until the first piece of text, then handed on as it arrives."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from archive.errors import LanguageModelError, PromptTooLongError
from assistant.answer import Usage
from assistant.language_model import Message
from assistant.model_failures import Failure, context_told, is_too_long

if TYPE_CHECKING:
    from assistant.openai_model import OpenAILanguageModel

LONGEST_TEXT = 24_000  # characters; a model that doesn't stop is stopped

_THOUGHTS = (  # what opens and what ends them; the last is gpt-oss, where its server lets it through
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<|channel|>analysis", "<|channel|>final<|message|>"),
)


class OpenAIStream:
    """One call: retries until the first piece of text, then hands on what arrives. Implements TextStream."""

    def __init__(
        self,
        model: OpenAILanguageModel,
        messages: Sequence[Message],
        *,
        json_schema: Mapping[str, Any] | None = None,
        streaming: bool = True,
    ) -> None:
        self._model = model
        self._messages = tuple(messages)
        self._json_schema = json_schema
        self._streaming = streaming
        self._response: Any = None
        self._closed = False
        self._received: list[str] = []
        self._usage = Usage()
        self._finish_reason: str | None = None
        self._pieces = self._run()

    @property
    def usage(self) -> Usage:
        """Tokens counted so far."""
        return self._usage

    @property
    def finish_reason(self) -> str | None:
        """Why the text ended, in the endpoint's word."""
        return self._finish_reason

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self._pieces)

    def close(self) -> None:
        """End the request at once, from any thread."""
        self._closed = True
        _close(self._response)

    def _run(self) -> Iterator[str]:
        attempt = 0
        while True:
            try:
                for piece in without_thoughts(self._attempt()):
                    self._received.append(piece)
                    yield piece
                if self._closed or "".join(self._received).strip():
                    return
                self._received.clear()  # white space is no word
                cause: Exception | None = None
                failure = Failure(_nothing_said(self._model.host, self._finish_reason), retriable=True)
            except LanguageModelError as error:
                raise LanguageModelError(str(error), "".join(self._received)) from error
            except Exception as error:  # httpx, openai and json each have their own; explained, never passed over
                if self._closed:
                    return  # the reader's own doing
                failure = self._model.explain(error)
                cause = error
                if is_too_long(error) and not self._received:
                    raise PromptTooLongError(failure.sentence, context_told(error)) from error
            if self._received or not self._model.wait_before_retry(failure, attempt):
                raise LanguageModelError(failure.sentence, "".join(self._received)) from cause
            if self._closed:
                return
            attempt += 1

    def _attempt(self) -> Iterator[str]:
        self._finish_reason = None
        response = self._model.open_response(self._messages, self._json_schema, self._streaming, self._count_request)
        self._response = response
        if self._closed:  # stopped while the connection was being made
            _close(response)
            return
        try:
            length = 0
            for chunk in _chunks(response, self._streaming):
                self._note(chunk)
                piece = _text_of(chunk)
                if piece:
                    length += len(piece)
                    yield piece
                if length > LONGEST_TEXT:
                    self._finish_reason = "length"
                    return
            if self._streaming and self._finish_reason is None and not self._closed:
                raise ConnectionError("the stream ended before the reply did")
        finally:
            _close(response)

    def _count_request(self) -> None:
        self._usage = replace(self._usage, requests=self._usage.requests + 1, model=self._model.model_name())

    def _note(self, chunk: object) -> None:
        """Keep the usage and the reason for the end, wherever the server puts them."""
        counted = getattr(chunk, "usage", None)
        if counted is not None:
            self._usage = replace(
                self._usage,
                prompt_tokens=_count(getattr(counted, "prompt_tokens", None)),
                completion_tokens=_count(getattr(counted, "completion_tokens", None)),
            )
        for choice in getattr(chunk, "choices", None) or []:
            reason = getattr(choice, "finish_reason", None)
            if isinstance(reason, str):
                self._finish_reason = reason


def _chunks(
    response: Any,  # noqa: ANN401 - whatever the server made of it
    streaming: bool,
) -> Iterator[object]:
    """The chunks of a stream; a server that ignores ``stream`` and sends one JSON reply is understood too."""
    if not streaming:
        if not hasattr(response, "choices"):
            raise ValueError("the server sent something other than a chat completion")
        yield response
        return
    kind = str(response.response.headers.get("content-type", "")).lower()
    if "application/json" in kind:
        from openai.types.chat import ChatCompletion

        raw = response.response
        raw.read()
        yield ChatCompletion.model_validate(raw.json())
        return
    if "event-stream" not in kind and kind:
        raise ValueError(f"the server sent {kind.split(';')[0]} instead of a stream of events")
    yield from response


def _text_of(chunk: object) -> str:
    """The text in a chunk of a stream or in a whole reply; "" if there is none."""
    for choice in getattr(chunk, "choices", None) or []:
        part = getattr(choice, "delta", None) or getattr(choice, "message", None)
        content = getattr(part, "content", None)
        if isinstance(content, str) and content:
            return content
        declined = getattr(part, "refusal", None)
        if isinstance(declined, str) and declined:
            raise LanguageModelError(
                f"The model declined to answer: {declined[:200]} Ask in other words, or use quotes."
            )
    return ""


def without_thoughts(pieces: Iterator[str]) -> Iterator[str]:
    """Leave out the thoughts that some reasoning models write before their reply, as ``<think>...</think>`` mostly."""
    head, end, decided, after = "", "", False, False  # after: white space between thoughts and reply is dropped too
    for piece in pieces:
        if decided:
            shown = piece.lstrip() if after else piece
            after = after and not shown
            if shown:
                yield shown
            continue
        head += piece
        start = head.lstrip()
        end = end or next((close for opening, close in _THOUGHTS if start.startswith(opening)), "")
        if end:
            decided = after = end in start
            rest = start.partition(end)[2].lstrip()
            if rest:
                after = False
                yield rest
        elif start and not any(opening.startswith(start) for opening, _ in _THOUGHTS):
            decided = True
            yield head
    if not decided and not end and head:
        yield head


def _nothing_said(host: str, finish_reason: str | None) -> str:
    if finish_reason == "content_filter":
        return f"The model at {host} withheld its reply (content filter). Ask in other words, or use quotes mode."
    return f"The model at {host} answered without a word. Ask again, or choose another one with --model NAME."


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None


def _close(response: Any) -> None:  # noqa: ANN401 - a stream, a whole reply or None
    """Close the connection so that the server sees it at once; a thread that is reading wakes up."""
    raw = getattr(response, "response", None)  # a whole reply (not a stream) has none: it is closed already
    if raw is None:
        return
    network = raw.extensions.get("network_stream") if not raw.is_closed else None
    connection = network.get_extra_info("socket") if network is not None else None
    if connection is not None:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # gone already, which is what was wanted
    raw.close()
