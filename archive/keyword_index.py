"""Tantivy: BM25 over the words of passages, with their titles, outlets and dates. The only tantivy import.

One document is one passage. No text is stored, only words, numbers and the fields that filters compare. A user's words
are never parsed as a query language: they are analysed like the text, and the query is built of terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.text_analysis import STOP_WORDS, prepare

if TYPE_CHECKING:
    from tantivy import Document, Index, Query, Schema, TextAnalyzer

_HEAP_BYTES = 48_000_000
_TITLE_BOOST = 0.5
_ABOUT_BOOST = 0.3
_LONGEST_QUERY = 64  # distinct words; more say nothing and cost time
_FEW_ARTICLES = 1000  # so few are named to the index, to read only their passages
LABEL_KINDS = ("outlet", "section", "author", "language")


@dataclass(frozen=True, slots=True)
class KeywordEntry:
    """What is indexed of one passage. Days are ordinals; undated is -1."""

    passage: int
    article: int
    text: str
    title: str
    about: str
    labels: tuple[tuple[str, str], ...]
    day: int
    valid_from: int
    valid_until: int
    live: bool


@dataclass(frozen=True, slots=True)
class IndexFilter:
    """A SearchFilter in the index's terms: days as ordinals, labels as keys, articles by row number."""

    day_from: int | None = None
    day_to: int | None = None
    as_of: int | None = None
    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    articles: tuple[int, ...] | None = None


def _analyser() -> TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(80))
    return builder.filter(Filter.lowercase()).filter(Filter.ascii_fold()).filter(Filter.stemmer("english")).build()


def _schema() -> Schema:
    from tantivy import SchemaBuilder

    builder = SchemaBuilder()
    for name in ("text", "title", "about"):
        builder.add_text_field(name, tokenizer_name="news", index_option="position" if name != "about" else "freq")
    for name in LABEL_KINDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("passage", fast=True)
    builder.add_unsigned_field("article", indexed=True, fast=True)
    builder.add_unsigned_field("live", indexed=True)
    for name in ("day", "valid_from", "valid_until"):
        builder.add_integer_field(name, fast=True)
    return builder.build()


