"""Comparisons put as a choice, or of two of a kind: "more in the flood or at sea?", "the 2024 final or the 2025 one".

Pure. Each side becomes a question of its own; where it isn't sure what the sides are, the question stays one.
"""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.own_subject import definite_things
from assistant.words import content_stems

_MORE = (
    r"(?:more|fewer|less|most|higher|lower|larger|bigger|smaller|greater|better|worse|longer|shorter|earlier|later|older"
    r"|younger|sooner|faster|slower|cheaper|dearer|deadlier|stronger|weaker|costlier|heavier|highest|lowest|largest|biggest)"
)
COMPARATIVE = re.compile(rf"\b{_MORE}\b", re.IGNORECASE)
_COMPARES = re.compile(r"\b(?:compare[ds]?|comparison|differ(?:s|ed|ent|ences?)?|versus|vs|contrast)\b", re.IGNORECASE)
_YEAR = r"(?:19|20)\d\d"
_JOINT = r"(?:and|or|with|to|than|versus|vs\.?|against|from)"
_TWO_YEARS = re.compile(
    rf"\bthe (?P<first>{_YEAR}) (?P<noun>[^\W\d][^?,;]{{1,60}}?),?\s+"
    rf"(?:(?:compare[ds]?|differ(?:s|ed|ent)?)\s+)?{_JOINT}\s+"
    rf"(?:the (?P<second>{_YEAR}) ones?|(?:the ones?|that|those) (?:in|of|from) (?P<third>{_YEAR}))\b",
    re.IGNORECASE,
)
_TWO_PLACES = re.compile(
    rf"\bthe (?P<noun>[\w’'-]+(?: [\w’'-]+)?) (?P<first>(?:in|on|at|of|off|near|by) [^?,;]{{2,40}}?)\s+{_JOINT}\s+"
    r"the ones? (?P<second>(?:in|on|at|of|off|near|by) [^?,;]{2,40}?)(?=\s*(?:[?.,;]|$))",
    re.IGNORECASE,
)
_BETWEEN = re.compile(rf"\s*,?\s+{_JOINT}\s+(?P<preposition>(?:in|on|at|by|of|for|from|during)\s+)?$", re.IGNORECASE)
_WHICH_MORE = re.compile(
    rf"^\W*(?:which|who|what)\s+(?:one\s+)?(?P<verb>(?:was|were|is|are|had|has|have|did|got|won|lost|cost|paid)\s+)?"
    rf"(?:the\s+)?{_MORE}\s*[,:]\s*",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    r"^\W*(?:what(?:['’]s| is| are| was| were)\s+)?(?:the\s+)?differences?\s+between\s+"
    r"|^\W*(?:please\s+)?(?:compare|contrast)\s+"
    r"|^\W*how\s+(?:do|does|did)\s+(?=the\b)",
    re.IGNORECASE,
)


def alternatives_of(text: str) -> tuple[str, str] | None:
    """The two questions of a comparison of two years' or two places' things, or of a choice; None of any other text."""
    is_choice = COMPARATIVE.search(text) is not None and re.search(r"\b(?:or|than)\b", text, re.I) is not None
    if not is_choice and not _COMPARES.search(text):
        return None
    years, places = _TWO_YEARS.search(text), _TWO_PLACES.search(text)
    if years is not None:
        noun = f"the {years['noun']} in "
        return _both(text, years, noun + years["first"], noun + (years["second"] or years["third"]))
    if places is not None:
        noun = f"the {places['noun']} "
        return _both(text, places, noun + places["first"], noun + places["second"])
    return _of_two_things(text) if is_choice else None


def _of_two_things(text: str) -> tuple[str, str] | None:
    """Of "did more people die in the flood or on the ship?", one for each thing."""
    for one, other in pairwise(definite_things(text)):
        between = _BETWEEN.search(text[one.end : other.start])
        if between is None or between.start() or not one.telling or not other.telling:
            continue
        before, after = text[: one.start], text[other.end :]
        preposition = between["preposition"] or ""
        second = re.sub(r"\b(?:in|on|at|by|of|for|from|during)\s+$", "", before) if preposition else before
        return (
            _plain(f"{before}{text[one.start : one.end]}{after}"),
            _plain(f"{second}{preposition}{text[other.start : other.end]}{after}"),
        )
    return None


def _both(text: str, found: re.Match[str], first: str, second: str) -> tuple[str, str] | None:
    before, after = text[: found.start()], text[found.end() :]
    sides = _plain(before + first + after), _plain(before + second + after)
    return sides if all(content_stems(side) for side in sides) else None


def _plain(text: str) -> str:
    """Without what compares, which no side's article says."""
    text = _WHICH_MORE.sub("", _DIFFERENCE.sub("", text))
    return re.sub(r"\s+", " ", text).strip()


def by_the_thing(first: str, second: str) -> tuple[str, str] | None:
    """Of "what did the crews get" compared to "the drivers": the same question of the other thing.

    Of "ferry strike" versus "tram strike: pay rise", the pay rise in both.
    """
    short = re.fullmatch(r"(?P<thing>[^:?]{2,40}):\s+(?P<topic>[^:]{2,80})", second.strip())
    if short is not None and not re.search(r"\b(?:who|what|when|where|why|how|which)\b", first, re.IGNORECASE):
        return f"{first.strip()}: {short['topic']}", second.strip()
    ones, others = definite_things(first), definite_things(second)
    if len(ones) != 1 or len(others) != 1 or others[0].start or not ones[0].telling or not others[0].telling:
        return None
    thing = second[others[0].start : others[0].end]
    return first.strip(), f"{first[: ones[0].start]}{thing}{first[ones[0].end :]}{second[others[0].end :]}".strip()
