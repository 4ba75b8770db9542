"""Dates in an article or in a sentence about it, and whether one can be the other (pure).

An article's "Thursday" is counted from the day it was published. English names of months and days, and ISO dates.
A mention may be ambiguous ("on Thursday": the last or the next one; 03/05: two orders): then every reading counts.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.calendar_days import MONTHS, WEEKDAYS

_MONTH = (
    r"(?P<month>(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
_WEEKDAY = r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?"
_YEAR = r"(?P<year>1[89]\d\d|20\d\d)(?!\d|[,.]\d)"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d|[,.]\d|:|%)"
_NEAR = 250  # days: "in April", read in May, is last month's; "in September" may be either
_SMALL = "one two three four five six seven eight nine ten eleven twelve".split()

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:{_WEEKDAY},?\s+)?(?:the\s+)?(?<![\d$£€.,]){_DAY}(?:\s+of)?\s+{_MONTH}(?:,?\s+(?:of\s+)?{_YEAR})?",
        rf"\b(?:{_WEEKDAY},?\s+)?\b{_MONTH}\s+(?:the\s+)?{_DAY}(?:,?\s+{_YEAR})?",
        r"\b(?P<year>(?:19|20)\d\d)-(?P<number>0[1-9]|1[0-2])-(?P<day>3[01]|[12]\d|0[1-9])\b",
        r"(?<![\d/])(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>(?:19|20)\d\d)\b",
        rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}",
        rf"\b(?:[Ll]ast |[Tt]his |[Nn]ext |[Ee]arly |[Ll]ate )?{_WEEKDAY}\b",
        r"\b(?P<relative>[Yy]esterday|[Tt]oday|[Tt]onight|[Tt]omorrow|[Ll]ast night|[Oo]vernight"
        r"|(?:[Tt]his|[Ll]ast|[Nn]ext|[Tt]he previous|[Tt]he past|[Tt]he coming) "
        r"(?:morning|afternoon|evening|weekend|week|month|year|summer|winter|spring|autumn|fall|quarter)"
        r"|(?:(?<![\w-])(?P<count>1[0-2]|[1-9]|an?|" + "|".join(_SMALL) + r") (?P<unit>day|week|month|year)s? ago)"
        r"|[Nn]ew [Yy]ear's (?:[Dd]ay|[Ee]ve)|[Cc]hristmas (?:[Dd]ay|[Ee]ve)|[Bb]oxing [Dd]ay)\b",
        rf"\b{_MONTH}(?![\w'])",
        rf"(?<![\d$£€,.]){_YEAR}(?![\w%-]|\s?(?:people|million|billion|percent|per cent))",
    )
)
_MONTH_NEEDS = re.compile(
    r"\b(?:in|of|since|until|till|by|from|to|during|before|after|between|and|this|last|next|early|late|mid|mid-|through"
    r"|throughout|to|around|every)[\s-]$", flags=re.IGNORECASE,
)  # fmt: skip
_FEASTS = {"new year's day": (1, 1), "new year's eve": (12, 31), "christmas day": (12, 25), "christmas eve": (12, 24),
           "boxing day": (12, 26)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date at ``text[start:end]`` with what it says outright, and the days it can mean.

    ``readings``: inclusive (first, last) days, one pair per possible meaning; empty if that needs the publication day
    and it isn't known.
    """

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    relative: str = ""
    counted: bool = False  # "three days ago"
    readings: tuple[tuple[date, date], ...] = ()


def find_dates(text: str, published: date | None) -> list[DateMention]:
    """All dates in order, read from the day of publication."""
    found: list[DateMention] = []
    taken: list[tuple[int, int]] = []
    for index, pattern in enumerate(_PATTERNS):
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            if index == 7 and match["month"].rstrip(".").lower() in {"may", "march"}:
                if not _MONTH_NEEDS.search(text, max(0, match.start() - 12), match.start()):
                    continue  # the verb, or a march
            mention = _mention(match, published)
            if mention is not None:
                found.append(mention)
                taken.append(match.span())
    return sorted(found, key=lambda mention: mention.start)


def _mention(match: re.Match[str], published: date | None) -> DateMention | None:
    groups = match.groupdict()
    weekday = WEEKDAYS.index(groups["weekday"].lower()) if groups.get("weekday") else None
    if groups.get("relative"):
        words = groups["relative"].lower()
        readings = _relative(words, groups, published)
        return DateMention(match.start(), match.end(), relative=words, readings=readings, counted=bool(groups["count"]))
    year = int(groups["year"]) if groups.get("year") else None
    if groups.get("first"):
        first, second = int(groups["first"]), int(groups["second"])
        days = [day for pair in ((second, first), (first, second)) if (day := _date(year or 0, *pair)) is not None]
        return DateMention(match.start(), match.end(), year, readings=tuple((day, day) for day in days))
    month = _month(groups.get("month")) or (int(groups["number"]) if groups.get("number") else None)
    day_number = int(groups["day"]) if groups.get("day") else None
    dated = tuple(_readings(year, month, day_number, weekday, published))
    if day_number is not None and month is not None and day_number > monthrange(2024, month)[1]:
        return None
    return DateMention(match.start(), match.end(), year, month, day_number, weekday, readings=dated)


