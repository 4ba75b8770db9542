"""Files beside the archive that quote it: saved conversations, evaluation runs, caches.

They live in the archive's folders ``conversations/``, ``questions/``, ``runs/``, ``cache/`` and ``ingests/``, or in
folders that were registered (an evaluation's ``--out``). A takedown removes from them every record that names or
quotes the article:

- JSON lines: the line is replaced by ``{"removed": ID}``;
- CSV and TSV (question sets): the row is taken out;
- JSON: the element of the outermost list that mentions it is replaced likewise (a message keeps its role, and says so);
  without a list, the file is deleted;
- SQLite (saved conversations): in every row that mentions it, each text that does is replaced likewise; the file is
  rewritten, so that nothing of it stays in free pages;
- anything else (HTML reports, pictures, caches of unknown form): the file is deleted.

What counts as naming or quoting it: see removed_mentions.py.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from archive.counts import plural
from archive.files_below import files_below
from archive.removed_mentions import STUB, Mentions

_SQLITE = b"SQLite format 3\0"
_BESIDE_SQLITE = ("-journal", "-wal", "-shm")  # a database's own; it rewrites them itself
_WAIT_SECONDS = 30.0

SIDE_FOLDERS = ("conversations", "questions", "runs", "cache", "ingests")
_REMOVED = "[removed with an article that was taken down]"
REPORT_FILE = "report.html"  # what an evaluation shows of its run, made of the files beside it
_SEVERAL = re.compile(r"[|\n]")  # between the values in a cell of a question set


def side_files(archive: Path, registered: Iterable[Path]) -> list[Path]:
    """All files in the folders that may quote the archive."""
    folders = [archive / name for name in SIDE_FOLDERS] + list(registered)
    found = {path for folder in folders for path in files_below(folder)}
    return sorted(path for path in found if not _of_a_database(path, found))


def is_database(file: Path) -> bool:
    """Whether it is an SQLite file. Raises OSError."""
    with file.open("rb") as opened:
        return opened.read(len(_SQLITE)) == _SQLITE


def _of_a_database(path: Path, found: set[Path]) -> bool:
    return any(path.name.endswith(end) and path.with_name(path.name.removesuffix(end)) in found
               for end in _BESIDE_SQLITE)  # fmt: skip


def redact(file: Path, mentions: Mentions) -> str | None:
    """Remove from one file what mentions a removed article; returns what was done, None when there was nothing."""
    try:
        if is_database(file):
            return _redact_database(file, mentions)
        content = file.read_bytes()
    except FileNotFoundError:
        return None  # somebody has just deleted it, or put another one in its place, which is met by its own name
    try:
        text = content.decode("utf-8")  # with the line ends it has
    except UnicodeDecodeError:
        return _delete(file) if mentions.find(content.decode("latin-1")) else None
    if file.suffix in (".jsonl", ".ndjson"):
        return _redact_lines(file, text, mentions)
    if file.suffix.lower() in (".csv", ".tsv"):
        return _redact_table_rows(file, text, mentions)
    if file.suffix == ".json":
        return _redact_json(file, text, mentions)
    return _delete(file) if mentions.find(text) else None


def _redact_json(file: Path, text: str, mentions: Mentions) -> str | None:
    try:
        value = json.loads(text)
    except ValueError:
        return _delete(file) if mentions.find(text) else None
    if not mentions.find(value):
        return None
    count, redacted = _redact_value(value, mentions)
    if not count or mentions.find(redacted):
        return _delete(file)
    _replace(file, json.dumps(redacted, ensure_ascii=False, indent=2) + "\n")
    return _records(count)


def _redact_lines(file: Path, text: str, mentions: Mentions) -> str | None:
    kept, count = [], 0
    for line in text.split("\n"):  # not at the other separators, which may stand inside a text
        try:
            value: Any = json.loads(line)
        except ValueError:
            value = line
        article_id = mentions.find(value)
        if article_id is None:
            kept.append(line)
        else:
            count += 1
            kept.append(json.dumps(_stub(value, article_id)))
    if not count:
        return None
    _replace(file, "\n".join(kept))
    return _records(count)


def delete_report_beside(file: Path) -> Path | None:
    """Delete the report that was made of a run's file; returns it, None where there is none."""
    report = file.with_name(REPORT_FILE)
    if file == report or not report.is_file():
        return None
    _delete(report)
    return report


