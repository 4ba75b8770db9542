"""Run folders: what is in them, going on after an interruption, several questions at once, the budget, the cache."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from archive.article import article_id_for
from archive.errors import UsageError
from archive.filters import SearchFilter
from archive.settings import Settings
from archive.store import ArchiveStore, RemovalSelector
from assistant.answer import Mode, Usage
from assistant.language_model import LanguageModel, open_language_model
from evaluation.compare import compare_runs
from evaluation.model_calls import ReplyCache
from evaluation.prices import Budget, Prices
from evaluation.run import RunOptions, evaluate
from evaluation.run_folder import read_run
from tests.evaluation.support import QUESTIONS, rows_of, run_over, small_archive
from tests.fake_openai import FakeOpenAI, Status

PRICES = Prices("USD", {"fake-chat": (1.0, 10.0)})


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


def model(fake: FakeOpenAI) -> LanguageModel:
    found = open_language_model(Settings(openai_base_url=fake.base_url, model="fake-chat", model_retries=0))
    assert found is not None
    return found


def without_times(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key not in {"timings_ms", "first_text_ms"}} for row in rows]


def test_a_run_holds_every_setting_and_a_row_per_question(store: ArchiveStore, tmp_path: Path) -> None:
    run = run_over(store, tmp_path / "run")
    assert run == json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert run["finished"]
    assert run["archive"]["articles"] == 3
    assert run["prompts"].keys() >= {"answer.md"}
    assert run["packages"]["chromadb"]
    assert run["machine"]["cores"]
    assert "openai_api_key" not in run["settings"]
    rows = rows_of(tmp_path / "run")
    assert [row["id"] for row in rows] == [question.id for question in QUESTIONS]
    kept = {"id", "retrieved", "answer", "refused", "confidence", "sentences", "sources", "timings_ms"}
    assert all(kept <= row.keys() for row in rows)
    cost = rows[0]
    assert cost["scores"]["contains_answer"] == cost["scores"]["hits@4"] == cost["scores"]["attribution_all"] == 1.0
    assert rows[2]["refused"] is True
    assert run["summary"]["relevant_not_in_archive"] == 1
    assert rows[3]["scores"]["recall@10"] == 0.5
    assert set(run["summary"]["by_tag"]) == {"direct", "money", "absent"}
    assert set(run["summary"]["by_kind"]) == {"one fact", "unanswerable"}
    assert "tokens" not in run["summary"]


def test_retrieval_only_has_no_answers(store: ArchiveStore, tmp_path: Path) -> None:
    run = run_over(store, tmp_path / "run", retrieval_only=True)
    assert "answer" not in rows_of(tmp_path / "run")[0]
    assert run["summary"]["latency_ms"]["plan"]["median"] > 0, "planning is part of what a search takes"
    assert "contains_answer" not in run["summary"]["scores"]
    assert "refusals" not in run["summary"]


class InterruptedHereError(Exception):
    """Somebody pressed Ctrl-C."""


@pytest.mark.parametrize("cut", ["", '{"id": "fund", "retr'])
def test_interrupted_and_resumed_gives_the_same_numbers(store: ArchiveStore, tmp_path: Path, cut: str) -> None:
    def interrupt(done: int, total: int) -> None:
        if done == 2:
            raise InterruptedHereError

    whole = run_over(store, tmp_path / "whole")
    with pytest.raises(InterruptedHereError):
        run_over(store, tmp_path / "parts", on_progress=interrupt)
    with (tmp_path / "parts" / "questions.jsonl").open("a", encoding="utf-8") as file:
        file.write(cut)
    assert not read_run(tmp_path / "parts").run["finished"]
    seen: list[int] = []
    parts = run_over(store, tmp_path / "parts", on_progress=lambda done, total: seen.append(done))
    assert seen == [2, 3, 4]
    same = ("scores", "by_tag", "by_kind", "refusals", "questions")
    assert {key: parts["summary"][key] for key in same} == {key: whole["summary"][key] for key in same}
    assert without_times(rows_of(tmp_path / "parts")) == without_times(rows_of(tmp_path / "whole"))


def test_a_folder_of_another_run_is_refused(store: ArchiveStore, tmp_path: Path) -> None:
    run_over(store, tmp_path / "run")
    with pytest.raises(UsageError, match="holds a finished run"):
        run_over(store, tmp_path / "run")
    run = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    (tmp_path / "run" / "run.json").write_text(json.dumps(run | {"finished": False}), encoding="utf-8")
    with pytest.raises(UsageError, match=r"other settings.*\(options differ\)"):
        run_over(store, tmp_path / "run", retrieval_only=True)
    with pytest.raises(UsageError, match="question_set differ"):
        run_over(store, tmp_path / "run", QUESTIONS[:2])
    (tmp_path / "run" / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match="isn't a run's"):
        run_over(store, tmp_path / "run")


def test_a_folder_of_somebody_s_own_files_is_refused(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("https://news.example/bridge: to be read again", encoding="utf-8")
    with small_archive(tmp_path / "archive") as store:
        with pytest.raises(UsageError, match=r"mine holds other files \(notes\.txt\)"):
            run_over(store, mine)
        with pytest.raises(UsageError, match=r"mine holds other files"):
            run_over(store, tmp_path / "run", cache=mine)
        store.remove(RemovalSelector(names=("bridge",)), "a court's order")
    assert [file.name for file in mine.iterdir()] == ["notes.txt"]


def test_several_questions_at_once_give_the_rows_of_one_at_a_time(
    store: ArchiveStore, tmp_path: Path, fake: FakeOpenAI
) -> None:
    together = threading.Barrier(3)

    def all_three(request: Any) -> str:
        together.wait(timeout=60)  # only passes when three questions are under way at once
        return "NOT_IN_ARCHIVE"

    answerable = [question for question in QUESTIONS if question.expect == "answer"]
    fake.answer = all_three
    run = run_over(store, tmp_path / "many", answerable, language_model=model(fake), concurrency=3)
    assert run["finished"]
    assert [row["id"] for row in rows_of(tmp_path / "many")] == [question.id for question in answerable]


def test_tokens_cost_and_time_to_first_text(store: ArchiveStore, tmp_path: Path, fake: FakeOpenAI) -> None:
    run = run_over(store, tmp_path / "run", QUESTIONS[:1], language_model=model(fake), prices=PRICES)
    row = rows_of(tmp_path / "run")[0]
    assert row["mode"] == "model"
    assert row["first_text_ms"] > 0
    usage = row["usage"]
    assert (usage["prompt_tokens"], usage["requests"], usage["from_cache"]) == (100 * usage["requests"], 1, 0)
    assert usage["cost"] == pytest.approx((usage["prompt_tokens"] * 1 + usage["completion_tokens"] * 10) / 1e6)
    assert run["summary"]["cost"]["total"] == pytest.approx(usage["cost"])
    assert run["summary"]["tokens"]["prompt"] == usage["prompt_tokens"]
    assert run["language_model"].startswith("model fake-chat at 127.0.0.1")


def test_a_model_without_a_price_has_tokens_but_no_cost(store: ArchiveStore, tmp_path: Path, fake: FakeOpenAI) -> None:
    run = run_over(store, tmp_path / "run", QUESTIONS[:1], language_model=model(fake))
    assert "cost" not in run["summary"]
    assert run["summary"]["tokens"]["requests"] == 1


def test_the_same_question_is_not_asked_twice(store: ArchiveStore, tmp_path: Path, fake: FakeOpenAI) -> None:
    first = run_over(store, tmp_path / "1", QUESTIONS[:2], language_model=model(fake), cache=tmp_path / "cache")
    asked = len(fake.chats)
    second = run_over(store, tmp_path / "2", QUESTIONS[:2], language_model=model(fake), cache=tmp_path / "cache")
    assert len(fake.chats) == asked
    assert second["summary"]["scores"] == first["summary"]["scores"]
    assert second["summary"]["tokens"] == {"prompt": 0, "completion": 0, "requests": 0, "from_cache": asked,
                                           "estimated": False}  # fmt: skip
    assert "first_text_ms" not in second["summary"], "what a cache gives back took no time"
    assert "answer" not in second["summary"]["latency_ms"]
    run_over(store, tmp_path / "3", QUESTIONS[:2], language_model=model(fake))
    assert len(fake.chats) == 2 * asked, "without a cache it is asked"


def test_a_failed_reply_is_not_kept(store: ArchiveStore, tmp_path: Path, fake: FakeOpenAI) -> None:
    fake.script(Status(500))
    run_over(store, tmp_path / "1", QUESTIONS[:1], language_model=model(fake), cache=tmp_path / "cache")
    assert rows_of(tmp_path / "1")[0]["mode"] == "quotes"
    run_over(store, tmp_path / "2", QUESTIONS[:1], language_model=model(fake), cache=tmp_path / "cache")
    assert rows_of(tmp_path / "2")[0]["mode"] == "model"


def test_a_spent_budget_ends_the_run_cleanly_and_a_larger_one_goes_on(
    store: ArchiveStore, tmp_path: Path, fake: FakeOpenAI
) -> None:
    answerable = [question for question in QUESTIONS if question.expect == "answer"]
    budget = Budget.parse("50 tokens")
    run = run_over(store, tmp_path / "run", answerable, language_model=model(fake), budget=budget)
    assert not run["finished"]
    assert "budget of 50 tokens is spent after 1 of 3 questions" in run["stopped"]
    assert run["summary"]["questions"] == 1
    run = run_over(store, tmp_path / "run", answerable, language_model=model(fake), budget=Budget.parse("1m tokens"))
    assert run["finished"]
    assert "stopped" not in run
    money = Budget.parse("0.0001")
    run = run_over(store, tmp_path / "money", answerable, language_model=model(fake), budget=money, prices=PRICES)
    assert "0.0001 is spent" in run["stopped"]


def test_a_budget_in_money_needs_a_price(store: ArchiveStore, tmp_path: Path, fake: FakeOpenAI) -> None:
    with pytest.raises(UsageError, match=r"no price for the model .*backissue-prices\.toml"):
        run_over(store, tmp_path / "run", language_model=model(fake), budget=Budget.parse("1"))


def test_a_takedown_reaches_runs_and_the_cache(tmp_path: Path, fake: FakeOpenAI) -> None:
    with small_archive(tmp_path / "archive") as store:
        run_over(store, tmp_path / "run", language_model=model(fake), cache=tmp_path / "cache")
        assert "4.2 million" in (tmp_path / "run" / "questions.jsonl").read_text(encoding="utf-8")
        store.remove(RemovalSelector(names=("bridge",)), "a court's order")
        for file in [*(tmp_path / "run").iterdir(), *(tmp_path / "cache").iterdir()]:
            assert "reopen on Thursday after the repair" not in file.read_text(encoding="utf-8"), file
        left = read_run(tmp_path / "run")
        assert left.removed >= 1
        assert all("id" in row for row in left.rows)


def test_a_run_that_was_told_to_stop_says_so_and_goes_on(store: ArchiveStore, tmp_path: Path) -> None:
    done: list[int] = []
    options = RunOptions(mode=Mode.QUOTES, set_name="town.jsonl")
    arguments = {"settings": Settings(archive=store.folder), "options": options}
    stopped = evaluate(
        store,
        QUESTIONS,
        tmp_path / "run",
        on_progress=lambda count, total: done.append(count),
        should_stop=lambda: done[-1] == 3,
        **arguments,
    )
    assert not stopped["finished"] and stopped["stopped"].startswith("Stopped after 3 of 4 questions.")
    assert stopped["summary"]["questions"] == 3 and len(rows_of(tmp_path / "run")) == 3
    whole = evaluate(store, QUESTIONS, tmp_path / "run", **arguments)
    assert whole["finished"] and whole["set_name"] == "town.jsonl" and "stopped" not in whole
    assert [row["id"] for row in rows_of(tmp_path / "run")] == [question.id for question in QUESTIONS]


def test_where_the_chat_listens_is_no_setting_of_a_run(store: ArchiveStore, tmp_path: Path) -> None:
    here, there = (Settings(archive=store.folder, port=port) for port in (7860, 7861))
    options = RunOptions(mode=Mode.QUOTES)
    evaluate(store, QUESTIONS, tmp_path / "run", settings=here, options=options, should_stop=lambda: True)
    run = evaluate(store, QUESTIONS, tmp_path / "run", settings=there, options=options)
    assert run["finished"] and "port" not in run["settings"]
    older = read_run(tmp_path / "run")
    older.run["settings"] = older.run["settings"] | {"port": 7860}
    assert compare_runs(older, read_run(tmp_path / "run")).settings == ()


def test_an_article_taken_down_while_a_run_is_under_way_is_not_in_it(tmp_path: Path) -> None:
    with small_archive(tmp_path / "archive") as store:

        def take_down(done: int, total: int) -> None:
            if done == 2:
                store.remove(RemovalSelector(names=("bridge",)), "a court's order")

        run = run_over(store, tmp_path / "run", on_progress=take_down)
        texts = (tmp_path / "run" / "questions.jsonl").read_text(encoding="utf-8")
        assert "bearings" not in texts and run["finished"]
        left = read_run(tmp_path / "run")
        assert left.removed >= 1 and run["summary"]["questions"] == len(left.rows) < len(QUESTIONS)


def test_a_reply_that_was_under_way_during_a_takedown_is_not_kept_in_the_cache(
    tmp_path: Path, fake: FakeOpenAI
) -> None:
    with small_archive(tmp_path / "archive") as store:
        inner = model(fake)

        class Slow:
            def __getattr__(self, name: str) -> Any:
                return getattr(inner, name)

            def stream(self, *given: Any, **options: Any) -> Any:
                reply = inner.stream(*given, **options)
                if store.count_articles(SearchFilter(article_ids=(article_id_for("bridge"),))):
                    store.remove(RemovalSelector(names=("bridge",)), "a court's order")  # while the model writes
                return reply

        run_over(store, tmp_path / "run", QUESTIONS[:2], language_model=cast("Any", Slow()), cache=tmp_path / "cache")
        kept = (tmp_path / "cache" / "model-replies.jsonl").read_text(encoding="utf-8").splitlines()
        assert len(fake.chats) == 2 and len(kept) == 1, "only the reply to the question after it"


def test_an_article_taken_down_meanwhile_isn_t_named_in_what_should_have_been_found(tmp_path: Path) -> None:
    with small_archive(tmp_path / "archive") as store:
        asked = [QUESTIONS[3].model_copy(update={"relevant": ("bridge",)}), *QUESTIONS[1:3]]

        def take_down(done: int, total: int) -> None:
            if done == 1:
                store.remove(RemovalSelector(names=("bridge",)), "a court's order")

        settings = Settings(archive=store.folder, evidence_passages=1)
        run_over(store, tmp_path / "run", asked, settings=settings, on_progress=take_down)
        assert "Harbour Bridge to reopen" not in (tmp_path / "run" / "questions.jsonl").read_text(encoding="utf-8")


def test_a_line_that_cant_be_read_costs_no_other(store: ArchiveStore, tmp_path: Path) -> None:
    run_over(store, tmp_path / "run")
    path = tmp_path / "run" / "questions.jsonl"
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join([lines[0], lines[1][:50], *lines[2:]]), encoding="utf-8")
    assert [row["id"] for row in read_run(tmp_path / "run").rows] == ["cost", "nobody", "ferry"]
    questions = tmp_path / "run" / "question_set.jsonl"
    whole = questions.read_text(encoding="utf-8")
    questions.write_text(whole.replace('{"id":"fund"', '{"removed": "x"}\n{"id":"fund"'), encoding="utf-8")
    assert read_run(tmp_path / "run").removed == 1, "a question that was removed counts, too"
    questions.write_text(whole + "{", encoding="utf-8")
    with pytest.raises(UsageError, match=r"question_set\.jsonl, line 5: not JSON"):
        read_run(tmp_path / "run")


@pytest.mark.parametrize("text", ["a\u2028b", "a\x85b", "half of a pair: \ud83d"])
def test_a_reply_with_any_character_is_kept(tmp_path: Path, text: str) -> None:
    ReplyCache(tmp_path).put("k", text, Usage("m", 1, 1, 1), "stop")
    known = ReplyCache(tmp_path).get("k")
    assert known is not None and known["text"] == text.replace("\ud83d", "?")


def test_a_reply_that_was_cut_off_costs_no_other(tmp_path: Path) -> None:
    (tmp_path / "model-replies.jsonl").write_text('{"key": "cut", "te', encoding="utf-8")
    cache = ReplyCache(tmp_path)
    for key in ("a", "b"):
        cache.put(key, "text", Usage("m", 1, 1, 1), "stop")
    assert [ReplyCache(tmp_path).get(key) is not None for key in ("cut", "a", "b")] == [False, True, True]
