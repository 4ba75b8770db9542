"""What readers thought of answers: a file of JSON lines that an editor turns into a question set.

``conversations/feedback.jsonl`` in the archive's folder, in the form that evaluation/feedback.py reads
(``backissue questions add --from-feedback``). It quotes articles, so it lies where takedowns look.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from archive.errors import ArchiveError
from archive.json_values import plain
from assistant.answer_json import answer_as_json
from web.conversations import FOLDER, Conversation
from web.markup import fit
from web.turn_view import TurnView

FILE = "feedback.jsonl"
LONGEST_REASON = 2000

Opinion = Literal["up", "down"]


class KeepsFiles(Protocol):
    """What this needs of the archive."""

    @property
    def folder(self) -> Path:
        """The archive's folder."""

    def writing_side_files(self) -> AbstractContextManager[None]:
        """Held while a file beside the archive is written, so that no takedown rewrites it meanwhile."""


def keep_feedback(
    archive: KeepsFiles, read: Callable[[], Conversation], turn: int, verdict: Opinion, reason: str
) -> None:
    """Append what somebody thought of a turn. Raises ArchiveError, also where a long writing job holds the archive.

    A verdict may be changed: the last line of a question counts for whoever reads the file. The conversation is
    ``read`` once no takedown can be under way: what it had quoted before would come back.
    """
    file = archive.folder / FOLDER / FILE
    with archive.writing_side_files():
        record = feedback_record(read(), turn, verdict, reason)
        line = fit(json.dumps(record, ensure_ascii=False)) + "\n"
        try:
            file.parent.mkdir(exist_ok=True)
            with file.open("a", encoding="utf-8") as opened:
                opened.write(line)
                opened.flush()
                os.fsync(opened.fileno())
        except OSError as error:
            raise ArchiveError(f"{file} cannot be written: {error.strerror}.") from error


def feedback_record(conversation: Conversation, turn: int, verdict: Opinion, reason: str) -> dict[str, Any]:
    """The line as values. No name is in it: what was answered matters, not who minded."""
    view = next(view for view in conversation.turns if view.number == turn)
    asked = view.asked
    answer = answer_as_json(view.answer) if view.answer is not None else {"answer": view.text, "refused": None}
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "verdict": verdict,
        "reason": reason.strip()[:LONGEST_REASON],
        "question": asked.text,
        "asked_on": asked.asked_on.isoformat(),
        "history": _history(conversation.turns, asked.again or turn),
        "settings": {
            "mode": asked.mode.value,
            "filter": plain(asked.wall),
            "reading": plain(asked.reading),
            "model": view.model or None,
        },
        "answer": answer,
        "retrieved": _retrieved(view),
    }


def _history(turns: tuple[TurnView, ...], before: int) -> list[dict[str, str]]:
    spoken = []
    for view in turns:
        if view.number < before and view.answer is not None and not view.answer.refused:
            spoken.append({"role": "user", "content": view.asked.text})
            spoken.append({"role": "assistant", "content": view.answer.answer})
    return spoken


def _retrieved(view: TurnView) -> list[dict[str, Any]]:
    """The passages that were shown, as ``search --json`` names them."""
    if view.answer is None:
        return []
    kept = ("article_id", "external_id", "passage_id", "title", "outlet", "published", "url", "text")
    shown = [*view.answer.sources, *view.answer.near_misses]
    return [
        {"rank": rank, **{name: plain(getattr(source, name)) for name in kept}}
        for rank, source in enumerate(shown, start=1)
    ]
