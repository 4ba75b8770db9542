"""Every article that matches, not the best few: what counting, listing, first mentions and timelines rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from archive.article_rows import label_key


@dataclass(frozen=True, slots=True)
class MatchedArticle:
    """An article that holds what was asked for, in the version that the filter sees.

    Articles with the same ``story`` are printings of one story (copies): as evidence they are one. ``sure_day`` is
    False where the day is only a page's date, which may be months after the story.
    """

    article_id: str
    day: date | None
    outlet: str | None
    title: str
    story: int
    sure_day: bool
    section: str | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchCounts:
    """How many articles matched.

    ``stories`` counts copies once. ``by_outlet`` names outlets as they are mostly written, most articles first
    (without an outlet: ""). ``by_month`` holds ("2024-03", count) in order, of the dated ones; with ``undated`` they
    add up to ``articles``. ``first_day`` and ``last_day`` leave unsure days (a page's date) out.
    """

    articles: int
    stories: int
    undated: int
    first_day: date | None
    last_day: date | None
    by_outlet: tuple[tuple[str, int], ...]
    by_month: tuple[tuple[str, int], ...]
    by_section: tuple[tuple[str, int], ...] = ()
    by_author: tuple[tuple[str, int], ...] = ()


def tally(matched: Iterable[MatchedArticle]) -> MatchCounts:
    """Count them."""
    found = list(matched)
    days = [article.day for article in found if article.day is not None]
    sure = [article.day for article in found if article.day is not None and article.sure_day]
    return MatchCounts(
        articles=len(found),
        stories=len({article.story for article in found}),
        undated=len(found) - len(days),
        first_day=min(sure, default=None),
        last_day=max(sure, default=None),
        by_outlet=counted_names(Counter(article.outlet or "" for article in found)),
        by_month=tuple(sorted(Counter(f"{day:%Y-%m}" for day in days).items())),
        by_section=counted_names(Counter(article.section for article in found if article.section)),
        by_author=counted_names(Counter(author for article in found for author in article.authors)),
    )


def counted_names(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """Names that differ in case or spaces taken together, each as it is mostly written; most first."""
    forms: dict[str, list[tuple[int, str]]] = {}
    for name, count in counts.items():
        forms.setdefault(label_key(name), []).append((count, name))
    named: Sequence[tuple[str, int]] = [(max(pairs)[1], sum(count for count, _ in pairs)) for pairs in forms.values()]
    return tuple(sorted(named, key=lambda pair: (-pair[1], pair[0])))
