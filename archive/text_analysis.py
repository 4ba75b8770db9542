"""Text as the keyword index is given it: which words count, letters in one form, acronyms, scripts without spaces.

Pure. The same for what is indexed and for what is asked.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

# Words that say nothing about the subject of a question. Dropped from queries, never from the index: phrases need them.
STOP_WORDS = frozenset(
    """
    a about after all also am an and any are as at be been before being between but by can could did do does
    doing don during each for from further had has have having he her here hers him his how i if in into is it
    its itself just ll me more most my nor not now of off on once only or other our ours out over own re s same
    she should so some such t than that the their theirs them then there these they this those through to too
    under until up ve very was we were what when where which while who whom whose why will with would you your
    yours tell said say says
    """.split()
)

_ACRONYM = re.compile(r"[A-Z]\.(?:[A-Z]\.)+")
_MAY_HOLD_ACRONYM = re.compile(r"\.[A-Z]\.")  # twenty times as fast
# Scripts written without spaces between words: indexed as overlapping pairs of characters.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_MAY_HOLD_UNSPACED = re.compile("[\u0e00-\u1fff\u3040-\ufaff]")


def date_words(day: date | None) -> str:
    """How a date is written, so that it can be searched for: "2024-03-05 5 March 2024 Tuesday"."""
    return "" if day is None else f"{day.isoformat()} {day.day} {day:%B %Y %A}"


def prepare(text: str) -> str:
    """Text as the analyser wants it: one form of each letter, acronyms in one piece, unspaced scripts in pairs."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode())  # Tantivy refuses surrogates
        if _MAY_HOLD_UNSPACED.search(text):
            text = _UNSPACED.sub(_pairs, text)
    if _MAY_HOLD_ACRONYM.search(text):
        text = _ACRONYM.sub(lambda match: match.group().replace(".", ""), text)
    return text


def _pairs(match: re.Match[str]) -> str:
    run = match.group()
    if len(run) == 1:
        return f" {run} "
    return f" {' '.join(run[start : start + 2] for start in range(len(run) - 1))} "
