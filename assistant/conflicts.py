"""Figures that differ between sources for the same thing: updated (the same outlet, later) or disputed (other outlets).

Pure. Two figures are of the same thing only if much speaks for it: the same kind of figure (a count of the same unit, a
sum, a share, a change), the same sort of event around it (deaths, injuries, a crowd, a cost), and names and words in
common. What one of the two sentences explains by giving both figures is no disagreement, nor is a rounding. Rather miss
one than raise a false alarm.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations

from assistant.answer import Difference
from assistant.figures import Claim, find_claims, says_the_same, taken_apart
from assistant.number_values import Number, same_value
from assistant.statements import Conflict, Statement

_DAYS_APART = 3  # outlets that differ at more distance in time may both be right in turn
_UPDATED_DAYS = 120  # an outlet's figure of last year is another year's, not an update ...
_COST_DAYS = 500  # ... but what a work costs is one thing over the years
_CLOSE = 0.04  # a difference of so small a share is a rounding
_SHARED = 3  # words of the two sentences in common, names included, without the unit
_FARTHEST, _FARTHEST_TOLL = 3.0, 5.0  # figures that differ by more are of different things
_AT_LEAST = {"at least", "more than", "over", "above", "upwards of", "well over", "just over", "exceeding"}


def find_conflicts(statements: Sequence[Statement]) -> list[Conflict]:
    """The disagreements among the statements, the largest groups first. Undated statements are left out."""
    claims = [claim for one in statements if one.day is not None for claim in find_claims(one, one.text, one.day)]
    alike: dict[int, set[int]] = {index: {index} for index in range(len(claims))}
    for (first, one), (second, other) in combinations(enumerate(claims), 2):
        if alike[first] is not alike[second] and _of_the_same(one, other):
            alike[first] |= alike[second]
            for index in alike[second]:
                alike[index] = alike[first]
    groups = {id(group): sorted(group) for group in alike.values() if len(group) > 1}
    found = [_conflict([claims[index] for index in group]) for group in groups.values()]
    return sorted((one for one in found if one is not None), key=lambda one: -len(one.claims))


def _of_the_same(one: Claim[Statement], other: Claim[Statement]) -> bool:
    """Whether two claims give figures for the same thing, be the figures equal or not."""
    if one.kind != other.kind or one.of is other.of or not one.units & other.units or not one.names & other.names:
        return False
    farthest = _FARTHEST_TOLL if "dead" in one.sorts else _FARTHEST
    if one.past != other.past:  # "$4.41, the record of March", told in August
        return False
    if one.qualifiers != other.qualifiers or "claim" in one.sorts ^ other.sorts or _factor(one, other) > farthest:
        return False
    shared = len(one.stems & other.stems)
    if one.kind == "money":  # a sentence with several sums says of none of them plainly what it is
        alike = shared > _SHARED or (shared == _SHARED and 2 * shared >= min(len(one.stems), len(other.stems)))
        return bool(one.sorts & other.sorts) and one.is_alone and other.is_alone and alike
    return bool(one.sorts & other.sorts) and shared >= _SHARED


def _factor(one: Claim[Statement], other: Claim[Statement]) -> float:
    low, high = sorted((_value(one), _value(other)))
    return high / low if low > 0 else float("inf")


def _conflict(group: Sequence[Claim[Statement]]) -> Conflict | None:
    """The differing figures of a group, if any two of them stand against each other."""
    opposed: set[int] = set()
    disputed = False
    for (first, one), (second, other) in combinations(enumerate(group), 2):
        difference = _difference(one, other)
        if difference is not None:
            opposed |= {first, second}
            disputed = disputed or difference is Difference.DISPUTED
    if not opposed:
        return None
    figures: dict[float, Claim[Statement]] = {}
    for index in sorted(opposed, key=lambda index: (group[index].of.day or date.min, index)):
        figures.setdefault(group[index].number.value, group[index])
    about = frozenset.intersection(*(claim.stems for claim in figures.values()))
    kind = Difference.DISPUTED if disputed else Difference.UPDATED
    return Conflict(kind, tuple(sorted(about)), tuple(figures.values()))


def _difference(one: Claim[Statement], other: Claim[Statement]) -> Difference | None:
    if one.of.day is None or other.of.day is None or one.of.story == other.of.story or _agree(one, other):
        return None
    if _explained(one, other) or _explained(other, one):
        return None
    earlier, later = sorted((one, other), key=lambda claim: claim.of.day or date.min)
    days = abs((one.of.day - other.of.day).days)
    if one.of.outlet.casefold() == other.of.outlet.casefold():
        longest = _COST_DAYS if "cost" in one.sorts & other.sorts and one.kind == "money" else _UPDATED_DAYS
        return Difference.UPDATED if 0 < days <= longest and not _within_bounds(later, earlier) else None
    if _within_bounds(one, other) or _within_bounds(other, one):
        return None
    return Difference.DISPUTED if days <= _DAYS_APART else None


def _agree(one: Claim[Statement], other: Claim[Statement]) -> bool:
    """Whether the figures are the same, or one a rounding of the other."""
    if same_value(one.number, other.number, hedge=one.hedge) or same_value(other.number, one.number, hedge=other.hedge):
        return True
    low, high = sorted((_value(one), _value(other)))
    return high <= 0 or (high - low) / high < _CLOSE


def _value(claim: Claim[Statement]) -> float:
    return claim.number.value


def _within_bounds(one: Claim[Statement], other: Claim[Statement]) -> bool:
    """Whether "at least nine" leaves room for the other figure."""
    return " ".join(one.hedge.lower().split()) in _AT_LEAST and _value(other) >= _value(one)


def _explained(one: Claim[Statement], other: Claim[Statement]) -> bool:
    """Whether the sentence of one gives the other's figure too: "from 3.1 to 3.4", "9,000, or 5,500 by the police"."""
    return any(_equal(number, other.number) for number in one.beside)


def _equal(one: Number, other: Number) -> bool:
    return same_value(one, other)


def independent_sources(text: str, day: date | None, own: Statement, statements: Sequence[Statement]) -> int:
    """How many sources say what a sentence says, copies and an outlet's own repetitions counted once; at least 1.

    Another sentence says it too if it has the sentence's figures and most of its names and words.
    """
    said = taken_apart(text, day)
    stories, outlets = {own.story}, {own.outlet.casefold()}
    for other in statements:
        if other.story in stories or other.outlet.casefold() in outlets:
            continue
        if says_the_same(said, taken_apart(other.text, other.day)):
            stories.add(other.story)
            outlets.add(other.outlet.casefold())
    return len(stories)
