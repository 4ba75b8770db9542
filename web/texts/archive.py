"""What is in the archive."""

from __future__ import annotations

from typing import Final

ARCHIVE_TITLE: Final = "What is in the archive"
ARCHIVE_EMPTY: Final = "Nothing is filed yet."
ARCHIVE_EMPTY_EDITOR: Final = "Nothing is filed yet. Put articles in, and ask."
ARTICLES_KEPT: Final = "articles"
OUTLETS_KEPT: Final = "outlets"
OUTLET: Final = "Outlet"
PUBLISHED: Final = "published"
STORIES_COPIED: Final = "stories printed more than once"
EARLIER_VERSIONS: Final = "earlier versions kept"
WITHOUT_DATE: Final = "without a date"
ON_DISK: Final = "on disk"
MEANING_SEARCH: Final = "Search by meaning"
ALL_ARTICLES: Final = "All articles, newest first"
UNDER_THE_HOOD: Final = "Indexes and embedder"
INDEX: Final = "Index"
STATE: Final = "State"
ENTRIES: Final = "Entries"
WAITING: Final = "Waiting"


def embedded(done: int, total: int) -> str:
    """How many passages search by meaning reaches."""
    if done >= total:
        return f"Search by meaning reaches all {total:,} passages."
    return f"Search by meaning reaches {done:,} of {total:,} passages; the rest follows in the background."


def being_written(command: str) -> str:
    """That another process writes at the moment."""
    return f"Being written by: {command}"
