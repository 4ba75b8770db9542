"""A takedown removes an article from everything, proves it, and keeps it out."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
import time
import zlib
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import archive.schema
from archive.article import Article
from archive.errors import ArchiveError, UnknownArticleError, UsageError
from archive.fetch_log import FetchRecord
from archive.index_check import fingerprint
from archive.records import LinePlace, ShortLines, Standing
from archive.removed_mentions import Mentions
from archive.scan import Needles, fragments_of, scan_for
from archive.side_files import redact
from archive.status import size_of
from archive.store import ArchiveStore, Outcome, RemovalSelector
from archive.takedown import condemn
from tests.archive.sound import problems_of
from tests.archive.support import found, incoming, incoming_id, near, open_store, random_signature

SECRET = (
    "Ottilie Wrangelmeier embezzled from the Quastenflosser foundation, neighbours alleged without any proof. "
    "The prosecutor at Brackwede dropped every charge in the spring, and asked that her name be forgotten. "
) * 3
EARLIER = "Ottilie Wrangelmeier is being investigated, says the Brackwede prosecutor, for Quastenflosser embezzlement."


QUOTED = Article("abcdefghij", "x", "", "one two three four five six seven eight nine ten", url="https://x.example/1")


def fill(folder: Path) -> ArchiveStore:
    store = open_store(folder)
    signature = random_signature(1).tobytes()
    store.add([incoming("libel", EARLIER, outlet="Tide", external_id="T-1", raw=EARLIER.encode(), signature=signature)])
    store.add(
        [
            incoming("libel", SECRET, outlet="Tide", external_id="T-1", modified="2024-03-06", raw=SECRET.encode()),
            incoming("wire", "A harmless text of the wire.", outlet="Wire", signature=random_signature(2).tobytes()),
            *(incoming(f"n{n}", f"River story {n}. " * 40, outlet="Post", ledger_key=f"k{n}") for n in range(40)),
        ]
    )
    store.embed_pending()
    return store


def needles_of(store: ArchiveStore, name: str) -> Needles:
    with store._catalog.reading() as connection:
        return condemn(connection, [store._catalog.number_of(name)]).needles


def test_nothing_of_a_removed_article_is_left_in_any_file(tmp_path: Path) -> None:
    store = fill(tmp_path)
    (tmp_path / f"catalog-before-schema-{archive.schema.SCHEMA_VERSION}.sqlite3").write_bytes(
        (tmp_path / "catalog.sqlite3").read_bytes() + SECRET.encode()
    )
    needles = needles_of(store, "T-1")
    assert needles.vectors is not None and len(needles.fragments) > 5
    before = scan_for(tmp_path, needles)
    holding = {name.split("/")[0] for name, fragment in before.found if fragment}
    assert holding >= {"catalog.sqlite3"} or holding >= {"catalog.sqlite3-wal"}
    assert any(name.startswith("vectors-") for name, fragment in before.found if not fragment)
    assert store.document_frequency(["Quastenflosser"]) != {"Quastenflosser": 0}

    report = store.remove(RemovalSelector(names=("T-1",)), "court order 7")

    assert [(item.article_id, item.external_id, item.versions) for item in report.removed] == [
        (incoming_id("libel"), "T-1", 2)
    ]
    assert report.left == () and report.terms_looked_up > 3
    assert report.proof is not None and report.proof.files > 5 and report.proof.needles > 5
    after = scan_for(tmp_path, needles)
    assert after.found == ()
    for word in ("Quastenflosser", "Wrangelmeier", "Brackwede"):
        assert store.document_frequency([word]) == {word: 0}
        assert not any(word.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert found(store, "Quastenflosser prosecutor") == []
    assert incoming_id("libel") not in near(store, "prosecutor embezzlement", 99)
    with pytest.raises(UnknownArticleError):
        store.article("T-1")
    assert store.status().articles == 41 and store.status().tombstones == 1
    assert problems_of(store) == ()
    store.close()


def test_what_was_removed_stays_out_and_is_counted(tmp_path: Path) -> None:
    with fill(tmp_path) as store:
        store.remove(RemovalSelector(names=("https://news.example/libel", incoming_id("n3"))), "test")
        again = [
            incoming("libel", SECRET, outlet="Tide"),  # the same URL and text
            incoming("libel", "A rewritten text.", outlet="Tide", modified="2025-01-01"),  # the URL
            incoming("moved", EARLIER.upper(), outlet="TIDE"),  # the text of an old version, from that outlet
            incoming("other", SECRET, outlet="Other"),  # another outlet's print is another article
        ]
        assert [result.outcome for result in store.add(again)] == [Outcome.REMOVED] * 3 + [Outcome.ADDED]
        assert store.ledger_lookup(["k3"])["k3"].outcome is Outcome.REMOVED
        report = store.remove(RemovalSelector(names=("https://news.example/libel",)), "again")
        assert report.removed == () and report.already_removed == ("https://news.example/libel",)


def test_a_dry_run_says_what_would_go_and_lists_known_copies(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        signature = random_signature(5).tobytes()
        store.add([incoming("a", "A" * 300, outlet="Tide", signature=signature)])
        store.add([incoming("b", "A" * 300, outlet="Wire", signature=signature)])
        generation = store.generation
        report = store.remove(RemovalSelector(outlet="tide"), "test", dry_run=True)
        assert report.dry_run and report.proof is None
        assert [item.article_id for item in report.removed] == [incoming_id("a")]
        assert [copy.article_id for copy in report.removed[0].copies] == [incoming_id("b")]
        assert store.generation == generation and store.count_articles() == 2
        done = store.remove(RemovalSelector(outlet="tide"), "test")
        assert done.left == ()  # the copy prints the same words, and stays
        assert store.count_articles() == 1


def test_selecting_by_query_takes_every_word(tmp_path: Path) -> None:
    with fill(tmp_path) as store:
        report = store.remove(RemovalSelector(query='Wrangelmeier "neighbours alleged"'), "test", dry_run=True)
        assert [item.article_id for item in report.removed] == [incoming_id("libel")]
        assert store.remove(RemovalSelector(query="prosecutor river"), "test", dry_run=True).removed == ()
        # an older version's words count, too
        assert store.remove(RemovalSelector(query="investigated"), "test", dry_run=True).removed
        with pytest.raises(UsageError, match="Say what to remove"):
            store.remove(RemovalSelector(), "test")
        with pytest.raises(UnknownArticleError):
            store.remove(RemovalSelector(names=("no-such",)), "test")


def test_a_query_reaches_what_may_not_be_seen(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        hidden = replace(incoming("secret", SECRET), embargoed_until=datetime.now(UTC) + timedelta(days=2))
        withheld = replace(incoming("pulled", SECRET.upper()), standing=Standing.WITHHELD)
        other = replace(incoming("other", "A prosecutor, and no more."), standing=Standing.WITHHELD)
        store.add([hidden, withheld, other, incoming("seen", SECRET)])
        for query in ("wrangelmeier prosecutor", '"ottilie wrangelmeier" charge'):
            report = store.remove(RemovalSelector(query=query), "test", dry_run=True)
            assert {item.article_id for item in report.removed} == {
                incoming_id(n) for n in ("secret", "pulled", "seen")
            }
        assert store.remove(RemovalSelector(query='"prosecutor wrangelmeier"'), "test", dry_run=True).removed == ()


def test_a_query_finds_nothing_only_where_there_is_nothing(tmp_path: Path) -> None:
    with fill(tmp_path) as store:
        store._indexes.note_failure("keyword", OSError("a damaged file"))
        with pytest.raises(ArchiveError, match="backissue rebuild"):
            store.remove(RemovalSelector(query="Wrangelmeier"), "test", dry_run=True)


def test_what_was_removed_is_known_by_its_address_however_spelt(tmp_path: Path) -> None:
    with fill(tmp_path) as store:
        store.remove(RemovalSelector(names=("T-1",)), "test")
        again = store.remove(RemovalSelector(names=("http://www.news.example/libel/",)), "again", dry_run=True)
        assert again.already_removed == ("http://www.news.example/libel/",)


def test_what_quotes_the_article_is_removed_with_it(tmp_path: Path) -> None:
    archive_folder, outside = tmp_path / "archive", tmp_path / "run-7"
    with fill(archive_folder) as store:
        identifier = incoming_id("libel")
        quoted = "the prosecutor at Brackwede dropped every charge in the spring"
        conversations = archive_folder / "conversations"
        conversations.mkdir()
        outside.mkdir()
        (conversations / "one.json").write_text(
            json.dumps(
                {
                    "title": "A talk",
                    "messages": [
                        {"role": "user", "content": "What of the river?"},
                        {"role": "assistant", "content": f"It says: “{quoted}” [1]"},
                        {"role": "assistant", "content": "The river rose.", "sources": [{"article_id": "aaaa"}]},
                        {"role": "assistant", "content": "Paraphrased.", "sources": [{"article_id": identifier}]},
                    ],
                }
            )
        )
        (conversations / "two.json").write_text('{"messages": [{"role": "user", "content": "hello"}]}')
        lines = [{"id": 1, "retrieved": [{"passage_id": f"{identifier}.ab12cd.0"}]}, {"id": 2, "retrieved": []}]
        (outside / "questions.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
        (outside / "report.html").write_text(f"<p>{quoted}</p>")
        store.register_side_folder(outside)
        report = store.remove(RemovalSelector(names=(identifier,)), "test")
    assert {Path(name).name: done for name, done in report.side_files} == {
        "one.json": "2 records removed",
        "questions.jsonl": "1 record removed",
        "report.html": "deleted",
    }
    messages = json.loads((conversations / "one.json").read_text())["messages"]
    assert [message.get("removed") for message in messages] == [None, identifier, None, identifier]
    assert messages[1]["role"] == "assistant" and "Brackwede" not in json.dumps(messages)
    assert [json.loads(line)["id"] for line in (outside / "questions.jsonl").read_text().splitlines()[1:]] == [2]
    assert not (outside / "report.html").exists()


def test_redacting_leaves_other_files_as_they_are(tmp_path: Path) -> None:
    mentions = Mentions.of([QUOTED])
    for name, content in {
        "a.json": '{"x": ["one two three four five six seven"]}',
        "b.jsonl": '{"text": "two words"}\n\nno json\n',
        "c.bin": "\udcff\udcfe",
    }.items():
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8", "surrogateescape"))
        assert redact(path, mentions) is None
        assert path.read_bytes() == content.encode("utf-8", "surrogateescape")


def test_a_table_loses_the_rows_that_quote_and_keeps_the_others_as_they_are(tmp_path: Path) -> None:
    mentions = Mentions.of([QUOTED])
    table = tmp_path / "set.csv"
    kept = 'id;question;answer\r\n1;"Which\none?";"a ""good"" one"\r\n'
    table.write_bytes((kept + '2;Who?;"says\none two three four five six seven eight"\r\n3;abcdefghij;x\r\n').encode())
    assert redact(table, mentions) == "2 records removed"
    assert table.read_bytes() == kept.encode()
    assert redact(table, mentions) is None
    broken = tmp_path / "broken.tsv"
    broken.write_text('id\tquestion\n1\t"abcdefghij\n')
    assert redact(broken, mentions) == "deleted" and not broken.exists()


# --- the scan itself --------------------------------------------------------------------------------------------------


def test_the_scan_finds_what_is_planted_anywhere(tmp_path: Path) -> None:
    generator = np.random.default_rng(3)
    vector = generator.standard_normal((1, 64)).astype(np.float32)
    vector /= np.linalg.norm(vector)
    noise = generator.bytes(5_000_000)
    needles = Needles(tuple(fragments_of(SECRET, 20)), vector)
    stored = vector.astype(np.float16)
    plants = {
        "plain.bin": noise[:4_194_290] + SECRET.encode() + noise[:1000],  # across the border of two chunks
        "packed.gz": gzip.compress(b"x" * 1000 + SECRET.encode()),
        "half.bin": noise[:1001] + stored.tobytes() + noise[:77],
    }
    rescaled = stored.astype(np.float32) / np.linalg.norm(stored.astype(np.float32))
    plants["single.bin"] = noise[:4_194_200] + rescaled.tobytes()
    for name, content in plants.items():
        (tmp_path / name).write_bytes(content)
    with closing(sqlite3.connect(tmp_path / "values.db")) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("INSERT INTO t VALUES (?)", (zlib.compress(SECRET.encode()),))
        connection.commit()
    (tmp_path / "clean.bin").write_bytes(noise)
    report = scan_for(tmp_path, needles)
    assert {name for name, fragment in report.found if fragment} == {"plain.bin", "packed.gz", "values.db"}
    assert {name for name, fragment in report.found if not fragment} == {"half.bin", "single.bin"}
    assert report.files == 6


def test_the_scan_reads_databases_whatever_the_folder_is_called(tmp_path: Path) -> None:
    folder = tmp_path / "50% of #1?"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "values.db")) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("INSERT INTO t VALUES (?)", (zlib.compress(SECRET.encode()),))
        connection.commit()
    assert {name for name, _ in scan_for(folder, Needles(tuple(fragments_of(SECRET, 20)))).found} == {"values.db"}


class VanishingPath(type(Path())):  # type: ignore[misc]
    """A file that is gone between being listed and being looked at."""

    def is_file(self) -> bool:
        found: bool = super().is_file()
        if found and self.name == "gone":
            self.unlink()
        return found


def test_files_that_vanish_meanwhile_stop_neither_scan_nor_fingerprint_nor_status(tmp_path: Path) -> None:
    (tmp_path / "here").write_text(SECRET)
    (tmp_path / "gone").write_text(SECRET)
    assert [name for name, _ in scan_for(VanishingPath(tmp_path), Needles((SECRET[:40].encode(),))).found] == ["here"]
    alone = fingerprint(tmp_path)
    (tmp_path / "gone").write_text(SECRET)
    assert fingerprint(VanishingPath(tmp_path)) == alone
    (tmp_path / "gone").write_text(SECRET)
    assert size_of(VanishingPath(tmp_path)) == len(SECRET)


class VanishingFolders(type(Path())):  # type: ignore[misc]
    """Folders of which all are gone once a file in one has been looked at."""

    def is_file(self) -> bool:
        found: bool = super().is_file()
        if found and self.parent.name != "root":
            for folder in self.parent.parent.iterdir():
                shutil.rmtree(folder)
        return found


def test_folders_that_vanish_meanwhile_stop_neither_scan_nor_fingerprint_nor_status(tmp_path: Path) -> None:
    def folders() -> Path:
        for name in ("vectors-0001", "vectors-0002", "keyword-0001"):
            (tmp_path / "root" / name).mkdir(parents=True)
            (tmp_path / "root" / name / "part").write_text(SECRET)
        return VanishingFolders(tmp_path / "root")

    assert scan_for(folders(), Needles((SECRET[:40].encode(),))).found == ()
    assert fingerprint(folders()) == ""
    assert size_of(folders()) == 0


def test_an_address_and_an_outlet_from_before_an_edit_are_forgotten_too(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        old, lines = "https://news.example/the-whole-scandal", ShortLines("tide", 1, ((77, LinePlace.BELOW),))
        article = incoming("the-whole-scandal", SECRET, outlet="Tide")
        store.add([replace(article, short_lines=lines)])
        store.fetch_log.remember(FetchRecord(old, old, '"v1"', "", b"x", datetime.now(UTC)))
        store.edit(old, {"url": "https://news.example/s", "outlet": "The Tide"})
        (tmp_path / "conversations").mkdir()
        (tmp_path / "conversations" / "one.jsonl").write_text(json.dumps({"text": f"see {old}"}) + "\n")
        report = store.remove(RemovalSelector(names=(incoming_id("the-whole-scandal"),)), "test")
        assert report.side_files == (("conversations/one.jsonl", "1 record removed"),)
        assert store.fetch_log.recall(old) is None
        with store._catalog.reading() as connection:
            assert connection.execute("SELECT count(*) FROM outlet_lines").fetchone() == (0,)
    assert not any(b"whole-scandal" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_pages_that_a_reader_keeps_from_being_overwritten_are_so_by_the_next_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.purge._CHECKPOINT_SECONDS", 0.05)
    with fill(tmp_path) as store, closing(sqlite3.connect(tmp_path / "catalog.sqlite3")) as reader:
        reader.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        began = time.monotonic()
        report = store.remove(RemovalSelector(names=("T-1",)), "test")
        assert any("Somebody reads the archive as it was before" in note for note in report.notes) and report.left
        store.add([incoming("later", "Something else that happened since.")])
        assert time.monotonic() - began < 30, "nobody waits for the reader as long as SQLite would: a minute"
        assert store._catalog.meta("purge") is not None
        reader.execute("COMMIT")
        store.repair()
        assert not any(b"Quastenflosser" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert store._catalog.meta("purge") is None
