"""A question set before it is run, as safe HTML: what is in it, and how to run it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from evaluation.question_set import TestQuestion, kind_of
from evaluation.sets_at_hand import SetAtHand
from web import texts
from web.evaluating import MODEL, PASSAGES, QUOTES
from web.evaluation_page import QUESTIONS_SHOWN, SetPage
from web.markup import escape
from web.render_evaluate import ACTIONS, button_form, frame, runs_table, sent_form, work_told


def set_view(page: SetPage) -> str:
    """A set: what is in it, and how to run it."""
    chosen = page.chosen
    title = chosen.name
    if chosen.problem:
        delete = button_form("delete-set", texts.DELETE_SET, "quiet", sure=True, name=chosen.name) if chosen.own else ""
        return frame(title, f'<p class="notice" role="alert" dir="auto">{escape(chosen.problem)}</p>{delete}')
    notes = [texts.unscored(chosen.unscored)] if chosen.unscored else []
    told = "".join(f'<p class="notice">{escape(note)}</p>' for note in notes)
    return frame(
        title,
        f"{_numbers(page)}{told}{work_told(page.work, page.running)}{_run_form(page)}{_questions(chosen.questions)}"
        f"{_runs_of_set(page)}{_set_actions(chosen)}",
    )


def _numbers(page: SetPage) -> str:
    chips = "".join(
        f'<li class="chip" dir="auto">{escape(name)} <span class="count">{count:,}</span></li>'
        for name, count in [*page.kinds, *(pair for pair in page.tags if pair not in page.kinds)]
    )
    total = escape(texts.questions(len(page.chosen.questions)))
    return f'<p class="found-count">{total}</p><ul class="chips set-kinds">{chips}</ul>'


def _run_form(page: SetPage) -> str:
    ways = [(QUOTES, texts.RUN_QUOTES, texts.RUN_QUOTES_HELP)]
    if page.model:
        told = texts.stays_with(page.model) if page.model_is_here else texts.asks_model(page.model)
        ways.append((MODEL, texts.RUN_MODEL, told))
    ways.append((PASSAGES, texts.RUN_PASSAGES, texts.RUN_PASSAGES_HELP))
    choices = "".join(
        f'<label class="check"><input type="radio" name="way" value="{value}"{" checked" if value == QUOTES else ""}>'
        f'<span dir="auto">{name} <span class="help">– {escape(says)}</span></span></label>'
        for value, name, says in ways
    )
    total = len(page.chosen.questions)
    inside = (
        f'<input type="hidden" name="set" value="{escape(page.chosen.name)}">'
        f'<fieldset class="ways"><legend class="label">{texts.RUN_ANSWERS}</legend>{choices}</fieldset>'
        '<div class="run-fields">'
        f"{_field('limit', texts.RUN_LIMIT, texts.RUN_LIMIT_HELP, f'type=number min=1 max={total}')}"
        f"{_field('asked_on', texts.RUN_ASKED_ON, texts.RUN_ASKED_ON_HELP, 'type=date')}"
        f"{budget_field() if page.model else ''}"
        f"{_field('name', texts.RUN_NAME, texts.RUN_NAME_HELP, 'type=text maxlength=80')}</div>"
        f'<div class="run-go"><button type="submit" class="primary">{texts.START_RUN}</button>'
        f'<p class="help">{texts.ONE_AT_A_TIME}</p></div>'
    )
    form = sent_form("runs", inside)
    return f'<section class="evaluate-part run-it"><h3 class="label">{texts.RUN_IT}</h3>{form}</section>'


def _field(name: str, words: str, says: str, kind: str) -> str:
    return (
        f'<label>{words}<input name="{name}" {kind} autocomplete="off" aria-describedby="says-{name}">'
        f'<span class="help" id="says-{name}">{escape(says)}</span></label>'
    )


def budget_field() -> str:
    """How much a run with a language model may cost."""
    return _field("budget", texts.RUN_BUDGET, texts.RUN_BUDGET_HELP, "type=text maxlength=40")


def _questions(questions: Sequence[TestQuestion]) -> str:
    rows = "".join(
        f'<tr><td dir="auto">{escape(one.question)}</td><td dir="auto">{expected(one)}</td>'
        f'<td dir="auto">{escape(kind_of(one))}</td></tr>'
        for one in questions[:QUESTIONS_SHOWN]
    )
    told = escape(texts.first_of(min(QUESTIONS_SHOWN, len(questions)), len(questions)))
    return (
        f'<section class="evaluate-part"><h3 class="label">{told}</h3><div class="table-holder">'
        f'<table class="rows questions"><thead><tr><th scope="col">{texts.QUESTION}</th>'
        f'<th scope="col">{texts.EXPECTED}</th><th scope="col">{texts.KIND}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div></section>"
    )


def _runs_of_set(page: SetPage) -> str:
    busy = page.running if page.work is not None and page.work.under_way else ""
    body = runs_table(page.runs, busy) if page.runs else f'<p class="small">{texts.NO_RUNS_OF_SET}</p>'
    return f'<section class="evaluate-part"><h3 class="label">{texts.RUNS}</h3>{body}</section>'


def _set_actions(chosen: SetAtHand) -> str:
    download = f'<a class="action" href="{ACTIONS}/sets/{_part(chosen.name)}" download>{texts.DOWNLOAD_SET}</a>'
    delete = button_form("delete-set", texts.DELETE_SET, "quiet", sure=True, name=chosen.name) if chosen.own else ""
    return f'<div class="part-actions">{download}{delete}</div>'


def _part(name: str) -> str:
    return escape(quote(name, safe="", errors="replace"))


def expected(question: TestQuestion) -> str:
    """What a right answer holds, in short (HTML)."""
    if question.expect == "abstain":
        return texts.REFUSAL_EXPECTED
    held = question.answers or question.assertions or question.facts or question.relevant
    return escape("; ".join(held)) if held else f'<span class="help">{texts.NO_EXPECTATION}</span>'
