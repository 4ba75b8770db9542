"""Sentences by meaning, where words don't reach: for questions put in other words than the articles'.

Only for embedders that give no vectors of tokens (sentence_reading.py does better with those). Where no passage holds
most of the question's words ("how many timepieces had the official bought?"), the words a sentence shares with it are
few and mostly chance. Then the best sentences by words are embedded and their cosine to the question weighs in, the
more the fewer words were found. Elsewhere nothing is embedded: there it gained nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from archive.embedder import Embedder
from archive.errors import EmbedderError
from assistant.sentence_features import FEATURES, Candidate

ENOUGH = 0.7  # share of the question's words, by rarity, that the best passage holds: from here words suffice
MOST = 24  # sentences embedded: some 3 ms each on one core
_WEIGHT = 40.0  # of the cosine, times how far the words fall short of ENOUGH


def by_meaning(question: str, candidates: Sequence[Candidate], embedder: Embedder | None) -> list[Candidate]:
    """The candidates, best first, their scores raised by meaning where words fall short, else unchanged.

    ``candidates`` of one part of the question, with their scores. Where the embedder fails words have to do.
    """
    short = shortfall(candidates)
    if embedder is None or not short or any(one.meanings for one in candidates):  # read already: sentence_reading.py
        return list(candidates)
    first = sorted(candidates, key=_best_first)[:MOST]
    try:
        cosines = embedder.embed_passages([one.text for one in first]) @ embedder.embed_query(question)
    except EmbedderError:  # retrieval has told of it already: the question was embedded there
        return list(candidates)
    return raised(candidates, first, [float(value) for value in cosines], short)


def shortfall(candidates: Sequence[Candidate]) -> float:
    """How far the best passage's share of the question's words falls short of ENOUGH; 0 if it doesn't."""
    place = FEATURES.index("shared_in_passage")
    reach = max((one.features[place] for one in candidates), default=1.0)
    return max(0.0, ENOUGH - reach)


def raised(
    candidates: Sequence[Candidate], first: Sequence[Candidate], cosines: Sequence[float], short: float
) -> list[Candidate]:
    """The candidates, best first, the weighed cosine added; those that weren't embedded get the lowest there is."""
    known = {id(one): cosine for one, cosine in zip(first, cosines, strict=True)}
    lowest = min(cosines, default=0.0)
    scored = [replace(one, score=one.score + _WEIGHT * short * known.get(id(one), lowest)) for one in candidates]
    return sorted(scored, key=_best_first)


def _best_first(one: Candidate) -> tuple[float, int, int]:
    return -one.score, one.source, one.start
