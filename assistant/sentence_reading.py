"""Sentences read in their context: how far each one says what the question asks, in whatever words.

The evidence is embedded stretch by stretch, each with its headline, and a sentence is the pieces that stand in it: so
"he" and "the bridge" mean there what the lines before say (late chunking, Günther et al. 2024). Each word of the
question looks for the piece of the sentence nearest to it (late interaction: ColBERT, Khattab and Zaharia 2020).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.embedder import Embedder, TokenEmbedder, TokenVectors
from archive.errors import EmbedderError
from assistant.evidence import Evidence
from assistant.question_features import Asked
from assistant.sentence_features import Candidate
from assistant.words import content_stems, is_content, words

_OWN = ("meaning", "words_met", "telling_words_met", "unsaid_words_met", "least_word_met")
MEANINGS = (
    *_OWN,
    "met_before",
    "met_after",
)  # the last two: what its neighbours say, which it may go on from or lead to
_TELLING = _OWN.index("telling_words_met")
MOST = 4  # pieces of evidence that are read: those behind rarely hold what these don't, and each costs as much
_STRETCH = 900  # characters embedded at once: with a headline about as many pieces as the model reads
_HEADLINE = 120  # characters of it
_PIECES = 4  # what a character beyond ASCII counts: the model's pieces hold one or two of those


@dataclass(frozen=True, slots=True)
class Meant:
    """What the question means. ``words``: shape (words, dimensions), rows of length 1, in the order of ``stems``."""

    whole: NDArray[np.float32]
    words: NDArray[np.float32]
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Candidates that are embedded together.

    ``text`` begins with the headline; ``shift`` leads from the article's character offsets to the text's.
    """

    text: str
    shift: int
    candidates: tuple[Candidate, ...]


def read_in_context(
    asked: Asked, evidence: Sequence[Evidence], candidates: Sequence[Candidate], embedder: Embedder | None
) -> bool:
    """Work out MEANINGS for every candidate (``candidate.meanings``); False where the embedder can't tell or fails.

    ``candidates`` of this evidence, in any order; the first MOST pieces of the evidence are read, best first. Costs one
    pass of the model for about 900 characters.
    """
    if not isinstance(embedder, TokenEmbedder) or not candidates:
        return False
    behind = sorted({one.source for one in candidates})[MOST:]
    stretches = list(_stretches(evidence, [one for one in candidates if one.source not in behind]))
    try:
        question, *read = embedder.embed_tokens([asked.text, *(one.text for one in stretches)])
    except EmbedderError:  # retrieval has told of it already: the question was embedded there
        return False
    meant = meaning_of(asked, question)
    weights = _Weights.of(asked, meant.stems, evidence, candidates)
    unread = [one for one in candidates if one.source in behind]
    for stretch, tokens in zip(stretches, read, strict=True):
        for candidate in stretch.candidates:
            start, end = candidate.start + stretch.shift, candidate.end + stretch.shift
            within = (tokens.spans[:, 0] >= start) & (tokens.spans[:, 1] <= end)
            if within.any():
                candidate.meanings = meanings(meant, tokens.vectors[within], weights)
            else:
                unread.append(candidate)
    known = [one.meanings for one in candidates if one.meanings]
    if not known:
        return False
    lowest = tuple(min(column) for column in zip(*known, strict=True))
    for candidate in unread:
        candidate.meanings = lowest  # what the model didn't see speaks for nothing
    _add_neighbours(candidates, lowest[_TELLING])
    return True


def _add_neighbours(candidates: Sequence[Candidate], lowest: float) -> None:
    by_place = sorted(candidates, key=lambda one: (one.source, one.start))
    met = [(one.source, one.meanings[_TELLING]) for one in by_place]
    for place, one in enumerate(by_place):
        beside = (met[place - 1] if place else None, met[place + 1] if place + 1 < len(met) else None)
        one.meanings += tuple(other[1] if other and other[0] == one.source else lowest for other in beside)


def _stretches(evidence: Sequence[Evidence], candidates: Sequence[Candidate]) -> Iterator[_Stretch]:
    waiting: list[Candidate] = []
    size = 0
    for one in sorted(candidates, key=lambda each: (each.source, each.start)):
        if waiting and (one.source != waiting[0].source or size + _size(one.text) > _STRETCH):
            yield _stretch(evidence, waiting)
            waiting, size = [], 0
        waiting.append(one)
        size += _size(one.text)
    if waiting:
        yield _stretch(evidence, waiting)


def _size(text: str) -> int:
    return len(text) if text.isascii() else sum(1 if one.isascii() else _PIECES for one in text)


def _stretch(evidence: Sequence[Evidence], candidates: list[Candidate]) -> _Stretch:
    piece = evidence[candidates[0].source]
    headline = f"{piece.article.title[:_HEADLINE]}. "
    first, last = candidates[0].start, candidates[-1].end
    text = piece.source.text[first - piece.source.start : last - piece.source.start]
    return _Stretch(headline + text, len(headline) - first, tuple(candidates))


def meaning_of(asked: Asked, tokens: TokenVectors) -> Meant:
    """The question's vector, and one for each of its content words: the mean of the pieces it is made of."""
    rows, stems = [], []
    for word in words(asked.text):
        touched = (tokens.spans[:, 0] < word.start + len(word.text)) & (tokens.spans[:, 1] > word.start)
        if is_content(word.text) and touched.any():
            rows.append(tokens.vectors[touched].mean(axis=0))
            stems.append(word.stem)
    dimensions = tokens.vectors.shape[1]
    whole = tokens.vectors.mean(axis=0) if len(tokens.vectors) else np.zeros(dimensions, np.float32)
    return Meant(_unit(whole), _unit(np.array(rows, np.float32).reshape(-1, dimensions)), tuple(stems))


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), np.float32)


@dataclass(frozen=True, slots=True)
class _Weights:
    """What each word of the question counts, three times: each sums to 1 (or is all 0 where there are no words)."""

    rare: NDArray[np.float32]  # in the archive
    telling: NDArray[np.float32]  # among the sentences of the evidence
    unsaid: NDArray[np.float32]  # rare, and in no headline: what is asked about the story, not which story it is

    @classmethod
    def of(
        cls, asked: Asked, stems: Sequence[str], evidence: Sequence[Evidence], candidates: Sequence[Candidate]
    ) -> _Weights:
        rare = np.array([asked.weights.get(one, 1.0) for one in stems], np.float32)
        holding: Mapping[str, int] = {one: sum(one in each.stems for each in candidates) for one in stems}
        telling = np.array([math.log(1 + len(candidates) / (1 + holding[one])) for one in stems], np.float32)
        headlines = {stem for piece in evidence for stem in content_stems(piece.article.title)}
        unsaid = np.array([one not in headlines for one in stems], np.float32) * rare
        return cls(_shares(rare), _shares(telling), _shares(unsaid if unsaid.any() else rare))


def _shares(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    total = float(weights.sum())
    return weights / np.float32(total) if total else weights


def meanings(meant: Meant, pieces: NDArray[np.float32], weights: _Weights) -> tuple[float, ...]:
    """What a sentence says itself (the first of MEANINGS), cosines from -1 to 1.

    ``pieces``: shape (1 or more, dimensions), the vectors of its own.
    """
    whole = float(_unit(pieces.mean(axis=0)) @ meant.whole)
    if not len(meant.words):
        return (whole, *(0.0,) * (len(_OWN) - 1))
    met = (meant.words @ _unit(pieces).T).max(axis=1)
    return (
        whole,
        float(met @ weights.rare),
        float(met @ weights.telling),
        float(met @ weights.unsaid),
        float(met.min()),
    )
