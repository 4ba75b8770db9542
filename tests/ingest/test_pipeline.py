from __future__ import annotations

import gzip
import itertools
import json
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from archive.article import Article
from archive.embedder import HashingEmbedder
from archive.errors import UsageError
from archive.records import AddResult, IncomingArticle
from archive.store import ArchiveStore
from ingest.document import Rejected
from ingest.given import Given
from ingest.pipeline import IngestOptions, ingest
from ingest.report import IngestReport
from ingest.source import Source, SourceKind
from tests.archive.sound import problems_of
from tests.ingest.support import REPOSITORY, SCRAPE, TODAY, record, story, write_jsonl

OPTIONS = IngestOptions(embed=False, passage_tokens=64, workers=1, today=TODAY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArchiveStore]:
    with ArchiveStore.open(tmp_path / "archive", embedder=HashingEmbedder(), create=True) as opened:
        yield opened


def outcomes(report: IngestReport) -> dict[str, int]:
    return {name: count for name, count in report.as_json()["outcomes"].items() if count}


def test_the_sample_goes_in_whole_and_is_unchanged_the_second_time(store: ArchiveStore) -> None:
    source = str(REPOSITORY / "sample" / "articles")
    first = ingest(store, [source], options=OPTIONS)
    assert first.rejected == []
    assert outcomes(first)["added"] == 73 and outcomes(first)["updated"] == 2
    second = ingest(store, [source], options=OPTIONS)
    assert outcomes(second) == {"unchanged": 75}
    for article in store.articles():
        for passage in store.passages_of(article.article_id):
            assert article.text[passage.start : passage.end] == passage.text


def test_the_report_has_the_shape_that_is_promised(store: ArchiveStore, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(record(1)) + "\n{broken\n" + json.dumps(record(1)) + "\n", encoding="utf-8")
    (tmp_path / "scrape.txt").write_text(SCRAPE, encoding="utf-8")
    progress: list[tuple[str, int, int | None]] = []
    report = ingest(
        store,
        [str(path), str(tmp_path / "scrape.txt")],
        options=OPTIONS,
        on_progress=lambda *call: progress.append(call),
    )
    value = json.loads(json.dumps(report.as_json()))
    assert set(value) == {
        *(
            "outcomes",
            "copies",
            "partial",
            "embargoed",
            "withheld",
            "rejected",
            "rejected_by_reason",
            "skipped",
            "notes",
            "notes_by_reason",
            "web",
            "embedded",
        ),
        *("interrupted", "dry_run", "seconds"),
    }
    assert value["outcomes"] == {"added": 2, "updated": 0, "unchanged": 1, "shorter": 0, "removed": 0, "rejected": 1}
    assert [(row["source"], row["line"]) for row in value["rejected"]] == [(str(path), 2)]
    assert set(value["rejected"][0]) == {"source", "line", "reason"}
    assert report.documents == 4 and progress[-1][:2] == ("articles", 4)


def test_searchable_when_it_returns_and_embedded_after(store: ArchiveStore, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "in.jsonl", [record(n) for n in range(5)])
    ingest(store, [str(path)], options=OPTIONS)
    assert any(hit.article.external_id == "s-3" for hit in store.keyword_search("vote number 302", 5))
    assert store.status().embedded == 0
    stages: list[str] = []
    report = ingest(
        store,
        [str(path)],
        options=IngestOptions(today=TODAY, workers=1),
        on_progress=lambda stage, done, total: stages.append(stage),
    )
    assert report.embedded == store.status().embedded == store.status().passages > 0
    assert stages[-1] == "embed"


def test_versions_answer_by_their_modification_whatever_the_order_of_reading(tmp_path: Path) -> None:
    versions = [
        record(1),
        record(1, text=story(1) + "\n\nUpdated once.", modified="2024-06-01T10:00:00Z"),
        record(1, text=story(1) + "\n\nUpdated twice.", modified="2024-06-02T10:00:00Z"),
    ]
    for number, order in enumerate(itertools.permutations(range(3))):
        with ArchiveStore.open(tmp_path / f"archive{number}", create=True) as store:
            for position in order:
                path = write_jsonl(tmp_path / f"{number}-{position}.jsonl", [versions[position]])
                ingest(store, [str(path)], options=OPTIONS)
            (article,) = store.articles()
            assert article.text.endswith("Updated twice."), order
            assert len(store.versions(article.article_id)) == 3
            again = ingest(store, [str(tmp_path / f"{number}-*.jsonl")], options=OPTIONS)
            assert outcomes(again) == {"unchanged": 3}


def test_a_dry_run_writes_nothing_and_foresees_the_outcomes(store: ArchiveStore, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "in.jsonl", [record(1), record(2), record(2), record(2, text="Something new.")])
    dry = IngestOptions(dry_run=True, today=TODAY)
    generation = store.generation
    foreseen = ingest(store, [str(path)], options=dry)
    assert outcomes(foreseen) == {"added": 2, "unchanged": 1, "updated": 1}
    assert store.generation == generation and store.status().articles == 0
    assert outcomes(ingest(None, [str(path)], options=dry)) == outcomes(foreseen)
    assert outcomes(ingest(store, [str(path)], options=OPTIONS)) == outcomes(foreseen)
    assert outcomes(ingest(store, [str(path)], options=dry)) == {"unchanged": 4}


