"""What speaks for a sentence as the answer to a question: its words, its place, and the answers it could hold.

Pure. A sentence answers when it says what the question says and adds what the question asks for. So besides the words
shared, every word a sentence adds is taken as a possible answer, and gathers votes from the sentences of all articles
that have it near the question's words (redundancy as evidence: Brill et al. 2001).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.evidence import Evidence
from assistant.expected_units import YEAR, holds
from assistant.people import people
from assistant.places import named_places
from assistant.question import Kind
from assistant.question_features import Asked
from assistant.sentences import points_elsewhere, sentences_and_lists
from assistant.words import (
    MONTH_NAMES,
    WEEKDAY_NAMES,
    Word,
    begins_sentence,
    content_stems,
    is_content,
    names,
    stem,
    words,
)

MOST_WORDS = 60
FEATURES = (
    "shared", "core_shared", "shared_nearby", "shared_in_passage", "passage_score", "passage_rank", "vote",
    "more_votes", "vote_at_focus", "number_wanted", "unit_fits", "place_fits", "person_fits", "name_welcome",
    "new_names", "first_lines", "early", "pairs_shared", "pronoun_first", "is_question", "unfinished",
)  # fmt: skip
_PRONOUNS = frozenset("he she it they his her their its this that these those".split())
_DATE_STEMS = frozenset(stem(word) for word in MONTH_NAMES | WEEKDAY_NAMES)
_FIRST_LINES, _EARLY = 150, 600  # characters: the lead, and the paragraphs that sum up
_SHARPNESS = 4.0  # how much more a well-fitting sentence's vote counts
_LEAST_WORDS = 4  # of what isn't a sentence
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]」』]*$")
_NEAR = 8.0  # words at which nearness to a word of the question counts half


@dataclass(slots=True)
class Candidate:
    """A sentence: ``article.text[start:end]`` of ``evidence[source]``. ``added``: possible answers."""

    source: int
    start: int
    end: int
    text: str
    words: list[Word]
    stems: frozenset[str]
    added: dict[str, float] = field(default_factory=dict)
    votes: dict[str, float] = field(default_factory=dict)
    features: list[float] = field(default_factory=list)
    meanings: tuple[float, ...] = ()  # see sentence_reading.py; empty where there is no embedder that can tell
    score: float = 0.0
    by_words: float = 0.0  # the score without the meanings: what the confidence was fitted on


def find_candidates(asked: Asked, evidence: Sequence[Evidence]) -> list[Candidate]:
    """Every sentence of the evidence, with its features (in the order of FEATURES) worked out."""
    candidates: list[Candidate] = []
    for number, piece in enumerate(evidence):
        offset = piece.source.start
        for start, end in sentences_and_lists(piece.source.text, MOST_WORDS):
            text = piece.source.text[start:end]
            tokens = words(text)
            if len(tokens) < _LEAST_WORDS and not _SENTENCE_END.search(text):
                continue  # "Oslo" on a line of its own, a byline, a bullet: it says nothing alone
            if points_elsewhere(text):
                continue
            stems = frozenset(word.stem for word in tokens)
            candidates.append(Candidate(number, offset + start, offset + end, text, tokens, stems))
    near = _context(asked, candidates, evidence)
    _vote(asked, candidates, evidence, near)
    for candidate, context in zip(candidates, near, strict=True):
        candidate.features = _features(asked, candidate, evidence[candidate.source], context)
    return candidates


@dataclass(frozen=True, slots=True)
class _Context:
    nearby: float  # share of the question's words in the sentence, its neighbours and the headline
    passage: float  # ... in the whole passage and the headline


def _context(asked: Asked, candidates: Sequence[Candidate], evidence: Sequence[Evidence]) -> list[_Context]:
    headline = [frozenset(content_stems(piece.article.title)) for piece in evidence]
    whole: list[set[str]] = [set(stems) for stems in headline]
    for candidate in candidates:
        whole[candidate.source] |= candidate.stems
    contexts = []
    for index, candidate in enumerate(candidates):
        present = set(candidate.stems | headline[candidate.source])
        for neighbour in candidates[max(0, index - 1) : index + 2]:
            if neighbour.source == candidate.source:
                present |= neighbour.stems
        contexts.append(_Context(asked.share(frozenset(present)), asked.share(frozenset(whole[candidate.source]))))
    return contexts


def _vote(
    asked: Asked, candidates: Sequence[Candidate], evidence: Sequence[Evidence], near: Sequence[_Context]
) -> None:
    """Let every added word gather votes, one per article: the best of its sentences there."""
    votes: dict[str, dict[str, float]] = {}
    for candidate, context in zip(candidates, near, strict=True):
        piece = evidence[candidate.source]
        candidate.added = added_words(asked, candidate, piece.article.outlet or "")
        around = 0.4 * context.nearby + 0.3 * context.passage + 0.3 * piece.score
        for answer, closeness in _closeness(asked, candidate).items():
            vote = math.exp(_SHARPNESS * (closeness + around)) * candidate.added[answer]
            of_article = votes.setdefault(answer, {})
            of_article[piece.article.article_id] = max(of_article.get(piece.article.article_id, 0.0), vote)
    totals = {answer: sum(by_article.values()) for answer, by_article in votes.items()}
    best = max(totals.values(), default=1.0)
    for candidate in candidates:
        candidate.votes = {answer: totals[answer] / best for answer in candidate.added if answer in totals}


def added_words(asked: Asked, candidate: Candidate, outlet: str = "") -> dict[str, float]:
    """What the sentence says beyond the question, each with how well it fits the kind of answer asked for."""
    added: dict[str, float] = {}
    own = frozenset(content_stems(outlet))
    places = (
        frozenset(content_stems(" ".join(named_places(candidate.text, asked.place)))) if asked.place else frozenset()
    )
    for word in candidate.words:
        one = word.stem
        if one in asked.all_stems or one in own:
            continue
        if one in _DATE_STEMS or word.is_number:
            fitness = _number_fitness(asked, word)
            if not fitness:
                continue
        elif not is_content(word.text):
            continue
        elif asked.place:
            fitness = 1.0 if one in places else 0.1
        elif word.is_capital:
            inside = not begins_sentence(candidate.text, word.start)
            fitness = {Kind.NAME: 1.0, Kind.WHICH: 0.8, Kind.OTHER: 0.6}.get(asked.kind, 0.3) * (1 if inside else 0.8)
        else:
            fitness = {Kind.WHICH: 0.45, Kind.OTHER: 0.5, Kind.REASON: 0.5}.get(asked.kind, 0.1)
        added[one] = max(added.get(one, 0.0), fitness)
    return added


def _number_fitness(asked: Asked, word: Word) -> float:
    """How well a number or the name of a month or day fits; 0: it can't be the answer."""
    is_year = bool(YEAR.fullmatch(word.text))
    if word.stem in _DATE_STEMS:
        return 0.7 if asked.kind is Kind.DATE and not asked.wants_year else 0.0
    if asked.kind is Kind.DATE:
        return 1.0 if is_year else (0.1 if asked.wants_year else 0.5)
    if asked.kind is Kind.NUMBER:
        return 0.3 if is_year else 1.0
    return 0.35


