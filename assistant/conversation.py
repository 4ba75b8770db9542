"""What has been said before in a chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Turn:
    """One entry of a conversation, as it was shown."""

    role: Literal["user", "assistant"]
    content: str


def user_turns(history: tuple[Turn, ...]) -> list[tuple[str, str]]:
    """Each question with the answer it got ("" if none), in order."""
    pairs: list[tuple[str, str]] = []
    for turn in history:
        if turn.role == "user":
            pairs.append((turn.content, ""))
        elif pairs:
            question, answer = pairs[-1]
            pairs[-1] = (question, f"{answer}\n{turn.content}".strip())
    return pairs
