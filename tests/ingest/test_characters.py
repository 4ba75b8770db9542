from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean_text
from ingest.hygiene import decode, one_line, repair, tidy
from tests.ingest.support import article_of, data_file

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=80)


@given(ANY_TEXT)
def test_hygiene_is_idempotent_and_leaves_nothing_that_breaks(text: str) -> None:
    for function in (repair, tidy, one_line, clean_text):
        once = function(text)
        assert function(once) == once
        once.encode("utf-8")
        assert not set(once) & set("\0\r\u202e\u2066\u200b\ufeff")


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=80))
def test_plain_text_is_left_as_it_is(text: str) -> None:
    assert repair(text) == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("Caf\u0065\u0301", "Caf\u00e9"),
        ("\ud83d\ude00 \ud83d", "\U0001f600 \ufffd"),
        ("\x93Yes\x94", "“Yes”"),
        ("pass\u200bword \u202eabc\u202c", "password abc"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200cb", "ab"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("10\xa0000", "10\xa0000"),
        ("hi\U000e0041\U000e0042", "hi"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f4\U000e0067\U000e0062\U000e007f"),
        ("\ufa0e \u212b", "\ufa0e \u212b"),
    ],
)
def test_repairs(written: str, read: str) -> None:
    assert repair(written) == read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings_told_or_guessed(encoding: str) -> None:
    text = "Größe – “naïve” café, Łódź" if encoding != "cp1252" else "Größe – “naïve” café"
    assert decode(text.encode(encoding)) == text


def test_other_scripts_without_a_declaration() -> None:
    text = "Это длинная новость о городском совете и о гавани. " * 20
    assert decode(text.encode("cp1251")) == text
    assert decode(f'<meta charset="koi8-r">{text}'.encode("koi8-r"), markup=True).endswith(text)


def test_naughty_strings_as_everything() -> None:
    for string in json.loads(data_file("hostile", "naughty_strings.json").read_text(encoding="utf-8")):
        fields = dict.fromkeys(("title", "url", "outlet", "section", "language", "published", "id", "custom"), string)
        article = article_of({"text": f"The story stands. {string}", "authors": [string], string: string} | fields)
        assert article.text.startswith("The story stands.")
        json.dumps(dict(article.extra)).encode()
        for value in (article.title, article.text, article.outlet or "", article.url or "", article.identity):
            value.encode("utf-8")


def test_a_page_that_declares_utf_16_in_single_bytes_is_read_as_what_it_is() -> None:
    page = '<html><head><meta charset="utf-16"></head><p>Größe, geöffnet, Café</p>'.encode("latin-1")
    assert "Größe, geöffnet, Café" in decode(page, markup=True)
