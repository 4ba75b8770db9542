"""Whether an index holds what the catalog says: asked in a child process, since damaged files can crash the asker.

Run as ``python -m archive.index_check keyword|vectors FOLDER CATALOG``; prints one JSON object.
"""

from __future__ import annotations

import hashlib
import json
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from archive.counts import plural
from archive.files_below import files_below
from archive.schema import connect
from archive.vectors import vectors_for_index

if TYPE_CHECKING:
    from archive.vector_index import VectorIndex

_SECONDS = 300
_PROBES = 32
_PROBES_THAT_MAY_MISS = 2  # the search is approximate


def fingerprint(folder: Path) -> str:
    """Names, sizes and times of all files: equal to what was noted after the last clean write, or something happened.

    Chroma's SQLite file counts without its time, since opening it is enough to change that. (A write to it that was cut
    short does no harm: what was to be written still stands on the catalog's list.)
    """
    lines = []
    for path in sorted(files_below(folder)):
        if path.name.startswith(".") or path.name.endswith((".lock", "-journal", "-wal", "-shm")):
            continue
        try:
            status = path.stat()
        except FileNotFoundError:
            continue  # a writer has just deleted it: the fingerprint is none that was noted, and is taken again
        changed = 0 if path.suffix == ".sqlite3" else status.st_mtime_ns
        lines.append(f"{path.relative_to(folder)} {status.st_size} {changed}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def problem_with(name: str, folder: Path, catalog_file: Path) -> str | None:
    """What is wrong with the index of that name ("keyword" or "vectors"), in a sentence; None when it is sound."""
    if not folder.is_dir():
        return f"{folder.name} is missing"
    home = str(Path(__file__).resolve().parents[1])  # the child's folder, so relative paths would lead elsewhere
    command = [sys.executable, "-m", "archive.index_check", name, str(folder.resolve()), str(catalog_file.resolve())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, cwd=home, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return f"opening {folder.name} took longer than {_SECONDS} seconds"
    if done.returncode < 0:
        return f"opening {folder.name} crashed ({signal.Signals(-done.returncode).name})"
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
        return f"{folder.name} cannot be opened: {last[0][:200]}"
    problem: str | None = json.loads(done.stdout.splitlines()[-1])["problem"]
    return problem


def check_keyword(folder: Path, connection: sqlite3.Connection) -> str | None:
    """Compare the passages in the keyword index with those in the catalog, changes under way left out."""
    from archive.keyword_index import KeywordIndex

    held = KeywordIndex(folder).passages()
    wanted = {
        row[0]
        for row in connection.execute(
            "SELECT p.id FROM passages p JOIN versions v ON v.id = p.version WHERE v.held = 0"
        )
    }
    moving = {
        row[0]
        for row in connection.execute(
            "SELECT p.id FROM passages p JOIN versions v ON v.id = p.version "
            "JOIN keyword_todo t ON t.article = v.article"
        )
    }
    missing = wanted - held.keys() - moving
    articles_moving = {row[0] for row in connection.execute("SELECT article FROM keyword_todo")}
    surplus = {passage for passage, article in held.items() if passage not in wanted and article not in articles_moving}
    return _difference(folder, missing, surplus)


def check_vectors(folder: Path, connection: sqlite3.Connection) -> str | None:
    """Compare the ids in the vector index with the catalog, and let some vectors find themselves."""
    from archive.vector_index import VectorIndex

    if not any(folder.iterdir()):  # empty until the first vector is made
        return _compare_vectors(folder, connection, None)
    with closing(VectorIndex(folder)) as index:
        return _compare_vectors(folder, connection, index)


def _compare_vectors(folder: Path, connection: sqlite3.Connection, index: VectorIndex | None) -> str | None:
    held = index.ids() if index is not None else set()
    live = {
        row[0]
        for row in connection.execute(
            "SELECT p.id FROM vectors x JOIN passages p ON p.id = (x.key & 4294967295) "
            "JOIN versions v ON v.id = p.version WHERE v.live = 1"
        )
    }
    moving = {row[0] for row in connection.execute("SELECT passage FROM vector_todo")}
    problem = _difference(folder, live - held - moving, held - live - moving)
    if problem is not None or index is None:
        return problem
    settled = sorted((live & held) - moving)
    probes = random.Random(len(settled)).sample(settled, min(_PROBES, len(settled)))  # noqa: S311 (no secret)
    ids, _, matrix, _ = vectors_for_index(connection, probes)
    lost = 0
    for vector in matrix:
        nearest = index.search(vector / max(float(np.linalg.norm(vector)), 1e-9), 3)
        lost += not nearest or nearest[0][1] < 0.999
    if lost > _PROBES_THAT_MAY_MISS:
        return f"{folder.name}: {lost} of {len(ids)} vectors tried don't find themselves"
    return None


def _difference(folder: Path, missing: set[int], surplus: set[int]) -> str | None:
    if not missing and not surplus:
        return None
    return f"{folder.name} lacks {plural(len(missing), 'passage')} and holds {len(surplus)} that the catalog doesn't"


def main() -> None:
    """Check the index named on the command line."""
    name, folder, catalog_file = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    with closing(connect(catalog_file)) as connection:
        connection.execute("BEGIN")
        problem = (check_keyword if name == "keyword" else check_vectors)(folder, connection)
    sys.stdout.write(json.dumps({"problem": problem}) + "\n")


if __name__ == "__main__":
    main()
