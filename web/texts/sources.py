"""A source, an article, its versions."""

from __future__ import annotations

from typing import Final

from archive.counts import plural
from web.texts.numbers import outlets

ONLY_LAYOUT: Final = "Only line breaks and spaces differ."
CURRENT: Final = "the one that answers"
JUST_BEFORE: Final = "Printed just before"
JUST_AFTER: Final = "Printed just after"
FIELD_NAMES: Final = {
    "title": "Headline",
    "outlet": "Outlet",
    "authors": "Byline",
    "section": "Section",
    "language": "Language",
    "kind": "Kind",
    "published": "Published",
    "url": "Address",
}

PANEL_LABEL: Final = "Sources and articles"
WHOLE_ARTICLE: Final = "Read the whole article"
AT_OUTLET: Final = "Open at the outlet"
PREVIOUS: Final = "Previous source"
NEXT: Final = "Next source"
PARTIAL: Final = "Only part of this article was captured."
SUPERSEDED: Final = "An older version of this article; it has been changed since."
PAGE_DATE: Final = "The date is the one on the page, which may be the day it was saved."
UNSURE_DATE: Final = "The date was worked out and may be wrong."
CORRECTION: Final = "Correction"
SEE_CHANGES: Final = "See what changed"
GONE: Final = "This article is no longer in the archive."


def page_dated(day: str) -> str:
    """What stands for the day of an article that only its page dates."""
    return f"page of {day}"


def also_in(count: int) -> str:
    """How many other outlets printed the same story."""
    return f"Also in {outlets(count)}"


def what_changed(count: int) -> str:
    """The summary over an article's versions."""
    return f"What changed over {count} versions"


def version_from(number: int, day: str) -> str:
    """A version and the day since when readers saw it."""
    return f"Version {number}, {day}" if day else f"Version {number}"


def age_reference(day: str) -> str:
    """Which day an age counts from."""
    return f"on the day asked, {day}"


def age_today() -> str:
    """That an age counts from today."""
    return "today"


def corrected_since(day: str) -> str:
    """That the article was changed after it was published."""
    return f"Updated {day}"


def corrected_with(notice: str) -> str:
    """That the article was corrected after the version that is cited; ``notice`` in the outlet's words."""
    return f"Corrected since: {notice}"


def changed_since(day: str, sentences: int) -> str:
    """That the article was changed after the version that is cited."""
    when = f" ({day})" if day else ""
    return f"Changed since{when}: {plural(sentences, 'sentence differs', 'sentences differ')}."


def version_of(number: int, count: int) -> str:
    """Which of an article's versions is shown."""
    return f"Version {number} of {count}"
