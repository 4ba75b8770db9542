"""The Evaluate view as an editor uses it, in Chromium: from an empty shelf to two runs compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.store import ArchiveStore
from tests.web.chromium import leave
from tests.web.conftest import ARTICLES, OpenPage, serving
from web import texts
from web.accounts import Accounts, Role

PASSWORD = "correct horse"
pytestmark = pytest.mark.browser

GOOD = """question;answer;expect;kind
What did the repair of the Harbour Bridge cost?;4.2 million crowns;answer;money
How large is the fund for the traders?;900,000 crowns;answer;money
Who won the chess championship in Lima?;;abstain;
"""


WIDE, NARROW = 1440, 390


def can_be_used(page: Any, *needed: str) -> None:
    """Each of these can be clicked on a wide screen too, where nobody walks: in sight, still, and under nothing."""
    page.set_viewport_size({"width": WIDE, "height": 900})
    for selector in needed:
        page.locator(selector).first.click(trial=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDE
    page.set_viewport_size({"width": NARROW, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


def test_from_an_empty_shelf_to_two_runs_compared(
    make_archive: Callable[..., ArchiveStore], open_page: OpenPage, tmp_path: Path
) -> None:
    """Walked on a phone; what is used there can be used on a wide screen as well."""
    wrong, right = tmp_path / "wrong.csv", tmp_path / "town.csv"
    wrong.write_text("question;answer\nWho?;Anna;Berta\n", encoding="utf-8")
    right.write_text(GOOD, encoding="utf-8")
    with serving(make_archive(*ARTICLES)) as url:
        page = open_page(url, width=NARROW)
        can_be_used(page, f".views >> text={texts.NAV_EVALUATE}")
        page.click(f".views >> text={texts.NAV_EVALUATE}")
        page.wait_for_selector(".evaluate-view")
        assert page.locator(f"text={texts.NO_SETS}").count() and page.locator(f"text={texts.NO_RUNS}").count()

        can_be_used(page, '.add-set input[type="file"]', ".add-set button")

        # a set that is wrong says where; the right one is shown before it is run
        page.set_input_files('.add-set input[type="file"]', wrong)
        with page.expect_response("**/evaluate/sets*") as refused:
            page.click(".add-set button")
        assert refused.value.status == 422
        page.wait_for_function("() => document.querySelector('.add-set .trouble').textContent.includes('line 2')")
        page.seen.errors.clear()  # the browser notes each refused request
        page.set_input_files('.add-set input[type="file"]', right)
        page.click(".add-set button")
        page.wait_for_selector("table.questions")
        assert "set=town.jsonl" in page.url
        assert page.locator("table.questions tbody tr").count() == 3

        can_be_used(page, 'input[name="name"]', 'input[name="way"][value="passages"]', ".run-go button")

        # the first run, by keyboard
        page.focus('input[name="name"]')
        page.keyboard.type("first")
        page.keyboard.press("Enter")
        page.wait_for_selector(".tiles")
        assert "run=first" in page.url and page.locator(".work").count() == 0
        assert page.locator(".tile .score").count() >= 3
        failed = page.locator(".outcome")
        assert failed.count() == 1
        failed.locator("> summary").focus()
        page.keyboard.press("Enter")
        can_be_used(page, ".outcome > summary", ".outcome a.read-article", ".ask-it a", f"text={texts.FULL_REPORT}")
        assert "900,000 crowns" in failed.inner_text() and "600,000 crowns" in failed.inner_text()
        failed.locator("a.read-article").first.click()
        page.wait_for_selector("#panel-view .whole")
        page.keyboard.press("Escape")
        page.wait_for_selector("#panel-view .whole", state="detached")

        # the whole report, in a tab of its own, works under our headers
        with page.context.expect_page() as opened:
            page.click(f"text={texts.FULL_REPORT}")
        report = opened.value
        report.wait_for_load_state()
        trouble: list[str] = []
        report.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
        report.reload()
        report.select_option("#show", "bad")
        report.wait_for_function("() => document.getElementById('count').textContent === '1 of 3'")
        assert trouble == []
        report.close()

        # a second run of passages only, then both compared
        page.click(".run-about a >> nth=0")
        page.wait_for_selector("table.questions")
        page.check('input[name="way"][value="passages"]')
        page.fill('input[name="name"]', "second")
        page.click(".run-go button")
        page.wait_for_selector(".tiles")
        can_be_used(page, ".run-about a", ".compare-form button", ".part-actions form[data-sure] button")
        page.click(".compare-form button")
        page.wait_for_selector("table.compare")
        assert "run=second" in page.url and "against=first" in page.url
        assert "options.retrieval_only: False → True" in page.inner_text(".differing")
        page.go_back()
        page.wait_for_selector(".tiles")

        # deleting asks first
        delete = page.locator(".part-actions form[data-sure] button")
        delete.click()
        assert delete.inner_text() == texts.REALLY_DELETE
        page.locator(".view-title").click()
        page.evaluate("document.activeElement.blur()")
        assert delete.inner_text() == texts.DELETE_RUN
        delete.click()
        delete.click()
        page.wait_for_function("() => document.querySelectorAll('.evaluate-view table.rows').length === 2")
        assert page.locator('a[href*="run=second"]').count() == 0 and page.locator('a[href*="run=first"]').count()

        # from the failed question into the chat
        page.click('a[href*="run=first"]')
        page.wait_for_selector(".outcome")
        page.locator(".outcome > summary").click()
        page.click(".ask-it a")
        page.wait_for_selector('#current .turn[data-phase="done"]')
        assert "How large is the fund for the traders?" in page.inner_text("#current .question")
        leave(page)


def test_a_run_is_watched_stopped_left_and_gone_on_with(
    make_archive: Callable[..., ArchiveStore], open_page: OpenPage
) -> None:
    store = make_archive(*ARTICLES)
    (store.folder / "questions").mkdir()
    lines = (f'{{"id": "{number}", "question": "What did bridge {number} cost?"}}\n' for number in range(5000))
    (store.folder / "questions" / "long.jsonl").write_text("".join(lines), encoding="utf-8")
    with serving(store) as url:
        page = open_page(url)
        page.goto(f"{url}/?view=evaluate&set=long.jsonl")
        page.wait_for_selector(".run-go button")
        page.fill('input[name="name"]', "long")
        page.click(".run-go button")
        page.wait_for_selector('.work [role="progressbar"]')
        page.wait_for_function(
            "() => Number(document.querySelector('.work [role=progressbar]')?.getAttribute('aria-valuenow')) > 3"
        )
        page.wait_for_function("() => document.querySelector('.work-time').textContent.includes('left')")
        page.click(f".views >> text={texts.NAV_ARCHIVE}")  # it goes on without being watched
        page.wait_for_selector(".archive-view")
        page.click(f".views >> text={texts.NAV_EVALUATE}")
        page.wait_for_selector('.work[data-phase="running"]')
        page.click(".work [data-stop]")
        page.wait_for_selector(".work", state="detached")
        page.wait_for_selector(f"text={texts.UNFINISHED}")
        page.click('a[href*="run=long"]')
        page.click(f"text={texts.RESUME}")
        page.wait_for_selector('.work[data-phase="running"]')
        page.click(".work [data-stop]")
        page.wait_for_selector(f"text={texts.RESUME}")
        leave(page)


def test_an_editor_has_the_view_and_a_reader_is_told(
    make_archive: Callable[..., ArchiveStore], open_page: OpenPage, tmp_path: Path
) -> None:
    accounts = Accounts(tmp_path / "users.json", create=True)
    accounts.add("anna", PASSWORD, Role.READER)
    accounts.add("berta", PASSWORD, Role.EDITOR)
    with serving(make_archive(*ARTICLES), auth=str(accounts.file)) as url:
        for name, sees in (("berta", True), ("anna", False)):
            page = open_page(url, ready="form.sign-in")
            page.keyboard.type(name)
            page.keyboard.press("Tab")
            page.keyboard.type(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_selector(".sign-out button")
            assert page.locator('.views a[data-view="archive"]').count() == 1
            assert bool(page.locator('.views a[data-view="evaluate"]').count()) is sees
            page.goto(f"{url}/?view=evaluate")
            page.wait_for_selector(".evaluate-view" if sees else f'#view .notice:text("{texts.EDITORS_ONLY}")')
            if not sees:
                page.seen.errors.clear()  # the browser notes the refused request
            leave(page)


def test_what_a_reader_minded_becomes_a_question_that_scores(
    make_archive: Callable[..., ArchiveStore], open_page: OpenPage
) -> None:
    with serving(make_archive(*ARTICLES)) as url:
        page = open_page(url)
        page.fill("#question", "What did the repair of the Harbour Bridge cost?")
        page.press("#question", "Enter")
        page.wait_for_selector('#current .turn[data-phase="done"]')
        page.click(f'#current [aria-label="{texts.BAD_ANSWER}"]')
        page.wait_for_selector(f'text="{texts.THANKS}"')
        page.click(f".views >> text={texts.NAV_EVALUATE}")
        page.click(f"text={texts.MAKE_QUESTIONS}")
        page.wait_for_selector("form.fill-in", state="attached")
        page.click(".outcome > summary")
        page.click("form.fill-in button")
        page.wait_for_function("() => document.querySelector('.fill-in .trouble').textContent !== ''")
        page.seen.errors.clear()  # the browser notes the refused request
        page.fill("form.fill-in textarea", "4.2 million crowns")
        page.click("form.fill-in button")
        page.wait_for_selector("form.fill-in", state="detached")
        assert page.evaluate("document.activeElement.id") == "view"
        page.click(".run-go button")
        page.wait_for_selector(".tiles")
        assert "100.0" in page.locator(".tile .score").first.inner_text()
        leave(page)
