from __future__ import annotations

import asyncio
from typing import Any

import pytest

from web.failed_requests import FailedRequests
from web.identity import Identify
from web.limits import BodyLimit
from web.page import OurPage
from web.security import HEADERS, OwnPagesOnly, SecurityHeaders


def answer_with(app: Any, path: str = "/", body: bytes = b"", content_type: bytes = b"text/html") -> tuple[dict, bytes]:  # type: ignore[type-arg]
    """What a browser gets through the middleware; the inner app sends the body in two pieces."""
    received: list[dict[str, Any]] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", content_type), (b"X-Frame-Options", b"ALLOWALL"), (b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        half = len(body) // 2
        await send({"type": "http.response.body", "body": body[:half], "more_body": True})
        await send({"type": "http.response.body", "body": body[half:]})

    async def send(message: Any) -> None:
        received.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    scope = {"type": "http", "path": path, "method": "GET", "headers": [(b"accept-encoding", b"gzip")]}
    asyncio.run(app(inner)(scope, receive, send))
    headers = {name.decode().lower(): value.decode() for name, value in received[0]["headers"]}
    assert len(headers) == len(received[0]["headers"])  # none twice
    return headers, b"".join(message.get("body", b"") for message in received[1:])


def test_every_response_carries_the_headers() -> None:
    headers, body = answer_with(SecurityHeaders, "/anything", b"hello", b"text/plain")
    assert body == b"hello"
    assert HEADERS.items() <= headers.items()
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["connect-src"] == policy["form-action"] == "'self'"
    assert policy["object-src"] == "'none'" and policy["frame-ancestors"] == "'self'"
    assert "http" not in headers["content-security-policy"] and "*" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_the_page_is_made_ours() -> None:
    page = (
        b'<html><head><meta\n\tproperty="og:image"\n\tcontent="https://raw.githubusercontent.com/x.jpg"\n/>'
        b'<meta name="twitter:creator" content="@x" /></head><body><gradio-app></gradio-app></body></html>'
    )
    headers, body = answer_with(OurPage, "/", page)
    assert b"githubusercontent" not in body and b"twitter" not in body
    assert b"/backissue/chat.css?v=" in body and b"waiting-masthead" in body
    assert headers["content-length"] == str(len(body)) and headers["cache-control"] == "no-store"


def test_nothing_else_is_rewritten() -> None:
    assert answer_with(OurPage, "/config", b"<head></head>")[1] == b"<head></head>"
    assert answer_with(OurPage, "/", b'{"a": "</head>"}', b"application/json")[1] == b'{"a": "</head>"}'


REQUESTS_ONLY = [BodyLimit, FailedRequests, OurPage, SecurityHeaders]


@pytest.mark.parametrize(
    ("around", "kind"),
    [(around, kind) for around in REQUESTS_ONLY for kind in ("lifespan", "websocket")]
    + [(OwnPagesOnly, "lifespan"), (Identify, "lifespan")],
)
def test_what_is_no_request_passes_by_all_that_looks_at_requests(around: Any, kind: str) -> None:
    passed: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        passed.extend((scope, receive, send))

    async def nothing(*_: Any) -> Any:
        raise AssertionError

    scope = {"type": kind}  # without headers, path or method: nobody may look for them
    options = {"sessions": None} if around is Identify else {}
    asyncio.run(around(inner, **options)(scope, nothing, nothing))
    assert passed == [scope, nothing, nothing]


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_another_site_s_page_is_refused_on_every_kind_of_connection(kind: str) -> None:
    sent: list[Any] = []

    async def inner(*_: Any) -> None:
        raise AssertionError

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": kind, "path": "/", "method": "POST", "headers": [(b"Host", b"US"), (b"Origin", b"http://them")]}
    asyncio.run(OwnPagesOnly(inner)(scope, inner, send))
    assert sent[0]["status"] == 403


def test_names_are_compared_without_their_capitals() -> None:
    passed: list[Any] = []

    async def inner(scope: Any, *_: Any) -> None:
        passed.append(scope)

    scope = {"type": "http", "headers": [(b"Host", b"Archive.Example:80"), (b"ORIGIN", b"HTTP://archive.EXAMPLE:80")]}
    asyncio.run(OwnPagesOnly(inner, frozenset({"archive.example"}))(scope, inner, inner))
    assert passed == [scope]
