"""The plain routes beside the chat: our files, whole articles, and the archive's status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import FastAPI, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from web import at_hand, texts
from web.identity import person_of
from web.markup import escape
from web.page import STATIC, STATIC_ADDRESS, standalone
from web.render_source import gone, whole_article

if TYPE_CHECKING:
    from archive.store import ArchiveStore

Passages = Annotated[list[str], Query(min_length=1, max_length=50)]


def add_routes(app: FastAPI, store: ArchiveStore) -> None:
    """``/backissue/*`` files, ``/article/ID`` (``?part=1``: without the page around it), ``/status``, ``/changed``."""
    app.mount(STATIC_ADDRESS, StaticFiles(directory=STATIC), name="static")

    def article(request: Request, article_id: str) -> HTMLResponse:
        query = dict(request.query_params)
        page = at_hand.article_page(store, article_id, query, may_edit=person_of(request).may_edit)
        body = whole_article(page) if page is not None else gone()
        if "part" not in query:
            title = page.article.title if page is not None else texts.GONE
            body = standalone(escape(title), body)
        return HTMLResponse(body, 200 if page is not None else 404, {"cache-control": "no-store"})

    def status() -> JSONResponse:
        return JSONResponse(at_hand.status_json(store), headers={"cache-control": "no-store"})

    def changed(passage: Passages) -> JSONResponse:
        return JSONResponse(at_hand.changed_json(store, passage), headers={"cache-control": "no-store"})

    # functions without ``async``: FastAPI runs them in threads, the event loop stays free
    app.add_api_route("/article/{article_id}", article, methods=["GET"], response_class=HTMLResponse)
    app.add_api_route("/changed", changed, methods=["GET"])
    app.add_api_route("/status", status, methods=["GET"])
