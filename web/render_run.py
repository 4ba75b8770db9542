"""A run as safe HTML: its scores with their intervals, by kind and tag, its floors, what can be done with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from evaluation.gate import Gated
from evaluation.report_scores import GroupTable, ShownScore, percent, settings_of
from evaluation.runs_at_hand import RunAtHand
from evaluation.score_names import LABELS, label
from web import texts
from web.evaluation_page import VIEW, RunPage, Scores, evaluate_address
from web.markup import escape
from web.render_evaluate import ACTIONS, button_form, frame, moment, run_choice, sent_form, way_told, work_told
from web.render_outcomes import outcomes
from web.render_question_set import budget_field

_UNIT = ' <span class="unit">%</span>'


def run_view(page: RunPage) -> str:
    """Everything a run shows."""
    run = page.at_hand
    busy = page.work is not None and page.work.under_way and page.running == run.name
    scores = _scores(page.scores, page) if page.scores is not None else ""
    state = work_told(page.work, page.running, run.name)
    if busy:
        state += f'<p class="small">{texts.RUN_BEGINS}</p>' if page.scores is None else ""
    elif not run.finished:
        state += _unfinished(page)
    asked = outcomes(page) if page.counts["all"] else ""
    delete = "" if busy else button_form("delete-run", texts.DELETE_RUN, "quiet", sure=True, name=run.name)
    return frame(
        run.name,
        f"{_about(run, set_is_there=page.set_is_there)}{state}{_notices(page)}{scores}{_compare(page)}{asked}"
        f'<div class="part-actions">{delete}</div>',
    )


def _about(run: RunAtHand, *, set_is_there: bool) -> str:
    told = [texts.questions(run.questions)]
    if run.run.get("archive"):
        told.append(texts.over_articles(int(run.run["archive"]["articles"])))
    told += [way_told(run), moment(run.started)]
    if run.run.get("judge"):
        told.append(texts.judge_line(str(run.run["judge"])))
    chosen = str(run.run.get("set_name") or "")
    name = ""
    if chosen and not set_is_there:
        name = f"{escape(chosen)} · "
    elif chosen:
        name = f'<a data-go href="{escape(evaluate_address(set=chosen))}" dir="auto">{escape(chosen)}</a> · '
    report = ""
    if run.has_scores:
        address = report_address(run.name)
        report = f' · <a href="{address}" target="_blank" rel="noopener">{texts.FULL_REPORT}</a>'
    return f'<p class="small run-about" dir="auto">{name}{escape(" · ".join(told))}{report}</p>'


def report_address(name: str, against: str = "") -> str:
    """Where the full report is (escaped)."""
    query = f"?against={quote(against, safe='', errors='replace')}" if against else ""
    return escape(f"{ACTIONS}/report/{quote(name, safe='', errors='replace')}{query}")


def _unfinished(page: RunPage) -> str:
    run = page.at_hand
    told = texts.asked_so_far(page.counts["all"], run.questions)
    if not run.has_scores:
        told = f"{told} {texts.NO_SCORES}"
    budget = f'<div class="run-fields">{budget_field()}</div>' if run.run.get("language_model") else ""
    inside = (
        f'<input type="hidden" name="name" value="{escape(run.name)}">{budget}'
        f'<button type="submit" class="primary">{texts.RESUME}</button><p class="help">{texts.RESUME_HELP}</p>'
    )
    return f'<p class="notice">{escape(told)}</p>{sent_form("runs/resume", inside, "resume")}'


def _notices(page: RunPage) -> str:
    run, notices = page.at_hand.run, []
    if page.run.removed:
        notices.append(texts.removed_rows(page.run.removed))
    archive = run.get("archive") or {}
    if archive and archive["embedded"] < archive["passages"]:
        notices.append(texts.partly_embedded(archive["embedded"], archive["passages"]))
    if missing := run.get("summary", {}).get("relevant_not_in_archive"):
        notices.append(texts.relevant_missing(int(missing)))
    if unjudged := run.get("summary", {}).get("unjudged"):
        notices.append(texts.unjudged_found(int(unjudged["passages"]), int(unjudged["of"])))
    return "".join(f'<p class="notice">{escape(notice)}</p>' for notice in notices)


def _scores(scores: Scores, page: RunPage) -> str:
    tiles = "".join(tile(one) for one in scores.tiles)
    tables = "".join(_group_table(table, scores.columns) for table in scores.tables)
    return (
        f'<dl class="tiles" aria-label="{texts.IN_SHORT}">{tiles}{_refusals(page.at_hand.run["summary"])}'
        f"{_time_and_cost(page.at_hand.run['summary'])}</dl>"
        f"{_floors(scores)}{tables}{_all_scores(scores)}{_settings(page.at_hand.run)}"
    )


def tile(one: ShownScore) -> str:
    """A score as a number with its interval."""
    unit = _UNIT if one.scale == 100 else ""
    return (
        f'<div class="tile"><dt title="{escape(one.says)}">{escape(one.label)}</dt><dd>'
        f'<span class="score">{percent(one.score["mean"], one.scale)}{unit}</span>{interval_line(one.score)}'
        f'<span class="help">{escape(_interval(one.score, one.scale))}{escape(texts.questions(one.score["questions"]))}'
        "</span></dd></div>"
    )


def interval_line(score: Mapping[str, Any]) -> str:
    """The interval drawn on a line from 0 to 1, with the mean on it; for the eye only."""
    mean = 100 * score["mean"]
    low, high = (100 * score[key] if score.get(key) is not None else mean for key in ("low", "high"))
    return (
        '<svg class="interval" viewBox="-1 0 102 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<path class="whole" d="M0 4H100"/><path class="range" d="M{low:.1f} 4H{high:.1f}"/>'
        f'<path class="mean" d="M{mean:.1f} 0V8"/></svg>'
    )


def _interval(score: Mapping[str, Any], scale: int = 100) -> str:
    if score.get("low") is None:
        return ""
    return f"{percent(score['low'], scale)} – {percent(score['high'], scale)} · "


def _refusals(summary: Mapping[str, Any]) -> str:
    found = summary.get("refusals")
    if not found:
        return ""
    rightly = f"{percent(found['precision'])}{_UNIT}" if found["precision"] is not None else "–"
    told = texts.refusals_told(found["refused"], found["unanswerable"])
    return (
        f'<div class="tile"><dt>{texts.RIGHTLY_REFUSED}</dt><dd><span class="score">{rightly}</span>'
        f'<span class="help">{escape(told)}</span></dd></div>'
    )


def _time_and_cost(summary: Mapping[str, Any]) -> str:
    """How long it took until an answer began, and what all cost where a price is known."""
    cells = []
    if took := summary.get("first_text_ms"):
        told = texts.nineteen_of_twenty(texts.seconds(took["p95"]))
        cells.append((texts.TIME_TO_ANSWER, texts.seconds(took["median"]), told))
    if cost := summary.get("cost"):
        spent = summary["tokens"]["prompt"] + summary["tokens"]["completion"]
        told = texts.spent_on(spent, str(cost["currency"]), cost["per_question"])
        cells.append((texts.COST, f"{cost['total']:.4f} {cost['currency']}", told))
    return "".join(
        f'<div class="tile"><dt>{name}</dt><dd><span class="score">{escape(value)}</span>'
        f'<span class="help">{escape(told)}</span></dd></div>'
        for name, value, told in cells
    )


def _settings(run: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<tr><td>{escape(name)}</td><td dir="auto">{escape(value)}</td></tr>' for name, value in settings_of(run)
    )
    return (
        f'<details class="fold"><summary>{texts.RUN_SETTINGS}</summary><div class="table-holder">'
        f'<table class="rows run-settings"><tbody>{rows}</tbody></table></div></details>'
    )


def _floors(scores: Scores) -> str:
    if not scores.floors:
        return ""
    broken = sum(not one.holds for one in scores.floors)
    told = escape(texts.floors_told(broken, len(scores.floors), scores.floors_file))
    rows = "".join(_floor(one) for one in scores.floors)
    return (
        f'<details class="fold"{" open" if broken else ""}><summary>{texts.FLOORS} '
        f'<span class="{"bad" if broken else "good"}">{told}</span></summary>'
        f'<div class="table-holder"><table class="rows"><thead><tr><th scope="col">{texts.SCORE}</th>'
        f'<th scope="col" class="number">{texts.FLOOR}</th><th scope="col" class="number">{texts.MEASURED}</th>'
        f"<td></td></tr></thead><tbody>{rows}</tbody></table></div></details>"
    )


def _floor(one: Gated) -> str:
    measured = f"{one.measured:.3f}" if one.measured is not None else "–"
    held = f'<td class="good">✓ {texts.HOLDS}</td>' if one.holds else f'<td class="bad">✕ {texts.BROKEN}</td>'
    return (
        f'<tr><td>{escape(label(one.name))}</td><td class="number">{one.floor:.3f}</td>'
        f'<td class="number">{measured}</td>{held}</tr>'
    )


def _group_table(table: GroupTable, columns: Sequence[str]) -> str:
    heads = "".join(f'<th scope="col" class="number">{escape(label(name))}</th>' for name in columns)
    rows = "".join(
        f'<tr><td dir="auto">{escape(name)}</td><td class="number">{count:,}</td>'
        f"{''.join(_cell(one) for one in scores)}</tr>"
        for name, count, scores in table.rows
    )
    title = texts.BY_GROUP.get(table.title, table.title)
    first = {"kind": texts.KIND, "tag": texts.TAG}.get(table.title, table.title)
    return (
        f'<section class="evaluate-part"><h3 class="label">{escape(title)}</h3><div class="table-holder">'
        f'<table class="rows by-group"><thead><tr><th scope="col">{escape(first)}</th>'
        f'<th scope="col" class="number">{texts.QUESTIONS}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
        "</section>"
    )


def _cell(score: Mapping[str, Any] | None) -> str:
    if score is None:
        return '<td class="number">–</td>'
    interval = ""
    if score.get("low") is not None:
        interval = f' <span class="help">{percent(score["low"])} – {percent(score["high"])}</span>'
    return f'<td class="number">{percent(score["mean"])}{interval}</td>'


def _all_scores(scores: Scores) -> str:
    rows = ""
    for title, group in scores.groups:
        rows += f'<tr><th scope="rowgroup" colspan="4" class="group">{escape(title)}</th></tr>'
        rows += "".join(
            f'<tr><td title="{escape(one.name)}">{escape(one.label)}</td>'
            f'<td class="number">{percent(one.score["mean"])}</td>'
            f'<td class="number">{_bounds(one.score)}</td><td>{escape(_says(one))}</td></tr>'
            for one in group
        )
    return (
        f'<details class="fold"><summary>{texts.ALL_SCORES}</summary><div class="table-holder"><table class="rows">'
        f'<thead><tr><th scope="col">{texts.SCORE}</th><th scope="col" class="number">%</th>'
        f'<th scope="col" class="number">{texts.INTERVAL}</th><td></td></tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details>"
    )


def _bounds(score: Mapping[str, Any]) -> str:
    return f"{percent(score['low'])} – {percent(score['high'])}" if score.get("low") is not None else "–"


def _says(one: ShownScore) -> str:
    return one.says if one.name in LABELS else ""


def _compare(page: RunPage) -> str:
    if page.scores is None:
        return ""
    heading = f'<h3 class="label">{texts.COMPARE}</h3>'
    if not page.others:
        return f'<section class="evaluate-part">{heading}<p class="small">{texts.NO_OTHER_RUN}</p></section>'
    choice = run_choice("against", texts.COMPARE_WITH, page.others, page.others[0].name)
    return (
        f'<section class="evaluate-part">{heading}<form class="compare-form" data-view-form="waits" action="/" '
        f'method="get"><input type="hidden" name="view" value="{VIEW}">'
        f'<input type="hidden" name="run" value="{escape(page.at_hand.name)}">{choice}'
        f'<button type="submit" class="action">{texts.COMPARE}</button></form></section>'
    )
