"""Tables as text: CSV, TSV and their like with a row per article, in bounded memory.

The first row names the columns, whatever separates them. Obvious names are understood (see ``fields``), others by a
mapping of columns to fields. Each row becomes a JSON record, read as one of ``jsonl``; its number is the line it begins
at.
"""

from __future__ import annotations

import csv
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from ingest.bytestreams import LONGEST_LINE, DamagedFileError, OpenFile, lines
from ingest.document import RawDocument, Rejected
from ingest.fields import NAMES
from ingest.hygiene import is_binary, likely_encoding

_DELIMITERS = ",\t;|"
_LARGEST_ROW = 4_000_000  # characters; what is longer has a quotation mark that is never closed
_MOST_DAMAGED = 100  # rows; then the rest of the file is given up, so that damage can't cost without end
_SEPARATOR_NAMED = re.compile(r"\ufeff?\s*\"?sep=[^\n]?\"?\s*")
_KNOWN = frozenset(name for names in NAMES.values() for name in names)
_BOOLEANS = {"true": True, "false": False}


def documents(file: OpenFile, *, mapping: Mapping[str, str] | None = None) -> Iterator[RawDocument | Rejected]:
    """Each row as a record. ``mapping`` gives columns' fields ({"headline": "title"}); it goes before their names.

    A table without a column of texts is rejected with its columns' names.
    """
    if is_binary(file.head()):
        yield Rejected(file.source, None, "binary data, not a table; export it as CSV in UTF-8.")
        return
    rows = _Rows(file)
    try:
        read = rows.read()
        line, header = next(read, (None, []))
        columns = named_columns(header or [], mapping or {})
        if problem := missing_text(columns, header or [], mapping or {}):
            yield Rejected(file.source, line, "the table is empty." if line is None else problem)
            return
        for number, row in read:
            if row is None:
                yield _unclosed(file, number)
            elif any(value.strip() for value in row):
                yield RawDocument(_record(columns, row), "jsonl", file.source, number)
    except DamagedFileError as error:
        yield Rejected(file.source, None, str(error))


def looks_like_table(head: bytes) -> bool:
    """Whether the first line names the columns of a table of articles; for files whose name doesn't say."""
    first = head.split(b"\n", 1)[0]
    if b"\n" not in head or is_binary(head):
        return False
    header = first.decode("utf-8", "replace")
    names = {_plain(name) for name in _header_names(header, _delimiter(header))}
    return len(names & _KNOWN) >= 2 and not names.isdisjoint(NAMES["text"])


def named_columns(header: Sequence[str], mapping: Mapping[str, str]) -> list[str]:
    """The name of each column in the record: the field it is mapped to, else its own.

    A column whose own name would stand for a field that another one is mapped to is set aside as "<name> (column)".
    """
    wanted = {name.strip().casefold(): field.strip() for name, field in mapping.items()}
    aside = {alias for field in wanted.values() for alias in NAMES.get(field, (field,))}
    columns: list[str] = []
    for position, name in enumerate(header, 1):
        own = name.strip()
        if field := wanted.get(own.casefold()):
            column = field
        elif not own:
            column = f"column {position}"
        else:
            column = f"{own} (column)" if _plain(own) in aside else own
        columns.append(column if column not in columns else f"{column} {position}")
    return columns


def missing_text(columns: Sequence[str], header: Sequence[str], mapping: Mapping[str, str]) -> str:
    """Why no article can come out of the table; "" where one can."""
    names = {name.strip().casefold() for name in header}
    if unknown := [name for name in mapping if name.strip().casefold() not in names]:
        return f"there is no column {unknown[0]!r}; there are {_listed(header)}."
    if fields := [field for field in mapping.values() if field.strip() not in NAMES]:
        return f"{fields[0]!r} is no field of an article; map to title, text, published, outlet, url, authors, ..."
    if {_plain(name) for name in columns}.isdisjoint(NAMES["text"]):
        return f"no column holds the articles' text: there are {_listed(header)}. Say which, as in --map COLUMN=text."
    return ""


def record_bytes(record: Mapping[str, object]) -> bytes:
    """A row as ``jsonl`` reads it."""
    return json.dumps(record, ensure_ascii=True).encode()


