from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.alternatives import alternatives_of, by_the_thing
from assistant.planner import Known, plan_text
from assistant.question import Question

ASKED = date(2024, 6, 10)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("How does the 2023 harbour vote in Tarn compare with the one in 2022?",
         [("the harbour vote in Tarn?", 2023), ("the harbour vote in Tarn?", 2022)]),
        ("Which was larger, the crowd at the 2022 final or the 2023 one?",
         [("the crowd at the final?", 2022), ("the crowd at the final?", 2023)]),
        ("What is the difference between the mill fire in Merrin and the one at Corvin?",
         [("the mill fire in Merrin?", None), ("the mill fire at Corvin?", None)]),
        ("Did more people drown in the Ansel flood or on the Petrel?",
         [("Did more people drown in the Ansel flood?", None), ("Did more people drown on the Petrel?", None)]),
        ("Was the rent higher in May 2022 or May 2023?",
         [("Was the rent higher?", 2022), ("Was the rent higher?", 2023)]),
        ("what did the bus crews get compared to the tram drivers",
         [("what did the bus crews get", None), ("what did the tram drivers get", None)]),
        ("bus strike vs tram strike: days lost", [("bus strike: days lost", None), ("tram strike: days lost", None)]),
    ],
)  # fmt: skip
def test_each_side_is_asked_by_itself(text: str, parts: list[tuple[str, int | None]]) -> None:
    plan = plan_text(Question(text, ASKED), Known())
    found = [(part.question, part.window.start.year if part.window and part.window.start else None)
             for part in plan.parts]  # fmt: skip
    assert found == parts and all(part.compared for part in plan.parts)


@pytest.mark.parametrize(
    "text",
    [
        "Who won the 2022 final or was it a draw?",
        "Is the harbour or the mill for sale?",  # nothing is compared
        "Did more than nine people drown?",
        "Who led the dockers for longer than the war?",
        "Will the ferry or any boat sail later?",
        "Has the mayor been in office longer than a year?",
    ],
)
def test_what_compares_no_two_things_stays_one_question(text: str) -> None:
    assert len(plan_text(Question(text, ASKED), Known()).parts) == 1


@given(st.text(max_size=120), st.text(max_size=60))
def test_any_text_is_read(first: str, second: str) -> None:
    for sides in (alternatives_of(f"{first} more or {second}"), by_the_thing(first, second)):
        assert sides is None or len(sides) == 2
