from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "web" / "static"
CSS = (STATIC / "chat.css").read_text(encoding="utf-8")


def palette(theme: str) -> dict[str, str]:
    opening = ":root {" if theme == "light" else ':root[data-theme="dark"] {'
    block = CSS.split(opening, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_is_readable_on_every_ground(theme: str) -> None:
    colours = palette(theme)
    for text in ("ink", "ink-2", "ink-3", "accent", "good", "warn", "bad"):
        for ground in ("paper", "paper-2", "field"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for ground in ("paper", "paper-2", "field"):  # the edge of a field; the ring around what has the focus
        assert contrast(colours["edge"], colours[ground]) >= 3 and contrast(colours["accent"], colours[ground]) >= 3
    assert contrast(colours["ink"], colours["marker"]) >= 4.5
    assert contrast(colours["paper"], colours["ink"]) >= 4.5  # what is told on hover
    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5


@pytest.mark.parametrize("file", sorted(STATIC.iterdir()), ids=lambda file: file.name)
def test_nothing_comes_from_elsewhere(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|@import|url\(|//[\w.-]+\.\w+/", text)
