"""A run's scores as reports and the chat show them: headline numbers, groups, per tag and kind, settings. Pure.

A score is a mapping with ``mean``, ``questions`` and, from two questions on, the 95 % interval's ``low`` and ``high``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.compare import Comparison
from evaluation.run_folder import Run
from evaluation.score_names import HEADLINES, LABELS, grouped, label

AREA = "refusals.area_under_roc"
_SHOWN_FIRST = 6


@dataclass(frozen=True, slots=True)
class ShownScore:
    """A score with its words. ``scale``: 100 for a share, 1 for what is no share.

    ``direction`` of its change: up, down, unsure (may be chance) or same.
    """

    name: str
    label: str
    says: str
    score: Mapping[str, Any]
    scale: int
    change: Mapping[str, float] | None
    direction: str


@dataclass(frozen=True, slots=True)
class GroupTable:
    """The first scores per tag or per kind: ``rows`` are (name, questions, a score or None per column)."""

    title: str
    rows: tuple[tuple[str, int, tuple[Mapping[str, Any] | None, ...]], ...]


def percent(value: float, scale: int = 100) -> str:
    """A share as ``83.3``; with scale 1 as ``0.833``."""
    return f"{value * scale:.1f}" if scale > 1 else f"{value:.3f}"


def signed(value: float, scale: int = 100) -> str:
    """A difference as ``+2.1`` or ``−2.1``."""
    if not value:
        return "±0"
    return (f"{value * scale:+.1f}" if scale > 1 else f"{value:+.3f}").replace("-", "−")


def tiles_of(run: Run, comparison: Comparison | None = None) -> list[ShownScore]:
    """The few numbers that stand first. The run needs a summary."""
    summary = run.run["summary"]
    scores: Mapping[str, Any] = summary["scores"]
    tiles = [shown(name, scores[name], comparison) for name in HEADLINES if name in scores][:_SHOWN_FIRST]
    refusals = summary.get("refusals", {})
    if refusals.get("area_under_roc") is not None:
        low, high = refusals.get("area_under_roc_interval", (None, None))
        score = {"mean": refusals["area_under_roc"], "low": low, "high": high, "questions": summary["questions"]}
        tiles.append(shown(AREA, score, comparison))
    return tiles


def shown(name: str, score: Mapping[str, Any], comparison: Comparison | None = None) -> ShownScore:
    """A score with its words, and its change where runs are compared."""
    change = comparison.scores.get(name) if comparison is not None else None
    if name == AREA:
        says = "area under ROC: 0.5 is guessing, 1 always right"
        return ShownScore(name, "Telling what it can't answer", says, score, 1, change, direction_of(change))
    says = LABELS[name].says if name in LABELS else ""
    return ShownScore(name, label(name), says, score, 100, change, direction_of(change))


def direction_of(change: Mapping[str, float] | None) -> str:
    """Whether a change is more than chance: up, down, or unsure."""
    if change is None or not change["difference"]:
        return "same"
    if "low" not in change or change["low"] <= 0 <= change["high"]:
        return "unsure"
    return "up" if change["difference"] > 0 else "down"


def score_groups(run: Run, comparison: Comparison | None = None) -> list[tuple[str, list[ShownScore]]]:
    """All scores, in the groups that belong together."""
    scores = run.run["summary"]["scores"]
    return [(title, [shown(name, scores[name], comparison) for name in names]) for title, names in grouped(scores)]


def first_scores(run: Run) -> list[str]:
    """The names of the scores that tables per group show."""
    return [name for name in HEADLINES if name in run.run["summary"]["scores"]][:_SHOWN_FIRST]


def scores_by_group(run: Run) -> list[GroupTable]:
    """The first scores per tag and per kind, the largest groups first; a score that doesn't apply is None."""
    summary = run.run["summary"]
    names = first_scores(run)
    tables = []
    for title, groups in (("kind", summary["by_kind"]), ("tag", summary["by_tag"])):
        rows = tuple(
            (name, int(group["questions"]), tuple(group["scores"].get(score) for score in names))
            for name, group in sorted(groups.items(), key=lambda pair: -int(pair[1]["questions"]))
        )
        if len(rows) > 1:
            tables.append(GroupTable(title, rows))
    return tables


def settings_of(run: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Everything the run was made with, flat."""
    kept = ("started", "seconds", "set_name", "archive_folder", "backissue", "git", "language_model", "judge",
            "options", "archive", "question_set",
            "machine", "settings", "prompts", "packages", "spent")  # fmt: skip
    return [pair for key in kept if key in run for pair in _flat(key, run[key])]


def _flat(name: str, value: Any) -> list[tuple[str, str]]:  # noqa: ANN401 (any JSON value)
    if isinstance(value, dict):
        return [pair for key, inner in value.items() for pair in _flat(f"{name}.{key}", inner)]
    return [(name, "–" if value is None else str(value))]
