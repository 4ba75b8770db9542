"""What changed from one version of an article to the next: fields, and whole sentences of the text (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from archive.article import Article, ArticleVersion

_SENTENCE = re.compile(r"[^\n]+?(?:[.!?][\"'”’)\]]*(?=\s)|$)", re.MULTILINE)
_FIELDS = ("title", "outlet", "authors", "section", "language", "kind", "published", "url")
_CUT_MARKS = " .…[]"  # how a text ends that was cut short
_STUB_SHARE = 0.6  # of the full text's length: a text so much shorter is no edit ...
_HELD_SHARE = 0.85  # ... if so much of it stands in the full one
_MOST_SENTENCES = 4000  # beyond, comparing would take seconds: the text is told to have changed as a whole


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that says something else; None: it said (or says) nothing."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class VersionChange:
    """A version, and how it differs from the one before it (nothing for the first).

    ``removed`` and ``added`` are sentences, verbatim, in the order of the text; a reworded one stands in both.
    """

    version: ArticleVersion
    fields: tuple[FieldChange, ...] = ()
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    @property
    def correction(self) -> str | None:
        """The correction notice that this version carries, verbatim."""
        return self.version.article.correction


def changes_of(versions: Sequence[ArticleVersion]) -> list[VersionChange]:
    """Each version with what it changed, earliest first."""
    found = [VersionChange(version) for version in versions[:1]]
    for before, after in pairwise(versions):
        removed, added = text_changes(before.article.text, after.article.text)
        found.append(VersionChange(after, field_changes(before.article, after.article), removed, added))
    return found


def field_changes(before: Article, after: Article) -> tuple[FieldChange, ...]:
    """The descriptions that differ, in a fixed order."""
    shown = [(name, _shown(before, name), _shown(after, name)) for name in _FIELDS]
    return tuple(FieldChange(name, old, new) for name, old, new in shown if old != new)


def text_changes(before: str, after: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(sentences that are gone, sentences that are new)."""
    old, new = sentences(before), sentences(after)
    if len(old) > _MOST_SENTENCES or len(new) > _MOST_SENTENCES:
        known, kept = set(old), set(new)
        return tuple(part for part in old if part not in kept), tuple(part for part in new if part not in known)
    removed: list[str] = []
    added: list[str] = []
    for _, from_old, to_old, from_new, to_new in _differences(old, new):
        removed += old[from_old:to_old]
        added += new[from_new:to_new]
    return tuple(removed), tuple(added)


def sentences(text: str) -> list[str]:
    """The sentences of a text, roughly: cut after a full stop and at the end of a line."""
    return [part for found in _SENTENCE.finditer(text) if (part := found.group().strip())]


def is_part_of(text: str, whole: str, *, partial: bool) -> bool:
    """Whether a text is the other one cut short: one piece of it, or (of a stub) little but its sentences."""
    piece, full = " ".join(text.split()).rstrip(_CUT_MARKS), " ".join(whole.split())
    if not piece or len(piece) >= len(full.rstrip(_CUT_MARKS)):
        return False
    if piece in full:
        return True
    if not partial and len(piece) > _STUB_SHARE * len(full):
        return False  # a paragraph less in the middle: that is an editor's work
    parts = [" ".join(part.split()) for part in sentences(text)]
    held = sum(len(part) for part in parts if part.rstrip(_CUT_MARKS) in full)
    return held >= _HELD_SHARE * sum(map(len, parts))


def _differences(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [step for step in matcher.get_opcodes() if step[0] != "equal"]


def _shown(article: Article, name: str) -> str | None:
    if name == "published":
        return article.published.iso() if article.published else None
    if name == "authors":
        return ", ".join(article.authors) or None
    value: str | None = getattr(article, name)
    return value