def test_a_dry_run_foresees_takedowns_copies_and_changed_records(store: ArchiveStore, tmp_path: Path) -> None:
    from archive.removal_selection import RemovalSelector

    path = write_jsonl(tmp_path / "in.jsonl", [record(number) for number in range(1, 5)])
    ingest(store, [str(path)], options=OPTIONS)
    store.remove(RemovalSelector(names=("s-1",)), "court order")
    write_jsonl(
        path,
        [
            record(1, note="sent again"),  # taken down
            record(2, section="Harbour"),  # the same text, and something new about it
            record(3, note="nothing that is shown"),
            record(4, text=story(4) + "\n\nCorrected."),
            record(4, text=story(4) + "\n\nCorrected.", note="twice in this run"),
            record(12, text=story(2), outlet="The Echo", published="2024-03-03"),  # a copy of what is there
            record(7),
            record(17, text=story(7), outlet="The Echo", published="2024-08-08"),  # a copy of what would be
        ],
    )
    dry = replace(OPTIONS, dry_run=True)
    generation = store.generation
    foreseen = ingest(store, [str(path)], options=dry)
    assert store.generation == generation
    done = ingest(store, [str(path)], options=OPTIONS)
    assert outcomes(foreseen) == outcomes(done) == {"added": 3, "updated": 2, "unchanged": 2, "removed": 1}
    assert foreseen.copies == done.copies == 2


