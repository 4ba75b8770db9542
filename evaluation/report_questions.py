"""One question of a report: what came out, what was expected, and the evidence with what counts marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from archive.counts import plural
from evaluation.compare import SAME, Change
from evaluation.question_set import TestQuestion, kind_of
from evaluation.retrieval_metrics import whole
from evaluation.score_names import label

Row = Mapping[str, Any]
GOOD, BAD, OPEN = "good", "bad", "open"
_VERDICTS = {
    "supported": "supported",
    "unchecked": "unchecked",
    "not_in_source": "not in the source",
    "contradicted": "contradicted",
}
Pieces = tuple[tuple[str, bool], ...]  # text, and whether it is marked


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that was found; ``relevant``: its article is one that should be."""

    rank: int
    title: str
    where: str
    link: str | None
    pieces: Pieces
    relevant: bool
    holds_answer: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the answer with its sources and verdict."""

    pieces: Pieces
    citations: tuple[str, ...]
    verdict: str
    verdict_class: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a report shows of one question."""

    question: TestQuestion
    kind: str
    outcome: str
    outcome_class: str
    change: str  # better, worse, mixed, same, or "" without a run to compare with
    changed: tuple[tuple[str, float, float], ...]
    answered: bool
    statement: str
    sentences: tuple[Sentence, ...]
    refusal: str
    notices: tuple[str, ...]
    sources: tuple[Mapping[str, Any], ...]
    before: str
    passages: tuple[Passage, ...]
    missing: tuple[str, ...]
    scores: tuple[tuple[str, float], ...]
    confidence: float | None
    judge: tuple[str, ...]
    timings: tuple[tuple[str, float], ...]
    searched: str

    @property
    def words(self) -> str:
        """What the text filter looks through."""
        said = " ".join("".join(text for text, _ in sentence.pieces) for sentence in self.sentences)
        return f"{self.question.id} {self.question.question} {said} {' '.join(self.question.answers)}".casefold()


def card_of(question: TestQuestion, row: Row, before: Row | None, change: Change | None) -> Card:
    """The card of one question."""
    outcome, outcome_class = outcome_of(question, row)
    wanted = (*question.answers, *question.facts)
    return Card(
        question=question,
        kind=kind_of(question),
        outcome=outcome,
        outcome_class=outcome_class,
        change="" if change is None else change.verdict,
        changed=()
        if change is None or change.verdict == SAME
        else tuple((label(name), *pair) for name, pair in change.scores.items()),
        answered="answer" in row,
        statement=row.get("statement", ""),
        sentences=tuple(_sentence(one, question.answers) for one in row.get("sentences", ())),
        refusal=row["answer"] if row.get("refused") else "",
        notices=tuple(row.get("notices", ())),
        sources=tuple({**one, "link": _link(one.get("url"))} for one in row.get("sources", ())),
        before=(before or {}).get("answer", ""),
        passages=tuple(_passage(one, row, wanted, question.answers) for one in row["retrieved"]),
        missing=tuple(entry["name"] for entry in row.get("relevant", ()) if not entry.get("article_id")),
        scores=tuple((label(name), value) for name, value in row["scores"].items()),
        confidence=row.get("confidence"),
        judge=_judged(row),
        timings=tuple(row["timings_ms"].items()),
        searched=_searched(question, row),
    )


def outcome_of(question: TestQuestion, row: Row) -> tuple[str, str]:
    """What came of a question, in words, and whether that is good, bad, or open."""
    scores = row["scores"]
    if "refused" not in row:
        for name in ("answer_in_top_10", "fact_recall@10", "hits@10"):
            if name in scores:
                return ("found", GOOD) if scores[name] > 0 else ("not found", BAD)
        return "not scored", OPEN
    if question.expect == "abstain":
        return ("rightly refused", GOOD) if row["refused"] else ("should have refused", BAD)
    if row["refused"]:
        return ("wrongly refused", BAD) if question.expect == "answer" or question.answers else ("refused", OPEN)
    if "contains_answer" in scores:
        return ("right", GOOD) if scores["contains_answer"] else ("answer missing", BAD)
    if "judge_correct" in scores:
        return ("judged right", GOOD) if scores["judge_correct"] else ("judged wrong", BAD)
    return "answered, not scored", OPEN


def marked(text: str, wanted: Sequence[str]) -> Pieces:
    """The text in pieces, those that are one of the wanted strings marked; case and runs of white space don't count."""
    patterns = [
        whole(plain, r"\s+".join(re.escape(word) for word in plain.split()))
        for one in wanted
        if (plain := one.strip(" \"'“”.,"))
    ]
    if not patterns:
        return ((text, False),)
    longest_first = sorted(patterns, key=len, reverse=True)
    pieces: list[tuple[str, bool]] = []
    at = 0
    for match in re.finditer("|".join(longest_first), text, flags=re.IGNORECASE):
        pieces += [(text[at : match.start()], False), (match.group(), True)]
        at = match.end()
    return tuple(piece for piece in [*pieces, (text[at:], False)] if piece[0])


def _sentence(sentence: Row, answers: Sequence[str]) -> Sentence:
    return Sentence(
        marked(sentence["text"], answers),
        tuple(sentence["citations"]),
        _VERDICTS[sentence["verdict"]],
        {"supported": GOOD, "unchecked": OPEN}.get(sentence["verdict"], BAD),
        tuple(sentence.get("problems", ())),
    )


def _passage(passage: Row, row: Row, wanted: Sequence[str], answers: Sequence[str]) -> Passage:
    names = {passage.get(key) for key in ("article_id", "external_id", "url")} - {None}
    names |= {copy.get("article_id") for copy in passage.get("also_in") or ()}
    targets = {entry.get(key) for entry in row.get("relevant", ()) for key in ("name", "article_id")} - {None}
    return Passage(
        rank=passage["rank"],
        title=passage["title"] or "(no headline)",
        where=", ".join(part for part in (passage["outlet"], (passage["published"] or "undated")[:10]) if part),
        link=_link(passage["url"]),
        pieces=marked(passage["text"], wanted),
        relevant=bool(names & targets),
        holds_answer=any(found for _, found in marked(passage["text"], answers)) if answers else False,
    )


def _link(url: str | None) -> str | None:
    """An address that a reader may follow; anything but http and https is shown as text only."""
    try:
        return url if url and urlsplit(url).scheme in {"http", "https"} else None
    except ValueError:
        return None


def _judged(row: Row) -> tuple[str, ...]:
    judge = row.get("judge", {})
    lines = []
    for number, grade in enumerate(judge.get("grades", ()), start=1):
        answer, citations = grade["answer"], grade["citations"]
        said = []
        if answer is not None:
            said.append(f"{answer['score']} of 5")
            if answer["assertions"]:
                said.append(f"{sum(answer['assertions'])} of {plural(len(answer['assertions']), 'assertion')} met")
        if citations is not None:
            carried = sum(one["supported"] for one in citations["sentences"])
            said.append(f"{carried} of {plural(len(citations['sentences']), 'sentence')} carried by the passages cited")
        lines.append(f"Judge, asked {('once', 'again')[number - 1]}: {', '.join(said) or 'no grade'}.")
    return (*lines, *(f"The judge failed: {failure}" for failure in judge.get("failures", ())))


def _searched(question: TestQuestion, row: Row) -> str:
    """What was searched for, where it isn't the question as asked."""
    plan = row.get("plan") or {}
    standalone = plan.get("standalone", "")
    parts = [part["question"] for part in plan.get("parts", ())]
    said = [standalone] if standalone and standalone != question.question else []
    return " / ".join([*said, *(part for part in parts if len(parts) > 1)])
