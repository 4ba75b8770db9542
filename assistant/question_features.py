"""The question taken apart once, for all that looks for its answer: its words and their weight, kind, unit, names.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.expected_units import unit_of
from assistant.people import asks_for_person
from assistant.places import kind_of_place
from assistant.question import Kind, core_of, focus_of, kind_of
from assistant.words import content_stems, is_content, names, words

_OF_NAMES = frozenset({Kind.NAME, Kind.WHICH, Kind.OTHER})


@dataclass(frozen=True, slots=True)
class Asked:
    """The question, taken apart once. ``weights``: rarity of each stem in the archive."""

    text: str
    stems: tuple[str, ...]
    all_stems: frozenset[str]
    weights: Mapping[str, float]
    kind: Kind
    focus: frozenset[str]
    core: tuple[str, ...]  # of the sentence that asks
    unit: str  # see expected_units.py
    place: str
    person: bool  # only somebody's name can answer
    names: tuple[frozenset[str], ...]
    pairs: frozenset[tuple[str, str]]

    @property
    def wants_year(self) -> bool:
        """Whether only a year can answer: "what year", "the highest since:"."""
        return self.unit == "year"

    def share(self, present: frozenset[str], wanted: Sequence[str] | None = None) -> float:
        """The share of the question's words (or of the ``wanted`` ones) that is present, by weight: 0 to 1."""
        wanted = self.stems if wanted is None else wanted
        total = sum(self.weights.get(one, 1.0) for one in wanted)
        return sum(self.weights.get(one, 1.0) for one in wanted if one in present) / total if total else 0.0


def take_apart(question: str, weights: Mapping[str, float]) -> Asked:
    """Read the question's words, kind, focus and names."""
    tokens = [word for word in words(question) if is_content(word.text)]
    stems = [word.stem for word in tokens]
    kind, place = kind_of(question), kind_of_place(question)
    return Asked(
        question,
        tuple(dict.fromkeys(stems)),
        frozenset(word.stem for word in words(question)),
        weights,
        kind,
        frozenset(content_stems(focus_of(question))),
        tuple(content_stems(core_of(question))),
        unit_of(question) or ("date" if kind is Kind.DATE else ""),
        place,
        kind in _OF_NAMES and not place and asks_for_person(question),
        tuple(frozenset(word.stem for word in words(name.text)) for name in names(question)),
        frozenset(pairwise(stems)),
    )
