"""Files as streams of bytes: compressed or not, whole or cut short, in bounded memory."""

from __future__ import annotations

import codecs
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ingest.compression import CHUNK, DamagedFileError, decompressed

__all__ = ["CHUNK", "DamagedFileError", "OnePassStream", "OpenFile", "check_room", "lines", "whole"]

LONGEST_LINE = 16_000_000  # bytes
_LARGEST_COPY = 20_000_000_000  # bytes
_ROOM_TO_LEAVE = 500_000_000  # bytes of the temporary folder
_WIDE = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class OnePassStream:
    """Something that can be read once (standard input), made to be read again from its start while that is kept.

    A format is told by the first bytes, and a reader may look at them twice; what has gone beyond ``keep`` bytes is
    read on, never again.
    """

    def __init__(self, stream: IO[bytes], keep: int = 80_000_000) -> None:
        self._stream = stream
        self._keep = keep
        self._kept: list[bytes] = []
        self._size = 0

    def chunks(self) -> Iterator[bytes]:
        """From the start. Raises DamagedFileError where that isn't kept any more."""
        if self._size > self._keep:
            raise DamagedFileError("it can be read only once; save it as a file and name that.")
        position = 0
        while True:
            if position < len(self._kept):
                chunk = self._kept[position]
            else:
                try:
                    chunk = self._stream.read(CHUNK)
                except OSError as error:
                    raise DamagedFileError(f"it can't be read: {error.strerror or error}.") from None
                if not chunk:
                    return
                self._size += len(chunk)
                if self._size > self._keep:
                    self._kept = []
                else:
                    self._kept.append(chunk)
            position += 1
            yield chunk


@dataclass(frozen=True, slots=True)
class OpenFile:
    """Content to read, and how its place is named in the archive (printable; of a file, absolute).

    It is a file at ``path``, or ``content`` (an archive's member, an answer from the web), or a ``stream``. ``on_read``
    is told how many bytes of this pass have been read.
    """

    path: Path | None
    source: str
    content: bytes | None = None
    stream: OnePassStream | None = None
    on_read: Callable[[int], None] | None = None

    def chunks(self) -> Iterator[bytes]:
        """The content, decompressed, UTF-16 and UTF-32 as UTF-8, without byte order mark; each call reads anew."""
        return _as_utf8(decompressed(self.raw_chunks()))

    def raw_chunks(self) -> Iterator[bytes]:
        """The bytes as they lie there. Raises DamagedFileError."""
        position = 0
        for chunk in self._pieces():
            position += len(chunk)
            if self.on_read is not None:
                self.on_read(position)
            yield chunk

    def _pieces(self) -> Iterator[bytes]:
        if self.stream is not None:
            yield from self.stream.chunks()
        elif self.path is None:
            content = self.content or b""
            yield from (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))
        else:
            try:
                with self.path.open("rb") as file:
                    while chunk := file.read(CHUNK):
                        yield chunk
            except OSError as error:
                raise DamagedFileError(f"it can't be read: {error.strerror or error}.") from None

    def raw_head(self, size: int = 16) -> bytes:
        """The first bytes as they lie there."""
        return _first(self.raw_chunks(), size)

    def head(self, size: int = 4096) -> bytes:
        """The first bytes of the content; fewer where the file is damaged."""
        return _first(self.chunks(), size)

    @contextmanager
    def seekable(self, magic: bytes) -> Iterator[IO[bytes]]:
        """The content for a library that jumps about in it: the file itself if it begins with ``magic``, else a copy.

        The copy is a temporary file. Raises DamagedFileError, also where it would be too large.
        """
        if self.path is not None and self.raw_head(len(magic)) == magic:
            with self.path.open("rb") as file:
                yield file
            return
        with tempfile.TemporaryFile(prefix="backissue-") as copy:
            size = 0
            for chunk in self.chunks():
                size += len(chunk)
                check_room(size)
                copy.write(chunk)
            copy.seek(0)
            yield copy


def check_room(size: int) -> None:
    """Raises DamagedFileError where a temporary file of so many bytes (some of them written) is too large."""
    if size > _LARGEST_COPY or shutil.disk_usage(tempfile.gettempdir()).free < _ROOM_TO_LEAVE:
        raise DamagedFileError("unpacked, it is too large for the temporary folder; unpack it yourself.")


def _first(chunks: Iterator[bytes], size: int) -> bytes:
    start = b""
    try:
        for chunk in chunks:
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
