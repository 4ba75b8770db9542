"""Weekdays with their date beside them: "on Sunday, 15 June" speaks of one day, and the date says which (pure).

Counted from another day, such a Sunday would be taken for the last one before it.
"""

from __future__ import annotations

import re

from assistant.calendar_days import MONTH, WEEKDAY

_ENDS_IN_WEEKDAY = re.compile(rf"\b{WEEKDAY}$", re.IGNORECASE)
_IN_MONTH = rf"(?:\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{MONTH}|{MONTH}\s+\d{{1,2}}(?!\d)|\d{{1,2}}/\d{{1,2}}\b)"
_AND_DAY = rf"(?:\s*(?:,|and|or|to|[-–])\s*{WEEKDAY})*"
_TOLD_AFTER = re.compile(
    rf"{_AND_DAY}(?:\s+(?:morning|afternoon|evening|night|lunchtime))?[\s,(–-]*(?:the\s+)?"
    rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th)?\s*(?:,|and|or|to|[-–])\s*)*{_IN_MONTH}|\d{{1,2}}(?:st|nd|rd|th)\b)",
    re.IGNORECASE,
)
_TOLD_BEFORE = re.compile(
    rf"{_IN_MONTH}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?[\s,(–-]*(?:(?:which|that) (?:is|was|falls|fell on)\s+)?(?:on\s+)?"
    r"(?:an?\s+|the\s+)?$",
    re.IGNORECASE,
)


def is_told(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` ends in a weekday that has the day of its month beside it.

    "Sunday, 15 June", "Saturday (Nov. 18)", "Sunday the 15th", "15 June, a Sunday", "Monday and Tuesday, 3 and 4 May".
    """
    if not _ENDS_IN_WEEKDAY.search(text[start:end]):
        return False
    return bool(_TOLD_AFTER.match(text, end) or _TOLD_BEFORE.search(text[:start]))
