"""What a takedown does to the files beside the archive, record by record."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.article import Article
from archive.removed_mentions import Mentions
from archive.side_files import redact
from archive.store import RemovalSelector
from tests.archive.support import incoming, incoming_id, open_store

WORDS = "one two three four five six seven eight nine ten"
ARTICLE = Article(
    article_id="abcdefghij23",
    identity="x",
    title="",
    text=f"{WORDS}. The toll was nineteen.",
    url="https://x.example/news/1",
    external_id="X-101",
)


def redacted(folder: Path, name: str, content: str) -> tuple[str | None, str]:
    """What was done to a file with that content, and what it holds then."""
    path = folder / name
    path.write_bytes(content.encode())
    done = redact(path, Mentions.of([ARTICLE]))
    return done, path.read_bytes().decode() if path.exists() else ""


def lines(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x1e"])
def test_a_record_with_any_line_separator_in_it_stays_whole(tmp_path: Path, separator: str) -> None:
    other = {"id": 2, "text": f"a{separator}b"}
    done, left = redacted(tmp_path, "rows.jsonl", lines({"id": 1, "article_id": ARTICLE.article_id}, other, {"id": 3}))
    assert done == "1 record removed"
    assert [json.loads(line) for line in left.split("\n") if line] == [
        {"removed": ARTICLE.article_id},
        other,
        {"id": 3},
    ]


@pytest.mark.parametrize(
    "text",
    [
        "https://x.example/news/1",
        "http://www.x.example/news/1/",
        "see https://x.example/news/1.",
        "(https://x.example/news/1)",
        "https://x.example/news/1?utm_source=mail",
        "https://x.example/news/1#top",
    ],
)
def test_an_address_counts_however_it_is_written(tmp_path: Path, text: str) -> None:
    assert redacted(tmp_path, "rows.jsonl", lines({"text": text}))[0] == "1 record removed"


@pytest.mark.parametrize(
    "text",
    [
        "https://x.example/news/12",
        "https://x.example/news/1/comments",
        "https://x.example/news/1.html",
        "https://x.example/news/1-a-sequel",
        "https://not-x.example/news/1",
        "https://m.x.example/news/1",
    ],
)
def test_an_address_that_only_begins_or_ends_like_it_is_another_article_s(tmp_path: Path, text: str) -> None:
    assert redacted(tmp_path, "rows.jsonl", lines({"text": text}))[0] is None


def test_a_question_that_names_it_by_its_source_s_id_goes(tmp_path: Path) -> None:
    kept = {"id": "X-101", "question": "Which?", "relevant": ["X-1012"]}
    done, left = redacted(
        tmp_path,
        "set.jsonl",
        lines({"id": "a", "relevant": ["X-101"]}, {"id": "b", "grades": {"X-101": 2}}, kept),
    )
    assert done == "2 records removed" and json.loads(left.splitlines()[2]) == kept
    table = "id,question,relevant\n1,Who?,X-7|X-101\nX-101,What?,X-7\n"
    assert redacted(tmp_path, "set.csv", table) == ("1 record removed", "id,question,relevant\nX-101,What?,X-7\n")


def test_a_question_goes_with_a_short_fact_of_the_article(tmp_path: Path) -> None:
    done, left = redacted(
        tmp_path,
        "set.jsonl",
        lines(
            {"id": "a", "facts": ["The toll was  NINETEEN."]},
            {"id": "b", "facts": ["The toll was twenty."]},
            {"id": "c", "facts": ["nineteen"], "question": "Was the toll nineteen?"},  # too little to be a quotation
        ),
    )
    assert done == "1 record removed"
    assert [json.loads(line).get("id") for line in left.splitlines()] == [None, "b", "c"]
    table = "id\tquestion\tfact\n1\tWho?\tthe toll was nineteen\n2\tWhat?\ttoll\n"
    assert redacted(tmp_path, "set.tsv", table) == ("1 record removed", "id\tquestion\tfact\n2\tWhat?\ttoll\n")


def test_a_fact_that_another_article_holds_too_stays(tmp_path: Path) -> None:
    mentions = Mentions.of([ARTICLE], is_printed_elsewhere=lambda fact: fact == "the toll was nineteen")
    path = tmp_path / "set.jsonl"
    path.write_text(lines({"id": "a", "facts": ["The toll was nineteen."]}))
    assert redact(path, mentions) is None


def test_a_table_without_row_numbers_is_redacted_too(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (key TEXT, part INTEGER, value TEXT, PRIMARY KEY (key, part)) WITHOUT ROWID")
        connection.executemany("INSERT INTO t VALUES ('k', ?, ?)", [(1, WORDS), (2, "other words")])
        connection.commit()
    assert redact(path, Mentions.of([ARTICLE])) == "1 record removed"
    with closing(sqlite3.connect(path)) as connection:
        values = [row[0] for row in connection.execute("SELECT value FROM t ORDER BY part")]
    assert values == ["[removed with an article that was taken down]", "other words"]


def test_a_file_that_has_just_gone_is_no_trouble(tmp_path: Path) -> None:
    assert redact(tmp_path / "gone.jsonl", Mentions.of([ARTICLE])) is None


def test_the_report_of_a_run_goes_with_a_row_of_it(tmp_path: Path) -> None:
    run = tmp_path / "archive" / "runs" / "monday"
    with open_store(tmp_path / "archive") as store:
        store.add([incoming("libel", "The toll was nineteen, it said.", external_id="L-1")])
        store.add([incoming("other", "The toll was twenty, it said.", external_id="O-1")])
        run.mkdir(parents=True)
        (run / "question_set.jsonl").write_text(lines({"id": "a", "facts": ["The toll was nineteen"]}))
        (run / "report.html").write_text("<p>The toll was <mark>nineteen</mark></p>")
        report = store.remove(RemovalSelector(names=("L-1",)), "test")
    assert dict(report.side_files) == {
        "runs/monday/question_set.jsonl": "1 record removed",
        "runs/monday/report.html": "deleted",
    }


def test_what_the_scan_still_finds_of_it_in_a_side_file_goes(tmp_path: Path) -> None:
    quoted = "Ottilie Wrangelmeier embezzled Quastenflosser foundation"  # seven words at most, but no chance likeness
    with open_store(tmp_path / "archive") as store:
        store.add([incoming("libel", f"{quoted}. So it was said by neighbours of hers in the spring of that year.")])
        questions = tmp_path / "archive" / "questions"
        questions.mkdir()
        (questions / "set.jsonl").write_text(lines({"id": "a", "question": f"{quoted}?"}, {"id": "b"}))
        report = store.remove(RemovalSelector(names=(incoming_id("libel"),)), "test")
        assert report.left == ()
        assert (questions / "set.jsonl").read_text() == lines({"removed": incoming_id("libel")}, {"id": "b"})


def test_what_the_scan_still_finds_is_filed_under_the_article_whose_it_is(tmp_path: Path) -> None:
    own = "Ottilie Wrangelmeier embezzled Quastenflosser foundation"
    shared = "Municipal waterworks commissioners postponed tramway electrification"  # which another article prints, too
    with open_store(tmp_path / "archive") as store:
        store.add([incoming("first", "Brackwede council met in the spring of that year and went home again early.")])
        store.add([incoming("libel", f"{own}. So it was said by neighbours of hers in the spring of that year.")])
        store.add([incoming("dull", f"{shared}. Nobody at the meeting of the town had expected any other thing.")])
        store.add([incoming("stays", f"{shared}, and the Courier has it from three of those who sat there.")])
        questions = tmp_path / "archive" / "questions"
        questions.mkdir()
        (questions / "set.jsonl").write_text(lines({"question": f"{own}?"}, {"question": f"{shared}?"}))
        names = tuple(incoming_id(name) for name in ("first", "libel", "dull"))
        report = store.remove(RemovalSelector(names=names), "test")
        assert report.left == ()
        expected = lines({"removed": incoming_id("libel")}, {"question": f"{shared}?"})
        assert (questions / "set.jsonl").read_text() == expected


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("half.json", '{"answer": "' + WORDS),
        ("one.json", json.dumps({"answer": WORDS, "kept": "x"})),
        ("by-name.json", json.dumps({ARTICLE.article_id: ["x"], "kept": ["x"]})),
        ("open.csv", f'id,fact\n1,"{WORDS}\n2,x\n'),
        ("rows.csv", "note,more\none two three four five\nsix,seven eight nine ten\n"),  # over two rows
        ("notes.txt", f"so it said: {WORDS}"),
    ],
)
def test_what_cannot_be_taken_apart_goes_whole_and_stays_where_nothing_is_quoted(
    tmp_path: Path, name: str, content: str
) -> None:
    assert redacted(tmp_path, name, content) == ("deleted", "")
    harmless = content.replace("three", "3").replace("seven", "7").replace(ARTICLE.article_id, "another")
    assert redacted(tmp_path, name, harmless) == (None, harmless)


def test_what_is_no_text_goes_whole_too(tmp_path: Path) -> None:
    path = tmp_path / "cache.bin"
    path.write_bytes(b"\xff\xfe\x00" + WORDS.encode())
    assert redact(path, Mentions.of([ARTICLE])) == "deleted" and not path.exists()
