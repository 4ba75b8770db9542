"""Bytes in a charset that a server names."""

from __future__ import annotations

import pytest

from ingest.charsets import in_utf8

LATIN = "Größe".encode("latin-1")


@pytest.mark.parametrize(
    ("content", "charset", "read"),
    [
        (LATIN, "iso-8859-1", "Größe".encode()),
        ("Größe".encode(), "iso-8859-1", "Größe".encode()),  # it is UTF-8, whatever the server says
        (LATIN, "x-of-our-own", LATIN),
        (LATIN, "ascii", LATIN),
        (LATIN, "hex", LATIN),  # a codec, and no charset
        (LATIN, "a\0b", LATIN),
    ],
)
def test_a_charset_is_believed_where_it_can_be(content: bytes, charset: str, read: bytes) -> None:
    assert in_utf8(content, charset) == read
