from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from web import texts
from web.days import age, parse_day, readable, readable_span

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (date(2024, 3, 14), "the same day"),
        (date(2024, 3, 13), "1 day old"),
        (date(2024, 3, 1), "13 days old"),
        (date(2024, 2, 29), "2 weeks old"),
        (date(2024, 1, 15), "8 weeks old"),
        (date(2024, 1, 14), "2 months old"),
        (date(2023, 3, 15), "11 months old"),
        (date(2023, 3, 14), "1 year old"),
        (date(2022, 3, 15), "1 year old"),
        (date(2020, 2, 29), "4 years old"),
        (date(2024, 3, 15), texts.LATER),
    ],
)
def test_age(published: date, said: str) -> None:
    assert age(published, date(2024, 3, 14)) == said


@UNHURRIED
@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 40_000))
def test_an_age_is_never_more_than_has_passed(published: date, days: int) -> None:
    if published.toordinal() + days > date.max.toordinal():
        return
    said = age(published, published + timedelta(days))
    if said == texts.SAME_DAY:
        assert days == 0
        return
    count, unit = said.split(" ")[:2]
    shortest = {"day": 1, "week": 7, "month": 28, "year": 365}[unit.rstrip("s")]
    assert int(count) >= 1 and int(count) * shortest <= days


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (date(2024, 3, 1), date(2024, 3, 31), "1 – 31 Mar 2024"),
        (date(2024, 3, 1), date(2024, 4, 2), "1 Mar – 2 Apr 2024"),
        (date(2023, 12, 30), date(2024, 1, 2), "30 Dec 2023 – 2 Jan 2024"),
        (date(2024, 3, 1), date(2024, 3, 1), "1 Mar 2024"),
        (date(2024, 3, 1), None, "Since 1 Mar 2024"),
        (None, date(2024, 3, 1), "Until 1 Mar 2024"),
        (None, None, ""),
    ],
)
def test_span(start: date | None, end: date | None, said: str) -> None:
    assert readable_span(start, end) == said


def test_the_day_is_the_one_in_the_articles_own_zone() -> None:
    assert parse_day("2024-03-14T23:30:00-05:00") == date(2024, 3, 14)
    assert parse_day("last week") is None and parse_day(None) is None
    assert readable(None) == ""
