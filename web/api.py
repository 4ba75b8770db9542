"""The HTTP interface for programs, under ``/api/v1``: search, ask, articles, what the archive covers. Read-only.

An application of its own, so that its errors are problems (problems.py) and its OpenAPI schema names nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Path, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from web.api_models import (
    AnswerResult,
    ArticleResult,
    AskRequest,
    CoverageRecord,
    OutletsResult,
    ProblemRecord,
    SearchRequest,
    SearchResult,
    StatusResult,
    TimelineRequest,
    TimelineResult,
)
from web.api_page import api_page
from web.conversation_routes import add_conversation_routes
from web.events import streamed
from web.limits import Gate
from web.problems import MEDIA_TYPE, AsciiJson, add_problem_handlers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from web.conversations import Conversations
    from web.read_only import ReadOnlyArchive

API_ADDRESS = "/api/v1"
_FRESH = {"cache-control": "no-store"}
_EVENTS = "plan, sources, text (more than one), then answer or problem; each event's data is one JSON value"

ArticleName = Annotated[str, Path(description="the archive's id, the source's own id, or the URL", max_length=2000)]
Version = Annotated[int | None, Query(ge=1, description="by default the one that answers")]


def build_api(archive: ReadOnlyArchive, gate: Gate, conversations: Conversations) -> FastAPI:
    """The application to mount at API_ADDRESS; ``gate`` limits how many answers are made at once."""
    api = FastAPI(
        title="Backissue",
        version="1",
        description="Ask an archive of news articles. Read-only; docs/api.md has examples and the errors.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        default_response_class=AsciiJson,
    )
    add_problem_handlers(api)
    _add_reading(api, archive)
    _add_asking(api, archive, gate)
    add_conversation_routes(api, conversations, archive.store)

    def page(request: Request) -> HTMLResponse:
        return HTMLResponse(api_page(api.openapi(), str(request.base_url).rstrip("/") + API_ADDRESS), headers=_FRESH)

    api.add_api_route("/docs", page, include_in_schema=False)
    return api


def _returns(model: Any, *statuses: int) -> dict[str, Any]:  # noqa: ANN401 (a pydantic model's class)
    """What a route's schema says: the shape of its answer, and which problems to expect. The answer isn't filtered."""
    problems: dict[int | str, Any] = {
        status: {"model": ProblemRecord, "description": "A problem", "content": {MEDIA_TYPE: {}}} for status in statuses
    }
    return {"responses": {200: {"model": model}, **problems}}


def _add_reading(api: FastAPI, archive: ReadOnlyArchive) -> None:
    # functions without ``async``: FastAPI runs them in threads, the event loop stays free
    @api.get("/articles/{name:path}", **_returns(ArticleResult, 404, 422), summary="A whole article, with its versions")
    def article(name: ArticleName, version: Version = None) -> AsciiJson:
        return AsciiJson(archive.article(name, version), headers=_FRESH)

    @api.get("/outlets", **_returns(OutletsResult), summary="The outlets, most articles first")
    def outlets() -> AsciiJson:
        return AsciiJson(archive.outlets(), headers=_FRESH)

    @api.get("/coverage", **_returns(CoverageRecord), summary="What the archive holds")
    def coverage() -> AsciiJson:
        return AsciiJson(archive.coverage(), headers=_FRESH)

    @api.get("/status", **_returns(StatusResult), summary="How far the indexes are")
    def status() -> AsciiJson:
        return AsciiJson(archive.status(), headers=_FRESH)


def _add_asking(api: FastAPI, archive: ReadOnlyArchive, gate: Gate) -> None:
    threads = CapacityLimiter(gate.at_once)  # apart from the threads that everything else is read in

    @api.get("/search", **_returns(SearchResult, 422, 503), summary="Passages, without an answer")
    async def search(request: Annotated[SearchRequest, Query()]) -> AsciiJson:
        async with gate.place():
            found = await to_thread.run_sync(archive.search, request, limiter=threads)
        return AsciiJson(found, headers=_FRESH)

    @api.get("/timeline", **_returns(TimelineResult, 422, 503), summary="How a topic developed, dated and cited")
    async def timeline(request: Annotated[TimelineRequest, Query()]) -> AsciiJson:
        async with gate.place():
            told = await to_thread.run_sync(archive.timeline, request, limiter=threads)
        return AsciiJson(told, headers=_FRESH)

    @api.post("/ask", **_returns(AnswerResult, 422, 502, 503), summary="A cited answer")
    async def ask(request: AskRequest) -> AsciiJson:
        async with gate.place():
            answer = await to_thread.run_sync(archive.ask, request, limiter=threads)
        return AsciiJson(answer, headers=_FRESH)

    @api.post(
        "/ask/stream",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {}}, "description": _EVENTS}},
        summary="A cited answer as it is made: server-sent events",
    )
    async def ask_stream(request: AskRequest) -> StreamingResponse:
        gate.refuse_if_full()
        answering = await to_thread.run_sync(archive.events, request, limiter=threads)

        async def events() -> AsyncIterator[bytes]:
            async with gate.place(patient=True):
                async for event in streamed(answering, threads):
                    yield event

        return StreamingResponse(events(), media_type="text/event-stream", headers=_FRESH)
