"""How numbers grow with the archive, as an SVG of its own: powers of ten on both axes, light and dark. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

WIDTH, HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 74, 190, 34, 46
_STYLE = """
svg { font: 13px system-ui, "DejaVu Sans", sans-serif; background: #fff; color: #1d1c1a; }
text { fill: currentColor; } .grid { stroke: #dedad1; } .line { fill: none; stroke-width: 2.2; }
.c0 { stroke: #8a1c1c; } .c1 { stroke: #1f5d8c; stroke-dasharray: 7 4; } .c2 { stroke: #3d6b21; stroke-dasharray: 2 4; }
.c3 { stroke: #7a5b00; stroke-dasharray: 10 3 2 3; } .d0 { fill: #8a1c1c; } .d1 { fill: #1f5d8c; }
.d2 { fill: #3d6b21; } .d3 { fill: #7a5b00; }
@media (prefers-color-scheme: dark) {
  svg { background: #201f1c; color: #eae6dd; } .grid { stroke: #3a3732; }
  .c0 { stroke: #ef9a86; } .c1 { stroke: #8cc1ea; } .c2 { stroke: #a9d38c; } .c3 { stroke: #e3cf83; }
  .d0 { fill: #ef9a86; } .d1 { fill: #8cc1ea; } .d2 { fill: #a9d38c; } .d3 { fill: #e3cf83; }
}
"""


def growth_plot(title: str, unit: str, lines: Mapping[str, Sequence[tuple[float, float]]]) -> str:
    """Lines of (passages, value); values of 0 are left out."""
    kept = {name: [point for point in points if point[1] > 0] for name, points in lines.items()}
    everything = [point for points in kept.values() for point in points]
    across = _powers([x for x, _ in everything])
    up = _powers([y for _, y in everything])
    svg = ElementTree.Element(
        "svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img"}
    )
    ElementTree.SubElement(svg, "title").text = title
    ElementTree.SubElement(svg, "style").text = _STYLE

    def x_of(value: float) -> float:
        share = (math.log10(value) - across[0]) / (across[1] - across[0])
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    def y_of(value: float) -> float:
        share = (math.log10(value) - up[0]) / (up[1] - up[0])
        return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)

    for power in range(across[0], across[1] + 1):
        _line(svg, x_of(10**power), x_of(10**power), _TOP, HEIGHT - _BOTTOM)
        _text(svg, f"{10**power:,}", x_of(10**power), HEIGHT - _BOTTOM + 18, "middle")
    for power in range(up[0], up[1] + 1):
        _line(svg, _LEFT, WIDTH - _RIGHT, y_of(10**power), y_of(10**power))
        _text(svg, f"{10**power:,g}", _LEFT - 8, y_of(10**power) + 4, "end")
    _text(svg, f"{title}, {unit}", _LEFT, 20, "start")
    _text(svg, "passages", _LEFT + (WIDTH - _LEFT - _RIGHT) / 2, HEIGHT - 8, "middle")
    ends: list[tuple[float, float, str]] = []  # y, x, name of each line's last point
    for number, (name, points) in enumerate(kept.items()):
        placed = [(x_of(x), y_of(y)) for x, y in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        ElementTree.SubElement(svg, "polyline", {"class": f"line c{number % 4}", "points": path})
        for x, y in placed:
            place = {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "4"}
            ElementTree.SubElement(svg, "circle", {"class": f"d{number % 4}", **place})
        ends += [(placed[-1][1], placed[-1][0], name)] if placed else []
    below = 0.0
    for y, x, name in sorted(ends):  # from the top; a name that would lie on another moves down
        below = max(y + 4, below + 16)
        _text(svg, name, x + 10, below, "start")
    return ElementTree.tostring(svg, encoding="unicode") + "\n"


def _powers(values: Sequence[float]) -> tuple[int, int]:
    low = math.floor(math.log10(min(values)))
    return low, max(low + 1, math.ceil(math.log10(max(values)) - 1e-9))


def _line(svg: ElementTree.Element, x1: float, x2: float, y1: float, y2: float) -> None:
    ends = {"x1": x1, "x2": x2, "y1": y1, "y2": y2}
    ElementTree.SubElement(svg, "line", {"class": "grid", **{name: f"{value:.1f}" for name, value in ends.items()}})


def _text(svg: ElementTree.Element, text: str, x: float, y: float, anchor: str) -> None:
    where = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor}
    ElementTree.SubElement(svg, "text", where).text = text
