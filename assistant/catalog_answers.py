"""Counting and listing: answers from the catalog itself, over every article that matches and not over a sample.

Says what was counted (the words, the days, the outlets), counts copies apart as stories, and cites the articles: each
listed one with the sentence in which the words stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from archive.counts import plural
from archive.filters import SearchFilter
from archive.matching import MatchedArticle, tally
from archive.store import ArchiveStore
from assistant.answer import Answer, AnswerSentence, Mode, Source
from assistant.catalog_matches import Matches, content_words, count, find_matches, listed
from assistant.catalog_quotations import Quotation, best_passage, cite, telling_sentence
from assistant.catalog_wording import by_outlet, describe, number_of_articles
from assistant.glosses import explained, spoken
from assistant.lone_marks import in_marks
from assistant.search_plan import CatalogKind, CatalogQuestion, SearchPlan
from assistant.words import names

MOST_LISTED = {CatalogKind.LIST: 20, CatalogKind.FIRST: 3, CatalogKind.LAST: 3}
_LISTED = 10


def answer_from_catalog(store: ArchiveStore, plan: SearchPlan, asked: CatalogQuestion) -> Answer:
    """The exact answer. Raises what the store raises (ArchiveError while the keyword index is damaged)."""
    matches = find_matches(store, asked, plan.wall)
    counted = count(store, asked, matches)
    shown = _to_show(asked, matches.articles)
    hits = [hit for article in shown if (hit := best_passage(store, article.article_id, matches)) is not None]
    quotes = [Quotation(hit, *telling_sentence(hit, matches.words, matches.phrases)) for hit in hits]
    sentences, sources = cite(store, quotes, plan.wall)
    statement = describe(asked, counted, matches.articles, shown)
    lines = "\n\n".join(_line(sentence, source) for sentence, source in zip(sentences, sources, strict=True))
    kept = bool(asked.besides or asked.printings)
    notes = tuple(
        note for note in (matches.note or ("" if kept else _with_names_alone(store, asked, matches)),) if note
    )
    return Answer(
        question=plan.question,
        mode=Mode.QUOTES,
        refused=not counted.articles,
        answer=f"{statement}\n\n{lines}".strip(),
        sentences=tuple(sentences) if counted.articles else (),
        sources=tuple(sources) if counted.articles else (),
        plan=plan,
        confidence=1.0 if counted.articles else 0.0,
        timings_ms={},
        notices=(*notes, *_undated(store, matches.where)),
        statement=statement,
        counted=counted,
    )


def _with_names_alone(store: ArchiveStore, asked: CatalogQuestion, matches: Matches) -> str:
    """What the topic's names alone come to, where that is more: "the loss of the Maren Lys" has other words too."""
    named = content_words(" ".join(name.text for name in names(asked.topic)))
    if not named or len(named) >= len(matches.words) or not matches.articles:
        return ""
    found = store.matching_articles(" ".join(named), matches.where, phrases=asked.phrases)
    if len(found) <= len(matches.articles):
        return ""
    tallied = tally(found)
    total = number_of_articles(tallied.articles, tallied.stories, len(tallied.by_outlet))
    return f"{listed(named)} without the other words: {total}: {by_outlet(tallied.by_outlet)}."


def _to_show(asked: CatalogQuestion, articles: Sequence[MatchedArticle]) -> list[MatchedArticle]:
    """Which of the matches are cited: one per story, the first or the latest ones, or the first of each outlet.

    Of the news of some days, what most outlets printed.
    """
    kind = asked.kind
    dated = [article for article in articles if article.day is not None and article.sure_day]
    others = [article for article in articles if article.day is None or not article.sure_day]
    if kind is CatalogKind.OUTLETS:
        first: dict[str, MatchedArticle] = {}
        for article in [*dated, *others]:
            first.setdefault((article.outlet or "").casefold(), article)
        return list(first.values())[: MOST_LISTED.get(kind, _LISTED)]
    ordered = dated if kind is CatalogKind.FIRST else dated[::-1]
    printed_first: dict[int, MatchedArticle] = {}
    for article in [*dated, *others]:
        printed_first.setdefault(article.story, article)
    stories = {article.story: printed_first[article.story] for article in [*ordered, *others]}
    if asked.is_news:
        printed = Counter(article.story for article in articles)
        stories = dict(sorted(stories.items(), key=lambda story: -printed[story[0]]))  # of equals the latest
    return list(stories.values())[: MOST_LISTED.get(kind, _LISTED)]


def _line(sentence: AnswerSentence, source: Source) -> str:
    when = spoken(date.fromisoformat(source.published[:10])) if source.published else "undated"
    copies = f", also in {plural(len(source.also_in), 'other')}" if source.also_in else ""
    where = ", ".join(part for part in (source.outlet, when) if part)
    quoted = in_marks(sentence.text, explained(sentence.text, sentence.glosses))
    return f"{source.title} – {where}{copies}: {quoted} [{source.key}]"


def _undated(store: ArchiveStore, where: SearchFilter) -> tuple[str, ...]:
    number = store.undated_count() if where.has_window else 0
    if not number:
        return ()
    what = plural(number, "article without a date is", "articles without a date are")
    return (f"{what} not counted: a window of days was asked for.",)
