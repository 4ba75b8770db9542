"""Scores worked by hand."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest

from evaluation.intervals import mean_interval
from evaluation.metrics import area_under_roc, contains_any, score_question, summarize
from evaluation.question_set import TestQuestion
from evaluation.summary import percentile_95, roc_points


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("The Squid Game returns.", ["“Squid Game”"], True),
        ("In 2010 it rained.", ["10"], False),
        ("Ten of them", ["ten"], True),
        ("It cost £1.2m", ["£1.2m"], True),
        ("São  Brandão\nsaid", ["são brandão"], True),
        ("anything", ["...", ""], False),
        ("It cost 10,000 crowns.", ["10"], False),
        ("It rose by 1.5 per cent.", ["5", "1"], False),
        ("They were 10, he said.", ["10"], True),
        ("Of 2010, 2011 and 10.", ["10"], True),
        ("It cost 10,000.", ["10,000"], True),
    ],
)
def test_an_answer_is_contained_as_whole_words(text: str, answers: list[str], expected: bool) -> None:
    assert contains_any(text, answers) is expected


def passage(text: str, article_id: str, url: str | None = None) -> dict[str, object]:
    return {"text": text, "article_id": article_id, "external_id": None, "url": url}


def test_scores_that_do_not_apply_are_absent() -> None:
    question = TestQuestion(id="q", question="?")
    assert score_question(question, {"id": "q", "retrieved": [], "timings_ms": {}}) == {}


def test_scores_of_one_question_by_hand() -> None:
    question = TestQuestion(
        id="q",
        question="?",
        answers=("forty",),
        relevant=("a1", "https://x.example/2"),
        facts=("forty men",),
        expect="answer",
    )
    retrieved = [passage(f"nothing {n}", f"z{n}") for n in range(4)]
    retrieved += [passage("there were forty  men", "z9", "https://x.example/2")]
    row = {
        "id": "q",
        "retrieved": retrieved,
        "refused": False,
        "confidence": 0.7,
        "sentences": [
            {"text": "Forty men.", "verdict": "supported", "citations": []},
            {"text": "Yes.", "verdict": "unchecked", "citations": []},
        ],
        "sources": [],
        "timings_ms": {"keyword": 2.0},
    }
    assert score_question(question, row) == pytest.approx(
        {
            "answer_in_top_4": 0.0,
            "answer_in_top_10": 1.0,
            "answer_mrr@10": 0.2,
            "recall@4": 0.0,
            "hits@4": 0.0,
            "recall@10": 0.5,
            "hits@10": 1.0,
            "all_evidence@4": 0.0,
            "all_evidence@10": 0.0,
            "mrr@10": 0.2,
            "map@10": 0.1,  # precision 1/5 at place 5, over two relevant articles
            "ndcg@10": 0.237198,  # 1 / log2(6) over 1 + 1 / log2(3)
            "facts_retrieved": 1.0,
            "fact_recall@4": 0.0,
            "fact_hits@4": 0.0,
            "fact_all_evidence@4": 0.0,
            "fact_recall@10": 1.0,
            "fact_hits@10": 1.0,
            "fact_all_evidence@10": 1.0,
            "fact_mrr@10": 0.2,
            "fact_map@10": 0.2,
            "fact_ndcg@10": 0.386853,  # 1 / log2(6)
            "multihop_rag_hits@4": 0.0,
            "multihop_rag_hits@10": 1.0,
            "multihop_rag_map@10": 0.2,
            "multihop_rag_mrr@10": 0.2,
            "right_to_refuse_or_answer": 1.0,
            "contains_answer": 1.0,
            "exact_match": 0.0,
            "token_f1": 0.5,  # "forty men yes" against "forty": precision 1/3, recall 1
            "sentences_supported": 0.5,
            "citation_recall": 0.0,
        },
        abs=1e-6,
    )


def test_a_refusal_counts_as_unanswered() -> None:
    question = TestQuestion(id="q", question="?", answers=("forty",), expect="answer")
    row = {"id": "q", "retrieved": [], "refused": True, "confidence": 0.1, "sentences": [], "timings_ms": {}}
    scores = score_question(question, row)
    assert scores["contains_answer"] == 0.0
    assert scores["right_to_refuse_or_answer"] == 0.0


def test_area_under_roc_by_hand() -> None:
    # pairs (0.9, 0.5) and (0.9, 0.2) won, (0.5, 0.5) tied, (0.5, 0.2) won: 3.5 of 4
    assert area_under_roc([0.9, 0.5], [0.5, 0.2]) == 0.875
    assert area_under_roc([], [0.5]) is None


def test_summary_by_tag_with_refusals_and_latency() -> None:
    questions = [
        TestQuestion(id="a", question="?", expect="answer", tags=("direct",)),
        TestQuestion(id="b", question="?", expect="abstain", tags=("unanswerable",)),
        TestQuestion(id="c", question="?", expect="abstain", tags=("unanswerable",)),
    ]
    rows = [
        {"id": "a", "refused": True, "confidence": 0.4, "scores": {"x": 1.0}, "timings_ms": {"total": 10.0}},
        {"id": "b", "refused": True, "confidence": 0.1, "scores": {}, "timings_ms": {"total": 20.0}},
        {"id": "c", "refused": False, "confidence": 0.6, "scores": {"x": 0.0}, "timings_ms": {"total": 90.0}},
    ]
    summary = summarize(questions, rows)
    # of two values, 0 and 1, a quarter of the resamples are all 0 and a quarter all 1: the interval is everything
    assert summary["scores"] == {"x": {"mean": 0.5, "questions": 2, "low": 0.0, "high": 1.0}}
    assert summary["by_kind"]["one fact"] == {"questions": 1, "scores": {"x": {"mean": 1.0, "questions": 1}}}
    assert summary["by_tag"]["unanswerable"] == {"questions": 2, "scores": {"x": {"mean": 0.0, "questions": 1}}}
    shown = {name: value for name, value in summary["refusals"].items() if not name.endswith("_interval")}
    assert shown == {
        "refused": 2,
        "unanswerable": 2,
        "precision": 0.5,
        "recall": 0.5,
        "area_under_roc": 0.5,
    }
    assert summary["latency_ms"]["total"] == {"median": 20.0, "p95": 90.0}


@pytest.mark.parametrize("count", [1, 2, 12, 14, 20, 21, 100, 333])
def test_95_of_100_lie_at_or_below_the_95th_percentile(count: int) -> None:
    values = [float(value) for value in range(count)]
    found = percentile_95(values[::-1])
    assert sum(value <= found for value in values) >= 0.95 * count
    assert sum(value <= found - 1 for value in values) < 0.95 * count


def test_intervals_are_the_same_however_many_draws_are_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [float(number % 3 == 0) for number in range(37)]
    whole = mean_interval(values)
    monkeypatch.setattr("evaluation.intervals._MOST_AT_ONCE", 50)
    assert mean_interval(values) == whole


def test_scores_of_random_rankings_agree_with_their_definitions() -> None:
    chance = random.Random(5)  # noqa: S311 - no secret
    for _ in range(60):
        grades = {
            f"d{number}": chance.choice([0, 1, 2, 3]) for number in chance.sample(range(20), chance.randint(1, 14))
        }
        found = [f"d{chance.randrange(20)}" for _ in range(chance.randint(0, 10))]
        scores = score_question(
            TestQuestion(id="q", question="q", relevant=tuple(grades), grades=grades),
            {"retrieved": [{"article_id": name, "text": "x"} for name in found]},
        )
        gains = [grades.get(name, 0) if name not in found[:place] else 0 for place, name in enumerate(found)]
        relevant = sum(grade > 0 for grade in grades.values())
        hits = [place for place, gain in enumerate(gains, 1) if gain > 0]
        best = sorted(grades.values(), reverse=True)[:10]
        ideal = sum(gain / math.log2(place + 1) for place, gain in enumerate(best, 1))
        gained = sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))
        precisions = [number / place for number, place in enumerate(hits, 1)]
        assert scores["recall@4"] == pytest.approx(sum(place <= 4 for place in hits) / relevant if relevant else 0)
        assert scores["mrr@10"] == pytest.approx(1 / hits[0] if hits else 0)
        assert scores["map@10"] == pytest.approx(sum(precisions) / relevant if relevant else 0)
        assert scores["ndcg@10"] == pytest.approx(gained / ideal if ideal else 0)


def test_the_area_under_roc_is_the_share_of_pairs_in_order_ties_half() -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    for _ in range(60):
        high, low = ([chance.randint(0, 4) / 4 for _ in range(chance.randint(1, 9))] for _ in range(2))
        pairs = [(one > other) + (one == other) / 2 for one in high for other in low]
        assert area_under_roc(high, low) == pytest.approx(sum(pairs) / len(pairs))
        points = roc_points(high, low)
        below = sum((right[0] - left[0]) * (left[1] + right[1]) / 2 for left, right in pairwise(points))
        assert below == pytest.approx(sum(pairs) / len(pairs))


def test_nineteen_of_twenty_intervals_hold_the_truth() -> None:
    chance = random.Random(11)  # noqa: S311 - no secret
    held = 0
    for _ in range(200):
        low, high = mean_interval([float(chance.random() < 0.6) for _ in range(60)]) or (1.0, 0.0)
        held += low <= 0.6 <= high
    assert 0.92 <= held / 200 <= 0.98


def test_what_nobody_judged_is_counted_among_the_first_ten() -> None:
    judged = TestQuestion(id="q1", question="Which?", relevant=("d1",), judged=("d1", "d2"), expect="answer")
    own = TestQuestion(id="q2", question="Which?", relevant=("d1",), expect="answer")
    found: list[dict[str, object]] = [
        {"article_id": "a1", "external_id": "d1", "text": ""},
        {"article_id": "a2", "external_id": "d2", "text": ""},
        {"article_id": "a3", "external_id": None, "also_in": [{"article_id": "d2", "url": None}], "text": ""},
        *({"article_id": f"b{number}", "external_id": f"e{number}", "text": ""} for number in range(9)),
    ]
    rows = [{"id": name, "retrieved": found, "scores": {}, "timings_ms": {}} for name in ("q1", "q2")]
    assert summarize([judged, own], rows)["unjudged"] == {"passages": 7, "of": 10}
    assert "unjudged" not in summarize([own], rows)
