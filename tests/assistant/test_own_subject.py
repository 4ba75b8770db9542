"""Follow-ups and new topics, in pairs: what leans on the conversation and what stands by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from archive.outlet_names import OutletNames
from archive.store import ArchiveStore
from assistant.conversation import Turn
from assistant.planner import Known, plan_question, plan_text
from assistant.question import Question
from tests.assistant.small_archive import COURIER, LEDGER, POST, incoming, make_archive

ASKED = date(2024, 6, 10)
KNOWN = Known(OutletNames((LEDGER, COURIER, POST)))
FLOOD = ("How many people died in the flood in the Ansel valley?", "Seventeen, the ministry said on Monday.")
FERRY = ("When did the Tarn ferry sink?", "On 4 March 2024, off Skarra.")
MILL = ("How many workers will lose their jobs at the Corvin mill?", "310 people will be dismissed.")
DAM = ("What did the court decide about the Merrin dam?", "That it must not be built.")
CUP = ("Who won the Norland Cup?", "Tarn United won it on 1 June 2024.")
MAYOR = ("Who is the mayor of Merrin?", "Lucia Ferrante, of the Harbour List.")


def turns(talk: tuple[str, str]) -> tuple[Turn, ...]:
    return (Turn("user", talk[0]), Turn("assistant", talk[1]))


@pytest.mark.parametrize(
    ("talk", "text"),
    [
        (FLOOD, "What was the cause?"),
        (FLOOD, "Were the victims named?"),
        (FLOOD, "Who was to blame?"),
        (FLOOD, "When did the water go down?"),
        (FLOOD, "Did the insurers pay for the damage?"),
        (FERRY, "Was the captain charged?"),
        (FERRY, "Has the wreck been found?"),
        (FERRY, "Why did the ferry sink?"),
        (FERRY, "How many were on board?"),
        (MILL, "When did the owner buy it?"),
        (MILL, "What does the union say?"),
        (MILL, "Did the company explain the decision?"),
        (MILL, "Who gets the money?"),
        (DAM, "How did the judge explain the verdict?"),
        (DAM, "Will the government appeal?"),
        (DAM, "What would the project have cost?"),
        (CUP, "What was the score?"),
        (CUP, "Who trained the winners?"),
        (CUP, "Who scored the first goal?"),
        (CUP, "Where was the final played?"),
        (MAYOR, "How old is the mayor?"),
        (MAYOR, "Who had the job before her?"),
        (MAYOR, "What did the opposition say?"),
        (MAYOR, "How was the result received?"),
        (MAYOR, "Did she keep the lighthouse open?"),
        (MAYOR, "What did the Courier say about the decision?"),
    ],
)
def test_what_was_talked_of_is_taken_up(talk: tuple[str, str], text: str) -> None:
    plan = plan_text(Question(text, ASKED, turns(talk)), KNOWN)
    assert plan.standalone != text and len(plan.standalone) > len(text)


@pytest.mark.parametrize(
    ("talk", "text"),
    [
        (FLOOD, "When does the ferry run?"),
        (FLOOD, "Who designed the opera house?"),
        (FLOOD, "Does the tram go to the airport when it snows?"),
        (FERRY, "Is the swimming pool open?"),
        (FERRY, "Why was the library closed?"),
        (FERRY, "How tall is the lighthouse?"),
        (FERRY, "What did the zoo call its panda?"),
        (MILL, "Has the census been counted?"),
        (MILL, "Who owns the brewery?"),
        (MILL, "Why did the choir sue one of its singers?"),
        (MILL, "How long is the new tunnel?"),
        (DAM, "What does the museum charge?"),
        (DAM, "When is the marathon?"),
        (DAM, "Who paid for the statue?"),
        (DAM, "What happened in the coal strike this week?"),
        (CUP, "Where will the observatory be built?"),
        (CUP, "Why is the hospital closing?"),
        (CUP, "What was decided this week about the harbour railway?"),
        (CUP, "Who was the first woman to swim the channel?"),
        (MAYOR, "Does the bakery still exist?"),
        (MAYOR, "How many of the lighthouse keepers are left, and where do they live?"),
        (MAYOR, "Who won the chess tournament?"),
        (MAYOR, "What did the Courier say about the brewery?"),
        (MAYOR, "Did the volcano erupt?"),
    ],
)
def test_a_subject_of_its_own_stands_alone(talk: tuple[str, str], text: str) -> None:
    plan = plan_text(Question(text, ASKED, turns(talk)), KNOWN)
    assert plan.standalone == text, plan.standalone


def test_a_new_topic_is_the_topic_of_what_follows() -> None:
    history = (*turns(FLOOD), Turn("user", "When does the ferry run?"), Turn("assistant", "At seven and at noon."))
    plan = plan_text(Question("And what does it cost?", ASKED, history), KNOWN)
    assert "ferry" in plan.standalone and "Ansel" not in plan.standalone
    back = plan_text(Question("Who warned of the flood?", ASKED, history), KNOWN)
    assert "Ansel" in back.standalone and "ferry" not in back.standalone


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveStore]:
    with make_archive(tmp_path_factory.mktemp("archive"), embed=False) as store:
        store.add(
            [
                incoming(f"petrel-{number}", LEDGER, f"2024-05-{number + 10}", f"Number {number}", text)
                for number, text in enumerate(
                    [
                        "The trawler Petrel lay with a torn hull off Skarra. Divers saw the rudder.",
                        "The hull of the Petrel was lifted. Skarra watched.",
                        "A lighthouse was painted white in Merrin.",
                        "The lighthouse of Kessel will be sold.",
                    ]
                )
            ]
        )
        yield store


@pytest.mark.parametrize(
    ("text", "leans"),
    [
        ("Was the hull repaired?", True),  # the archive tells of no other hull
        ("Did the divers repaint the rudder?", True),
        ("Was the lighthouse repaired?", False),  # it tells of lighthouses elsewhere
        ("Was the zeppelin repaired?", True),  # it tells of none
    ],
)
def test_the_archive_tells_whether_a_thing_belongs_to_what_was_talked_of(
    store: ArchiveStore, text: str, leans: bool
) -> None:
    history = (Turn("user", "Where does the trawler Petrel lie?"), Turn("assistant", "Off Skarra."))
    assert (plan_question(store, Question(text, ASKED, history)).standalone != text) is leans
