"""What the question speaks of and the sentences that fit it best don't have: a name, or a number of the unit asked for.

Pure. "What did Doe say about the flood?" finds the flood, told by articles that don't name Doe; "how old is the
captain?" finds the captain, and no age. Each such sentence answers another question, however well the rest of it fits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from archive.article import Article
from archive.outlet_choice import without_the
from assistant.evidence import Evidence
from assistant.expected_units import may_tell
from assistant.extractive import choose_quotes
from assistant.names import initials_of, missing_words, words_of
from assistant.question import Kind
from assistant.question_features import Asked
from assistant.sentence_features import Candidate
from assistant.spelling import is_english
from assistant.words import Name, Word, begins_sentence, capitals_tell, is_content, names, words

_MOST_NAMES = 2  # a question with more is put together of several articles
_LOOKED_AT = 3  # sentences: as many as an answer quotes
_NOT_OF_NUMBERS = frozenset({Kind.NAME, Kind.WHICH, Kind.REASON})  # "where were temperatures in the 90s?"
_NEARLY_AS_GOOD = 2.0  # below the best score: a sentence that answers was hardly ever so far from it
_IS_SEVERAL = re.compile(r"['’]s?\s|\sand\s|&")  # "Jane Doe's Greens", "Jane and John Doe"
_UNITS: Mapping[str, str] = {
    "money": "a sum of money",
    "money or share": "a sum of money or a share",
    "percent": "a percentage or a share",
    "year": "a year",
    "age": "an age",
    "time": "a length of time",
    "weight": "a weight",
    "speed": "a speed",
    "temperature": "a temperature",
}  # of the others ("how high was he drafted?") the wording tells too little


def what_is_absent(
    asked: Asked,
    evidence: Sequence[Evidence],
    candidates: Sequence[Candidate],
    *,
    outlets: Collection[str] = (),
    within: Collection[str] = (),
) -> tuple[str, ...]:
    """Sentences that say what the question asks for and the ``candidates`` (scored) that fit best don't have.

    ``within``: the outlets that alone were asked.
    """
    unit = absent_unit(asked, evidence, candidates)
    absent = [f"The sentences that fit best don't give {unit}."] if unit else []
    unnamed = absent_names(asked, evidence, candidates, outlets=outlets)
    if unnamed:
        listed = " and ".join(f"“{name}”" for name in unnamed)
        of = f" of {' and '.join(sorted(within))}" if within else ""
        absent.append(f"The articles{of} that fit best don't name {listed}{' together' if len(unnamed) > 1 else ''}.")
    return tuple(absent)


def absent_unit(asked: Asked, evidence: Sequence[Evidence], candidates: Sequence[Candidate]) -> str:
    """What the best sentences give no figure of, though the question asks for it ("an age"); "" if nothing.

    A sentence in another language than English may tell it in words that nobody looks for here ("22 Tonnen").
    """
    counted = asked.unit.startswith("count ")
    unit = "a number" if counted else _UNITS.get(asked.unit, "")
    if not unit or not candidates or asked.kind in _NOT_OF_NUMBERS:
        return ""
    best = choose_quotes(candidates, _LOOKED_AT)
    near = best if counted else [one for one in best if one.score >= best[0].score - _NEARLY_AS_GOOD]
    told = any(may_tell(asked.unit, one.text) or not _is_in_english(evidence[one.source].article) for one in near)
    return "" if told else unit


def absent_names(
    asked: Asked, evidence: Sequence[Evidence], candidates: Sequence[Candidate], *, outlets: Collection[str] = ()
) -> list[str]:
    """Names in the question that none of the articles with the best sentences has, in no form that news gives them.

    Both names where no article has the two together. ``outlets``: the archive's, which are no names of what is asked
    about.
    """
    if not capitals_tell(asked.text):
        return []
    wanted = _people_and_places(asked.text, names(asked.text) or _in_small_letters(asked.text, evidence), outlets)
    sources = {quote.source for quote in choose_quotes(candidates, _LOOKED_AT)} if wanted else set()
    lacking = [_lacking(wanted, evidence[source].article, asked.weights) for source in sources]
    if not lacking or not all(lacking):
        return []
    nowhere = frozenset.intersection(*lacking)
    return [name.text for name, _ in wanted if name.text in (nowhere or frozenset.union(*lacking))]


def _lacking(
    wanted: Sequence[tuple[Name, list[Word]]], article: Article, weights: Mapping[str, float]
) -> frozenset[str]:
    """The names that an article doesn't have, by their rarest word and their last: "Doe" of "Mayor Jane Doe"."""
    if not _is_in_english(article):  # München is Munich
        return frozenset()
    text = f"{article.title}\n{article.text}"
    present, initials = words_of(text), initials_of(text)
    lacking = set()
    for name, telling in wanted:
        rarest = max(telling, key=lambda word: (weights.get(word.stem, 1.0), word.start))
        short = "".join(word.text[0] for word in telling).lower()  # "UK"
        lacks = all(missing_words(word.text, present, initials) for word in (rarest, telling[-1]))
        if lacks and not (len(telling) > 1 and short in present):
            lacking.add(name.text)
    return frozenset(lacking)


def _is_in_english(article: Article) -> bool:
    return (article.language or "en").lower().startswith("en")


def _in_small_letters(question: str, evidence: Sequence[Evidence]) -> list[Name]:
    """The names of a question without capitals: runs of words that the evidence writes with capitals alone."""
    asked = words(question)
    wanted = {word.text.lower() for word in asked if is_content(word.text)}
    written: dict[str, set[bool]] = {}
    for text in (piece.source.text for piece in evidence):
        for word in words(text):
            if word.text.lower() in wanted and not begins_sentence(text, word.start):
                written.setdefault(word.text.lower(), set()).add(word.text[0].isupper())
    found: list[Name] = []
    for is_name, run in groupby(asked, key=lambda word: written.get(word.text.lower()) == {True}):
        if is_name:
            these = list(run)
            start, end = these[0].start, these[-1].end
            found.append(Name(question[start:end], start, end))
    return found


def _people_and_places(question: str, named: Sequence[Name], outlets: Collection[str]) -> list[tuple[Name, list[Word]]]:
    """The names that say what is asked about, each with its telling words; none where there are too many to tell.

    Single words of English ("the Gulf", "Christmas"), initials and compounds ("Oslo-born") may be put otherwise.
    """
    others = [name for name in named if not _is_outlet(name, question, outlets)]
    if len(others) > _MOST_NAMES:
        return []
    found = []
    for name in others:
        telling = [word for word in words(name.text) if is_content(word.text) and not word.text.isupper()]
        if _IS_SEVERAL.search(name.text):
            continue
        if telling and not (len(telling) == 1 and _may_be_put_otherwise(telling[0].text)):
            found.append((name, telling))
    return found


def _may_be_put_otherwise(word: str) -> bool:
    return is_english(word.lower()) or ("-" in word and word[-1].islower())


def _is_outlet(name: Name, question: str, outlets: Collection[str]) -> bool:
    """Whether a name holds an outlet's, or ends it after a "the": "The Orrland Ledger", "the Ledger"."""
    own = words_of(name.text)
    called = re.search(r"\bthe\s+$", question[: name.start], re.IGNORECASE) is not None
    for outlet in outlets:
        other = words_of(without_the(outlet))
        if other and (other <= own or (called and own <= other)):
            return True
    return False
