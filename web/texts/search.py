"""The search for clippings."""

from __future__ import annotations

from typing import Final

from archive.counts import plural
from web.texts.numbers import articles, outlets

SEARCH_LABEL: Final = "Words to search for"
SEARCH_PLACEHOLDER: Final = "Words, names, “exact phrases”"
SEARCH_HELP: Final = "Phrases in double quotes are searched exactly."
NARROW: Final = "Narrow the search"
BY_RELEVANCE: Final = "Best first"
NEWEST_FIRST: Final = "Newest first"
OLDEST_FIRST: Final = "Oldest first"
BY_MEANING_ONLY: Final = "These come nearest by meaning, or hold a part of the words."
BY_MEANING_TOO: Final = "The best come first, by words and by meaning; some hold only part of the words."
NO_CLIPPINGS: Final = "No article holds all of these words."
WITHOUT_QUOTES: Final = "Search the words without quotes"
PARTIAL_SHORT: Final = "only part of it captured"
SECTIONS: Final = "Sections"
BYLINES: Final = "Bylines"

WITHOUT_FILTERS: Final = "Search without filters"


def found(count: int, stories: int, of_outlets: int, *, exact: bool) -> str:
    """How many articles a search matched: ``14 articles hold these words: 9 stories in 3 outlets``."""
    what = articles(count)
    if exact:
        what += f" {'holds' if count == 1 else 'hold'} all of these words"
    if count < 2:
        return what
    told = f"{plural(stories, 'story', 'stories')} in " if stories != count else "in "
    return f"{what}{': ' if stories != count else ', '}{told}{outlets(of_outlets)}"


def without(name: str) -> str:
    """What undoing a narrowing does."""
    return f"Search without “{name}”"
