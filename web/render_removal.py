"""The page for taking articles down, as safe HTML: which, what would go, and what was done. Pure."""

from __future__ import annotations

from archive.removal_report import CopyElsewhere, RemovalReport, RemovedArticle
from web import texts
from web.days import parse_day, readable
from web.long_work import Phase
from web.markup import escape
from web.removal import LONGEST_REASON, RemovalPage, removal_address
from web.render_source import article_address
from web.render_which import which_article
from web.render_work import work_progress


def removal_view(page: RemovalPage) -> str:
    """The whole view."""
    state = page.state
    top = body = ""
    if state is not None and (state.under_way or state.phase is Phase.FAILED):
        top = work_progress(state)
    if state is not None and state.under_way:
        body = ""
    elif page.foreseen is not None:
        body = _foreseen(page, page.foreseen)
    elif page.done is not None and not page.names:
        body = _done(page.done)
    form = "" if state is not None and state.under_way else _which(page)
    return (
        f'<section class="view editing-view" data-view="remove" data-nav="archive" data-title="{texts.TAKE_DOWN}" '
        f'aria-label="{texts.TAKE_DOWN}"><p class="way-back"><a data-go href="/?view=archive">'
        f'← {texts.BACK_TO_ARCHIVE}</a></p><h2 class="view-title">{texts.TAKE_DOWN}</h2>{top}{form}{body}</section>'
    )


def _which(page: RemovalPage) -> str:
    named = page.names[0] if len(page.names) == 1 else ""
    lead = "" if page.foreseen is not None or page.done is not None else f'<p class="lead">{texts.TAKE_DOWN_LEAD}</p>'
    return lead + which_article("remove", named, page.trouble)


# --- before ---------------------------------------------------------------------------------------------------------


def _foreseen(page: RemovalPage, foreseen: RemovalReport) -> str:
    already = "".join(
        f'<p class="notice" dir="auto">{escape(texts.taken_down_before(name))}</p>' for name in foreseen.already_removed
    )
    if not foreseen.removed:
        return already
    rows = "".join(_article(article, page.names) for article in foreseen.removed)
    return f'{already}<section class="going"><h3 class="label">{texts.WOULD_GO}</h3><ul>{rows}</ul></section>' + _form(
        foreseen.removed
    )


def _article(article: RemovedArticle, names: tuple[str, ...]) -> str:
    copies = "".join(_copy(copy, names) for copy in article.copies)
    stays = (
        f'<div class="copies-stay"><p class="small">{texts.COPIES_STAY}</p><ul>{copies}</ul></div>' if copies else ""
    )
    return f"<li>{_described(article, linked=True)}{stays}</li>"


def _described(article: RemovedArticle, *, linked: bool) -> str:
    title = escape(article.title or texts.NO_HEADLINE)
    if linked:
        title = f'<a class="read-article" href="{escape(article_address(article.article_id))}">{title}</a>'
    where = " · ".join(
        part for part in (article.outlet or texts.UNKNOWN_OUTLET, readable(parse_day(article.published))) if part
    )
    told = texts.goes_with(article.versions, article.passages)
    address = f'<p class="small where" dir="auto">{escape(article.url)}</p>' if article.url else ""
    name = " · ".join(part for part in (article.article_id, article.external_id or "") if part)
    return (
        f'<p class="kicker" dir="auto">{escape(where)}</p><p class="going-title" dir="auto">{title}</p>{address}'
        f'<p class="small" dir="auto">{escape(told)} · {escape(name)}</p>'
    )


def _copy(copy: CopyElsewhere, names: tuple[str, ...]) -> str:
    address = escape(article_address(copy.article_id))
    also = escape(removal_address((*names, copy.article_id)))
    return (
        f'<li dir="auto"><a class="read-article" href="{address}">{escape(copy.title or texts.NO_HEADLINE)}</a> '
        f'<span class="small">{escape(copy.outlet or texts.UNKNOWN_OUTLET)}</span> '
        f'<a class="also" data-go href="{also}">{texts.TAKE_DOWN_TOO}</a></li>'
    )


def _form(articles: tuple[RemovedArticle, ...]) -> str:
    ids = "".join(f'<input type="hidden" name="article_id" value="{escape(one.article_id)}">' for one in articles)
    means = "".join(f"<li>{line}</li>" for line in texts.TAKEDOWN_MEANS)
    return (
        f'<form class="editing-form" id="removal-form" data-lost="{texts.REMOVAL_LOST}">{ids}'
        f'<ul class="means">{means}</ul><label class="label" for="removal-reason">{texts.REASON}</label>'
        f'<textarea id="removal-reason" name="reason" rows="3" maxlength="{LONGEST_REASON}" required '
        f'placeholder="{texts.REASON_PLACEHOLDER}" aria-describedby="reason-help"></textarea>'
        f'<p class="help" id="reason-help">{texts.REASON_HELP}</p><label class="check"><input type="checkbox" '
        f'name="sure" required><span>{texts.SURE}</span></label>'
        '<p class="trouble" id="removal-trouble" role="alert"></p><div class="form-actions">'
        f'<button type="submit" class="primary danger" id="removal-begin">{escape(texts.take_down(len(articles)))}'
        "</button></div></form>"
    )


# --- after ----------------------------------------------------------------------------------------------------------


def _done(report: RemovalReport) -> str:
    gone = "".join(f"<li>{_described(article, linked=False)}</li>" for article in report.removed)
    copies = {copy.article_id: copy for article in report.removed for copy in article.copies}
    stays = "".join(_copy(copy, ()) for copy in copies.values())
    kept = f'<div class="copies-stay"><p class="small">{texts.COPIES_STAYED}</p><ul>{stays}</ul></div>' if stays else ""
    files = "".join(
        f'<tr><td class="where" dir="auto">{escape(file)}</td><td>{escape(what)}</td></tr>'
        for file, what in report.side_files
    )
    quoted = (
        f'<details class="ingest-notes"><summary>{escape(texts.quoted_in(len(report.side_files)))}</summary>'
        f'<table class="rows"><tbody>{files}</tbody></table></details>'
        if files
        else ""
    )
    notes = "".join(f'<p class="small" dir="auto">{escape(note)}</p>' for note in report.notes)
    return (
        '<section class="ingest-report removal-report" tabindex="-1">'
        f'<h3 class="label">{texts.TAKEN_DOWN}</h3>{_proof(report)}'
        f'<ul class="gone">{gone}</ul><p class="small" dir="auto">{texts.REASON}: {escape(report.reason)}</p>'
        f"{kept}{quoted}{notes}</section>"
    )


def _proof(report: RemovalReport) -> str:
    if report.proof is None:
        return ""
    told = texts.proof(report.proof.files, report.proof.bytes_read, report.terms_looked_up)
    if not report.left:
        said = f'<span class="found-out">{texts.NOTHING_LEFT}</span> {escape(told)}'
        return f'<p class="proof clean" role="status">{said}</p>'
    rows = "".join(f'<li dir="auto">{escape(line)}</li>' for line in report.left[:50])
    said = f'<p><span class="found-out">{texts.SOMETHING_LEFT}</span> {escape(told)}</p>'
    return f'<div class="proof left" role="alert">{said}<ul>{rows}</ul></div>'
