"""Lines that an outlet prints under one article after another, found by counting and not by a list.

Only short lines above the first paragraph, below the last one, or standing alone between are counted, by digest, with
numbers taken as equal ("Updated 5:30"). The catalog counts
in how many articles and how many different stories of the outlet each has stood (``archive.repeated_lines``); what it
knows to repeat is dropped here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b

from archive.article import Article
from archive.records import LinePlace, ShortLines
from archive.repeated_lines import lines_owner

_LONGEST = 160  # characters of a line that is counted; a longer one is a paragraph
_PROSE = 80  # characters: a finished sentence this long is the story
_AT_AN_EDGE = 8  # lines above the first paragraph, and below the last one, that are counted
_SHORT = 60  # characters of a line that is counted inside the story
_MOST = 24  # lines of one article: bounded, whatever is sent in
_FEWEST_LETTERS = 3
_NUMBER = re.compile(r"\d+")
_NOT_WORDS = re.compile(r"[\W_]+")
_INTRODUCES = re.compile(r"[:—–-]\W*$")  # "London —", "Ann Lee:": the beginning of what follows
_SENTENCE = re.compile(r"[.!?…][\"'”’»)\]]*$")
_ASKS = re.compile(
    r"https?://|www\.|@\w|©|\b(?:click|sign up|subscribe|follow|download|newsletter|copyright|e-?mail|contact|app"
    r"|log in|register|donate|support us|read more|share)\b",
    re.IGNORECASE,
)

Repeated = Mapping[str, frozenset[int]]  # outlet -> digests of the lines known to repeat there


def short_lines(article: Article, story: bytes) -> ShortLines | None:
    """What is counted of an article; ``story`` is the signature by which copies of one story are recognised."""
    outlet = lines_owner(article)
    lines = {} if not outlet else {digest_of(outlet, line, place): place for _, line, place in _candidates(article)}
    if not lines:
        return None
    longest = max(article.text.split("\n"), key=len)
    first = story[:4] or blake2b(longest.encode("utf-8", "replace"), digest_size=4).digest()
    return ShortLines(outlet, int.from_bytes(first, "little"), tuple(lines.items()))


def without_repeated(article: Article, repeated: Repeated) -> str:
    """The text without the lines known to repeat at this outlet; whole where nothing else would be left."""
    outlet = lines_owner(article)
    known = repeated.get(outlet)
    if not known:
        return article.text
    gone = {number for number, line, place in _candidates(article) if digest_of(outlet, line, place) in known}
    if not gone:
        return article.text
    kept = "\n".join(line for number, line in enumerate(article.text.split("\n")) if number not in gone)
    return re.sub(r"\n{3,}", "\n\n", kept).strip() or article.text


def digest_of(outlet: str, line: str, place: LinePlace) -> int:
    """64 bits that stand for a line at a place of an outlet's articles, whatever its case, punctuation and numbers."""
    plain = _NUMBER.sub("0", _NOT_WORDS.sub(" ", line.casefold()).strip())
    digest = blake2b(f"{outlet}\0{place}\0{plain}".encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def _candidates(article: Article) -> Iterator[tuple[int, str, LinePlace]]:
    """The lines that are counted: number in the text, line, and place."""
    lines = [(number, line.strip()) for number, line in enumerate(article.text.split("\n")) if line.strip()]
    asking = [len(line) <= _LONGEST and _ASKS.search(line) is not None for _, line in lines]
    prose = [place for place, (_, line) in enumerate(lines) if not asking[place] and _is_prose(line)]
    first, last = (prose[0], prose[-1]) if prose else (0, len(lines))
    title = article.title.casefold()
    found = 0
    for place, (number, line) in enumerate(lines):
        if len(line) > _LONGEST or found >= _MOST:
            continue
        above, below = place < min(first, _AT_AN_EDGE), place > max(last, len(lines) - 1 - _AT_AN_EDGE)
        kind = LinePlace.ASKING if asking[place] else _place_of(line, above=above, below=below)
        if kind is not None and line.casefold() != title and sum(map(str.isalpha, line)) >= _FEWEST_LETTERS:
            found += 1
            yield number, line, kind


def _place_of(line: str, *, above: bool, below: bool) -> LinePlace | None:
    """The place of a line that asks for nothing; None where it isn't counted."""
    if _INTRODUCES.search(line):
        return None
    if not above and not below:
        return LinePlace.INSIDE if len(line) <= _SHORT else None
    if _SENTENCE.search(line):
        return LinePlace.SENTENCE
    return LinePlace.ABOVE if above else LinePlace.BELOW


def _is_prose(line: str) -> bool:
    return len(line) > _LONGEST or (len(line) >= _PROSE and _SENTENCE.search(line) is not None)
