"""Conversations as they are kept: per person, found again, exported, and out of reach when an article is taken down."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ArchiveError, UsageError
from archive.filters import SearchFilter
from archive.store import ArchiveStore, RemovalSelector
from assistant.answer import AnswerEvent, AnswerReady, AnswerSentence, Copy, Mode, TextDelta, Verdict
from evaluation.feedback import add_to_set, read_feedback
from tests.web.attacks import OWN_ATTACKS
from tests.web.chromium import leave
from tests.web.conftest import ARTICLES, BRIDGE, OpenPage, serving
from tests.web.examples_of_answers import ASKED_ON, answer, hostile_view, plan, source, view
from web import texts
from web.conversation_export import ExportForm, as_html, as_json, as_markdown, only_turn, reference
from web.conversation_routes import add_conversation_routes, document
from web.conversations import Conversations, UnknownConversationError, title_of
from web.feedback import feedback_record, keep_feedback
from web.links import question_link
from web.session import ChatSession
from web.turn_view import Asked, Phase, TurnView

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Route

ANNA, BEN = "user:anna", "user:ben"
COST = "What did the repair of the Harbour Bridge cost?"


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path)


def turn(number: int = 1, text: str = "When does the bridge reopen?", **changes: Any) -> TurnView:
    return replace(view(answer(), asked=Asked(text, ASKED_ON)), number=number, **changes)


def test_a_turn_comes_back_as_it_was(kept: Conversations) -> None:
    wall = SearchFilter(date(2024, 1, 1), date(2024, 12, 31), ("Varnholm Courier",), as_of=date(2024, 5, 1))
    asked = Asked("When?", ASKED_ON, wall, Mode.MODEL)
    first = TurnView(1, asked, model="model X")
    conversation = kept.keep(ANNA, None, first)
    assert kept.open(ANNA, conversation).turns == (first.stopped(),)  # what never ended was cut off
    done = first.done(answer(mode=Mode.MODEL))
    assert kept.keep(ANNA, conversation, done) == conversation
    assert kept.open(ANNA, conversation).turns == (done,)
    failed = TurnView(2, asked).failed("The model is away.", "It re")
    kept.keep(ANNA, conversation, failed)
    found = kept.open(ANNA, conversation)
    assert found.turns == (done, failed) and found.summary.turns == 2


@given(st.sampled_from(OWN_ATTACKS) | st.text(max_size=30))
def test_anything_can_be_kept(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    kept = Conversations(tmp_path_factory.getbasetemp() / "any")
    (tmp_path_factory.getbasetemp() / "any").mkdir(exist_ok=True)
    conversation = kept.keep(ANNA, None, hostile_view(text, Mode.QUOTES))
    (back,) = kept.open(ANNA, conversation).turns
    assert back.answer is not None and len(back.answer.sentences[0].text) == len(text)
    kept.delete(ANNA, conversation)


def test_nobody_reaches_anothers(kept: Conversations) -> None:
    conversation = kept.keep(ANNA, None, turn())
    assert kept.list(BEN) == []
    for attempt in (
        lambda: kept.open(BEN, conversation),
        lambda: kept.rename(BEN, conversation, "mine"),
        lambda: kept.delete(BEN, conversation),
        lambda: kept.keep(BEN, conversation, turn(2)),
        lambda: kept.open(ANNA, "nothing"),
    ):
        with pytest.raises(UnknownConversationError):
            attempt()
    assert kept.open(ANNA, conversation).summary.title == "When does the bridge reopen?"


def test_listed_found_renamed_deleted(kept: Conversations) -> None:
    first = kept.keep(ANNA, None, turn(text="Straßenbau in Varnholm?"))
    second = kept.keep(ANNA, None, turn(text="x " * 200))
    assert [each.conversation_id for each in kept.list(ANNA)] == [second, first]
    kept.keep(ANNA, first, turn(2, "And then?"))
    assert [each.turns for each in kept.list(ANNA)] == [2, 1]
    assert [each.conversation_id for each in kept.list(ANNA, "STRASSENBAU then")] == [first]
    assert len(kept.list(ANNA, "thursday")) == 2  # words of the answers are found too
    assert kept.list(ANNA, "quokka") == []
    kept.rename(ANNA, first, "  Roads \n and more ")
    assert kept.list(ANNA)[0].title == "Roads and more"
    with pytest.raises(UsageError):
        kept.rename(ANNA, first, " ")
    kept.delete(ANNA, first)
    assert [each.conversation_id for each in kept.list(ANNA)] == [second]
    with pytest.raises(UnknownConversationError):
        kept.open(ANNA, first)
    assert len(title_of("word " * 100)) <= 120 and title_of("word " * 100).endswith("…")


def test_deleted_text_is_not_left_in_the_file(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    conversation = kept.keep(ANNA, None, turn(text="xylophone zeppelin"))
    kept.keep(ANNA, None, turn())
    files = list((tmp_path / "conversations").iterdir())
    assert any(b"xylophone" in file.read_bytes() for file in files)
    kept.delete(ANNA, conversation)
    assert not any(b"xylophone" in file.read_bytes() for file in (tmp_path / "conversations").iterdir())


def test_many_threads_keep_at_once(kept: Conversations) -> None:
    trouble: list[BaseException] = []

    def keep(number: int) -> None:
        try:
            for each in range(3):
                kept.keep(f"user:{number % 4}", None, turn(text=f"{number}-{each}"))
        except BaseException as error:
            trouble.append(error)

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == [] and sum(len(kept.list(f"user:{number}")) for number in range(4)) == 24


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "conversations").mkdir()
    (tmp_path / "conversations" / "conversations.sqlite3").write_bytes(b"not a database at all, " * 100)
    with pytest.raises(ArchiveError, match="Move it away"):
        Conversations(tmp_path).list(ANNA)


def test_a_full_disk_is_said_as_such(kept: Conversations) -> None:
    kept.keep(ANNA, None, turn())
    with pytest.raises(ArchiveError, match=r"disk is full.*see to room"), kept._open() as connection:
        connection.execute("PRAGMA max_page_count = 1")  # no page more than there are
        for number in range(1000):
            connection.execute("INSERT INTO conversations VALUES (?, '', ?, '', '')", (str(number), "x" * 3000))


def test_what_another_version_kept_says_so(kept: Conversations, tmp_path: Path) -> None:
    conversation = kept.keep(ANNA, None, turn())
    with sqlite3.connect(tmp_path / "conversations" / "conversations.sqlite3") as connection:
        connection.execute('UPDATE turns SET turn = \'{"from": "the future"}\'')
    (back,) = kept.open(ANNA, conversation).turns
    assert back.note == texts.TURN_UNREADABLE and back.asked.text == "When does the bridge reopen?"


def test_a_takedown_reaches_conversations_and_feedback(make_archive: Callable[..., ArchiveStore]) -> None:
    store = make_archive(*ARTICLES)
    kept = Conversations(store.folder)
    passage = BRIDGE.article.text[:120]
    quoting = answer(
        AnswerSentence(passage, ("1",), Verdict.SUPPORTED),
        sources=(source(article_id=BRIDGE.article.article_id, text=passage, highlights=()),),
    )
    asked = Asked("What was said?", ASKED_ON)
    conversation = kept.keep(ANNA, None, TurnView(1, asked).done(quoting))
    kept.keep(ANNA, conversation, turn(2, "Something else?"))
    keep_feedback(store, lambda: kept.open(ANNA, conversation), 1, "down", "wrong day")
    another = kept.keep(ANNA, None, turn(1, "Else?"))
    keep_feedback(store, lambda: kept.open(ANNA, another), 1, "up", "")
    report = store.remove(RemovalSelector((BRIDGE.article.article_id,)), "test")
    assert report.left == () and {file for file, _ in report.side_files} == {
        "conversations/conversations.sqlite3", "conversations/feedback.jsonl",
    }  # fmt: skip
    gone, stays = kept.open(ANNA, conversation).turns
    assert gone.note == texts.TURN_REMOVED and gone.answer is None and gone.asked.text == "What was said?"
    assert stays == turn(2, "Something else?")
    folder = store.folder / "conversations"
    assert not any(passage[:40].encode() in file.read_bytes() for file in folder.iterdir())
    lines = [json.loads(line) for line in (folder / "feedback.jsonl").read_text().splitlines()]
    assert lines[0] == {"removed": BRIDGE.article.article_id} and lines[1]["verdict"] == "up"


def test_feedback_that_waits_for_a_takedown_brings_nothing_back(
    make_archive: Callable[..., ArchiveStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_archive(*ARTICLES)
    kept = Conversations(store.folder)
    passage = BRIDGE.article.text[:120]
    cited = source(article_id=BRIDGE.article.article_id, text=passage, highlights=())
    quoting = answer(AnswerSentence(passage, ("1",), Verdict.SUPPORTED), sources=(cited,))
    conversation = kept.keep(ANNA, None, TurnView(1, Asked("What was said?", ASKED_ON)).done(quoting))

    class UnderTakedown:
        folder = store.folder

        @contextmanager
        def writing_side_files(self) -> Iterator[None]:
            store.remove(RemovalSelector((BRIDGE.article.article_id,)), "test")  # who waited for the lock comes after
            with store.writing_side_files():
                yield

    monkeypatch.setattr("web.conversation_routes.person_of", lambda request: SimpleNamespace(person_id=ANNA))
    app = FastAPI()
    add_conversation_routes(app, kept, UnderTakedown())
    said = {"conversation_id": conversation, "turn": 1, "verdict": "down"}
    assert TestClient(app).post("/feedback", json=said).status_code == 204
    assert passage[:40] not in (store.folder / "conversations" / "feedback.jsonl").read_text(encoding="utf-8")


def test_an_answer_that_was_under_way_during_a_takedown_is_not_kept(tmp_path: Path) -> None:
    kept = Conversations(tmp_path, still_there=lambda article_ids: "a1b2c3" not in article_ids)
    conversation = kept.keep(ANNA, None, turn())
    (back,) = kept.open(ANNA, conversation).turns
    assert back.note == texts.TURN_REMOVED
    assert kept.list(ANNA, "reopen on Thursday") == []


def test_a_session_keeps_and_goes_on(kept: Conversations) -> None:
    heard: list[int] = []

    def answering(question: Any) -> Any:
        heard.append(len(question.history))
        events: list[AnswerEvent] = [TextDelta("It is so."), AnswerReady(answer())]
        return iter(events)

    def keep(conversation: str | None, each: TurnView) -> str:
        return kept.keep(ANNA, conversation, each)

    session = ChatSession()
    views = list(session.ask(Asked("Who?", ASKED_ON), answering, keep=keep))
    assert {each.conversation for each in views} == {session.conversation} and session.conversation
    list(session.ask(Asked("And then?", ASKED_ON), answering, keep=keep))
    conversation = session.conversation
    stored = kept.open(ANNA, conversation)
    assert [each.phase for each in stored.turns] == [Phase.DONE, Phase.DONE]
    another = ChatSession()
    assert another.load(stored) and not another.load(kept.open(ANNA, conversation))
    assert another.turns == session.turns
    list(another.ask(Asked("And now?", ASKED_ON), answering, keep=keep))
    assert heard == [0, 2, 4] and kept.open(ANNA, conversation).summary.turns == 3
    another.clear()
    assert another.conversation is None
    list(another.ask(Asked("Anew?", ASKED_ON), answering, keep=keep))
    assert another.conversation != conversation and len(kept.list(ANNA)) == 2


def test_an_exported_source_counts_outlets_not_copies() -> None:
    copies = tuple(Copy(str(number), "Fjord Post", "", "", "") for number in range(2))
    assert texts.also_in(1) in reference(source(also_in=copies))


def test_links_carry_every_setting() -> None:
    wall = SearchFilter(date(2024, 1, 1), date(2024, 1, 31), ("A & B", "Ü"), as_of=ASKED_ON)
    assert question_link(Asked("Who & what?", ASKED_ON, wall, Mode.QUOTES)) == (
        "/?q=Who+%26+what%3F&from=2024-01-01&to=2024-01-31&outlet=A+%26+B&outlet=%C3%9C&asked_on=2024-12-20&as_of=1&mode=quotes"
    )
    assert question_link(Asked("x", ASKED_ON)) == "/?q=x&asked_on=2024-12-20"


def test_exports_hold_full_references(kept: Conversations) -> None:
    conversation = kept.open(ANNA, kept.keep(ANNA, None, turn()))
    markdown, page = as_markdown(conversation), as_html(conversation)
    for needed in ("Bridge to reopen after repair", "Lena Brandt", "Varnholm Courier", "14 Mar 2024", "a1b2c3"):
        assert needed in markdown and needed in page
    assert "<https://courier.example/bridge>" in markdown and 'href="https://courier.example/bridge"' in page
    assert "\\[14 March 2024\\]" in markdown and "[14 March 2024]" in page
    exported = as_json(conversation)
    assert exported["turns"][0]["answer"]["sources"][0]["url"] == "https://courier.example/bridge"
    nothing = replace(turn(), answer=answer(refused=True, near_misses=(source(),)))
    refused = kept.open(ANNA, kept.keep(ANNA, None, nothing))
    assert texts.NEAREST in as_markdown(refused) and texts.NEAREST in as_html(refused)
    by_model = replace(turn(), answer=answer(refused=True, near_misses=(source(),), shown_to_model=1))
    found = kept.open(ANNA, kept.keep(ANNA, None, by_model))
    assert texts.FOUND in as_markdown(found) and texts.NEAREST not in as_html(found)


def test_exports_put_in_marks_what_is_quoted_below_a_models_words(kept: Conversations) -> None:
    said = (
        AnswerSentence("It is closed.", ("1",), Verdict.CONTRADICTED),
        AnswerSentence("The bridge will reopen.", ("1",), Verdict.SUPPORTED, quoted=True),
    )
    conversation = kept.open(ANNA, kept.keep(ANNA, None, replace(turn(), answer=answer(*said, mode=Mode.MODEL))))
    exported = as_markdown(conversation)
    assert "“The bridge will reopen.”" in exported and "It is closed." in exported
    assert "“It is closed" not in exported


def test_exports_say_how_a_follow_up_was_understood(kept: Conversations) -> None:
    made = answer(plan=plan("And when?", standalone="When does the Harbour Bridge reopen?"))
    followed = replace(turn(), answer=made, plan=made.plan, asked=replace(turn().asked, text="And when?", again=1))
    conversation = kept.open(ANNA, kept.keep(ANNA, None, followed))
    for exported in (as_markdown(conversation), as_html(conversation)):
        assert "Understood as: When does the Harbour Bridge reopen?" in exported and texts.ASKED_AGAIN in exported


def test_exports_say_what_was_counted_and_what_small_talk_got(kept: Conversations) -> None:
    for made in (answer(statement="14 articles in 2 outlets."), answer(statement="14 articles.", small_talk=True)):
        conversation = kept.open(ANNA, kept.keep(ANNA, None, replace(turn(), answer=made)))
        assert conversation.turns[0].answer == made
        for exported in (as_markdown(conversation), as_html(conversation)):
            assert "14 articles" in exported


def test_a_single_answer_is_exported_by_itself(kept: Conversations) -> None:
    first = kept.keep(ANNA, None, turn())
    other = replace(turn(), number=4, asked=replace(turn().asked, text="And then?"))
    conversation = kept.open(ANNA, kept.keep(ANNA, first, other))
    alone = only_turn(conversation, 4)
    assert alone.summary.title == "And then?" and [view.number for view in alone.turns] == [4]
    assert "# And then?" in as_markdown(alone) and as_markdown(alone).count("## ") < as_markdown(conversation).count(
        "## "
    )
    with pytest.raises(UsageError, match=texts.NO_TURN):
        only_turn(conversation, 5)


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.seen |= {name for name, _ in attrs if name.startswith("on")}
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]


@pytest.mark.parametrize("attack", OWN_ATTACKS)
def test_exports_of_attacks_are_harmless(kept: Conversations, attack: str) -> None:
    conversation = kept.open(ANNA, kept.keep(ANNA, None, hostile_view(attack, Mode.MODEL)))
    tags = Tags(as_html(conversation))
    assert tags.seen <= set("html head meta title style body h1 h2 h3 section p ol li blockquote a em footer".split())
    assert all(link.startswith(("#", "http://", "https://")) for link in tags.links)
    from markdown_it import MarkdownIt

    shown = Tags(MarkdownIt("commonmark").render(as_markdown(conversation)))
    assert shown.seen <= set("h1 h2 h3 p em ul li blockquote a br".split())
    assert all(link.startswith(("http://", "https://")) for link in shown.links)
    json.dumps(as_json(conversation), allow_nan=False)
    for form in ExportForm:
        assert "\n" not in document(conversation, form).headers["content-disposition"]


def test_a_feedback_line_is_what_evaluation_reads(kept: Conversations, tmp_path: Path) -> None:
    conversation = kept.keep(ANNA, None, turn())
    kept.keep(ANNA, conversation, turn(2, "And then?"))
    record = feedback_record(kept.open(ANNA, conversation), 2, "down", " wrong day ")
    assert ANNA not in json.dumps(record) and [each["role"] for each in record["history"]] == ["user", "assistant"]
    file = tmp_path / "feedback.jsonl"
    file.write_text(json.dumps({"removed": "a1b2c3"}) + "\n" + json.dumps(record) + "\n")
    (read,) = read_feedback(file)
    assert (read.verdict, read.reason, read.question, read.asked_on) == ("down", "wrong day", "And then?", ASKED_ON)
    again = read.model_copy(update={"reason": "first thought"})
    (made,) = add_to_set([again, read], tmp_path / "other.jsonl").questions
    assert made["feedback"]["reason"] == "wrong day"  # the last word counts
    assert add_to_set([read, read.model_copy(update={"verdict": "up"})], tmp_path / "none.jsonl").questions == ()
    assert read.retrieved[0]["article_id"] == "a1b2c3"
    assert len(add_to_set([read], tmp_path / "questions.jsonl").questions) == 1


def test_over_http_what_is_not_ones_own_does_not_exist(chat: str) -> None:
    with httpx.Client(base_url=chat) as browser:
        browser.get("/")
        assert browser.get("/api/v1/conversations").json() == {"conversations": []}
        for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/export")):
            assert browser.request(method, f"/api/v1/conversations/nothing{path}").status_code == 404
        wrong = browser.post("/api/v1/feedback", json={"conversation_id": "x", "turn": 1, "verdict": "sideways"})
        assert wrong.status_code == 422


@pytest.mark.browser
def test_the_drawer(make_archive: Callable[..., ArchiveStore], open_page: OpenPage) -> None:
    store = make_archive(*ARTICLES)
    with serving(store) as url:
        page = open_page(url)

        def ask(question: str) -> None:
            page.fill("#question", question)
            page.press("#question", "Enter")
            page.wait_for_function(
                "question => { const turn = document.querySelector('#current .turn'); return turn && "
                "turn.dataset.phase === 'done' && turn.querySelector('.question').textContent === question; }",
                arg=question,
            )

        ask(COST)
        page.click("#new")
        page.wait_for_selector(".start")
        ask("How many passengers were on the Sundline ferry?")
        page.click("#conversations")
        rows = page.locator("#kept .kept-open")
        rows.nth(1).wait_for()
        assert page.evaluate("document.activeElement.id") == "find-conversation"
        page.keyboard.type("harbour bridge")
        page.wait_for_function("document.querySelectorAll('#kept .kept-row').length === 1")
        page.locator(".kept-more summary").click()
        page.click(".kept-rename")
        page.keyboard.type("What it cost")
        page.keyboard.press("Enter")
        page.wait_for_function("document.querySelector('.kept-title').textContent === 'What it cost'")
        page.locator(".kept-more summary").click()
        with page.expect_download() as saved:
            page.click("#drawer .kept-menu a >> nth=0")
        assert saved.value.suggested_filename == "What-it-cost.md"
        rows.first.click()
        page.wait_for_function("document.querySelector('#current .question').textContent.includes('Harbour Bridge')")
        assert "4.2 million crowns" in page.inner_text("#current")
        ask("Who is the chief engineer?")  # it goes on
        assert page.locator(".turn").count() == 2

        page.locator("#current .thumb").nth(1).click()
        page.wait_for_selector("#current .opinion.asking-why")
        page.keyboard.type("no name")
        page.keyboard.press("Enter")
        page.wait_for_selector("#current .opinion:not(.asking-why)")
        lines = (store.folder / "conversations" / "feedback.jsonl").read_text().splitlines()
        assert [json.loads(line)["reason"] for line in lines] == ["", "no name"]

        stranger = open_page(url)
        stranger.click("#conversations")
        stranger.wait_for_selector("#kept .none")

        page.click("#conversations")
        page.locator("#kept .kept-more summary").first.click()
        page.click(".kept-delete")
        page.click(".kept-delete.sure")
        page.wait_for_selector(".start")
        page.keyboard.press("Escape")
        page.wait_for_function("getComputedStyle(document.getElementById('drawer')).visibility === 'hidden'")

        store.remove(RemovalSelector((BRIDGE.article.article_id,)), "test")
        for each in (page, stranger):
            leave(each)


@pytest.mark.browser
def test_a_link_opens_a_question_with_its_settings(chat: str, open_page: OpenPage) -> None:
    link = "/?q=What+did+the+repair+cost%3F&from=2024-03-01&outlet=Varnholm+Courier&asked_on=2024-12-17"
    page = open_page(chat + link)
    page.wait_for_selector('#current .turn[data-phase="done"]')
    assert page.inner_text("#filter-summary").startswith("1 Mar 2024 – … · Varnholm Courier")
    assert page.inner_text("#current .question") == "What did the repair cost?"
    assert page.url == f"{chat}/"
    assert page.get_attribute("#current [data-copy-link]", "data-copy-link") == f"{link}&mode=quotes"


def hold_the_front_page(page: Any) -> list[tuple[Route, APIResponse]]:
    """Keep back what the server writes when the page opens next, until it is handed on."""
    held: list[tuple[Route, APIResponse]] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append((route, route.fetch()))  # the server has written the front page, before there is a question

    page.route("**/gradio_api/run/predict*", hold_the_first)
    return held


@pytest.mark.browser
def test_a_question_put_while_the_page_loads_is_shown_at_once_and_asked_then(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    held = hold_the_front_page(page)
    page.goto(chat)
    page.fill("#question", COST)
    page.press("#question", "Enter")
    queued = page.locator("#queued")
    queued.wait_for()
    assert COST in queued.inner_text() and texts.QUEUED in queued.inner_text()
    assert not page.locator("#current .start").is_visible() and page.input_value("#question") == ""
    ((route, answer),) = held
    route.fulfill(response=answer)
    page.wait_for_selector('#current .turn[data-phase="done"]')
    assert page.inner_text("#current .question") == COST
    assert not queued.is_visible() and page.locator(".turn").count() == 1


@pytest.mark.browser
def test_a_question_that_waits_for_the_page_is_taken_back_with_stop(chat: str, open_page: OpenPage) -> None:
    page = open_page(chat)
    held = hold_the_front_page(page)
    page.goto(chat)
    page.fill("#question", COST)
    page.press("#question", "Enter")
    page.locator("#queued").wait_for()
    page.click("#stop")
    assert page.input_value("#question") == COST and not page.locator("#queued").is_visible()
    assert page.locator("#current .start").is_visible() and page.inner_text("#trouble") == ""
    ((route, answer),) = held
    route.fulfill(response=answer)
    page.wait_for_timeout(1_000)  # time for a turn, if it were asked all the same
    assert page.locator(".turn").count() == 0 and page.input_value("#question") == COST
    page.press("#question", "Enter")
    page.wait_for_selector('#current .turn[data-phase="done"]')


@pytest.mark.browser
def test_a_late_front_page_does_not_take_the_place_of_an_answer(chat: str, open_page: OpenPage) -> None:
    """What the server wrote when the page opened arrives after the question of a link was put."""
    page = open_page(chat)
    held = hold_the_front_page(page)
    page.goto(f"{chat}/?q=What+did+the+repair+cost%3F")
    page.wait_for_timeout(3_000)  # time for an answer, if the question were put at once
    assert page.inner_text("#queued .question") == "What did the repair cost?"
    ((route, answer),) = held
    route.fulfill(response=answer)
    page.wait_for_timeout(500)
    page.wait_for_selector('#current .turn[data-phase="done"]')
    assert page.inner_text("#current .question") == "What did the repair cost?"
