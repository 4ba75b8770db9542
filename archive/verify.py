"""Is everything as it should be? The long check behind `backissue verify`: catalog, passages, vectors, both indexes."""

from __future__ import annotations

import sqlite3

import numpy as np

from archive.article_rows import text_hash
from archive.catalog import Catalog
from archive.counts import plural
from archive.index_check import problem_with
from archive.records import VerifyReport
from archive.soundness import KEYWORD, VECTORS
from archive.vectors import STORED

_REBUILD = "run `backissue rebuild`"
_RESTORE = "restore a backup"


def verify_archive(catalog: Catalog) -> VerifyReport:
    """Check everything against everything. Reads the whole catalog; searches and writing go on meanwhile."""
    problems: list[str] = []
    checked: dict[str, int] = {}
    with catalog.reading() as connection:
        connection.execute("BEGIN")
        problems += [f"the catalog is damaged ({row}): {_RESTORE}." for row in _integrity(connection)]
        problems += [f"{row}: {_RESTORE}." for row in _texts(connection, checked)]
        problems += [f"{row}: {_RESTORE}." for row in _vectors(connection, checked)]
        connection.execute("COMMIT")
    for name in (KEYWORD, VECTORS):
        record = catalog.index_record(name)
        if record is None:
            continue
        folder = catalog.file.parent / record.folder
        problem = problem_with(name, folder, catalog.file) if folder.is_dir() or record.entries else None
        now = catalog.index_record(name)
        if problem is not None and now == record:
            problems.append(f"{problem}: {_REBUILD}.")
        checked[f"{name} index entries"] = record.entries
    return VerifyReport(tuple(problems), checked)


def _integrity(connection: sqlite3.Connection) -> list[str]:
    rows = [row[0] for row in connection.execute("PRAGMA integrity_check(10)") if row[0] != "ok"]
    orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(10)
    return rows + [f"a row of {table} belongs to nothing in {parent}" for table, _, parent, _ in orphans]


def _texts(connection: sqlite3.Connection, checked: dict[str, int]) -> list[str]:
    problems = []
    versions = passages = 0
    for version, article_id, expected, text in connection.execute(
        "SELECT v.id, a.article_id, v.hash, b.text FROM versions v JOIN articles a ON a.number = v.article "
        "LEFT JOIN bodies b ON b.version = v.id"
    ):
        versions += 1
        if text is None or text_hash(text) != expected:
            problems.append(f"the text of article {article_id} isn't the one that was kept")
            continue
        spans = connection.execute('SELECT start, "end" FROM passages WHERE version = ?', (version,)).fetchall()
        passages += len(spans)
        if any(not 0 <= start < end <= len(text) for start, end in spans):
            problems.append(f"a passage of article {article_id} lies outside its text")
    lost = connection.execute(
        "SELECT article_id FROM articles WHERE (current IS NULL AND status = 'published') "
        "OR (current IS NOT NULL AND current NOT IN (SELECT id FROM versions WHERE held = 0))"
    )
    problems += [f"article {row[0]} has no version that answers" for row in lost]
    checked |= {"articles": connection.execute("SELECT count(*) FROM articles").fetchone()[0]}
    checked |= {"versions": versions, "passages": passages}
    return problems


def _vectors(connection: sqlite3.Connection, checked: dict[str, int]) -> list[str]:
    count = strange = 0
    for (vector,) in connection.execute("SELECT vector FROM vectors"):
        length = float(np.linalg.norm(np.frombuffer(vector, STORED).astype(np.float32)))
        strange += not 0.98 < length < 1.02
        count += 1
    checked["vectors"] = count
    query = (
        "SELECT count(*) FROM passages p JOIN versions v ON v.id = p.version WHERE NOT EXISTS "
        "(SELECT 1 FROM vectors x WHERE x.key = ((ifnull(v.day, -1) + 1) << 32 | p.id)) "
        "AND NOT EXISTS (SELECT 1 FROM pending d WHERE d.day = ifnull(v.day, -1) AND d.passage = p.id)"
    )
    lost = connection.execute(query).fetchone()[0]
    problems = [f"{plural(strange, 'vector is', 'vectors are')} not of length 1"] if strange else []
    if lost:
        problems.append(f"{plural(lost, 'passage')} without a vector that nothing is going to embed")
    return problems
