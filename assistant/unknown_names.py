"""Names in a question that no article of the archive has, and the names that are spelled nearly so.

Pure, but for what is counted in the archive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from archive.store import ArchiveStore
from assistant.evidence import Evidence
from assistant.spelling import is_english
from assistant.unknown_places import places_in, places_nowhere
from assistant.words import Name, Word, capitals_tell, is_content, names, words

_MOST_NAMED = 3
_SPELLED_NEARLY = 0.7  # of difflib's ratio, 0 to 1
_POSSESSIVE = re.compile(r"['’]s?$")


def named_nowhere(question: str, occurrences: Mapping[str, int]) -> list[str]:
    """What of the question's names no article has. ``occurrences``: of each word of ``looked_for``, in passages.

    Of "Mayor Zeb Quill" it is "Zeb Quill" where the archive knows mayors. Only in English, since other languages write
    other words with capitals too, and not In Questions Like This. Words of English ("the Climate
    Strategy", "Portuguese", "Sir") and initials ("GDP") tell nothing by their capitals, unless they are surely places
    ("in Lisbon").
    """
    if not occurrences or not capitals_tell(question):
        return []
    found = [_unknown_run(name, occurrences) for name in names(question)] + places_nowhere(question, occurrences)
    return list(dict.fromkeys(run for run in found if run))[:_MOST_NAMED]


def _unknown_run(name: Name, occurrences: Mapping[str, int]) -> str:
    """The first run of a name's words that are nowhere; "" if there is none, or it is of words of English alone."""
    run: list[Word] = []
    for word in words(name.text):
        initials = len(word.text) > 1 and word.text.isupper()  # "CEO", "GDP": articles may write them out
        telling = is_content(word.text) and not word.is_number and not initials
        if telling and not occurrences.get(word.text.lower(), 1):
            run.append(word)
        elif run:
            break
    if not run or all(is_english(word.text.lower()) for word in run):
        return ""
    return _POSSESSIVE.sub("", name.text[run[0].start : run[-1].end])


def unknown_names(store: ArchiveStore, question: str) -> list[str]:
    """Names in the question (without the outlets and authors that it names) of which no article has a word."""
    return named_nowhere(question, store.occurrences(sorted(looked_for(question))))


def looked_for(question: str) -> set[str]:
    """The words, in small letters, by which it is told whether articles have the names of a question."""
    asked = {word.text.lower() for name in names(question) for word in words(name.text) if is_content(word.text)}
    return asked.union(*(place.forms for place in places_in(question)))


def describe_unknown(unknown: Sequence[str], evidence: Sequence[Evidence]) -> list[str]:
    """Say which names no article has, and which name of what was found is spelled nearly so: one may be meant."""
    if not unknown:
        return []
    listed = " or ".join(f"“{name}”" for name in unknown)
    there = {
        word.text
        for piece in evidence
        for word in words(f"{piece.article.title} {piece.source.text}")
        if word.is_capital
    }
    near = []
    for one in unknown:
        alike = [word for word in there if word[:1].casefold() == one[:1].casefold()]
        near += [f"“{word}”" for word in get_close_matches(one, sorted(alike), n=1, cutoff=_SPELLED_NEARLY)]
    said = f" The nearest name in what was found is {' and '.join(near)}." if near else ""
    return [f"No article names {listed}.{said}"]
