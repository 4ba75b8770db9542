"""Months, weeks, feasts and their parts, as days. Pure; weeks start on Monday."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = "january february march april may june july august september october november december".split()
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
# As people write them, the commonest slips included; the first letters still tell which one is meant.
MONTH = (
    r"(?:jan(?:uary|uray|urary)|feb(?:ruary|uary|urary|raury)|march|april|may|june|july|aug(?:ust|est)"
    r"|sept(?:ember|mber|emeber)|oct(?:ober|obre|uber)|nov(?:ember|mber|emeber)|dec(?:ember|mber|emeber)"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?)"
)
WEEKDAY = (
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tuseday|teusday|wensday|wednsday|wendesday|thurday"
    r"|thrusday|saterday|(?:tues|weds|thurs?)\b\.?|(?<=\blast )(?:mon|tue|wed|thu|fri|sat|sun)\b"
    r"|(?<=\bsince )(?:mon|tue|wed|thu|fri|sat|sun)\b)"
)
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
NUMBERS = {
    **{word: n for n, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)},
    "a": 1, "an": 1, "couple": 2, "a couple": 2, "couple of": 2, "a couple of": 2, "few": 3, "a few": 3,
    "several": 5, "": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` to ``end``, inclusive, and the days before and after which count too, though less.

    ``relative``: spoken from the day asked ("last week"), so never the name of a thing, unlike "2022".
    ``standalone``: means a time even without a word like "in" before it. ``searched``: articles of that time call it so
    themselves ("the third quarter", "Christmas"), so the words are worth searching for.
    """

    start: date
    end: date
    leeway: tuple[int, int] = (0, 0)
    relative: bool = False
    standalone: bool = True
    searched: bool = False


def month_number(text: str) -> int:
    """The number of a month from its name or the beginning of it, from 1."""
    stem = text.lower()[:3]
    return next(n for n, name in enumerate(MONTHS, 1) if name.startswith(stem))


def weekday_number(text: str) -> int:
    """The number of a weekday from its name, however it is spelled: Monday is 0."""
    first = {"mo": 0, "tu": 1, "te": 1, "we": 2, "th": 3, "fr": 4, "sa": 5, "su": 6}
    return first[text.lower()[:2]]


def latest_year(anchor: date, make: Callable[[int], date | None]) -> int | None:
    """The latest year for which ``make`` gives a day that isn't after ``anchor`` (a leap day: up to 8 years back)."""
    for year in range(anchor.year, max(anchor.year - 9, 0), -1):
        day = make(year)
        if day is not None and day <= anchor:
            return year
    return None


def day_of(year: int, month: int, day: int) -> date | None:
    """That day, or None where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def count_of(text: str | None) -> int:
    """How many "3", "three", "a couple of" or "a few" are; nothing counts as one."""
    text = re.sub(r"\s+", " ", text or "").strip().lower()
    return int(text) if text.isdigit() else NUMBERS[text]


def easter(year: int) -> date:
    """Easter Sunday (Meeus, Jones and Butcher's algorithm for the Gregorian calendar, 1876)."""
    golden, century, rest = year % 19, year // 100, year % 100
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """The first (1), second ... or last (-1) Monday (0), ... of a month; None where it has no fifth one."""
    first, last = month_of(year, month)
    if nth < 0:
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    return day if day <= last else None


def month_of(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month; ``month`` may run over either end of the year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def week_of(day: date) -> tuple[date, date]:
    """Monday and Sunday around a day."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day where it is shorter."""
    first, last = month_of(day.year, day.month - months)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), last)


def part_of(start: date, end: date, part: str) -> tuple[date, date]:
    """The early, middle or late third of a stretch of days; all of it for an empty ``part``."""
    third = ((end - start).days + 1) // 3
    if part.startswith(("early", "beginning", "start", "the beginning", "the start")):
        return start, start + timedelta(days=third)
    if part.startswith(("mid", "the mid")):
        return start + timedelta(days=third), end - timedelta(days=third)
    if part.startswith(("late", "end", "the end")):
        return end - timedelta(days=third), end
    return start, end
