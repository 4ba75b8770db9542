"""Web archives as records: WARC and ARC, compressed or not, whole or damaged, in bounded memory.

The libraries of the field stop at the first damage, or go on without a word and lose what follows. Here a record ends
where its length says and another one begins; where that fails, the next beginning is looked for, and the damage told.
A gzip member that can't be unpacked costs that member only. What a record holds is the libraries' affair: see ``warc``.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ingest.bytestreams import CHUNK, DamagedFileError, OpenFile

LARGEST_RECORD = 16_000_000  # bytes, unpacked; larger ones are passed over: they are films, not pages
_LONGEST_HEADER = 64_000
_TRIMMED = 2  # bytes of the last line's end that a file may lack
_LONGEST_EXCESS = 4096  # bytes beyond a record's length that are still its own
_GZIP_START = b"\x1f\x8b\x08"
_STEP = 65_536  # bytes unpacked at a time
_DAMAGED_MEMBER = "a gzip member is damaged"
_WARC_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_WARC_START = re.compile(rb"WARC/\d\.\d\r?\n[A-Za-z][A-Za-z-]*:")
_ARC_DATE = re.compile(rb" \d{14} ")
_ARC_ADDRESS = re.compile(rb"[a-z][a-z0-9+.-]{1,20}:\S")
_LONGEST_ARC_LINE = 8000
_ARC_FIELDS = 5  # of version 1: URL, IP address, date, media type, length


_Finder = Callable[[bytes, int], int]  # where in the bytes, from a place on, a record begins; -1: nowhere


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands in the file: its header and its block. ``cut``: its end is missing."""

    number: int
    content: bytes
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Damage:
    """A place that can't be read, at or after a record (from 1)."""

    number: int
    what: str


def records(file: OpenFile) -> Iterator[Record | Damage]:
    """Every readable record, and each place that isn't."""
    data = _Buffer(_unpacked(file))
    if data.peek(11).startswith(b"filedesc://"):
        yield from _arc(data)
    else:
        yield from _warc(data)


class _Buffer:
    """Bytes ahead of the reading place; a gap in the stream (damage) must be passed before what follows is seen."""

    def __init__(self, chunks: Iterator[bytes | str]) -> None:
        self._chunks = chunks
        self._data = b""
        self._start = 0
        self._gap = ""
        self._ended = False

    def peek(self, size: int) -> bytes:
        """Up to that many bytes; fewer before a gap and at the end."""
        while len(self._data) - self._start < size and not self._gap and not self._ended:
            chunk = next(self._chunks, None)
            if chunk is None:
                self._ended = True
            elif isinstance(chunk, str):
                self._gap = chunk
            else:
                self._data = self._data[self._start :] + chunk
                self._start = 0
        return self._data[self._start : self._start + size]

    def skip(self, size: int) -> int:
        """Pass over that many bytes; how many there were."""
        done = 0
        while done < size and (part := len(self.peek(min(size - done, CHUNK)))):
            self._start += part
            done += part
        return done

    def pass_gap(self) -> str:
        """What the damage at this place is; "" where there is none."""
        gap, self._gap = self._gap, ""
        return gap


def _headers(data: _Buffer) -> Iterator[tuple[bytes, str]]:
    """What stands at the place where a record should begin, or what the damage there is; the caller moves the place."""
    while True:
        _skip_space(data)
        head = data.peek(_LONGEST_HEADER)
        gap = "" if head else data.pass_gap()
        if not head and not gap:
            return
        yield head, gap


def _warc(data: _Buffer) -> Iterator[Record | Damage]:
    number = 0
    for head, gap in _headers(data):
        if gap:
            yield Damage(number, gap)
            continue
        end = _header_end(head)
        length = _WARC_LENGTH.search(head[:end]) if end else None
        is_record = head.startswith(b"WARC/")
        number += is_record
        if not is_record or length is None or _find_warc(head[:end], 1) >= 0:
            yield _after_resuming(data, number, _no_header(head, "WARC"), _find_warc)
        else:
            yield from _block(data, number, end, int(length.group(1)), _find_warc)


def _arc(data: _Buffer) -> Iterator[Record | Damage]:
    number, fields = 0, _ARC_FIELDS
    for head, gap in _headers(data):
        if gap:
            yield Damage(number, gap)
            continue
        number += 1
        line = head.partition(b"\n")[0].rstrip(b"\r")
        length = line.rpartition(b" ")[2]
        if line.startswith(b"filedesc://"):  # it describes the file; a wrong length in it does no harm
            fields = max(_ARC_FIELDS, _arc_fields(head))
            size = head.find(b"\n") + 1 + int(length) if length.isdigit() and len(length) < 6 else 0
            if not size or not _is_followed(data, size, _find_arc):
                size = head.find(b"\n\n")
            data.skip(max(size, len(line)))
        elif len(line.split(b" ")) < fields or not length.isdigit():
            yield _after_resuming(data, number, _no_header(head, "ARC"), _find_arc)
        else:
            yield from _block(data, number, head.find(b"\n") + 1, int(length), _find_arc)


