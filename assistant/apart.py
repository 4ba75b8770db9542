"""Whether the archive speaks of a thing apart from a topic: of lighthouses elsewhere, of no hull but that ship's."""

from __future__ import annotations

from collections.abc import Callable

from archive.errors import BackissueError
from archive.store import ArchiveStore
from assistant.words import content_stems, is_content, words

_COMMON = 400  # passages: what so many speak of belongs to no one topic
_BOUND_UP = 0.5  # of the articles on a thing, if as many speak of the topic too
_MOST_WORDS = 6  # of the topic


def apart_from(store: ArchiveStore, topic: str) -> Callable[[str], bool]:
    """Tell of a thing's words whether the archive knows them apart from the topic's words."""

    def is_apart(thing: str) -> bool:
        frequency = store.document_frequency([word.text for word in words(thing)])
        if not frequency or min(frequency.values()) > _COMMON:
            return True  # or the index can't tell
        try:
            alone = _articles(store, thing)
            together = max((_articles(store, f"{thing} {word}") for word in _rare(store, topic)), default=0)
        except BackissueError:  # the index can't count at the moment: the question is taken at its word
            return True
        return bool(alone) and together < _BOUND_UP * alone

    return is_apart


def _articles(store: ArchiveStore, query: str) -> int:
    return store.match_counts(query).articles


def _rare(store: ArchiveStore, topic: str) -> list[str]:
    """The topic's telling words, without those that stand in every other article anyway."""
    telling = [word.text for word in words(topic) if is_content(word.text) and content_stems(word.text)]
    frequency = store.document_frequency(telling)
    return [word for word in dict.fromkeys(telling) if frequency.get(word, 0) <= _COMMON][:_MOST_WORDS]
