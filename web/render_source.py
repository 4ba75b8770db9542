"""Sources and whole articles as safe HTML: what the panel beside the conversation shows. Pure.

The ids and classes here are the agreement with static/chat.js, which moves a source's card into the panel when its
``[1]`` is clicked: a mark's ``href="#a3-s1"`` is answer 3, source 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from archive.article import Article, ArticleVersion, DateSource
from assistant.answer import Copy, Source
from web import texts
from web.days import age, day_of, parse_day, readable
from web.markup import escape, merge_ranges, outside_link, paragraphs

UNSURE_BELOW = 0.5  # a date with less confidence than this is said to be unsure


def source_id(turn: int, key: str, prefix: str = "s") -> str:
    """The element id of a source's card; keys are ours, but whatever they hold stays an id."""
    safe = "".join(character if character.isalnum() else "-" for character in key)
    return f"a{turn}-{prefix}{escape(safe)}"


def where_and_when(outlet: str | None, published: str | None) -> str:
    """``Harbour Post, 14 Mar 2024`` as plain text."""
    return ", ".join(part for part in (outlet or "", readable(parse_day(published))) if part)


def dated(published: date | None, reference: date, *, today: date | None = None) -> str:
    """The date with its age, and the day that the age counts from."""
    if published is None:
        return f'<span class="date undated">{texts.UNDATED}</span>'
    since = texts.age_today() if reference == today else texts.age_reference(readable(reference))
    return (
        f'<span class="date"><time datetime="{published.isoformat()}">{escape(readable(published))}</time>'
        f' · <span class="age">{escape(age(published, reference))}</span></span>'
        f'<span class="age-reference">{escape(since)}</span>'
    )


def article_address(article_id: str, passage_id: str | None = None, source: Source | None = None,
                    asked_on: date | None = None, *, changes: bool = False) -> str:  # fmt: skip
    """Where the whole article is read: a page of its own, or loaded into the panel; ``changes``: at what changed."""
    query: dict[str, str] = {"changes": "1"} if changes else {}
    if passage_id:
        query["passage"] = passage_id
    if source is not None and source.highlights:
        query["mark"] = ",".join(f"{source.start + start}-{source.start + end}" for start, end in source.highlights)
    if asked_on is not None:
        query["asked_on"] = asked_on.isoformat()
    return f"/article/{quote(article_id, safe='', errors='replace')}" + (
        f"?{urlencode(query, errors='replace')}" if query else ""
    )


def source_card(source: Source, element_id: str, asked_on: date, *, today: date | None = None) -> str:
    """One source as the panel shows it: who and when, what to beware of, and the passage with its highlight."""
    address = article_address(source.article_id, source.passage_id, source, asked_on)
    title = escape(source.title or texts.NO_HEADLINE)
    return (
        f'<article class="source" id="{element_id}" data-start="{source.start}" '
        f'data-passage="{escape(source.passage_id)}" tabindex="-1">'
        f'<p class="kicker"><span class="outlet" dir="auto">{escape(source.outlet or texts.UNKNOWN_OUTLET)}</span>'
        f"{_kind(source.kind, source.section)}</p>"
        f'<h2 class="headline" dir="auto">{title}</h2>'
        f"{_byline(source.authors)}"
        f'<p class="dateline">{dated(parse_day(source.published), asked_on, today=today)}</p>'
        f"{_flags(source)}"
        f'<div class="passage" dir="auto">{_passage(source)}</div>'
        f'<p class="actions"><a class="read-article" href="{escape(address)}">{texts.WHOLE_ARTICLE}</a>'
        f"{outside_link(source.url, texts.AT_OUTLET + ' ↗', 'at-outlet')}</p>"
        f"{also_in(source.also_in)}"
        "</article>"
    )


def highlight_of(source: Source, sentence: str) -> int | None:
    """Where the highlight that holds this sentence begins in the source's text; None if the sentence isn't quoted."""
    found = source.text.find(sentence.strip())
    ranges = merge_ranges(source.highlights, len(source.text))
    return next((start for start, end in ranges if found >= 0 and start <= found < end), None)


def _passage(source: Source) -> str:
    before = '<span class="ellipsis" aria-hidden="true">… </span>' if source.start > 0 else ""
    lines = paragraphs(source.text, source.highlights)
    return f"{before}{lines}"


def _kind(*kinds: str | None) -> str:
    named = {kind.casefold(): kind for kind in reversed(kinds) if kind}  # a section "news" of the kind "news" is one
    return "".join(f' <span class="kind">{escape(kind)}</span>' for kind in reversed(named.values()))


def _byline(authors: Sequence[str]) -> str:
    return f'<p class="byline" dir="auto">{escape(", ".join(authors))}</p>' if authors else ""


def _flags(source: Source) -> str:
    published, modified = parse_day(source.published), parse_day(source.modified)
    lines: list[tuple[str, str]] = []
    if source.superseded:
        lines.append(("warning", texts.SUPERSEDED))
    if source.correction:
        lines.append(("correction", source.correction))
    if modified and modified != published:
        lines.append(("updated", texts.corrected_since(readable(modified))))
    if source.partial:
        lines.append(("partial", texts.PARTIAL))
    if source.date_source == DateSource.PAGE_HEADER:
        lines.append(("page-date", texts.PAGE_DATE))
    elif source.date_source in {DateSource.TEXT, DateSource.URL}:
        lines.append(("page-date", texts.UNSURE_DATE))
    return flag_list(lines)


def flag_list(lines: Sequence[tuple[str, str]]) -> str:
    """What a reader should beware of, each a line; the first of a pair is its kind."""
    if not lines:
        return ""
    items = "".join(f'<li class="flag {kind}" dir="auto">{escape(text)}</li>' for kind, text in lines)
    return f'<ul class="flags">{items}</ul>'


