"""What stands around a conversation, as safe HTML: masthead, start page, composer with its filters, the panel. Pure.

Ids and classes are the agreement with static/chat.js and static/chat.css.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from archive.article import Article
from assistant.answer import Coverage
from web import texts
from web.days import readable
from web.markup import escape
from web.render_editors import editors
from web.render_source import latest_rows
from web.turn_view import MOST_CHARACTERS

_HALF_DISC = (
    '<svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><circle cx="10" cy="10" r="7.25" fill="none" '
    'stroke="currentColor" stroke-width="1.5"/><path d="M10 2.75a7.25 7.25 0 0 1 0 14.5z" fill="currentColor"/></svg>'
)


_LIST = (
    '<svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><path d="M3 5h14M3 10h14M3 15h9" fill="none" '
    'stroke="currentColor" stroke-width="1.5" stroke-linecap="round"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Privacy:
    """Who receives text in either mode, each a sentence; ``model`` is empty where there is none.

    ``offer``: a model server that runs on this machine and could be used, in a sentence.
    """

    quotes: str
    model: str = ""
    offer: str = ""


@dataclass(frozen=True, slots=True)
class ArchiveAtHand:
    """The archive as the start page shows it. ``default_day`` is the day a question is asked on unless changed."""

    coverage: Coverage
    default_day: date
    embedding: str = ""  # how far meaning search is, a sentence; empty when it is ready
    latest: tuple[Article, ...] = ()
    examples: tuple[str, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what else an outlet is called

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to ask about."""
        return self.coverage.articles == 0


def coverage_line(held: Coverage) -> str:
    """``60 articles · 6 outlets · 3 Jan 2023 – 20 Dec 2024`` as plain text."""
    return texts.coverage(held.articles, len(held.outlets), readable(held.first_day), readable(held.last_day))


def masthead(at_hand: ArchiveAtHand, user: str = "", *, may_edit: bool = False) -> str:
    """The name, what the archive covers, and the buttons that are always there; for a user also the way out.

    ``may_edit``: with the views for editors.
    """
    line = "" if at_hand.is_empty else coverage_line(at_hand.coverage)
    return (
        f'<a class="skip" href="#question">{texts.SKIP_LINK}</a>'
        f'<header class="masthead"><h1 class="name">{texts.PRODUCT}</h1>'
        f'<p class="coverage" id="coverage">{escape(line)}</p>{navigation(may_edit=may_edit)}'
        f'<div class="tools"><button type="button" class="quiet icon" id="conversations" aria-expanded="false" '
        f'aria-controls="drawer" aria-label="{texts.CONVERSATIONS}" title="{texts.CONVERSATIONS}">{_LIST}</button>'
        f'<button type="button" class="quiet" id="new" aria-label="{texts.NEW}">'
        f'<span class="if-wide">{texts.NEW}</span><span class="if-narrow">{texts.NEW_SHORT}</span></button>'
        f'<button type="button" class="quiet icon" id="theme" aria-label="{texts.THEME}" title="{texts.THEME}">'
        f"{_HALF_DISC}</button>{_way_out(user)}</div></header>"
    )


def drawer() -> str:
    """One's conversations, beside the page until closed; static/conversations.js fills and empties it."""
    said = {
        "none": texts.NO_CONVERSATIONS, "nothing": texts.NOTHING_FOUND, "failed": texts.NOT_LISTED,
        "question": texts.ONE_QUESTION, "questions": texts.SOME_QUESTIONS, "more": texts.MORE_FOR,
        "rename": texts.RENAME, "delete": texts.DELETE, "sure": texts.REALLY_DELETE, "export": texts.EXPORT_AS,
    }  # fmt: skip
    data = "".join(f' data-{name}="{escape(text)}"' for name, text in said.items())
    return (
        f'<section class="drawer" id="drawer" aria-label="{texts.CONVERSATIONS}"{data}><div class="drawer-bar">'
        f'<h2 class="label">{texts.CONVERSATIONS}</h2><button type="button" class="quiet icon" id="drawer-close" '
        f'aria-label="{texts.CLOSE}">✕</button></div>'
        f'<input type="search" id="find-conversation" placeholder="{texts.FIND_CONVERSATION}" '
        f'aria-label="{texts.FIND_CONVERSATION}" maxlength="200" autocomplete="off">'
        f'<p class="trouble" id="drawer-trouble" role="alert"></p><ul class="kept" id="kept"></ul></section>'
    )


def _way_out(user: str) -> str:
    if not user:
        return ""
    return (
        f'<form class="sign-out" method="post" action="/logout"><button type="submit" class="quiet" '
        f'title="{escape(texts.signed_in_as(user))}">{texts.SIGN_OUT}</button></form>'
    )


