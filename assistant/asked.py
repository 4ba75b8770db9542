"""The question taken apart once, for all that looks for its answer: its words and their weight, kind, unit, names.

Pure. Also the patterns that tell what could be a sum of money, a share or a year.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.places import kind_of_place
from assistant.question import Kind, core_of, focus_of, kind_of, unit_of, wants_year
from assistant.words import content_stems, is_content, names, words

YEAR = re.compile(r"(?<![\w$£€,.])(?:1[5-9]|20)\d\d(?!\w|[,.]\d)")
MONEY = re.compile(
    r"[$£€¥₹]\s?\d|\d(?:[\d,.]*)\s?(?:(?:hundred|thousand|million|billion|trillion|[mb]n?)\s)?"
    r"(?:dollars?|pounds?|euros?|crowns?|kron[ae]r?|yen|yuan|rupees?|francs?|cents?|pence|p)\b",
    re.IGNORECASE,
)
PERCENT = re.compile(
    r"\d\s?(?:%|percent|per cent)|\b(?:half|third|quarter|in (?:two|three|four|five|ten|\d+))\b", re.IGNORECASE
)


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
    wants_year: bool
    unit: str
    place: str
    names: tuple[frozenset[str], ...]
    pairs: frozenset[tuple[str, str]]

    def share(self, present: frozenset[str], wanted: Sequence[str] | None = None) -> float:
        """The share of the question's words (or of the ``wanted`` ones) that is present, by weight: 0 to 1."""
        wanted = self.stems if wanted is None else wanted
        total = sum(self.weights.get(one, 1.0) for one in wanted)
        return sum(self.weights.get(one, 1.0) for one in wanted if one in present) / total if total else 0.0


def take_apart(question: str, weights: Mapping[str, float]) -> Asked:
    """Read the question's words, kind, focus and names."""
    tokens = [word for word in words(question) if is_content(word.text)]
    stems = [word.stem for word in tokens]
    return Asked(
        question,
        tuple(dict.fromkeys(stems)),
        frozenset(word.stem for word in words(question)),
        weights,
        kind_of(question),
        frozenset(content_stems(focus_of(question))),
        tuple(content_stems(core_of(question))),
        wants_year(question),
        unit_of(question),
        kind_of_place(question),
        tuple(frozenset(word.stem for word in words(name.text)) for name in names(question)),
        frozenset(pairwise(stems)),
    )
