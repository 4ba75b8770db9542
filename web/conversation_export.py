"""A conversation as a document to keep: Markdown, a page of HTML, or JSON, each with full references. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Any

from archive.errors import UsageError
from archive.json_values import plain
from assistant.answer import Answer, AnswerSentence, Mode, Source, Verdict
from assistant.answer_json import answer_as_json
from assistant.lone_marks import in_marks
from web import texts
from web.conversations import Conversation, title_of
from web.days import parse_day, readable, readable_span
from web.markup import escape, outside_link, web_address
from web.render_source import outlets_too
from web.render_understood import differs
from web.turn_view import TurnView

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+!|~&-])")


class ExportForm(StrEnum):
    """In which form."""

    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


def only_turn(conversation: Conversation, number: int) -> Conversation:
    """The conversation with nothing but one of its turns, named after it. Raises UsageError if there is none."""
    turns = tuple(view for view in conversation.turns if view.number == number)
    if not turns:
        raise UsageError(texts.NO_TURN)
    summary = replace(conversation.summary, title=title_of(turns[0].asked.text), turns=1)
    return Conversation(summary, turns)


def as_json(conversation: Conversation) -> dict[str, Any]:
    """Everything, as values: questions with their settings, whole answers with sources."""
    return {
        "title": conversation.summary.title,
        "created": conversation.summary.created.isoformat(),
        "changed": conversation.summary.changed.isoformat(),
        "turns": [_turn_as_json(view) for view in conversation.turns],
    }


def _turn_as_json(view: TurnView) -> dict[str, Any]:
    asked = view.asked
    return {
        "number": view.number,
        "question": asked.text,
        "asked_on": asked.asked_on.isoformat(),
        "mode": asked.mode.value,
        "filter": plain(asked.wall),
        "reading": plain(asked.reading),
        "phase": view.phase.value,
        "model": view.model or None,
        "text": view.answer.answer if view.answer is not None else view.text,
        "error": view.error or None,
        "note": view.note or None,
        "answer": answer_as_json(view.answer) if view.answer is not None else None,
    }


def settings_line(view: TurnView) -> str:
    """The settings a question was asked with, and how a follow-up was understood, in one line of text."""
    asked, wall = view.asked, view.asked.wall
    again = [texts.ASKED_AGAIN] if asked.again else []
    parts = [*again, texts.asked_on(readable(asked.asked_on)), readable_span(wall.published_from, wall.published_to)]
    parts += [*wall.outlets, *wall.authors]
    if wall.as_of:
        parts.append(texts.as_of(readable(wall.as_of)))
    if differs(view) and view.plan is not None:
        parts.append(f"{texts.UNDERSTOOD}: {view.plan.standalone}")
    return " · ".join(part for part in parts if part)


def reference(source: Source) -> str:
    """A source in one line of text: headline, byline, outlet, day, id."""
    parts = [
        source.title or texts.NO_HEADLINE,
        ", ".join(source.authors),
        source.outlet or texts.UNKNOWN_OUTLET,
        readable(parse_day(source.published)) or texts.UNDATED,
        source.external_id or "",
        source.article_id,
        texts.PARTIAL if source.partial else "",
        f"{texts.CORRECTION}: {source.correction}" if source.correction else "",
        texts.SUPERSEDED if source.superseded else "",
        texts.corrected_with(source.corrected_since) if source.corrected_since else "",
        outlets_too(source.also_in) if source.also_in else "",
    ]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _marks(sentence: AnswerSentence) -> str:
    return "".join(f" [{key}]" for key in sentence.citations)


def _spoken(sentence: AnswerSentence) -> str:
    """A sentence with Backissue's explanations in square brackets."""
    text, at = "", 0
    for gloss in sentence.glosses:
        text += f"{sentence.text[at : gloss.offset]} [{gloss.text}]"
        at = gloss.offset
    return text + sentence.text[at:]


def _warning(sentence: AnswerSentence) -> str:
    if sentence.verdict is Verdict.NOT_IN_SOURCE:
        return texts.NOT_IN_SOURCE
    return texts.CONTRADICTED if sentence.verdict is Verdict.CONTRADICTED else ""


def _sentences(answer: Answer) -> Iterator[tuple[str, str]]:
    """What is said above the sentences, then each as it is read, with its marks; and what is wrong with it."""
    if answer.statement:
        yield answer.statement, ""
    for sentence in answer.sentences:
        words = _spoken(sentence)
        yield (
            (in_marks(sentence.text, words) if sentence.quoted or answer.mode is Mode.QUOTES else words)
            + _marks(sentence),
            _warning(sentence),
        )


