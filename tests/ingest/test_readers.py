from __future__ import annotations

import gzip
import json
import tarfile
from pathlib import Path

import pytest

from archive.records import IncomingArticle
from ingest.bytestreams import OpenFile, lines
from ingest.document import RawDocument, Rejected
from ingest.prepare import prepare
from ingest.readers import FORMATS
from tests.ingest.support import RECIPE, article_of, data_file, record, rejected_of, story, write_jsonl


def read(path: Path, format_name: str) -> tuple[list[RawDocument], list[Rejected]]:
    found = list(FORMATS[format_name].documents(OpenFile(path, str(path))))
    return [item for item in found if isinstance(item, RawDocument)], [
        item for item in found if isinstance(item, Rejected)
    ]


def test_fields_by_their_own_and_by_obvious_names() -> None:
    plain = article_of(
        record(1, authors=["Ann Lee"], section="News", language="en", modified="2024-03-01", desk_code=7)
    )
    other = article_of(
        {
            "guid": "s-1",
            "link": "https://post.example/2024/story-1",
            "headline": {"main": "Story 1"},
            "body": story(1),
            "datePublished": "2024-02-02T00:00:00Z",
            "source": {"id": None, "name": "The Post"},
            "byline": "By Ann Lee",
            "category": ["News"],
            "lang": "en-GB",
            "updated_at": "2024-03-01",
            "desk_code": 7,
        }
    )
    for field in (
        "identity",
        "title",
        "text",
        "outlet",
        "authors",
        "section",
        "language",
        "modified",
        "external_id",
        "extra",
    ):
        assert getattr(plain, field) == getattr(other, field), field
    assert plain.extra == {"desk_code": 7}
    assert plain.authors == ("Ann Lee",)


@pytest.mark.parametrize(
    ("given_authors", "names"),
    [
        ("By Ann Lee and Bo Ray", ("Ann Lee", "Bo Ray")),
        ("Ann Lee, Bo Ray", ("Ann Lee", "Bo Ray")),
        ("Lee, Ann", ("Lee, Ann",)),
        ([{"name": "Ann Lee"}, "Bo Ray", "Ann Lee"], ("Ann Lee", "Bo Ray")),
        ("https://facebook.com/thepost", ()),
        (["", None, 3], ()),
    ],
)
def test_authors(given_authors: object, names: tuple[str, ...]) -> None:
    assert article_of({"text": "x", "authors": given_authors}).authors == names


def test_markup_in_a_field_becomes_text_but_prose_with_a_tag_stays() -> None:
    article = article_of({"text": "<p>First &amp; <b>bold</b>.</p><p>Second<br>line.</p><script>alert(1)</script>"})
    assert article.text == "First & bold.\n\nSecond\nline."
    assert (
        article_of({"text": "Write <br> for a line break, and 3 < 4."}).text
        == "Write <br> for a line break, and 3 < 4."
    )


def test_broken_lines_are_rejected_with_their_number_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    good = json.dumps(record(1)).encode()
    path.write_bytes(
        b"\xef\xbb\xbf"
        + good
        + b'\r\n\n{"text": "cut\n[1, 2]\n{"title": "no text"}\n"just a string"\n'
        + json.dumps(record(2, title="Größe")).encode("utf-8")
    )
    documents, _ = read(path, "jsonl")
    results = [prepare(document, RECIPE) for document in documents]
    assert [document.line for document in documents] == [1, 3, 4, 5, 6, 7]
    assert [isinstance(result, IncomingArticle) for result in results] == [True, False, False, False, False, True]
    reasons = [result.reason for result in results if isinstance(result, Rejected)]
    assert "column" in reasons[0] and "object" in reasons[1] and "no text" in reasons[2]


def test_nesting_numbers_and_surrogates_are_survived() -> None:
    assert "nested" in rejected_of('{"text": ' + "[" * 100_000 + "]" * 100_000 + "}").reason
    assert "JSON" in rejected_of('{"text": "a", "n": ' + "9" * 5000 + "}").reason
    article = article_of('{"text": "a \\ud83d b", "n": NaN, "deep": ' + '{"a":' * 30 + "1" + "}" * 30 + "}")
    assert article.text == "a \ufffd b"
    json.dumps(dict(article.extra), allow_nan=False).encode()


def test_json_documents_of_every_shape(tmp_path: Path) -> None:
    shapes: dict[str, object] = {
        "one.json": record(1),
        "list.json": [record(1), record(2)],
        "wrapped.json": {"status": "ok", "response": {"articles": [record(1), record(2), record(3)]}},
    }
    for (name, value), count in zip(shapes.items(), (1, 2, 3), strict=True):
        (tmp_path / name).write_text(json.dumps(value, indent=2), encoding="utf-8")
        documents, rejected = read(tmp_path / name, "json")
        assert (len(documents), rejected) == (count, [])
    path = write_jsonl(tmp_path / "lines.json", [record(1), record(2)])
    assert len(read(path, "json")[0]) == 2


