"""A question as it was put, and what its wording asks for: a person, a number, a date, ...

Pure. The kinds are read from English question words; anything else is of the kind "other", for which every kind of
word may be the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from archive.filters import SearchFilter
from assistant.answer import Mode
from assistant.conversation import Turn
from assistant.reading_choices import Reading

EARLIEST, LATEST = date(1000, 1, 1), date(9000, 12, 31)  # to count from: centuries on either side still have days


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, on which day, after which conversation, within which walls, and how it is to be read.

    White space between words becomes one blank: a thousand of them would say nothing, and be tried by every pattern.

    A day beyond what can be counted from ("9999-12-31", for ever) becomes the nearest that can.
    """

    text: str
    asked_on: date
    history: tuple[Turn, ...] = ()
    wall: SearchFilter = field(default_factory=SearchFilter)
    mode: Mode = Mode.AUTO
    reading: Reading = field(default_factory=Reading)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", " ".join(self.text.split()))
        object.__setattr__(self, "asked_on", min(max(self.asked_on, EARLIEST), LATEST))

    def alone(self) -> Question:
        """The same, put so that it stands alone, where the asker has settled how; else itself."""
        if not self.reading.standalone:
            return self
        return replace(self, text=self.reading.standalone, history=(), reading=replace(self.reading, standalone=""))


class Kind(StrEnum):
    """What an answer must name."""

    NAME = "name"  # who, where
    NUMBER = "number"  # how many, how much, what percentage
    DATE = "date"  # when, what year
    WHICH = "which"  # one of a kind: which airline
    REASON = "reason"  # why
    OTHER = "other"


_QUOTED = re.compile(r"\"([^\"]{2,200})\"|“([^”]{2,200})”")
_DATE = re.compile(
    r"\b(?:(?:what|which) (?:year|date|day|month|century|decade)|(?:since|until|by) when)\b|\bsince\s*:?\s*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\bhow (?:many|much|old|long|far|tall|big|large|high|fast|often|soon|hot|cold|deep|heavy|wide|strong)\b"
    r"|\b(?:what|which) (?:was the |is the |were the )?(?:\w+ )?(?:percentage|percent|proportion|share|number|amount"
    r"|age|price|cost|total|sum|size|depth|height|length|speed|temperature|rate|score|margin|turnout|toll|salary|fine)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\bwhen\b", re.IGNORECASE)
_NAME = re.compile(r"\b(?:who|whom|whose|where|names? of)\b", re.IGNORECASE)
_QUESTION_WORD = re.compile(r"\b(?:who|whom|whose|what|when|where|why|how|which)\b", re.IGNORECASE)
_QUANTITY = re.compile(
    r"\b(?:number|percentage|share|price|cost|salary|size|depth|height|length|weight|speed|temperature|rate|score|margin|turnout"
    r"|toll|count|population|age|inflation|unemployment|gdp|sales|revenues?|turnover|profits?|growth|output|exports"
    r"|imports|emissions)\b",
    re.IGNORECASE,
)
_DAY = re.compile(r"\b(?:dates?|deadline)\b(?! (?:back|palms?|night|rape)\b)", re.IGNORECASE)
_CAUSE = re.compile(r"\b(?:reasons?|causes?)\b(?! (?:of action|celebre)\b)", re.IGNORECASE)
_REASON = re.compile(
    r"\bwhy\b|\b(?:what|which) (?:was the |is the )?(?:reason|cause)|\bfor what reason\b", re.IGNORECASE
)
_WHICH = re.compile(r"\bwhich\b", re.IGNORECASE)
_FOCUS = re.compile(
    r"\b(?:which|what|whose|how many|how much)\s+((?:(?!is\b|are\b|was\b|were\b|did\b|does\b|do\b|has\b|have\b|had\b"
    r"|will\b|would\b|can\b|could\b)[\w’'-]+\s*){1,4})",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\b(?:who|whom|whose|what|when|where|why|how|which)\b|[:?]\s*$", re.IGNORECASE)


def kind_of(question: str) -> Kind:
    """What the wording asks for."""
    if _asks_when(question):
        return Kind.DATE
    for pattern, kind in (
        (_DATE, Kind.DATE),
        (_NUMBER, Kind.NUMBER),
        (_NAME, Kind.NAME),
        (_REASON, Kind.REASON),
        (_WHICH, Kind.WHICH),
    ):
        if pattern.search(question):
            return kind
    return Kind.OTHER if _QUESTION_WORD.search(question) else _kind_of_keywords(question)


def _kind_of_keywords(words: str) -> Kind:
    """What is wanted by words put without a question word: "wreck depth", "opening date new bridge"."""
    for pattern, kind in ((_QUANTITY, Kind.NUMBER), (_DAY, Kind.DATE), (_CAUSE, Kind.REASON)):
        if pattern.search(words):
            return kind
    return Kind.OTHER


def _asks_when(question: str) -> bool:
    """Whether "when" asks, and doesn't begin a clause: "what did he say when he left?", "when he left, who came?"."""
    for match in _WHEN.finditer(question):
        before = re.split(r"[.;?!]", question[: match.start()])[-1]
        after = re.split(r"[.;?!]", question[match.end() :])[0]
        asked_before = _QUESTION_WORD.search(before) and not re.search(r"\band\s*$", before, re.IGNORECASE)
        asked_after = re.search(r",.*\b(?:who|whom|whose|what|where|why|how|which)\b", after, re.IGNORECASE)
        if not asked_before and not asked_after and (not before.strip() or "?" in question[match.end() :]):
            return True
    return False


def focus_of(question: str) -> str:
    """The words right after the question word: "airline" of "which airline announced"; "" if there are none."""
    match = _FOCUS.search(question)
    return " ".join(match[1].split()[:2]) if match else ""


def core_of(question: str) -> str:
    """The sentence of a longer question that asks; what stands around it tells what it is about.

    "The bridge closed on Monday. Who had built it?" -> the second sentence. The whole text where it is
    one sentence, or none of its sentences holds a question word.
    """
    sentences = re.split(r"(?<=[.!?;])\s+", question.strip())
    asking = [one for one in sentences if _ASKS.search(one)]
    return asking[-1] if asking and len(sentences) > 1 else question


def asks_quantity(text: str) -> bool:
    """Whether the words speak of a quantity: "the price of the bridge", "how many dead"."""
    return bool(_QUANTITY.search(text) or _NUMBER.search(text))


def quoted_phrases(question: str) -> tuple[str, ...]:
    """What stands in double quotes, to be found exactly."""
    found = (match[1] or match[2] for match in _QUOTED.finditer(question))
    return tuple(dict.fromkeys(phrase.strip(" .,;:?!") for phrase in found if phrase.strip(" .,;:?!")))


def without_quoted(question: str) -> str:
    """The question without what stands in double quotes."""
    return _QUOTED.sub(" ", question)
