"""Floors under scores: a gate that fails when a run falls below one, and floors that only ever rise.

A floors file is JSON: ``{"question_set": SHA256, "margin": 0.02, "floors": {"contains_answer": 0.5,
"refusals.area_under_roc": 0.8, "tag:temporal/hits@4": 0.7}}``. It belongs to one question set, known by its digest: a
floor of other questions means nothing. ``margin`` is how far below what was measured a raised floor is set.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from archive.counts import plural
from archive.errors import UsageError
from evaluation.run_folder import Run

_REFUSALS = ("precision", "recall", "area_under_roc")


class Floors(BaseModel):
    """A floors file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question_set: str
    margin: float = Field(default=0.0, ge=0, lt=1)
    floors: dict[str, float] = Field(min_length=1)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Gated:
    """One floor and what the run came to; ``measured`` is None where the run doesn't have that score."""

    name: str
    floor: float
    measured: float | None

    @property
    def holds(self) -> bool:
        """Whether the run is at the floor or above."""
        return self.measured is not None and self.measured >= self.floor


def read_floors(path: Path) -> Floors:
    """Read a floors file. Raises UsageError naming what is wrong in it."""
    try:
        return Floors.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UsageError(
            f"There is no floors file {path}. Make one from a run with `backissue gate RUN --floors {path} --raise "
            "--score NAME`."
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"{path}, {'.'.join(str(part) for part in first['loc'])}: {first['msg']}.") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read as a floors file: {error}.") from None


def measured_scores(summary: Mapping[str, Any]) -> dict[str, float]:
    """Every score of a run's summary by the name that a floor gives it."""
    found = {name: score["mean"] for name, score in summary["scores"].items()}
    refusals = summary.get("refusals", {})
    found |= {f"refusals.{name}": refusals[name] for name in _REFUSALS if refusals.get(name) is not None}
    for tag, group in summary.get("by_tag", {}).items():
        found |= {f"tag:{tag}/{name}": score["mean"] for name, score in group["scores"].items()}
    return found


def check_floors(run: Run, floors: Floors) -> list[Gated]:
    """Every floor against the run. Raises UsageError for an unfinished run or another question set."""
    _must_fit(run, floors.question_set)
    scores = measured_scores(run.run["summary"])
    return [Gated(name, floor, scores.get(name)) for name, floor in floors.floors.items()]


def raised(run: Run, floors: Floors, more: tuple[str, ...] = ()) -> Floors:
    """The floors, each raised to what the run measured less the margin, never lowered; ``more`` scores get a floor.

    Raises UsageError like ``check_floors``, and for a score that the run doesn't have.
    """
    _must_fit(run, floors.question_set)
    scores = measured_scores(run.run["summary"])
    higher = dict(floors.floors)
    for name in [*floors.floors, *more]:
        if name in scores:
            earned = math.floor(max(0.0, scores[name] - floors.margin) * 1000 + 1e-9) / 1000
            higher[name] = max(higher.get(name, 0.0), earned)
        elif name in more:
            raise UsageError(f"{run.folder} has no score {name!r}. It has: {', '.join(sorted(scores))}.")
    return floors.model_copy(update={"floors": higher})


def first_floors(run: Run, names: tuple[str, ...], margin: float) -> Floors:
    """A new floors file from a run: for these scores, or for all that aren't of a tag."""
    _must_fit(run, run.run["question_set"]["sha256"])
    chosen = names or tuple(name for name in measured_scores(run.run["summary"]) if not name.startswith("tag:"))
    empty = Floors.model_construct(question_set=run.run["question_set"]["sha256"], margin=margin, floors={}, note="")
    return raised(run, empty, chosen)


def write_floors(path: Path, floors: Floors) -> None:
    """Write a floors file. Raises UsageError where that is impossible."""
    try:
        path.write_text(json.dumps(floors.model_dump(exclude_defaults=True), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}). Name another --floors file.") from None


def _must_fit(run: Run, question_set: str) -> None:
    if not run.run.get("finished"):
        raise UsageError(f"{run.folder} isn't finished. Run the same `backissue evaluate` again, it goes on.")
    if run.removed:
        raise UsageError(
            f"{run.folder} lacks {plural(run.removed, 'question')} that a takedown removed. Make a new run."
        )
    if run.run["question_set"]["sha256"] != question_set:
        raise UsageError(
            f"The floors are of another question set than {run.folder}. Floors of other questions mean nothing: name "
            "that set's floors, or begin a new file."
        )
