"""Nothing jumps, everything can be reached and is named, and trouble comes with a next step: seen in Chromium."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fake_openai import FakeOpenAI, Status, Text
from tests.web.conftest import OpenPage
from tests.web.test_browser import COST, ask, chat_with_model, cites_first, fake_model
from web import texts

__all__ = ["chat_with_model", "fake_model"]  # fixtures

pytestmark = pytest.mark.browser

_WATCH = """() => {
  window.shifts = [];
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      window.shifts.push([entry.value, entry.sources.map(source =>
        `${source.node?.textContent?.slice(0, 30)} ${source.previousRect.y} > ${source.currentRect.y}`)]);
    }
  }).observe({ type: 'layout-shift' });
}"""
# What has the focus: how it is called, and whether that it has the focus can be seen.
_FOCUSED = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const style = getComputedStyle(node);
  const around = node.id === 'question' ? getComputedStyle(node.closest('.box')) : style;
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
  const labels = node.labels ? [...node.labels].map(each => each.textContent).join(' ') : '';
  const name = node.getAttribute('aria-label') || labels || node.textContent || node.title || node.placeholder;
  const box = node.getBoundingClientRect();
  return {
    what: node.tagName + '.' + node.className + '#' + node.id, name: name.trim(),
    seen: outlined || (node.id === 'question' && around.boxShadow.includes('0px 0px 0px 3px')),
    size: [box.width, box.height],
  };
}"""


def walk(page: Any, most: int = 80) -> list[dict[str, Any]]:
    """Everything that Tab reaches, from the top of the page until it begins again."""
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.locator("body").click(position={"x": 3, "y": 3})
    stops: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUSED)
        if stop is None:
            break
        stops.append(stop)
    return stops


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_jumps_while_an_answer_streams(
    chat_with_model: str, fake_model: FakeOpenAI, open_page: OpenPage, width: int
) -> None:
    page = open_page(chat_with_model, width)
    fake_model.script(Text(lambda request: f"{cites_first(request)} " * 8, pause=0.05))
    page.evaluate(_WATCH)
    page.fill("#question", COST)
    page.press("#question", "Enter")
    page.wait_for_selector("#current .writing")
    page.wait_for_selector('#current .turn[data-phase="done"]')
    page.wait_for_timeout(300)
    shifts = [shift for shift in page.evaluate("window.shifts") if shift[0] > 0.02]
    assert shifts == [], "a part of the screen as large as a fiftieth of it moved"
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_tab_reaches_everything_of_an_answer_by_name_and_visibly(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    ask(page, COST)
    stops = walk(page)
    assert [stop for stop in stops if not stop["name"]] == []
    assert [stop for stop in stops if not stop["seen"]] == []
    reached = " ".join(stop["what"] for stop in stops)
    for needed in (
        "chip open",
        "mark",
        "verdict",
        "copy",
        "SUMMARY",
        "thumb",
        "#question",
        "#filters-toggle",
        "#theme",
    ):
        assert needed in reached, needed
    small = [stop["what"] for stop in stops if "chip" in stop["what"] and stop["size"][1] < 24]
    assert small == [], "smaller than WCAG 2.2 asks of what is pointed at (2.5.8)"


def test_a_model_that_failed_can_be_asked_again_in_place(
    chat_with_model: str, fake_model: FakeOpenAI, open_page: OpenPage
) -> None:
    page = open_page(chat_with_model)
    fake_model.script(Status(500))
    turn = ask(page, COST)
    instead = turn.locator(".instead")
    assert "500" in instead.inner_text() and "4.2 million crowns" in turn.locator(".words.quotes").inner_text()
    assert turn.locator("[data-edit=writer]").inner_text() == texts.MODE_QUOTES
    fake_model.script(Text(cites_first))
    instead.get_by_role("button", name=texts.ASK_MODEL_AGAIN).click()
    page.wait_for_selector('#current #a2[data-phase="done"] .words.model')
    assert page.locator("#current .instead").count() == 0


def test_who_writes_is_changed_on_its_chip(chat_with_model: str, fake_model: FakeOpenAI, open_page: OpenPage) -> None:
    page = open_page(chat_with_model)
    fake_model.script(Text(cites_first))
    turn = ask(page, COST)
    chip = turn.locator("[data-edit=writer]")
    assert chip.inner_text() == texts.MODE_MODEL
    chip.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.value") == "model"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_selector('#current #a2[data-phase="done"] .words.quotes')
    assert page.locator("#current [data-edit=writer]").inner_text() == texts.MODE_QUOTES


def test_a_chip_stops_an_answer_that_is_under_way_and_asks_again(
    chat_with_model: str, fake_model: FakeOpenAI, open_page: OpenPage
) -> None:
    page = open_page(chat_with_model)
    fake_model.script(Text("A very long answer. " * 60, pause=0.2))
    page.fill("#question", COST)
    page.press("#question", "Enter")
    page.wait_for_selector("#current .writing")
    page.locator("#current [data-edit=writer]").click()
    page.check('#chip-editor [value="quotes"]')
    page.click("#chip-editor [type=submit]")
    page.wait_for_selector('#current #a2[data-phase="done"] .words.quotes')
    assert page.locator('#past #a1[data-phase="stopped"]').count() == 1


def test_an_answer_is_copied_with_its_references_and_saved_as_a_file(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    turn = ask(page, COST)
    copied = turn.locator("[data-copy]").get_attribute("data-copy")
    assert "4.2 million crowns" in copied and "[1] Harbour Bridge to reopen" in copied and "Lena Brandt" in copied
    turn.locator(".keep > summary").click()
    with page.expect_download() as saving:
        turn.locator('.keep a[href$="form=markdown"]').click()
    assert saving.value.suggested_filename.endswith(".md")
    assert "4.2 million crowns" in saving.value.path().read_text(encoding="utf-8")
    page.locator(".keep[open] summary").focus()
    page.keyboard.press("Escape")
    assert page.locator(".keep[open]").count() == 0
