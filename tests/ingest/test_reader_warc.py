from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from fastwarc import warc as fastwarc

from archive.article import Article
from ingest.readers.warc import read_page
from tests.ingest.reading import format_of, peak_memory, read
from tests.ingest.support import story


def page(number: int) -> str:
    paragraphs = "".join(f"<p>{part}</p>" for part in story(number).split("\n\n"))
    return (
        f"<!doctype html><html lang=en><head><title>Story {number}</title></head><body><article>{paragraphs}</article>"
    )


def record(
    number: int,
    body: str | bytes | None = None,
    *,
    kind: str = "response",
    status: str = "200 OK",
    media_type: str = "text/html",
    headers: str = "",
    excess: int = 0,
) -> bytes:
    payload = page(number) if body is None else body
    payload = payload.encode() if isinstance(payload, str) else payload
    block = payload
    if kind == "response":
        block = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\n{headers}\r\n".encode() + payload
        media_type = "application/http; msgtype=response"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://post.example/{number}\r\n"
        f"WARC-Date: 2024-03-05T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
        f"Content-Type: {media_type}\r\nContent-Length: {len(block) + excess}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def arc(number: int, url: str = "", *, excess: int = 0) -> bytes:
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page(number)}".encode()
    url = url or f"http://post.example/{number}"
    return f"{url} 192.0.2.1 20240305100000 text/html {len(block) + excess}\n".encode() + block + b"\n"


ARC_START = (
    b"filedesc://a.arc 192.0.2.1 20240305100000 text/plain 76\n1 0 Test\n"
    b"URL IP-address Archive-date Content-type Archive-length\n\n"
)


def numbers(articles: list[Article]) -> list[int]:
    return [int(str(article.url).rpartition("/")[2]) for article in articles]


def test_pages_are_documents_and_the_rest_is_passed_over(tmp_path: Path) -> None:
    content = b"".join(
        [
            record(0, "software: x", kind="warcinfo", media_type="application/warc-fields"),
            record(1),
            record(2, "GET / HTTP/1.1\r\n\r\n", kind="request", media_type="application/http; msgtype=request"),
            record(3, b"\x89PNG", media_type="image/png"),
            record(4, status="404 Not Found"),
            record(5, status="301 Moved", headers="Location: /6\r\n"),
            record(6, kind="resource"),
            record(7, f"A headline\n\n{story(7)}", kind="conversion", media_type="text/plain"),
            record(8, media_type="text/plain"),  # as servers say
        ]
    )
    articles, rejected = read(tmp_path, "a.warc", content)
    assert rejected == []
    assert numbers(articles) == [1, 6, 7, 8]
    assert [article.text for article in articles] == [story(number) for number in (1, 6, 7, 8)]
    first = articles[0]
    assert first.title == "Story 1" and first.source.endswith("a.warc#2") and first.language == "en"
    # the day of the capture isn't the story's
    assert first.published is None and first.extra["captured"] == "2024-03-05T10:00:00+00:00"
    articles, rejected = read(tmp_path, "b.warc", record(3, b"\x89PNG", media_type="image/png"))
    assert articles == [] and rejected == [(None, "no saved page in it, only 1 image/png files.")]


def test_a_page_speaks_for_its_own_site_only(tmp_path: Path) -> None:
    canonical = '<link rel="canonical" href="https://{}/told">'
    pages = [
        page(n).replace("<head>", f"<head>{canonical.format(host)}")
        for n, host in ((1, "herald.example"), (2, "www.post.example"))
    ]
    assert all("canonical" in text for text in pages)
    articles, rejected = read(tmp_path, "a.warc", b"".join(record(n, text) for n, text in enumerate(pages, 1)))
    assert [article.url for article in articles] == ["https://post.example/1", "https://www.post.example/told"]
    assert not rejected


def test_encodings_of_transfer_content_and_text(tmp_path: Path) -> None:
    html = page(1).replace("council", "Fährmann").encode("cp1252")
    packed = gzip.compress(html)
    chunks = b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (50, packed[:50], len(packed) - 50, packed[50:])
    headers = "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"
    content = record(1, chunks, media_type="text/html; charset=windows-1252", headers=headers)
    (article,), _ = read(tmp_path, "a.warc", content)
    assert article.text == story(1).replace("council", "Fährmann")


def test_warcio_reads_what_fastwarc_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = read_page(record(1))

    class Broken:
        @staticmethod
        def from_bytes(content: bytes) -> None:
            raise OSError("broken")

    monkeypatch.setattr(fastwarc, "WarcRecord", Broken)
    assert read_page(record(1)) == expected
    for nothing in (b"nothing", b"nothing 1 2024 text/html\n"):
        with pytest.raises(ValueError, match="no header of a WARC or ARC record"):
            read_page(nothing)


