"""Two runs compared, as safe HTML: each score before and after with the interval of its change, what was lost and won.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evaluation.compare import BETTER, MIXED, WORSE, Comparison
from evaluation.report_scores import ShownScore, percent, signed
from evaluation.score_names import label
from web import texts
from web.evaluation_page import CHANGES_SHOWN, Changed, ComparePage, evaluate_address
from web.markup import escape
from web.render_evaluate import compare_form, frame
from web.render_run import report_address

_TITLES = {WORSE: texts.LOST, BETTER: texts.WON, MIXED: texts.MIXED}
_SIGNS = {"up": "▲", "down": "▼", "unsure": "", "same": ""}


def compare_view(page: ComparePage) -> str:
    """The whole comparison."""
    before, after = page.before.name, page.after.name
    known = {run.name: run for run in (page.before, *page.runs)}
    form = compare_form(tuple(known.values()), before, after)
    swap = escape(evaluate_address(run=before, against=after))
    report = report_address(after, before)
    links = (
        f'<p class="small run-about"><a data-go href="{swap}">{texts.SWAP}</a> · '
        f'<a data-go href="{escape(evaluate_address(run=after))}" dir="auto">{escape(after)}</a> · '
        f'<a href="{report}" target="_blank" rel="noopener">{texts.FULL_REPORT}</a></p>'
    )
    told = [texts.compared_questions(page.comparison.shared)]
    if page.comparison.only_in_first:
        told.append(texts.only_in(page.comparison.only_in_first, texts.BEFORE.lower()))
    if page.comparison.only_in_second:
        told.append(texts.only_in(page.comparison.only_in_second, texts.AFTER.lower()))
    lists = "".join(_changed(verdict, *page.changed[verdict], report) for verdict in (WORSE, BETTER, MIXED))
    return frame(
        texts.COMPARE_TITLE,
        f'{form}{links}<p class="found-count">{escape(" · ".join(told))}</p><p class="small">{texts.COMPARE_HELP}</p>'
        f"{_table(page.scores[: page.first])}{_settings(page.comparison)}{lists}{_more(page)}",
    )


def _more(page: ComparePage) -> str:
    rest = page.scores[page.first :]
    return f'<details class="fold"><summary>{texts.OTHER_SCORES}</summary>{_table(rest)}</details>' if rest else ""


def _table(scores: Sequence[ShownScore]) -> str:
    rows = "".join(_score(one) for one in scores)
    return (
        f'<div class="table-holder"><table class="rows compare"><thead><tr><th scope="col">{texts.SCORE}</th>'
        f'<th scope="col" class="number">{texts.BEFORE}</th><th scope="col" class="number">{texts.AFTER}</th>'
        f'<th scope="col" class="number">{texts.CHANGE}</th><th scope="col" class="number">{texts.INTERVAL}</th>'
        f'<td></td><th scope="col" class="number">{texts.UP_DOWN}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _score(one: ShownScore) -> str:
    change = one.change or {}
    interval = ""
    if "low" in change:
        interval = texts.from_to(signed(change["low"], one.scale), signed(change["high"], one.scale))
    moved = f"{change['better']:g} / {change['worse']:g}" if "better" in change else ""
    return (
        f'<tr class="{one.direction}"><td title="{escape(one.says)}">{escape(one.label)}</td>'
        f'<td class="number">{percent(change["before"], one.scale)}</td>'
        f'<td class="number">{percent(change["after"], one.scale)}</td>'
        f'<td class="number change">{signed(change["difference"], one.scale)}</td>'
        f'<td class="number">{interval}</td>'
        f'<td class="surely">{_SIGNS[one.direction]} {texts.SURELY[one.direction]}</td>'
        f'<td class="number">{moved}</td></tr>'
    )


def _settings(comparison: Comparison) -> str:
    if not comparison.settings:
        body = f'<p class="small">{texts.SET_ALIKE}</p>'
    else:
        lines = "".join(f'<li dir="auto">{escape(line)}</li>' for line in comparison.settings)
        body = f'<ul class="differing">{lines}</ul>'
    return f'<section class="evaluate-part"><h3 class="label">{texts.SET_DIFFERENTLY}</h3>{body}</section>'


def _changed(verdict: str, count: int, shown: tuple[Changed, ...], report: str) -> str:
    rows = "".join(_question(one) for one in shown) or f'<p class="small">{texts.NONE_OF_THESE}</p>'
    more = ""
    if count > CHANGES_SHOWN:
        rest = texts.more(count - CHANGES_SHOWN)
        more = (
            f'<p class="small">{rest} · <a href="{report}" target="_blank" rel="noopener">{texts.FULL_REPORT}</a></p>'
        )
    return (
        f'<section class="evaluate-part changed-{verdict}"><h3 class="label">{_TITLES[verdict]} '
        f'<span class="count">{count:,}</span></h3>{rows}{more}</section>'
    )


def _question(one: Changed) -> str:
    change = one.change
    answers = "".join(
        f'<div><h4 class="label">{title}</h4><p class="said" dir="auto">{escape(answer or "–")}</p></div>'
        for title, answer in ((texts.ANSWER_BEFORE, one.before), (texts.ANSWER_AFTER, one.after))
    )
    return (
        f'<details class="outcome"><summary><span class="asked" dir="auto">{escape(change.question)}</span></summary>'
        f'<div class="outcome-columns">{answers}</div>{_moved(change.scores)}</details>'
    )


def _moved(scores: Mapping[str, tuple[float, float]]) -> str:
    lines = "".join(
        f"<li>{escape(label(name))}: {percent(old)} → {percent(new)}</li>" for name, (old, new) in scores.items()
    )
    return f'<ul class="moved">{lines}</ul>'
