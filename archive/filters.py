"""What narrows a search: a window of publication days, outlets, sections, authors, languages, and the day seen from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """A wall: what it excludes is never found.

    Both window ends are inclusive calendar days. Undated articles stand outside every window. Tuples are
    alternatives ("any of"), empty means "no condition"; outlets, sections, authors and languages compare without case.
    ``as_of``: the archive as it was at the end of that day; nothing published later exists, and of each
    article the version valid that day is searched.
    ``article_ids``: only these articles.
    """

    published_from: date | None = None
    published_to: date | None = None
    outlets: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()
    as_of: date | None = None

    @property
    def has_window(self) -> bool:
        """Whether undated articles are excluded."""
        return self.published_from is not None or self.published_to is not None or self.as_of is not None

    @property
    def is_empty(self) -> bool:
        """Whether it lets everything through."""
        return self == SearchFilter()
