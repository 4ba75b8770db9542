"""Figures in a sentence and what they are figures of: their unit, the sort of event, the names and words around them.

Pure. English words for the sorts of events that news counts (deaths, injuries, crowds, costs); figures that measure no
such thing, ages, durations, scores, differences ("300 more") and years among them, are no claims.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Generic, TypeVar

from assistant.mentions import MarkedText, Mention, mark
from assistant.number_values import FRACTION, PERCENT, PLAIN, Number, same_value
from assistant.words import MONTH_NAMES, NUMBER_WORDS, WEEKDAY_NAMES, is_content, stem

Of = TypeVar("Of")

_AS_NEAR = 3  # words farther than the nearest one from a figure that still say of which sort it is
_NEAR, _CLOSE = 12, 3  # words on each side of a figure that say what it is of, and which part of that
# Not "children" or "women": they are a part of those counted.
_PEOPLE = (
    "people person resident passenger demonstrator protester marcher supporter victim casualty fatality death dead body"
)
_JOBS = "job post position role redundancy worker employee staff people person"
_MONEY_WORDS = "dollar pound euro crown yen yuan rupee franc krona krone peso rouble ruble lira won"


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


_SORTS: dict[str, frozenset[str]] = {
    "dead": _stems("die died dies dead death deaths kill killed kills killing fatality fatalities toll lives bodies"
                   " perished"),
    "hurt": _stems("injured injuries hurt wounded wounding hospitalised hospitalized"),
    "missing": _stems("missing unaccounted"),
    "held": _stems("arrested arrests detained detention held custody"),
    "fled": _stems("evacuated evacuees fled displaced homeless rescued"),
    "crowd": _stems("march marched marchers demonstration demonstrators demonstrated protest protesters rally rallied"
                    " crowd turnout attended attendance"),
    "jobs": _stems("job jobs redundancies layoffs lay laid work sacked dismissed"),
    "employed": _stems("workforce employ employs employed employing headcount"),
    "struck": _stems("strike strikers walked walkout"),
    "cost": _stems("cost costs costing price priced bill pay budget budgeted bid spend spent spending estimate"),
    "profit": _stems("profit profits earned earnings income"),
    "loss": _stems("loss losses lost"),
    "sales": _stems("revenue revenues sales turnover"),
    "penalty": _stems("fine fined fines compensation settlement settled penalty"),
    "claim": _stems("sued sue suing lawsuit damages seek seeking sought demand demanded demands ask asked"),
    "deal": _stems("buy buying bought acquire acquired acquisition takeover"),
    "aid": _stems("aid donated donation donations raised fund funding grant grants pledged"),
    "size": _stems("homes houses buildings hectares acres households"),
}  # fmt: skip
# Who or what part of them is meant: with and without it, two figures are of different things.
_QUALIFIERS = _stems(
    "serious seriously severe severely critical critically fatal child children woman women man men adult adults"
    " civilian civilians soldier soldiers police officer officers foreign foreigners additional previous record"
    " estimated projected forecast expected annual monthly weekly daily"
)
_SORT_OF = {one: name for name, group in _SORTS.items() for one in group}
_PEOPLE_STEMS, _JOB_STEMS = _stems(_PEOPLE), _stems(_JOBS)
_CURRENCY_STEMS = _stems(_MONEY_WORDS)
_TIME_UNITS = _stems("second minute hour day week month year decade century o'clock am pm")
_MEASURES = _stems(
    "metre meter kilometre kilometer mile foot feet inch degree mph kph knot tonne ton litre liter gallon"
)
_AFTER_DIFFERENCE = re.compile(
    r"\s*(?:[\w-]+\s+){0,2}?(?:more|less|fewer|higher|lower|extra|additional|above|below)\b", re.I
)
_BEFORE_CHANGE = re.compile(
    r"\b(?:ris(?:e|en|ing)|rose|increas\w*|fall(?:en)?|fell|drop\w*|cut|up|down|grow\w*|grew|growth|declin\w*|gain\w*|"
    r"jump\w*|slump\w*|climb\w*|inflation|pay rise|raise)\s+(?:of|by)?\s*(?:about|around|some|nearly|almost|only)?\s*$",
    re.IGNORECASE,
)
_BY = re.compile(r"\bby\s+(?:about|around|some|nearly|almost|only|another)?\s*$", re.IGNORECASE)
_AGE = re.compile(r"^\s*(?:,|\)|-year|years?[ -]old)|^\s*,?\s*(?:who|was)\b", re.IGNORECASE)
_AGE_BEFORE = re.compile(r"(?:\b[A-Z][\w’'-]+,|\baged?)\s+$")
_SCORE = re.compile(r"^\s*(?:-|–|to)\s*\d|^\s*votes?\s+to\b|^\s*(?:points?|goals?|seats?|runs?)\b", re.IGNORECASE)
_SCORE_BEFORE = re.compile(r"\d\s*(?:-|–|to)\s*$|\bvotes\s+to\s+$")
_IN_N = re.compile(r"\bone (?:\w+ )?in (?P<n>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)\b", re.IGNORECASE)
_SMALL = "two three four five six seven eight nine ten".split()
_NUMBER_OF = re.compile(
    r"\b(?:number|count|tally|total) of (?:the )?(?P<unit>[\w-]+)\b[^.;:]{0,80}?"
    r"\b(?:to|at|was|is|reached|stood at)\s+$",
    re.IGNORECASE,
)
_TOLL = re.compile(r"\b(?:death )?toll\b[^.;:]{0,60}?\b(?:to|at|was|is|reached|reaches)\s+$", re.IGNORECASE)
_LONG_OVER = 45  # days
_FEW = 10  # "two lawmakers", "three games": so few of anything but people are seldom the same ones
_LEAST_ALIKE = 0.5  # of a sentence's words


@dataclass(frozen=True, slots=True)
class Claim(Generic[Of]):
    """A figure at ``start:end`` of the sentence. ``units``: what is counted; ``sorts``: of which sort of event.

    ``near``: stems of the words around it; ``stems``: of the sentence's words; ``beside``: its other figures.
    """

    of: Of
    kind: str  # "count", "money", "share" or "change"
    number: Number
    hedge: str
    start: int
    end: int
    units: frozenset[str]
    sorts: frozenset[str]
    names: frozenset[str]
    near: frozenset[str]
    stems: frozenset[str]
    beside: tuple[Number, ...]
    is_alone: bool  # no other figure of the kind in the sentence
    away: int  # words between the figure and what says of which sort of event it is
    qualifiers: frozenset[str]  # "seriously", "children": which part of them is meant
    past: frozenset[tuple[int, int]]  # years and months long before the article that its sentence names


def find_claims(of: Of, text: str, day: date | None) -> list[Claim[Of]]:
    """The figures of a sentence that say how many, how much or what share of something."""
    said = taken_apart(text, day)
    claims = []
    for mention in said.marked.of_kind("number"):
        read = _read(said, mention)
        if read is None:
            continue
        kind, number, units, end = read
        near = _words_near(said.marked, mention.start, end)
        sorts, away = _nearest_sorts(said.marked, mention.start, end)
        if _is_total(said.marked.text[: mention.start]):
            away = -1  # nearer than anything: "the toll rose to 11 when two bodies were found" claims 11
        beside = tuple(other.number for other in said.marked.of_kind("number") if other.number and other is not mention)
        claims.append(
            Claim(of, kind, number, mention.hedge, mention.start, end, units, sorts, said.names,
                  near - units - said.names, said.stems - units, beside, True, away,
                  qualifiers=_words_near(said.marked, mention.start, end, _CLOSE) & _QUALIFIERS,
                  past=_past(said.marked, day))
        )  # fmt: skip
    kinds = Counter(one.kind for one in claims)
    claims = [replace(one, is_alone=kinds[one.kind] == 1) for one in claims]
    return [one for one in claims if not any(_is_part_of(one, other) for other in claims)]


def _past(marked: MarkedText, day: date | None) -> frozenset[tuple[int, int]]:
    """The months, as (year, month), that a sentence names and that were long over when it was printed; 0: the year."""
    found = set()
    for mention in marked.of_kind("date"):
        spoken = mention.date
        if day is None or spoken is None or not (spoken.month or spoken.year) or not spoken.readings:
            continue
        first, last = min(spoken.readings, key=lambda reading: abs((reading[1] - day).days))
        compared = re.search(r"\b(?:since|than in)\s+$", marked.text[: mention.start], re.IGNORECASE)
        if (day - last).days > _LONG_OVER and not compared:  # "the lowest since March" is of today
            found.add((first.year, first.month if spoken.month else 0))
    return frozenset(found)


def _is_total(before: str) -> bool:
    """Whether what stands before a figure calls it the number of all: "the number of people who died rose to"."""
    return bool(_NUMBER_OF.search(before) or _TOLL.search(before))


def _is_part_of(one: Claim[Of], other: Claim[Of]) -> bool:
    """Whether another figure of the sentence is the one meant: the nearer to what happened, or else the larger.

    "Killing eleven people, among them two children"; "six dead, and sent two dozen people to hospital".
    """
    if one is other or one.kind != other.kind or not one.units & other.units or one.sorts != other.sorts:
        return False
    return (one.away, -one.number.value) > (other.away, -other.number.value)


@dataclass(frozen=True, slots=True)
class TakenApart:
    """A sentence with its mentions, the stems of its telling words, and those of its names."""

    marked: MarkedText
    stems: frozenset[str]
    names: frozenset[str]


@lru_cache(maxsize=4096)
def taken_apart(text: str, day: date | None) -> TakenApart:
    """Read a sentence once."""
    marked = mark(text, day)
    names = frozenset(
        stem(word)
        for one in marked.of_kind("name")
        for word in re.findall(r"[^\W\d_][\w’'.-]+", one.text)
        if is_content(word)
    )
    stems = frozenset(
        stem(word)
        for word in re.findall(r"[^\W\d_][\w’'-]+", marked.text)
        if is_content(word) and word.lower() not in NUMBER_WORDS | MONTH_NAMES | WEEKDAY_NAMES
    )
    return TakenApart(marked, stems, names - _stems(" ".join(MONTH_NAMES | WEEKDAY_NAMES)))


def says_the_same(one: TakenApart, other: TakenApart) -> bool:
    """Whether the other sentence bears the first one out: all its figures, and most of its names and words."""
    if not one.stems or len(one.stems & other.stems) < _LEAST_ALIKE * len(one.stems):
        return False
    if one.names and not one.names & other.names:
        return False
    theirs = [mention.number for mention in other.marked.of_kind("number") if mention.number]
    return all(
        any(same_value(mention.number, number, hedge=mention.hedge) for number in theirs)
        for mention in one.marked.of_kind("number")
        if mention.number and not mention.number.soft
    )


def _read(said: TakenApart, mention: Mention) -> tuple[str, Number, frozenset[str], int] | None:
    """(kind, number, units, end) of a figure that claims something; None for one that doesn't."""
    number, text = mention.number, said.marked.text
    assert number is not None  # noqa: S101 - a number mention has one
    before, after = text[: mention.start], text[mention.end :]
    in_n = _IN_N.match(text, mention.start)
    if in_n is not None:
        count = int(in_n["n"]) if in_n["n"].isdigit() else _SMALL.index(in_n["n"].lower()) + 2
        share = Number(mention.start, in_n.end(), ((PERCENT, 100 / count),))
        return "share", share, frozenset({"percent"}), in_n.end()
    if re.search(r"\bone (?:\w+ )?in $", before, re.IGNORECASE):
        return None
    kinds = {kind for kind, _ in number.readings}
    if PERCENT in kinds:
        changes = bool(_BEFORE_CHANGE.search(before) or _AFTER_DIFFERENCE.match(after))
        return ("change" if changes else "share"), number, frozenset({"percent"}), mention.end
    if not kinds & {PLAIN} or FRACTION in kinds or number.soft or number.code or _is_aside(number, before, after):
        return None
    if number.currency:
        return "money", number, frozenset({number.currency}), mention.end
    return _counted(number, before, after, mention.end)