def _instead(view: TurnView) -> list[str]:
    """What is said where there is no answer, or besides it."""
    said = [view.note, view.error]
    if view.answer is None:
        said.append(view.text)
    elif view.answer.refused:
        said.append(view.answer.answer or texts.REFUSED)
    if view.answer is not None:
        said += [*view.answer.notices, texts.INCOMPLETE if view.answer.incomplete else ""]
    return [part for part in said if part]


def as_markdown(conversation: Conversation) -> str:
    """A Markdown document; nothing of an article is read as its markup."""
    lines = [f"# {_plain(conversation.summary.title)}", ""]
    for view in conversation.turns:
        lines += [f"## {_plain(' '.join(view.asked.text.split()))}", "", f"*{_plain(settings_line(view))}*", ""]
        answer = view.answer
        if answer is not None and not answer.refused:
            for words, warning in _sentences(answer):
                lines += [_plain(words) + (f" *({_plain(warning)})*" if warning else ""), ""]
        for said in _instead(view):
            lines += [_plain(said), ""]
        for title, sources in _source_lists(answer):
            lines += [f"### {title}", ""]
            for source in sources:
                address = web_address(source.url)
                where = f" <{address}>" if address and not re.search(r"[<>]", address) else ""
                lines += [f"- \\[{_plain(source.key)}\\] {_plain(reference(source))}{where}", ""]
                lines += [f"  > {_plain(line)}" for line in source.text.splitlines() if line.strip()]
                lines += [""]
    return "\n".join(lines).rstrip() + f"\n\n*{texts.EXPORTED}*\n"


def _plain(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text.replace("\r", " ").replace("\n", " "))


def _source_lists(answer: Answer | None) -> list[tuple[str, tuple[Source, ...]]]:
    if answer is None:
        return []
    found = texts.FOUND if answer.shown_to_model else texts.NEAREST
    both = ((texts.SOURCES, answer.sources), (found, answer.near_misses if answer.refused else ()))
    return [(title, sources) for title, sources in both if sources]


def as_html(conversation: Conversation) -> str:
    """A page of its own: no script, no picture, nothing from elsewhere."""
    title = escape(conversation.summary.title)
    turns = "".join(_turn_as_html(view) for view in conversation.turns)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width, initial-scale=1"><meta http-equiv="content-security-policy" '
        f"content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>{title}</title>"
        f"<style>{_STYLE}</style></head>"
        f"<body><h1>{title}</h1>{turns}<footer>{texts.EXPORTED}</footer></body></html>"
    )


def _turn_as_html(view: TurnView) -> str:
    parts = [f'<h2 dir="auto">{escape(view.asked.text)}</h2><p class="small">{escape(settings_line(view))}</p>']
    answer = view.answer
    if answer is not None and not answer.refused:
        for words, warning in _sentences(answer):
            careful = f' <em class="careful">{escape(warning)}</em>' if warning else ""
            parts.append(f'<p dir="auto">{_linked(words, view.number)}{careful}</p>')
    parts += [f'<p dir="auto">{escape(said)}</p>' for said in _instead(view)]
    for title, sources in _source_lists(answer):
        rows = "".join(_source_as_html(source, view.number) for source in sources)
        parts.append(f"<h3>{title}</h3><ol>{rows}</ol>")
    return f"<section>{''.join(parts)}</section>"


def _linked(words: str, turn: int) -> str:
    """Escaped words whose ``[1]`` marks at the end lead to the sources below."""
    head, marks = re.match(r"(.*?)((?: \[\w+\])*)$", words, re.S).groups()  # type: ignore[union-attr]
    return escape(head) + re.sub(r" \[(\w+)\]", rf' <a href="#t{turn}-\1">[\1]</a>', marks)


def _source_as_html(source: Source, turn: int) -> str:
    key = re.sub(r"\W", "-", source.key)
    link = outside_link(source.url, source.url or "")
    return (
        f'<li id="t{turn}-{escape(key)}"><p dir="auto">[{escape(source.key)}] {escape(reference(source))} {link}</p>'
        f'<blockquote dir="auto">{escape(source.text)}</blockquote></li>'
    )


_STYLE = (
    "body{font:1.0625rem/1.6 Charter,Georgia,serif;max-width:42rem;margin:3rem auto;padding:0 1.25rem;color:#1b1a18;"
    "background:#fbfaf6}h1,h2,h3{line-height:1.25}section{border-top:1px solid #ddd7c8;margin-top:2rem}"
    ".small,footer,li{font-size:.9375rem}.small,footer{color:#6d685e}ol{list-style:none;padding:0}"
    "blockquote{margin:.3rem 0 1rem;padding-inline-start:1rem;border-inline-start:3px solid #ddd7c8;"
    "white-space:pre-wrap}.careful{color:#a3201d}a{color:#8a1c1c}"
)
