"""Slips in a question: a word that no article has and no dictionary knows, where the archive has one a letter away.

A letter left out, put in, mistaken or swapped with its neighbour: an edit distance of 1 (Damerau 1964), which covers
four slips in five. Pure, given the archive's answers to two questions: how often words occur, and which occur together.
Nothing is guessed in silence: what was searched for instead is told, and the asker can put it back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.words import STOPWORDS, Name, Word, begins_sentence, is_content, names, words

if TYPE_CHECKING:
    from spellchecker import SpellChecker

Frequencies = Callable[[Sequence[str]], Mapping[str, int]]
Together = Callable[[str, tuple[str, ...]], bool]
_SHORTEST = 4  # letters: shorter words have too many neighbours
_TRIED = 5  # neighbours: those with the same first letter first, which is seldom wrong, of these the commonest
_BESIDE = 2  # other words of the question, the rarest first, one of which must stand in an article with the neighbour
_KNOWN = 0.5  # more than this share of a question's words, one slip aside, is English: in others nothing is corrected
_SHORT = 2  # letters: "de", "la" and "el" stand in an English dictionary too
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")


@dataclass(frozen=True, slots=True)
class Respelt:
    """A question with its slips mended. ``notes``: a sentence for each."""

    text: str
    notes: tuple[str, ...] = ()


def respelt(text: str, frequencies: Frequencies, together: Together, least: int = 1) -> Respelt:
    """Mend the slips of a question.

    ``frequencies``: how often each lower-case word occurs in the archive, 0 for never (unknown: left out).
    ``together``: whether an article that may be searched has all these words, and these phrases. Words in the
    question's own double quotes stay. ``least``: how often a word must occur to be what was meant; in a large archive
    a rarer one is a slip itself, or another name.
    """
    kept = [match.span() for match in _QUOTED.finditer(text)]
    content = [word for word in words(text) if is_content(word.text)]
    known = frequencies(list({_plain(word) for word in content}))
    doubtful = [word for word in content if _may_be_a_slip(word, known, kept)]
    doubtful = [word for word in doubtful if _in_longer_name(text, word) or not _is_written_so(_plain(word))]
    if not doubtful or not _reads_as_english(text, doubtful):
        return Respelt(text)
    others = sorted({_plain(word) for word in content if known.get(_plain(word))}, key=lambda one: known[one])[:_BESIDE]
    notes: list[str] = []
    for word in reversed(doubtful):  # from the end, so that offsets stay true
        meant = _meant(text, word, others, frequencies, together, least)
        if meant:
            notes.insert(0, f"No article has “{word.text[: len(_plain(word))]}”; “{meant}” was searched for instead.")
            text = text[: word.start] + meant + text[word.start + len(_plain(word)) :]
    return Respelt(text, tuple(notes))


def _plain(word: Word) -> str:
    """In small letters, without the possessive."""
    return re.sub(r"['’]s?$", "", word.text).lower()


def _may_be_a_slip(word: Word, known: Mapping[str, int], kept: Sequence[tuple[int, int]]) -> bool:
    plain = _plain(word)
    if known.get(plain, 1) or len(plain) < _SHORTEST or not plain.isalpha() or word.text[1:2].isupper():
        return False
    return not any(start <= word.start < end for start, end in kept)


def _reads_as_english(text: str, doubtful: Sequence[Word]) -> bool:
    """Whether the words beside names are mostly English. Of several doubtful ones all but one speak against it."""
    spans = [(one.start, one.end) for one in names(text)]
    rest = [word for word in words(text) if word not in doubtful]
    rest = [word for word in rest if not any(start <= word.start < end for start, end in spans)]
    english = sum(word.is_number or _speaks_for_english(_plain(word)) for word in rest)
    others = len(rest) + len(doubtful) - 1
    return english > _KNOWN * others or not others


def _is_written_so(word: str) -> bool:
    """Whether English has the word, or people leave its apostrophe out: "couldnt", "whats"."""
    return is_english(word) or is_english(f"{word[:-1]}'{word[-1:]}")


def _speaks_for_english(word: str) -> bool:
    return word in STOPWORDS if len(word) <= _SHORT else is_english(word)


def _meant(
    text: str, word: Word, others: Sequence[str], frequencies: Frequencies, together: Together, least: int
) -> str:
    """The archive's word one letter away that goes with the rest of the question; "" if none does.

    Within a longer name the whole name must stand in an article; a name of one word must stand there with all of
    ``others``, another word with one of them.
    """
    plain = _plain(word)
    # not "posit'no" for Positano: its pieces occur, it doesn't
    there = frequencies(sorted(one for one in _dictionary().edit_distance_1(plain) if one.isalpha()))
    near = [one for one, count in there.items() if count >= least]
    near.sort(key=lambda one: (one[0] != plain[0], -there[one], one))
    longer = _in_longer_name(text, word)
    is_name = word.is_capital and not begins_sentence(text, word.start)
    for one in near[:_TRIED]:
        if longer is not None:
            phrase = f"{text[longer.start : word.start]}{one}{text[word.start + len(plain) : longer.end]}"
            fits = together("", (phrase,))
        elif not is_content(one):  # it stands beside everything
            fits = one[0] == plain[0]
        else:
            beside = [" ".join(others)] if is_name else others or [""]
            fits = any(together(f"{one} {other}", ()) for other in beside)
        if fits:
            return one.capitalize() if word.text[0].isupper() else one
    return ""


def _in_longer_name(text: str, word: Word) -> Name | None:
    """The name of several words that a word is part of, if it is."""
    around = next((one for one in names(text) if one.start <= word.start < one.end), None)
    return around if around is not None and len(words(around.text)) > 1 else None


def is_english(word: str) -> bool:
    """Whether a word in small letters is one of English, names that everybody knows included; British or American."""
    return word in _dictionary() or _american(word) in _dictionary()


def _american(word: str) -> str:
    """The word as the dictionary spells it: "summarise", "favourite" and "centre" are no slips."""
    word = re.sub(r"is(e|es|ed|ing|ation|ations)$", r"iz\1", word)
    return re.sub(r"(?<=\w{2})our", "or", re.sub(r"tre(s?)$", r"ter\1", word))


@lru_cache(maxsize=1)
def _dictionary() -> SpellChecker:
    """English words (pyspellchecker's list, 160,000), read at the first doubtful word: it takes a fifth of a second."""
    from spellchecker import SpellChecker

    return SpellChecker(language="en")
