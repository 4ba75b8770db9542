"""A sentence that says what its source denies, or denies what its source says (pure).

What is denied is the word of meaning that follows a "not", "never" or "nobody". Only where the source has the same
statement otherwise is it judged; elsewhere a denial that the source doesn't have leaves a sentence unchecked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.opposites import is_same_statement
from assistant.sentences import split_sentences
from assistant.words import content_stems, is_content, words

_DENIAL = re.compile(
    r"(?:not|no|never|none|nobody|nor|neither|without|cannot|denied|denies|deny|\w+n['’]t)", re.IGNORECASE
)
_NO_DENIAL = re.compile(  # "not only", "not to mention", "no longer than", "no. 5", "no fewer"
    r"\bnot\s+(?:only|just|merely|to\s+mention|least)\b|\bno\s+(?:fewer|less|more|later|earlier)\b|\bno\s+doubt\b"
    r"|\bno\.\s*(?=\d)|\bwhether\s+or\s+not\b",
    re.IGNORECASE,
)
_LIMITED = re.compile(r"\b(?:until|till|before|unless|except)\b", re.IGNORECASE)  # what didn't open until May, opened
_REACH = 5  # words from a denial to what it denies


def denied_stems(text: str) -> frozenset[str]:
    """What a text denies: for each "not" or "nobody" the first word of meaning behind it, as a stem."""
    denied = set[str]()
    for start, end in split_sentences(_NO_DENIAL.sub(" ", text)):
        said = words(_NO_DENIAL.sub(" ", text)[start:end])
        for place, word in enumerate(said):
            if _DENIAL.fullmatch(word.text):
                following = (one for one in said[place + 1 : place + 1 + _REACH] if _carries_meaning(one.text))
                denied.update(one.stem for one in list(following)[:1])
    return frozenset(denied)


def _carries_meaning(word: str) -> bool:
    return is_content(word) and _DENIAL.fullmatch(word) is None


def denies_otherwise(sentence: str, passages: Sequence[str]) -> bool | None:
    """Whether exactly one of sentence and source denies it; None where the source has no such statement.

    True only if every statement of the passages that says nearly the same, figures included, differs in this.
    """
    mine, found = denied_stems(sentence), None
    for passage in passages:
        for start, end in split_sentences(passage):
            statement = passage[start:end]
            if is_same_statement(sentence, statement):
                theirs = denied_stems(statement)
                shared = set(content_stems(sentence)) & set(content_stems(statement))
                if not (mine ^ theirs) & shared or _LIMITED.search(f"{sentence} {statement}"):
                    return False
                found = True
    return found


def denies_alike(sentence: str, passages: Sequence[str]) -> bool:
    """Whether each thing that the sentence denies is denied somewhere in the passages too."""
    return denied_stems(sentence) <= frozenset[str]().union(*(denied_stems(passage) for passage in passages))
