"""The Timeline view, and the same rows inside an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from archive.embedder import HashingEmbedder
from archive.store import ArchiveStore
from assistant.answer import Answer
from tests.web.allowed_markup import assert_ours
from tests.web.conftest import incoming
from web import render, texts
from web.render_timeline import timeline_view
from web.search_form import SearchForm
from web.timeline_page import TimelinePage, read_timeline_page
from web.turn_view import Asked, TurnView

EVIL = '"><img src=x onerror=alert(1)>'


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveStore]:
    folder = tmp_path_factory.mktemp("archive")
    with ArchiveStore.open(folder, embedder=HashingEmbedder(), create=True) as opened:
        told = [
            (date(2024, 3, 1), "The Skarra ferry ran aground off the island with 62 passengers on board."),
            (date(2024, 3, 9), "The Skarra ferry was towed to the yard in Hagvik after eight days."),
            (date(2024, 5, 2), f"The Skarra ferry captain {EVIL} lost his licence, the court decided."),
            (date(2024, 9, 9), "The Skarra ferry sails again after repairs of 4.2 million crowns."),
        ]
        opened.add([incoming(f"Skarra ferry {day} {EVIL}", text, f"Post {EVIL}", day) for day, text in told])
        yield opened


def view(store: ArchiveStore, form: SearchForm) -> TimelinePage:
    return read_timeline_page(store, form, date(2024, 12, 1))


def test_rows_are_dated_quotations_that_lead_to_their_article(store: ArchiveStore) -> None:
    page = view(store, SearchForm("Skarra ferry"))
    assert page.answer is not None and len(page.answer.timeline) == 4
    html = timeline_view(page)
    markup = assert_ours(html)
    days = [day for day in ("1 Mar 2024", "9 Mar 2024", "2 May 2024", "9 Sep 2024")]
    at = [markup.text.index(day, markup.text.index("Timeline of")) for day in days]
    assert at == sorted(at)
    assert html.count('class="timeline-row"') == 4 and html.count("&amp;mark=") == 4
    assert sum(column.total for column in page.chart.columns) == 4


def test_an_article_without_the_names_of_the_topic_is_no_part_of_it(store: ArchiveStore, tmp_path: Path) -> None:
    filler = [incoming(f"Court {n}", f"The court heard of a theft in Hagvik on day {n}.", "Post", date(2024, 1, n))
              for n in range(1, 9)]  # fmt: skip
    with ArchiveStore.open(tmp_path, embedder=HashingEmbedder(), create=True) as opened:
        opened.add([*filler, *(incoming(*told) for told in (
            ("Skarra ferry aground", "The Skarra ferry ran aground with 62 passengers.", "Post", date(2024, 3, 1)),
            ("Skarra ferry sails", "The Skarra ferry sails again after repairs.", "Post", date(2024, 5, 1)),
            ("An affair of state", "The affair of the minister ended in a vote.", "Post", date(2024, 4, 1)),
        ))])  # fmt: skip
        page = view(opened, SearchForm("the Skarra affair"))
    assert page.answer is not None
    assert [row.day for row in page.answer.timeline] == [date(2024, 3, 1), date(2024, 5, 1)]


def test_a_window_narrows_and_can_be_undone(store: ArchiveStore) -> None:
    form = SearchForm("Skarra ferry", date(2024, 3, 1), date(2024, 3, 31))
    page = view(store, form)
    assert page.answer is not None and [row.day.month for row in page.answer.timeline] == [3, 3]
    html = timeline_view(page)
    assert "1 – 31 Mar 2024" in html and 'href="/?view=timeline&amp;q=Skarra+ferry"' in html


def test_without_a_topic_it_invites_and_without_a_find_it_says_what_is_covered(store: ArchiveStore) -> None:
    assert texts.TIMELINE_LEAD in timeline_view(view(store, SearchForm()))
    html = timeline_view(view(store, SearchForm("zeppelins")))
    assert "The archive covers 1 Mar 2024 to 9 Sep 2024." in html and "timeline-row" not in html


def test_the_same_rows_stand_in_an_answer_with_their_marks(store: ArchiveStore) -> None:
    answer = view(store, SearchForm("Skarra ferry")).answer
    assert isinstance(answer, Answer)
    asked = Asked(f"How did it develop? {EVIL}", date(2024, 12, 1))
    html = render.turn(TurnView(1, asked).done(replace(answer, question=asked.text)))
    assert_ours(html)
    assert html.count('class="timeline-row"') == 4
    assert html.count('class="mark" href="#a1-s') >= 4
    assert texts.IN_TIMELINE_VIEW in html
