"""How a question was understood."""

from __future__ import annotations

from typing import Final

UNDERSTOOD: Final = "Understood as"
UNDERSTOOD_LABEL: Final = "How the question was understood; each can be changed"
DAYS: Final = "Days of publication"
OTHER_DAYS_TOO: Final = "other days were searched too"
NAMED_IN_QUESTION: Final = "Named in the question"
SEARCHED_APART: Final = "Searched apart"
EDIT_QUESTION: Final = "Edit the question"
ASKED_AGAIN: Final = "Asked again"
ASK_AGAIN: Final = "Ask again"
ASK_MODEL_AGAIN: Final = "Ask the model again"
BYLINE: Final = "Byline"
ANY_BYLINE: Final = "Any byline"
QUESTION_HELP: Final = "Searched as it stands here; nothing of the conversation is read into it."
NO_MODEL_HELP: Final = (
    "No language model is set up, so answers are verbatim quotations. To have them written, start Backissue with "
    "OPENAI_API_KEY, OPENAI_BASE_URL or --local-model FILE.gguf."
)
YOUR_FILTER: Final = "Your filter"

LATEST_FIRST: Final = "Latest first"
EARLIEST_FIRST: Final = "Earliest first"


def read_from(expression: str) -> str:
    """Where a window of time was read from."""
    return f"Read from “{expression}”"


def as_of(day: str) -> str:
    """Seen from a day."""
    return f"As it was on {day}"


def asked_on(day: str) -> str:
    """The day a question is asked on."""
    return f"Asked on {day}"


def exactly(phrase: str) -> str:
    """A phrase that must be found as written."""
    return f"Exactly “{phrase}”"


def and_more(count: int) -> str:
    """How many names are left out after the first."""
    return f"{count:,} more"


def chip_label(title: str, label: str) -> str:
    """What a screen reader says at a chip."""
    return f"{title}: {label}. Change"
