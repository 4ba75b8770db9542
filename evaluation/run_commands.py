"""What is done with a finished run: ``backissue report``, ``compare``, ``gate`` and ``judge``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from archive.counts import plural
from archive.errors import UsageError
from archive.terminal import (
    DONE,
    SOME_REJECTED,
    CommandParsers,
    add_command,
    console,
    positive,
    print_json,
    printable,
    progress_bars,
    say,
    settings_of,
)
from evaluation.model_options import cache_of, judge_of, judge_options, spending_options

if TYPE_CHECKING:
    from evaluation.compare import Comparison
    from evaluation.gate import Gated

_MOST_LISTED = 20


def add_run_commands(commands: CommandParsers) -> None:
    """Register them."""
    report = add_command(commands, "report", run_report, "write a run's report.html anew, or against an earlier run")
    report.add_argument("run_folder", type=Path, metavar="RUN")
    report.add_argument("--against", type=Path, metavar="OTHER", help="an earlier run: shows what got better and worse")
    compare = add_command(commands, "compare", run_compare, "compare two runs of a question set")
    compare.add_argument("first", type=Path, metavar="BEFORE")
    compare.add_argument("second", type=Path, metavar="AFTER")
    gate = add_command(commands, "gate", run_gate, "fail (exit 1) if a run is below its floors")
    gate.add_argument("run_folder", type=Path, metavar="RUN")
    gate.add_argument("--floors", type=Path, required=True, metavar="FILE")
    gate.add_argument("--raise", dest="raises", action="store_true", help="write higher floors; never lower ones")
    gate.add_argument("--score", action="append", default=[], metavar="NAME", help="with --raise: a floor for it too")
    gate.add_argument(
        "--margin", type=_share, metavar="SHARE", help="with --raise, for a new file: how far below what was measured"
    )
    judge = add_command(commands, "judge", run_judge, "let a language model judge a run's answers")
    judge.add_argument("run_folder", type=Path, metavar="RUN")
    judge.add_argument("--concurrency", type=positive, default=1, metavar="N", help="so many at once (default: 1)")
    spending_options(judge)
    judge_options(judge)


def _share(text: str) -> float:
    """Read a share, 0 or more and less than 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:  # also not a number
        raise argparse.ArgumentTypeError(f"{text!r} is no share: write 0 or more and less than 1, like 0.02")
    return value


def run_report(arguments: argparse.Namespace) -> int:
    """Write the report of a run."""
    from evaluation.archives_of_runs import make_known_to_archive_of, no_takedown
    from evaluation.report import write_report

    settings = settings_of(arguments)
    earlier = [] if arguments.against is None else [arguments.against]
    for run in earlier:
        make_known_to_archive_of(run, arguments.run_folder, settings)
    with no_takedown([arguments.run_folder, *earlier], settings):
        path = write_report(arguments.run_folder, arguments.against)
    if arguments.json:
        print_json({"report": str(path)})
    else:
        console().print(f"{path}")
    return DONE


def run_compare(arguments: argparse.Namespace) -> int:
    """Say what changed between two runs."""
    from evaluation.compare import compare_runs
    from evaluation.run_folder import read_run

    comparison = compare_runs(read_run(arguments.first), read_run(arguments.second))
    if arguments.json:
        print_json(comparison.as_json())
    else:
        _print_comparison(comparison)
    return DONE


