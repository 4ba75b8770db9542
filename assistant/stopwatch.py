"""How long each stage of an answer takes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Stopwatch:
    """Milliseconds per stage, summed."""

    spent: dict[str, float] = field(default_factory=dict)

    def time(self, stage: str) -> _Timed:
        """Use as ``with stopwatch.time("keyword"):``."""
        return _Timed(self, stage)


class _Timed:
    def __init__(self, watch: Stopwatch, stage: str) -> None:
        self._watch, self._stage, self._began = watch, stage, 0.0

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        spent = (time.perf_counter() - self._began) * 1000
        self._watch.spent[self._stage] = self._watch.spent.get(self._stage, 0.0) + spent
