"""Taking articles down."""

from __future__ import annotations

from typing import Final

from archive.counts import plural
from web.texts.numbers import articles, size

TAKE_DOWN: Final = "Take an article down"
TAKE_DOWN_LEAD: Final = "A takedown removes an article from the archive, its indexes and saved chats, and keeps it out."
WHICH_ARTICLE: Final = "Which article"
WHICH_PLACEHOLDER: Final = "Its address or id"
LOOK: Final = "Look"
WOULD_GO: Final = "What would go"
COPIES_STAY: Final = "The same story elsewhere. These stay unless you take them down too:"
COPIES_STAYED: Final = "The same story is still there from:"
TAKE_DOWN_TOO: Final = "Take down too"
TAKEDOWN_MEANS: Final = (
    "Gone are the text, all its versions, and every answer in a saved conversation that quoted it.",
    "It stays out: read again from any source, it is refused.",
    "It can’t be undone. Backups, exports and the outlet’s own page are not touched.",
)
REASON_PLACEHOLDER: Final = "A court’s order, a source’s request, an error that can’t be corrected …"
REASON_HELP: Final = "Kept with the tombstone. Don’t repeat what must not be said any more."
REASON_MISSING: Final = "Say why: the reason is kept with the tombstone."
SURE: Final = "I have read what would go, and it may go for good"
NOT_SURE: Final = "Confirm that you have read what would go."
ALREADY_REMOVED: Final = "These have been taken down already."
REMOVAL_LOST: Final = "The takedown could not be begun. Is Backissue still running? Try again."
TAKEN_DOWN: Final = "Taken down"
NOTHING_LEFT: Final = "Nothing of it is left."
SOMETHING_LEFT: Final = "Something of it was still found."
TAKE_THIS_DOWN: Final = "Take down …"


def taken_down_before(name: str) -> str:
    """A name of an article that is gone already."""
    return f"{name} was taken down before."


def goes_with(versions: int, passages: int) -> str:
    """How much of an article a takedown removes."""
    return f"{plural(versions, 'version', 'versions')}, {plural(passages, 'passage', 'passages')}"


def take_down(count: int) -> str:
    """The button that does it."""
    return "Take it down" if count == 1 else f"Take {count:,} articles down"


def removal_of(count: int) -> str:
    """What a takedown is called while it works: not by what it removes."""
    return f"Taking down {articles(count)}"


def reason_by(reason: str, name: str) -> str:
    """A takedown's reason with who gave it."""
    return f"{reason} ({name})"


def quoted_in(count: int) -> str:
    """Files beside the archive that quoted what was taken down."""
    return f"Taken out of {plural(count, 'file', 'files')} that quoted it"


def proof(files: int, read: int, words: int) -> str:
    """How a takedown was checked."""
    looked = f"{plural(files, 'file', 'files')} ({size(read)}) were searched for its words and vectors, byte by byte"
    gone = plural(words, "word that only it had is", "words that only it had are")
    return f"{looked}; {gone} in no index." if words else f"{looked}."
