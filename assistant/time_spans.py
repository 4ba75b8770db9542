"""Longer and named stretches of time: decades, fiscal years, weeks of the year, feasts, "the first three months of".

Pure. Each shape is a pattern with the function that turns its match and the day asked into a `Period`; what is shorter
or plainer ("3 May", "last week") stands in `time_periods`, which reads both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from assistant.calendar_days import MONTH as _MONTH
from assistant.calendar_days import (
    WEEKDAY,
    Period,
    count_of,
    day_of,
    easter,
    latest_year,
    month_number,
    month_of,
    months_before,
    nth_weekday,
    part_of,
    week_of,
    weekday_number,
)

_YEAR = r"(?:19|20)\d\d"
_DECADES = "twenties thirties forties fifties sixties seventies eighties nineties".split()
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1, "final": -1}
_FISCAL_LAG = 120  # days after its end until a year's figures are out
_FEASTS: dict[str, Callable[[int], tuple[date, date] | None]] = {
    "christmas": lambda year: (date(year, 12, 24), date(year, 12, 26)),
    "christmas holidays": lambda year: (date(year, 12, 20), date(year + 1, 1, 6)),
    "christmas day": lambda year: (date(year, 12, 25), date(year, 12, 25)),
    "christmas eve": lambda year: (date(year, 12, 24), date(year, 12, 24)),
    "boxing day": lambda year: (date(year, 12, 26), date(year, 12, 26)),
    "new year's eve": lambda year: (date(year, 12, 31), date(year, 12, 31)),
    "new year's day": lambda year: (date(year, 1, 1), date(year, 1, 1)),
    "new year": lambda year: (date(year, 1, 1), date(year, 1, 1)),
    "valentine's day": lambda year: (date(year, 2, 14), date(year, 2, 14)),
    "halloween": lambda year: (date(year, 10, 31), date(year, 10, 31)),
    "easter": lambda year: (easter(year) - timedelta(days=2), easter(year) + timedelta(days=1)),
    "good friday": lambda year: (easter(year) - timedelta(days=2), easter(year) - timedelta(days=2)),
    "whitsun": lambda year: (easter(year) + timedelta(days=49), easter(year) + timedelta(days=50)),
    "thanksgiving": lambda year: _one_day(nth_weekday(year, 11, 3, 4)),
}


def _one_day(day: date | None) -> tuple[date, date] | None:
    return (day, day) if day else None


def _decade(match: re.Match[str], anchor: date) -> Period | None:
    if match["y"]:
        first = int(match["y"])
    else:
        tens = 20 + 10 * _DECADES.index(match["named"].lower())
        first = 1900 + tens if 1900 + tens + 90 > anchor.year else 2000 + tens
        first -= 100 if first > anchor.year else 0
    if first % 10:
        return None
    start, end = part_of(date(first, 1, 1), date(first + 9, 12, 31), (match["part"] or "").lower())
    return Period(start, end, standalone=False, searched=True)


def _fiscal(match: re.Match[str], anchor: date) -> Period | None:
    """Read "fiscal 2023", which begins somewhere from July 2022 to January 2023: its reports come after it."""
    year = int(match["y"])
    if match["y2"]:
        year = int(match["y2"]) if len(match["y2"]) == 4 else year // 100 * 100 + int(match["y2"])
        if year != int(match["y"]) + 1:
            return None
    return Period(date(year - 1, 7, 1), date(year, 12, 31), (0, _FISCAL_LAG), searched=True)


def _years(match: re.Match[str], anchor: date) -> Period | None:
    first = int(match["y"])
    last = int(match["y2"]) if len(match["y2"]) == 4 else first // 100 * 100 + int(match["y2"])
    if not first < last:
        return None
    return Period(date(first, 1, 1), date(last, 12, 31), standalone=False)


def _week_number(match: re.Match[str], anchor: date) -> Period | None:
    week = int(match["week"])
    year = int(match["y"]) if match["y"] else anchor.year
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return Period(monday, monday + timedelta(days=6))


def _first_months(match: re.Match[str], anchor: date) -> Period | None:
    """Read "the first three months of 2024", "the last ten days of May"."""
    count, unit = count_of(match["n"]), match["unit"].lower()
    if match["m"]:
        month = month_number(match["m"])
        year = int(match["ym"]) if match["ym"] else latest_year(anchor, lambda year: date(year, month, 1))
        start, end = month_of(year, month) if year else (None, None)
    else:
        year = int(match["y"]) if match["y"] else anchor.year - (match["which"].lower() == "last")
        start, end = date(year, 1, 1), date(year, 12, 31)
    if start is None or end is None or count < 1:
        return None
    if unit == "month":
        length = min(count, 12)
        first = month_of(start.year, start.month + length - 1)[1], month_of(end.year, end.month - length + 1)[0]
    else:
        days = timedelta(days=count * (7 if unit == "week" else 1))
        first = start + days - timedelta(days=1), end - days + timedelta(days=1)
    from_start = match["side"].lower() in {"first", "opening"}
    begin, finish = (start, min(first[0], end)) if from_start else (max(first[1], start), end)
    return Period(begin, finish)


def _nth_weekday(match: re.Match[str], anchor: date) -> Period | None:
    month, weekday = month_number(match["m"]), weekday_number(match["weekday"])
    nth = _NTH[match["nth"].lower()]
    year = int(match["y"]) if match["y"] else latest_year(anchor, lambda y: nth_weekday(y, month, weekday, nth))
    day = nth_weekday(year, month, weekday, nth) if year else None
    return Period(day, day, (1, 2)) if day else None


def _feast(match: re.Match[str], anchor: date) -> Period | None:
    name = re.sub(r"\s+", " ", match["feast"].lower().replace("’", "'"))
    name = "christmas holidays" if re.match(r"christmas (?:hol|per|break)", name) else name
    days = _FEASTS[name]
    if match["y"]:
        year: int | None = int(match["y"])
    else:
        year = latest_year(anchor, lambda year: (days(year) or (None, None))[0])
    found = days(year) if year else None
    if found is None:
        return None
    said_when = bool(match["y"] or match["which"] or match["at"])
    return Period(*found, (3, 3), standalone=said_when, searched=True)


def _before_last(match: re.Match[str], anchor: date) -> Period | None:
    unit = match["unit"].lower()
    if unit == "week":
        return Period(*week_of(anchor - timedelta(weeks=2)), (2, 2), relative=True)
    if unit == "weekend":
        last = week_of(anchor)[0] - timedelta(days=8)
        return Period(last - timedelta(days=1), last, (1, 2), relative=True)
    if unit == "month":
        return Period(*month_of(anchor.year, anchor.month - 2), (0, 3), relative=True)
    return Period(date(anchor.year - 2, 1, 1), date(anchor.year - 2, 12, 31), (0, 7), relative=True)


def _of_this(match: re.Match[str], anchor: date) -> Period | None:
    """Read "the start of the year", "the end of the month"; None for what hasn't begun."""
    unit = match["unit"].lower()
    if unit == "week":
        whole = week_of(anchor)
    elif unit == "month":
        whole = month_of(anchor.year, anchor.month)
    else:
        whole = date(anchor.year, 1, 1), date(anchor.year, 12, 31)
    start, end = part_of(*whole, match["part"].lower())
    return Period(start, end, relative=True) if start <= anchor else None


