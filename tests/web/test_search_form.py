from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import UsageError
from web.search_form import MOST_CHARACTERS, ORDERS, QueryFields, SearchForm, read_search_form

WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=12)
LABELS = st.lists(WORDS, max_size=3, unique=True).map(tuple)
DAYS = st.dates(date(1800, 1, 1), date(2100, 1, 1))


def read(address: str) -> SearchForm:
    return read_search_form(QueryFields(tuple(parse_qsl(urlsplit(address).query))))


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        SearchForm,
        words=st.lists(WORDS, max_size=4).map(" ".join),
        published_from=st.none() | DAYS,
        outlets=LABELS,
        sections=LABELS,
        authors=LABELS,
        order=st.sampled_from(ORDERS),
        page=st.integers(1, 900),
    )
)
def test_an_address_reads_back_as_the_search_it_was_made_of(form: SearchForm) -> None:
    assert read(form.address()) == form


def test_a_label_set_twice_is_set_no_more_whatever_its_case() -> None:
    form = SearchForm("ferry", outlets=("Post",), page=4)
    both = form.toggled("outlets", "Tide")
    assert (both.outlets, both.page) == (("Post", "Tide"), 1)
    assert both.toggled("outlets", "POST").outlets == ("Tide",)
    assert form.toggled("authors", "Ann").authors == ("Ann",)
    assert form.toggled("sections", "Ports").sections == ("Ports",)
    assert form.unfiltered() == SearchForm("ferry")


def test_phrases_in_quotes_stand_apart_from_the_loose_words() -> None:
    form = SearchForm('ferry "ran aground" “off Skarra” night')
    assert form.phrases == ("ran aground", "off Skarra")
    assert form.loose_words == "ferry night"
    assert SearchForm('airport "port" “a').loose_words == "airport a"  # only what is quoted is taken out


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/?from=yesterday", "is not a day"),
        ("/?from=2024-02-30", "is not a day"),
        ("/?from=2024-03-02&to=2024-03-01", "ends before it begins"),
        (f"/?q={'x' * (MOST_CHARACTERS + 1)}", "characters"),
    ],
)
def test_what_cannot_be_read_is_said(address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read(address)


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "99999999999"])
def test_a_page_or_order_that_is_none_is_the_first(page: str) -> None:
    form = read(f"/?page={page}&order=sideways")
    assert (form.page, form.order) == (1, "relevance")