def _place_fits(asked: Asked, text: str) -> float:
    if not asked.place:
        return 0.0
    return float(any(name not in asked.text for name in named_places(text, asked.place)))


def _person_fits(asked: Asked, text: str) -> float:
    if not asked.person:
        return 0.0
    return float(any(asked.all_stems.isdisjoint(word.stem for word in words(name)) for name in people(text)))


def _closeness(asked: Asked, candidate: Candidate) -> dict[str, float]:
    """How near each added word stands to the question's words in the sentence: 0 to 1."""
    stems = [word.stem for word in candidate.words]
    places = [(place, asked.weights.get(one, 1.0)) for place, one in enumerate(stems) if one in asked.stems]
    total = sum(asked.weights.get(one, 1.0) for one in asked.stems) or 1.0
    near: dict[str, float] = {}
    for place, one in enumerate(stems):
        if one in candidate.added:
            closeness = sum(weight / (1 + abs(place - other) / _NEAR) for other, weight in places) / total
            near[one] = max(near.get(one, 0.0), closeness)
    return near


def _at_focus(asked: Asked, candidate: Candidate) -> float:
    """The best vote of a word that stands within three words of the question's focus ("the airline JetBlue")."""
    stems = [word.stem for word in candidate.words]
    places = [place for place, one in enumerate(stems) if one in asked.focus]
    votes = [
        candidate.votes[one]
        for place, one in enumerate(stems)
        if one in candidate.votes and any(abs(place - other) <= 3 for other in places)
    ]
    return max(votes, default=0.0)


def _features(asked: Asked, candidate: Candidate, piece: Evidence, context: _Context) -> list[float]:
    tokens = candidate.words
    votes = [*sorted(candidate.votes.values(), reverse=True)[:3], 0.0, 0.0, 0.0]
    content = [word.stem for word in tokens if is_content(word.text)]
    pairs = frozenset(pairwise(content))
    new_names = sum(not frozenset(content_stems(name.text)) & asked.all_stems for name in names(candidate.text))
    adds_number = any(word.is_number and word.stem not in asked.all_stems for word in tokens)
    first = tokens[0].text.lower() if tokens else ""
    return [
        asked.share(candidate.stems),
        asked.share(candidate.stems, asked.core),
        context.nearby,
        context.passage,
        piece.score,
        1.0 / (1 + candidate.source),
        votes[0],
        votes[1] + votes[2],
        _at_focus(asked, candidate),
        float(asked.kind in {Kind.NUMBER, Kind.DATE} and adds_number),
        float(holds(asked.unit, candidate.text)),
        _place_fits(asked, candidate.text),
        _person_fits(asked, candidate.text),
        float(asked.kind in {Kind.WHICH, Kind.OTHER} and new_names > 0),
        min(new_names, 3) / 3,
        float(candidate.start < _FIRST_LINES),
        float(candidate.start < _EARLY),
        len(asked.pairs & pairs) / max(1, len(asked.pairs)),
        float(first in _PRONOUNS),
        float(candidate.text.rstrip('"”’)').endswith("?")),
        float(candidate.text.endswith(("—", "–", "-", ":", ","))),
    ]
