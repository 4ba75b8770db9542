"""What a time in a question dates: the news asked for, or what is told beside it."""

from __future__ import annotations

from datetime import date

import pytest

from archive.outlet_names import NO_OUTLETS
from assistant.planner import Known, plan_text
from assistant.question import Question
from assistant.search_plan import TimeWindow
from assistant.time_clauses import Dates, what_it_dates
from assistant.time_expressions import find_time_expressions, window_of

ASKED = date(2024, 5, 16)  # a Thursday


def window(text: str, asked_on: date = ASKED) -> TimeWindow | None:
    return window_of(find_time_expressions(text, asked_on))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        # told beside it, short ago: what is asked for came after it
        ("After the collapse of the bridge last week, which road was closed?", "2024-05-06", "2024-05-16"),
        ("Who leads the port following Berta Osk's dismissal last month?", "2024-04-01", "2024-05-16"),
        ("What did the harbour master say after a tug sank on Monday?", "2024-05-13", "2024-05-16"),
        ("Who was arrested after the parade on 3 May 2024?", "2024-05-03", "2024-05-16"),
        ("Who was arrested after the parade on 3 May 2023?", "2023-05-03", "2023-07-02"),
        ("Who owns the ship that sank in May 2023?", "2023-05-01", None),
        ("How many have been dismissed since the layoffs began in March?", "2024-03-01", None),
        ("Where did the ship that ran aground last week come from?", "2024-05-06", "2024-05-16"),
        ("The law passed last month was challenged by whom?", "2024-04-01", "2024-05-16"),
        # where something dates the news, only that counts
        ("Which line reopened this week after being closed since 3 April?", "2024-05-13", "2024-05-16"),
        ("The ferry that sank last month was raised on Tuesday. By whom?", "2024-05-14", "2024-05-14"),
    ],
)
def test_what_is_told_beside_the_news_opens_the_window_and_does_not_close_it(
    text: str, start: str, end: str | None
) -> None:
    found = window(text)
    assert found is not None
    assert (found.start, found.end) == (date.fromisoformat(start), date.fromisoformat(end) if end else None)


@pytest.mark.parametrize(
    "text",
    [
        "Following her ouster from the council last year, which paper did Berta Osk join?",
        "After leaving two years ago, who returns as head of the hospital?",
        "Having lost his seat last year, what does Per Aune do now?",
        "If the ferries stopped today, how long would the stocks last?",
        "What do the fishermen of Skarra do every 16 January?",
        "Which teams will meet on Sunday in the final?",
        "With the crews set to vote on Friday, what does the company offer?",
    ],
)
def test_what_is_long_ago_beside_the_news_supposed_or_to_come_is_no_window(text: str) -> None:
    assert window(text) is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Which of the following ports closed last week?", "2024-05-06", "2024-05-12"),
        ("Which party won the election last week?", "2024-05-06", "2024-05-12"),
        ("The ministry said that the dam was finished last month. What did it cost?", "2024-04-01", "2024-04-30"),
        ("Residents who are still without water were told what last week?", "2024-05-06", "2024-05-12"),
        ("The nurses walked out of which hospital last week?", "2024-05-06", "2024-05-12"),
        ("What was announced last month?", "2024-04-01", "2024-04-30"),
        ("Which ship was lost last year?", "2023-01-01", "2023-12-31"),
        ("What happened after 3 May 2024?", "2024-05-04", None),
        ("Since last week, what has changed?", "2024-05-06", None),
    ],
)
def test_a_time_of_the_news_stays_its_window(text: str, start: str, end: str | None) -> None:
    found = window(text)
    assert found is not None
    assert (found.start, found.end) == (date.fromisoformat(start), date.fromisoformat(end) if end else None)


def test_a_year_given_outright_stays_a_window_beside_the_news_too() -> None:
    found = window("Who governed after the vote in 2022?")
    assert found is not None and found.start == date(2022, 1, 1)


@pytest.mark.parametrize(
    ("asked_on", "words", "start", "end"),
    [
        ("2024-09-29", "this winter", "2024-12-01", None),
        ("2024-11-30", "this winter", "2024-12-01", None),
        ("2024-01-20", "this winter", "2023-12-01", "2024-02-29"),
        ("2024-04-02", "this winter", "2023-12-01", "2024-02-29"),
        ("2024-10-08", "this summer", "2024-06-01", "2024-08-31"),
        ("2024-03-31", "this autumn", "2024-09-01", None),
        ("2024-03-31", "this past autumn", "2023-09-01", "2023-11-30"),
        ("2024-10-08", "this past winter", "2023-12-01", "2024-02-29"),
    ],
)
def test_this_season_is_this_years_and_the_winter_to_come_from_june_on(
    asked_on: str, words: str, start: str, end: str | None
) -> None:
    found = window(f"What was decided on ships {words}?", date.fromisoformat(asked_on))
    if end is None:  # still to come: what it is about, and no time of the news
        assert found is None
    else:
        assert found is not None
        assert (found.start, found.end) == (date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("text", "lag"),
    [
        ("How many bicycles were stolen in Tarn last year?", 137),
        ("By how much did the population of Norland fall in 2023?", 137),
        ("Which share of the catch rotted between 2021 and 2023?", 137),
        ("Who was mayor of Tarn last year?", 7),  # no figure is waited for
        ("How many bicycles were stolen in Tarn in 2021?", 60),  # out long ago
        ("How many bicycles were stolen in Tarn last month?", 45),  # a month's figures come out within the next one
    ],
)
def test_the_figures_of_a_year_come_out_in_the_year_after(text: str, lag: int) -> None:
    (part,) = plan_text(Question(text, ASKED), Known(NO_OUTLETS)).parts
    assert part.window is not None and part.window.leeway[1] == lag


def test_every_place_of_every_text_is_told() -> None:
    text = "After the ferry that sank last week was found, who will pay? If not now, when? The law passed today was ..."
    for start in range(len(text)):
        assert what_it_dates(text, start, min(start + 4, len(text))) in Dates
