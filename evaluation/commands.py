"""``backissue evaluate``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from rich.table import Table

from archive.errors import UsageError
from archive.terminal import (
    DONE,
    CommandParsers,
    add_command,
    console,
    day,
    opened,
    positive,
    print_json,
    progress_bars,
    settings_of,
)
from assistant.answer import Mode


def add_commands(commands: CommandParsers) -> None:
    """Register the command that scores answers."""
    evaluate = add_command(commands, "evaluate", run_evaluate, "answer a question set and score the answers")
    evaluate.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    evaluate.add_argument("--out", type=Path, required=True, metavar="DIR", help="the run's folder")
    evaluate.add_argument("--limit", type=positive, metavar="N", help="only the first N questions")
    evaluate.add_argument("--retrieval-only", action="store_true", help="find passages, don't answer")
    evaluate.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.AUTO, help="who writes the answers")
    evaluate.add_argument("--model", metavar="NAME", help="the language model at the endpoint")
    evaluate.add_argument("--asked-on", type=day, metavar="DAY", help="for questions that name no day")


def run_evaluate(arguments: argparse.Namespace) -> int:
    """Run a question set through the product and write the run folder."""
    from assistant.language_model import open_language_model
    from evaluation.question_set import read_question_set
    from evaluation.run import RunOptions, evaluate

    questions = read_question_set(arguments.questions)[: arguments.limit]
    settings = settings_of(arguments, model=arguments.model)
    without_model = arguments.retrieval_only or arguments.mode is Mode.QUOTES
    language_model = None if without_model else open_language_model(settings)
    if arguments.mode is Mode.MODEL and not without_model and language_model is None:
        raise UsageError(
            "--mode model needs a language model: set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own."
        )
    options = RunOptions(arguments.mode, retrieval_only=arguments.retrieval_only, asked_on=arguments.asked_on)
    with opened(settings) as store, progress_bars(quiet=arguments.json) as bars:
        run = evaluate(
            store,
            questions,
            arguments.out,
            settings=settings,
            options=options,
            language_model=language_model,
            on_progress=lambda done, total: bars("questions", done, total),
        )
    if arguments.json:
        print_json(run)
    else:
        _print_summary(run["summary"], arguments.out)
    return DONE


def _print_summary(summary: dict[str, Any], out: Path) -> None:
    table = Table("score", "mean", "questions", title=f"{summary['questions']} questions", title_justify="left")
    for name, score in summary["scores"].items():
        table.add_row(name, f"{score['mean']:.3f}", str(score["questions"]))
    for name, value in summary.get("refusals", {}).items():
        table.add_row(
            f"refusals: {name}",
            "-" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value),
            "",
        )
    for stage, latency in summary["latency_ms"].items():
        table.add_row(f"{stage}, ms (median, p95)", f"{latency['median']:.1f}, {latency['p95']:.1f}", "")
    terminal = console()
    terminal.print(table)
    terminal.print(f"Every question: {out / 'questions.jsonl'}; settings and summary: {out / 'run.json'}")
