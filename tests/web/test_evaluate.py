"""The Evaluate view over HTTP: sets, runs, comparisons; who may; and that nothing in it becomes markup."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

import web.evaluating
from archive.settings import Settings
from archive.store import ArchiveStore, RemovalSelector
from assistant.language_model import open_language_model
from assistant.question import Question
from tests.fake_openai import FakeOpenAI
from tests.web.allowed_markup import assert_ours
from tests.web.attacks import OWN_ATTACKS
from tests.web.conftest import ARTICLES, incoming
from web import texts
from web.accounts import Role
from web.evaluating import KIND, Evaluations
from web.evaluation_page import CARDS_SHOWN
from web.evaluation_routes import MOST_SET_BYTES, add_evaluation
from web.failed_requests import FailedRequests
from web.frontpage import navigation
from web.identity import Identify
from web.limits import BodyLimit
from web.long_work import LongWork, Phase, WorkState
from web.readers_first import ReadersFirst
from web.render_work import work_progress
from web.views import add_views
from web.work_routes import add_work_routes

WAIT = 60.0
QUESTIONS = [
    {"id": "cost", "question": "What did the repair of the Harbour Bridge cost?", "answers": ["4.2 million crowns"],
     "expect": "answer", "tags": ["money"]},
    {"id": "fund", "question": "How large is the fund for the traders?", "answers": ["900,000 crowns"],
     "expect": "answer", "tags": ["money"]},
    {"id": "chess", "question": "Who won the chess championship in Lima?", "expect": "abstain"},
    {"id": "more", "question": "And who said so?", "answers": ["Ingrid Møller"],
     "history": [{"role": "user", "content": "What did the repair of the Harbour Bridge cost?"},
                 {"role": "assistant", "content": "4.2 million crowns."}]},
]  # fmt: skip


def lines(records: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


class Desk:
    """The view over an archive of its own, as an editor and as a reader reach it."""

    def __init__(self, store: ArchiveStore, **settings: Any) -> None:
        self.store = store
        self.work = LongWork()
        made = Settings(archive=store.folder, **settings)
        self.evaluations = Evaluations(store, made, open_language_model(made), self.work, ReadersFirst())
        self.editor, self.reader = self._client(Role.EDITOR), self._client(Role.READER)

    def _client(self, role: Role) -> TestClient:
        app = FastAPI()
        add_views(app, {}, for_editors=add_evaluation(app, self.evaluations))
        add_work_routes(app, self.work)
        app.add_middleware(FailedRequests)
        app.add_middleware(BodyLimit, roomy=("/evaluate/sets",))
        app.add_middleware(Identify, sessions=None, without_account=role)
        return TestClient(app)

    def add(self, name: str = "town.jsonl", records: list[dict[str, Any]] | None = None) -> None:
        answer = self.editor.post(
            f"/evaluate/sets?name={name}", content=lines(QUESTIONS if records is None else records)
        )
        assert answer.status_code == 201, answer.text

    def run(self, name: str, **wanted: Any) -> None:
        answer = self.editor.post("/evaluate/runs", json={"set": "town.jsonl", "name": name, **wanted})
        assert answer.status_code == 202, answer.text
        assert self.ended().phase is Phase.DONE, self.ended().error

    def ended(self) -> WorkState:
        deadline = time.monotonic() + WAIT
        while time.monotonic() < deadline:
            state = self.work.state(KIND)
            if state is not None and not state.under_way:
                return state
            time.sleep(0.02)
        raise AssertionError("it never ended")

    def view(self, **fields: Any) -> str:
        answer = self.editor.get("/view/evaluate", params=fields)
        assert answer.status_code == 200, answer.text
        assert_ours(answer.text)
        return answer.text


@pytest.fixture
def desk(make_archive: Callable[..., ArchiveStore]) -> Iterator[Desk]:
    made = Desk(make_archive(*ARTICLES))
    yield made
    made.work.close(WAIT)


def test_without_sets_and_runs_each_says_what_to_do_next(desk: Desk) -> None:
    page = desk.view()
    assert texts.NO_SETS in page and texts.NO_RUNS in page and texts.EXCERPTS_HELP in page
    made = desk.editor.post("/evaluate/excerpts")
    assert made.status_code in {201, 422}  # the archive's articles may all be too short
    for fields in ({"set": "nothing.jsonl"}, {"run": "nothing"}, {"run": "a", "against": "b"}):
        answer = desk.editor.get("/view/evaluate", params=fields)
        assert answer.status_code == 400
        assert (texts.NO_SUCH_SET if "set" in fields else texts.NO_SUCH_RUN) in answer.text


def test_readers_neither_see_it_nor_reach_it(desk: Desk) -> None:
    desk.add()
    desk.run("monday")
    name = {"name": "monday"}
    for answer in (
        desk.reader.get("/view/evaluate"),
        desk.reader.get("/view/evaluate?run=monday"),
        desk.reader.get("/evaluate/report/monday"),
        desk.reader.get("/evaluate/sets/town.jsonl"),
        desk.reader.post("/evaluate/runs", json={"set": "town.jsonl"}),
        desk.reader.post("/evaluate/runs/resume", json=name),
        desk.reader.post("/evaluate/delete-run", json=name),
        desk.reader.post("/evaluate/delete-set", json={"name": "town.jsonl"}),
        desk.reader.post("/evaluate/sets?name=mine.jsonl", content=lines(QUESTIONS)),
        desk.reader.post("/evaluate/feedback"),
        desk.reader.post("/evaluate/excerpts"),
    ):
        assert answer.status_code == 403 and texts.EDITORS_ONLY in answer.text, answer.text
        assert "Harbour" not in answer.text
    assert desk.view(run="monday") and len(list((desk.store.folder / "questions").iterdir())) == 1
    assert texts.NAV_EVALUATE not in navigation() and texts.NAV_EVALUATE in navigation(may_edit=True)


def test_a_set_is_looked_at_before_it_is_run(desk: Desk) -> None:
    desk.add(records=[*QUESTIONS, {"id": "open", "question": "What happened?"}])
    page = desk.view(set="town.jsonl")
    assert texts.questions(5) in page and "money" in page and texts.FILL_IN in page
    assert "4.2 million crowns" in page and texts.REFUSAL_EXPECTED in page and texts.RUN_MODEL not in page
    assert desk.editor.get("/evaluate/sets/town.jsonl").content == lines(
        [*QUESTIONS, {"id": "open", "question": "What happened?"}]
    )
    assert desk.editor.get("/evaluate/sets/..%2Fcatalog.sqlite3").status_code in {404, 422}
    gone = desk.editor.post("/evaluate/delete-set", json={"name": "town.jsonl"})
    assert gone.status_code == 200 and texts.NO_SETS in desk.view()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "bad.jsonl",
            b'{"id": "1", "question": "Who?"}\n{"id": "2"}\n',
            "bad.jsonl, line 2, question: Field required.",
        ),
        ("twice.csv", b"question,question\na,b\n", "twice.csv, line 1: two columns are named 'question'."),
        ("set.docx", b"x", "set.docx is no form"),
        ("empty.jsonl", b"", "empty.jsonl holds no question."),
    ],
)
def test_a_wrong_set_is_refused_with_its_line(desk: Desk, name: str, content: bytes, said: str) -> None:
    answer = desk.editor.post(f"/evaluate/sets?name={name}", content=content)
    assert answer.status_code == 422 and said in answer.json()["detail"]
    assert "backissue-" not in answer.text and texts.NO_SETS in desk.view()


def test_too_large_a_set_is_refused_and_small_requests_stay_small(desk: Desk) -> None:
    answer = desk.editor.post("/evaluate/sets?name=a.jsonl", content=b" " * (MOST_SET_BYTES + 1))
    assert answer.status_code == 422 and answer.json()["detail"] == texts.TOO_LARGE_SET
    assert desk.editor.post("/evaluate/delete-set", content=b" " * 1_000_001).status_code == 413


def test_a_run_its_scores_its_failures_and_its_report(desk: Desk) -> None:
    desk.add()
    desk.run("Monday, early")
    page = desk.view(run="Monday-early")
    assert "Contains the answer" in page and "60" not in texts.questions(4)
    failed = desk.view(run="Monday-early", show="bad")
    assert "How large is the fund for the traders?" in failed and "900,000 crowns" in failed
    assert "a fund of 600,000 crowns" in failed and "/article/" in failed
    assert "/?q=How+large+is+the+fund" in failed and "asked_on=2024-12-17" in failed
    everything = desk.view(run="Monday-early", show="all")
    assert everything.count('<details class="outcome">') == 4
    assert texts.NONE_OF_THESE in desk.view(run="Monday-early", show="open") or "open" in everything
    report = desk.editor.get("/evaluate/report/Monday-early")
    assert report.status_code == 200 and "Content-Security-Policy" in report.text and "Monday-early" in report.text
    assert desk.editor.get("/evaluate/report/nothing").status_code == 404
    assert 'href="/?view=evaluate&amp;run=Monday-early"' in desk.view()
    gone = desk.editor.post("/evaluate/delete-run", json={"name": "Monday-early"})
    assert gone.json() == {"address": "/?view=evaluate"} and texts.NO_RUNS in desk.view()
    assert not (desk.store.folder / "runs" / "Monday-early").exists()


def test_two_runs_are_compared(desk: Desk) -> None:
    desk.add()
    desk.run("monday")
    assert texts.NO_OTHER_RUN in desk.view(run="monday")
    desk.store.add([incoming("Fund raised", "The fund for the traders of the quay is 900,000 crowns now, the "
                             "council of Varnholm said.", "Northern Wire", date(2024, 12, 18))])  # fmt: skip
    desk.run("tuesday")
    page = desk.view(run="tuesday", against="monday")
    assert texts.compared_questions(4) in page and "archive.articles: 3 → 4" in page
    won = page.split(f'{texts.WON} <span class="count">')[1]
    assert won.startswith("1<") and "How large is the fund for the traders?" in won.split("</section>")[0]
    assert "settings.port" not in page
    report = desk.editor.get("/evaluate/report/tuesday?against=monday")
    assert report.status_code == 200 and "Against" in report.text
    assert 'value="monday" selected' in desk.view()


def test_pages_of_questions(desk: Desk) -> None:
    many = [{"id": str(number), "question": f"Who won race {number} in Lima?"} for number in range(CARDS_SHOWN + 3)]
    desk.add(records=many)
    desk.run("long", way="passages")
    first, last = desk.view(run="long"), desk.view(run="long", page=2)
    assert first.count('<details class="outcome">') == CARDS_SHOWN and texts.page_of(1, 2) in first
    assert last.count('<details class="outcome">') == 3
    assert desk.view(run="long", page="99999") == last and desk.view(run="long", page="x", show="x") == first


def test_a_run_is_stopped_and_gone_on_with(desk: Desk) -> None:
    many = [{"id": str(number), "question": f"What did bridge {number} cost?"} for number in range(400)]
    desk.add(records=many)
    answer = desk.editor.post("/evaluate/runs", json={"set": "town.jsonl", "name": "long", "limit": "399"})
    assert answer.json() == {"address": "/?view=evaluate&run=long"}
    assert texts.evaluating("long") in desk.view(run="long")  # whether its first file is there or not
    again = desk.editor.post("/evaluate/runs", json={"set": "town.jsonl"})
    assert again.status_code == 422 and texts.evaluating("long") in again.json()["detail"]
    while (state := desk.work.state(KIND)) is not None and state.done < 2:
        time.sleep(0.02)
    assert desk.editor.post("/evaluate/delete-run", json={"name": "long"}).json()["detail"] == texts.STILL_RUNNING
    desk.editor.post("/work/evaluation/stop")
    assert desk.ended().phase is Phase.STOPPED
    page = desk.view(run="long")
    assert texts.RESUME in page and "of 399 questions were asked." in page
    done = desk.ended().done
    assert desk.editor.post("/evaluate/runs/resume", json={"name": "long"}).status_code == 202
    desk.editor.post("/work/evaluation/stop")
    assert desk.ended().phase is Phase.STOPPED and desk.ended().first >= done

    desk.store.add([incoming("More", "Something else happened in Varnholm.", "Northern Wire", date(2024, 12, 18))])
    refused = desk.editor.post("/evaluate/runs/resume", json={"name": "long"})
    assert refused.status_code == 422 and refused.json()["detail"] == texts.cannot_go_on(["archive"])


def test_a_run_that_is_finished_is_not_gone_on_with(desk: Desk) -> None:
    desk.add()
    desk.run("monday", limit=2, asked_on="2024-03-21")
    assert desk.evaluations.run_named("monday").run["options"]["asked_on"] == "2024-03-21"
    answer = desk.editor.post("/evaluate/runs/resume", json={"name": "monday"})
    assert answer.json()["detail"] == texts.FINISHED_ALREADY
    for wrong in (
        {"limit": "0"},
        {"limit": "x"},
        {"asked_on": "soon"},
        {"way": "magic"},
        {"budget": "lots"},
        {"x": "y"},
    ):
        assert desk.editor.post("/evaluate/runs", json={"set": "town.jsonl", **wrong}).status_code == 422, wrong
    without_model = desk.editor.post("/evaluate/runs", json={"set": "town.jsonl", "way": "model"})
    assert without_model.json()["detail"] == texts.NO_MODEL_HERE


def test_a_run_in_a_models_words(make_archive: Callable[..., ArchiveStore]) -> None:
    with FakeOpenAI() as model:
        desk = Desk(make_archive(*ARTICLES), openai_base_url=model.base_url, model="fake-chat-1", model_retries=0)
        desk.add(records=QUESTIONS[:1])
        assert texts.RUN_MODEL in desk.view(set="town.jsonl") and texts.RUN_BUDGET in desk.view(set="town.jsonl")
        desk.run("monday", way="model", budget="200000tokens")
        asked = len(model.requests)
        assert asked and desk.evaluations.run_named("monday").run["language_model"]
        desk.run("tuesday", way="model")
        assert len(model.requests) == asked  # what the model said is known already
        desk.work.close(WAIT)


def test_readers_verdicts_become_a_set(desk: Desk) -> None:
    assert desk.editor.post("/evaluate/feedback").json()["detail"] == texts.NO_FEEDBACK
    said = {"when": "2024-05-03T14:05:00+00:00", "verdict": "down", "question": "When does it open?", "reason": "no"}
    feedback = desk.store.folder / "conversations" / "feedback.jsonl"
    feedback.parent.mkdir(exist_ok=True)
    feedback.write_text(json.dumps(said) + "\n", encoding="utf-8")
    assert texts.readers_minded(1) in desk.view()
    answer = desk.editor.post("/evaluate/feedback")
    assert answer.json() == {"address": "/?view=evaluate&set=from-readers.jsonl"}
    page = desk.view(set="from-readers.jsonl")
    assert "When does it open?" in page and texts.unscored(1) in desk.view()
    assert texts.readers_minded(1) not in desk.view()
    assert texts.FILL_IN in page and texts.READER_MINDED in page

    wanted = {"set": "from-readers.jsonl", "question": re.findall(r'name="question" value="([^"]+)"', page)[0]}
    empty = desk.editor.post("/evaluate/expectations", json={**wanted, "expect": "answer", "answers": " \n"})
    assert empty.status_code == 422 and "at least one string" in empty.json()["detail"]
    nobody = desk.editor.post("/evaluate/expectations", json={**wanted, "question": "x", "expect": "abstain"})
    assert nobody.status_code == 422 and "no such question" in nobody.json()["detail"]
    told = {**wanted, "expect": "answer", "answers": "on Thursday\n\n 14 March \n"}
    assert desk.reader.post("/evaluate/expectations", json=told).status_code == 403
    assert desk.editor.post("/evaluate/expectations", json=told).status_code == 200
    page = desk.view(set="from-readers.jsonl")
    assert "on Thursday; 14 March" in page and texts.FILL_IN not in page
    (line,) = (desk.store.folder / "questions" / "from-readers.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["feedback"]["reason"] == "no" and json.loads(line)["expect"] == "answer"

    feedback.write_text("{\n", encoding="utf-8")
    assert "feedback.jsonl, line 1: not JSON" in desk.view().replace("&#x27;", "'")


def test_nothing_in_sets_and_runs_becomes_markup(make_archive: Callable[..., ArchiveStore]) -> None:
    attacks = [attack.encode("utf-8", "replace").decode() for attack in OWN_ATTACKS]
    articles = [
        incoming(f"{attack} quokka", f"The quokka said {attack} on Monday in Lima.", attack, date(2024, 3, 1 + number),
                 identity=f"attack-{number}", url=attack)
        for number, attack in enumerate(attacks)
    ]  # fmt: skip
    desk = Desk(make_archive(*articles))
    records = [
        {"id": f"{number} {attack}", "question": f"What did the quokka say? {attack}", "answers": [attack],
         "tags": [attack], "kind": attack, "relevant": [attack, "attack-1"], "assertions": [attack],
         "history": [{"role": "user", "content": attack}]}
        for number, attack in enumerate(attacks)
    ]  # fmt: skip
    desk.add(records=records)
    hostile = desk.editor.post(
        "/evaluate/sets", params={"name": '<img src=x onerror="alert(1)">.jsonl'}, content=lines(records)
    )
    assert hostile.status_code == 201
    (desk.store.folder / "questions" / "<script>alert(1)<").mkdir()
    (desk.store.folder / "questions" / "<b>.jsonl").write_text("<script>alert(1)</script>", encoding="utf-8")
    desk.run("<script>alert(1)</script>")
    desk.run("again", asked_on="2024-03-05")
    hostile_run, other = '<img src=x onerror="alert(1)">', "script-alert-1-script"
    (desk.store.folder / "runs" / "again").rename(desk.store.folder / "runs" / hostile_run)
    for show in ("all", "bad", "open"):
        assert desk.view(run=hostile_run, show=show)
    assert desk.view(run=other, against=hostile_run) and desk.view(run=hostile_run, against=other)
    assert desk.view() and desk.view(set="town.jsonl")
    broken = desk.editor.get("/view/evaluate", params={"set": "<b>.jsonl"})
    assert_ours(broken.text)
    assert "<script>" not in broken.text
    desk.work.close(WAIT)


# --- readers first ---------------------------------------------------------------------------------------------------


def test_an_evaluation_waits_while_somebody_is_answered() -> None:
    readers, go_on = ReadersFirst(), threading.Event()

    def slowly(question: Question) -> Iterator[Any]:
        go_on.wait(WAIT)
        yield question

    asked = Question("When?", asked_on=date(2024, 1, 1))
    answering = threading.Thread(target=lambda: list(readers.counting(slowly)(asked)), daemon=True)
    readers.wait(lambda: False)  # nobody asks: at once
    answering.start()
    waited = threading.Event()
    waiting = threading.Thread(target=lambda: (readers.wait(lambda: False), waited.set()), daemon=True)
    time.sleep(0.1)
    waiting.start()
    assert not waited.wait(0.3)
    readers.wait(lambda: True)  # who should stop doesn't wait
    readers.wait(lambda: False, at_most_seconds=0.0)
    go_on.set()
    assert waited.wait(WAIT)


def test_an_answer_given_up_is_no_longer_counted() -> None:
    readers = ReadersFirst()
    events = readers.counting(lambda question: iter([1, 2, 3]))(Question("When?", asked_on=date(2024, 1, 1)))
    looked: list[bool] = []

    def should_stop() -> bool:
        looked.append(True)  # asked only while somebody's question is being answered
        return True

    next(events)
    readers.wait(should_stop)
    assert looked
    events.close()
    looked.clear()
    readers.wait(should_stop)
    assert not looked


# --- how long it will take ---------------------------------------------------------------------------------------


def test_the_time_left_counts_from_where_the_work_began() -> None:
    began = datetime(2024, 3, 1, tzinfo=UTC)
    state = WorkState(KIND, 1, "x", "", Phase.RUNNING, began, "questions", 60, 100, first=50, stage_began=began)
    assert state.seconds_left(began + timedelta(seconds=20)) == 80.0
    assert texts.about(80) in work_progress(state, now=began + timedelta(seconds=20))
    just_begun = WorkState(KIND, 1, "x", "", Phase.RUNNING, began, "questions", 51, 100, first=50, stage_began=began)
    assert just_begun.seconds_left(began + timedelta(seconds=20)) is None
    assert [texts.about(seconds) for seconds in (0.2, 34, 89, 6000)] == [
        "about 1 s left",
        "about 30 s left",
        "about 1 min left",
        "about 1.7 h left",
    ]


def test_excerpts_that_wait_for_a_takedown_bring_nothing_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    long = " ".join(f"The crane number {n} of the harbour was taken to the yard on old rails." for n in range(9))
    desk.store.add([incoming(f"Crane {n}", long.replace("crane", f"crane{n}"), "Wire", None) for n in range(3)])
    draw = web.evaluating.excerpt_questions
    gone: list[str] = []

    def drawn_before(store: ArchiveStore, count: int) -> Iterator[dict[str, Any]]:
        records = list(draw(store, count))
        gone.extend(records[0]["relevant"])
        store.remove(RemovalSelector(tuple(gone)), "test")
        return iter(records)

    monkeypatch.setattr(web.evaluating, "excerpt_questions", drawn_before)
    made = desk.evaluations.make_excerpts()
    assert made.questions and all(not set(gone) & set(question.relevant) for question in made.questions)
