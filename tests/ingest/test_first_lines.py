"""A first line that begins with "By" is a byline only where names follow; else it is the story's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.reading import read

REST = "and the school, said the mayor. Forty ships\nlay in the harbour, and nobody knew when they would sail."


@pytest.mark.parametrize(
    "line",
    [
        "By Tuesday the water had reached the church",
        "By Monday morning in Skarra nobody was left in town",
        "By the time Ann Lee came the ship had gone",
        "Von Montag an fahren keine Schiffe mehr",
        "Par Toutatis he swore and he kept his word",
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_sentence_that_begins_like_a_byline_stays(tmp_path: Path, line: str, name: str) -> None:
    title = "# Water in Skarra" if name.endswith(".md") else "Water in Skarra"
    (article,) = read(tmp_path, name, f"{title}\n\n{line}\n\n{REST}\n")[0]
    assert article.text.startswith(line)
    assert article.authors == ()


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Ann Lee", ("Ann Lee",)),
        ("By ANN LEE and BOB RAY", ("Ann Lee", "Bob Ray")),
        ("By Ann Lee in London and Bo Ray in Paris", ("Ann Lee", "Bo Ray")),
        ("By Ann Lee, political editor", ("Ann Lee",)),
        ("By Ludwig van Moor, special to the Post", ("Ludwig van Moor",)),
        ("Von Ann Lee und Bo Ray", ("Ann Lee", "Bo Ray")),
        ("Por Ana de la Cruz y Rui Sol", ("Ana de la Cruz", "Rui Sol")),
        ("By Ann Lee, staff writer", ("Ann Lee",)),
        ("By Ann Lee and agencies", ("Ann Lee",)),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_byline_goes_to_the_authors(tmp_path: Path, line: str, authors: tuple[str, ...], name: str) -> None:
    title = "# Water in Skarra" if name.endswith(".md") else "Water in Skarra"
    (article,) = read(tmp_path, name, f"{title}\n\n{line}\n\nThe water had reached the church {REST}\n")[0]
    assert article.authors == authors
    assert article.text.startswith("The water had reached")
