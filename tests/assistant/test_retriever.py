from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from archive.embedder import HashingEmbedder
from archive.errors import EmbedderError
from archive.filters import SearchFilter
from archive.store import ArchiveStore
from assistant.planner import plan_question
from assistant.question import Question
from assistant.retriever import Retrieval, RetrievalSettings, retrieve
from tests.assistant.small_archive import incoming, make_archive

ASKED = date(2024, 6, 10)


def search(store: ArchiveStore, text: str, asked_on: date = ASKED, k: int = 10, **wall: object) -> Retrieval:
    question = Question(text, asked_on, wall=SearchFilter(**wall))  # type: ignore[arg-type]
    return retrieve(store, plan_question(store, question), k)


def names(found: Retrieval) -> list[str | None]:
    return list(dict.fromkeys(hit.hit.article.external_id for hit in found.hits))


def test_words_and_meaning_are_fused(store: ArchiveStore) -> None:
    found = search(store, "How much will the repairs of the bridge cost?")
    assert names(found)[0] == "bridge"
    assert found.hits[0].keyword is not None and found.hits[0].similarity is not None
    assert {"keyword", "vector", "embed_query", "fuse"} <= found.timings_ms.keys()


def test_a_window_in_the_question_decides_between_two_finals(store: ArchiveStore) -> None:
    assert names(search(store, "Who won the Norland Cup in June 2023?")) == ["cup"]
    assert names(search(store, "Who won the Norland Cup in June 2024?")) == ["cup-again"]
    assert "cup-again" not in names(search(store, "Who had won the Norland Cup by 1 May 2024?"))


def test_a_window_that_holds_nothing_is_widened_and_said(store: ArchiveStore) -> None:
    found = search(store, "Who won the Norland Cup in June 2019?")
    assert names(found)[:2] and found.widened == {0} and found.plan.widened == (0,)
    assert any("June 2019" in note and "other days" in note for note in found.plan.notes)


def test_since_is_until_the_day_asked_where_something_was_reported_by_then(store: ArchiveStore) -> None:
    text = "How many dockers are on strike in Tarn since 12 March 2024?"
    assert "strike-ends" not in names(search(store, text, date(2024, 3, 20)))
    assert "strike-ends" in names(search(store, text, date(2024, 4, 20)))
    assert "cup-again" in names(search(store, "Who won the Norland Cup since 1 May 2024?", date(2024, 5, 3)))


def test_the_users_own_window_is_a_wall(store: ArchiveStore) -> None:
    found = search(store, "Who won the Norland Cup?", published_from=date(2024, 1, 1), published_to=date(2024, 4, 30))
    assert not {"cup", "cup-again"} & set(names(found))
    both = search(store, "Who won the Norland Cup in June 2023?", published_from=date(2024, 1, 1))
    assert "cup" not in names(both)


def test_undated_articles_stand_outside_every_window(store: ArchiveStore) -> None:
    assert "undated" in names(search(store, "When did dockers first go on strike in the port of Tarn?"))
    found = search(store, "strike in the port of Tarn", published_from=date(1800, 1, 1))
    assert "undated" not in names(found)
    assert any("1 article without a date" in note for note in found.notes)


def test_fresh_news_is_favoured_without_hurting_what_is_old(store: ArchiveStore) -> None:
    assert names(search(store, "Who won the Norland Cup?", date(2024, 6, 5)))[0] == "cup-again"
    assert names(search(store, "Who won the Norland Cup?", date(2023, 6, 5)))[0] == "cup"
    years_later = names(search(store, "How long is the crack in the Eastwick bridge?", date(2031, 1, 1)))
    assert years_later[0] == "bridge"


def test_latest_and_first_order_by_day(store: ArchiveStore) -> None:
    assert names(search(store, "the latest on the Norland Cup", date(2030, 1, 1)))[0] == "cup-again"


def test_an_outlet_named_is_searched_alone(store: ArchiveStore) -> None:
    found = search(store, "What did the Courier report about the dockers?")
    assert {hit.hit.article.outlet for hit in found.hits} == {"Tarn Courier"}


def test_a_comparison_has_evidence_for_each_outlet(store: ArchiveStore) -> None:
    found = search(store, "How did the Ledger and the Courier differ on the number of strikers in the port of Tarn?")
    assert {hit.hit.article.outlet for hit in found.hits[:2]} == {"The Norland Ledger", "Tarn Courier"}
    assert {hit.part for hit in found.hits} == {0, 1}


