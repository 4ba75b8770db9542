"""The files under a folder in which others write, delete and make folders meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def files_below(folder: Path) -> Iterator[Path]:
    """Every file, at whatever depth; a folder that is gone before it is looked into has none.

    ``Path.rglob`` raises then. A file may be gone, too, by the time it is opened.
    """
    for root, _, names in os.walk(folder):
        place = folder / Path(root).relative_to(folder)
        yield from (path for name in names if (path := place / name).is_file())
