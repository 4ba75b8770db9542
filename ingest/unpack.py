"""Files that hold files: zip and tar, themselves packed or not -> their members, one after the other.

Nothing is unpacked to a name of the archive's choosing: a member is held in memory where it is small, else in a
temporary file without a name. What an archive could do harm with is refused all the same, and counted: links, paths
that climb out, encrypted members, bombs, archives in archives in archives.
"""

from __future__ import annotations

import re
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ingest.bytestreams import CHUNK, DamagedFileError, OpenFile, check_room
from ingest.compression import BOMB, HARMLESS_SIZE, MOST_TIMES_LARGER
from ingest.document import MEMBER, Rejected, Skipped

DEEPEST = 3  # archives in archives
_SMALL = 4_000_000  # bytes of a member that are held in memory
_LARGEST_DIRECTORY = 200_000_000  # bytes of a zip's list of members, which is read into memory
_LARGEST_TAR_NAME = 1_000_000  # bytes of a tar's long names and extended headers, likewise
_ZIP_MAGIC = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_DRIVE = re.compile(r"[A-Za-z]:")
_LINK = "a link; only files are read from an archive."

Wanted = Callable[[str, str], Skipped | Rejected | None]


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive, and its path there. Readable until the next member is asked for."""

    file: OpenFile
    name: str


def archive_of_content(head: bytes) -> str:
    """The kind of archive that a file's first 512 bytes tell, "zip" or "tar"; "" for none."""
    if head.startswith((_ZIP_MAGIC, _EMPTY_ZIP)):
        return "zip"
    return "tar" if head[257:262] == b"ustar" else ""


def members(file: OpenFile, kind: str, wanted: Wanted) -> Iterator[Member | Skipped | Rejected]:
    """The files in an archive of that kind, in its order.

    ``wanted`` is asked (name in the report, path in the archive) before one is unpacked, and may say why it isn't.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="backissue-", ignore_cleanup_errors=True) as folder:
            place = Path(folder, "member")
            yield from (_zip if kind == "zip" else _tar)(file, wanted, place)
    except DamagedFileError as error:
        yield Rejected(file.source, None, str(error))
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        yield Rejected(file.source, None, f"the archive is damaged ({_one_line(error)}); what came before was read.")


# --- tar -------------------------------------------------------------------------------------------------------------


class _Header(tarfile.TarInfo):
    """A header whose long names are limited: tarfile reads them into memory whatever they claim to need."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        info = super().frombuf(buf, encoding, errors)
        if info.type in _NAMES and info.size > _LARGEST_TAR_NAME:
            raise DamagedFileError("a name in the archive is longer than a megabyte; the rest wasn't read.")
        return info


_NAMES = {tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK}


class _Readable:
    """Chunks as the file that tarfile reads."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def read(self, size: int) -> bytes:
        parts, length = [self._rest], len(self._rest)
        while length < size and (chunk := next(self._chunks, b"")):
            parts.append(chunk)
            length += len(chunk)
        data = b"".join(parts)
        self._rest = data[size:]
        return data[:size]


def _tar(file: OpenFile, wanted: Wanted, place: Path) -> Iterator[Member | Skipped | Rejected]:
    # Streamed: each member is read as it passes, so a tar may be as large as it likes.
    stream: IO[bytes] = _Readable(file.chunks())  # type: ignore[assignment]
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header, errors="backslashreplace") as archive:
        while (info := archive.next()) is not None:
            archive.members = []  # type: ignore[attr-defined]  # it would keep them all
            source = f"{file.source}{MEMBER}{_shown(info.name)}"
            if info.isdir():
                continue
            if info.issym() or info.islnk():
                yield Rejected(source, None, _LINK)
            elif not info.isreg():
                yield Rejected(source, None, "not a regular file.")
            elif unwanted := _climbs(source, info.name) or wanted(source, info.name):
                yield unwanted
            elif (content := archive.extractfile(info)) is not None:
                with content:
                    yield Member(_held(content, source, place, lambda _: None), info.name)


# --- zip -------------------------------------------------------------------------------------------------------------


def _zip(file: OpenFile, wanted: Wanted, place: Path) -> Iterator[Member | Skipped | Rejected]:
    with file.seekable(_ZIP_MAGIC[:2]) as stream:
        size = stream.seek(0, 2)
        _check_directory(stream, size)
        with zipfile.ZipFile(stream) as archive:
            given = 0

            def within(part: int) -> None:
                nonlocal given
                given += part
                if given > HARMLESS_SIZE and given > MOST_TIMES_LARGER * size:
                    raise DamagedFileError(BOMB)

            for info in archive.infolist():
                if info.is_dir():
                    continue
                source = f"{file.source}{MEMBER}{_shown(info.filename)}"
                if unwanted := _zip_refusal(info, source) or wanted(source, info.filename):
                    yield unwanted
                    continue
                if file.on_read is not None:
                    file.on_read(info.header_offset)
                try:
                    with archive.open(info) as content:
                        held = _held(content, source, place, within)
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
                    yield Rejected(source, None, f"this member is damaged ({_one_line(error)}); the others are read.")
                    continue
                yield Member(held, info.filename)


def _zip_refusal(info: zipfile.ZipInfo, source: str) -> Rejected | None:
    if info.flag_bits & 1:
        return Rejected(source, None, "encrypted; unpack the archive with its password and name the folder.")
    if stat.S_ISLNK(info.external_attr >> 16):
        return Rejected(source, None, _LINK)
    return _climbs(source, info.orig_filename) or _climbs(source, info.filename)


def _check_directory(stream: IO[bytes], size: int) -> None:
    """Raises DamagedFileError for a zip whose list of members wouldn't fit into memory (APPNOTE.TXT 4.3.16)."""
    stream.seek(max(0, size - 66_000))
    end = stream.read()
    place = end.rfind(b"PK\x05\x06")
    directory = int.from_bytes(end[place + 12 : place + 16], "little") if place >= 0 else 0
    if directory == 0xFFFFFFFF and (wide := end.rfind(b"PK\x06\x06")) >= 0:
        directory = int.from_bytes(end[wide + 40 : wide + 48], "little")
    if directory > _LARGEST_DIRECTORY:
        raise DamagedFileError("the zip lists more members than fit into memory; split it, or make it a tar.")
    stream.seek(0)


# --- either ----------------------------------------------------------------------------------------------------------


def _held(content: IO[bytes], source: str, place: Path, within: Callable[[int], None]) -> OpenFile:
    """The member's content, in memory or in the one temporary file. ``within`` is told each part's size."""
    start = content.read(_SMALL)
    within(len(start))
    if len(start) < _SMALL:
        return OpenFile(None, source, content=start)
    size = len(start)
    with place.open("wb") as copy:
        copy.write(start)
        while chunk := content.read(CHUNK):
            size += len(chunk)
            within(len(chunk))
            check_room(size)
            copy.write(chunk)
    return OpenFile(place, source)


def _climbs(source: str, name: str) -> Rejected | None:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or _DRIVE.match(name) or ".." in parts:
        return Rejected(source, None, "its path leads out of the archive.")
    return None


def _shown(name: str) -> str:
    """A member's path, printable."""
    name = name.encode("utf-8", "backslashreplace").decode()
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name)[:1000]


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
