"""Counts as they are said: "1 article", "2,000 articles" (pure)."""

from __future__ import annotations


def plural(count: int, one: str, many: str = "") -> str:
    """The number with its noun; ``many`` where the plural isn't ``one`` with an s."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
