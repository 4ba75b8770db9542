"""The sentence of an article in which a topic's words stand, cited, for lists and timelines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.filters import SearchFilter
from archive.store import ArchiveStore, Hit
from assistant.answer import AnswerSentence, Source, Verdict
from assistant.catalog_matches import Matches
from assistant.evidence import source_of
from assistant.glosses import day_for_glosses, glosses
from assistant.ranking import RankedHit
from assistant.sentences import limit_words, split_sentences
from assistant.stories import with_copies
from assistant.words import content_stems, words

_MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Quotation:
    """A sentence to be quoted: ``hit.article.text[start:end]``."""

    hit: Hit
    start: int
    end: int


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


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(text))
