"""Long work over HTTP, for editors: how far it is (``GET /work/KIND``), and stopping it (``POST /work/KIND/stop``).

Both answer with the fragment of render_work.py. What another site's page sends never gets here: see OwnPagesOnly.
"""

from __future__ import annotations

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse

from web import texts
from web.identity import editor_of
from web.long_work import LongWork, WorkState
from web.render_work import WORK_ADDRESS, work_progress

_FRESH = {"cache-control": "no-store"}


def add_work_routes(app: FastAPI, work: LongWork) -> None:
    """Serve both. A reader gets 403, who asks for work that never was 404."""

    def state(request: Request, kind: str) -> HTMLResponse:
        editor_of(request)
        return _fragment(work.state(kind))

    def stop(request: Request, kind: str) -> HTMLResponse:
        editor_of(request)
        return _fragment(work.stop(kind))

    app.add_api_route(WORK_ADDRESS + "/{kind}", state, methods=["GET"], response_class=HTMLResponse)
    app.add_api_route(WORK_ADDRESS + "/{kind}/stop", stop, methods=["POST"], response_class=HTMLResponse)


def _fragment(state: WorkState | None) -> HTMLResponse:
    if state is None:
        raise HTTPException(404, texts.NO_WORK)
    return HTMLResponse(work_progress(state), headers=_FRESH)
