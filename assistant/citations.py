"""Citations as a closed vocabulary: the keys that were handed out, and nothing else (pure).

A model is asked for ``[s4k7]``; it may write ``[s4k7, d2n9]``, ``[s4k7][d2n9]``, ``【s4k7】`` or ``(s4k7)``. What looks
like a citation but is no key is reported and removed, never guessed. ``[sic]`` and other words in brackets stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from assistant.sentences import split_sentences

_KEY_SHAPE = re.compile(r"[b-z][2-9][b-z][2-9]")
_PRINTED = re.compile(r"s?\d{1,3}(?:[-–]\d{1,3})?")  # what other systems use for keys
_GROUP = re.compile(r"[\[【［⟦〔]([^\[\]【】［］⟦⟧〔〕\n]{0,200})[\]】］⟧〕]|\(([^()\n]{1,80})\)")
_FILLER = frozenset(
    "source sources key keys evidence article articles passage passages see ref and cite citation also doc id".split()
)
_CALLS_A_SOURCE = frozenset("source sources evidence ref citation doc".split())  # "(source 1)", but "(article 5)"
# Words that are there for the mark alone, and make no sentence without it.
_BEFORE = re.compile(
    r"(?P<comma>,)?\s*\b(?:according to|as (?:reported|stated|noted|mentioned|described|told) (?:in|by)|as per"
    r"|see(?: also)?|(?P<opens>in|from|per))\s+(?:the\s+)?(?:(?:source|evidence|article|passage)s?\s+)?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s+(?:also\s+)?(?:says?|said|reports?|reported|states?|stated|notes?|mentions?|confirms?|shows?)(?:\s+that)?\s+"
)
_COMMA = re.compile(r"\s*,")
_SEPARATORS = re.compile(r"[\s,;:|\[\]&/^#*`'\"“”=]+|†\S*")
_ENDING = re.compile(r"[.!?…]+$")


@dataclass(frozen=True, slots=True)
class CitedText:
    """A text without its citation marks; the keys it cites, each once, in order; what looked like keys and are none."""

    text: str
    keys: tuple[str, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A citation mark at ``text[start:end]``. ``opens``: with "According to ... ," or the like it opens a sentence."""

    start: int
    end: int
    keys: tuple[str, ...]
    unknown: tuple[str, ...]
    opens: bool = False


def find_marks(text: str, known: Collection[str]) -> list[Mark]:
    """All citation marks in order; ``known`` keys are in lower case."""
    marks = []
    for match in _GROUP.finditer(text):
        tokens = [token.lower() for token in _SEPARATORS.split(match[1] if match[1] is not None else match[2]) if token]
        rest = [token for token in tokens if token not in _FILLER]
        names_source = len(rest) < len(tokens) and not _CALLS_A_SOURCE.isdisjoint(tokens)
        if match[1] is None and not (rest and (names_source or all(token in known for token in rest))):
            continue  # round brackets hold asides, and "(12)" an age
        if rest and all(_is_citation_like(token, known) for token in rest):
            keys = tuple(dict.fromkeys(token for token in rest if token in known))
            unknown = tuple(dict.fromkeys(token for token in rest if token not in known))
            marks.append(Mark(match.start(), match.end(), keys, unknown))
        elif match[1] is not None and not match[1].strip():
            marks.append(Mark(match.start(), match.end(), (), ()))
    inside = [(mark.start, mark.end) for mark in marks]
    for match in re.finditer(r"(?:\[\s*)?\b([b-z][2-9][b-z][2-9])\b(?:\s*\])?", text, flags=re.IGNORECASE):
        bare = match[1].lower()
        if bare in known and not any(start <= match.start() < end for start, end in inside):
            marks.append(Mark(match.start(), match.end(), (bare,), ()))
    return [_with_phrase(text, mark) for mark in sorted(marks, key=lambda mark: mark.start)]


