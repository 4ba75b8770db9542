"""Which plots a report shows, from a run's rows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evaluation.plots import Bar, Line, Span, bars, curves, spans
from evaluation.retrieval_metrics import DEEPEST
from evaluation.run_folder import Run
from evaluation.score_names import label
from evaluation.summary import area_under_roc, roc_points

_FOUND = (("answer_mrr@10", "the answer's words"), ("mrr@10", "a relevant article"), ("fact_mrr@10", "a fact"))
_BY_TAG = ("contains_answer", "right_to_refuse_or_answer", "answer_in_top_4", "fact_recall@10", "hits@10")
_MOST_TAGS = 14
Plot = tuple[str, str, str]  # title, SVG, a sentence below


def plots_of(run: Run, earlier: Run | None) -> list[Plot]:
    """Found by place, by tag, refusals, latency: those that the run has numbers for."""
    made = (_found_by_place(run), _by_group(run, earlier), _roc(run, earlier), _latency(run))
    return [plot for plot in made if plot is not None]


def _found_by_place(run: Run) -> Plot | None:
    lines = []
    for style, (name, words) in enumerate(_FOUND, start=1):
        ranks = [row["scores"][name] for row in run.rows if name in row["scores"]]
        if ranks:
            shares = [
                (float(depth), sum(rank > 0 and round(1 / rank) <= depth for rank in ranks) / len(ranks))
                for depth in range(1, DEEPEST + 1)
            ]
            lines.append(Line(words, shares, style))
    if not lines:
        return None
    svg = curves(
        "Found among the first k passages",
        lines,
        "first k passages",
        "questions",
        x_range=(1, DEEPEST),
        x_ticks=(1, 2, 4, 6, 8, 10),
    )
    return "Found among the first passages", svg, _legend(lines)


def _legend(lines: Sequence[Line]) -> str:
    dashes = {1: "solid line", 2: "dashed", 3: "dotted"}
    return "; ".join(f"{dashes[line.style]}: {line.name}" for line in lines)


def _by_group(run: Run, earlier: Run | None) -> Plot | None:
    summary = run.run["summary"]
    groups: dict[str, Any] = summary["by_tag"] if len(summary["by_tag"]) > 1 else summary["by_kind"]
    before = earlier.run.get("summary", {}) if earlier is not None else {}
    past: dict[str, Any] = before.get("by_tag" if groups is summary["by_tag"] else "by_kind", {})
    name = next((name for name in _BY_TAG if sum(name in group["scores"] for group in groups.values()) > 1), None)
    if name is None:
        return None
    rows = [
        Bar(
            tag,
            group["scores"][name]["mean"],
            group["scores"][name].get("low"),
            group["scores"][name].get("high"),
            group["scores"][name]["questions"],
            past.get(tag, {}).get("scores", {}).get(name, {}).get("mean"),
        )
        for tag, group in groups.items()
        if name in group["scores"]
    ]
    rows.sort(key=lambda row: -row.questions)
    what = "tag" if groups is summary["by_tag"] else "kind"
    note = "bars: mean; thin lines: 95 % interval" + ("; upright marks: the run before" if earlier else "")
    return f"{label(name)}, by {what}", bars(f"{label(name)} by {what}", rows[:_MOST_TAGS]), note


def _confidence(run: Run) -> tuple[list[float], list[float]]:
    rows = run.by_id
    judged = [one for one in run.questions if one.expect and one.id in rows and "confidence" in rows[one.id]]
    held = [rows[one.id]["confidence"] for one in judged if one.expect == "answer"]
    return held, [rows[one.id]["confidence"] for one in judged if one.expect == "abstain"]


def _roc(run: Run, earlier: Run | None) -> Plot | None:
    held, absent = _confidence(run)
    area = area_under_roc(held, absent)
    if area is None:
        return None
    lines = [
        Line("guessing", [(0, 0), (1, 1)], 4, dots=False),
        Line("this run", roc_points(held, absent), 1, dots=False),
    ]
    note = f"area {area:.3f} (dotted diagonal: guessing, 0.5)"
    if earlier is not None and (past := area_under_roc(*_confidence(earlier))) is not None:
        lines.insert(1, Line("before", roc_points(*_confidence(earlier)), 2, dots=False))
        note += f"; dashed: before, {past:.3f}"
    svg = curves(
        "Refusals: ROC",
        lines,
        "unanswerable questions answered",
        "answerable ones answered",
        x_range=(0, 1),
        x_ticks=(0, 0.25, 0.5, 0.75, 1),
    )
    return "Telling what it can answer", svg, note


def _latency(run: Run) -> Plot | None:
    summary = run.run["summary"]
    stages: dict[str, Any] = dict(summary["latency_ms"])
    if "first_text_ms" in summary:
        stages["first text"] = summary["first_text_ms"]
    rows = [Span(stage, took["median"], took["p95"]) for stage, took in stages.items() if took["p95"] > 0]
    if not rows:
        return None
    note = f"disc: median, ring: 95th percentile; {run.run['machine']['cores']} cores, other work not excluded"
    return "Time per stage", spans("Milliseconds per stage", rows), note
