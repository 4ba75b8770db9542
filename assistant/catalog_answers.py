"""Counting and listing: answers from the catalog itself, over every article that matches and not over a sample.

Says what was counted (the words, the days, the outlets), counts copies apart as stories, and cites the articles: each
listed one with the sentence in which the words stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from archive.article import Article
from archive.counts import plural
from archive.filters import SearchFilter
from archive.matching import MatchedArticle, tally
from archive.store import ArchiveStore, Hit
from assistant.answer import Answer, AnswerSentence, Counted, Mode, Source, Verdict
from assistant.catalog_matches import Matches, content_words, either, find_matches, listed
from assistant.evidence import source_of
from assistant.glosses import day_for_glosses, explained, glosses, spoken
from assistant.lone_marks import in_marks
from assistant.ranking import RankedHit
from assistant.search_plan import CatalogKind, CatalogQuestion, SearchPlan
from assistant.sentences import limit_words, split_sentences
from assistant.stories import with_copies
from assistant.words import content_stems, names, words

MOST_LISTED = {CatalogKind.LIST: 20, CatalogKind.FIRST: 3, CatalogKind.LAST: 3}
_LISTED = 10
_MOST_AUTHORS = 15
_MOST_OUTLETS = {CatalogKind.OUTLETS: 40}  # named by the count; of what isn't asked about, fewer
_FEW_OUTLETS = 8
_MOST_WORDS = 60


def answer_from_catalog(store: ArchiveStore, plan: SearchPlan, asked: CatalogQuestion) -> Answer:
    """The exact answer. Raises what the store raises (ArchiveError while the keyword index is damaged)."""
    matches = find_matches(store, asked, plan.wall)
    counted = count(store, asked, matches)
    shown = _to_show(asked, matches.articles)
    hits = [hit for article in shown if (hit := best_passage(store, article.article_id, matches)) is not None]
    quotes = [Quotation(hit, *telling_sentence(hit, matches.words, matches.phrases)) for hit in hits]
    sentences, sources = cite(store, quotes, plan.wall)
    statement = describe(asked, counted, matches, shown)
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
    return f"{listed(named)} without the other words: {total}: {_by_outlet(tallied.by_outlet)}."


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


def best_passage(store: ArchiveStore, article_id: str, matches: Matches) -> Hit | None:
    """The passage of an article that holds most of the words, of the version that the filter sees."""
    where = SearchFilter(article_ids=(article_id,), as_of=matches.where.as_of)
    phrases = matches.phrases
    query = " ".join(matches.words or phrases)
    if query:
        hits = store.keyword_search(query, 4, where, phrases=phrases) or store.keyword_search(query, 4, where)
        if hits:
            wanted = frozenset(content_stems(" ".join((*matches.words, *phrases))))
            return max(hits, key=lambda hit: (len(wanted & _stems(hit.passage.text)), hit.score, -hit.passage.start))
    article = next(store.articles(where, limit=1), None)
    hits = store.keyword_search(article.title, 8, where) if article else []
    return min(hits, key=lambda hit: hit.passage.start, default=None)


@dataclass(frozen=True, slots=True)
class Quotation:
    """A sentence to be quoted: ``hit.article.text[start:end]``."""

    hit: Hit
    start: int
    end: int


def telling_sentence(hit: Hit, topic: Sequence[str], phrases: Sequence[str] = ()) -> tuple[int, int]:
    """The sentence of the passage that holds most of the words, the first of several: offsets in the article's text."""
    text, offset = hit.passage.text, hit.passage.start
    wanted = frozenset(content_stems(" ".join((*topic, *phrases))))
    spans = [cut for start, end in split_sentences(text) for cut in limit_words(text, start, end, _MOST_WORDS)] or [
        (0, len(text))
    ]
    start, end = max(spans, key=lambda span: (len(wanted & _stems(text[slice(*span)])), -span[0]))
    return offset + start, offset + end


def cite(
    store: ArchiveStore, quotes: Sequence[Quotation], wall: SearchFilter
) -> tuple[list[AnswerSentence], list[Source]]:
    """The quotations as sentences with their sources, numbered in order, highlighted; each source has its copies."""
    ranked = with_copies(store, [RankedHit(quote.hit, 1.0) for quote in quotes], wall)
    sentences, sources = [], []
    for number, (one, quote) in enumerate(zip(ranked, quotes, strict=True), start=1):
        source = source_of(one, str(number))
        text = quote.hit.article.text[quote.start : quote.end]
        sources.append(replace(source, highlights=((quote.start - source.start, quote.end - source.start),)))
        day = day_for_glosses(quote.hit.article)
        sentences.append(AnswerSentence(text, (str(number),), Verdict.SUPPORTED, glosses=glosses(text, day)))
    return sentences, sources


def describe(asked: CatalogQuestion, counted: Counted, matches: Matches, shown: Sequence[MatchedArticle]) -> str:
    """What was counted and what came out, in two or three sentences."""
    what = _what_was_counted(counted)
    if not counted.articles:
        return f"0 articles. {what}"
    first = _headline(asked.kind, counted, shown)
    span = ""
    if counted.first_day and counted.last_day and counted.articles > 1:
        all_known = all(one.day is not None and one.sure_day for one in matches.articles)
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
    outlets = _by_outlet([(name, number) for name, number, _ in counted.by_outlet], most)
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


def _by_outlet(counts: Sequence[tuple[str, int]], most: int = _FEW_OUTLETS) -> str:
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


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(text))
