"""The few ways in which text becomes HTML. Whatever comes from an article or a model passes through here. Pure."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

# Control characters but tab and line breaks, and halves of surrogate pairs: not text, and no JSON or UTF-8 either.
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def fit(text: str) -> str:
    """Text without what is no text: control characters and halves of surrogate pairs become U+FFFD, one for one."""
    return _UNFIT.sub("\ufffd", text)


def escape(text: object) -> str:
    """Text as HTML text or as a quoted attribute's value: no character in it can begin markup.

    Lone surrogates, which cannot be sent as UTF-8, and control characters become U+FFFD.
    """
    return html.escape(fit(str(text)), quote=True)


def web_address(url: str | None) -> str | None:
    """The URL if a browser may be sent there: absolute, http or https, with a host, without blanks. Else None."""
    if not url or _UNFIT.search(url) or any(character.isspace() for character in url):
        return None
    try:
        parts = urlsplit(url)
        named_host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme.lower() in {"http", "https"} and named_host else None


def outside_link(url: str | None, label: str, css: str = "") -> str:
    """A link that leaves Backissue, opened apart and without telling where the reader came from; empty if unsafe."""
    address = web_address(url)
    if address is None:
        return ""
    return (
        f'<a class="{css}" href="{escape(address)}" target="_blank" '
        f'rel="noopener noreferrer nofollow">{escape(label)}</a>'
    )


def merge_ranges(ranges: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Ranges within ``0..length``, sorted, overlapping ones joined, empty ones dropped. Touching ones stay two."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(0, a), min(length, b)) for a, b in ranges):
        if start >= end:
            continue
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def highlighted(text: str, ranges: Sequence[tuple[int, int]], offset: int = 0) -> str:
    """Escaped text with the ranges in ``<mark>``; they count from ``offset`` characters before the text.

    ``data-at`` of each mark is where its range begins, so that one among several can be found.
    """
    parts: list[str] = []
    at = 0
    for start, end in merge_ranges(ranges, offset + len(text)):
        begins, ends = max(start - offset, 0), end - offset
        if begins < ends:
            marked = escape(text[begins:ends])
            parts += [escape(text[at:begins]), f'<mark data-at="{start}">{marked}</mark>']
            at = ends
    parts.append(escape(text[at:]))
    return "".join(parts)


def paragraphs(text: str, ranges: Sequence[tuple[int, int]] = ()) -> str:
    """Text as ``<p>`` per line, blank lines dropped, with the ranges of the whole text marked."""
    parts: list[str] = []
    for match in re.finditer(r"[^\n\r\u2028\u2029]+", text):
        if match.group().strip():
            parts.append(f'<p dir="auto">{highlighted(match.group(), ranges, match.start())}</p>')
    return "".join(parts)
