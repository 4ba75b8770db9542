"""The report's plots, as SVG that takes its colours from the page: light and dark, without a plotting library. Pure.

A picture of matplotlib's has its colours and fonts fixed in it; these few shapes follow the page's theme, can be read
aloud (each has a title), and are written by ElementTree, so that nothing needs escaping by hand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from archive.counts import plural

WIDTH = 460
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 24, 12, 38
_HEIGHT = 250


@dataclass(frozen=True, slots=True)
class Line:
    """A curve: its name and (x, y) points. ``style`` 1 to 4 is its colour and dash; ``dots`` marks the points."""

    name: str
    points: Sequence[tuple[float, float]]
    style: int = 1
    dots: bool = True


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with its interval; ``before`` is that of the run compared with."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    questions: int = 0
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Milliseconds of one stage."""

    name: str
    median: float
    p95: float


def curves(
    title: str,
    lines: Sequence[Line],
    x_label: str,
    y_label: str,
    *,
    x_range: tuple[float, float],
    x_ticks: Sequence[float],
) -> str:
    """Curves over x, y from 0 to 1."""
    svg = _svg(title, _HEIGHT)
    low, high = x_range

    def place(point: tuple[float, float]) -> tuple[float, float]:
        across = (point[0] - low) / (high - low)
        return _LEFT + across * (WIDTH - _LEFT - _RIGHT), _TOP + (1 - point[1]) * (_HEIGHT - _TOP - _BOTTOM)

    for share in (0, 0.25, 0.5, 0.75, 1):
        x, y = place((low, share))
        _add(svg, "line", "grid", x1=x, x2=WIDTH - _RIGHT, y1=y, y2=y)
        _text(svg, f"{share:.0%}", _LEFT - 6, y + 4, "tick end")
    for tick in x_ticks:
        x, y = place((tick, 0))
        _text(svg, f"{tick:g}" if high > 1 else f"{tick:.0%}", x, y + 16, "tick middle")
    _text(svg, x_label, _LEFT + (WIDTH - _LEFT - _RIGHT) / 2, _HEIGHT - 4, "tick middle")
    _text(
        svg, y_label, 0, 0, "tick middle", transform=f"translate(10 {(_HEIGHT - _BOTTOM + _TOP) / 2:.0f}) rotate(-90)"
    )
    for line in lines:
        placed = [place(point) for point in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        _add(svg, "polyline", f"line s{line.style}", points=path)
        for (x, y), (across, up) in zip(placed, line.points, strict=True) if line.dots else ():
            dot = _add(svg, "circle", f"dot s{line.style}", cx=x, cy=y, r=3.2)
            ElementTree.SubElement(dot, "title").text = f"{line.name}: {up:.1%} at {across:g}"
    return _written(svg)


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Horizontal bars from 0 to 1 with their intervals."""
    left, step = 150, 26
    height = _TOP + step * len(rows) + 24
    svg = _svg(title, height)
    wide = WIDTH - left - 48

    for share in (0, 0.5, 1):
        x = left + share * wide
        _add(svg, "line", "grid", x1=x, x2=x, y1=_TOP, y2=height - 20)
        _text(svg, f"{share:.0%}", x, height - 6, "tick middle")
    for number, row in enumerate(rows):
        y = _TOP + number * step
        name = _text(svg, _short(f"{row.name} ({row.questions})", 24), left - 8, y + 16, "name end")
        ElementTree.SubElement(name, "title").text = f"{row.name}: {plural(row.questions, 'question')}"
        bar = _add(svg, "rect", "bar", x=left, y=y + 5, width=max(1.0, row.value * wide), height=14, rx=2)
        ElementTree.SubElement(bar, "title").text = f"{row.name}: {row.value:.1%}"
        if row.low is not None and row.high is not None:
            _add(svg, "line", "whisker", x1=left + row.low * wide, x2=left + row.high * wide, y1=y + 12, y2=y + 12)
        if row.before is not None:
            x = left + row.before * wide
            mark = _add(svg, "line", "before", x1=x, x2=x, y1=y + 2, y2=y + 22)
            ElementTree.SubElement(mark, "title").text = f"before: {row.before:.1%}"
        _text(svg, f"{row.value:.0%}", WIDTH - 4, y + 16, "value end")
    return _written(svg)


def spans(title: str, rows: Sequence[Span]) -> str:
    """Median and 95th percentile on a scale of powers of ten."""
    left, step = 110, 26
    height = _TOP + step * len(rows) + 24
    svg = _svg(title, height)
    smallest = math.floor(math.log10(max(0.01, min(row.median for row in rows))))
    largest = max(smallest + 1, math.ceil(math.log10(max(0.011, *(row.p95 for row in rows)))))
    wide = WIDTH - left - 124

    def across(value: float) -> float:
        share = (math.log10(max(value, 10**smallest)) - smallest) / (largest - smallest)
        return left + share * wide

    for power in range(smallest, largest + 1):
        x = across(10**power)
        _add(svg, "line", "grid", x1=x, x2=x, y1=_TOP, y2=height - 20)
        _text(svg, _duration(10**power), x, height - 6, "tick middle")
    for number, row in enumerate(rows):
        y = _TOP + number * step + 12
        _text(svg, _short(row.name.replace("_", " "), 17), left - 8, y + 4, "name end")
        _add(svg, "line", "span", x1=across(row.median), x2=across(row.p95), y1=y, y2=y)
        _add(svg, "circle", "dot s1", cx=across(row.median), cy=y, r=4.5)
        _add(svg, "circle", "ring", cx=across(row.p95), cy=y, r=4)
        _text(svg, f"{_duration(row.median)} · {_duration(row.p95)}", WIDTH - 4, y + 4, "value end")
    return _written(svg)


def _duration(milliseconds: float) -> str:
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.3g} s"
    return f"{milliseconds:.0f} ms" if milliseconds >= 10 else f"{milliseconds:.2g} ms"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _svg(title: str, height: float) -> ElementTree.Element:
    svg = ElementTree.Element(
        "svg", {"viewBox": f"0 0 {WIDTH} {height:g}", "class": "plot", "role": "img", "aria-label": title}
    )
    ElementTree.SubElement(svg, "title").text = title
    return svg


def _add(parent: ElementTree.Element, tag: str, kind: str, **values: float | str) -> ElementTree.Element:
    written = {name: value if isinstance(value, str) else f"{value:.1f}" for name, value in values.items()}
    return ElementTree.SubElement(parent, tag, {"class": kind, **written})


def _text(parent: ElementTree.Element, text: str, x: float, y: float, kind: str, **more: str) -> ElementTree.Element:
    element = _add(parent, "text", kind, x=x, y=y, **more)
    element.text = text
    return element


def _written(svg: ElementTree.Element) -> str:
    return ElementTree.tostring(svg, encoding="unicode")
