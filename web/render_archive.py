"""The Archive view as safe HTML: what is kept, when it was printed and by whom, how far the indexes are. Pure."""

from __future__ import annotations

from archive.records import IndexStatus
from web import texts
from web.archive_page import ArchivePage, OutletRow
from web.coverage_chart import Column, described, render_chart
from web.days import readable_span
from web.ingest_desk import INGEST
from web.long_work import LongWork
from web.markup import escape
from web.removal import REMOVAL
from web.render_work import work_progress
from web.search_form import SearchForm


def archive_view(page: ArchivePage, for_editors: str = "") -> str:
    """The whole view; ``for_editors`` is what those who may change the archive see of it first (HTML)."""
    if page.status.articles == 0:
        lead = texts.ARCHIVE_EMPTY_EDITOR if for_editors else texts.ARCHIVE_EMPTY
        body = f'<p class="lead">{lead}</p>{for_editors}'
        return _view(body)
    problems = "".join(f'<p class="notice" dir="auto">{escape(problem)}</p>' for problem in page.problems)
    return _view(
        f"{for_editors}{problems}{_numbers(page)}{_embedding(page)}{_over_time(page)}{_outlets(page)}{_indexes(page)}"
    )


def _view(body: str) -> str:
    return (
        f'<section class="view archive-view" data-view="archive" data-title="{texts.NAV_ARCHIVE}" '
        f'aria-label="{texts.NAV_ARCHIVE}"><h2 class="view-title">{texts.ARCHIVE_TITLE}</h2>{body}</section>'
    )


def editors_part(work: LongWork) -> str:
    """The ways to change the archive, and the run that is changing it at the moment."""
    links = "".join(
        f'<a class="action" data-go href="/?view={view}">{label}</a>'
        for view, label in (("ingest", texts.PUT_IN), ("edit", texts.CORRECT), ("remove", texts.TAKE_DOWN))
    )
    states = [work.state(kind) for kind in (INGEST, REMOVAL)]
    running = "".join(work_progress(state) for state in states if state is not None and state.under_way)
    return f'<p class="editing-actions">{links}</p>{running}'


def _numbers(page: ArchivePage) -> str:
    status = page.status
    numbers = [
        (f"{status.articles:,}", texts.ARTICLES_KEPT),
        (f"{len(page.outlets):,}", texts.OUTLETS_KEPT),
        (readable_span(status.first_day, status.last_day) or "–", texts.PUBLISHED),
        (f"{status.clusters_of_copies:,}", texts.STORIES_COPIED),
        (f"{status.versions - status.articles:,}", texts.EARLIER_VERSIONS),
        (f"{status.undated:,}", texts.WITHOUT_DATE),
        (texts.size(status.disk_bytes), texts.ON_DISK),
    ]
    cells = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for value, name in numbers)
    return f'<dl class="numbers">{cells}</dl>'


def _embedding(page: ArchivePage) -> str:
    done, total = page.status.embedded, page.status.passages
    if not total:
        return ""
    told = texts.embedded(done, total)
    return (
        f'<div class="meter" role="progressbar" aria-valuemin="0" aria-valuemax="{total}" aria-valuenow="{done}" '
        f'aria-label="{texts.MEANING_SEARCH}"><span style="width:{100 * done / total:.1f}%"></span></div>'
        f'<p class="small">{escape(told)}</p>'
    )


def _over_time(page: ArchivePage) -> str:
    if not page.chart.columns:
        return ""

    def narrowed(column: Column) -> str:
        return SearchForm(published_from=column.start, published_to=column.end, order="oldest").address()

    chart = render_chart(page.chart, narrowed, texts.chart_label(described(page.chart)))
    return f'<section class="wide-chart"><h3 class="label">{texts.OVER_TIME}</h3>{chart}</section>'


def _outlets(page: ArchivePage) -> str:
    rows = "".join(_outlet_row(row) for row in page.outlets)
    newest = escape(SearchForm(order="newest").address())
    return (
        f'<section class="archive-outlets"><h3 class="label">{texts.OUTLETS}</h3>'
        '<div class="table-holder"><table class="rows"><thead><tr>'
        f'<th scope="col">{texts.OUTLET}</th><th scope="col" class="number">{texts.ARTICLES_KEPT}</th>'
        f'<th scope="col">{texts.PUBLISHED}</th></tr></thead><tbody>{rows}</tbody></table></div>'
        f'<p class="small"><a data-go href="{newest}">{texts.ALL_ARTICLES}</a></p>'
        "</section>"
    )


def _outlet_row(row: OutletRow) -> str:
    name = escape(row.name or texts.UNKNOWN_OUTLET)
    if row.name:
        address = SearchForm(outlets=(row.name,), order="newest").address()
        name = f'<a data-go href="{escape(address)}">{name}</a>'
    return (
        f'<tr><td dir="auto">{name}</td><td class="number">{row.articles:,}</td>'
        f"<td>{escape(readable_span(row.first_day, row.last_day))}</td></tr>"
    )


def _indexes(page: ArchivePage) -> str:
    rows = "".join(_index_row(index) for index in page.status.indexes)
    writer = page.status.writer
    busy = f'<p class="small">{escape(texts.being_written(writer.command))}</p>' if writer is not None else ""
    return (
        f'<details class="indexes"><summary>{texts.UNDER_THE_HOOD}</summary><table class="rows"><thead><tr>'
        f'<th scope="col">{texts.INDEX}</th><th scope="col">{texts.STATE}</th><th scope="col" class="number">'
        f'{texts.ENTRIES}</th><th scope="col" class="number">{texts.WAITING}</th></tr></thead><tbody>{rows}</tbody>'
        f'</table><p class="small" dir="auto">{escape(page.status.folder)} · {escape(page.status.embedder or "–")}</p>'
        f"{busy}</details>"
    )


def _index_row(index: IndexStatus) -> str:
    return (
        f'<tr><td>{escape(index.name)}</td><td>{escape(index.state)}</td><td class="number">{index.entries:,}</td>'
        f'<td class="number">{index.waiting:,}</td></tr>'
    )
