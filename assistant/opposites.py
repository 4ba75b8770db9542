"""A sentence that turns its source around: "rose" for "fell", "approved" for "rejected" (pure).

Only where the source has the same statement otherwise: the same figures, and nearly the same words. Whoever puts it in
other words isn't judged here: losses that rise are profits that fall.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.sentences import split_sentences
from assistant.words import content_stems

# Words of one side | words of the other. Verbs and comparatives alone: "up" and "down" mean too many things.
_PAIRS = """
rose risen rise rises rising climbed climb soared surged jumped grew grown grows growing increased increase increases
| fell fallen fall falls falling dropped drop declined decline plunged slumped shrank shrunk decreased decrease
gained gains gain | lost loses lose
higher | lower
more | fewer less
won wins win | lost loses lose
approved approves approve backed | rejected rejects reject
acquitted acquits cleared | convicted convicts
accepted accepts accept | refused refuses refuse declined declines
legal legalized legalised | illegal outlawed banned
opened opens reopened | closed closes shut
hired hires | fired fires sacked
strengthened strengthens | weakened weakens
raised raises raise | cut cuts lowered lowers
"""
ALIKE = 0.8  # of the words that carry each of the two sentences, in the other
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[a-z]+")


def _sides() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    lines = re.sub(r"\n\|", " |", _PAIRS.strip()).splitlines()
    sides = [line.split("|") for line in lines]
    return tuple((frozenset(one.split()), frozenset(other.split())) for one, other in sides)


_SIDES = _sides()
_ALL = frozenset(word for sides in _SIDES for side in sides for word in side)


def turned_around(sentence: str, passages: Sequence[str]) -> tuple[str, str] | None:
    """The word of the sentence and the opposite one that the source has in its place; None if nothing is turned."""
    said = _WORD.findall(sentence.lower())
    if _ALL.isdisjoint(said):
        return None
    stems, figures = set(content_stems(sentence)), set(_NUMBERS.findall(sentence))
    turns = []
    for passage in passages:
        for start, end in split_sentences(passage):
            statement = passage[start:end]
            if figures != set(_NUMBERS.findall(statement)) or not _alike(stems, set(content_stems(statement))):
                continue
            turn = _turn(said, _WORD.findall(statement.lower()))
            if turn is None:
                return None  # the source says it like this
            turns.append(turn)
    return turns[0] if turns else None


def _alike(first: set[str], second: set[str]) -> bool:
    """Whether two statements have nearly the same words; one word each may be the turned one."""
    common = len(first & second)
    return common > 1 and common >= ALIKE * (max(len(first), len(second)) - 1)


def _turn(said: Sequence[str], there: Sequence[str]) -> tuple[str, str] | None:
    """A pair of opposites, each in its own sentence only."""
    for sides in _SIDES:
        for here, opposite in (sides, sides[::-1]):
            mine = [word for word in said if word in here]
            theirs = [word for word in there if word in opposite]
            if mine and theirs and not set(said) & opposite and not set(there) & here:
                return mine[0], theirs[0]
    return None
