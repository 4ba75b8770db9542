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

A record mentions an article when it holds its id, its URL, or any eight words of it in a row.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SQLITE = b"SQLite format 3\0"
_BESIDE_SQLITE = ("-journal", "-wal", "-shm")  # a database's own; it rewrites them itself
_WAIT_SECONDS = 30.0

SIDE_FOLDERS = ("conversations", "questions", "runs", "cache", "ingests")
_WORDS_IN_A_ROW = 8
_REMOVED = "[removed with an article that was taken down]"
_STUB = "removed"  # the key under which a removed record's place names the article


@dataclass(frozen=True, slots=True)
class Mentions:
    """What gives an article away in a file."""

    names: dict[str, str]  # id or URL -> article id
    shingles: dict[tuple[str, ...], str]  # eight words -> article id

    @classmethod
    def of(cls, articles: Iterable[tuple[str, str | None, str]]) -> Mentions:
        """From (article id, URL, text) of every version to be removed."""
        names: dict[str, str] = {}
        shingles: dict[tuple[str, ...], str] = {}
        for article_id, url, text in articles:
            names[article_id] = article_id
            if url:
                names[url] = article_id
            words = _words(text)
            for start in range(max(len(words) - _WORDS_IN_A_ROW + 1, 1 if words else 0)):
                shingles[tuple(words[start : start + _WORDS_IN_A_ROW])] = article_id
        return cls(names, shingles)

    def find(self, value: object) -> str | None:
        """The id of an article that a JSON value (or a text) mentions."""
        if isinstance(value, dict):
            items = (item for pair in value.items() if pair[0] != _STUB for item in pair)
            return next((hit for item in items if (hit := self.find(item))), None)
        if isinstance(value, list):
            return next((hit for item in value if (hit := self.find(item))), None)
        return self._in_text(value) if isinstance(value, str) else None

    def _in_text(self, text: str) -> str | None:
        for name, article_id in self.names.items():
            if name in text:
                return article_id
        words = _words(text)
        for start in range(max(len(words) - _WORDS_IN_A_ROW + 1, 1 if words else 0)):
            article_id = self.shingles.get(tuple(words[start : start + _WORDS_IN_A_ROW]), "")
            if article_id:
                return article_id
        return None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def side_files(archive: Path, registered: Iterable[Path]) -> list[Path]:
    """All files in the folders that may quote the archive."""
    folders = [archive / name for name in SIDE_FOLDERS] + list(registered)
    found = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    return sorted(path for path in found if not _of_a_database(path, found))


def _of_a_database(path: Path, found: set[Path]) -> bool:
    return any(path.name.endswith(end) and path.with_name(path.name.removesuffix(end)) in found
               for end in _BESIDE_SQLITE)  # fmt: skip


def redact(file: Path, mentions: Mentions) -> str | None:
    """Remove from one file what mentions a removed article; returns what was done, None when there was nothing."""
    with file.open("rb") as opened:
        if opened.read(len(_SQLITE)) == _SQLITE:
            return _redact_database(file, mentions)
    try:
        text = file.read_bytes().decode("utf-8")  # with the line ends it has
    except UnicodeDecodeError:
        text = file.read_bytes().decode("latin-1")
        return _delete(file) if mentions.find(text) else None
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
    for line in text.splitlines():
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
    _replace(file, "\n".join(kept) + "\n")
    return _records(count)


def _redact_table_rows(file: Path, text: str, mentions: Mentions) -> str | None:
    """Take rows out of a table; the others stay as they were written. What can't be read as a table is deleted."""
    if not mentions.find(text):
        return None
    separator = max("\t;,", key=text.split("\n", 1)[0].count)
    lines = list(io.StringIO(text, newline=""))
    rows = csv.reader(lines, delimiter=separator, strict=True)
    kept, count, before = [], 0, 0
    try:
        for cells in rows:
            begins, before = before, rows.line_num
            if mentions.find(cells):
                count += 1
            else:
                kept += lines[begins:before]
    except csv.Error:
        return _delete(file)
    rest = "".join(kept)
    if not count or mentions.find(rest):
        return _delete(file)
    _replace(file, rest)
    return _records(count)


def _redact_database(file: Path, mentions: Mentions) -> str | None:
    """Go through every text of every table; others may write meanwhile, and see all of it or nothing."""
    count = 0
    with closing(sqlite3.connect(file, timeout=_WAIT_SECONDS, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("BEGIN IMMEDIATE")
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for (table,) in tables.fetchall():
            count += _redact_table(connection, _quoted(table), mentions)
        connection.execute("COMMIT")
        if count:
            connection.execute("VACUUM")
    return _records(count) if count else None


def _redact_table(connection: sqlite3.Connection, table: str, mentions: Mentions) -> int:
    columns = [_quoted(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")]
    rows = connection.execute(f"SELECT rowid, {', '.join(columns)} FROM {table}").fetchall()  # noqa: S608 (quoted)
    count = 0
    for rowid, *values in rows:
        changed = {}
        for column, value in zip(columns, values, strict=True):
            redacted = _redact_text(value, mentions) if isinstance(value, str) else None
            if redacted is not None:
                changed[column] = redacted
        if changed:
            count += 1
            assignments = ", ".join(f"{column} = ?" for column in changed)
            connection.execute(f"UPDATE {table} SET {assignments} WHERE rowid = ?", [*changed.values(), rowid])  # noqa: S608
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
            "removed": article_id,
        }
    return {"removed": article_id}


def _records(count: int) -> str:
    return f"{count} record{'s' if count > 1 else ''} removed"


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
