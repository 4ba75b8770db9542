"""Correcting by hand what an article says of itself."""

from __future__ import annotations

from typing import Final

from archive.counts import plural
from web.texts.sources import FIELD_NAMES

CORRECT: Final = "Correct an article"
CORRECT_LEAD: Final = "Where the source errs about an article, a correction by hand stays, and can be taken back."
CORRECT_THIS: Final = "Correct …"
PUBLISHED_HELP: Final = "2024-03-05, with time and zone if you know them, or the word unknown"
AUTHORS_HELP: Final = "one to a line"
BY_HAND: Final = "Set by hand."
TAKE_BACK: Final = "Take that back, to what the source says"
SAVE_CORRECTION: Final = "Save"
NOTHING_CHANGED: Final = "Nothing has been changed."
EDIT_LOST: Final = "This could not be saved. Is Backissue still running? Try again."


def holds_for(versions: int) -> str:
    """What a correction by hand holds for."""
    return f"Holds for {plural(versions, 'version', 'versions')}, and for those to come."


def saved(changes: str) -> str:
    """What a correction has changed."""
    return f"Saved: {changes}." if changes else "Saved."


def changed(field: str, before: str, after: str) -> str:
    """One field that says something else now."""
    return f"{FIELD_NAMES.get(field, field)}, {before or 'nothing'} → {after or 'nothing'}"
