"""What stands on every page: its name, the ways between views, what went wrong."""

from __future__ import annotations

from typing import Final

PRODUCT: Final = "Backissue"
TITLE: Final = "Backissue — ask the archive"
SKIP_LINK: Final = "Skip to the question"

OUTLETS: Final = "Outlets"
NO_HEADLINE: Final = "Without a headline"

NAV_LABEL: Final = "Views"
NAV_ASK: Final = "Ask"
NAV_SEARCH: Final = "Search"
NAV_TIMELINE: Final = "Timeline"
NAV_ARCHIVE: Final = "Archive"
NAV_EVALUATE: Final = "Evaluate"
VIEW_LOST: Final = "This could not be loaded. Is Backissue still running? Try again."
EDITORS_ONLY: Final = "Only editors may do this."
VIEW_UNKNOWN: Final = "There is no such view."
TRY_AGAIN: Final = "Try again"
BACK_TO_CHAT: Final = "To the chat"
OTHER_OUTLETS: Final = "other outlets"
OVER_TIME: Final = "Over time"

EARLIER_PAGE: Final = "Back"
LATER_PAGE: Final = "More"

STOP: Final = "Stop"
THEME: Final = "Light or dark"

DONE: Final = "Done"

BACK: Final = "Back"
CLOSE: Final = "Close"
UNDATED: Final = "Undated"
UNKNOWN_OUTLET: Final = "Unknown outlet"

BAD_WINDOW: Final = "The window ends before it begins: swap its two days."


def too_long(most: int) -> str:
    """Said when a question is longer than ``most`` characters."""
    return f"A question can have up to {most:,} characters. Shorten it and ask again."


def bad_day(value: str) -> str:
    """Said when a date field holds something else."""
    return f"“{value}” is not a day; write it as 2024-03-14."


def unexpected(reference: str) -> str:
    """Said when something of ours broke; by ``reference`` the server's log tells what."""
    return f"Something inside Backissue went wrong. The server’s log tells more (reference {reference})."


def more(count: int) -> str:
    """How many rows are folded away."""
    return f"{count:,} more"


def page_of(number: int, last: int) -> str:
    """Which page of a list is shown."""
    return f"Page {number:,} of {last:,}"


def chart_label(span: str) -> str:
    """What a screen reader is told that the columns are."""
    return f"Articles over time, {span}; each column narrows to its days"
