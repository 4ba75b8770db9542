"""Whether an archive is sound, asked in the tests' own process."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from archive.index_check import check_keyword, check_vectors
from archive.schema import connect
from archive.store import ArchiveStore


def problems_of(store: ArchiveStore) -> tuple[str, ...]:
    """What ``verify`` finds, each index read from a copy of its files.

    ``verify`` asks a child, lest damaged files crash the asker, which takes a second to load Chroma: test_processes.py
    and test_damage.py have it do so.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("archive.verify.problem_with", _problem_here)
        return store.verify().problems


def _problem_here(name: str, folder: Path, catalog_file: Path) -> str | None:
    check = {"keyword": check_keyword, "vectors": check_vectors}[name]
    with TemporaryDirectory() as elsewhere, closing(connect(catalog_file)) as connection:
        return check(shutil.copytree(folder, Path(elsewhere) / folder.name), connection)  # Chroma shares what is open
