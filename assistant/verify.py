"""Checking a sentence against the passages it cites: quotations verbatim, numbers, dates and names present (pure).

What is found is a fact that can be shown: "the number 12 is not in the source". What can't be checked is left
UNCHECKED: agreement in words is no proof of agreement in meaning, so SUPPORTED asks for nearly all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answer import Verdict
from assistant.date_mentions import on_day, same_date
from assistant.denials import denied_stems, denies_alike, denies_otherwise
from assistant.mentions import MarkedText, Mention, common_words, is_certain_name, mark, plain
from assistant.names import initials_of, missing_words, words_of
from assistant.number_values import VAGUE, same_value
from assistant.numbers import find_hints
from assistant.opposites import turned_around
from assistant.quotations import find_quotations, is_verbatim
from assistant.words import STOPWORDS, content_stems, stem, words

# Words around two mentions that agree, at least, for them to stand in the same statement: with a value that the
# source doesn't have elsewhere, and with one that it has (then the agreement must also be that much better).
SAME_PLACE_ABSENT = 3
SAME_PLACE_PRESENT = 4
SAME_PLACE_NAMES = 8  # for a name the source has: leaving out a clause moves names together, so both sides must agree
CLEARLY_BETTER = 3
SUPPORTED_SHARE = 0.7  # of the sentence's content words in the passages
_LEAST_WORDS = 3
_GERMAN = re.compile(
    r"\b(?:[Dd](?:er|ie|as|en|em|es)|[Ee]in(?:e[nmrs]?)?|[Ii]m|[Aa]m|[Vv]om|[Zz]u[mr]|[Bb]eim|[Ff]ür|[Mm]it|[Vv]on)\s+[A-ZÄÖÜ]\w"
)
_GERMAN_WORDS = frozenset(
    """der die das den dem des ein eine einen einem einer eines und oder nicht ist sind war waren wird werden wurde
    wurden hat haben hatte hatten mit von vom zum zur bei beim für auf aus nach über unter zwischen durch gegen ohne
    im am als wie dass weil wenn auch noch nur schon mehr sich sie er es kein keine nun seit bis vor""".split()
)
_LEAST_GERMAN = 2  # "Der Spiegel reported losses", "Von Doe resigned" have one
_ALSO_GERMAN = frozenset("in am an so will was die war hat also her man must do".split())
_ENGLISH = frozenset("the of and to is was for that with are has must this".split())
DENIED_IN_SENTENCE = "The sentence denies what the source says."
DENIED_IN_SOURCE = "The source denies what the sentence says."


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """What a sentence cites. ``published`` is the day its "Thursday" is counted from, None if unknown."""

    text: str
    published: date | None = None
    title: str = ""
    outlet: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """What checking came to. Each problem is a sentence to show."""

    verdict: Verdict
    problems: tuple[str, ...] = ()


def check_sentence(text: str, passages: Sequence[CitedPassage]) -> Check:
    """Check one sentence, citation marks removed, against all the passages it cites together.

    NOT_IN_SOURCE: a quotation, number or date that no passage has, or a sentence without a word of its source.
    CONTRADICTED: a passage says the same with another value, or denies it. A name that isn't found is a problem, but
    names have too many forms for it to be more: UNCHECKED.
    """
    if not passages:
        return Check(Verdict.UNCHECKED, ("The sentence cites no source.",))
    sources = [_mark_passage(passage) for passage in passages]
    # The sentence's own "3 May" without a year is read from the day of the first passage.
    claim = mark(text, next((passage.published for passage in passages if passage.published), None))
    absent = [*_quotation_problems(text, passages)]
    contradicted: list[str] = []
    for mention in claim.mentions:
        finding = _check_mention(claim, mention, sources)
        if finding is not None:
            (contradicted if finding[0] else absent).append(finding[1])
    turned = turned_around(text, [passage.text for passage in passages])
    if turned is not None:
        contradicted.append(f"The source has “{turned[1]}” where the sentence has “{turned[0]}”.")
    if denies_otherwise(text, [passage.text for passage in passages]):
        contradicted.append(DENIED_IN_SENTENCE if denied_stems(text) else DENIED_IN_SOURCE)
    if _shares_no_word(text, passages):
        absent.append("None of its words was found in the source.")
    unknown_names = list(_name_problems(claim, sources))
    problems = tuple(dict.fromkeys([*contradicted, *absent, *unknown_names]))
    if contradicted:
        return Check(Verdict.CONTRADICTED, problems)
    if absent:
        return Check(Verdict.NOT_IN_SOURCE, problems)
    if unknown_names or not _says_the_same(claim, sources):
        return Check(Verdict.UNCHECKED, problems)
    return Check(Verdict.SUPPORTED, problems)


def check_mentions(text: str, passages: Sequence[CitedPassage]) -> Check:
    """Whether all quotations, numbers, dates and names of a sentence are there, whatever it says of them.

    For a sentence on what is not said: NOT_IN_SOURCE or UNCHECKED.
    """
    sources = [_mark_passage(passage) for passage in passages]
    claim = mark(text, None)
    found = [_check_mention(claim, mention, sources) for mention in claim.mentions if mention.kind != "name"]
    absent = [*_quotation_problems(text, passages), *(one[1] for one in found if one is not None)]
    problems = tuple(dict.fromkeys([*absent, *_name_problems(claim, sources)]))
    return Check(Verdict.NOT_IN_SOURCE if absent else Verdict.UNCHECKED, problems)


@dataclass(frozen=True, slots=True)
class _Marked:
    passage: CitedPassage
    text: MarkedText
    title: MarkedText
    hints: frozenset[float]
    words: frozenset[str]
    initials: frozenset[str]

    @property
    def parts(self) -> tuple[MarkedText, MarkedText]:
        return self.text, self.title


def _mark_passage(passage: CitedPassage) -> _Marked:
    text, title = mark(passage.text, passage.published), mark(passage.title, passage.published)
    everything = f"{title.text}\n{plain(passage.outlet)}\n{text.text}"
    return _Marked(passage, text, title, find_hints(text.text), words_of(everything), initials_of(everything))


def _quotation_problems(text: str, passages: Sequence[CitedPassage]) -> Iterator[str]:
    for quotation in find_quotations(text):
        if not any(is_verbatim(quotation, f"{passage.title}\n{passage.text}") for passage in passages):
            yield f"The quotation “{_short(quotation)}” is not in the source word for word."


def _check_mention(claim: MarkedText, mention: Mention, sources: Sequence[_Marked]) -> tuple[bool, str] | None:
    """Whether it is contradicted (else absent) and the problem in words; None if the mention is borne out."""
    agreeing, differing = -1, -1
    instead = ""
    for source in sources:
        for part in source.parts:
            for other in part.mentions:
                if (mention.kind == "name") != (other.kind == "name"):
                    continue  # a number may stand where a date stood, a name not
                common = common_words(claim, mention, part, other)
                if common <= min(agreeing, differing):
                    continue
                if _same(mention, other):
                    agreeing = max(agreeing, common)
                elif common > differing:
                    differing, instead = common, other.text
    if agreeing < 0 and _implied(mention, sources):
        agreeing = 0
    if agreeing < 0:
        if differing >= SAME_PLACE_ABSENT and (mention.kind != "name" or _may_be_swapped(mention, instead)):
            return True, _contradiction(mention, instead)
        return (False, f"The {mention.kind} “{mention.text}” is not in the source.") if _is_demanded(mention) else None
    enough = SAME_PLACE_NAMES if mention.kind == "name" else SAME_PLACE_PRESENT
    if differing >= enough and differing - agreeing >= CLEARLY_BETTER:
        return (True, _contradiction(mention, instead)) if _may_be_swapped(mention, instead) else None
    return None


def _contradiction(mention: Mention, instead: str) -> str:
    return f"The source has “{instead}” where the sentence has “{mention.text}”."


def _same(claim: Mention, other: Mention) -> bool:
    if claim.number is not None and other.number is not None:
        return same_value(claim.number, other.number, hedge=claim.hedge)
    if claim.date is not None and other.date is not None:
        return same_date(claim.date, other.date)
    if claim.kind != other.kind:  # "1900" reads as a year, "1,900" as a number
        number, dated = claim.number or other.number, claim.date or other.date
        return number is not None and dated is not None and dated.month is None and dated.year == number.value
    return not missing_words(claim.text, words_of(other.text), initials_of(other.text))


def _may_be_swapped(mention: Mention, instead: str) -> bool:
    """For names: not when one is a part or a form of the other."""
    if mention.kind != "name":
        return True
    return bool(missing_words(mention.text, words_of(instead), initials_of(instead))) and bool(
        missing_words(instead, words_of(mention.text), initials_of(mention.text))
    )


def _implied(mention: Mention, sources: Sequence[_Marked]) -> bool:
    """Whether a source bears the mention out without having one like it."""
    for source in sources:
        if mention.date is not None and source.passage.published and on_day(mention.date, source.passage.published):
            return True
        if mention.number is not None and _implied_number(mention, source):
            return True
        if mention.kind == "name" and not missing_words(mention.text, source.words, source.initials):
            return True
    return False


def _implied_number(mention: Mention, source: _Marked) -> bool:
    number = mention.number
    assert number is not None  # noqa: S101 - for the type checker
    if any(kind != VAGUE and value in source.hints for kind, value in number.readings):
        return True
    if any(kind == VAGUE for kind, _ in number.readings):  # "hundreds" for 386
        return any(
            other.number is not None and number.value <= other.number.value < 1000 * number.value
            for other in source.text.mentions
        )
    # A year or a day of the month on its own may belong to a date there.
    return any(
        other.date is not None and number.value in {other.date.year, other.date.day} for other in source.text.mentions
    )


def _is_demanded(mention: Mention) -> bool:
    """Whether its absence is a problem by itself."""
    if mention.number is not None:
        return not mention.number.soft
    if mention.date is not None:
        return not mention.date.relative or mention.date.counted
    return False


def _name_problems(claim: MarkedText, sources: Sequence[_Marked]) -> Iterator[str]:
    if _capitals_tell_nothing(claim.text):
        return
    known = frozenset[str]().union(*(source.words for source in sources))
    initials = frozenset[str]().union(*(source.initials for source in sources))
    for mention in claim.of_kind("name"):
        if is_certain_name(claim, mention) and missing_words(mention.text, known, initials):
            yield f"The name “{mention.text}” was not found in the source."


def _capitals_tell_nothing(text: str) -> bool:
    """Whether it is German, where every noun has a capital."""
    used = {word.text.lower() for word in words(text)}
    is_german = _GERMAN.search(text) is not None and len(used & _GERMAN_WORDS) >= _LEAST_GERMAN
    return is_german and not used & (STOPWORDS - _ALSO_GERMAN)


def _shares_no_word(text: str, passages: Sequence[CitedPassage]) -> bool:
    """Whether an English sentence has none of its content words from English passages; short ones are left alone."""
    said = " ".join(f"{passage.title} {passage.outlet} {passage.text}" for passage in passages)
    wanted = set(content_stems(text))
    if len(wanted) < _LEAST_WORDS or not _is_english(said) or not _is_english(text, least=1):
        return False
    return not wanted & {stem(word.text) for word in words(said)}


def _is_english(text: str, least: int = 3) -> bool:
    return len(_ENGLISH & {word.text.lower() for word in words(text)}) >= least


def _says_the_same(claim: MarkedText, sources: Sequence[_Marked]) -> bool:
    """Whether the passages have nearly all the words that carry the sentence, and the denials of it.

    A number or date that a passage has in another spelling is no word that is missing there.
    """
    borne_out = [mention for mention in claim.mentions if mention.kind != "name" and _is_told(mention, sources)]
    said = list(claim.text)
    for mention in borne_out:
        said[mention.start : mention.end] = " " * (mention.end - mention.start)
    wanted = content_stems("".join(said))
    if not wanted:
        return bool(borne_out)
    passages = [source.passage for source in sources]
    present = {stem(word.text) for passage in passages for word in words(f"{passage.title} {passage.text}")}
    if sum(one in present for one in wanted) < SUPPORTED_SHARE * len(wanted):
        return False
    return denies_alike(claim.text, [f"{passage.title}\n{passage.text}" for passage in passages])


def _is_told(mention: Mention, sources: Sequence[_Marked]) -> bool:
    """Whether a passage has the number or date itself; its own day of publication is not enough."""
    return any(
        other.kind != "name" and _same(mention, other)
        for source in sources
        for part in source.parts
        for other in part.mentions
    )


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77].rstrip() + "..."
