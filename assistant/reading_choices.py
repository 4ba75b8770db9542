"""How the asker has settled that a question is to be read: what of its wording may narrow the search, and what not.

Pure. A question is read by itself unless somebody who saw how it was understood says otherwise: that is kept here,
beside the walls that they set, and the plan keeps to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.filters import SearchFilter
from assistant.search_plan import CatalogQuestion, PlanPart


@dataclass(frozen=True, slots=True)
class Reading:
    """What the asker has settled; everything else is read from the question's words.

    ``standalone``: the question as it is to be searched; nothing of the conversation is read into it. Empty: as typed.
    ``infer_days``, ``infer_outlets``, ``infer_authors``: whether days, outlets and bylines that the words name narrow
    the search. Where not, the wall's own stand alone: those the asker chose, or none.
    """

    standalone: str = ""
    infer_days: bool = True
    infer_outlets: bool = True
    infer_authors: bool = True


def read_as(standalone: str) -> str:
    """The note that says how a follow-up was read."""
    return f"Read as: {standalone}"


def kept_to(parts: Sequence[PlanPart], reading: Reading, wall: SearchFilter, most: int) -> tuple[PlanPart, ...]:
    """The parts without what must not be inferred, equal ones once.

    Where outlets are compared, those that the asker chose are compared instead, ``most`` of them at most.
    """
    kept = list(parts)
    if not reading.infer_days:
        kept = [replace(part, window=None) for part in kept]
    if not reading.infer_authors:
        kept = [replace(part, authors=()) for part in kept]
    if not reading.infer_outlets:
        compared = len({part.outlets for part in kept if part.outlets}) > 1
        chosen = wall.outlets[:most] if compared and len(wall.outlets) > 1 else ()
        if chosen:
            kept = [replace(kept[0], outlets=(outlet,)) for outlet in chosen]
        else:
            kept = [replace(part, outlets=()) for part in kept]
    return tuple(dict.fromkeys(kept))


def counted_so(asked: CatalogQuestion | None, reading: Reading) -> CatalogQuestion | None:
    """The same for a question that is answered by counting."""
    if asked is None:
        return None
    return replace(
        asked,
        window=asked.window if reading.infer_days else None,
        outlets=asked.outlets if reading.infer_outlets else (),
        authors=asked.authors if reading.infer_authors else (),
    )
