"""Questions that compare: outlets ("how did A and B report it?") or things ("the ferry strike and the tram strike").

Pure. What is left of such a question for each side is what the comparison is about, not the words that compare.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from assistant.alternatives import COMPARATIVE
from assistant.time_periods import find_periods
from assistant.words import content_stems, is_content, names, words

COMPARES = re.compile(
    r"\b(?:compare[ds]?|comparison|differ(?:s|ed|ent|ently|ence|ences)?|versus|vs|agree[ds]?|disagree[ds]?|contrast"
    r"|how far apart|between|both|each|and)\b",
    re.IGNORECASE,
)
_STRICTLY = re.compile(
    r"\b(?:compare[ds]?|comparison|differ(?:s|ed|ent|ence|ences)?|versus|vs|contrast|how far apart|each of them)\b",
    re.IGNORECASE,
)
_OF_OUTLETS = re.compile(
    r"\b(?:outlets|newspapers|papers|publications|sources|media|broadcasters|press)\b[^?]{0,80}\b(?:differ(?:s|ed|ently)?"
    r"|disagree[ds]?|agree[ds]?|compare[ds]?|contradict(?:ed)?)\b"
    r"|\b(?:differ(?:s|ed|ences?)?|disagree[ds]?|compare[ds]?)\b[^?]{0,40}\b(?:outlets|newspapers|papers|publications|media)\b",
    re.IGNORECASE,
)
_KIND = (
    r"the\s+(?:[\w’'-]+\s+){0,2}?(?:broadcaster|radio(?: station)?|station|channel|daily|weekly|tabloid|broadsheet"
    r"|newspaper|paper|(?:news\s+|wire\s+|press\s+)?agency|newswire|magazine|website)"
)
_TWO_KINDS = re.compile(rf"\b{_KIND}(?:['’]s)?\s+and\s+{_KIND}\b(?:['’]s)?", re.IGNORECASE)
_OUTLET_WORDS = re.compile(
    r"\b(?:the |which |what |these |those |all |different )*(?:outlets|newspapers|papers|publications|sources|media"
    r"|broadcasters|press)\b",
    re.IGNORECASE,
)
_AND_HOW = re.compile(
    r"[,;]?\s+and (?:how|where|on what) (?:do|did|does) (?:they|these|those|their \w+)\b[^?.]*[?.]?$", re.IGNORECASE
)
_COMPARES_TIMES = re.compile(
    r"\b(?:compare[ds]?|comparison|versus|vs|contrast|differ(?:s|ed|ence|ences|ent)?)\b", re.IGNORECASE
)
_COMPARE_VERB = re.compile(r"^\W*(?:please\s+)?(?:compare|contrast|(?:a\s+)?comparison of)\s+", re.IGNORECASE)
_JOINS_TIMES = re.compile(
    r",?\s+(?:(?:and|or|than|to|with|versus|vs\.?|against|compared? (?:to|with)|differ(?:ent)? from)\s+)"
    r"(?:(?:in|on|that of|those of|the (?:one|figure|rate) (?:in|of|for))\s+)?(?:the\s+)?",
    re.IGNORECASE,
)
_REPORT = (
    r"(?:report|cover|describe|put|see|frame|portray|tell|present|write|quote|count|give|say|state|treat)(?:ed|d|s)?"
)
# What compares, with what stands around it; what is left says what the comparison is about.
_SCAFFOLD = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^\W*(?:how|in what ways?|where)\s+(?:did|do|does|have|has)\s+(?:the\s+)?(?:\w+\s+)?"
        r"(?:differ|disagree|compare|vary)\w*(?:\s+from (?:each other|one another))?"
        r"(?:\s+in\s+(?:their|its) (?:coverage|reporting|accounts?|figures?))?"
        r"(?:\s+(?:on|about|over|in|as to|regarding|of|when it comes to))?\s*",
        rf"^\W*how\s+(?:differently\s+)?(?:did|do|does|have|has)\s+(?:the\s+)?(?:each\s+)?{_REPORT}\b(?:\s+differently)?"
        r"(?:\s+(?:on|about))?\s*",
        r"^\W*(?:did|do|does|have|has)\s+(?:the\s+)?(?:agree|disagree|differ)\w*"
        r"(?:\s+(?:on|about|over|with each other on))?\s*",
        r"^\W*(?:compare|contrast)\s+(?:how\s+)?(?:(?:the\s+)?"
        rf"(?:coverage|reporting|reports?|accounts?|stories|figures?|versions?)(?:\s+by)?)?(?:\s*{_REPORT}\b)?(?:\s+(?:of|on|about|in|for|from))?\s*",
        r"^\W*(?:had|have|gave|give|reported|printed|published|used|named|quoted)\s+(?:\w+\s+)?different\s+",
        r"^\W*how far apart (?:were|are|was)\s+(?:the\s+)?(?:on|about|over|in)?\s*",
        r"^\W*(?:what|which) (?:are|were|is|was) the differences?(?:\s+between)?"
        r"(?:\s+(?:the\s+)?(?:coverage|reporting|accounts?|figures?|reports?))?(?:\s+by)?(?:\s+(?:of|on|about|in|over))?\s*",
        r"^\W*what\s+(?:did|do|does)\s+(?:each\s+)?(?:say|write|report)\w*\s+(?:about|on)\s+",
    )
)
_AFTER_THE = 3  # words: "the", and what kind of outlet it is ("the national daily")
_DIFFERENCE = frozenset(content_stems("differ difference gap discrepancy mismatch contradiction explain reason"))
_LEFT = re.compile(
    r"\s*\b(?:versus|vs\.?|differently|respectively|according to(?=\s*(?:[?.,;]|and\b|$)))\s*", re.IGNORECASE
)
_SAME_HEAD = re.compile(
    r"\b(?P<first>(?:the\s+)?(?P<a>[\w’'-]+(?:\s+[\w’'-]+)?)\s+(?P<head>[\w’'-]+))\s+and\s+(?P<second>(?:the\s+)?(?P<b>[\w’'-]+(?:\s+[\w’'-]+)?)\s+(?P=head))\b",
    re.IGNORECASE,
)


def compares_outlets(text: str) -> bool:
    """Whether it asks how outlets differ without naming any.

    "How did the papers differ on the toll?", "why did the radio and the daily give different tolls?".
    """
    return bool(_OF_OUTLETS.search(text) or (_TWO_KINDS.search(text) and _STRICTLY.search(text)))


def without_outlet_words(text: str) -> str:
    """The text without "the papers", "the radio and the daily"."""
    return _OUTLET_WORDS.sub(" ", _TWO_KINDS.sub(" ", text))


def topic_of(text: str) -> str:
    """What a comparison of outlets is about; ``text`` is the question without their names."""
    topic = text.strip()
    shorter = _AND_HOW.sub("", topic)
    if shorter != topic:  # "(which outlets) reported on the strike, and how did they differ?"
        topic = re.sub(rf"^(?:ha(?:ve|s) )?{_REPORT}(?: on| about)?\s+", "", shorter, flags=re.IGNORECASE)
    for pattern in _SCAFFOLD:
        shorter = pattern.sub("", topic, count=1)
        if shorter != topic and content_stems(shorter):
            topic = shorter
            break
    topic = re.sub(r"\s+", " ", _LEFT.sub(" ", topic)).strip(" ,;:")
    topic = re.sub(r"\s+(?:and|or)(?=\s*[?.,]|$)|[\s,;:]+(?=[?.!])", "", topic).strip(" ,;:")
    topic = _without_the_difference(topic)
    first = topic.split(maxsplit=1)[:1]
    if first and not is_content(first[0]):  # another word with a capital would look like a name
        topic = topic[:1].upper() + topic[1:]
    return topic or text


def _without_the_difference(topic: str) -> str:
    """Without sentences that only ask after the difference itself: "What were they, and why the gap?"."""
    sentences = re.split(r"(?<=[.?!])\s+", topic)
    while len(sentences) > 1 and set(content_stems(sentences[-1])) <= _DIFFERENCE:
        sentences.pop()
    return " ".join(sentences)


def sides_of(text: str) -> tuple[str, str] | None:
    """A comparison of two things as two questions, one for each; None where it doesn't compare two things."""
    if not _STRICTLY.search(text):
        return None
    same_head = _SAME_HEAD.search(text)
    if same_head is not None:
        first, second, start, end = same_head["first"], same_head["second"], same_head.start(), same_head.end()
        return _plain(text[:start] + first + text[end:]), _plain(text[:start] + second + text[end:])
    found = names(text[:1].lower() + text[1:])
    for one in found:
        joined = re.fullmatch(r"(?P<a>.+?) and (?:the )?(?P<b>.+)", one.text)
        if joined is not None:
            before, after = text[: one.start], text[one.end :]
            return _plain(before + joined["a"] + after), _plain(before + joined["b"] + after)
    for one, other in pairwise(found):
        between = text[one.end : other.start]
        if re.fullmatch(r"\s*(?:and|with|to|from)\s+(?:the\s+)?", between, re.IGNORECASE):
            before, after = text[: one.start], text[other.end :]
            return _plain(before + one.text + after), _plain(before + other.text + after)
    return None


