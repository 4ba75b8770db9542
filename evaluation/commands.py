"""``backissue evaluate`` and ``backissue questions``; what is done with a finished run is in run_commands.py."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.counts import plural
from archive.errors import UsageError
from archive.settings import Settings
from archive.terminal import (
    DONE,
    SOME_REJECTED,
    CommandParsers,
    add_command,
    add_model_options,
    console,
    day,
    opened,
    positive,
    print_json,
    progress_bars,
    say,
    settings_of,
)
from assistant.answer import Mode
from evaluation.model_options import cache_of, judge_of, judge_options, spending_options
from evaluation.run_commands import add_run_commands, print_summary

if TYPE_CHECKING:
    from archive.store import ArchiveStore
    from assistant.language_model import LanguageModel
    from evaluation.question_set import TestQuestion
    from evaluation.run import Progress, RunOptions

FORMS = ("jsonl", "csv", "multihop-rag", "beir", "trec")


def add_commands(commands: CommandParsers) -> None:
    """Register the commands that score answers, keep question sets and compare runs."""
    evaluate = add_command(commands, "evaluate", run_evaluate, "answer a question set and score the answers")
    evaluate.add_argument("questions", type=Path, metavar="QUESTIONS", help="JSON lines, CSV, MultiHop-RAG, BEIR, TREC")
    evaluate.add_argument("--out", type=Path, required=True, metavar="DIR", help="the run's folder")
    evaluate.add_argument("--form", choices=FORMS, help="the question set's form (default: by its name)")
    evaluate.add_argument("--qrels", type=Path, metavar="FILE", help="the judgements of a BEIR or TREC set")
    evaluate.add_argument("--limit", type=positive, metavar="N", help="only the first N questions")
    evaluate.add_argument("--retrieval-only", action="store_true", help="find passages, don't answer")
    evaluate.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.AUTO, help="who writes the answers")
    add_model_options(evaluate)
    evaluate.add_argument("--asked-on", type=day, metavar="DAY", help="for questions that name no day")
    evaluate.add_argument(
        "--concurrency", type=positive, default=1, metavar="N", help="so many questions under way at once (default: 1)"
    )
    spending_options(evaluate)
    evaluate.add_argument("--no-report", action="store_true", help="don't write report.html")
    judge_options(evaluate)
    _add_questions(commands)
    add_run_commands(commands)


def _add_questions(commands: CommandParsers) -> None:
    questions = add_command(commands, "questions", run_questions, "look at a question set, add to it, or make one")
    questions.add_argument("action", choices=("show", "add", "excerpts"))
    questions.add_argument("set", type=Path, nargs="?", metavar="SET", help="for show: the question set")
    questions.add_argument("--form", choices=FORMS, help="the question set's form (default: by its name)")
    questions.add_argument("--qrels", type=Path, metavar="FILE", help="the judgements of a BEIR or TREC set")
    questions.add_argument("--from-feedback", type=Path, metavar="FILE", help="for add: verdicts from the chat")
    questions.add_argument("--to", type=Path, metavar="SET", help="for add: the set (JSON lines) they are added to")
    questions.add_argument("--out", type=Path, metavar="SET", help="for excerpts: the set to write")
    questions.add_argument("--number", type=positive, default=200, metavar="N", help="for excerpts: so many (200)")
    questions.add_argument("--dry-run", action="store_true", help="for add: only print what would be added")


def run_evaluate(arguments: argparse.Namespace) -> int:
    """Run a question set through the product and write the run folder."""
    from evaluation.prices import read_prices
    from evaluation.question_forms import read_questions
    from evaluation.run import RunOptions, evaluate

    questions = read_questions(arguments.questions, form=arguments.form, qrels=arguments.qrels)[: arguments.limit]
    settings = settings_of(arguments, model=arguments.model)
    language_model = _language_model(arguments, settings)
    judge = judge_of(arguments, settings, needed=False)
    cache = cache_of(arguments, arguments.out)
    options = RunOptions(
        arguments.mode,
        retrieval_only=arguments.retrieval_only,
        asked_on=arguments.asked_on,
        concurrency=arguments.concurrency,
        budget=arguments.budget,
        prices=read_prices(arguments.prices),
        cache=cache if language_model or judge else None,
        set_name=arguments.questions.name,
    )
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
        if judge is not None and run["finished"]:
            run = _judged(store, arguments.out, run, judge, options, lambda done, total: bars("judged", done, total))
        if not arguments.no_report:
            from evaluation.report import write_report

            with store.writing_side_files():  # no takedown between reading the rows and writing them down again
                write_report(arguments.out)
    return _finish(arguments, run)


def _judged(
    store: ArchiveStore, out: Path, run: dict[str, Any], judge: LanguageModel, options: RunOptions, told: Progress
) -> dict[str, Any]:
    """Grade the answers of a run that has just finished, with what it has left of the budget."""
    from evaluation.judging import judge_run
    from evaluation.prices import Spending

    return judge_run(
        out,
        judge,
        store=store,
        cache=options.cache,
        prices=options.prices,
        spending=Spending(options.budget, tokens=run["spent"]["tokens"], money=run["spent"]["money"]),
        concurrency=options.concurrency,
        on_progress=told,
    )


def _language_model(arguments: argparse.Namespace, settings: Settings) -> LanguageModel | None:
    from assistant.language_model import open_language_model

    if arguments.retrieval_only or arguments.mode is Mode.QUOTES:
        return None
    language_model = open_language_model(settings)
    if arguments.mode is Mode.MODEL and language_model is None:
        raise UsageError(
            "--mode model needs a language model: set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own."
        )
    return language_model


def _finish(arguments: argparse.Namespace, run: dict[str, Any]) -> int:
    if arguments.json:
        print_json(run)
    else:
        print_summary(run["summary"])
        where = arguments.out / ("run.json" if arguments.no_report else "report.html")
        console().print(f"Every question: {where}")
    stopped = run.get("stopped") or run.get("judge", {}).get("stopped")
    if stopped:
        say(f"backissue: {stopped}")
        return SOME_REJECTED
    return DONE


def run_questions(arguments: argparse.Namespace) -> int:
    """Show a question set, add thumbs-down to one, or make one of excerpts."""
    if arguments.action == "add":
        return _add_feedback(arguments)
    if arguments.action == "excerpts":
        return _write_excerpts(arguments)
    from evaluation.question_forms import read_questions

    if arguments.set is None:
        raise UsageError("Name the question set: backissue questions show QUESTIONS.jsonl")
    questions = read_questions(arguments.set, form=arguments.form, qrels=arguments.qrels)
    if arguments.json:
        print_json([question.model_dump(mode="json", exclude_defaults=True) for question in questions])
        return DONE
    _show(questions)
    return DONE


def _show(questions: list[TestQuestion]) -> None:
    from rich.table import Table

    from archive.terminal import printable
    from evaluation.question_set import kind_of

    table = Table("id", "kind", "question", "answers", title=plural(len(questions), "question"), title_justify="left")
    for question in questions:
        answers = "; ".join(question.answers) if question.expect != "abstain" else "(not in the archive)"
        table.add_row(*(printable(text) for text in (question.id, kind_of(question), question.question, answers)))
    console().print(table)


def _add_feedback(arguments: argparse.Namespace) -> int:
    from evaluation.feedback import add_to_set, read_feedback

    if arguments.from_feedback is None or arguments.to is None:
        raise UsageError("Name both files: backissue questions add --from-feedback feedback.jsonl --to questions.jsonl")
    added = add_to_set(read_feedback(arguments.from_feedback), arguments.to, dry_run=arguments.dry_run)
    if arguments.json:
        print_json({"added": list(added.questions), "up": added.up, "already_there": added.already_there})
        return DONE
    terminal = console()
    for record in added.questions:
        reason = record["feedback"]["reason"]
        terminal.print(f"{record['id']}  {record['question']}" + (f"  ({reason})" if reason else ""))
    verb = "would be added" if arguments.dry_run else "added"
    terminal.print(
        f"{len(added.questions)} {verb} to {arguments.to}; {added.already_there} there already; {added.up} thumbs-up "
        "passed over."
    )
    if added.questions and not arguments.dry_run:
        terminal.print(
            "Fill in what a right answer holds: answers, relevant, facts or expect. Until then nothing scores them."
        )
    return DONE


def _write_excerpts(arguments: argparse.Namespace) -> int:
    import json

    from evaluation.excerpts import excerpt_questions

    if arguments.out is None or arguments.out.exists():
        raise UsageError("Name a new file for the excerpts: backissue questions excerpts --out excerpts.jsonl")
    with opened(settings_of(arguments), with_embedder=False) as store:
        records = list(excerpt_questions(store, arguments.number))
    try:
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        arguments.out.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{arguments.out} cannot be written ({error.strerror}). Name another --out.") from None
    if arguments.json:
        print_json({"questions": len(records)})
    else:
        console().print(
            f"{plural(len(records), 'question')} written to {arguments.out}. It quotes articles: treat it as such."
        )
    return DONE
