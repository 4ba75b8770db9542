"""Rows -> summary: means with intervals, per tag and per kind of question; refusals, latency, tokens and cost. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.intervals import interval_of, mean_interval
from evaluation.question_set import TestQuestion, kind_of
from evaluation.retrieval_metrics import unjudged_passages

Row = Mapping[str, Any]
Pairs = Sequence[tuple[TestQuestion, Row]]


def summarize(questions: Sequence[TestQuestion], rows: Sequence[Row]) -> dict[str, Any]:
    """Means over the questions that each score applies to, for all, per tag and per kind, with all else a run shows."""
    by_id = {row["id"]: row for row in rows}
    scored = [(question, by_id[question.id]) for question in questions if question.id in by_id]
    tags = sorted({tag for question, _ in scored for tag in question.tags})
    kinds = list(dict.fromkeys(kind_of(question) for question, _ in scored))
    summary = _group(scored)
    summary["by_tag"] = {tag: _group([one for one in scored if tag in one[0].tags]) for tag in tags}
    summary["by_kind"] = {kind: _group([one for one in scored if kind_of(one[0]) == kind]) for kind in kinds}
    judged = [(question, row) for question, row in scored if question.expect and "refused" in row]
    if judged:
        summary["refusals"] = _refusals(judged)
    summary["latency_ms"] = _latency([row["timings_ms"] for _, row in scored])
    summary |= _spending([row for _, row in scored])
    missing = sum("article_id" not in entry for _, row in scored for entry in row.get("relevant", ()))
    if missing:
        summary["relevant_not_in_archive"] = missing
    unjudged = [unjudged_passages(question, row) for question, row in scored if "retrieved" in row]
    if any(number for number, _ in unjudged):
        summary["unjudged"] = {"passages": sum(one for one, _ in unjudged), "of": sum(of for _, of in unjudged)}
    return summary


def area_under_roc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """The chance that an answerable question has more confidence than an unanswerable one; ties count half.

    The Mann-Whitney form (Hanley & McNeil 1982). None where one side is empty.
    """
    if not positives or not negatives:
        return None
    ordered = np.sort(np.asarray(negatives, np.float64))
    high = np.asarray(positives, np.float64)
    below = np.searchsorted(ordered, high, "left") + np.searchsorted(ordered, high, "right")
    return float(below.sum() / 2 / (len(positives) * len(negatives)))


def roc_points(positives: Sequence[float], negatives: Sequence[float]) -> list[tuple[float, float]]:
    """The curve: (share of unanswerable questions answered, share of answerable ones answered) for every threshold."""
    points = [(0.0, 0.0)]
    for line in sorted({*positives, *negatives}, reverse=True):
        wrongly = sum(value >= line for value in negatives) / len(negatives)
        rightly = sum(value >= line for value in positives) / len(positives)
        points.append((wrongly, rightly))
    return points


def percentile_95(values: Sequence[float]) -> float:
    """The value that 95 % of the sorted values lie at or below (nearest rank)."""
    ordered = sorted(values)
    return ordered[-(-95 * len(ordered) // 100) - 1]


def _group(pairs: Pairs) -> dict[str, Any]:
    return {"questions": len(pairs), "scores": means([row["scores"] for _, row in pairs])}


def means(scores: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Each score's mean, its 95 % interval (from two questions on) and the number of questions it applies to."""
    keys = list(dict.fromkeys(key for row in scores for key in row))
    found: dict[str, dict[str, float]] = {}
    for key in keys:
        values = [row[key] for row in scores if key in row]
        found[key] = {"mean": round(statistics.fmean(values), 4), "questions": len(values)}
        if interval := mean_interval(values):
            found[key] |= {"low": interval[0], "high": interval[1]}
    return found


def _refusals(judged: Pairs) -> dict[str, Any]:
    refused = [question.expect == "abstain" for question, row in judged if row["refused"]]
    unanswerable = [row["refused"] for question, row in judged if question.expect == "abstain"]
    confidence = np.asarray([row["confidence"] for _, row in judged], np.float64)
    answerable = np.asarray([question.expect == "answer" for question, _ in judged])

    def area(draw: NDArray[np.int64]) -> float | None:
        held = answerable[draw]
        return area_under_roc(confidence[draw][held].tolist(), confidence[draw][~held].tolist())

    summary: dict[str, Any] = {"refused": len(refused), "unanswerable": len(unanswerable)}
    found = area(np.arange(len(judged)))
    for name, values in (("precision", refused), ("recall", unanswerable)):
        summary[name] = round(statistics.fmean(values), 4) if values else None
        if interval := mean_interval([float(value) for value in values]):
            summary[f"{name}_interval"] = list(interval)
    summary["area_under_roc"] = None if found is None else round(found, 4)
    if found is not None and (interval := interval_of(area, len(judged))):
        summary["area_under_roc_interval"] = list(interval)
    return summary


def _latency(timings: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float]]:
    stages = list(dict.fromkeys(stage for row in timings for stage in row))
    latency: dict[str, dict[str, float]] = {}
    for stage in stages:
        values = [row[stage] for row in timings if stage in row]
        latency[stage] = {"median": round(statistics.median(values), 2), "p95": round(percentile_95(values), 2)}
    return latency


def _spending(rows: Sequence[Row]) -> dict[str, Any]:
    """Time to the first token, tokens and money; absent where no model was asked or no price is known."""
    spent: dict[str, Any] = {}
    first = [row["first_text_ms"] for row in rows if row.get("first_text_ms") is not None]
    if first:
        spent["first_text_ms"] = {"median": round(statistics.median(first), 2), "p95": round(percentile_95(first), 2)}
    used = [row["usage"] for row in rows if row.get("usage")]
    if used:
        spent["tokens"] = {
            "prompt": sum(usage["prompt_tokens"] for usage in used),
            "completion": sum(usage["completion_tokens"] for usage in used),
            "requests": sum(usage["requests"] for usage in used),
            "from_cache": sum(usage.get("from_cache", 0) for usage in used),
            "estimated": any(usage.get("estimated") for usage in used),
        }
    costs = [usage["cost"] for usage in used if usage.get("cost") is not None]
    if costs:
        spent["cost"] = {"total": round(sum(costs), 6), "per_question": round(statistics.fmean(costs), 6)}
        spent["cost"]["currency"] = next(usage["currency"] for usage in used if usage.get("cost") is not None)
    return spent
