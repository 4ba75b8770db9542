"""Long work as safe HTML: its title, a bar, a sentence on how far it is, and Stop. Pure.

``static/work.js`` asks for it anew while it is under way, and takes over what changed: elements with ``data-part``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from web import texts
from web.long_work import Phase, WorkState
from web.markup import escape

WORK_ADDRESS = "/work"


def work_address(kind: str) -> str:
    """Where work of that kind is asked for (GET) and, with ``/stop`` added, stopped (POST)."""
    return f"{WORK_ADDRESS}/{quote(kind, safe='')}"


def work_progress(state: WorkState, *, now: datetime | None = None) -> str:
    """Work under way, with a live bar and Stop; work that has ended as a sentence.

    When it ends the page around it is loaded anew, so that its result is shown.
    """
    now = now or datetime.now(UTC)
    told = texts.lasted(((state.ended or now) - state.started).total_seconds())
    if (left := state.seconds_left(now)) is not None:
        told += f" · {texts.about(left)}"
    by = f' <span class="work-by" dir="auto">{escape(texts.started_by(state.by))}</span>' if state.by else ""
    return (
        f'<section class="work {state.phase.value}" data-work="{escape(work_address(state.kind))}" '
        f'data-number="{state.number}" data-phase="{state.phase.value}" data-lost="{texts.WORK_LOST}" '
        f'aria-label="{escape(state.title)}">'
        f'<p class="work-title" dir="auto">{escape(state.title)}{by}</p>'
        f"{_bar(state)}"
        f'<div class="work-line"><p class="work-stage" data-part="stage">{escape(_sentence(state))}</p>'
        f'<p class="work-time" data-part="time">{escape(told)}</p>{_stop(state)}</div>'
        f'<p class="visually-hidden" aria-live="polite" data-part="said">{escape(_spoken(state))}</p></section>'
    )


def _bar(state: WorkState) -> str:
    if not state.under_way:
        return ""
    known = state.total is not None and state.total > 0
    share = min(state.done / state.total, 1.0) if known and state.total else 0.0
    values = f' aria-valuemin="0" aria-valuemax="{state.total}" aria-valuenow="{min(state.done, state.total or 0)}"'
    return (
        f'<div class="meter{"" if known else " unknown"}" role="progressbar" data-part="bar" '
        f'aria-label="{escape(state.title)}" aria-valuetext="{escape(_sentence(state))}"{values if known else ""}>'
        f'<span data-part="filled" style="width:{100 * share:.1f}%"></span></div>'
    )


def _stop(state: WorkState) -> str:
    if not state.under_way or not state.stoppable:
        return ""
    disabled = " disabled" if state.phase is Phase.STOPPING else ""
    return (
        f'<button type="button" class="action" data-part="stop" data-stop="{escape(work_address(state.kind))}/stop"'
        f"{disabled}>{texts.STOP}</button>"
    )


def _stage(state: WorkState) -> str:
    return texts.WORK_STAGES.get(state.stage, state.stage) or texts.WORK_BEGINS


def _sentence(state: WorkState) -> str:
    if state.phase is Phase.FAILED:
        return state.error
    if state.phase is not Phase.RUNNING:
        return {Phase.STOPPING: texts.WORK_STOPPING, Phase.STOPPED: texts.WORK_STOPPED}.get(
            state.phase, texts.WORK_DONE
        )
    return f"{_stage(state)} {texts.so_far(state.done, state.total)}".strip()


def _spoken(state: WorkState) -> str:
    """What a screen reader says: not at every number, but at each stage, and at every quarter of it."""
    if state.phase is not Phase.RUNNING:
        return _sentence(state)
    quarter = int(4 * state.done / state.total) if state.total else 0
    return f"{_stage(state)} {texts.percent_done(25 * min(quarter, 4))}" if quarter else _stage(state)
