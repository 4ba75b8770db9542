"""What was kept is read again with today's readers: text in place, edits stay, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import ingest.reclean
from archive.embedder import HashingEmbedder
from archive.errors import UnknownArticleError
from archive.store import ArchiveStore
from ingest import clean, normalize
from ingest.pipeline import IngestOptions
from ingest.pipeline import ingest as run
from ingest.prepare import media_type_of, raw_format_of
from ingest.readers import FORMATS
from ingest.reclean import RecleanOptions, reclean
from tests.archive.sound import problems_of
from tests.ingest.support import TODAY, InThisProcess, raw, record, story, write_jsonl

OPTIONS = IngestOptions(embed=True, passage_tokens=64, workers=0, today=TODAY)
AGAIN = RecleanOptions(passage_tokens=64, workers=0, today=TODAY)
LINE = "ZORBULATOR PROMO LINE"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ArchiveStore]:
    monkeypatch.setattr(ingest.reclean, "Workers", InThisProcess)
    records = [
        record(number, text=f"{story(number)}\n\n{LINE}" if number < 3 else story(number)) for number in range(5)
    ]
    with ArchiveStore.open(tmp_path / "archive", embedder=HashingEmbedder(), create=True) as opened:
        run(opened, [str(write_jsonl(tmp_path / "in.jsonl", records))], options=OPTIONS)
        yield opened


@pytest.fixture
def better(monkeypatch: pytest.MonkeyPatch) -> None:
    """Today's cleaning knows one line more."""
    known = clean.clean_text

    def cleaned(text: str, *arguments: object, **options: object) -> str:
        return known(text.replace(LINE, ""), *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(normalize, "clean_text", cleaned)
    monkeypatch.setattr(ingest.reclean, "readers_edition", lambda: "better")
    monkeypatch.setattr("ingest.prepare.readers_edition", lambda: "better")


def test_the_text_is_replaced_in_place_and_everything_follows(store: ArchiveStore, better: None) -> None:
    url = "https://post.example/2024/story-1"
    store.edit(url, {"title": "By hand"})
    store.embed_pending()
    before = store.passages_of(url)
    report = reclean(store, options=AGAIN)
    assert dict(report.outcomes) == {"changed": 3, "unchanged": 2} and dict(report.changed) == {"text": 3}
    article = store.article(url)
    assert (article.text, article.title) == (story(1), "By hand")
    assert len(store.versions(url)) == 1 and article.raw is None
    assert [passage.text for passage in store.passages_of(url)] == [
        article.text[passage.start : passage.end] for passage in store.passages_of(url)
    ]
    assert all(store.passage(passage.passage_id) is None for passage in before)  # to nothing, rather than other words
    assert store.keyword_search("zorbulator", 5) == []
    assert store.pending_count == 0 and 0 < report.embedded < len(before) * 3  # what says the same keeps its vector
    assert problems_of(store) == ()
    assert dict(reclean(store, options=AGAIN).outcomes) == {"done before": 5}


def test_a_dry_run_changes_nothing_and_names_may_be_given(store: ArchiveStore, better: None) -> None:
    dry = RecleanOptions(dry_run=True, passage_tokens=64, today=TODAY)
    report = reclean(store, ["https://post.example/2024/story-1"], options=dry)
    assert report.as_json()["changed"] == [
        {"article_id": store.article("https://post.example/2024/story-1").article_id, "fields": ["text"]}
    ]
    assert LINE in store.article("https://post.example/2024/story-1").text
    assert reclean(store, outlet="the post", options=dry).versions == 5
    with pytest.raises(UnknownArticleError):
        reclean(store, ["nobody"], options=dry)


def test_stopped_it_goes_on(store: ArchiveStore, better: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest.reclean, "_BATCH", 2)
    pressed: list[int] = []
    report = reclean(
        store, options=AGAIN, on_progress=lambda *_: pressed.append(1), should_stop=lambda: len(pressed) > 0
    )
    assert report.interrupted and report.versions == 2
    assert dict(reclean(store, options=AGAIN).outcomes) == {"done before": 2, "changed": 1, "unchanged": 2}


def test_what_cannot_be_read_any_more_keeps_its_text(store: ArchiveStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(normalize, "clean_text", lambda text: "" if "story 2 " in text else text)
    report = reclean(store, options=RecleanOptions(again=True, passage_tokens=64, today=TODAY))
    assert report.outcomes["failed"] == 1 and "no text" in report.failed[0][1]
    assert story(2) in store.article("https://post.example/2024/story-2").text


def test_what_a_later_record_corrected_is_not_undone(store: ArchiveStore, better: None, tmp_path: Path) -> None:
    corrected = record(1, text=f"{story(1)}\n\n{LINE}", title="Corrected", modified="2024-12-01", id="other")
    run(store, [str(write_jsonl(tmp_path / "later.jsonl", [corrected]))], options=OPTIONS)
    assert store.article("https://post.example/2024/story-1").title == "Corrected"
    reclean(store, options=AGAIN)
    article = store.article("https://post.example/2024/story-1")
    assert (article.text, article.title, article.external_id) == (story(1), "Corrected", "other")


def test_ingesting_the_same_file_with_better_cleaning_makes_no_versions(
    store: ArchiveStore, better: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.prepare.RECIPE", 99)
    report = run(store, [str(tmp_path / "in.jsonl")], options=OPTIONS)
    assert dict(report.outcomes) == {"updated": 3, "unchanged": 2}
    assert store.status().versions == 5 and store.keyword_search("zorbulator", 5) == []


@pytest.mark.parametrize("format_name", FORMATS)
def test_how_an_input_is_to_be_read_is_kept_with_it(format_name: str) -> None:
    document = raw("{}", format_name)
    found, encoding, damaged = raw_format_of(media_type_of(document), document.content)
    assert (encoding, damaged) == ("", False)
    assert FORMATS[found].parse is FORMATS[format_name].parse


def test_an_input_kept_by_an_older_backissue_is_told_by_its_content() -> None:
    assert raw_format_of("application/xml", b"<nitf><body/></nitf>")[0] == "nitf"
    assert raw_format_of("application/xml", b"<newsItem/>")[0] == "newsml"
    assert raw_format_of(None, json.dumps(record(1)).encode())[0] in {"json", "jsonl"}
    assert raw_format_of("application/json; format=nonsense; charset=cp1252; damaged=yes", b"{}") == (
        "text", "cp1252", True
    )  # fmt: skip
