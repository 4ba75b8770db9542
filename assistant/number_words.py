"""Numbers spelled out in English: "twelve hundred", "two and a half", "two-thirds", "dozens" (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.number_values import FRACTION, PLAIN, VAGUE, Number

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_UNITS = {word: value for value, word in enumerate(_ONES)}
_TENS = {
    word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "lakh": 1e5, "crore": 1e7}
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "fortieth": 40,
    "fiftieth": 50, "sixtieth": 60, "seventieth": 70, "eightieth": 80, "ninetieth": 90, "hundredth": 100,
    "thousandth": 1000,
}  # fmt: skip
_PARTS = {name: value for name, value in _ORDINALS.items() if value > 2} | {"half": 2, "quarter": 4, "halve": 2}
_VAGUE = {
    "dozens": 12, "scores": 20, "hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "trillions": 1e12,
}  # fmt: skip
_NOT_A_NUMBER_ONE = re.compile(
    r"\bone (?:of|another|or|day|who|that|which|can|must|thing|should|would|could|might|has|is|was)\b"
    r"|\b(?:no|any|every|this|that|the|which|each|some|not|big|new|old|only) one\b|\bone-(?:time|sided|off|on)\b",
    flags=re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:'[a-z]+)?")


def spelled_numbers(text: str) -> Iterator[Number]:
    """All spelled-out numbers in order, without what follows them ("per cent", "dollars")."""
    words = list(_WORD.finditer(text))
    not_numbers = [match.span() for match in _NOT_A_NUMBER_ONE.finditer(text)]
    index = 0
    while index < len(words):
        parsed = _parse_words(text, words, index)
        if parsed is None:
            index += 1
            continue
        number, index = parsed
        if number.value == 1 and any(start <= number.start < end for start, end in not_numbers):
            continue
        yield number


def _parse_words(text: str, words: Sequence[re.Match[str]], index: int) -> tuple[Number, int] | None:  # noqa: C901, PLR0912
    """The longest number that begins with word ``index``, and the index after it. One branch per kind of word."""
    start = index
    total, current, seen, scaled = 0.0, 0.0, False, False
    followed = _word(words, index + 1) in {*SCALES, "dozen"} and _adjoins(text, words, index + 1)
    if _word(words, index) in {"a", "an"} and followed:
        current, seen, index = 1.0, True, index + 1
    while index < len(words) and (index == start or _adjoins(text, words, index)):
        word = _word(words, index)
        if word in _UNITS and (
            not seen or current % 100 == 0 or (current % 10 == 0 and 20 <= current % 100 and _UNITS[word] < 10)
        ):
            current += _UNITS[word]
        elif word in _TENS and (not seen or current % 100 == 0):
            current += _TENS[word]
        elif word == "hundred" and seen:
            current *= 100
        elif word == "dozen" and seen:
            current *= 12
        elif word in SCALES and seen and word != "hundred":
            total, current, scaled = total + current * SCALES[word], 0.0, True
        elif (
            word == "point" and seen and not scaled and _is_digit(text, words, index + 1)
        ):  # "three point four billion"
            place = 0.1
            while _is_digit(text, words, index + 1):
                current, place, index = current + place * _UNITS[_word(words, index + 1)], place / 10, index + 1
        elif word == "and" and seen and _continues_after_and(words, index, total, current):
            if _word(words, index + 1) == "a":
                current += {"half": 0.5, "quarter": 0.25}[_word(words, index + 2)]
                index += 2
        elif seen and current % 100 >= 20 and current % 10 == 0 and _ORDINALS.get(word, 10) < 10:  # twenty-first
            return _spelled_number(words, start, index + 1, total + current + _ORDINALS[word]), index + 1
        else:
            break
        seen, index = True, index + 1
    if seen:
        part = _parts_of(words, index, total + current)
        if part is not None and _adjoins(text, words, index):
            return _spelled_number(words, start, index + 1, part, kind=FRACTION), index + 1
        number = _spelled_number(words, start, index, total + current, scaled=scaled)
        return (replace(number, soft=number.value == 1), index)
    return _other_words(words, start)


def _is_digit(text: str, words: Sequence[re.Match[str]], index: int) -> bool:
    return _UNITS.get(_word(words, index), 10) < 10 and _adjoins(text, words, index)


def _continues_after_and(words: Sequence[re.Match[str]], index: int, total: float, current: float) -> bool:
    """Whether "and" goes on with a number: "one hundred and five", "two and a half"; not "five and six"."""
    following = _word(words, index + 1)
    if following == "a":
        return _word(words, index + 2) in {"half", "quarter"}
    return ((current >= 100 and current % 100 == 0) or (total > 0 and current == 0)) and (
        following in _UNITS or following in _TENS
    )


def _parts_of(words: Sequence[re.Match[str]], index: int, count: float) -> float | None:
    """The value of "two thirds", "three quarters", "one fifth" if word ``index`` is such a part."""
    return part_value(_word(words, index), count)


def part_value(word: str, count: float) -> float | None:
    """The value of ``count`` "thirds" or "quarters"; None if the word names no such part, or "third" is an ordinal."""
    single = word.removesuffix("s") if word != "halves" else "half"
    if single in _PARTS and count < _PARTS[single] and (word.endswith("s") or count == 1):
        return count / _PARTS[single]
    return None


def _other_words(words: Sequence[re.Match[str]], index: int) -> tuple[Number, int] | None:
    word, before = _word(words, index), _word(words, index - 1) if index else ""
    after = index + 1
    if word == "half" and _word(words, after) == "a" and _word(words, after + 1) == "dozen":
        return _spelled_number(words, index, index + 3, 6.0), index + 3
    if word in _VAGUE:
        value = float(_VAGUE[word])
        while _word(words, after) == "of" and _word(words, after + 1) in _VAGUE:
            value, after = value * _VAGUE[_word(words, after + 1)], after + 2
        return _spelled_number(words, index, after, value, kind=VAGUE), after
    if word == "tens" and _word(words, after) == "of" and _word(words, after + 1) in _VAGUE:
        return _spelled_number(words, index, index + 3, 10.0 * _VAGUE[_word(words, after + 1)], kind=VAGUE), index + 3
    if word == "half":
        return replace(_spelled_number(words, index, after, 0.5, kind=FRACTION), soft=True), after
    if word in _ORDINALS:
        number = _spelled_number(words, index, after, float(_ORDINALS[word]))
        if word in _PARTS and before in {"a", "one"}:
            number = replace(number, readings=(*number.readings, (FRACTION, 1 / _PARTS[word])))
        return replace(number, soft=_ORDINALS[word] <= 3), after
    if word == "quarter" and before in {"a", "one"} and _word(words, after) == "of":
        return _spelled_number(words, index, after, 0.25, kind=FRACTION), after
    return None


def _spelled_number(
    words: Sequence[re.Match[str]], start: int, end: int, value: float, *, kind: str = PLAIN, scaled: bool = False
) -> Number:
    digits = len(f"{value:.6g}".replace(".", "").strip("0")) or 1
    return Number(words[start].start(), words[end - 1].end(), ((kind, value),), digits=digits, scaled=scaled)


def _word(words: Sequence[re.Match[str]], index: int) -> str:
    return words[index].group().lower() if 0 <= index < len(words) else ""


def _adjoins(text: str, words: Sequence[re.Match[str]], index: int) -> bool:
    """Whether only a space or a hyphen stands between a word and the one before it."""
    return (
        index < len(words)
        and re.fullmatch(r"[\s-]{1,2}|, ", text[words[index - 1].end() : words[index].start()]) is not None
    )
