"""The question’s box and its filters."""

from __future__ import annotations

from typing import Final

QUESTION_LABEL: Final = "Your question"
QUESTION_PLACEHOLDER: Final = "What would you like to know?"
ASK: Final = "Ask"
NEW: Final = "New conversation"
NEW_SHORT: Final = "New"
KEYS_HINT: Final = "Enter asks · Shift+Enter for a new line"

FILTERS: Final = "Filters"
FROM: Final = "Published from"
TO: Final = "to"
TO_LABEL: Final = "Published to, this day included"
ASKED_ON: Final = "Asked on"
ASKED_ON_LABEL: Final = "The day that “last week” and every age count from"
ASKED_ON_HELP: Final = "“Last week” and every age count from this day."
AS_OF: Final = "Only what had been published by that day"
WRITTEN_BY: Final = "Answer in"
MODE_QUOTES: Final = "Quotes"
MODE_MODEL: Final = "Model’s words"
CLEAR: Final = "Clear the filters"
ANY_DATE: Final = "Any date"
ALL_OUTLETS: Final = "All outlets"
FIND_OUTLET: Final = "Find an outlet"
WINDOW_NOTE: Final = "Both days are included. Undated articles stand outside every window."

QUEUED: Final = "Asked as soon as the page has loaded…"
CONNECTION: Final = "The connection to Backissue was lost. Is it still running? Your question is in the box; ask again."
BUSY: Final = "The question did not get through; perhaps too many are waiting. It is in the box: ask again in a moment."
