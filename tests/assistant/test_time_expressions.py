from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.calendar_days import MONTHS, WEEKDAYS, easter
from assistant.time_expressions import (
    find_time_expressions,
    recency_of,
    until_figures_are_out,
    window_of,
    without_times,
)

ASKED = date(2024, 5, 15)  # a Wednesday
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def window(text: str, asked_on: date = ASKED) -> tuple[str, str] | None:
    found = window_of(find_time_expressions(text, asked_on))
    return found and (found.start.isoformat() if found.start else "", found.end.isoformat() if found.end else "")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("What happened today?", "2024-05-15", "2024-05-15"),
        ("What happened yesterday?", "2024-05-14", "2024-05-14"),
        ("What did she say this week?", "2024-05-13", "2024-05-15"),
        ("What did she say last week?", "2024-05-06", "2024-05-12"),
        ("last month", "2024-04-01", "2024-04-30"),
        ("earlier this year", "2024-01-01", "2024-05-15"),
        ("last year", "2023-01-01", "2023-12-31"),
        ("in the past 3 weeks", "2024-04-24", "2024-05-15"),
        ("over the last two months", "2024-03-15", "2024-05-15"),
        ("in June", "2023-06-01", "2023-06-30"),
        ("in May", "2024-05-01", "2024-05-31"),
        ("in June 2022", "2022-06-01", "2022-06-30"),
        ("in March last year", "2023-03-01", "2023-03-31"),
        ("since Tuesday", "2024-05-14", ""),
        ("since 2024-05-03", "2024-05-03", ""),
        ("between 3 May and 10 May", "2024-05-03", "2024-05-10"),
        ("between March and May 2023", "2023-03-01", "2023-05-31"),
        ("from November to February", "2023-11-01", "2024-02-29"),
        ("between 2024-01-05 and 2024-02-01", "2024-01-05", "2024-02-01"),
        ("May 1–5", "2024-05-01", "2024-05-05"),
        ("by 3 May", "", "2024-05-03"),
        ("as of 3 May", "", "2024-05-03"),
        ("before 3 May", "", "2024-05-02"),
        ("after 3 May 2024", "2024-05-04", ""),
        ("until 2024-05-03", "", "2024-05-03"),
        ("in Q1 2024", "2024-01-01", "2024-03-31"),
        ("in the second half of 2023", "2023-07-01", "2023-12-31"),
        ("in spring 2023", "2023-03-01", "2023-05-31"),
        ("in winter 2024", "2023-12-01", "2024-02-29"),
        ("on 3 May", "2024-05-03", "2024-05-03"),
        ("on May 3rd, 2023", "2023-05-03", "2023-05-03"),
        ("on the 3rd of May", "2024-05-03", "2024-05-03"),
        ("on 13/5/2024", "2024-05-13", "2024-05-13"),
        ("in 2023", "2023-01-01", "2023-12-31"),
        ("so far", "", "2024-05-15"),
        ("3 days ago", "2024-05-12", "2024-05-12"),
        ("over the weekend", "2024-05-11", "2024-05-12"),
        ("the last week of April", "2024-04-24", "2024-04-30"),
        ("on Feb. 29", "2024-02-29", "2024-02-29"),
        ("How many in the 1990s?", "1990-01-01", "1999-12-31"),
        ("in the early 2000s", "2000-01-01", "2003-05-02"),
        ("in fiscal 2023", "2022-07-01", "2023-12-31"),
        ("in the fiscal year 2022-23", "2022-07-01", "2023-12-31"),
        ("in 2020-2022", "2020-01-01", "2022-12-31"),
        ("in week 9 of 2024", "2024-02-26", "2024-03-03"),
        ("in the first three months of 2024", "2024-01-01", "2024-03-31"),
        ("in the last ten days of April", "2024-04-21", "2024-04-30"),
        ("on the first Monday in May", "2024-05-06", "2024-05-06"),
        ("over Easter", "2024-03-29", "2024-04-01"),
        ("up to and including 3 May", "", "2024-05-03"),
        ("in the second half of April", "2024-04-16", "2024-04-30"),
        ("in the first half of February 2023", "2023-02-01", "2023-02-15"),
        ("the week ending 10 May", "2024-05-04", "2024-05-10"),
        ("w/c 29 April", "2024-04-29", "2024-05-05"),
        ("in the week beginning Monday 6 May", "2024-05-06", "2024-05-12"),
        ("on 3 May 23", "2023-05-03", "2023-05-03"),
        ("two Tuesdays ago", "2024-05-07", "2024-05-07"),
        ("the Wednesday before last", "2024-05-01", "2024-05-01"),
        ("yesterday and today", "2024-05-14", "2024-05-15"),
        ("in March/April 2023", "2023-03-01", "2023-04-30"),
        ("how many had fallen by the 10th", "", "2024-05-10"),
        ("who was ahead until the 20th", "", "2024-04-20"),
        ("last Christmas", "2023-12-24", "2023-12-26"),
        ("the week before last", "2024-04-29", "2024-05-05"),
        ("a fortnight ago", "2024-04-29", "2024-05-05"),
        ("the previous month", "2024-04-01", "2024-04-30"),
        ("since the start of the year", "2024-01-01", ""),
        ("this time last year", "2023-05-15", "2023-05-15"),
        ("two years ago today", "2022-05-15", "2022-05-15"),
        ("on Wednesday last week", "2024-05-08", "2024-05-08"),
        ("on Tuesday of last week", "2024-05-07", "2024-05-07"),
        ("last week, on Friday", "2024-05-10", "2024-05-10"),
        ("a week ago Tuesday", "2024-05-07", "2024-05-07"),
        ("a couple weeks ago", "2024-04-29", "2024-05-05"),
        ("a few months back", "2024-02-01", "2024-02-29"),
        ("the weekend before last", "2024-05-04", "2024-05-05"),
        ("at the weekend", "2024-05-11", "2024-05-12"),
        ("on the weekend of 3 May", "2024-05-04", "2024-05-05"),
        ("in winter 2022/23", "2022-12-01", "2023-02-28"),
        ("in the winter of 2023-24", "2023-12-01", "2024-02-29"),
        ("from March onwards", "2024-03-01", ""),
        ("on or after 3 May", "2024-05-03", ""),
        ("on or before 3 May", "", "2024-05-03"),
        ("in the late 90s", "1996-08-31", "1999-12-31"),
        ("in '23", "2023-01-01", "2023-12-31"),
        ("Dec '23", "2023-12-01", "2023-12-31"),
        ("on 2024/05/03", "2024-05-03", "2024-05-03"),
        ("over the Christmas holidays", "2023-12-20", "2024-01-06"),
        ("at the end of last month", "2024-04-20", "2024-04-30"),
        ("in febuary 2024", "2024-02-01", "2024-02-29"),
        ("since wensday", "2024-05-15", ""),
        ("since thurs", "2024-05-09", ""),
        ("What happened on the 9th?", "2024-05-09", "2024-05-09"),
        ("What happened on the 20th?", "2024-04-20", "2024-04-20"),
        ("What happened on Sunday the 5th?", "2024-05-05", "2024-05-05"),
        ("What was said on Friday 3rd about the ferry?", "2024-05-03", "2024-05-03"),
        ("what happened on fri, 3rd", "2024-05-03", "2024-05-03"),
        ("What happened on Friday the 13th?", "2023-10-13", "2023-10-13"),
        ("What did the minister say on the 9th about ferries?", "2024-05-09", "2024-05-09"),
        ("On the 20th, who resigned?", "2024-04-20", "2024-04-20"),
        ("What happened on the 15th in Eastwick?", "2024-05-15", "2024-05-15"),
        ("What happened on 31st?", "2024-03-31", "2024-03-31"),
        ("since the 9th", "2024-05-09", ""),
        ("What was found from the 12th to the 14th?", "2024-05-12", "2024-05-14"),
        ("What was stolen between the 28th and the 3rd?", "2024-04-28", "2024-05-03"),
        ("What changed between 3 May and the 10th?", "2024-05-03", "2024-05-10"),
        ("What changed from April 28 to the 2nd?", "2024-04-28", "2024-05-02"),
        ("In March the strike began. What was agreed on the 20th?", "2024-03-20", "2024-03-20"),
        ("In March 2023 it began; what was agreed on Monday the 20th?", "2023-03-20", "2023-03-20"),
        ("What happened last month on the 12th?", "2024-04-12", "2024-04-12"),
        ("What happened on the 12th of last month?", "2024-04-12", "2024-04-12"),
        ("What happened on the 15th in March 2023?", "2023-03-15", "2023-03-15"),
        ("What may change on the 9th?", "2024-05-09", "2024-05-09"),  # no month of May
        ("on Friday the 3rd of May 2023", "2023-05-03", "2023-05-03"),
        ("as of now", "", "2024-05-15"),
        ("in the last quarter of 2023", "2023-10-01", "2023-12-31"),
        ("in the final half of last year", "2023-07-01", "2023-12-31"),
        ("in the last quarter", "2024-02-15", "2024-05-15"),
        ("flood deaths 2023", "2023-01-01", "2023-12-31"),
        ("nov 2023 flood deaths", "2023-11-01", "2023-11-30"),
        ("in January-March 2024", "2024-01-01", "2024-03-31"),
        ("the day after 3 May", "2024-05-04", "2024-05-04"),
        ("in the week after 3 May", "2024-05-04", "2024-05-10"),
        ("three days before 3 May", "2024-04-30", "2024-04-30"),
        ("in the three days before 3 May", "2024-04-30", "2024-05-02"),
        ("within a week of 3 May", "2024-04-26", "2024-05-10"),
        ("in the run-up to Christmas", "2023-11-09", "2023-12-24"),
        ("shortly after 3 May", "2024-05-04", "2024-05-17"),
        ("from June 2023 onwards", "2023-06-01", ""),
        ("on 29 February 2023", "2023-02-01", "2023-02-28"),  # there was none: the month is what can be meant
    ],
)
def test_what_an_expression_comes_to(text: str, start: str, end: str) -> None:
    assert window(text) == ((start, end) if start or end else None)


