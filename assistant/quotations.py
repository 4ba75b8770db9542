"""Quotations in a sentence, and whether a passage has them word for word (pure).

Typographic and plain quotes are one, white space and the case of the first letter don't count; "..." leaves words
out, "[the minister]" puts words in, ``"One half," he said, "and the other."`` may be joined, a number may be spelled in
another way. Nothing else may differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.number_values import DECADE, PERCENT, TIME, VAGUE
from assistant.numbers import find_numbers

_DOUBLE = re.compile(r"[“”„‟«»\"「」]")
_SINGLE = re.compile(r"(?<![\w’'])‘((?:[^‘’\n]|’(?=\w)){2,1000})’(?!\w)|(?<![\w'])'((?:[^'\n]|'(?=\w)){2,1000})'(?!\w)")
_TO_PLAIN = str.maketrans({
    "’": "'", "‘": "'", "‛": "'", "“": "'", "”": "'", "„": "'", "«": "'", "»": "'", '"': "'", "`": "'",
    "‹": "<", "›": ">",
    "⟦": "[", "–": "-", "—": "-", "―": "-", "‐": "-", "‑": "-", "−": "-", "…": "...", "\u00a0": " ", "\u202f": " ",
})  # fmt: skip
_DASHES = str.maketrans("–—‑−", "----")
_ATTRIBUTION = re.compile(r"[,.?!]?[\"”]\s+[^\"“”\n]{2,80}?[,.:]?\s+[\"“]")
_PARAGRAPH_QUOTE = re.compile(r"\n+\s*[\"“]")  # a quotation that goes on in a new paragraph is opened again
_GAP = re.compile(r"\s*(?:\[\s*)?(?:\.\s?){3,}(?:\s*\])?\s*")
_INSERTION = re.compile(r"\s*\[[^\]]{0,80}\]\s*")
_MOST_INSERTIONS = 4
_LONGEST_INSERTED = 80
_LONGEST_LEFT_OUT = 1500


def find_quotations(text: str) -> list[str]:
    """What stands between quotation marks, without them; apostrophes open nothing.

    A sentence may begin or end inside a quotation: then the text up to a lone closing mark, or from a lone opening one.
    """
    inside = _double_quoted(text)
    outside = list(text)
    for start, end in inside:
        outside[start:end] = " " * (end - start)
    single = [group for match in _SINGLE.finditer("".join(outside)) for group in match.groups() if group is not None]
    found = [text[start:end].strip() for start, end in inside] + [group.strip() for group in single]
    return [inner for inner in found if re.search(r"\w", inner)]


def _double_quoted(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    for match in _DOUBLE.finditer(text):
        if opened is None and match.group() == '"' and text[: match.start()][-1:].isdigit():
            continue  # inches
        if opened is None and _closes(text, match):
            if not spans:
                spans.append((0, match.start()))
        elif opened is None:
            opened = match.end()
        elif match.group() not in "„«「":
            spans.append((opened, match.start()))
            opened = None
    if opened is not None:
        spans.append((opened, len(text)))
    return spans


def _closes(text: str, mark: re.Match[str]) -> bool:
    """Whether a mark with none open before it is a closing one: by its form, or by standing behind a word."""
    if mark.group() in "”»」‟":
        return mark.start() > 0
    before, after = text[: mark.start()][-1:], text[mark.end() :][:1]
    return (
        mark.group() == '"'
        and bool(before)
        and not before.isspace()
        and before not in "([{-–—/"
        and (not after or after.isspace() or not after.isalnum())
    )


def is_verbatim(quotation: str, passage: str) -> bool:
    """Whether the passage has the quotation, word for word; only a number may be spelled in another way."""
    if _is_verbatim(quotation, passage):
        return True
    return bool(find_numbers(quotation)) and _is_verbatim(_with_figures(quotation), _with_figures(passage))


def find_words(quotation: str, passage: str) -> tuple[int, int] | None:
    """Where the words of a quotation follow one another in the passage, whatever marks stand between; else None."""
    words = [re.escape(word) for word in re.findall(r"\w+", quotation)]
    found = re.search(r"\b" + r"\W{1,12}".join(words) + r"\b", passage, re.IGNORECASE) if words else None
    return found.span() if found else None


def _is_verbatim(quotation: str, passage: str) -> bool:
    pieces = _pieces(quotation)
    return bool(pieces) and any(_in_order(pieces, version) for version in _versions(passage))


def _with_figures(text: str) -> str:
    """Every number in one spelling."""
    parts, position = [], 0
    same_length = text.translate(_DASHES)
    for number in find_numbers(same_length):
        kind, value = number.readings[0]
        if kind not in {VAGUE, TIME} and not number.code and number.start >= position:
            unit = {PERCENT: "percent", DECADE: "s"}.get(kind, "")
            parts += [text[position : number.start], f"{value:.10g}{unit}{number.currency}"]
            position = number.end
    return "".join([*parts, text[position:]])


def _in_order(pieces: list[re.Pattern[str]], passage: str) -> bool:
    """Whether the pieces follow one another with no more than a paragraph or so left out between two."""
    for first in pieces[0].finditer(passage):
        end = first.end()
        for piece in pieces[1:]:
            match = piece.search(passage, end, end + _LONGEST_LEFT_OUT)
            if match is None:
                break
            end = match.end()
        else:
            return True
    return False


def _versions(passage: str) -> Iterator[str]:
    yield _plain(passage)
    joined = _ATTRIBUTION.sub(" ", _PARAGRAPH_QUOTE.sub(" ", passage))
    if joined != passage:
        yield _plain(joined)


def _plain(text: str) -> str:
    return " ".join(text.translate(_TO_PLAIN).split())


def _pieces(quotation: str) -> list[re.Pattern[str]]:
    """What stands between the "..." as regular expressions; empty if nothing can be looked for."""
    inner = _plain(quotation).strip(" ,;:.!?'")
    pieces = []
    for number, piece in enumerate(_GAP.split(inner)):
        parts = [_escaped(words) for words in _INSERTION.split(piece)]
        if len(parts) > _MOST_INSERTIONS + 1:
            return []
        body = f".{{0,{_LONGEST_INSERTED}}}?".join(parts)
        if number == 0 and inner[:1].isalpha() and body.startswith(inner[0]):
            body = f"[{inner[0].lower()}{inner[0].upper()}]{body[1:]}"
        if re.search(r"\w", piece):
            pieces.append(re.compile(rf"(?<!\w){body}(?!\w)"))
    return pieces


def _escaped(words: str) -> str:
    # Quotes inside a quotation, and the comma that American usage puts before one, are set differently everywhere.
    pieces = [re.escape(word) for word in re.split(r"\s*[,.]?\s*(?:(?<=\s)'|'(?=\s)|^'|'$)\s*", words.strip()) if word]
    return r"[\s,.']{1,4}".join(pieces)
