"""Who came after somebody: the sentence that says so leads, in whatever words ("named her as his successor").

Pure. "Who took over from Doe?" shares its name with every sentence on Doe's going; the one that tells who came mostly
says "his successor" of somebody else. English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.evidence import Evidence
from assistant.question_features import Asked
from assistant.sentence_features import Candidate
from assistant.words import names

_NAME = r"(?P<name>(?:[^\W\d_a-z][\w’'.-]*\s+)*[^\W\d_a-z][\w’'-]*)"
_ASKS = re.compile(
    r"(?i:\b(?:who|which \w+)\b.*?\b(?:succeed(?:s|ed)?|replace[sd]?|(?:takes?|took|taken) over from|followed"
    r"|(?:came|comes) after|(?:got|gets|took|has|holds|had) (?:the|his|her|that) (?:job|post|office|role|seat) after"
    r"|in the (?:job|post|office|role) after|steps? in for|stepped in for)\s+(?:the\s+)?)"
    + _NAME
    + r"|(?i:\b(?:who|name)\b.*?\bsuccessor (?:of|to)\s+)(?P<of>(?:[^\W\d_a-z][\w’'.-]*\s*)+)"
    r"|(?i:\bwho\b.*?)(?P<whose>(?:[^\W\d_a-z][\w’'.-]*\s+)*[^\W\d_a-z][\w-]*)['’]s?\s+(?i:successor|replacement)\b"
)
_CAME = r"(?:succeed(?:s|ed|ing)?|replac(?:es|ed|ing|e)|(?:takes?|took|taking) over (?:the \w+ )?from|in succession to)"
_HIS_PLACE = re.compile(
    r"\b(?:his|her|their) (?:successor|replacement)\b|\b(?:succeed(?:s|ed)?|replace[sd]?|(?:takes?|took) over from)"
    r" (?:him|her|them)\b",
    re.IGNORECASE,
)
_PREDECESSOR = re.compile(r"\bpredecessor\b", re.IGNORECASE)
_AHEAD = 0.01
_NEAR = 700  # characters of the article in which the one who went is named beside his successor


def who_went(question: str) -> str:
    """The last name of the person whose successor is asked for; "" where none is."""
    match = _ASKS.search(question)
    if match is None:
        return ""
    name = (match["name"] or match["of"] or match["whose"] or "").strip()
    return re.sub(r"['’]s?$", "", name.split()[-1]) if name else ""


def with_the_successor_first(
    asked: Asked, evidence: Sequence[Evidence], candidates: Sequence[Candidate]
) -> list[Candidate]:
    """The same, best first; where somebody's successor is asked for, the sentence that tells one leads."""
    went = who_went(asked.text)
    if not went:
        return list(candidates)
    told = [(how, one) for one in candidates if (how := _tells(went, one, evidence[one.source])) > 0]
    if not told:
        return list(candidates)
    found = max(told, key=lambda pair: pair[0])[1]
    if found is candidates[0]:
        return list(candidates)
    found.score = candidates[0].score + _AHEAD
    return [found, *(one for one in candidates if one is not found)]


def _tells(went: str, candidate: Candidate, piece: Evidence) -> int:
    """How surely a sentence tells the successor: 3 by name of the one who went, 2 beside it, 1 by "predecessor"."""
    text = candidate.text
    others = [name for name in names(text) if went.casefold() not in name.text.casefold()]
    pronoun_first = re.match(r"\W*(?:he|she|they)\b", text, re.IGNORECASE) is not None
    if not others and not pronoun_first:
        return 0
    if re.search(rf"\b{_CAME}\s+(?:[\w’'.-]+\s+){{0,4}}?{re.escape(went)}\b", text, re.IGNORECASE):
        return 3
    named = went.casefold() in text.casefold()
    if named and re.search(rf"\b{re.escape(went)}['’]s (?:successor|replacement)\b", text, re.IGNORECASE):
        return 3
    if named and _PREDECESSOR.search(text):
        return 1
    if not others or named or not _HIS_PLACE.search(text):
        return 0
    before = piece.article.text[max(0, candidate.start - _NEAR) : candidate.start]
    return 2 if went.casefold() in before.casefold() else 0