@pytest.mark.parametrize(
    "text",
    [
        "What do the 2020 GDPR rules say?",
        "Who won the 2022 World Cup?",
        "What is Agenda 2030?",
        "What did the May 3 agreement change?",
        "What followed after the May 3 agreement?",
        "What did the January 6 committee find?",
        "Theresa May said no",
        "Which shops took part in Black Friday sales?",
        "Who plays Wednesday Addams?",
        "What did she do in his last week in office?",
        "the highest rate since 1994?",
        "Who reported on the fall of Kabul?",
        "Which cars will be banned by 2035?",
        'What did "last week tonight" cover?',
        "What comes next week?",
        "costs more than a year ago",
        "Who sings the Christmas number one?",
        "What is planned for the 2021-22 season?",
        "Which 1990s band split up?",
        "Who marched in Halloween costumes?",
        "growth in the year to March",
        "What happens at the end of the year?",
        "What opens on the 20th floor?",
        "Who will speak on the 20th?",
        "Who will speak on Friday the 31st?",
        "Which churches are from the 15th century?",
        "Who wrote on the 15th edition of the fair?",
        "What did the admiral say about the 7th Fleet?",
        "Who won on the 15th in a row?",
        "Who scored in the Sunday 2nd half?",
        "Who directed Friday the 13th?",
        "flood deaths 2028",
        "World Cup 2022",
        "who won the world cup 2022",
        "What happened in winter 2022/25?",
    ],
)
def test_what_is_no_filter(text: str) -> None:
    assert window(text) is None


