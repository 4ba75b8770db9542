"""Around an article being read, as safe HTML: its versions side by side, what ran just before and after. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from itertools import pairwise

from archive.article import Article, ArticleVersion
from archive.changes import field_changes, sentences
from web import texts
from web.days import readable
from web.markup import escape
from web.render_source import latest_rows

_WORD = re.compile(r"\w+|\W")
_MOST_WORDS = 4000  # of a pair of sentences; beyond, they are shown as wholly changed
_MOST_VERSIONS = 20


def versions_compared(versions: Sequence[ArticleVersion], *, opened: bool = False) -> str:
    """Every version but the first beside the one before it: what is gone on the left, what is new on the right.

    Folded away unless ``opened``.
    """
    if len(versions) < 2:
        return ""
    pairs = list(pairwise(versions))[-_MOST_VERSIONS:]
    parts = "".join(_compared(before, after) for before, after in reversed(pairs))
    summary = escape(texts.what_changed(len(versions)))
    shown = " open" if opened else ""
    return f'<details class="versions"{shown}><summary>{summary}</summary>{parts}</details>'


def _compared(before: ArticleVersion, after: ArticleVersion) -> str:
    rows = [
        _pair(f"{texts.FIELD_NAMES.get(change.field, change.field)}: {change.before or '–'}",
              f"{texts.FIELD_NAMES.get(change.field, change.field)}: {change.after or '–'}")
        for change in field_changes(before.article, after.article)
    ]  # fmt: skip
    old, new = sentences(before.article.text), sentences(after.article.text)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind != "equal":
            rows.append(_pair(" ".join(old[old_from:old_to]), " ".join(new[new_from:new_to])))
    if not rows:
        rows = [f'<tr><td colspan="2">{texts.ONLY_LAYOUT}</td></tr>']
    return (
        '<table class="compared"><thead><tr>'
        f'<th scope="col">{escape(_name(before))}</th><th scope="col">{escape(_name(after))}</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _name(version: ArticleVersion) -> str:
    day = readable(version.valid_from) or readable(version.seen_at.date())
    name = texts.version_from(version.version, day)
    return f"{name}, {texts.CURRENT}" if version.current else name


def _pair(before: str, after: str) -> str:
    left, right = words_compared(before, after)
    return f'<tr><td dir="auto">{left}</td><td dir="auto">{right}</td></tr>'


def words_compared(before: str, after: str) -> tuple[str, str]:
    """Both texts escaped, the words that the other lacks in ``<del>`` and ``<ins>``."""
    if not before or not after:
        return (f"<del>{escape(before)}</del>" if before else "", f"<ins>{escape(after)}</ins>" if after else "")
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) > _MOST_WORDS or len(new) > _MOST_WORDS:
        return f"<del>{escape(before)}</del>", f"<ins>{escape(after)}</ins>"
    left: list[str] = []
    right: list[str] = []
    for kind, old_from, old_to, new_from, new_to in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        gone, come = escape("".join(old[old_from:old_to])), escape("".join(new[new_from:new_to]))
        left.append(gone if kind == "equal" or not gone else f"<del>{gone}</del>")
        right.append(come if kind == "equal" or not come else f"<ins>{come}</ins>")
    return "".join(left), "".join(right)


def around_in_time(before: Sequence[Article], after: Sequence[Article]) -> str:
    """The articles printed just before and just after, each a link."""
    parts = []
    for title, articles in ((texts.JUST_BEFORE, list(reversed(before))), (texts.JUST_AFTER, list(after))):
        if articles:
            rows = latest_rows(articles)
            parts.append(f'<section><h3 class="label">{title}</h3><ol class="latest-rows">{rows}</ol></section>')
    return f'<div class="around">{"".join(parts)}</div>' if parts else ""
