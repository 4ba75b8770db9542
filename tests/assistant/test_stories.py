"""Copies count once: the credited agency's print is shown, else the earliest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from assistant.ranking import RankedHit
from assistant.stories import one_per_story
from tests.archive.support import incoming, incoming_id, open_store, random_signature


def test_the_credited_agencys_print_is_shown_else_the_earliest(tmp_path: Path) -> None:
    wire, other = random_signature(1).tobytes(), random_signature(2).tobytes()
    with open_store(tmp_path) as store:
        story = "The ferry ran aground. " * 9
        store.add(
            [
                replace(incoming("paper", story, outlet="Post", published="2024-03-04", signature=wire), credit="AP"),
                replace(incoming("agency", story, outlet="AP", signature=wire), credit="AP", wire=True),
                incoming("early", f"{story}!", outlet="Post", published="2024-03-04", signature=other),
                incoming("late", f"{story}!", outlet="Tide", published="2024-03-05", signature=other),
            ]
        )
        hits = [RankedHit(hit, hit.score) for hit in store.keyword_search("ferry", 20)]
        assert len({one.hit.article.article_id for one in hits}) == 4
        shown = {one.hit.article.article_id for one in one_per_story(store, hits)}
        assert shown == {incoming_id("agency"), incoming_id("early")}
        face, others = store.copies([incoming_id("paper")])[incoming_id("paper")]
        assert face == incoming_id("agency") and [article.outlet for article in others] == ["AP"]
        without = [one for one in hits if one.hit.article.article_id != incoming_id("agency")]
        assert incoming_id("paper") in {one.hit.article.article_id for one in one_per_story(store, without)}
