"""How well the evidence answers: every sentence scored for its part of the question, and how sure each part is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from archive.store import ArchiveStore
from assistant.absent_from_evidence import what_is_absent
from assistant.evidence import Evidence
from assistant.extractive import each_once, newest_first, score_sentences
from assistant.question_features import Asked, take_apart
from assistant.refusals import still_to_come
from assistant.retriever import Retrieval
from assistant.search_plan import PlanPart, SearchPlan
from assistant.sentence_features import Candidate
from assistant.successors import with_the_successor_first
from assistant.sufficiency import confidence
from assistant.time_expressions import find_time_expressions, without_times
from assistant.unknown_names import unknown_names
from assistant.word_rarity import rarities
from assistant.words import content_stems, names

# Of the confidence, where no passage speaks of the time asked about, which is still to come, or no article has a name
# of the question: what is asked isn't there then, however well the rest fits.
_NOT_THERE = 0.3
_NEXT_TO_NOTHING = 0.5  # of the confidence that is enough to answer
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Weighed:
    """Every sentence of the evidence with its score, and how sure it is that each part of the question is answered.

    ``found``: the sentences by part; one that was found for two parts is scored for each. ``unknown``: names in the
    question that no article has. ``absent``: for each part sentences on what the best ones don't have
    (absent_from_evidence.py); the confidence doesn't know of it, since a language model reads all the evidence.
    """

    found: tuple[tuple[Candidate, ...], ...]
    by_part: tuple[float, ...]  # 0 to 1
    unknown: tuple[str, ...]
    absent: tuple[tuple[str, ...], ...]

    @property
    def candidates(self) -> list[Candidate]:
        """Every sentence once, with the better of its scores."""
        return each_once(self.found)

    @property
    def confidence(self) -> float:
        """Of several parts the mean decides on a refusal: half a comparison is worth showing."""
        return sum(self.by_part) / len(self.by_part) if self.by_part else 0.0

    def for_quotes(self) -> Weighed:
        """The same for an answer of quoted sentences: it is hardly in them where what is asked for is absent."""
        pairs = zip(self.by_part, self.absent, strict=True)
        return replace(self, by_part=tuple(sure * _NOT_THERE if absent else sure for sure, absent in pairs))

    def unanswered(self, line: float) -> frozenset[int]:
        """The parts to which the archive has next to nothing, where it answers another one."""
        if not any(sure >= line for sure in self.by_part):
            return frozenset()
        return frozenset(number for number, sure in enumerate(self.by_part) if sure < line * _NEXT_TO_NOTHING)


def weigh(store: ArchiveStore, plan: SearchPlan, retrieval: Retrieval, evidence: Sequence[Evidence]) -> Weighed:
    """Score the sentences of each part's evidence for that part, and the evidence as a whole."""
    scored: list[tuple[Candidate, ...]] = []
    sure: list[float] = []
    unknown: list[str] = []
    absent: list[tuple[str, ...]] = []
    outlets = store.outlet_names().names
    for number, part in enumerate(plan.parts):
        own = [index for index, piece in enumerate(evidence) if number in piece.parts]
        pieces = [evidence[index] for index in own]
        text = part.question if number in retrieval.plan.widened else _within_its_days(part, plan.asked_on)
        weights = rarities(store, text)
        asked = take_apart(text, weights)
        candidates = with_the_age_first(asked, score_sentences(text, pieces, weights, store.embedder))
        candidates = with_the_successor_first(asked, pieces, candidates)
        candidates = newest_first(candidates, pieces) if part.recency == "latest" else candidates
        told = confidence(asked, part, retrieval, pieces, candidates)
        nowhere = unknown_names(store, part.question)
        absent.append(
            () if nowhere else what_is_absent(asked, pieces, candidates, outlets=outlets, within=part.outlets)
        )
        may_know = not nowhere and _speaks_of_its_times(part.question, plan.asked_on, pieces)
        sure.append(told if may_know else told * _NOT_THERE)
        unknown += nowhere
        for candidate in candidates:
            candidate.source = own[candidate.source]
        scored.append(tuple(candidates))
    return Weighed(tuple(scored), tuple(sure), tuple(dict.fromkeys(unknown)), tuple(absent))


def with_the_age_first(asked: Asked, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The same, best first; where an age is asked for, the best sentence that has one beside the name leads: "Doe, 52".

    It is said by the way, in a sentence that has nothing else of what was asked.
    """
    asked_names = names(asked.text)
    if asked.unit != "age" or not asked_names or _POSSESSIVE.search(asked_names[0].text):  # her son's age is another
        return list(candidates)
    called = asked_names[0].text.split()[-1]
    beside = re.compile(rf"\b{re.escape(called)}(?:,| \(|,? who is|,? aged?|['’]s age)\W*\d", re.IGNORECASE)
    found = next((one for one in candidates if beside.search(one.text)), None)
    if found is None or found is candidates[0]:
        return list(candidates)
    found.score = candidates[0].score + 0.01
    return [found, *(one for one in candidates if one is not found)]


def _within_its_days(part: PlanPart, asked_on: date) -> str:
    """The question as passages of its days have to answer it: that it was "in Q4 2024" their day says."""
    if part.window is None or part.window.loose:
        return part.question
    bare = without_times(part.question, find_time_expressions(part.question, asked_on), even_searched=True)
    return bare if content_stems(bare) else part.question


def _speaks_of_its_times(question: str, asked_on: date, pieces: Sequence[Evidence]) -> bool:
    """Whether the passages speak of every time still to come that the question names."""
    texts = [f"{piece.article.title} {piece.source.text}".lower() for piece in pieces]
    return all(any(time.lower() in text for text in texts) for time in still_to_come(question, asked_on))