def _plain(text: str) -> str:
    """Without the words that compare: each side is searched by itself."""
    text = re.sub(r"^\W*(?:please\s+)?(?:compare|contrast)\s+", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(?:the )?differences? between\s+", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(?:each of them|both|each)\b", "", text, flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", text).strip()


def times_of(text: str, asked_on: date) -> tuple[str, str] | None:
    """Of "compare inflation in May 2023 and May 2024", the question for each of the times; None for other texts."""
    periods = find_periods(text, asked_on)
    is_choice = COMPARATIVE.search(text) is not None
    if len(periods) != 2 or not (is_choice or _COMPARES_TIMES.search(text)):
        return None
    first, second = periods
    if is_choice and re.search(r"\bor\s", text[first.end : second.start]) and not second.has_year:
        return None
    if not _JOINS_TIMES.fullmatch(text[first.end : second.start]):
        return None
    before, after = text[: first.start], text[second.end :]
    before = _COMPARE_VERB.sub("", before)
    if not content_stems(before + after):
        return None
    one, other = (text[time.start : time.end] for time in periods)
    if second.has_year and not first.has_year:
        one = f"{one} {second.period.start.year}"
    preposition = "" if re.search(r"\b(?:in|on|at|of|for|from|since|between|last|this)\s+$", before) else "in "
    before = re.sub(r"\b(?:from|between)\s+$", "in ", before)
    return f"{before}{preposition}{one}{after}".strip(), f"{before}{preposition}{other}{after}".strip()


def called_by_a_word(text: str, outlets: Sequence[str]) -> list[str]:
    """The outlets that a question calls by a word of their name that no other outlet has, in the question's order.

    "The agency and the radio" are Marrow Press Agency and Radio Orrland where there is one agency and one radio.
    """
    having: dict[str, list[str]] = {}
    for outlet in outlets:
        for word in {one.text.lower() for one in words(outlet) if is_content(one.text)}:
            having.setdefault(word, []).append(outlet)
    asked = [word.text.lower() for word in words(text)]
    called = [
        having[word][0]
        for place, word in enumerate(asked)
        if len(having.get(word, ())) == 1 and "the" in asked[max(0, place - _AFTER_THE) : place]
    ]
    return list(dict.fromkeys(called))
