"""The Evaluate view as safe HTML: question sets and runs, and a set before it is run. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from evaluation.report_scores import percent
from evaluation.runs_at_hand import RunAtHand
from evaluation.score_names import label
from evaluation.sets_at_hand import SetAtHand
from web import texts
from web.days import readable
from web.evaluating import EXCERPTS_NAME
from web.evaluation_page import VIEW, Overview, evaluate_address
from web.long_work import Phase, WorkState
from web.markup import escape
from web.render_work import work_progress

ACTIONS = "/evaluate"  # where forms are sent
_LISTED = ("contains_answer", "right_to_refuse_or_answer", "answer_in_top_4", "hits@10", "fact_recall@10")
_COLUMNS = 3


def frame(title: str, body: str, *, back: bool = True) -> str:
    """The view around a part of it."""
    crumb = ""
    if back:
        crumb = f'<p class="crumb"><a data-go href="{escape(evaluate_address())}">← {texts.ALL_SETS}</a></p>'
    return (
        f'<section class="view evaluate-view" data-view="{VIEW}" data-title="{texts.NAV_EVALUATE}" '
        f'aria-label="{texts.NAV_EVALUATE}">{crumb}<h2 class="view-title" dir="auto">{escape(title)}</h2>'
        f"{body}</section>"
    )


def overview_view(page: Overview) -> str:
    """Sets, runs, and the run under way."""
    lead = f'<p class="evaluate-lead">{texts.EVALUATE_LEAD}</p>'
    return frame(
        texts.EVALUATE_TITLE, f"{lead}{work_told(page.work, page.running)}{_sets(page)}{_runs(page)}", back=False
    )


def work_told(work: WorkState | None, running: str, name: str = "") -> str:
    """The run under way, or why the last one failed; ``name``: only if it is that run."""
    if work is None or (name and running != name) or not (work.under_way or work.phase is Phase.FAILED):
        return ""
    return work_progress(work)


def beginning_view(work: WorkState) -> str:
    """A run that has just been started and has written nothing yet."""
    return frame(work.title, work_progress(work))


def sent_form(address: str, inside: str, css: str = "", *, sure: bool = False) -> str:
    """A form that static/evaluate.js sends; where it is refused, its last paragraph says why."""
    asks = f' data-sure="{texts.REALLY_DELETE}"' if sure else ""
    return (
        f'<form class="sent {css}" action="{ACTIONS}/{address}" method="post" data-send{asks}>{inside}'
        f'<p class="trouble" role="alert" data-lost="{texts.VIEW_LOST}"></p></form>'
    )


def button_form(address: str, words: str, css: str = "action", *, sure: bool = False, **fields: str) -> str:
    """A form that is a button."""
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items())
    button = f'{hidden}<button type="submit" class="{css}">{escape(words)}</button>'
    return sent_form(address, button, "one-button", sure=sure)


def _sets(page: Overview) -> str:
    heading = f'<h3 class="label">{texts.QUESTION_SETS}</h3>'
    if page.sets:
        rows = "".join(_set_row(one) for one in page.sets)
        body = (
            f'<div class="table-holder"><table class="rows"><thead><tr><th scope="col">{texts.SET}</th>'
            f'<th scope="col" class="number">{texts.QUESTIONS}</th><td></td></tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )
    else:
        body = f'<p class="nothing">{texts.NO_SETS}</p>'
    minded = ""
    if page.minded:
        told = escape(texts.readers_minded(page.minded))
        minded = f'<div class="offer-line"><p>{told}</p>{button_form("feedback", texts.MAKE_QUESTIONS)}</div>'
    if page.trouble:
        minded = f'<p class="notice" dir="auto">{escape(page.trouble)}</p>'
    excerpts = ""
    if page.has_articles and not any(one.name == EXCERPTS_NAME for one in page.sets):
        made = button_form("excerpts", texts.MAKE_EXCERPTS)
        excerpts = f'<div class="offer-line"><p>{texts.EXCERPTS_HELP}</p>{made}</div>'
    return f'<section class="evaluate-part">{heading}{body}{minded}{excerpts}{_add_set()}</section>'


def _set_row(one: SetAtHand) -> str:
    name = f'<a data-go href="{escape(evaluate_address(set=one.name))}">{escape(one.name)}</a>'
    note = texts.SAMPLE_SET if not one.own else ""
    if one.unscored:
        note = texts.unscored(one.unscored)
    if one.problem:
        note = f"{texts.UNREADABLE_SET}: {one.problem}"
    css = ' class="bad"' if one.problem else ""
    number = f"{len(one.questions):,}" if not one.problem else "–"
    return f'<tr><td dir="auto">{name}</td><td class="number">{number}</td><td{css} dir="auto">{escape(note)}</td></tr>'


def _add_set() -> str:
    inside = (
        f'<label class="file-label"><span>{texts.ADD_SET}</span>'
        '<input type="file" name="file" accept=".jsonl,.csv,.tsv,.json" required></label>'
        f'<label class="check"><input type="checkbox" name="replace" value="1"><span>{texts.REPLACE_SET}</span></label>'
        f'<button type="submit" class="action">{texts.ADD}</button><p class="help">{texts.SET_FORMS}</p>'
    )
    return sent_form("sets", inside, "add-set")


def _runs(page: Overview) -> str:
    heading = f'<h3 class="label">{texts.RUNS}</h3>'
    if not page.runs:
        return f'<section class="evaluate-part">{heading}<p class="nothing">{texts.NO_RUNS}</p></section>'
    busy = page.running if page.work is not None and page.work.under_way else ""
    return f'<section class="evaluate-part">{heading}{runs_table(page.runs, busy)}{_compare(page.runs)}</section>'


def _compare(runs: Sequence[RunAtHand]) -> str:
    """Choosing two runs; the latest two of the same questions stand there."""
    scored = [run for run in runs if run.has_scores]
    pairs = (
        (one, two) for at, one in enumerate(scored) for two in scored[at + 1 :] if one.set_digest == two.set_digest
    )
    after, before = next(pairs, (None, None))
    if after is None or before is None:
        return ""
    return compare_form(scored, before.name, after.name)


def compare_form(runs: Sequence[RunAtHand], before: str, after: str) -> str:
    """Two lists of runs and a button."""
    return (
        f'<form class="compare-form" data-view-form="waits" action="/" method="get">'
        f'<input type="hidden" name="view" value="{VIEW}">{run_choice("against", texts.BEFORE, runs, before)}'
        f"{run_choice('run', texts.AFTER, runs, after)}"
        f'<button type="submit" class="action">{texts.COMPARE}</button></form>'
    )


def run_choice(name: str, words: str, runs: Sequence[RunAtHand], chosen: str) -> str:
    """A list of runs to choose one from."""
    options = "".join(
        f'<option value="{escape(run.name)}"{" selected" if run.name == chosen else ""}>{escape(run.name)}</option>'
        for run in runs
    )
    return f'<label>{escape(words)}<select name="{name}">{options}</select></label>'


def runs_table(runs: Sequence[RunAtHand], busy: str = "") -> str:
    """Runs with their first scores; ``busy``: the one under way."""
    found = {name for run in runs for name in run.run.get("summary", {}).get("scores", {})}
    columns = [name for name in _LISTED if name in found][:_COLUMNS]
    heads = "".join(f'<th scope="col" class="number">{escape(label(name))}</th>' for name in columns)
    rows = "".join(_run_row(run, columns, busy) for run in runs)
    return (
        f'<div class="table-holder"><table class="rows"><thead><tr><th scope="col">{texts.RUN}</th>'
        f'<th scope="col">{texts.WHEN}</th><th scope="col">{texts.RUN_ANSWERS}</th>'
        f'<th scope="col" class="number">{texts.QUESTIONS}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _run_row(run: RunAtHand, columns: Sequence[str], busy: str) -> str:
    scores = run.run.get("summary", {}).get("scores", {})
    cells = "".join(
        f'<td class="number">{percent(scores[name]["mean"]) + " %" if name in scores else "–"}</td>' for name in columns
    )
    state = ""
    if run.name == busy:
        state = f' <span class="tag">{texts.UNDER_WAY}</span>'
    elif not run.finished:
        state = f' <span class="tag warn">{texts.UNFINISHED}</span>'
    address = escape(evaluate_address(run=run.name))
    return (
        f'<tr><td dir="auto"><a data-go href="{address}">{escape(run.name)}</a>{state}</td>'
        f'<td class="nowrap">{escape(moment(run.started))}</td><td dir="auto">{escape(way_told(run))}</td>'
        f'<td class="number">{run.questions:,}</td>{cells}</tr>'
    )


def moment(when: datetime) -> str:
    """A day with its time, in UTC."""
    utc = when.astimezone(UTC)
    return f"{readable(utc.date())}, {utc:%H:%M}"


def way_told(run: RunAtHand) -> str:
    """Who wrote a run's answers."""
    if run.run["options"].get("retrieval_only"):
        return texts.PASSAGES_ONLY
    return str(run.run.get("language_model") or texts.IN_QUOTES)
