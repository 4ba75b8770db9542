"""The line that asks which article an editor means, as safe HTML. Pure."""

from __future__ import annotations

from web import texts
from web.markup import escape


def which_article(view: str, named: str, trouble: str = "") -> str:
    """A field for an address or id, whose form opens ``view`` for it; ``trouble`` is what was wrong with it."""
    said = f'<p class="trouble" role="alert" dir="auto">{escape(trouble)}</p>' if trouble else ""
    return (
        f'<form class="editing-form which" data-view-form><input type="hidden" name="view" value="{view}">'
        f'<label class="label" for="which-name">{texts.WHICH_ARTICLE}</label><div class="which-line">'
        f'<input type="text" id="which-name" name="name" value="{escape(named)}" required maxlength="4000" '
        f'autocomplete="off" spellcheck="false" placeholder="{texts.WHICH_PLACEHOLDER}">'
        f'<button type="submit" class="action">{texts.LOOK}</button></div>{said}</form>'
    )
