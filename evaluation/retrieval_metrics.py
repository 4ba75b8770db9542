"""What was found, scored against what should have been: by article (``relevant``) and by passage (``facts``).

The formulas are ir-measures' (trec_eval's): Success, Recall, reciprocal rank, average precision, nDCG with the grade as
gain and log2 as discount. The rank of an article is that of its first passage; its later passages hold a place and
count as nothing found. What no judgement names counts as not relevant, as in trec_eval. Order decides, not scores: ties
were broken when the list was made, and the reader saw it in that order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from archive.errors import UsageError
from evaluation.question_set import TestQuestion

Row = Mapping[str, Any]  # one line of questions.jsonl
DEPTHS = (4, 10)
DEEPEST = DEPTHS[-1]


def normalized(text: str) -> str:
    """For containment: case-folded, compatibility forms and typographic quotes unified, white space single."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = text.translate(str.maketrans("“”„«»‘’‚", '"""""\'\'\''))
    return re.sub(r"\s+", " ", text).strip()


def contains_any(text: str, answers: Sequence[str]) -> bool:
    """Whether one of the answers stands in the text as whole words and numbers ("10" is not in "2010", "10,000")."""
    haystack = normalized(text)
    for answer in answers:
        needle = normalized(answer).strip(" \"'.,")
        if needle and re.search(whole(needle, re.escape(needle)), haystack):
            return True
    return False


def whole(needle: str, pattern: str) -> str:
    """The pattern of a text where it stands as whole words, and a number at its ends as a whole number."""
    before = r"(?<!\w)(?<!\d[.,])" if needle[0].isdigit() else r"(?<!\w)"
    return rf"{before}{pattern}" + (r"(?!\w|[.,]\d)" if needle[-1].isdigit() else r"(?!\w)")


def retrieval_scores(question: TestQuestion, row: Row) -> dict[str, float]:
    """The retrieval scores that apply to one question, each 0 to 1."""
    retrieved: Sequence[Row] = row["retrieved"]
    scores: dict[str, float] = {}
    if question.answers and question.expect != "abstain":
        ranks = [rank for rank, one in enumerate(retrieved, 1) if contains_any(one["text"], question.answers)]
        for depth in DEPTHS:
            scores[f"answer_in_top_{depth}"] = float(bool(ranks) and ranks[0] <= depth)
        scores[f"answer_mrr@{DEEPEST}"] = 1 / ranks[0] if ranks and ranks[0] <= DEEPEST else 0.0
    if targets := _targets(question, row):
        found = [_found_target(passage, targets) for passage in retrieved]
        grades = {number: grade for number, (_, grade) in enumerate(targets)}
        scores |= _ranked(_first_time_only(found), grades, "")
    if question.facts:
        scores |= _fact_scores(question.facts, [passage["text"] for passage in retrieved])
    return scores


def _targets(question: TestQuestion, row: Row) -> list[tuple[frozenset[str], int]]:
    """What should be found: each article by all its names, with its grade. Printings of one story are one target.

    ``row["relevant"]`` holds the articles as the archive knows them; without it a name stands for itself.
    """
    known: dict[str, Row] = {entry["name"]: entry for entry in row.get("relevant", ())}
    stories: dict[str, tuple[set[str], int]] = {}
    for name in question.relevant:
        entry = known.get(name, {})
        names, grade = stories.setdefault(entry.get("story") or name, (set(), 0))
        names |= {name, *filter(None, (entry.get("article_id"), entry.get("url")))}
        stories[entry.get("story") or name] = (names, max(grade, question.grades.get(name, 1)))
    return [(frozenset(names), grade) for names, grade in stories.values()]


def unjudged_passages(question: TestQuestion, row: Row) -> tuple[int, int]:
    """Of the first ten passages: of how many nobody judged the article, and how many there are.

    They count as not relevant. (0, 0) where the set doesn't tell what was judged.
    """
    if not question.judged:
        return 0, 0
    retrieved: Sequence[Row] = row["retrieved"][:DEEPEST]
    return sum(not _names_of(passage) & set(question.judged) for passage in retrieved), len(retrieved)


def _names_of(passage: Row) -> set[str]:
    names = {passage[key] for key in ("article_id", "external_id", "url") if passage.get(key)}
    return names | {
        copy[key] for copy in passage.get("also_in") or () for key in ("article_id", "url") if copy.get(key)
    }


def _found_target(passage: Row, targets: Sequence[tuple[frozenset[str], int]]) -> int | None:
    names = _names_of(passage)
    return next((number for number, (target, _) in enumerate(targets) if target & names), None)


def _first_time_only(found: Iterable[int | None]) -> list[int | None]:
    seen: set[int] = set()
    firsts: list[int | None] = []
    for one in found:
        firsts.append(one if one is not None and one not in seen else None)
        seen |= {one} if one is not None else set()
    return firsts


def _fact_scores(facts: Sequence[str], texts: Sequence[str]) -> dict[str, float]:
    """By passage: one counts when it holds a fact that none above it held; facts found together are one target."""
    wanted = [normalized(fact) for fact in facts]
    passages = [normalized(text) for text in texts]
    evidence = normalized(" ".join(texts[:DEEPEST]))  # a fact may run over the end of a passage
    scores = {"facts_retrieved": sum(fact in evidence for fact in wanted) / len(wanted)}
    missing = list(dict.fromkeys(wanted))
    shares: list[float] = []
    found: list[int | None] = []
    grades: dict[int, int] = {}
    for rank, passage in enumerate(passages):
        left = [fact for fact in missing if fact not in passage]
        found.append(rank if len(left) < len(missing) else None)
        if len(left) < len(missing):
            grades[rank] = 1
        missing = left
        shares.append(1 - len(missing) / len(set(wanted)))
    grades |= {-1 - number: 1 for number in range(len(missing))}  # those that no passage holds
    ranked = _ranked(found, grades, "fact_")
    for depth in DEPTHS:  # the share of facts, not of passages
        share = shares[min(depth, len(shares)) - 1] if shares else 0.0
        ranked[f"fact_recall@{depth}"] = share
        ranked[f"fact_all_evidence@{depth}"] = float(share == 1.0)
    return scores | ranked


def _ranked(found: Sequence[int | None], grades: Mapping[int, int], prefix: str) -> dict[str, float]:
    """Scores of one ranked list: ``found[i]`` is the target met at place i (at most once), ``grades`` all targets."""
    measures = _measures()
    documents = [f"other {place}" if one is None else f"target {one}" for place, one in enumerate(found)]
    run = {"q": {document: float(len(documents) - place) for place, document in enumerate(documents)}}
    judged = {"q": {f"target {one}": grade for one, grade in grades.items()}}
    import ir_measures

    # An empty list of passages is a question that found nothing: 0, not left out.
    values = {measure: 0.0 for measure in measures}
    if documents:
        values |= {metric.measure: float(metric.value) for metric in ir_measures.iter_calc(measures, judged, run)}
    scores = {f"{prefix}{name}": value for measure, value in values.items() for name in [measures[measure]]}
    for depth in DEPTHS:
        scores[f"{prefix}all_evidence@{depth}"] = float(scores[f"{prefix}recall@{depth}"] == 1.0)
    return scores


@lru_cache(maxsize=1)
def _measures() -> dict[Any, str]:
    try:
        from ir_measures import AP, RR, R, Success, nDCG
    except ImportError:
        raise UsageError("Scoring retrieval needs the package ir-measures: pip install ir-measures") from None
    named: dict[Any, str] = {}
    for depth in DEPTHS:
        named |= {Success @ depth: f"hits@{depth}", R @ depth: f"recall@{depth}"}
    return named | {RR @ DEEPEST: f"mrr@{DEEPEST}", AP @ DEEPEST: f"map@{DEEPEST}", nDCG @ DEEPEST: f"ndcg@{DEEPEST}"}
