"""An answer: its progress, verdicts, refusals, and what readers think of it."""

from __future__ import annotations

from typing import Final

from archive.counts import plural
from web.texts.numbers import articles, outlets

SUPPLIED_MARK: Final = "Added: the quotation goes on beyond this sentence."
NO_ANSWER_CAME: Final = "The answer ended before it was complete. Ask again."

LINK: Final = "Link"
LINK_TITLE: Final = "Copy a link that opens this question with its settings"

GOOD_ANSWER: Final = "A good answer"
BAD_ANSWER: Final = "Not a good answer"
WHY: Final = "Why? (optional)"
SEND: Final = "Send"
THANKS: Final = "Noted for the editors."

READING_QUESTION: Final = "Reading the question…"
SEARCHING: Final = "Searching the archive…"
STOPPED: Final = "Stopped. What had arrived is shown; it has not been checked."
STOPPED_EARLY: Final = "Stopped before an answer began."
INCOMPLETE: Final = "Incomplete: the answer broke off here."
UNCHECKED_PARTIAL: Final = "What had arrived before is shown; it has not been checked."

MODE_USED_QUOTES: Final = "Verbatim quotations"
MODE_USED_MODEL: Final = "In the model’s words"

SUPPORTED_QUOTE: Final = "Verbatim: this sentence stands in the source exactly so."
SUPPORTED: Final = "Checked: its names, numbers and dates are in the source it cites."
UNCHECKED: Final = "Not checked: nothing in this sentence could be compared with its source."
NOT_IN_SOURCE: Final = "Careful: something in this sentence is not in the source it cites."
CONTRADICTED: Final = "Careful: the source it cites says otherwise."
GLOSS: Final = "Added by Backissue; not part of the quotation"

SOURCES: Final = "Sources"
COPY: Final = "Copy"
COPY_TITLE: Final = "Copy the answer with its sources"
SAVE: Final = "Save"
SAVE_TITLE: Final = "Save this answer with its references"
READING_NOW: Final = "Being read"

REFUSED: Final = "The archive doesn’t answer this."
REFUSED_FILTERED: Final = "Within your filters, the archive doesn’t answer this."
DISPUTED: Final = "The sources give different figures."
UPDATED: Final = "The figure changed."
DISPUTED_DAYS: Final = "The sources give different days."
UPDATED_DAYS: Final = "The day changed."
REFUSED_BY_MODEL: Final = "The passages found don’t say."
NEAREST: Final = "Nearest to it"
FOUND: Final = "What was found"
ANSWER_IN_QUOTES: Final = "Answer in quotes"
ALL_DAYS: Final = "Search all days"
SEARCH_ALL_OUTLETS: Final = "Search all outlets"
SEARCH_ALL_BYLINES: Final = "Search all bylines"
AS_IT_IS_TODAY: Final = "Search the archive as it is today"

NO_QUESTION: Final = "Type a question first."
FAILED: Final = "This question could not be answered"


def reading(count: int) -> str:
    """While the answer is made from ``count`` passages."""
    return f"Reading {plural(count, 'passage', 'passages')}…"


def all_in_search(count: int) -> str:
    """Leads from a count to the list of all that was counted."""
    return f"See all {count:,} in Search"


def refusal_coverage(count: int, of_outlets: int, first: str, last: str) -> str:
    """The sentence under a refusal that says what was searched."""
    span = f", from {first} to {last}" if first and last else ""
    return f"It holds {articles(count)} from {outlets(of_outlets)}{span}."


def refusal_within(count: int, first: str, last: str) -> str:
    """The same where filters were set: what lies within them."""
    if not count:
        return "No article lies within them."
    span = f", from {first} to {last}" if first and last else ""
    return f"Within them {'lies' if count == 1 else 'lie'} {articles(count)}{span}."


def refusal_span(first: str, last: str) -> str:
    """What the archive covers, said where a search found nothing; empty when nothing is dated."""
    return f"The archive covers {first} to {last}." if first and last else ""


def mark_label(key: str, title: str, where: str) -> str:
    """What a screen reader says at a ``[1]``."""
    return f"Source {key}: {title}, {where}" if where else f"Source {key}: {title}"


def voices(count: int) -> str:
    """How many sources say a sentence, as short as can be: beside its verdict."""
    return f"{count}×"


def independent(count: int) -> str:
    """How many sources say a sentence independently of each other."""
    if count == 1:
        return "One source says so; copies of it count once."
    return f"{count:,} sources say so independently of each other; copies count once."


def answered_by(model: str) -> str:
    """Who wrote an answer."""
    return f"Written by {model}"
