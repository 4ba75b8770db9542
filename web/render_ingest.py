"""The page for putting articles in, as safe HTML: the form or the run under way, its report, earlier runs. Pure.

``static/editing.js`` sends the form; names of files, addresses and reasons come from anywhere, and are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from ingest.kept_reports import KeptReport, Run
from ingest.kinds import KINDS
from web import texts
from web.days import readable
from web.ingest_page import MOST_ROWS, IngestPage, ingest_address
from web.long_work import Phase
from web.markup import escape
from web.render_work import work_progress
from web.search_form import SearchForm

REPORTS_ADDRESS = "/ingest/reports"
_UPLOADED = re.compile(r"upload/[0-9a-f]{12}/")
_FEW_ROWS = 5
_ALWAYS = ("added", "updated", "unchanged", "rejected")


def ingest_view(page: IngestPage) -> str:
    """The whole view."""
    state = page.state
    top = ""
    if state is not None and (state.under_way or state.phase is Phase.FAILED):
        top = work_progress(state)
    form = "" if state is not None and state.under_way else ingest_form(page)
    report = report_section(page, page.report) if page.report is not None else ""
    return (
        f'<section class="view editing-view" data-view="ingest" data-nav="archive" data-title="{texts.PUT_IN}" '
        f'aria-label="{texts.PUT_IN}"><p class="way-back"><a data-go href="/?view=archive">'
        f'← {texts.BACK_TO_ARCHIVE}</a></p><h2 class="view-title">{texts.PUT_IN}</h2>'
        f"{top}{report}{form}{_runs(page)}</section>"
    )


# --- the form ---------------------------------------------------------------------------------------------------------


def ingest_form(page: IngestPage) -> str:
    """Files, addresses, and what holds for all articles that don't say otherwise."""
    said = {
        "remove": texts.LEAVE_OUT,
        "sending": texts.SENDING,
        "lost": texts.SENDING_LOST,
        "empty": texts.EMPTY_FILE,
        "nothing": texts.NOTHING_TO_INGEST,
        "gone": texts.NO_SUCH_UPLOAD,
        "large": texts.file_too_large(page.largest),
    }
    data = "".join(f' data-{name}="{escape(text)}"' for name, text in said.items())
    private = _check("private", texts.ALSO_PRIVATE) if page.may_fetch_private else ""
    return (
        f'<form class="editing-form" id="ingest-form" data-largest="{page.largest}"{data}>'
        f'<p class="lead">{texts.PUT_IN_LEAD}</p><div class="editing-columns">'
        f'<div class="editing-field"><span class="label" id="files-label">{texts.FILES}</span>'
        '<label class="drop"><input type="file" multiple id="ingest-files" class="visually-hidden" '
        f'aria-describedby="files-help"><span class="drop-title">{texts.DROP_FILES} '
        f'<span class="drop-choose">{texts.OR_CHOOSE}</span></span>'
        f'<span class="help" id="files-help">{escape(texts.files_help(page.largest))}</span></label>'
        '<ul class="chosen-files" id="chosen-files" aria-live="polite"></ul></div>'
        f'<div class="editing-field"><label class="label" for="ingest-addresses">{texts.ADDRESSES}</label>'
        f'<textarea id="ingest-addresses" name="addresses" rows="5" spellcheck="false" autocomplete="off" '
        f'placeholder="{texts.ADDRESSES_PLACEHOLDER}" aria-describedby="addresses-help"></textarea>'
        f'<p class="help" id="addresses-help">{texts.ADDRESSES_HELP}</p>'
        f"{_check('sitemap', texts.AS_SITEMAPS)}{private}</div></div>{_given_fields()}"
        '<p class="trouble" id="ingest-trouble" role="alert"></p><div class="form-actions">'
        f'<button type="submit" class="primary" id="ingest-begin">{texts.BEGIN_INGEST}</button>'
        '<p class="small" id="ingest-sending" role="status"></p></div></form>'
    )


def _check(name: str, label: str) -> str:
    return f'<label class="check"><input type="checkbox" name="{name}"><span>{label}</span></label>'


