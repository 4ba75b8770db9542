"""Retrieval as MultiHop-RAG's own script defines it, for comparing with published tables.

Source: ``calculate_metrics`` in retrieval_evaluate.py of github.com/yixuantt/MultiHop-RAG (Tang & Yang 2024,
arXiv:2401.15391). Its definitions, kept to the letter:

- spaces and line feeds are taken out of facts and passages (nothing else: case, tabs and quotes count), and a fact is
  found where a passage contains it;
- hits@4 and hits@10: any one fact is found there; MRR@10: of the first passage with a fact;
- "MAP@10": at every rank with a fact, the number of facts *new at that rank* divided by the rank, summed, divided by
  the number of facts (10 at most). Precision usually counts everything found so far, so that facts at places 1 and 2
  are perfect: here they get 0.75.

Where they mislead is said in docs/evaluation.md.
"""

from __future__ import annotations

from collections.abc import Sequence

DEEPEST = 10


def multihop_rag_scores(facts: Sequence[str], passages: Sequence[str]) -> dict[str, float]:
    """The four scores of one question with at least one fact; ``passages`` best first."""
    wanted = [_squeezed(fact) for fact in facts]
    first: int | None = None
    precisions = 0.0
    seen: set[str] = set()
    for rank, passage in enumerate(map(_squeezed, passages[:DEEPEST]), start=1):
        held = [fact for fact in wanted if fact in passage]
        if not held:
            continue
        first = first or rank
        new = {fact for fact in held if fact not in seen}
        precisions += len(new) / rank
        seen |= new
    return {
        "multihop_rag_hits@4": float(first is not None and first <= 4),
        "multihop_rag_hits@10": float(first is not None),
        "multihop_rag_map@10": precisions / min(len(wanted), DEEPEST),
        "multihop_rag_mrr@10": 1 / first if first else 0.0,
    }


def _squeezed(text: str) -> str:
    return text.replace(" ", "").replace("\n", "")
