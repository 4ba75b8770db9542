"""How a question was understood, as chips under it that change it, as safe HTML. Pure.

Each chip is a button: static/chips.js opens the editor that its ``data-edit`` names, filled from its ``data-*`` and
from the turn's ``data-asked`` (view.form_of), and asks the same question again with what was changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from assistant.answer import Mode
from assistant.reading_choices import read_as
from assistant.search_plan import PlanPart, SearchPlan, TimeWindow
from web import texts
from web.days import readable, readable_span
from web.markup import escape
from web.turn_view import Asked, TurnView, form_of

_MOST_NAMED = 2  # outlets or authors on one chip


def understood(view: TurnView) -> str:
    """The chips, and the plan's notes. Every chip is there from the start, so that nothing moves when the plan is."""
    notes = [note for note in view.plan.notes if note != read_as(view.plan.standalone)] if view.plan else []
    noted = "".join(f'<p class="note" dir="auto">{escape(note)}</p>' for note in notes)
    rows = "".join(f"<li>{one}</li>" for one in _chips(view))
    chips = f'<ul class="chips" aria-label="{texts.UNDERSTOOD_LABEL}">{rows}</ul>'
    return f'<div class="understood">{_standalone(view)}{chips}{noted}</div>'


def form_data(view: TurnView) -> str:
    """The turn's ``data-asked``: what asks the same question again."""
    standalone = view.plan.standalone if view.plan is not None else ""
    return escape(json.dumps(form_of(view.asked, standalone), ensure_ascii=False))


def again_button(label: str, change: Mapping[str, object] | None = None, *, clear: bool = False) -> str:
    """A button that asks the turn's question again with some of its settings changed; ``clear``: the filters too."""
    data = escape(json.dumps(dict(change or {}), ensure_ascii=False))
    cleared = ' data-clear="1"' if clear else ""
    return f'<button type="button" class="action again" data-again="{data}"{cleared}>{escape(label)}</button>'


def differs(view: TurnView) -> bool:
    """Whether the question was put in other words to be searched."""
    return view.plan is not None and view.plan.standalone.strip() not in {"", " ".join(view.asked.text.split())}


def _standalone(view: TurnView) -> str:
    if view.plan is None or not differs(view):
        return ""
    text = view.plan.standalone
    label = f'<span class="label" aria-hidden="true">{texts.UNDERSTOOD}</span>'
    return f'<p class="standalone">{label}{_chip("wording", text, texts.UNDERSTOOD, css="whole", text=text)}</p>'


def _chips(view: TurnView) -> Iterable[str]:
    asked, parts = view.asked, view.plan.parts if view.plan is not None else ()
    questions = list(dict.fromkeys(part.question for part in parts))
    if len(questions) > 1:
        yield from (_wording(view, question, texts.SEARCHED_APART) for question in questions)
    yield from _days(asked, parts, view.plan.widened if view.plan is not None else ())
    yield from _outlets(asked, view.plan)
    yield from _authors(asked, parts)
    phrases = dict.fromkeys(phrase for part in parts for phrase in part.phrases)
    yield from (_wording(view, texts.exactly(phrase), texts.UNDERSTOOD) for phrase in phrases)
    orders = {"latest": texts.LATEST_FIRST, "earliest": texts.EARLIEST_FIRST}
    for recency in dict.fromkeys(part.recency for part in parts if part.recency in orders):
        yield _wording(view, orders[recency], texts.UNDERSTOOD)
    yield _day_asked(asked)
    yield _writer(view)
    if not differs(view):
        yield _wording(view, texts.EDIT_QUESTION, texts.EDIT_QUESTION, css="open")


