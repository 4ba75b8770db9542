"""A finished run, judged: every answer is graded twice by the same model, and the verdicts are held against each other.

The first grade counts; the second says how far the judge agrees with itself, and the deterministic checks how far it
agrees with what can be looked up. A judge that agrees with neither is no evidence, and the report says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

from archive.errors import LanguageModelError, UsageError
from archive.store import ArchiveStore
from assistant.language_model import LanguageModel
from assistant.prompt import load_prompt
from evaluation.at_once import results_at_once
from evaluation.judge import (
    CORRECT_FROM,
    PROMPTS,
    AnswerGrade,
    CitationGrades,
    JudgeReplyError,
    grade_answer,
    grade_citations,
    judge_scores,
)
from evaluation.model_calls import CountedModel, ReplyCache, Spent
from evaluation.prices import Prices, Spending
from evaluation.question_set import TestQuestion
from evaluation.run import Progress
from evaluation.run_folder import Run, make_known, read_rows, read_run, write_rows, write_run
from evaluation.summary import summarize

Row = dict[str, Any]
TIMES = 2
_KEYS = ("judge_correct", "judge_score", "assertions_met", "judge_citation_recall", "judge_citation_precision")


def judge_run(
    folder: Path,
    judge: LanguageModel,
    *,
    store: ArchiveStore | None = None,
    cache: Path | None = None,
    prices: Prices | None = None,
    spending: Spending | None = None,
    concurrency: int = 1,
    on_progress: Progress = lambda done, total: None,
) -> dict[str, Any]:
    """Grade every answer of a finished run and write the folder anew; returns what ``run.json`` holds.

    ``store`` is the archive that the run was over: no takedown comes between then, and takedowns look through the
    cache. Interrupted, it begins anew; with a cache what was answered isn't asked again. ``spending`` (which may have
    begun with the run) ends it between two answers: ``judge.stopped`` says so, and what has no grade has no score of
    the judge's. An answer that the judge failed on has no grade, and the run says how many. Raises UsageError for a
    run without answers, or a budget in money for a model without a price.
    """
    run = read_run(folder)
    if not run.run.get("finished") or not any("answer" in row for row in run.rows):
        raise UsageError(f"{folder} has no answers to judge: it isn't finished, or found passages only.")
    if store is not None and cache is not None:
        make_known(store, cache)
    replies = ReplyCache(cache)
    asked = {question.id: question for question in run.questions}
    spending = spending or Spending(None)
    before = (spending.tokens, spending.money)

    kept: dict[str, list[str]] = {}  # by answer: the keys of what was said of it, in the cache

    def judged(row: Row) -> Row:
        asking = [CountedModel(judge, replies, again=time) for time in range(TIMES)]
        graded = _judged(asked[row["id"]], row, asking, prices)
        kept[row["id"]] = [key for counted in asking for key in counted.kept]
        return graded

    graded: dict[str, Row] = {}
    for row in results_at_once(judged, run.rows, concurrency, spending.is_over):
        for usage in row["judge"]["usage"]:
            spending.add(usage)
        graded[row["id"]] = row
        on_progress(len(graded), len(run.rows))
    told = {
        "model": judge.describe(),
        "prompts": {name: load_prompt(name).digest for name in PROMPTS},
        "judged": len(graded),
        "answers": len(run.rows),
        "spent": {"tokens": spending.tokens - before[0], "money": round(spending.money - before[1], 6)},
    }
    with store.writing_side_files() if store is not None else nullcontext():
        document = _write_grades(folder, run, graded, told)
        there = {row["id"] for row in read_rows(folder)[0]}
        replies.forget({key for identity, keys in kept.items() if identity not in there for key in keys})
        return document


def _write_grades(folder: Path, run: Run, graded: Mapping[str, Row], told: Mapping[str, Any]) -> dict[str, Any]:
    """Put the graded rows in their places, as far as a takedown hasn't been there meanwhile, and sum up."""
    rows, removed = read_rows(folder)
    rows = [graded.get(row["id"]) or _without_grade(row) for row in rows]
    write_rows(folder, [*rows, *removed])
    summary = summarize(read_run(folder).questions, rows) | {"judge": agreement(rows)}
    document = run.run | {"judge": dict(told), "summary": summary}
    if len(graded) < len(run.rows):
        document["judge"]["stopped"] = (
            f"The budget is spent after {len(graded)} of {len(run.rows)} answers were judged. `backissue judge "
            f"{folder}` with the same --judge-model goes on; what the cache holds isn't paid again."
        )
    write_run(folder, document)
    return document


