"""The page for correcting an article by hand, as safe HTML. Pure."""

from __future__ import annotations

from archive.article import Article
from ingest.kinds import KINDS
from web import texts
from web.edit_article import EditPage
from web.markup import escape
from web.render_source import article_address
from web.render_which import which_article

_HELP = {"published": texts.PUBLISHED_HELP, "authors": texts.AUTHORS_HELP, "language": texts.LANGUAGE_PLACEHOLDER}


def edit_view(page: EditPage) -> str:
    """The whole view."""
    lead = "" if page.article is not None else f'<p class="lead">{texts.CORRECT_LEAD}</p>'
    form = _form(page, page.article) if page.article is not None else ""
    return (
        f'<section class="view editing-view" data-view="edit" data-nav="archive" data-title="{texts.CORRECT}" '
        f'aria-label="{texts.CORRECT}"><p class="way-back"><a data-go href="/?view=archive">'
        f'← {texts.BACK_TO_ARCHIVE}</a></p><h2 class="view-title">{texts.CORRECT}</h2>{lead}'
        f"{which_article('edit', page.name, page.trouble)}{form}</section>"
    )


def _form(page: EditPage, article: Article) -> str:
    fields = "".join(_field(name, page) for name in texts.FIELD_NAMES)  # each of describing.EDITABLE
    title = escape(article.title or texts.NO_HEADLINE)
    return (
        '<section class="going"><p class="going-title" dir="auto">'
        f'<a class="read-article" href="{escape(article_address(article.article_id))}">{title}</a></p>'
        f'<p class="small" dir="auto">{escape(texts.holds_for(page.versions))}</p></section>'
        f'<form class="editing-form" id="edit-form" data-article="{escape(article.article_id)}" '
        f'data-lost="{texts.EDIT_LOST}"><div class="edit-fields">{fields}</div>'
        '<p class="trouble" id="edit-trouble" role="alert"></p><div class="form-actions">'
        f'<button type="submit" class="primary" id="edit-save">{texts.SAVE_CORRECTION}</button>'
        '<p class="small" id="edit-saved" role="status"></p></div></form>'
    )


def _field(name: str, page: EditPage) -> str:
    value = escape(page.values[name])
    help_id = f' aria-describedby="help-{name}"' if name in _HELP else ""
    shared = f'id="edit-{name}" name="{name}" autocomplete="off" dir="auto"{help_id}'
    if name == "authors":
        control = f'<textarea {shared} rows="2" maxlength="4000">{value}</textarea>'
    elif name == "kind" and (not value or page.values[name] in KINDS):
        kinds = ("", *sorted(KINDS)) if not value else sorted(KINDS)
        chosen = "".join(
            f'<option value="{escape(kind)}"{" selected" if kind == page.values[name] else ""}>'
            f"{escape(kind) or texts.NOT_SAID}</option>"
            for kind in kinds
        )
        control = f"<select {shared}>{chosen}</select>"
    else:
        control = f'<input type="text" {shared} value="{value}" maxlength="4000">'
    help_line = f'<p class="help" id="help-{name}">{_HELP[name]}</p>' if name in _HELP else ""
    back = ""
    if name in page.by_hand:
        back = (
            f'<label class="check"><input type="checkbox" name="clear" value="{name}">'
            f"<span>{texts.BY_HAND} {texts.TAKE_BACK}</span></label>"
        )
    return (
        f'<div class="edit-field"><label for="edit-{name}">{texts.FIELD_NAMES[name]}</label>{control}{help_line}{back}'
        "</div>"
    )
