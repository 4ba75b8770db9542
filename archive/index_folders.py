"""The numbered folders that indexes live in: a rebuild writes the next number, and the catalog names the one in use."""

from __future__ import annotations

import re
import shutil
from pathlib import Path


def next_folder(archive: Path, name: str, in_use: str | None) -> Path:
    """Where the next index of that name is written: a number that none had, the one ``in_use`` included."""
    numbers = [_number_of(path.name) for path in _folders(archive, name)]
    if in_use is not None:
        numbers.append(_number_of(in_use))
    return archive / f"{name}-{max(numbers, default=0) + 1:04}"


def remove_orphans(archive: Path, name: str, in_use: str | None) -> None:
    """Delete folders that the catalog doesn't name: replaced ones, and beginnings of a killed rebuild."""
    for path in _folders(archive, name):
        if path.name != in_use:
            shutil.rmtree(path, ignore_errors=True)


def _folders(archive: Path, name: str) -> list[Path]:
    return [path for path in archive.glob(f"{name}-*") if re.fullmatch(rf"{name}-\d{{4,}}", path.name)]


def _number_of(folder: str) -> int:
    return int(folder.rpartition("-")[2])
