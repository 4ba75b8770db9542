from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.ingest.reading import format_of, peak_memory, read
from tests.ingest.support import story

PARAGRAPHS = "".join(f"<p>{part}</p>" for part in story(1).split("\n\n"))
PAGE = f"<html><head><title>t</title><style>p {{}}</style></head><body><h1>Crane falls</h1>{PARAGRAPHS}</body></html>"


def letter(number: int = 1, *, plain: str = "", html: str = "", **headers: str) -> EmailMessage:
    message = EmailMessage()
    fields = {
        "From": "The Orrland Ledger <news@ledger.example>",
        "To": "reader@example.org",
        "Subject": f"Crane falls – Hafenkran stürzt {number}",
        "Date": "Mon, 04 Mar 2024 23:30:00 +0100",
        "Message-ID": f"<letter-{number}@ledger.example>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in fields.items():
        message[name] = value
    if plain:
        message.set_content(plain)
    if html and plain:
        message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    return message


@pytest.mark.parametrize(
    "message",
    [letter(plain=story(1)), letter(html=PAGE), letter(plain=story(1), html=PAGE)],
    ids=["plain", "html", "both"],
)
def test_a_letter(tmp_path: Path, message: EmailMessage) -> None:
    (article,), rejected = read(tmp_path, "a.eml", message.as_bytes())
    assert rejected == []
    assert article.title == "Crane falls – Hafenkran stürzt 1" and article.outlet == "The Orrland Ledger"
    assert article.text.removeprefix("Crane falls\n\n") == story(1)
    assert article.published is not None and article.published.iso() == "2024-03-04T23:30:00+01:00"
    assert article.external_id == "letter-1@ledger.example" and article.extra == {"from": "news@ledger.example"}


def test_a_letter_in_tables_where_no_article_is_found(tmp_path: Path) -> None:
    cells = "".join(f"<tr><td><table><tr><td>{part}</td></tr></table></td></tr>" for part in story(1).split("\n\n"))
    message = letter(plain=story(1), html=f"<html><body><table>{cells}</table></body></html>")
    (article,), _ = read(tmp_path, "a.eml", message.as_bytes())
    assert [line for line in article.text.split("\n") if line] == story(1).split("\n\n")


def test_forwarded_archived_and_attached(tmp_path: Path) -> None:
    message = letter(plain=story(1), Subject="Fwd: WG: Crane falls", Archived_At="<https://ledger.example/letters/7>")
    message.add_attachment(b"%PDF-1.4" + bytes(400_000), maintype="application", subtype="pdf", filename="a.pdf")
    message.add_attachment("A note of its own.", filename="note.txt")
    (article,), _ = read(tmp_path, "a.eml", message.as_bytes())
    assert article.title == "Crane falls" and article.url == "https://ledger.example/letters/7"
    assert article.text == story(1)
    assert article.raw is not None and len(article.raw) < 10_000  # the attachment isn't kept


def test_other_encodings(tmp_path: Path) -> None:
    head = b"From: \xc4rzteblatt <a@b.example>\nSubject: =?iso-8859-1?q?Caf=E9?=\nMIME-Version: 1.0\n"
    head += b"Content-Type: text/plain; charset=no-such-charset\nContent-Transfer-Encoding: 8bit\n\n"
    (article,), _ = read(tmp_path, "a.eml", head + "Die Fähre fuhr über den Ärmelkanal.".encode("cp1252"))
    assert article.title == "Café" and article.text == "Die Fähre fuhr über den Ärmelkanal."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty."),
        (b"From: a@b.c\nSubject: x\nContent-Type: image/png\n\n\x89PNG", "the message holds no text (image/png)"),
        (b"From: a@b.c\nContent-Type: multipart/encrypted; boundary=x\n\n--x\n\n--x--\n", "encrypted"),
        (b"From: a@b.c\nContent-Type: multipart/mixed; boundary=x\n\nno part at all", "the message holds no text"),
    ],
)
def test_what_holds_no_letter(tmp_path: Path, content: bytes, reason: str) -> None:
    articles, rejected = read(tmp_path, "a.eml", content)
    assert articles == [] and len(rejected) == 1 and reason in rejected[0][1]


