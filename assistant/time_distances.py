"""Times told by their distance from a date: "the week after 3 May", "in the run-up to Christmas" (pure)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

from assistant.calendar_days import count_of, months_before

_AWAY = re.compile(
    r"(?P<in>\b(?:in|on|during|over|for|within)\s+)?(?P<the>\bthe\s+)?(?:(?P<first>first|next|last)\s+)?"
    r"(?:\b(?P<n>\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten|few|several|couple of)\s+)?"
    r"\b(?P<unit>day|week|month|year)(?P<many>s)?"
    r"\s+(?P<side>before|prior to|leading up to|to|after|following|of)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_CLOSE_BY = re.compile(
    r"(?:\b(?:in|during)\s+)?(?:\b(?P<up>(?:the\s+)?(?:run|lead)[- ]?up to|ahead of)|\b(?P<eve>(?:on\s+)?the eve of)"
    r"|\b(?:shortly|soon|right|immediately|just|straight)\s+(?P<side>before|after))\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_VAGUE_COUNT = {"day": 10, "week": 6, "month": 6, "year": 3}  # "in the days after"
_RUN_UP, _SHORTLY = 45, 14  # days


class AtDistance(NamedTuple):
    """Days ``first`` to ``last``, and where in the text the words begin that tell the distance."""

    start: int
    first: date
    last: date


def days_at_distance(before: str, first: date, last: date) -> AtDistance | None:
    """The days that the words right before a date tell, None where none do; ``first`` to ``last`` are the date's."""
    found = _AWAY.search(before) or _CLOSE_BY.search(before)
    if found is None:
        return None
    try:
        days = _away(found, first, last) if found.re is _AWAY else _close_by(found, first, last)
    except OverflowError:
        return None
    return None if days is None else AtDistance(found.start(), *days)


def _away(found: re.Match[str], first: date, last: date) -> tuple[date, date] | None:
    unit, side = found["unit"].lower(), found["side"].lower()
    if side == "to" and not found["n"] and not found["first"]:
        return None  # "the year to September" is of something else
    vague = bool(found["many"]) and not found["n"]
    count = _VAGUE_COUNT[unit] if vague else count_of(found["n"])
    if side == "of":
        inside = (found["in"] or "").strip().lower() == "within"
        return (_step(first, unit, -count), _step(last, unit, count)) if inside else None
    if side == "to":
        return None
    sign = 1 if side in {"after", "following"} else -1
    spans = bool(found["in"] or found["the"] or found["first"] or not found["n"])
    if not spans:  # "three days before": that day
        day = _step(last if sign > 0 else first, unit, sign * count)
        around = {"day": 0, "week": 3, "month": 10, "year": 60}[unit]
        return day - timedelta(days=around), day + timedelta(days=around)
    if sign > 0:
        return last + timedelta(days=1), _step(last, unit, count)
    return _step(first, unit, -count), first - timedelta(days=1)


def _close_by(found: re.Match[str], first: date, last: date) -> tuple[date, date]:
    if found["eve"]:
        return first - timedelta(days=1), first - timedelta(days=1)
    if found["up"]:
        return first - timedelta(days=_RUN_UP), first
    if found["side"].lower() == "after":
        return last + timedelta(days=1), last + timedelta(days=_SHORTLY)
    return first - timedelta(days=_SHORTLY), first - timedelta(days=1)


def _step(day: date, unit: str, count: int) -> date:
    if unit in {"month", "year"}:
        return months_before(day, -count * (12 if unit == "year" else 1))
    return day + timedelta(days=count * (7 if unit == "week" else 1))
