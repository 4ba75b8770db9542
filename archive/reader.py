"""ArchiveReader: everything that only reads. Searching, naming, listing, counting; no lock is ever waited for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archive import contents
from archive.article import Article, ArticleVersion, Passage
from archive.catalog import Catalog
from archive.changes import VersionChange, changes_of
from archive.counts import plural
from archive.embargo import Embargoes
from archive.errors import ArchiveError, UnknownArticleError
from archive.filters import SearchFilter
from archive.indexes import Indexes
from archive.keyword_index import KeywordIndex
from archive.matching import MatchCounts, MatchedArticle, tally
from archive.outlet_names import OutletNames, read_outlet_names
from archive.records import CoverageCounts, Hit, LedgerEntry
from archive.search import PassageSearch
from archive.soundness import KEYWORD


class ArchiveReader:
    """The reading half of an opened archive. Thread-safe."""

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self.folder = folder
        self._catalog = catalog
        self._indexes = Indexes(folder, catalog)
        self._embargoes = Embargoes(folder, catalog, self._indexes)
        self._search = PassageSearch(self._embargoes.catalog_now, self._indexes)
        self._covered: tuple[int, CoverageCounts] = (-1, CoverageCounts(0, 0, None, None, 0))  # of a generation

    @property
    def _seen(self) -> Catalog:
        """The catalog, with what was under embargo until this moment."""
        return self._embargoes.catalog_now()

    # --- searching ---------------------------------------------------------------------------------------------------

    def keyword_search(
        self, query: str, k: int, where: SearchFilter | None = None, *, phrases: Sequence[str] = ()
    ) -> list[Hit]:
        """Up to ``k`` passages by BM25 over text, title, outlet and date, best first; every phrase must occur.

        [] while the keyword index is damaged: ``problems()`` says so.
        """
        return self._search.by_words(query, k, where or SearchFilter(), phrases)

    def vector_search(self, vector: NDArray[np.float32], k: int, where: SearchFilter | None = None) -> list[Hit]:
        """Up to ``k`` passages by cosine, best first; among those embedded so far.

        ``vector``: (dimensions,), L2-normalised, of this archive's embedder. Filtered searches and small archives are
        scored exactly; an unfiltered search of a large one asks Chroma, approximately.
        """
        return self._search.by_vector(np.asarray(vector, np.float32), k, where or SearchFilter())

    def document_frequency(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many passages each term (stemmed) occurs; {} while the keyword index isn't fit for use."""
        index: KeywordIndex | None = self._indexes.keyword()
        return {} if index is None else {term: index.document_frequency(term) for term in terms}

    def occurrences(self, words: Sequence[str]) -> dict[str, int]:
        """In how many passages each word occurs, headlines included; {} while the keyword index isn't fit for use.

        Versions and articles that are no longer shown may still count.
        """
        index: KeywordIndex | None = self._indexes.keyword()
        return {} if index is None else {word: index.occurrences(word) for word in words}

    # --- every match -------------------------------------------------------------------------------------------------

    def matching_articles(
        self, query: str = "", where: SearchFilter | None = None, *, phrases: Sequence[str] = (), any_word: bool = False
    ) -> list[MatchedArticle]:
        """All articles that hold every word of ``query`` (stemmed, without stop words) and every phrase, not the best.

        A word counts wherever in the article it stands, in text or title; outlet, byline and date don't count. With
        ``any_word`` one of the words is enough. A phrase must stand within one passage or in the title. Each
        article counts once, by the version that ``where`` sees (with ``as_of`` the one of that day). Neither words nor
        phrases: every article that ``where`` lets through. By day, undated last; copies are listed each, with the
        ``story`` they share. Raises ArchiveError while the keyword index is damaged: a count of 0 would be wrong.
        """
        where = where or SearchFilter()
        with self._seen.reading() as connection:
            terms = contents.index_filter(connection, where)
            wanted: set[int] | None = None
            index = self._indexes.keyword()
            if index is None:
                raise ArchiveError(
                    "The keyword index isn't fit for use, so nothing can be counted: `backissue rebuild`."
                )
            if index.query_terms(query) or phrases:
                wanted = index.articles_matching(query, phrases, terms, any_word=any_word)
            return contents.matched_articles(connection, where, wanted)

    def match_counts(
        self, query: str = "", where: SearchFilter | None = None, *, phrases: Sequence[str] = (), any_word: bool = False
    ) -> MatchCounts:
        """How many articles ``matching_articles`` finds, by outlet and by month, and how many stories they are."""
        return tally(self.matching_articles(query, where, phrases=phrases, any_word=any_word))

    def neighbours(
        self, name: str, count: int = 3, where: SearchFilter | None = None
    ) -> tuple[list[Article], list[Article]]:
        """(before, after): up to ``count`` articles each, published just before and just after this one, nearest first.

        Only those that ``where`` lets through (an outlet, a section); by day, then by the hour where it is known.
        ([], []) for an undated article. Raises UnknownArticleError.
        """
        number = self._seen.number_of(name)
        with self._seen.reading() as connection:
            before, after = contents.neighbours(connection, number, where or SearchFilter(), count)
            return list(contents.read_versions(connection, before)), list(contents.read_versions(connection, after))

    def changed_since(self, passage_id: str) -> VersionChange | None:
        """What the version that answers now changed against the one a cited passage belongs to.

        None while that version answers, and for a passage that is gone, were it only now. ``correction`` of the result
        is the notice that the version of today carries.
        """
        found = self.passage(passage_id)
        if found is None:
            return None
        try:
            versions = self.versions(found[1].article_id)
        except UnknownArticleError:
            return None  # taken down since the passage was found
        cited = [version for version in versions if version.article.text == found[1].text]
        current = versions[-1]
        if not cited or current.article.text == found[1].text:
            return None
        return changes_of([cited[-1], current])[1]

    def version_changes(self, name: str) -> list[VersionChange]:
        """Every version of an article, earliest first, each with what it changed. Raises UnknownArticleError."""
        return changes_of(self.versions(name))

    # --- naming and listing ------------------------------------------------------------------------------------------

    @property
    def passage_count(self) -> int:
        """How many passages the keyword index holds: what document frequencies are parts of."""
        record = self._seen.index_record(KEYWORD)
        return 0 if record is None else record.entries

    def article(self, name: str, *, with_raw: bool = False) -> Article:
        """The article with that id, external id or URL, as it answers now. Raises UnknownArticleError."""
        return self._seen.article(self._seen.number_of(name), with_raw=with_raw)

    def versions(self, name: str) -> list[ArticleVersion]:
        """All versions of an article, earliest first. Raises UnknownArticleError."""
        versions = self._seen.versions(self._seen.number_of(name))
        if not versions:
            raise UnknownArticleError("The article has just been removed.")
        return versions

    def passages_of(self, name: str, version: int | None = None) -> list[Passage]:
        """The passages of an article in order, of the version that answers or of the one with that number (from 1)."""
        number = self._seen.number_of(name)
        row = None
        if version is not None:
            rows = self._seen.version_ids(number)
            if not 1 <= version <= len(rows):
                raise UnknownArticleError(f"{name!r} has {plural(len(rows), 'version')}, no version {version}.")
            row = rows[version - 1]
        return [found.passage for _, found in self._seen.passages_of(number, version=row)]

    def passage(self, passage_id: str) -> tuple[Passage, Article] | None:
        """The passage with that id and the version of the article it belongs to; None when there is none (any more)."""
        article_id, _, rest = passage_id.partition(".")
        version_hash, _, position = rest.partition(".")
        try:
            number = self._seen.number_of(article_id)
        except UnknownArticleError:
            return None
        if not (version_hash and position):
            return None
        for _, found in self._seen.passages_of(number, version_hash=version_hash):
            if found.passage.passage_id == passage_id:
                return found.passage, found.article
        return None

    def copies(self, article_ids: Sequence[str]) -> dict[str, tuple[str, list[Article]]]:
        """For each article: the id of its cluster's face, and the other members, earliest first.

        The face is the credited agency's own print, where the cluster has it, else the earliest member.
        """
        with self._seen.reading() as connection:
            families = contents.copies_of(connection, list(dict.fromkeys(article_ids)))
        others = self._seen.articles({number for _, numbers in families.values() for number in numbers})
        return {
            article_id: (face, [others[number] for number in numbers if number in others])
            for article_id, (face, numbers) in families.items()
        }

    def articles(
        self,
        where: SearchFilter | None = None,
        *,
        order: str = "published",
        limit: int | None = None,
        offset: int = 0,
    ) -> Iterator[Article]:
        """The articles that a filter lets through, one by one. ``order``: published, newest, ingested or title."""
        with self._seen.reading() as connection:
            numbers = contents.article_numbers(connection, where or SearchFilter(), order, limit, offset)
            yield from contents.read_versions(connection, [version for _, version in numbers])

    def count_articles(self, where: SearchFilter | None = None) -> int:
        """How many articles a filter lets through."""
        return self.coverage(where).articles

    def coverage(self, where: SearchFilter | None = None) -> CoverageCounts:
        """How many articles and outlets a filter lets through, and their first and last day.

        Of the whole archive it is counted once for each state: every question with a time asks for it.
        """
        where = where or SearchFilter()
        generation = self.generation if where.is_empty else None
        if generation is not None and self._covered[0] == generation:
            return self._covered[1]
        with self._seen.reading() as connection:
            counted = contents.coverage(connection, where)
        if generation is not None:
            self._covered = generation, counted
        return counted

    def outlets(self) -> list[tuple[str, int]]:
        """Every outlet with its number of articles, most first."""
        with self._seen.reading() as connection:
            return contents.outlets(connection)

    def outlet_names(self) -> OutletNames:
        """The outlets, most articles first, with the aliases that ``outlets.toml`` in the folder gives them."""
        return read_outlet_names(self.folder, [name for name, _ in self.outlets()])

    def authors(self) -> list[tuple[str, int]]:
        """Every author with the number of articles under that name, most first."""
        with self._catalog.reading() as connection:
            return contents.authors(connection)

    def undated_count(self) -> int:
        """How many articles stand outside every window because their day isn't known."""
        return self.coverage().undated

    @property
    def embedder_name(self) -> str | None:
        """Whose vectors the archive holds; None before the first one."""
        name = self._seen.meta("embedder")
        return None if name is None else str(name)

    @property
    def generation(self) -> int:
        """Rises with every committed change, whichever process made it."""
        return self._seen.generation

    def problems(self) -> list[str]:
        """What is known to be wrong with the indexes and the list of aliases, in sentences; searches go on without."""
        return [*self._indexes.problems(), *self.outlet_names().problems]

    def ledger_lookup(self, keys: Sequence[str]) -> dict[str, LedgerEntry]:
        """Which of these records were read before, and what became of them."""
        return self._seen.ledger(keys)

    @property
    def pending_count(self) -> int:
        """How many passages wait for a vector."""
        with self._seen.reading() as connection:
            count: int = connection.execute("SELECT count(*) FROM pending").fetchone()[0]
            return count
