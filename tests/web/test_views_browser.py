"""The views beside the chat as a person uses them, in Chromium."""

from __future__ import annotations

import pytest

from tests.web.conftest import OpenPage
from web import texts

pytestmark = pytest.mark.browser


def test_search_narrow_read_and_go_back(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    page.click(f".views >> text={texts.NAV_SEARCH}")
    page.wait_for_selector(".search-view")
    assert page.locator("#talk").is_hidden()
    page.fill("#search-words", "bridge")
    page.press("#search-words", "Enter")
    page.wait_for_function("() => location.search.includes('q=bridge') && document.querySelector('.clipping mark')")
    found = page.locator(".clipping").count()
    assert found and "view=search" in page.url

    page.locator(".facet-row").first.click()
    page.wait_for_selector(".chip.removable")
    assert "outlet=" in page.url and 0 < page.locator(".clipping").count() <= found
    page.locator(".clipping h3 a").first.click()
    page.wait_for_selector("#panel-view .whole")
    assert page.locator("#panel-view .whole .headline").inner_text()
    page.go_back()
    page.wait_for_selector(".chip.removable", state="detached")
    assert page.locator(".clipping").count() == found

    page.locator("body").click(position={"x": 5, "y": 300})
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search-words"
    page.click(f".views >> text={texts.NAV_ASK}")
    page.wait_for_selector("#question")
    assert page.locator("#view").is_hidden()


def test_arrows_walk_what_narrows(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    page.goto(f"{chat}/?view=search&q=bridge")
    page.wait_for_selector(".facet-row")
    named = "document.activeElement.dataset.row || ''"
    rows = page.locator(".facet-row")
    rows.first.focus()
    first = page.evaluate(named)
    page.keyboard.press("ArrowDown")
    second = page.evaluate(named)
    assert second and second != first
    page.keyboard.press("Home")
    assert page.evaluate(named) == first
    page.keyboard.press("Enter")
    page.wait_for_selector(".chip.removable")
    page.wait_for_function("name => (document.activeElement.dataset.row || '') === name", arg=first)
    assert page.evaluate("document.activeElement.getAttribute('aria-current')") == "true"


def test_an_address_opens_its_view_and_a_column_narrows(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    page.goto(f"{chat}/?view=archive")
    page.wait_for_selector(".archive-view")
    assert page.locator('.views a[aria-current="page"]').inner_text() == texts.NAV_ARCHIVE
    assert "3" in page.locator(".numbers dd").first.inner_text()
    page.locator(".wide-chart a.bar").first.click()
    page.wait_for_selector(".search-view .clipping")
    assert "from=" in page.url and "to=" in page.url


def test_what_cannot_be_read_or_found_is_said(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    page.goto(f"{chat}/?view=search&q=zeppelin+amphora&order=newest")
    page.wait_for_selector(".nothing")
    assert texts.NO_CLIPPINGS in page.inner_text(".nothing")
    assert page.locator("#current .turn").count() == 0  # the words are the search's: nothing was asked