def _print_comparison(comparison: Comparison) -> None:
    terminal = console()
    table = Table(
        title=f"{plural(comparison.shared, 'question')} in both",
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for title in ("score", "before", "after", "change", "95 % interval", "up", "down"):
        table.add_column(title, no_wrap=True, justify="left" if title == "score" else "right")
    for name, score in comparison.scores.items():
        interval, surely = "", " "
        if "low" in score:
            interval = f"{score['low']:+.3f} to {score['high']:+.3f}"
            surely = "*" if score["low"] > 0 or score["high"] < 0 else " "
        table.add_row(
            name,
            f"{score['before']:.3f}",
            f"{score['after']:.3f}",
            f"{score['difference']:+.3f}{surely}",
            interval,
            *(str(score[key]) if key in score else "" for key in ("better", "worse")),
        )
    terminal.print(table)
    terminal.print("* the interval leaves 0 out: more than chance")
    for number, which in ((comparison.only_in_first, "before"), (comparison.only_in_second, "after")):
        if number:
            terminal.print(f"{plural(number, 'question')} only in the run {which}: left out.")
    for line in comparison.settings:
        terminal.print(printable(f"Differs: {line}"))
    for verdict, title in (("better", "Won"), ("worse", "Lost"), ("mixed", "Mixed")):
        changes = [change for change in comparison.changes if change.verdict == verdict]
        if changes:
            terminal.print(f"\n{title}: {len(changes)}")
        for change in changes[:_MOST_LISTED]:
            terminal.print(printable(f"  {change.id}  {change.question}"))
        if len(changes) > _MOST_LISTED:
            terminal.print(f"  ... and {len(changes) - _MOST_LISTED} more: --json lists all")


def run_gate(arguments: argparse.Namespace) -> int:
    """Hold a run to its floors, and raise them."""
    from evaluation.gate import check_floors, first_floors, raised, read_floors, write_floors
    from evaluation.run_folder import read_run

    run = read_run(arguments.run_folder)
    extra = tuple(arguments.score)
    if not arguments.raises and (extra or arguments.margin is not None):
        raise UsageError("--score and --margin change the floors: give --raise too.")
    if arguments.raises and not arguments.floors.exists():
        floors = first_floors(run, extra, arguments.margin or 0.0)
        write_floors(arguments.floors, floors)
    else:
        if arguments.margin is not None:
            raise UsageError(f"{arguments.floors} has a margin already; edit it there.")
        floors = read_floors(arguments.floors)
    gated = check_floors(run, floors)
    broken = [one for one in gated if not one.holds]
    if arguments.raises and not broken:
        higher = raised(run, floors, extra)
        if higher != floors:
            write_floors(arguments.floors, higher)
        gated = check_floors(run, higher)
    _print_gate(gated, json=arguments.json)
    return SOME_REJECTED if broken else DONE


def _print_gate(gated: list[Gated], *, json: bool) -> None:
    if json:
        print_json(
            {
                "holds": all(one.holds for one in gated),
                "floors": [
                    {"score": one.name, "floor": one.floor, "measured": one.measured, "holds": one.holds}
                    for one in gated
                ],
            }
        )
        return
    table = Table("score", "floor", "measured", "")
    for one in gated:
        measured = "not measured" if one.measured is None else f"{one.measured:.4f}"
        table.add_row(one.name, f"{one.floor:.3f}", measured, "" if one.holds else "BELOW")
    terminal = console()
    terminal.print(table)
    broken = sum(not one.holds for one in gated)
    terminal.print("Every floor holds." if not broken else f"Broken: {broken} of {plural(len(gated), 'floor')}.")


def run_judge(arguments: argparse.Namespace) -> int:
    """Judge a finished run."""
    from evaluation.archives_of_runs import archive_of, no_takedown
    from evaluation.judging import judge_run
    from evaluation.prices import Spending, read_prices
    from evaluation.report import write_report

    settings = settings_of(arguments)
    judge = judge_of(arguments, settings, needed=True)
    assert judge is not None  # noqa: S101 - needed=True raises
    with archive_of(arguments.run_folder, settings) as store, progress_bars(quiet=arguments.json) as bars:
        run = judge_run(
            arguments.run_folder,
            judge,
            store=store,
            cache=cache_of(arguments, arguments.run_folder),
            prices=read_prices(arguments.prices),
            spending=Spending(arguments.budget),
            concurrency=arguments.concurrency,
            on_progress=lambda done, total: bars("judged", done, total),
        )
    with no_takedown([arguments.run_folder], settings):
        write_report(arguments.run_folder)
    if arguments.json:
        print_json(run)
    else:
        print_summary(run["summary"])
    if stopped := run["judge"].get("stopped"):
        say(f"backissue: {stopped}")
        return SOME_REJECTED
    return DONE


def print_summary(summary: dict[str, Any]) -> None:
    """A run's scores as a table."""
    table = Table(
        "score",
        "mean",
        "95 % interval",
        "questions",
        title=plural(summary["questions"], "question"),
        title_justify="left",
    )
    for name, score in summary["scores"].items():
        interval = f"{score['low']:.3f} to {score['high']:.3f}" if "low" in score else ""
        table.add_row(name, f"{score['mean']:.3f}", interval, str(score["questions"]))
    refusals = summary.get("refusals", {})
    for name in ("refused", "unanswerable", "precision", "recall", "area_under_roc"):
        if name in refusals:
            value, interval = refusals[name], refusals.get(f"{name}_interval")
            shown = "-" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
            table.add_row(f"refusals: {name}", shown, f"{interval[0]:.3f} to {interval[1]:.3f}" if interval else "", "")
    for stage, latency in summary["latency_ms"].items():
        table.add_row(f"{stage}, ms (median, p95)", f"{latency['median']:.1f}, {latency['p95']:.1f}", "", "")
    if first := summary.get("first_text_ms"):
        table.add_row("time to first text, ms (median, p95)", f"{first['median']:.1f}, {first['p95']:.1f}", "", "")
    if tokens := summary.get("tokens"):
        counted = "estimated" if tokens["estimated"] else "as counted by the endpoint"
        table.add_row("tokens (in, out)", f"{tokens['prompt']:,}, {tokens['completion']:,}", counted, "")
    if cost := summary.get("cost"):
        table.add_row(
            "cost (total, per question)", f"{cost['total']:.4f}, {cost['per_question']:.5f}", cost["currency"], ""
        )
    terminal = console()
    terminal.print(table)
    if missing := summary.get("relevant_not_in_archive"):
        terminal.print(f"The archive lacks {plural(missing, 'relevant article')} of the set, which nothing can find.")
    if unjudged := summary.get("unjudged"):
        terminal.print(
            f"Of articles that nobody judged, and counted as not relevant: {unjudged['passages']:,} of "
            f"{plural(unjudged['of'], 'passage')} in the top 10."
        )