def _redact_table_rows(file: Path, text: str, mentions: Mentions) -> str | None:
    """Take rows out of a table; the others stay as they were written. What can't be read as a table is deleted."""
    separator = max("\t;,", key=text.split("\n", 1)[0].count)
    lines = list(io.StringIO(text, newline=""))
    rows = csv.reader(lines, delimiter=separator, strict=True)
    kept, count, before = [], 0, 0
    names: list[str] | None = None
    try:
        for cells in rows:
            begins, before = before, rows.line_num
            names = names or [cell.strip().lower() for cell in cells]
            if mentions.find(cells) or mentions.find(_by_column(names, cells)):
                count += 1
            else:
                kept += lines[begins:before]
    except csv.Error:
        return _delete(file) if mentions.find(text) else None
    rest = "".join(kept)
    if mentions.find(rest):
        return _delete(file)
    if not count:
        return None
    _replace(file, rest)
    return _records(count)


def _by_column(names: list[str], cells: list[str]) -> dict[str, list[str]]:
    """A row as a record: a cell may hold several values."""
    return {name: _SEVERAL.split(cell) for name, cell in zip(names, cells, strict=False)}


def _redact_database(file: Path, mentions: Mentions) -> str | None:
    """Go through every text of every table; others may write meanwhile, and see all of it or nothing."""
    count = 0
    with closing(sqlite3.connect(file, timeout=_WAIT_SECONDS, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("BEGIN IMMEDIATE")
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for (table,) in tables.fetchall():
            count += _redact_table(connection, table, mentions)
        connection.execute("COMMIT")
        if count:
            connection.execute("VACUUM")
    return _records(count) if count else None


def _redact_table(connection: sqlite3.Connection, name: str, mentions: Mentions) -> int:
    table = _quoted(name)
    told = connection.execute(f"PRAGMA table_info({table})").fetchall()
    columns = [_quoted(row[1]) for row in told]
    has_rowid = connection.execute("SELECT wr FROM pragma_table_list(?)", (name,)).fetchone()[0] == 0
    keys = ["rowid"] if has_rowid else [_quoted(row[1]) for row in told if row[5]]
    query = f"SELECT {', '.join([*keys, *columns])} FROM {table}"  # noqa: S608 (quoted)
    count = 0
    for row in connection.execute(query).fetchall():
        changed = {}
        for column, value in zip(columns, row[len(keys) :], strict=True):
            redacted = _redact_text(value, mentions) if isinstance(value, str) else None
            if redacted is not None:
                changed[column] = redacted
        if changed:
            count += 1
            assignments = ", ".join(f"{column} = ?" for column in changed)
            this_row = " AND ".join(f"{key} = ?" for key in keys)
            connection.execute(
                f"UPDATE {table} SET {assignments} WHERE {this_row}",  # noqa: S608 (quoted)
                [*changed.values(), *row[: len(keys)]],
            )
    return count


def _redact_text(text: str, mentions: Mentions) -> str | None:
    """What stands in the place of a text that mentions an article; None for one that doesn't."""
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    article_id = mentions.find(value)
    if article_id is None:
        return None
    return json.dumps(_stub(value, article_id)) if isinstance(value, dict | list) else _REMOVED


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _redact_value(value: Any, mentions: Mentions) -> tuple[int, Any]:  # noqa: ANN401 (any JSON)
    if isinstance(value, list):
        hits = [mentions.find(item) for item in value]
        items = [_stub(item, hit) if hit else item for item, hit in zip(value, hits, strict=True)]
        return sum(hit is not None for hit in hits), items
    if isinstance(value, dict):
        count, redacted = 0, {}
        for key, item in value.items():
            inner, redacted[key] = _redact_value(item, mentions)
            count += inner
        return count, redacted
    return 0, value


def _stub(value: object, article_id: str) -> dict[str, str]:
    if isinstance(value, dict) and isinstance(value.get("role"), str):
        return {
            "role": value["role"],
            "content": _REMOVED,
            STUB: article_id,
        }
    return {STUB: article_id}


def _records(count: int) -> str:
    return f"{plural(count, 'record')} removed"


def _delete(file: Path) -> str:
    size = file.stat().st_size
    with file.open("r+b") as opened:  # the blocks, too, as far as the file system overwrites in place
        opened.write(b"\x00" * size)
    file.unlink()
    return "deleted"


def _replace(file: Path, text: str) -> None:
    unfinished = file.with_name(file.name + ".unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(file)
