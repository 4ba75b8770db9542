"""Two runs of the same questions: what changed, by how much, and how sure that is. Pure.

Differences are paired: of each question, the second run's score minus the first's; the 95 % interval is a bootstrap
over questions. A difference whose interval holds 0 may be chance.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.errors import UsageError
from evaluation.intervals import interval_of, mean_interval
from evaluation.question_set import TestQuestion
from evaluation.run_folder import NOT_OF_A_SCORE, Run
from evaluation.summary import area_under_roc

# What makes a question better or worse for an editor, in this order; the other scores follow from these.
DECISIVE = (
    "contains_answer",
    "right_to_refuse_or_answer",
    "judge_correct",
    "assertions_met",
    "answer_in_top_4",
    "answer_in_top_10",
    "fact_recall@10",
    "recall@10",
)
BETTER, WORSE, MIXED, SAME = "better", "worse", "mixed", "same"
_SETTINGS = ("backissue", "git", "packages", "settings", "options", "language_model", "prompts", "archive", "machine")


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one question: ``verdict`` is better, worse, mixed or same; ``scores`` those that changed."""

    id: str
    question: str
    verdict: str
    scores: Mapping[str, tuple[float, float]]  # name -> (before, after)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``scores``: name -> before, after, difference, low, high, better, worse, questions, over the shared questions."""

    scores: dict[str, dict[str, float]]
    changes: tuple[Change, ...]
    shared: int
    only_in_first: int
    only_in_second: int
    settings: tuple[str, ...]  # what was set differently, in words

    def as_json(self) -> dict[str, Any]:
        """What ``compare --json`` prints."""
        moved = [change for change in self.changes if change.verdict != SAME]
        return {
            "questions": self.shared,
            "only_in_first": self.only_in_first,
            "only_in_second": self.only_in_second,
            "settings": list(self.settings),
            "scores": self.scores,
            "won": [_as_json(change) for change in moved if change.verdict == BETTER],
            "lost": [_as_json(change) for change in moved if change.verdict == WORSE],
            "mixed": [_as_json(change) for change in moved if change.verdict == MIXED],
        }


def compare_runs(first: Run, second: Run) -> Comparison:
    """Compare the questions that both runs asked in the same words. Raises UsageError where there are none."""
    before, after = first.by_id, second.by_id
    asked = {one.id: one for one in first.questions}
    shared = [
        one
        for one in second.questions
        if one.id in before and one.id in after and one.id in asked and asked[one.id].question == one.question
    ]
    if not shared:
        raise UsageError(f"{first.folder} and {second.folder} have no question in common. Compare runs of one set.")
    pairs = [(before[one.id]["scores"], after[one.id]["scores"]) for one in shared]
    scores = _differences(pairs)
    if area := _area_difference(shared, before, after):
        scores["refusals.area_under_roc"] = area
    return Comparison(
        scores,
        tuple(_change(one, *pair) for one, pair in zip(shared, pairs, strict=True)),
        len(shared),
        len(before) - len(shared),
        len(after) - len(shared),
        tuple(_settings(first.run, second.run)),
    )


def _differences(pairs: Sequence[tuple[Mapping[str, float], Mapping[str, float]]]) -> dict[str, dict[str, float]]:
    names = dict.fromkeys(name for before, after in pairs for name in before if name in after)
    names |= dict.fromkeys(name for before, after in pairs for name in after if name in before)
    found: dict[str, dict[str, float]] = {}
    for name in names:
        both = [(before[name], after[name]) for before, after in pairs if name in before and name in after]
        deltas = [new - old for old, new in both]
        found[name] = {
            "before": round(statistics.fmean(old for old, _ in both), 4),
            "after": round(statistics.fmean(new for _, new in both), 4),
            "difference": round(statistics.fmean(deltas), 4),
            "better": sum(delta > 0 for delta in deltas),
            "worse": sum(delta < 0 for delta in deltas),
            "questions": len(both),
        }
        if interval := mean_interval(deltas):
            found[name] |= {"low": interval[0], "high": interval[1]}
    return found


def _area_difference(
    shared: Sequence[TestQuestion], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, float] | None:
    judged = [one for one in shared if one.expect and "refused" in before[one.id] and "refused" in after[one.id]]
    answerable = np.asarray([one.expect == "answer" for one in judged], bool)
    old, new = (np.asarray([rows[one.id]["confidence"] for one in judged], np.float64) for rows in (before, after))

    def area(values: NDArray[np.float64], draw: NDArray[np.int64]) -> float | None:
        held = answerable[draw]
        return area_under_roc(values[draw][held].tolist(), values[draw][~held].tolist())

    def difference(draw: NDArray[np.int64]) -> float | None:
        first, second = area(old, draw), area(new, draw)
        return None if first is None or second is None else second - first

    everything = np.arange(len(judged))
    first, second = area(old, everything), area(new, everything)
    if first is None or second is None:
        return None
    found = {
        "before": round(first, 4),
        "after": round(second, 4),
        "difference": round(second - first, 4),
        "questions": float(len(judged)),
    }
    if interval := interval_of(difference, len(judged)):
        found |= {"low": interval[0], "high": interval[1]}
    return found


def _change(question: TestQuestion, before: Mapping[str, float], after: Mapping[str, float]) -> Change:
    names = [name for name in DECISIVE if name in before and name in after]
    up = any(after[name] > before[name] for name in names)
    down = any(after[name] < before[name] for name in names)
    verdict = MIXED if up and down else BETTER if up else WORSE if down else SAME
    changed = {name: (before[name], after[name]) for name in before if name in after and before[name] != after[name]}
    return Change(question.id, question.question, verdict, changed)


def _as_json(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "question": change.question,
        "scores": {name: {"before": pair[0], "after": pair[1]} for name, pair in change.scores.items()},
    }


def _settings(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """Each setting that differs, as "settings.passage_tokens: 250 -> 200"."""
    passed_over = {f"settings.{name}:" for name in NOT_OF_A_SCORE}  # which older runs hold, too
    lines = [line for key in _SETTINGS for line in _differing(key, first.get(key), second.get(key))]
    return [line for line in lines if line.split(" ", 1)[0] not in passed_over]


def _differing(name: str, old: Any, new: Any) -> list[str]:  # noqa: ANN401 (any JSON value)
    if isinstance(old, dict) and isinstance(new, dict):
        keys = dict.fromkeys([*old, *new])
        return [line for key in keys for line in _differing(f"{name}.{key}", old.get(key), new.get(key))]
    return [] if old == new else [f"{name}: {old} → {new}"]
