"""Compressed streams, told by their first bytes: gzip, bzip2, xz, Zstandard, in bounded memory, bombs refused.

Several members in one stream are read as one. What was unpacked before a damage has been handed on by then.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

CHUNK = 1 << 18
# Text shrinks to a tenth, seldom to a fiftieth: what unpacks to more than this is made to fill memory or time.
MOST_TIMES_LARGER = 250
HARMLESS_SIZE = 64_000_000  # bytes, however small they were packed
BOMB = f"it unpacks to more than {MOST_TIMES_LARGER} times its size, as only a bomb does; the rest wasn't read."
_XZ_MEMORY = 256_000_000  # bytes for its dictionary
_ZSTD_WINDOW = 1 << 27  # what the zstd command itself accepts without being asked
_ZSTD_STEP = 2048  # bytes fed at once: what one step can unpack to is bounded by it alone


# What an archivist's tools append to a name when they pack a file.
COMPRESSED_SUFFIXES = (".gz", ".bz2", ".xz", ".zst", ".zstd")


class DamagedFileError(Exception):
    """The rest of a file can't be read; everything before was handed on. The message is the reason for the report."""


class _Unpacker(Protocol):
    """One member of a stream. ``pending``: more output would come without more input."""

    damage: tuple[type[Exception], ...]
    eof: bool
    pending: bool

    def step(self, data: bytes) -> tuple[bytes, bytes]:
        """Some output, and the input that is still to be fed; after ``eof`` that is the next member's."""


class _Gzip:
    damage: tuple[type[Exception], ...] = (zlib.error,)

    def __init__(self) -> None:
        self._unpack = zlib.decompressobj(wbits=31)
        self.eof = False
        self.pending = False

    def step(self, data: bytes) -> tuple[bytes, bytes]:
        output = self._unpack.decompress(data, CHUNK)
        self.eof = self._unpack.eof
        self.pending = not self.eof and len(output) >= CHUNK
        return output, self._unpack.unused_data if self.eof else self._unpack.unconsumed_tail


class _Buffered:
    """bzip2 and xz, which keep the input they were given."""

    damage: tuple[type[Exception], ...] = (OSError, EOFError, lzma.LZMAError)

    def __init__(self, unpack: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._unpack = unpack
        self.eof = False
        self.pending = False

    def step(self, data: bytes) -> tuple[bytes, bytes]:
        output = self._unpack.decompress(data, CHUNK)
        self.eof = self._unpack.eof
        self.pending = not self.eof and not self._unpack.needs_input
        return output, self._unpack.unused_data if self.eof else b""


class _Zstandard:
    def __init__(self) -> None:
        import zstandard  # late: few files need it

        self._unpack = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        self.damage: tuple[type[Exception], ...] = (zstandard.ZstdError,)
        self.eof = False
        self.pending = False

    def step(self, data: bytes) -> tuple[bytes, bytes]:
        output = self._unpack.decompress(data[:_ZSTD_STEP])
        self.eof = self._unpack.eof
        return output, (self._unpack.unused_data if self.eof else b"") + data[_ZSTD_STEP:]


_KINDS: dict[bytes, tuple[str, Callable[[], _Unpacker]]] = {
    b"\x1f\x8b": ("gzip", _Gzip),
    b"BZh": ("bzip2", lambda: _Buffered(bz2.BZ2Decompressor())),
    b"\xfd7zXZ\x00": ("xz", lambda: _Buffered(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY))),
    b"\x28\xb5\x2f\xfd": ("Zstandard", _Zstandard),
}


def decompressed(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The content, unpacked where its first bytes say that it is packed, whatever its name.

    Raises DamagedFileError where it breaks off, is spoilt, or unpacks out of all proportion.
    """
    first = next(chunks, b"")
    magic = next((magic for magic in _KINDS if first.startswith(magic)), b"")
    if not magic:
        if first:
            yield first
        yield from chunks
        return
    name, make = _KINDS[magic]
    taken, given, data = len(first), 0, first
    unpack = make()
    while data or unpack.pending:
        try:
            output, rest = unpack.step(data)
        except unpack.damage as error:
            raise DamagedFileError(f"the {name} data is damaged ({error}); what came before was read.") from None
        given += len(output)
        if given > HARMLESS_SIZE and given > MOST_TIMES_LARGER * taken:
            raise DamagedFileError(BOMB)
        if output:
            yield output
        data = rest
        if not data and not unpack.pending:
            data = next(chunks, b"")
            taken += len(data)
        if unpack.eof:  # the next member, if there is one
            data = data.lstrip(b"\0")
            if not data or not data.startswith(magic[: len(data)]):
                return  # trailing bytes of another kind: ignored, as the commands do
            unpack = make()
    if not unpack.eof:
        raise DamagedFileError(f"the {name} file is cut short; what it still holds was read.")


def without_suffix(name: str) -> str:
    """A file's name or path as it was before it was packed."""
    for suffix in COMPRESSED_SUFFIXES:
        if name.casefold().endswith(suffix) and len(name.rpartition("/")[2]) > len(suffix):
            return name[: -len(suffix)]
    return name
