"""Scores of one question and their summary. Pure; what doesn't apply to a question is absent, not 0."""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.question_set import TestQuestion

Row = Mapping[str, Any]  # one line of questions.jsonl
DEPTHS = (4, 10)


def normalized(text: str) -> str:
    """For containment: case-folded, compatibility forms and typographic quotes unified, white space single."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = text.translate(str.maketrans("“”„«»‘’‚", '"""""\'\'\''))
    return re.sub(r"\s+", " ", text).strip()


def contains_any(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in the text as whole words ("10" is not in "2010")."""
    haystack = normalized(text)
    for answer in answers:
        needle = normalized(answer).strip(" \"'.,")
        if needle and re.search(rf"(?<!\w){re.escape(needle)}(?!\w)", haystack):
            return True
    return False


def score_question(question: TestQuestion, row: Row) -> dict[str, float]:
    """The scores that apply to one question, each 0 or 1 (recall: 0 to 1)."""
    scores: dict[str, float] = {}
    retrieved: Sequence[Row] = row["retrieved"]
    if question.answers:
        for depth in DEPTHS:
            found = any(contains_any(passage["text"], question.answers) for passage in retrieved[:depth])
            scores[f"answer_in_top_{depth}"] = float(found)
    if question.relevant:
        wanted = set(question.relevant)
        for depth in DEPTHS:
            names = [name for passage in retrieved[:depth] for name in _names(passage)]
            scores[f"recall@{depth}"] = len(wanted.intersection(names)) / len(wanted)
            scores[f"hits@{depth}"] = float(bool(wanted.intersection(names)))
    if question.facts:
        evidence = normalized(" ".join(passage["text"] for passage in retrieved[: DEPTHS[-1]]))
        scores["facts_retrieved"] = sum(normalized(fact) in evidence for fact in question.facts) / len(question.facts)
    if "refused" not in row:
        return scores  # retrieval only
    if question.expect is not None:
        scores["right_to_refuse_or_answer"] = float(row["refused"] == (question.expect == "abstain"))
    if question.expect != "abstain" and question.answers:
        given = "" if row["refused"] else " ".join(sentence["text"] for sentence in row["sentences"])
        scores["contains_answer"] = float(contains_any(given, question.answers))
    if not row["refused"] and row["sentences"]:
        supported = [sentence["verdict"] == "supported" for sentence in row["sentences"]]
        scores["sentences_supported"] = sum(supported) / len(supported)
    return scores


def summarize(questions: Sequence[TestQuestion], rows: Sequence[Row]) -> dict[str, Any]:
    """Means over the questions that each score applies to, for all and per tag, with refusals and latency."""
    by_id = {row["id"]: row for row in rows}
    scored = [(question, by_id[question.id]) for question in questions if question.id in by_id]
    summary: dict[str, Any] = {"questions": len(scored), "scores": _means([row["scores"] for _, row in scored])}
    tags = sorted({tag for question, _ in scored for tag in question.tags})
    summary["by_tag"] = {
        tag: {"questions": len(tagged), "scores": _means([row["scores"] for row in tagged])}
        for tag in tags
        if (tagged := [row for question, row in scored if tag in question.tags])
    }
    judged = [(question, row) for question, row in scored if question.expect and "refused" in row]
    if judged:
        summary["refusals"] = _refusals(judged)
    summary["latency_ms"] = _latency([row["timings_ms"] for _, row in scored])
    return summary


def area_under_roc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """The chance that an answerable question has more confidence than an unanswerable one; ties count half.

    The Mann-Whitney form (Hanley & McNeil 1982). None where one side is empty.
    """
    if not positives or not negatives:
        return None
    wins = sum((high > low) + 0.5 * (high == low) for high in positives for low in negatives)
    return wins / (len(positives) * len(negatives))


def _names(passage: Row) -> list[str]:
    return [passage[key] for key in ("article_id", "external_id", "url") if passage.get(key)]


def _means(scores: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float]]:
    keys = list(dict.fromkeys(key for row in scores for key in row))
    means: dict[str, dict[str, float]] = {}
    for key in keys:
        values = [row[key] for row in scores if key in row]
        means[key] = {"mean": round(statistics.fmean(values), 4), "questions": len(values)}
    return means


def _refusals(judged: Sequence[tuple[TestQuestion, Row]]) -> dict[str, float | int | None]:
    refused = [question.expect == "abstain" for question, row in judged if row["refused"]]
    unanswerable = [row["refused"] for question, row in judged if question.expect == "abstain"]
    area = area_under_roc(
        [row["confidence"] for question, row in judged if question.expect == "answer"],
        [row["confidence"] for question, row in judged if question.expect == "abstain"],
    )
    return {
        "refused": len(refused),
        "unanswerable": len(unanswerable),
        "precision": round(statistics.fmean(refused), 4) if refused else None,
        "recall": round(statistics.fmean(unanswerable), 4) if unanswerable else None,
        "area_under_roc": None if area is None else round(area, 4),
    }


def _latency(timings: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float]]:
    stages = list(dict.fromkeys(stage for row in timings for stage in row))
    latency: dict[str, dict[str, float]] = {}
    for stage in stages:
        values = sorted(row[stage] for row in timings if stage in row)
        last = values[min(len(values) - 1, round(0.95 * (len(values) - 1)))]
        latency[stage] = {"median": round(statistics.median(values), 2), "p95": round(last, 2)}
    return latency
