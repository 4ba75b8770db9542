"""What an answer's sources say together: how many say each sentence independently, and where their figures differ.

Pure. Looks only at sentences of the evidence that speak of what was asked: what was found besides isn't compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.answer import Answer, AnswerSentence, Difference, Disagreement, Figure, Source
from assistant.conflicts import find_conflicts, independent_sources
from assistant.corrections import corrections_in, find_corrected
from assistant.dated_events import DayClaim
from assistant.day_conflicts import find_day_conflicts
from assistant.differences import as_told
from assistant.evidence import Evidence
from assistant.glosses import day_for_glosses, spoken
from assistant.question import Kind, asks_quantity, kind_of
from assistant.sentence_features import Candidate
from assistant.statements import AnyClaim, Conflict, Statement
from assistant.words import content_stems, stem, words

_MOST_SHOWN = 2
_MOST_COMPARED = 60  # sentences
_ON_TOPIC = 0.34  # share of the question's words that a sentence must have to be compared
_ASKED_FOR = 0.5  # ... and that both sides of a disagreement exceed if neither is quoted


def with_agreement(
    answer: Answer, question: str, evidence: Sequence[Evidence], candidates: Sequence[Candidate]
) -> Answer:
    """The answer with the independent sources of each sentence counted, and disagreements on what was asked shown."""
    quoted = frozenset(sentence.text for sentence in answer.sentences)
    statements = _statements(question, quoted, evidence, candidates)
    sentences = tuple(_counted(one, answer, evidence, statements) for one in answer.sentences)
    answer = replace(answer, sentences=sentences)
    found = [
        *find_corrected(*_quoted_and_correcting(quoted, evidence, candidates)),
        *(one for one in _differing(statements) if _concerns(one, answer, question)),
    ]
    for conflict in found[:_MOST_SHOWN]:
        answer = _with_conflict(answer, conflict, evidence, statements)
    return answer


def _statements(
    question: str, quoted: frozenset[str], evidence: Sequence[Evidence], candidates: Sequence[Candidate]
) -> list[Statement]:
    """The sentences that are quoted or speak of what was asked, best first, as statements."""
    wanted = frozenset(content_stems(question))
    found = []
    for one in sorted(candidates, key=lambda one: -one.score):
        if one.text not in quoted and len(wanted & one.stems) < _ON_TOPIC * len(wanted):
            continue
        article = evidence[one.source].article
        found.append(
            Statement(
                one.text, one.start, one.source, article.outlet or "", day_for_glosses(article), article.article_id
            )
        )
    return found[:_MOST_COMPARED]


def _quoted_and_correcting(
    quoted: frozenset[str], evidence: Sequence[Evidence], candidates: Sequence[Candidate]
) -> tuple[list[Statement], list[Statement]]:
    """What is quoted, and the sentences that take figures back, be they on the question's words or not."""
    told: list[Statement] = []
    correcting: list[Statement] = []
    for one in candidates:
        corrects = bool(corrections_in(one.text))
        if one.text in quoted or corrects:
            piece = evidence[one.source]
            day, context = day_for_glosses(piece.article), f"{piece.article.title}\n{piece.source.text}"
            outlet, story = piece.article.outlet or "", piece.article.article_id
            statement = Statement(one.text, one.start, one.source, outlet, day, story, context)
            told += [statement] if one.text in quoted else []
            correcting += [statement] if corrects else []
    return told, correcting


