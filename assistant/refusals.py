"""Why the archive doesn't answer: what it covers, what lies outside its days, what none of its articles names.

And what came nearest. Pure, but for what is counted in the archive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches

from archive.counts import plural
from archive.filters import SearchFilter
from archive.store import ArchiveStore
from assistant.answer import Coverage, SearchPlan, Source
from assistant.evidence import Evidence
from assistant.glosses import spoken
from assistant.sentence_features import Candidate
from assistant.spelling import is_english
from assistant.time_periods import find_periods
from assistant.unknown_bylines import said_of_bylines
from assistant.unknown_places import places_in, places_nowhere
from assistant.words import Name, Word, capitals_tell, is_content, names, words

_MOST_NAMED = 3
NEAR_MISSES = 3
_SPELLED_NEARLY = 0.7  # of difflib's ratio, 0 to 1
_POSSESSIVE = re.compile(r"['’]s?$")


def describe_coverage(coverage: Coverage, wall: SearchFilter) -> str:
    """One sentence: how many articles, of which outlets, from when to when."""
    if not coverage.articles:
        return "It is empty." if wall.is_empty else "No article lies within the filters set."
    outlets = [outlet for outlet, _ in coverage.outlets]
    named = ", ".join(outlets[:3]) + (f" and {len(outlets) - 3} more" if len(outlets) > 3 else "")
    days = ""
    if coverage.first_day and coverage.last_day:
        days = f", from {spoken(coverage.first_day)} to {spoken(coverage.last_day)}"
    number = plural(coverage.articles, "article")
    return f"It covers {number}{f' of {named}' if named else ''}{days}."


def outside_its_days(plan: SearchPlan, first_day: date | None, last_day: date | None) -> list[str]:
    """Sentences on times that the question speaks of and the archive doesn't reach."""
    said = []
    for part in plan.parts:
        window = part.window
        if window is None or first_day is None or last_day is None:
            continue
        if window.start is not None and window.start > last_day:
            said.append(f"The archive ends on {spoken(last_day)}, before “{window.expression}”.")
        elif window.end is not None and window.end < first_day:
            said.append(f"The archive begins on {spoken(first_day)}, after “{window.expression}”.")
    if last_day is not None:
        ahead = still_to_come(plan.standalone, plan.asked_on)
        said += [f"The archive ends on {spoken(last_day)}, before “{expression}”." for expression in ahead]
    return list(dict.fromkeys(said))


def still_to_come(question: str, asked_on: date) -> list[str]:
    """The times with a year that the question names and that begin after the day asked: "March 2027"."""
    periods = find_periods(question, asked_on)
    return [
        question[one.start : one.end]
        for one in periods
        if one.has_year and not one.period.relative and one.period.start > asked_on
    ]


def named_nowhere(question: str, occurrences: Mapping[str, int]) -> list[str]:
    """What of the question's names no article has. ``occurrences``: of each word of ``looked_for``, in passages.

    Of "Mayor Zeb Quill" it is "Zeb Quill" where the archive knows mayors. Only in English, since other languages write
    other words with capitals too, and not In Questions Like This. Words of English ("the Climate
    Strategy", "Portuguese", "Sir") and initials ("GDP") tell nothing by their capitals, unless they are surely places
    ("in Lisbon").
    """
    if not occurrences or not capitals_tell(question):
        return []
    found = [_unknown_run(name, occurrences) for name in names(question)] + places_nowhere(question, occurrences)
    return list(dict.fromkeys(run for run in found if run))[:_MOST_NAMED]


def _unknown_run(name: Name, occurrences: Mapping[str, int]) -> str:
    """The first run of a name's words that are nowhere; "" if there is none, or it is of words of English alone."""
    run: list[Word] = []
    for word in words(name.text):
        initials = len(word.text) > 1 and word.text.isupper()  # "CEO", "GDP": articles may write them out
        telling = is_content(word.text) and not word.is_number and not initials
        if telling and not occurrences.get(word.text.lower(), 1):
            run.append(word)
        elif run:
            break
    if not run or all(is_english(word.text.lower()) for word in run):
        return ""
    return _POSSESSIVE.sub("", name.text[run[0].start : run[-1].end])


def unknown_names(store: ArchiveStore, question: str) -> list[str]:
    """Names in the question (without the outlets and authors that it names) of which no article has a word."""
    return named_nowhere(question, store.occurrences(sorted(looked_for(question))))


def looked_for(question: str) -> set[str]:
    """The words, in small letters, by which it is told whether articles have the names of a question."""
    asked = {word.text.lower() for name in names(question) for word in words(name.text) if is_content(word.text)}
    return asked.union(*(place.forms for place in places_in(question)))


def unknown_bylines(store: ArchiveStore, question: str) -> list[str]:
    """Say which bylines that the question names the archive doesn't have, and the nearest spelled ones."""
    authors = [author for author, _ in store.authors()]
    return said_of_bylines(question, authors, store.outlet_names()) if authors else []


def describe_unknown(unknown: Sequence[str], evidence: Sequence[Evidence]) -> list[str]:
    """Say which names no article has, and which name of what was found is spelled nearly so: one may be meant."""
    if not unknown:
        return []
    listed = " or ".join(f"“{name}”" for name in unknown)
    there = {
        word.text
        for piece in evidence
        for word in words(f"{piece.article.title} {piece.source.text}")
        if word.is_capital
    }
    near = []
    for one in unknown:
        alike = [word for word in there if word[:1].casefold() == one[:1].casefold()]
        near += [f"“{word}”" for word in get_close_matches(one, sorted(alike), n=1, cutoff=_SPELLED_NEARLY)]
    said = f" The nearest name in what was found is {' and '.join(near)}." if near else ""
    return [f"No article names {listed}.{said}"]


def said_by_model(shown: int) -> str:
    """Say that a language model found no answer in what it was ``shown``, and that this is no word on the archive."""
    what = "the one passage" if shown == 1 else f"the {shown} passages"
    return f"The language model found no answer in {what} that it was shown; other passages of the archive may have it."


def near_misses(
    evidence: Sequence[Evidence], candidates: Sequence[Candidate], most: int = NEAR_MISSES
) -> tuple[Source, ...]:
    """The best passages of different articles, numbered, with the sentence that came nearest highlighted."""
    near: list[Source] = []
    for index, piece in enumerate(evidence):
        if len(near) >= most or any(one.article_id == piece.article.article_id for one in near):
            continue
        best = max((one for one in candidates if one.source == index), key=lambda one: one.score, default=None)
        marks = ((best.start - piece.source.start, best.end - piece.source.start),) if best else ()
        near.append(replace(piece.source, key=str(len(near) + 1), highlights=marks))
    return tuple(near)


def coverage_of(store: ArchiveStore, wall: SearchFilter) -> Coverage:
    """What the archive holds within the user's wall."""
    counts = store.coverage(wall)
    outlets = store.outlets()
    if wall.outlets:
        folded = {outlet.casefold() for outlet in wall.outlets}
        outlets = [(outlet, number) for outlet, number in outlets if outlet.casefold() in folded]
    return Coverage(counts.articles, tuple(outlets), counts.first_day, counts.last_day, counts.undated)


def where_printed(source: Source) -> str:
    """``Courier, 2024-03-14``."""
    return ", ".join(part for part in (source.outlet, (source.published or "undated")[:10]) if part)
