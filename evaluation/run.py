"""One evaluation's way: question set -> the product's own answers -> a run folder.

The same command goes on where an interrupted run stopped; with a language model several questions can be under way at
once. A budget ends the run between two questions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from archive.errors import UsageError
from archive.filters import SearchFilter
from archive.settings import Settings
from archive.store import ArchiveStore
from assistant.answer import Mode
from assistant.language_model import LanguageModel
from evaluation.answering import Answering
from evaluation.model_calls import ReplyCache
from evaluation.prices import Budget, Prices, read_prices
from evaluation.question_set import TestQuestion
from evaluation.run_folder import append_row, begin, describe, make_known, read_rows, write_rows, write_run
from evaluation.summary import summarize

Row = dict[str, Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What is run: ``asked_on`` is the day for questions that name none (default: the archive's last day).

    ``concurrency`` questions are under way at once; ``cache`` is the folder of replies known already; ``set_name`` is
    kept to tell runs apart.
    """

    mode: Mode = Mode.AUTO
    retrieval_only: bool = False
    asked_on: date | None = None
    concurrency: int = 1
    budget: Budget | None = None
    prices: Prices = field(default_factory=read_prices)
    cache: Path | None = None
    set_name: str = ""


def evaluate(
    store: ArchiveStore,
    questions: list[TestQuestion],
    out: Path,
    *,
    settings: Settings,
    options: RunOptions,
    language_model: LanguageModel | None = None,
    on_progress: Progress = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Answer every question and write the run folder; returns what ``run.json`` holds.

    A folder with rows of the same settings and questions is continued. ``finished`` is False where the budget was spent
    before the end, or ``should_stop`` (asked before each question) said so: ``stopped`` tells, and the same command
    goes on. Raises UsageError for a folder of another run, or a budget in money for a model without a price.
    """
    described = described_run(store, questions, settings, options, language_model)
    begin(store, out, described, questions)
    if options.cache is not None:
        options.cache.mkdir(parents=True, exist_ok=True)
        make_known(store, options.cache)
    answering = Answering(
        store,
        settings,
        options.mode,
        options.retrieval_only,
        options.asked_on,
        language_model,
        options.prices,
        ReplyCache(options.cache),
    )
    earlier, removed = read_rows(out)
    write_rows(out, [*earlier, *removed])  # without a last line that was cut off
    by_id: dict[str, Row] = {row["id"]: row for row in earlier}
    began = time.perf_counter()
    left = [question for question in questions if question.id not in by_id]
    on_progress(len(questions) - len(left), len(questions))
    spending = _Spending(options, list(by_id.values()))

    def is_over() -> bool:
        return should_stop() or spending.is_over()

    for row in _rows(answering, left, options.concurrency, is_over):
        by_id[spending.added(row)["id"]] = row
        append_row(out, row)
        on_progress(len(by_id), len(questions))
    answered = [by_id[question.id] for question in questions if question.id in by_id]
    with store.writing_side_files():  # no takedown meanwhile
        rows, gone = _still_there(store, answered, since=described["archive"]["generation"])
        write_rows(out, [*rows, *removed, *gone])
    run: dict[str, Any] = described | {
        "finished": len(answered) == len(questions),
        "spent": {"tokens": spending.tokens, "money": round(spending.money, 6), "currency": options.prices.currency},
        "seconds": round(time.perf_counter() - began, 2),
        "summary": summarize(questions, rows),
    }
    if not run["finished"]:
        why = f"The budget of {options.budget} is spent" if spending.is_over() else "Stopped"
        more = "with a larger --budget " if spending.is_over() else ""
        run["stopped"] = f"{why} after {len(answered)} of {len(questions)} questions. The same command {more}goes on."
    write_run(out, run)
    return run


def described_run(
    store: ArchiveStore,
    questions: Sequence[TestQuestion],
    settings: Settings,
    options: RunOptions,
    language_model: LanguageModel | None,
) -> dict[str, Any]:
    """What ``run.json`` says of a run before its first question."""
    described = describe(store, questions, settings, _settings_of(options), _described(language_model))
    return described | {"set_name": options.set_name}


def _still_there(store: ArchiveStore, rows: list[Row], *, since: int) -> tuple[list[Row], list[Row]]:
    """The rows, without those that quote what was taken down since a generation; and what stands in their places."""
    if store.generation == since:
        return rows, []
    kept: list[Row] = []
    gone: list[Row] = []
    known: dict[str, bool] = {}
    for row in rows:
        quoted = {one["article_id"] for one in (*row.get("retrieved", ()), *row.get("sources", ()))}
        for article_id in quoted - known.keys():
            known[article_id] = bool(store.count_articles(SearchFilter(article_ids=(article_id,))))
        missing = sorted(article_id for article_id in quoted if not known[article_id])
        if missing:
            gone.append({"removed": missing[0]})
        else:
            kept.append(row)
    return kept, gone


def _rows(
    answering: Answering, questions: Sequence[TestQuestion], concurrency: int, is_over: Callable[[], bool]
) -> Iterator[Row]:
    """Rows as they are done; nothing new is begun once it is over."""
    if concurrency == 1:
        for question in questions:
            if is_over():
                return
            yield answering.row(question)
        return
    waiting = iter(questions)
    with ThreadPoolExecutor(concurrency, thread_name_prefix="question") as pool:
        under_way: set[Future[Row]] = set()
        try:
            while True:
                while len(under_way) < concurrency and not is_over():
                    following = next(waiting, None)
                    if following is None:
                        break
                    under_way.add(pool.submit(answering.row, following))
                if not under_way:
                    return
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                for one in done:
                    yield one.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


class _Spending:
    """What the rows of a run have used so far, against the budget. Used by the thread that writes the rows alone."""

    def __init__(self, options: RunOptions, earlier: Sequence[Row]) -> None:
        self._budget = options.budget
        self._unpriced: str | None = None
        self.tokens, self.money = 0, 0.0
        for row in earlier:
            self.added(row)

    def added(self, row: Row) -> Row:
        """Count a row."""
        if usage := row.get("usage"):
            self.tokens += usage["prompt_tokens"] + usage["completion_tokens"]
            self.money += usage["cost"] or 0.0
            if usage["cost"] is None:
                self._unpriced = usage["model"] or "(unnamed)"
        return row

    def is_over(self) -> bool:
        """Whether nothing more may be begun. Raises UsageError where a budget in money has no price to go by."""
        if self._budget is None:
            return False
        if self._budget.money is not None and self._unpriced is not None:
            raise UsageError(
                f"There is no price for the model {self._unpriced!r}, so a budget in money can't be kept. Give it one "
                "in backissue-prices.toml (docs/evaluation.md says how), or set --budget in tokens: 200000tokens."
            )
        return self._budget.is_spent(self.tokens, self.money)


def options_of(run: Mapping[str, Any]) -> RunOptions:
    """The options that an earlier run was made with, from its ``run.json``, to go on with it."""
    kept = run["options"]
    return RunOptions(
        Mode(kept["mode"]),
        retrieval_only=bool(kept["retrieval_only"]),
        asked_on=date.fromisoformat(kept["asked_on"]) if kept["asked_on"] else None,
        concurrency=int(kept["concurrency"]),
        set_name=str(run.get("set_name") or ""),
    )


def _settings_of(options: RunOptions) -> dict[str, Any]:
    """What of the options a score may depend on."""
    return {
        "mode": options.mode.value,
        "retrieval_only": options.retrieval_only,
        "asked_on": options.asked_on.isoformat() if options.asked_on else None,
        "concurrency": options.concurrency,
    }


def _described(language_model: LanguageModel | None) -> str | None:
    return None if language_model is None else language_model.describe()
