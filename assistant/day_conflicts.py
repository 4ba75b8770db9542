"""Days that differ between sources for the same event: updated (the same outlet, later) or disputed (other outlets).

Pure. Two days are of the same event only if the same thing is said to have happened to the same subject, with names and
words in common, both days were past when both articles were published (or both still to come), and no other reading
makes them one. Rather miss one than raise a false alarm.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations

from assistant.answer import Difference
from assistant.dated_events import DayClaim, find_day_claims
from assistant.statements import Conflict, Statement

_FARTHEST, _FARTHEST_AHEAD = 14, 92  # days between two days given for one event
_REMEMBERED = 120  # days: what an article tells of longer ago may be another year's
_SHARED = 3  # words of the two sentences in common, names included
_ALIKE = 0.5  # of the shorter one's words
_SAME_THING = 0.6  # of the longer one's words
_PLANNED_APART = 3  # outlets that announce different days at more distance in time may both be right in turn
_WEEK = 7


def find_day_conflicts(statements: Sequence[Statement]) -> list[Conflict]:
    """The days that differ for one event, the earliest published first. Undated statements are left out."""
    claims = [claim for one in statements for claim in find_day_claims(one, one.text, one.day)]
    found: list[Conflict] = []
    shown: set[int] = set()
    for one, other in combinations(claims, 2):
        if id(one) in shown or id(other) in shown:
            continue
        difference = _difference(one, other)
        if difference is None:
            continue
        shown |= {id(one), id(other)}
        pair = tuple(sorted((one, other), key=lambda claim: (claim.of.day or claim.day, claim.day)))
        found.append(Conflict(difference, tuple(sorted(one.stems & other.stems)), pair))
    return found


def _difference(one: DayClaim[Statement], other: DayClaim[Statement]) -> Difference | None:
    if one.of.story == other.of.story or one.of.day is None or other.of.day is None:
        return None
    if not _of_the_same(one, other) or _one_day(one, other):
        return None
    apart = abs((one.of.day - other.of.day).days)
    first, last = sorted((one.of.day, other.of.day))
    days = sorted((one.day, other.day))
    if one.ahead:  # both were announced before either day had come
        if last >= days[0] or days[1] - days[0] > timedelta(days=_FARTHEST_AHEAD):
            return None
    elif first < days[1] or (last - days[0]).days > _REMEMBERED or (days[1] - days[0]).days > _FARTHEST:
        return None
    if one.of.outlet.casefold() == other.of.outlet.casefold():
        return Difference.UPDATED if apart else None
    return Difference.DISPUTED if not one.ahead or apart <= _PLANNED_APART else None


def _of_the_same(one: DayClaim[Statement], other: DayClaim[Statement]) -> bool:
    if (one.happening, one.ahead, one.head, one.order) != (other.happening, other.ahead, other.head, other.order):
        return False
    if not one.names & other.names or len(one.stems & other.stems) < _SHARED:
        return False
    if one.called and other.called and not one.called & other.called:
        return False
    if one.is_done_to or other.is_done_to:  # the governor signs many laws: it must be plainly the same one
        both = one.details & other.details
        if len(both) < max(1, _SAME_THING * max(len(one.details), len(other.details))):
            return False
    return _are_alike(one.subject, other.subject) and (
        not one.details or not other.details or _are_alike(one.details, other.details)
    )


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= max(1, _ALIKE * min(len(one), len(other)))


def _one_day(one: DayClaim[Statement], other: DayClaim[Statement]) -> bool:
    """Whether both may mean one day (a night and the day after, a weekday of two weeks), or one explains the other."""
    if one.day in other.beside or other.day in one.beside:
        return True  # "on Friday, not on Thursday": explained
    days = (one.day - other.day).days
    if days == 0 or ((one.by_weekday or other.by_weekday) and days % _WEEK == 0):
        return True
    earlier = one if days < 0 else other
    return abs(days) == 1 and earlier.at_night
