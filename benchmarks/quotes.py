"""How often the quotes hold the answer: on the quiz, and on questions made from the quiz's articles; and the fit.

    python -m benchmarks.quotes [--quiz FOLDER] [--archive FOLDER] [--keyword-only] [--made 700] [--fit]

The archive is the one of benchmarks.retrieval. The quiz asks mostly about first lines, the questions of cloze.py about
any; a choice of sentences is good if it holds for both. ``--fit`` fits the weights anew: a softmax over the sentences
of a question, the sets mixed, once per half; prints each half's weights on the other, and their mean.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from archive.embedder import open_embedder
from archive.settings import load_settings
from archive.store import ArchiveStore
from archive.tokens import count_tokens
from assistant.evidence import pack_evidence
from assistant.extractive import WEIGHTS, choose_quotes, score_sentences, with_lead_ins
from assistant.planner import plan_question
from assistant.question import Question
from assistant.retriever import rarities, retrieve
from assistant.sentence_features import FEATURES, Candidate
from benchmarks.cloze import cloze_questions
from benchmarks.retrieval import QUIZ, half
from evaluation.metrics import contains_any
from evaluation.question_set import TestQuestion, read_question_set

_MADE_COUNTS = 0.3  # the weight of the made questions in the fit, the quiz's being 1
_PENALTY, _STEPS, _PACE = 0.01, 250, 0.05
_QUOTES, _SEED = 3, 11

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the sentences of the evidence, one list per part of the question."""

    question: TestQuestion
    parts: tuple[list[Candidate], ...]


def main() -> None:
    """Measure, print; with --fit, fit and print the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quiz", type=Path, default=QUIZ)
    parser.add_argument("--archive", type=Path, default=Path("/tmp/backissue-quiz-archive"))  # noqa: S108
    parser.add_argument("--keyword-only", action="store_true")
    parser.add_argument("--made", type=int, default=700)
    parser.add_argument("--fit", action="store_true")
    arguments = parser.parse_args()
    with gzip.open(arguments.quiz / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        made = cloze_questions([json.loads(line) for line in lines], arguments.made, _SEED)
    quiz = [one for one in read_question_set(arguments.quiz / "questions.jsonl") if one.expect != "abstain"]
    embedder = None if arguments.keyword_only else open_embedder(load_settings())
    with ArchiveStore.open(arguments.archive, embedder=embedder) as store:
        sets = {name: [ask(store, one) for one in asked] for name, asked in (("quiz", quiz), ("made", made))}
    shipped = np.array([WEIGHTS[name] for name in FEATURES])
    table = Table("", *(f"{name}, half {number}" for name in sets for number in (0, 1)))
    table.add_row("shipped", *_cells(sets, [shipped, shipped]))
    if arguments.fit:
        fitted = [fit([_half(sets["quiz"], number), _half(sets["made"], number)]) for number in (0, 1)]
        table.add_row("fitted on the other half", *_cells(sets, fitted[::-1]))
        mean = sum(fitted) / len(fitted)
        Console().print({name: round(float(weight), 1) for name, weight in zip(FEATURES, mean, strict=True)})
    Console().print(table)


def ask(store: ArchiveStore, question: TestQuestion) -> Asked:
    """Search as answering does and work out every sentence's features."""
    plan = plan_question(store, Question(question.question, question.asked_on or date.today()))
    hits = retrieve(store, plan, 10).hits
    evidence = pack_evidence(hits, tokens=3000, most=10, count_tokens=count_tokens)
    parts = []
    for number, part in enumerate(plan.parts):
        own = [index for index, piece in enumerate(evidence) if piece.part == number]
        candidates = score_sentences(part.question, [evidence[index] for index in own], rarities(store, part.question))
        for candidate in candidates:
            candidate.source = own[candidate.source]
            candidate.words.clear()  # they have served, and weigh most
        parts.append(candidates)
    return Asked(question, tuple(parts))


def quoted(asked: Asked, weights: Vector) -> bool:
    """Whether the sentences chosen with these weights hold the answer."""
    parts = [candidates for candidates in asked.parts if candidates]
    for candidates in parts:
        for candidate in candidates:
            candidate.score = float(np.dot(candidate.features, weights))
        candidates.sort(key=lambda one: (-one.score, one.source, one.start))
    share = -(-_QUOTES // max(1, len(parts)))
    chosen = [quote for candidates in parts for quote in choose_quotes(candidates, share)][:_QUOTES]
    quotes = with_lead_ins(chosen, [one for candidates in parts for one in candidates], _QUOTES)
    return contains_any(" … ".join(quote.text for quote in quotes), asked.question.answers)


def fit(sets: Sequence[Sequence[Asked]]) -> Vector:
    """Weights under which sentences with the answer come first: Adam on the softmax's log-likelihood, with L2."""
    tables = [_table(asked) for asked in sets]
    scale = np.concatenate([features for features, _, _ in tables]).std(axis=0) + 1e-6
    importance = (1.0, _MADE_COUNTS)
    weights, first, second = (np.zeros(len(FEATURES)) for _ in range(3))
    for step in range(1, _STEPS + 1):
        slope = _PENALTY * sum(importance) * weights
        for (features, right, starts), counts in zip(tables, importance, strict=True):
            slope += counts / len(starts) * _slope(features / scale, right, starts, weights)
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        weights = weights - _PACE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return weights / scale


def _slope(features: Vector, right: Vector, starts: NDArray[np.int64], weights: Vector) -> Vector:
    of = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(features))))
    scores = features @ weights
    odds = np.exp(scores - np.maximum.reduceat(scores, starts)[of])
    overall = odds / np.add.reduceat(odds, starts)[of]
    among_right = odds * right / (np.add.reduceat(odds * right, starts)[of] + 1e-30)
    slope: Vector = features.T @ (overall - among_right)
    return slope


def _table(asked: Sequence[Asked]) -> tuple[Vector, Vector, NDArray[np.int64]]:
    """All sentences' features, whether each holds the answer, and where each question's sentences begin."""
    features: list[list[float]] = []
    right: list[float] = []
    starts: list[int] = []
    for one in asked:
        for candidates in one.parts:
            holds = [float(contains_any(candidate.text, one.question.answers)) for candidate in candidates]
            if 0 < sum(holds) < len(holds):
                starts.append(len(right))
                features += [candidate.features for candidate in candidates]
                right += holds
    return np.array(features), np.array(right), np.array(starts, dtype=np.int64)


def _half(asked: Sequence[Asked], number: int) -> list[Asked]:
    return [one for one in asked if half(one.question.id) == number]


def _cells(sets: dict[str, list[Asked]], weights: Sequence[Vector]) -> list[str]:
    """Per set and half: the share of questions whose quotes hold the answer, with that half's weights."""
    return [
        f"{np.mean([quoted(one, weights[number]) for one in _half(asked, number)]):.1%}"
        for asked in sets.values()
        for number in (0, 1)
    ]


if __name__ == "__main__":
    main()
