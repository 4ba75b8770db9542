"""Readers' questions before an evaluation's: it waits between two of its own while somebody's is being answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from assistant.answer import AnswerEvent

if TYPE_CHECKING:
    from assistant.question import Question

LONGEST_WAIT_SECONDS = 10.0  # then one question of its own, however many readers ask: it must end some day
_LOOK_EVERY_SECONDS = 0.05


class ReadersFirst:
    """Counts the answers under way. Safe to share by threads."""

    def __init__(self) -> None:
        self._under_way = 0
        self._lock = threading.Lock()

    def counting(
        self, answering: Callable[[Question], Iterator[AnswerEvent]]
    ) -> Callable[[Question], Iterator[AnswerEvent]]:
        """The same way of answering, counted while it answers."""

        def answer(question: Question) -> Iterator[AnswerEvent]:
            with self._lock:
                self._under_way += 1
            try:
                yield from answering(question)
            finally:
                with self._lock:
                    self._under_way -= 1

        return answer

    def wait(self, should_stop: Callable[[], bool], at_most_seconds: float = LONGEST_WAIT_SECONDS) -> None:
        """Return when nobody's question is being answered, or it has waited long enough, or should stop."""
        deadline = time.monotonic() + at_most_seconds
        while self._busy() and not should_stop() and time.monotonic() < deadline:
            time.sleep(_LOOK_EVERY_SECONDS)

    def _busy(self) -> bool:
        with self._lock:
            return self._under_way > 0
