"""A topic's course as safe HTML: dated rows, each a quotation with its article, under a plot of coverage. Pure."""

from __future__ import annotations

from assistant.answer import Answer, TimelineRow
from web import texts
from web.coverage_chart import Column, described, render_chart
from web.days import readable
from web.markup import escape
from web.render_parts import quotation
from web.render_search import chosen_chips
from web.render_source import article_address
from web.search_form import SearchForm
from web.timeline_page import TimelinePage


def timeline_view(page: TimelinePage) -> str:
    """The whole view."""
    title = escape(page.form.words or texts.NAV_TIMELINE)
    return (
        f'<section class="view timeline-view" data-view="timeline" data-title="{title}" '
        f'aria-label="{texts.NAV_TIMELINE}">{_form(page.form)}{chosen_chips(page.form, "timeline")}'
        f"{_body(page)}</section>"
    )


def _form(form: SearchForm) -> str:
    days = [("from", form.published_from), ("to", form.published_to)]
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{day.isoformat()}">' for name, day in days if day is not None
    )
    hidden += "".join(f'<input type="hidden" name="outlet" value="{escape(name)}">' for name in form.outlets)
    return (
        '<form class="search-form" action="/" method="get" role="search" data-view-form>'
        f'<input type="hidden" name="view" value="timeline">{hidden}'
        f'<div class="box"><label class="visually-hidden" for="timeline-words">{texts.TIMELINE_LABEL}</label>'
        f'<input type="search" id="timeline-words" name="q" value="{escape(form.words)}" maxlength="1000" '
        f'placeholder="{texts.TIMELINE_PLACEHOLDER}" autocomplete="off" dir="auto">'
        f'<button type="submit" class="primary">{texts.SHOW}</button></div></form>'
    )


def _body(page: TimelinePage) -> str:
    if page.answer is None:
        return f'<div class="nothing"><p>{texts.TIMELINE_LEAD}</p></div>'

    def narrowed(column: Column) -> str:
        return page.form.within(column.start, column.end).address("timeline")

    chart = ""
    if len(page.chart.columns) > 1:
        drawn = render_chart(page.chart, narrowed, texts.chart_label(described(page.chart)))
        chart = f'<section class="wide-chart"><h3 class="label">{texts.COVERAGE_OVER_TIME}</h3>{drawn}</section>'
    notices = "".join(f'<p class="small" dir="auto">{escape(notice)}</p>' for notice in page.answer.notices)
    if not page.answer.timeline:
        covered = texts.refusal_span(readable(page.first_day), readable(page.last_day))
        told = escape(page.answer.statement)
        return f'<div class="nothing"><p dir="auto">{told}</p><p class="small">{escape(covered)}</p></div>'
    listed = "".join(_row(row, page.answer) for row in page.answer.timeline)
    found = page.form.ordered("oldest").address()
    return (
        f'{chart}<p class="statement" dir="auto">{escape(page.answer.statement)}</p>'
        f'<ol class="timeline-rows">{listed}</ol>{notices}'
        f'<p class="ways"><a class="action" data-go href="{escape(found)}">{texts.ALL_CLIPPINGS}</a></p>'
    )


def _row(row: TimelineRow, answer: Answer) -> str:
    source = next((source for source in answer.sources if source.key == row.citation), None)
    passage = source.passage_id if source is not None else None
    address = article_address(row.article_id, passage)
    address += ("&" if "?" in address else "?") + f"mark={row.start}-{row.end}"
    headline = source.title if source is not None and source.title else texts.NO_HEADLINE
    also = texts.also_in(len({copy.outlet for copy in source.also_in})) if source is not None and source.also_in else ""
    return (
        f'<li class="timeline-row"><p class="day"><time datetime="{row.day.isoformat()}">{escape(readable(row.day))}'
        '</time></p><div class="told"><blockquote class="quote"><p dir="auto">'
        f"{quotation(row.text, row.glosses)}</p></blockquote>"
        f'<p class="kicker"><span class="outlet" dir="auto">{escape(row.outlet or texts.UNKNOWN_OUTLET)}</span> · '
        f'<a class="read-article" href="{escape(address)}" dir="auto">{escape(headline)}</a>'
        f"{' · ' + escape(also) if also else ''}</p>{_printed(row)}</div></li>"
    )


def _printed(row: TimelineRow) -> str:
    """How much was printed about it until the next row, where that is more than this article."""
    return f'<p class="small">{escape(texts.printed_until(row.articles, row.outlets))}</p>' if row.articles > 1 else ""
