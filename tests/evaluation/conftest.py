"""One small archive for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archive.store import ArchiveStore
from tests.evaluation.support import small_archive


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveStore]:
    with small_archive(tmp_path_factory.mktemp("archive")) as opened:
        yield opened
