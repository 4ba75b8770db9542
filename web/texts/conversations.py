"""Conversations that are kept."""

from __future__ import annotations

from typing import Final

CONVERSATIONS: Final = "Conversations"
FIND_CONVERSATION: Final = "Find in your conversations"
NO_CONVERSATIONS: Final = "None yet. What you ask is kept here, for you alone."
NOTHING_FOUND: Final = "None holds these words."
NOT_LISTED: Final = "The list could not be read. Is Backissue still running?"
ONE_QUESTION: Final = "1 question"
SOME_QUESTIONS: Final = "{} questions"
MORE_FOR: Final = "More for {}"
RENAME: Final = "Rename"
DELETE: Final = "Delete"
REALLY_DELETE: Final = "Delete for good?"
EXPORT_AS: Final = "Export as"
EXPORTED: Final = "Exported from Backissue. Quotations are verbatim; what stands in square brackets is Backissue’s."
NO_TITLE: Final = "A title needs at least one letter."
NO_CONVERSATION: Final = "There is no such conversation of yours; perhaps it was deleted."
NO_TURN: Final = "That conversation has no such question."
TURN_REMOVED: Final = "This answer quoted an article that was taken down; it was removed with it."
TURN_UNREADABLE: Final = "This answer was kept by another version of Backissue and can’t be shown. Ask again."