def _month(name: str | None) -> int | None:
    if not name:
        return None
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(name.rstrip(".").lower()[:3]))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _readings(
    year: int | None, month: int | None, day: int | None, weekday: int | None, published: date | None
) -> Iterator[tuple[date, date]]:
    if month is not None:
        for one in [year] if year is not None else _near_years(published):
            first, last = _date(one, month, day or 1), _date(one, month, day or monthrange(one, month)[1])
            if first is None or last is None:
                continue  # 29 February
            if (
                year is not None
                or published is None
                or min(abs((first - published).days), abs((last - published).days)) <= _NEAR
            ):
                yield first, last
    elif year is not None:
        yield date(year, 1, 1), date(year, 12, 31)
    elif weekday is not None and published is not None:
        back = (published.weekday() - weekday) % 7
        for offset in (-back, 7 - back, -back - 7):  # the last one (or today), the next one, the one before
            exact = published + timedelta(days=offset)
            yield exact, exact


def _near_years(published: date | None) -> list[int]:
    return [] if published is None else [published.year, published.year - 1, published.year + 1]


def _span(first: date, days: int) -> tuple[date, date]:
    return first, first + timedelta(days=days)


_NAMED: dict[str, Callable[[date], tuple[date, date]]] = {
    "yesterday": lambda day: _span(day - timedelta(days=1), 0),
    "today": lambda day: _span(day, 0),
    "tonight": lambda day: _span(day, 0),
    "tomorrow": lambda day: _span(day + timedelta(days=1), 0),
    "last night": lambda day: _span(day - timedelta(days=1), 1),
    "overnight": lambda day: _span(day - timedelta(days=1), 1),
}


def _relative(words: str, groups: dict[str, str | None], published: date | None) -> tuple[tuple[date, date], ...]:
    if published is None:
        return ()
    if words in _NAMED:
        return (_NAMED[words](published),)
    if words in _FEASTS:
        month, day = _FEASTS[words]
        days = [date(year, month, day) for year in (published.year, published.year - 1)]
        return tuple((day, day) for day in days if abs((day - published).days) <= 200)
    if groups.get("count") and groups.get("unit"):
        return (_ago(str(groups["count"]), str(groups["unit"]), published),)
    step = -1 if words.startswith(("last", "the p")) else 1 if words.startswith(("next", "the c")) else 0
    unit = words.rsplit(" ", 1)[1]
    if unit in {"morning", "afternoon", "evening"}:
        return (_span(published, 0),)
    if unit in {"week", "weekend"}:
        monday = published - timedelta(days=published.weekday())
        weeks = {step, 0} if unit == "weekend" or words.startswith("the p") else {step}
        # "This weekend" is spoken of before it and after it.
        back, length = (7, 13) if unit == "weekend" and step == 0 else (0, 6 if unit == "week" else 13)
        return tuple(_span(monday + timedelta(days=7 * week - back), length) for week in weeks)
    if unit in {"month", "quarter"}:
        first, last = (published.month - 1 + step, 1) if unit == "month" else (published.month - 4, 6)
        start = _first_of(published.year, first)
        end = _first_of(published.year, first + last) - timedelta(days=1)
        return ((start, end),)
    return ((date(published.year + step, 1, 1), date(published.year + step, 12, 31)),)


def _first_of(year: int, month_from_zero: int) -> date:
    return date(year + month_from_zero // 12, month_from_zero % 12 + 1, 1)


def _ago(count: str, unit: str, published: date) -> tuple[date, date]:
    number = int(count) if count.isdigit() else _SMALL.index(count) + 1 if count in _SMALL else 1
    if unit == "day":
        return _span(published - timedelta(days=number), 0)
    if unit == "week":
        return _span(published - timedelta(days=7 * number + 3), 6)
    if unit == "month":
        start = published.month - 1 - number
        return _first_of(published.year, start), _first_of(published.year, start + 1) - timedelta(days=1)
    return date(published.year - number, 1, 1), date(published.year - number, 12, 31)


def same_date(claim: DateMention, other: DateMention) -> bool:
    """Whether the passage's ``other`` bears out the claim: everything the claim says is true of a day it can mean.

    A vaguer claim is borne out by an exact date ("in May" by "3 May"), never the other way round.
    """
    if claim.relative:
        return claim.relative == other.relative or _overlap(claim, other)
    if _said(claim, other):
        return True
    return any(_fits(claim, first, last) for first, last in other.readings) or _inside(claim, other)


def on_day(claim: DateMention, day: date) -> bool:
    """Whether what the claim says is true of a day. A bare weekday says too little for that."""
    exact = any(part is not None for part in (claim.year, claim.month, claim.day)) or not claim.weekday
    return (
        exact
        and not claim.relative
        and (_fits(claim, day, day) or any(first <= day <= last for first, last in claim.readings))
    )


def _said(claim: DateMention, other: DateMention) -> bool:
    parts = ("year", "month", "day", "weekday")
    wanted = [part for part in parts if getattr(claim, part) is not None]
    return bool(wanted) and all(getattr(claim, part) == getattr(other, part) for part in wanted)


def _fits(claim: DateMention, first: date, last: date) -> bool:
    if claim.year is None and claim.month is None and claim.day is None and claim.weekday is None:
        return False
    if claim.year is not None and not first.year == last.year == claim.year:
        return False
    if claim.month is not None and not first.month == last.month == claim.month:
        return False
    if claim.day is not None and not (first == last and first.day == claim.day):
        return False
    return claim.weekday is None or (first == last and first.weekday() == claim.weekday)


def _inside(claim: DateMention, other: DateMention) -> bool:
    """For numeric dates, which say no part outright."""
    if claim.month is not None or claim.weekday is not None or claim.day is not None or not claim.readings:
        return False
    return any(first <= start and end <= last for first, last in claim.readings for start, end in other.readings)


def _overlap(claim: DateMention, other: DateMention) -> bool:
    return any(first <= end and start <= last for first, last in claim.readings for start, end in other.readings)
