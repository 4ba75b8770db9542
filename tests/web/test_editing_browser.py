"""What an editor does to the archive, as a person does it, in Chromium."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.filters import SearchFilter
from archive.store import ArchiveStore
from tests.ingest.loopback_site import Site, page, running_site
from tests.ingest.support import record
from tests.ingest.test_web import html, rss
from tests.web.chromium import leave
from tests.web.conftest import ARTICLES, FERRY, OpenPage, serving
from web import texts

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="window.pwned=1">.jsonl'


@pytest.fixture(scope="module")
def desk(make_archive: Callable[..., ArchiveStore]) -> Iterator[tuple[str, ArchiveStore]]:
    """A chat that only this machine reaches: whoever opens it is an editor."""
    store = make_archive(*ARTICLES)
    with serving(store) as url:
        yield url, store


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


def to_the_form(page: Any) -> None:
    page.click(f".views >> text={texts.NAV_ARCHIVE}")
    page.click(f".editing-actions >> text={texts.PUT_IN}")
    page.wait_for_selector("#ingest-form")
    assert page.locator('.views a[aria-current="page"]').inner_text() == texts.NAV_ARCHIVE


def test_two_files_one_bad_and_a_table_of_rejections(
    desk: tuple[str, ArchiveStore], open_page: OpenPage, tmp_path: Path
) -> None:
    url, _ = desk
    good = tmp_path / "good.jsonl"
    good.write_text(json.dumps(record(1, title="Quay crane falls", url="https://paper.example/crane")))
    bad = tmp_path / HOSTILE
    bad.write_text("{broken\n" + json.dumps({"text": ""}))
    shown = open_page(url)
    to_the_form(shown)
    shown.click("#ingest-begin")
    assert shown.inner_text("#ingest-trouble") == texts.NOTHING_TO_INGEST
    shown.set_input_files("#ingest-files", [str(good), str(bad), str(good)])
    assert shown.locator(".chosen-files li").count() == 2  # the same file is one
    assert shown.locator(".chosen-files .file-name").nth(1).inner_text() == HOSTILE
    shown.fill("#ingest-addresses", "paper.example")
    shown.click("#ingest-begin")
    shown.wait_for_function("() => document.querySelector('#ingest-trouble').textContent.includes('is no address')")
    # what was chosen and typed is there after looking elsewhere
    shown.click(f".views >> text={texts.NAV_SEARCH}")
    shown.wait_for_selector(".search-view")
    shown.go_back()
    shown.wait_for_selector(".chosen-files li")
    assert shown.input_value("#ingest-addresses") == "paper.example"
    shown.fill("#ingest-addresses", "")
    shown.click("#ingest-begin")
    shown.wait_for_selector(".ingest-report")
    counts = shown.locator(".ingest-report .numbers dd").all_inner_texts()
    assert counts == ["1", "0", "0", "2"]  # added, updated, unchanged, rejected
    rows = shown.locator(".rejections tbody tr")
    assert rows.count() == 2 and rows.first.locator("td").first.inner_text() == HOSTILE
    assert shown.locator(".chosen-files li").count() == 0
    with shown.expect_download() as download:
        shown.click(".rejections-head >> text=CSV")
    assert "no text" in Path(download.value.path()).read_text(encoding="utf-8")
    shown.click(f"text={texts.SEE_NEWEST}")
    shown.wait_for_selector(".clipping >> text=Quay crane falls")
    assert shown.evaluate("window.pwned") is None


def test_files_can_be_dropped_and_left_out(desk: tuple[str, ArchiveStore], open_page: OpenPage) -> None:
    shown = open_page(desk[0])
    to_the_form(shown)
    dropped = shown.evaluate_handle(
        """() => { const data = new DataTransfer();
        data.items.add(new File(['{"text": "a"}'], 'one.jsonl')); data.items.add(new File([], 'nothing.txt'));
        return data; }"""
    )
    shown.dispatch_event(".drop", "drop", {"dataTransfer": dropped})
    shown.wait_for_selector(".chosen-files li")
    assert shown.locator(".chosen-files .file-name").all_inner_texts() == ["one.jsonl", "nothing.txt"]
    assert texts.EMPTY_FILE in shown.locator(".chosen-files .bad").inner_text()
    shown.click(f'button[aria-label="{texts.LEAVE_OUT.replace("{}", "nothing.txt")}"]')
    shown.keyboard.press("Shift+Tab")
    assert shown.locator(".chosen-files li").count() == 1


def test_a_feed_is_read_stopped_and_gone_on_with(
    desk: tuple[str, ArchiveStore], open_page: OpenPage, site: Site
) -> None:
    url, store = desk
    come = threading.Event()

    def late(request: str) -> bytes:
        come.wait(60)
        return page(html(2))

    site.pages = {"/rss": page(rss(site, 1, 2)), "/2026/story-1": page(html(1)), "/2026/story-2": late}
    before = len(list(store.articles()))
    shown = open_page(url)
    to_the_form(shown)
    shown.fill("#ingest-addresses", site.url("/rss"))
    shown.check('[name="private"]')
    shown.click("#ingest-begin")
    shown.wait_for_selector('.work [role="progressbar"]')
    # the page may be left; who comes back, and who looks at the archive, finds it running
    shown.click(".way-back a")
    shown.wait_for_selector(".archive-view .work")
    shown.reload()
    shown.wait_for_selector(".archive-view .work")
    for _ in range(600):
        if "/2026/story-2" in site.paths:
            break
        shown.wait_for_timeout(100)
    shown.goto(f"{url}/?view=ingest")
    shown.click(".work [data-stop]")
    shown.wait_for_selector(".ingest-report .notice")
    assert texts.RUN_STOPPED in shown.inner_text(".ingest-report")
    come.set()
    shown.fill("#ingest-addresses", site.url("/rss"))
    shown.check('[name="private"]')
    shown.click("#ingest-begin")
    shown.wait_for_selector(".ingest-report:not(:has(.notice))")
    assert str(site.port) in shown.inner_text(".ingest-runs")  # the stopped run has become an earlier one
    assert len(list(store.articles())) == before + 2


def test_an_article_is_corrected_from_where_it_is_read(
    make_archive: Callable[..., ArchiveStore], open_page: OpenPage
) -> None:
    store = make_archive(*ARTICLES)
    with serving(store) as url:
        shown = open_page(f"{url}/?view=search&q=ferry")
        shown.click(".clipping h3 a")
        shown.click("#panel-view .correct")
        shown.wait_for_selector("#edit-form")
        shown.fill("#edit-title", HOSTILE)
        shown.fill("#edit-published", "last Tuesday")
        shown.click("#edit-save")
        shown.wait_for_function("() => document.querySelector('#edit-trouble').textContent.includes('2024-03-05')")
        shown.fill("#edit-published", "2024-12-16")
        shown.press("#edit-published", "Enter")
        shown.wait_for_function("() => document.querySelector('#edit-saved').textContent.includes('2024-12-16')")
        assert shown.locator(".edit-field .check").count() == 2  # each can be taken back
        shown.wait_for_function("title => document.querySelector('#panel').innerText.includes(title)", arg=HOSTILE)
        shown.check("#edit-title ~ .check input")
        shown.click("#edit-save")
        shown.wait_for_selector(f".going-title >> text={FERRY.article.title}")
        assert store.article(FERRY.article.article_id).title == FERRY.article.title
        leave(shown)


def test_an_article_is_taken_down_from_where_it_is_read(
    make_archive: Callable[..., ArchiveStore], open_page: OpenPage
) -> None:
    store = make_archive(*ARTICLES)
    with serving(store) as url:
        shown = open_page(f"{url}/?view=search&q=ferry")
        shown.click(".clipping h3 a")
        shown.click("#panel-view .take-down")
        shown.wait_for_selector("#removal-form")
        assert FERRY.article.title in shown.inner_text(".going")
        shown.click("#removal-begin")  # the browser itself asks for the reason
        assert shown.evaluate("document.activeElement.id") == "removal-reason"
        shown.fill("#removal-reason", HOSTILE)
        shown.check('[name="sure"]')
        shown.click("#removal-begin")
        shown.wait_for_selector(f".removal-report >> text={texts.NOTHING_LEFT}")
        assert HOSTILE in shown.inner_text(".removal-report")
        shown.wait_for_function(
            "title => !document.querySelector('#panel').innerText.includes(title)", arg=FERRY.article.title
        )
        assert store.count_articles(SearchFilter()) == 2
        shown.fill("#which-name", FERRY.article.article_id)
        shown.press("#which-name", "Enter")
        shown.wait_for_selector(f"text={texts.taken_down_before(FERRY.article.article_id)}")
        shown.fill("#which-name", "https://nowhere.example")
        shown.press("#which-name", "Enter")
        shown.wait_for_selector(".which .trouble")
        shown.click(f".views >> text={texts.NAV_ARCHIVE}")
        shown.wait_for_selector(".archive-view .numbers")
        assert shown.locator(".numbers dd").first.inner_text() == "2"
        leave(shown)


@pytest.fixture(scope="module")
def empty(make_archive: Callable[..., ArchiveStore]) -> Iterator[str]:
    with serving(make_archive()) as url:
        yield url


def test_an_empty_archive_leads_an_editor_to_putting_articles_in(empty: str, open_page: OpenPage) -> None:
    shown = open_page(empty)
    shown.click(f".start.empty >> text={texts.PUT_IN}")
    shown.wait_for_selector("#ingest-form")
    shown.click(".way-back a")
    shown.wait_for_selector(f".archive-view >> text={texts.ARCHIVE_EMPTY_EDITOR}")
