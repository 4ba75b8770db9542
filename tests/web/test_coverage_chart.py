from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from web import texts
from web.coverage_chart import MOST_SERIES, coverage_chart, described, render_chart

DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(DAYS, st.sampled_from([None, "", "A", "B", "C", "D", "E", "F", "G", "H"])), max_size=60))
def test_every_article_stands_in_one_column_and_columns_have_no_gaps(articles: list[tuple[date, str | None]]) -> None:
    chart = coverage_chart(articles)
    assert sum(column.total for column in chart.columns) == len(articles)
    assert len(chart.series) <= MOST_SERIES + 1
    for before, after in zip(chart.columns, chart.columns[1:], strict=False):
        assert after.start == before.end + timedelta(days=1)
    for column in chart.columns:
        inside = [outlet for day, outlet in articles if column.start <= day <= column.end]
        assert len(inside) == column.total and len(column.counts) == len(chart.series)


def test_days_months_and_years_by_how_long_it_is() -> None:
    days = coverage_chart([(date(2024, 2, 27), "A"), (date(2024, 3, 2), "A")])
    assert [column.name for column in days.columns][1:3] == ["28 Feb 2024", "29 Feb 2024"]
    months = coverage_chart([(date(2023, 12, 5), "A"), (date(2024, 3, 2), "B"), (date(2024, 3, 3), "A")])
    assert [column.name for column in months.columns] == [
        "December 2023", "January 2024", "February 2024", "March 2024"
    ]  # fmt: skip
    assert months.series == ("A", "B") and months.columns[-1].counts == (1, 1)
    assert months.columns[2].end == date(2024, 2, 29)
    assert described(months) == "1 Dec 2023 – 31 Mar 2024"
    years = coverage_chart([(date(1990, 5, 5), "A"), (date(2024, 3, 2), "A")])
    assert (years.columns[0].name, len(years.columns)) == ("1990", 35)
    assert described(coverage_chart([])) == ""


def test_small_outlets_are_one_series_in_the_end() -> None:
    articles = [(date(2024, 1, 1), name) for name in "AAAABBBCCDDEEFGH"]
    chart = coverage_chart(articles)
    assert chart.series == ("A", "B", "C", "D", "E", texts.OTHER_OUTLETS)
    assert chart.columns[0].counts == (4, 3, 2, 2, 2, 3)


def test_a_column_is_a_link_that_says_what_it_counts_and_nothing_becomes_markup() -> None:
    evil = '"><script>alert(1)</script>'
    chart = coverage_chart([(date(2024, 1, 1), evil), (date(2024, 1, 3), "Post"), (date(2024, 1, 3), "Post")])
    html = render_chart(chart, lambda column: f"/?from={column.start}&to={column.end}", "Articles over time")
    assert "<script>" not in html
    assert 'href="/?from=2024-01-03&amp;to=2024-01-03"' in html
    assert "3 Jan 2024: 2 articles (Post 2)" in html
    assert html.count("<li><a") == 2 and html.count("bar empty") == 1
    assert render_chart(coverage_chart([]), lambda column: "", "x") == ""
