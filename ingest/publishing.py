"""Whether the sender lets a document be seen: its status ("usable", "withheld", "canceled") and its embargo.

The wire formats (ninjs, NewsML-G2, NewsML 1, NITF) say both. What may not be seen yet, or never, is refused with the
reason; readers keep status and embargo in ``Draft.extra`` under these names.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ingest.dates import read_date
from ingest.document import UnreadableDocumentError
from ingest.hygiene import one_line

_ANY_DAY = date(9000, 1, 1)  # an embargo lies in the future; ``read_date`` refuses what is later than "today"
_STATUSES = {
    "": "usable",
    "usable": "usable",
    "embargoed": "usable",  # the hour says the rest
    "withheld": "withheld",
    "hold": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
    "killed": "canceled",
    "kill": "canceled",
}


def status_of(value: object) -> str:
    """One of "usable", "withheld", "canceled"; any other (ninjs: "replaced", "commissioned") as it is written.

    Codes ("stat:canceled"), addresses of codes (".../pubstatus/canceled") and both spellings are understood.
    """
    name = re.split(r"[:/#]", one_line(value) if isinstance(value, str) else "")[-1].casefold()
    return _STATUSES.get(name, name)


def publishing(status: object, embargoed: object) -> dict[str, Any]:
    """The entries for ``Draft.extra``; ``embargoed`` None means that the source names no embargo.

    An embargo is ISO 8601; "" is one without an end, or with an end that can't be read.
    """
    found: dict[str, Any] = {"status": status_of(status)}
    if embargoed is not None:
        until = read_date(embargoed, today=_ANY_DAY)
        found["embargoed"] = until.iso() if until else ""
    return found


def refuse_unpublished(extra: dict[str, Any], *, today: date) -> None:
    """Raises UnreadableDocumentError for what is withheld, canceled or under embargo at this moment.

    An embargo that names only a day ends when that day is over everywhere.
    """
    status = extra.get("status", "usable")
    if status == "canceled":
        raise UnreadableDocumentError("canceled by its sender: it must not be shown; take earlier versions down too.")
    if status == "withheld":
        raise UnreadableDocumentError("withheld by its sender: it must not be shown; ingest it again when released.")
    if status != "usable":
        raise UnreadableDocumentError(f'its sender gives it the status "{status[:40]}", not "usable".')
    if "embargoed" not in extra:
        return
    if not extra["embargoed"]:
        raise UnreadableDocumentError("under embargo without a readable end; ingest it again when it is released.")
    if _end(extra["embargoed"]) > _now(today):
        raise UnreadableDocumentError(f"under embargo until {extra['embargoed']}; ingest it again after that.")


def _end(embargoed: str) -> datetime:
    if len(embargoed) == 10:
        return datetime.combine(date.fromisoformat(embargoed), time.min, UTC) + timedelta(hours=36)
    return datetime.fromisoformat(embargoed)


def _now(today: date) -> datetime:
    """The moment; but not beyond ``today`` (somewhere on earth), where a run is made as of an earlier day."""
    return min(datetime.now(UTC), datetime.combine(today, time.min, UTC) + timedelta(hours=36))
