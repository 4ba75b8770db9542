"""A backup holds what nothing can rebuild, and gives it back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.backup import is_backup
from archive.schema import CATALOG_FILE
from tests.archive.support import found, incoming, open_store

ALIASES = '[aliases]\n"Tarn Courier" = ["TC"]\n'


def put(folder: Path, name: str, content: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(content, encoding="utf-8")


@pytest.fixture
def backed_up(tmp_path: Path) -> Path:
    """A backup of an archive with files beside it, put where it is to be restored."""
    folder = tmp_path / "one"
    with open_store(folder) as store:
        store.add([incoming("a", "A story of the river.")])
        put(folder, "outlets.toml", ALIASES)
        put(folder, "questions/own.jsonl", '{"question": "Which river?"}\n')
        put(folder, "runs/monday/run.json", "{}")
        put(folder, "cache/reply", "made again by itself")
        (folder / "conversations").mkdir()
        with closing(sqlite3.connect(folder / "conversations" / "conversations.sqlite3")) as chats:
            chats.execute("PRAGMA journal_mode = WAL")
            chats.execute("CREATE TABLE turns (text)")
            chats.execute("INSERT INTO turns VALUES ('And before that?')")
            chats.commit()  # it still lies in the write-ahead log
            report = store.backup(tmp_path / "backup.sqlite3")
    assert (report.files, report.left_out) == (4, ())
    (tmp_path / "two").mkdir()
    return (tmp_path / "backup.sqlite3").rename(tmp_path / "two" / CATALOG_FILE).parent


def test_a_backup_lays_out_what_lay_beside_the_catalog(backed_up: Path) -> None:
    with open_store(backed_up, create=False) as restored:
        restored.repair()
        assert found(restored, "river")
        assert restored.outlet_names().problems or not restored.problems()  # the file is read
    assert (backed_up / "outlets.toml").read_text(encoding="utf-8") == ALIASES
    assert (backed_up / "questions" / "own.jsonl").is_file() and (backed_up / "runs" / "monday" / "run.json").is_file()
    assert not (backed_up / "cache").exists()
    with closing(sqlite3.connect(backed_up / "conversations" / "conversations.sqlite3")) as chats:
        assert chats.execute("SELECT text FROM turns").fetchall() == [("And before that?",)]
    assert not is_backup(backed_up / CATALOG_FILE)  # a takedown would have to look through it as well
    assert b"before that" not in (backed_up / CATALOG_FILE).read_bytes()


def test_what_is_there_already_stays(backed_up: Path) -> None:
    put(backed_up, "outlets.toml", "# newer\n")
    with open_store(backed_up, create=False):
        assert (backed_up / "outlets.toml").read_text(encoding="utf-8") == "# newer\n"


@pytest.mark.parametrize("name", ["../escaped", "/escaped", "questions/../../escaped", "app.py", "vectors-0001/x"])
def test_a_backup_writes_nothing_elsewhere(backed_up: Path, name: str) -> None:
    with closing(sqlite3.connect(backed_up / CATALOG_FILE)) as catalog:
        catalog.execute("INSERT INTO files_beside VALUES (?, ?)", (name, b"x"))
        catalog.commit()
    with open_store(backed_up, create=False):
        pass
    assert not list(backed_up.parent.rglob("*escaped*")) and not (backed_up / "app.py").exists()
    assert not (backed_up / "vectors-0001" / "x").exists()


def test_a_backup_of_nothing_but_a_catalog_is_one_too(tmp_path: Path) -> None:
    with open_store(tmp_path / "one") as store:
        store.add([incoming("a", "A story of the river.")])
        assert store.backup(tmp_path / "backup.sqlite3").files == 0
