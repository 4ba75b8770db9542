"""A model, a budget and a judge through the commands, as a user gives them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import main
from archive.store import ArchiveStore
from tests.evaluation.support import QUESTIONS, small_archive
from tests.evaluation.test_judging import lenient
from tests.fake_openai import FakeOpenAI, Request, first_sentences


def answering_and_judging(request: Request) -> str:
    """One server that is both the model under test and the judge."""
    return (
        lenient(request) if "-answer>" in request.prompt or "-sentence " in request.prompt else first_sentences(request)
    )


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        server.answer = answering_and_judging
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "the-key-of-the-model")
        yield server


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an archive and a question set, to work in."""
    store: ArchiveStore = small_archive(tmp_path / "archive")
    store.close()
    # the archive was embedded by the tests' embedder; the command is to search by words alone
    monkeypatch.setattr("archive.embedder.open_embedder", lambda settings: None)
    lines = (question.model_dump_json(exclude_defaults=True) + "\n" for question in QUESTIONS)
    (tmp_path / "set.jsonl").write_text("".join(lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_budget_a_larger_one_and_a_judge_elsewhere(
    here: Path, fake: FakeOpenAI, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluate = ["--archive", "archive", "evaluate", "set.jsonl", "--out", "runs/one", "--model", "fake-chat-1"]
    assert main([*evaluate, "--budget", "50tokens"]) == 1
    told = capsys.readouterr()
    assert "budget of 50 tokens is spent after" in told.err
    assert main([*evaluate, "--concurrency", "3"]) == 2, "how many at once is a setting of the run"
    assert "options differ" in capsys.readouterr().err
    assert main(evaluate) == 0
    assert "tokens (in, out)" in capsys.readouterr().out
    assert (here / "runs" / "model-cache" / "model-replies.jsonl").exists()

    with FakeOpenAI() as judge:
        judge.answer = lenient
        asked = ["judge", "runs/one", "--judge-model", "strict-1", "--judge-base-url", judge.base_url, "--json"]
        assert main(asked) == 0
        run = json.loads(capsys.readouterr().out)
        assert run["judge"]["model"].startswith("model strict-1 at ")
        assert run["summary"]["judge"]["with_itself"]["share"] == 1.0
        keys = {chat.headers["authorization"] for chat in judge.chats}
        assert keys == {"Bearer no-key-needed"}, "the judge's host never sees the key of the model under test"
    page = (here / "runs" / "one" / "report.html").read_text(encoding="utf-8")
    assert "How far to trust the judge" in page
    assert "Judge, asked again" in page
    assert "the-key-of-the-model" not in page + (here / "runs" / "one" / "run.json").read_text(encoding="utf-8")


def test_a_budget_is_shared_with_the_judge(here: Path, fake: FakeOpenAI, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate = ["--archive", "archive", "evaluate", "set.jsonl", "--out", "run", "--mode", "quotes", "--json"]
    assert main([*evaluate, "--judge-model", "strict-1", "--budget", "20tokens"]) == 1
    told = capsys.readouterr()
    run = json.loads(told.out)
    assert run["finished"] and run["judge"]["judged"] < run["judge"]["answers"]
    assert "backissue judge run" in told.err
    assert main(["judge", "run", "--judge-model", "strict-1", "--budget", "1m tokens", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["judge"]["judged"] == run["judge"]["answers"]


def test_a_judge_beside_the_run(here: Path, fake: FakeOpenAI, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate = ["--archive", "archive", "evaluate", "set.jsonl", "--out", "run", "--mode", "quotes", "--no-cache"]
    assert main([*evaluate, "--judge-model", "strict-1", "--json"]) == 0
    run = json.loads(capsys.readouterr().out)
    assert run["summary"]["scores"]["judge_correct"]["mean"] == 1.0
    assert {chat.body["model"] for chat in fake.chats} == {"strict-1"}
    assert not (here / "model-cache").exists()
