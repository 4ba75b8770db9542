"""Where numbers, dates and names stand in a text, and whether two stand in the same place of the same statement (pure).

A number that occurs somewhere in a passage proves little: "5 killed, 12 hurt" doesn't bear out "12 killed". So the
words around a mention are compared too, outwards from it, until they differ.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.date_mentions import DateMention, find_dates
from assistant.number_values import HEDGE, Number
from assistant.numbers import find_numbers
from assistant.words import STOPWORDS, begins_sentence, stem

_PLAIN = str.maketrans({
    "’": "'", "‘": "'", "‛": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"', "–": "-",
    "—": "-", "―": "-", "‐": "-", "‑": "-", "−": "-", "‒": "-", "\u202f": "\u00a0",
    "\u2009": "\u00a0", "\u2007": "\u00a0",
})  # fmt: skip
_TOKEN = re.compile(r"[^\W_]+(?:['.&/][^\W_]+)*|[.!?;](?=\s|$|\")|\n+")
_NAME_WORD = r"[A-Z]\w*(?:['.&-]\w+)*\.?"
_NAME = re.compile(
    rf"\b(?:al-|el-)?{_NAME_WORD}"
    rf"(?: (?:(?:of|the|de|la|le|da|di|du|del|von|van|der|den|bin|al|and|&) ){{0,2}}{_NAME_WORD})*"
)
LONGEST_REACH = 6  # words compared on each side


def plain(text: str) -> str:
    """Typographic quotes, dashes and thin spaces as plain ones; every offset stays."""
    return text.translate(_PLAIN)


@dataclass(frozen=True, slots=True)
class Mention:
    """A number, date or name at ``text[start:end]`` of a plain text. ``hedge``: the "about" before a number."""

    kind: Literal["number", "date", "name"]
    start: int
    end: int
    text: str
    number: Number | None = None
    date: DateMention | None = None
    hedge: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A word to compare by: its stem, or the mention it belongs to (then ``stem`` is the mention's own text)."""

    stem: str
    start: int
    end: int
    mention: Mention | None = None


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text, plain, with its mentions and its tokens in order."""

    text: str
    mentions: tuple[Mention, ...]
    tokens: tuple[Token, ...]

    def of_kind(self, kind: str) -> list[Mention]:
        """The mentions of a kind."""
        return [mention for mention in self.mentions if mention.kind == kind]


def mark(text: str, published: date | None) -> MarkedText:
    """Find the mentions of a text. A date is no number, and what is either is no name."""
    text = plain(text)
    mentions: list[Mention] = [
        Mention("date", found.start, found.end, text[found.start : found.end], date=found)
        for found in find_dates(text, published)
    ]
    taken = [(mention.start, mention.end) for mention in mentions]
    for number in find_numbers(text):
        if not _overlaps(number.start, number.end, taken):
            hedge = HEDGE.search(text, max(0, number.start - 24), number.start)
            said = hedge[1] if hedge else ""
            mentions.append(
                Mention("number", number.start, number.end, text[number.start : number.end], number=number, hedge=said)
            )
    taken = [(mention.start, mention.end) for mention in mentions]
    for start, end in find_names(text):
        # "Mercedes S280", "Jan. 6 Committee": the number or date is checked by itself, the words before it as a name.
        limit = min(
            [other_start for other_start, other_end in taken if other_end > start and other_start < end] or [end]
        )
        name = text[start:limit]
        if limit < end and name[-1:].isalnum():
            name = name.rpartition(" ")[0]
        name = name.rstrip(" -&.")
        if len(name) > 1:
            mentions.append(Mention("name", start, start + len(name), name))
    mentions.sort(key=lambda mention: mention.start)
    return MarkedText(text, tuple(mentions), tuple(_tokens(text, mentions)))


def find_names(text: str) -> list[tuple[int, int]]:
    """Runs of capitalised words. A single ordinary word at the beginning of a sentence is left out."""
    found = []
    for match in _NAME.finditer(text):
        start, end = match.span()
        first = re.match(r"[^\W_]+(?:'[^\W_]+)?", match.group())
        while first is not None and first.group().lower() in STOPWORDS and not first.group().isupper():
            start += first.end()
            rest = re.match(r"\W+", text[start:end])
            start += rest.end() if rest else 0
            first = re.match(r"[^\W_]+(?:'[^\W_]+)?", text[start:end]) if start < end else None
        if start < end and text[start].isupper() and end - start > 1:
            found.append((start, end))
    return found


def is_certain_name(marked: MarkedText, mention: Mention) -> bool:
    """Whether it is a name by more than the capital that begins a sentence."""
    if " " in mention.text.strip() or mention.text[1:2].isupper():
        return True
    return not begins_sentence(marked.text, mention.start)


def _overlaps(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in taken)


def _tokens(text: str, mentions: Sequence[Mention]) -> list[Token]:
    tokens = [Token("^", 0, 0)]
    position = 0
    for mention in [*mentions, None]:
        until = mention.start if mention else len(text)
        for match in _TOKEN.finditer(text, position, until):
            word = match.group()
            tokens.append(Token("^" if not word[0].isalnum() else stem(word), match.start(), match.end()))
        if mention is not None:
            tokens.append(Token(stem(mention.text) if mention.kind == "name" else mention.text.lower(),
                                mention.start, mention.end, mention))  # fmt: skip
            position = mention.end
    if tokens[-1].stem != "^":
        tokens.append(Token("^", len(text), len(text)))
    return tokens


def common_words(claim: MarkedText, mention: Mention, passage: MarkedText, other: Mention) -> int:
    """How many words around two mentions agree, outwards on both sides until they differ."""
    here, there = _index(claim, mention), _index(passage, other)
    return sum(_reach(claim.tokens, here, passage.tokens, there, step) for step in (-1, 1))


def _index(marked: MarkedText, mention: Mention) -> int:
    return bisect_left(marked.tokens, mention.start, lo=1, key=lambda token: token.start)  # 0 is the text's beginning


def _reach(first: Sequence[Token], here: int, second: Sequence[Token], there: int, step: int) -> int:
    count = 0
    while count < LONGEST_REACH:
        here, there = here + step, there + step
        if not (0 <= here < len(first) and 0 <= there < len(second)) or first[here].stem != second[there].stem:
            return count
        count += 1
    return count