def test_json_parser_cases_give_an_article_or_a_reason(tmp_path: Path) -> None:
    with tarfile.open(data_file("hostile", "json_parsing.tar.gz")) as archive:
        archive.extractall(tmp_path, filter="data")
    for path in sorted(tmp_path.rglob("*.json")):
        documents, rejected = read(path, "json")
        results = [prepare(document, RECIPE) for document in documents]
        if path.name.startswith("n_"):
            assert rejected or not any(isinstance(result, IncomingArticle) for result in results), path.name
        assert all(len(item.reason) < 400 for item in [*rejected, *(r for r in results if isinstance(r, Rejected))])


def test_a_gzip_file_cut_short_keeps_what_it_holds(tmp_path: Path) -> None:
    content = "".join(json.dumps(record(n)) + "\n" for n in range(400)).encode()
    whole = gzip.compress(content[:100_000]) + gzip.compress(content[100_000:])
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(whole)
    documents, rejected = read(path, "jsonl")
    assert (len(documents), rejected) == (400, [])
    path.write_bytes(whole[: len(whole) // 2])
    documents, rejected = read(path, "jsonl")
    assert 100 < len(documents) < 400
    assert all(isinstance(prepare(document, RECIPE), IncomingArticle) for document in documents)
    assert len(rejected) == 1 and "cut short" in rejected[0].reason
    path.write_bytes(whole[:5000] + b"\xff" * 300 + whole[5300:])
    assert "damaged" in read(path, "jsonl")[1][0].reason


def test_lines_longer_than_allowed_are_skipped_in_bounded_memory() -> None:
    chunks = [b"short\n" + b"x" * 600, b"y" * 600, b"z\nlast"]
    assert list(lines(chunks, longest=1000)) == [(1, b"short"), (2, None), (3, b"last")]


def test_wide_and_old_encodings(tmp_path: Path) -> None:
    text = json.dumps({"text": "Größe und Łódź", "title": "Ä"}, ensure_ascii=False)
    for encoding in ("utf-16", "utf-32"):
        path = tmp_path / f"{encoding}.jsonl"
        path.write_bytes((text + "\n" + text).encode(encoding))
        documents, _ = read(path, "jsonl")
        assert [article_of(document.content).text for document in documents] == ["Größe und Łódź"] * 2
    path = tmp_path / "old.jsonl"
    path.write_bytes((text.replace("Łódź", "Ufer") + "\n").encode("cp1252"))
    (document,) = read(path, "jsonl")[0]
    prepared = prepare(document, RECIPE)
    assert isinstance(prepared, IncomingArticle) and prepared.article.text == "Größe und Ufer"


def test_plain_text_with_and_without_a_head() -> None:
    headed = article_of("Title: Bridge opens\nOutlet: The Post\nDate: 3 May 2024\n\nIt opened on Monday.", "text")
    assert (headed.title, headed.outlet, headed.text) == ("Bridge opens", "The Post", "It opened on Monday.")
    assert (headed.published and headed.published.iso(), headed.date_source) == ("2024-05-03", "given")
    byline = article_of("Bridge opens\n\nBy Ann Lee\n\n3 May 2024\n\nIt opened on Monday.", "text")
    assert (byline.title, byline.authors, byline.text) == ("Bridge opens", ("Ann Lee",), "It opened on Monday.")
    assert byline.date_source == "text"
    bare = article_of("The bridge opened on Monday. Many came.\n\nNobody spoke.", "text")
    assert bare.text == "The bridge opened on Monday. Many came.\n\nNobody spoke."
    assert bare.title == "The bridge opened on Monday."


def test_markdown_with_front_matter() -> None:
    article = article_of(
        "---\ntitle: 2024\noutlet: The Post\npublished: 2024-05-03\nauthors:\n  - Ann Lee\n  - Bo Ray\n"
        "fiction: true\n---\n\n"
        "# 2024\n\nA *bold* [claim](https://x.example) & more.\n\n- one\n- two\n\n> Said she.\n",
        "markdown",
    )
    assert (article.title, article.outlet, article.authors) == ("2024", "The Post", ("Ann Lee", "Bo Ray"))
    assert article.text == "A bold claim & more.\n\n- one\n\n- two\n\nSaid she."
    assert article.extra == {"fiction": True}
    toml = article_of('+++\ntitle = "Bridge"\ndate = 2024-05-03\n+++\nIt opened.', "markdown")
    assert (toml.title, toml.published and toml.published.iso()) == ("Bridge", "2024-05-03")
    assert article_of("# Bridge\n\nIt opened.", "markdown").title == "Bridge"


@pytest.mark.parametrize(
    "head",
    ["a: &a [x, x]\nb: *a", "a: [", "- just\n- a list", "!!python/object/apply:os.system ['true']", "x" * 200_000],
)
def test_front_matter_that_is_not_sane_is_rejected(head: str) -> None:
    assert "front matter" in rejected_of(f"---\n{head}\n---\nText.", "markdown").reason


def test_binary_data_is_no_text() -> None:
    assert "binary" in rejected_of(bytes(range(256)) * 20, "text").reason
