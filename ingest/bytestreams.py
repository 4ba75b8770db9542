"""Files as streams of bytes: compressed or not, whole or cut short, in bounded memory."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 18
LONGEST_LINE = 16_000_000  # bytes
_GZIP_MAGIC = b"\x1f\x8b"
_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class DamagedFileError(Exception):
    """The rest of a file can't be read; everything before was handed on. The message is the reason for the report."""


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file to read: where it is, and how it is named in the archive (printable, absolute)."""

    path: Path
    source: str

    def chunks(self) -> Iterator[bytes]:
        """The content, decompressed, UTF-16 and UTF-32 as UTF-8, without byte order mark; each call reads anew."""
        return _as_utf8(_decompressed(_raw_chunks(self.path)))

    def head(self, size: int = 4096) -> bytes:
        """The first bytes of the content; fewer where the file is damaged."""
        start = b""
        try:
            for chunk in self.chunks():
                start += chunk
                if len(start) >= size:
                    break
        except DamagedFileError:
            pass
        return start[:size]


def lines(chunks: Iterable[bytes], longest: int = LONGEST_LINE) -> Iterator[tuple[int, bytes | None]]:
    """Lines without their ends, numbered from 1; None for one longer than ``longest``, which is skipped.

    A file cut short in the middle of a line loses that line, unless it is a complete JSON object.
    """
    number, rest, skipping = 1, b"", False
    try:
        for chunk in chunks:
            pieces = chunk.split(b"\n")
            pieces[0] = rest + pieces[0]
            for piece in pieces[:-1]:
                yield number, None if skipping or len(piece) > longest else piece.rstrip(b"\r")
                number, skipping = number + 1, False
            rest = pieces[-1]
            if len(rest) > longest:
                rest, skipping = b"", True
    except DamagedFileError:
        if rest.rstrip().endswith(b"}"):
            yield number, rest
        raise
    if rest or skipping:
        yield number, None if skipping else rest.rstrip(b"\r")


def whole(chunks: Iterable[bytes], largest: int) -> tuple[bytes | None, str]:
    """The content up to its end or its damage, and what the damage is ("" if none); None if larger than ``largest``."""
    parts: list[bytes] = []
    size = 0
    try:
        for chunk in chunks:
            parts.append(chunk)
            size += len(chunk)
            if size > largest:
                return None, ""
    except DamagedFileError as error:
        return b"".join(parts), str(error)
    return b"".join(parts), ""


def _raw_chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except OSError as error:
        raise DamagedFileError(f"it can't be read: {error.strerror or error}.") from None


def _decompressed(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Gzip (also several members in one file) by its first bytes, whatever the name; anything else as it is."""
    first = next(chunks, b"")
    if not first.startswith(_GZIP_MAGIC):
        if first:
            yield first
        yield from chunks
        return
    unpack, begun, data = zlib.decompressobj(wbits=31), False, first
    while data:
        begun = True
        try:
            yield unpack.decompress(data, CHUNK)
        except zlib.error as error:
            raise DamagedFileError(f"the gzip data is damaged ({error}); what came before was read.") from None
        data = unpack.unconsumed_tail
        if unpack.eof:  # the next member, if there is one
            data = (unpack.unused_data or next(chunks, b"")).lstrip(b"\0")
            if not data.startswith(_GZIP_MAGIC[: len(data)]):
                return  # trailing bytes that aren't gzip: ignored, as gzip does
            unpack, begun = zlib.decompressobj(wbits=31), False
        data = data or next(chunks, b"")
    if begun:
        if rest := unpack.flush():
            yield rest
        if unpack.eof:
            return
        raise DamagedFileError("the gzip file is cut short; what it still holds was read.")


def _as_utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(chunks, b"")
    if first.startswith(codecs.BOM_UTF8):
        first = first[3:]
    wide = next((encoding for mark, encoding in _WIDE.items() if first.startswith(mark)), None)
    if wide is None:
        if first:
            yield first
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(wide)("replace")
    yield decoder.decode(first).encode("utf-8", "replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", True).encode("utf-8", "replace")
