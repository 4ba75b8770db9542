"""Coverage over time as columns: how many articles in each day, month or year, by outlet. Pure.

Drawn with boxes of the page itself, not as a picture: each column is a link that narrows to its days, can be reached by
keyboard, and says what it counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from web import texts
from web.days import readable, readable_span
from web.markup import escape

MOST_SERIES = 5  # outlets told apart; the others are one series
_LONGEST_IN_DAYS = 62
_LONGEST_IN_MONTHS = 150  # months
_MOST_TICKS = 8


@dataclass(frozen=True, slots=True)
class Column:
    """The articles of some days, ``start`` to ``end``, both included; ``counts`` per series, in their order."""

    start: date
    end: date
    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All its articles."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class CoverageChart:
    """Columns without gaps from the first article to the last, and the names of the series."""

    columns: tuple[Column, ...]
    series: tuple[str, ...]


def coverage_chart(articles: Iterable[tuple[date, str | None]]) -> CoverageChart:
    """Count (day, outlet) pairs by day, month or year, whichever gives a readable number of columns."""
    counted = Counter((day, outlet or "") for day, outlet in articles)
    if not counted:
        return CoverageChart((), ())
    by_outlet: Counter[str] = Counter()
    for (_, outlet), count in counted.items():
        by_outlet[outlet] += count
    ordered = sorted(by_outlet, key=lambda name: (-by_outlet[name], name))
    series = ordered if len(ordered) <= MOST_SERIES + 1 else [*ordered[:MOST_SERIES], texts.OTHER_OUTLETS]
    place = {name: min(number, len(series) - 1) for number, name in enumerate(ordered)}
    first, last = min(day for day, _ in counted), max(day for day, _ in counted)
    spans = _spans(first, last)
    starts = [start for start, _, _ in spans]
    table = [[0] * len(series) for _ in spans]
    for (day, outlet), count in counted.items():
        table[_position(starts, day)][place[outlet]] += count
    columns = tuple(Column(start, end, name, tuple(row)) for (start, end, name), row in zip(spans, table, strict=True))
    return CoverageChart(columns, tuple(name or texts.UNKNOWN_OUTLET for name in series))


def _position(starts: Sequence[date], day: date) -> int:
    from bisect import bisect_right

    return bisect_right(starts, day) - 1


def _spans(first: date, last: date) -> list[tuple[date, date, str]]:
    if (last - first).days < _LONGEST_IN_DAYS:
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        return [(day, day, readable(day)) for day in days]
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months <= _LONGEST_IN_MONTHS:
        numbers = [first.year * 12 + first.month - 1 + number for number in range(months)]
        firsts = [date(number // 12, number % 12 + 1, 1) for number in numbers]
        return [(day, _month_end(day), texts.month(day.year, day.month)) for day in firsts]
    return [(date(year, 1, 1), date(year, 12, 31), str(year)) for year in range(first.year, last.year + 1)]


def _month_end(day: date) -> date:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)


def render_chart(chart: CoverageChart, address: Callable[[Column], str], label: str) -> str:
    """The columns as links to ``address(column)``, with the scale, the first and last day, and a legend.

    ``label`` is what a screen reader is told it is.
    """
    highest = max((column.total for column in chart.columns), default=0)
    if not highest:
        return ""
    bars = "".join(_bar(column, chart.series, highest, address(column)) for column in chart.columns)
    legend = "".join(
        f'<li class="series-{number}" dir="auto">{escape(name)}</li>' for number, name in enumerate(chart.series)
    )
    key = f'<ul class="chart-key">{legend}</ul>' if len(chart.series) > 1 else ""
    return (
        f'<figure class="chart" role="group" aria-label="{escape(label)}">'
        f'<div class="plot"><span class="scale" aria-hidden="true">{highest:,}</span><ol class="bars">{bars}</ol></div>'
        f'<div class="ticks" aria-hidden="true">{_ticks(chart.columns)}</div>{key}</figure>'
    )


def _bar(column: Column, series: Sequence[str], highest: int, address: str) -> str:
    told = f"{column.name}: {texts.articles(column.total)}"
    parts = [f"{name} {count:,}" for name, count in zip(series, column.counts, strict=True) if count]
    if len(series) > 1 and parts:
        told += f" ({', '.join(parts)})"
    segments = "".join(
        f'<span class="series-{number}" style="height:{100 * count / highest:.2f}%"></span>'
        for number, count in enumerate(column.counts)
        if count
    )
    if not column.total:
        return '<li><span class="bar empty"></span></li>'
    return (
        f'<li><a class="bar" data-go href="{escape(address)}" aria-label="{escape(told)}" title="{escape(told)}">'
        f"{segments}</a></li>"
    )


def _ticks(columns: Sequence[Column]) -> str:
    if len(columns) == 1:
        return f"<span>{escape(columns[0].name)}</span>"
    by_day = columns[0].start == columns[0].end
    by_year = (columns[0].end - columns[0].start).days > 360
    step = max(1, -(-len(columns) // _MOST_TICKS))
    shown = []
    for number in range(0, len(columns), step):
        day = columns[number].start
        name = str(day.year) if by_year else f"{day.day} {texts.MONTHS[day.month - 1]}" if by_day else _month_tick(day)
        shown.append(f'<span style="inset-inline-start:{100 * number / len(columns):.2f}%">{escape(name)}</span>')
    return "".join(shown)


def _month_tick(day: date) -> str:
    return f"{texts.MONTHS[day.month - 1]} {day.year % 100:02d}"


def described(chart: CoverageChart) -> str:
    """The span that the chart covers, as a reader writes it; empty for an empty one."""
    if not chart.columns:
        return ""
    return readable_span(chart.columns[0].start, chart.columns[-1].end)
