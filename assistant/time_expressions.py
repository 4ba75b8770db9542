"""When a question speaks of: "last week", "in June 2022", "since Tuesday" + the day asked -> a window of days.

Pure. Which words name a stretch of the calendar is for `time_periods`; here it is decided what they do in the
sentence: open a window, close one, or merely name a thing ("the 2020 GDPR rules", "the May 3 agreement"), which is
no window at all. Ends are inclusive: "before 3 May" ends on 2 May, "by" and "until 3 May" on 3 May, "since June" begins
on 1 June, "after June" on 1 July.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assistant.calendar_days import WEEKDAY
from assistant.dates_in_names import names_a_thing
from assistant.search_plan import TimeWindow
from assistant.time_clauses import Dates, what_it_dates
from assistant.time_distances import days_at_distance
from assistant.time_periods import PeriodMatch, find_periods

_IN = r"in|on|during|within|over|throughout|through|around|circa|for|at|of|from|between|as"
_CONNECTIVE = re.compile(
    r"(?:\b(?P<word>on or (?:after|before)|since|starting(?: on| in)?|as of"
    r"|as (?:things|matters|it) stood(?: in| on| by)?"
    rf"|back (?:in|on)|(?:up to|up until|until|till|through)(?: and including)?|by|no later than|prior to|before"
    rf"|after|following|{_IN})\s+)(?:(?:the\s+years?|years?|the|about|around|just)\s+)?$",
    re.IGNORECASE,
)
_ONWARDS = re.compile(r"\s+(?:onwards?|on)\b(?=\W*$|\s*[,;])", re.IGNORECASE)
_BACK_THEN = 45  # days
_STARTS = {"since", "starting", "starting on", "starting in", "on or after"}
_BOUNDS = {"before", "prior to", "after", "following"}
_SHORT, _AFTERWARDS, _YEAR_AFTER, _MONTHS_FIGURES, _QUARTER = 31, 60, 366, 45, 92  # days
_ENDS = {"on or before", "as of", "up to", "up until", "until", "till", "through", "by", "no later than"}
_JOINT = re.compile(r"\s*(?:(?P<dash>[-–—/])|\b(?:to|until|till|through|and|or)\b)\s*(?:the\s+)?", re.IGNORECASE)
_FEW_WORDS = 6
_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|has|have|had|will|can|tell|show|list)\b"
    r"|\b(?:the|a|an)\s+(?:\w+\s+)?(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_WITHOUT_MONTH = re.compile(rf"\b{WEEKDAY}$|^(?:{WEEKDAY},? )?(?:the )?\d\d?(?:st|nd|rd|th)$")
_NTH = re.compile(r"^(?:the )?\d\d?(?:st|nd|rd|th)$", re.IGNORECASE)
_PAST = re.compile(r"\b(?:did|had|was|were|has|have|[a-z]{2,}ed)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“”„][^\"“”„]*[\"“”„]")

_STILL_TO_COME = re.compile(
    r"\b(?:will|won['’]t|upcoming|coming|next|going to|about to|set to|due to|(?:is|are|be) \w+ing|scheduled)\b",
    re.IGNORECASE,
)
_SUPERLATIVE_BEFORE = re.compile(
    r"\b(?:first|only|most|least|fewest|worst|best|highest|lowest|biggest|largest|smallest|longest|shortest|deadliest"
    r"|hottest|coldest|warmest|wettest|driest|strongest|weakest|fastest|slowest|oldest|youngest|steepest|sharpest"
    r"|greatest|heaviest)\b[^,.;?!]{0,60}$",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:the\s+)?(?:(?:very\s+)?latest(?!\s+(?:\w+\s+){0,3}to\b)|newest|most\s+recent(?:ly)?|any\s+(?:new\s+|recent\s+|further\s+)?(?:updates?|developments?)(?=\s+(?:on|about|in|regarding)\b)|currently|at\s+the\s+moment|right\s+now)\b",
    re.IGNORECASE,
)
# "Is the ward still going to close?" asks how it stands now.
_STILL = re.compile(r"\bstill\b(?!\s+(?:life|lifes|waters?|births?|images?|photos?)\b)", re.IGNORECASE)
_ASKS_NOW = re.compile(
    r"^\W*(?:(?:who|what|where|which|how many|how much|why)\b.*?\b)?"
    r"(?:is|are|does|do|has|have|will|can)\b[^,;]*\bstill\b",
    re.IGNORECASE,
)
_EARLIEST = re.compile(
    r"\b(?:earliest(?=\s+(?:report|mention|article|account|story|stories|coverage))"
    r"|first(?=\s+(?:report|mention|appear|emerg|surfac|cover|publish|article|account)))",
    re.IGNORECASE,
)
_SO_FAR = re.compile(
    r"\b(?:so\s+far|to\s+date|as\s+of\s+(?:right\s+)?now|until\s+now|up\s+to\s+now|till\s+now)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """Words of the question that speak of time: ``text[start:end]``, connective included.

    ``recency`` is "latest" or "earliest" where an order is asked for ("so far" asks for the latest until now), else
    "none". ``searched``: the words are worth searching for too ("Christmas", "the third quarter").
    """

    start: int
    end: int
    window: TimeWindow | None
    recency: str = "none"
    searched: bool = False
    background: bool = False  # it dates what came before the news asked for


def find_time_expressions(text: str, asked_on: date) -> tuple[TimeExpression, ...]:
    """What the question says about when, in order and not overlapping. Phrases in double quotes are not read."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    periods = [p for p in find_periods(text, asked_on) if not _within(p.start, quoted)]
    found: list[TimeExpression] = []
    index = 0
    while index < len(periods):
        pair = _as_range(text, periods[index], periods[index + 1], asked_on) if index + 1 < len(periods) else None
        one = pair or _as_expression(text, periods[index], asked_on)
        if one is not None:
            found.append(one)
        index += 2 if pair else 1
    orders = [(_SO_FAR, "latest"), (_LATEST, "latest"), (_EARLIEST, "earliest")]
    for pattern, recency in [*orders, (_STILL, "latest")] if _ASKS_NOW.match(text) else orders:
        for match in pattern.finditer(text):
            if _within(match.start(), quoted) or any(o.start < match.end() and match.start() < o.end for o in found):
                continue
            window = TimeWindow(None, asked_on, match[0]) if pattern is _SO_FAR else None
            found.append(TimeExpression(match.start(), match.end(), window, recency))
    return tuple(sorted(found, key=lambda one: one.start))


