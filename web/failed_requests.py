"""What a request is answered with where the application raised: a sentence, a way back, a reference for a defect."""

from __future__ import annotations

import logging
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archive.errors import BackissueError, UsageError
from web import texts
from web.asgi import only
from web.defects import logged
from web.markup import escape
from web.page import standalone
from web.problems import problem

LOGGER = logging.getLogger(__name__)
_VIEWS = "/view/"


def trouble(sentence: str, ways: str = "") -> str:
    """A view that can't be shown, and why; ``ways`` is HTML."""
    told = f'<p class="notice" role="alert">{escape(sentence)}</p>'
    return f'<section class="view" data-title="{texts.PRODUCT}">{told}{ways}</section>'


class FailedRequests:
    """ASGI middleware: answers what the application raised; where it had begun to answer, that is raised further up."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    @only("http")
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        begun = False

        async def noticing(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noticing)
        except Exception as error:
            if begun:
                raise
            await _answer(Request(scope), error)(scope, receive, send)


def _answer(request: Request, error: Exception) -> Response:
    if isinstance(error, UsageError):
        sentence, status = str(error), HTTPStatus.BAD_REQUEST
    elif isinstance(error, BackissueError):
        LOGGER.warning("%s could not be shown: %s", request.url.path, error)
        sentence, status = str(error), HTTPStatus.SERVICE_UNAVAILABLE
    else:
        reference = logged(error, f"{request.method} {request.url.path}")
        sentence, status = texts.unexpected(reference), HTTPStatus.INTERNAL_SERVER_ERROR
    fresh = {"cache-control": "no-store"}
    if request.url.path.startswith(_VIEWS):
        return HTMLResponse(trouble(sentence, _ways(_view_address(request))), status, fresh)
    if "part" in request.query_params:
        return HTMLResponse(trouble(sentence), status, fresh)
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        body = trouble(sentence, _ways(_page_address(request)))
        return HTMLResponse(standalone(texts.PRODUCT, body), status, fresh)
    return problem(status, status.phrase, sentence)


def _view_address(request: Request) -> str:
    """Where a reader finds the view whose fragment was asked for."""
    others = [(name, value) for name, value in request.query_params.multi_items() if name != "view"]
    return f"/?{urlencode([('view', request.url.path.removeprefix(_VIEWS)), *others], errors='replace')}"


def _page_address(request: Request) -> str:
    """The address of this page again. One slash at the front: after two a browser looks for another server's name."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"/{request.url.path.lstrip('/')}{query}"


def _ways(address: str) -> str:
    return (
        f'<p class="ways"><a class="action" data-go href="{escape(address)}">{texts.TRY_AGAIN}</a>'
        f'<a class="action" data-go href="/">{texts.BACK_TO_CHAT}</a></p>'
    )
