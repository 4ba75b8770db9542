"""The search for clippings as safe HTML: the form, the facets, the list. Pure.

Every narrowing is a link (``data-go``); static/views.js loads it in place, and without it the address works too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from web import texts
from web.clippings import Clipping, ClippingPage
from web.coverage_chart import Column, described, render_chart
from web.days import day_of, readable, readable_span
from web.markup import escape, highlighted
from web.render_source import article_address
from web.search_form import LABEL_KINDS, LabelKind, SearchForm

_FACET_ROWS = 8
_MOST_FACET_ROWS = 100
_ORDERS = {
    "relevance": texts.BY_RELEVANCE,
    "newest": texts.NEWEST_FIRST,
    "oldest": texts.OLDEST_FIRST,
}


def search_view(page: ClippingPage) -> str:
    """The whole view."""
    form = page.form
    return (
        f'<section class="view search-view" data-view="search" data-title="{escape(form.words or texts.NAV_SEARCH)}" '
        f'aria-label="{texts.NAV_SEARCH}">{search_form(page)}'
        f'<div class="search-columns"><div class="found">{_summary(page)}{chosen_chips(form, "search")}'
        f"{_list(page)}</div>"
        f'<aside class="facets" aria-label="{texts.NARROW}">{_facets(page)}</aside></div></section>'
    )


def search_form(page: ClippingPage) -> str:
    """The words, and what is already narrowed as hidden fields."""
    form = page.form
    hidden = [("order", form.order)] if form.order != "relevance" else []
    hidden += [("outlet", name) for name in form.outlets]
    hidden += [("section", name) for name in form.sections]
    hidden += [("author", name) for name in form.authors]
    fields = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in hidden)
    first = form.published_from.isoformat() if form.published_from else ""
    last = form.published_to.isoformat() if form.published_to else ""
    return (
        '<form class="search-form" action="/" method="get" role="search" data-view-form>'
        f'<input type="hidden" name="view" value="search">{fields}'
        f'<div class="box"><label class="visually-hidden" for="search-words">{texts.SEARCH_LABEL}</label>'
        f'<input type="search" id="search-words" name="q" value="{escape(form.words)}" maxlength="1000" '
        f'placeholder="{texts.SEARCH_PLACEHOLDER}" autocomplete="off" dir="auto">'
        f'<button type="submit" class="primary">{texts.NAV_SEARCH}</button></div>'
        f'<div class="search-days"><label>{texts.FROM} <input type="date" name="from" value="{first}"></label>'
        f'<label><span aria-hidden="true">{texts.TO}</span><span class="visually-hidden">{texts.TO_LABEL}</span> '
        f'<input type="date" name="to" value="{last}"></label>'
        f'<span class="help">{texts.SEARCH_HELP}</span></div></form>'
    )


def _summary(page: ClippingPage) -> str:
    counts = page.counts
    told = texts.found(counts.articles, counts.stories, len(counts.by_outlet), exact=bool(page.form.words))
    lines = [f'<p class="found-count" role="status">{escape(told)}</p>']
    if page.by_meaning:
        by_meaning = texts.BY_MEANING_TOO if counts.articles else texts.BY_MEANING_ONLY
        lines.append(f'<p class="small">{by_meaning}</p>')
    lines += [f'<p class="small" dir="auto">{escape(note)}</p>' for note in page.notes]
    orders = [name for name in _ORDERS if name != "relevance" or page.form.words]
    current = page.form.order if page.form.order in orders else "newest"
    links = "".join(
        f'<a data-go href="{escape(page.form.ordered(name).address())}"'
        f"{' aria-current=true' if name == current else ''}>{_ORDERS[name]}</a>"
        for name in orders
    )
    return f'<div class="found-head"><div>{"".join(lines)}</div><nav class="orders">{links}</nav></div>'


def chosen_chips(form: SearchForm, view: str) -> str:
    """What is narrowed, each with a way to undo it."""
    chosen: list[tuple[str, SearchForm]] = []
    if span := readable_span(form.published_from, form.published_to):
        chosen.append((span, form.within(None, None)))
    for kind in LABEL_KINDS:
        labels: tuple[str, ...] = getattr(form, kind)
        chosen += [(name, form.toggled(kind, name)) for name in labels]
    if not chosen:
        return ""
    rows = "".join(
        f'<li><a class="chip filter removable" data-go href="{escape(without.address(view))}" '
        f'title="{escape(texts.without(name))}" aria-label="{escape(texts.without(name))}" dir="auto">'
        f'{escape(name)} <span aria-hidden="true">✕</span></a></li>'
        for name, without in chosen
    )
    return f'<ul class="chips chosen">{rows}</ul>'


def _list(page: ClippingPage) -> str:
    if not page.clippings:
        return _nothing(page)
    rows = "".join(clipping_row(clipping) for clipping in page.clippings)
    return f'<ol class="clippings">{rows}</ol>{_pages(page)}'


def clipping_row(clipping: Clipping) -> str:
    """An article found: where and when, headline, the part that shows why."""
    article = clipping.article
    address = article_address(article.article_id, clipping.passage_id)
    if clipping.marks:
        start = clipping.start
        marks = ",".join(f"{start + a}-{start + b}" for a, b in clipping.marks)
        address += ("&" if "?" in address else "?") + f"mark={marks}"
    day = readable(day_of(article.published)) or texts.UNDATED
    more = [escape(day)]
    more += [f'<span dir="auto">{escape(article.section)}</span>'] if article.section else []
    more += [f'<span dir="auto">{escape(", ".join(article.authors))}</span>'] if article.authors else []
    more += [escape(texts.also_in(clipping.also_in))] if clipping.also_in else []
    more += [texts.PARTIAL_SHORT] if article.partial else []
    before = '<span aria-hidden="true">… </span>' if clipping.start else ""
    after = '<span aria-hidden="true"> …</span>' if clipping.start + len(clipping.snippet) < len(article.text) else ""
    return (
        '<li class="clipping"><p class="kicker">'
        f'<span class="outlet" dir="auto">{escape(article.outlet or texts.UNKNOWN_OUTLET)}</span> · '
        f"{' · '.join(more)}</p>"
        f'<h3><a class="read-article" href="{escape(address)}" dir="auto">'
        f"{escape(article.title or texts.NO_HEADLINE)}</a></h3>"
        f'<p class="snippet" dir="auto">{before}{highlighted(clipping.snippet, clipping.marks)}{after}</p></li>'
    )


def _nothing(page: ClippingPage) -> str:
    form = page.form
    ways: list[str] = []
    if not form.wall.is_empty:
        ways.append(
            f'<a class="action" data-go href="{escape(form.unfiltered().address())}">{texts.WITHOUT_FILTERS}</a>'
        )
    if form.phrases:
        loose = replace(form, words=form.words.replace('"', "").replace("“", "").replace("”", ""), page=1)
        ways.append(f'<a class="action" data-go href="{escape(loose.address())}">{texts.WITHOUT_QUOTES}</a>')
    covered = texts.refusal_span(readable(page.first_day), readable(page.last_day))
    offered = f'<p class="ways">{"".join(ways)}</p>' if ways else ""
    return f'<div class="nothing"><p>{texts.NO_CLIPPINGS}</p><p class="small">{escape(covered)}</p>{offered}</div>'


def _pages(page: ClippingPage) -> str:
    if page.last_page < 2:
        return ""
    form, number = page.form, page.form.page
    before = after = "<span></span>"
    if number > 1:
        address = escape(replace(form, page=min(number, page.last_page + 1) - 1).address())
        before = f'<a class="action" data-go rel="prev" href="{address}">← {texts.EARLIER_PAGE}</a>'
    if number < page.last_page:
        address = escape(replace(form, page=number + 1).address())
        after = f'<a class="action" data-go rel="next" href="{address}">{texts.LATER_PAGE} →</a>'
    return f'<nav class="pages">{before}<span>{escape(texts.page_of(number, page.last_page))}</span>{after}</nav>'


def _facets(page: ClippingPage) -> str:
    form, counts = page.form, page.counts

    def narrowed(column: Column) -> str:
        return form.within(column.start, column.end).address()

    parts = []
    if len(page.chart.columns) > 1:
        chart = render_chart(page.chart, narrowed, texts.chart_label(described(page.chart)))
        parts.append(f'<section class="facet"><h3 class="label">{texts.OVER_TIME}</h3>{chart}</section>')
    parts.append(_facet(form, "outlets", texts.OUTLETS, counts.by_outlet))
    parts.append(_facet(form, "sections", texts.SECTIONS, counts.by_section))
    parts.append(_facet(form, "authors", texts.BYLINES, counts.by_author))
    return "".join(parts)


def _facet(form: SearchForm, kind: LabelKind, title: str, counted: Sequence[tuple[str, int]]) -> str:
    set_already = {name.casefold() for name in getattr(form, kind)}
    rows = [(name, count) for name, count in counted if name]
    if not rows or (len(rows) == 1 and not set_already):
        return ""
    listed = [  # an archive has thousands of bylines
        _facet_row(form, kind, name, count, chosen=name.casefold() in set_already)
        for name, count in rows[:_MOST_FACET_ROWS]
    ]
    body = f"<ul>{''.join(listed[:_FACET_ROWS])}</ul>"
    if rest := listed[_FACET_ROWS:]:
        body += f"<details><summary>{escape(texts.more(len(rest)))}</summary><ul>{''.join(rest)}</ul></details>"
    return f'<section class="facet" data-facet="{kind}"><h3 class="label">{title}</h3>{body}</section>'


def _facet_row(form: SearchForm, kind: LabelKind, name: str, count: int, *, chosen: bool) -> str:
    address = escape(form.toggled(kind, name).address())
    current = ' aria-current="true"' if chosen else ""
    return (
        f'<li><a class="facet-row" data-go data-row="{kind}: {escape(name)}" href="{address}"{current}>'
        f'<span dir="auto">{escape(name)}</span>'
        f'<span class="count">{count:,}</span></a></li>'
    )
