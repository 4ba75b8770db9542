"""The model's text while it arrives: keys become [1], markup disappears, and nothing is shown that must be taken back.

What can't be decided yet (an open bracket, half a word) is held back until it can.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from assistant.citations import find_marks
from assistant.plain_text import plain_text

LONGEST_HELD = 400  # characters; after that an open bracket is just a bracket
_OPEN = re.compile(r"[\[【［⟦〔][^\]】］⟧〕\n]*$|<[^<>\s][^<>]*$|\([^()\n]{0,40}$|!$")
_LINE_MARK = re.compile(r"(?:^|\n)[ \t]*(?:[-*•+>#]+|\d{1,2}[.)])$")
_BLANK = re.compile(r"\s+")


class Numbering:
    """Printed numbers by order of first citation."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, key: str) -> int:
        """The key's number, a new one at first sight."""
        return self._numbers.setdefault(key, len(self._numbers) + 1)


class AnswerStream:
    """Turns pieces of the model's reply into pieces to show. ``refusal`` at the beginning shows nothing at all."""

    def __init__(self, known: Collection[str], evidence: str, refusal: str) -> None:
        self._known = known
        self._evidence = evidence
        self._refusal = refusal
        self._numbering = Numbering()
        self._held = ""
        self._shown_any = False
        self._at_line_start = True
        self._refused = False

    def feed(self, piece: str) -> str:
        """Take a piece; give what can be shown now, perhaps nothing."""
        self._held += piece
        if not self._shown_any:
            start = self._held.lstrip(" \n\t*`\"'#")
            if start.startswith(self._refusal):
                self._refused = True
            if self._refused or self._refusal.startswith(start):
                return ""
        return self._show(self._safe_length())

    def finish(self) -> str:
        """What was still held back."""
        if self._refused or (not self._shown_any and self._held.strip(" \n\t*`\"'#.") == self._refusal):
            return ""
        return self._show(len(self._held))

    def _safe_length(self) -> int:
        """Up to the last white space before which nothing is open."""
        for match in reversed(list(_BLANK.finditer(self._held))):
            before = self._held[: match.start()]
            if len(self._held) - match.start() > LONGEST_HELD or not self._is_open(before):
                return match.start()
        return 0

    def _is_open(self, text: str) -> bool:
        return (
            _OPEN.search(text) is not None
            or _LINE_MARK.search(text if self._at_line_start else "\x00" + text) is not None
        )

    def _show(self, length: int) -> str:
        ready, self._held = self._held[:length], self._held[length:]
        if not ready:
            return ""
        text, _ = plain_text(ready, self._evidence, at_line_start=self._at_line_start)
        self._at_line_start = False  # white space is held back with the word after it
        shown = self._with_numbers(text)
        if not self._shown_any:
            shown = shown.lstrip()
        self._shown_any = self._shown_any or bool(shown)
        return shown

    def _with_numbers(self, text: str) -> str:
        parts, position = [], 0
        for mark in find_marks(text, self._known):
            between = text[position : mark.start]
            printed = "".join(f"[{self._numbering.number(key)}]" for key in mark.keys)
            parts += [between if printed else between.rstrip(" "), printed]
            position = mark.end
        return "".join([*parts, text[position:]])
