"""Days told without their month: "on the 15th", "Friday the 3rd", "from the 12th to the 15th" (pure).

Each is the latest such day that isn't after the day asked; in the month that the text named last before it, if it named
one. An ordinal of something else ("the 15th century", "the 7th Fleet") is told by the word after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from assistant.calendar_days import MONTH, WEEKDAY, Period, day_of, latest_year, month_number, month_of, weekday_number

_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_NTH = r"(?:st|nd|rd|th)"
_WEEKDAY = rf"(?:{WEEKDAY}|(?:mon|tue|wed|thu|fri|sat|sun)\b\.?)"
_MONTHS_BACK = 60  # within which every weekday falls on every day of the month
# What may follow a day that is told as one: the end of its clause, or a word that begins something else.
_GOES_ON = (
    "a an the on at by for from with without about against over under into than but if that who whom whose which what"
    " when where why how is are was were be been has have had do does did will would can could may might shall should"
    " must not it its he his she her they their we our you your this these those there during before after until till"
    " since while because though between among near as so"
)
_AFTER = (
    rf"(?!,? (?:of )?{MONTH}\b)(?!,? ?(?:[-–—]|to|and|or|through|until) ?(?:the )?\d)"
    r"(?=['’]s?(?!\w)|\s*(?:$|[?.,;:!)–—]|-(?!\w))|\s+(?:in (?!a row\b)|(?:and|or|"
    + "|".join(_GOES_ON.split())
    + r")\b))"
)
_TO = r" ?(?:[-–—]|to|and|through|until) ?"
_BEFORE = (
    "(?:"
    + "|".join(rf"(?<=\b{word} )" for word in "on since from after before between around by until till".split())
    + ")"
)
_NAMED_MONTH = re.compile(
    rf"\b(?:(?P<m>{MONTH})(?:\W+\d{{1,2}}{_NTH}?)?(?:,? (?:of )?(?P<y>{_YEAR}))?|(?P<which>last|this) month)(?!\w)",
    re.IGNORECASE,
)
_ALSO_VERBS = {"may", "march"}  # in small letters


def _nth(match: re.Match[str], anchor: date) -> Period | None:
    """Read "on the 9th", "since the 9th of last month", "on the 9th in May"."""
    days = _month_meant(match, anchor)
    number = int(match["d"])
    if days is not None:
        day = day_of(days.year, days.month, number)
        return Period(day, day) if day is not None and day <= anchor else None
    day = _latest(anchor, lambda day: day.day == number)
    return Period(day, day, (1, 2), relative=True) if day else None


def _weekday_and_nth(match: re.Match[str], anchor: date) -> Period | None:
    """Read "Sunday the 15th", "Friday 3rd": the latest 3rd that was a Friday, or that of the month named before."""
    number, weekday = int(match["d"]), weekday_number(match["weekday"])
    days = _month_meant(match, anchor)
    if days is not None:
        day = day_of(days.year, days.month, number)
        day = day if day is not None and day <= anchor else None
    else:
        day = _latest(anchor, lambda day: day.day == number and day.weekday() == weekday)
    unlucky = number == 13 and weekday == weekday_number("friday")  # a film, too, where no "on" stands before it
    return Period(day, day, standalone=not unlucky) if day else None


def _nth_to_nth(match: re.Match[str], anchor: date) -> Period | None:
    """Read "from the 12th to the 15th", "between the 28th and the 3rd"."""
    first, last = int(match["d"]), int(match["d2"])
    days = _month_meant(match, anchor)
    if days is not None:
        start, end = day_of(days.year, days.month, first), day_of(days.year, days.month, last)
        return Period(start, end, standalone=False) if start and end and start <= end <= anchor else None
    end = _latest(anchor, lambda day: day.day == last)
    start = _latest(end, lambda day: day.day == first) if end else None
    return Period(start, end, (1, 2), relative=True) if start and end else None


def _date_to_nth(match: re.Match[str], anchor: date) -> Period | None:
    """Read "between 3 May and the 10th", "from 28 May 2023 to the 3rd": the end is the first such day after it."""
    month, number, last = month_number(match["m"] or match["m2"]), int(match["d"] or match["d1"]), int(match["d2"])
    year = int(match["y"]) if match["y"] else latest_year(anchor, lambda year: day_of(year, month, number))
    start = day_of(year, month, number) if year else None
    if start is None:
        return None
    ends = (day_of(*month_of(start.year, start.month + ahead)[0].timetuple()[:2], last) for ahead in (0, 1))
    end = next((day for day in ends if day is not None and day > start), None)
    return Period(start, end, standalone=False) if end and end <= anchor else None


def _latest(anchor: date, is_meant: Callable[[date], bool]) -> date | None:
    """The latest day that is meant, not after the anchor."""
    for back in range(31 * _MONTHS_BACK):
        if anchor.toordinal() - back < 1:
            return None
        day = anchor - timedelta(days=back)
        if is_meant(day):
            return day
    return None


def _month_meant(match: re.Match[str], anchor: date) -> date | None:
    """The first day of the month that is named with the day, or else last before it; None where none is."""
    groups = match.groupdict()
    if groups.get("m"):
        return _first_of(groups["m"], groups.get("y"), anchor)
    if groups.get("of") and groups["of"].lower() != "that":
        return month_of(anchor.year, anchor.month - (groups["of"].lower() == "last"))[0]
    named = [one for one in _NAMED_MONTH.finditer(match.string, 0, match.start()) if one["m"] not in _ALSO_VERBS]
    if not named:
        return None
    if named[-1]["m"]:
        return _first_of(named[-1]["m"], named[-1]["y"], anchor)
    return month_of(anchor.year, anchor.month - (named[-1]["which"].lower() == "last"))[0]


def _first_of(month: str, year: str | None, anchor: date) -> date | None:
    number = month_number(month)
    found = int(year) if year else latest_year(anchor, lambda year: date(year, number, 1))
    return date(found, number, 1) if found else None


SHAPES: tuple[tuple[str, Callable[[re.Match[str], date], Period | None]], ...] = (
    (rf"{_BEFORE}(?:the )?(?P<d>{_DAY}){_NTH}(?: of (?P<of>last|this|that|the) month)?"
     rf"(?: in (?P<m>{MONTH})(?: (?P<y>{_YEAR}))?)?{_AFTER}", _nth),
    (rf"(?P<weekday>{_WEEKDAY}),? (?:the )?(?P<d>{_DAY}){_NTH}(?: of (?P<of>last|this|that|the) month)?{_AFTER}",
     _weekday_and_nth),
    (rf"{_BEFORE}(?:the )?(?P<d>{_DAY}){_NTH}{_TO}(?:the )?(?P<d2>{_DAY}){_NTH}{_AFTER}", _nth_to_nth),
    (rf"(?:(?P<d>{_DAY}){_NTH}? (?:of )?(?P<m>{MONTH})|(?P<m2>{MONTH}) (?P<d1>{_DAY}){_NTH}?)(?:,? (?P<y>{_YEAR}))?"
     rf"{_TO}the (?P<d2>{_DAY}){_NTH}{_AFTER}", _date_to_nth),
)  # fmt: skip
