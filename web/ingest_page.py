"""What the page for putting articles in shows: the run under way or just ended, one report, and those before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ingest.document import Rejected
from ingest.kept_reports import KeptReport, Run, kept_report, kept_runs
from ingest.report import reason_in_general
from web.ingest_desk import INGEST
from web.long_work import Phase
from web.search_form import QueryFields

if TYPE_CHECKING:
    from web.ingest_desk import IngestDesk
    from web.long_work import WorkState

MOST_ROWS = 200  # of rejections on the page; the files have all
MOST_RUNS = 12  # of earlier runs


@dataclass(frozen=True, slots=True)
class IngestPage:
    """Everything the view shows. ``rows`` are the rejections of ``report`` for ``reason`` (all, if it is empty).

    ``largest``: bytes that one file may have.
    """

    state: WorkState | None
    report: KeptReport | None
    reason: str
    reasons: tuple[tuple[str, int], ...]
    rows: tuple[Rejected, ...]
    runs: tuple[Run, ...]
    may_fetch_private: bool
    largest: int


def read_ingest_page(desk: IngestDesk, fields: QueryFields) -> IngestPage:
    """Read what ``fields`` name: ``report`` (else that of the run that has just ended) and ``reason``."""
    state = desk.work.state(INGEST)
    named = fields.first("report")
    if not named and state is not None and state.phase in {Phase.DONE, Phase.STOPPED}:
        named = str(state.result)
    report = kept_report(desk.store, named) if named else None
    rejected = report.rejected if report is not None else ()
    reasons = Counter(reason_in_general(row.reason) for row in rejected)
    reason = fields.first("reason") if fields.first("reason") in reasons else ""
    return IngestPage(
        state=state,
        report=report,
        reason=reason,
        reasons=tuple(reasons.most_common()),
        rows=tuple(row for row in rejected if reason in {"", reason_in_general(row.reason)}),
        runs=tuple(kept_runs(desk.store)[:MOST_RUNS]),
        may_fetch_private=desk.may_fetch_private,
        largest=desk.uploads.largest,
    )


def ingest_address(report_id: str = "", reason: str = "") -> str:
    """Where the page is found, with a report of its own choice."""
    pairs = [("view", "ingest")]
    if report_id:
        pairs.append(("report", report_id))
    if reason:
        pairs.append(("reason", reason))
    return "/?" + urlencode(pairs, errors="replace")