def test_ctrl_c_during_a_write_waits_for_it_and_counts_it(
    store: ArchiveStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = store.add

    def pressed_meanwhile(batch: Sequence[IncomingArticle]) -> list[AddResult]:
        os.kill(os.getpid(), signal.SIGINT)
        return add(batch)

    path = write_jsonl(tmp_path / "in.jsonl", [record(n) for n in range(20)])
    with monkeypatch.context() as patch:
        patch.setattr(store, "add", pressed_meanwhile)
        report = ingest(store, [str(path)], options=OPTIONS)
    assert report.interrupted and outcomes(report) == {"added": 20} and store.count_articles() == 20
    assert outcomes(ingest(store, [str(path)], options=OPTIONS)) == {"unchanged": 20}


def test_rejections_are_grouped_and_listed_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.report.MOST_ROWS", 3)
    report = IngestReport()
    for number in range(5):
        report.reject(
            Rejected("/in/a.jsonl", number, f"not valid JSON at column {number * 1000}: Expecting ',' delimiter.")
        )
    value = report.as_json()
    assert value["outcomes"]["rejected"] == report.documents == 5 and len(value["rejected"]) == 3
    assert value["rejected_by_reason"] == {"not valid JSON at column …: Expecting … delimiter.": 5}


def test_columns_and_names_are_mapped_and_what_is_missing_is_filled(store: ArchiveStore, tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text(f'Kop,Artikel,title\nHaven open,"{story(1)}",x\n', encoding="utf-8")
    lines = write_jsonl(tmp_path / "b.jsonl", [{"meta": {"kop": "Brug dicht"}, "artikel": story(2), "taal": "nl"}])
    like = Source(
        SourceKind.PATH,
        "",
        mapping={"Kop": "title", "Artikel": "text", "meta.kop": "title", "artikel": "text"},
        given=Given(outlet="De Haven", language="en"),
    )
    report = ingest(store, [replace(like, where=str(path)) for path in (table, lines)], options=OPTIONS)
    assert report.rejected[0].reason.startswith("there is no column")  # a table says at once what it lacks
    of_table = replace(like, where=str(table), mapping={"Kop": "title", "Artikel": "text"})
    ingest(store, [of_table], options=OPTIONS)
    found = {article.title: (article.outlet, article.language) for article in store.articles()}
    assert set(found) == {"Haven open", "Brug dicht"}
    assert found["Haven open"] == ("De Haven", "en")


def test_a_library_that_fails_on_one_file_doesnt_stop_the_next(
    store: ArchiveStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of all things")

    (tmp_path / "a.csv").write_text("title,text\nx,y\n", encoding="utf-8")
    write_jsonl(tmp_path / "b.jsonl", [record(1)])
    monkeypatch.setattr("ingest.readers.table.named_columns", failing)
    report = ingest(store, [str(tmp_path / "*.*")], options=OPTIONS)
    assert outcomes(report) == {"added": 1, "rejected": 1}
    assert "ZeroDivisionError: of all things" in report.rejected[0].reason


def test_many_articles_through_child_processes(store: ArchiveStore, tmp_path: Path) -> None:
    records = [record(n) for n in range(220)]
    path = tmp_path / "in.jsonl.gz"
    path.write_bytes(gzip.compress("".join(json.dumps(item) + "\n" for item in records).encode()))
    report = ingest(store, [str(path)], options=OPTIONS)
    assert outcomes(report) == {"added": 220}
    found = {article.external_id: article for article in store.articles()}
    assert set(found) == {f"s-{n}" for n in range(220)}
    assert all(found[f"s-{n}"].text == story(n) for n in range(0, 220, 23))


def test_ctrl_c_leaves_a_consistent_archive_and_the_same_command_goes_on(
    store: ArchiveStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pipeline._WRITE_BATCH", 100)
    path = write_jsonl(tmp_path / "in.jsonl", [record(n) for n in range(300)])

    def stop(stage: str, done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    report = ingest(store, [str(path)], options=OPTIONS, on_progress=stop)
    assert report.interrupted
    kept = store.status().articles
    assert 0 < kept < 300 and report.documents == kept
    second = ingest(store, [str(path)], options=replace(OPTIONS, embed=True, workers=0))
    assert outcomes(second) == {"added": 300 - kept, "unchanged": kept}
    assert problems_of(store) == ()


def test_a_removed_article_is_counted_and_stays_out(store: ArchiveStore, tmp_path: Path) -> None:
    from archive.removal_selection import RemovalSelector

    path = write_jsonl(tmp_path / "in.jsonl", [record(1), record(2)])
    ingest(store, [str(path)], options=OPTIONS)
    store.remove(RemovalSelector(names=("s-1",)), "court order")
    write_jsonl(path, [record(1, note="sent again"), record(2)])
    assert outcomes(ingest(store, [str(path)], options=OPTIONS)) == {"removed": 1, "unchanged": 1}
    assert outcomes(ingest(store, [str(path)], options=OPTIONS)) == {"removed": 1, "unchanged": 1}
    assert [article.external_id for article in store.articles()] == ["s-2"]


def test_what_is_exported_is_read_back(store: ArchiveStore, tmp_path: Path) -> None:
    from archive.export import article_as_json

    (tmp_path / "scrape.txt").write_text(SCRAPE, encoding="utf-8")
    path = write_jsonl(tmp_path / "in.jsonl", [record(1, desk="a", authors=["Ann Lee"]), record(2, published=None)])
    ingest(store, [str(path), str(tmp_path / "scrape.txt")], options=OPTIONS)
    exported = write_jsonl(tmp_path / "out.jsonl", [article_as_json(article) for article in store.articles()])

    def told(article: Article) -> tuple[object, ...]:
        day = article.published.iso() if article.published else None
        return (article.title, article.text, article.outlet, article.url, day, article.date_source, article.authors)

    with ArchiveStore.open(tmp_path / "other", create=True) as other:
        report = ingest(other, [str(exported)], options=OPTIONS)
        assert outcomes(report) == {"added": 3}
        assert sorted(map(told, other.articles()), key=str) == sorted(map(told, store.articles()), key=str)


def test_nothing_is_read_when_a_source_cannot_be(store: ArchiveStore, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "in.jsonl", [record(1)])
    with pytest.raises(UsageError):
        ingest(store, [str(path), str(tmp_path / "nothing")], options=OPTIONS)
    assert store.status().articles == 0


def test_asked_to_stop_it_writes_what_is_in_hand_and_goes_on_another_time(
    store: ArchiveStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.pipeline._WRITE_BATCH", 100)
    path = write_jsonl(tmp_path / "in.jsonl", [record(n) for n in range(320)])
    told: list[int] = []
    report = ingest(
        store,
        [str(path)],
        options=OPTIONS,
        on_progress=lambda stage, done, total: told.append(done),
        should_stop=lambda: bool(told),
    )
    assert report.interrupted and 0 < report.documents < 320
    assert len(list(store.articles())) == report.outcomes["added"] == report.documents
    rest = ingest(store, [str(path)], options=replace(OPTIONS, workers=0))
    assert not rest.interrupted and rest.outcomes["unchanged"] == report.documents
    assert len(list(store.articles())) == 320


def test_stopped_while_embedding_the_articles_are_there(store: ArchiveStore, tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "in.jsonl", [record(n) for n in range(200)])
    embedding: list[int] = []

    def on_progress(stage: str, done: int, total: int | None) -> None:
        if stage == "embed":
            embedding.append(done)

    options = replace(OPTIONS, embed=True, workers=0)
    report = ingest(store, [str(path)], options=options, on_progress=on_progress, should_stop=lambda: bool(embedding))
    assert report.interrupted and report.outcomes["added"] == 200
    assert 0 < report.embedded == store.status().embedded < store.status().passages


def test_a_file_that_lies_there_for_the_moment_has_a_name_of_its_own(store: ArchiveStore, tmp_path: Path) -> None:
    for folder in ("one", "two"):  # the same upload, twice
        place = tmp_path / folder / "0"
        place.parent.mkdir()
        place.write_text(SCRAPE, encoding="utf-8")
        source = Source(SourceKind.PATH, str(place), called="upload/abc/crane.txt")
        report = ingest(store, [source], options=OPTIONS)
    assert outcomes(report) == {"unchanged": 1}
    (article,) = store.articles()
    assert article.source == "upload/abc/crane.txt" and article.external_id == "crane.txt"
    assert str(tmp_path) not in article.identity
    place.write_bytes(b"")
    report = ingest(store, [source], options=OPTIONS)
    assert [row.source for row in report.rejected] == ["upload/abc/crane.txt"]