def test_the_words_are_taken_out_of_the_search() -> None:
    text = "What did the ministry say about last Thursday's strike in Baghdad?"
    found = find_time_expressions(text, ASKED)
    assert without_times(text, found) == "What did the ministry say about strike in Baghdad?"
    assert [text[one.start : one.end] for one in found] == ["last Thursday's"]


def test_order_asked_for() -> None:
    assert recency_of(find_time_expressions("the latest on the strike", ASKED)) == "latest"
    assert recency_of(find_time_expressions("any new updates on the strike?", ASKED)) == "latest"
    assert recency_of(find_time_expressions("What was the first mention of the crack?", ASKED)) == "earliest"
    assert recency_of(find_time_expressions("How many have been found so far?", ASKED)) == "latest"
    assert recency_of(find_time_expressions("Is the ward still going to close?", ASKED)) == "latest"
    assert recency_of(find_time_expressions("who is still missing after the flood", ASKED)) == "latest"
    assert recency_of(find_time_expressions("Who was still missing when they left?", ASKED)) == "none"
    assert recency_of(find_time_expressions("Does the museum own a still life by Vint?", ASKED)) == "none"
    assert recency_of(find_time_expressions("Which country became the latest to legalise it?", ASKED)) == "none"


def test_what_is_still_to_come_is_not_last_year() -> None:
    assert window("Which airline will cut flights in November?", date(2024, 8, 20)) is None
    assert window("What had been said by 3 May?", date(2024, 5, 1)) is None


def test_a_year_at_the_end_of_a_few_words_excludes_nothing_and_is_searched_for() -> None:
    found = find_time_expressions("flood deaths 2023", ASKED)
    assert [one.window.loose for one in found if one.window] == [True]
    assert without_times("flood deaths 2023", found) == "flood deaths 2023"