def _fortnight(match: re.Match[str], anchor: date) -> Period | None:
    if match["ago"]:
        return Period(*week_of(anchor - timedelta(weeks=2)), (3, 3), relative=True)
    return Period(anchor - timedelta(days=14), anchor, (3, 0), relative=True)


def _last_decade(match: re.Match[str], anchor: date) -> Period | None:
    years = 10 * count_of(match["n"])
    return Period(months_before(anchor, min(12 * years, (anchor.year - 2) * 12)), anchor, (3, 0), relative=True)


def _year_to_date(match: re.Match[str], anchor: date) -> Period | None:
    return Period(date(anchor.year, 1, 1), anchor, (0, 7), relative=True)


def _a_year_back(match: re.Match[str], anchor: date) -> Period | None:
    """Read "this time last year", "on this day last month"."""
    day = months_before(anchor, 12 if match["unit"].lower() == "year" else 1)
    around = 3 if match["what"].lower() == "day" else 14
    return Period(day, day, (around, around), relative=True)


def _turn_of_year(match: re.Match[str], anchor: date) -> Period | None:
    year = latest_year(anchor, lambda year: date(year, 1, 1))
    return Period(date(year - 1, 12, 20), date(year, 1, 10)) if year and year > 1 else None


def _day_of_week(match: re.Match[str], anchor: date) -> Period | None:
    """Read "on Tuesday of last week", "last week, on Tuesday", "a week ago Tuesday": one day, not a week and a day."""
    back = count_of(match["n"]) if match["n"] else int(match["which"].lower() == "last")
    monday = week_of(anchor - timedelta(weeks=back))[0]
    day = monday + timedelta(days=weekday_number(match["weekday"]))
    return Period(day, day, (1, 2), relative=True)


def _ago_to_the_day(match: re.Match[str], anchor: date) -> Period | None:
    """Read "two years ago today", "a month ago yesterday"."""
    unit, count = match["unit"].lower(), count_of(match["n"])
    anchor -= timedelta(days=match["day"].lower() == "yesterday")
    if unit == "week":
        day = anchor - timedelta(weeks=count)
    else:
        months = count * (12 if unit == "year" else 1)
        if months >= 12 * (anchor.year - 1):
            return None
        day = months_before(anchor, months)
    return Period(day, day, (1, 2), relative=True)


