"""Whether the sender lets a document be seen: its status ("usable", "withheld", "canceled") and its embargo.

The wire formats (ninjs, NewsML-G2, NewsML 1, NITF) say both. The archive keeps what may not be seen yet, or not until
further notice, out of sight; readers keep status and embargo in ``Draft.extra`` under these names.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from archive.records import Standing
from ingest.dates import read_date
from ingest.document import Draft, UnreadableDocumentError
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


def with_standing(draft: Draft) -> Draft:
    """The draft with what its sender lets be done with it, as its ``extra`` says.

    An embargo without an end that can be read withholds it until a newer message. An embargo that names only a day ends
    when that day is over everywhere. Raises UnreadableDocumentError for any other status ("replaced", "commissioned").
    """
    status = draft.extra.get("status", "usable")
    if status not in set(Standing):
        raise UnreadableDocumentError(f'its sender gives it the status "{status[:40]}", not "usable".')
    standing, until = Standing(status), None
    if "embargoed" in draft.extra:
        if draft.extra["embargoed"]:
            until = _end(draft.extra["embargoed"])
        elif standing is Standing.USABLE:
            standing = Standing.WITHHELD
    return replace(draft, standing=standing, embargoed_until=until)


def _end(embargoed: str) -> datetime:
    if len(embargoed) == 10:
        return datetime.combine(date.fromisoformat(embargoed), time.min, UTC) + timedelta(hours=36)
    return datetime.fromisoformat(embargoed).astimezone(UTC)
