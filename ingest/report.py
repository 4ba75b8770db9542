"""What a run came to: every document counted once, by outcome, and the rejected ones with their reasons."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from archive.records import Outcome
from ingest.document import Noted, Rejected

ADDRESSES = ("fetched", "not modified", "refused")
MOST_ROWS = 50_000  # rejected documents that are listed one by one; of more, only the reasons are counted
MOST_NOTES = 2000  # likewise
_MOST_REASONS = 300
_PARTICULARS = re.compile(r"'[^']*'|\"[^\"]*\"|\((?:[^()]|\([^()]*\))*\)|https?://\S+|\d[\d,.]*(?<=\d)")


@dataclass(slots=True)
class IngestReport:
    """Counts of one run, filled while it goes on.

    ``seconds`` is wall-clock time of this process per stage: reading files, waiting for the workers that prepare
    articles, writing catalog and keyword index, embedding. ``web`` counts addresses: "fetched", "not modified"
    (nothing new there), "refused".
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    copies: int = 0  # of the articles added or updated, those that print a story the archive has from elsewhere
    partial: int = 0  # of the articles added or updated, those of which only a part was delivered
    held: Counter[str] = field(default_factory=Counter)  # what may not be seen now: "embargoed" or "withheld"
    rejected: list[Rejected] = field(default_factory=list)
    rejected_count: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)  # files that aren't documents, by kind
    notes: list[Noted] = field(default_factory=list)  # of sources that were read all the same
    notes_by_reason: Counter[str] = field(default_factory=Counter)  # all of them, also those beyond the list
    web: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    embedded: int = 0
    interrupted: bool = False
    dry_run: bool = False
    _stages: list[str] = field(default_factory=list, repr=False)
    _since: float = 0.0

    @property
    def documents(self) -> int:
        """How many documents were met."""
        return self.outcomes.total() + self.rejected_count

    def count(self, outcome: Outcome, *, copy: bool = False, partial: bool = False, held: str | None = None) -> None:
        """One document more. Copies and partial texts count where something came in."""
        self.outcomes[outcome.value] += 1
        if held is not None:
            self.held[held] += 1
        if outcome in {Outcome.ADDED, Outcome.UPDATED}:
            self.copies += copy
            self.partial += partial

    def reject(self, rejected: Rejected) -> None:
        """One document that could not be used: counted by reason, and listed."""
        self.rejected_count += 1
        _count_by_reason(self.reasons, rejected.reason)
        if len(self.rejected) < MOST_ROWS:
            self.rejected.append(rejected)

    def note(self, note: Noted) -> None:
        """Something to know of a source: counted by what it says, and listed."""
        _count_by_reason(self.notes_by_reason, note.what)
        if len(self.notes) < MOST_NOTES:
            self.notes.append(note)

    @contextmanager
    def timing(self, stage: str) -> Iterator[None]:
        """Add the time inside to that stage; a stage inside another one is taken off the outer one's time."""
        self._charge()
        self._stages.append(stage)
        try:
            yield
        finally:
            self._charge()
            self._stages.pop()

    def _charge(self) -> None:
        now = time.perf_counter()
        if self._stages:
            stage = self._stages[-1]
            self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._since
        self._since = now

    def as_json(self) -> dict[str, Any]:
        """What `backissue ingest --json` prints: see docs/command-line.md."""
        return {
            "outcomes": {outcome.value: self.outcomes[outcome.value] for outcome in Outcome}
            | {"rejected": self.rejected_count},
            "copies": self.copies,
            "partial": self.partial,
            "embargoed": self.held["embargoed"],
            "withheld": self.held["withheld"],
            "rejected": [rejected.as_json() for rejected in self.rejected],
            "rejected_by_reason": dict(self.reasons.most_common()),
            "skipped": dict(self.skipped.most_common()),
            "notes": [{"source": note.source, "note": note.what} for note in self.notes],
            "notes_by_reason": dict(self.notes_by_reason.most_common()),
            "web": {name.replace(" ", "_"): self.web[name] for name in ADDRESSES},
            "embedded": self.embedded,
            "interrupted": self.interrupted,
            "dry_run": self.dry_run,
            "seconds": {stage: round(seconds, 3) for stage, seconds in self.seconds.items()},
        }


def _count_by_reason(counts: Counter[str], reason: str) -> None:
    general = reason_in_general(reason)
    counts[general if general in counts or len(counts) < _MOST_REASONS else "other reasons"] += 1


def reason_in_general(reason: str) -> str:
    """A reason without what is particular to one document (numbers, quotations, addresses), to count by."""
    return " ".join(_PARTICULARS.sub("…", reason).split())[:160]
