"""What editors do to the archive in the browser: the routes and the views, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from archive.errors import BackissueError
from archive.settings import Settings
from web import texts
from web.accounts import Role
from web.edit_article import EditForm, read_edit_page, save_edit
from web.identity import EDITORS_FIRST, Person, anonymous_role, editor_of
from web.ingest_desk import IngestDesk
from web.ingest_page import read_ingest_page
from web.ingest_routes import add_ingest_routes
from web.long_work import LongWork
from web.removal import RemovalForm, begin_removal, read_removal_page
from web.render_edit import edit_view
from web.render_ingest import ingest_view
from web.render_removal import removal_view
from web.search_form import QueryFields
from web.uploads import Uploads
from web.views import View

if TYPE_CHECKING:
    from archive.store import ArchiveStore


@dataclass(frozen=True, slots=True)
class Editing:
    """The views that only editors have, and what to do when the server stops."""

    views: Mapping[str, View]
    close: Callable[[], None]


def add_editing(app: FastAPI, store: ArchiveStore, settings: Settings, work: LongWork) -> Editing:
    """Add the routes, each of which refuses readers (403)."""
    # Whoever sits at a chat that only this machine reaches could run the command line as well. Anywhere else, an
    # editor's word must not make the server ask its own network (SSRF).
    alone = settings.auth is None and anonymous_role(settings.host, settings.host_names) is Role.EDITOR
    uploads = Uploads(store.folder, settings.upload_bytes)
    uploads.sweep()
    desk = IngestDesk(store, settings, work, uploads, may_fetch_private=alone)
    add_ingest_routes(app, desk)
    add_removal_route(app, store, work)
    add_edit_route(app, store)

    def ingest(fields: QueryFields, _: Person) -> str:
        return ingest_view(read_ingest_page(desk, fields))

    def remove(fields: QueryFields, _: Person) -> str:
        return removal_view(read_removal_page(store, work, fields))

    def edit(fields: QueryFields, _: Person) -> str:
        return edit_view(read_edit_page(store, fields))

    return Editing({"ingest": ingest, "remove": remove, "edit": edit}, uploads.close)


def add_removal_route(app: FastAPI, store: ArchiveStore, work: LongWork) -> None:
    """``POST /remove`` begins a takedown, or says what is to be put right."""

    def begin(request: Request, form: RemovalForm) -> JSONResponse:
        person = editor_of(request)
        try:
            begin_removal(store, work, form, person.name)
        except BackissueError as error:
            return JSONResponse({"begun": False, "trouble": str(error)}, headers={"cache-control": "no-store"})
        return JSONResponse({"begun": True}, 202, {"cache-control": "no-store"})

    app.add_api_route("/remove", begin, methods=["POST"], dependencies=EDITORS_FIRST)


def add_edit_route(app: FastAPI, store: ArchiveStore) -> None:
    """``POST /edit`` corrects an article, and says what it changed, or what is to be put right."""

    def save(request: Request, form: EditForm) -> JSONResponse:
        editor_of(request)
        try:
            report = save_edit(store, form, today=date.today())
        except BackissueError as error:
            return JSONResponse({"trouble": str(error)}, headers={"cache-control": "no-store"})
        changes = [texts.changed(each.field, each.before or "", each.after or "") for each in report.changes]
        return JSONResponse({"saved": texts.saved("; ".join(changes))}, headers={"cache-control": "no-store"})

    app.add_api_route("/edit", save, methods=["POST"], dependencies=EDITORS_FIRST)
