"""The story of a page: what several ways of finding it agree on.

trafilatura is asked twice, strictly and loosely, and the page's structured data may hold the text too
(``articleBody``). The strict reading leaves out what isn't the story, and now and then some of the story; the loose
one the reverse. What both found is the story. What one found alone is kept where it reads as prose or stands inside
the story, and dropped where it is the headline, a bare link, or a label at the edges. Paragraphs that both missed are
taken back where they stand in the same column as those found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from ingest.htmltext import drop_hidden
from ingest.line_keys import squash
from ingest.teasers import without_teasers

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]」』]*$")
_BULLET = re.compile(r"^\s*[-–•*·]\s+")
_TRAILING_LABEL = re.compile(r"\s*[\[(][^\])]{1,20}[\])]\W*$")
_TABLE_RULE = re.compile(r"^[\s|:-]*-{3,}[\s|:-]*$")
_FOR_MACHINES = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.Z+-]*|https?://\S+\.(?:jpe?g|png|gif|webp|svg)(?:\?\S*)?", re.IGNORECASE
)
_PROSE = 80  # characters: a finished sentence this long is a paragraph of somebody's
_SHORT_TEXT = 500  # characters; of less, the story may have been missed
_LOST = 0.6  # of the loose reading's prose: with less, the strict one has lost the story
_MOST_LINKS = 0.25  # of a text's words; with more, the links are the story (a digest)
_HEAD_LINES = 6  # among which the headline may stand
_FEWEST_ALIKE = 3  # paragraphs found that make a column of what they stand in
_CUT_OFF = re.compile(r"(?:\.\.\.|…)\W*$")


@dataclass(frozen=True, slots=True)
class Body:
    """The story, and what trafilatura guessed besides (``title``, ``author``, ``date``)."""

    text: str
    whole: str = ""  # the loose reading, with the notices that the story leaves out
    standfirst: str = ""  # the page's own summary, where it stood above the story and isn't part of it
    guesses: dict[str, Any] = field(default_factory=dict)


def extract_body(
    tree: HtmlElement, url: str, *, titles: Sequence[str] = (), summaries: Sequence[str] = (), own_text: str = ""
) -> Body:
    """The story of a parsed page, paragraphs separated by an empty line; ``text`` is "" where there is none.

    ``titles`` and ``summaries`` are what the page calls itself (they aren't the story); ``own_text`` is the structured
    data's text.
    """
    page = without_teasers(tree)
    drop_hidden(page)  # not from the tree itself: dates and authors often stand where no reader sees them
    guesses = _guesses(tree, url)
    links = link_texts(page)
    # without the library's fall-backs a reading costs half and finds as much; where it finds little, they are asked
    loose = _read(page, url, fast=True)
    loose_lines = lines_of(loose if len(loose) >= _SHORT_TEXT else _read(page, url))
    strict = _read(page, url, strictly=True, fast=True)
    strict_lines = lines_of(strict if len(strict) >= _SHORT_TEXT else _read(page, url, strictly=True))
    lines = agreed(strict_lines, loose_lines, links=links, known={squash(text) for text in summaries} - {""})
    lines = with_column(once(lines), page)
    lines = without_links(without_headline(lines, [*titles, str(guesses["title"] or "")]), links)
    standfirst = next((text for text in summaries if text and squash(text) not in {squash(line) for line in lines}), "")
    text = with_own_text(lines, own_text)
    above = squash(standfirst) in {squash(line) for line in loose_lines[:_HEAD_LINES]}
    return Body(text, "\n".join(loose_lines), standfirst if standfirst and above else "", guesses)


def lines_of(text: str) -> list[str]:
    """The lines that say something: bullets joined with what follows, rules of tables gone, cells apart from bars."""
    lines: list[str] = []
    bullet = False
    for raw in text.split("\n"):
        line = raw.strip()
        if _TABLE_RULE.match(line) and "|" in line:
            continue
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            line = " | ".join(cell for cell in cells if cell)
        if line in {"-", "•", "*"}:
            bullet = True
            continue
        if squash(line):
            lines.append(f"- {line}" if bullet else line)
            bullet = False
    return lines


def once(lines: Iterable[str]) -> list[str]:
    """The lines without a paragraph that came before word for word, and without what only machines read."""
    seen: set[str] = set()
    kept = []
    for line in lines:
        key = squash(line)
        if _FOR_MACHINES.fullmatch(line) or (len(line) >= _PROSE and key in seen):
            continue
        seen.add(key)
        kept.append(line)
    return kept


def agreed(strict: list[str], loose: list[str], *, links: frozenset[str], known: set[str]) -> list[str]:
    """One text of two readings of a page; ``known`` are squashed lines that the page gives elsewhere (its summary)."""
    if not strict or not loose:
        return strict or loose
    if _prose_length(strict) < _LOST * _prose_length(loose) and not _is_one_block(loose):
        return loose
    if _is_one_block(loose):  # a table that holds the page: the strict reading has its paragraphs
        return strict
    strict_keys, loose_keys = [squash(line) for line in strict], [squash(line) for line in loose]
    strict_all, loose_all = "".join(strict_keys), "".join(loose_keys)
    kept: list[str] = []
    matcher = SequenceMatcher(None, strict_keys, loose_keys, autojunk=False)
    operations = matcher.get_opcodes()
    last = max((number for number, operation in enumerate(operations) if operation[0] == "equal"), default=-1)
    first = next((number for number, operation in enumerate(operations) if operation[0] == "equal"), len(operations))
    if last < 0:
        return loose if _prose_length(loose) >= _prose_length(strict) else strict
    for number, (kind, strict_from, strict_to, loose_from, loose_to) in enumerate(operations):
        if kind == "equal":
            kept += loose[loose_from:loose_to]
            continue
        inside = first < number < last
        for line, key in zip(loose[loose_from:loose_to], loose_keys[loose_from:loose_to], strict=True):
            if key in strict_all or _worth_keeping(line, key, inside=inside, links=links, known=known):
                kept.append(line)
        kept += [
            line
            for line, key in zip(strict[strict_from:strict_to], strict_keys[strict_from:strict_to], strict=True)
            if key not in loose_all
        ]
    return kept


def _worth_keeping(line: str, key: str, *, inside: bool, links: frozenset[str], known: set[str]) -> bool:
    """Whether a line that only the loose reading has is the story's."""
    if key in known or is_link(line, links) or (not inside and _BULLET.match(line)):
        return False
    if len(line) >= _PROSE and _SENTENCE_END.search(line) is not None:
        return True
    return inside and not _BULLET.match(line)


def is_link(line: str, links: frozenset[str]) -> bool:
    """Whether the whole line is one link to elsewhere, and no sentence."""
    bare = _TRAILING_LABEL.sub("", _BULLET.sub("", line))
    return squash(bare) in links and _SENTENCE_END.search(bare) is None


def link_texts(tree: HtmlElement) -> frozenset[str]:
    """The squashed texts of the page's links that are long enough to be a headline."""
    texts = (squash(link.text_content()) for link in tree.iter("a") if link.get("href"))
    return frozenset(text for text in texts if len(text) >= 15)


def without_headline(lines: list[str], titles: Iterable[str]) -> list[str]:
    """The lines without the headline among the first ones, and without the short labels above it."""
    keys = {squash(title) for title in titles} - {""}
    for number, line in enumerate(lines[:_HEAD_LINES]):
        key = squash(line)
        if key in keys or (len(key) >= 20 and any(title.startswith(key) for title in keys)):
            above = [before for before in lines[:number] if len(before) >= _PROSE]
            return [*above, *lines[number + 1 :]] or lines
    return lines


def without_links(lines: list[str], links: frozenset[str]) -> list[str]:
    """The lines without those that only link to other pages, unless links are what the text is made of."""
    bare = {number for number, line in enumerate(lines) if is_link(line, links)}
    words = sum(len(line.split()) for line in lines)
    if sum(len(lines[number].split()) for number in bare) > _MOST_LINKS * words:
        return lines
    return [line for number, line in enumerate(lines) if number not in bare]


def with_own_text(lines: list[str], own_text: str) -> str:
    """The story, judged by the text that the structured data gives, where that is whole.

    Agreeing with nearly all of the lines and not much longer, it confirms them: what else stands at their edges is
    dropped. Holding them all and far more, it replaces them. Otherwise it is somebody else's, or cut off.
    """
    story = "\n\n".join(lines)
    own, ours = squash(own_text), squash(story)
    if len(own) < 200 or _CUT_OFF.search(own_text):
        return story
    keys = [squash(line) for line in lines]
    shared = sum(len(key) for key in keys if key in own)
    if len(own) > 1.5 * len(ours) + 100 and shared >= 0.8 * len(ours):
        return re.sub(r"\s*\n\s*", "\n\n", own_text).strip()
    if shared >= 0.8 * len(own) and len(own) >= 0.8 * len(ours):
        confirmed = [number for number, key in enumerate(keys) if key in own]
        inside = range(confirmed[0], confirmed[-1] + 1)
        return "\n\n".join(line for number, line in enumerate(lines) if number in inside or keys[number] in own)
    return story


def with_column(lines: list[str], tree: HtmlElement) -> list[str]:
    """The lines, and the paragraphs beside them that were missed.

    A paragraph counts as beside them when its parent looks like that of three found ones (tags and classes, in the same
    ``<article>`` and under the same main headline), stands below the first found one and is a finished sentence.
    """
    rows = {squash(line): number for number, line in enumerate(lines)}
    everything = "".join(rows)
    added: dict[int, list[str]] = {}
    for paragraphs in _columns(tree).values():
        if sum(squash(text) in rows for text in paragraphs) < _FEWEST_ALIKE:
            continue
        place = None
        for text in paragraphs:
            key = squash(text)
            if key in rows:
                place = rows[key]
            elif place is not None and len(text) >= _PROSE and _SENTENCE_END.search(text) and key not in everything:
                added.setdefault(place, []).append(text)
    return [text for number, line in enumerate(lines) for text in (line, *added.get(number, ()))]


def _columns(tree: HtmlElement) -> dict[tuple[object, ...], list[str]]:
    """The texts of the page's paragraphs, in order, by what they stand in."""
    columns: dict[tuple[object, ...], list[str]] = {}
    headlines = 0
    for element in tree.iter("p", "h1"):
        headlines += element.tag == "h1"
        parent = element.getparent()
        above = parent.getparent() if parent is not None else None
        text = " ".join(element.text_content().split())
        if element.tag == "h1" or above is None or not text:
            continue
        holder = next(element.iterancestors("article", "main", "body"), None)
        looks = (parent.tag, parent.get("class") or "", above.tag, above.get("class") or "")
        columns.setdefault((*looks, id(holder), headlines), []).append(text)
    return columns


def _prose_length(lines: Iterable[str]) -> int:
    return sum(len(line) for line in lines if len(line) >= _PROSE and _SENTENCE_END.search(line))


def _is_one_block(lines: Sequence[str]) -> bool:
    """Whether nearly the whole text is one line made of table cells: a page laid out as a table."""
    longest = max(lines, key=len)
    return len(longest) > 1500 and len(longest) > 0.8 * sum(map(len, lines))


def _read(tree: HtmlElement, url: str, *, strictly: bool = False, fast: bool = False) -> str:
    """The text of one reading by trafilatura; "" where it finds none."""
    from trafilatura import bare_extraction

    document = bare_extraction(tree, url=url or None, include_comments=False, favor_precision=strictly, fast=fast)
    if document is None:
        return ""
    record = document if isinstance(document, dict) else document.as_dict()
    return record.get("text") or ""


def _guesses(tree: HtmlElement, url: str) -> dict[str, Any]:
    """What trafilatura, and htmldate under it, make of the whole page."""
    from trafilatura.metadata import extract_metadata

    record = extract_metadata(tree, url or None).as_dict()
    return {key: record.get(key) for key in ("title", "author", "date")}
