"""How a figure or a day that sources differ on is written, for readers and for a language model alike. Pure."""

from __future__ import annotations

from assistant.answer import Figure
from assistant.glosses import spoken


def as_told(figure: Figure) -> str:
    """A figure, or a day with which one is meant: "4,000 people", "Thursday [14 March 2024]"."""
    told = figure.figure
    return told if figure.day is None or str(figure.day.year) in told else f"{told} [{spoken(figure.day)}]"
