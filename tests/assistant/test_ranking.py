"""The ranking of passages by day: two orders of the same passages joined."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.article import DateSource
from archive.store import ArchiveStore
from assistant.planner import plan_question
from assistant.question import Question
from assistant.ranking import Found, RankedHit, RetrievalSettings, every_nth, until
from assistant.retriever import retrieve


@pytest.fixture(scope="module")
def hits(store: ArchiveStore) -> list[RankedHit]:
    plan = plan_question(store, Question("strike in Tarn port", date(2024, 6, 10)))
    found = retrieve(store, plan, 8, RetrievalSettings(per_article=99)).hits
    assert len(found) >= 5
    return [replace(hit, score=1.0 - place / 100) for place, hit in enumerate(found)]


def keys(ranking: list[RankedHit]) -> list[str]:
    return [one.hit.passage.passage_id for one in ranking]


def test_every_nth_place_goes_to_the_best_of_the_other_order(hits: list[RankedHit]) -> None:
    other = hits[::-1]
    merged = every_nth(hits, other, 4)
    assert keys(merged[:4]) == [*keys(hits[:3]), keys(other[:1])[0]]
    assert every_nth(hits, hits, 4)[0] == hits[0]
    assert keys(every_nth(hits, hits, 4)) == keys(hits)
    assert every_nth([], [], 4) == []


@given(st.data(), st.integers(1, 6))
def test_nothing_is_lost_and_scores_fall_with_the_places(hits: list[RankedHit], data: st.DataObject, nth: int) -> None:
    other = data.draw(st.permutations(hits))
    merged = every_nth(hits, other, nth)
    assert sorted(keys(merged)) == sorted(keys(hits))
    assert all(first.score > second.score for first, second in pairwise(merged))


def test_a_question_that_names_its_time_is_ranked_by_it_alone(store: ArchiveStore) -> None:
    """Without one, the fourth place is held for what fits best whatever its day."""

    def order(text: str, nth: int) -> list[str]:
        plan = plan_question(store, Question(text, date(2024, 6, 10)))
        return keys(list(retrieve(store, plan, 8, RetrievalSettings(any_time_every=nth)).hits))

    assert order("strike in Tarn port in June 2024", 2) == order("strike in Tarn port in June 2024", 0)
    assert sorted(order("strike in Tarn port", 2)) == sorted(order("strike in Tarn port", 0))


def test_a_day_that_may_be_the_pages_own_is_not_after_the_day_asked(hits: list[RankedHit]) -> None:
    late = max(hits, key=lambda one: one.hit.article.published.day if one.hit.article.published else date.min).hit
    saved = replace(late, article=replace(late.article, date_source=DateSource.PAGE_HEADER))
    assert late.article.published is not None
    for hit, kept in ((late, []), (saved, ["a"])):
        found = until(Found({"a": hit}, {"a": 1.0}, {}), late.article.published.day - timedelta(days=1))
        assert [*found.hits] == [*found.keyword] == kept