def _is_aside(number: Number, before: str, after: str) -> bool:
    """Whether it is an age, a score, a difference or a year."""
    if _SCORE.match(after) or _SCORE_BEFORE.search(before) or _BY.search(before):
        return True
    if number.value < 120 and _AGE_BEFORE.search(before) and _AGE.match(after):
        return True
    if (
        1500 <= number.value <= 2100
        and number.digits <= 4
        and re.search(r"\b(?:in|since|of|from|until|by)\s+$", before)
    ):
        return True
    return bool(_AFTER_DIFFERENCE.match(after))


def _counted(number: Number, before: str, after: str, end: int) -> tuple[str, Number, frozenset[str], int] | None:
    words = re.findall(r"[^\W\d_][\w’'-]*|[,.;:()]", after)[:4]
    telling: list[str] = []
    for word in words:
        if not word[0].isalnum() or word.lower() in {
            "of",
            "in",
            "and",
            "to",
            "at",
            "on",
            "were",
            "was",
            "have",
            "had",
            "are",
        }:
            break
        telling.append(stem(word))
    if any(one in _TIME_UNITS | _MEASURES for one in telling[:2]):
        return None
    money = next((one for one in telling[:2] if one in _CURRENCY_STEMS), None)
    if money:
        return "money", number, frozenset({money}), end
    of_number = _NUMBER_OF.search(before)
    if of_number is not None:
        telling = [stem(of_number["unit"])]
    elif _TOLL.search(before):
        telling = [stem("people")]
    elif not telling:
        dead = re.match(r"\s*(?:have |had |were |are |been )*(?:dead|killed|died)\b", after)
        if dead is None:
            return None
        telling = [stem("people")]
    units = frozenset(telling[:3])
    if number.value < _FEW and not units & (_PEOPLE_STEMS | _JOB_STEMS):
        return None
    if units & _PEOPLE_STEMS or any(
        _SORT_OF.get(one) in {"dead", "hurt", "missing", "held", "crowd"} for one in telling[:2]
    ):
        units |= {"people"}
    if units & _JOB_STEMS:
        units |= {"people"}
    return "count", number, units, end


