"""Other people's formats and hostile strings, where they lie on this machine: read, or rejected with the reason."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from archive.article import Article
from archive.records import IncomingArticle
from archive.store import ArchiveStore
from ingest.document import RawDocument, Rejected, Skipped
from ingest.local_sources import SourceFile, walk
from ingest.pipeline import IngestOptions, ingest
from ingest.prepare import prepare
from ingest.progress import Meter
from ingest.readers import FORMATS
from tests.ingest.support import RECIPE, TODAY, data_file, story

# The words of a failure that nobody foresaw.
_UNFORESEEN = re.compile(
    r"could not be processed|a library crashed|hangs a library|not finished after|too large or too"
)
_DECEIVING = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")


def prepared(sources: Sequence[Path | str]) -> Iterator[tuple[str, Article | Rejected | Skipped]]:
    """What becomes of every document behind the sources, in this process, with the file it lies in."""
    seen: set[str] = set()
    for source in sources:
        for found in walk(str(source), seen, Meter()):
            if not isinstance(found, SourceFile):
                yield found.source, found
                continue
            for document in FORMATS[found.format_name].documents(found.file):
                result = prepare(document, RECIPE) if isinstance(document, RawDocument) else document
                yield found.file.source, result.article if isinstance(result, IncomingArticle) else result


def reasons_of(results: Sequence[Article | Rejected | Skipped]) -> list[str]:
    return [item.reason for item in results if isinstance(item, Rejected)]


def naughty() -> list[str]:
    value = json.loads(data_file("hostile", "naughty_strings.json").read_text(encoding="utf-8"))
    strings = value if isinstance(value, list) else [text for part in value.values() for text in part]
    return [text for text in strings if isinstance(text, str)]


def payloads() -> list[str]:
    return data_file("hostile", "xss_payloads.txt").read_text(encoding="utf-8", errors="replace").splitlines()


def hostile_records(strings: Sequence[str]) -> list[dict[str, object]]:
    return [
        {
            "id": f"h-{number}",
            "title": text,
            "text": f"{text}\n\n{story(number, 1)}",
            "url": text if number % 2 else f"https://post.example/{text}",
            "outlet": text,
            "authors": [text],
            "published": text,
            "section": text,
            text: text,
        }
        for number, text in enumerate(strings)
    ]


def check_articles(articles: Sequence[Article]) -> None:
    for article in articles:
        shown = [article.title, article.text, article.outlet, article.url, article.section, *article.authors]
        for text in filter(None, shown):
            assert not _DECEIVING.search(text), repr(text)
            text.encode("utf-8")


def test_a_part_of_the_formats_is_read_or_rejected() -> None:
    root = data_file("formats").resolve()
    files = [path for path in sorted(root.rglob("*")) if path.is_file()][::9]
    results = list(prepared(files))
    assert {source for source, _ in results} >= {str(path) for path in files}
    assert not [reason for reason in reasons_of([item for _, item in results]) if _UNFORESEEN.search(reason)]
    check_articles([item for _, item in results if isinstance(item, Article)])


def test_json_parsers_test_cases_straight_from_their_archive() -> None:
    results = [item for _, item in prepared([data_file("hostile", "json_parsing.tar.gz")])]
    assert len(results) > 300
    assert not [reason for reason in reasons_of(results) if _UNFORESEEN.search(reason)]


def test_hostile_strings_in_every_field(tmp_path: Path) -> None:
    strings = [*naughty(), *payloads()[::25]]
    path = tmp_path / "hostile.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for item in hostile_records(strings)), encoding="utf-8")
    results = [item for _, item in prepared([path])]
    assert len(results) == len(strings)
    assert not [reason for reason in reasons_of(results) if _UNFORESEEN.search(reason)]
    articles = [item for item in results if isinstance(item, Article)]
    assert len(articles) > 0.97 * len(strings)
    check_articles(articles)


def test_hostile_strings_as_file_names(tmp_path: Path) -> None:
    names = {text for text in naughty() if text not in {"", ".", ".."} and not set(text) & {"/", "\0"}}
    names = {name for name in names if len(name.encode("utf-8", "replace")) < 250}
    for number, name in enumerate(sorted(names)):
        (tmp_path / f"{name}.txt").write_text(story(number, 1), encoding="utf-8")
    results = [item for _, item in prepared([tmp_path])]
    articles = [item for item in results if isinstance(item, Article)]
    hidden = [item for item in results if isinstance(item, Skipped)]
    assert len(articles) + len(hidden) == len(names) and len(hidden) < 5
    assert all(article.source.isprintable() or "\\" in repr(article.source) for article in articles)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_all_of_it_through_the_whole_flow(tmp_path: Path) -> None:
    """Every file of both folders, child processes and limits of time included; the archive is sound afterwards."""
    formats = data_file("formats")
    strings = [*naughty(), *payloads()]
    path = tmp_path / "hostile.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for item in hostile_records(strings)), encoding="utf-8")
    for number, text in enumerate(strings[::10]):
        (tmp_path / f"{number}.html").write_text(
            f"<html><head><title>{text}</title></head><body><article><p>{text}</p><p>{story(number)}</p></article>",
            encoding="utf-8",
            errors="replace",
        )
    sources = [formats, data_file("hostile"), tmp_path]
    options = IngestOptions(embed=False, today=TODAY)
    with ArchiveStore.open(tmp_path / "archive", create=True) as store:
        report = ingest(store, [str(source) for source in sources], options=options)
        unforeseen = [row for row in report.rejected if _UNFORESEEN.search(row.reason)]
        assert not unforeseen
        check_articles(list(store.articles()))
        assert store.verify().problems == ()
