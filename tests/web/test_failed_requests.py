"""Where the application raises: a sentence in the page's own shell, a way back, and for a defect a reference."""

from __future__ import annotations

import logging
import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import StreamingResponse

from archive.errors import ArchiveError, UsageError
from web.accounts import Role
from web.failed_requests import FailedRequests
from web.identity import Identify, Person
from web.search_form import QueryFields
from web.views import add_views


def broken(fields: QueryFields, _: Person) -> str:
    if fields.first("q") == "mine":
        raise UsageError("That <b> is no day.")
    if fields.first("q") == "archive":
        raise ArchiveError("The archive can't be read.")
    raise KeyError("secret")


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    add_views(app, {"search": broken})

    def article() -> None:
        raise KeyError("secret")

    async def pieces() -> StreamingResponse:
        async def content():  # noqa: ANN202
            yield b"begun"
            raise KeyError("secret")

        return StreamingResponse(content())

    app.add_api_route("/article/a", article)
    app.add_api_route("/{rest:path}/kept", article)
    app.add_api_route("/stream", pieces)
    app.add_middleware(FailedRequests)
    app.add_middleware(Identify, sessions=None, without_account=Role.READER)
    return TestClient(app, base_url="http://127.0.0.1:7860")


def test_a_defect_in_a_view_gives_a_reference_and_the_way_back(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.get("/view/search", params={"view": "search", "q": 'bridge "<'})
    (reference,) = re.findall(r"reference ([0-9a-f]{8})", answer.text)
    assert answer.status_code == 500 and 'role="alert"' in answer.text and "secret" not in answer.text
    assert 'href="/?view=search&amp;q=bridge+%22%3C"' in answer.text and 'href="/"' in answer.text
    assert f"GET /view/search failed (reference {reference})" in caplog.text and "KeyError: 'secret'" in caplog.text


def test_what_was_foreseen_is_said_as_it_is(client: TestClient) -> None:
    mine, archive = (client.get("/view/search", params={"q": each}) for each in ("mine", "archive"))
    assert mine.status_code == 400 and "That &lt;b&gt; is no day." in mine.text and "reference" not in mine.text
    assert archive.status_code == 503 and "The archive can" in archive.text


def test_a_page_of_its_own_keeps_its_shell_and_programs_get_a_problem(client: TestClient) -> None:
    page = client.get("/article/a", headers={"accept": "text/html"})
    assert page.status_code == 500 and page.text.startswith("<!doctype html>") and 'class="masthead"' in page.text
    part = client.get("/article/a", params={"part": "1"})
    assert part.status_code == 500 and part.text.startswith("<section")
    program = client.get("/article/a", headers={"accept": "application/json"})
    assert program.headers["content-type"] == "application/problem+json" and "reference" in program.json()["detail"]


@pytest.mark.parametrize(
    ("asked", "again"),
    [
        ("/article/a?version=2", "/article/a?version=2"),
        ("//elsewhere.example/kept", "/elsewhere.example/kept"),
        ("/%5Celsewhere.example/kept", "/%5Celsewhere.example/kept"),
        ("/a%3Fb%23c/kept", "/a%3Fb%23c/kept"),
    ],
)
def test_the_way_back_is_the_same_page_of_this_server(client: TestClient, asked: str, again: str) -> None:
    page = client.get(f"http://127.0.0.1:7860{asked}", headers={"accept": "text/html"})
    assert page.status_code == 500 and f'data-go href="{again}"' in page.text


def test_what_breaks_after_the_answer_began_goes_on_upwards(client: TestClient) -> None:
    with pytest.raises(KeyError):
        client.get("/stream")
