"""The Evaluate view over HTTP, for editors: what its forms send, reports and question sets to read.

A reader is refused everything here (403). What another site's page sends never gets here: see OwnPagesOnly.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Depends, FastAPI, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from archive.errors import UsageError
from evaluation.prices import Budget
from evaluation.report import render_report
from evaluation.run_folder import read_run
from evaluation.runs_at_hand import report_of
from web import texts
from web.evaluating import Evaluations, RunWanted
from web.evaluation_page import (
    VIEW,
    evaluate_address,
    read_compare_page,
    read_overview,
    read_run_page,
    read_set_page,
)
from web.identity import Person, editor_of
from web.long_work import WorkState
from web.problems import add_problem_handlers, problem
from web.render_compare import compare_view
from web.render_evaluate import ACTIONS, beginning_view, overview_view
from web.render_question_set import set_view
from web.render_run import run_view
from web.search_form import QueryFields
from web.views import View

MOST_SET_BYTES = 20_000_000
_FRESH = {"cache-control": "no-store"}
_LONGEST = 300

Editor = Annotated[Person, Depends(editor_of)]
Name = Annotated[str, Field(max_length=_LONGEST)]
Empty = BeforeValidator(lambda value: None if value == "" else value)  # a form's field that was left empty


class RunRequest(BaseModel):
    """The form that starts a run."""

    model_config = ConfigDict(extra="forbid")

    set: Name
    way: Literal["quotes", "model", "passages"] = "quotes"
    limit: Annotated[Annotated[int, Field(ge=1)] | None, Empty] = None
    asked_on: Annotated[date | None, Empty] = None
    budget: Annotated[str, Field(max_length=40)] = ""
    name: Name = ""


class ResumeRequest(BaseModel):
    """The form that goes on with a run."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    budget: Annotated[str, Field(max_length=40)] = ""


class NameRequest(BaseModel):
    """Which set or run is meant."""

    model_config = ConfigDict(extra="forbid")

    name: Name


class ExpectationRequest(BaseModel):
    """The form that says what a right answer holds."""

    model_config = ConfigDict(extra="forbid")

    set: Name
    question: Annotated[str, Field(max_length=2000)]
    expect: Literal["answer", "abstain"]
    answers: Annotated[str, Field(max_length=20_000)] = ""


class Gone(BaseModel):
    """Where the page goes next."""

    address: str


def add_evaluation(app: FastAPI, evaluations: Evaluations) -> dict[str, View]:
    """Serve what forms send, under ``ACTIONS``; returns the view, by its name.

    ``set``, ``run`` and ``against`` in the view's address choose its part.
    """
    app.mount(ACTIONS, build_evaluation_app(evaluations))

    def show(fields: QueryFields, _: Person) -> str:
        name, run, against = (fields.first(key) for key in ("set", "run", "against"))
        if run and against:
            return compare_view(read_compare_page(evaluations, against, run))
        if run:
            page = read_run_page(evaluations, run, fields)
            return beginning_view(page) if isinstance(page, WorkState) else run_view(page)
        if name:
            return set_view(read_set_page(evaluations, name))
        return overview_view(read_overview(evaluations))

    return {VIEW: show}


def build_evaluation_app(evaluations: Evaluations) -> FastAPI:
    """What is served under ``ACTIONS``. Every refusal is a problem (RFC 9457) with a sentence."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(editor_of)])
    add_problem_handlers(app)
    _add_runs(app, evaluations)
    _add_sets(app, evaluations)
    return app


def _add_runs(app: FastAPI, evaluations: Evaluations) -> None:
    @app.post("/runs", status_code=202)
    def start(editor: Editor, wanted: RunRequest) -> Gone:
        run = RunWanted(wanted.set, wanted.way, wanted.limit or 0, wanted.asked_on, wanted.name, _budget(wanted.budget))
        return Gone(address=evaluate_address(run=evaluations.start(run, editor.name)))

    @app.post("/runs/resume", status_code=202)
    def resume(editor: Editor, wanted: ResumeRequest) -> Gone:
        name = evaluations.go_on(wanted.name, _budget(wanted.budget), editor.name)
        return Gone(address=evaluate_address(run=name))

    @app.post("/delete-run")
    def delete(wanted: NameRequest) -> Gone:
        evaluations.delete_run(wanted.name)
        return Gone(address=evaluate_address())

    @app.get("/report/{name}")
    def report(name: str, against: Annotated[str, Query(max_length=_LONGEST)] = "") -> Response:
        found = evaluations.run_named(name)
        if found is None:
            return problem(404, "Not found", texts.NO_SUCH_RUN)
        if not against:
            return FileResponse(
                report_of(evaluations.store, found), media_type="text/html; charset=utf-8", headers=_FRESH
            )
        earlier = evaluations.run_named(against)
        if earlier is None:
            return problem(404, "Not found", texts.NO_SUCH_RUN)
        return HTMLResponse(render_report(read_run(found.folder), read_run(earlier.folder)), headers=_FRESH)


def _add_sets(app: FastAPI, evaluations: Evaluations) -> None:
    @app.post("/sets", status_code=201)
    async def keep(request: Request, name: Annotated[str, Query(max_length=_LONGEST)], replace: bool = False) -> Gone:
        content = bytearray()
        async for piece in request.stream():
            content += piece
            if len(content) > MOST_SET_BYTES:
                raise UsageError(texts.TOO_LARGE_SET)
        kept = await run_in_threadpool(evaluations.keep_set, name, bytes(content), replace=replace)
        return Gone(address=evaluate_address(set=kept.name))

    @app.get("/sets/{name}")
    def download(name: str) -> Response:
        found = evaluations.set_named(name)
        if not found.path.is_file():
            return problem(404, "Not found", texts.NO_SUCH_SET)
        headers = {**_FRESH, "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"}
        return FileResponse(found.path, media_type="application/octet-stream", headers=headers)

    @app.post("/expectations")
    def expectation(said: ExpectationRequest) -> Gone:
        evaluations.fill_in(said.set, said.question, said.answers, refuse=said.expect == "abstain")
        return Gone(address=evaluate_address(set=said.set))

    @app.post("/delete-set")
    def delete(wanted: NameRequest) -> Gone:
        evaluations.delete_set(wanted.name)
        return Gone(address=evaluate_address())

    @app.post("/feedback", status_code=201)
    def feedback() -> Gone:
        return Gone(address=evaluate_address(set=evaluations.take_feedback().name))

    @app.post("/excerpts", status_code=201)
    def excerpts() -> Gone:
        return Gone(address=evaluate_address(set=evaluations.make_excerpts().name))


def _budget(text: str) -> Budget | None:
    if not text.strip():
        return None
    try:
        return Budget.parse(text)
    except ValueError:
        raise UsageError(texts.NOT_A_BUDGET) from None


ROOMY = (ACTIONS + "/sets",)  # may send more than other requests: see MOST_SET_BYTES
