"""Outlets of the archive named in a question as those whose reporting is meant.

Pure. "What did the Courier write about ..." means articles of the Courier; "Which Courier reporter was sued?" is about
it, and must not be narrowed to it. So a name counts only where the sentence makes it a source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from archive.outlet_choice import other_names, without_the
from archive.outlet_names import OutletNames, is_common
from assistant.spelling import is_english
from assistant.words import is_content

_REPORTING = (
    r"report(?!er)|say|said|write|wrote|writ|cover|describ|claim|publish|print|call|give|gave|put|count|headline|quote|portray"
    r"|frame|see|saw|mention|correct|tell|told|state|estimat|cite|carr|run|ran|agree|disagree|differ|compar|note"
)
_AFTER = re.compile(
    rf"^(?:['’]s?)?\s+(?:(?:also|first|ever|then|have|had|has|to)\s+)*(?:(?:{_REPORTING})\w*\b"
    r"|(?:coverage|reports?|reporting|story|stories|article|articles|account|version|figures?|headlines?|numbers?|count"
    r"|job figures|take|columns?|editorials?)\b)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:\b(?:according to|per|as reported (?:by|in)|reported (?:by|in)|published (?:by|in)"
    r"|written (?:by|in)|(?:articles?|stor(?:y|ies)"
    r"|reports?|coverage|columns?|figures?|pieces?) (?:by|in|from|of)|printed (?:by|in)|quoted (?:by|in)|read in"
    r"|compare|columns? in)"
    r"|\b(?:did|does|do|has|have|had|what|how)|\b(?:in|by|from))\s+(?:the\s+)?$",
    re.IGNORECASE,
)
# What readers write without capitals counts only where nothing but a source stands: couriers carry and are attacked.
_SOURCE_BEFORE = re.compile(
    r"(?:\baccording to|\b(?:as )?(?:reported|published|written|printed|quoted) (?:by|in)|\bread in"
    r"|\b(?:articles?|stor(?:y|ies)|reports?|coverage|columns?|pieces?) (?:by|in|from|of))\s+(?P<the>the\s+)?$",
    re.IGNORECASE,
)
_ASKED_BEFORE = re.compile(r"\b(?:did|does|do|has|have|had)\s+(?P<the>the\s+)?$", re.IGNORECASE)
_REPORTS_AFTER = re.compile(
    r"^\s+(?:(?:also|first|ever|then)\s+)*(?:report|say|said|write|wrote|written|cover|describe|claim|publish|print"
    r"|headline|quote|portray|frame|mention|tell|told|differ|disagree|agree)(?:ed|d|s)?\b",
    re.IGNORECASE,
)
_COVERAGE_AFTER = re.compile(
    r"^['’]s?\s+(?:coverage|reporting|articles?|editorials?|headlines?|columns?)\b", re.IGNORECASE
)
_THE_BEFORE = re.compile(r"\b(?P<the>the\s+)$", re.IGNORECASE)
# Names of newspapers that hardly speak for anything else: agencies, stars, guardians and observers say things, too.
_OF_PAPERS = frozenset(
    "argus bulletin chronicle courier enquirer gazette herald inquirer intelligencer ledger mercury sentinel telegraph"
    " tidings tribune".split()
)
# "Radio Orrland on the flood", as in a search box; what is on strike or on the brink is spoken of.
_HEADS = re.compile(
    r"^\s*(?:about\b|on\s+(?!(?:air|alert|edge|fire|hold|leave|sale|strike|top|tour|track|trial)\b"
    r"|the\s+(?:air|block|brink|edge|line|market|ropes|run|verge|way)\b)\w)",
    re.IGNORECASE,
)
_LINK = re.compile(r"^\s*(?:,|and|or|&|versus|vs\.?|to|with)\s+(?:and\s+)?(?:the\s+)?$", re.IGNORECASE)
_TWO_INITIALS = 2
_ALL_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]+", re.IGNORECASE)
_GENERIC = frozenset(
    "times time week news post sun mirror star herald world today daily guardian nation record mail".split()
)


@dataclass(frozen=True, slots=True)
class OutletMention:
    """An outlet named as a source: ``text[start:end]``."""

    outlet: str
    start: int
    end: int
    is_plain: bool = True  # by a name that means nothing else
    is_as_written: bool = True  # with its capitals, if it needs them to be told from other words


def aliases(outlets: OutletNames) -> dict[str, str]:
    """What an outlet is called -> its name: its name, what somebody wrote down, and the short forms."""
    return {outlet: outlet for outlet in outlets.names} | other_names(outlets)


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to name an outlet, and the pattern that finds it.

    ``is_plain``: it can stand for the outlet without a "the" before it; a word that also means something else can't.
    ``is_loose``: where only a source can stand it counts without its capitals too.
    """

    text: str
    outlet: str
    pattern: re.Pattern[str]
    is_plain: bool
    is_loose: bool


