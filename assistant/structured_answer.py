"""A model's answer as JSON, one object per sentence: its schema, and its text while it arrives (pure).

Quote first, then the source, then the sentence: a model that has copied the words before it writes keeps closer to
them, and a small one follows a schema far better than rules for citing. A reply that is no JSON passes as it is: then a
server didn't hold the model to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pydantic_core import from_json

from assistant.citations import looks_like_key, with_numbers
from assistant.sentences import split_sentences

MOST_SENTENCES = 6
LONGEST_STRING = 1500  # characters; what is longer repeats itself
_FENCE = re.compile(r"^```[a-zA-Z]*\s*")
_ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_TRAILING = re.compile(r"[\s.!?…\"'”’)\]]+$")
_Json = dict[str, Any]


def object_schema(**properties: _Json) -> _Json:
    """The schema of an object with exactly these properties, in this order."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def answer_schema(keys: Sequence[str]) -> _Json:
    """The JSON schema of an answer from the evidence with these keys."""
    sentence = object_schema(
        quote={"type": "string"}, source={"type": "string", "enum": list(keys)}, answer={"type": "string"}
    )
    return object_schema(
        sentences={"type": "array", "items": sentence, "maxItems": MOST_SENTENCES}, missing={"type": "string"}
    )


def repair_schema(keys: Sequence[str], numbers: Sequence[int]) -> _Json:
    """The JSON schema of the sentences asked for again; ``numbers`` are theirs. An empty ``answer`` withdraws one."""
    sentence = object_schema(
        number={"type": "integer", "enum": list(numbers)},
        quote={"type": "string"},
        source={"type": "string", "enum": list(keys)},
        answer={"type": "string"},
    )
    return object_schema(sentences={"type": "array", "items": sentence, "maxItems": len(numbers)})


class StructuredReader:
    """Turns pieces of a reply into pieces of cited text, such as ``Two people were hurt [s4k7].``, as they arrive."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = known
        self._received = ""
        self._shown = ""
        self._is_json: bool | None = None  # None: not decided yet
        self._value: _Json = {}

    def feed(self, piece: str) -> str:
        """Take a piece; give the text that it adds, perhaps none."""
        self._received += piece
        if self._is_json is None:
            self._is_json = _begins_json(self._received)
        if self._is_json is None:
            return ""
        if not self._is_json:
            text, self._shown = self._received[len(self._shown) :], self._received
            return text
        self._value = _parsed(self._received) or self._value
        return self._added(self._so_far())

    def _added(self, text: str) -> str:
        """What ``text`` has more than was shown; nothing where it isn't its continuation."""
        if not text.startswith(self._shown):
            return ""
        added, self._shown = text[len(self._shown) :], text
        return added

    def finish(self) -> str:
        """What was held back."""
        if self._is_json:
            return self._added(" ".join(self._marked(item) for item in self._items))
        return self._added(self._received)

    @property
    def is_json(self) -> bool:
        """Whether the reply is JSON."""
        return bool(self._is_json)

    @property
    def is_whole(self) -> bool:
        """Whether the JSON came to its end."""
        return _whole(self._received) is not None

    @property
    def runs_away(self) -> bool:
        """Whether a quote or a sentence is longer than any that means something: then no end is to be expected."""
        items = self._value.get("sentences")
        last = items[-1] if isinstance(items, list) and items and isinstance(items[-1], dict) else {}
        return any(isinstance(text, str) and len(text) > LONGEST_STRING for text in last.values())

    @property
    def has_answer(self) -> bool:
        """Whether it has the form asked for: a list of sentences, be it an empty one."""
        return isinstance(self._value.get("sentences"), list)

    @property
    def quotes(self) -> tuple[tuple[str, str], ...]:
        """Source key and quote of each sentence that has both, as the model wrote them; not checked."""
        return tuple((self._source(item), item["quote"]) for item in self._items if _has_text(item.get("quote")))

    @property
    def draft(self) -> str:
        """The whole answer as cited text: each sentence once, with its source."""
        if not self._is_json:
            return self._received.rpartition("</think>")[2]
        sentences = dict.fromkeys(
            with_numbers(answer[start:end], [self._source(item)] if self._source(item) else [])
            for item in self._items
            for answer in [_sentence(item)]
            for start, end in split_sentences(answer)
        )
        return " ".join(sentences)

    @property
    def missing(self) -> str:
        """The sentence on what the evidence doesn't say; "" if there is none."""
        missing = self._value.get("missing") if self._is_json else ""
        return " ".join(missing.split()) if isinstance(missing, str) else ""

    @property
    def _items(self) -> list[_Json]:
        return sentence_items(self._value)[:MOST_SENTENCES]

    def _source(self, item: Mapping[str, Any]) -> str:
        return source_key(item.get("source"), self._known)

    def _marked(self, item: _Json) -> str:
        source = self._source(item)
        return with_numbers(_sentence(item), [source] if source else [])

    def _so_far(self) -> str:
        """The text that later pieces can't change any more, but by adding to it."""
        items = self._items
        done = len(items) if "missing" in self._value or self.is_whole else len(items) - 1
        parts = [self._marked(item) for item in items[: max(0, done)]]
        parts += [_TRAILING.sub("", _sentence(item)) for item in items[max(0, done) :]]
        return " ".join(part for part in parts if part)