def navigation(*, may_edit: bool = False) -> str:
    """The views; static/views.js marks the one that is shown."""
    views = [
        ("ask", texts.NAV_ASK),
        ("search", texts.NAV_SEARCH),
        ("timeline", texts.NAV_TIMELINE),
        ("archive", texts.NAV_ARCHIVE),
    ]
    if may_edit:
        views.append(("evaluate", texts.NAV_EVALUATE))
    links = "".join(
        f'<a href="{"/" if name == "ask" else f"/?view={name}"}" data-view="{name}">{label}</a>'
        for name, label in views
    )
    return f'<nav class="views" aria-label="{texts.NAV_LABEL}">{links}</nav>'


def view_holder() -> str:
    """Where views.js puts the view that is shown."""
    return f'<main class="view-holder" id="view" tabindex="-1" data-lost="{texts.VIEW_LOST}"></main>'


def start(at_hand: ArchiveAtHand, *, may_edit: bool = False) -> str:
    """Before the first question: an invitation with examples; for an empty archive, how to fill it."""
    if at_hand.is_empty and may_edit:
        return (
            f'<section class="start empty" data-phase="start"><h2 class="welcome">{texts.EMPTY_TITLE}</h2>'
            f'<p class="lead">{texts.EMPTY_LEAD}</p><p class="empty-way"><a class="primary" data-go '
            f'href="/?view=ingest">{texts.PUT_IN}</a></p><p class="small">{texts.EMPTY_BY_COMMAND} '
            f"<code>{texts.EMPTY_COMMAND}</code></p></section>"
        )
    if at_hand.is_empty:
        return (
            f'<section class="start empty" data-phase="start"><h2 class="welcome">{texts.EMPTY_TITLE}</h2>'
            f'<p class="lead">{texts.EMPTY_LEAD}</p><pre class="command"><code>{texts.EMPTY_COMMAND}</code></pre>'
            f'<p class="small">{texts.EMPTY_FORMATS}</p></section>'
        )
    rows = "".join(
        f'<li><button type="button" class="example" data-ask="{escape(question)}" dir="auto">'
        f"{escape(question)}</button></li>"
        for question in at_hand.examples
    )
    examples = f'<h3 class="label">{texts.EXAMPLES}</h3><ul class="examples">{rows}</ul>' if rows else ""
    return (
        f'<section class="start" data-phase="start"><h2 class="welcome">{texts.WELCOME}</h2>'
        f'<p class="lead">{texts.WELCOME_LEAD}</p>{examples}</section>'
    )


def queued() -> str:
    """A question that waits until the page has loaded; chat.js fills it in and shows it where its turn will stand."""
    return (
        '<article class="queued" id="queued" role="status"><h2 class="question" dir="auto"></h2>'
        f'<p class="doing">{texts.QUEUED}</p></article>'
    )


def panel_front(at_hand: ArchiveAtHand) -> str:
    """What the panel shows until something is opened: the latest headlines."""
    latest = ""
    if at_hand.latest:
        latest = f'<h3 class="label">{texts.LATEST}</h3><ol class="latest-rows">{latest_rows(at_hand.latest)}</ol>'
    hint = "" if at_hand.is_empty else f'<p class="hint">{texts.PANEL_HINT}</p>'
    return f'<div class="panel-front">{latest}{hint}</div>'


def panel_bar() -> str:
    """The panel's buttons; chat.js shows those that apply."""
    return (
        f'<div class="panel-bar"><button type="button" class="quiet" id="panel-back" hidden>← {texts.BACK}</button>'
        '<p class="panel-position" id="panel-position" aria-live="polite"></p>'
        f'<button type="button" class="quiet icon" id="panel-previous" aria-label="{texts.PREVIOUS}" hidden>←</button>'
        f'<button type="button" class="quiet icon" id="panel-next" aria-label="{texts.NEXT}" hidden>→</button>'
        f'<button type="button" class="quiet icon" id="panel-close" aria-label="{texts.CLOSE}">✕</button></div>'
    )


def panel_view() -> str:
    """Where chat.js puts what has been opened."""
    return f'<section class="panel-view" id="panel-view" aria-label="{texts.PANEL_LABEL}"></section>'


