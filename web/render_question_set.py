"""A question set before it is run, as safe HTML: what is in it, and how to run it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from evaluation.expectations import OpenQuestion
from evaluation.question_set import TestQuestion, kind_of
from evaluation.sets_at_hand import SetAtHand
from web import texts
from web.evaluating import MODEL, PASSAGES, QUOTES
from web.evaluation_page import QUESTIONS_SHOWN, SetPage
from web.markup import escape
from web.render_evaluate import ACTIONS, button_form, frame, runs_table, sent_form, work_told
from web.render_source import article_address


def set_view(page: SetPage) -> str:
    """A set: what is in it, and how to run it."""
    chosen = page.chosen
    title = chosen.name
    if chosen.problem:
        delete = button_form("delete-set", texts.DELETE_SET, "quiet", sure=True, name=chosen.name) if chosen.own else ""
        return frame(title, f'<p class="notice" role="alert" dir="auto">{escape(chosen.problem)}</p>{delete}')
    notes = [texts.unscored(chosen.unscored)] if chosen.unscored and not page.to_fill_in else []
    told = "".join(f'<p class="notice">{escape(note)}</p>' for note in notes)
    return frame(
        title,
        f"{_numbers(page)}{told}{work_told(page.work, page.running)}{_to_fill_in(page)}{_run_form(page)}"
        f"{_questions(chosen.questions)}"
        f"{_runs_of_set(page)}{_set_actions(chosen)}",
    )


def _numbers(page: SetPage) -> str:
    chips = "".join(
        f'<li class="chip" dir="auto">{escape(name)} <span class="count">{count:,}</span></li>'
        for name, count in [*page.kinds, *(pair for pair in page.tags if pair not in page.kinds)]
    )
    total = escape(texts.questions(len(page.chosen.questions)))
    return f'<p class="found-count">{total}</p><ul class="chips set-kinds">{chips}</ul>'


def _to_fill_in(page: SetPage) -> str:
    """Questions that say nothing of a right answer, each with a form to say it."""
    if not page.to_fill_in:
        return ""
    rows = "".join(_open_question(page.chosen.name, one) for one in page.to_fill_in[:QUESTIONS_SHOWN])
    rest = len(page.to_fill_in) - QUESTIONS_SHOWN
    more = f'<p class="small">{texts.more(rest)}</p>' if rest > 0 else ""
    return (
        f'<section class="evaluate-part"><h3 class="label">{texts.FILL_IN} '
        f'<span class="count">{len(page.to_fill_in):,}</span></h3><p class="small">{texts.FILL_IN_HELP}</p>{rows}{more}'
        "</section>"
    )


def _open_question(name: str, one: OpenQuestion) -> str:
    inside = (
        f'<input type="hidden" name="set" value="{escape(name)}">'
        f'<input type="hidden" name="question" value="{escape(one.id)}">'
        '<label class="check"><input type="radio" name="expect" value="answer" checked>'
        f"<span>{texts.IS_ANSWERED}</span></label>"
        f'<textarea name="answers" rows="2" aria-label="{texts.IS_ANSWERED}"></textarea>'
        '<label class="check"><input type="radio" name="expect" value="abstain">'
        f"<span>{texts.IS_REFUSED}</span></label>"
        f'<button type="submit" class="action">{texts.KEEP}</button>'
    )
    told = ""
    if one.minded:
        told += f'<h4 class="label">{texts.READER_MINDED}</h4><p class="said" dir="auto">{escape(one.minded)}</p>'
    if one.answered:
        told += f'<h4 class="label">{texts.WAS_ANSWERED}</h4><p class="said" dir="auto">{escape(one.answered)}</p>'
    if one.found:
        rows = "".join(
            f'<li><a class="read-article" href="{escape(article_address(article_id))}" dir="auto">'
            f'{escape(title or texts.NO_HEADLINE)}</a> <span class="help" dir="auto">{escape(where)}</span></li>'
            for article_id, title, where in one.found
        )
        told += f'<h4 class="label">{texts.WAS_FOUND}</h4><ul class="was-found">{rows}</ul>'
    return (
        f'<details class="outcome"><summary><span class="asked" dir="auto">{escape(one.question)}</span></summary>'
        f'<div class="outcome-columns"><div>{sent_form("expectations", inside, "fill-in")}</div><div>{told}</div></div>'
        "</details>"
    )


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
