"""Does anything of a text still stand in the files? The proof behind a takedown.

Bytes are looked for wherever they may lie: in every file as it is, in gzip files unpacked, in compressed values of
SQLite databases, and (vectors) as numbers, since Chroma stores them rescaled. Words in Tantivy's term dictionaries
share their letters and can't be seen in the bytes: takedown.py asks the index for them.
"""

from __future__ import annotations

import gzip
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archive.files_below import files_below

_CHUNK = 1 << 22
_WINDOW = 8  # bytes of a needle that a first, hashed pass compares
_HASH_BITS = 20
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_FRAGMENT = 48  # bytes: shorter than what SQLite leaves of a text on any page


@dataclass(frozen=True, slots=True)
class Needles:
    """What to look for: byte strings of at least 8 bytes, and vectors as rows of numbers."""

    fragments: tuple[bytes, ...] = ()
    vectors: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class ScanReport:
    """``found``: (file, fragment) for everything that was there; the fragment is b"" for a vector."""

    files: int
    bytes_read: int
    needles: int
    found: tuple[tuple[str, bytes], ...]


def fragments_of(text: str, most: int) -> list[bytes]:
    """Up to ``most`` byte strings spread over a text, each cut where a word begins."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) < _WINDOW:
        return []
    step = max(len(data) // max(most, 1), _FRAGMENT)
    starts = range(0, max(len(data) - _FRAGMENT // 2, 1), step)
    return [fragment for start in starts if len(fragment := data[start : start + _FRAGMENT]) >= _WINDOW][:most]


def scan_for(folder: Path, needles: Needles) -> ScanReport:
    """Look for the needles in every file under the folder."""
    finder = _Finder(needles.fragments)
    found: dict[tuple[str, bytes], None] = {}
    files = size = 0
    for path in sorted(files_below(folder)):
        name = str(path.relative_to(folder))
        try:
            size += path.stat().st_size
            for content in _contents(path):
                for fragment in sorted(finder.find(content)):
                    found[name, fragment] = None
            if needles.vectors is not None and len(needles.vectors) and _holds_vector(path, needles.vectors):
                found[name, b""] = None
        except FileNotFoundError:
            continue  # deleted since the folder was listed: a database's journal, a file that was put in its place
        files += 1
    vectors = 0 if needles.vectors is None else len(needles.vectors)
    return ScanReport(files, size, len(needles.fragments) + vectors, tuple(found))


class _Finder:
    """Looks for many byte strings at once: a hash of each 8-byte window first, the whole string where that fits."""

    def __init__(self, fragments: Iterable[bytes]) -> None:
        self._by_window: dict[bytes, list[bytes]] = {}
        for fragment in fragments:
            if len(fragment) >= _WINDOW:
                self._by_window.setdefault(fragment[:_WINDOW], []).append(fragment)
        self._longest = max((len(f) for group in self._by_window.values() for f in group), default=0)
        self._known = np.zeros(1 << _HASH_BITS, bool)
        self._known[_hashed(np.frombuffer(b"".join(self._by_window), "<u8"))] = True

    def find(self, content: Iterator[bytes]) -> set[bytes]:
        """What of the needles occurs in a stream of chunks."""
        found: set[bytes] = set()
        if not self._by_window:
            return found
        tail = b""
        for chunk in content:
            data = tail + chunk
            for offset in range(_WINDOW):
                count = (len(data) - offset) // _WINDOW
                if count < 1:
                    continue
                windows = np.frombuffer(data, "<u8", count=count, offset=offset)
                for position in np.flatnonzero(self._known[_hashed(windows)]).tolist():
                    start = offset + position * _WINDOW
                    for fragment in self._by_window.get(data[start : start + _WINDOW], ()):
                        if data.startswith(fragment, start):
                            found.add(fragment)
            tail = data[-self._longest :]
        return found


def _hashed(windows: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return (windows * _MULTIPLIER) >> np.uint64(64 - _HASH_BITS)


def _contents(path: Path) -> Iterator[Iterator[bytes]]:
    """Every reading of a file: as it is, unpacked, and value by value."""
    with path.open("rb") as file:
        head = file.read(16)
    yield _chunks(path)
    if head.startswith(b"\x1f\x8b"):
        yield _unpacked(path)
    if head.startswith(b"SQLite format 3\x00"):
        yield _compressed_values(path)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _unpacked(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path) as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except (OSError, EOFError, zlib.error):
        return  # not gzip after all: it was read as it is


def _compressed_values(path: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            quoted = '"' + table.replace('"', '""') + '"'
            try:
                rows = connection.execute(f"SELECT * FROM {quoted}")  # noqa: S608 (a table's own name, quoted)
            except sqlite3.OperationalError:
                continue  # a virtual table of an extension that isn't loaded
            for row in rows:
                for value in row:
                    if isinstance(value, bytes) and value[:1] == b"\x78":
                        try:
                            yield zlib.decompress(value) + b"\x00" * _FRAGMENT
                        except zlib.error:
                            continue


def _holds_vector(path: Path, vectors: NDArray[np.float32]) -> bool:
    """Whether one of the vectors stands in the file as 16- or 32-bit floats, up to its length and to rounding."""
    return any(_holds_numbers(path, vectors, dtype, tolerance) for dtype, tolerance in (("<f4", 2e-6), ("<f2", 1e-7)))


def _holds_numbers(path: Path, vectors: NDArray[np.float32], dtype: str, tolerance: float) -> bool:
    width = np.dtype(dtype).itemsize
    plain = np.ascontiguousarray(vectors.astype(np.float16).astype(np.float32))
    rows = [plain] if dtype == "<f2" else [plain, plain / np.linalg.norm(plain, axis=1, keepdims=True)]
    # Where a row begins isn't known: look for its largest number, then compare the numbers around it.
    peaks = np.abs(plain).argmax(axis=1)
    tail = b""
    for chunk in _chunks(path):
        data = tail + chunk
        for shift in range(width):  # a value in a database begins anywhere
            count = (len(data) - shift) // width
            numbers = np.frombuffer(data, dtype, count=count, offset=shift)
            for candidates in rows:
                if _contains_row(numbers, candidates, peaks, tolerance):
                    return True
        tail = data[-plain.shape[1] * width :]
    return False


def _contains_row(
    numbers: NDArray[np.floating], rows: NDArray[np.float32], peaks: NDArray[np.intp], tolerance: float
) -> bool:
    width = rows.shape[1]
    wanted = np.sort(rows[np.arange(len(rows)), peaks])
    with np.errstate(invalid="ignore", over="ignore"):
        place = np.searchsorted(wanted, numbers)
        below = np.abs(wanted[np.maximum(place - 1, 0)] - numbers) <= tolerance
        above = np.abs(wanted[np.minimum(place, len(wanted) - 1)] - numbers) <= tolerance
        for position in np.flatnonzero(below | above).tolist():
            for row, peak in zip(rows, peaks.tolist(), strict=True):
                start = position - peak
                if start < 0 or start + width > len(numbers):
                    continue
                if np.all(np.abs(numbers[start : start + width] - row) <= tolerance):
                    return True
    return False


def spread(items: Sequence[bytes], most: int) -> list[bytes]:
    """At most so many of the items, evenly chosen."""
    if len(items) <= most:
        return list(items)
    step = len(items) / most
    return [items[int(position * step)] for position in range(most)]