def _two_digit_year(match: re.Match[str], anchor: date) -> Period | None:
    """Read "Dec '24", "in '24": the latest such year that has begun."""
    year = anchor.year // 100 * 100 + int(match["y"])
    year -= 100 if year > anchor.year else 0
    if year < 1:
        return None
    if match["m"]:
        return Period(*month_of(year, month_number(match["m"])))
    return Period(date(year, 1, 1), date(year, 12, 31))


def _decade_in_short(match: re.Match[str], anchor: date) -> Period | None:
    """Read "the late 90s", "in the '60s"."""
    first = anchor.year // 100 * 100 + int(match["tens"])
    first -= 100 if first > anchor.year else 0
    if first < 1:
        return None
    start, end = part_of(date(first, 1, 1), date(first + 9, 12, 31), (match["part"] or "").lower())
    return Period(start, end, standalone=False, searched=True)


def _weekend_of(match: re.Match[str], anchor: date) -> Period | None:
    """Read "the weekend of 3 May": the Saturday and Sunday of its week."""
    month, number = month_number(match["m"] or match["m2"]), int(match["d"] or match["d2"])
    year = int(match["y"]) if match["y"] else latest_year(anchor, lambda year: day_of(year, month, number))
    day = day_of(year, month, number) if year else None
    if day is None:
        return None
    sunday = week_of(day)[1]
    return Period(sunday - timedelta(days=1), sunday, (1, 2))


def _half_of_month(match: re.Match[str], anchor: date) -> Period | None:
    """Read "the first half of May", "the second half of November 2024"."""
    month = month_number(match["m"])
    year = int(match["y"]) if match["y"] else latest_year(anchor, lambda year: date(year, month, 1))
    if year is None:
        return None
    first, last = month_of(year, month)
    is_first = match["nth"].lower() in {"first", "1st"}
    return Period(first, first.replace(day=15)) if is_first else Period(first.replace(day=16), last)


def _week_told_by_its_end(match: re.Match[str], anchor: date) -> Period | None:
    """Read "the week ending 14 November", "w/c 10 November", "week beginning 3 May 2025": seven days to or from it."""
    month, number = month_number(match["m"] or match["m2"]), int(match["d"] or match["d2"])
    year = int(match["y"]) if match["y"] else latest_year(anchor, lambda year: day_of(year, month, number))
    day = day_of(year, month, number) if year else None
    if day is None:
        return None
    ends = (match["side"] or match["short"]).lower() in {"ending", "ended", "e"}
    return Period(day - timedelta(days=6), day) if ends else Period(day, day + timedelta(days=6))


def _day_of_short_year(match: re.Match[str], anchor: date) -> Period | None:
    """Read "12 Nov 24", "Nov 12, '24": not "12 Nov 24 boats", nor a year that hasn't begun."""
    year = anchor.year // 100 * 100 + int(match["y"])
    if year > anchor.year or year < 1:
        return None
    day = day_of(year, month_number(match["m"] or match["m2"]), int(match["d"] or match["d2"]))
    return Period(day, day) if day else None


def _weekday_back(match: re.Match[str], anchor: date) -> Period | None:
    """Read "two Tuesdays ago", "the Tuesday before last": today is none of them."""
    weekday = weekday_number(match["weekday"] or match["many"])
    last = anchor - timedelta(days=(anchor.weekday() - weekday - 1) % 7 + 1)
    day = last - timedelta(weeks=(count_of(match["n"]) if match["n"] else 2) - 1)
    return Period(day, day, (1, 2), relative=True)


def _two_days(match: re.Match[str], anchor: date) -> Period | None:
    return Period(anchor - timedelta(days=1), anchor, (1, 2), relative=True)


