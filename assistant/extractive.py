"""Quotes mode: the few sentences of the archive that answer, verbatim, each with its citation.

Pure. Sentences are scored by a weighted sum of what speaks for them (sentence_features.py; the weights were fitted on
one half of a development set and checked on the other, see docs/answers.md), chosen so that they don't say the same
thing twice, and shown in a readable order. A sentence that begins with a pronoun brings the one before it along.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from archive.article import DateSource
from archive.embedder import Embedder
from assistant.answer import Answer, AnswerSentence, Mode, Source, Verdict
from assistant.evidence import Evidence
from assistant.glosses import day_for_glosses, explained, glosses
from assistant.lone_marks import in_marks
from assistant.question_features import take_apart
from assistant.sentence_features import FEATURES, Candidate, find_candidates
from assistant.sentence_reading import read_in_context

WEIGHTS: Mapping[str, float] = {
    "shared": -0.8, "core_shared": 2.1, "shared_nearby": 0.7, "shared_in_passage": 2.0, "passage_score": 2.3,
    "passage_rank": 1.0, "vote": 1.5, "more_votes": 0.8, "vote_at_focus": 0.9, "number_wanted": 1.6, "unit_fits": 3.5,
    "place_fits": 2.4, "person_fits": 0.9, "name_welcome": 0.5, "new_names": 0.6, "first_lines": 1.5, "early": 0.2,
    "pairs_shared": 0.4, "pronoun_first": -0.4, "is_question": -1.1, "unfinished": -1.5,
}  # fmt: skip
# The same, and MEANINGS, where the sentences were read in their context.
READ_WEIGHTS: Mapping[str, float] = {
    "shared": -3.01, "core_shared": 1.82, "shared_nearby": 0.96, "shared_in_passage": -0.49, "passage_score": 3.37,
    "passage_rank": 0.81, "vote": 0.63, "more_votes": 0.73, "vote_at_focus": 0.7, "number_wanted": 2.88,
    "unit_fits": 2.41, "place_fits": 2.98, "person_fits": 0.9, "name_welcome": 0.5, "new_names": 0.17,
    "first_lines": 1.22, "early": -0.16, "pairs_shared": -0.03, "pronoun_first": -0.37, "is_question": -2.46,
    "unfinished": -0.7,
    "meaning": 2.91, "words_met": 0.28, "telling_words_met": 5.51, "unsaid_words_met": 2.58, "least_word_met": 0.63,
    "met_before": 1.43, "met_after": 0.35,
}  # fmt: skip
_REPEATS = 0.6  # share of words in common from which two sentences are versions of one
_COVERED = 0.8  # what an answer counts less when a chosen sentence already holds it
_SEVERAL = 2  # quotes
_BY_DAY = 2.0  # that a sentence scores less for each later day, where the latest is asked for
_FAR_BELOW = 8.0  # a second or third sentence scoring so much less than the first adds noise


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence chosen: ``article.text[start:end]`` of ``evidence[source]``."""

    source: int
    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Quoted:
    """The quotes as an answer: sentences, the readable text, and the sources they cite, renumbered and highlighted."""

    sentences: tuple[AnswerSentence, ...]
    text: str
    sources: tuple[Source, ...]


def score_sentences(
    question: str, evidence: Sequence[Evidence], weights: Mapping[str, float], embedder: Embedder | None = None
) -> list[Candidate]:
    """Every sentence of the evidence with its score, best first. ``weights``: rarity of the question's stems.

    With an embedder that gives vectors of tokens, sentences are read in their context too.
    """
    asked = take_apart(question, weights)
    candidates = find_candidates(asked, evidence)
    read = read_in_context(asked, evidence, candidates, embedder)
    for candidate in candidates:
        candidate.by_words = _weighed(candidate.features, WEIGHTS)
        signs = (*candidate.features, *candidate.meanings)
        candidate.score = _weighed(signs, READ_WEIGHTS) if read else candidate.by_words
    return sorted(candidates, key=lambda one: (-one.score, one.source, one.start))