def composer(at_hand: ArchiveAtHand, privacy: Privacy) -> str:
    """The question's box, the filters, and the line that says who receives text."""
    empty = " disabled" if at_hand.is_empty else ""
    held = at_hand.coverage
    changed = editors(held.first_day, held.last_day, has_model=bool(privacy.model), offer=privacy.offer)
    said = privacy.model or privacy.quotes
    return (
        '<form class="composer" id="composer" autocomplete="off" novalidate>'
        f"{filters(at_hand, privacy)}"
        f'<p class="trouble" id="trouble" role="alert" data-lost="{texts.CONNECTION}" data-busy="{texts.BUSY}"></p>'
        f'<div class="box"><label class="visually-hidden" for="question">{texts.QUESTION_LABEL}</label>'
        f'<textarea id="question" name="question" rows="1" maxlength="{MOST_CHARACTERS}" '
        f'placeholder="{texts.QUESTION_PLACEHOLDER}" aria-describedby="keys"{empty}></textarea>'
        f'<button type="submit" class="primary" id="ask"{empty}>{texts.ASK}</button>'
        f'<button type="button" class="primary stop" id="stop">{texts.STOP}</button></div>'
        '<div class="under"><button type="button" class="quiet" id="filters-toggle" aria-expanded="false" '
        f'aria-controls="filters"><span class="toggle-label">{texts.FILTERS}</span>'
        f'<span class="summary" id="filter-summary"></span></button><p class="keys" id="keys">{texts.KEYS_HINT}</p>'
        f'<p class="privacy" id="privacy" data-quotes="{escape(privacy.quotes)}" data-model="{escape(privacy.model)}">'
        f"{escape(said)}</p>"
        f'<p class="embedding" id="embedding" role="status">{escape(at_hand.embedding)}</p>'
        f"</div></form>{changed}"
    )


def filters(at_hand: ArchiveAtHand, privacy: Privacy) -> str:
    """The filter sheet: days, outlets, the day asked on, and who writes."""
    held = at_hand.coverage
    first, last = _iso(held.first_day), _iso(held.last_day)
    asked = at_hand.default_day.isoformat()
    return (
        f'<fieldset class="filters" id="filters" data-default-day="{asked}" data-any-date="{texts.ANY_DATE}" '
        f'data-all-outlets="{texts.ALL_OUTLETS}"><legend class="visually-hidden">{texts.FILTERS}</legend>'
        '<div class="filter-grid"><div class="filter-days">'
        f'<div class="pair"><label>{texts.FROM}<input type="date" name="from" min="{first}" max="{last}"></label>'
        f'<label><span aria-hidden="true">{texts.TO}</span><span class="visually-hidden">{texts.TO_LABEL}</span>'
        f'<input type="date" name="to" min="{first}" max="{last}"></label></div>'
        f'<p class="help">{texts.WINDOW_NOTE}</p>'
        f'<label>{texts.ASKED_ON}<input type="date" name="asked_on" value="{asked}" required></label>'
        f'<p class="help">{texts.ASKED_ON_HELP}</p>'
        f'<label class="check"><input type="checkbox" name="as_of"><span>{texts.AS_OF}</span></label>'
        f"{_mode_switch(privacy)}</div>{_outlet_list(held.outlets, at_hand.aliases)}</div>"
        f'<div class="filter-actions"><button type="button" class="quiet" id="filters-clear">{texts.CLEAR}</button>'
        f'<button type="button" class="action" id="filters-done">{texts.DONE}</button></div></fieldset>'
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _mode_switch(privacy: Privacy) -> str:
    if not privacy.model:
        offer = f'<p class="help offer" dir="auto">{escape(privacy.offer or texts.NO_MODEL_HELP)}</p>'
        return f'<input type="hidden" name="mode" value="quotes">{offer}'
    choices = "".join(
        f'<label class="choice"><input type="radio" name="mode" value="{value}"{checked}><span>{label}</span></label>'
        for value, label, checked in (
            ("quotes", texts.MODE_QUOTES, ""),
            ("model", texts.MODE_MODEL, " checked"),
        )
    )
    return (
        f'<div class="mode" role="radiogroup" aria-label="{texts.WRITTEN_BY}">'
        f'<span class="field-label">{texts.WRITTEN_BY}</span><div class="choices">{choices}</div></div>'
    )


def _outlet_list(outlets: Sequence[tuple[str, int]], aliases: Mapping[str, tuple[str, ...]]) -> str:
    rows = "".join(
        f'<li data-also="{escape(json.dumps(aliases.get(name, ()), ensure_ascii=False))}"><label class="check">'
        f'<input type="checkbox" name="outlet" value="{escape(name)}">'
        f'<span dir="auto">{escape(name)}</span><span class="count">{count:,}</span></label></li>'
        for name, count in outlets
    )
    find = ""
    if len(outlets) > 12:
        find = (
            f'<input type="search" id="find-outlet" placeholder="{texts.FIND_OUTLET}" aria-label="{texts.FIND_OUTLET}">'
        )
    return (
        f'<div class="filter-outlets" role="group" aria-label="{texts.OUTLETS}"><span class="field-label">'
        f'{texts.OUTLETS}</span>{find}<ul class="outlet-list">{rows}</ul></div>'
    )
