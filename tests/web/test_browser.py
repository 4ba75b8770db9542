"""The chat as a person uses it, in Chromium. Every page is also checked for errors and for requests to other hosts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import sample
from archive.store import ArchiveStore
from ingest.pipeline import IngestOptions, ingest
from tests.fake_openai import FakeOpenAI, Status, Text
from tests.web.attacks import OWN_ATTACKS, payloads
from tests.web.chromium import leave
from tests.web.conftest import ARTICLES, BRIDGE, OpenPage, incoming, serving
from web import texts

pytestmark = pytest.mark.browser

COST = "What did the repair of the Harbour Bridge cost?"


def ask(page: Any, question: str, phase: str = "done") -> Any:
    """Ask by keyboard and wait for the end; gives the turn."""
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_function(
        "([question, phase]) => { const turn = document.querySelector('#current .turn');"
        " return turn && turn.dataset.phase === phase && turn.querySelector('.question').textContent === question"
        " && !document.documentElement.classList.contains('busy'); }",
        arg=[question, phase],
    )
    return page.locator("#current .turn")


def test_ask_and_open_the_source(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    assert "3 articles · 3 outlets · 12 Mar 2024 – 17 Dec 2024" in page.inner_text("#coverage")
    assert texts.stays_here() in page.inner_text("#privacy")
    turn = ask(page, COST)
    quote = turn.locator(".sentence", has_text="4.2 million crowns").first
    sentence = quote.evaluate("node => node.firstChild.textContent")
    assert sentence in BRIDGE.article.text
    quote.locator("xpath=following-sibling::span[1]").locator("a.mark").click()
    source = page.locator("#panel-view .source")
    assert source.locator(".headline").inner_text() == BRIDGE.article.title
    assert "Varnholm Courier" in source.inner_text() and "Lena Brandt" in source.inner_text()
    assert "12 Mar 2024 · 9 months old" in source.inner_text()
    assert source.locator("mark.here").inner_text() == sentence
    assert source.locator("mark.here").is_visible()

    source.locator(".read-article").click()
    article = page.locator("#panel-view .whole")
    article.wait_for()
    assert "Lorries above 24 tonnes" in article.inner_text()
    assert article.locator("mark.here").inner_text() == sentence
    page.click("#panel-back")
    assert page.locator("#panel-view .source mark.here").is_visible()


def test_everything_by_keyboard(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    page.keyboard.press("Escape")
    page.locator("body").click(position={"x": 5, "y": 300})
    page.keyboard.press("/")
    page.keyboard.type("What did the repair")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("of the Harbour Bridge cost?")
    assert page.input_value("#question") == "What did the repair\nof the Harbour Bridge cost?"
    page.keyboard.press("Enter")
    page.wait_for_selector('#current .turn[data-phase="done"]')
    page.locator("#current a.mark").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel-view .source mark")
    page.keyboard.press("Escape")
    page.wait_for_selector("#panel-view .source", state="detached")
    assert page.evaluate("document.activeElement.className") == "mark"
    verdict = page.locator("#current .verdict").first
    verdict.focus()
    page.wait_for_function("getComputedStyle(document.activeElement, '::after').visibility === 'visible'")
    assert verdict.get_attribute("aria-label")


def test_an_example_asks_itself(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    example = page.locator(".example").first
    question = example.inner_text()
    example.click()
    page.wait_for_selector('#current .turn[data-phase="done"]')
    turn = page.locator("#current .turn")
    assert turn.locator(".question").inner_text() == question
    assert turn.locator(".refusal").count() == 0, "an example that the archive can't answer"
    page.click("#new")
    page.wait_for_selector(".start")
    assert page.locator(".turn").count() == 0


def test_a_refusal_and_the_search_without_filters(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    page.click("#filters-toggle")
    page.check('#filters input[name="outlet"][value="Northern Wire"]')
    page.fill('#filters input[name="from"]', "2024-12-01")
    page.fill('#filters input[name="to"]', "2024-12-17")
    page.click("#filters-done")
    assert page.inner_text("#filter-summary") == "1 Dec 2024 – 17 Dec 2024 · Northern Wire · asked on 17 Dec 2024"
    turn = ask(page, COST)
    assert texts.REFUSED_FILTERED in turn.inner_text()
    assert "Varnholm Courier" not in turn.inner_text()
    turn.locator(".again[data-clear]").click()
    page.wait_for_selector("#current .words.quotes")
    assert "4.2 million crowns" in page.inner_text("#current .words")
    assert page.inner_text("#filter-summary").startswith("Any date · All outlets")


def test_what_the_archive_does_not_hold_is_refused(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    turn = ask(page, "Which orchestra won the Zanzibar yodelling trophy?")
    assert texts.REFUSED in turn.inner_text()
    assert "It holds 3 articles from 3 outlets, from 12 Mar 2024 to 17 Dec 2024." in turn.inner_text()


def test_the_window_includes_both_its_days(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    page.click("#filters-toggle")
    page.fill('#filters input[name="from"]', "2024-03-12")
    page.fill('#filters input[name="to"]', "2024-03-12")
    page.keyboard.press("Escape")
    turn = ask(page, COST)
    assert "4.2 million crowns" in turn.inner_text()
    assert "12 Mar 2024" in turn.locator(".chip.filter").inner_text()


def test_two_readers_do_not_see_each_other(chat: str, open_page: OpenPage) -> None:
    one, other = open_page(chat), open_page(chat)
    ask(one, COST)
    ask(other, "How many passengers were on the Sundline ferry?")
    ask(one, "Who is the chief engineer?")
    assert "ferry" not in one.inner_text("#conversation").lower()
    assert "Bridge" not in other.inner_text("#conversation")
    assert one.locator(".turn").count() == 2 and other.locator(".turn").count() == 1


def test_on_a_phone_the_source_comes_up_as_a_sheet(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat, 390, 844, color_scheme="dark")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    ask(page, COST)
    assert not page.locator("#panel").is_visible()
    page.locator("#current a.mark").first.click()
    page.wait_for_selector("#panel-view .source mark", state="visible")
    page.click("#panel-close")
    page.wait_for_function("getComputedStyle(document.getElementById('panel')).visibility === 'hidden'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_removed_article_is_said_to_be_gone(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    answer = page.request.get(f"{chat}/article/nothing-of-that-name")
    assert answer.status == 404 and texts.GONE in answer.text()
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_an_empty_archive_fills_while_the_chat_is_open(
    make_archive: Callable[..., ArchiveStore], open_page: OpenPage
) -> None:
    store = make_archive()
    with serving(store) as url:
        page = open_page(url)
        assert texts.EMPTY_COMMAND in page.inner_text(".start")
        assert page.locator("#question").is_disabled()
        store.add(list(ARTICLES))
        page.wait_for_selector(".start .example")
        assert "4.2 million crowns" in ask(page, COST).inner_text()
        page.seen.nothing_left(url)
    page.fill("#question", "Is anybody there?")
    page.press("#question", "Enter")
    page.wait_for_selector("#trouble:not(:empty)")
    assert page.inner_text("#trouble") == texts.CONNECTION
    assert page.input_value("#question") == "Is anybody there?"
    seen = page.seen
    leave(page)
    seen.errors.clear()  # a browser reports that nobody answers; that is what was asked for


def test_the_sample_archive_answers_its_own_examples(tmp_path: Path, open_page: OpenPage) -> None:
    with ArchiveStore.open(tmp_path, create=True) as store, serving(store) as url:
        ingest(store, [str(sample.ARTICLES)], options=IngestOptions(embed=False, workers=1))
        page = open_page(url)
        page.wait_for_selector(".start .example")
        questions = page.locator(".example").all_inner_texts()
        assert len(questions) == 4
        for question in questions:
            turn = ask(page, question)
            assert turn.locator(".quote").count() > 0, question
            turn.locator("a.mark").first.click()
            assert page.locator("#panel-view .source mark.here").is_visible()
        leave(page)


@pytest.fixture(scope="module")
def fake_model() -> Any:
    with FakeOpenAI() as fake:
        yield fake


@pytest.fixture(scope="module")
def chat_with_model(make_archive: Callable[..., ArchiveStore], fake_model: FakeOpenAI) -> Any:
    model = {"openai_base_url": fake_model.base_url, "model": "fake-model", "model_retries": 0}
    with serving(make_archive(*ARTICLES), **model) as url:
        yield url


def cites_first(request: Any) -> str:
    return f"The repair of the Harbour Bridge cost 4.2 million crowns [{request.evidence[0][0]}]."


def test_a_models_answer_streams(chat_with_model: str, fake_model: FakeOpenAI, open_page: OpenPage) -> None:
    page = open_page(chat_with_model)
    assert "fake-model" in page.inner_text("#privacy")
    page.evaluate(
        "() => { window.seen = []; new MutationObserver(() => {"
        " const words = document.querySelector('#current .writing'); if (words) window.seen.push(words.textContent); })"
        ".observe(document.getElementById('current'), {subtree: true, childList: true, characterData: true}); }"
    )
    fake_model.script(Text(cites_first, pause=0.08))
    turn = ask(page, COST)
    seen = page.evaluate("window.seen")
    assert len(set(seen)) >= 3, "it did not stream"
    assert "4.2 million crowns" in turn.locator(".words.model").inner_text()
    turn.locator("a.mark").first.click()
    assert "4.2 million" in page.inner_text("#panel-view .source")


def test_a_models_no_lists_what_was_found_and_offers_its_sentences(
    chat_with_model: str, fake_model: FakeOpenAI, open_page: OpenPage
) -> None:
    page = open_page(chat_with_model)
    fake_model.script("NOT_IN_ARCHIVE")
    turn = ask(page, COST)
    assert texts.REFUSED_BY_MODEL in turn.inner_text() and texts.REFUSED not in turn.inner_text()
    assert turn.locator(".turn-sources.near .source-row").count() >= 1
    turn.get_by_role("button", name=texts.ANSWER_IN_QUOTES).click()
    page.wait_for_selector('#current #a2[data-phase="done"]')
    assert "4.2 million crowns" in page.locator("#a2 .words.quotes").inner_text()


def test_stop_at_once_and_ask_again(chat_with_model: str, fake_model: FakeOpenAI, open_page: OpenPage) -> None:
    page = open_page(chat_with_model)
    fake_model.script(Text("A very long answer. " * 40, pause=0.2))
    page.fill("#question", COST)
    page.click("#ask")
    page.wait_for_selector("#current .writing")
    page.click("#stop")
    page.wait_for_selector('#current .turn[data-phase="stopped"]')
    assert texts.STOPPED in page.inner_text("#current")
    fake_model.script(Text(cites_first))
    assert "4.2 million" in ask(page, "And the repair of the Harbour Bridge?").inner_text()


def test_a_model_that_is_down_is_said_and_quotes_still_work(
    chat_with_model: str, fake_model: FakeOpenAI, open_page: OpenPage
) -> None:
    page = open_page(chat_with_model)
    fake_model.script(Status(500))
    page.fill("#question", COST)
    page.press("#question", "Enter")
    page.wait_for_selector('#current .turn:is([data-phase="failed"], [data-phase="done"])')
    assert re.search(r"model|endpoint", page.inner_text("#current .answer"), re.IGNORECASE)
    page.click("#filters-toggle")
    page.check('#filters input[name="mode"][value="quotes"]')
    assert texts.stays_here() in page.inner_text("#privacy")
    page.click("#filters-done")
    turn = ask(page, COST)
    assert "4.2 million crowns" in turn.locator(".words.quotes").inner_text()


def test_nothing_of_an_article_or_a_model_becomes_markup(
    make_archive: Callable[..., ArchiveStore], fake_model: FakeOpenAI, open_page: OpenPage
) -> None:
    attacks = [*OWN_ATTACKS, *payloads()[::331]]
    hostile = [
        incoming(
            f"Quokka {attack}",
            f"The quokka number {number} said {attack} on Monday.\n\nQuokka again: {attack}",
            f"Outlet {attack}"[:200],
            date(2024, 5, 1 + number % 28),
            identity=f"hostile-{number}",
            url=attack if number % 2 else f"https://quokka.example/{number}?{attack}",
            authors=(attack,),
            section=attack,
        )
        for number, attack in enumerate(attacks)
        if "\ud800" not in attack
    ]
    model = {"openai_base_url": fake_model.base_url, "model": "<img src=x onerror=window.pwned=1>", "model_retries": 0}
    with serving(make_archive(*hostile), **model) as url:
        page = open_page(url)
        for attack in [each for each in attacks if "\ud800" not in each][::7]:
            fake_model.script(Text(lambda request, attack=attack: f"The quokka {attack} [{request.evidence[0][0]}]."))
            question = f"What did the quokka say about {' '.join(attack.split())}?"
            page.fill("#question", question)
            page.press("#question", "Enter")
            page.wait_for_function(
                "() => !document.documentElement.classList.contains('busy') && document.querySelector('#current .turn')"
            )
            for kind in ("outlets", "wording", "days"):
                page.locator(f"#current [data-edit={kind}]").first.click()
                page.wait_for_selector("#chip-editor")
                page.keyboard.press("Escape")
            marks = page.locator("#current a.mark, #current .source-row:visible")
            if marks.count():
                marks.first.click()
                page.locator("#panel-view .read-article").first.click()
                page.wait_for_selector("#panel-view .whole")
        assert page.evaluate("window.pwned") is None
        strays = page.evaluate(
            "() => [...document.querySelectorAll('#frame :is(img, iframe, object, embed, script, base, link, video)')]"
            ".map(each => each.outerHTML)"
        )
        assert strays == []
        leave(page)
