from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.ingest.reading import format_of, peak_memory, read
from tests.ingest.support import story


def test_columns_by_obvious_names_whatever_separates_them(tmp_path: Path) -> None:
    rows = [
        ["Headline", "Article_Text", "Pub Date", "Source", "By", "Rank"],
        ["Ferry late", story(1), "2024-03-05", "The Post", "Ann Lee", "harbour"],
        ["Crane falls", story(2), "2024-03-06", "The Post", "Bo Ray and Cy Dee", ""],
    ]
    for name, delimiter in (("a.csv", ","), ("b.tsv", "\t"), ("c.csv", ";"), ("d.csv", "|")):
        content = "\r\n".join(delimiter.join(f'"{value}"' for value in row) for row in rows)
        articles, rejected = read(tmp_path, name, content)
        assert rejected == []
        assert [article.title for article in articles] == ["Ferry late", "Crane falls"]
        assert [article.text for article in articles] == [story(1), story(2)]
        assert articles[1].authors == ("Bo Ray", "Cy Dee")
        assert articles[0].extra == {"Rank": "harbour"} and articles[1].extra == {}
        assert str(articles[0].published.day) == "2024-03-05"  # type: ignore[union-attr]
        assert articles[1].source.endswith(f"{name}#{2 + story(1).count(chr(10)) + 1}")


def test_quoted_texts_keep_their_lines_quotes_and_commas(tmp_path: Path) -> None:
    text = 'He said ""no"", then left.\n\nShe, too; a 5"" pipe\tbroke on the first day of the very cold month.'
    articles, _ = read(tmp_path, "a.csv", f'title,text\nOne,"{text}"\nTwo,Plain text with a 5" pipe in it.\n')
    assert [article.text for article in articles] == [text.replace('""', '"'), 'Plain text with a 5" pipe in it.']


def test_a_mapping_goes_before_names(tmp_path: Path) -> None:
    content = "title,Überschrift,Inhalt,text\nintern-7,Kran stürzt um,Der Kran fiel um zwölf.,Notiz\n"
    articles, rejected = read(tmp_path, "a.csv", content, mapping={"überschrift": "title", "Inhalt": "text"})
    assert rejected == []
    assert (articles[0].title, articles[0].text) == ("Kran stürzt um", "Der Kran fiel um zwölf.")
    assert articles[0].extra == {"title (column)": "intern-7", "text (column)": "Notiz"}


@pytest.mark.parametrize(
    ("content", "mapping", "reason"),
    [
        ("name,price\nx,1\n", {}, "no column holds the articles' text: there are 'name', 'price'. Say which"),
        ("title,text\nx,y\n", {"Titel": "title"}, "there is no column 'Titel'; there are 'title', 'text'."),
        ("title,text\nx,y\n", {"title": "headlin"}, "'headlin' is no field of an article"),
        ("", {}, "the table is empty."),
        (b"PK\x03\x04" + bytes(500), {}, "binary data, not a table"),
    ],
)
def test_a_table_that_cannot_be_read_says_what_to_do(
    tmp_path: Path, content: str | bytes, mapping: dict[str, str], reason: str
) -> None:
    articles, rejected = read(tmp_path, "a.csv", content, "csv", mapping=mapping)
    assert articles == [] and len(rejected) == 1 and rejected[0][1].startswith(reason)


def test_an_unclosed_quotation_mark_costs_its_row_only(tmp_path: Path) -> None:
    rows = [f'S{number},"{story(number, 1)}"' for number in range(6)]
    rows[2] = 'S2,"' + story(2, 1)  # it swallows all up to the next mark
    rows[5] = 'S5,"' + story(5, 1)
    articles, rejected = read(tmp_path, "a.csv", "title,text\n" + "\n".join(rows) + "\n")
    assert [line for line, _ in rejected] == [7]
    assert "isn't closed" in rejected[0][1]
    assert {"S0", "S1", "S4"} <= {article.title for article in articles}


def test_damage_without_end_costs_bounded_time(tmp_path: Path) -> None:
    content = "title,text\n" + 'x,"never closed\n' * 5001
    _, rejected = read(tmp_path, "a.csv", content)
    assert len(rejected) <= 101


def test_other_encodings_short_and_long_rows_and_damage(tmp_path: Path) -> None:
    articles, _ = read(tmp_path, "a.csv", "title,text\nCafé,Die Fähre fuhr über den Ärmelkanal.\n".encode("cp1252"))
    assert articles[0].title == "Café" and "Fähre" in articles[0].text
    articles, _ = read(tmp_path, "b.csv", "title,text\nWide,The wide one has a text.\n".encode("utf-16"))
    assert articles[0].text == "The wide one has a text."
    articles, rejected = read(tmp_path, "c.csv", "title,text,outlet\nA,First text here.\nB,Second text,Post,more,and\n")
    assert [article.outlet for article in articles] == [None, "Post"] and rejected == []
    assert articles[1].extra == {"more columns": ["more", "and"]}
    rows = "".join(f"T{number},{story(number, 1)}\n" for number in range(2000))
    cut = gzip.compress(f"title,text\n{rows}".encode())[:-2000]
    articles, rejected = read(tmp_path, "d.csv.gz", cut)
    assert len(articles) > 100 and len(rejected) == 1 and "cut short" in rejected[0][1]


def test_a_table_is_told_by_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "export.txt"
    path.write_text("id;headline;body;date\n1;A;B;2024-01-01\n", encoding="utf-8")
    assert format_of(path) == "csv"
    path.write_text("Title, text and date are what a clerk writes down.\nThen he sleeps.\n", encoding="utf-8")
    assert format_of(path) == "text"


def test_memory_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("title,text\n")
        file.writelines(f'T{number},"{story(number)}"\n' for number in range(20_000))
    count, peak = peak_memory(path, "csv")
    assert count == 20_000 and peak < 4_000_000 < path.stat().st_size
