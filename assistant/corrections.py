"""Figures that a later article takes back: "the number on board had first been given as 17; it was 16".

Pure. Such a sentence gives both figures, so it is no disagreement (conflicts.py); but who reads the old one in a
quotation must be told of the new one. English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.answer import Difference
from assistant.mentions import plain
from assistant.number_values import Number, same_value
from assistant.numbers import find_numbers
from assistant.statements import Conflict, CorrectedFigure, Statement
from assistant.words import content_stems, names

_AND_NOT = re.compile(r"[^.;]{0,30}?\bnot\s+(?:the\s+)?(?:first\s+|earlier\s+|reported\s+)*$", re.IGNORECASE)
_AT_FIRST = re.compile(
    r"\b(?:first|initially|originally|earlier|previously|wrongly|mistakenly)\b[^.;]{0,60}$", re.IGNORECASE
)
_IT_WAS = re.compile(
    r"[^.;]{0,40}?(?:[;,.–-]|\bbut\b)\s*(?:but\s+)?(?:(?:it|they|there|that|the (?:number|figure|sum|total|toll))\s+)?"
    r"(?:later\s+|in fact\s+)*(?:was|were|is|are|had been|turned out to be)\s+(?:in fact\s+|really\s+|only\s+)*$",
    re.IGNORECASE,
)
_REVISED = re.compile(r"\b(?:corrected|revised)\b[^.;]{0,60}?\bfrom\s+$", re.IGNORECASE)
_TO = re.compile(r"\s*(?:[\w-]+\s+){0,2}to\s+$", re.IGNORECASE)
_NEAR = 60  # characters on either side of a figure that say what it is of


@dataclass(frozen=True, slots=True)
class Correction:
    """What a sentence says of its two figures."""

    old: Number
    new: Number


def corrections_in(sentence: str) -> list[Correction]:
    """The figures that a sentence takes back, each with the one that it gives instead."""
    text = plain(sentence)
    found = []
    for first, second in pairwise(find_numbers(text)):
        before, between = text[: first.start], text[first.end : second.start]
        if _AND_NOT.fullmatch(between):
            found.append(Correction(second, first))
        elif (_AT_FIRST.search(before) and _IT_WAS.fullmatch(between)) or (
            _REVISED.search(before) and _TO.fullmatch(between)
        ):
            found.append(Correction(first, second))
    return [one for one in found if not same_value(one.old, one.new)]


def find_corrected(quoted: Sequence[Statement], statements: Sequence[Statement]) -> list[Conflict]:
    """Figures in what is quoted that another of the statements, not older, takes back; none that a quotation does."""
    told = {one.text for one in quoted}
    found: dict[tuple[float, float], Conflict] = {}
    for later in statements:
        for correction in corrections_in(later.text):
            key = (correction.old.value, correction.new.value)
            if later.text in told:
                found[key] = Conflict(Difference.UPDATED, (), ())  # the reader sees it
            for one in quoted:
                number = _taken_back(one, later, correction)
                if number is None or key in found:
                    continue
                claims = (
                    CorrectedFigure(one, number.start, number.end),
                    CorrectedFigure(later, correction.new.start, correction.new.end),
                )
                found[key] = Conflict(Difference.UPDATED, (), claims)
    return [conflict for conflict in found.values() if conflict.claims]


def _taken_back(one: Statement, later: Statement, correction: Correction) -> Number | None:
    """The figure of a quoted sentence that the later one means: equal, of the same, and about the same name."""
    if one.text == later.text or one.day is None or later.day is None or later.day < one.day:
        return None
    text = plain(one.text)
    of = _around(plain(later.text), correction.old) | _around(plain(later.text), correction.new)
    for number in find_numbers(text):
        if same_value(number, correction.old) and of & _around(text, number) and _share_a_name(one, later):
            return number
    return None


def _around(text: str, number: Number) -> frozenset[str]:
    near = f"{text[max(0, number.start - _NEAR) : number.start]} {text[number.end : number.end + _NEAR]}"
    return frozenset(one for one in content_stems(near) if not one[:1].isdigit())


def _share_a_name(one: Statement, later: Statement) -> bool:
    own = {stem for name in names(one.text) for stem in content_stems(name.text)} - set(content_stems(one.outlet))
    return bool(own & set(content_stems(f"{later.context} {later.text}")) - set(content_stems(later.outlet)))