def window_of(expressions: tuple[TimeExpression, ...]) -> TimeWindow | None:
    """The one window that several expressions come to: what they share, or else the latest.

    What dates the background counts only where nothing dates the news.
    """
    dated = [one for one in expressions if one.window is not None]
    news = [one for one in dated if not one.background] or dated
    windows = [one.window for one in news if one.window is not None]
    if not windows:
        return None
    words = ", ".join(window.expression for window in windows)
    starts, ends = [w.start for w in windows if w.start], [w.end for w in windows if w.end]
    start, end = max(starts, default=None), min(ends, default=None)
    if start and end and start > end:
        return max(windows, key=lambda window: (window.end or date.max, window.start or date.min))
    leeway = (max(w.leeway[0] for w in windows), max(w.leeway[1] for w in windows))
    return TimeWindow(start, end, words, leeway=leeway, loose=all(window.loose for window in windows))


def until_figures_are_out(window: TimeWindow, asked_on: date) -> TimeWindow:
    """The window of whole years or months as a question after a quantity means it: their figures come out after them.

    Within a year of a year's end, within six weeks of a month's ("what was inflation in September?").
    """
    if window.start is None or window.end is None or window.end >= asked_on:
        return window
    months = window.start.day == 1 and (window.end + timedelta(days=1)).day == 1
    if months and (window.end - window.start).days <= _QUARTER:
        return replace(window, leeway=(window.leeway[0], max(window.leeway[1], _MONTHS_FIGURES)))
    whole = (window.start.month, window.start.day, window.end.month, window.end.day) == (1, 1, 12, 31)
    since = (asked_on - window.end).days
    if not whole or since > _YEAR_AFTER:
        return window
    return replace(window, leeway=(window.leeway[0], max(window.leeway[1], since)))