def _given_fields() -> str:
    kinds = "".join(f'<option value="{escape(kind)}">{escape(kind)}</option>' for kind in sorted(KINDS))
    fields = "".join(
        f'<label>{label}<input name="{name}" maxlength="{longest}" placeholder="{placeholder}" autocomplete="off">'
        "</label>"
        for name, label, longest, placeholder in (
            ("outlet", texts.OUTLET, 200, ""),
            ("section", texts.SECTION, 200, ""),
            ("language", texts.LANGUAGE, 40, texts.LANGUAGE_PLACEHOLDER),
        )
    )
    return (
        f'<details class="given"><summary>{texts.GIVEN}</summary><div class="given-fields">{fields}'
        f'<label>{texts.KIND}<select name="kind"><option value="">{texts.NOT_SAID}</option>{kinds}</select>'
        f'</label></div><p class="help">{texts.GIVEN_HELP}</p></details>'
    )


# --- a report ---------------------------------------------------------------------------------------------------------


def report_section(page: IngestPage, report: KeptReport) -> str:
    """One run's numbers, its rejections, its notes."""
    run = report.run
    stopped = f'<p class="notice">{texts.RUN_STOPPED}</p>' if run.numbers.get("interrupted") else ""
    nothing = "" if _documents(run.numbers) or stopped else f'<p class="notice">{texts.RUN_EMPTY}</p>'
    newest = escape(SearchForm(order="newest").address())
    see = f'<p class="small"><a data-go href="{newest}">{texts.SEE_NEWEST}</a></p>' if _new(run.numbers) else ""
    return (
        f'<section class="ingest-report" id="ingest-report" tabindex="-1"><h3 class="label">{texts.THIS_RUN}</h3>'
        f'<p class="report-title" dir="auto">{escape(run.title)}</p>'
        f'<p class="small">{_moment(run.started)}{_who(run)}</p>{stopped}{nothing}{_numbers(run.numbers)}'
        f"{_asides(run.numbers)}{see}{_rejections(page, report)}{_notes(report)}</section>"
    )


def _documents(numbers: Mapping[str, object]) -> int:
    return sum(_count(numbers, name) for name in texts.COUNTS)


def _new(numbers: Mapping[str, object]) -> int:
    return _count(numbers, "added") + _count(numbers, "updated")


def _count(numbers: Mapping[str, object], name: str) -> int:
    outcomes = numbers.get("outcomes")
    value = outcomes.get(name) if isinstance(outcomes, dict) and name in outcomes else numbers.get(name)
    return value if isinstance(value, int) else 0


def _numbers(numbers: Mapping[str, object]) -> str:
    cells = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{_count(numbers, name):,}</dd></div>"
        for name, label in texts.COUNTS.items()
        if name in _ALWAYS or _count(numbers, name)
    )
    return f'<dl class="numbers">{cells}</dl>'


def _asides(numbers: Mapping[str, object]) -> str:
    web, skipped = numbers.get("web"), numbers.get("skipped")
    lines = []
    if isinstance(web, dict) and any(web.values()):
        counts = ", ".join(f"{count:,} {texts.WEB_COUNTS.get(name, name)}" for name, count in web.items() if count)
        lines.append(texts.addresses_asked(counts))
    if isinstance(skipped, dict) and skipped:
        lines.append(texts.files_skipped(", ".join(f"{count:,} {why}" for why, count in skipped.items())))
    return "".join(f'<p class="small">{escape(line)}</p>' for line in lines)


def _rejections(page: IngestPage, report: KeptReport) -> str:
    if not report.rejected:
        return ""
    run_id = report.run.report_id
    files = " · ".join(
        f'<a href="{REPORTS_ADDRESS}/{escape(run_id)}.{form}" download>{form.upper()}</a>' for form in ("csv", "json")
    )
    rows = "".join(
        f'<tr><td dir="auto" class="where">{escape(shown_source(row.source))}</td>'
        f'<td class="number">{row.line if row.line is not None else ""}</td>'
        f'<td dir="auto">{escape(row.reason)}</td></tr>'
        for row in page.rows[:MOST_ROWS]
    )
    more = f'<p class="small">{texts.more_rows(MOST_ROWS, len(page.rows))}</p>' if len(page.rows) > MOST_ROWS else ""
    counted = max(_count(report.run.numbers, "rejected"), len(report.rejected))
    return (
        '<section class="rejections"><div class="rejections-head">'
        f'<h3 class="label">{texts.rejected_count(counted)}</h3><p class="small">{texts.DOWNLOAD} {files}</p>'
        f"</div>{_reasons(page, run_id)}"
        '<div class="table-holder"><table class="rows"><thead><tr>'
        f'<th scope="col">{texts.SOURCE}</th><th scope="col" class="number">{texts.LINE}</th>'
        f'<th scope="col">{texts.REASON}</th></tr></thead><tbody>{rows}</tbody></table></div>{more}</section>'
    )


