"""The HTTP interface as programs use it, over a real server; and the documentation's own lines."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from archive.errors import ArchiveBusyError, LanguageModelError
from assistant.answer import AnswerEvent, PlanReady, TextDelta
from tests.web.allowed_markup import Markup
from tests.web.conftest import BRIDGE, FERRY
from tests.web.examples_of_answers import plan
from web import api_models
from web.api_page import api_page, curl, type_of
from web.events import as_events, streamed
from web.limits import BodyLimit, Gate, Throttle, TooBusyError
from web.problems import MEDIA_TYPE, of_error

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "api.md"
COST = "What did the repair of the Harbour Bridge cost?"


@pytest.fixture(scope="module")
def api(chat: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{chat}/api/v1", timeout=30) as client:
        yield client


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == MEDIA_TYPE
    said: dict[str, Any] = response.json()
    assert said["status"] == status and said["title"] and said["detail"]
    return said


def test_search_finds_within_the_wall(api: httpx.Client) -> None:
    found = api.get("/search", params={"q": "repair of the Harbour Bridge crowns", "k": 2}).json()
    shape = api_models.SearchResult.model_validate(found)
    assert shape.results[0].article_id == BRIDGE.article.article_id and len(shape.results) == 2
    hit = shape.results[0]
    assert BRIDGE.article.text[hit.start : hit.end] == hit.text
    walled = api.get("/search", params={"q": "Harbour Bridge", "from": "2024-12-01", "outlet": "northern wire"}).json()
    assert {each["article_id"] for each in walled["results"]} <= {FERRY.article.article_id}
    assert walled["plan"]["asked_on"] == "2024-12-17"  # the archive's last day


def test_ask_gives_a_checked_answer(api: httpx.Client) -> None:
    response = api.post("/ask", json={"question": COST})
    answer = api_models.AnswerResult.model_validate(response.json())
    assert not answer.refused and "4.2 million crowns" in answer.answer
    cited = {key for sentence in answer.sentences for key in sentence.citations}
    assert cited and cited <= {source.key for source in answer.sources}
    assert "default-src 'self'" in response.headers["content-security-policy"]
    turns = [{"role": "user", "content": COST}, {"role": "assistant", "content": answer.answer}]
    followed = api.post("/ask", json={"question": "Who was the chief engineer?", "history": turns}).json()
    assert "Ingrid" in followed["answer"]


def test_what_a_question_names_narrows_only_where_it_may(api: httpx.Client) -> None:
    text = "What did the Sund Gazette say in December 2024 about the Harbour Bridge?"
    inferred = api.post("/ask", json={"question": text}).json()["plan"]["parts"][0]
    assert inferred["window"] and inferred["outlets"] == ["The Sund Gazette"]
    settled = {"infer_days": False, "infer_outlets": False, "outlet": ["Varnholm Courier"]}
    plan = api.post("/ask", json={"question": text, **settled}).json()["plan"]
    assert plan["parts"][0]["window"] is None and plan["parts"][0]["outlets"] == []
    assert plan["wall"]["outlets"] == ["Varnholm Courier"]
    found = api.get("/search", params={"q": "Harbour Bridge", "byline": "lena brandt"}).json()
    assert {each["article_id"] for each in found["results"]} == {BRIDGE.article.article_id}
    in_full = {"question": "And that?", "standalone": COST, "history": [{"role": "user", "content": "Who?"}]}
    assert "4.2 million crowns" in api.post("/ask", json=in_full).json()["answer"]


def test_an_answer_streams_as_events(api: httpx.Client) -> None:
    with api.stream("POST", "/ask/stream", json={"question": COST}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        body = response.read().decode()
    events = re.findall(r"event: (\w+)\ndata: (.*)\n\n", body)
    names = [name for name, _ in events]
    assert names[:2] == ["plan", "sources"] and names[-1] == "answer" and set(names[2:-1]) == {"text"}
    assert json.loads(events[-1][1])["answer"] == api.post("/ask", json={"question": COST}).json()["answer"]


def test_an_article_by_any_name_and_version(api: httpx.Client) -> None:
    by_id = api.get(f"/articles/{BRIDGE.article.article_id}").json()
    by_url = api.get(f"/articles/{quote(BRIDGE.article.url or '', safe='')}").json()
    assert by_id == by_url
    shape = api_models.ArticleResult.model_validate(by_id)
    assert shape.text == BRIDGE.article.text and [each.version for each in shape.versions] == [1]
    assert "2" in problem(api.get(f"/articles/{BRIDGE.article.article_id}?version=2"), 404)["detail"]
    problem(api.get("/articles/nothing-of-that-name"), 404)


def test_a_timeline_runs_from_the_earliest(api: httpx.Client) -> None:
    told = api_models.TimelineResult.model_validate(api.get("/timeline", params={"topic": "Harbour Bridge"}).json())
    assert told.rows and [row.day for row in told.rows] == sorted(row.day for row in told.rows)
    assert {row.citation for row in told.rows} <= {source.key for source in told.sources}
    early = api.get("/timeline", params={"topic": "Harbour Bridge", "to": "2024-03-12"}).json()["rows"]
    assert {row["day"] for row in early} == {"2024-03-12"}


def test_what_the_archive_holds(api: httpx.Client) -> None:
    held = api_models.CoverageRecord.model_validate(api.get("/coverage").json())
    assert held.articles == 3 and {each.outlet for each in held.outlets} == {
        "Varnholm Courier", "The Sund Gazette", "Northern Wire",
    }  # fmt: skip
    listed = api.get("/outlets").json()["outlets"]
    assert [{key: row[key] for key in row if key != "aliases"} for row in listed] == api.get("/coverage").json()[
        "outlets"
    ]
    assert all(row["aliases"] == [] for row in listed)
    status = api.get("/status").json()
    api_models.StatusResult.model_validate(status)
    assert status["problems"] == [] and status["language_model"] is None
    assert "folder" not in status and "/" not in json.dumps(status)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("GET", "/search", None, 422, "q: Field required"),
        ("GET", "/search?q=x&k=1000", None, 422, "k: Input should be less than"),
        ("GET", "/search?q=x&colour=red", None, 422, "colour: Extra inputs"),
        ("GET", "/search?q=x&from=yesterday", None, 422, "from: Input should be a valid date"),
        ("GET", "/search?q=x&from=2024-02-01&to=2024-01-01", None, 422, "is after to"),
        ("GET", "/search?q=x&outlet=Nobody", None, 422, "It has:"),
        ("GET", "/nothing", None, 404, "/api/v1/docs"),
        ("DELETE", "/articles/x", None, 405, "has no DELETE"),
        ("POST", "/ask", b"{", 422, "JSON"),
        ("POST", "/ask", b'{"question": " "}', 422, "question"),
        ("POST", "/ask", b'{"question": "' + b"x" * 4001 + b'"}', 422, "at most 4000 characters"),
        ("POST", "/ask", b'{"question": "x", "mode": "sing"}', 422, "mode"),
        ("POST", "/ask/stream", b'{"question": "x", "outlet": ["Nobody"]}', 422, "It has:"),
        ("POST", "/ask", b'{"question": "' + b"x" * 1_000_001 + b'"}', 413, "1,000,000 bytes"),
    ],
)
def test_errors_say_what_is_wrong(
    api: httpx.Client, method: str, path: str, body: bytes | None, status: int, says: str
) -> None:
    response = api.request(method, path, content=body, headers={"content-type": "application/json"} if body else {})
    assert says in problem(response, status)["detail"]


def documented_lines() -> list[str]:
    return [line for line in DOCUMENTATION.read_text(encoding="utf-8").splitlines() if line.startswith("curl ")]


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl found: apt-get install curl")
@pytest.mark.parametrize("line", documented_lines())
def test_the_documented_lines_work(chat: str, line: str) -> None:
    words = [word.replace("http://127.0.0.1:7860", chat) for word in shlex.split(line)]
    done = subprocess.run([*words, "--fail-with-body", "--noproxy", "*"], capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done
    if "stream" in line:
        assert done.stdout.rpartition(b"event: ")[2].startswith(b"answer\n")
    else:
        assert json.loads(done.stdout)


def test_the_reference_page_lists_every_route(api: httpx.Client, chat: str) -> None:
    assert "curl " in " ".join(documented_lines())
    schema = api.get("/openapi.json").json()
    page = api.get("/docs")
    assert page.status_code == 200
    documented = DOCUMENTATION.read_text(encoding="utf-8")
    for path in schema["paths"]:
        assert path in page.text and path.replace("{name}", "NAME") in documented
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page.text)
    assert f"{chat}/api/v1/search" in page.text


def test_the_reference_page_escapes_and_reads_schemas() -> None:
    attack = "<script>alert(1)</script>"
    schema = {
        "info": {"title": attack, "description": attack},
        "paths": {"/x": {"get": {"summary": attack, "parameters": [
            {"name": attack, "in": "query", "required": True, "schema": {"type": "string"}, "description": attack}],
            "responses": {"200": {"description": attack}}}}},
        "components": {"schemas": {"Shape": {"description": attack, "properties": {"a": {"$ref": "#/c/Other"}}}}},
    }  # fmt: skip
    assert attack not in api_page(schema, "http://127.0.0.1")
    assert "script" not in {tag for tag, _, _ in Markup(api_page(schema, "http://x").split("<main>")[1]).attributes}
    assert type_of({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}) == "day (YYYY-MM-DD) or null"
    assert type_of({"type": "array", "items": {"type": "integer"}}) == "list of whole number"
    assert curl("http://h", "/search", "get", schema["paths"]["/x"]["get"]).endswith("'")  # type: ignore[index]


def test_halves_of_characters_break_nothing(api: httpx.Client) -> None:
    headers = {"content-type": "application/json"}
    answer = api.post("/ask", content=b'{"question": "The bridge \\ud800 and \\u0000?"}', headers=headers)
    assert answer.status_code == 200 and "\ud800" not in answer.json()["question"]
    problem(api.get("/articles/%ff%00"), 404)


def test_a_stream_that_breaks_says_so_and_closes(caplog: pytest.LogCaptureFixture) -> None:
    closed: list[bool] = []

    def answering(error: Exception) -> Iterator[AnswerEvent]:
        try:
            yield PlanReady(plan())
            raise error
        finally:
            closed.append(True)

    last = list(as_events(answering(LanguageModelError("The model is away."))))[-1]
    assert last.startswith(b"event: problem\ndata: ") and b"The model is away." in last and closed == [True]
    assert b"secret" not in list(as_events(answering(KeyError("secret"))))[-1]
    assert "a request failed" in caplog.text
    assert of_error(ArchiveBusyError("ingest writes")).headers["retry-after"]


def test_a_client_that_leaves_ends_the_answer() -> None:
    from anyio import CapacityLimiter

    closed, go_on = threading.Event(), threading.Event()

    def endless() -> Iterator[AnswerEvent]:
        try:
            while True:
                yield TextDelta("more ")
                go_on.wait(10)
        finally:
            closed.set()

    async def leave() -> None:
        stream = streamed(endless(), CapacityLimiter(1))
        assert await anext(stream) == b'event: text\ndata: {"text": "more "}\n\n'
        await stream.aclose()  # type: ignore[attr-defined]
        go_on.set()

    asyncio.run(leave())
    assert closed.wait(10)


def test_a_gate_lets_some_in_and_tells_the_others() -> None:
    async def crowd() -> list[str]:
        gate, most, inside, seen = Gate(2, 3), 0, 0, []

        async def one() -> None:
            nonlocal inside, most
            try:
                async with gate.place():
                    inside += 1
                    most = max(most, inside)
                    await asyncio.sleep(0)
                    inside -= 1
                    seen.append("answered")
            except TooBusyError:
                seen.append("refused")

        await asyncio.gather(*(one() for _ in range(20)))
        assert most == 2
        async with gate.place():
            seen.append("again")
        return seen

    seen = asyncio.run(crowd())
    assert (seen.count("answered"), seen.count("refused"), seen[-1]) == (5, 15, "again")


def test_a_throttle_counts_per_name_and_forgets() -> None:
    now = [0.0]
    throttle = Throttle(2, 60, names=2, clock=lambda: now[0])
    assert [throttle.wait_for("a") for _ in range(3)] == [0.0, 0.0, 60.0]
    assert throttle.wait_for("b") == 0.0
    now[0] = 30.0
    assert throttle.wait_for("a") == 30.0
    now[0] = 60.0
    assert throttle.wait_for("a") == 0.0
    throttle.forget("a")
    assert [throttle.wait_for("a") for _ in range(3)] == [0.0, 0.0, 60.0]
    throttle.wait_for("c"), throttle.wait_for("d")
    assert throttle.wait_for("a") == 0.0  # only the latest names are kept


def test_a_body_that_grows_while_it_is_read_is_cut_off() -> None:
    async def reads_all(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def status(*pieces: bytes) -> int:
        left, sent = list(pieces), []

        async def receive() -> Any:
            return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

        async def send(message: Any) -> None:
            sent.append(message)

        await BodyLimit(reads_all, 10)({"type": "http", "method": "POST", "path": "/x", "headers": []}, receive, send)
        return int(sent[0]["status"])

    assert asyncio.run(status(b"12345", b"67890")) == 200
    assert asyncio.run(status(b"12345", b"67890", b"1")) == 413
