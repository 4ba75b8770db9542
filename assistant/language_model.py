"""The one seam to OpenAI and every OpenAI-compatible server.

``open_language_model`` gives a ``LanguageModel`` where the settings name an endpoint. ``stream`` gives the text as it
arrives, ``complete`` a whole (short) reply. Every failure becomes a LanguageModelError: a sentence with the remedy, and
``partial``, what had arrived. Usage is counted per call. openai_model.py is the one implementation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from archive.settings import Settings
from assistant.answer import Usage


@dataclass(frozen=True, slots=True)
class Message:
    """One message to the model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole reply. ``finish_reason`` is the endpoint's word: "stop", "length", "content_filter", ... or None."""

    text: str
    usage: Usage
    finish_reason: str | None


class TextStream(Protocol):
    """Pieces of text as they arrive. ``usage`` and ``finish_reason`` are complete when the iteration has ended."""

    @property
    def usage(self) -> Usage:
        """Tokens counted so far; None where the endpoint didn't say."""

    @property
    def finish_reason(self) -> str | None:
        """Why the text ended: "stop", "length", "content_filter"; None while it hasn't."""

    def __iter__(self) -> Iterator[str]: ...

    def __next__(self) -> str: ...

    def close(self) -> None:
        """End the request at once; the endpoint stops writing. May be called twice and from another thread."""


class LanguageModel(Protocol):
    """What the assistant needs of a language model."""

    def describe(self) -> str:
        """Which model at which host receives text: "model X at host Y"."""

    @property
    def on_this_machine(self) -> bool:
        """Whether the text that it is sent stays here."""

    @property
    def takes_json(self) -> bool:
        """Whether it can be held to JSON, as far as it is known; a server that can't is found out by the first try."""

    def context_tokens(self) -> int | None:
        """How many tokens prompt and reply may have together; None if nobody says. May ask the endpoint, once."""

    def stream(self, messages: Sequence[Message], *, json_schema: Mapping[str, Any] | None = None) -> TextStream:
        """Begin a reply; a schema is asked for where the endpoint has it. The messages must ask for it in words too.

        Raises from the iteration, not from this call: LanguageModelError, and PromptTooLongError before any text.
        """

    def complete(self, messages: Sequence[Message], *, json_schema: Mapping[str, Any] | None = None) -> Completion:
        """Get a whole reply; a schema is asked for where the endpoint has it. Raises LanguageModelError."""


def open_language_model(settings: Settings) -> LanguageModel | None:
    """The model that the settings name, or None: then answers are quotes. Nothing is sent yet; a file is loaded.

    Raises UsageError if the address can't be one, or the file can't be run.
    """
    if not settings.has_language_model:
        return None
    if settings.local_model is not None:
        from assistant.local_model import open_local_model

        return open_local_model(settings)
    from assistant.openai_model import OpenAILanguageModel

    return OpenAILanguageModel(settings)


def add_usage(first: Usage, second: Usage) -> Usage:
    """The sum of two calls; what neither counted stays None."""

    def total(one: int | None, other: int | None) -> int | None:
        return None if one is None and other is None else (one or 0) + (other or 0)

    return Usage(
        model=second.model or first.model,
        prompt_tokens=total(first.prompt_tokens, second.prompt_tokens),
        completion_tokens=total(first.completion_tokens, second.completion_tokens),
        requests=first.requests + second.requests,
    )
