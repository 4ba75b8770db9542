"""The catalog's tables, and how an older catalog becomes today's.

Days are proleptic ordinals (``date.toordinal``). A version is *live* while searches without an as-of day show it; it is
valid from ``valid_from`` (inclusive) to ``valid_until`` (exclusive). What an index still has to be told stands in
``keyword_todo`` and ``vector_todo``: written in the transaction that changes the catalog, struck out when the index has
committed, so that a killed process leaves a list and not a doubt.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from archive.errors import ArchiveDamagedError, ArchiveError, SchemaError

OPEN_END = 2**31 - 1  # valid_until of the version that is valid still
CATALOG_FILE = "catalog.sqlite3"

_VERSION_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL UNIQUE,
    identity TEXT NOT NULL UNIQUE,
    external_id TEXT,
    url TEXT,
    current INTEGER,
    cluster INTEGER,
    signature BLOB,
    length INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL DEFAULT 'published'
);
CREATE INDEX articles_external_id ON articles (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX articles_url ON articles (url) WHERE url IS NOT NULL;
CREATE INDEX articles_cluster ON articles (cluster);
CREATE TABLE versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    live INTEGER NOT NULL,
    day INTEGER,
    valid_from INTEGER,
    valid_until INTEGER NOT NULL,
    rank TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    title TEXT NOT NULL,
    external_id TEXT,
    url TEXT,
    outlet TEXT,
    authors TEXT NOT NULL,
    section TEXT,
    language TEXT,
    kind TEXT,
    published TEXT,
    modified TEXT,
    date_source TEXT NOT NULL,
    date_confidence REAL NOT NULL,
    partial INTEGER NOT NULL,
    correction TEXT,
    source TEXT NOT NULL,
    raw_media_type TEXT,
    extra TEXT NOT NULL,
    UNIQUE (article, hash)
);
CREATE INDEX versions_day ON versions (live, day, article);
CREATE TABLE bodies (
    version INTEGER PRIMARY KEY REFERENCES versions (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    raw BLOB
);
CREATE TABLE labels (
    kind TEXT NOT NULL, key TEXT NOT NULL,
    version INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    PRIMARY KEY (kind, key, version)
) WITHOUT ROWID;
CREATE INDEX labels_version ON labels (version);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version INTEGER NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    UNIQUE (version, number)
);
CREATE TABLE vectors (key INTEGER PRIMARY KEY, vector BLOB NOT NULL);
CREATE TABLE vector_partitions (partition INTEGER PRIMARY KEY, changed INTEGER NOT NULL);
CREATE TABLE pending (day INTEGER NOT NULL, passage INTEGER NOT NULL, PRIMARY KEY (day, passage)) WITHOUT ROWID;
CREATE TABLE keyword_todo (article INTEGER PRIMARY KEY);
CREATE TABLE vector_todo (passage INTEGER PRIMARY KEY);
CREATE TABLE bands (band INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (band, article)) WITHOUT ROWID;
CREATE TABLE ledger (key TEXT PRIMARY KEY, article_id TEXT NOT NULL, outcome TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE tombstones (
    digest TEXT PRIMARY KEY, article_id TEXT NOT NULL, reason TEXT NOT NULL, removed_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE indexes (
    name TEXT PRIMARY KEY, folder TEXT NOT NULL, state TEXT NOT NULL,
    writes INTEGER NOT NULL, entries INTEGER NOT NULL, fingerprint TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES ('generation', 1);
"""

# Two processes may embed at once: each claims what it works on. A takedown looks through side folders, too.
_VERSION_2 = """
CREATE TABLE claims (passage INTEGER PRIMARY KEY, process_id INTEGER NOT NULL, at REAL NOT NULL);
CREATE INDEX ledger_article ON ledger (article_id);
CREATE TABLE side_folders (folder TEXT PRIMARY KEY) WITHOUT ROWID;
"""

# What was fetched from the web, so that the next night asks only for what is new.
_VERSION_3 = """
CREATE TABLE fetched (
    url TEXT PRIMARY KEY, final_url TEXT NOT NULL, etag TEXT NOT NULL, last_modified TEXT NOT NULL,
    digest BLOB NOT NULL, fetched_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX fetched_final_url ON fetched (final_url);
"""