def _without_grade(row: Row) -> Row:
    """A row without what an earlier judge said of it: two judges' scores have no common mean."""
    kept = {name: value for name, value in row["scores"].items() if name not in _KEYS}
    return {name: value for name, value in row.items() if name != "judge"} | {"scores": kept}


def _judged(question: TestQuestion, row: Row, asking: Sequence[CountedModel], prices: Prices | None) -> Row:
    grades: list[dict[str, Any]] = []
    failures: list[str] = []
    usage: list[dict[str, Any]] = []
    scores: dict[str, float] = {}
    for time, counted in enumerate(asking):
        answer: AnswerGrade | None = None
        citations: CitationGrades | None = None
        try:
            answer = grade_answer(counted, question, row)
            citations = grade_citations(counted, question, row)
        except (JudgeReplyError, LanguageModelError) as error:
            failures.append(str(error))
        grades.append({"answer": _plain(answer), "citations": _plain(citations)})
        usage.append(_usage(counted.spent, prices))
        if time == 0:
            scores = judge_scores(answer, citations)
    plain = _without_grade(row)
    return plain | {
        "judge": {"grades": grades, "failures": failures, "usage": usage},
        "scores": plain["scores"] | scores,
    }


def _usage(spent: Spent, prices: Prices | None) -> dict[str, Any]:
    """What one grading used; it cost nothing where a cache stood in for the model, None where there is no price."""
    cost = None if prices is None else prices.cost(spent.model, spent.prompt_tokens, spent.completion_tokens)
    return asdict(spent) | {"cost": cost if spent.requests else 0.0}


def _plain(grade: AnswerGrade | CitationGrades | None) -> dict[str, Any] | None:
    return None if grade is None else grade.model_dump(mode="json")


def agreement(rows: Sequence[Row]) -> dict[str, Any]:
    """How far the judge agrees with itself and with the deterministic checks; a pair of verdicts is one comparison.

    ``share`` of pairs that agree, and Cohen's kappa (1960): the share beyond what chance would give, absent where one
    side always says the same.
    """
    itself: list[tuple[bool, bool]] = []
    contained: list[tuple[bool, bool]] = []
    supported: list[tuple[bool, bool]] = []
    for row in rows:
        grades = row.get("judge", {}).get("grades", [])
        for part in ("answer", "citations") if len(grades) == TIMES else ():
            if all(grade[part] is not None for grade in grades):
                itself += zip(_verdicts(grades[0][part]), _verdicts(grades[1][part]), strict=True)
        if grades and grades[0]["answer"] is not None and "contains_answer" in row["scores"]:
            correct = grades[0]["answer"]["score"] >= CORRECT_FROM
            contained.append((correct, row["scores"]["contains_answer"] == 1.0))
        if grades and grades[0]["citations"] is not None:
            for sentence, grade in zip(row["sentences"], grades[0]["citations"]["sentences"], strict=True):
                supported.append((grade["supported"], sentence["verdict"] == "supported"))
    failed = [failure for row in rows for failure in row.get("judge", {}).get("failures", [])]
    found = {"with_itself": itself, "with_contains_answer": contained, "with_verdicts": supported}
    return {name: _agreement(pairs) for name, pairs in found.items() if pairs} | {
        "failures": len(failed),
        "failure_examples": failed[:3],
    }


def _verdicts(part: dict[str, Any]) -> list[bool]:
    """Every yes or no in the grade of an answer or of its citations."""
    if "score" in part:
        return [part["score"] >= CORRECT_FROM, *part["assertions"]]
    return [
        verdict
        for sentence in part["sentences"]
        for verdict in (sentence["supported"], *(one["support"] != "none" for one in sentence["citations"]))
    ]


def _agreement(pairs: Sequence[tuple[bool, bool]]) -> dict[str, float]:
    share = sum(one == other for one, other in pairs) / len(pairs)
    first = sum(one for one, _ in pairs) / len(pairs)
    second = sum(other for _, other in pairs) / len(pairs)
    chance = first * second + (1 - first) * (1 - second)
    found = {"pairs": len(pairs), "share": round(share, 4)}
    return found if chance == 1 else found | {"kappa": round((share - chance) / (1 - chance), 4)}