_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_PART = r"(?:(?P<part>(?:the )?(?:beginning|start|middle|end) of the|early|mid|late)[ -])?"
_COUNT = r"\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|few|couple of"
SHAPES: tuple[tuple[str, Callable[[re.Match[str], date], Period | None]], ...] = (
    (rf"{_PART}(?:(?P<y>{_YEAR})['’]?s|(?P<named>{'|'.join(_DECADES)}))", _decade),
    (rf"(?:fiscal|financial|tax)(?: year)?(?: of)? (?P<y>{_YEAR})(?:[-–/](?P<y2>\d\d(?:\d\d)?))?(?!\d)", _fiscal),
    (rf"FY ?(?P<y>{_YEAR})(?P<y2>(?!))?(?!\d)", _fiscal),
    (rf"(?P<y>{_YEAR}) ?[-–/] ?(?P<y2>{_YEAR}|\d\d)(?![\d/–-])", _years),
    (rf"(?:calendar )?week (?P<week>[1-9]|[1-4]\d|5[0-3])(?:,? (?:of )?(?P<y>{_YEAR}))", _week_number),
    (rf"(?:the )?(?P<side>first|opening|last|final|closing) (?P<n>{_COUNT}) (?P<unit>day|week|month)s? (?:of|in) "
     rf"(?:(?P<m>{_MONTH})(?: (?P<ym>{_YEAR}))?|(?P<y>{_YEAR})|(?P<which>last|this|the) year)", _first_months),
    (rf"(?:the )?(?P<nth>first|second|third|fourth|last|final) (?P<weekday>{WEEKDAY}) (?:of|in) "
     rf"(?P<m>{_MONTH})(?: (?P<y>{_YEAR}))?", _nth_weekday),
    (rf"(?:(?P<at>at|over|during)[ ](?:the[ ])?)?(?:(?P<which>last|this)[ ])?"
     r"(?P<feast>christmas(?: day| eve| (?:holidays?|period|break))?|boxing day"
     r"|new year['’]s (?:day|eve)|new year(?!['’]s)|valentine['’]s day|halloween|easter|good friday"
     r"|whitsun|thanksgiving)"
     rf"(?:,? (?:of |in )?(?P<y>{_YEAR}))?", _feast),
    (rf"(?P<weekday>{WEEKDAY}),? (?:of )?(?P<which>last|this) week(?P<n>(?!))?", _day_of_week),
    (rf"(?P<which>last|this) week,? (?:on )?(?P<weekday>{WEEKDAY})(?P<n>(?!))?", _day_of_week),
    (rf"(?P<n>an?|{_COUNT}) weeks? ago,? (?:on |last )?(?P<weekday>{WEEKDAY})(?P<which>(?!))?", _day_of_week),
    (rf"(?P<n>an?|{_COUNT}) (?P<unit>week|month|year)s? ago (?P<day>today|yesterday)", _ago_to_the_day),
    (rf"(?:(?P<m>{_MONTH}) |(?<=\bin ))['’](?P<y>\d\d)", _two_digit_year),
    (r"(?:the ['’]?|['’]|(?P<part>early|mid|late)[ -])(?P<tens>[5-9]0)s", _decade_in_short),
    (rf"(?:the )?(?P<nth>first|second|1st|2nd) half of (?P<m>{_MONTH})(?:,? (?P<y>{_YEAR}))?", _half_of_month),
    (rf"(?:the )?(?:week (?P<side>ending|ended|beginning|starting|commencing)|w/(?P<short>[ce]))(?: on)?(?: the)? "
     rf"(?:{WEEKDAY},? )?(?:(?P<d>{_DAY})(?:st|nd|rd|th)? (?:of )?(?P<m>{_MONTH})"
     rf"|(?P<m2>{_MONTH}) (?P<d2>{_DAY})(?:st|nd|rd|th)?)(?:,? (?P<y>{_YEAR}))?(?!\d)", _week_told_by_its_end),
    (rf"(?:(?P<d>{_DAY})(?:st|nd|rd|th)? (?P<m>{_MONTH})|(?P<m2>{_MONTH}) (?P<d2>{_DAY})(?:st|nd|rd|th)?,)"
     r" ['’]?(?P<y>\d\d)(?=\s*(?:$|[?;:!)]|[.,](?!\d)))", _day_of_short_year),
    (rf"(?P<n>{_COUNT}) (?P<many>{WEEKDAY})s ago(?P<weekday>(?!))?", _weekday_back),
    (rf"(?:the )?(?P<weekday>{WEEKDAY}) before last(?P<many>(?!))?(?P<n>(?!))?", _weekday_back),
    (r"(?:yesterday(?:['’]s)? (?:and|or) today|today(?:['’]s)? (?:and|or) yesterday)", _two_days),
    (rf"(?:the )?weekend of (?:(?P<d>{_DAY})(?:st|nd|rd|th)? (?:of )?(?P<m>{_MONTH})"
     rf"|(?P<m2>{_MONTH}) (?P<d2>{_DAY})(?:st|nd|rd|th)?)(?:,? (?P<y>{_YEAR}))?(?!\d)", _weekend_of),
    (r"(?:the )?(?P<unit>week|weekend|month|year) before last", _before_last),
    (r"(?:the )?(?P<part>beginning|start|middle|end) of the (?P<unit>week|month|year)(?! (?:of|to|that|when|in)\b)",
     _of_this),
    (r"(?:(?P<ago>a fortnight ago)|(?:the )?(?:last|past) fortnight)", _fortnight),
    (r"(?:the )?(?:last|past)(?: (?P<n>two|three|few))? decades?", _last_decade),
    (r"(?:the )?year to date", _year_to_date),
    (r"(?:this|the same) (?P<what>time|day) last (?P<unit>year|month)", _a_year_back),
    (r"(?:the )?turn of the year", _turn_of_year),
)  # fmt: skip
