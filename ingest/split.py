"""Article -> passages: exact slices of the text, each short enough to embed, together all of the story.

Passages are packed from whole paragraphs, and from the sentences of a paragraph too long for one; a sentence too long
is cut at clauses or words by LlamaIndex's SentenceSplitter. The article is encoded once and its paragraphs are counted
from that, in less than half the splitter's time over everything (see docs/ingest.md); the limit holds exactly for each
passage by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from archive.tokens import count_tokens, encoding

Span = tuple[int, int]

_PARAGRAPH = re.compile(r"[^\n]+")
_VISIBLE = re.compile(r"\S")
_SENTENCE_END = re.compile(r"(?:[.!?…][\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*[\w])|[。！？؟।][”’」』）]*)")
_ABBREVIATION = re.compile(r"(?:^|[\s(\[“\"'])(?:[^\W\d_]|[A-Z][a-z]{1,3}|[A-Z]\.[A-Z]|[a-z]\.[a-z])\.$")
_LONGEST_ABBREVIATION = 6  # characters, with what stands before it
_SHORT_END = 0.25  # a last passage below this part of the limit is evened out with the one before
# The tokenizer's time is quadratic in a run without space or punctuation, and its stack overflows in a run of spaces.
_LONGEST_RUN = 2000
_RUN = re.compile(rf"[^\s.,;:!?。，、！？；：]{{{_LONGEST_RUN}}}")
_SPACES = re.compile(r"\s{500}")


def split(text: str, passage_tokens: int) -> tuple[Span, ...]:
    """(start, end) of each passage, in order, without overlap: every visible character is in exactly one passage.

    Each passage has at most ``passage_tokens`` (at least 32) tokens of cl100k_base, and neither begins nor ends with
    white space.
    """
    if not _is_prose(text):
        return tuple(_by_length(text, passage_tokens))
    units = _units(text, passage_tokens)
    if not units:
        return ()
    spans: list[Span] = []
    for group in _packed(units, passage_tokens):
        if _exact_size(text, group) <= passage_tokens:
            spans.append((group[0][0], group[-1][1]))
        else:
            spans += _within_limit(text, [(start, end) for start, end, _ in group], passage_tokens)
    return tuple(spans)


def _is_prose(text: str) -> bool:
    if _SPACES.search(text):
        return False
    return max(map(len, text.split()), default=0) < _LONGEST_RUN or not _RUN.search(text)


@lru_cache(maxsize=1)
def _token_bytes() -> NDArray[np.uint32]:
    vocabulary = encoding()
    lengths = np.zeros(vocabulary.n_vocab, dtype=np.uint32)
    for token in range(vocabulary.n_vocab):
        try:
            lengths[token] = len(vocabulary.decode_single_token_bytes(token))
        except KeyError:  # the vocabulary has gaps before its special tokens
            continue
    return lengths


def _units(text: str, limit: int) -> list[tuple[int, int, int]]:
    """Paragraphs, and the parts of long ones, as (start, end, tokens)."""
    spans = [span for found in _PARAGRAPH.finditer(text) if (span := _trimmed(text, found.start(), found.end()))]
    units: list[tuple[int, int, int]] = []
    for (start, end), tokens in zip(spans, _token_counts(text, spans), strict=True):
        if tokens <= limit:
            units.append((start, end, tokens))
            continue
        for left, right in _sentences(text, start, end):
            size = count_tokens(text[left:right])
            parts = [(left, right)] if size <= limit else _cut(text, left, right, limit)
            units += [(first, last, count_tokens(text[first:last])) for first, last in parts]
    return units


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    """A paragraph's sentences, without the white space between them.

    Full stops of abbreviations and initials end none. One that is cut all the same does little harm: as many as fit
    stand in a passage together.
    """
    for found in _SENTENCE_END.finditer(text, start, end):
        if not _ABBREVIATION.search(text, max(start, found.start() - _LONGEST_ABBREVIATION), found.start() + 1):
            if span := _trimmed(text, start, found.end()):
                yield span
            start = found.end()
    if span := _trimmed(text, start, end):
        yield span


def _token_counts(text: str, spans: list[Span]) -> list[int]:
    """Tokens of the text that begin between each span and the next, from one encoding of the whole."""
    tokens = encoding().encode_to_numpy(text, disallowed_special=())
    starts = np.cumsum(_token_bytes()[tokens]) - _token_bytes()[tokens]  # byte where each token begins
    edges = np.array([start for start, _ in spans] + [len(text)], dtype=np.int64)
    if not text.isascii():
        data = np.frombuffer(text.encode("utf-8"), dtype=np.uint8)
        characters = np.append(np.flatnonzero((data & 0xC0) != 0x80), len(data))  # byte where each character begins
        edges = characters[edges]
    counts: list[int] = np.diff(np.searchsorted(starts, edges)).tolist()
    return counts


def _packed(units: list[tuple[int, int, int]], limit: int) -> list[list[tuple[int, int, int]]]:
    """As many units to a passage as fit; a short end is evened out with the passage before it."""
    groups: list[list[tuple[int, int, int]]] = []
    room = 0
    for unit in units:
        if groups and unit[2] <= room:  # a unit may take no token more than what stands before it: "\tA"
            groups[-1].append(unit)
            room -= unit[2]
        else:
            groups.append([unit])
            room = limit - unit[2]
    if len(groups) > 1:
        before, last = groups[-2], groups[-1]
        size, size_before = _size(last), _size(before)
        while size < limit * _SHORT_END and len(before) > 1 and size + before[-1][2] <= min(limit, size_before):
            last.insert(0, before.pop())
            size, size_before = _size(last), _size(before)
    return groups


def _exact_size(text: str, group: list[tuple[int, int, int]]) -> int:
    """Tokens of the group's slice by itself.

    In cl100k_base a visible character after a line end always begins a new piece, whatever stands before. So, for units
    that begin so, the tokens from the first unit's start to the last one's are the same in the slice as in the text;
    only the last unit, which loses its line end, must be counted anew.
    """
    if all(start == 0 or text[start - 1] == "\n" for start, _, _ in group):
        return _size(group[:-1]) + count_tokens(text[group[-1][0] : group[-1][1]])
    return count_tokens(text[group[0][0] : group[-1][1]])


def _size(group: list[tuple[int, int, int]]) -> int:
    return sum(tokens for _, _, tokens in group)


def _within_limit(text: str, group: list[Span], limit: int) -> Iterator[Span]:
    """The group as one passage, or, where it has more tokens by itself than its parts in the text, as two or more."""
    start, end = group[0][0], group[-1][1]
    if count_tokens(text[start:end]) <= limit:
        yield start, end
    elif len(group) > 1:
        half = len(group) // 2
        yield from _within_limit(text, group[:half], limit)
        yield from _within_limit(text, group[half:], limit)
    else:
        for piece in _halved(text, start, end):
            yield from _within_limit(text, [piece], limit)


def _cut(text: str, start: int, end: int, limit: int) -> list[Span]:
    """A sentence that is longer than a passage at its clauses, else words, else characters.

    LlamaIndex is loaded for these alone: that takes four seconds, and a run of a few hundred pages takes eight.
    """
    from llama_index.core.node_parser import SentenceSplitter

    splitter = SentenceSplitter(
        chunk_size=limit, chunk_overlap=0, tokenizer=encoding().encode_ordinary, paragraph_separator="\n"
    )
    spans: list[Span] = []
    position = start
    for chunk in splitter.split_text(text[start:end]):
        found = _VISIBLE.search(text, position, end)
        position = found.start() if found else end
        if not text.startswith(chunk, position):  # never seen; the splitter would have changed or left out text
            return list(_by_length(text, limit, start, end))
        spans.append((position, position + len(chunk)))
        position += len(chunk)
    if _VISIBLE.search(text, position, end):
        return list(_by_length(text, limit, start, end))
    return spans


def _by_length(text: str, limit: int, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Pieces of at most ``limit`` characters with three bytes each at most a token: for text that isn't prose."""
    end = len(text) if end is None else end
    while span := _trimmed(text, start, end):
        piece = _trimmed(text, span[0], min(span[0] + limit, end))
        assert piece is not None  # noqa: S101 (it begins with a visible character)
        yield from _within_limit(text, [piece], limit)
        start = piece[1]


def _halved(text: str, start: int, end: int) -> Iterator[Span]:
    middle = (start + end) // 2
    space = max(text.rfind(" ", start + 1, middle), text.rfind("\n", start + 1, middle))
    middle = space if space > (start + middle) // 2 else middle
    for left, right in ((start, middle), (middle, end)):
        if span := _trimmed(text, left, right):
            yield span


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Without white space at either end; None if nothing else is left."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    kept = len(piece.strip())
    return (start + left, start + left + kept) if kept else None
