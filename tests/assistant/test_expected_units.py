"""What a number must be a number of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.expected_units import holds, may_tell, unit_of


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("How long did the strike last?", "time"),
        ("how long is the bridge", "time or length"),
        ("How many weeks did it take?", "time"),
        ("How old is the mayor?", "age"),
        ("at what age did she retire", "age"),
        ("How far is the port from Tarn?", "length"),
        ("distance between Tarn and Eastwick", "length"),
        ("how many miles of road were closed", "length"),
        ("How fast was the ship?", "speed"),
        ("strongest gusts in Tarn", "speed"),
        ("How cold did it get?", "temperature"),
        ("How heavy was the pumpkin?", "weight"),
        ("What time did the siege end?", "clock"),
        ("How often does the ferry sail?", "often"),
        ("What was the final score?", "score"),
        ("What year was it built?", "year"),
        ("What share of the trams ran?", "percent"),
        ("How much did the bridge cost?", "money"),
        ("How much of the award goes to the county?", "money or share"),
        ("how much funding did the port get", "money or share"),
        ("How many US wind turbines were approved?", "count US wind turbines"),
        ("How many of them came?", ""),
        ("Who opened the bridge?", ""),
        ("How much does it matter?", ""),
        ("How much time did she spend at sea?", "time"),
        ("How much water did the town buy last year?", ""),
        ("How much taller is the tower that they paid for?", ""),
    ],
)
def test_the_unit_that_a_question_asks_for(question: str, unit: str) -> None:
    assert unit_of(question) == unit


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("time", "It had lasted three weeks."),
        ("time", "a 12-day walkout"),
        ("time", "It took two and a half years."),
        ("age", "Ruth Ambleside, 54, expects repairs."),
        ("age", "the 54-year-old engineer"),
        ("age", "who died aged 90"),
        ("age", "She married at 19."),
        ("age", "He died at eighty, in Tarn."),
        ("age", "She is in her thirties."),
        ("length", "a crack 40 centimetres long"),
        ("length", "about four miles from the border"),
        ("speed", "gusts of 120 mph"),
        ("speed", "winds of 90 miles an hour"),
        ("temperature", "It was minus 12 degrees."),
        ("temperature", "a record 104.5 F"),
        ("weight", "a 42-pound turkey"),
        ("clock", "at 6.30 in the morning"),
        ("clock", "just before noon"),
        ("often", "It sails twice a day."),
        ("score", "beating Tarn United 2-1"),
        ("date", "It opens on Oct. 4."),
        ("date", "Letters go out around 14 November."),
        ("date", "by the end of last winter"),
        ("date", "It closed two years ago."),
        ("date", "on Thursday"),
        ("date", "in May"),
        ("date", "It was dug in 1871."),
        ("money or share", "The county gets 344 million crowns."),
        ("money or share", "A third goes to the county."),
        ("year", "It was dug in 1871."),
        ("percent", "a rise of 4.5 percent"),
        ("money", "3.2 million crowns"),
        ("count wind turbines", "with 54 new turbines off Tarn"),
        ("count dockers", "About 900 of the dockers walked out"),
    ],
)
def test_what_holds_such_a_number(unit: str, text: str) -> None:
    assert holds(unit, text)


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("time", "About 900 dockers walked out for 7 percent."),
        ("age", "It cost 54 crowns in 2019."),
        ("age", "The mayor fell in at 21.15 that night."),
        ("length", "It lasted 40 days."),
        ("weight", "It cost 40 crowns."),
        ("score", "The score was even."),
        ("date", "About 900 dockers may walk out for 7 percent."),
        ("date", "It cost 4.2 million crowns."),
        ("money or share", "The county gets 12 new buses."),
        ("temperature", "Of 104 people 5 came."),
        ("count wind turbines", "The turbines were approved in May, 54 of 80 members voting for it."),
        ("", "54 turbines"),
        ("no such unit", "54 turbines"),
    ],
)
def test_what_holds_none(unit: str, text: str) -> None:
    assert not holds(unit, text)


def test_aid_and_losses_may_be_told_by_weight() -> None:
    unit = unit_of("How much aid reached the islands?")
    assert may_tell(unit, "Ships brought 400 tonnes of aid to the islands.")
    assert not may_tell(unit, "Ships brought aid to 12 islands.")


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(holds(unit_of(text), text), bool)
