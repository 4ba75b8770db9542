"""Searches the archive for clippings: articles by relevance or day, a snippet of each, and counts of every match.

Counts and the lists by day are exact: every article that holds all the words. By relevance, meaning helps too, so
articles without one of the words may come up; the best are shown, not all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from archive.article import Article
from archive.filters import SearchFilter
from archive.matching import MatchCounts, MatchedArticle, tally
from archive.records import Hit
from assistant.planner import plan_question
from assistant.question import Question
from assistant.retriever import retrieve
from assistant.words import content_stems, words
from web.coverage_chart import CoverageChart, coverage_chart
from web.search_form import SearchForm

if TYPE_CHECKING:
    from archive.store import ArchiveStore

PAGE = 20
_BEST_PASSAGES = 80  # what a list by relevance is made of
_SNIPPET = 260  # characters
_HITS_EACH = 6  # passages asked for per article when snippets are looked up
_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+|\n+")


@dataclass(frozen=True, slots=True)
class Clipping:
    """An article found, with the part of it that shows why: ``snippet`` is a slice of its text, marks within it."""

    article: Article
    passage_id: str | None
    start: int
    snippet: str
    marks: tuple[tuple[int, int], ...]
    also_in: int = 0  # other outlets that printed the same story


@dataclass(frozen=True, slots=True)
class ClippingPage:
    """One page of a search. ``counts`` are of all matches, ``clippings`` this page's; ``last_page`` counts from 1."""

    form: SearchForm
    counts: MatchCounts
    chart: CoverageChart
    clippings: tuple[Clipping, ...]
    last_page: int
    asked_on: date
    by_meaning: bool = False  # articles without some of the words are among them
    first_day: date | None = None  # of the archive
    last_day: date | None = None
    notes: tuple[str, ...] = field(default=())


def find_clippings(store: ArchiveStore, form: SearchForm, asked_on: date) -> ClippingPage:
    """Search. Raises what the store raises."""
    matched = store.matching_articles(form.loose_words, form.wall, phrases=form.phrases)
    counts = tally(matched)
    chart = coverage_chart((one.day, one.outlet) for one in matched if one.day is not None)
    covered = store.coverage()
    by_relevance = form.order == "relevance" and bool(form.words)
    if by_relevance:
        clippings, notes = _by_relevance(store, form, asked_on)
        known = {one.article_id for one in matched}
        by_meaning = any(clipping.article.article_id not in known for clipping in clippings)
    else:
        ordered = _by_day(matched, newest_first=form.order != "oldest")
        clippings, notes, by_meaning = _dated(store, form, ordered), (), False
    total = len(clippings) if by_relevance else len(matched)
    shown = clippings[(form.page - 1) * PAGE : form.page * PAGE] if by_relevance else clippings
    return ClippingPage(
        form=form,
        counts=counts,
        chart=chart,
        clippings=tuple(shown),
        last_page=max(1, -(-total // PAGE)),
        asked_on=asked_on,
        by_meaning=by_meaning,
        first_day=covered.first_day,
        last_day=covered.last_day,
        notes=notes,
    )


def _by_relevance(store: ArchiveStore, form: SearchForm, asked_on: date) -> tuple[list[Clipping], tuple[str, ...]]:
    plan = plan_question(store, Question(form.words, asked_on, wall=form.wall))
    found = retrieve(store, plan, _BEST_PASSAGES)
    wanted = _wanted(form)
    best: dict[str, Clipping] = {}
    for ranked in found.hits:
        article_id = ranked.hit.article.article_id
        if article_id not in best:
            outlets = {copy.outlet for copy in ranked.also_in}
            best[article_id] = _clipping(ranked.hit, wanted, also_in=len(outlets))
    return list(best.values()), found.plan.notes


def _by_day(matched: Sequence[MatchedArticle], *, newest_first: bool) -> list[str]:
    """Undated articles stand last either way."""
    dated = [one for one in matched if one.day is not None]
    undated = [one for one in matched if one.day is None]
    if newest_first:
        dated.reverse()
    return [one.article_id for one in (*dated, *undated)]


def _dated(store: ArchiveStore, form: SearchForm, ordered: Sequence[str]) -> list[Clipping]:
    names = list(ordered[(form.page - 1) * PAGE : form.page * PAGE])
    if not names:
        return []
    within = SearchFilter(article_ids=tuple(names))
    best: dict[str, Hit] = {}
    if form.words:
        query = " ".join([form.loose_words, *form.phrases])
        for hit in store.keyword_search(query, len(names) * _HITS_EACH, within):
            best.setdefault(hit.article.article_id, hit)
    families = store.copies(names)
    wanted = _wanted(form)
    clippings = []
    for article in _in_order(store, names):
        others = families.get(article.article_id, ("", []))[1]
        count = len({other.outlet for other in others})
        found = best.get(article.article_id)
        if found is not None:
            clippings.append(_clipping(found, wanted, also_in=count))
        else:
            start, snippet = snippet_of(article.text, [])
            clippings.append(Clipping(article, None, start, snippet, (), count))
    return clippings


def _in_order(store: ArchiveStore, names: Sequence[str]) -> list[Article]:
    found = {article.article_id: article for article in store.articles(SearchFilter(article_ids=tuple(names)))}
    return [found[name] for name in names if name in found]


def _wanted(form: SearchForm) -> frozenset[str]:
    return frozenset(content_stems(form.words))


def _clipping(hit: Hit, wanted: frozenset[str], *, also_in: int) -> Clipping:
    marks = [(word.start, word.end) for word in words(hit.passage.text) if word.stem in wanted]
    start, snippet = snippet_of(hit.passage.text, marks)
    end = start + len(snippet)
    shown = tuple((a - start, b - start) for a, b in marks if start <= a and b <= end)
    return Clipping(hit.article, hit.passage.passage_id, hit.passage.start + start, snippet, shown, also_in)


def snippet_of(text: str, marks: Sequence[tuple[int, int]], longest: int = _SNIPPET) -> tuple[int, str]:
    """(start, slice) of the sentences that hold most of the marks, about ``longest`` characters; pure.

    It begins at a sentence's beginning and may end within one, at a word's end.
    """
    if len(text) <= longest:
        stripped = text.rstrip()
        lead = len(stripped) - len(stripped.lstrip())
        return lead, stripped[lead:]
    begins = [0, *(match.end() for match in _END.finditer(text) if match.end() < len(text))]
    best = max(begins, key=lambda begin: (sum(begin <= a and b <= begin + longest for a, b in marks), -begin))
    cut = text[best : best + longest]
    if best + longest < len(text):
        blank = max(cut.rfind(" "), cut.rfind("\n"))
        cut = cut[:blank] if blank > longest // 2 else cut
    return best, cut.rstrip()
