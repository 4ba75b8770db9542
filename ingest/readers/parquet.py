"""Parquet: a row per article, row group by row group, in bounded memory.

Columns are named as in ``table``. Parquet is read from its end, so a compressed file, or one inside an archive, is
unpacked to a temporary file first.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ingest.bytestreams import DamagedFileError, OpenFile
from ingest.document import RawDocument, Rejected
from ingest.fields import json_safe
from ingest.readers.table import missing_text, named_columns, record_bytes

MAGIC = b"PAR1"
_ROWS_AT_ONCE = 200
_MOST_MARKUP = 4_000_000  # bytes of one value kept: what is longer is a picture


def documents(file: OpenFile, *, mapping: Mapping[str, str] | None = None) -> Iterator[RawDocument | Rejected]:
    """Each row as a record, numbered from 1. ``mapping`` gives columns' fields, as in ``table.documents``."""
    from pyarrow import ArrowException, parquet  # type: ignore[import-untyped]

    try:
        with file.seekable(MAGIC) as stream, parquet.ParquetFile(stream, memory_map=False) as table:
            header = list(table.schema_arrow.names)
            columns = named_columns(header, mapping or {})
            if problem := missing_text(columns, header, mapping or {}):
                yield Rejected(file.source, None, problem)
                return
            number = 0
            for group in range(table.num_row_groups):
                try:
                    for batch in table.iter_batches(_ROWS_AT_ONCE, row_groups=[group]):
                        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                            number += 1
                            yield RawDocument(_record(columns, row), "jsonl", file.source, number)
                except (ArrowException, OSError, ValueError) as error:
                    yield Rejected(file.source, None, _damage(f"row group {group + 1} can't be read", error))
                    number = _rows_up_to(table, group)
            if not number:
                yield Rejected(file.source, None, "the table is empty.")
    except DamagedFileError as error:
        yield Rejected(file.source, None, f"{error} Parquet can't be read in part: fetch the file again.")
    except (ArrowException, OSError, ValueError) as error:
        yield Rejected(file.source, None, _damage("no readable Parquet file", error))


def _rows_up_to(table: Any, group: int) -> int:  # noqa: ANN401 - pyarrow is untyped
    return sum(table.metadata.row_group(number).num_rows for number in range(group + 1))


def _record(columns: list[str], row: tuple[object, ...]) -> bytes:
    return record_bytes(
        {name: json_safe(_plain(value)) for name, value in zip(columns, row, strict=True) if value is not None}
    )


def _plain(value: object) -> object:
    """Values that JSON doesn't know, as it writes them; pictures are left out."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes):
        if len(value) > _MOST_MARKUP:
            return None
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return base64.b64encode(value).decode("ascii") if len(value) <= 64 else None
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _damage(what: str, error: Exception) -> str:
    return f"{what} ({' '.join(str(error).split())[:120]}); write it again, for instance with pyarrow or pandas."
