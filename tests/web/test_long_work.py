"""Long work started in the browser: one of a kind, told how far it is, stopped, and never lost without a word."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from archive.errors import ArchiveBusyError, UsageError
from tests.web.allowed_markup import Markup
from web import texts
from web.accounts import Role
from web.identity import Identify
from web.long_work import LongWork, Phase, Progress, WorkState
from web.render_work import work_progress
from web.security import OwnPagesOnly, host_names_for
from web.work_routes import add_work_routes

WAIT = 20.0  # seconds, for a machine that does other things too


class Held:
    """Work that goes on until it is let go or asked to stop; tells it has begun."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, on_progress: Progress, should_stop: Callable[[], bool]) -> object:
        on_progress("articles", 3, 12)
        self.begun.set()
        while not should_stop():
            if self.go.wait(0.01):
                return "everything"
        return "a part"


def ended(work: LongWork, kind: str) -> WorkState:
    done = threading.Event()
    for _ in range(2000):
        state = work.state(kind)
        assert state is not None
        if not state.under_way:
            return state
        done.wait(0.01)
    raise AssertionError(state)


def test_work_tells_how_far_it_is_and_keeps_its_result() -> None:
    work, held = LongWork(), Held()
    assert work.state("ingest") is None and work.stop("ingest") is None
    started = work.start("ingest", "Two files", "anna", held)
    assert started.phase is Phase.RUNNING and started.started.utcoffset() == timedelta(0)
    assert held.begun.wait(WAIT)
    now = work.state("ingest")
    assert now is not None and (now.stage, now.done, now.total, now.by) == ("articles", 3, 12, "anna")
    held.go.set()
    last = ended(work, "ingest")
    assert last.phase is Phase.DONE and last.result == "everything" and last.ended is not None
    assert work.stop("ingest") == last  # too late: nothing changes


def test_one_of_a_kind_at_a_time() -> None:
    work, first, other = LongWork(), Held(), Held()
    number = work.start("ingest", "Two files", "anna", first).number
    with pytest.raises(UsageError, match=r"“Two files”, started by anna, is still under way"):
        work.start("ingest", "More", "berta", Held())
    work.start("evaluation", "Questions", "", other)  # of another kind
    first.go.set()
    ended(work, "ingest")
    again = Held()
    assert work.start("ingest", "More", "berta", again).number > number
    work.close(WAIT)
    assert ended(work, "evaluation").phase is Phase.STOPPED


def test_stopped_work_keeps_what_it_did() -> None:
    work, held = LongWork(), Held()
    work.start("ingest", "Two files", "", held)
    assert held.begun.wait(WAIT)
    asked = work.stop("ingest")
    assert asked is not None and asked.phase in {Phase.STOPPING, Phase.STOPPED}
    last = ended(work, "ingest")
    assert last.phase is Phase.STOPPED and last.result == "a part"


def test_closing_stops_everything_and_takes_nothing_on() -> None:
    work, held = LongWork(), Held()
    work.start("ingest", "Two files", "", held)
    work.close(WAIT)
    state = work.state("ingest")
    assert state is not None and state.phase is Phase.STOPPED
    with pytest.raises(UsageError, match="being stopped"):
        work.start("ingest", "More", "", Held())


def test_what_goes_wrong_is_said(caplog: pytest.LogCaptureFixture) -> None:
    def busy(on_progress: Progress, should_stop: Callable[[], bool]) -> object:
        raise ArchiveBusyError("The archive is being written by somebody.")

    def defect(on_progress: Progress, should_stop: Callable[[], bool]) -> object:
        raise KeyError("passage")

    work = LongWork()
    work.start("ingest", "Two files", "", busy)
    failed = ended(work, "ingest")
    assert failed.phase is Phase.FAILED and failed.error == "The archive is being written by somebody."
    work.start("ingest", "Two files", "", defect)
    failed = ended(work, "ingest")
    assert failed.phase is Phase.FAILED and failed.ended is not None
    reference = re.search(r"reference ([0-9a-f]{8})", failed.error)
    assert reference and "KeyError" not in failed.error
    # The log has what the page hasn't, under the same reference.
    assert reference[0] in caplog.text and "Traceback" in caplog.text and "KeyError: 'passage'" in caplog.text


def test_the_bar_is_safe_and_spoken_of_seldom() -> None:
    work, held = LongWork(), Held()
    work.start("ingest", '<img src=x onerror="alert(1)">', "<b>anna</b>", held)
    assert held.begun.wait(WAIT)
    state = work.state("ingest")
    assert state is not None
    page = Markup(work_progress(state))
    assert page.foreign == []
    assert '<img src=x onerror="alert(1)">' in page.text and "<b>anna</b>" in page.text and "3 of 12" in page.text
    assert ("section", "data-work", "/work/ingest") in page.attributes
    assert ("div", "aria-valuenow", "3") in page.attributes
    said = Markup(work_progress(state).partition('data-part="said">')[2].partition("</p>")[0]).text
    assert said == f"{texts.WORK_STAGES['articles']} 25%"  # not every number
    work.close(WAIT)
    over = work.state("ingest")
    assert over is not None and "data-stop" not in work_progress(over) and texts.WORK_STOPPED in work_progress(over)


def site(work: LongWork, role: Role) -> TestClient:
    app = FastAPI()
    add_work_routes(app, work)
    app.add_middleware(Identify, sessions=None, without_account=role)
    app.add_middleware(OwnPagesOnly, host_names=host_names_for("127.0.0.1", ""))
    return TestClient(app, base_url="http://127.0.0.1:7860")


def test_a_reader_neither_sees_nor_stops_it() -> None:
    work, held = LongWork(), Held()
    work.start("ingest", "Two files", "", held)
    reader = site(work, Role.READER)
    for answer in (reader.get("/work/ingest"), reader.post("/work/ingest/stop")):
        assert answer.status_code == 403 and texts.EDITORS_ONLY in answer.text and "Two files" not in answer.text
    state = work.state("ingest")
    assert state is not None and state.phase is Phase.RUNNING
    editor = site(work, Role.EDITOR)
    assert "Two files" in editor.get("/work/ingest").text
    assert editor.get("/work/evaluation").status_code == 404
    assert editor.get("/work/ingest/stop").status_code == 405  # an address in a link or a picture does nothing
    assert editor.post("/work/ingest/stop", headers={"origin": "http://127.0.0.1:7860"}).status_code == 200
    assert ended(work, "ingest").phase is Phase.STOPPED


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://127.0.0.1:8000", "http://127.0.0.1", "http://evil.example:7860"],
)
def test_another_sites_page_changes_nothing(origin: str) -> None:
    work, held = LongWork(), Held()
    work.start("ingest", "Two files", "", held)
    answer = site(work, Role.EDITOR).post("/work/ingest/stop", headers={"origin": origin})
    assert answer.status_code == 403
    state = work.state("ingest")
    assert state is not None and state.phase is Phase.RUNNING
    # a name made to point at this machine
    answer = site(work, Role.EDITOR).post("/work/ingest/stop", headers={"origin": origin, "host": "evil.example:7860"})
    assert answer.status_code == 421
    work.close(WAIT)