def test_figures_of_a_month_come_out_after_it() -> None:
    def leeway(text: str, asked_on: date = ASKED) -> int:
        found = window_of(find_time_expressions(text, asked_on))
        assert found is not None
        return until_figures_are_out(found, asked_on).leeway[1]

    assert leeway("in March 2024") == leeway("in February 2024") == 45  # a leap year's, too
    assert leeway("on 3 March 2024") == 2 and leeway("from 3 March 2024 to 10 April 2024") == 0
    assert leeway("in 2023") == (ASKED - date(2023, 12, 31)).days


def test_relative_windows_are_loose_and_dates_are_not() -> None:
    assert [
        w.loose for w in (window_of(find_time_expressions(t, ASKED)) for t in ("this week", "in June 2022")) if w
    ] == [
        True,
        False,
    ]


@given(days, st.sampled_from(MONTHS))
def test_a_bare_month_is_the_latest_not_after_the_day_asked(asked_on: date, month: str) -> None:
    found = window_of(find_time_expressions(f"What happened in {month.title()}?", asked_on))
    assert found is not None and found.start is not None and found.end is not None
    assert found.start.month == MONTHS.index(month) + 1 and found.start.day == 1
    assert found.start <= asked_on < found.start.replace(year=found.start.year + 1)
    assert (found.end + timedelta(days=1)).day == 1 and found.end.month == found.start.month


def nth(day: int) -> str:
    return f"{day}{'th' if day in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


@given(days, st.integers(1, 31), st.sampled_from(["on the {}", "on {}", "On the {}, who left", "left on the {} after"]))
def test_a_day_without_its_month_is_the_latest_such_day(asked_on: date, day: int, words: str) -> None:
    found = window(words.format(nth(day)), asked_on)
    back = next(asked_on - timedelta(days=n) for n in range(93) if (asked_on - timedelta(days=n)).day == day)
    assert found == (back.isoformat(), back.isoformat())


@given(days, st.integers(1, 31), st.sampled_from(WEEKDAYS), st.sampled_from(["{} the {}", "on {} {}", "{}, the {}"]))
def test_a_weekday_with_its_day_is_the_latest_that_was_both(asked_on: date, day: int, weekday: str, words: str) -> None:
    found = window(f"What was said on {words.removeprefix('on ').format(weekday.title(), nth(day))}?", asked_on)
    assert found is not None
    meant = date.fromisoformat(found[0])
    assert found[0] == found[1] and meant <= asked_on
    assert (meant.day, WEEKDAYS[meant.weekday()]) == (day, weekday)
    later = (meant + timedelta(days=n) for n in range(1, (asked_on - meant).days + 1))
    assert not any((one.day, one.weekday()) == (day, meant.weekday()) for one in later)


@given(days, st.integers(1, 31), st.sampled_from(MONTHS), st.integers(1990, 2089))
def test_a_day_is_of_the_month_named_before_it(asked_on: date, day: int, month: str, year: int) -> None:
    number = MONTHS.index(month) + 1
    found = window(f"The strike began in {month.title()} {year}. What was said on the {nth(day)}?", asked_on)
    try:
        meant = date(year, number, day)
    except ValueError:  # 30 February: the month is what can be meant
        meant = None
    if meant is not None and meant <= asked_on:
        assert found == (meant.isoformat(), meant.isoformat())
    elif found is not None:
        assert found[0] == date(year, number, 1).isoformat()


@given(days, st.sampled_from(WEEKDAYS))
def test_a_weekday_is_one_of_the_last_seven_days(asked_on: date, weekday: str) -> None:
    found = window_of(find_time_expressions(f"What happened on {weekday.title()}?", asked_on))
    assert found is not None and found.start == found.end and found.start is not None
    assert found.start.weekday() == WEEKDAYS.index(weekday)
    assert 0 <= (asked_on - found.start).days < 7


@given(days)
def test_weeks_start_on_monday_and_meet(asked_on: date) -> None:
    this = window_of(find_time_expressions("this week", asked_on))
    last = window_of(find_time_expressions("last week", asked_on))
    assert this is not None and this.start is not None and last is not None and last.end is not None
    assert this.start.weekday() == 0 and this.end == asked_on
    assert last.end + timedelta(days=1) == this.start


