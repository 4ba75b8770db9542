"""Searching for clippings: exact counts, best first or by day, snippets that are slices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from archive.embedder import HashingEmbedder
from archive.store import ArchiveStore
from tests.web.allowed_markup import assert_ours
from tests.web.conftest import incoming
from web.archive_page import read_archive_page
from web.clippings import PAGE, ClippingPage, find_clippings, snippet_of
from web.render_archive import archive_view
from web.render_search import search_view
from web.search_form import SearchForm

EVIL = '<img src=x onerror=alert(1)>"'


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveStore]:
    folder = tmp_path_factory.mktemp("archive")
    with ArchiveStore.open(folder, embedder=HashingEmbedder(), create=True) as opened:
        long = "The council met on Monday evening in the old hall. " * 12
        opened.add(
            [
                incoming("Ferry aground", f"{long}\n\nThe ferry ran aground off Skarra at night.", "Tide",
                         date(2024, 3, 1), section="Ports", authors=("Ann Ross",)),
                incoming("Divers look", "Divers saw the ferry's hull.", "Post", date(2024, 3, 4), section="Ports"),
                incoming("Undated", "An old ferry timetable.", "Post", None),
                incoming(EVIL, f"Ferry {EVIL} tale.", EVIL, date(2024, 5, 2), section=EVIL, authors=(EVIL,)),
                *(incoming(f"Budget {n}", f"Budget debate number {n}.", "Post", date(2023, 1, 1)) for n in range(25)),
            ]
        )  # fmt: skip
        opened.embed_pending()
        yield opened


def search(store: ArchiveStore, form: SearchForm) -> ClippingPage:
    return find_clippings(store, form, date(2024, 6, 1))


def titles(page: ClippingPage) -> list[str]:
    return [clipping.article.title for clipping in page.clippings]


def test_counts_are_of_every_match_and_lists_by_day_are_whole(store: ArchiveStore) -> None:
    page = search(store, SearchForm("ferry", order="newest"))
    assert page.counts.articles == 4 and page.counts.undated == 1
    assert titles(page) == [EVIL, "Divers look", "Ferry aground", "Undated"]
    assert titles(search(store, SearchForm("ferry", order="oldest")))[0] == "Ferry aground"
    assert sum(column.total for column in page.chart.columns) == 3


def test_filters_narrow_and_pages_follow(store: ArchiveStore) -> None:
    assert titles(search(store, SearchForm("ferry", outlets=("tide",), order="newest"))) == ["Ferry aground"]
    assert titles(search(store, SearchForm("ferry", sections=("PORTS",), published_from=date(2024, 3, 2)))) == [
        "Divers look"
    ]
    first = search(store, SearchForm("budget", order="newest"))
    second = search(store, SearchForm("budget", order="newest", page=2))
    assert (len(first.clippings), len(second.clippings), first.last_page) == (PAGE, 25 - PAGE, 2)
    assert not {clipping.article.article_id for clipping in first.clippings} & {
        clipping.article.article_id for clipping in second.clippings
    }
    assert search(store, SearchForm("budget", order="newest", page=99)).clippings == ()


def test_no_words_list_everything_newest_first(store: ArchiveStore) -> None:
    page = search(store, SearchForm())
    assert page.counts.articles == 29 and titles(page)[0] == EVIL


def test_snippets_are_slices_of_the_article_with_the_words_marked(store: ArchiveStore) -> None:
    for order in ("relevance", "newest"):
        for clipping in search(store, SearchForm("ferries aground", order=order)).clippings:
            text = clipping.article.text
            assert text[clipping.start : clipping.start + len(clipping.snippet)] == clipping.snippet
            for start, end in clipping.marks:
                assert clipping.snippet[start:end].casefold().strip("'s") in {"ferry", "aground"}
    best = search(store, SearchForm("ferry aground")).clippings[0]
    assert best.article.title == "Ferry aground" and "ran aground" in best.snippet


def test_a_phrase_is_found_exactly(store: ArchiveStore) -> None:
    assert titles(search(store, SearchForm('"ran aground"', order="newest"))) == ["Ferry aground"]
    nothing = search(store, SearchForm('"aground ran"', order="newest"))
    assert nothing.counts.articles == 0
    html = search_view(nothing)
    assert "without quotes" in html and "The archive covers 1 Jan 2023 to 2 May 2024." in html


def test_nothing_of_an_article_becomes_markup(store: ArchiveStore) -> None:
    html = search_view(search(store, SearchForm(f"ferry {EVIL}", outlets=(EVIL,), order="newest")))
    assert_ours(html)
    assert "&lt;img" in html
    assert_ours(archive_view(read_archive_page(store)))
    form = SearchForm(EVIL, date(2024, 1, 1), date(2024, 1, 2), (EVIL,), (EVIL,), (EVIL,), EVIL, 3)
    assert_ours(search_view(search(store, form)))


def test_a_long_text_is_cut_where_most_marks_stand() -> None:
    text = "One is here. " * 40 + "The word stands here. " + "Two is there. " * 40
    at = text.index("word")
    start, snippet = snippet_of(text, [(at, at + 4)])
    assert snippet.startswith("The word") or "word" in snippet
    assert text[start : start + len(snippet)] == snippet and len(snippet) <= 260
    assert snippet_of("  Short.\n", []) == (2, "Short.")
