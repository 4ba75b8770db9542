from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from ingest.readers.pdf import paragraphs, without_edges
from tests.ingest.reading import format_of, read

STORY = [
    "A crane of forty tonnes fell into the basin of the old harbour",
    "at noon on Thursday, the port authority of Dunmarrow said in a",
    "statement. Nobody was hurt, but two barges were dam-",
    "aged.",
    "The storm of the night before had loosened its bolts, which an",
    "inspector had called rusty in the autumn of last year, when he",
    "asked for new ones.",
]
TEXT = (
    "A crane of forty tonnes fell into the basin of the old harbour at noon on Thursday, the port authority of"
    " Dunmarrow said in a statement. Nobody was hurt, but two barges were damaged.\n\nThe storm of the night before had"
    " loosened its bolts, which an inspector had called rusty in the autumn of last year, when he asked for new ones."
)


def pdf(pages: Sequence[Sequence[str]], **about: str) -> bytes:
    """A PDF whose pages hold these lines of print, and whose document information says that."""
    objects = [b"<</Type/Catalog/Pages 2 0 R/Lang(en-GB)>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for lines in pages:
        shown = "".join(f"({line.replace('(', '')}) Tj T* " for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 60 780 Td {shown}ET".encode("cp1252")
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {len(objects)} 0 R"
        objects.append(f"{page}/Resources<</Font<</F1 3 0 R>>>>>>".encode())
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>".encode()
    objects.append(("<<" + "".join(f"/{name}({value})" for name, value in about.items()) + ">>").encode())
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out += (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {len(objects) + 1}/Root 1 0 R/Info {len(objects)} 0 R>>\nstartxref\n{len(out)}\n%%EOF"
    ).encode()
    return bytes(out)


def test_a_page_of_print(tmp_path: Path) -> None:
    content = pdf([STORY], Title="Crane falls", Author="Ann Lee", CreationDate="D:20240305101500+01'00'")
    (article,), rejected = read(tmp_path, "a.pdf", content)
    assert rejected == []
    assert article.title == "Crane falls" and article.text == TEXT and article.language == "en"
    assert article.extra == {"author": "Ann Lee"} and not article.partial
    # the day the file was made isn't surely that of the story
    assert article.published is not None and article.published.iso() == "2024-03-05"
    assert article.date_source == "page date" and article.date_confidence == 0.2


def test_heads_page_numbers_and_a_poor_title(tmp_path: Path) -> None:
    pages = [
        [f"THE ORRLAND LEDGER    Tuesday, March 5, 2024    {number}", f"{word} {STORY[0]}", *STORY[1:], f"- {number} -"]
        for number, word in enumerate(("First", "Second", "Third"), 1)
    ]
    (article,), _ = read(tmp_path, "a.pdf", pdf(pages, Title="Microsoft Word - crane_final2.docx"))
    assert "LEDGER" not in article.text and "- 2 -" not in article.text and "docx" not in article.title
    assert article.text.count("aged.") == 3 and "Second A crane" in article.text


def test_lines_become_paragraphs() -> None:
    assert paragraphs(STORY) == TEXT
    assert paragraphs([]) == "" and paragraphs(["One line"]) == "One line"
    assert paragraphs(["a well-known Anglo-", "American pact was signed on the very day"]).startswith(
        "a well-known Anglo- "
    )
    assert without_edges(["only\npage", "other\ntext"]) == [["only", "page"], ["other", "text"]]


def test_a_scan_is_rejected_with_the_remedy(tmp_path: Path) -> None:
    cases: list[list[list[str]]] = [[[]], [["1"], ["2"], ["3"]]]
    for pages in cases:
        articles, rejected = read(tmp_path, "a.pdf", pdf(pages))
        assert articles == [] and rejected[0][1].startswith("scanned; needs OCR")


def test_passwords(tmp_path: Path) -> None:
    for password, is_read in (("", True), ("secret", False)):
        writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf([STORY]))))
        writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
        out = BytesIO()
        writer.write(out)
        articles, rejected = read(tmp_path, "a.pdf", out.getvalue())
        assert bool(articles) is is_read
        assert is_read or "asks for a password" in rejected[0][1]


@pytest.mark.parametrize("size", [10, 200, 600, 1000])
def test_damage_is_rejected_or_read_in_part(tmp_path: Path, size: int) -> None:
    articles, rejected = read(tmp_path, "a.pdf", pdf([STORY])[:size], "pdf")
    assert len(articles) + len(rejected) == 1
    assert not any("could not be processed" in reason for _, reason in rejected)


def test_a_pdf_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(pdf([STORY]))
    assert format_of(path) == "pdf"
