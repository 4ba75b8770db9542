"""How a question was understood, changed by mouse and by keyboard in Chromium: each change asks again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import OpenPage
from tests.web.test_browser import COST, ask
from web import texts

pytestmark = pytest.mark.browser

IN_DECEMBER = "What did the repair of the Harbour Bridge cost in December 2024, according to the Northern Wire?"


def answered(page: Any, number: int) -> Any:
    """The turn with that number, once it has ended."""
    page.wait_for_selector(f'#current #a{number}[data-phase="done"]')
    return page.locator("#current .turn")


def test_a_window_is_taken_away_by_keyboard_and_the_question_asked_again(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    turn = ask(page, IN_DECEMBER)
    chip = turn.locator(".chip.window")
    assert chip.inner_text() == "1 – 31 Dec 2024"
    chip.focus()
    page.keyboard.press("Enter")
    assert chip.get_attribute("aria-expanded") == "true"
    assert page.evaluate("document.activeElement.name") == "from"
    assert page.input_value("#chip-editor [name=from]") == "2024-12-01"
    page.keyboard.press("Escape")
    assert page.locator("#chip-editor").count() == 0
    assert page.evaluate("document.activeElement.className") == "chip window", "the focus goes back to where it was"

    page.keyboard.press("Enter")
    page.locator("#chip-editor [data-take]").focus()
    page.keyboard.press("Enter")
    again = answered(page, 2)
    assert page.evaluate("document.activeElement.className") == "question", "the focus goes to the new turn"
    assert again.locator(".asked-again").is_visible()
    assert again.locator(".question").inner_text() == IN_DECEMBER
    assert again.locator("[data-edit=days]").inner_text() == texts.ANY_DATE
    assert again.locator(".chip.paper").inner_text() == "Northern Wire", "what wasn't changed stays"
    assert page.locator("#past .turn").count() == 1, "the first answer stays above"


def test_outlets_are_chosen_from_those_of_the_archive(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    turn = ask(page, "What did the repair of the Harbour Bridge cost, according to the Northern Wire?")
    turn.locator("[data-edit=outlets]").click()
    editor = page.locator("#chip-editor")
    assert editor.locator("input:checked").evaluate_all("boxes => boxes.map(box => box.value)") == ["Northern Wire"]
    assert editor.locator("input").count() == 4, "the three outlets, and the field to find one, hidden among few"
    editor.locator('input[value="Northern Wire"]').uncheck()
    editor.locator('input[value="Varnholm Courier"]').check()
    editor.locator("button[type=submit]").click()
    again = answered(page, 2)
    assert again.locator(".chip.filter").inner_text() == "Varnholm Courier"
    assert "4.2 million crowns" in again.locator(".words").inner_text()
    assert page.inner_text("#filter-summary").startswith("Any date · All outlets"), (
        "the filters are for other questions"
    )


def test_days_that_end_before_they_begin_are_said_in_place(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    turn = ask(page, COST)
    turn.locator("[data-edit=days]").click()
    page.fill("#chip-editor [name=from]", "2024-12-01")
    page.fill("#chip-editor [name=to]", "2024-03-01")
    page.keyboard.press("Enter")
    assert page.inner_text("#chip-editor .trouble") == texts.BAD_WINDOW
    page.fill("#chip-editor [name=from]", "2024-03-01")
    page.fill("#chip-editor [name=to]", "2024-12-01")
    page.keyboard.press("Enter")
    assert answered(page, 2).locator(".chip.filter").inner_text() == "1 Mar – 1 Dec 2024"


def test_a_follow_up_is_put_in_other_words(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    ask(page, COST)
    turn = ask(page, "And who was the chief engineer?")
    chip = turn.locator(".standalone .chip")
    assert "Harbour Bridge" in chip.inner_text()
    chip.click()
    assert page.input_value("#chip-editor textarea") == chip.inner_text()
    page.fill("#chip-editor textarea", "How many passengers were on the Sundline ferry?")
    page.keyboard.press("Enter")
    again = answered(page, 3)
    assert again.locator(".question").inner_text() == "How many passengers were on the Sundline ferry?"
    assert again.locator(".standalone").count() == 0 and "62 passengers" in again.locator(".words").inner_text()


def test_an_earlier_question_is_asked_again_as_it_was_understood_then(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    ask(page, COST)
    followed = ask(page, "And who was the chief engineer?").locator(".standalone .chip").inner_text()
    ask(page, "How many passengers were on the Sundline ferry?")
    page.locator("#past #a2 [data-edit=day]").click()
    page.fill("#chip-editor [name=asked_on]", "2024-06-01")
    page.keyboard.press("Enter")
    again = answered(page, 4)
    assert again.locator(".standalone .chip").inner_text() == followed
    assert (
        "Asked on 1 Jun 2024" in again.locator(".chips").inner_text()
        and "Ingrid" in again.locator(".words").inner_text()
    )


def test_a_refusal_is_searched_wider_in_one_click(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    turn = ask(page, "How many articles mention the Harbour Bridge in December 2024?")
    assert texts.REFUSED in turn.inner_text()
    turn.get_by_role("button", name=texts.ALL_DAYS).dblclick()
    assert "2 articles" in answered(page, 2).inner_text()
    assert page.locator(".turn").count() == 2, "clicked twice, asked once"


def test_tab_stays_in_an_open_editor_and_a_click_elsewhere_closes_it(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    turn = ask(page, COST)
    turn.locator("[data-edit=wording]").click()
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('#chip-editor') !== null")
    turn.locator(".question").click()
    assert page.locator("#chip-editor").count() == 0
    turn.locator("[data-edit=writer]").click()
    assert texts.NO_MODEL_HELP in page.inner_text("#chip-editor")
    assert turn.locator(".turn").count() == 0 and page.locator(".turn").count() == 1


def test_on_a_phone_the_editors_stay_within_the_screen(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat, 390, 844)
    turn = ask(page, IN_DECEMBER)
    for kind in ("days", "outlets", "day", "writer", "wording"):
        turn.locator(f"[data-edit={kind}]").first.click()
        box = page.locator("#chip-editor").bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390, kind
        page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_days_before_the_archive_do_not_block_the_question(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    page.click("#filters-toggle")
    page.fill('#filters input[name="from"]', "2019-01-01")
    page.click("#filters-done")
    page.fill("#question", COST)
    page.click("#ask")
    assert answered(page, 1).locator(".chip.filter").inner_text() == "Since 1 Jan 2019"


def test_a_link_opens_a_question_as_it_had_been_settled(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    turn = ask(page, IN_DECEMBER)
    turn.locator("[data-edit=days]").click()
    page.click("#chip-editor [data-take]")
    again = answered(page, 2)
    again.locator("[data-edit=outlets]").click()
    page.uncheck('#chip-editor [value="Northern Wire"]')
    page.check('#chip-editor [value="Varnholm Courier"]')
    page.keyboard.press("Enter")
    link = answered(page, 3).locator("[data-copy-link]").get_attribute("data-copy-link")
    other = open_page(f"{chat}{link}")
    turn = answered(other, 1)
    assert turn.locator("[data-edit=days]").inner_text() == texts.ANY_DATE
    assert turn.locator("[data-edit=outlets]").all_inner_texts() == ["Varnholm Courier"]
    assert turn.locator(".question").inner_text() == IN_DECEMBER


def test_a_question_of_a_kept_conversation_is_asked_again(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    ask(page, COST)
    followed = ask(page, "And who was the chief engineer?").locator(".standalone .chip").inner_text()
    page.reload()
    page.wait_for_selector("html.ready")
    page.click("#conversations")
    page.locator(".kept-open").first.click()
    page.wait_for_selector("#current #a2")
    page.locator("#current #a2 [data-edit=days]").click()
    page.fill("#chip-editor [name=from]", "2024-03-01")
    page.keyboard.press("Enter")
    again = answered(page, 3)
    assert again.locator(".standalone .chip").inner_text() == followed
    assert again.locator(".chip.filter").inner_text() == "Since 1 Mar 2024" and "Ingrid" in again.inner_text()