def test_arc(tmp_path: Path) -> None:
    content = ARC_START + arc(1) + arc(2, "http://post.example/a page with spaces/2") + arc(3)
    for name, data in (("a.arc", content), ("a.arc.gz", gzip.compress(content))):
        articles, rejected = read(tmp_path, name, data)
        assert rejected == [] and numbers(articles) == [1, 2, 3]
        assert articles[0].text == story(1) and articles[0].extra["captured"] == "2024-03-05T10:00:00+00:00"


PLAIN = [record(number) for number in range(5)]
ZIPPED = [gzip.compress(content) for content in PLAIN]
SPOILT = ZIPPED[1][:300] + b"\xff" * 40 + ZIPPED[1][340:]


@pytest.mark.parametrize(
    ("content", "kept", "partial", "lines"),
    [
        (b"".join(PLAIN), [0, 1, 2, 3, 4], [], []),
        (b"".join(ZIPPED), [0, 1, 2, 3, 4], [], []),
        (gzip.compress(b"".join(PLAIN)), [0, 1, 2, 3, 4], [], []),
        (b"".join(PLAIN)[:-300], [0, 1, 2, 3, 4], [4], [5]),
        (b"".join(PLAIN[:2]) + PLAIN[2][:90], [0, 1], [], [3]),
        (PLAIN[0] + PLAIN[1][:700] + b"".join(PLAIN[2:]), [0, 1, 2, 3, 4], [1], [2]),
        (PLAIN[0] + PLAIN[1][:90] + b"".join(PLAIN[2:]), [0, 2, 3, 4], [], [2]),
        (PLAIN[0] + record(1, excess=30) + b"".join(PLAIN[2:]), [0, 1, 2, 3, 4], [1], [2]),
        (PLAIN[0] + record(1, excess=2000) + b"".join(PLAIN[2:]), [0, 1, 2, 3, 4], [1], [2]),
        (PLAIN[0] + record(1, excess=-30) + b"".join(PLAIN[2:]), [0, 1, 2, 3, 4], [], [2]),
        (PLAIN[0] + b"\0rubbish\n" * 40_000 + b"".join(PLAIN[1:]), [0, 1, 2, 3, 4], [], [1]),
        (PLAIN[0] + PLAIN[1].replace(b"Content-Length: ", b"Content-Length: x") + PLAIN[2], [0, 2], [], [2]),
        (ZIPPED[0] + SPOILT + b"".join(ZIPPED[2:]), [0, 2, 3, 4], [], [1]),
        (ZIPPED[0] + ZIPPED[1][:200] + b"".join(ZIPPED[2:]), [0, 2, 3, 4], [], [1]),
        (b"".join(ZIPPED[:3]) + ZIPPED[3][:50], [0, 1, 2], [], [3]),
        (ARC_START + arc(0) + arc(1)[:-500] + arc(2), [0, 1, 2], [1], [3]),
        (ARC_START + arc(0) + b"no record at all\n" * 30 + arc(2), [0, 2], [], [2]),
        (ARC_START + arc(0, excess=-9) + arc(1), [0, 1], [], [2]),
    ],
)
def test_damage_costs_what_is_damaged(
    tmp_path: Path, content: bytes, kept: list[int], partial: list[int], lines: list[int]
) -> None:
    articles, rejected = read(tmp_path, "a.dat", content)
    damage = [line for line, reason in rejected if reason.startswith("damaged: ")]
    assert damage == lines
    for article in articles:
        number = int(str(article.url).rpartition("/")[2])
        whole = story(number)
        assert article.text == whole or (article.partial and whole.startswith(article.text[:-40])), article.text
    assert set(numbers(articles)) >= set(kept) - set(partial)
    assert {number for number, article in zip(numbers(articles), articles, strict=True) if article.partial} <= {
        *partial
    }


def test_much_damage_is_told_in_few_rows(tmp_path: Path) -> None:
    articles, rejected = read(tmp_path, "a.warc", b"".join(b"rubbish\n" + record(number) for number in range(60)))
    assert len(articles) == 60 and len(rejected) == 21 and "40 more damaged places" in rejected[-1][1]


def test_it_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "crawl.dat.gz"
    for content in (gzip.compress(PLAIN[0]), ARC_START + arc(1)):
        path.write_bytes(content)
        assert format_of(path) == "warc"


def test_a_large_archive_streams(tmp_path: Path) -> None:
    film = record(1, b"\0" * 40_000_000, media_type="video/mp4")
    bulk = b"".join(record(number, page(1) * 60) for number in range(100))
    path = tmp_path / "big.warc"
    path.write_bytes(PLAIN[0] + film + bulk * 8)
    count, peak = peak_memory(path, "warc")
    assert count == 801 and peak < 5_000_000
    zipped = tmp_path / "big.warc.gz"
    with zipped.open("wb") as file:
        for _ in range(8):
            for number in range(100):
                file.write(gzip.compress(record(number, page(1) * 60), 1))
    count, peak = peak_memory(zipped, "warc")
    assert count == 800 and peak < 5_000_000
