"""A finished run, judged: every answer is graded twice by the same model, and the verdicts are held against each other.

The first grade counts; the second says how far the judge agrees with itself, and the deterministic checks how far it
agrees with what can be looked up. A judge that agrees with neither is no evidence, and the report says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from archive.errors import LanguageModelError, UsageError
from assistant.language_model import LanguageModel
from assistant.prompt import load_prompt
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
from evaluation.model_calls import CountedModel, ReplyCache
from evaluation.prices import Prices
from evaluation.question_set import TestQuestion
from evaluation.run import Progress
from evaluation.run_folder import read_run, write_rows, write_run
from evaluation.summary import summarize

Row = dict[str, Any]
TIMES = 2
_KEYS = ("judge_correct", "judge_score", "assertions_met", "judge_citation_recall", "judge_citation_precision")


def judge_run(
    folder: Path,
    judge: LanguageModel,
    *,
    cache: Path | None = None,
    prices: Prices | None = None,
    concurrency: int = 1,
    on_progress: Progress = lambda done, total: None,
) -> dict[str, Any]:
    """Grade every answer of a finished run and write the folder anew; returns what ``run.json`` holds.

    Interrupted, it begins anew; with a cache what was answered isn't asked again. An answer that the judge failed on
    has no grade, and the run says how many. Raises UsageError for a run without answers.
    """
    run = read_run(folder)
    if not run.run.get("finished") or not any("answer" in row for row in run.rows):
        raise UsageError(f"{folder} has no answers to judge: it isn't finished, or found passages only.")
    replies = ReplyCache(cache)
    asked = {question.id: question for question in run.questions}

    def judged(row: Row) -> Row:
        return _judged(asked[row["id"]], row, judge, replies, prices)

    rows: list[Row] = []
    with ThreadPoolExecutor(concurrency, thread_name_prefix="judge") as pool:
        for done, row in enumerate(pool.map(judged, run.rows), start=1):
            rows.append(row)
            on_progress(done, len(run.rows))
    write_rows(folder, rows)
    document = run.run | {
        "judge": {"model": judge.describe(), "prompts": {name: load_prompt(name).digest for name in PROMPTS}},
        "summary": summarize(run.questions, rows) | {"judge": agreement(rows)},
    }
    write_run(folder, document)
    return document


def _judged(question: TestQuestion, row: Row, judge: LanguageModel, replies: ReplyCache, prices: Prices | None) -> Row:
    grades: list[dict[str, Any]] = []
    failures: list[str] = []
    spent = []
    for time in range(TIMES):
        counted = CountedModel(judge, replies, again=time)
        answer: AnswerGrade | None = None
        citations: CitationGrades | None = None
        try:
            answer = grade_answer(counted, question, row)
            citations = grade_citations(counted, question, row)
        except (JudgeReplyError, LanguageModelError) as error:
            failures.append(str(error))
        grades.append({"answer": _plain(answer), "citations": _plain(citations)})
        spent.append(counted.spent)
        if time == 0:
            scores = judge_scores(answer, citations)
    usage = [asdict(one) | {"cost": prices and prices.cost(one.model, one.prompt_tokens, one.completion_tokens)}
             for one in spent]  # fmt: skip
    kept = {name: value for name, value in row["scores"].items() if name not in _KEYS}
    return row | {"judge": {"grades": grades, "failures": failures, "usage": usage}, "scores": kept | scores}


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
