"""What narrows a search: a window of publication days, outlets, sections, authors, languages, and the day seen from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from archive.article_rows import label_key

if TYPE_CHECKING:
    from archive.catalog import FoundPassage


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


def admits(where: SearchFilter, found: FoundPassage) -> bool:
    """Whether the filter lets this passage through: the last word on every hit, whatever an index says."""
    article = found.article
    if where.as_of is None:
        if not found.live:
            return False
    else:
        as_of = where.as_of.toordinal()
        if found.day is None or found.day > as_of or found.valid_from is None:
            return False
        if not found.valid_from <= as_of < found.valid_until:
            return False
    if where.has_window and found.day is None:
        return False
    if where.published_from is not None and (found.day or 0) < where.published_from.toordinal():
        return False
    if where.published_to is not None and (found.day or 0) > where.published_to.toordinal():
        return False
    if where.article_ids and article.article_id not in where.article_ids:
        return False
    return (
        _one_of(where.outlets, (article.outlet,))
        and _one_of(where.sections, (article.section,))
        and _one_of(where.languages, (article.language,))
        and _one_of(where.authors, article.authors)
    )


def _one_of(wanted: Sequence[str], given: Iterable[str | None]) -> bool:
    if not wanted:
        return True
    keys = {label_key(label) for label in wanted}
    return any(label is not None and label_key(label) in keys for label in given)