def also_in(copies: Sequence[Copy]) -> str:
    """The other outlets that printed the same story."""
    if not copies:
        return ""
    rows = "".join(
        f'<li><a class="read-article" href="{escape(article_address(copy.article_id))}" dir="auto">'
        f"{escape(copy.outlet or texts.UNKNOWN_OUTLET)}</a>"
        f' <span class="small">{escape(readable(parse_day(copy.published)))}</span></li>'
        for copy in copies
    )
    return f'<details class="also-in"><summary>{escape(outlets_too(copies))}</summary><ul>{rows}</ul></details>'


def outlets_too(copies: Sequence[Copy]) -> str:
    """In how many other outlets a story stood, as text."""
    return texts.also_in(len({copy.outlet for copy in copies}))


def source_rows(sources: Sequence[Source], turn: int, *, prefix: str = "s", numbered: bool = True) -> str:
    """The sources of an answer as a list: number, headline, outlet and day, how many others have it; opens its card."""
    rows: list[str] = []
    for source in sources:
        number = f'<span class="number">{escape(source.key)}</span>' if numbered else ""
        where = where_and_when(source.outlet, source.published)
        if source.also_in:
            where += f" · {outlets_too(source.also_in)}"
        rows.append(
            f'<li><a class="source-row" href="#{source_id(turn, source.key, prefix)}">{number}<span class="row-text">'
            f'<span class="row-title" dir="auto">{escape(source.title or texts.NO_HEADLINE)}</span>'
            f'<span class="row-where" dir="auto">{escape(where)}</span></span></a></li>'
        )
    return f'<ol class="source-rows">{"".join(rows)}</ol>'


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """A whole article as it is read: which version, and the offsets in its text to highlight."""

    article: Article
    asked_on: date
    marks: tuple[tuple[int, int], ...] = ()
    versions: tuple[ArticleVersion, ...] = ()
    copies: tuple[Copy, ...] = ()
    today: date | None = None
    may_edit: bool = False
    around: str = ""  # render_reading.py's: versions compared, neighbours in time; HTML


def whole_article(page: ArticlePage) -> str:
    """A whole article: headline, who and when, notices, the text with its highlights, its copies."""
    article = page.article
    return (
        f'<article class="whole" id="whole-article" tabindex="-1" {_language(article)}>'
        f'<p class="kicker"><span class="outlet" dir="auto">{escape(article.outlet or texts.UNKNOWN_OUTLET)}</span>'
        f"{_kind(article.kind, article.section)}</p>"
        f'<h2 class="headline" dir="auto">{escape(article.title or texts.NO_HEADLINE)}</h2>'
        f"{_byline(article.authors)}"
        f'<p class="dateline">{dated(day_of(article.published), page.asked_on, today=page.today)}</p>'
        f"{_article_flags(page)}"
        f'<div class="body">{paragraphs(article.text, page.marks)}</div>'
        f'<p class="actions">{outside_link(article.url, texts.AT_OUTLET + " ↗", "at-outlet")}{_for_editors(page)}</p>'
        f"{also_in(page.copies)}"
        f"{page.around}"
        f'<p class="identity small">{escape(article.article_id)}'
        f"{' · ' + escape(article.external_id) if article.external_id else ''}</p>"
        "</article>"
    )


def _for_editors(page: ArticlePage) -> str:
    if not page.may_edit:
        return ""
    links = ""
    for view, css, label in (("edit", "correct", texts.CORRECT_THIS), ("remove", "take-down", texts.TAKE_THIS_DOWN)):
        address = "/?" + urlencode({"view": view, "name": page.article.article_id}, errors="replace")
        links += f'<a class="{css}" data-go href="{escape(address)}">{label}</a>'
    return f'<span class="for-editors">{links}</span>'


def _language(article: Article) -> str:
    return f'lang="{escape(article.language)}"' if article.language else ""


def _article_flags(page: ArticlePage) -> str:
    article = page.article
    lines: list[tuple[str, str]] = []
    shown = next((version for version in page.versions if version.article.text == article.text), None)
    if shown is not None and len(page.versions) > 1:
        if not shown.current:
            lines.append(("warning", texts.SUPERSEDED))
        lines.append(("version", texts.version_of(shown.version, len(page.versions))))
    if article.correction:
        lines.append(("correction", article.correction))
    if article.modified and article.modified.day != day_of(article.published):
        lines.append(("updated", texts.corrected_since(readable(article.modified.day))))
    if article.partial:
        lines.append(("partial", texts.PARTIAL))
    if article.date_source == DateSource.PAGE_HEADER:
        lines.append(("page-date", texts.PAGE_DATE))
    elif article.published is not None and article.date_confidence < UNSURE_BELOW:
        lines.append(("page-date", texts.UNSURE_DATE))
    return flag_list(lines)


def latest_rows(articles: Sequence[Article]) -> str:
    """The newest articles as a list of headlines, each a link to the whole."""
    return "".join(
        f'<li><a class="read-article latest" href="{escape(article_address(article.article_id))}">'
        '<span class="row-where"><span class="outlet" dir="auto">'
        f"{escape(article.outlet or texts.UNKNOWN_OUTLET)}</span>"
        f" {escape(readable(day_of(article.published)) or texts.UNDATED)}</span>"
        f'<span class="row-title" dir="auto">{escape(article.title or texts.NO_HEADLINE)}</span></a></li>'
        for article in articles
    )


def gone() -> str:
    """Instead of an article that was removed."""
    return f'<article class="whole" id="whole-article" tabindex="-1"><p class="notice">{texts.GONE}</p></article>'
