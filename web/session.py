"""One reader's conversation. Gradio keeps one of these per browser tab; nothing of it is shared."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from archive.settings import Settings
from assistant.answer import AnswerEvent
from assistant.conversation import Turn
from assistant.question import Question
from web.asking import Asking
from web.conversations import Conversation
from web.turn_view import Asked, Phase, TurnView

if TYPE_CHECKING:
    from archive.store import ArchiveStore
    from assistant.language_model import LanguageModel

Answering = Callable[[Question], Iterator[AnswerEvent]]
# (the conversation's id or None, the turn) -> the conversation's id; "" where it could not be kept
Keep = Callable[[str | None, TurnView], str]


class ChatSession:
    """The turns so far and the question under way. A copy of one is always a new, empty one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: list[TurnView] = []
        self._asking: Asking | None = None
        self._number = 0
        self._owner: str | None = None
        self._conversation: str | None = None

    def belongs_to(self, person_id: str) -> bool:
        """Whether it is this person's conversation; it becomes that of the first who asks."""
        with self._lock:
            if self._owner is None:
                self._owner = person_id
            return self._owner == person_id

    def __deepcopy__(self, memo: dict[int, object]) -> ChatSession:
        return ChatSession()

    @property
    def turns(self) -> tuple[TurnView, ...]:
        """Settled turns, oldest first."""
        with self._lock:
            return tuple(self._turns)

    def history(self, before: int = 0) -> tuple[Turn, ...]:
        """What a follow-up question may refer to: questions and the answers that were given.

        ``before``: only the turns before that one, which is asked again; 0 for all.
        """
        spoken: list[Turn] = []
        for view in self.turns:
            if before and view.number >= before:
                break
            if view.answer is not None and not view.answer.refused:
                spoken += [Turn("user", view.asked.text), Turn("assistant", view.answer.answer)]
        return tuple(spoken)

    def ask(
        self, asked: Asked, answering: Answering, model: str = "", keep: Keep = lambda conversation, view: ""
    ) -> Iterator[TurnView]:
        """Answer a question; a question still under way is stopped first. Gives every change of the turn.

        ``keep`` is told the question at once, and how it ended.
        """
        self.stop()
        history = self.history(asked.again)
        question = Question(asked.text, asked.asked_on, history, asked.wall, asked.mode, asked.reading)
        with self._lock:
            self._number += 1
            first, before = TurnView(self._number, asked, model=model), self._conversation
        conversation = keep(before, first) or ""
        asking = Asking(replace(first, conversation=conversation), lambda: answering(question))
        with self._lock:
            if self._conversation == before:  # else another one was begun or opened meanwhile
                self._conversation = conversation or None
            self._asking = asking
        try:
            yield from asking.views()
        finally:
            view = asking.view if asking.view.phase.is_over else asking.view.stopped()
            with self._lock:
                if self._asking is asking:
                    self._turns.append(view)
                    self._asking = None
            if conversation:
                keep(conversation, view)

    def fail(self, asked: Asked, message: str) -> TurnView:
        """A question that could not even be put; it is shown with the reason and not remembered."""
        with self._lock:
            self._number += 1
            return TurnView(self._number, asked, Phase.FAILED, error=message)

    def stop(self) -> None:
        """Give up the question under way, if there is one."""
        with self._lock:
            asking = self._asking
        if asking is not None:
            asking.stop()

    def clear(self) -> None:
        """Begin a new conversation."""
        self.stop()
        with self._lock:
            self._turns.clear()
            self._asking = None
            self._conversation = None

    @property
    def conversation(self) -> str | None:
        """The id of the conversation that the turns are kept in; None before the first."""
        with self._lock:
            return self._conversation

    def load(self, conversation: Conversation) -> bool:
        """Go on with a conversation that was kept; whether that changes what there is to show."""
        conversation_id = conversation.summary.conversation_id
        turns = [replace(view, conversation=conversation_id) for view in conversation.turns]
        with self._lock:
            changed = (self._conversation, self._turns) != (conversation_id, turns)
            self._conversation, self._turns = conversation_id, turns
            self._number = max([self._number, *(view.number for view in turns)])
        return changed


def answering_with(store: ArchiveStore, settings: Settings, language_model: LanguageModel | None) -> Answering:
    """How questions are answered here: the assistant over this archive."""
    from assistant.pipeline import AnswerSettings, answer_question

    answer_settings = AnswerSettings.from_settings(settings)
    return lambda question: answer_question(store, question, settings=answer_settings, language_model=language_model)
