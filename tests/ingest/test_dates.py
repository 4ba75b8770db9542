from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import page_header_date, read_date, url_date
from tests.ingest.support import TODAY, article_of


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-04-23", "2024-04-23"),
        ("2024-04-23T10:11:12Z", "2024-04-23T10:11:12+00:00"),
        ("2024-04-23T23:30:00.123-05:00", "2024-04-23T23:30:00-05:00"),
        ("2024-04-23 10:11:12", "2024-04-23"),  # no zone: the day only
        ("Tue, 23 Apr 2024 17:20:00 -0400", "2024-04-23T17:20:00-04:00"),
        ("Tuesday, April 23, 2024", "2024-04-23"),
        ("Apr. 23, 2024 at 5:30 p.m. EDT", "2024-04-23T17:30:00-04:00"),
        ("Published 10:30 GMT, 3 May 2024", "2024-05-03T10:30:00+00:00"),
        ("23 avril 2024", "2024-04-23"),
        ("5 de enero de 2024", "2024-01-05"),
        ("1. März 2024", "2024-03-01"),
        ("2024年4月23日", "2024-04-23"),
        ("20240423", "2024-04-23"),
        ("23.04.2024", "2024-04-23"),
        ("04/23/2024", "2024-04-23"),
        ("23/04/2024", "2024-04-23"),
        (1_650_000_000, "2022-04-15T05:20:00+00:00"),
        (1_650_000_000_000, "2022-04-15T05:20:00+00:00"),
        ("03/04/2024", None),  # read two ways
        ("31 February 2024", None),
        ("2024-13-45", None),
        ("yesterday", None),
        ("3 days ago", None),
        ("2024", None),
        ("May 2024", None),
        ("1970-01-01T00:00:00Z", None),
        ("0001-01-01", None),
        (0, None),
        (True, None),
        (float("nan"), None),
        (None, None),
        (["2024-01-01"], None),
    ],
)
def test_dates_as_they_are_written(written: object, read: str | None) -> None:
    at = read_date(written, today=TODAY)
    assert (at.iso() if at else None) == read


def test_a_date_to_come_is_none_but_time_zones_have_a_day_of_grace() -> None:
    assert read_date((TODAY + timedelta(days=1)).isoformat(), today=TODAY) is not None
    assert read_date((TODAY + timedelta(days=2)).isoformat(), today=TODAY) is None


@given(st.one_of(st.text(max_size=60), st.floats(), st.integers()))
def test_anything_else_is_none_or_plausible(value: object) -> None:
    at = read_date(value, today=TODAY)
    assert at is None or 1605 <= at.day.year <= TODAY.year


def test_only_a_line_that_is_a_date_is_the_page_date() -> None:
    assert page_header_date("Updated: 3 May 2024, 10:30 GMT", today=TODAY) is not None
    assert page_header_date("On April 23, 2024, the council met", today=TODAY) is None


def test_days_in_addresses() -> None:
    found = url_date("https://a.example/2024/jan/05/story", today=TODAY)
    assert found is not None and found.at.iso() == "2024-01-05"
    assert url_date("https://a.example/2024/31/puffins", today=TODAY) is None


def test_where_a_date_came_from() -> None:
    given_day = article_of({"text": "x y z", "published": "2024-05-03", "url": "https://a.example/2020/01/01/x"})
    assert (given_day.published and given_day.published.iso(), given_day.date_source) == ("2024-05-03", "given")
    from_url = article_of({"text": "x y z", "url": "https://a.example/2020/01/02/x"})
    assert (from_url.published and from_url.published.iso(), from_url.date_source) == ("2020-01-02", "url")
    unknown = article_of({"text": "On 3 May 2024 it rained.", "published": "soon"})
    assert (unknown.published, unknown.date_source, unknown.date_confidence) == (None, "unknown", 0.0)
    assert unknown.extra == {"published": "soon"}


def test_a_number_too_large_for_a_date_is_none() -> None:
    assert read_date(10**400, today=TODAY) is None and read_date(-(10**400), today=TODAY) is None
