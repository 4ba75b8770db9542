from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from assistant.fusion import (
    cap_per_group,
    interleave,
    recency_prior,
    scale_to_best,
    score_fusion,
)

ASKED = date(2024, 5, 15)
rankings = st.lists(st.lists(st.integers(0, 30), unique=True), max_size=4)


def test_a_key_one_search_lacks_gets_its_lowest_score() -> None:
    fused = score_fusion([{"a": 1.0, "b": 0.5}, {"b": 0.8, "c": 0.6}], [1.0, 2.0])
    assert fused == approx({"a": 1.0 + 1.2, "b": 0.5 + 1.6, "c": 0.5 + 1.2})


def test_scaled_scores_have_a_best_of_one() -> None:
    assert scale_to_best({"a": 8.0, "b": 2.0, "c": -1.0}) == {"a": 1.0, "b": 0.25, "c": 0.0}
    assert scale_to_best({"a": 0.0}) == {"a": 0.0}
    assert scale_to_best({}) == {}


@given(st.integers(-400, 4000))
def test_the_prior_fades_and_never_favours_what_came_later(age: int) -> None:
    prior = recency_prior(ASKED - timedelta(days=age), ASKED, fresh_days=21, fade_days=60)
    older = recency_prior(ASKED - timedelta(days=age + 1), ASKED, fresh_days=21, fade_days=60)
    assert 0 <= prior <= 1
    assert prior == 0 if age < -1 else prior >= older
    assert recency_prior(None, ASKED, fresh_days=21, fade_days=60) == 0


@given(st.lists(st.integers(0, 50), unique=True), st.integers(1, 4))
def test_the_cap_keeps_the_order(keys: list[int], most: int) -> None:
    groups = {key: key % 5 for key in keys}
    kept = cap_per_group(keys, groups, most)
    assert kept == [key for key in keys if key in kept]
    assert all(sum(groups[key] == group for key in kept) <= most for group in range(5))
    assert len(kept) == sum(min(most, sum(groups[key] == group for key in keys)) for group in range(5))


@given(rankings, st.integers(0, 20))
def test_every_part_gets_its_share(lists: list[list[int]], most: int) -> None:
    merged = interleave(lists, most)
    assert len(merged) == len(set(merged)) == min(most, len({key for ranking in lists for key in ranking}))
    firsts = list(dict.fromkeys(ranking[0] for ranking in lists if ranking))
    assert merged[: len(firsts)] == firsts[:most]
