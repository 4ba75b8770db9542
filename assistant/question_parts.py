"""A question -> its parts: two questions in one, the sides and times of a comparison, what each outlet is asked (pure).

Each part is a question of its own, with the window, outlets, authors and exact phrases that belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from archive.outlet_names import OutletNames
from assistant.alternatives import alternatives_of, by_the_thing
from assistant.bylines import find_bylines, without_bylines
from assistant.comparisons import (
    COMPARES,
    compares_outlets,
    sides_of,
    times_of,
    topic_of,
)
from assistant.elliptical_followups import CARRIED
from assistant.outlet_parts import asked_apart, belongs_to_all
from assistant.outlets import find_outlets, without_outlets
from assistant.own_subject import Talk, own_subject
from assistant.question import asks_quantity, quoted_phrases
from assistant.search_plan import PlanPart
from assistant.time_expressions import (
    find_time_expressions,
    recency_of,
    until_figures_are_out,
    window_of,
    without_times,
)
from assistant.words import content_stems, is_content, names, words

MOST_PARTS = 4
_CARRIED_WORDS = 10
_DID_SAY = re.compile(
    r"\b(?:did|does|do|has|have|had)\s+(?:say|said|report(?:ed)?|write|written|tell|told|cover(?:ed)?|print(?:ed)?)\s+(?=about|on)",
    re.IGNORECASE,
)
_LEAST_SAID = 2  # content words
_VERSUS = re.compile(r"\s+(?:versus|vs\.?|compared (?:with|to))\s+", re.IGNORECASE)
_SECOND_QUESTION = re.compile(
    r"(?:[,;]?\s+and\s+|\?\s+(?:and\s+)?)(?:(?:also|then)\s+)?(?=(?:who|what|when|where|why|how|which)\b(?!\s*\W*$))",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(r"\b(?:who|whom|whose|what|when|where|why|how|which)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(r"\b(?:he|she|it|they|him|her|them|his|its|their|that|this|one)\b", re.IGNORECASE)


def split_into_parts(text: str, outlets: OutletNames, authors: tuple[str, ...], asked_on: date) -> tuple[PlanPart, ...]:
    """The parts of a question that stands alone, at least one; ``outlets`` and ``authors`` are the archive's."""
    bylines = find_bylines(text, authors)
    if bylines:
        named_authors = tuple(dict.fromkeys(author for one in bylines for author in one.authors))
        bare = without_bylines(text, bylines)
        rest = split_into_parts(bare if content_stems(bare) else text, outlets, (), asked_on)
        return tuple(replace(part, authors=named_authors) for part in rest)
    each = asked_apart(text, outlets, _SECOND_QUESTION.split)
    if each is not None:
        whole = window_of(find_time_expressions(text, asked_on))
        parts = [_part(_asked_of_one(one.question), asked_on, one.outlets) for one in each[:MOST_PARTS]]
        if len({part.question for part in parts}) == 1:
            return _compared([replace(part, question=topic_of(part.question)) for part in parts])
        return tuple(part if part.window else replace(part, window=whole) for part in parts)
    mentions = find_outlets(text, outlets)
    named = list(dict.fromkeys(mention.outlet for mention in mentions))
    if len(named) > 1 and COMPARES.search(text):
        topic = topic_of(without_outlets(text, mentions))
        return _compared([_part(topic, asked_on, (outlet,)) for outlet in named[:MOST_PARTS]])
    compared = times_of(without_outlets(text, mentions), asked_on)
    if compared is None and not named:
        compared = alternatives_of(text) or sides_of(text)
    if compared is not None:
        return _compared([_part(side, asked_on, tuple(named)) for side in compared])
    sides = _VERSUS.split(text)
    if len(sides) == 2 and not named:
        return _compared(_versus(sides[0], sides[1], asked_on))
    carried = CARRIED.search(text)
    pieces = _SECOND_QUESTION.split(text[: carried.start()] if carried else text)
    if (
        len(pieces) > 1
        and not compares_outlets(text)
        and _QUESTION_WORD.search(pieces[0])
        and (carried or _stands_alone(pieces[0]))
    ):
        pieces = [f"{piece.rstrip(' ?.')}{carried[0]}" for piece in pieces] if carried else pieces
        return _one_after_the_other(text, pieces, carried is not None, outlets, asked_on)
    return (_part(_asked_of_one(without_outlets(text, mentions)) if named else text, asked_on, tuple(named)),)


