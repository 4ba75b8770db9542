"""``report.html``: one page that holds a whole run, for editors; it needs no other file and no network.

The page is made by a template that escapes everything. Its own style and script are let through by their digest, and
nothing else may run or be fetched: an article or a model can put nothing into it but text.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from archive.counts import plural
from archive.errors import UsageError
from evaluation.compare import Comparison, compare_runs
from evaluation.report_plots import plots_of
from evaluation.report_questions import Card, card_of
from evaluation.report_scores import first_scores, percent, score_groups, scores_by_group, settings_of, signed, tiles_of
from evaluation.run_folder import Run, read_run
from evaluation.score_names import label

REPORT_FILE = "report.html"


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
    environment.filters |= {"percent": percent, "signed": signed, "plural": plural}
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
        tiles=tiles_of(run, comparison),
        plots=[(title, Markup(svg), note) for title, svg, note in plots_of(run, earlier)],  # noqa: S704 - ElementTree's
        groups=score_groups(run, comparison),
        by_group=scores_by_group(run),
        first_scores=first_scores(run),
        settings=settings_of(run.run),
        cards=cards_of(run, earlier, comparison),
        tags=sorted({tag for question in run.questions for tag in question.tags}),
        removed=run.removed,
    )


def _own(name: str) -> str:
    return (resources.files("evaluation") / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def cards_of(run: Run, earlier: Run | None = None, comparison: Comparison | None = None) -> list[Card]:
    """The card of every question that was asked."""
    before = earlier.by_id if earlier is not None else {}
    changes = {change.id: change for change in comparison.changes} if comparison is not None else {}
    rows = run.by_id
    return [
        card_of(question, rows[question.id], before.get(question.id), changes.get(question.id))
        for question in run.questions
        if question.id in rows
    ]
