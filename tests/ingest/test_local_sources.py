from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from archive.errors import UsageError
from ingest.document import Rejected, Skipped
from ingest.local_sources import Found, SourceFile, natural_key, walk
from ingest.progress import Meter
from ingest.source import sources_of


def walked(*sources: Path | str) -> list[Found]:
    seen: set[str] = set()
    return [item for source in sources for item in walk(str(source), seen, Meter())]


def found(*sources: Path | str) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    items = walked(*sources)
    return (
        [(item.file.source.rpartition("/")[2], item.format_name) for item in items if isinstance(item, SourceFile)],
        sorted(item.why for item in items if isinstance(item, Skipped)),
        [item.reason for item in items if isinstance(item, Rejected)],
    )


def test_a_folder_in_natural_order(tmp_path: Path) -> None:
    for name in ("part 10.txt", "part 2.txt", "b.md", "page.html", "a.jsonl", "README.md", "style.css", ".hidden.txt"):
        (tmp_path / name).write_text("Text.", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.txt").write_text("no", encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "z.txt.gz").write_bytes(gzip.compress(b"Text."))
    (tmp_path / "mirrored").write_text("<!DOCTYPE html><p>Hello", encoding="utf-8")
    (tmp_path / "misnamed.txt").write_text("<!doctype html><html><p>Hello", encoding="utf-8")
    (tmp_path / "letter.docx").write_bytes(b"PK")
    files, skipped, rejected = found(tmp_path)
    assert files == [
        ("a.jsonl", "jsonl"),
        ("b.md", "markdown"),
        ("mirrored", "html"),
        ("misnamed.txt", "html"),
        ("page.html", "html"),
        ("part 2.txt", "text"),
        ("part 10.txt", "text"),
        ("z.txt.gz", "text"),
    ]
    assert skipped == ["hidden", "hidden", "not an article", "not an article"]
    assert len(rejected) == 1 and ".docx files aren't read" in rejected[0]


def test_an_unknown_ending_is_opened_where_its_first_bytes_can_tell(tmp_path: Path) -> None:
    (tmp_path / "story.php?id=7").write_text("<!DOCTYPE html><p>Hello", encoding="utf-8")
    (tmp_path / "crawl.dat").write_bytes(b"WARC/1.0\r\n")
    (tmp_path / "notes.log").write_text("Text.", encoding="utf-8")
    (tmp_path / "data.cfg").write_text('{"a": 1}', encoding="utf-8")
    files, skipped, rejected = found(tmp_path)
    assert files == [("crawl.dat", "warc"), ("story.php?id=7", "html")]
    assert skipped == ["not an article"] * 2 and not rejected


def test_links_that_leave_the_folder_are_refused(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text("secret", encoding="utf-8")
    (inside / "a.txt").write_text("Text.", encoding="utf-8")
    (inside / "out.txt").symlink_to(outside / "secret.txt")
    (inside / "same.txt").symlink_to(inside / "a.txt")
    (inside / "gone.txt").symlink_to(inside / "nothing.txt")
    (inside / "folder").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    files, _, rejected = found(inside)
    assert files == [("a.txt", "text")]
    assert sorted(rejected) == [
        "a link that leaves the folder; name its target to read it.",
        "a link that leaves the folder; name its target to read it.",
        "a link to a file that isn't there.",
    ]
    # what the user names is read, link or not, and each file once
    assert found(inside / "out.txt", outside)[0] == [("secret.txt", "text")]


def test_globs_and_named_files(tmp_path: Path) -> None:
    for name in ("a1.txt", "a2.txt", "b.log"):
        (tmp_path / name).write_text("Text.", encoding="utf-8")
    assert [name for name, _ in found(tmp_path / "a*.txt")[0]] == ["a1.txt", "a2.txt"]
    assert found(tmp_path / "b.log")[0] == [("b.log", "text")]
    odd = tmp_path / "what [now]?.txt"
    odd.write_text("Text.", encoding="utf-8")
    assert found(odd)[0] == [(odd.name, "text")]


@pytest.mark.parametrize("source", ["ftp://post.example/feed", "https://127.1/", "no/such/file.txt", "no/such/*.txt"])
def test_what_cannot_be_read_is_said_before_anything_is(source: str) -> None:
    with pytest.raises(UsageError):
        sources_of([source])


def test_special_files_and_names_that_are_not_text(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.txt")).write_text("Text.", encoding="utf-8")
    files, _, rejected = found(tmp_path)
    assert len(files) == 1 and rejected == ["not a regular file."]
    (item,) = [item for item in walked(tmp_path) if isinstance(item, SourceFile)]
    item.file.source.encode("utf-8")
    assert item.file.source.endswith("bad\\xff.txt")


def test_natural_order_is_total() -> None:
    names = ["a10", "a9", "A9", "a", "10", "9", "a1b2", "²"]
    assert sorted(names, key=natural_key) == sorted(reversed(names), key=natural_key)