def recency_of(expressions: tuple[TimeExpression, ...]) -> str:
    """The order asked for: "latest", "earliest" or "none"."""
    return next((one.recency for one in expressions if one.recency != "none"), "none")


def without_times(text: str, expressions: tuple[TimeExpression, ...], *, even_searched: bool = False) -> str:
    """The text without the words that were read as times, for searching: they are in the window instead.

    Those that articles use themselves ("the third quarter") stay, unless ``even_searched``.
    """
    for one in sorted((one for one in expressions if even_searched or not one.searched), key=lambda one: -one.start):
        text = text[: one.start] + " " + text[one.end :]
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"\s+([?.!,;:])", r"\1", text).lstrip(" ,;:")


def _within(offset: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= offset < end for start, end in spans)


def _as_range(text: str, first: PeriodMatch, second: PeriodMatch, asked_on: date) -> TimeExpression | None:
    """Read "between A and B", "from A to B", "in A and B", "A–B". A year given once belongs to both."""
    joint = _JOINT.fullmatch(text[first.end : second.start])
    before = _CONNECTIVE.search(text[: first.start])
    if joint is None or (before is None and joint["dash"] is None):
        return None
    earlier, later = first.period, second.period
    if second.has_year and not first.has_year:
        earlier = first.resolve(later.end) or earlier
    elif first.has_year and not second.has_year:
        later = second.resolve(earlier.start + timedelta(days=364)) or later
    elif earlier.start > later.start:
        earlier = first.resolve(later.end) or earlier
    if later.end < earlier.start or (later.start > asked_on and earlier.start > asked_on):
        return None
    start = before.start() if before else first.start
    return TimeExpression(start, second.end, TimeWindow(earlier.start, later.end, text[start : second.end]))


def _as_expression(text: str, match: PeriodMatch, asked_on: date) -> TimeExpression | None:
    away = _as_distance(text, match, asked_on)
    if away is not None:
        return away
    connective = _CONNECTIVE.search(text[: match.start])
    word = re.sub(r"\s+", " ", connective["word"]).lower() if connective else ""
    word = "as of" if word.startswith("as ") else word.removesuffix(" and including")
    if names_a_thing(text, match, word):
        return _of_a_search(text, match, asked_on) if word == "" else None
    start = connective.start() if connective else match.start
    possessive = re.match(r"['’]s?(?!\w)", text[match.end :])
    onwards = _ONWARDS.match(text, match.end) if word in {"from", "since", "starting", "starting in"} else None
    end = match.end + (len(possessive[0]) if possessive else len(onwards[0]) if onwards else 0)
    window = _open("since" if onwards else word, match, text[start : match.end])
    if window is None or _tells_nothing(text, match, word, window, asked_on):
        return None
    if word == "since" and not match.period.relative and _SUPERLATIVE_BEFORE.search(text[:start]):
        return None
    spoken = text[match.start : match.end].lower()
    role = what_it_dates(text, start, end, weekday=bool(_WITHOUT_MONTH.search(spoken)))
    if role in {Dates.SUPPOSED, Dates.AHEAD}:
        return None
    found = TimeExpression(start, end, window, searched=match.period.searched)
    return found if role is Dates.NEWS else _of_background(found, word, asked_on, followed=role is Dates.AFTERMATH)


def _of_a_search(text: str, match: PeriodMatch, asked_on: date) -> TimeExpression | None:
    """A year at either end of a few words as one types them into a search box ("flood deaths 2024"): those days first.

    It may belong to a name ("world cup 2022"), so it stays among the words searched for, and excludes nothing.
    """
    before, rest = text[: match.start].split(), text[match.end :].strip(" ?.!").split()
    if not match.has_year or match.period.relative or (before and rest) or len(before + rest) > _FEW_WORDS:
        return None
    beside = before[-1] if before else rest[0] if rest else ""
    if not beside.isalpha() or not beside.islower() or _ASKS.search(text):
        return None
    period = match.period
    if period.start > asked_on:
        return None
    window = TimeWindow(period.start, period.end, text[match.start : match.end], leeway=period.leeway, loose=True)
    return TimeExpression(match.start, match.end, window, searched=True)


