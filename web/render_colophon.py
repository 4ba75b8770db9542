"""What stands under an answer, as safe HTML: who wrote it, how to take it along, what the reader thinks of it. Pure."""

from __future__ import annotations

from urllib.parse import quote

from assistant.answer import Answer, Mode
from web import texts
from web.links import question_link
from web.markup import escape
from web.render_source import where_and_when
from web.turn_view import Phase, TurnView

_THUMB_UP = (
    '<svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true"><path d="M7 11v9H4v-9zm0 0 4-7c1.7 0 2.5 1.2 2 '
    '3l-1 3h6c1.4 0 2.2 1 1.9 2.3l-1.2 5.4A2 2 0 0 1 17 20H7" fill="none" stroke="currentColor" stroke-width="1.6" '
    'stroke-linejoin="round"/></svg>'
)
_THUMB_DOWN = _THUMB_UP.replace("<path d=", '<path transform="rotate(180 12 12)" d=')
_FORMS = (("markdown", "Markdown"), ("html", "HTML"), ("json", "JSON"))


def colophon(view: TurnView, answer: Answer) -> str:
    """Who wrote the answer and what it took; a link to the question, the answer to copy, and to keep as a file."""
    if answer.mode is Mode.QUOTES:
        parts = [texts.MODE_USED_QUOTES]
    else:
        model = answer.usage.model or view.model
        parts = [texts.answered_by(model) if model else texts.MODE_USED_MODEL]
    used = (answer.usage.prompt_tokens or 0) + (answer.usage.completion_tokens or 0)
    if used:
        parts.append(texts.tokens(used))
    if spent := answer.timings_ms.get("total", sum(answer.timings_ms.values())):
        parts.append(texts.seconds(spent))
    copy = (
        f'<button type="button" class="quiet copy" title="{texts.COPY_TITLE}" '
        f'data-copy="{escape(as_plain_text(answer))}">{texts.COPY}</button>'
    )
    standalone = answer.plan.standalone
    link = (
        f'<button type="button" class="quiet copy" title="{texts.LINK_TITLE}" '
        f'data-copy-link="{escape(question_link(view.asked, standalone))}">{texts.LINK}</button>'
    )
    return (
        f'<div class="colophon"><span>{escape(" · ".join(parts))}</span>'
        f'<span class="hands">{link}{copy}{_keep(view)}</span></div>'
    )


def _keep(view: TurnView) -> str:
    """The answer as a file, where it is kept and so can be asked for."""
    if not view.conversation or view.phase is not Phase.DONE:
        return ""
    address = f"/api/v1/conversations/{quote(view.conversation, safe='')}/export?turn={view.number}"
    rows = "".join(
        f'<a class="quiet" href="{escape(f"{address}&form={form}")}" download aria-label="{texts.EXPORT_AS} {name}">'
        f"{name}</a>"
        for form, name in _FORMS
    )
    return (
        f'<details class="keep"><summary class="quiet" title="{texts.SAVE_TITLE}">{texts.SAVE}</summary>'
        f'<div class="kept-menu">{rows}</div></details>'
    )


def opinion(view: TurnView) -> str:
    """Thumbs up and down, and a field for the reason; only where the turn is kept, so that it can be named."""
    if not view.conversation or view.phase is not Phase.DONE:
        return ""
    thumbs = "".join(
        f'<button type="button" class="quiet thumb" data-verdict="{verdict}" aria-pressed="false" '
        f'aria-label="{label}" title="{label}">{sign}</button>'
        for verdict, label, sign in (("up", texts.GOOD_ANSWER, _THUMB_UP), ("down", texts.BAD_ANSWER, _THUMB_DOWN))
    )
    return (
        f'<form class="opinion" data-thanks="{texts.THANKS}">{thumbs}<label class="why"><span class="visually-hidden">'
        f'{texts.WHY}</span><input type="text" name="reason" maxlength="500" placeholder="{texts.WHY}"></label>'
        f'<button type="submit" class="quiet why">{texts.SEND}</button>'
        f'<span class="opinion-note" role="status"></span></form>'
    )


def as_plain_text(answer: Answer) -> str:
    """The answer with its sources in full, for the clipboard."""
    lines = [answer.answer, ""]
    for source in answer.sources:
        said = [source.title, ", ".join(source.authors), where_and_when(source.outlet, source.published), source.url]
        lines.append(f"[{source.key}] {'. '.join(part.rstrip('.') for part in said if part)}")
    return "\n".join(lines).strip()
