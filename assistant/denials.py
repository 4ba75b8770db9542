"""A sentence that says what its source denies, or denies what its source says (pure).

What is denied is the word of meaning that follows a "not", "never" or "nobody". Only where the source has the same
statement otherwise is it judged; elsewhere a denial that the source doesn't have leaves a sentence unchecked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.opposites import ALIKE
from assistant.sentences import split_sentences
from assistant.words import Word, content_stems, is_content, words

_DENIAL = re.compile(
    r"(?:not|no|never|none|nobody|nor|neither|without|cannot|denied|denies|deny|\w+n['’]t)", re.IGNORECASE
)
_NO_DENIAL = re.compile(  # "not only", "not to mention", "no longer than", "no. 5", "no fewer"
    r"\bnot\s+(?:only|just|merely|to\s+mention|least)\b|\bno\s+(?:fewer|less|more|later|earlier)\b|\bno\s+doubt\b"
    r"|\bno\.\s*(?=\d)|\bor\s+not\b",
    re.IGNORECASE,
)
_LIMITED = re.compile(r"\b(?:until|till|before|unless|except)\b", re.IGNORECASE)  # what didn't open until May, opened
_CLAUSE_ENDS = re.compile(r"[,;:()–—]")
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")
_LEAST_WORDS = 2  # of meaning that sentence and statement share
_REACH = 5  # words from a denial to what it denies


def denied_stems(text: str) -> frozenset[str]:
    """What a text denies: for each "not" or "nobody" the first word of meaning behind it, as a stem."""
    return frozenset(_denials(text))


def _denials(text: str) -> Counter[str]:
    """How often each word is denied."""
    text, denied = _NO_DENIAL.sub(" ", text), Counter[str]()
    for start, end in split_sentences(text):
        said = words(text[start:end])
        for place, word in enumerate(said):
            if _DENIAL.fullmatch(word.text):
                denied.update(_denied_by(text[start:end], said[place : place + 1 + _REACH]))
    return denied


def _denied_by(text: str, said: Sequence[Word]) -> Iterator[str]:
    """The first word of meaning behind a denial, ``said[0]``, in the same clause."""
    for before, word in pairwise(said):
        if _CLAUSE_ENDS.search(text, before.end, word.start) or word.text.lower() in {"and", "but", "because"}:
            return
        if _carries_meaning(word.text):
            yield word.stem
            return


def _carries_meaning(word: str) -> bool:
    return is_content(word) and _DENIAL.fullmatch(word) is None


def denies_otherwise(sentence: str, passages: Sequence[str]) -> bool:
    """Whether exactly one of sentence and source denies it.

    True only if there are statements in the passages that say all that the sentence says, figures included, and each
    of them differs in this.
    """
    found = False
    for passage in passages:
        for start, end in split_sentences(passage):
            statement = passage[start:end]
            if _is_within(sentence, statement):
                if not _differ(sentence, statement):
                    return False
                found = True
    return found


def _is_within(sentence: str, statement: str) -> bool:
    """Whether a statement of a source has the figures and nearly all the words of a sentence."""
    if not set(_NUMBERS.findall(sentence)) <= set(_NUMBERS.findall(statement)):
        return False
    mine, theirs = set(content_stems(sentence)), set(content_stems(statement))
    return len(mine & theirs) >= max(_LEAST_WORDS, ALIKE * (len(mine) - 1))


def _differ(sentence: str, statement: str) -> bool:
    """Whether a word of both is denied in the one and only said in the other."""
    if _LIMITED.search(f"{sentence} {statement}"):
        return False
    mine, theirs = _denials(sentence), _denials(statement)
    said = Counter(word.stem for word in words(sentence))
    told = Counter(word.stem for word in words(statement))
    return any(
        (said[one] > mine[one] == 0 and theirs[one] >= told[one] > 0)
        or (told[one] > theirs[one] == 0 and mine[one] >= said[one] > 0)
        for one in mine.keys() | theirs.keys()
    )


def denies_alike(sentence: str, passages: Sequence[str]) -> bool:
    """Whether each thing that the sentence denies is denied somewhere in the passages too."""
    return denied_stems(sentence) <= frozenset[str]().union(*(denied_stems(passage) for passage in passages))