def test_quoted_words_are_found_exactly(store: ArchiveStore) -> None:
    found = search(store, '"tired of promises"')
    assert [hit.hit.passage.text for hit in found.hits] == [
        "Union leader Berta Osk said that nobody would load a ship before Easter. “We are tired of promises,” she said."
    ]
    missing = search(store, '"promises tired of" dockers')
    assert missing.hits and any("exact words" in note for note in missing.notes)


def test_as_of_hides_what_came_later(store: ArchiveStore) -> None:
    found = search(store, "Norland Cup final", as_of=date(2024, 1, 1))
    assert names(found)[0] == "cup" and "cup-again" not in names(found)


def test_a_few_passages_per_article(tmp_path: Path) -> None:
    text = "\n\n".join(f"The dockers met in hall {number} of the port of Tarn." for number in range(12))
    with make_archive(tmp_path) as store:
        store.add([incoming("many", None, "2024-06-01", "Dockers meet", text)])
        found = search(store, "dockers met in a hall of the port of Tarn")
    assert sum(hit.hit.article.external_id == "many" for hit in found.hits) == RetrievalSettings().per_article


def test_copies_count_once_and_the_earliest_is_shown(tmp_path: Path) -> None:
    text = "The lighthouse of Skar was sold to a poet for 40 crowns, the harbour office said."
    signature = np.arange(128, dtype=np.uint32).tobytes()
    with make_archive(tmp_path) as store:
        store.add(
            [
                incoming("later", "Tarn Courier", "2024-05-04", "Lighthouse sold", text, signature),
                incoming("first", "The Norland Ledger", "2024-05-03", "Poet buys lighthouse", text, signature),
            ]
        )
        store.embed_pending()
        found = search(store, "Who bought the lighthouse of Skar?")
    stories = [hit for hit in found.hits if "lighthouse" in hit.hit.passage.text]
    assert [hit.hit.article.external_id for hit in stories] == ["first"]
    assert [copy.outlet for copy in stories[0].also_in] == ["Tarn Courier"]


def test_keywords_serve_while_nothing_is_embedded(tmp_path: Path) -> None:
    with make_archive(tmp_path, embed=False) as store:
        found = search(store, "How much will the repairs of the bridge cost?")
    assert names(found)[0] == "bridge" and all(hit.similarity is None for hit in found.hits)


def test_keywords_serve_while_the_embedder_fails(store: ArchiveStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: HashingEmbedder, text: str) -> NDArray[np.float32]:
        raise EmbedderError("The endpoint is away.")

    monkeypatch.setattr(HashingEmbedder, "embed_query", fail)
    found = search(store, "How much will the repairs of the bridge cost?")
    assert names(found)[0] == "bridge"
    assert any("keywords only" in note for note in found.notes)


def test_nothing_found_is_no_failure(store: ArchiveStore) -> None:
    plan = plan_question(store, Question("zzyzx qwrtp", ASKED))
    assert retrieve(store, replace(plan), 5, RetrievalSettings()).plan.notes == ()


def test_it_is_a_llama_index_retriever(store: ArchiveStore) -> None:
    from assistant.llama_retriever import ArchiveRetriever

    nodes = ArchiveRetriever(store, k=3, asked_on=ASKED).retrieve("How long is the crack in the Eastwick bridge?")
    assert nodes[0].metadata["external_id"] == "bridge" and nodes[0].score is not None
    assert store.passage(nodes[0].node.node_id) is not None


def test_passages_that_are_not_read_stay_behind_those_that_are(store: ArchiveStore) -> None:
    plan = plan_question(store, Question("Who leads the strike of the dockers in Tarn?", ASKED))
    unread = retrieve(store, plan, 10, RetrievalSettings(reading=0.0))
    two_read = retrieve(store, plan, 10, RetrievalSettings(read=2))
    scores = [hit.score for hit in two_read.hits]
    assert scores == sorted(scores, reverse=True)
    assert {hit.hit.passage.passage_id for hit in two_read.hits[:2]} == {
        hit.hit.passage.passage_id for hit in unread.hits[:2]
    }
    assert [hit.hit for hit in two_read.hits[2:]] == [hit.hit for hit in unread.hits[2:]]
