"""More ways to get a figure wrong, and to write it otherwise: units, currencies, ordinals, fractions, ranges, turns.

Beside claim_pairs.py and, like it, seeded and written apart from the verifier. Kinds that begin with "true" are right.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date

from tests.assistant.claim_pairs import DIGITS, SMALL, Pair, passages_of, sentences_of

CURRENCIES = {"$": "dollars", "£": "pounds", "€": "euros"}
MONEY = re.compile(r"([$£€])(\d+(?:\.\d+)?)(?: (million|billion))?(?![\w.,-]*\w| trillion| thousand)")
SCALE = re.compile(r"\b\d+(?:\.\d+)? (million|billion|trillion)\b")
ORDINALS = "fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
ORDINAL_WORD = re.compile(r"\b(" + "|".join(ORDINALS) + r")\b(?!-| quarter| of )")
ORDINAL_FIGURE = re.compile(
    r"(?<!\w )\b(\d{1,2})(st|nd|rd|th)\b(?= (?:time|century|anniversary|birthday|round|season|day))"
)
FRACTIONS = {"two-thirds": "2/3", "three-quarters": "3/4", "a third": "1/3", "a quarter": "1/4", "a fifth": "1/5",
             "two thirds": "2/3", "three quarters": "3/4"}  # fmt: skip
FRACTION = re.compile(r"\b(" + "|".join(FRACTIONS) + r")(?= of )")
RANGE = re.compile(
    r"\b(?:between|from) (\d{1,3}) (?:and|to) (\d{1,3})\b(?![:,.]?\d)|(?<![\w.,/-])(\d{1,2})-(\d{1,2})(?= [a-z])"
)
MEASURE = re.compile(
    r"\b\d+(?:[.,]\d+)? (miles|kilometers|kilometres|meters|metres|feet|inches|pounds|tons|tonnes|acres|hours|minutes"
    r"|days|weeks|months|years)\b(?! old)"
)
OTHER_MEASURE = {
    "miles": "kilometers", "kilometers": "miles", "kilometres": "miles", "meters": "feet", "metres": "feet",
    "feet": "meters", "inches": "feet", "pounds": "tons", "tons": "pounds", "tonnes": "pounds", "acres": "hectares",
    "hours": "minutes", "minutes": "hours", "days": "weeks", "weeks": "months", "months": "years", "years": "months",
}  # fmt: skip
OPPOSITE = {
    "rose": "fell", "fell": "rose", "increased": "decreased", "decreased": "increased", "higher": "lower",
    "lower": "higher", "gained": "lost", "more": "fewer", "fewer": "more", "approved": "rejected",
    "rejected": "approved", "won": "lost", "lost": "won",
}  # fmt: skip
DIRECTION = re.compile(
    r"\b(rose|fell|increased|decreased|gained|approved|rejected|won|lost|(?:more|fewer|higher|lower)(?= than))\b"
)
AUXILIARIES = "did|does|do|was|were|is|are|has|have|had|will|would|could|should|can"
DENIED = re.compile(rf"\b({AUXILIARIES}) not\b(?! (?:only|just|merely))")
AUXILIARY = re.compile(r"\b(was|were|is|are|has|have|had|will|would|could|should|can)\b(?= [a-z])")
ANY_DENIAL = re.compile(r"\b(?:not?|never|nobody|none|nor|without)\b|n['’]t\b", re.IGNORECASE)


def make_further_pairs(articles: list[tuple[str, str, date | None]], seed: int) -> Iterator[Pair]:
    """Pairs of (title, text, published) articles: every sentence that has something to change."""
    chance = random.Random(seed)  # noqa: S311 - the same pairs every time
    for title, text, published in articles:
        for passage in passages_of(text):
            for sentence in sentences_of(passage):
                for kind, changed in [*_changed(sentence, chance), *_respelled(sentence, chance)]:
                    if changed not in passage:
                        yield Pair(kind, changed, passage, published, title, sentence)


def _put(sentence: str, match: re.Match[str], new: str, group: int = 0) -> str:
    return sentence[: match.start(group)] + new + sentence[match.end(group) :]


def _changed(sentence: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    if match := SCALE.search(sentence):
        yield "scale", _put(sentence, match, "billion" if match[1] != "billion" else "million", 1)
    if match := MONEY.search(sentence):
        yield "currency", _put(sentence, match, chance.choice([one for one in CURRENCIES if one != match[1]]), 1)
    if match := ORDINAL_WORD.search(sentence):
        yield "ordinal", _put(sentence, match, chance.choice([one for one in ORDINALS if one != match[1]]), 1)
    if match := ORDINAL_FIGURE.search(sentence):
        yield "ordinal", _put(sentence, match, _ordinal(int(match[1]) + chance.randint(1, 7)))
    if match := FRACTION.search(sentence):
        others = [one for one, value in FRACTIONS.items() if value != FRACTIONS[match[1]]]
        yield "fraction", _put(sentence, match, chance.choice(others), 1)
    if match := RANGE.search(sentence):
        group = chance.choice([1, 2] if match[1] else [3, 4])
        yield "range", _put(sentence, match, str(int(match[group]) + chance.randint(1, 5)), group)
    if match := MEASURE.search(sentence):
        yield "measure", _put(sentence, match, OTHER_MEASURE[match[1]], 1)
    if match := DIRECTION.search(sentence):
        yield "direction", _put(sentence, match, OPPOSITE[match[1]], 1)
    if match := DENIED.search(sentence):
        yield "denial", _put(sentence, match, match[1])
    elif (match := AUXILIARY.search(sentence)) and not ANY_DENIAL.search(sentence) and chance.random() < 0.2:
        yield "denial", _put(sentence, match, f"{match[1]} not")
    figures = [match for match in DIGITS.finditer(sentence) if len(match[0]) < 8]
    if len(figures) == 2 and figures[0][0] != figures[1][0]:
        first, second = figures
        yield "swapped", _put(_put(sentence, second, first[0]), first, second[0])


def _respelled(sentence: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    if re.search(r"[\"“”]", sentence):
        return
    if match := MONEY.search(sentence):
        scale = f" {match[3]}" if match[3] else ""
        yield "true money", _put(sentence, match, f"{match[2]}{scale} {CURRENCIES[match[1]]}")
    if match := ORDINAL_WORD.search(sentence):
        yield "true ordinal", _put(sentence, match, _ordinal(ORDINALS.index(match[1]) + 4), 1)
    if match := FRACTION.search(sentence):
        yield "true fraction", _put(sentence, match, FRACTIONS[match[1]], 1)
    if match := RANGE.search(sentence):
        low, high = (match[1], match[2]) if match[1] else (match[3], match[4])
        words = [SMALL[int(one) - 2] if 2 <= int(one) <= 12 else one for one in (low, high)]
        yield (
            "true range",
            _put(sentence, match, chance.choice([f"{low}–{high}", f"{low} to {high}", " to ".join(words)])),
        )


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
