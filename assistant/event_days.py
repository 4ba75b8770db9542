"""Times told by an event: "after the election of 2022", "since the flood commission reported".

Which words name an event is read by rules (pure); which day it was, the archive's own dated articles say: the day that
most of the sentences about it give. The window is a preference, and a note says which day was taken and from where.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from archive.filters import SearchFilter
from archive.store import ArchiveStore, Hit
from assistant.date_mentions import find_dates
from assistant.glosses import day_for_glosses, spoken
from assistant.search_plan import SearchPlan, TimeWindow
from assistant.sentences import split_sentences
from assistant.words import content_stems, names, words

_EVENTS = (
    r"elections?|vote|votes|referendum|poll|strikes?|walkout|floods?|earthquake|quake|storm|hurricane|typhoon|fire|wildfires?"
    r"|explosion|blast|attacks?|shooting|bombing|crash|collapse|sinking|disaster|trial|verdict|sentencing|inauguration"
    r"|coronation|funeral|death|resignation|launch|summit|final|merger|takeover|protests?|march|demonstration|invasion"
    r"|coup|outbreak|lockdown|ruling|judgment|budget|opening|closure|announcement|arrest|hearings?|debate|ceasefire"
    r"|theft|robbery|eruption|derailment|accident|murder|wedding|raid|riots?|report|inquiry"
)
_HAPPENED = (
    r"began|started|broke out|ended|reported|resigned|stepped down|died|opened|closed|collapsed|sank|crashed|struck"
    r"|erupted|burst|won|lost|fell|broke down|was \w+ed|were \w+ed|was (?:stolen|found|shot|killed|elected|sworn in)"
    r"|took office"
)
_SIDE = (
    r"(?P<span>(?:(?:in|on|during)\s+)?(?:the\s+)?(?:(?P<n>two|three|four|few|\d{1,2})\s+)?(?P<unit>day|week|month|year)s?\s+)?"
    r"(?P<side>since|after|before|following|leading up to|ahead of|in the (?:run|lead)[- ]?up to|in the wake of)"
)
_EVENT = re.compile(
    rf"\b(?:shortly\s+|soon\s+|right\s+|just\s+|immediately\s+)?{_SIDE}\s+"
    rf"(?P<event>(?:the|last|this)\s+(?:[\w’'.-]+\s+){{0,4}}?(?:{_EVENTS})\b(?:\s+(?:of|in|at|on|off)\s+"
    r"(?:the\s+)?[\w’'.-]+(?:\s+[A-Z][\w’'.-]+){0,2})?"
    rf"|(?:the\s+)?[\w’'.-]+(?:\s+[\w’'.-]+){{0,4}}?\s+(?:{_HAPPENED}))"
    r"(?=\s*(?:[?.,;!]|$|\b(?:what|who|how|did)\b|\b(?:was|were)\b(?!\s+\w+(?:ed|en)\b)))",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_BEFORE = {"before", "leading up to", "ahead of", "in the run-up to", "in the lead-up to", "in the run up to",
           "in the lead up to", "in the runup to", "in the leadup to"}  # fmt: skip
_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
_AFTERWARDS, _RUN_UP = 60, 45  # days
_BEFORE_THE_ARCHIVE = 31  # days
_DEPTH = 24  # passages
_LEAST_VOICES = 2  # articles that must give the day, unless one gives it in its lead or by day and month
_LEAST_SENTENCES = 3  # of one article
_LEAD = 400  # characters
_SEVERAL = 2
_AT_ONCE = 3  # days after an event in which an article tells of it as news
_AHEAD = re.compile(r"\b(?:to|will|would|shall|should|must|may|might|could|can)\s+(?:be\s+|have\s+)?$", re.IGNORECASE)
_VERBAL = re.compile(rf"\s(?P<verb>{_HAPPENED})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EventTime:
    """An event that tells when: ``text[start:end]``, with the days meant before or after it (None: all since)."""

    event: str
    start: int
    end: int
    before: bool
    days: int | None


def find_event(text: str) -> EventTime | None:
    """The event that the question counts its time from, if any."""
    match = _EVENT.search(text)
    if match is None or (match["unit"] and match["side"].lower() == "since"):  # "two years since the war began"
        return None
    side = re.sub(r"\s+", " ", match["side"].lower())
    unit = (match["unit"] or "").lower()
    count = {"two": 2, "three": 3, "four": 4, "few": 3}.get((match["n"] or "").lower()) or int(match["n"] or 1)
    days = _DAYS[unit] * count if unit else None if side == "since" else _RUN_UP if side in _BEFORE else _AFTERWARDS
    return EventTime(match["event"], match.start(), match.end(), side in _BEFORE, days)


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """The day of an event, and the earliest article that gives it."""

    day: date
    title: str
    outlet: str


def date_event(
    store: ArchiveStore, event: str, wall: SearchFilter, beside: frozenset[str] = frozenset()
) -> DatedEvent | None:
    """The day that most articles give for an event; None where fewer than two agree.

    ``beside``: stems of the names that the question has beside the event. Articles with all of them are heard first,
    and alone where the event is one word: "Tessel Glass after the closure" asks for no other closure.
    """
    year = _YEAR.search(event)
    wanted = frozenset(content_stems(_YEAR.sub(" ", event)))
    if not wanted:
        return None
    hits = [hit for hit in store.keyword_search(event, _DEPTH, wall) if day_for_glosses(hit.article) is not None]
    on_it = [hit for hit in hits if beside <= set(content_stems(f"{hit.article.title} {hit.article.text}"))]
    told = _VERBAL.search(event)
    verb = content_stems(told["verb"])[-1:] if told else []
    in_year, what = int(year[0]) if year else None, "".join(verb)
    dated = chosen_day(on_it, wanted, in_year, what)
    if dated is not None or not beside or (len(wanted) == 1 and year is None):
        return dated
    return chosen_day(hits, wanted, in_year, what)


def chosen_day(hits: Iterable[Hit], wanted: frozenset[str], year: int | None, verb: str = "") -> DatedEvent | None:
    """The day that most articles give where they tell of the event.

    Of equals one told at once, then the one of most sentences, then the earliest.

    ``verb``: the stem of what happened, if the event is told by a verb: what was yet to happen is no day of it. Pure.
    """
    voices: dict[date, dict[str, Hit]] = defaultdict(dict)
    plain: set[date] = set()  # given by day and month, or in a lead
    at_once: set[date] = set()
    sentences: dict[date, int] = defaultdict(int)
    for hit in hits:
        published = day_for_glosses(hit.article)
        for text, is_lead in _told_of(hit, wanted) if published is not None else ():
            if published is None or (verb and not _has_happened(f"{hit.article.title}. {text}", verb)):
                continue
            for day, outright in _days_of_it(text, published, wanted):
                if year is None or day.year == year:
                    voices[day].setdefault(hit.article.article_id, hit)
                    sentences[day] += 1
                    if -_AT_ONCE <= (day - published).days:
                        at_once.add(day)
                    if outright or is_lead:
                        plain.add(day)
    sure = [
        day for day in voices if day in plain or len(voices[day]) >= _LEAST_VOICES or sentences[day] >= _LEAST_SENTENCES
    ]
    if not sure:
        return None
    day = max(sure, key=lambda one: (len(voices[one]), one in at_once, sentences[one], -one.toordinal()))
    by_day = sorted(voices[day].values(), key=lambda hit: day_for_glosses(hit.article) or date.max)
    first = by_day[0]
    return DatedEvent(day, first.article.title, first.article.outlet or "no outlet named")


def _told_of(hit: Hit, wanted: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """What an article says of the event, each with whether in its lead: the headline, and sentences with its words.

    The headline may have some of the words; below the lead, where other things are told, the sentence has one itself.
    """
    title = {word.stem for word in words(hit.article.title)}
    if wanted <= title:
        yield hit.article.title, True
    for start, end in split_sentences(hit.passage.text):
        sentence = hit.passage.text[start:end]
        own = wanted & {word.stem for word in words(sentence)}
        is_lead = hit.passage.start + start < _LEAD
        if wanted <= title | own and (own or is_lead):
            yield sentence, is_lead


def _has_happened(text: str, verb: str) -> bool:
    """Whether the verb is told of something done somewhere: "closed", not "to close" or "will be closed"."""
    told = [word.start for word in words(text) if word.stem == verb]
    return any(_AHEAD.search(text[:start]) is None for start in told)


def _days_of_it(sentence: str, published: date, wanted: frozenset[str]) -> set[tuple[date, bool]]:
    """The days of the event among those that a sentence names, each with whether by day and month.

    Where it names several, the one nearest to the words of the event, or, where only the headline has these, those by
    day and month: of "on Tuesday the premier called an election for 15 June" the election's is not Tuesday.
    """
    found = _exact_days(sentence, published)
    if len({day for _, day, _ in found}) < _SEVERAL:
        return {(day, outright) for _, day, outright in found}
    places = [word.start for word in words(sentence) if word.stem in wanted]
    if places:
        nearest = min(found, key=lambda one: min(abs(one[0] - place) for place in places))
        return {(nearest[1], nearest[2])}
    plain = {(day, True) for _, day, outright in found if outright}
    return plain or {(day, False) for _, day, _ in found}


def _exact_days(sentence: str, published: date) -> set[tuple[int, date, bool]]:
    """The days that a sentence names: where, which, and whether by day and month. A weekday is the last one before."""
    days = set()
    for mention in find_dates(sentence, published):
        if not mention.readings or mention.readings[0][0] != mention.readings[0][1]:
            continue
        day, outright = mention.readings[0][0], mention.day is not None and mention.month is not None
        if outright or day <= published:
            days.add((mention.start, day, outright))
    return days


def with_event_window(store: ArchiveStore, plan: SearchPlan, first_day: date | None) -> SearchPlan:
    """The plan with the window that an event tells, if no part has a time of its own and the archive dates it."""
    found = find_event(plan.standalone)
    if found is None or any(part.window is not None or part.recency != "none" for part in plan.parts):
        return plan
    beside = names(f"{plan.standalone[: found.start]} {plan.standalone[found.end :]}")
    dated = date_event(store, found.event, plan.wall, frozenset(content_stems(" ".join(one.text for one in beside))))
    if dated is None or dated.day > plan.asked_on or first_day is None:
        return plan
    if dated.day < first_day - timedelta(days=_BEFORE_THE_ARCHIVE):
        return plan  # long before its first article: what the archive says of that day is a memory
    expression = plan.standalone[found.start : found.end]
    window = _window(found, dated.day, plan.asked_on, expression)
    note = f"“{expression}”: counted from {spoken(dated.day)}, the day that “{dated.title}” ({dated.outlet}) gives."
    parts = tuple(replace(part, window=window) for part in plan.parts)
    return replace(plan, parts=parts, notes=(*plan.notes, note))


def _window(found: EventTime, day: date, asked_on: date, expression: str) -> TimeWindow:
    if found.before:
        start = day - timedelta(days=found.days or _RUN_UP)
        return TimeWindow(start, day, expression, leeway=(14, 2), loose=True)
    end = asked_on if found.days is None else min(day + timedelta(days=found.days), asked_on)
    return TimeWindow(day, max(day, end), expression, leeway=(0, 14), loose=True)