class _Rows:
    """The rows of a file with the line each begins at; None for one that can't be read. Goes on where it stopped."""

    def __init__(self, file: OpenFile) -> None:
        self._lines = _text_lines(file)
        self._again: deque[tuple[int, str]] = deque()  # lines taken for a row whose quotation mark isn't closed
        self._taken: list[tuple[int, str]] = []
        self._at_end = False
        self._delimiter = ""
        # the limit is one for the whole process; ours is only ever raised
        csv.field_size_limit(max(csv.field_size_limit(), _LARGEST_ROW))

    def read(self) -> Iterator[tuple[int, list[str] | None]]:
        damaged = 0
        while True:
            start = self._next_line()
            if start is None:
                return
            if not start[1].strip():
                continue
            self._again.appendleft(start)
            self._delimiter = self._delimiter or _delimiter(start[1])
            row = self._row()
            yield start[0], row
            if row is None:
                damaged += 1
                self._again.extendleft(reversed(self._taken[1:]))
                if damaged >= _MOST_DAMAGED:
                    raise DamagedFileError(f"{_MOST_DAMAGED} rows are damaged; the rest of the table wasn't read.")

    def _row(self) -> list[str] | None:
        """The row at hand, over as many lines as its quotation marks span."""
        self._taken, self._at_end = [], False
        try:
            row = next(csv.reader(self._feed(), delimiter=self._delimiter))
        except csv.Error:  # a field beyond the limit
            return None
        return None if self._at_end else row  # a complete row never asks for a line after its last

    def _feed(self) -> Iterator[str]:
        while (line := self._next_line()) is not None:
            self._taken.append(line)
            yield line[1]
        self._at_end = True

    def _next_line(self) -> tuple[int, str] | None:
        return self._again.popleft() if self._again else next(self._lines, None)


def _delimiter(header: str) -> str:
    """What separates the columns: what yields most names we know, then most names."""

    def quality(delimiter: str) -> tuple[int, int]:
        names = _header_names(header, delimiter)
        return sum(_plain(name) in _KNOWN for name in names), len(names)

    return max(_DELIMITERS, key=quality)


def _header_names(header: str, delimiter: str) -> list[str]:
    return next(csv.reader([header.strip("\r\n").replace("\r", " ")], delimiter=delimiter), [])


def _text_lines(file: OpenFile) -> Iterator[tuple[int, str]]:
    """Lines with their ends, decoded, but for Excel's "sep=;" before the header.

    A file without a line feed has its lines end in carriage returns, as old programs wrote them.
    """
    numbered = _decoded_lines(file)
    first = next(numbered, None)
    if first is None:
        return
    if "\r" in first[1]:
        following = next(numbered, None)
        if following is None:
            numbered = iter([(number, f"{line}\n") for number, line in enumerate(first[1].strip("\n").split("\r"), 1)])
            first = next(numbered)
        else:
            numbered = chain([following], numbered)
    if not _SEPARATOR_NAMED.fullmatch(first[1]):
        yield first
    yield from numbered


def _decoded_lines(file: OpenFile) -> Iterator[tuple[int, str]]:
    encoding = ""
    for number, line in lines(file.chunks()):
        if line is None:
            raise DamagedFileError(f"line {number} is longer than {LONGEST_LINE // 1_000_000} MB; split the file.")
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            encoding = encoding or likely_encoding(line)
            text = line.decode(encoding, "replace")
        yield number, text + "\n"


def _record(columns: Sequence[str], row: Sequence[str]) -> bytes:
    named: Iterable[tuple[str, str]] = zip(columns, row, strict=False)  # a row may be cut short
    record: dict[str, object] = {name: value for name, value in named if value.strip()}
    if len(row) > len(columns):
        record["more columns"] = list(row[len(columns) :])
    for name, value in record.items():
        if name.casefold() == "partial" and isinstance(value, str):
            record[name] = _BOOLEANS.get(value.strip().casefold(), value)
    return record_bytes(record)


def _unclosed(file: OpenFile, number: int) -> Rejected:
    return Rejected(file.source, number, "a quotation mark opens here and isn't closed; double the marks inside texts.")


def _listed(header: Sequence[str]) -> str:
    names = ", ".join(repr(name.strip()[:40]) for name in header[:30])
    return names or "none"


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()
