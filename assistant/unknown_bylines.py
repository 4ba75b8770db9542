"""Names that a question takes for a byline ("articles by X", "what did X write?") and that no article has as one.

Pure. A name is one by its capitals; in small letters only where it is spelled much like an author of the archive, so
that "articles by date" names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from archive.outlet_names import OutletNames
from assistant.bylines import PIECES, find_bylines
from assistant.outlets import aliases, find_outlets
from assistant.words import names

_BY = re.compile(rf"\b{PIECES}\s+(?:(?:written|reported|filed|published|signed)\s+)?by\s+(?:the\s+)?", re.IGNORECASE)
_OTHERS_MAKE = re.compile(r"\b(?:reports?|interviews?|work)\s+(?:[a-z]+\s+)?by\s+(?:the\s+)?$", re.IGNORECASE)
_DID = re.compile(r"\b(?:did|does|has|have|had)\s+(?:the\s+)?$", re.IGNORECASE)
_WRITE = re.compile(r"^\s+(?:(?:also|first|last|ever|then)\s+)*(?:write|written|writes|wrote)\b", re.IGNORECASE)
_SMALL = re.compile(r"[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){0,3}")
_LEAST_ALIKE = 0.75  # of difflib's ratio: "jane deo" is 0.875 like "jane doe"
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class UnknownByline:
    """The name as the question writes it: ``text[start:end]``."""

    name: str
    start: int
    end: int


def find_unknown_bylines(text: str, authors: Sequence[str], outlets: OutletNames) -> list[UnknownByline]:
    """The bylines named that are none of the archive's, nor outlets of it, in order."""
    known = [(one.start, one.end) for one in find_bylines(text, authors)]
    known += [(one.start, one.end) for one in find_outlets(text, outlets)]
    found = [*_after_by(text, authors), *_who_wrote(text)]
    return [one for one in found if not any(start < one.end and one.start < end for start, end in known)]


def nearest_spelled(name: str, authors: Sequence[str], outlets: OutletNames) -> list[str]:
    """Authors, then outlets, whose names or surnames are spelled much like this one; nearest first."""
    wanted = " ".join(name.split()).casefold()
    forms: dict[str, str] = {}
    for author in authors:
        forms.setdefault(author.casefold(), author)
        forms.setdefault(author.split()[-1].casefold() if author.split() else "", author)
    by_outlet = {form.casefold(): outlet for form, outlet in aliases(outlets).items()}
    near = [forms[one] for one in get_close_matches(wanted, forms, _MOST_NAMED, _LEAST_ALIKE)]
    near += [by_outlet[one] for one in get_close_matches(wanted, by_outlet, _MOST_NAMED, _LEAST_ALIKE)]
    return list(dict.fromkeys(near))[:_MOST_NAMED]


def said_of_bylines(text: str, authors: Sequence[str], outlets: OutletNames) -> list[str]:
    """A sentence for each byline that the archive doesn't have, with the names it may have been meant for.

    Not only journalists make reports and give interviews, so of those only a name spelled like one of theirs is meant.
    """
    said = []
    found = find_unknown_bylines(text, authors, outlets)
    for name, doubtful in {one.name: bool(_OTHERS_MAKE.search(text[: one.start])) for one in found}.items():
        near = nearest_spelled(name, authors, outlets)
        if doubtful and not near:
            continue
        alike = f" Spelled most like it: {', '.join(near)}." if near else ""
        said.append(f"No article has the byline “{name}”, and no outlet has that name.{alike}")
    return said


def _after_by(text: str, authors: Sequence[str]) -> Iterator[UnknownByline]:
    capitals = {name.start: name for name in names(text)}
    for match in _BY.finditer(text):
        name = capitals.get(match.end())
        small = _SMALL.match(text, match.end())
        if name is not None:
            yield UnknownByline(name.text, name.start, name.end)
        elif small is not None:
            ends = [match.end() + word.end() for word in re.finditer(r"\S+", small[0])][1:]
            alike, end = max(((_likeness(text[match.end() : end], authors), end) for end in ends), default=(0.0, 0))
            if alike >= _LEAST_ALIKE:
                yield UnknownByline(text[match.end() : end], match.end(), end)


def _likeness(name: str, authors: Sequence[str]) -> float:
    """Of the author whose whole name is spelled most like it: 0 to 1."""
    near = get_close_matches(name.casefold(), [author.casefold() for author in authors], 1, _LEAST_ALIKE)
    return SequenceMatcher(None, near[0], name.casefold()).ratio() if near else 0.0


def _who_wrote(text: str) -> Iterator[UnknownByline]:
    for name in names(text):
        if _DID.search(text[: name.start]) and _WRITE.match(text[name.end :]):
            yield UnknownByline(name.text, name.start, name.end)
