"""Answer scores worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.answer_metrics import (
    answer_scores,
    attribution_scores,
    citation_scores,
    exact_match,
    squad_normalized,
    token_f1,
)
from evaluation.question_set import TestQuestion


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  Harbour, a “bridge”!", "harbour “bridge”"),  # as in the script: typographic quotes stay
        ("An apple a day", "apple day"),
        ("U.S.", "us"),
        ("the", ""),
        ("theatre", "theatre"),
        ("a-the-b", "atheb"),  # punctuation goes first, so nothing is left to be an article
    ],
)
def test_squad_normalization(text: str, expected: str) -> None:
    assert squad_normalized(text) == expected


def test_exact_match_and_f1() -> None:
    assert exact_match("The bridge.", "bridge") == 1.0
    assert exact_match("bridges", "bridge") == 0.0
    # "forty men sailed" against "the forty sailed": 2 common words; precision 2/3, recall 2/2
    assert token_f1("forty men sailed", "the forty sailed") == pytest.approx(2 * (2 / 3) / (2 / 3 + 1))
    assert token_f1("men men men", "men men") == pytest.approx(2 * (2 / 3) / (2 / 3 + 1))  # counted as often as given
    assert token_f1("nothing", "forty") == 0.0
    assert token_f1("the", "a") == 1.0  # both empty: agree
    assert token_f1("", "forty") == 0.0


def source(key: str, text: str, **more: Any) -> dict[str, Any]:
    told = {"title": "Bridge", "outlet": "Courier", "published": "2024-03-12T08:00:00", "url": "https://c.example/1"}
    return {"key": key, "text": text, **told, **more}


def sentence(text: str, *citations: str, verdict: str = "supported") -> dict[str, Any]:
    return {"text": text, "citations": list(citations), "verdict": verdict}


BEARINGS = "Engineers replaced all four bearings of the bridge."
COST = "The repair cost 4.2 million crowns."


def test_citation_recall_and_precision() -> None:
    sources = [source("1", BEARINGS), source("2", COST), source("3", "Rain fell.")]
    found = citation_scores(
        [
            sentence(BEARINGS, "1", "3"),  # 3 is not needed: 1 of 2 right
            sentence(COST, "2"),  # right
            sentence("It was a nice day.", "3", verdict="unchecked"),  # not supported: its citation is wrong
            sentence("Nobody knows.", verdict="unchecked"),  # cites nothing
        ],
        sources,
    )
    assert found["citation_recall"] == 2 / 4
    assert found["citation_precision"] == 2 / 4


def test_two_sources_that_are_needed_together() -> None:
    both = "Engineers replaced all four bearings of the bridge and the repair cost 4.2 million crowns."
    found = citation_scores([sentence(both, "1", "2")], [source("1", BEARINGS), source("2", COST)])
    assert found == {"citation_recall": 1.0, "citation_precision": 1.0}


def test_a_key_that_does_not_exist_is_a_wrong_citation_and_no_citation_has_no_precision() -> None:
    assert citation_scores([sentence(COST, "9")], [source("1", COST)]) == {
        "citation_recall": 0.0,
        "citation_precision": 0.0,
    }
    assert "citation_precision" not in citation_scores([sentence(COST, verdict="unchecked")], [])


def test_quotations_must_be_verbatim() -> None:
    sources = [source("1", 'He said: "All four bearings had been replaced."')]
    found = citation_scores(
        [
            sentence("He said “all four bearings had been replaced”.", "1"),
            sentence("He said “all five bearings had been replaced”.", "1", verdict="not_in_source"),
        ],
        sources,
    )
    assert found["quotations_verbatim"] == 0.5
    assert "quotations_verbatim" not in citation_scores([sentence(COST, "1")], [source("1", COST)])


def test_attribution_field_by_field() -> None:
    right = {
        "name": "x",
        "article_id": "a",
        "title": "BRIDGE",
        "outlet": "Gazette",
        "published": "2024-03-12",
        "url": "https://c.example/1/",
    }
    row = {"relevant": [right], "sources": [source("1", COST)], "sentences": [sentence(COST, "1")]}
    assert attribution_scores(row) == {
        "attribution_headline": 1.0,
        "attribution_outlet": 0.0,
        "attribution_date": 1.0,
        "attribution_url": 1.0,
        "attribution_all": 0.0,
    }
    # The archive has no URL for it: the field doesn't apply. An article that isn't there can't be attributed.
    assert "attribution_url" not in attribution_scores({**row, "relevant": [{**right, "url": None}]})
    assert attribution_scores({**row, "relevant": [{"name": "x"}]}) == {}


def test_the_article_cited_first_is_the_one_attributed() -> None:
    sources = [source("1", COST, title="Wrong"), source("2", COST)]
    row = {"relevant": [{"name": "x", "article_id": "a", "title": "Bridge"}], "sources": sources}
    assert attribution_scores({**row, "sentences": [sentence(COST, "2", "1")]})["attribution_headline"] == 1.0
    assert attribution_scores({**row, "sentences": [sentence(COST, "1", "2")]})["attribution_headline"] == 0.0


def test_a_refusal_has_no_citations_to_score_and_no_answer() -> None:
    question = TestQuestion(id="q", question="?", answers=("forty",), expect="answer")
    row = {"id": "q", "retrieved": [], "refused": True, "sentences": [], "sources": []}
    assert answer_scores(question, row) == {
        "right_to_refuse_or_answer": 0.0,
        "contains_answer": 0.0,
        "exact_match": 0.0,
        "token_f1": 0.0,
    }
    unanswerable = TestQuestion(id="q", question="?", expect="abstain")
    assert answer_scores(unanswerable, row) == {"right_to_refuse_or_answer": 1.0}


def test_the_best_of_several_answers_counts() -> None:
    question = TestQuestion(id="q", question="?", answers=("40", "forty men"), expect="answer")
    row = {"refused": False, "sentences": [sentence("Forty men.")], "sources": [], "retrieved": []}
    scores = answer_scores(question, row)
    assert (scores["exact_match"], scores["token_f1"], scores["contains_answer"]) == (1.0, 1.0, 1.0)
