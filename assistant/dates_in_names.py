"""Dates that belong to a name or a span and don't say when: "the May 3 agreement", "the year to June" (pure)."""

from __future__ import annotations

import re

from assistant.time_periods import PeriodMatch

# What may follow a date that stands in a sentence as a time; any other word makes the date part of a name.
_NOT_A_NAME_AFTER = frozenset(
    """a an the in on at by for from to of with without about against over under into onto than as and or but nor if
    that who whom whose which what when where why how is are was were be been has have had do does did will
    would can could may might shall should must not it its he his she her they their we our you your this
    these those there during before after until till since while because though between among near after so""".split()
)
_DETERMINER_BEFORE = re.compile(
    r"(?:\b(?:the|a|an|that|these|those|its|his|her|their|our|your|my|every|each)|['’]s)\s+$", re.I
)
# "the year to September", "the three months ending 30 June", "more than a year ago": dates of something else.
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:to|ending|ended|ends|due|dated|coming|beginning|than|than in|compared (?:to|with)"
    r"|than (?:it|they|he|she) (?:was|were|did))"
    r"\s+(?:the\s+)?$",
    re.IGNORECASE,
)


def names_a_thing(text: str, match: PeriodMatch, word: str) -> bool:
    """Whether the date belongs to a name ("the May 3 agreement", "Black Friday") instead of saying when.

    ``word`` is the connective before it ("in", "since"), "" without one.
    """
    period, before, rest = match.period, text[: match.start], text[match.end :]
    following = re.match(r"\s+(['’]?[^\W\d_][\w’'-]*)", rest)
    next_word = following[1] if following else ""
    if word == "" and _OF_SOMETHING_ELSE.search(before):
        return True
    named_after = bool(next_word) and next_word.lower() not in _NOT_A_NAME_AFTER
    if period.relative:
        spoken = text[match.start : match.end]
        if spoken[0].isupper() and word == "":  # a weekday in a name: "Black Friday", "Sunday Times"
            previous = re.search(r"([\w’']+)\s+$", before)
            named_before = previous and previous[1][0].isupper() and previous[1].lower() not in _NOT_A_NAME_AFTER
            return bool(named_before) or next_word[:1].isupper()
        return bool(re.search(r"\b(?:his|her|their|its|my|our|your)\s+$", before, re.I))
    if not period.standalone and (word in {"", "of", "at", "for", "as"}):
        return True
    if period.searched and named_after:  # "in Halloween costumes", "on Thanksgiving Day"
        return True
    determined = bool(_DETERMINER_BEFORE.search(before))
    return named_after and (determined or word in {"", "of"})
