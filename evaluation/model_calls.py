"""A language model as an evaluation asks it: what is asked again is answered from a cache, and every token is counted.

The cache is a file of JSON lines, one reply a line, so that a takedown can remove what quotes an article. Only replies
that arrived whole are kept. A key is a digest of the model, the messages and the schema.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.errors import UsageError
from archive.tokens import count_tokens
from assistant.answer import Usage
from assistant.language_model import Completion, LanguageModel, Message, TextStream

CACHE_FILE = "model-replies.jsonl"


class ReplyCache:
    """Replies by key, in ``folder``; thread-safe. Without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._lock = threading.Lock()
        self._replies: dict[str, dict[str, Any]] = {}
        self._is_cut_off = False  # the file's last line, when a run was killed
        self._file = folder / CACHE_FILE if folder is not None else None
        if folder is None or self._file is None:
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            text = self._file.read_text(encoding="utf-8") if self._file.exists() else ""
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"The cache {self._file} cannot be read ({error}). Name another --cache folder.") from None
        self._is_cut_off = bool(text) and not text.endswith("\n")
        for line in text.split("\n"):  # other separators may stand inside a reply
            try:
                reply = json.loads(line)
                self._replies[reply["key"]] = reply
            except (ValueError, KeyError, TypeError):
                continue  # cut off when a run was killed, or removed by a takedown: it is asked again

    def get(self, key: str) -> dict[str, Any] | None:
        """The reply kept under that key."""
        with self._lock:
            return self._replies.get(key)

    def put(self, key: str, text: str, usage: Usage, finish_reason: str | None) -> None:
        """Keep a whole reply."""
        reply = {
            "key": key,
            "text": text,
            "model": usage.model,
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "finish_reason": finish_reason,
        }
        with self._lock:
            self._replies[key] = reply
            if self._file is not None:
                with self._file.open("a", encoding="utf-8", errors="replace") as file:
                    begin = "\n" if self._is_cut_off else ""
                    file.write(begin + json.dumps(reply, ensure_ascii=False) + "\n")
                    self._is_cut_off = False

    def forget(self, keys: Collection[str]) -> None:
        """Drop replies: they quote what was taken down while the model wrote. The caller holds the archive's lock."""
        with self._lock:
            for key in keys:
                self._replies.pop(key, None)
            if not keys or self._file is None or not self._file.exists():
                return
            lines = self._file.read_text(encoding="utf-8").split("\n")
            unfinished = self._file.with_name(self._file.name + ".unfinished")
            unfinished.write_text("\n".join(line for line in lines if _key_of(line) not in keys), encoding="utf-8")
            unfinished.replace(self._file)


def _key_of(line: str) -> str | None:
    try:
        return str(json.loads(line)["key"])
    except (ValueError, KeyError, TypeError):
        return None


@dataclass(slots=True)
class Spent:
    """What one question used: tokens of requests really sent, ``estimated`` where the endpoint didn't count."""

    model: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    requests: int = 0
    from_cache: int = 0
    estimated: bool = False

    @property
    def tokens(self) -> int:
        """In and out."""
        return self.prompt_tokens + self.completion_tokens

    def count(self, messages: Sequence[Message], text: str, usage: Usage) -> None:
        """Add one request that was sent."""
        self.model = usage.model or self.model
        self.requests += max(1, usage.requests)
        given, written = usage.prompt_tokens, usage.completion_tokens
        if given is None or written is None:
            self.estimated = True
        self.prompt_tokens += sum(count_tokens(one.content) for one in messages) if given is None else given
        self.completion_tokens += count_tokens(text) if written is None else written


@dataclass(slots=True)
class CountedModel:
    """A LanguageModel for one question: ``spent`` is what it used; ``again`` tells repeats on purpose apart."""

    model: LanguageModel
    cache: ReplyCache
    again: int = 0
    spent: Spent = field(default_factory=Spent)
    kept: list[str] = field(default_factory=list)  # keys of the replies that were put into the cache

    def describe(self) -> str:
        """Which model at which host receives text."""
        return self.model.describe()

    @property
    def on_this_machine(self) -> bool:
        """Whether the text that it is sent stays here."""
        return self.model.on_this_machine

    @property
    def takes_json(self) -> bool:
        """Whether it can be held to JSON."""
        return self.model.takes_json

    def context_tokens(self) -> int | None:
        """How many tokens prompt and reply may have together."""
        return self.model.context_tokens()

    def stream(self, messages: Sequence[Message], *, json_schema: Mapping[str, Any] | None = None) -> TextStream:
        """Begin a reply, or repeat the one that is known."""
        key = self._key(messages, json_schema)
        if (known := self.cache.get(key)) is not None:
            self.spent.from_cache += 1
            return _Repeated(known)
        return _Counted(self, key, messages, self.model.stream(messages, json_schema=json_schema))

    def complete(self, messages: Sequence[Message], *, json_schema: Mapping[str, Any] | None = None) -> Completion:
        """Get a whole reply, or the one that is known. Raises LanguageModelError."""
        key = self._key(messages, json_schema)
        if (known := self.cache.get(key)) is not None:
            self.spent.from_cache += 1
            return Completion(known["text"], _usage_of(known), known["finish_reason"])
        reply = self.model.complete(messages, json_schema=json_schema)
        self.arrived(key, messages, reply.text, reply.usage, reply.finish_reason)
        return reply

    def arrived(
        self, key: str, messages: Sequence[Message], text: str, usage: Usage, finish_reason: str | None
    ) -> None:
        """Count a reply, and keep it if it is whole."""
        self.spent.count(messages, text, usage)
        if finish_reason is not None:
            self.cache.put(key, text, usage, finish_reason)
            self.kept.append(key)

    def _key(self, messages: Sequence[Message], schema: Mapping[str, Any] | None) -> str:
        asked = [self.model.describe(), self.again, schema, [[one.role, one.content] for one in messages]]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _usage_of(reply: Mapping[str, Any]) -> Usage:
    return Usage(reply["model"], reply["prompt_tokens"], reply["completion_tokens"], 0)


class _Repeated:
    """A reply from the cache, in one piece."""

    def __init__(self, reply: Mapping[str, Any]) -> None:
        self.usage = _usage_of(reply)
        self.finish_reason: str | None = reply["finish_reason"]
        self._pieces = iter([reply["text"]] if reply["text"] else [])

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return str(next(self._pieces))

    def close(self) -> None:
        """Nothing is open."""


class _Counted:
    """A reply as it arrives; counted when it ends, however it ends."""

    def __init__(self, counted: CountedModel, key: str, messages: Sequence[Message], stream: TextStream) -> None:
        self._counted, self._key, self._messages, self._stream = counted, key, messages, stream
        self._pieces: list[str] = []
        self._over = False

    @property
    def usage(self) -> Usage:
        return self._stream.usage

    @property
    def finish_reason(self) -> str | None:
        return self._stream.finish_reason

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            piece = next(self._stream)
        except StopIteration:
            self._end(self._stream.finish_reason)
            raise
        except Exception:  # what it was doesn't matter here: the tokens so far are counted, the error goes on
            self._end(None)
            raise
        self._pieces.append(piece)
        return piece

    def close(self) -> None:
        """End the request at once."""
        self._stream.close()
        self._end(None)

    def _end(self, finish_reason: str | None) -> None:
        if not self._over:
            self._over = True
            self._counted.arrived(self._key, self._messages, "".join(self._pieces), self.usage, finish_reason)
