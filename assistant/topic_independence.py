"""Whether the archive speaks of a thing apart from a topic: of lighthouses elsewhere, of no hull but that ship's."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from archive.store import ArchiveStore
from assistant.words import is_content, stem, words

_DEPTH = 40  # passages looked at
_COMMON = 0.02  # of all passages: a word of the topic in more of them tells nothing
_BOUND_UP = 0.5  # of the passages on a thing, if as many speak of the topic too ...
_DRAWN, _PART, _LEAST = 10, 0.05, 3  # ... or ten times more than chance would have it, of all a part, and some
_MOST_WORDS = 3  # of the topic, the rarest


def apart_from(store: ArchiveStore, topic: str) -> Callable[[str], bool]:
    """Tell of a thing's words whether the archive knows them apart from the topic's words.

    True while the keyword index can't tell: the question is taken at its word then.
    """

    @lru_cache(maxsize=32)  # asked twice for one question: whether it leans, and how it stands alone
    def is_apart(thing: str) -> bool:
        frequency = store.document_frequency(["the", *(word.text for word in words(thing))])
        every = frequency.pop("the", 0)  # nearly all passages of an English archive
        if not every:
            return True
        alone = _passages(store, thing)
        if not alone:
            return False
        for word, share in _telling(store, topic, every):
            if sum(stem(word) in found for found in alone) >= _BOUND_UP * len(alone):
                return False
            together = sum(stem(word) in found for found in _passages(store, f"{thing} {word}"))
            if together >= max(_LEAST, max(_DRAWN * share, _PART) * min(frequency.values())):
                return False
        return True

    return is_apart


def _passages(store: ArchiveStore, query: str) -> list[frozenset[str]]:
    """The stems of the best passages that hold every word of a query, headline included."""
    wanted = {stem(word.text) for word in words(query)}
    found = (_stems(f"{hit.article.title} {hit.passage.text}") for hit in store.keyword_search(query, _DEPTH))
    return [stems for stems in found if wanted <= stems]


def _telling(store: ArchiveStore, topic: str, every: int) -> list[tuple[str, float]]:
    """The topic's rarest telling words, each with the share of all passages that have it."""
    telling = list(dict.fromkeys(word.text for word in words(topic) if is_content(word.text)))
    shares = {word: count / every for word, count in store.document_frequency(telling).items() if count}
    kept = [word for word in sorted(shares, key=lambda word: shares[word]) if shares[word] <= max(_COMMON, 2 / every)]
    return [(word, shares[word]) for word in kept[:_MOST_WORDS]]


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(text))
