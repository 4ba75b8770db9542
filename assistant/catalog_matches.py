"""Which articles of the catalog match a question that counts, lists or follows them: all of them, not a sample."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from archive.article import Article
from archive.filters import SearchFilter
from archive.matching import MatchedArticle, tally
from archive.store import ArchiveStore
from assistant.answer import Counted
from assistant.search_plan import CatalogKind, CatalogQuestion, TimeWindow
from assistant.words import content_stems, names, words

# "The march" stands in articles that only say when: "in March". ("May" is no word that is counted by.)
_MONTH_TOO = "march"
_THE_WORD = re.compile(r"\bmarch|\bMarch(?:ed|ers?|es|ing)\b")


@dataclass(frozen=True, slots=True)
class Matches:
    """Every article that matches, by day, and what was asked of them."""

    where: SearchFilter
    words: tuple[str, ...]
    phrases: tuple[str, ...]
    articles: tuple[MatchedArticle, ...]
    note: str = ""


def find_matches(store: ArchiveStore, asked: CatalogQuestion, wall: SearchFilter) -> Matches:
    """All articles that hold the topic's words; where none holds all of them, those with its names."""
    where = narrowed(wall, asked.window, () if asked.printings else asked.outlets, asked.authors)
    if where is None:
        return Matches(wall, tuple(content_words(asked.topic)), asked.phrases, ())
    wanted = content_words(asked.topic)
    found = _asked_for(store, asked, where, _holding(store, wanted, where, asked.phrases))
    if found or not wanted:
        return Matches(where, tuple(wanted), asked.phrases, tuple(found), _which(asked))
    named = content_words(" ".join(name.text for name in names(asked.topic)))
    if named and named != wanted:
        found = _asked_for(store, asked, where, _holding(store, named, where, asked.phrases))
    if found:
        note = f"No article holds all of {listed(wanted)}; those with {listed(named)} are counted. {_which(asked)}"
        return Matches(where, tuple(named), asked.phrases, tuple(found), note.strip())
    return Matches(where, tuple(wanted), asked.phrases, ())


def _holding(
    store: ArchiveStore, wanted: Sequence[str], where: SearchFilter, phrases: tuple[str, ...]
) -> list[MatchedArticle]:
    """The articles that hold all the words; "the march" is not held by those that only say "in March"."""
    found = list(store.matching_articles(" ".join(wanted), where, phrases=phrases))
    if not found or not any(word.startswith(_MONTH_TOO) for word in wanted):
        return found
    ids = tuple(one.article_id for one in found)
    articles = store.articles(SearchFilter(article_ids=ids, as_of=where.as_of))
    having = {one.article_id for one in articles if _THE_WORD.search(f"{one.title}\n{one.text}")}
    return [one for one in found if one.article_id in having]


def _asked_for(
    store: ArchiveStore, asked: CatalogQuestion, where: SearchFilter, found: Sequence[MatchedArticle]
) -> list[MatchedArticle]:
    """Without the outlets that are not asked about; where printings are, all of the stories of its outlets."""
    if asked.printings:
        whose = {outlet.casefold() for outlet in asked.outlets}
        stories = {one.story for one in found if (one.outlet or "").casefold() in whose}
        found = [one for one in store.matching_articles("", where) if one.story in stories] if stories else []
    left_out = {outlet.casefold() for outlet in asked.besides}
    return [one for one in found if (one.outlet or "").casefold() not in left_out]


def _which(asked: CatalogQuestion) -> str:
    """What `_asked_for` kept, as a sentence; "" for everything."""
    if asked.printings:
        return f"Only stories that {either(asked.outlets)} printed, with every outlet's printing of them."
    return f"Articles of {either(asked.besides)} are not counted." if asked.besides else ""


def narrowed(
    wall: SearchFilter, window: TimeWindow | None, outlets: tuple[str, ...], authors: tuple[str, ...]
) -> SearchFilter | None:
    """The wall with what the question names, kept to exactly; None where nothing can lie within both."""
    where = wall
    if window is not None:
        start = max((day for day in (wall.published_from, window.start) if day), default=None)
        end = min((day for day in (wall.published_to, window.end) if day), default=None)
        if start and end and start > end:
            return None
        where = replace(where, published_from=start, published_to=end)
    if outlets:
        allowed = {outlet.casefold() for outlet in wall.outlets}
        shared = tuple(outlet for outlet in outlets if not allowed or outlet.casefold() in allowed)
        if not shared:
            return None
        where = replace(where, outlets=shared)
    return replace(where, authors=authors) if authors else where


def count(store: ArchiveStore, asked: CatalogQuestion, matches: Matches) -> Counted:
    """Count the matches; copies once among the stories."""
    tallied = tally(matches.articles)
    stories: dict[str, set[int]] = {}
    for article in matches.articles:
        stories.setdefault((article.outlet or "").casefold(), set()).add(article.story)
    return Counted(
        words=matches.words,
        phrases=matches.phrases,
        published_from=matches.where.published_from,
        published_to=matches.where.published_to,
        outlets=matches.where.outlets,
        authors=matches.where.authors,
        articles=tallied.articles,
        stories=tallied.stories,
        undated=tallied.undated,
        first_day=tallied.first_day,
        last_day=tallied.last_day,
        by_outlet=tuple((name, number, len(stories.get(name.casefold(), ()))) for name, number in tallied.by_outlet),
        by_month=tallied.by_month,
        by_author=_authors(store, matches) if asked.kind is CatalogKind.AUTHORS else (),
    )


def _authors(store: ArchiveStore, matches: Matches) -> tuple[tuple[str, int], ...]:
    ids = tuple(article.article_id for article in matches.articles)
    if not ids:
        return ()
    articles: Iterable[Article] = store.articles(SearchFilter(article_ids=ids, as_of=matches.where.as_of))
    counts = Counter(author for article in articles for author in dict.fromkeys(article.authors))
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def content_words(text: str) -> list[str]:
    """The words that are counted by, as the question writes them."""
    kept: dict[str, str] = {}
    wanted = set(content_stems(text))
    for word in words(text):
        if word.stem in wanted:
            kept.setdefault(word.stem, word.text)
    return list(kept.values())


def listed(wanted: Sequence[str]) -> str:
    """Words as they are counted by: “a”, “b” and “c”."""
    quoted = [f"“{word}”" for word in wanted]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}" if quoted else ""


def either(wanted: Sequence[str]) -> str:
    """Outlets or authors of which one will do: "A, B or C"."""
    return wanted[0] if len(wanted) == 1 else f"{', '.join(wanted[:-1])} or {wanted[-1]}"
