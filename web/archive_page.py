"""What is in the archive, read for the Archive view: numbers, coverage by month and outlet, how far embedding is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from archive.matching import MatchCounts, tally
from archive.records import Status
from web.coverage_chart import CoverageChart, coverage_chart

if TYPE_CHECKING:
    from archive.store import ArchiveStore


@dataclass(frozen=True, slots=True)
class OutletRow:
    """An outlet with its articles and their first and last sure day."""

    name: str
    articles: int
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """Everything the view shows. ``problems`` are sentences about indexes that aren't fit for use."""

    status: Status
    counts: MatchCounts
    chart: CoverageChart
    outlets: tuple[OutletRow, ...]
    problems: tuple[str, ...]


def read_archive_page(store: ArchiveStore) -> ArchivePage:
    """Count everything. Raises what the store raises."""
    status = store.status()
    matched = store.matching_articles() if status.articles else []  # an archive just made has no index yet
    counts = tally(matched)
    spans: dict[str, list[date]] = {}
    for one in matched:
        if one.outlet and one.day is not None and one.sure_day:
            spans.setdefault(one.outlet.casefold(), []).append(one.day)
    rows = []
    for name, count in counts.by_outlet:
        days = spans.get(name.casefold(), [])
        rows.append(OutletRow(name, count, min(days, default=None), max(days, default=None)))
    return ArchivePage(
        status=status,
        counts=counts,
        chart=coverage_chart((one.day, one.outlet) for one in matched if one.day is not None),
        outlets=tuple(rows),
        problems=tuple(store.problems()) if status.articles else (),
    )
