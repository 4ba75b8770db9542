"""Days as readers read them, and how old something was on the day it was asked about. Pure."""

from __future__ import annotations

from datetime import date, datetime

from archive.article import Timestamp
from web import texts


def parse_day(iso: str | None) -> date | None:
    """The calendar day of an ISO 8601 date or date-time, in its own zone; None if there is none."""
    if not iso:
        return None
    try:
        return date.fromisoformat(iso[:10])
    except ValueError:
        try:
            return datetime.fromisoformat(iso).date()
        except ValueError:
            return None


def day_of(stamp: Timestamp | None) -> date | None:
    """The day of an article's timestamp."""
    return stamp.day if stamp is not None else None


def readable(day: date | None) -> str:
    """``14 Mar 2024``, or empty."""
    return texts.day(day.year, day.month, day.day) if day is not None else ""


def readable_span(start: date | None, end: date | None) -> str:
    """A window of days, both included: ``1 – 31 Mar 2024``; empty if it has neither end."""
    if start is None and end is None:
        return ""
    if end is None:
        return texts.since(readable(start))
    if start is None:
        return texts.until(readable(end))
    if start == end:
        return readable(end)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} – {readable(end)}"
    if start.year == end.year:
        return f"{start.day} {texts.MONTHS[start.month - 1]} – {readable(end)}"
    return f"{readable(start)} – {readable(end)}"


def age(published: date, reference: date) -> str:
    """How old something published is on ``reference``: in days, weeks, months or years, rounded down."""
    days = (reference - published).days
    if days < 0:
        return texts.LATER
    if days == 0:
        return texts.SAME_DAY
    if days < 14:
        return texts.old(days, "day")
    months = (reference.year - published.year) * 12 + reference.month - published.month
    months -= reference.day < published.day
    if months < 2:
        return texts.old(days // 7, "week")
    if months < 12:
        return texts.old(months, "month")
    return texts.old(months // 12, "year")
