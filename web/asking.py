"""One question on its way: the assistant works in a thread of its own, so that a stop is obeyed at once.

The thread puts what it finds into a queue; the chat takes it out, joins the pieces of text that came at the same
moment, and gives a TurnView for each change. Stopping needs no answer from the model: the view ends at once, and the
thread closes the assistant's stream when it next wakes.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from archive.errors import BackissueError, LanguageModelError
from assistant.answer import AnswerEvent, AnswerReady, EvidenceReady, PlanReady, TextDelta
from web import texts
from web.defects import logged
from web.turn_view import TurnView

# Shorter than an eye's frame would be wasted work for the browser, longer would be felt as stutter.
SHOW_EVERY_SECONDS = 0.06


@dataclass(frozen=True, slots=True)
class _Failed:
    message: str
    partial: str = ""


_ENDED = object()


class Asking:
    """A question being answered. ``views()`` is consumed once; ``stop()`` may come from any thread, at any time."""

    def __init__(self, view: TurnView, events: Callable[[], Iterator[AnswerEvent]]) -> None:
        self._view = view
        self._events = events
        self._found: queue.Queue[object] = queue.Queue()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"answer-{view.number}", daemon=True)

    def stop(self) -> None:
        """Give up the answer. What has arrived stays."""
        self._stopped.set()
        self._found.put(_ENDED)  # wakes whoever waits

    @property
    def view(self) -> TurnView:
        """The latest view."""
        return self._view

    def views(self) -> Iterator[TurnView]:
        """Start, then give every change until the last, whose phase is over."""
        yield self._view
        self._thread.start()
        try:
            while not self._view.phase.is_over:
                if self._take(self._found.get()):
                    yield self._view
        finally:
            self._stopped.set()

    def _take(self, first: object) -> bool:
        """Apply what is there, waiting a moment for more text to show it together. Whether anything changed."""
        before = self._view
        self._apply(first)
        while isinstance(first, TextDelta) and not self._view.phase.is_over:
            try:
                following = self._found.get(timeout=SHOW_EVERY_SECONDS)
            except queue.Empty:
                break
            self._apply(following)
            if not isinstance(following, TextDelta) or len(self._view.text) - len(before.text) > 80:
                break
        return self._view is not before

    def _apply(self, found: object) -> None:
        view = self._view
        if self._stopped.is_set():
            self._view = view.stopped()
        elif isinstance(found, PlanReady):
            self._view = view.searching(found.plan)
        elif isinstance(found, EvidenceReady):
            self._view = view.reading(found.sources)
        elif isinstance(found, TextDelta):
            self._view = view.writing(found.text)
        elif isinstance(found, AnswerReady):
            self._view = view.done(found.answer)
        elif isinstance(found, _Failed):
            self._view = view.failed(found.message, found.partial)

    def _work(self) -> None:
        events = self._events()
        try:
            for event in events:
                if self._stopped.is_set():
                    return
                self._found.put(event)
            self._found.put(_Failed(texts.NO_ANSWER_CAME))  # only seen if no AnswerReady came
        except LanguageModelError as error:
            self._found.put(_Failed(str(error), error.partial))
        except BackissueError as error:
            self._found.put(_Failed(str(error)))
        except Exception as error:  # a defect of ours must neither end the chat nor be silent
            self._found.put(_Failed(texts.unexpected(logged(error, "answering"))))
        finally:
            close: Callable[[], None] | None = getattr(events, "close", None)
            if close is not None:
                close()
