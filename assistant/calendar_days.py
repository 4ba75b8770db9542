"""Months, weeks and their parts, as days. Pure; weeks start on Monday."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


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