@lru_cache(maxsize=8)
def _longest_first(outlets: OutletNames) -> list[_Form]:
    """Every name, alias and short form, the longest first."""
    by_hand = {alias for alias, _ in outlets.aliases}
    found = []
    for text, outlet in aliases(outlets).items():
        written_down = text in by_hand
        ordinary = is_common(text) if written_down else _is_part(text, outlet)
        loose = (text == outlet and _is_a_word(text)) or (
            ordinary and not written_down and _tells_in_small_letters(text)
        )
        pattern = re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", 0 if ordinary and not loose else re.IGNORECASE)
        found.append(_Form(text, outlet, pattern, not ordinary, loose))
    return sorted(found, key=lambda form: -len(form.text))


def _is_part(text: str, outlet: str) -> bool:
    """Whether a form is a word, or the last words, of the name: these may mean something else."""
    return text != outlet and (" " not in text or f" {text}" in without_the(outlet))


def _is_a_word(name: str) -> bool:
    """Whether a whole name is a word of English: "Sky", "The Sun", "Wired"."""
    plain = without_the(name).casefold()
    return plain not in _OF_PAPERS and is_english(plain)


def _tells_in_small_letters(form: str) -> bool:
    """Whether a part of a name tells the outlet without capitals: "evening post", "courier", "bbc"; not "agency"."""
    plain = form.casefold()
    if " " in plain:
        return any(is_content(word) for word in plain.split())
    if form.isupper():
        return len(form) > _TWO_INITIALS and is_content(plain)
    return plain in _OF_PAPERS or not is_english(plain)


def find_outlets(text: str, outlets: OutletNames) -> list[OutletMention]:
    """The outlets that the question names as sources, in order.

    Names match in any case, and so do aliases that somebody wrote down; a single word that also means something else
    ("the Post", "the Week", "FT") only as it is written. Other parts of a name ("evening post", "courier", "bbc") do in
    small letters where nothing but a source can stand: "what did the courier say", "according to the evening post".
    """
    found: list[OutletMention] = []
    folded = text.casefold()
    for form in _longest_first(outlets):
        if form.text.casefold() not in folded:
            continue
        for match in form.pattern.finditer(text):
            if any(one.start < match.end() and match.start() < one.end for one in found):
                continue
            if form.text.casefold() in _GENERIC and not match[0][0].isupper():
                continue
            as_written = not form.is_loose or without_the(match[0]) == without_the(form.text)
            found.append(OutletMention(form.outlet, match.start(), match.end(), form.is_plain, as_written))
    found.sort(key=lambda one: one.start)
    return [one for index, one in enumerate(found) if _is_source(text, found, index)]


def _stands_as_source(before: str, after: str, *, alone: bool) -> bool:
    """Whether nothing but a source can stand between the two; ``alone``: also without a "the"."""
    source = _SOURCE_BEFORE.search(before)
    asked = _ASKED_BEFORE.search(before) if _REPORTS_AFTER.match(after) else None
    covered = _THE_BEFORE.search(before) if _COVERAGE_AFTER.match(after) else None
    return any(found is not None and (alone or found["the"]) for found in (source, asked, covered))


def without_outlets(text: str, mentions: Sequence[OutletMention]) -> str:
    """The text without the outlets, and without what joined them to it ("according to the ...", "the A and the B")."""
    for mention in sorted(mentions, key=lambda one: -one.start):
        before = re.sub(
            r"(?:\b(?:according to|per|by|in|from)\s+)?(?:\bthe\s+)?$", "", text[: mention.start], flags=re.I
        )
        before = re.sub(r"(?:\s+(?:and|or|versus|vs\.?)|,)\s*$", "", before, flags=re.I)
        after = re.sub(r"^['’]s?(?!\w)", "", text[mention.end :])
        text = f"{before} {after}"
    return re.sub(r"\s+([?.!,;:])", r"\1", re.sub(r"\s+", " ", text)).strip(" ,;")


def _is_source(text: str, found: list[OutletMention], index: int) -> bool:
    """Whether this mention, or one it is joined with ("A and B"), stands where a source stands."""
    first = last = index
    while first > 0 and _LINK.match(text[found[first - 1].end : found[first].start]):
        first -= 1
    while last + 1 < len(found) and _LINK.match(text[found[last].end : found[last + 1].start]):
        last += 1
    one = found[index]
    if not one.is_as_written:
        called = text[one.start : one.end]
        alone = _is_a_word(one.outlet) or _ALL_CONSONANTS.fullmatch(called) is not None  # "what did bbc say"
        return _stands_as_source(text[: found[first].start], text[found[last].end :], alone=alone)
    if last > first:
        return True
    after, before = text[one.end :], text[: one.start]
    preceded = _BEFORE.search(before)
    if _AFTER.match(after):
        return True
    if not before.strip(" \t\"“'‘") and one.is_plain and _HEADS.match(after):
        return True
    if preceded is None or (
        not one.is_plain and not text[one.start : one.end].isupper() and not before.rstrip().lower().endswith("the")
    ):
        return False
    # "did the Post ..." needs a verb of reporting; "in the Post" is a source by itself.
    return preceded[0].split()[0].lower() not in {"did", "does", "do", "has", "have", "had", "what", "how"}
