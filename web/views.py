"""The views beside the chat, each a fragment of HTML that static/views.js puts into the page: ``/view/NAME?...``.

An address ``/?view=NAME&...`` shows the chat's page, whose script then loads the fragment: links can be kept and sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from archive.outlet_choice import outlets_meant
from web import texts
from web.at_hand import default_day
from web.failed_requests import trouble
from web.identity import Person, person_of
from web.search_form import QueryFields, SearchForm

if TYPE_CHECKING:
    from archive.store import ArchiveStore
    from web.long_work import LongWork

View = Callable[[QueryFields, Person], str]


def add_views(app: FastAPI, views: Mapping[str, View], for_editors: Mapping[str, View] | None = None) -> None:
    """Serve each view at ``/view/NAME``; what it raises is said in its place (web/failed_requests.py).

    ``for_editors``: those that a reader is refused (403).
    """
    closed = for_editors or {}

    def view(request: Request, name: str) -> HTMLResponse:
        show = views.get(name) or closed.get(name)
        if show is None:
            return _page(trouble(texts.VIEW_UNKNOWN), 404)
        person = person_of(request)
        if name in closed and not person.may_edit:
            return _page(trouble(texts.EDITORS_ONLY), 403)
        return _page(show(QueryFields(tuple(request.query_params.multi_items())), person))

    app.add_api_route("/view/{name}", view, methods=["GET"], response_class=HTMLResponse)


def _page(html: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(html, status, {"cache-control": "no-store"})


def within_outlets(store: ArchiveStore, form: SearchForm) -> SearchForm:
    """The form with its outlets by their names, where an address calls them by an alias."""
    return replace(form, outlets=outlets_meant(form.outlets, store.outlet_names())) if form.outlets else form


def reading_views(store: ArchiveStore, work: LongWork) -> dict[str, View]:
    """The views that everyone who may read has."""

    def search(fields: QueryFields, _: Person) -> str:
        from web.clippings import find_clippings
        from web.render_search import search_view
        from web.search_form import read_search_form

        form = within_outlets(store, read_search_form(fields))
        return search_view(find_clippings(store, form, default_day(store)))

    def timeline(fields: QueryFields, _: Person) -> str:
        from web.render_timeline import timeline_view
        from web.search_form import read_search_form
        from web.timeline_page import read_timeline_page

        form = within_outlets(store, read_search_form(fields))
        return timeline_view(read_timeline_page(store, form, default_day(store)))

    def archive(_: QueryFields, person: Person) -> str:
        from web.archive_page import read_archive_page
        from web.render_archive import archive_view, editors_part

        return archive_view(read_archive_page(store), editors_part(work) if person.may_edit else "")

    return {"search": search, "timeline": timeline, "archive": archive}
