"""What was corrected or changed after it had been cited is told of the source, however long the page has been open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from archive.store import ArchiveStore
from tests.web.attacks import OWN_ATTACKS
from tests.web.chromium import leave
from tests.web.conftest import OpenPage, incoming, serving
from tests.web.test_browser import ask
from web import texts
from web.at_hand import article_page, changed_json

FIRST = "The toll of the fire at Old Quay is four, the brigade said.\n\nThe warehouse burned all night."
NOTICE = "Correction: the toll is six, not four."
SECOND = f"The toll of the fire at Old Quay is six, the brigade said.\n\nThe warehouse burned all night.\n\n{NOTICE}"


def version(text: str, **more: Any) -> Any:
    return incoming("Fire at Old Quay", text, "Courier", date(2024, 3, 5), identity="fire", **more)


def test_a_passage_that_stands_is_not_told_of(make_archive: Callable[..., ArchiveStore]) -> None:
    store = make_archive(version(FIRST))
    (cited, _) = store.passages_of(version(FIRST).article.article_id)
    assert changed_json(store, [cited.passage_id, "nobody.0.0"]) == {"changed": {}}


def test_a_changed_passage_tells_the_notice_or_how_much_differs(make_archive: Callable[..., ArchiveStore]) -> None:
    store = make_archive(version(FIRST))
    article_id = version(FIRST).article.article_id
    (cited, _) = store.passages_of(article_id)
    store.add([version(FIRST.replace("four", "five"))])
    (told,) = changed_json(store, [cited.passage_id, cited.passage_id])["changed"].values()  # type: ignore[attr-defined]
    assert "1 sentence differs" in told["text"] and told["what"] == texts.SEE_CHANGES
    store.add([version(SECOND, correction=NOTICE)])
    (told,) = changed_json(store, [cited.passage_id])["changed"].values()  # type: ignore[attr-defined]
    assert told["text"] == f"Corrected since: {NOTICE}"
    assert told["href"] == f"/article/{article_id}?changes=1&passage={quote(cited.passage_id)}"
    page = article_page(store, article_id, {"passage": cited.passage_id, "changes": "1"})
    assert page is not None and page.article.text == FIRST and '<details class="versions" open>' in page.around


@pytest.mark.browser
def test_a_source_is_said_to_be_corrected_while_the_page_is_open(
    make_archive: Callable[..., ArchiveStore], open_page: OpenPage
) -> None:
    store = make_archive(version(FIRST))
    with serving(store) as url:
        page = open_page(url)
        ask(page, "What is the toll of the fire at Old Quay?")
        page.locator("#current a.mark").first.click()
        page.wait_for_selector("#panel-view .source mark")
        assert page.locator("#panel-view .flag.changed").count() == 0
        notice = f"Correction: the toll is six, not four. {OWN_ATTACKS[0]}"
        store.add([version(SECOND.replace(NOTICE, notice), correction=notice)])

        page.keyboard.press("Escape")
        page.locator("#current a.mark").first.click()
        changed = page.locator("#panel-view .flag.changed")
        changed.wait_for()
        assert f"Corrected since: {notice}" in changed.inner_text()
        changed.get_by_role("link", name=texts.SEE_CHANGES).focus()
        page.keyboard.press("Enter")
        compared = page.locator("#panel-view .whole details.versions[open]")
        compared.wait_for()
        assert compared.locator("del").first.inner_text() == "four"
        assert compared.locator("ins").first.inner_text() == "six"

        page.goto(f"{url}/?q=What+is+the+toll+of+the+fire+at+Old+Quay%3F&asked_on=2024-03-06&as_of=1")
        page.wait_for_selector('#current .turn[data-phase="done"] a.mark')
        page.locator("#current a.mark").first.click()
        page.wait_for_selector("#panel-view .flag.changed")
        assert texts.SUPERSEDED not in page.inner_text("#panel-view"), "what changed is said instead"
        leave(page)


def test_more_passages_than_an_answer_has_are_refused(chat: str) -> None:
    assert httpx.get(f"{chat}/changed", params={"passage": ["x"] * 51}).status_code == 422
    assert httpx.get(f"{chat}/changed").status_code == 422
