"""What each score is called in a report, what it says, and which scores belong together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScoreName:
    """A score's words for people."""

    label: str
    says: str


GROUPS: dict[str, dict[str, ScoreName]] = {
    "The answer": {
        "contains_answer": ScoreName("Contains the answer", "one of the expected answers stands in the sentences"),
        "right_to_refuse_or_answer": ScoreName("Right to answer or refuse", "refused exactly when it should"),
        "exact_match": ScoreName("Exact match", "SQuAD's: the answer is the expected one and nothing else"),
        "token_f1": ScoreName("Word F1", "SQuAD's: words shared with the expected answer"),
    },
    "The judge": {
        "judge_correct": ScoreName("Judged correct", "4 or 5 of 5"),
        "judge_score": ScoreName("Judge's grade", "1 to 5, as 0 to 1"),
        "assertions_met": ScoreName("Assertions met", "the share of a question's assertions"),
        "judge_citation_recall": ScoreName("Citation recall, judged", "sentences that their passages carry"),
        "judge_citation_precision": ScoreName("Citation precision, judged", "citations that carry something"),
    },
    "Citations": {
        "sentences_supported": ScoreName("Sentences supported", "verdict “supported”"),
        "citation_recall": ScoreName("Citation recall", "sentences that cite and are supported by it"),
        "citation_precision": ScoreName("Citation precision", "citations that are needed"),
        "quotations_verbatim": ScoreName("Quotations verbatim", "word for word in a cited passage"),
        "attribution_all": ScoreName("Attribution, all right", "of the article cited first"),
        "attribution_headline": ScoreName("Attribution: headline", "is the right article's"),
        "attribution_outlet": ScoreName("Attribution: outlet", "is the right article's"),
        "attribution_date": ScoreName("Attribution: date", "is the right article's"),
        "attribution_url": ScoreName("Attribution: URL", "is the right article's"),
    },
    "Found: the answer's words": {
        "answer_in_top_4": ScoreName("Answer in the top 4", "an expected answer stands in the first 4 passages"),
        "answer_in_top_10": ScoreName("Answer in the top 10", "an expected answer stands in the first 10 passages"),
        "answer_mrr@10": ScoreName("Answer, reciprocal rank", "of the first passage that holds it"),
    },
    "Found: articles": {
        "hits@4": ScoreName("Hits at 4", "a relevant article in the first 4 passages"),
        "hits@10": ScoreName("Hits at 10", "a relevant article in the first 10 passages"),
        "recall@4": ScoreName("Recall at 4", "the share of relevant articles"),
        "recall@10": ScoreName("Recall at 10", "the share of relevant articles"),
        "all_evidence@4": ScoreName("All evidence at 4", "every relevant article"),
        "all_evidence@10": ScoreName("All evidence at 10", "every relevant article"),
        "mrr@10": ScoreName("Reciprocal rank", "of the first relevant article"),
        "map@10": ScoreName("Average precision", "over all relevant articles"),
        "ndcg@10": ScoreName("nDCG", "graded, earlier counts more"),
    },
    "Found: facts": {
        "facts_retrieved": ScoreName("Facts retrieved", "the share of facts in the first 10 passages, joined"),
        "fact_hits@4": ScoreName("Hits at 4", "a passage with a fact"),
        "fact_hits@10": ScoreName("Hits at 10", "a passage with a fact"),
        "fact_recall@4": ScoreName("Recall at 4", "the share of facts"),
        "fact_recall@10": ScoreName("Recall at 10", "the share of facts"),
        "fact_all_evidence@4": ScoreName("All evidence at 4", "every fact"),
        "fact_all_evidence@10": ScoreName("All evidence at 10", "every fact"),
        "fact_mrr@10": ScoreName("Reciprocal rank", "of the first passage with a fact"),
        "fact_map@10": ScoreName("Average precision", "over passages that add a fact"),
        "fact_ndcg@10": ScoreName("nDCG", "earlier counts more"),
    },
    "As MultiHop-RAG's script counts": {
        "multihop_rag_hits@4": ScoreName("Hits@4", "any one fact, spaces aside"),
        "multihop_rag_hits@10": ScoreName("Hits@10", "any one fact, spaces aside"),
        "multihop_rag_map@10": ScoreName("MAP@10", "not average precision: see the guide"),
        "multihop_rag_mrr@10": ScoreName("MRR@10", "of the first passage with a fact"),
    },
}
LABELS = {name: score for group in GROUPS.values() for name, score in group.items()}
# What stands first in a report: the scores an editor asks for.
HEADLINES = (
    "contains_answer", "right_to_refuse_or_answer", "judge_correct", "assertions_met", "citation_recall",
    "attribution_all", "answer_in_top_4", "answer_in_top_10", "hits@10", "all_evidence@10", "fact_recall@10",
)  # fmt: skip


def label(name: str) -> str:
    """A score's name for people; its own name where it has none."""
    return LABELS[name].label if name in LABELS else name


def grouped(names: Iterable[str]) -> list[tuple[str, list[str]]]:
    """These scores in the report's groups and order; unknown ones last."""
    left = list(names)
    groups = [(title, [name for name in scores if name in left]) for title, scores in GROUPS.items()]
    groups.append(("Other", [name for name in left if name not in LABELS]))
    return [(title, found) for title, found in groups if found]
