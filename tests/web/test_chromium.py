"""The tab that goes from test to test takes nothing along."""

from __future__ import annotations

import pytest

from tests.web.chromium import leave
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.browser

KEPT = "() => [localStorage.length, sessionStorage.length, document.cookie, window.mark ?? null]"


def test_nothing_of_a_page_is_left_in_the_tab(chat: str, open_page: OpenPage) -> None:
    first = open_page(chat, 390, 844, color_scheme="dark")
    first.evaluate("() => { localStorage.a = sessionStorage.b = window.mark = 'x'; document.cookie = 'c=d'; }")
    first.context.add_cookies([{"name": "signed", "value": "in", "url": chat, "httpOnly": True}])
    first.route("**/status", lambda route: route.abort())
    first.context.new_page()
    cookies = {each["value"] for each in first.context.cookies()}
    seen = first.seen
    leave(first)
    noted = len(seen.requests), len(seen.errors)

    again = open_page(chat)
    assert again is first, "the tab is used again"
    assert again.evaluate(KEPT) == [0, 0, "", None]
    assert cookies.isdisjoint(each["value"] for each in again.context.cookies())
    assert again.context.pages == [again]
    assert again.evaluate("() => [innerWidth, document.documentElement.dataset.theme]") == [1440, "light"]
    assert again.evaluate("async () => (await fetch('/status')).status") == 200, (
        "no route of another test is in the way"
    )
    assert (len(seen.requests), len(seen.errors)) == noted, "what it does is noted for the test it belongs to"


def test_two_pages_at_a_time_are_two_sessions(chat: str, open_page: OpenPage) -> None:
    one, other = open_page(chat), open_page(chat)
    assert one.context is not other.context
    one.evaluate("() => { localStorage.a = 'x'; }")
    assert other.evaluate("() => localStorage.length") == 0
