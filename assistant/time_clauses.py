"""What a time in a question dates: the news asked for, or what is told beside it ("after her ouster last year, ...").

Pure. Clauses are told by the words that open them, English ones; no grammar is built.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Dates(StrEnum):
    """What a time dates."""

    NEWS = "news"  # what is asked for
    BACKGROUND = "background"  # something before it: "the law passed last month was ...", "since they began in May"
    AFTERMATH = "aftermath"  # what it followed: "after the collapse on 3 May"
    SUPPOSED = "supposed"  # nothing that happened: "if we stopped today"
    AHEAD = "ahead"  # something to come: "will meet on Sunday"


_BEGINNING = re.compile(
    r"\b(?P<word>after|(?<!\bthe )following|since|having|in the wake of|in the aftermath of|in response to|if|unless)"
    r"\s+",
    re.IGNORECASE,
)
_NOT_CLAUSE = re.compile(r"[,;:?!.]\s|\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
_HABIT = re.compile(r"\b(?:every|each)\s+(?:\w+\s+)?$", re.IGNORECASE)
_FINITE = r"(?:is|are|was|were|has|have|had|will|would|did|does)"
_DID = (
    rf"(?:{_FINITE}|\w{{2,}}ed|won|lost|left|took|gave|began|broke|fell|rose|ran|hit|led|made|came|went|held|met|sank"
    r"|sold)\b"
)
# "the party that won the election last week", not "which party won", "at which school" and not "said that"
_RELATIVE = re.compile(
    rf"\b(?P<noun>[\w’'-]{{1,40}}),?\s+(?P<word>that|which|who)\s+(?P<rest>(?:recently |also |once )?{_DID}[^,;:?!]*)$",
    re.IGNORECASE,
)
_NO_NOUN = re.compile(
    r"(?:sa(?:y|ys|id|ying)|claim\w*|report\w*|announc\w*|tell|tells|told|warn\w*|know\w*|show\w*|suggest\w*|find|finds|found"
    r"|believ\w*|think|thought|argu\w*|insist\w*|admit\w*|so|and|but|or|in|to|of|for|with|by|on|at|from|into|against|as"
    r"|me|us|about|was|is|it|did|do|does)$",
    re.IGNORECASE,
)
# "the law passed last month was ...": a participle, its time, then the verb of the sentence
_PARTICIPLE = re.compile(
    r"\b(?:the|an?|his|her|its|their)\s+(?:[\w’'-]+\s+){1,4}[a-z]+(?:ed|wn|lt|ught)\s+(?:[a-z]+\s+){0,3}$",
    re.IGNORECASE,
)
_VERB = re.compile(rf"^\s*,?\s*{_DID}")
_TO_COME = re.compile(
    r"\b(?:will|won['’]t|going to|about to|set to|due to|scheduled to|expected to|planning to|plans? to|upcoming"
    r"|(?:the )?coming|takes? place)\b(?:\s+[\w’'-]+){0,8}\s*$",
    re.IGNORECASE,
)
_LEAST_TOLD = re.compile(r"[^\W\d_]{3,}")


def what_it_dates(text: str, start: int, end: int, *, weekday: bool = False) -> Dates:
    """What the time at ``text[start:end]`` dates. ``weekday``: it is a bare weekday, which may be the next one."""
    sentence = max((match.end() for match in re.finditer(r"[.?!;:]\s", text[:start])), default=0)
    before = text[sentence:start]
    if _HABIT.search(before):
        return Dates.SUPPOSED
    opened = [match for match in _BEGINNING.finditer(before) if not _NOT_CLAUSE.search(before, match.end())]
    if opened and _LEAST_TOLD.search(before, opened[-1].end()):
        return {"if": Dates.SUPPOSED, "unless": Dates.SUPPOSED, "since": Dates.BACKGROUND}.get(
            opened[-1]["word"].lower(), Dates.AFTERMATH
        )
    if weekday and _TO_COME.search(re.split(r",\s", before)[-1]):
        return Dates.AHEAD
    relative = _RELATIVE.search(before)
    if relative is not None and _is_relative(relative):
        return Dates.BACKGROUND
    if _PARTICIPLE.search(before) and _VERB.match(text[end:]):
        return Dates.BACKGROUND
    return Dates.NEWS


def _is_relative(match: re.Match[str]) -> bool:
    """Whether a "that" or "who" tells of a noun before it, and the clause goes on to the time: one verb, not two."""
    _, _, after_verb = match["rest"].partition(" ")
    return not re.search(rf"\b{_FINITE}\b", after_verb, re.IGNORECASE) and not _NO_NOUN.match(match["noun"])