def newest_first(candidates: Sequence[Candidate], evidence: Sequence[Evidence]) -> list[Candidate]:
    """The sentences where the latest is asked for: each scores the less for every later day that the evidence has."""
    days = sorted({piece.article.published.day for piece in evidence if piece.article.published}, reverse=True)
    for one in candidates:
        published = evidence[one.source].article.published
        one.score -= _BY_DAY * (days.index(published.day) if published else len(days))
    return sorted(candidates, key=lambda one: (-one.score, one.source, one.start))


def _weighed(signs: Sequence[float], weights: Mapping[str, float]) -> float:
    return sum(value * weight for value, weight in zip(signs, weights.values(), strict=True))


def choose_quotes(candidates: Sequence[Candidate], most: int) -> list[Quote]:
    """At most ``most`` sentences, best first, no two versions of one; each new one should add an answer."""
    chosen: list[Candidate] = []
    held: set[str] = set()
    while len(chosen) < most:
        left = [one for one in candidates if not any(_repeats(one, other) for other in chosen)]
        if not left:
            break
        best = max(left, key=lambda one: one.score - _COVERED * _already_held(one, held))
        if chosen and best.score < chosen[0].score - _FAR_BELOW:
            break
        chosen.append(best)
        held |= best.votes.keys()
    return [Quote(one.source, one.start, one.end, one.text, one.score) for one in chosen]


def _repeats(one: Candidate, other: Candidate) -> bool:
    if one is other:
        return True
    return len(one.stems & other.stems) > _REPEATS * max(1, len(one.stems | other.stems))


def _already_held(one: Candidate, held: set[str]) -> float:
    votes = sorted((vote for answer, vote in one.votes.items() if answer in held), reverse=True)
    return sum(votes[:2])


