"""A model's answer as JSON, one object per sentence: its schema, and its text while it arrives (pure).

Quote first, then the source, then the sentence: a model that has copied the words before it writes keeps closer to
them, and a small one follows a schema far better than rules for citing. Where a server doesn't hold the model to it,
words may stand before the JSON, or the list or the one sentence come bare: they are read all the same, and a reply
that is no JSON passes as it is.
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
_END_OF_THOUGHTS = "</think>"  # of models whose server swallowed the mark that opens them
_LONGEST_PREAMBLE = 400  # characters of "Here is the JSON" before it; what cites a key by then is text
_OPENING = re.compile(r"\{(?=\s*[\"}])|\[(?=\s*\{)")
_BEGINS = re.compile(rf"\s*(?:`{{1,3}}[a-zA-Z]*\s*)?(?:{_OPENING.pattern})")
_MAY_OPEN = re.compile(r"\s*(?:`{1,3}[a-zA-Z]*\s*)?(?:[\[{]\s*)?$")
_ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_SENTENCE_END = re.compile(r"[.!?…。！？\]][\"'”’»)\]]*\s|\n")
_REPEATED, _MOST_REPEATED = 200, 3  # characters at the end of a text, and how often they may occur
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
        _, ended, after = self._received.rpartition(_END_OF_THOUGHTS)
        if ended and not self._is_json and _BEGINS.match(self._received) is None:
            # What came before was no answer, and what was shown of it is not to stay. (Inside JSON it is a word.)
            self._received, self._shown, self._is_json = after, "", None
        if self._is_json is None:
            self._is_json = self._decided()
        if self._is_json:
            self._value = _parsed(self._received) or self._value
            return self._added(self._so_far())
        held = _MAY_OPEN.search(self._received) if self._is_json is None else None
        return self._added(self._received[: held.start()] if held else self._received)

    def _decided(self) -> bool | None:
        """Whether it is JSON; None while that is open. What stands before the JSON is dropped."""
        opening = _OPENING.search(self._received)
        before = self._received[: opening.start()] if opening else self._received
        if len(before) > _LONGEST_PREAMBLE or any(key in before.lower() for key in self._known):
            return False
        if opening is None:
            return None
        self._received, self._shown = self._received[opening.start() :], ""
        return True

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
        """Whether a quote or a sentence is longer than any that means something, or a text only repeats itself."""
        if not self._is_json:
            return len(self._received) > LONGEST_STRING and (
                len(self._unended) > LONGEST_STRING
                or self._received.count(self._received[-_REPEATED:]) > _MOST_REPEATED
            )
        items = self._value.get("sentences")
        last = items[-1] if isinstance(items, list) and items and isinstance(items[-1], dict) else {}
        return any(isinstance(text, str) and len(text) > LONGEST_STRING for text in last.values())

    @property
    def has_answer(self) -> bool:
        """Whether it has the form asked for: a list of sentences, be it an empty one."""
        return isinstance(self._value.get("sentences"), list)

    @property
    def quotes(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """Source keys and quote of each sentence that has a quote, as the model wrote them; not checked."""
        return tuple((self._sources(item), item["quote"]) for item in self._items if _has_text(item.get("quote")))

    @property
    def draft(self) -> str:
        """The whole answer as cited text: each sentence once, with its source."""
        if not self._is_json:
            without_end = len(self._unended) if len(self._unended) > LONGEST_STRING else 0
            return self._received[: len(self._received) - without_end]
        sentences = dict.fromkeys(
            with_numbers(answer[start:end], self._sources(item))
            for item in self._items
            for answer in [_sentence(item)]
            for start, end in split_sentences(answer)
        )
        return " ".join(sentences)

    @property
    def _unended(self) -> str:
        """What a text has behind the end of its last whole sentence."""
        return _SENTENCE_END.split(self._received)[-1]

    @property
    def missing(self) -> str:
        """The sentence on what the evidence doesn't say; "" if there is none."""
        missing = self._value.get("missing") if self._is_json else ""
        return " ".join(missing.split()) if isinstance(missing, str) else ""

    @property
    def _items(self) -> list[_Json]:
        return sentence_items(self._value)[:MOST_SENTENCES]

    def _sources(self, item: Mapping[str, Any]) -> tuple[str, ...]:
        return source_keys(item.get("source"), self._known)

    def _marked(self, item: _Json) -> str:
        return with_numbers(_sentence(item), self._sources(item))

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
    return [item for item in items if isinstance(item, dict) and 0 < len(_said(item)) <= LONGEST_STRING]


def source_keys(source: object, known: Collection[str]) -> tuple[str, ...]:
    """The keys that ``source`` means, each once: known ones, or one that looks like a key and is none."""
    said = " ".join(one for one in source if isinstance(one, str)) if isinstance(source, list) else source
    if not isinstance(said, str):
        return ()
    tokens = re.findall(r"\w+", said.lower())
    found = tuple(dict.fromkeys(one for one in tokens if one in known))
    return found or tuple(one for one in tokens if looks_like_key(one))[:1]


def repaired_lines(reply: str, known: Collection[str]) -> str:
    """A repair in JSON as the numbered lines that prompts/repair.md asks for; any other reply as it is."""
    value = _whole(reply)
    if value is None:
        return reply
    lines = []
    for item in value.get("sentences") or ():
        if isinstance(item, dict) and isinstance(item.get("number"), int) and isinstance(item.get("answer"), str):
            answer = _sentence(item)
            sources = source_keys(item.get("source"), known)
            lines.append(f"{item['number']}: {with_numbers(answer, sources) if answer else 'DROP'}")
    return "\n".join(lines)


def read_object(reply: str) -> _Json | None:
    """The JSON object that a reply consists of, a code fence or words around it aside; None if there is none."""
    value = _decoded(reply, reply.find("{"))
    return value if isinstance(value, dict) else None


def _said(item: Mapping[str, Any]) -> str:
    """The sentence as it came; "" if there is none. A bare number is one that wasn't put into quotation marks."""
    said = item.get("answer")
    if isinstance(said, int | float) and not isinstance(said, bool):
        return str(said)
    return said if _has_text(said) and isinstance(said, str) else ""


def _sentence(item: Mapping[str, Any]) -> str:
    """The sentence on one line, with a full stop if it has no end; "" stays that."""
    words = " ".join(_said(item).split())
    return f"{words}." if words and not _ENDED.search(words) else words


def _has_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _parsed(reply: str) -> _Json | None:
    """As much of the object as has arrived; None if that can't be read."""
    try:
        value = from_json(reply, allow_partial="trailing-strings")
    except ValueError:  # damaged, or whole with something behind it
        return _whole(reply)
    return _as_answer(value)


def _whole(reply: str) -> _Json | None:
    opening = _OPENING.search(reply)
    return _as_answer(_decoded(reply, opening.start())) if opening else None


def _decoded(reply: str, start: int) -> object:
    if start < 0:
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(reply, start)
    except (ValueError, RecursionError):
        return None
    return value


def _as_answer(value: object) -> _Json | None:
    """In the form asked for: a bare list of sentences, and a bare sentence, are put into it. None for no object."""
    if isinstance(value, list):
        return {"sentences": value}
    if not isinstance(value, dict):
        return None
    return {"sentences": [value]} if "sentences" not in value and _said(value) else value