class KeywordIndex:
    """One folder of Tantivy files. Reading is thread-safe; writing needs the archive's writer lock.

    Raises OSError where there is none (unless ``create``), ValueError where the files cannot be read.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        from tantivy import Index

        if create:
            folder.mkdir(parents=True, exist_ok=True)
        elif not (folder / "meta.json").is_file():
            raise FileNotFoundError(f"{folder} holds no keyword index")
        self.folder = folder
        self._schema = _schema()
        self._analyse = _analyser()
        self._index: Index = Index(self._schema, path=str(folder))
        self._index.register_tokenizer("news", self._analyse)
        self._index.config_reader(reload_policy="manual")

    def reload(self) -> None:
        """See what was committed, by this process or another one."""
        self._index.reload()

    @property
    def entries(self) -> int:
        """How many passages are indexed, as of the last ``reload``."""
        count: int = self._index.searcher().num_docs
        return count

    def replace(self, articles: Iterable[int], entries: Iterable[KeywordEntry]) -> None:
        """Make these the entries of these articles (an article without entries is taken out), and commit."""
        from tantivy import Query

        with self._index.writer(heap_size=_HEAP_BYTES, num_threads=1) as writer:
            known = list(articles)
            if known:
                # by query, not by term: Tantivy 0.27 takes every number of a term for a signed one and finds none
                writer.delete_documents_by_query(Query.term_set_query(self._schema, "article", known))
            prepared: dict[str, str] = {}  # the same title stands above every passage of an article
            for entry in entries:
                if entry.title not in prepared or entry.about not in prepared:
                    prepared = {text: prepare(text) for text in (entry.title, entry.about)}
                writer.add_document(self._document(entry, prepared))
            writer.commit()
            # Merging goes on in threads that the next writer would cut short: without merges segments pile up.
        self._index.reload()

    def _document(self, entry: KeywordEntry, prepared: dict[str, str]) -> Document:
        from tantivy import Document

        fields: dict[str, Any] = {kind: [] for kind in LABEL_KINDS}
        for kind, key in entry.labels:
            fields[kind].append(key)
        fields |= {
            "text": prepare(entry.text),
            "title": prepared[entry.title],
            "about": prepared[entry.about],
            "passage": entry.passage,
            "article": entry.article,
            "live": int(entry.live),
            "day": entry.day,
            "valid_from": entry.valid_from,
            "valid_until": entry.valid_until,
        }
        return Document.from_dict(fields, self._schema)

    def passages(self) -> dict[int, int]:
        """Every passage in the index, with its article."""
        from tantivy import Query

        searcher = self._index.searcher()
        if not searcher.num_docs:
            return {}
        found = searcher.search(Query.all_query(), limit=searcher.num_docs, count=False).hits
        addresses = [address for _, address in found]
        passages = searcher.fast_field_values("passage", addresses)
        articles = searcher.fast_field_values("article", addresses)
        return {int(passage or 0): int(article or 0) for passage, article in zip(passages, articles, strict=True)}

    def words(self, text: str) -> list[str]:
        """The terms of a text, as they are indexed."""
        terms: list[str] = self._analyse.analyze(prepare(text))
        return terms

    def query_terms(self, query: str) -> list[str]:
        """The distinct terms of a question, without stop words (unless it has no others)."""
        kept = [word for word in prepare(query).split() if word.strip("?!.,;:\"'()“”‘’").casefold() not in STOP_WORDS]
        terms = dict.fromkeys(term for word in kept for term in self.words(word) if term not in STOP_WORDS)
        if not terms:
            terms = dict.fromkeys(self.words(query))
        return list(terms)[:_LONGEST_QUERY]

    def search(self, query: str, phrases: Sequence[str], k: int, where: IndexFilter) -> list[tuple[int, float]]:
        """Up to ``k`` (passage, BM25 score), best first. Every phrase must occur, in the text or the title."""
        from tantivy import Occur, Query

        terms = self.query_terms(query)
        required = [built for phrase in phrases if (built := self._phrase(phrase)) is not None]
        if k < 1 or not (terms or required):
            return []
        parts = [(Occur.Should, self._term(term)) for term in terms]
        scored = [(Occur.Must, phrase) for phrase in required]
        if parts:
            scored.append((Occur.Should if required else Occur.Must, Query.boolean_query(parts)))
        filters = [(Occur.Must, Query.const_score_query(part, 0.0)) for part in self._filters(where)]
        searcher = self._index.searcher()
        found = searcher.search(Query.boolean_query(scored + filters), limit=k, count=False).hits
        passages = searcher.fast_field_values("passage", [address for _, address in found])
        return [(int(passage or 0), float(score)) for passage, (score, _) in zip(passages, found, strict=True)]

    def articles_with(self, query: str) -> set[int]:
        """Articles of which a passage (of any version) holds every word; words in double quotes as a phrase."""
        from tantivy import Occur, Query

        parts = [(Occur.Must, built) for phrase in re.findall(r'"([^"]+)"', query) if (built := self._phrase(phrase))]
        rest = re.sub(r'"[^"]*"', " ", query)
        parts += [(Occur.Must, self._term(term)) for term in dict.fromkeys(self.words(rest))]
        searcher = self._index.searcher()
        if not parts or not searcher.num_docs:
            return set()
        found = searcher.search(Query.boolean_query(parts), limit=searcher.num_docs, count=False).hits
        return {int(article or 0) for article in searcher.fast_field_values("article", [where for _, where in found])}

    def articles_matching(
        self, query: str, phrases: Sequence[str], where: IndexFilter, *, any_word: bool = False
    ) -> set[int]:
        """All articles that hold every (or any) term of the query in text or title, wherever, and every phrase.

        The words of an article may stand in different passages; a phrase stands in one, or in the title.
        """
        from tantivy import Occur, Query

        terms = self.query_terms(query)
        words = [(self.document_frequencies([term])[term], self._in_story(term)) for term in terms]
        if any_word and words:
            words = [(0, Query.boolean_query([(Occur.Should, part) for _, part in words]))]
        required = [built for phrase in phrases if (built := self._phrase(phrase)) is not None]
        found: set[int] | None = None
        for part in [*required, *(part for _, part in sorted(words, key=lambda pair: pair[0]))]:  # the rarest first
            narrowed = where
            if found is not None and len(found) <= _FEW_ARTICLES:
                narrowed = replace(where, articles=tuple(found))
            holding = self._articles(part, narrowed)
            found = holding if found is None else found & holding
            if not found:
                break
        return found or set()

    def _articles(self, part: Query, where: IndexFilter) -> set[int]:
        """The articles of all passages that a query finds."""
        from tantivy import Occur, Query

        searcher = self._index.searcher()
        if not searcher.num_docs or where.articles == ():
            return set()
        clauses = [(Occur.Must, Query.const_score_query(one, 0.0)) for one in (part, *self._filters(where))]
        hits = searcher.search(Query.boolean_query(clauses), limit=searcher.num_docs, count=False).hits
        return {int(article or 0) for article in searcher.fast_field_values("article", [place for _, place in hits])}

    def _in_story(self, term: str) -> Query:
        from tantivy import Occur, Query

        return Query.boolean_query(
            [(Occur.Should, Query.term_query(self._schema, name, term, "basic")) for name in ("text", "title")]
        )

    def document_frequency(self, word: str) -> int:
        """In how many passages' texts the word occurs; for several words (or an acronym) the rarest one's number."""
        return min(self.document_frequencies(self.words(word)).values(), default=0)

    def document_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many passages' texts each term (as ``words`` gives them) occurs."""
        searcher = self._index.searcher()
        return {term: int(searcher.doc_freq("text", term)) for term in terms}

    def occurrences(self, word: str) -> int:
        """In how many passages a word occurs, headlines, outlets and days above them included."""
        searcher = self._index.searcher()
        counts = [
            max(searcher.doc_freq(name, term) for name in ("text", "title", "about")) for term in self.words(word)
        ]
        return int(min(counts, default=0))

    def _term(self, term: str) -> Query:
        from tantivy import Occur, Query

        return Query.boolean_query(
            [
                (Occur.Should, Query.term_query(self._schema, "text", term, index_option="freq")),
                (Occur.Should, Query.boost_query(Query.term_query(self._schema, "title", term, "freq"), _TITLE_BOOST)),
                (Occur.Should, Query.boost_query(Query.term_query(self._schema, "about", term, "freq"), _ABOUT_BOOST)),
            ]
        )

    def _phrase(self, phrase: str) -> Query | None:
        from tantivy import Occur, Query

        terms = self.words(phrase)
        if not terms:
            return None

        def in_field(name: str) -> Query:
            if len(terms) == 1:
                return Query.term_query(self._schema, name, terms[0], index_option="freq")
            return Query.phrase_query(self._schema, name, list(terms))

        return Query.boolean_query([(Occur.Should, in_field("text")), (Occur.Should, in_field("title"))])

    def _filters(self, where: IndexFilter) -> list[Query]:
        from tantivy import FieldType, Query

        def days(name: str, lowest: int | None, highest: int | None) -> Query:
            return Query.range_query(self._schema, name, FieldType.Integer, lowest, highest)

        parts = []
        if where.as_of is None:
            parts.append(Query.term_query(self._schema, "live", 1))
        else:
            parts.append(days("valid_from", 0, where.as_of))
            parts.append(days("valid_until", where.as_of + 1, None))
        highest = min((day for day in (where.day_to, where.as_of) if day is not None), default=None)
        if where.day_from is not None or highest is not None:
            parts.append(days("day", max(where.day_from or 0, 0), highest))
        for kind, keys in where.labels:
            parts.append(Query.term_set_query(self._schema, kind, list(keys)))
        if where.articles is not None:
            parts.append(Query.term_set_query(self._schema, "article", list(where.articles)))
        return parts
