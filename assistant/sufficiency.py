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
from assistant.question_features import Asked
from assistant.retriever import Retrieval
from assistant.search_plan import PlanPart, TimeWindow
from assistant.sentence_features import FEATURES, Candidate
from assistant.words import MONTH_NAMES, words

WEIGHTS: Mapping[str, float] = {
    "best_sentence": 0.31,
    "shared": 0.9,
    "shared_nearby": 1.9,
    "shared_in_passage": 3.27,
    "names_in_passage": 0.27,
    "rarest_words": 0.63,
    "similarity": 2.19,
    "searches_agree": 0.76,
}
SIGNS = tuple(WEIGHTS)
INTERCEPT = -8.4
LINE = 0.3
_ANOTHER_TIME = 0.3  # by hand: what is asked for from one time is rarely answered by another
_ON_THE_MATTER = 0.5  # of the best share of the question's words
_FIRST = 5  # pieces of evidence, one of which has to name the time
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d$")
_OVERVIEW = 0.5  # the least confidence in answering "what is new?" with news
_NEWS = re.compile(
    r"\b(?:what (?:has |have |had )?(?:happened|changed|is new|was new|went on)|what['’]s (?:new|happening)"
    r"|any ?(?:thing|news)|news|developments?|updates?)\b",
    re.IGNORECASE,
)
_NO_NAMES = 0.7  # where the question has no names: what questions with names have on average
_NO_VECTORS = (0.62, 0.5)  # similarity and agreement where nothing is embedded: their averages elsewhere


def confidence(
    asked: Asked, part: PlanPart, retrieval: Retrieval, evidence: Sequence[Evidence], candidates: Sequence[Candidate]
) -> float:
    """The probability that the evidence holds the answer, by the signs; 0 without any evidence."""
    if not evidence or not candidates:
        return 0.0
    signs = read_signs(asked, retrieval, evidence, candidates)
    weighed = INTERCEPT + sum(WEIGHTS[name] * value for name, value in zip(SIGNS, signs, strict=True))
    sure = 1.0 / (1.0 + math.exp(-weighed))
    widened = retrieval.widened and part in [retrieval.plan.parts[number] for number in retrieval.widened]
    if widened and not _names_its_time(asked, part, evidence):
        sure *= _ANOTHER_TIME
    return max(sure, _OVERVIEW) if _asks_what_is_new(asked, part, evidence) else sure


def _names_its_time(asked: Asked, part: PlanPart, evidence: Sequence[Evidence]) -> bool:
    """Whether one of the first passages names the time that the part asks about, and is on the matter itself.

    It must hold at least half of what the best of them holds of the question's words: some other story's "May" is none.
    """
    first = evidence[:_FIRST]
    covered = [asked.share(_stems(piece)) for piece in first]
    return any(
        share >= _ON_THE_MATTER * max(covered) and _speaks_of(piece, part.window)
        for piece, share in zip(first, covered, strict=True)
    )


def _stems(piece: Evidence) -> frozenset[str]:
    return frozenset(word.stem for word in words(f"{piece.article.title} {piece.source.text}"))


def _speaks_of(piece: Evidence, window: TimeWindow | None) -> bool:
    """Whether a passage of other days names the time asked about: "the last strike, in 2017", "walked out in April".

    By the year and the month that the question names; by the year, or its own figures ("in the 90s"), where it names
    neither. Of the year that it was printed in an article names the month alone.
    """
    day = (window.start or window.end) if window else None
    if window is None or day is None:
        return False
    told = [word.text.lower() for word in words(window.expression)]
    named = [one for one in told if one in MONTH_NAMES or _YEAR.match(one)]
    present = {
        word.text.lower()
        for word in words(f"{piece.article.title} {piece.source.text}")
        if word.is_capital or word.text not in MONTH_NAMES  # "they may", "a march"
    }
    if piece.article.published and any(one in MONTH_NAMES for one in named):
        present.add(str(piece.article.published.day.year))
    if named:
        return all(one in present for one in named)
    return str(day.year) in present or any(one in present for one in told if one[0].isdigit())


def _asks_what_is_new(asked: Asked, part: PlanPart, evidence: Sequence[Evidence]) -> bool:
    """Whether any news of those days answers: "what happened in politics last week?", "anything since Tuesday?"."""
    spoken_of = part.window is not None or part.recency == "latest"
    return spoken_of and bool(_NEWS.search(asked.text)) and any(piece.in_window for piece in evidence)


def read_signs(
    asked: Asked, retrieval: Retrieval, evidence: Sequence[Evidence], candidates: Sequence[Candidate]
) -> list[float]:
    """The signs, in the order of SIGNS. ``candidates`` with their scores."""
    feature = FEATURES.index
    passages = [_stems(piece) for piece in evidence]
    rarest = sorted(asked.stems, key=lambda one: -asked.weights.get(one, 1.0))[:2]
    similarities = [hit.similarity for hit in retrieval.hits if hit.similarity is not None]
    both = sum(hit.keyword is not None and hit.similarity is not None for hit in retrieval.hits[:5])
    return [
        max(one.by_words for one in candidates),
        max(one.features[feature("shared")] for one in candidates),
        max(one.features[feature("shared_nearby")] for one in candidates),
        max(one.features[feature("shared_in_passage")] for one in candidates),
        _best_share(asked.names, passages),
        max(sum(one in passage for one in rarest) for passage in passages) / max(1, len(rarest)),
        max(similarities, default=_NO_VECTORS[0]),
        both / 5 if similarities else _NO_VECTORS[1],
    ]


def _best_share(names: Sequence[frozenset[str]], passages: Sequence[frozenset[str]]) -> float:
    if not names:
        return _NO_NAMES
    return max(sum(name <= passage for name in names) for passage in passages) / len(names)
