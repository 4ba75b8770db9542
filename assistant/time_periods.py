"""A stretch of the calendar as people write it ("3 May", "last week", "spring 2025") -> its days, given the day asked.

Pure. Weeks start on Monday, seasons are the meteorological ones of the northern hemisphere (winter 2025 is December
2024 to February 2025). A date without a year is the latest one that doesn't begin after the anchor. What lies wholly
after the anchor is still resolved here; whether it narrows a search is for `time_expressions` to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.calendar_days import MONTH as _MONTH
from assistant.calendar_days import (
    SEASONS,
    WEEKDAY,
    Period,
    count_of,
    day_of,
    latest_year,
    month_number,
    month_of,
    months_before,
    part_of,
    week_of,
    weekday_number,
)
from assistant.days_of_month import SHAPES as DAYS_OF_MONTH
from assistant.time_spans import SHAPES as SPANS
from assistant.told_weekdays import is_told

_WINTER_TO_COME = 6  # month
_SEASON_LAG = 31  # days after a season in which "this summer" is still summed up
ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}

_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_NTH = r"(?:st|nd|rd|th)?"
_TO_DAY = rf"(?: ?(?:[-–—]|to|and|through|until) ?(?P<d2>{_DAY}){_NTH})?"
_PART = r"(?:(?:the )?(?:beginning|start|middle|end) of|early(?: in)?|mid|late(?: in)?)"
_COUNT = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|couple(?: of)?|few|several)"
_ONE_UNIT = r"(?P<unit>week|weekend|month|quarter|year)"
_UNITS = r"(?P<unit>hour|day|week|weekend|month|quarter|year)s?"


def _iso(match: re.Match[str], anchor: date) -> Period | None:
    year, month = int(match["y"]), int(match["m"])
    if not 1 <= month <= 12:
        return None
    if match["d"] is None:
        return Period(*month_of(year, month))
    day = day_of(year, month, int(match["d"]))
    return Period(day, day) if day else None


def _numeric(match: re.Match[str], anchor: date) -> Period | None:
    """``13/5/2024`` or ``3.5.2024``: with slashes only where one reading is possible."""
    first, second, year = int(match["a"]), int(match["b"]), int(match["y"])
    readings = {day_of(year, second, first)}
    if match["sep"] == "/":
        readings.add(day_of(year, first, second))
    days = [day for day in readings if day]
    return Period(days[0], days[0]) if len(days) == 1 else None


def _date(match: re.Match[str], anchor: date) -> Period | None:
    month, first = month_number(match["m"]), int(match["d"])
    last = int(match["d2"] or first)
    year = int(match["y"]) if match["y"] else latest_year(anchor, lambda year: day_of(year, month, first))
    start, end = (day_of(year, month, first), day_of(year, month, last)) if year else (None, None)
    is_a_verb_too = match["m"] in {"may", "march"} and not match["y"]
    return Period(start, end, standalone=not is_a_verb_too) if start and end and start <= end else None


def _month(match: re.Match[str], anchor: date) -> Period | None:
    month, part = month_number(match["m"]), (match["part"] or "").lower()
    determiner = (match["which"] or "").lower()
    if match["y"]:
        year: int | None = int(match["y"])
    elif match["year_named"]:
        year = anchor.year - (1 if match["year_named"].lower() == "last" else 0)
    elif determiner == "last":
        year = latest_year(anchor, lambda year: month_of(year, month)[1])
    else:
        year = latest_year(anchor, lambda year: date(year, month, 1))
    if year is None:
        return None
    start, end = part_of(*month_of(year, month), part)
    return Period(start, end, standalone=bool(match["y"] or match["year_named"] or part or determiner))


def _week_of_month(match: re.Match[str], anchor: date) -> Period | None:
    month, which = month_number(match["m"]), match["nth"].lower()
    year = int(match["y"]) if match["y"] else latest_year(anchor, lambda year: date(year, month, 1))
    if year is None:
        return None
    first, last = month_of(year, month)
    if which in {"last", "final"}:
        return Period(last - timedelta(days=6), last)
    start = first + timedelta(weeks=ORDINALS[which] - 1)
    return Period(start, start + timedelta(days=6))


def _quarter(match: re.Match[str], anchor: date) -> Period | None:
    length = 6 if (match["kind"] or match["unit"] or "q").lower() in {"h", "half"} else 3
    number = (
        int(match["q"]) if match["q"] else ORDINALS.get(match["nth"].lower(), 12 // length)
    )  # "the last quarter of"
    if number * length > 12:
        return None
    first_month = (number - 1) * length + 1
    if match["y"]:
        year: int | None = int(match["y"])
    elif (match["which"] or "").lower() == "last":
        year = anchor.year - 1
    else:
        year = latest_year(anchor, lambda year: date(year, first_month, 1))
    if year is None:
        return None
    return Period(date(year, first_month, 1), month_of(year, first_month + length - 1)[1], searched=True)


def _season(match: re.Match[str], anchor: date) -> Period | None:
    month, which = SEASONS[match["season"].lower()], (match["which"] or "").lower()
    shift = -1 if month == 12 else 0  # winter begins in the year before the one it is named by
    two_years = match["y2"] is not None
    if two_years and (not shift or int(match["y2"]) % 100 != (int(match["y"]) + 1) % 100):
        return None

    def begin(year: int) -> date:
        return month_of(year + shift, month)[0]

    if match["y"]:
        year: int | None = int(match["y"]) + two_years
    elif which == "last":
        year = latest_year(anchor + timedelta(days=1), lambda year: month_of(year + shift, month + 2)[1])
    elif which.startswith("this"):
        # This calendar year's; "this winter" is the coming one from June on.
        year = anchor.year + (1 if month == 12 and anchor.month >= _WINTER_TO_COME else 0)
        year = latest_year(anchor, begin) if "past" in which else year
    else:
        year = latest_year(anchor + timedelta(days=31), begin)
    if year is None:
        return None
    start, end = part_of(begin(year), month_of(year + shift, month + 2)[1], (match["part"] or "").lower())
    leeway = (0, _SEASON_LAG) if which.startswith("this") else (0, 0)
    return Period(start, end, leeway, relative=which.startswith("this"), standalone=bool(match["y"] or which))


def _year(match: re.Match[str], anchor: date) -> Period | None:
    year, part = int(match["y"]), (match["part"] or "").lower()
    return Period(*part_of(date(year, 1, 1), date(year, 12, 31), part), standalone=bool(part))


def _named_day(match: re.Match[str], anchor: date) -> Period | None:
    words = match[0].lower()
    if words.endswith("before yesterday"):
        return _around(anchor - timedelta(days=2), relative=True)
    if words in {"yesterday", "the previous day"}:
        return _around(anchor - timedelta(days=1), relative=True)
    if words in {"last night", "overnight"}:
        return Period(anchor - timedelta(days=1), anchor, (0, 1), relative=True)
    if words.endswith("the weekend"):
        return _weekend("last", anchor)
    if words == "the other day":
        return Period(anchor - timedelta(days=7), anchor - timedelta(days=1), (7, 1), relative=True)
    return _around(anchor, relative=True)


def _around(day: date, *, relative: bool) -> Period:
    """A day as news speak of it: reports appear on it, the two days after, and announcements the day before."""
    return Period(day, day, (1, 2), relative=relative)


def _weekday(match: re.Match[str], anchor: date) -> Period | None:
    back = (anchor.weekday() - weekday_number(match["weekday"])) % 7
    if back == 0 and (match["which"] or "").lower() in {"last", "this past", "past"}:
        back = 7
    return _around(anchor - timedelta(days=back), relative=True)


def _week_of_day(match: re.Match[str], anchor: date) -> Period | None:
    period = _date(match, anchor)
    return Period(*week_of(period.start)) if period else None


def _this_or_last(match: re.Match[str], anchor: date) -> Period | None:
    """Read "this month", "last year", "earlier this week", "late last year": calendar units around the anchor."""
    which, unit, part = match["which"].lower(), match["unit"].lower(), (match["part"] or "").lower()
    back = 0 if which == "this" or not which else 1
    if unit == "weekend":
        return _weekend("last" if back else which, anchor)
    if unit == "week":
        start, end = week_of(anchor - timedelta(weeks=back))
    elif unit == "month":
        start, end = month_of(anchor.year, anchor.month - back)
    elif unit == "quarter":
        start = month_of(anchor.year, (anchor.month - 1) // 3 * 3 + 1 - 3 * back)[0]
        end = month_of(start.year, start.month + 2)[1]
    elif unit == "year":
        start, end = date(anchor.year - back, 1, 1), date(anchor.year - back, 12, 31)
    else:
        return None
    if part == "later":  # still to come
        return Period(anchor + timedelta(days=1), max(end, anchor + timedelta(days=1)), relative=True)
    start, end = part_of(start, end, "" if part.startswith(("earlier", "so far")) else part)
    leeway = {"week": (0 if back else 4, 2), "month": (0, 3)}.get(unit, (0, 7))
    return Period(start, max(start, min(end, anchor)), leeway, relative=True)


def _weekend(which: str, anchor: date) -> Period:
    """The last Saturday and Sunday begun; "this weekend", said from Wednesday on, is the week that leads to it."""
    monday, sunday = week_of(anchor)
    if which == "this" and anchor.weekday() >= 5:
        return Period(sunday - timedelta(days=1), anchor, (5, 2), relative=True)
    if which == "this" and anchor.weekday() >= 2:
        return Period(monday, min(sunday, anchor), (2, 2), relative=True)
    sunday = monday - timedelta(days=1)
    return Period(sunday - timedelta(days=1), sunday, (1, 2), relative=True)


def _rolling(match: re.Match[str], anchor: date) -> Period | None:
    """Read "past 3 weeks", "the last month", "recent days": back from the anchor, which counts."""
    unit = match["unit"].lower()
    count = {"day": 10, "week": 6, "month": 6, "year": 3}.get(unit, 2) if match["recent"] else count_of(match["n"])
    if unit == "weekend":
        return _weekend("last", anchor)
    return Period(_back(anchor, count, unit), anchor, (count if unit in {"day", "week"} else 3, 0), relative=True)


def _ago(match: re.Match[str], anchor: date) -> Period | None:
    unit, count = match["unit"].lower(), count_of(match["n"])
    day = _back(anchor, count, unit)
    if unit in {"hour", "day"}:
        return _around(day, relative=True)
    if unit == "week":
        return Period(*week_of(day), (3, 3), relative=True)
    if unit == "month":
        return Period(*month_of(day.year, day.month), (10, 10), relative=True)
    return Period(months_before(day, 2), min(months_before(day, -2), anchor), (60, 60), relative=True)


def _back(anchor: date, count: int, unit: str) -> date:
    if unit in {"month", "quarter", "year"}:
        months = count * {"month": 1, "quarter": 3, "year": 12}[unit]
        return months_before(anchor, min(months, (anchor.year - 2) * 12))
    days = {"hour": count / 24, "day": count, "week": 7 * count, "weekend": 7 * count}[unit]
    return anchor - timedelta(days=max(1, round(days)))


def _recently(match: re.Match[str], anchor: date) -> Period | None:
    return Period(anchor - timedelta(days=30), anchor, (60, 2), relative=True)


_WHICH_PART = r"(?:(?P<part>earlier|later|so far|early|mid|late|(?:the )?(?:end|start|beginning) of)[ -])?"
_SHAPES: tuple[tuple[str, Callable[[re.Match[str], date], Period | None]], ...] = (
    (rf"(?P<y>{_YEAR})-(?P<m>\d\d)(?:-(?P<d>\d\d))?(?![\d-])", _iso),
    (rf"(?P<y>{_YEAR})/(?P<m>\d\d?)/(?P<d>\d\d?)(?![\d/])", _iso),
    (rf"(?P<a>\d{{1,2}})(?P<sep>[./])(?P<b>\d{{1,2}})(?P=sep)(?P<y>{_YEAR})", _numeric),
    (rf"(?<!within a )week of (?P<d>{_DAY})(?P<d2>(?!))?{_NTH}(?: of)? (?P<m>{_MONTH})(?:,? (?P<y>{_YEAR}))?",
     _week_of_day),
    (rf"(?<!within a )week of (?P<m>{_MONTH}) (?P<d>{_DAY})(?P<d2>(?!))?{_NTH}(?:,? (?P<y>{_YEAR}))?(?!\d)",
     _week_of_day),
    (rf"(?:the )?(?P<nth>first|second|third|fourth|last|final|[1-4](?:st|nd|rd|th)) week (?:of|in) (?P<m>{_MONTH})"
     rf"(?: (?P<y>{_YEAR}))?", _week_of_month),
    (rf"(?:the )?(?P<d>{_DAY})(?:st|nd|rd|th)(?P<d2>(?!))? of (?P<m>{_MONTH})(?:,? (?P<y>{_YEAR}))?", _date),
    (rf"(?P<d>{_DAY}){_NTH}{_TO_DAY} (?P<m>{_MONTH})(?:,? (?P<y>{_YEAR}))?", _date),
    (rf"(?P<m>{_MONTH}) (?P<d>{_DAY}){_NTH}{_TO_DAY}(?:,? (?P<y>{_YEAR}))?(?!\d|[,.]\d| percent|%)", _date),
    (rf"(?:(?P<which>last|this)[ ])?(?:(?P<part>{_PART})[ -])?(?P<m>{_MONTH})"
     rf"(?:,? (?:of )?(?P<y>{_YEAR})| (?:of )?(?P<year_named>last|this) year)?", _month),
    (rf"(?:(?P<kind>[qh])(?P<q>[1-4])|(?P<nth>first|second|third|fourth|1st|2nd|3rd|4th) (?P<unit>quarter|half))"
     rf"(?:(?: of)?[ /-]?(?P<y>{_YEAR})| of (?P<which>last|this|the) year)", _quarter),
    (rf"(?:the )?(?P<nth>last|final) (?P<unit>quarter|half)(?P<kind>(?!))?(?P<q>(?!))?"
     rf" of (?:(?P<y>{_YEAR})|(?P<which>last|this|the) year)", _quarter),
    (rf"(?:(?P<which>last|this|this past)[ ])?(?:(?P<part>{_PART})[ -])?(?P<season>spring|summer|autumn|fall|winter)"
     rf"(?:(?: of)? (?P<y>{_YEAR})(?:[-–/](?P<y2>{_YEAR}|\d\d)(?!\d))?|(?! of\b))", _season),
    (r"today|tonight|this (?:morning|afternoon|evening)|yesterday|(?:the )?day before yesterday|last night|overnight"
     r"|the other day|(?:over|at|on) the weekend(?! (?:of|before|after)\b)|the previous day", _named_day),
    (rf"(?:(?P<which>last|this past|past|this)[ ])?(?P<weekday>{WEEKDAY})", _weekday),
    (rf"{_WHICH_PART}(?P<which>this|last|the previous) {_ONE_UNIT}(?: so far)?", _this_or_last),
    (rf"(?P<part>earlier|later)(?P<which>) in the {_ONE_UNIT}", _this_or_last),
    (rf"(?:the |this )?(?:last|past|(?P<recent>recent))(?: (?P<n>{_COUNT}))? {_UNITS}", _rolling),
    (rf"(?P<n>{_COUNT}|an?|a few|a couple(?: of)?) {_UNITS} (?:ago|back(?! (?:in|on|to)\b))", _ago),
    (r"recently|lately|these days", _recently),
    (rf"(?:(?P<part>{_PART})[ -])?(?P<y>{_YEAR})(?!\d|s\b|[-–/]\d)", _year),
)  # fmt: skip
_COMPILED = tuple(
    (re.compile(rf"(?<![\w£$€.,-])(?:{shape})(?!\w)", re.IGNORECASE), resolve)
    for shape, resolve in (*DAYS_OF_MONTH, *SPANS, *_SHAPES)
)
_MONTH_TO_MONTH = re.compile(rf"\b({_MONTH})[-/](?={_MONTH})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PeriodMatch:
    """Where a period stands in the text, and what it comes to from any anchor."""

    start: int
    end: int
    has_year: bool
    period: Period
    resolve: Callable[[date], Period | None]


def find_periods(text: str, anchor: date) -> list[PeriodMatch]:
    """Every period in ``text``, not overlapping, in order; of those that begin at the same place the longest.

    A weekday beside its date ("Sunday, 15 June") is none: the date is.
    """
    text = _MONTH_TO_MONTH.sub(r"\1–", text)  # one character for another: every offset stays
    found: list[PeriodMatch] = []
    for pattern, resolve in _COMPILED:
        for match in pattern.finditer(text):
            period = resolve(match, anchor)
            if period is not None:
                has_year = match.groupdict().get("y") is not None or period.relative
                found.append(
                    PeriodMatch(match.start(), match.end(), has_year, period, lambda a, r=resolve, m=match: r(m, a))  # type: ignore[misc]
                )
    found = [one for one in found if not is_told(text, one.start, one.end)]
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[PeriodMatch] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept
