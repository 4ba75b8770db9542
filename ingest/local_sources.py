"""What a user can point at on this machine: files, folders, globs, archives, standard input -> files to read.

In natural order, each real file once; archives are looked into wherever they lie. Hidden files, and what plainly isn't
an article in a folder (pictures, style sheets), are skipped and counted. Links that leave the folder, special files and
formats not read yet are rejected with the reason. Addresses are the affair of ``web``.
"""

from __future__ import annotations

import glob
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import UsageError
from archive.schema import CATALOG_FILE
from ingest.bytestreams import OnePassStream, OpenFile
from ingest.compression import without_suffix
from ingest.document import STANDARD_INPUT, Rejected, Skipped
from ingest.progress import Meter
from ingest.readers import FORMATS, format_of_content, format_of_name, readable_suffixes
from ingest.unpack import DEEPEST, Member, archive_of_content, members

_GLOB = re.compile(r"[*?\[]")
_DIGITS = re.compile(r"(\d+)")
_BARE_HOST = re.compile(r"www\.(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
# Documents that somebody will expect to be read: rejected by name, not skipped in silence.
_NOT_YET = frozenset((".doc .docx .odt .rtf .xlsx .xls .ods .pptx .epub .7z .rar .lz4 .br").split())
# What isn't even opened in a folder. A file of another unknown ending is: "story.php?id=7" may be a page.
_NO_ARTICLE = frozenset(
    (
        " .css .js .mjs .map .png .jpg .jpeg .gif .webp .svg .ico .bmp .tif .tiff .avif .heic .woff .woff2"
        " .ttf .otf .eot .mp3 .mp4 .m4a .m4v .mov .avi .mkv .webm .ogg .oga .ogv .wav .flac .swf .exe .dll"
        " .so .iso .img .db .sqlite .sqlite3 .pyc .split"
    ).split()
)
# What lies beside articles and isn't one.
_ABOUT_THE_FOLDER = re.compile(r"(?:readme|license|licence|copying|changelog|notice)(?:\.\w+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read and the key of its format in ``readers.FORMATS``."""

    file: OpenFile
    format_name: str


Found = SourceFile | Skipped | Rejected


def check_path(source: str) -> None:
    """Raises UsageError for a path or glob behind which there is nothing."""
    if source == "-" or os.path.lexists(source) or matches(source):
        return
    kind = "no file matches" if _GLOB.search(source) else "there is no such file or folder"
    remedy = f" An address begins with https://: https://{source}" if _BARE_HOST.fullmatch(source) else ""
    raise UsageError(f"{printable(source)}: {kind}.{remedy}")


def walk(source: str, seen: set[str], meter: Meter, *, called: str = "") -> Iterator[Found]:
    """Every file behind a path, a glob or ``-``, in natural order; ``seen`` keeps the real files met in this run.

    ``called``: what a single file is called instead of its path. It is then read or skipped as one in a folder would
    be: whoever drops a hundred files hasn't meant each picture among them.
    """
    if source == "-":
        stream = OnePassStream(sys.stdin.buffer)
        yield from examined(OpenFile(None, STANDARD_INPUT, stream=stream), "", named=True)
        return
    for path in [source] if os.path.lexists(source) else matches(source):
        for found in _walk_one(Path(path)):
            if not isinstance(found, _Place):
                yield found
                continue
            real = os.path.realpath(found.path)
            if real in seen:
                continue
            seen.add(real)
            if not found.path.is_file():
                yield Rejected(source_name(found.path), None, "not a regular file.")
                continue
            with meter.reading(found.path) as on_read:
                file = OpenFile(found.path, called or source_name(found.path), on_read=on_read)
                if called and (unwanted := _unwanted(called, called.rpartition("/")[2])):
                    yield unwanted
                    continue
                yield from examined(file, called or found.path.name, named=found.named and not called)


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts "part 2" before "part 10", the same on every machine."""
    parts = (part for part in _DIGITS.split(name.casefold()) if part)
    return (
        *((0, int(part[:4000]), "") if part.isascii() and part.isdecimal() else (1, 0, part) for part in parts),
        (2, 0, name),
    )


def matches(pattern: str) -> list[str]:
    """The paths that a glob matches, in natural order; none for what is no glob."""
    return sorted(glob.glob(pattern, recursive=True), key=natural_key) if _GLOB.search(pattern) else []


@dataclass(frozen=True, slots=True)
class _Place:
    """A file to look at; one that the user ``named`` is never skipped."""

    path: Path
    named: bool


def _walk_one(path: Path) -> Iterator[_Place | Skipped | Rejected]:
    if path.is_dir():
        root = Path(os.path.realpath(path))
        closed: list[OSError] = []
        for folder, folders, files in os.walk(root, onerror=closed.append):
            if CATALOG_FILE in files:  # `backissue ingest .` meets ./backissue-archive
                yield Skipped(printable(folder), "an archive of Backissue's")
                folders.clear()
                continue
            visible = [name for name in folders if not name.startswith(".")]
            for name in sorted(set(folders) - set(visible)):
                yield Skipped(printable(os.path.join(folder, name)), "hidden")
            for name in [name for name in visible if os.path.islink(os.path.join(folder, name))]:
                yield from _linked_folder(Path(folder, name), root)
            folders[:] = sorted(visible, key=natural_key)
            for name in sorted(files, key=natural_key):
                yield _in_folder(Path(folder, name), root)
        for error in closed:
            yield Rejected(source_name(Path(error.filename)), None, f"it can't be read: {error.strerror}.")
    elif not path.exists():
        yield Rejected(source_name(path), None, "a link to a file that isn't there.")
    else:
        yield _Place(Path(os.path.realpath(path)), named=True)


def _linked_folder(path: Path, root: Path) -> Iterator[Rejected]:
    """Folders behind links aren't entered: inside the folder they are read anyway, outside they are refused."""
    if not Path(os.path.realpath(path)).is_relative_to(root):
        yield Rejected(source_name(path), None, "a link that leaves the folder; name its target to read it.")


def _in_folder(path: Path, root: Path) -> _Place | Skipped | Rejected:
    source = source_name(path)
    if unwanted := _unwanted(source, path.name):
        return unwanted
    if path.is_symlink():
        target = Path(os.path.realpath(path))
        if not target.is_relative_to(root):
            return Rejected(source, None, "a link that leaves the folder; name its target to read it.")
        if not target.exists():
            return Rejected(source, None, "a link to a file that isn't there.")
        path = target
    return _Place(path, named=False)


def _unwanted(source: str, name: str) -> Skipped | Rejected | None:
    """Why a file of that name in a folder or an archive isn't even looked at."""
    parts = name.split("/")
    if any(part.startswith(".") and part != "." for part in parts) or parts[0] == "__MACOSX":
        return Skipped(source, "hidden")
    if _ABOUT_THE_FOLDER.fullmatch(parts[-1]):
        return Skipped(source, "not an article")
    if Path(without_suffix(parts[-1])).suffix.casefold() in _NO_ARTICLE:
        return Skipped(source, "not an article")
    return None


def examined(file: OpenFile, name: str, *, named: bool, depth: int = 0) -> Iterator[Found]:
    """The file with its format, or the files in it. A file that was ``named`` is never skipped."""
    name = without_suffix(name.rpartition("/")[2])
    by_name = format_of_name(name)
    if by_name in {"json", "jsonl"}:
        yield SourceFile(file, by_name)
        return
    suffix = Path(name).suffix.casefold()
    if suffix in _NOT_YET:
        readable = f"{readable_suffixes()} are, each also packed as .gz, .zip, .tar and their like"
        yield Rejected(file.source, None, f"{suffix} files aren't read; {readable}.")
        return
    head = file.head()
    if kind := archive_of_content(head):
        yield from _inside(file, kind, depth)
        return
    by_content = format_of_content(head)
    if by_name is None and not named and (by_content is None or (suffix and not FORMATS[by_content].has_magic)):
        yield Skipped(file.source, "not an article")
        return
    yield SourceFile(file, by_content or by_name or "text")


def _inside(file: OpenFile, kind: str, depth: int) -> Iterator[Found]:
    if depth >= DEEPEST:
        yield Rejected(file.source, None, f"archives inside one another, deeper than {DEEPEST}; unpack it yourself.")
        return
    for member in members(file, kind, _unwanted):
        if isinstance(member, Member):
            yield from examined(member.file, member.name, named=False, depth=depth + 1)
        else:
            yield member


def source_name(path: Path) -> str:
    """The absolute path, printable."""
    return printable(os.path.abspath(path))


def printable(path: str) -> str:
    r"""File names are bytes; what isn't UTF-8 in them is shown as ``\xff``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
