from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from archive.article import Article, ArticleVersion
from web import texts
from web.render_reading import around_in_time, versions_compared, words_compared

FIRST = Article("a1", "x", "Fire kills two", "The fire killed two. It began at noon.", outlet="Post")
EVIL = "<script>alert(1)</script>"


def version(number: int, article: Article, *, current: bool = False) -> ArticleVersion:
    return ArticleVersion(number, article, date(2024, 3, number), datetime(2024, 3, number, tzinfo=UTC), current)


def test_what_changed_stands_side_by_side_word_by_word() -> None:
    later = replace(FIRST, title="Fire kills three", text="The fire killed three. It began at noon.")
    html = versions_compared([version(1, FIRST), version(2, later, current=True)])
    assert "The fire killed <del>two</del>." in html and "The fire killed <ins>three</ins>." in html
    assert "Headline: Fire kills <del>two</del>" in html
    assert "It began at noon." not in html
    assert texts.CURRENT in html and "Version 1, 1 Mar 2024" in html


def test_one_version_has_nothing_to_compare_and_line_breaks_are_no_change() -> None:
    assert versions_compared([version(1, FIRST)]) == ""
    broken = replace(FIRST, text="The fire killed two.\nIt began at noon.")
    assert texts.ONLY_LAYOUT in versions_compared([version(1, FIRST), version(2, broken, current=True)])


def test_nothing_of_a_version_becomes_markup() -> None:
    worse = replace(FIRST, title=EVIL, text=f"{EVIL} It began at noon.", outlet=EVIL)
    assert "<script>" not in versions_compared([version(1, FIRST), version(2, worse)])
    assert "<script>" not in versions_compared([version(1, worse), version(2, FIRST)])
    assert "<script>" not in "".join(words_compared(EVIL, "")) + "".join(words_compared("", EVIL))
    assert "<script>" not in around_in_time([worse], [worse])


def test_neighbours_in_time_are_listed_in_the_order_of_time() -> None:
    before = [replace(FIRST, title="Yesterday"), replace(FIRST, title="The day before")]
    html = around_in_time(before, [replace(FIRST, title="Tomorrow")])
    assert html.index("The day before") < html.index("Yesterday") < html.index("Tomorrow")
    assert around_in_time([], []) == ""
