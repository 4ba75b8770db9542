"""A search for clippings as an address holds it: words, days, outlets, sections, bylines, order, page. Pure.

The address is the state: every narrowing is a link to another address, so that "back" and sharing work by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal
from urllib.parse import urlencode

from archive.errors import UsageError
from archive.filters import SearchFilter
from assistant.question import quoted_phrases, without_quoted
from web import texts

MOST_CHARACTERS = 1000
MOST_LABELS = 50  # of one kind; more make an address that no browser takes
ORDERS = ("relevance", "newest", "oldest")
LabelKind = Literal["outlets", "sections", "authors"]
LABEL_KINDS: tuple[LabelKind, ...] = ("outlets", "sections", "authors")


@dataclass(frozen=True, slots=True)
class SearchForm:
    """What is searched for. ``page`` counts from 1."""

    words: str = ""
    published_from: date | None = None
    published_to: date | None = None
    outlets: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    order: str = "relevance"
    page: int = 1

    @property
    def wall(self) -> SearchFilter:
        """The filter it sets."""
        return SearchFilter(
            published_from=self.published_from,
            published_to=self.published_to,
            outlets=self.outlets,
            sections=self.sections,
            authors=self.authors,
        )

    @property
    def phrases(self) -> tuple[str, ...]:
        """What stands in double quotes: to be found exactly."""
        return quoted_phrases(self.words)

    @property
    def loose_words(self) -> str:
        """The words that stand in no quotes."""
        return " ".join(re.sub('["“”]', " ", without_quoted(self.words)).split())

    def address(self, view: str = "search") -> str:
        """Where this search is found."""
        pairs: list[tuple[str, str]] = [("view", view)]
        if self.words:
            pairs.append(("q", self.words))
        for name, day in (("from", self.published_from), ("to", self.published_to)):
            if day is not None:
                pairs.append((name, day.isoformat()))
        for name, labels in (("outlet", self.outlets), ("section", self.sections), ("author", self.authors)):
            pairs += [(name, label) for label in labels]
        if self.order != ORDERS[0]:
            pairs.append(("order", self.order))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return f"/?{urlencode(pairs, errors='replace')}"

    def within(self, start: date | None, end: date | None) -> SearchForm:
        """The same search between two days, both included."""
        return replace(self, published_from=start, published_to=end, page=1)

    def ordered(self, order: str) -> SearchForm:
        """The same search in another order."""
        return replace(self, order=order, page=1)

    def unfiltered(self) -> SearchForm:
        """The words alone."""
        return SearchForm(self.words, order=self.order)

    def toggled(self, kind: LabelKind, label: str) -> SearchForm:
        """With a label more, or without it if it is set; labels compare without case."""
        current: tuple[str, ...] = getattr(self, kind)
        kept = tuple(name for name in current if name.casefold() != label.casefold())
        labels = (*current, label) if len(kept) == len(current) else kept
        if kind == "outlets":
            return replace(self, outlets=labels, page=1)
        if kind == "sections":
            return replace(self, sections=labels, page=1)
        return replace(self, authors=labels, page=1)


@dataclass(frozen=True, slots=True)
class QueryFields:
    """The fields of an address, each with all its values: what starlette's ``multi_items`` gives."""

    pairs: Sequence[tuple[str, str]] = field(default=())

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field, in order, without empty ones and repetitions."""
        return tuple(dict.fromkeys(value for key, value in self.pairs if key == name and value.strip()))[:MOST_LABELS]

    def first(self, name: str) -> str:
        """The first value, or empty."""
        return next((value for key, value in self.pairs if key == name), "")


def read_search_form(fields: QueryFields) -> SearchForm:
    """Read an address. Raises UsageError with a sentence for the reader; a page or order that is none is the first."""
    words = " ".join(fields.first("q").split())
    if len(words) > MOST_CHARACTERS:
        raise UsageError(texts.too_long(MOST_CHARACTERS))
    first, last = read_day(fields.first("from")), read_day(fields.first("to"))
    if first and last and first > last:
        raise UsageError(texts.BAD_WINDOW)
    order = fields.first("order")
    page = fields.first("page")
    return SearchForm(
        words=words,
        published_from=first,
        published_to=last,
        outlets=fields.all("outlet"),
        sections=fields.all("section"),
        authors=fields.all("author"),
        order=order if order in ORDERS else ORDERS[0],
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 and int(page) > 0 else 1,
    )


def read_day(value: str) -> date | None:
    """A day of a form; None where it is empty. Raises UsageError for anything else."""
    if not value.strip():
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise UsageError(texts.bad_day(value[:40])) from None
