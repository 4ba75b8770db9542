"""Every score of one question. Pure; what doesn't apply to a question is absent, not 0."""

from __future__ import annotations

from evaluation.answer_metrics import answer_scores
from evaluation.multihop_rag import multihop_rag_scores
from evaluation.question_set import TestQuestion
from evaluation.retrieval_metrics import DEPTHS, Row, contains_any, normalized, retrieval_scores
from evaluation.summary import area_under_roc, summarize

__all__ = ["DEPTHS", "Row", "area_under_roc", "contains_any", "normalized", "score_question", "summarize"]


def score_question(question: TestQuestion, row: Row) -> dict[str, float]:
    """The scores that apply to one question, each 0 to 1; retrieval's alone where the row has no answer."""
    scores = retrieval_scores(question, row)
    if question.facts and question.expect != "abstain":
        scores |= multihop_rag_scores(question.facts, [passage["text"] for passage in row["retrieved"]])
    if "refused" in row:
        scores |= answer_scores(question, row)
    return scores
