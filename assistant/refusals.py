"""Why the archive doesn't answer: what it covers, what lies outside its days, which bylines it doesn't have.

And what came nearest. Pure, but for what is counted in the archive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from archive.counts import plural
from archive.filters import SearchFilter
from archive.store import ArchiveStore
from assistant.answer import Coverage, Source
from assistant.evidence import Evidence
from assistant.glosses import spoken
from assistant.search_plan import SearchPlan
from assistant.sentence_features import Candidate
from assistant.time_periods import find_periods
from assistant.unknown_bylines import said_of_bylines

NEAR_MISSES = 3


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


def unknown_bylines(store: ArchiveStore, question: str) -> list[str]:
    """Say which bylines that the question names the archive doesn't have, and the nearest spelled ones."""
    authors = [author for author, _ in store.authors()]
    return said_of_bylines(question, authors, store.outlet_names()) if authors else []


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
