"""Putting articles in over HTTP, for editors: files arrive, a run begins, its report is fetched.

``POST /ingest/files?batch=ID&name=NAME`` takes one file as the request's body (without ``batch``: a new one);
``POST /ingest`` begins to read what arrived and the addresses, or says what is to be put right;
``GET /ingest/reports/ID.json`` and ``.csv`` are the rejections. A reader gets 403 from each.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Annotated

from fastapi import FastAPI, HTTPException, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from archive.errors import UsageError
from ingest.kept_reports import KeptReport, kept_report
from web import texts
from web.identity import EDITORS_FIRST, editor_of
from web.ingest_desk import IngestDesk
from web.ingest_form import IngestForm
from web.limits import UPLOADS_ADDRESS
from web.problems import AsciiJson
from web.render_ingest import REPORTS_ADDRESS

_FRESH = {"cache-control": "no-store"}
# A cell that begins so is a formula to a spreadsheet, whoever wrote it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Name = Annotated[str, Query(max_length=2000)]
BatchId = Annotated[str, Query(max_length=64)]
ReportId = Annotated[str, Path(max_length=40)]


def add_ingest_routes(app: FastAPI, desk: IngestDesk) -> None:
    """Serve all of them."""

    async def receive(request: Request, name: Name, batch: BatchId = "") -> JSONResponse:
        person = editor_of(request)
        try:
            batch = batch or await run_in_threadpool(desk.uploads.begin, person.person_id)
            upload = await desk.uploads.receive(batch, person.person_id, name, request.stream())
        except UsageError as error:
            raise HTTPException(422, str(error)) from None
        except ClientDisconnect:
            raise HTTPException(499, "gone") from None  # nobody is there to read it
        return JSONResponse({"batch": batch, "number": upload.number, "size": upload.size}, 201, _FRESH)

    def begin(request: Request, form: IngestForm) -> JSONResponse:
        person = editor_of(request)
        try:
            desk.begin(form, person.person_id, person.name)
        except UsageError as error:  # something to put right in the form: no failure of the page's
            return JSONResponse({"begun": False, "trouble": str(error)}, headers=_FRESH)
        return JSONResponse({"begun": True}, 202, _FRESH)

    def report_as_json(request: Request, report_id: ReportId) -> Response:
        editor_of(request)
        return _download(_found(desk, report_id), "json")

    def report_as_csv(request: Request, report_id: ReportId) -> Response:
        editor_of(request)
        return _download(_found(desk, report_id), "csv")

    app.add_api_route(UPLOADS_ADDRESS, receive, methods=["POST"], dependencies=EDITORS_FIRST)
    app.add_api_route("/ingest", begin, methods=["POST"], dependencies=EDITORS_FIRST)
    app.add_api_route(REPORTS_ADDRESS + "/{report_id}.json", report_as_json, methods=["GET"])
    app.add_api_route(REPORTS_ADDRESS + "/{report_id}.csv", report_as_csv, methods=["GET"])


def _found(desk: IngestDesk, report_id: str) -> KeptReport:
    found = kept_report(desk.store, report_id)
    if found is None:
        raise HTTPException(404, texts.NO_REPORT)
    return found


def _download(report: KeptReport, form: str) -> Response:
    headers = {**_FRESH, "content-disposition": f'attachment; filename="rejected-{report.run.report_id}.{form}"'}
    if form == "csv":
        return Response(rejections_as_csv(report).encode("utf-8", "replace"), media_type="text/csv", headers=headers)
    return AsciiJson(report_as_value(report), headers=headers)


def report_as_value(report: KeptReport) -> dict[str, object]:
    """The report as ``backissue ingest --json`` has it, with what the run was."""
    run = report.run
    return {
        "title": run.title,
        "by": run.by,
        "started": run.started.isoformat(),
        "ended": run.ended.isoformat(),
        **json.loads(json.dumps(dict(run.numbers))),
        "rejected": [row.as_json() for row in report.rejected],
        "notes": [{"source": note.source, "note": note.what} for note in report.notes],
    }


def rejections_as_csv(report: KeptReport) -> str:
    """Source, line and reason, for a spreadsheet: with the mark that tells it UTF-8, and nothing that is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["source", "line", "reason"])
    for row in report.rejected:
        writer.writerow([_harmless(row.source), row.line if row.line is not None else "", _harmless(row.reason)])
    return "\ufeff" + out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
