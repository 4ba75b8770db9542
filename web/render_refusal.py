"""The honest "not in the archive", as safe HTML: what was searched, a wider search, what came nearest. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Answer, Mode, Source
from assistant.search_plan import CatalogQuestion, PlanPart
from web import texts
from web.days import readable
from web.markup import escape
from web.render_parts import cards, notices
from web.render_source import source_rows
from web.render_understood import again_button
from web.turn_view import TurnView


def refusal(view: TurnView, answer: Answer) -> str:
    """Why there is no answer, and what can be done about it."""
    filtered = not view.asked.wall.is_empty
    said = texts.REFUSED_FILTERED if filtered else texts.REFUSED
    parts = [f'<p class="refusal-title">{texts.REFUSED_BY_MODEL if answer.shown_to_model else said}</p>']
    if answer.statement:
        parts.append(f'<p class="statement">{escape(answer.statement)}</p>')
    if answer.coverage is not None and not answer.shown_to_model:  # nothing is said of the archive as a whole
        held = answer.coverage
        days = (readable(held.first_day), readable(held.last_day))
        told = (
            texts.refusal_within(held.articles, *days)
            if filtered
            else texts.refusal_coverage(held.articles, len(held.outlets), *days)
        )
        parts.append(f'<p class="refusal-coverage">{escape(told)}</p>')
    parts.append(notices(answer))
    if wider := _wider(view, answer):
        parts.append(f'<p class="wider">{"".join(wider)}</p>')
    if answer.near_misses:
        found = texts.FOUND if answer.shown_to_model else texts.NEAREST
        parts.append(_near_misses(view, found, answer.near_misses))
    return f'<div class="refusal">{"".join(parts)}</div>'


def _wider(view: TurnView, answer: Answer) -> list[str]:
    """A button for each thing that narrowed the search, set or inferred; with several set, one for all of those.

    Where it was the model that found nothing, one for the sentences of what was found.
    """
    wall, plan = view.asked.wall, answer.plan
    counted: list[PlanPart | CatalogQuestion] = [plan.catalog] if plan.catalog is not None else []
    named = [*plan.parts, *counted]
    kept_to = [part for number, part in enumerate(plan.parts) if number not in plan.widened]  # else: searched already
    dated = [*kept_to, *counted]
    buttons: list[str] = []
    if answer.shown_to_model:
        buttons.append(again_button(texts.ANSWER_IN_QUOTES, {"mode": Mode.QUOTES.value}))
    if wall.published_from or wall.published_to or any(one.window is not None for one in dated):
        buttons.append(again_button(texts.ALL_DAYS, {"from": "", "to": "", "infer_days": False}))
    if wall.outlets or any(one.outlets for one in named):
        buttons.append(again_button(texts.SEARCH_ALL_OUTLETS, {"outlets": [], "infer_outlets": False}))
    if wall.authors or any(one.authors for one in named):
        buttons.append(again_button(texts.SEARCH_ALL_BYLINES, {"authors": [], "infer_authors": False}))
    if wall.as_of is not None:
        buttons.append(again_button(texts.AS_IT_IS_TODAY, {"as_of": False}))
    if not wall.is_empty:
        change = {"from": "", "to": "", "outlets": [], "authors": [], "as_of": False}
        buttons.append(again_button(texts.WITHOUT_FILTERS, change, clear=True))
    return buttons


def _near_misses(view: TurnView, title: str, near: Sequence[Source]) -> str:
    # numbered by us: near misses are no sources, whatever keys they carry
    keyed = [replace(source, key=str(number)) for number, source in enumerate(near, 1)]
    return (
        f'<section class="turn-sources near"><h3 class="label">{title}</h3>'
        f"{source_rows(keyed, view.number, prefix='n', numbered=False)}{cards(view, keyed, 'n')}</section>"
    )
