"""``report.html``: one page that holds a whole run, for editors; it needs no other file and no network.

The page is made by a template that escapes everything. Its own style and script are let through by their digest, and
nothing else may run or be fetched: an article or a model can put nothing into it but text.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from archive.errors import UsageError
from evaluation.compare import Comparison, compare_runs
from evaluation.report_plots import plots_of
from evaluation.report_questions import Card, card_of
from evaluation.run_folder import Run, read_run
from evaluation.score_names import HEADLINES, LABELS, grouped, label

REPORT_FILE = "report.html"
_SHOWN_FIRST = 6


def write_report(folder: Path, against: Path | None = None) -> Path:
    """Write the report of a run, against an earlier one if given; returns the file.

    Raises UsageError for a folder that holds no run, or runs without a question in common.
    """
    run = read_run(folder)
    if "summary" not in run.run:
        raise UsageError(f"{folder} has no summary yet. Run the same `backissue evaluate` again: it goes on.")
    earlier = None if against is None else read_run(against)
    path = folder / REPORT_FILE
    try:
        path.write_text(render_report(run, earlier), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}). Choose another folder.") from error
    return path


def render_report(run: Run, earlier: Run | None = None) -> str:
    """The page as text."""
    comparison = None if earlier is None else compare_runs(earlier, run)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"percent": _percent, "signed": _signed}
    environment.globals |= {"label": label}
    style, script = _own("report.css"), _own("report.js")
    return environment.from_string(_own("report.html.j2")).render(
        policy=f"default-src 'none'; img-src data:; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'",
        style=Markup(style),  # noqa: S704 - ours, a file of this package
        script=Markup(script),  # noqa: S704 - ours, a file of this package
        name=run.folder.resolve().name,
        run=run.run,
        summary=run.run["summary"],
        earlier=earlier,
        comparison=comparison,
        tiles=_tiles(run, comparison),
        plots=[(title, Markup(svg), note) for title, svg, note in plots_of(run, earlier)],  # noqa: S704 - ElementTree's
        groups=_groups(run, comparison),
        by_group=_by_group(run),
        settings=_settings(run.run),
        cards=_cards(run, earlier, comparison),
        tags=sorted({tag for question in run.questions for tag in question.tags}),
        removed=run.removed,
    )


def _own(name: str) -> str:
    return (resources.files("evaluation") / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _percent(value: float, scale: int = 100) -> str:
    return f"{value * scale:.1f}" if scale > 1 else f"{value:.3f}"


def _signed(value: float, scale: int = 100) -> str:
    if not value:
        return "±0"
    return (f"{value * scale:+.1f}" if scale > 1 else f"{value:+.3f}").replace("-", "−")


def _tiles(run: Run, comparison: Comparison | None) -> list[dict[str, Any]]:
    """The few numbers that stand first."""
    summary = run.run["summary"]
    scores: Mapping[str, Any] = summary["scores"]
    tiles = [_tile(name, label(name), scores[name], comparison) for name in HEADLINES if name in scores][:_SHOWN_FIRST]
    refusals = summary.get("refusals", {})
    if refusals.get("area_under_roc") is not None:
        low, high = refusals.get("area_under_roc_interval", (None, None))
        score = {"mean": refusals["area_under_roc"], "low": low, "high": high, "questions": summary["questions"]}
        tiles.append(_tile("refusals.area_under_roc", "Telling what it can't answer", score, comparison))
    return tiles


def _tile(name: str, title: str, score: Mapping[str, Any], comparison: Comparison | None) -> dict[str, Any]:
    says = LABELS[name].says if name in LABELS else "area under ROC: 0.5 is guessing, 1 always right"
    change = comparison.scores.get(name) if comparison is not None else None
    share = name != "refusals.area_under_roc"
    return {
        "label": title,
        "says": says,
        "score": score,
        "scale": 100 if share else 1,
        "change": change,
        "direction": _direction(change),
    }


def _direction(change: Mapping[str, float] | None) -> str:
    """Whether a change is more than chance: up, down, or unsure."""
    if change is None or not change["difference"]:
        return "same"
    if "low" not in change or change["low"] <= 0 <= change["high"]:
        return "unsure"
    return "up" if change["difference"] > 0 else "down"


def _groups(run: Run, comparison: Comparison | None) -> list[tuple[str, list[dict[str, Any]]]]:
    scores = run.run["summary"]["scores"]
    return [
        (
            title,
            [
                {
                    "name": name,
                    "label": label(name),
                    "says": LABELS[name].says if name in LABELS else "",
                    "score": scores[name],
                    "change": (change := comparison.scores.get(name) if comparison else None),
                    "direction": _direction(change),
                }
                for name in names
            ],
        )
        for title, names in grouped(scores)
    ]


def _by_group(run: Run) -> dict[str, Any]:
    """The first scores per tag and per kind, as (title, rows); a score that doesn't apply to a group is None."""
    summary = run.run["summary"]
    names = [name for name in HEADLINES if name in summary["scores"]][:_SHOWN_FIRST]
    tables = []
    for title, groups in (("tag", summary["by_tag"]), ("kind", summary["by_kind"])):
        rows = [
            (name, group["questions"], [group["scores"].get(score) for score in names])
            for name, group in sorted(groups.items(), key=lambda pair: -int(pair[1]["questions"]))
        ]
        if len(rows) > 1:
            tables.append((title, rows))
    return {"names": names, "tables": tables}


def _settings(run: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Everything the run was made with, flat."""
    kept = ("started", "seconds", "backissue", "git", "language_model", "judge", "options", "archive", "question_set",
            "machine", "settings", "prompts", "packages", "spent")  # fmt: skip
    return [pair for key in kept if key in run for pair in _flat(key, run[key])]


def _flat(name: str, value: Any) -> list[tuple[str, str]]:  # noqa: ANN401 (any JSON value)
    if isinstance(value, dict):
        return [pair for key, inner in value.items() for pair in _flat(f"{name}.{key}", inner)]
    return [(name, "–" if value is None else str(value))]


def _cards(run: Run, earlier: Run | None, comparison: Comparison | None) -> Sequence[Card]:
    before = earlier.by_id if earlier is not None else {}
    changes = {change.id: change for change in comparison.changes} if comparison is not None else {}
    rows = run.by_id
    return [
        card_of(question, rows[question.id], before.get(question.id), changes.get(question.id))
        for question in run.questions
        if question.id in rows
    ]
