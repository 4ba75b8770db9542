"""Places that everybody knows and no article of the archive names: "what happened in Lisbon?" (pure).

A dictionary of English has "lisbon" beside "strategy", in small letters both. A place is told from other words by what
the dictionary hasn't: no plural, no "-ed", no "-ly" of it. And it counts only where the question uses it as a place
("in Lisbon", "the mayor of Lisbon"), and where nothing that is called after it ("Viennese") stands in an article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.names import called_otherwise
from assistant.spelling import is_english
from assistant.words import begins_sentence, names, words

_SHORTEST = 4  # letters
_ENDINGS = "s es d ed ing ly y ness al ary ful less".split()
_OF_A_PEOPLE = re.compile(r"(?:ese|ish|ian|ic)$")  # "in Portuguese" is a language
_LANGUAGES = frozenset(
    "bengali czech dutch farsi french german greek hebrew hindi latin mandarin punjabi swahili swiss tamil thai urdu"
    " welsh".split()
)
# Feasts and seasons are days, and who reports from a part of the world seldom says which part it is.
_NO_PLACES = frozenset(
    "advent autumn christmas diwali easter halloween hanukkah lent passover pentecost ramadan spring summer"
    " thanksgiving whitsun winter africa america americas antarctica asia australasia eurasia europe oceania"
    " scandinavia".split()
)
_IN_A_PLACE = re.compile(
    r"(?:\b(?:in|near|outside|inside|at|across|throughout)"
    r"|\b(?:mayor|city|town|port|harbour|harbor|people|residents|streets?|suburbs?|airport|bishop|archbishop|university"
    r"|outskirts|centre|center|north|south|east|west|capital) of"
    r"|\b(?:fl(?:y|ies|ew|own|ight)|travel(?:s|l?ed)?|goes|go|went|gone|moved?|fled|came|come|drove|driven|sail(?:s|ed)?"
    r"|trains?|ferry|trip|visit|way|road|tour) (?:from|to|into))\s+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place that a question names; ``forms``: what else would speak of it, in small letters."""

    text: str
    forms: frozenset[str]


def places_in(question: str) -> list[NamedPlace]:
    """The places of one word that the question surely names as places and that are in the dictionary."""
    found = []
    for name in names(question):
        plain = re.sub(r"['’]s?$", "", name.text)
        word = plain.lower()
        is_one = len(words(name.text)) == 1 and plain.isalpha() and plain[1:].islower()
        if not is_one or begins_sentence(question, name.start) or not _IN_A_PLACE.search(question[: name.start]):
            continue
        if _is_only_a_name(word) and not _OF_A_PEOPLE.search(word) and word not in _NO_PLACES | _LANGUAGES:
            found.append(NamedPlace(plain, frozenset({word, *called_otherwise(word), *_people_of(word)})))
    return found


def places_nowhere(question: str, occurrences: Mapping[str, int]) -> list[str]:
    """Those of which no article has the name, nor a word called after it; words not looked for count as there."""
    return [place.text for place in places_in(question) if not any(occurrences.get(form, 1) for form in place.forms)]


def _is_only_a_name(word: str) -> bool:
    """Whether the dictionary has the word, and none that is made of it as words of English are."""
    if len(word) < _SHORTEST or not is_english(word):
        return False
    if (word.endswith("y") and is_english(f"{word[:-1]}ies")) or (word.endswith("s") and is_english(word[:-1])):
        return False
    return not any(is_english(word + ending) for ending in _ENDINGS)


def _people_of(word: str) -> Iterator[str]:
    """What its people may be called: "brazilian", "viennese", "londoner"."""
    for stem in (word, word[:-1], word[:-2]):
        if len(stem) >= _SHORTEST - 1:
            yield from (stem + ending for ending in ("n", "an", "ian", "ean", "ese", "ish", "ic", "i", "er", "ite"))
