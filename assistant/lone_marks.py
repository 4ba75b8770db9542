"""Quotation marks that lost their partner because a sentence was cut out of a longer quotation (pure).

    The closed gate was not an act of nature,” said the chairwoman.   -> “ belongs before it
    “The rain was exceptional.                                        -> ” belongs after it

The sentence itself stays as its article has it; whoever shows it puts the missing mark at its edge. Only double marks:
a single one can't be told from an apostrophe.
"""

from __future__ import annotations

import re

_MARK = re.compile(r"[“”„«»\"]")
_CLOSES = {"“": "”", "„": "“”", "«": "»", "»": "«", "”": "”", '"': '"'}  # an opening mark -> what may close it
_BEGINS_WITH = {"”": "“", "“": "„", "»": "«", "«": "»", '"': '"'}  # a closing mark -> what opens before it
_OPENING, _CLOSING = '“„«"', '”“»"'


def missing_marks(text: str) -> tuple[str, str]:
    """What to put before and after a sentence so that its double quotation marks come in pairs; mostly ("", "")."""
    before, opened = "", ""
    for match in _MARK.finditer(text):
        mark = match.group()
        if opened and mark in _CLOSES[opened]:
            opened = ""
        elif opened:
            continue  # opened again in a new paragraph, or marks within marks
        elif _opens(text, match.start(), mark):
            opened = mark
        elif not before and not _measures(text, match.start(), mark):
            before = _BEGINS_WITH[mark]
    return before, _CLOSES[opened][-1] if opened else ""


def in_marks(text: str, words: str = "") -> str:
    """A sentence as a quotation: between marks, unless it stands between marks of its own.

    ``words``: the same sentence with what explains it put in, to be shown in its place.
    """
    before, after = missing_marks(text)
    shown = f"{before}{words or text}{after}"
    return shown if shown[:1] in _OPENING and shown[-1:] in _CLOSING else f"“{shown}”"


def _opens(text: str, at: int, mark: str) -> bool:
    """Whether a mark that stands alone so far begins a quotation: by its form, or by where it stands.

    “ opens in English; after a word and before none it is the German mark that closes.
    """
    follows_word = at > 0 and (text[at - 1].isalnum() or text[at - 1] in ".,!?…;:)]’")
    if mark in "“„":
        return not (mark == "“" and follows_word and not text[at + 1 : at + 2].isalnum())
    stands_apart = at + 1 == len(text) or text[at + 1].isspace()
    return not follows_word and (mark == "«" or not stands_apart)  # « in French with a space »


def _measures(text: str, at: int, mark: str) -> bool:
    """Whether it says inches or seconds."""
    return mark == '"' and text[max(at - 1, 0) : at].isdigit()
