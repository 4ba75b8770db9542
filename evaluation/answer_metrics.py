"""The answer itself, scored without a model: its words, its citations, its quotations, its attribution. Pure.

Exact match and F1 are SQuAD's (``normalize_answer``, ``compute_exact``, ``compute_f1`` of the official evaluation
script, version 2.0; Rajpurkar et al. 2018), the best over a question's answers. Citation recall and precision follow
ALCE (Gao et al. 2023, arXiv:2305.14627), with Backissue's own check in place of a model that judges entailment. The
four fields of attribution are those of the Tow Center's test of AI search (Jaźwińska & Chandrasekar 2025): headline,
outlet, date, URL.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from assistant.quotations import find_quotations, is_verbatim
from assistant.verify import CitedPassage, check_sentence
from evaluation.question_set import TestQuestion
from evaluation.retrieval_metrics import contains_any, normalized

Row = Mapping[str, Any]
ATTRIBUTED = ("headline", "outlet", "date", "url")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def answer_scores(question: TestQuestion, row: Row) -> dict[str, float]:
    """The scores that apply to one answered question, each 0 to 1."""
    scores: dict[str, float] = {}
    sentences: Sequence[Row] = row["sentences"]
    said = [row.get("statement", ""), *(sentence["text"] for sentence in sentences)]
    given = "" if row["refused"] else " ".join(text for text in said if text)
    if question.expect is not None:
        scores["right_to_refuse_or_answer"] = float(row["refused"] == (question.expect == "abstain"))
    if question.expect != "abstain" and question.answers:
        scores["contains_answer"] = float(contains_any(given, question.answers))
        scores["exact_match"] = max(exact_match(given, answer) for answer in question.answers)
        scores["token_f1"] = max(token_f1(given, answer) for answer in question.answers)
    if row["refused"] or not sentences:
        return scores
    supported = [sentence["verdict"] == "supported" for sentence in sentences]
    scores["sentences_supported"] = sum(supported) / len(supported)
    scores |= citation_scores(sentences, row["sources"])
    scores |= attribution_scores(row)
    return scores


def squad_normalized(text: str) -> str:
    """Lower case, no ASCII punctuation, no articles (a, an, the), single spaces: in SQuAD's order."""
    text = text.lower().translate(_PUNCTUATION)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def exact_match(given: str, answer: str) -> float:
    """1 where both are the same once normalised."""
    return float(squad_normalized(given) == squad_normalized(answer))


def token_f1(given: str, answer: str) -> float:
    """The harmonic mean of precision and recall over words, counted as often as they stand."""
    ours, theirs = squad_normalized(given).split(), squad_normalized(answer).split()
    if not ours or not theirs:
        return float(ours == theirs)
    common = sum((Counter(ours) & Counter(theirs)).values())
    if not common:
        return 0.0
    precision, recall = common / len(ours), common / len(theirs)
    return 2 * precision * recall / (precision + recall)


def citation_scores(sentences: Sequence[Row], sources: Sequence[Row]) -> dict[str, float]:
    """Citation recall, citation precision, and the share of quotations that are verbatim.

    Recall: sentences that cite and that their sources, together, support. Precision: of all citations, those that are
    needed: the sentence is supported, and either this source alone supports it or the others don't without it. A
    sentence that can't be checked counts as not supported. A precision of no citations is absent.
    """
    by_key = {source["key"]: _passage(source) for source in sources}
    recalled: list[bool] = []
    needed: list[bool] = []
    verbatim: list[bool] = []
    for sentence in sentences:
        cited = [by_key[key] for key in sentence["citations"] if key in by_key]
        holds = bool(cited) and sentence["verdict"] == "supported"
        recalled.append(holds)
        for place, passage in enumerate(cited):
            others = cited[:place] + cited[place + 1 :]
            alone = holds and (not others or _supports(sentence["text"], [passage]))
            needed.append(alone or (holds and not _supports(sentence["text"], others)))
        needed += [False for key in sentence["citations"] if key not in by_key]
        for quotation in find_quotations(sentence["text"]):
            verbatim.append(any(is_verbatim(quotation, f"{one.title}\n{one.text}") for one in cited))
    scores = {"citation_recall": sum(recalled) / len(recalled)}
    if needed:
        scores["citation_precision"] = sum(needed) / len(needed)
    if verbatim:
        scores["quotations_verbatim"] = sum(verbatim) / len(verbatim)
    return scores


def attribution_scores(row: Row) -> dict[str, float]:
    """Whether the article an answer cites first is the right one, field by field; where the right one is known."""
    expected = [entry for entry in row.get("relevant", ()) if entry.get("article_id")]
    if not expected or not row["sources"]:
        return {}
    keys = [key for sentence in row["sentences"] for key in sentence["citations"]]
    first = next((source for key in keys for source in row["sources"] if source["key"] == key), row["sources"][0])
    given = {"headline": first["title"], "outlet": first["outlet"], "date": _day(first), "url": first["url"]}
    scores: dict[str, float] = {}
    for field in ATTRIBUTED:
        right = [_field(entry, field) for entry in expected]
        if any(right):
            scores[f"attribution_{field}"] = float(_plain(given[field]) in [_plain(one) for one in right if one])
    if scores:
        scores["attribution_all"] = float(all(scores.values()))
    return scores


def _field(entry: Row, field: str) -> str | None:
    if field == "date":
        return _day(entry)
    return entry.get("title" if field == "headline" else field)


def _day(entry: Row) -> str | None:
    return (entry.get("published") or "")[:10] or None


def _plain(value: str | None) -> str:
    return normalized(value or "").rstrip("/")


def _passage(source: Row) -> CitedPassage:
    try:
        published = date.fromisoformat((source.get("published") or "")[:10])
    except ValueError:
        published = None
    return CitedPassage(source["text"], published, source.get("title") or "", source.get("outlet") or "")


def _supports(text: str, passages: Sequence[CitedPassage]) -> bool:
    return bool(passages) and check_sentence(text, passages).verdict.value == "supported"
