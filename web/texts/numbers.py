"""Counts, sizes, times and days, as readers write them."""

from __future__ import annotations

from typing import Final

from archive.counts import plural

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SAME_DAY: Final = "the same day"
LATER: Final = "after the day asked"


def articles(count: int) -> str:
    """How many articles."""
    return plural(count, "article", "articles")


def outlets(count: int) -> str:
    """How many outlets."""
    return plural(count, "outlet", "outlets")


def size(count: int) -> str:
    """A number of bytes: ``12.3 MB``."""
    value = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def questions(count: int) -> str:
    """How many questions."""
    return plural(count, "question", "questions")


def since(day: str) -> str:
    """A window that has no end."""
    return f"Since {day}"


def until(day: str) -> str:
    """A window that has no beginning."""
    return f"Until {day}"


def tokens(count: int) -> str:
    """How many tokens an answer took."""
    return plural(count, "token", "tokens")


def seconds(milliseconds: float) -> str:
    """How long an answer took."""
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


def day(year: int, month: int, of_month: int) -> str:
    """A day as readers write it: ``14 Mar 2024``."""
    return f"{of_month} {MONTHS[month - 1]} {year}"


def month(year: int, number: int) -> str:
    """A month: ``March 2024``."""
    return f"{LONG_MONTHS[number - 1]} {year}"


def old(count: int, unit: str) -> str:
    """An age: ``2 years old``; ``unit`` is day, week, month or year."""
    return f"{count} {unit if count == 1 else unit + 's'} old"
