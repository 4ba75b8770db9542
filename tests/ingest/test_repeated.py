from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from archive.records import LinePlace
from archive.repeated_lines import repeats
from archive.store import ArchiveStore, RemovalSelector
from ingest.pipeline import IngestOptions, ingest
from ingest.reclean import RecleanOptions, reclean
from ingest.repeated import digest_of, short_lines, without_repeated
from tests.ingest.support import TODAY, article_of, story

OPTIONS = IngestOptions(embed=False, passage_tokens=64, workers=0, today=TODAY)
FOOT = "The Harbour Post is printed on pier four"
CALL = "Write to the harbour desk: desk@post.example"


def line_record(number: int, *, outlet: str = "Harbour Post", foot: str = FOOT, text: str | None = None) -> str:
    body = text or story(number)
    return json.dumps(
        {"id": f"{outlet}-{number}", "outlet": outlet, "title": f"Headline {number}", "text": f"{body}\n\n{foot}"}
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArchiveStore]:
    with ArchiveStore.open(tmp_path / "archive", create=True) as opened:
        yield opened


def read(store: ArchiveStore, folder: Path, name: str, lines: list[str]) -> None:
    file = folder / f"{name}.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    ingest(store, [str(file)], options=OPTIONS)


def text_of(store: ArchiveStore, identifier: str) -> str:
    return store.article(identifier).text


def test_a_line_under_many_stories_is_learned_and_dropped_from_the_next_ones(
    store: ArchiveStore, tmp_path: Path
) -> None:
    read(store, tmp_path, "monday", [line_record(number) for number in range(12)])
    assert FOOT in text_of(store, "Harbour Post-3")
    read(
        store,
        tmp_path,
        "tuesday",
        [
            line_record(20),
            line_record(21, foot="The harbour post is printed on pier 5."),
            line_record(1, outlet="Herald"),
        ],
    )
    assert text_of(store, "Harbour Post-20") == article_of({"text": story(20)}).text
    assert "pier 5" in text_of(store, "Harbour Post-21")  # a finished sentence: more is asked of it
    assert FOOT in text_of(store, "Herald-1")


def test_recleaning_takes_it_out_of_what_came_before(store: ArchiveStore, tmp_path: Path) -> None:
    read(store, tmp_path, "monday", [line_record(number) for number in range(12)])
    options = RecleanOptions(embed=False, passage_tokens=64, workers=1, today=TODAY)
    assert reclean(store, options=options).outcomes["changed"] == 12
    assert FOOT not in text_of(store, "Harbour Post-3")
    assert len(store.versions("Harbour Post-3")) == 1
    assert reclean(store, options=options).outcomes == {"done before": 12}


def test_versions_and_copies_of_one_story_do_not_make_a_line_repeat(store: ArchiveStore, tmp_path: Path) -> None:
    same = story(1)
    for night in range(9):
        read(
            store,
            tmp_path,
            f"night{night}",
            [line_record(1, text=f"{same}\n\nUpdate number {night} says a little more.")],
        )
    read(store, tmp_path, "copies", [line_record(100 + number, text=same) for number in range(9)])
    assert store.repeated_lines() == {}


def test_the_catalog_holds_no_line_and_a_takedown_forgets_the_rare_ones(store: ArchiveStore, tmp_path: Path) -> None:
    read(store, tmp_path, "monday", [line_record(number) for number in range(12)])
    read(store, tmp_path, "secret", [line_record(50, foot="The name of the witness is Bo Ray")])
    with closing(sqlite3.connect(tmp_path / "archive" / "catalog.sqlite3")) as catalog:
        before = catalog.execute("SELECT count(*) FROM outlet_lines WHERE NOT known").fetchone()[0]
        store.remove(RemovalSelector(("Harbour Post-50",)), "asked for")
        after = catalog.execute("SELECT count(*) FROM outlet_lines WHERE NOT known").fetchone()[0]
    assert before >= 1 and after == 0
    assert store.repeated_lines()["harbour post"]


def test_more_is_asked_of_what_may_be_news() -> None:
    assert repeats(6, 6, 200, LinePlace.ASKING) and repeats(6, 6, 200, LinePlace.BELOW)
    assert not repeats(6, 5, 200, LinePlace.BELOW)  # of too few stories
    assert not repeats(6, 6, 2000, LinePlace.ASKING)  # too rare at this outlet
    assert not repeats(10, 10, 200, LinePlace.SENTENCE) and repeats(20, 20, 200, LinePlace.SENTENCE)
    assert not repeats(20, 20, 200, LinePlace.INSIDE) and repeats(50, 40, 200, LinePlace.INSIDE)


def test_where_a_line_stands_is_counted_with_it() -> None:
    article = article_of(
        {"text": f"London —\n\n{story(1)}\n\nWhat next\n\n{story(2)}\n\n{CALL}\n\n{FOOT}", "outlet": "Post"}
    )
    lines = short_lines(article, b"")
    assert lines is not None and lines.outlet == "post"
    assert dict(lines.lines) == {
        digest_of("post", "What next", LinePlace.INSIDE): LinePlace.INSIDE,
        digest_of("post", CALL, LinePlace.ASKING): LinePlace.ASKING,
        digest_of("post", FOOT, LinePlace.BELOW): LinePlace.BELOW,
    }
    known = {"post": frozenset({digest_of("post", FOOT.upper(), LinePlace.BELOW)})}
    assert without_repeated(article, known) == article.text.removesuffix(f"\n\n{FOOT}")
    assert without_repeated(replace(article, outlet="Herald"), known) == article.text
    assert without_repeated(replace(article, text=FOOT), known) == FOOT  # never to nothing
