"""Numbers in running text, whatever their spelling, as values that can be compared (pure).

``1.2m``, ``1.2 million``, ``1,200,000`` and ``twelve hundred thousand`` are one number; so are ``5%``, ``5 per cent``
and ``five percent``; ``half`` is ``50%``; ``3pm`` is ``15:00``. English, with the figures of any language.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.measures import unit_after
from assistant.number_values import DECADE, FRACTION, PERCENT, PLAIN, TIME, Number
from assistant.number_words import SCALES, part_value, spelled_numbers

_SHORT_SCALES = {
    "k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "mil": 1e6, "b": 1e9, "bn": 1e9, "bln": 1e9, "tn": 1e12, "trn": 1e12,
}  # fmt: skip
# What a passage may say instead of a number; never demanded of a sentence.
_HINTS = {
    "once": 1, "single": 1, "sole": 1, "lone": 1, "another": 1, "a": 1, "an": 1, "only": 1, "both": 2, "pair": 2,
    "couple": 2, "twice": 2, "double": 2, "doubled": 2, "doubling": 2, "doubles": 2, "twins": 2, "duo": 2, "thrice": 3,
    "triple": 3, "tripled": 3, "trio": 3, "treble": 3, "quadruple": 4, "quadrupled": 4, "quartet": 4, "fortnight": 14,
    "decade": 10, "century": 100, "teenager": 0, "no": 0, "none": 0, "nobody": 0, "nil": 0, "noon": 12, "brace": 2,
    "midday": 12, "midnight": 12, "hat-trick": 3, "dozen": 12,
}  # fmt: skip
_SYMBOLS = {"$": "dollar", "£": "pound", "€": "euro", "¥": "yen", "₹": "rupee", "₽": "rouble", "₺": "lira", "₩": "won"}
_CURRENCIES = {
    "dollar": "dollar", "usd": "dollar", "pound": "pound", "sterling": "pound", "gbp": "pound", "euro": "euro",
    "eur": "euro", "yen": "yen", "jpy": "yen", "yuan": "yuan", "renminbi": "yuan", "cny": "yuan", "rupee": "rupee",
    "rs": "rupee", "inr": "rupee", "rouble": "rouble", "ruble": "rouble", "lira": "lira", "won": "won",
    "franc": "franc", "chf": "franc", "krona": "krona", "krone": "krona", "peso": "peso", "zloty": "zloty",
    "rand": "rand", "real": "real",
}  # fmt: skip
_GLYPHS = {"½": 1 / 2, "¼": 1 / 4, "¾": 3 / 4, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 1 / 8, "⅜": 3 / 8, "⅝": 5 / 8, "⅞": 7 / 8}

_FIGURE = re.compile(
    r"(?P<currency>(?:(?:US|AU|CA|NZ|HK|A|C|S|R)(?=\$))?[$£€¥₹₽₺₩]\s?)?"
    r"(?P<figure>\d{1,3}(?:[,\u00a0\u202f\u2009]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?(?!\d)|(?<![\d.])\.\d+)"
)
_CLOCK = re.compile(
    r"(?P<hour>[01]?\d|2[0-4])(?:[:.h](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?P<hour24>[01]?\d|2[0-4]):(?P<minute24>[0-5]\d)(?![\d:])"
    r"|(?P<hour4>[01]\d|2[0-3])(?P<minute4>[0-5]\d)(?=\s?(?:GMT|UTC|BST|hrs|hours)\b)",
    flags=re.IGNORECASE,
)
_SLASH = re.compile(r"(?:(?P<whole>\d+)\s)?(?P<top>\d{1,2})/(?P<bottom>\d{1,3})(?![/\d])")
_SUFFIX = re.compile(r"(?P<gap>[ \u00a0-]?)(?P<word>[A-Za-z]+\b|%|p\.c\.)")
_AND_A_HALF = re.compile(r" ?([½¼¾⅓⅔⅛⅜⅝⅞])|[ -]and[ -]a[ -](half|quarter)\b", re.IGNORECASE)
_PERCENT_WORDS = re.compile(
    r"(?:\s?%|[ \u00a0-]?(?:per ?cent|percentage(?:[ -]points?)?|pct|pc|ppts?|pp)\b)", re.IGNORECASE
)
_JOIN = re.compile(
    r"\s*(?:-|to|and|or|,|/|through|versus|vs\.?|compared (?:with|to)|from)\s*(?:and |or |to )?", re.IGNORECASE
)
_PREFIXED = re.compile(
    r"(?:mid|pre|post|early|late|sub|under|over|top|non|plus|minus|nearly|about|aged)-$", re.IGNORECASE
)
_CODE_BEFORE = re.compile(r"[A-Za-z]+[-.]?$")


def find_numbers(text: str) -> list[Number]:
    """All numbers in order. ``text`` should have plain quotes, dashes and spaces (see ``mentions.plain``)."""
    numbers = sorted(
        [*_figures(text), *(_with_spelled_suffix(text, number) for number in spelled_numbers(text))],
        key=lambda number: number.start,
    )
    return _share_units(text, [replace(number, unit=unit_after(text, number.end)) for number in numbers])


def find_hints(text: str) -> frozenset[float]:
    """Values that a passage implies with a word that is no number: "both" is 2, "a" and "single" are 1."""
    found = {_HINTS[word] for word in re.findall(r"[a-z]+(?:-trick)?", text.lower()) if word in _HINTS}
    return frozenset(float(value) for value in found)


def _figures(text: str) -> Iterator[Number]:
    position = 0
    while position < len(text):
        match = _FIGURE.search(text, position)
        if match is None:
            return
        number = _clock(text, match) or _slash(text, match) or _figure(text, match)
        yield number
        position = max(number.end, match.start() + 1)


def _clock(text: str, match: re.Match[str]) -> Number | None:
    if match["currency"]:
        return None
    clock = _CLOCK.match(text, match.start())
    if clock is None:
        return None
    hour = int(clock["hour"] or clock["hour24"] or clock["hour4"])
    minute = int(clock["minute"] or clock["minute24"] or clock["minute4"] or 0)
    if (clock["half"] or "").lower() == "p" and hour < 12:
        hour += 12
    return Number(match.start(), clock.end(), ((TIME, 60.0 * hour + minute),), digits=4)


def _slash(text: str, match: re.Match[str]) -> Number | None:
    slash = _SLASH.match(text, match.start())
    if slash is None or match["currency"]:
        return None
    top, bottom = int(slash["top"]), int(slash["bottom"])
    if not 0 < top < bottom or bottom > 100:
        return None
    return Number(match.start(), slash.end(), ((FRACTION, int(slash["whole"] or 0) + top / bottom),), digits=2)


def _figure(text: str, match: re.Match[str]) -> Number:
    figure = re.sub(r"[,\s]", "", match["figure"])
    value = float(figure)
    end = match.end()
    digits = len(figure.replace(".", "").strip("0")) or 1
    number = Number(match.start(), end, ((PLAIN, value),), digits=digits)
    if match["currency"]:
        symbol = match["currency"].strip()[-1]
        number = replace(number, currency="real" if match["currency"].startswith("R$") else _SYMBOLS[symbol])
    else:
        number = _with_code(text, number)
    return _with_suffix(text, number)


def _with_code(text: str, number: Number) -> Number:
    """Covid-19, F-16, G7: the letters before belong to it; mid-1990s is a number."""
    before = _CODE_BEFORE.search(text, max(0, number.start - 20), number.start)
    if before is None or _PREFIXED.search(text, max(0, number.start - 8), number.start):
        return number
    letters = before.group().rstrip("-.").lower()
    if before.group().endswith(".") and not (len(letters) <= 2 and before.group()[0].isupper()):
        return number  # a full stop without a space after it
    return replace(number, code=letters)


def _with_suffix(text: str, number: Number) -> Number:
    more = _AND_A_HALF.match(text, number.end)
    if more is not None and number.value < 1000:
        part = _GLYPHS[more[1]] if more[1] else {"half": 0.5, "quarter": 0.25}[more[2].lower()]
        number = replace(number, end=more.end(), readings=((PLAIN, number.value + part),))
    percent = _PERCENT_WORDS.match(text, number.end)
    if percent is not None:
        return replace(number, end=percent.end(), readings=((PERCENT, number.value),))
    suffix = _SUFFIX.match(text, number.end)
    if suffix is None or number.code:
        return number
    return _with_scale(text, number, suffix) or _with_money(text, _with_ending(text, number, suffix))


def _with_scale(text: str, number: Number, suffix: re.Match[str]) -> Number | None:
    """The number with "million", "bn", "dozen" or "-thirds" behind it; None if no such word follows."""
    word, gap, value, end = suffix["word"].lower(), suffix["gap"], number.value, suffix.end()
    if word == "dozen":
        return replace(number, end=end, readings=((PLAIN, 12 * value),))
    if gap and word.endswith(("rds", "ths", "quarters", "halves")) and (part := part_value(word, value)) is not None:
        return replace(number, end=end, readings=((FRACTION, part),))
    if word in SCALES:
        number = replace(number, end=end, readings=((PLAIN, value * SCALES[word]),), scaled=True)
        return _with_money(text, _with_suffix(text, number) if word in {"hundred", "thousand", "lakh"} else number)
    if word in _SHORT_SCALES and (not gap or word in {"bn", "mn", "mln", "tn", "trn"} or number.currency):
        large = (PLAIN, value * _SHORT_SCALES[word])
        short = () if number.currency or word != "m" else ((PLAIN, value),)  # "100m" may be metres
        return _with_money(text, replace(number, end=end, readings=(large, *short), scaled=True))
    return None


def _with_ending(text: str, number: Number, suffix: re.Match[str]) -> Number:
    """The number with the ending of "21st", "1990s" or "'90s"."""
    word = suffix["word"].lower()
    if suffix["gap"] or word not in {"st", "nd", "rd", "th", "tth", "s"}:
        return number
    if word != "s":
        return replace(number, end=suffix.end())
    is_short = number.value in {50, 60, 70, 80, 90} and text[number.start - 1 : number.start] == "'"
    return replace(number, end=suffix.end(), readings=((DECADE, number.value + (1900 if is_short else 0)),))


def _with_money(text: str, number: Number) -> Number:
    word = re.compile(r"[ \u00a0-]?(?:US |Australian |Canadian |Hong Kong )?([A-Za-z]+)").match(text, number.end)
    if word is None or number.currency:
        return number
    name = word[1].lower()
    currency = _CURRENCIES.get(name) or _CURRENCIES.get(name.removesuffix("s"))
    return replace(number, currency=currency, end=word.end()) if currency else number


def _with_spelled_suffix(text: str, number: Number) -> Number:
    if number.readings[0][0] != PLAIN:
        return number
    glyph = _AND_A_HALF.match(text, number.end)
    if glyph is not None and glyph[1]:
        number = replace(number, end=glyph.end(), readings=((PLAIN, number.value + _GLYPHS[glyph[1]]),), soft=False)
    percent = _PERCENT_WORDS.match(text, number.end)
    if percent is not None:
        return replace(number, end=percent.end(), readings=((PERCENT, number.value),), soft=False)
    clock = re.compile(r"\s(?:o'clock|([ap])\.?m\b\.?)", re.IGNORECASE).match(text, number.end)
    if clock is not None and number.value <= 12:
        hour = number.value + (12 if (clock[1] or "").lower() == "p" and number.value < 12 else 0)
        return replace(number, end=clock.end(), readings=((TIME, 60 * hour),))
    return _with_money(text, number)


def _share_units(text: str, numbers: list[Number]) -> list[Number]:
    """Give the first of "5 to 10%", "$1 and $2 million", "3-5pm" the unit, and as a choice the scale, of the second."""
    for index in range(len(numbers) - 2, -1, -1):
        number, following = numbers[index], numbers[index + 1]
        kind = following.readings[0][0]
        if number.readings[0][0] != PLAIN or not _JOIN.fullmatch(text, number.end, following.start):
            continue
        number = replace(number, unit=number.unit or following.unit)
        alternatives = list(number.readings)
        if kind == PERCENT:
            alternatives.append((PERCENT, number.value))
        elif kind == TIME and number.value <= 24:
            alternatives.append((TIME, 60 * number.value))
        elif following.scaled and not number.scaled:
            factor = 10.0 ** (3 * (math.floor(math.log10(max(following.value, 1))) // 3))
            alternatives.append((PLAIN, number.value * factor))
        numbers[index] = replace(number, readings=tuple(alternatives), currency=number.currency or following.currency)
    return numbers
