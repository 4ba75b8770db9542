"""Damaged files are noticed, never searched, and rebuilt by the next writer. Older and newer catalogs; backups."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import archive.search
from archive.errors import ArchiveDamagedError, SchemaError
from archive.records import IndexStatus
from archive.schema import CATALOG_FILE, MIGRATIONS, SCHEMA_VERSION
from archive.store import ArchiveStore
from tests.archive.support import found, incoming, incoming_id, near, open_store


def index_status(store: ArchiveStore, name: str) -> IndexStatus:
    return next(index for index in store.status().indexes if index.name == name)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with enough vectors (over 1,000) for Chroma to have written its graph to files."""
    made = tmp_path_factory.mktemp("sound") / "archive"
    with open_store(made) as store:
        store.add([incoming(f"n{number}", f"Story {number} of the river. " * 100) for number in range(60)])
        store.embed_pending()
    return made


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "archive"))


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble(path: Path) -> None:
    path.write_bytes(bytes(255 - byte for byte in path.read_bytes()) + b"\xff" * 64)


@pytest.mark.parametrize(
    ("harm", "pattern"),
    [
        (truncate, "chroma.sqlite3"),
        (garble, "*/data_level0.bin"),
        (garble, "*/header.bin"),
        (Path.unlink, "*/index_metadata.pickle"),
    ],
)
def test_a_damaged_vector_index_is_noticed_and_rebuilt(
    folder: Path, pattern: str, harm: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive.search, "EXACT_UP_TO", 0)
    files = list((folder / "vectors-0001").glob(pattern))
    assert files
    for path in files:
        harm(path)
    with open_store(folder) as store:
        assert found(store, "story 7")[0] == incoming_id("n7")  # words serve
        assert near(store, "story", 1)  # exact scoring serves: no crash, nothing missing
        store._indexes.wait_for_checks()
        assert index_status(store, "vectors").state == "damaged"
        assert store.problems()
        store.add([incoming("later", "A later story.")])  # a writer of words doesn't wait for vectors
        store.repair()
        assert index_status(store, "vectors").state == "ready"
        store.embed_pending()
        assert near(store, "story", 99) and not store.problems()


@pytest.mark.parametrize(
    ("harm", "pattern"), [(Path.unlink, "meta.json"), (truncate, "*.term"), (garble, "*.idx"), (Path.unlink, "*.fast")]
)
def test_a_damaged_keyword_index_is_noticed_and_rebuilt(
    folder: Path, pattern: str, harm: Callable[[Path], None]
) -> None:
    for path in (folder / "keyword-0001").glob(pattern):
        harm(path)
    with open_store(folder) as store:
        found(store, "story")  # nothing or something, never a crash
        assert index_status(store, "keyword").state == "damaged"
        assert near(store, "story", 3)
        store.add([incoming("later", "A later story.")])
        assert found(store, "later story")[0] == incoming_id("later")
        assert index_status(store, "keyword").state == "ready"


def test_deleted_index_folders_come_back(folder: Path) -> None:
    for path in (*folder.glob("keyword-*"), *folder.glob("vectors-*")):
        shutil.rmtree(path)
    with open_store(folder, create=False) as store:
        assert near(store, "story 7", 1)
        store.repair()
        assert found(store, "story 7")[0] == incoming_id("n7")
        assert store.verify().problems == ()


def test_an_index_that_holds_less_than_the_catalog_is_noticed(folder: Path) -> None:
    """Files in order, but of another time: what a restored copy of an index folder looks like."""
    with open_store(folder) as store:
        index = store._indexes.keyword()
        assert index is not None
        index.replace([1, 2, 3], [])
    with open_store(folder) as store:
        report = store.verify()
        assert (
            len(report.problems) == 1 and "lacks 57 passages" in report.problems[0] and "rebuild" in report.problems[0]
        )
        assert store.repair() or index_status(store, "keyword").folder == "keyword-0002"
        assert store.verify().ok


def test_rebuilding_leaves_one_folder_of_each(folder: Path) -> None:
    (folder / "keyword-0009").mkdir()  # a killed rebuild's
    with open_store(folder) as store:
        store.rebuild()
        assert len(list(folder.glob("keyword-*"))) == len(list(folder.glob("vectors-*"))) == 1
        assert found(store, "story")


# --- the catalog itself -----------------------------------------------------------------------------------------------


def test_a_catalog_that_is_no_database_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / CATALOG_FILE).write_bytes(b"not a database" * 1000)
    with pytest.raises(ArchiveDamagedError, match="backissue backup"):
        ArchiveStore.open(tmp_path)


def test_a_newer_catalog_is_refused(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / CATALOG_FILE)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(SchemaError, match="newer Backissue"):
        open_store(tmp_path)


def test_an_older_catalog_is_migrated_after_a_backup(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / CATALOG_FILE)) as connection:  # a catalog of version 1, by hand
        connection.executescript(MIGRATIONS[0])
        connection.executescript(
            """
            INSERT INTO articles (number, article_id, identity, current, cluster) VALUES (1, 'old1', 'id:1', 1, 1);
            INSERT INTO versions VALUES (1, 1, 'bc56', 1, 738950, 738950, 2147483647, '', '2024-03-05T00:00:00+00:00',
                'An old headline', NULL, NULL, 'Tide', '[]', NULL, 'en', NULL, '2024-03-05', NULL, 'given', 1.0, 0,
                NULL, 'old.jsonl#1', NULL, '{}');
            INSERT INTO bodies VALUES (1, 'The old lighthouse.', NULL);
            INSERT INTO passages VALUES (1, 1, 0, 0, 19);
            INSERT INTO pending VALUES (738950, 1);
            INSERT INTO keyword_todo VALUES (1);
            PRAGMA user_version = 1;
            """
        )
        connection.commit()
    with open_store(tmp_path) as store:
        assert store.status().schema_version == SCHEMA_VERSION
        store.repair()
        assert found(store, "lighthouse") == ["old1"]
        assert store.embed_pending() == 1
        assert near(store, "lighthouse") == ["old1"]
    with closing(sqlite3.connect(tmp_path / f"catalog-before-schema-{SCHEMA_VERSION}.sqlite3")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (1,)
        assert copy.execute("SELECT text FROM bodies").fetchone() == ("The old lighthouse.",)


def test_a_failed_migration_leaves_the_old_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path) as store:
        store.add([incoming("a", "Text.")])
    monkeypatch.setattr(
        archive.schema, "MIGRATIONS", (*MIGRATIONS, "CREATE TABLE fine (x);\nCREATE TABLE meta (broken)")
    )
    monkeypatch.setattr(archive.schema, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    with pytest.raises(sqlite3.OperationalError):
        open_store(tmp_path)
    monkeypatch.undo()
    with open_store(tmp_path) as store:
        assert found(store, "text") == [incoming_id("a")]


def test_a_backup_made_while_writing_is_a_whole_archive(tmp_path: Path) -> None:
    with open_store(tmp_path / "one") as store:
        store.add([incoming(f"n{number}", f"Story {number} of the river.") for number in range(20)])
        store.embed_pending()
        with store._lock.held():  # somebody is writing: a backup needs no lock
            store.backup(tmp_path / "backup.sqlite3")
        store.add([incoming("later", "Story after the backup.")])
    (tmp_path / "two").mkdir()
    (tmp_path / "backup.sqlite3").rename(tmp_path / "two" / CATALOG_FILE)
    with open_store(tmp_path / "two", create=False) as restored:
        assert near(restored, "story 3", 1)
        restored.repair()
        assert len(found(restored, "story", where=None)) == 20
        assert restored.status().embedded == 20
        assert restored.verify().problems == ()