@pytest.mark.parametrize(
    "header",
    [
        b"Date: not a date",
        b"Content-Type: text/plain; charset=\xff\xfe; =;;",
        b"Content-Type: multipart/mixed",
        b'From: "unclosed <a@',
        b"Subject: =?utf-8?b?!!!!?=",
        b"Content-Transfer-Encoding: base64",
        b"Content-Disposition: ;;;=",
        b"Message-ID: <[]()\\",
        b"X" * 70_000,
    ],
)
def test_headers_that_are_none_never_break_it(tmp_path: Path, header: bytes) -> None:
    articles, rejected = read(tmp_path, "a.eml", header + b"\nSubject: Crane\n\n" + story(1).encode())
    assert len(articles) + len(rejected) == 1
    assert not any("could not be processed" in reason for _, reason in rejected)


def mbox(count: int) -> bytes:
    letters = (letter(number, plain=story(number) + "\n\nFrom here on it rains.") for number in range(1, count + 1))
    return b"".join(
        b"From news@ledger.example Mon Mar  4 23:30:00 2024\n"
        + message.as_bytes().replace(b"\nFrom here", b"\n>From here")
        + b"\n"
        for message in letters
    )


def test_an_mbox_message_by_message(tmp_path: Path) -> None:
    articles, rejected = read(tmp_path, "a.mbox", mbox(3))
    assert rejected == [] and [article.title[-1] for article in articles] == ["1", "2", "3"]
    assert articles[1].text == story(2) + "\n\nFrom here on it rains."
    assert articles[2].source.endswith("a.mbox#3")
    articles, rejected = read(tmp_path, "b.mbox", b"just text\n")
    assert articles == [] and rejected[0][1].startswith("no mbox")


def test_mail_is_told_by_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "inbox"
    for content, expected in (
        (mbox(1), "mbox"),
        (letter(plain=story(1)).as_bytes(), "eml"),
        (b"From: The Post\nDate: 2024-03-04\n\nA text with lines above.", "text"),
        (b"From Monday on, 2024\nis a year like any other.\n", "text"),
    ):
        path.write_bytes(content)
        assert format_of(path) == expected


def test_a_large_mbox_streams_and_a_too_large_message_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "big.mbox"
    some = mbox(300)
    with path.open("wb") as file:
        for _ in range(10):
            file.write(some)
    count, peak = peak_memory(path, "mbox")
    assert count == 3000 and peak < 3_000_000
    monkeypatch.setattr("ingest.readers.email_messages.LARGEST_MESSAGE", 1_000_000)
    huge = mbox(1)[:-1] + b"QUJD\n" * 250_000 + b"\n"
    articles, rejected = read(tmp_path, "huge.mbox", mbox(1) + huge + mbox(1))
    assert len(articles) == 2 and rejected == [(2, "the message is larger than 1 MB.")]


LETTER = (
    "From: Post <news@post.example>\nSubject: Letter {number}\nMessage-ID: <{number}@post>\n"
    "Date: Mon, 6 May 2024 08:00:00 +0000\n\nThe ship came in.\n"
)
SEPARATOR = "From news@post.example Mon May  6 08:00:00 2024\n"


@pytest.mark.parametrize("between", ["", "\n", "\n\n"])
def test_messages_are_told_apart_with_or_without_an_empty_line(tmp_path: Path, between: str) -> None:
    content = between.join(SEPARATOR + LETTER.format(number=number) for number in (1, 2, 3))
    articles, rejected = read(tmp_path, "a.mbox", content, "mbox")
    assert [article.title for article in articles] == ["Letter 1", "Letter 2", "Letter 3"]
    assert [article.text for article in articles] == 3 * ["The ship came in."]
    assert rejected == []


@pytest.mark.parametrize(
    "line", ["From Monday on, no ships run until 2025", "From 8:00 to 9:30 nobody was there in 2024"]
)
@pytest.mark.parametrize("before", ["", "\n"])
@pytest.mark.parametrize("after", ["", "\nThe mayor said so.\n", "\n\nThe mayor said so.\n"])
def test_a_line_of_the_letter_that_begins_with_from_ends_no_message(
    tmp_path: Path, line: str, before: str, after: str
) -> None:
    first = f"{SEPARATOR}{LETTER.format(number=1)}{before}{line}{after}\n"
    content = f"{first}\n{SEPARATOR}{LETTER.format(number=2)}"
    articles, rejected = read(tmp_path, "a.mbox", content, "mbox")
    assert [article.title for article in articles] == ["Letter 1", "Letter 2"]
    assert line in articles[0].text and rejected == []