def sentence_items(value: Mapping[str, Any]) -> list[_Json]:
    """The objects of ``sentences`` that have a sentence, and not one without end."""
    items = value.get("sentences")
    if not isinstance(items, list):
        return []
    return [
        item
        for item in items
        if isinstance(item, dict) and _has_text(item.get("answer")) and len(item["answer"]) <= LONGEST_STRING
    ]


def source_key(source: object, known: Collection[str]) -> str:
    """The key that ``source`` means: a known one, or what looks like a key and is none; "" for anything else."""
    if not isinstance(source, str):
        return ""
    tokens = re.findall(r"\w+", source.lower())
    return next((one for one in tokens if one in known), next((one for one in tokens if looks_like_key(one)), ""))


def repaired_lines(reply: str, known: Collection[str]) -> str:
    """A repair in JSON as the numbered lines that prompts/repair.md asks for; any other reply as it is."""
    value = _whole(reply)
    if value is None:
        return reply
    lines = []
    for item in value.get("sentences") or ():
        if isinstance(item, dict) and isinstance(item.get("number"), int) and isinstance(item.get("answer"), str):
            answer = _sentence(item)
            source = source_key(item.get("source"), known)
            lines.append(f"{item['number']}: {with_numbers(answer, [source] if source else []) if answer else 'DROP'}")
    return "\n".join(lines)


def read_object(reply: str) -> _Json | None:
    """The JSON object that a reply consists of, a code fence or words around it aside; None if there is none."""
    return _whole(reply)


def _sentence(item: Mapping[str, Any]) -> str:
    """The sentence on one line, with a full stop if it has no end; "" stays that."""
    words = " ".join(item["answer"].split())
    return f"{words}." if words and not _ENDED.search(words) else words


def _begins_json(reply: str) -> bool | None:
    """Whether it is JSON, bare or in a code fence; None while that is open."""
    start = reply.lstrip()
    if start.startswith("`"):
        start = _FENCE.sub("", start)
        if start.startswith("`") and len(start) >= len("```"):
            return False
    return start.startswith("{") if start.strip("`") else None


def _has_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _body(reply: str) -> str:
    return _FENCE.sub("", reply.lstrip())


def _parsed(reply: str) -> _Json | None:
    """As much of the object as has arrived; None if that can't be read."""
    try:
        value = from_json(_body(reply), allow_partial="trailing-strings")
    except ValueError:  # damaged, or whole with something behind it
        return _whole(reply)
    return value if isinstance(value, dict) else None


def _whole(reply: str) -> _Json | None:
    start = reply.find("{")
    if start < 0:
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(reply, start)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