@given(days, st.integers(1, 60), st.sampled_from(["days", "weeks", "months", "years"]))
def test_rolling_windows_end_today(asked_on: date, count: int, unit: str) -> None:
    found = window_of(find_time_expressions(f"in the past {count} {unit}", asked_on))
    assert found is not None and found.start is not None and found.end == asked_on
    if unit in {"days", "weeks"}:
        assert (asked_on - found.start).days == count * (7 if unit == "weeks" else 1)
    else:
        months = (asked_on.year - found.start.year) * 12 + asked_on.month - found.start.month
        assert months == count * (12 if unit == "years" else 1)


@given(days, days)
def test_dates_written_out_are_read_back(day: date, asked_on: date) -> None:
    for text in (f"on {day.isoformat()}", f"on {day.day} {day:%B %Y}", f"on {day:%B} {day.day}, {day.year}"):
        found = window_of(find_time_expressions(f"What happened {text}?", asked_on))
        assert (found is None) == (day > asked_on)
        if found is not None:
            assert (found.start, found.end) == (day, day)


@given(days, days)
def test_before_by_since_and_after_divide_the_calendar(first: date, second: date) -> None:
    day, asked_on = min(first, second), max(first, second) + timedelta(days=2)
    ends = {
        word: window_of(find_time_expressions(f"What was known {word} {day.isoformat()}?", asked_on))
        for word in ("before", "by", "since", "after")
    }
    assert all(ends.values())
    assert ends["before"] and ends["before"].end == day - timedelta(days=1)
    assert ends["by"] and ends["by"].end == day
    assert ends["since"] and ends["since"].start == day
    assert ends["after"] and ends["after"].start == day + timedelta(days=1)


@given(st.text(max_size=80), days)
def test_any_text_is_read_without_failing(text: str, asked_on: date) -> None:
    found = find_time_expressions(text, asked_on)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    without_times(text, found)


@given(st.integers(1992, 2090))
def test_leap_days(year: int) -> None:
    found = window(f"in February {year}", date(2095, 1, 1))
    assert found == (f"{year}-02-01", f"{year}-02-{29 if isleap(year) else 28}")


NAMED = (
    "in the {y}s", "in fiscal {y}", "at Christmas {y}", "over Easter {y}", "in week 7 of {y}",
    "in the first two months of {y}",
    "in Q2 {y}", "in mid-March {y}", "on the last Friday of May {y}", "in the week after 28 February {y}",
    "two months before 31 May {y}", "in the run-up to Thanksgiving {y}", "shortly before 1 March {y}",
)  # fmt: skip


@given(days, st.sampled_from(NAMED), st.integers(1950, 2049))
def test_every_window_begins_before_it_ends_and_not_after_the_day_asked(asked_on: date, words: str, year: int) -> None:
    found = window_of(
        find_time_expressions(
            f"What happened {words.format(y=year // 10 * 10 if words.endswith('s') else year)}?", asked_on
        )
    )
    if found is not None:
        assert found.start is None or found.end is None or found.start <= found.end
        assert found.start is None or found.start <= asked_on


@given(days, st.sampled_from(NAMED), st.integers(1950, 2049))
def test_what_was_read_once_is_not_read_again(asked_on: date, words: str, year: int) -> None:
    text = f"What did the port say {words.format(y=year)}?"
    once = without_times(text, find_time_expressions(text, asked_on))
    assert without_times(once, find_time_expressions(once, asked_on)) == once


@given(st.integers(1900, 2099))
def test_easter_is_a_sunday_of_spring(year: int) -> None:
    sunday = easter(year)
    assert sunday.weekday() == 6 and date(year, 3, 22) <= sunday <= date(year, 4, 25)


def test_easter_as_the_tables_have_it() -> None:
    assert [easter(year) for year in (2000, 2019, 2024, 2025)] == [
        date(2000, 4, 23), date(2019, 4, 21), date(2024, 3, 31), date(2025, 4, 20),
    ]  # fmt: skip


@given(days, st.integers(1, 12), st.sampled_from(["day", "week", "month"]))
def test_before_and_after_a_day_never_hold_it(day: date, count: int, unit: str) -> None:
    text = f"{day.day} {MONTHS[day.month - 1].title()} {day.year}"
    later = day + timedelta(days=800)
    before = window_of(find_time_expressions(f"What happened in the {count} {unit}s before {text}?", later))
    after = window_of(find_time_expressions(f"What happened in the {count} {unit}s after {text}?", later))
    assert before is not None and before.end == day - timedelta(days=1)
    assert after is not None and after.start == day + timedelta(days=1)


def test_words_that_articles_use_too_stay_in_the_search() -> None:
    text = "What did the bank earn in the third quarter of 2022?"
    assert without_times(text, find_time_expressions(text, ASKED)) == text