def _with_phrase(text: str, mark: Mark) -> Mark:
    """The mark with the "According to ... ," around it, or the "says that" behind it that opens a sentence."""
    if not mark.keys:
        return mark
    before = _BEFORE.search(text[max(0, mark.start - 60) : mark.start])
    if before is None:
        told = _AFTER.match(text, mark.end) if _opens_sentence(text, mark.start) else None
        return replace(mark, end=told.end() - 1, opens=True) if told else mark
    start = mark.start - len(before.group().lstrip())
    comma = _COMMA.match(text, mark.end)
    opens = bool(comma) and _opens_sentence(text, start)
    if before["opens"] and not opens:
        return mark
    end = comma.end() if comma and (opens or before["comma"]) else mark.end
    return replace(mark, start=start, end=end, opens=opens)


def _opens_sentence(text: str, position: int) -> bool:
    before = text[:position].rstrip(" ")
    return not before or before[-1] in ".!?…\n"


def looks_like_key(token: str) -> bool:
    """Whether it has the form of a key of ours, or of what other systems use for keys; in lower case."""
    return _KEY_SHAPE.fullmatch(token) is not None or _PRINTED.fullmatch(token) is not None


def _is_citation_like(token: str, known: Collection[str]) -> bool:
    return token in known or looks_like_key(token)


def _tidy(text: str) -> str:
    """Close the gaps that removed marks leave."""
    text = re.sub(r"([.!?…][\"”’»)]*)\s+\.(?=\s|$)", r"\1", text)  # "hurt. [key]." had two full stops
    text = re.sub(r"[ \t]+([.,;:!?…)])(?!\w)", r"\1", text)
    return re.sub(r"[ \t]{2,}", " ", text).strip()


def split_cited(text: str, known: Collection[str]) -> list[CitedText]:
    """The sentences of an answer with what each cites; a mark behind a full stop belongs to the sentence before."""
    marks = find_marks(text, known)
    bare = text
    for mark in marks:
        rest = _with_capital(bare[mark.end :]) if mark.opens else bare[mark.end :]
        bare = bare[: mark.start] + " " * (mark.end - mark.start) + rest
    # A span without a word is the full stop left behind a mark.
    spans = [(start, end) for start, end in split_sentences(bare) if re.search(r"\w", bare[start:end])]
    owned: list[list[Mark]] = [[] for _ in spans]
    for mark in marks if spans else ():
        owned[_owner(mark.end if mark.opens else mark.start, spans, bare, is_before=mark.opens)].append(mark)
    return [
        CitedText(
            _tidy(bare[start:end]),
            tuple(dict.fromkeys(key for mark in own for key in mark.keys)),
            tuple(dict.fromkeys(key for mark in own for key in mark.unknown)),
        )
        for (start, end), own in zip(spans, owned, strict=True)
    ]


def _with_capital(text: str) -> str:
    place = len(text) - len(text.lstrip())
    first = text[place : place + 1].upper()
    return f"{text[:place]}{first}{text[place + 1 :]}" if len(first) == 1 else text


def _owner(position: int, spans: Sequence[tuple[int, int]], text: str, *, is_before: bool) -> int:
    """The sentence that a mark belongs to: the one it stands in or follows on the same line, else the next."""
    if is_before:
        return next((number for number, (start, _) in enumerate(spans) if start >= position), len(spans) - 1)
    before = max((number for number, (start, _) in enumerate(spans) if start <= position), default=0)
    is_on_next_line = "\n" in text[spans[before][1] : position]
    return before + 1 if is_on_next_line and before + 1 < len(spans) else before


def with_numbers(text: str, numbers: Sequence[int | str]) -> str:
    """Print ``[1][2]`` at the end of a sentence, before its full stop; behind it where a closing quote follows."""
    if not numbers:
        return text
    printed = "".join(f"[{number}]" for number in numbers)
    ending = _ENDING.search(text)
    if ending is None:
        return f"{text} {printed}"
    return f"{text[: ending.start()]} {printed}{ending.group()}"