def each_once(by_part: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """The sentences of all parts, each with the better of its scores."""
    best: dict[tuple[int, int], Candidate] = {}
    for candidate in (one for own in by_part for one in own):
        place = candidate.source, candidate.start
        if place not in best or best[place].score < candidate.score:
            best[place] = candidate
    return list(best.values())


def with_lead_ins(quotes: Sequence[Quote], candidates: Sequence[Candidate], most: int) -> list[Quote]:
    """Put the sentence before in front of a quote that begins with a pronoun: it says whom or what that means.

    Where there are ``most`` already it takes the place of the last. If that is the one that it leads to, this gives way
    to the next best sentence that needs none.
    """
    by_place = sorted(candidates, key=lambda one: (one.source, one.start))
    place = {(one.source, one.start): index for index, one in enumerate(by_place)}
    pronoun = FEATURES.index("pronoun_first")
    result, kept = list(quotes), set[tuple[int, int]]()
    for quote in quotes:
        index = place[quote.source, quote.start]
        before = by_place[index - 1] if index else None
        if quote not in result or not by_place[index].features[pronoun] or before is None:
            continue
        if before.source != quote.source:
            continue
        is_led = any(one.source == before.source and one.start == before.start for one in result)
        spare = [one for one in result if one != quote and (one.source, one.start) not in kept]
        if not is_led and len(result) >= most and not (spare and spare[-1].score < quote.score):
            result = _without_a_pronoun(result, quote, by_place, pronoun)
            continue
        kept |= {(quote.source, quote.start), (before.source, before.start)}
        if is_led:
            continue
        if len(result) >= most:
            result.remove(spare[-1])
        result.append(Quote(before.source, before.start, before.end, before.text, quote.score))
    return result


def _without_a_pronoun(
    quotes: Sequence[Quote], quote: Quote, candidates: Sequence[Candidate], pronoun: int
) -> list[Quote]:
    """The quotes with another in the place of one that would need the sentence before; as they are without one."""
    chosen = [one for one in candidates if any((one.source, one.start) == (q.source, q.start) for q in quotes)]
    free = [
        one
        for one in candidates
        if not one.features[pronoun]
        and quote.score - _FAR_BELOW <= one.score
        and not any(_repeats(one, other) for other in chosen)
    ]
    best = max(free, key=lambda one: one.score, default=None)
    if len(quotes) < _SEVERAL or best is None:
        return list(quotes)
    other = Quote(best.source, best.start, best.end, best.text, best.score)
    return [other if one == quote else one for one in quotes]


def readable_order(quotes: Sequence[Quote], evidence: Sequence[Evidence]) -> list[Quote]:
    """The best first; what goes on in its article right after another quote stands behind that one."""
    by_place = sorted(quotes, key=lambda quote: (quote.source, quote.start))
    runs: list[list[Quote]] = []
    for quote in by_place:
        if runs and _follows(runs[-1][-1], quote, evidence):
            runs[-1].append(quote)
        else:
            runs.append([quote])
    runs.sort(key=lambda run: -max(quote.score for quote in run))  # stable: of equals, the first in its article
    return [quote for run in runs for quote in run]


def _follows(one: Quote, other: Quote, evidence: Sequence[Evidence]) -> bool:
    """Whether only white space stands between the end of one quote and the beginning of the other."""
    if one.source != other.source or other.start < one.end:
        return False
    source = evidence[one.source].source
    return not source.text[one.end - source.start : other.start - source.start].strip()


def as_answer(quotes: Sequence[Quote], evidence: Sequence[Evidence]) -> Quoted:
    """The quotes with citations, the days that "Thursday" means, and the sources they cite, highlighted."""
    keys: dict[int, str] = {}
    for quote in quotes:
        keys.setdefault(quote.source, str(len(keys) + 1))
    sentences, lines = [], []
    for number, quote in enumerate(quotes):
        piece = evidence[quote.source]
        explained = glosses(quote.text, day_for_glosses(piece.article))
        follows = number > 0 and _follows(quotes[number - 1], quote, evidence)
        key = keys[quote.source]
        sentences.append(
            AnswerSentence(quote.text, (key,), Verdict.SUPPORTED, glosses=explained, follows=follows, quoted=True)
        )
        lines.append(_line(sentences[-1], piece))
    sources = tuple(_highlighted(evidence[index].source, key, index, quotes) for index, key in keys.items())
    return Quoted(tuple(sentences), "\n\n".join(lines), sources)


def _line(sentence: AnswerSentence, piece: Evidence) -> str:
    """“The strike began on Thursday [14 March 2024].” – Courier, 15 March 2024 [1]."""
    text = explained(sentence.text, sentence.glosses)
    text = re.sub(r"\s*\n\s*", "\n", text)  # of a list's lines, not the empty ones between
    published = piece.article.published
    day = f"{published.day.day} {published.day:%B %Y}" if published else "undated"
    if published and piece.article.date_source is DateSource.PAGE_HEADER:
        day = f"page of {day}"  # which may be the day it was scraped
    where = ", ".join(part for part in (piece.article.outlet, day) if part)
    return f"{in_marks(sentence.text, text)} – {where} [{sentence.citations[0]}]"


def _highlighted(source: Source, key: str, index: int, quotes: Sequence[Quote]) -> Source:
    marks = sorted((q.start - source.start, q.end - source.start) for q in quotes if q.source == index)
    return replace(source, key=key, highlights=tuple(marks))


def with_quotes_below(answer: Answer, quoted: Quoted, notices: tuple[str, ...]) -> Answer:
    """Quotes after what the model had said, their sources numbered on; a source both cite keeps its number."""
    known = {source.passage_id: source for source in answer.sources}
    keys: dict[str, str] = {}
    sources = list(answer.sources)
    for source in quoted.sources:
        if source.passage_id in known:
            earlier = known[source.passage_id]
            keys[source.key] = earlier.key
            marks = tuple(sorted({*earlier.highlights, *source.highlights}))
            sources[sources.index(earlier)] = replace(earlier, highlights=marks)
        else:
            keys[source.key] = str(len(sources) + 1)
            sources.append(replace(source, key=keys[source.key]))
    sentences = tuple(
        replace(sentence, citations=tuple(keys[key] for key in sentence.citations)) for sentence in quoted.sentences
    )
    text = re.sub(r"\[(\d+)\](?=\n|$)", lambda match: f"[{keys[match[1]]}]", quoted.text)
    return replace(
        answer,
        mode=answer.mode if answer.sentences else Mode.QUOTES,
        incomplete=answer.incomplete and bool(answer.sentences),
        answer=f"{answer.answer}\n\n{text}".strip(),
        sentences=(*answer.sentences, *sentences),
        sources=tuple(sources),
        notices=notices,
    )
