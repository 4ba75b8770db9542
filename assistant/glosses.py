"""Which day an article means by "Thursday", "yesterday" or "last month": an explanation beside the quotation.

Pure. The words themselves stay as they are; a gloss stands after them. Counted from the article's own publication day.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from assistant.answer import Gloss
from assistant.time_periods import WEEKDAYS, find_periods

_AHEAD = re.compile(
    r"\b(?:will|as (?:early|soon|late) as|won['’]t|next|coming|upcoming|until|till|by|tomorrow|due|set to|going to"
    r"|expected|planned|scheduled"
    r"|to (?:be|open|begin|start|meet|vote|decide|take|hold|travel|visit|appear|go)|(?:is|are) \w+ing)\b",
    re.IGNORECASE,
)
_TOMORROW = re.compile(r"\btomorrow\b", re.IGNORECASE)
_UNIT = re.compile(r"\b(?:(?:earlier|later) )?(?:this|last) (?:week|month|quarter|year)\b", re.IGNORECASE)
_LONGEST = 366  # days; more explains nothing


def glosses(sentence: str, published: date | None) -> tuple[Gloss, ...]:
    """What the sentence's relative dates mean, at the offset where each ends. None for an undated article."""
    if published is None:
        return ()
    found = [Gloss(match.end(), spoken(published + timedelta(days=1))) for match in _TOMORROW.finditer(sentence)]
    for match in find_periods(sentence, published):
        words = sentence[match.start : match.end].lower()
        weekday = next((day for day in WEEKDAYS if words.endswith(day)), None)
        if not match.period.relative or (weekday and not _is_a_day(sentence, match.start, match.end)):
            continue
        if weekday:
            found.append(
                Gloss(match.end, spoken(_weekday(sentence, match.start, words, match.period.start, published)))
            )
        elif (match.period.end - match.period.start).days < 3:
            found.append(Gloss(match.end, _span(match.period.start, match.period.end)))
        elif _UNIT.fullmatch(words) and not words.startswith("this"):
            found.append(Gloss(match.end, _unit(words, match.period.start, match.period.end, published)))
    return tuple(sorted((gloss for gloss in found if gloss.text), key=lambda gloss: gloss.offset))


def _is_a_day(sentence: str, start: int, end: int) -> bool:
    """Not a name ("Black Friday", "Sunday Times") and not a habit ("Fridays")."""
    before = re.search(r"([\w’']+)\s+$", sentence[:start])
    after = re.match(r"['’]?s?\s+([A-Z]\w*)", sentence[end:])
    named = before and before[1][0].isupper() and before.start() > 0 and before[1] not in {"On", "Last", "Next", "This"}
    return not named and not (after and sentence[end : end + 1] not in {"'", "’"}) and sentence[end : end + 1] != "s"


def _weekday(sentence: str, start: int, words: str, latest: date, published: date) -> date:
    """The latest such weekday; the next one where the words before it in the clause look ahead."""
    clause = re.split(r"[,;:.!?“”\"]", sentence[:start])[-1]
    last_words = " ".join(clause.split()[-6:])
    if latest < published and not words.startswith(("last", "this past")) and _AHEAD.search(last_words):
        return latest + timedelta(days=7)
    return latest


def _unit(words: str, start: date, end: date, published: date) -> str:
    if words.startswith(("earlier", "later")):
        return ""
    if words.endswith("month"):
        return f"{start:%B %Y}"
    if words.endswith("year"):
        return str(start.year)
    return _span(start, end) if (end - start).days < _LONGEST else ""


def _span(start: date, end: date) -> str:
    if start == end:
        return spoken(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.day} {end:%B %Y}"
    return f"{spoken(start)} – {spoken(end)}"


def spoken(day: date) -> str:
    """A day as a reader writes it: "14 March 2024"."""
    return f"{day.day} {day:%B %Y}"