def _one_after_the_other(
    text: str, pieces: Sequence[str], have_topic: bool, outlets: OutletNames, asked_on: date
) -> tuple[PlanPart, ...]:
    """Questions joined by "and": the outlets and the time of one are of the others too where these lean on it.

    Or where they stand ahead of all, or behind them.
    """
    mentions = find_outlets(text, outlets)
    of_all = belongs_to_all(text, mentions)
    whole = window_of(find_time_expressions(text, asked_on))
    own = [find_outlets(piece, outlets) for piece in pieces]
    bare = [
        _asked_of_one(without_outlets(piece, said)) if said else piece for piece, said in zip(pieces, own, strict=True)
    ]
    parts = []
    for piece, alone, said in zip(bare if have_topic else _joined(bare), bare, own, strict=True):
        asked = mentions if of_all or piece != alone or have_topic else said
        parts.append(_part(piece, asked_on, tuple(dict.fromkeys(one.outlet for one in asked))))
    return tuple(part if part.window else replace(part, window=whole) for part in parts[:MOST_PARTS])


def _compared(parts: Sequence[PlanPart]) -> tuple[PlanPart, ...]:
    return tuple(replace(part, compared=len(parts) > 1) for part in parts)


def _asked_of_one(text: str) -> str:
    """Without the "did say" that is left of "what did the Ledger say about ..."."""
    shorter = _DID_SAY.sub("", text)
    return shorter if content_stems(shorter) else text


def _stands_alone(piece: str) -> bool:
    """Whether the first of two questions says what it is about: in "What were they and why?" neither does."""
    sentences = re.split(r"(?<=[.!?])\s+", piece.strip())
    return len(content_stems(sentences[-1])) >= _LEAST_SAID or bool(names(sentences[-1]))


def _versus(first: str, second: str, asked_on: date) -> tuple[PlanPart, ...]:
    """Of "GM's profit versus Ford's", each side with the words that only the other one has, but not its names."""
    left, right = names(first), names(second)
    if not left or not right:
        sides = by_the_thing(first, second) or (f"{first} versus {second}",)
        return tuple(_part(side, asked_on) for side in sides)
    own, other = left[-1], right[0]
    shared_after = second[other.end :]
    shared_before = first[: own.start]
    return (
        _part(f"{shared_before}{own.text}{first[own.end :]} {shared_after}".strip(), asked_on),
        _part(f"{shared_before}{other.text}{first[own.end :]}{shared_after}".strip(), asked_on),
    )


def _joined(pieces: list[str]) -> list[str]:
    """Second questions mostly point back ("and when was it sold"): they get the words of the first that they lack.

    Not one that names a thing of its own in more than a word ("the tram drivers"); "the hall" is somebody's.
    """
    joined = [pieces[0]]
    for piece in pieces[1:]:
        own = own_subject(piece, Talk(pieces[0]))
        if own is not None and own.is_compound and not _POINTS_BACK.search(piece[: own.start]):
            joined.append(piece)
        elif _POINTS_BACK.search(piece) or not names(piece) or len(content_stems(piece)) <= 2:
            have = set(content_stems(piece))
            missing = [word.text for word in words(pieces[0]) if is_content(word.text) and word.stem not in have]
            joined.append(f"{piece.rstrip(' ?.')} ({' '.join(missing[:_CARRIED_WORDS])})?")
        else:
            joined.append(piece)
    return joined


def _part(text: str, asked_on: date, outlets: tuple[str, ...] = ()) -> PlanPart:
    expressions = find_time_expressions(text, asked_on)
    window = window_of(expressions)
    if window is not None and asks_quantity(text):
        window = until_figures_are_out(window, asked_on)
    searched = without_times(text, expressions)
    if not content_stems(searched):
        searched = text
    return PlanPart(searched, window, outlets, quoted_phrases(text), recency_of(expressions))
