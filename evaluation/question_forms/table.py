"""A question set as an editor keeps it: CSV (comma, semicolon or tab) with a header line.

Columns are named like the fields: ``question`` is needed; ``id`` is the line's number where it is missing; ``answer``
is one answer, ``answers``, ``relevant``, ``facts``, ``assertions`` and ``tags`` hold several, a line break or ``|``
between them.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from archive.errors import UsageError
from evaluation.question_set import TestQuestion, checked, read_text

SEVERAL = ("answers", "relevant", "facts", "assertions", "tags")
ONE = ("id", "question", "asked_on", "expect", "kind")
NOT_IN_A_TABLE = ("grades", "history")
ALIASES = {"answer": "answers", "tag": "tags", "fact": "facts", "assertion": "assertions", "query": "question"}


def read_table(path: Path) -> list[TestQuestion]:
    """Read it. Raises UsageError naming the line."""
    text = read_text(path)
    header = text.split("\n", 1)[0]
    separator = max("\t;,", key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = [ALIASES.get(name.strip().lower(), name.strip().lower()) for name in next(rows, [])]
        if "question" not in names:
            raise UsageError(
                f"{path}, line 1: no column is named 'question'. Name the columns in the first line, for example: "
                "id,question,answer,relevant,tags."
            )
        if twice := sorted({name for name in names if name and names.count(name) > 1}):
            raise UsageError(f"{path}, line 1: two columns are named {twice[0]!r}.")
        if lost := [name for name in NOT_IN_A_TABLE if name in names]:
            raise UsageError(
                f"{path}, line 1: a cell can't hold {lost[0]}. Write the set as JSON lines, or take the column out."
            )
        records: list[tuple[int, dict[str, Any]]] = []
        before = rows.line_num
        for cells in rows:
            line, before = before + 1, rows.line_num
            if any(cell.strip() for cell in cells):
                records.append((line, _record(names, cells, path, line)))
    except csv.Error as error:
        raise UsageError(
            f"{path}, line {rows.line_num}: not CSV ({error}). Is a quotation mark left open, or not doubled?"
        ) from None
    return checked(records, path)


def _record(names: list[str], cells: list[str], path: Path, line: int) -> dict[str, Any]:
    if len(cells) > len(names):
        raise UsageError(
            f"{path}, line {line}: {len(cells)} cells for {len(names)} columns. Put quotation marks around a cell that "
            "holds a separator."
        )
    record: dict[str, Any] = {"id": f"line {line}"}
    for name, cell in zip(names, cells, strict=False):
        if not cell.strip():
            continue
        if name in SEVERAL:
            record[name] = [part.strip() for part in cell.replace("\n", "|").split("|") if part.strip()]
        elif name in ONE:
            record[name] = cell.strip()
    return record
