"""What was counted, in words: how many articles, of which outlets and days, and what was looked for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from archive.counts import plural
from archive.matching import MatchedArticle
from assistant.answer import Counted
from assistant.catalog_matches import either, listed
from assistant.glosses import spoken
from assistant.search_plan import CatalogKind, CatalogQuestion

_MOST_AUTHORS = 15
_MOST_OUTLETS = {CatalogKind.OUTLETS: 40}  # named by the count; of what isn't asked about, fewer
_FEW_OUTLETS = 8


def describe(
    asked: CatalogQuestion, counted: Counted, found: Sequence[MatchedArticle], shown: Sequence[MatchedArticle]
) -> str:
    """What was counted and what came out, in two or three sentences. ``found``: all that match; ``shown`` are cited."""
    what = _what_was_counted(counted)
    if not counted.articles:
        return f"0 articles. {what}"
    first = _headline(asked.kind, counted, shown)
    span = ""
    if counted.first_day and counted.last_day and counted.articles > 1:
        all_known = all(one.day is not None and one.sure_day for one in found)
        span = _days_of(counted.first_day, counted.last_day, all_known=all_known)
    if asked.kind in {CatalogKind.COUNT, CatalogKind.LIST, CatalogKind.AUTHORS} and len(shown) < counted.stories:
        which = "most printed" if asked.is_news else "latest"
        span += f" The {which} {len(shown)} of {counted.stories:,} are listed."
    return f"{first} {what}{span}"


def _days_of(first: date, last: date, *, all_known: bool) -> str:
    """The days of those that were counted, as far as they are known: the others may be of any day."""
    if first == last:
        return f" {'All' if all_known else 'Those whose day is known'} are of {spoken(first)}."
    return f" {'They' if all_known else 'Those whose day is known'} run from {spoken(first)} to {spoken(last)}."


def _headline(kind: CatalogKind, counted: Counted, shown: Sequence[MatchedArticle]) -> str:
    total = number_of_articles(counted.articles, counted.stories, len(counted.by_outlet))
    most = _MOST_OUTLETS.get(kind, _FEW_OUTLETS)
    outlets = by_outlet([(name, number) for name, number, _ in counted.by_outlet], most)
    if kind in {CatalogKind.FIRST, CatalogKind.LAST} and shown:
        side = "first" if kind is CatalogKind.FIRST else "last"
        when = spoken(shown[0].day) if shown[0].day else "undated"
        return f"The {side} of {total}: {when}, {shown[0].outlet or 'no outlet named'}, “{shown[0].title}”."
    if kind is CatalogKind.AUTHORS and counted.by_author:
        listed = ", ".join(f"{name} {number:,}" for name, number in counted.by_author[:_MOST_AUTHORS])
        left = len(counted.by_author) - _MOST_AUTHORS
        return f"{total}, by {listed}{f' and {left:,} more' if left > 0 else ''}."
    if kind is CatalogKind.AUTHORS:
        return f"{total}; none of them names an author."
    return f"{total}: {outlets}."


def by_outlet(counts: Sequence[tuple[str, int]], most: int = _FEW_OUTLETS) -> str:
    """For "Courier 9, Gazette 5 and 3 more", from how many articles each outlet has, most first."""
    listed = ", ".join(f"{name or 'no outlet named'} {number:,}" for name, number in counts[:most])
    return listed + (f" and {len(counts) - most} more" if len(counts) > most else "")


def number_of_articles(articles: int, stories: int, outlets: int) -> str:
    """For "14 articles (9 stories) in 3 outlets": copies are counted apart."""
    text = plural(articles, "article")
    if stories != articles:
        text += f" ({plural(stories, 'story', 'stories')}, copies counted once)"
    return f"{text} in {plural(outlets, 'outlet')}"


def _what_was_counted(counted: Counted) -> str:
    parts = []
    if counted.words:
        parts.append(f"with {listed(counted.words)}")
    if counted.phrases:
        parts.append(f"with the exact words {listed(counted.phrases)}")
    if counted.outlets:
        parts.append(f"of {either(counted.outlets)}")
    if counted.authors:
        parts.append(f"by {either(counted.authors)}")
    parts.append(_days(counted.published_from, counted.published_to))
    said = " ".join(part for part in parts if part)
    return f"Counted: every article {said}." if said else "Counted: every article of the archive."


def _days(first: date | None, last: date | None) -> str:
    if first and last:
        return f"published on {spoken(first)}" if first == last else f"published from {spoken(first)} to {spoken(last)}"
    if first:
        return f"published since {spoken(first)}"
    return f"published until {spoken(last)}" if last else ""
