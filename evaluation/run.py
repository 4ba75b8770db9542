"""One evaluation's way: question set -> the product's own answers -> a run folder.

The same command goes on where an interrupted run stopped; with a language model several questions can be under way at
once. A budget ends the run between two questions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from archive.filters import SearchFilter
from archive.settings import Settings
from archive.store import ArchiveStore
from assistant.answer import Mode
from assistant.language_model import LanguageModel
from evaluation.answering import Answering
from evaluation.at_once import results_at_once
from evaluation.model_calls import ReplyCache
from evaluation.prices import Budget, Prices, Spending, read_prices
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
    goes on. Raises UsageError for a folder of another run or of other files, or a budget in money for a model without a
    price.
    """
    described = described_run(store, questions, settings, options, language_model)
    if options.cache is not None:
        make_known(store, options.cache)
    begin(store, out, described, questions)
    answering = _answering(store, settings, options, language_model)
    earlier, removed = read_rows(out)
    write_rows(out, [*earlier, *removed])  # without a last line that was cut off
    by_id: dict[str, Row] = {row["id"]: row for row in earlier}
    began = time.perf_counter()
    left = [question for question in questions if question.id not in by_id]
    on_progress(len(questions) - len(left), len(questions))
    spending = Spending(options.budget)
    for row in earlier:
        _count(spending, row)

    def is_over() -> bool:
        return should_stop() or spending.is_over()

    for row in results_at_once(answering.row, left, options.concurrency, is_over):
        _count(spending, row)
        by_id[row["id"]] = row
        append_row(out, row)
        on_progress(len(by_id), len(questions))
    answered = [by_id[question.id] for question in questions if question.id in by_id]
    with store.writing_side_files():  # no takedown meanwhile
        rows, gone = _still_there(store, answered, since=described["archive"]["generation"])
        write_rows(out, [*rows, *removed, *gone])
        answering.forget(by_id.keys() - {row["id"] for row in rows})
    run: dict[str, Any] = described | {
        "finished": len(answered) == len(questions),
        "spent": spending.as_json(options.prices.currency),
        "seconds": round(time.perf_counter() - began, 2),
        "summary": summarize(questions, rows),
    }
    if not run["finished"]:
        run["stopped"] = _stopped(options.budget if spending.is_over() else None, len(answered), len(questions))
    write_run(out, run)
    return run


def _answering(
    store: ArchiveStore, settings: Settings, options: RunOptions, language_model: LanguageModel | None
) -> Answering:
    return Answering(
        store,
        settings,
        options.mode,
        options.retrieval_only,
        options.asked_on,
        language_model,
        options.prices,
        ReplyCache(options.cache),
    )


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


def _stopped(spent: Budget | None, answered: int, questions: int) -> str:
    """Say why the run ended early, by what budget or by hand, and how it goes on."""
    why = "Stopped" if spent is None else f"The budget of {spent} is spent"
    more = "" if spent is None else "with a larger --budget "
    return f"{why} after {answered} of {questions} questions. The same command {more}goes on."


def _count(spending: Spending, row: Row) -> None:
    if usage := row.get("usage"):
        spending.add(usage)


def _still_there(store: ArchiveStore, rows: list[Row], *, since: int) -> tuple[list[Row], list[Row]]:
    """The rows, without those that quote what was taken down since a generation; and what stands in their places."""
    if store.generation == since:
        return rows, []
    kept: list[Row] = []
    gone: list[Row] = []
    known: dict[str, bool] = {}
    for row in rows:
        named = (*row.get("retrieved", ()), *row.get("sources", ()), *row.get("relevant", ()))
        quoted = {one["article_id"] for one in named if "article_id" in one}
        for article_id in quoted - known.keys():
            known[article_id] = bool(store.count_articles(SearchFilter(article_ids=(article_id,))))
        missing = sorted(article_id for article_id in quoted if not known[article_id])
        if missing:
            gone.append({"removed": missing[0]})
        else:
            kept.append(row)
    return kept, gone


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