def _counted(
    sentence: AnswerSentence, answer: Answer, evidence: Sequence[Evidence], statements: Sequence[Statement]
) -> AnswerSentence:
    cited = {source.article_id: source for source in answer.sources if source.key in sentence.citations}
    if not cited:
        return sentence
    index = next((index for index, one in enumerate(evidence) if one.article.article_id in cited), None)
    if index is None:
        return replace(sentence, independent=1)
    article = evidence[index].article
    own = Statement(sentence.text, 0, index, article.outlet or "", day_for_glosses(article), article.article_id)
    said = frozenset(word.stem for word in words(sentence.text))
    near = [one for one in statements if len(said & _stems(one.text)) >= len(said) // 3]
    return replace(sentence, independent=independent_sources(sentence.text, own.day, own, near))


def _concerns(conflict: Conflict, answer: Answer, question: str) -> bool:
    """Whether a disagreement is about what was asked.

    One side is quoted; or both have more than half of the question's words and the question asks for a quantity, or for
    a day where days differ: who the mayor of a town is has nothing to do with how many marched there, and what a
    ferry costs nothing with the cost of a bridge.
    """
    quoted = {sentence.text for sentence in answer.sentences}
    if any(claim.of.text in quoted for claim in conflict.claims):
        return True
    of_days = isinstance(conflict.claims[0], DayClaim)
    if not (kind_of(question) is Kind.DATE if of_days else asks_quantity(question)):
        return False
    wanted = frozenset(content_stems(question))
    return all(len(wanted & _stems(claim.of.text)) > _ASKED_FOR * len(wanted) for claim in conflict.claims)


def differences_among(
    question: str, evidence: Sequence[Evidence], candidates: Sequence[Candidate]
) -> tuple[Disagreement, ...]:
    """What the evidence differs on, before there is an answer; each figure cites its piece of evidence by key."""
    statements = _statements(question, frozenset(), evidence, candidates)
    return tuple(
        _as_disagreement(one, [evidence[claim.of.source].source.key for claim in one.claims], evidence, statements)
        for one in _differing(statements)[:_MOST_SHOWN]
    )


def _differing(statements: Sequence[Statement]) -> list[Conflict]:
    return [*find_conflicts(statements), *find_day_conflicts(statements)]


def _with_conflict(
    answer: Answer, conflict: Conflict, evidence: Sequence[Evidence], statements: Sequence[Statement]
) -> Answer:
    keys = []
    for claim in conflict.claims:
        answer, key = _citing(answer, claim, evidence)
        keys.append(key)
    found = _as_disagreement(conflict, keys, evidence, statements)
    return replace(
        answer,
        answer=f"{answer.answer}\n\n{describe(found)}",
        disagreements=(*answer.disagreements, found),
    )


def _as_disagreement(
    conflict: Conflict, citations: Sequence[str], evidence: Sequence[Evidence], statements: Sequence[Statement]
) -> Disagreement:
    """A conflict as it is shown: each claim cites the source with the key given for it."""
    figures = []
    for claim, key in zip(conflict.claims, citations, strict=True):
        piece = evidence[claim.of.source]
        start = claim.of.start - piece.source.start + claim.start
        figures.append(
            Figure(
                figure=_figure(claim),
                sentence=claim.of.text,
                citation=key,
                outlet=piece.article.outlet,
                published=piece.article.published.iso() if piece.article.published else None,
                start=start,
                end=start + len(_figure(claim)),
                independent=independent_sources(claim.of.text, claim.of.day, claim.of, statements),
                day=claim.day if isinstance(claim, DayClaim) else None,
            )
        )
    return Disagreement(conflict.difference, " ".join(conflict.about), tuple(figures))


def _citing(answer: Answer, claim: AnyClaim, evidence: Sequence[Evidence]) -> tuple[Answer, str]:
    """The answer with the claim's passage among its sources, the sentence highlighted, and the key it has there."""
    source = evidence[claim.of.source].source
    marks = (claim.of.start - source.start, claim.of.start - source.start + len(claim.of.text))
    for known in answer.sources:
        if known.passage_id == source.passage_id:
            highlights = tuple(sorted({*known.highlights, marks}))
            return _replaced(answer, known, replace(known, highlights=highlights)), known.key
    key = str(len(answer.sources) + 1)
    return replace(answer, sources=(*answer.sources, replace(source, key=key, highlights=(marks,)))), key


def _replaced(answer: Answer, old: Source, new: Source) -> Answer:
    return replace(answer, sources=tuple(new if one is old else one for one in answer.sources))


def _figure(claim: AnyClaim) -> str:
    """The figure with its unit: "5,500 people", "3.1 billion crowns"; or the day as it is written."""
    text = claim.of.text
    if isinstance(claim, DayClaim):
        return text[claim.start : claim.end]
    after = re.match(r"\s+([^\W\d_][\w’-]*)", text[claim.end :])
    if after and stem(after[1]) in claim.units:
        return text[claim.start : claim.end + after.end()]
    return text[claim.start : claim.end]


def describe(found: Disagreement) -> str:
    """One line for the reader: what each source says, with outlet and day."""
    disputed = found.difference is Difference.DISPUTED
    said = "; ".join(
        f"{as_told(one)} – {', '.join(part for part in (one.outlet, _spoken(one.published)) if part)}"
        f"{f', {one.independent} independent sources' if one.independent > 1 else ''} [{one.citation}]"
        for one in found.figures
    )
    what = ("different days", "day") if found.is_of_days else ("different figures", "figure")
    return f"{f'The sources give {what[0]} (disputed)' if disputed else f'The {what[1]} changed (updated)'}: {said}"


def _spoken(published: str | None) -> str:
    return spoken(date.fromisoformat(published[:10])) if published else "undated"


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(text))
