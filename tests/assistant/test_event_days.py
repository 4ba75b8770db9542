from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from archive.filters import SearchFilter
from archive.store import ArchiveStore
from assistant.event_days import date_event, find_event
from assistant.planner import plan_question
from assistant.question import Question
from tests.assistant.small_archive import COURIER, LEDGER, POST, incoming, make_archive

ASKED = date(2024, 6, 10)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveStore]:
    with make_archive(tmp_path_factory.mktemp("archive")) as store:
        store.add(
            [
                incoming(
                    "ballot-ledger", LEDGER, "2024-02-20", "Norland goes to the polls",
                    "The Norland election of 18 February gave the Harbour List 31 seats, the count showed.",
                ),
                incoming(
                    "ballot-courier", COURIER, "2024-02-19", "Harbour List wins",
                    "The Harbour List won the Norland election on Sunday with 31 seats.",
                ),
                incoming(
                    "ballot-deal", COURIER, "2024-03-02", "Harbour List names ministers",
                    "The Harbour List named seven ministers on Friday, among them Lucia Ferrante for fisheries.",
                ),
                incoming(
                    "referendum", COURIER, "2024-01-09", "Premier calls harbour referendum for 10 March",
                    "Voters on the coast will be asked on Sunday, 10 March, the premier said on Tuesday. "
                    + "Nobody at the fish hall was surprised by it, and nobody had been told before. " * 6
                    + "Lists must be handed in by 2 February.",
                ),
                incoming(
                    "sawmill", LEDGER, "2024-02-06", "Gorse sawmill to close",
                    "The Gorse sawmill will be closed in autumn, its owners said on Tuesday.",
                ),
                incoming(
                    "fire", POST, "2024-05-07", "Soup and blankets",
                    "On Tuesday a hundred people brought soup to those whom the fish hall fire had driven out. "
                    + "The hall stood empty and the gulls sat on what was left of its roof. " * 6
                    + "Nobody slept there when Monday's fire took the fish hall. The night watchman saw the fish hall "
                    "fire on Monday from his bicycle. Pumps came to the fish hall fire from three towns on Monday.",
                ),
                incoming(
                    "canal", LEDGER, "2024-04-18", "Canal inquiry blames two directors",
                    "The inquiry into the canal published its report on Thursday. The report refers the evidence that "
                    "they gave on 4 March to the police.",
                ),
            ]
        )  # fmt: skip
        store.embed_pending()
        yield store


@pytest.mark.parametrize(
    ("text", "event", "before", "days"),
    [
        ("Who was named minister after the election of 2024?", "the election of 2024", False, 60),
        ("What has changed since the strike in Tarn?", "the strike in Tarn", False, None),
        ("What did they promise in the run-up to the Norland election?", "the Norland election", True, 45),
        ("What happened in the week after the Eastwick flood?", "the Eastwick flood", False, 7),
        ("What happened in the two weeks before the vote?", "the vote", True, 14),
        ("What has she done since the commission reported?", "the commission reported", False, None),
    ],
)
def test_events_that_tell_when(text: str, event: str, before: bool, days: int | None) -> None:
    found = find_event(text)
    assert found is not None and (found.event, found.before, found.days) == (event, before, days)


@pytest.mark.parametrize(
    "text",
    [
        "What happened after 3 May?",
        "What did he do after his resignation?",
        "Which country was the latest to legalise it after a referendum?",
        "Two years since the war began, who leads the army?",
        "Who came after her?",
        "What happened in Tarn?",
    ],
)
def test_no_event(text: str) -> None:
    assert find_event(text) is None


def test_the_archive_dates_an_event_and_the_plan_says_from_which_article(store: ArchiveStore) -> None:
    plan = plan_question(store, Question("Whom did the Harbour List name after the Norland election?", ASKED))
    (part,) = plan.parts
    assert part.window is not None and part.window.start == date(2024, 2, 18) and part.window.loose
    assert part.window.end is not None and part.window.end > date(2024, 3, 2)
    assert any("18 February 2024" in note and "Harbour List wins" in note for note in plan.notes)


def test_a_year_in_the_event_is_kept_to(store: ArchiveStore) -> None:
    assert date_event(store, "the Norland election of 2019", SearchFilter()) is None
    dated = date_event(store, "the Norland election of 2024", SearchFilter())
    assert dated is not None and dated.day == date(2024, 2, 18)


def test_an_event_of_one_word_is_that_of_the_names_beside_it(store: ArchiveStore) -> None:
    assert date_event(store, "the election", SearchFilter(), frozenset({"harbour"})) is not None
    assert date_event(store, "the election", SearchFilter(), frozenset({"eastwick"})) is None
    assert date_event(store, "the Norland election", SearchFilter(), frozenset({"eastwick"})) is not None
    (part,) = plan_question(store, Question("What did Eastwick Rovers do after the election?", ASKED)).parts
    assert part.window is None


def test_what_the_archive_doesnt_date_is_no_window(store: ArchiveStore) -> None:
    (part,) = plan_question(store, Question("What happened after the coronation?", ASKED)).parts
    assert part.window is None


@pytest.mark.parametrize(
    ("event", "day"),
    [
        ("the harbour referendum", date(2024, 3, 10)),  # not the day it was called on, nor that for the lists
        ("the canal inquiry reported", date(2024, 4, 18)),  # not the day of the evidence
        ("the fish hall fire", date(2024, 5, 6)),  # by most of its sentences, not that of the lead
        ("the Gorse sawmill closed", None),  # it was only to
    ],
)
def test_the_day_is_the_events_own(store: ArchiveStore, event: str, day: date | None) -> None:
    dated = date_event(store, event, SearchFilter())
    assert (dated.day if dated else None) == day


def test_what_happened_to_a_thing_belongs_to_the_event() -> None:
    found = find_event("Who paid after the closure was stopped?")
    assert found is not None and found.event == "the closure was stopped"
