"""How often the quotes hold the answer: on the quiz, on questions made of its articles, on your own sets; and the fit.

    python -m benchmarks.quotes [--quiz FOLDER] [--archive FOLDER] [--keyword-only] [--made 700]
        [--questions SET.jsonl=IMPORTANCE ...] [--words] [--fit]

The archive is the one of benchmarks.retrieval. The quiz asks mostly about first lines and in the articles' words, the
questions of cloze.py about any line, and a set of your own asks as readers do: a choice of sentences is good if it
holds for all. ``--fit`` fits the weights anew: a softmax over the sentences of a question, the sets mixed by their
importance (the quiz 1, the made ones 0.3), once per half; prints each half's weights on the other, and their mean.
``--words`` leaves the signs of meaning out (extractive.WEIGHTS instead of READ_WEIGHTS).
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from archive.embedder import Embedder, open_embedder
from archive.settings import load_settings
from archive.store import ArchiveStore
from archive.tokens import count_tokens
from assistant.conversation import Turn
from assistant.evidence import pack_evidence
from assistant.extractive import READ_WEIGHTS, WEIGHTS, choose_quotes, each_once, score_sentences, with_lead_ins
from assistant.planner import plan_question
from assistant.question import Question
from assistant.retriever import retrieve
from assistant.sentence_features import Candidate
from assistant.word_rarity import rarities
from benchmarks.cloze import cloze_questions
from benchmarks.retrieval import QUIZ, half
from evaluation.metrics import contains_any
from evaluation.question_set import TestQuestion, read_question_set

_IMPORTANCE = {"quiz": 1.0, "made": 0.3}
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
    parser.add_argument("--questions", action="append", default=[], metavar="SET.jsonl=IMPORTANCE")
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--fit", action="store_true")
    arguments = parser.parse_args()
    with gzip.open(arguments.quiz / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        made = cloze_questions([json.loads(line) for line in lines], arguments.made, _SEED)
    asked = {"quiz": read_question_set(arguments.quiz / "questions.jsonl"), "made": made}
    importance = dict(_IMPORTANCE)
    for one in arguments.questions:
        path, _, share = one.partition("=")
        asked[Path(path).stem] = read_question_set(Path(path))
        importance[Path(path).stem] = float(share or 1)
    embedder = None if arguments.keyword_only else open_embedder(load_settings())
    reading = None if arguments.words else embedder
    with ArchiveStore.open(arguments.archive, embedder=embedder) as store:
        sets = {
            name: [ask(store, one, reading) for one in questions if one.answers and one.expect != "abstain"]
            for name, questions in asked.items()
        }
    read = any(one.meanings for each in sets["quiz"][:9] for part in each.parts for one in part)
    weights = READ_WEIGHTS if read else WEIGHTS
    shipped = np.array(list(weights.values()))
    table = Table("", *(f"{name}, half {number}" for name in sets for number in (0, 1)))
    table.add_row("shipped", *_cells(sets, [shipped, shipped]))
    if arguments.fit:
        fitted = [
            fit({name: _half(one, number) for name, one in sets.items()}, importance, len(weights)) for number in (0, 1)
        ]
        table.add_row("fitted on the other half", *_cells(sets, fitted[::-1]))
        mean = sum(fitted) / len(fitted)
        Console().print({name: round(float(weight), 2) for name, weight in zip(weights, mean, strict=True)})
    Console().print(table)


def ask(store: ArchiveStore, question: TestQuestion, reading: Embedder | None) -> Asked:
    """Search as answering does and work out every sentence's signs."""
    day = question.asked_on or store.coverage().last_day or date.today()
    history = tuple(Turn(turn.role, turn.content) for turn in question.history)
    plan = plan_question(store, Question(question.question, day, history=history))
    hits = retrieve(store, plan, 10).hits
    evidence = pack_evidence(hits, tokens=3000, most=10, count_tokens=count_tokens)
    parts = []
    for number, part in enumerate(plan.parts):
        own = [index for index, piece in enumerate(evidence) if number in piece.parts]
        rare = rarities(store, part.question)
        candidates = score_sentences(part.question, [evidence[index] for index in own], rare, reading)
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
            candidate.score = float(np.dot((*candidate.features, *candidate.meanings), weights))
        candidates.sort(key=lambda one: (-one.score, one.source, one.start))
    share = -(-_QUOTES // max(1, len(parts)))
    chosen = {(one.source, one.start): one for own in parts for one in choose_quotes(own, share)}
    quotes = with_lead_ins(list(chosen.values())[:_QUOTES], each_once(parts), _QUOTES)
    return contains_any(" … ".join(quote.text for quote in quotes), asked.question.answers)


def fit(sets: Mapping[str, Sequence[Asked]], importance: Mapping[str, float], signs: int) -> Vector:
    """Weights under which sentences with the answer come first: Adam on the softmax's log-likelihood, with L2."""
    tables = {name: _table(asked) for name, asked in sets.items()}
    scale = np.concatenate([features for features, _, _ in tables.values()]).std(axis=0) + 1e-6
    weights, first, second = (np.zeros(signs) for _ in range(3))
    for step in range(1, _STEPS + 1):
        slope = _PENALTY * sum(importance.values()) * weights
        for name, (features, right, starts) in tables.items():
            slope += importance[name] / len(starts) * _slope(features / scale, right, starts, weights)
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
                features += [[*candidate.features, *candidate.meanings] for candidate in candidates]
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