def _block(data: _Buffer, number: int, header: int, length: int, find: _Finder) -> Iterator[Record | Damage]:
    """The record that begins here, as long as it says or as it turns out to be; the place is after it then."""
    if length > LARGEST_RECORD:
        if data.skip(header + length) < header + length:
            yield Damage(number, "the record is cut short")
        return
    size = header + length
    content = data.peek(size)
    if len(content) < size - _TRIMMED:  # the end of the file, or damage; perhaps the length is wrong
        inside = find(content, header)
        if inside < 0:
            data.skip(len(content))
            gap = data.pass_gap() or "the record is cut short"
            if gap != _DAMAGED_MEMBER:  # before damage is noticed, unpacking gives words that nobody wrote
                yield Record(number, content, cut=True)
            yield Damage(number, gap)
            return
    elif _is_followed(data, len(content), find):
        yield Record(number, content)
        data.skip(len(content))
        return
    longer = data.peek(size + _LONGEST_EXCESS)
    end = find(longer, header)
    if end >= 0 and (end < size or longer[size : size + 1] not in b"\r\n"):
        content = _with_length(longer[:end], header)
    if 0 <= end < size:
        yield Damage(number, "the record is shorter than its length says")
        yield Record(number, content, cut=True)
        data.skip(end)
        return
    yield Record(number, content)  # with a few bytes more than its length says, or followed by what is no record
    data.skip(end if end >= 0 else len(content))
    what = "after the record stands what is none"
    yield Damage(number, what) if end >= 0 else _after_resuming(data, number, what, find)


def _with_length(content: bytes, header: int) -> bytes:
    """A WARC record that says how long it is."""
    block = content[header:]
    return _WARC_LENGTH.sub(b"Content-Length: %d\r" % len(block), content[:header], count=1) + block


def _is_followed(data: _Buffer, size: int, find: _Finder) -> bool:
    """Whether the end of the stream, a gap, or another record stands after so many bytes."""
    after = data.peek(size + _LONGEST_HEADER)[size:].lstrip(b"\r\n")
    return not after or find(after, 0) == 0 or after == b"WARC/1.1\r\n"[: len(after)]


def _after_resuming(data: _Buffer, number: int, what: str, find: _Finder) -> Damage:
    """Go to the next beginning of a record, or to the next gap or the end; what the damage was."""
    data.skip(1)
    while window := data.peek(CHUNK + _LONGEST_HEADER):
        if (place := find(window, 0)) >= 0:
            data.skip(place)
            break
        # the last lines may hold a beginning that isn't complete
        data.skip(len(window) if len(window) < CHUNK + _LONGEST_HEADER else CHUNK)
    return Damage(number, what if data.peek(1) else data.pass_gap() or what)


def _find_warc(content: bytes, place: int) -> int:
    found = _WARC_START.search(content, place)
    return found.start() if found else -1


def _find_arc(content: bytes, place: int) -> int:
    for found in _ARC_DATE.finditer(content, place):
        start = content.rfind(b"\n", max(place - 1, found.start() - _LONGEST_ARC_LINE, 0), found.start()) + 1
        end = content.find(b"\n", found.end(), found.end() + _LONGEST_ARC_LINE)
        line = content[start : max(end, 0)].rstrip(b"\r")
        if not line.rpartition(b" ")[2].isdigit():
            continue
        if not _ARC_ADDRESS.match(line):  # the record before was cut in the middle of a line
            start += max(0, line.rfind(b"http", 0, found.start() - start))
        if start >= place and _ARC_ADDRESS.match(content, start):
            return start
    return -1


def _skip_space(data: _Buffer) -> None:
    while head := data.peek(64):
        blank = len(head) - len(head.lstrip(b"\r\n"))
        data.skip(blank)
        if blank < len(head):
            return


def _header_end(head: bytes) -> int:
    """Where the block begins: after the first empty line; 0 where there is none."""
    ends = [place + len(mark) for mark in (b"\r\n\r\n", b"\n\n") if (place := head.find(mark)) >= 0]
    return min(ends, default=0)


def _arc_fields(head: bytes) -> int:
    """How many fields a record's line has, as the describing record's third line says."""
    names = head.split(b"\n", 3)[2:3]
    return len(names[0].split()) if names and names[0].startswith(b"URL ") else 0


def _no_header(head: bytes, kind: str) -> str:
    return f"no {kind} record begins where one should ({head[:24]!r})"


# --- gzip ------------------------------------------------------------------------------------------------------------


def _unpacked(file: OpenFile) -> Iterator[bytes | str]:
    """The content; a string where something is missing, saying what."""
    if file.raw_head(3) == _GZIP_START:
        yield from _members(file)
        return
    try:
        yield from file.chunks()
    except DamagedFileError as error:
        yield str(error).rstrip(".")


def _members(file: OpenFile) -> Iterator[bytes | str]:
    """Gzip member by member; after damage, from the next one that begins."""
    unpack: zlib._Decompress | None = None
    data = b""
    try:
        for chunk in file.raw_chunks():
            data += chunk
            while data:
                if unpack is None:
                    start = data.find(_GZIP_START)
                    if start < 0:
                        data = data[-2:]  # which may begin one
                        break
                    unpack, data = zlib.decompressobj(wbits=31), data[start:]
                try:
                    yield unpack.decompress(data[:_STEP], CHUNK)
                except zlib.error:
                    yield _DAMAGED_MEMBER
                    unpack, data = None, data[1:]
                    continue
                data, unpack = _rest(unpack, data)
    except DamagedFileError as error:
        yield str(error).rstrip(".")
        return
    if unpack is not None and not unpack.eof:
        yield "the last gzip member is cut short"


def _rest(unpack: zlib._Decompress, data: bytes) -> tuple[bytes, zlib._Decompress | None]:
    """What is still to be unpacked, and by whom: a finished member hands over to the next."""
    if unpack.eof:
        return unpack.unused_data + data[_STEP:], None
    return unpack.unconsumed_tail + data[_STEP:], unpack