def _days(asked: Asked, parts: Sequence[PlanPart], widened: Sequence[int]) -> Iterable[str]:
    """The days set and the days read; ``widened``: the parts (from 0) for which others were searched as well."""
    first, last = asked.wall.published_from, asked.wall.published_to
    windows: dict[TimeWindow, bool] = {}
    for number, part in enumerate(parts):
        if part.window is not None and part.window.inferred:
            windows[part.window] = windows.get(part.window, True) and number in widened
    spans = [(window, readable_span(window.start, window.end)) for window in windows]
    if set_span := readable_span(first, last):
        yield _days_chip(set_span, texts.YOUR_FILTER, "filter", first, last)
    for window, span in spans:
        if span:
            css = "window widened" if windows[window] else "window"
            yield _days_chip(span, _read_from(window, widened=windows[window]), css, window.start, window.end)
    if not set_span and not any(span for _, span in spans):
        yield _days_chip(texts.ANY_DATE, texts.DAYS, "open", None, None)


def _days_chip(text: str, title: str, css: str, first: date | None, last: date | None) -> str:
    days = {"from": first.isoformat() if first else "", "to": last.isoformat() if last else ""}
    return _chip("days", text, title, css=css, **days)


def _read_from(window: TimeWindow, *, widened: bool) -> str:
    told = texts.read_from(window.expression) if window.expression else texts.DAYS
    return f"{told}; {texts.OTHER_DAYS_TOO}" if widened else told


def _outlets(asked: Asked, plan: SearchPlan | None) -> Iterable[str]:
    named = list(dict.fromkeys(outlet for part in (plan.parts if plan else ()) for outlet in part.outlets))
    inferred = [outlet for outlet in named if outlet not in asked.wall.outlets]
    if asked.wall.outlets:
        yield _names_chip("outlets", asked.wall.outlets, texts.YOUR_FILTER, "filter")
    if inferred:
        yield _names_chip("outlets", inferred, texts.NAMED_IN_QUESTION, "paper")
    if not asked.wall.outlets and not inferred:
        yield _chip("outlets", texts.ALL_OUTLETS, texts.OUTLETS, css="open", names="[]")


def _authors(asked: Asked, parts: Sequence[PlanPart]) -> Iterable[str]:
    inferred = list(dict.fromkeys(author for part in parts for author in part.authors))
    if asked.wall.authors:
        yield _names_chip("authors", asked.wall.authors, texts.YOUR_FILTER, "filter")
    elif inferred:
        yield _names_chip("authors", inferred, texts.NAMED_IN_QUESTION, "byline")


def _names_chip(kind: str, names: Sequence[str], title: str, css: str) -> str:
    shown = names if len(names) <= _MOST_NAMED else (names[0], texts.and_more(len(names) - 1))
    told = title if len(names) <= _MOST_NAMED else f"{title}: {', '.join(names)}"
    return _chip(kind, ", ".join(shown), told, css=css, names=json.dumps(list(names), ensure_ascii=False))


def _day_asked(asked: Asked) -> str:
    if asked.wall.as_of is not None:
        return _chip("day", texts.as_of(readable(asked.wall.as_of)), texts.YOUR_FILTER, css="filter")
    return _chip("day", texts.asked_on(readable(asked.asked_on)), texts.ASKED_ON_LABEL, css="open")


def _writer(view: TurnView) -> str:
    if view.answer is not None:
        mode = view.answer.mode
    else:
        mode = Mode.MODEL if view.model and view.asked.mode is not Mode.QUOTES else Mode.QUOTES
    label = texts.MODE_QUOTES if mode is Mode.QUOTES else texts.MODE_MODEL
    return _chip("writer", label, texts.WRITTEN_BY, css="open", mode=mode.value)


def _wording(view: TurnView, label: str, title: str, css: str = "part") -> str:
    text = view.plan.standalone if view.plan is not None and view.plan.standalone else view.asked.text
    return _chip("wording", label, title, css=css, text=text)


def _chip(kind: str, label: str, title: str, css: str, **data: str) -> str:
    """One chip; ``kind`` and ``css`` are ours, the rest may hold anything."""
    kept = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    said = label if title == label else texts.chip_label(title, label)
    return (
        f'<button type="button" class="chip {css}" data-edit="{kind}" aria-haspopup="dialog" aria-expanded="false" '
        f'aria-label="{escape(said)}" title="{escape(title)}" dir="auto"{kept}>{escape(label)}</button>'
    )
