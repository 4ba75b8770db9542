"""Retrieval scores worked by hand, ties and missing judgements included."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.multihop_rag import multihop_rag_scores
from evaluation.question_set import TestQuestion
from evaluation.retrieval_metrics import retrieval_scores


def passage(article_id: str, text: str = "", score: float = 1.0, **more: Any) -> dict[str, Any]:
    return {"article_id": article_id, "external_id": None, "url": None, "text": text, "score": score, **more}


def scores(question: TestQuestion, *passages: dict[str, Any], **row: Any) -> dict[str, float]:
    return retrieval_scores(question, {"id": "q", "retrieved": list(passages), **row})


def asked(**fields: Any) -> TestQuestion:
    return TestQuestion(id="q", question="?", **fields)


def test_scores_by_article_with_grades_and_a_second_passage() -> None:
    question = asked(relevant=("a", "b", "c"), grades={"b": 2})
    found = scores(question, passage("x"), passage("b"), passage("b"), passage("a"), passage("y"))
    assert found["hits@4"] == 1.0
    assert found["recall@4"] == pytest.approx(2 / 3)
    assert found["all_evidence@4"] == 0.0
    assert found["mrr@10"] == 0.5
    # precision 1/2 at place 2, 2/4 at place 4 (b's second passage holds place 3), over three relevant articles
    assert found["map@10"] == pytest.approx((1 / 2 + 2 / 4) / 3)
    # gain 2 at place 2, 1 at place 4: 2 / log2(3) + 1 / log2(5) = 1.69254; ideal 2 + 1 / log2(3) + 1 / 2 = 3.13093
    assert found["ndcg@10"] == pytest.approx(1.69254 / 3.13093, abs=1e-5)


def test_of_equal_scores_the_order_shown_decides() -> None:
    # trec_eval would break the tie by name: "z" after "a" or before it, whatever the reader saw.
    assert scores(asked(relevant=("a",)), passage("z", score=0.5), passage("a", score=0.5))["mrr@10"] == 0.5
    assert scores(asked(relevant=("z",)), passage("z", score=0.5), passage("a", score=0.5))["mrr@10"] == 1.0


def test_no_judgement_is_no_score_and_an_unjudged_article_is_not_relevant() -> None:
    assert scores(asked(), passage("a")) == {}
    found = scores(asked(relevant=("b",)), *(passage(f"unjudged {n}") for n in range(9)), passage("b"))
    assert (found["hits@4"], found["hits@10"], found["mrr@10"], found["map@10"]) == (0.0, 1.0, 0.1, 0.1)


def test_an_answer_that_the_archive_does_not_hold_cannot_be_found() -> None:
    assert scores(asked(answers=("forty",), expect="abstain"), passage("a", "forty")) == {}


def test_nothing_found_is_zero_not_absent() -> None:
    found = scores(asked(relevant=("a",), facts=("f",), answers=("x",)))
    assert set(found.values()) == {0.0}
    assert {"hits@10", "ndcg@10", "fact_recall@4", "answer_in_top_4"} <= found.keys()


def test_beyond_the_tenth_place_nothing_counts() -> None:
    found = scores(
        asked(relevant=("a",), answers=("yes",)), *(passage(f"x{n}") for n in range(10)), passage("a", "yes")
    )
    assert found["hits@10"] == found["mrr@10"] == found["answer_in_top_10"] == found["answer_mrr@10"] == 0.0


def test_an_article_is_known_by_any_of_its_names_and_printings_of_one_story_are_one() -> None:
    question = asked(relevant=("wire-1", "https://copy.example/1", "other"))
    resolved = [
        {"name": "wire-1", "article_id": "w", "story": "w"},
        {"name": "https://copy.example/1", "article_id": "k", "story": "w"},
        {"name": "other"},  # not in the archive: can't be found, and is counted
    ]
    shown = passage("w", also_in=[{"article_id": "k", "url": "https://copy.example/1"}])
    found = scores(question, shown, relevant=resolved)
    assert found["recall@4"] == 0.5
    assert found["all_evidence@4"] == 0.0
    by_copy = scores(question, passage("elsewhere", also_in=[{"article_id": "k", "url": None}]), relevant=resolved)
    assert by_copy["hits@4"] == 1.0


def test_facts_by_passage() -> None:
    question = asked(facts=("Forty men", "two ships", "a storm"))
    found = scores(
        question,
        passage("a", "Nothing."),
        passage("b", "There were forty  men on two ships."),
        passage("c", "Forty men again."),  # nothing new: holds its place
        passage("d", "Then a storm came."),
    )
    # passages that count: places 2 (two facts together) and 4
    assert found["fact_hits@4"] == found["fact_recall@4"] == found["fact_all_evidence@4"] == 1.0
    assert found["fact_mrr@10"] == 0.5
    assert found["fact_map@10"] == pytest.approx((1 / 2 + 2 / 4) / 2)
    # (1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3)) = (0.63093 + 0.43068) / 1.63093
    assert found["fact_ndcg@10"] == pytest.approx(1.06161 / 1.63093, abs=1e-5)
    assert found["facts_retrieved"] == 1.0


def test_a_fact_that_runs_over_two_passages_is_retrieved_but_not_by_passage() -> None:
    found = scores(asked(facts=("forty men sailed",)), passage("a", "... forty"), passage("a", "men sailed."))
    assert found["facts_retrieved"] == 1.0
    assert found["fact_recall@10"] == 0.0


def test_multihop_rag_by_hand() -> None:
    # Worked from the published script: facts A, B, C; passages at places 1 (-), 2 (A and B), 3 (A again), 5 (C).
    facts = ["alpha one", "beta\ntwo", "gamma three"]
    passages = ["none", "an alpha  one, a beta two.", "alphaone", "none", "the gamma three", "none"]
    found = multihop_rag_scores(facts, passages)
    assert found["multihop_rag_hits@4"] == found["multihop_rag_hits@10"] == 1.0
    assert found["multihop_rag_mrr@10"] == 0.5
    # place 2: 2 new / 2 = 1; place 3: 0 new / 3 = 0; place 5: 1 new / 5 = 0.2; over 3 facts
    assert found["multihop_rag_map@10"] == pytest.approx((1 + 0 + 0.2) / 3)


def test_multihop_rag_where_it_misleads() -> None:
    # Facts found together in the first passage are perfect.
    assert multihop_rag_scores(["a", "b", "c"], ["a b c"])["multihop_rag_map@10"] == 1.0
    assert multihop_rag_scores(["a", "b"], ["a b", "x"])["multihop_rag_map@10"] == 1.0
    # Two facts at places 1 and 2 are perfect, and get (1 + 1/2) / 2.
    assert multihop_rag_scores(["a", "b"], ["a", "b"])["multihop_rag_map@10"] == 0.75
    # Spaces don't count: "no table" holds "not able". Case does.
    assert multihop_rag_scores(["not able"], ["there is no table"])["multihop_rag_hits@4"] == 1.0
    assert multihop_rag_scores(["Forty"], ["forty"])["multihop_rag_hits@10"] == 0.0
    # The script reads eleven passages but counts ten.
    assert multihop_rag_scores(["a"], ["x"] * 10 + ["a"])["multihop_rag_hits@10"] == 0.0