# One text may be valid several times (A, B, A), so versions are no longer unique by their hash. A version spans the
# readings from `rank` to `last_rank`; `since` is the day of the first of them, where the source told it. What its
# sender withholds or puts under embargo is `held`: 1 until `release_at` (UTC), 2 until further notice. `given` keeps
# what the source says of fields that were edited by hand; `credit` names the agency whose story it is.
_VERSION_4 = """
CREATE TABLE versions_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    live INTEGER NOT NULL,
    day INTEGER,
    valid_from INTEGER,
    valid_until INTEGER NOT NULL,
    rank TEXT NOT NULL,
    last_rank TEXT NOT NULL,
    since TEXT,
    seen_at TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'usable',
    release_at TEXT,
    held INTEGER NOT NULL DEFAULT 0,
    title TEXT NOT NULL,
    external_id TEXT,
    url TEXT,
    outlet TEXT,
    authors TEXT NOT NULL,
    section TEXT,
    language TEXT,
    kind TEXT,
    published TEXT,
    modified TEXT,
    date_source TEXT NOT NULL,
    date_confidence REAL NOT NULL,
    partial INTEGER NOT NULL,
    correction TEXT,
    source TEXT NOT NULL,
    raw_media_type TEXT,
    extra TEXT NOT NULL,
    given TEXT NOT NULL DEFAULT '{}',
    signature BLOB,
    credit TEXT,
    wire INTEGER NOT NULL DEFAULT 0,
    prepared_by TEXT
);
INSERT INTO versions_new (
    id, article, hash, live, day, valid_from, valid_until, rank, last_rank, since, seen_at, title, external_id, url,
    outlet, authors, section, language, kind, published, modified, date_source, date_confidence, partial, correction,
    source, raw_media_type, extra, signature
) SELECT v.id, v.article, v.hash, v.live, v.day, v.valid_from, v.valid_until, v.rank, v.rank, substr(v.modified, 1, 10),
    v.seen_at, v.title, v.external_id, v.url, v.outlet, v.authors, v.section, v.language, v.kind, v.published,
    v.modified, v.date_source, v.date_confidence, v.partial, v.correction, v.source, v.raw_media_type, v.extra,
    CASE WHEN a.current = v.id THEN a.signature END
  FROM versions v JOIN articles a ON a.number = v.article ORDER BY v.id;
DROP TABLE versions;
ALTER TABLE versions_new RENAME TO versions;
CREATE INDEX versions_day ON versions (live, day, article);
CREATE INDEX versions_article ON versions (article, hash);
CREATE INDEX versions_held ON versions (release_at) WHERE held = 1;
ALTER TABLE articles ADD COLUMN status_rank TEXT NOT NULL DEFAULT '';
CREATE INDEX articles_hidden ON articles (status) WHERE status != 'published';
CREATE TABLE edits (
    article INTEGER NOT NULL REFERENCES articles (number) ON DELETE CASCADE,
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    edited_at TEXT NOT NULL,
    PRIMARY KEY (article, field)
) WITHOUT ROWID;
"""

# Short lines by digest, in how many articles and stories of an outlet they stood: see ``repeated_lines``.
_VERSION_5 = """
CREATE TABLE outlet_counts (outlet TEXT PRIMARY KEY, articles INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE outlet_lines (
    outlet TEXT NOT NULL, digest INTEGER NOT NULL, articles INTEGER NOT NULL, stories INTEGER NOT NULL,
    known INTEGER NOT NULL, PRIMARY KEY (outlet, digest)
) WITHOUT ROWID;
CREATE INDEX outlet_lines_known ON outlet_lines (outlet, digest) WHERE known;
"""

MIGRATIONS: tuple[str, ...] = (_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4, _VERSION_5)
SCHEMA_VERSION = len(MIGRATIONS)


def connect(file: Path) -> sqlite3.Connection:
    """A connection in autocommit mode (transactions are explicit), usable from any one thread at a time."""
    connection = sqlite3.connect(file, timeout=60, isolation_level=None, check_same_thread=False)
    connection.executescript(
        "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -16000;"
        "PRAGMA temp_store = MEMORY;"
    )
    return connection


def create_catalog(file: Path) -> None:
    """Write an empty catalog of today's schema. The caller holds the writer's lock."""
    with closing(connect(file)) as connection:
        connection.execute("PRAGMA page_size = 8192")
        connection.execute("PRAGMA journal_mode = WAL")
        _apply(connection, 0)


def schema_version(file: Path) -> int:
    """The version written in the catalog. Raises ArchiveDamagedError when the file is no SQLite database."""
    try:
        with closing(connect(file)) as connection:
            version: int = connection.execute("PRAGMA user_version").fetchone()[0]
            tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
            if not tables:
                raise sqlite3.DatabaseError("it is empty")  # a new catalog is never seen before it has its tables
            return version
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and ("readonly" in str(error) or "unable to" in str(error)):
            raise ArchiveError(
                f"{file} cannot be opened ({error}). Reading needs the right to write to the folder, too: "
                "check its permissions, or copy the folder to a place of your own."
            ) from error
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise ArchiveError(
                f"{file} is locked by another program: {error}. Try again when it has finished."
            ) from error
        raise ArchiveDamagedError(
            f"{file} cannot be read ({error}). Put a file written by `backissue backup` in its place; "
            "the indexes are rebuilt from it."
        ) from error


def needs_migration(file: Path) -> bool:
    """Whether the catalog is older than this program. Raises SchemaError when it is newer."""
    version = schema_version(file)
    if version > SCHEMA_VERSION:
        raise SchemaError(
            f"The archive was written by a newer Backissue (schema {version}, this one knows {SCHEMA_VERSION}). "
            "Update Backissue to open it."
        )
    return version < SCHEMA_VERSION


def migrate(file: Path) -> Path | None:
    """Bring an older catalog up to date, after a copy beside it; returns the copy. The caller holds the lock."""
    version = schema_version(file)
    if version >= SCHEMA_VERSION:
        return None
    copy = file.with_name(f"{file.stem}-before-schema-{SCHEMA_VERSION}.sqlite3")
    with closing(connect(file)) as connection:
        copy_catalog(connection, copy)
        connection.execute("PRAGMA journal_mode = WAL")
        _apply(connection, version)
    return copy


def copy_catalog(
    connection: sqlite3.Connection, target: Path, finish: Callable[[sqlite3.Connection], None] = lambda copy: None
) -> None:
    """Copy the whole catalog to one file while it is in use; ``target`` appears only when the copy is complete.

    ``finish`` gets the copy before that.
    """
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(unfinished)) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            finish(copy)
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)  # half a copy of the whole archive, where no takedown would look
        raise


def _apply(connection: sqlite3.Connection, version: int) -> None:
    connection.execute("PRAGMA foreign_keys = OFF")  # replacing a table would delete what belongs to its rows
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in script.split(";\n"):
                if statement.strip():
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
    connection.execute("PRAGMA foreign_keys = ON")
