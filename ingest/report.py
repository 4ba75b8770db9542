"""What a run came to: every document counted once, by outcome, and the rejected ones with their reasons."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from archive.records import Outcome
from ingest.document import Rejected


@dataclass(slots=True)
class IngestReport:
    """Counts of one run, filled while it goes on.

    ``seconds`` is wall-clock time of this process per stage: reading files, waiting for the workers that prepare
    articles, writing catalog and keyword index, embedding.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    copies: int = 0  # of the articles added or updated, those that print a story the archive has from elsewhere
    partial: int = 0  # of the articles added or updated, those of which only a part was delivered
    rejected: list[Rejected] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)  # files that aren't documents, by kind
    seconds: dict[str, float] = field(default_factory=dict)
    embedded: int = 0
    interrupted: bool = False
    dry_run: bool = False
    _stages: list[str] = field(default_factory=list, repr=False)
    _since: float = 0.0

    @property
    def documents(self) -> int:
        """How many documents were met."""
        return self.outcomes.total() + len(self.rejected)

    def count(self, outcome: Outcome, *, copy: bool = False, partial: bool = False) -> None:
        """One document more. Copies and partial texts count where something came in."""
        self.outcomes[outcome.value] += 1
        if outcome in {Outcome.ADDED, Outcome.UPDATED}:
            self.copies += copy
            self.partial += partial

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
        """``{"outcomes", "copies", "partial", "rejected", "seconds"}``, as `backissue ingest --json` prints it."""
        return {
            "outcomes": {outcome.value: self.outcomes[outcome.value] for outcome in Outcome}
            | {"rejected": len(self.rejected)},
            "copies": self.copies,
            "partial": self.partial,
            "rejected": [rejected.as_json() for rejected in self.rejected],
            "seconds": {stage: round(seconds, 3) for stage, seconds in self.seconds.items()},
        }
