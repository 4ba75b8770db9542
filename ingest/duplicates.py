"""Near duplicates: the MinHash signature by which the archive recognises copies of one story (A. Broder, 1997).

Shingles are runs of five words, without case and punctuation; 128 permutations, by datasketch.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from datasketch import MinHash

PERMUTATIONS = 128
SHINGLE_WORDS = 5
_FEWEST_SHINGLES = 20  # a text of fewer than 24 words says too little: "Page not found" is no wire story
_MOST_WORDS = 50_000  # of a longer text, its beginning
_WORD = re.compile(r"\w+")
# Odd multipliers make a polynomial of the five word hashes that depends on their order (modulo 2^64).
_MULTIPLIERS = np.array(
    [1, 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64
)


def signature(text: str) -> bytes:
    """128 little-endian unsigned 32-bit numbers (512 bytes), or b"" for a text too short to compare.

    The share of equal numbers in two signatures estimates the Jaccard similarity of the texts' shingles.
    """
    words = _WORD.findall(text.casefold())[:_MOST_WORDS]
    if len(words) - SHINGLE_WORDS + 1 < _FEWEST_SHINGLES:
        return b""
    minhash = _empty_minhash().copy()
    minhash.update_batch(_shingle_hashes(words).tolist())
    values: NDArray[np.uint32] = minhash.hashvalues
    return values.astype("<u4").tobytes()


def _shingle_hashes(words: list[str]) -> NDArray[np.uint64]:
    if len(_WORD_HASHES) > _MOST_WORDS_KNOWN:
        _WORD_HASHES.clear()
    hashes = np.fromiter(map(_WORD_HASHES.__getitem__, words), dtype=np.uint64, count=len(words))
    windows = np.lib.stride_tricks.sliding_window_view(hashes, SHINGLE_WORDS)
    mixed = (windows * _MULTIPLIERS).sum(axis=1, dtype=np.uint64)
    mixed ^= mixed >> np.uint64(29)
    folded: NDArray[np.uint64] = mixed >> np.uint64(32)
    return folded


class _WordHashes(dict[str, int]):
    """CRC-32 by word; a dictionary, as most words were met before and looking up costs a tenth of hashing."""

    def __missing__(self, word: str) -> int:
        self[word] = found = zlib.crc32(word.encode("utf-8", "replace"))
        return found


_WORD_HASHES = _WordHashes()
_MOST_WORDS_KNOWN = 300_000


@lru_cache(maxsize=1)
def _empty_minhash() -> MinHash:
    from datasketch import MinHash

    return MinHash(num_perm=PERMUTATIONS, seed=1, hashfunc=int)
