"""The passages that were found -> numbered evidence within a budget of tokens; neighbours become one piece.

Pure: the counter of tokens is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from archive.article import Article, Passage
from assistant.answer import Copy, Source
from assistant.ranking import RankedHit

MOST_JOINED = 3  # passages: more in one piece would be an article, not a passage


@dataclass(frozen=True, slots=True)
class Evidence:
    """A source with the article it is a slice of, and the score of its best passage (best of all: 1).

    ``parts``: the plan's parts (from 0) for which it was found.
    """

    source: Source
    article: Article
    score: float
    parts: frozenset[int]
    in_window: bool = True


def pack_evidence(
    hits: Sequence[RankedHit], *, tokens: int, most: int, count_tokens: Callable[[str], int]
) -> tuple[Evidence, ...]:
    """Number the best hits "1", "2", ... as far as ``tokens`` and ``most`` pieces reach.

    Passages of one version of an article that touch each other (white space between them apart) are joined where the
    better one stands. A passage that doesn't fit is passed over; the best one is always taken.
    """
    taken: list[RankedHit] = []
    spent = 0
    for hit in hits[:most]:
        cost = count_tokens(hit.hit.passage.text)
        if taken and spent + cost > tokens:
            continue
        taken.append(hit)
        spent += cost
    best = max((hit.score for hit in taken), default=1.0) or 1.0
    pieces = _joined(taken)
    return tuple(_evidence(group, str(number), best) for number, group in enumerate(pieces, start=1))


def _joined(hits: Sequence[RankedHit]) -> list[list[RankedHit]]:
    """Groups of neighbours, each in the order of the text, the groups in the order of their best hit."""
    groups: list[list[RankedHit]] = []
    for hit in hits:
        touching = [group for group in groups if len(group) < MOST_JOINED and any(_touch(one, hit) for one in group)]
        if not touching:
            groups.append([hit])
            continue
        home = touching[0]
        home.append(hit)
        for other in touching[1:]:
            if len(home) + len(other) <= MOST_JOINED:
                home += other
                groups.remove(other)
    return [sorted(group, key=lambda one: one.hit.passage.start) for group in groups]


def _touch(first: RankedHit, second: RankedHit) -> bool:
    one, other = sorted((first.hit.passage, second.hit.passage), key=lambda passage: passage.start)
    same = first.hit.article.article_id == second.hit.article.article_id and _version(one) == _version(other)
    return same and first.part == second.part and not first.hit.article.text[one.end : other.start].strip()


def _version(passage: Passage) -> str:
    return passage.passage_id.rpartition(".")[0]


def _evidence(group: list[RankedHit], key: str, best: float) -> Evidence:
    top = max(group, key=lambda one: one.score)
    start, end = group[0].hit.passage.start, max(one.hit.passage.end for one in group)
    source = source_of(top, key)
    source = replace(source, text=top.hit.article.text[start:end], start=start, end=end)
    parts = frozenset({top.part}).union(*(one.shared for one in group))
    return Evidence(source, top.hit.article, top.score / best, parts, any(one.in_window for one in group))


def source_of(hit: RankedHit, key: str) -> Source:
    """What a reader needs to find and weigh the passage."""
    article, passage = hit.hit.article, hit.hit.passage
    copies: tuple[Copy, ...] = hit.also_in
    return Source(
        key=key,
        article_id=article.article_id,
        passage_id=passage.passage_id,
        title=article.title,
        outlet=article.outlet,
        published=article.published.iso() if article.published else None,
        url=article.url,
        text=passage.text,
        start=passage.start,
        end=passage.end,
        also_in=copies,
        external_id=article.external_id,
        authors=article.authors,
        section=article.section,
        kind=article.kind,
        modified=article.modified.iso() if article.modified else None,
        date_source=article.date_source.value,
        partial=article.partial,
        correction=article.correction,
        superseded=hit.hit.superseded,
        corrected_since=hit.hit.corrected_since,
    )
