"""The question before, asked of another time or thing: "and in 2023?", "and before that?", "what about Ford?".

Pure. Part of reading follow-ups without a language model (rewrite.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from assistant.calendar_days import MONTH
from assistant.own_subject import Thing, definite_things
from assistant.search_plan import TimeWindow
from assistant.time_expressions import find_time_expressions, window_of, without_times
from assistant.words import is_content, names

PERIOD_BEFORE = re.compile(
    r"\b(?:the|an?|one) (?P<unit>day|week|month|year) (?P<side>before|after|earlier|later|previously)"
    r"(?: (?:that|then|it))?\b",
    re.IGNORECASE,
)
CARRIED = re.compile(r"\s\([^()]+\)\??$")  # what a follow-up took over from the conversation
_SENTENCE_START = re.compile(r"^[\s\"“‘'(]*")
_BARE_PERIOD = re.compile(rf"(?:the\s+)?(?:(?:early|mid|late)[ -])?(?:(?:19|20)\d\d|{MONTH})", re.IGNORECASE)
IN_ITS_PLACE = re.compile(r"\b(?:it|they|them|these|those|(?:this|that) one)\b", re.IGNORECASE)


def is_bare_period(text: str) -> bool:
    """Whether the words are a year or a month and nothing else: "2025", "May"."""
    return bool(_BARE_PERIOD.fullmatch(text.strip(" ?.!,")))


def beyond(previous: str, asked_on: date, told_on: date | None, *, before: bool) -> str:
    """The question for the time before or after the one it spoke of, or else the day its answer was reported."""
    expressions = find_time_expressions(previous, asked_on)
    window, topic = window_of(expressions), without_times(previous, expressions).rstrip(" ?.")
    day = (window.start or window.end) if before and window else (window.end or window.start) if window else told_on
    side = "before" if before else "after"
    return f"{topic} {side} {day.isoformat()}?" if day is not None else f"{topic} {side} that?"


def neighbouring_period(previous: str, match: re.Match[str], asked_on: date, told_on: date | None = None) -> str:
    """For "and the year before that?", the same question for the neighbouring day, week, month or year.

    Counted from the time that the question spoke of, or else from the day its answer was reported. Of a month "a year
    earlier" is the same month; "the year before" is the year.
    """
    expressions = find_time_expressions(previous, asked_on)
    window = window_of(expressions)
    anchor = ((window.start or window.end) if window else told_on) or asked_on
    sign = 1 if match["side"].lower() in {"after", "later"} else -1
    topic = without_times(previous, expressions).rstrip(" ?.")
    unit = match["unit"].lower()
    if unit == "year":
        month = _same_month(window, sign) if match["side"].lower() in {"earlier", "later"} else None
        return f"{topic} in {f'{month:%B %Y}' if month else anchor.year + sign}?"
    if unit == "month":
        month = (anchor.replace(day=1) + timedelta(days=45 if sign > 0 else -15)).replace(day=1)
        return f"{topic} in {month:%B %Y}?"
    if unit == "week":
        monday = anchor - timedelta(days=anchor.weekday()) + timedelta(weeks=sign)
        return f"{topic} between {monday.isoformat()} and {(monday + timedelta(days=6)).isoformat()}?"
    return f"{topic} on {(anchor + timedelta(days=sign)).isoformat()}?"


def _same_month(window: TimeWindow | None, years: int) -> date | None:
    """The first day of the same month of another year, where the window lies within a month."""
    if window is None or window.start is None or window.end is None:
        return None
    within = (window.start.year, window.start.month) == (window.end.year, window.end.month)
    return window.start.replace(year=window.start.year + years, day=1) if within else None


def at_another_time(previous: str, time: str, asked_on: date) -> str:
    """For "and last week?", "what about 2023?": the question with that time in place of its own."""
    topic = without_times(previous, find_time_expressions(previous, asked_on)).rstrip(" ?.")
    time = time.strip(" ?.")
    return f"{topic} {f'in {time}' if is_bare_period(time) else time}?"


def of_another(previous: str, topic: str, is_apart: Callable[[str], bool]) -> str:
    """For "what about Ford?": Ford stands for the name that the question spoke of.

    A thing ("the ferry") stands for the thing it spoke of, if ``is_apart`` knows it apart from the topic at hand; else
    both are asked about.
    """
    topic = topic.strip(" ?.")
    named = names(lowered_start(previous))
    if named and names(topic):
        old = named[0]  # of several names the first is mostly the one the sentence is about
        before = previous[: old.start]
        if re.search(r"\b(?:the|an?)\s+$", before, re.IGNORECASE):  # "in the Ouvra flood", "the Radio"
            topic = re.sub(r"^(?:the|an?)\s+", "", topic, flags=re.IGNORECASE)
        return before + topic + previous[old.end :]
    new = only_thing(topic)
    if new is not None and new.telling and is_apart(" ".join(new.telling)):
        own = CARRIED.sub("", previous)
        old_thing, pronoun = only_thing(own), IN_ITS_PLACE.search(own)
        if pronoun is not None:
            return f"{own[: pronoun.start()]}{topic}{own[pronoun.end() :]}".rstrip(" ?.") + "?"
        if old_thing is not None:
            return f"{own[: old_thing.start]}{topic}{own[old_thing.end :]}".rstrip(" ?.") + "?"
    return f"{previous.rstrip(' ?.')} – {topic}?"


def only_thing(text: str) -> Thing | None:
    """The one definite thing in a question or topic ("the ferry"); None where there is none or more than one."""
    things = definite_things(text)
    return things[0] if len(things) == 1 else None


def lowered_start(text: str) -> str:
    """The text with its first letter small, unless the first word is no common word: a capital there proves nothing."""
    start = _SENTENCE_START.match(text)
    offset = start.end() if start else 0
    first = re.match(r"[\w’']+", text[offset:])
    if first and not is_content(first[0]):
        return text[:offset] + text[offset : offset + 1].lower() + text[offset + 1 :]
    return text
