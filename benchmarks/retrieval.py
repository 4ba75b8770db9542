"""How good retrieval, quotes mode and refusing are on a question set with `answers` and `asked_on`, and how fast.

    python -m benchmarks.retrieval [--quiz FOLDER] [--archive FOLDER] [--keyword-only] [--half 0|1]

FOLDER of the quiz holds articles.jsonl.gz and questions.jsonl; it is ingested once into the archive FOLDER (default
/tmp/backissue-quiz-archive). Vectors are used as far as they are there: `backissue embed --archive FOLDER` makes them.
Answers must stand as whole words in the passage's text (not the headline). Prints a table, writes
benchmarks/results/retrieval.json. ``--half`` takes the questions of one half, divided by a hash of their ids: fit on
one, check on the other.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from archive.embedder import open_embedder
from archive.settings import load_settings
from archive.store import ArchiveStore
from assistant.answer import Answer, AnswerReady, EvidenceReady
from assistant.pipeline import answer_question
from assistant.planner import plan_question
from assistant.question import Question
from assistant.retriever import Retrieval, retrieve
from assistant.time_expressions import find_time_expressions, without_times
from evaluation.metrics import area_under_roc, contains_any
from evaluation.question_set import TestQuestion, read_question_set
from ingest.pipeline import IngestOptions, ingest

HERE = Path(__file__).parent
QUIZ = HERE.parents[1] / "shared" / "data" / "quiz"
STAGES = ("embed_query", "keyword", "vector", "fuse", "copies")


def main() -> None:
    """Measure, print, write down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quiz", type=Path, default=QUIZ)
    parser.add_argument("--archive", type=Path, default=Path("/tmp/backissue-quiz-archive"))  # noqa: S108
    parser.add_argument("--keyword-only", action="store_true")
    parser.add_argument("--half", type=int, choices=(0, 1))
    arguments = parser.parse_args()
    embedder = None if arguments.keyword_only else open_embedder(load_settings())
    questions = [
        one for one in read_question_set(arguments.quiz / "questions.jsonl") if arguments.half in {None, half(one.id)}
    ]
    with ArchiveStore.open(arguments.archive, embedder=embedder, create=True) as store:
        if not store.passage_count:
            ingest(store, [str(arguments.quiz / "articles.jsonl.gz")], options=IngestOptions(embed=False))
        status = store.status()
        result: dict[str, Any] = {
            "questions": len(questions),
            "passages": status.passages,
            "embedded": 0 if embedder is None else status.embedded,
            "answers": answers(store, questions),
            "no_time": retrieval_only(store, questions, None),
            "a_year_later": retrieval_only(store, questions, 365),
        }
    show(result)
    name = "retrieval_keyword.json" if arguments.keyword_only else "retrieval.json"
    (HERE / "results" / name).write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def half(identity: str) -> int:
    """Which half a question belongs to."""
    return hashlib.sha256(identity.encode()).digest()[0] % 2


def answers(store: ArchiveStore, questions: Sequence[TestQuestion]) -> dict[str, float]:
    """The whole way, as asked: retrieval, quotes, refusals."""
    rows = [(question, *_answered(store, question)) for question in questions]
    held = [row for row in rows if row[0].expect != "abstain"]
    not_held = [row for row in rows if row[0].expect == "abstain"]
    scores = _containment([(question, retrieval) for question, retrieval, _ in held])
    scores["quoted"] = statistics.mean(
        not answer.refused and contains_any(" … ".join(one.text for one in answer.sentences), question.answers)
        for question, _, answer in held
    )
    roc = area_under_roc([a.confidence for _, _, a in held], [a.confidence for _, _, a in not_held])
    scores["refusal_auc"] = roc if roc is not None else float("nan")
    scores["held_refused"] = statistics.mean(answer.refused for _, _, answer in held)
    if not_held:
        scores["not_held_refused"] = statistics.mean(answer.refused for _, _, answer in not_held)
    scores["answer_ms"] = statistics.median(sum(answer.timings_ms.values()) for _, _, answer in rows)
    return scores


def _answered(store: ArchiveStore, question: TestQuestion) -> tuple[Retrieval, Answer]:
    retrieval: Retrieval | None = None
    for event in answer_question(store, Question(question.question, question.asked_on or date.today())):
        if isinstance(event, EvidenceReady):
            retrieval = event.retrieval
        elif isinstance(event, AnswerReady) and retrieval is not None:
            return retrieval, event.answer
    raise RuntimeError(f"no answer to {question.id}")


def retrieval_only(store: ArchiveStore, questions: Sequence[TestQuestion], later: int | None) -> dict[str, float]:
    """Without any time word; asked ``later`` days after the day, or today."""
    found = []
    for question in questions:
        if question.expect == "abstain":
            continue
        day = question.asked_on or date.today()
        text = without_times(question.question, find_time_expressions(question.question, day))
        asked = date.today() if later is None else day + timedelta(days=later)
        plan = plan_question(store, Question(text, asked))
        plan = replace(plan, parts=tuple(replace(part, window=None) for part in plan.parts))
        found.append((question, retrieve(store, plan, 10)))
    return _containment(found)


def _containment(found: Sequence[tuple[TestQuestion, Retrieval]]) -> dict[str, float]:
    ranks = [
        next((n for n, hit in enumerate(r.hits) if contains_any(hit.hit.passage.text, question.answers)), 99)
        for question, r in found
    ]
    return {
        "top_4": statistics.mean(rank < 4 for rank in ranks),
        "top_10": statistics.mean(rank < 10 for rank in ranks),
        "retrieval_ms": statistics.median(sum(r.timings_ms.get(stage, 0) for stage in STAGES) for _, r in found),
    }


def show(result: dict[str, Any]) -> None:
    """Print the table."""
    table = Table("", "top 4", "top 10", "quoted", "refusal AUC", "retrieval ms")
    for name in ("answers", "no_time", "a_year_later"):
        row = result[name]
        cells = [f"{row[key]:.1%}" if key in row else "" for key in ("top_4", "top_10", "quoted")]
        table.add_row(
            name, *cells, f"{row['refusal_auc']:.3f}" if "refusal_auc" in row else "", f"{row['retrieval_ms']:.1f}"
        )
    Console().print(f"{result['questions']} questions, {result['embedded']:,} of {result['passages']:,} embedded")
    Console().print(table)


if __name__ == "__main__":
    main()
