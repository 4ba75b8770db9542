"""What a user can point at: a file, a folder, a glob -> files to read, in natural order, each once.

Hidden files, and what plainly isn't an article in a folder (pictures, style sheets), are skipped and counted. Links
that leave the folder, special files and formats not read yet are rejected with the reason.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.errors import UsageError
from archive.schema import CATALOG_FILE
from ingest.bytestreams import OpenFile
from ingest.document import Rejected
from ingest.readers import format_of_content, format_of_name, readable_suffixes

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_GLOB = re.compile(r"[*?\[]")
_DIGITS = re.compile(r"(\d+)")
_COMPRESSED = (".gz",)
# Documents that somebody will expect to be read: rejected by name, not skipped in silence.
_NOT_YET = frozenset((".doc .docx .odt .rtf .zip .tar .tgz .zst .bz2 .xz .7z").split())
# What lies beside articles and isn't one.
_ABOUT_THE_FOLDER = re.compile(r"(?:readme|license|licence|copying|changelog|notice)(?:\.\w+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read and the key of its format in ``readers.FORMATS``."""

    file: OpenFile
    format_name: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that isn't an article, by kind: "hidden", "not an article"."""

    source: str
    why: str


def check_sources(sources: Sequence[str]) -> None:
    """Raises UsageError for the first source that can't be read at all, before anything is."""
    if not sources:
        raise UsageError("name at least one file, folder or glob to ingest.")
    for source in sources:
        if source == "-":
            raise UsageError("standard input isn't read yet; save it as a file and name that.")
        if _URL.match(source):
            raise UsageError(f"{source}: addresses aren't read yet; save the pages and name their folder.")
        if not os.path.lexists(source) and not _matches(source):
            kind = "no file matches" if _GLOB.search(source) else "there is no such file or folder"
            raise UsageError(f"{_printable(source)}: {kind}.")


def walk(sources: Sequence[str]) -> Iterator[SourceFile | Skipped | Rejected]:
    """Every file behind the sources, in the order given and natural order inside, each real file once."""
    seen: set[str] = set()
    for source in sources:
        paths = [source] if os.path.lexists(source) else _matches(source)
        for path in paths:
            for found in _walk_one(Path(path)):
                if isinstance(found, SourceFile):
                    real = os.path.realpath(found.file.path)
                    if real in seen:
                        continue
                    seen.add(real)
                yield found


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts "part 2" before "part 10", the same on every machine."""
    parts = (part for part in _DIGITS.split(name.casefold()) if part)
    return (
        *((0, int(part[:4000]), "") if part.isascii() and part.isdecimal() else (1, 0, part) for part in parts),
        (2, 0, name),
    )


def _matches(pattern: str) -> list[str]:
    return sorted(glob.glob(pattern, recursive=True), key=natural_key) if _GLOB.search(pattern) else []


def _walk_one(path: Path) -> Iterator[SourceFile | Skipped | Rejected]:
    if path.is_dir():
        root = Path(os.path.realpath(path))
        closed: list[OSError] = []
        for folder, folders, files in os.walk(root, onerror=closed.append):
            if CATALOG_FILE in files:  # `backissue ingest .` meets ./backissue-archive
                yield Skipped(_printable(folder), "an archive of Backissue's")
                folders.clear()
                continue
            visible = [name for name in folders if not name.startswith(".")]
            for name in sorted(set(folders) - set(visible)):
                yield Skipped(_printable(os.path.join(folder, name)), "hidden")
            for name in [name for name in visible if os.path.islink(os.path.join(folder, name))]:
                yield from _linked_folder(Path(folder, name), root)
            folders[:] = sorted(visible, key=natural_key)
            for name in sorted(files, key=natural_key):
                yield _in_folder(Path(folder, name), root)
        for error in closed:
            yield Rejected(_source_name(Path(error.filename)), None, f"it can't be read: {error.strerror}.")
    elif not path.exists():
        yield Rejected(_source_name(path), None, "a link to a file that isn't there.")
    else:
        yield _examined(Path(os.path.realpath(path)), named=True)


def _linked_folder(path: Path, root: Path) -> Iterator[Rejected]:
    """Folders behind links aren't entered: inside the folder they are read anyway, outside they are refused."""
    if not Path(os.path.realpath(path)).is_relative_to(root):
        yield Rejected(_source_name(path), None, "a link that leaves the folder; name its target to read it.")


def _in_folder(path: Path, root: Path) -> SourceFile | Skipped | Rejected:
    if path.name.startswith("."):
        return Skipped(_printable(str(path)), "hidden")
    if path.is_symlink():
        target = Path(os.path.realpath(path))
        if not target.is_relative_to(root):
            return Rejected(_source_name(path), None, "a link that leaves the folder; name its target to read it.")
        if not target.exists():
            return Rejected(_source_name(path), None, "a link to a file that isn't there.")
        path = target
    if _ABOUT_THE_FOLDER.fullmatch(path.name):
        return Skipped(_printable(str(path)), "not an article")
    return _examined(path, named=False)


def _examined(path: Path, *, named: bool) -> SourceFile | Skipped | Rejected:
    """The file with its format. A file that was ``named`` is never skipped."""
    source = _source_name(path)
    if not path.is_file():
        return Rejected(source, None, "not a regular file.")
    name = path.name
    for suffix in _COMPRESSED:
        name = name[: -len(suffix)] if name.casefold().endswith(suffix) and len(name) > len(suffix) else name
    file = OpenFile(path, source)
    by_name = format_of_name(name)
    if by_name in {"json", "jsonl"}:
        return SourceFile(file, by_name)
    suffix = Path(name).suffix.casefold()
    if suffix in _NOT_YET:
        return Rejected(source, None, f"{suffix} files aren't read yet; {readable_suffixes()} are, each also as .gz.")
    if by_name is None and not named and suffix:
        return Skipped(source, "not an article")
    by_content = format_of_content(file.head())
    if by_name is None and by_content is None:
        if not named:
            return Skipped(source, "not an article")
        by_name = "text"
    return SourceFile(file, by_content or by_name or "text")


def _source_name(path: Path) -> str:
    """The absolute path, printable."""
    return _printable(os.path.abspath(path))


def _printable(path: str) -> str:
    r"""File names are bytes; what isn't UTF-8 in them is shown as ``\xff``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