def _nearest_sorts(marked: MarkedText, start: int, end: int) -> tuple[frozenset[str], int]:
    """Of which sort of event the figure is: what the words nearest to it speak of, and how far away they are."""
    away: dict[str, int] = {}
    for side in _sides(marked, start, end):
        for distance, word in enumerate(side[:_NEAR]):
            sort = _SORT_OF.get(stem(word))
            if sort is not None:
                away[sort] = min(distance, away.get(sort, distance))
    nearest = min(away.values(), default=0)
    return frozenset(sort for sort, distance in away.items() if distance <= nearest + _AS_NEAR), nearest


def _sides(marked: MarkedText, start: int, end: int) -> tuple[list[str], list[str]]:
    """The words before a figure and after it in its clause, the nearest first."""
    left = re.split(r"[;:.!?]\s", marked.text[:start])[-1]
    right = re.split(r"[;:.!?](?:\s|$)", marked.text[end:])[0]
    return re.findall(r"[^\W\d_][\w’'-]+", left)[::-1], re.findall(r"[^\W\d_][\w’'-]+", right)


def _words_near(marked: MarkedText, start: int, end: int, most: int = _NEAR) -> frozenset[str]:
    """Stems of the words around a figure, in its clause."""
    before, after = _sides(marked, start, end)
    near: Sequence[str] = [*before[:most], *after[:most]]
    return frozenset(stem(word) for word in near if is_content(word))
