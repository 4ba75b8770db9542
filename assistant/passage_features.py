"""What speaks for a passage as the place of the answer: the searches' scores, and how the question's words stand in it.

Pure, and light: a few milliseconds for forty passages. None of the signs knows a subject. The two searches count words
and meaning in the whole passage; these look at which words, how near to each other, in the headline, the lead or the
text, and whether something of the kind asked for stands beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.store import Hit
from assistant.expected_units import YEAR
from assistant.places import named_places
from assistant.question import Kind
from assistant.question_features import Asked
from assistant.words import MONTH_NAMES, NUMBER_WORDS, WEEKDAY_NAMES, WORD_PATTERN, is_content, stem

FEATURES = (
    "keyword", "similarity", "share_text", "share_title", "share_lead", "share_near", "share_core", "pairs", "rarest",
    "fits_near", "opening", "place", "article_best", "article_share", "short", "similarity_alone",
)  # fmt: skip
_OF_WORDS = [
    FEATURES.index(name)
    for name in (
        "share_text", "share_title", "share_lead", "share_near", "share_core", "pairs", "rarest", "article_share",
    )
]  # fmt: skip
_SPAN = 40  # words: about two sentences
_LEAD = 500  # characters of an article that say what it is about
_FULL = 700  # characters of a passage of full length, nearly
_DATE_WORDS = MONTH_NAMES | WEEKDAY_NAMES


@dataclass(frozen=True, slots=True)
class Scored:
    """A passage found, and what the searches say of it: its BM25 as a share of the best, its cosine, both fused."""

    hit: Hit
    keyword: float
    similarity: float
    fused: float


class _Words:
    """The question's words as bits, so that what a text holds of them is one number."""

    def __init__(self, asked: Asked) -> None:
        self.bit: Mapping[str, int] = {one: 1 << place for place, one in enumerate(asked.stems)}
        self.weight = {1 << place: asked.weights.get(one, 1.0) for place, one in enumerate(asked.stems)}
        self._total = sum(self.weight.values()) or 1.0
        self._known: dict[int, float] = {0: 0.0}

    def held(self, stems: set[str]) -> int:
        """Which of the question's words a text holds."""
        mask = 0
        for one in stems & self.bit.keys():
            mask |= self.bit[one]
        return mask

    def share(self, mask: int) -> float:
        """Their part of the question, by weight: 0 to 1."""
        share = self._known.get(mask)
        if share is None:
            share = sum(weight for bit, weight in self.weight.items() if bit & mask) / self._total
            self._known[mask] = share
        return share


@dataclass(frozen=True, slots=True)
class _Read:
    """A passage's words, and where the question's stand among them: (position, bit)."""

    tokens: list[str]
    places: list[tuple[int, int]]
    mask: int


def passage_features(asked: Asked, passages: Sequence[Scored]) -> list[list[float]]:
    """The features of each passage, in the order of FEATURES."""
    question = _Words(asked)
    read = [_read(question, one.hit.passage.text) for one in passages]
    titles, leads, whole, best = dict[str, int](), dict[str, int](), dict[str, int](), dict[str, float]()
    for one, got in zip(passages, read, strict=True):
        name, article = one.hit.article.article_id, one.hit.article
        if name not in titles:
            titles[name] = question.held(_stems(article.title))
            leads[name] = whole[name] = titles[name] | question.held(_stems(article.text[:_LEAD]))
        whole[name] |= got.mask
        best[name] = max(best.get(name, one.fused), one.fused)
    core = sum(question.bit[one] for one in set(asked.core) & question.bit.keys())
    of_core = question.share(core) or 1.0
    rarest = sorted(question.weight, key=lambda bit: -question.weight[bit])[:2]
    rows = []
    for one, got in zip(passages, read, strict=True):
        name, start = one.hit.article.article_id, one.hit.passage.start
        both = got.mask | titles[name]
        near, centre = _densest(question, got.places)
        rows.append(
            [
                one.keyword,
                one.similarity,
                question.share(got.mask),
                question.share(titles[name]),
                question.share(leads[name] | got.mask),
                near,
                question.share(both & core) / of_core,
                _pairs(asked, question, got.places),
                sum(bool(bit & both) for bit in rarest) / max(1, len(rarest)),
                float(_fits(asked, got.tokens[max(0, centre - _SPAN) : centre + _SPAN])),
                float(start == 0),
                1.0 / (1.0 + start / 2000),
                best[name] - one.fused,
                question.share(whole[name]),
                max(0.0, 1.0 - len(one.hit.passage.text) / _FULL),
                one.similarity,
            ]
        )
    return _by_reach(rows)


def _by_reach(rows: list[list[float]]) -> list[list[float]]:
    """Let words count as far as the best passage holds the question's, and meaning alone for the rest.

    Where no passage has more than a third of them the question is put in other words than the articles': then which of
    its words a passage shares is mostly chance.
    """
    reach = max((row[FEATURES.index("share_lead")] for row in rows), default=0.0)
    for row in rows:
        for place in _OF_WORDS:
            row[place] *= reach
        row[-1] *= 1.0 - reach
    return rows


def _stems(text: str) -> set[str]:
    return set(map(stem, WORD_PATTERN.findall(text)))


def _read(question: _Words, text: str) -> _Read:
    tokens = WORD_PATTERN.findall(text)
    bits = list(map(question.bit.get, map(stem, tokens)))
    places = [(place, bit) for place, bit in enumerate(bits) if bit]
    mask = 0
    for _, bit in places:
        mask |= bit
    return _Read(tokens, places, mask)


def _densest(question: _Words, places: Sequence[tuple[int, int]]) -> tuple[float, int]:
    """The largest share of the question's words within _SPAN words, and the middle of that stretch."""
    best, centre = 0.0, 0
    for index, (first, _) in enumerate(places):
        mask, last = 0, first
        for place, bit in places[index:]:
            if place - first > _SPAN:
                break
            mask |= bit
            last = place
        share = question.share(mask)
        if share > best:
            best, centre = share, (first + last) // 2
    return best, centre


def _pairs(asked: Asked, question: _Words, places: Sequence[tuple[int, int]]) -> float:
    """The share of the question's neighbouring words that stand next to each other, one word between at most."""
    if not asked.pairs:
        return 0.0
    wanted = {(question.bit.get(one), question.bit.get(other)) for one, other in asked.pairs}
    found = {
        (bit, other)
        for index, (place, bit) in enumerate(places)
        for other_place, other in places[index + 1 : index + 3]
        if other_place - place <= 2
    }
    return len(found & wanted) / len(wanted)


def _fits(asked: Asked, tokens: Sequence[str]) -> bool:
    """Whether one of these words could be the answer by its kind: a sum of money, a year, a country, a new name."""
    if asked.place:
        return any(name not in asked.text for name in named_places(" ".join(tokens), asked.place))
    if asked.wants_year:
        return any(YEAR.fullmatch(token) and stem(token) not in asked.all_stems for token in tokens)
    if asked.kind in {Kind.NUMBER, Kind.DATE}:
        dated = asked.kind is Kind.DATE
        return any(
            (token[0].isdigit() or token.lower() in NUMBER_WORDS or (dated and token.lower() in _DATE_WORDS))
            and stem(token) not in asked.all_stems
            for token in tokens
        )
    if asked.kind in {Kind.NAME, Kind.WHICH}:
        return any(token[0].isupper() and is_content(token) and stem(token) not in asked.all_stems for token in tokens)
    return True
