"""What a model writes, as plain text: no link, no image, no markup can come in by way of an answer (pure).

The chat escapes everything too; this keeps an address that an article smuggled into the reply from being printed at
all. Domains that the evidence itself prints ("bbc.com") may be repeated, full links and e-mail addresses never.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = {"Cc", "Cf", "Co", "Cs"}  # control, format (zero width, direction), private, surrogates
_IMAGE = re.compile(r"!\[([^\]\n]{0,300})\]\s?(?:\([^)\n]*\)|\[[^\]\n]*\])")
_LINK = re.compile(r"\[([^\]\n]{0,300})\]\((?:[^()\n]|\([^()\n]*\))*\)")
_REFERENCE = re.compile(r"^\s*\[[^\]\n]+\]:\s*\S+.*$", re.MULTILINE)
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z!?][^<>]*>|<\|[^|<>\n]{0,40}\|>", re.DOTALL)
_TAG_OPENING = re.compile(r"<(?=[a-zA-Z/!?])")
_ADDRESS = re.compile(
    r"<?\b(?:(?:https?|ftp|wss?|file)://|(?:javascript|vbscript|data|mailto|tel):|www\.)"
    r"(?:[^\s<>\"”’()\]]|\([^\s<>()]*\)?)+>?",
    re.IGNORECASE,
)
_BARE_ADDRESS = re.compile(
    r"(?<![\w@.])(?:[\w.+-]+@)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|org|net|edu|gov|int|info|biz|io|co|ai|app|dev|xyz|site|online|top|shop|club|link|click|me|tv|ly|ru|cn|uk|us|eu"
    r"|de|fr|in|test|example|zip|mov)\b(?:/[^\s<>\"”’)\]]*)?", re.IGNORECASE,
)  # fmt: skip
_LINE_MARK = re.compile(r"^(?!\x00)[ \t]*(?:#{1,6}[ \t]+|[-*•+][ \t]+|>[ \t]?|\d{1,2}[.)][ \t]+)", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:[-*_=][ \t]*){3,}$|^```.*$", re.MULTILINE)
_TABLE_RULE = re.compile(
    r"^(?:[ \t]*\|.*\|[ \t]*\n)?[ \t]*\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+[ \t]*(?::?-{3,}:?)?[ \t]*$", re.MULTILINE
)  # with the row of titles above it
_TABLE_ROW = re.compile(r"^[ \t]*\|(.*?)\|?[ \t]*$", re.MULTILINE)
_TITLE = re.compile(  # a heading, or a line that is nothing but emphasised; what cites a key or is a sentence stays
    r"^(?!.*\b[b-z][2-9][b-z][2-9]\b)(?!.*[.!?][*_ \t]*$)"
    r"[ \t]*(?:#{1,6}[ \t]+.*|(?:\*\*|__)[^*_\n]{1,80}(?:\*\*|__):?[ \t]*)$",
    re.MULTILINE | re.IGNORECASE,
)
_ANNOUNCED = re.compile(r"(?<=\w):(?:\*\*)?[ \t]*\n+[ \t]*(?:[-*•+]|\d{1,2}[.)])?[ \t]*(?=\S)")
_EMPHASIS = re.compile(r"\*+|__+|`+|~~+")
_CITATION_FOOTER = re.compile(
    r"\n[^\S\n]*(?:sources?|references?|citations?)(?:[^\S\n]*:)?[^\S\n]*(?:\n[\s\S]*)?$", re.IGNORECASE
)


def plain_text(text: str, evidence: str, *, at_line_start: bool = True) -> tuple[str, bool]:
    """The text without markup and addresses, and whether an address, an image or a tag was left out.

    ``evidence`` is what the model was given, in any case: an address without "https://" is kept if it stands there.
    """
    text = "".join(
        letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cf", "Co", "Cs"}
    )
    found = False

    def drop(_: re.Match[str]) -> str:
        nonlocal found
        found = True
        return ""

    def keep_words(match: re.Match[str]) -> str:
        nonlocal found
        found = True
        return match[1]

    def known_only(match: re.Match[str]) -> str:
        is_known = "@" not in match.group() and match.group().lower() in evidence.lower()
        return match.group() if is_known else drop(match)

    text = _REFERENCE.sub(drop, text)
    text = _IMAGE.sub(drop, text)
    text = _LINK.sub(keep_words, text)
    while (cleaner := _TAG.sub(drop, text)) != text:  # removing a tag can join the halves of another
        text = cleaner
    text = _TAG_OPENING.sub(drop, text)
    text = _ADDRESS.sub(drop, text)
    text = _BARE_ADDRESS.sub(known_only, text)
    text = _RULE.sub("", text)
    marked = text if at_line_start else "\x00" + text
    text = _LINE_MARK.sub("", marked).removeprefix("\x00")
    return _EMPHASIS.sub("", text), found


def running_text(text: str) -> str:
    """A draft without what only lays it out: headings, the titles of a table, and a list of sources of its own.

    What a line announces ("The reports differ:") is joined to it: such a line rests on what follows. Table rows become
    lists. Sources are printed from the archive, so a list of them that the model appended is dropped.
    """
    footer = _CITATION_FOOTER.search(text)
    text = _TITLE.sub("", text[: footer.start()].rstrip() if footer else text)
    text = _TABLE_ROW.sub(_listed, _TABLE_RULE.sub("", text))
    return _ANNOUNCED.sub(": ", text)


def _listed(row: re.Match[str]) -> str:
    return ", ".join(cell.strip() for cell in row[1].split("|") if cell.strip())
