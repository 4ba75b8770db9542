"""What gives a removed article away in a file beside the archive: its names, its addresses, its words. Pure.

A record mentions an article when it holds

- its id, or its URL, however that is spelt: http or https, "www.", a closing slash, parameters or a fragment behind it;
- any eight words of it in a row;
- its source's own id where articles are named (``relevant``, ``grades``, ``external_id``), if no other has that id;
- as one of its ``facts`` three words of it or more, which no article that stays prints too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from archive.article import Article

STUB = "removed"  # the key under which a removed record's place names the article
_WORDS_IN_A_ROW = 8
_FEWEST_OF_A_FACT = 3  # words; "nineteen" is a fact of any article
_NAMING = frozenset({"relevant", "grades", "external_id"})
_FACTS = frozenset({"facts", "fact"})


def _nowhere(fact: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Mentions:
    """What to look for; each leads to the id of its article. ``Mentions.of`` makes it."""

    ids: frozenset[str]
    addresses: Mapping[str, str]  # without scheme, "www." and closing slash
    source_ids: Mapping[str, str]
    shingles: Mapping[tuple[str, ...], str]  # eight words in a row
    texts: tuple[tuple[str, str], ...]  # (all words of a version, article id)
    fragments: Mapping[str, str] = field(default_factory=dict)  # pieces of text, verbatim
    is_printed_elsewhere: Callable[[str], bool] = _nowhere

    @classmethod
    def of(
        cls,
        articles: Iterable[Article],
        *,
        shared_ids: Iterable[str] = (),
        is_printed_elsewhere: Callable[[str], bool] = _nowhere,
    ) -> Mentions:
        """From every version to be removed.

        ``shared_ids`` are sources' ids that articles that stay have too. ``is_printed_elsewhere`` is asked of a fact
        (its words in lower case, single spaces) whether an article that stays holds it.
        """
        found = list(articles)
        shingles: dict[tuple[str, ...], str] = {}
        texts: dict[tuple[str, str], None] = {}
        for article in found:
            words = _words(article.text)
            shingles |= dict.fromkeys(_in_a_row(words), article.article_id)
            texts[" ".join(["", *words, ""]), article.article_id] = None
        own = {article.external_id: article.article_id for article in found if article.external_id}
        shared = frozenset(shared_ids)
        return cls(
            ids=frozenset(article.article_id for article in found),
            addresses={_address(article.url): article.article_id for article in found if article.url},
            source_ids={name: article_id for name, article_id in own.items() if name not in shared},
            shingles=shingles,
            texts=tuple(texts),
            is_printed_elsewhere=is_printed_elsewhere,
        )

    @classmethod
    def of_fragments(cls, fragments: Mapping[str, str]) -> Mentions:
        """From pieces of text, each with its article's id: what a scan has found."""
        return cls(frozenset(), {}, {}, {}, (), {text: article for text, article in fragments.items() if text.strip()})

    def find(self, value: object) -> str | None:
        """The id of an article that a JSON value (or a text) mentions."""
        if isinstance(value, dict):
            found = (
                self._named(key, item) or self.find(key) or self.find(item)
                for key, item in value.items()
                if key != STUB
            )
        elif isinstance(value, list):
            found = (self.find(item) for item in value)
        else:
            return self._in_text(value) if isinstance(value, str) else None
        return next((article_id for article_id in found if article_id), None)

    def _named(self, field_name: str, value: object) -> str | None:
        """An article that the value of a field names, or is a fact of."""
        if field_name in _NAMING and self.source_ids:
            return next((self.source_ids[name] for name in _strings(value) if name in self.source_ids), None)
        if field_name in _FACTS:
            return next((article_id for fact in _strings(value) if (article_id := self._of_fact(fact))), None)
        return None

    def _of_fact(self, fact: str) -> str | None:
        words = _words(fact)
        if len(words) < _FEWEST_OF_A_FACT:
            return None
        wanted = " ".join(["", *words, ""])
        holding = next((article_id for text, article_id in self.texts if wanted in text), None)
        return None if holding is None or self.is_printed_elsewhere(wanted.strip()) else holding

    def _in_text(self, text: str) -> str | None:
        for article_id in self.ids:
            if article_id in text:
                return article_id
        for address, article_id in self.addresses.items():
            if address in text and _stands_alone(address).search(text):
                return article_id
        for fragment, article_id in self.fragments.items():
            if fragment in text:
                return article_id
        found = (self.shingles.get(row) for row in _in_a_row(_words(text))) if self.shingles else ()
        return next((article_id for article_id in found if article_id), None)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _in_a_row(words: list[str]) -> Iterator[tuple[str, ...]]:
    """Every eight words in a row; all of them where there are fewer."""
    for start in range(max(len(words) - _WORDS_IN_A_ROW + 1, 1 if words else 0)):
        yield tuple(words[start : start + _WORDS_IN_A_ROW])


def _address(url: str) -> str:
    return url.partition("#")[0].partition("://")[2].removeprefix("www.").rstrip("/") or url


def _stands_alone(address: str) -> re.Pattern[str]:
    """The address where it isn't only the beginning or the end of another one: ".../1" in ".../12" is another's."""
    return re.compile(rf"(?<![\w.-])(?:www\.)?{re.escape(address)}/?(?![\w%~-]|[./,:+=@]\w)")


def _strings(value: object) -> Iterator[str]:
    """Every text in a JSON value, names of fields included."""
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
