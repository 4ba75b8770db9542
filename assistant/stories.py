"""One story, printed by many: copies count once, the agency's or the earliest is shown, the others are told of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from archive.article import Article
from archive.filters import SearchFilter
from archive.store import ArchiveStore
from assistant.answer import Copy
from assistant.ranking import RankedHit


def one_per_story(store: ArchiveStore, ranked: list[RankedHit]) -> list[RankedHit]:
    """Of each cluster of copies keep its face (the agency's own print, or the earliest), else the earliest found."""
    clusters = store.copies([one.hit.article.article_id for one in ranked])
    if not clusters:
        return ranked
    faces: dict[str, str] = {}  # cluster -> the member that is shown
    order = sorted(ranked, key=lambda one: (_printed_at(one), one.hit.article.article_id))
    for one in order:
        article_id = one.hit.article.article_id
        if article_id in clusters:
            faces.setdefault(clusters[article_id][0], article_id)
            if clusters[article_id][0] == article_id:
                faces[article_id] = article_id  # a cluster is called by its face
    best: dict[str, float] = {}
    for one in ranked:
        cluster = clusters.get(one.hit.article.article_id)
        if cluster:
            best.setdefault(cluster[0], one.score)
    kept = []
    raised: set[str] = set()
    for one in ranked:
        cluster = clusters.get(one.hit.article.article_id)
        if cluster is None:
            kept.append(one)
        elif faces[cluster[0]] == one.hit.article.article_id:
            # the best passage of the earliest member stands where the best of its copies stood
            kept.append(one if cluster[0] in raised else replace(one, score=max(one.score, best[cluster[0]])))
            raised.add(cluster[0])
    return sorted(kept, key=lambda one: (-one.score, one.hit.passage.passage_id))


def _printed_at(one: RankedHit) -> datetime:
    """When the copy was published, in UTC; undated ones count as the last."""
    published = one.hit.article.published
    return published.instant if published else datetime.max.replace(tzinfo=UTC)


def with_copies(store: ArchiveStore, ranked: list[RankedHit], wall: SearchFilter) -> list[RankedHit]:
    """Tell of each passage where else its story was printed, as far as the day seen from allows."""
    clusters = store.copies(list(dict.fromkeys(one.hit.article.article_id for one in ranked)))
    full = []
    for one in ranked:
        _, others = clusters.get(one.hit.article.article_id, ("", []))
        copies = tuple(
            as_copy(other)
            for other in others
            if wall.as_of is None or (other.published is not None and other.published.day <= wall.as_of)
        )
        full.append(replace(one, also_in=copies))
    return full


def as_copy(article: Article) -> Copy:
    """An article as the short form that answers and pages list."""
    published = article.published.iso() if article.published else None
    return Copy(article.article_id, article.outlet, published, article.url, article.title)
