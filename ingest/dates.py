"""The publication date: what was written, read honestly.

ISO 8601, RFC 2822, Unix time and the forms that pages print are understood. A date-time without a time zone gives the
day only; a date that can't be (31 February, tomorrow, 1970-01-01T00:00Z) or that can be read two ways (03/04/2024)
gives none. Nothing is ever replaced by the day of ingestion.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from archive.article import DateSource, Timestamp
from ingest.document import DateReading

FIRST_NEWSPAPER = date(1605, 1, 1)  # the Relation of Strasbourg; nothing printed as news is older
_LONGEST_DATE = 120  # characters; longer text isn't a date
_EPOCH_FROM, _EPOCH_TO = 315_532_800, 4_102_444_800  # 1980 to 2100 in seconds: plausible Unix times

# How far a date can be trusted, by where it stood.
CONFIDENCE = {
    DateSource.GIVEN: 0.95,
    DateSource.STRUCTURED: 0.95,
    DateSource.META: 0.9,
    DateSource.FEED: 0.9,
    DateSource.URL: 0.8,
    DateSource.TEXT: 0.5,
    DateSource.PAGE_HEADER: 0.2,
    DateSource.BY_HAND: 1.0,
    DateSource.UNKNOWN: 0.0,
}

_MONTH_NAMES = {
    1: "january jan januar jänner janvier janv enero gennaio gen janeiro januari",
    2: "february feb februar februari février fevrier févr fevr febrero febbraio fevereiro fev",
    3: "march mar märz marz mars marzo março maart mrt",
    4: "april apr avril avr abril abr aprile",
    5: "may mai mayo maggio mag maio mei maj",
    6: "june jun juni juin junio giugno giu junho",
    7: "july jul juli juillet juil julio luglio lug julho",
    8: "august aug août aout agosto ago augustus augusti",
    9: "september sep sept septembre septiembre set settembre setembro",
    10: "october oct oktober okt octobre octubre ottobre ott outubro out",
    11: "november nov novembre noviembre novembro",
    12: "december dec dezember dez décembre diciembre dicembre dic dezembro",
}
_MONTHS = {name: month for month, names in _MONTH_NAMES.items() for name in names.split()}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º)?"
_YEAR = r"(?P<year>\d{4})"

_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"
    r"(?:(?:[T ]|,\s*)(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T(?P<time>\d{4}(?:\d{2})?)(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
_RFC_2822 = re.compile(
    r"(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{2,4} \d{1,2}:\d{2}(?::\d{2})? (?:[+-]\d{4}|[A-Z]{1,5})\b.*"
)
_WRITTEN = (
    re.compile(rf"\b{_MONTH}\s+{_DAY}\s*,?\s+{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_DAY}\s+(?:de |of )?{_MONTH}\s*,?\s*(?:de |del )?{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_YEAR}\s*,?\s+{_MONTH}\s+{_DAY}\b", re.IGNORECASE),
)
_YEAR_FIRST = re.compile(r"\b(?P<year>\d{4})[/.](?P<month>\d{1,2})[/.](?P<day>\d{1,2})\b")
_CHINESE = re.compile(r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日")
_DOTTED = re.compile(r"\b(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})\b")
_SLASHED = re.compile(r"\b(?P<first>\d{1,2})[/-](?P<second>\d{1,2})[/-](?P<year>\d{4})\b")

_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))(?::\d{2})?\s*(?P<half>[ap]\.?\s?m\b\.?)?\s*"
    r"\(?(?P<zone>UTC|GMT|BST|CEST|CET|EEST|EET|MSK|EST|EDT|CST|CDT|MST|MDT|PST|PDT|AEST|AEDT|JST|IST|Z"
    r"|[+-]\d{2}:?\d{2})\b",
    re.IGNORECASE,
)
# Hours from UTC. "ET" and "PT" alone are left out: summer or winter isn't said, and the day is right without them.
# "IST" is India's, "CST" America's: by far the most frequent in news.
_ZONES = {
    "Z": 0.0, "UTC": 0.0, "GMT": 0.0, "BST": 1.0, "CET": 1.0, "CEST": 2.0, "EET": 2.0, "EEST": 3.0, "MSK": 3.0,
    "EST": -5.0, "EDT": -4.0, "CST": -6.0, "CDT": -5.0, "MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0,
    "AEST": 10.0, "AEDT": 11.0, "JST": 9.0, "IST": 5.5,
}  # fmt: skip
_URL_DATE = re.compile(
    r"[/_-](?P<year>(?:19|20)\d{2})[/_-](?P<month>0?[1-9]|1[0-2]|[a-z]{3})[/_-](?P<day>0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)"
    r"|/(?P<year2>(?:19|20)\d{2})(?P<month2>0[1-9]|1[0-2])(?P<day2>0[1-9]|[12]\d|3[01])(?=[/_.-]|$)",
    re.IGNORECASE,
)
_HEADER_WORDS = re.compile(
    r"(?:published|posted|updated|last updated|last modified|modified|created|date|veröffentlicht"
    r"|publié(?: le)?|on|at|am|le|el"
    r"|mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|montag|dienstag"
    r"|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes"
    r"|miércoles|jueves|viernes|sábado|domingo|a\.?m|p\.?m|et|pt|uhr|h|ist|est|edt|gmt|utc|bst|cet|cest|pst|pdt|\d{1,2}[:.h]\d{2})"
    r"(?![\w])|[\s,.:|·•()\-–—]+",
    re.IGNORECASE,
)


def read_date(value: object, *, today: date) -> Timestamp | None:
    """The moment or day that a field names, or None if it names none that can be.

    ``value`` is a string in any common form, or a Unix time in seconds or milliseconds. ``today`` only serves to
    refuse dates to come (a day's grace for time zones).
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        try:
            return _plausible(_from_epoch(float(value)), today)
        except OverflowError:  # a whole number of hundreds of digits
            return None
    if not isinstance(value, str):
        return None
    text = value.strip()
    if not text or len(text) > _LONGEST_DATE:
        return None
    if re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        return _plausible(_from_epoch(float(text)), today)
    return _plausible(_from_text(text), today)


def given_date(value: object, *, today: date, source: DateSource = DateSource.GIVEN) -> DateReading | None:
    """``read_date`` with its source and the confidence that this source deserves."""
    at = read_date(value, today=today)
    return None if at is None else DateReading(at, source, CONFIDENCE[source])


def url_date(url: str, *, today: date) -> DateReading | None:
    """The day in an address such as ``/2024/01/05/`` or ``/20240105-``."""
    found = _URL_DATE.search(url)
    if found is None:
        return None
    month = found["month"] or found["month2"]
    number = int(month) if month.isdigit() else _MONTHS.get(month.casefold(), 0)
    at = _plausible(_day(found["year"] or found["year2"], number, found["day"] or found["day2"]), today)
    return None if at is None else DateReading(at, DateSource.URL, CONFIDENCE[DateSource.URL])


def page_header_date(line: str, *, today: date) -> DateReading | None:
    """The date, if the line is nothing but one ("Tuesday, April 23, 2024"). It may be the day the page was scraped."""
    if not 6 <= len(line) <= 80:
        return None
    at = read_date(line, today=today)
    if at is None:
        return None
    rest = line
    for pattern in (*_WRITTEN, _ISO, _YEAR_FIRST, _DOTTED, _SLASHED, _CHINESE, _CLOCK):
        rest = pattern.sub(" ", rest, count=1)
    if _HEADER_WORDS.sub("", rest):
        return None
    return DateReading(at, DateSource.PAGE_HEADER, CONFIDENCE[DateSource.PAGE_HEADER])


def _from_epoch(number: float) -> Timestamp | None:
    seconds = number / 1000 if number > _EPOCH_TO else number
    if not _EPOCH_FROM <= seconds <= _EPOCH_TO:
        return None
    at = datetime.fromtimestamp(int(seconds), UTC)
    return Timestamp(at.date(), at)


def _from_text(text: str) -> Timestamp | None:
    if found := _ISO.match(text):
        # "2024-01-05 something else" still names the day
        return _moment(found) if found.end() == len(text) or not text[found.end()].isdigit() else None
    if found := _COMPACT.fullmatch(text):
        return _moment(found)
    if _RFC_2822.fullmatch(text):
        try:
            at = parsedate_to_datetime(text)
        except (ValueError, IndexError, OverflowError):
            return None
        return Timestamp(at.date(), at if at.tzinfo is not None else None)
    for pattern in (*_WRITTEN, _YEAR_FIRST, _CHINESE, _DOTTED):
        if found := pattern.search(text):
            month = found["month"]
            number = int(month) if month.isdigit() else _MONTHS[month.casefold()]
            return _with_clock(_day(found["year"], number, found["day"]), text[: found.start()], text[found.end() :])
    if found := _SLASHED.search(text):
        first, second = int(found["first"]), int(found["second"])
        if first != second and first <= 12 and second <= 12:
            return None  # 03/04/2024: March in New York, April in London
        month, day = (second, first) if first > 12 else (first, second)
        return _with_clock(_day(found["year"], month, day), text[: found.start()], text[found.end() :])
    return None


def _moment(found: re.Match[str]) -> Timestamp | None:
    day = _day(found["year"], found["month"], found["day"])
    clock, zone = found["time"], found["zone"]
    if day is None or clock is None or zone is None:
        return day
    digits = clock.replace(":", "").zfill(4 if len(clock) < 7 else 6)
    return _at(day, int(digits[:2]), int(digits[2:4]), int(digits[4:6] or 0), zone)


def _with_clock(day: Timestamp | None, before: str, after: str) -> Timestamp | None:
    """The moment, where a time of day with its zone stands beside the day; else the day."""
    if day is None:
        return None
    found = _CLOCK.search(after) or _CLOCK.search(before)
    if found is None:
        return day
    hour, half = int(found["hour"]), (found["half"] or "").casefold()[:1]
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    return _at(day, hour, int(found["minute"]), 0, found["zone"])


def _at(day: Timestamp, hour: int, minute: int, second: int, zone: str) -> Timestamp:
    zone = zone.upper()
    if zone in _ZONES:
        offset = timedelta(hours=_ZONES[zone])
    else:
        digits = zone[1:].replace(":", "").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        offset = -offset if zone[0] == "-" else offset
    try:
        at = datetime(day.day.year, day.day.month, day.day.day, hour, minute, second, tzinfo=timezone(offset))
    except ValueError:  # 25:00, or an offset of 30 hours: the day stands
        return day
    return Timestamp(day.day, at)


def _day(year: str | int, month: str | int, day: str | int) -> Timestamp | None:
    try:
        return Timestamp(date(int(year), int(month), int(day)))
    except ValueError:
        return None


def _plausible(at: Timestamp | None, today: date) -> Timestamp | None:
    if at is None or not FIRST_NEWSPAPER <= at.day <= today + timedelta(days=1):
        return None
    if at.at is not None and at.at.timestamp() == 0:
        return None  # Unix time 0: a field that was never filled
    return at