def _reasons(page: IngestPage, run_id: str) -> str:
    """The reasons with their numbers, each a link to its rows; where there are few rows, the table says it."""
    together = sum(count for _, count in page.reasons)
    if together <= _FEW_ROWS:
        return ""
    links = [("", together, texts.ALL_REASONS)] if len(page.reasons) > 1 else []
    links += [(reason, count, reason) for reason, count in page.reasons[:20]]
    items = "".join(
        f'<li><a data-go href="{escape(ingest_address(run_id, reason))}"'
        f'{" aria-current=" + chr(34) + "true" + chr(34) if reason == page.reason else ""} dir="auto">'
        f'<span class="count">{count:,}</span> {escape(label)}</a></li>'
        for reason, count, label in links
    )
    return f'<ul class="reasons">{items}</ul>'


def _notes(report: KeptReport) -> str:
    if not report.notes:
        return ""
    rows = "".join(
        f'<li dir="auto">{escape(shown_source(note.source))}: {escape(note.what)}</li>'
        for note in report.notes[:MOST_ROWS]
    )
    by_reason = report.run.numbers.get("notes_by_reason")  # reports of earlier releases don't have it
    noted = max(sum(by_reason.values()) if isinstance(by_reason, dict) else 0, len(report.notes))
    left = noted - min(len(report.notes), MOST_ROWS)
    more = f'<p class="small">{texts.notes_not_listed(left)}</p>' if left else ""
    summary = f"<summary>{texts.NOTES} ({noted:,})</summary>"
    return f'<details class="ingest-notes">{summary}<ul>{rows}</ul>{more}</details>'


def _runs(page: IngestPage) -> str:
    shown = page.report.run.report_id if page.report is not None else ""
    rows = "".join(_run_row(run) for run in page.runs if run.report_id != shown)
    if not rows:
        return ""
    return (
        f'<section class="ingest-runs"><h3 class="label">{texts.EARLIER_RUNS}</h3><div class="table-holder">'
        f'<table class="rows"><thead><tr><th scope="col">{texts.WHEN}</th><th scope="col">{texts.WHAT}</th>'
        f'<th scope="col" class="number">{texts.COUNTS["added"]}</th>'
        f'<th scope="col" class="number">{texts.COUNTS["updated"]}</th>'
        f'<th scope="col" class="number">{texts.COUNTS["rejected"]}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div></section>"
    )


def _run_row(run: Run) -> str:
    numbers = "".join(
        f'<td class="number">{_count(run.numbers, name):,}</td>' for name in ("added", "updated", "rejected")
    )
    address = escape(ingest_address(run.report_id))
    return (
        f'<tr><td class="moment"><a data-go href="{address}">{_moment(run.started)}</a></td>'
        f'<td dir="auto" class="where">{escape(run.title)}{_who(run)}</td>{numbers}</tr>'
    )


def _who(run: Run) -> str:
    return f' <span class="work-by" dir="auto">{escape(texts.started_by(run.by))}</span>' if run.by else ""


def _moment(at: datetime) -> str:
    there = at.astimezone(UTC)
    told = texts.at_moment(f"{readable(there.date())}, {there:%H:%M}")
    return f'<time datetime="{escape(there.isoformat(timespec="seconds"))}">{escape(told)}</time>'


def shown_source(source: str) -> str:
    """A source as it is shown: of an upload, the name that the file had."""
    return _UPLOADED.sub("", source, count=1) if source.startswith("upload/") else source
