"""Authors of the archive named in a question as those whose articles are meant.

Pure. "What did Jane Doe write about the strike?" and "articles by Doe" mean her articles; "Why was Jane Doe sued?" is
about her. So a name counts only where the sentence makes it a byline, and only if the archive has such an author.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

PIECES = r"(?:articles?|stor(?:y|ies)|reports?|reporting|coverage|columns?|pieces?|dispatch(?:es)?|interviews?|work)"
_BEFORE = re.compile(
    rf"(?:\b{PIECES}\s+(?:(?:written|reported|filed|published)\s+)?(?:by|from|of)"
    r"|\b(?:written|authored|bylined|reported|filed)\s+by|\b(?:anything|everything|something)\s+by|\bbyline(?:\s+of)?"
    r"|\b(?:reporter|journalist|columnist|correspondent|writer|author)s?)\s+(?:named\s+|called\s+)?$",
    re.IGNORECASE,
)
_DID_BEFORE = re.compile(r"\b(?:did|does|do|has|have|had|what|when|where|which|how often)\s+$", re.IGNORECASE)
_WRITES = re.compile(
    r"^\s+(?:(?:also|first|last|ever|then|have|has|had)\s+)*(?:writ\w+|wrote|report(?:s|ed|ing)?|cover(?:s|ed|ing)?|publish\w*"
    r"|file[sd]?|pen(?:s|ned))\b",
    re.IGNORECASE,
)
_OWNS = re.compile(rf"^['’]s?\s+(?:\w+\s+)?{PIECES}\b", re.IGNORECASE)
_DID_WRITE = re.compile(r"\b(?:did|does|has|have)\s+(?:write|report|cover|written|reported|covered)\b", re.IGNORECASE)
_SHORTEST_SURNAME = 3


@dataclass(frozen=True, slots=True)
class BylineMention:
    """An author named as such: ``text[start:end]``. ``authors``: the archive's spellings of the name."""

    authors: tuple[str, ...]
    start: int
    end: int


def find_bylines(text: str, authors: Sequence[str]) -> list[BylineMention]:
    """The authors that the question names as such, in order. A surname alone counts where one author has it."""
    found: list[BylineMention] = []
    folded = text.casefold()
    for form, known in _forms(tuple(authors)):
        if form not in folded:  # an archive has thousands of authors, a question seldom one
            continue
        for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text, re.IGNORECASE):
            if any(one.start < match.end() and match.start() < one.end for one in found):
                continue
            if " " not in form and not match[0][:1].isupper():
                continue
            found.append(BylineMention(known, match.start(), match.end()))
    found.sort(key=lambda one: one.start)
    meant = [one for one in found if _is_byline(text, one)]
    listed = [one for one in found if one not in meant and _follows(text, one, meant)]
    return sorted([*meant, *listed], key=lambda one: one.start)


@lru_cache(maxsize=8)
def _forms(authors: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Full names, and surnames that only one person of the archive has, in small letters, longest first."""
    full: dict[str, list[str]] = defaultdict(list)
    surnames: dict[str, set[str]] = defaultdict(set)
    for author in authors:
        name = " ".join(author.split())
        if len(name.split()) >= 2:
            full[name.casefold()].append(author)
            surnames[name.split()[-1].casefold()].add(name.casefold())
    forms = {name: tuple(spellings) for name, spellings in full.items()}
    for surname, people in surnames.items():
        if len(people) == 1 and len(surname) >= _SHORTEST_SURNAME and surname not in forms:
            forms[surname] = forms[next(iter(people))]
    return sorted(forms.items(), key=lambda pair: -len(pair[0]))


def _is_byline(text: str, one: BylineMention) -> bool:
    before, after = text[: one.start], text[one.end :]
    return bool(_BEFORE.search(before) or _OWNS.match(after) or (_DID_BEFORE.search(before) and _WRITES.match(after)))


def _follows(text: str, one: BylineMention, meant: Sequence[BylineMention]) -> bool:
    """Whether it is joined to one that is a byline: "articles by A and B"."""
    return any(re.fullmatch(r"\s*(?:,|and|or|, and)\s*", text[other.end : one.start]) for other in meant)


def without_bylines(text: str, bylines: Sequence[BylineMention]) -> str:
    """The text without the authors, and without the words that only say that they wrote it."""
    for one in sorted(bylines, key=lambda one: -one.start):
        before = re.sub(r"\b(?:(?:written|reported|filed|published) )?(?:by|from)\s+$", "", text[: one.start])
        after = re.sub(r"^['’]s?(?!\w)", "", text[one.end :])
        text = f"{before} {after}"
    text = _DID_WRITE.sub(" ", text)
    return re.sub(r"\s+([?.!,;:])", r"\1", re.sub(r"\s+", " ", text)).strip(" ,;")
