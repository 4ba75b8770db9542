"""Bytes in the charset that somebody names -> UTF-8, as every reader takes them."""

from __future__ import annotations


def in_utf8(content: bytes, charset: str) -> bytes:
    """The content decoded as ``charset``; as it is where it is UTF-8 already, or the charset unknown or wrong.

    Servers name a charset out of habit: what is valid UTF-8 is hardly ever anything else.
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return content.decode(charset).encode("utf-8", "replace")
        except (LookupError, ValueError):
            return content
    return content
