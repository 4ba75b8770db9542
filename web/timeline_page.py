"""How a topic developed, read for the Timeline view: dated rows with their sources, and coverage by outlet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from assistant.answer import Answer
from assistant.catalog_matches import narrowed
from assistant.planner import plan_timeline
from assistant.question import Question
from assistant.search_plan import CatalogQuestion
from assistant.timeline import answer_timeline
from web.coverage_chart import CoverageChart, coverage_chart
from web.search_form import SearchForm

if TYPE_CHECKING:
    from archive.store import ArchiveStore

MOST_ROWS = 24


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """``answer`` is None until a topic is given; the chart counts every article that holds all of its words."""

    form: SearchForm
    asked_on: date
    answer: Answer | None = None
    chart: CoverageChart = field(default_factory=lambda: CoverageChart((), ()))
    first_day: date | None = None
    last_day: date | None = None


def read_timeline_page(store: ArchiveStore, form: SearchForm, asked_on: date) -> TimelinePage:
    """Read the topic's rows and counts. Raises what the store raises."""
    covered = store.coverage()
    if not form.words:
        return TimelinePage(form, asked_on, first_day=covered.first_day, last_day=covered.last_day)
    plan, asked = plan_timeline(store, Question(form.words, asked_on, wall=form.wall))
    return TimelinePage(
        form=form,
        asked_on=asked_on,
        answer=answer_timeline(store, plan, asked, MOST_ROWS),
        chart=_chart(store, form, asked),
        first_day=covered.first_day,
        last_day=covered.last_day,
    )


def _chart(store: ArchiveStore, form: SearchForm, asked: CatalogQuestion) -> CoverageChart:
    where = narrowed(form.wall, asked.window, asked.outlets, asked.authors)
    if where is None:
        return CoverageChart((), ())
    matched = store.matching_articles(asked.topic, where, phrases=asked.phrases)
    return coverage_chart((one.day, one.outlet) for one in matched if one.day is not None)