def _tells_nothing(text: str, match: PeriodMatch, word: str, window: TimeWindow, asked_on: date) -> bool:
    """Whether the time is still to come: then it is what the question is about, not when it was reported."""
    if window.start and window.start > asked_on:
        return True
    if word in _ENDS and window.end and window.end > asked_on:
        return True
    if word in _ENDS and match.period.relative and _may_be_the_next(text, match, asked_on):
        return True
    return not match.has_year and _is_yet_to_come(text, match, word, asked_on)


def _may_be_the_next(text: str, match: PeriodMatch, asked_on: date) -> bool:
    """Whether "by the 25th" may mean that of this month, which is still to come: nothing says that it is past."""
    coming = match.resolve(asked_on + timedelta(days=_SHORT - 1))
    if coming is None or coming.end <= asked_on or coming.end.month != asked_on.month:
        return False
    return bool(_NTH.search(text[match.start : match.end])) and not _PAST.search(text)


def _of_background(one: TimeExpression, word: str, asked_on: date, *, followed: bool) -> TimeExpression:
    """A time that dates what came before the news asked for: they are from then on, or, where it is long, from now.

    "After the attack last week, who ...?" asks since last week; "following her ouster last year, she ..." only for what
    is new. What ``followed`` on a date came in the two months after it. A year given outright stays the window it was.
    """
    window = one.window
    if window is None or window.start is None or window.end is None or word in _STARTS | _ENDS | _BOUNDS:
        return replace(one, background=True)
    if (window.end - window.start).days <= _SHORT:
        end = asked_on if window.loose else None
        if followed and end is None:
            end = min(window.end + timedelta(days=_AFTERWARDS), asked_on)
        return replace(one, window=replace(window, end=end), background=True)
    return replace(one, window=None if window.loose else window, background=True)


def _as_distance(text: str, match: PeriodMatch, asked_on: date) -> TimeExpression | None:
    """Read a time told by its distance from a date: "the week after 3 May", "in the run-up to Christmas"."""
    period = match.period
    away = days_at_distance(text[: match.start], period.start, period.end)
    if away is None or away.first > asked_on:
        return None
    expression = text[away.start : match.end].strip()
    window = TimeWindow(away.first, away.last, expression, leeway=(0, 2), loose=period.relative)
    return TimeExpression(away.start, match.end, window, searched=period.searched)


def _is_yet_to_come(text: str, match: PeriodMatch, word: str, asked_on: date) -> bool:
    """Whether a date without a year is the next one and not the last one: "by 3 May" on 1 May, "will open in June"."""
    following = match.resolve(asked_on + timedelta(days=365))
    if following is None or following.start <= asked_on:
        return False
    ahead = (following.start - asked_on).days
    if word in _ENDS and ahead <= 31:
        return True
    clause = re.split(r"[.;?!]", text[: match.start])[-1]
    return ahead <= 183 and bool(_STILL_TO_COME.search(clause))


def _open(word: str, match: PeriodMatch, expression: str) -> TimeWindow | None:
    period = match.period
    try:
        if word in _STARTS or (word == "from" and not period.relative and period.standalone):
            return TimeWindow(period.start, None, expression)
        if word in {"after", "following"}:
            return TimeWindow(period.end + timedelta(days=1), None, expression)
        if word in {"before", "prior to"}:
            return TimeWindow(None, period.start - timedelta(days=1), expression)
    except OverflowError:
        return None
    if word in _ENDS:
        return TimeWindow(None, period.end, expression)
    leeway = period.leeway
    if not period.relative:  # the figures for a month come out after it
        days = (period.end - period.start).days + 1
        leeway = (leeway[0], max(leeway[1], 2, days // 6))
    if word.startswith("back"):  # what was known back then was mostly reported before
        leeway = (max(leeway[0], _BACK_THEN), leeway[1])
    return TimeWindow(period.start, period.end, expression, leeway=leeway, loose=period.relative)
