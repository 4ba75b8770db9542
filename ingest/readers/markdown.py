"""Markdown: one article per file, with front matter between ``---`` (YAML) or ``+++`` (TOML) lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ingest.bytestreams import OpenFile
from ingest.document import Draft, RawDocument, Rejected, UnreadableDocumentError
from ingest.fields import draft_from_record
from ingest.htmltext import html_to_text
from ingest.hygiene import decode, is_binary, one_line, repair
from ingest.partial import is_partial
from ingest.readers import text

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\s*(?P<mark>---|\+\+\+)[ \t]*\n(?P<head>.*?\n)?(?P=mark)[ \t]*(?:\n|$)", re.DOTALL)
_LARGEST_FRONT_MATTER = 100_000  # characters


def documents(file: OpenFile) -> Iterator[RawDocument | Rejected]:
    """The file as one document."""
    return text.documents(file, "markdown")


def parse(raw: RawDocument, *, today: date) -> Draft:
    """Front matter and body -> Draft; marks of emphasis, links and images are taken off the text.

    Raises UnreadableDocumentError where the front matter isn't valid.
    """
    if is_binary(raw.content):
        raise UnreadableDocumentError("binary data, not text.")
    source = repair(decode(raw.content))
    record: dict[str, Any] = {}
    if found := _FRONT_MATTER.match(source):
        record, source = _front_matter(found["mark"], found["head"] or ""), source[found.end() :]
    title, story = plain_text(source)
    draft = draft_from_record(record, today=today, text=story)
    if title and draft.title and one_line(title).casefold() != draft.title.casefold():
        draft = replace(draft, text=f"{title}\n\n{story}")  # a heading of its own, not the headline again
    partial = raw.damaged or draft.partial or is_partial(story)
    if not record and not title:
        return replace(text.draft_from_text(story.strip(), today=today), partial=partial, whole_file=True)
    return replace(draft, title=draft.title or title, partial=partial, whole_file=True)


def plain_text(source: str) -> tuple[str, str]:
    """The opening first-level heading ("" if there is none) and the text after it, without mark-up."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(source)
    title, blocks = "", list[str]()
    depth: list[str] = []
    for position, token in enumerate(tokens):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            depth.append("- " if token.type.startswith("bullet") else f"{token.attrs.get('start', 1)}. ")
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            depth.pop()
        elif token.type == "inline":
            written = _inline(token)
            opening = tokens[position - 1]
            if opening.type == "heading_open" and opening.tag == "h1" and not blocks and not title:
                title = one_line(written)
            elif written.strip():
                blocks.append(("- " if depth else "") + written.strip())
        elif token.type in {"code_block", "fence"}:
            blocks.append(token.content.strip("\n"))
        elif token.type == "html_block" and (written := html_to_text(token.content) or ""):
            blocks.append(written)
    return title, "\n\n".join(blocks)


def _inline(token: Token) -> str:
    parts = []
    for child in token.children or []:
        if child.type in {"text", "code_inline", "text_special"}:
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("\n")
    return "".join(parts)


def _front_matter(mark: str, head: str) -> dict[str, Any]:
    if len(head) > _LARGEST_FRONT_MATTER:
        raise UnreadableDocumentError("the front matter is longer than 100,000 characters.")
    if mark == "+++":
        try:
            return {key: _plain(value) for key, value in tomllib.loads(head).items()}
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise UnreadableDocumentError(f"the front matter isn't valid TOML: {error}.") from None
    import yaml  # type: ignore[import-untyped]

    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(head, yaml.BaseLoader)):
            raise UnreadableDocumentError("the front matter uses YAML aliases, which can expand without end.")
        # BaseLoader keeps every value a string: "2024" stays a headline, dates are read by our own rules
        values = yaml.load(head, yaml.BaseLoader)  # noqa: S506 - BaseLoader builds nothing but str, list and dict
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = getattr(error, "problem", None) or type(error).__name__
        raise UnreadableDocumentError(f"the front matter isn't valid YAML: {reason}.") from None
    if values in (None, ""):
        return {}
    if not isinstance(values, dict):
        raise UnreadableDocumentError("the front matter isn't a list of `key: value` lines.")
    return {str(key): _boolean(value) for key, value in values.items()}


def _boolean(value: object) -> object:
    return {"true": True, "false": False}.get(value.casefold(), value) if isinstance(value, str) else value


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
