"""The small editors that a question's chips open, as safe HTML: one of each, for static/chips.js to copy. Pure."""

from __future__ import annotations

from datetime import date

from web import texts
from web.markup import escape
from web.turn_view import MOST_CHARACTERS


def editors(first: date | None, last: date | None, *, has_model: bool, offer: str = "") -> str:
    """All of them, hidden. ``first`` and ``last`` bound the archive; ``offer`` names a model server of this machine."""
    bounds = f'min="{first.isoformat() if first else ""}" max="{last.isoformat() if last else ""}"'
    days = (
        f'<div class="pair"><label>{texts.FROM}<input type="date" name="from" {bounds}></label>'
        f'<label><span aria-hidden="true">{texts.TO}</span><span class="visually-hidden">{texts.TO_LABEL}</span>'
        f'<input type="date" name="to" {bounds}></label></div><p class="help">{texts.WINDOW_NOTE}</p>'
    )
    names = '<ul class="outlet-list"></ul>'
    found = (
        f'<input type="search" class="find" placeholder="{texts.FIND_OUTLET}" aria-label="{texts.FIND_OUTLET}" '
        f'autocomplete="off" hidden>{names}'
    )
    day = (
        f'<label>{texts.ASKED_ON}<input type="date" name="asked_on" required></label>'
        f'<p class="help">{texts.ASKED_ON_HELP}</p>'
        f'<label class="check"><input type="checkbox" name="as_of"><span>{texts.AS_OF}</span></label>'
    )
    wording = (
        f'<label><span class="visually-hidden">{texts.QUESTION_LABEL}</span><textarea name="text" rows="2" '
        f'maxlength="{MOST_CHARACTERS}" required></textarea></label><p class="help">{texts.QUESTION_HELP}</p>'
    )
    shown = (
        _editor("days", texts.DAYS, days, texts.ANY_DATE),
        _editor("outlets", texts.OUTLETS, found, texts.ALL_OUTLETS),
        _editor("authors", texts.BYLINE, names, texts.ANY_BYLINE),
        _editor("day", texts.ASKED_ON, day),
        _editor("writer", texts.WRITTEN_BY, _writers(has_model=has_model, offer=offer), asks=has_model),
        _editor("wording", texts.EDIT_QUESTION, wording),
    )
    return f'<div id="editors" hidden data-backwards="{texts.BAD_WINDOW}">{"".join(shown)}</div>'


def _writers(*, has_model: bool, offer: str) -> str:
    if not has_model:
        offered = f'<p class="help" dir="auto">{escape(offer)}</p>' if offer else ""
        return f'<p class="help" tabindex="-1">{texts.NO_MODEL_HELP}</p>{offered}'
    choices = "".join(
        f'<label class="choice"><input type="radio" name="mode" value="{value}"><span>{label}</span></label>'
        for value, label in (("quotes", texts.MODE_QUOTES), ("model", texts.MODE_MODEL))
    )
    return f'<div class="choices" role="radiogroup" aria-label="{texts.WRITTEN_BY}">{choices}</div>'


def _editor(kind: str, title: str, fields: str, take_away: str = "", *, asks: bool = True) -> str:
    """One editor. ``take_away`` is the button that asks without what the chip says."""
    away = f'<button type="button" class="quiet" data-take>{take_away}</button>' if take_away else ""
    ask = f'<button type="submit" class="primary small-primary">{texts.ASK_AGAIN}</button>' if asks else ""
    close = f'<button type="button" class="quiet icon" data-close aria-label="{texts.CLOSE}">✕</button>'
    return (
        f'<form class="chip-editor" data-kind="{kind}" role="dialog" aria-label="{title}" autocomplete="off" '
        "novalidate>"
        f'<div class="editor-bar"><p class="field-label">{title}</p>{close}</div>{fields}'
        f'<p class="trouble" role="alert"></p><div class="editor-actions">{away}{ask}</div></form>'
    )
