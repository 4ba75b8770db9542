"""The answer where there is none: why, what the archive does hold, and what came nearest to the question."""

from __future__ import annotations

from dataclasses import replace

from archive.store import ArchiveStore
from assistant.answer import Answer, Coverage, Mode, Source
from assistant.pipeline_state import PipelineState
from assistant.refusals import (
    NEAR_MISSES,
    coverage_of,
    describe_coverage,
    near_misses,
    outside_its_days,
    said_by_model,
    unknown_bylines,
    where_printed,
)
from assistant.unknown_names import describe_unknown


def refusal(store: ArchiveStore, state: PipelineState, mode: Mode) -> Answer:
    """Say that the archive doesn't hold it, what it does hold, and what came nearest."""
    coverage = coverage_of(store, state.question.wall)
    near = near_misses(state.evidence, state.weighed.candidates)
    reasons = outside_its_days(state.plan, coverage.first_day, coverage.last_day)
    bylines = unknown_bylines(store, state.plan.standalone)
    others = [name for name in state.weighed.unknown if not any(name in said for said in bylines)]
    reasons += bylines + describe_unknown(others, state.evidence)
    reasons += dict.fromkeys(said for own in state.weighed.absent for said in own)
    statement = " ".join(reasons)
    text = f"The archive doesn't seem to hold the answer. {statement}".strip()
    text += f" {describe_coverage(coverage, state.question.wall)}"
    return _without_answer(
        state, mode, _listing(text, "Nearest to the question came:", near), statement, coverage, near
    )


def refusal_of_model(store: ArchiveStore, state: PipelineState, shown: int) -> Answer:
    """Say that the model found no answer in what it was shown: its word, where the search had found enough to show."""
    statement = said_by_model(shown)
    near = near_misses(state.evidence[:shown], state.weighed.candidates, shown)
    text = _listing(
        f"The passages found don't say. {statement}", "Of what was found, nearest first:", near[:NEAR_MISSES]
    )
    answer = _without_answer(state, Mode.MODEL, text, statement, coverage_of(store, state.question.wall), near)
    return replace(answer, shown_to_model=shown)


def _listing(text: str, introduced: str, near: tuple[Source, ...]) -> str:
    listed = "\n".join(f"[{source.key}] {source.title} – {where_printed(source)}" for source in near)
    return f"{text}\n\n{introduced}\n{listed}" if near else text


def _without_answer(
    state: PipelineState, mode: Mode, text: str, statement: str, coverage: Coverage, near: tuple[Source, ...]
) -> Answer:
    return Answer(
        question=state.question.text,
        mode=mode,
        refused=True,
        answer=text,
        sentences=(),
        sources=(),
        plan=state.plan,
        confidence=state.weighed.confidence,
        timings_ms=dict(state.watch.spent),
        usage=state.usage,
        notices=tuple(state.notices),
        coverage=coverage,
        near_misses=near,
        statement=statement,
    )
