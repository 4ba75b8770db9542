"""A saved page -> Draft: what it says about itself (JSON-LD first, then meta tags), and the body.

Runs in a child process only (see ``workers``): 7 MB of mark-up took 39 s, and a tag of 300,000 attributes never ended.
Scripts, styles and drawings, which are most of a page, are cut out before parsing; what is left is limited to 3 MB.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from ingest.body import extract_body
from ingest.document import Draft, UnreadableDocumentError
from ingest.fields import language_code
from ingest.htmltext import LONGEST_TAG, html_to_text, looks_like_html
from ingest.hygiene import decode, one_line, repair
from ingest.kinds import kind_named
from ingest.language import corrected
from ingest.page_byline import page_authors
from ingest.page_data import PageData, read_page_data, unescaped
from ingest.page_dates import modified, published
from ingest.partial import is_partial
from ingest.urls import told_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

LARGEST_PAGE = 3_000_000  # characters of mark-up without scripts
_LARGEST_INPUT = 40_000_000  # characters; of more, scripts aren't looked for
_BULK = re.compile(
    r"<(script|style|svg|noscript|template)\b(?![^>]{0,500}application/ld\+json)[^>]*>.*?</\1\s*>|<!--.*?-->"
    r"|(?<=[\"'(])data:[a-z]+/[^\"')]{200,}",
    re.IGNORECASE | re.DOTALL,
)
_OVERLONG_TAG = re.compile(rf"<[^<>]{{{LONGEST_TAG},}}")
_META_TITLES = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "headline")
_META_SECTIONS = ("article:section", "parsely-section", "section", "cxenseparse:category", "og:article:section")
_META_SUMMARIES = ("og:description", "description", "twitter:description", "dc.description")
_META_OUTLETS = ("og:site_name", "application-name", "dc.publisher", "twitter:app:name:iphone")
_NO_SECTION = re.compile(
    r"home(?:page)?|start(?:seite)?|news|articles?|stor(?:y|ies)|posts?|blog|uncategori[sz]ed|general|accueil|inicio",
    re.IGNORECASE,
)


def extract_page(content: bytes, *, today: date) -> Draft:
    """The article of a page. Raises UnreadableDocumentError where the page is too large or holds no article."""
    markup, tree = _parsed(content)
    data = read_page_data(markup, tree)
    url = told_url(_addresses(data, tree))
    if url and data.articles > 1:
        data = read_page_data(markup, tree, url)  # of several articles described, the one at this address
    outlet = _outlet(data)
    own = data.article.get("articleBody")
    body = extract_body(
        tree,
        url,
        titles=_titles(data, tree),
        summaries=[one_line(unescaped(text)) for text in _summaries(data) if text],
        own_text=_plain(own) if isinstance(own, str) else "",
    )
    if not body.text:
        raise UnreadableDocumentError("no article was found in the page.")
    first = published(data, tree, url, body.guesses.get("date"), today=today)
    free = data.article.get("isAccessibleForFree")
    return Draft(
        text=body.text,
        title=next(iter(_titles(data, tree)), "") or one_line(body.guesses.get("title") or ""),
        url=url,
        outlet=outlet,
        authors=page_authors(data, tree, body.guesses.get("author"), outlet=outlet),
        section=_section(data),
        language=_language(data, tree, body.text),
        kind=kind_named(data.type) or kind_named(data.text("genre")) or kind_named(data.first("og:article:genre")),
        published=first,
        modified=modified(data, first, today=today),
        partial=is_partial(body.whole, said_free=None if free is None else str(free).casefold() != "false")
        or is_partial(body.text),
        extra={"standfirst": body.standfirst} if body.standfirst else {},
    )


def _parsed(content: bytes) -> tuple[str, HtmlElement]:
    """The mark-up without scripts and styles, and the tree made of it."""
    from lxml import etree  # type: ignore[import-untyped]
    from trafilatura.utils import load_html

    markup = decode(content, markup=True)
    markup = repair(_BULK.sub("", markup) if len(markup) < _LARGEST_INPUT else markup)
    if len(markup) > LARGEST_PAGE:
        raise UnreadableDocumentError("the page has more than 3 MB of mark-up; save the article alone.")
    if _OVERLONG_TAG.search(markup):
        raise UnreadableDocumentError(f"a tag is longer than {LONGEST_TAG:,} characters; this is no news page.")
    try:
        tree = load_html(markup)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableDocumentError(f"the HTML can't be parsed: {error}.") from None
    if tree is None:
        raise UnreadableDocumentError("no HTML was found in the file.")
    return markup, tree


def _addresses(data: PageData, tree: HtmlElement) -> list[str]:
    """What the page calls its own address, best first."""
    links = tree.xpath("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")
    main = data.article.get("mainEntityOfPage")
    named = (main.get("@id") or main.get("url")) if isinstance(main, dict) else main
    told = [*links[:1], data.first("og:url"), data.first("parsely-link"), data.first("twitter:url")]
    return [str(address) for address in (*told, data.article.get("url"), named) if isinstance(address, str) and address]


def _titles(data: PageData, tree: HtmlElement) -> list[str]:
    """What the page calls its article, best first: structured data, meta tags, first headline, the window's title."""
    heading = next((" ".join(element.itertext()) for element in tree.iter("h1")), "")
    candidates = [data.text("headline"), data.text("alternativeHeadline"), data.first(*_META_TITLES), heading]
    candidates.append(tree.findtext(".//title") or "")
    best = [one_line(_plain(candidate)) for candidate in candidates]
    if not best[0] and best[1]:
        best[0], best[1] = best[1], ""
    return [title for title in best if title]


def _plain(text: str) -> str:
    """A field's text: without mark-up, entities shown as what they stand for."""
    return (html_to_text(text) or text) if looks_like_html(text) else unescaped(text)


def _summaries(data: PageData) -> list[str]:
    return [data.text("description"), *(data.first(name) for name in _META_SUMMARIES)]


def _outlet(data: PageData) -> str:
    for candidate in (data.text("publisher"), data.first(*_META_OUTLETS)):
        name = one_line(unescaped(candidate))
        if name and len(name) <= 80 and "://" not in name:
            return name
    return ""


def _section(data: PageData) -> str:
    """The section as declared, else the last but one step on the way from the front page."""
    way = [name for name in data.breadcrumbs[:-1] if not _NO_SECTION.fullmatch(name)]
    for candidate in (data.text("articleSection"), data.first(*_META_SECTIONS), way[0] if way else ""):
        name = one_line(unescaped(candidate))
        if name and "://" not in name and not _NO_SECTION.fullmatch(name):
            return name
    return ""


def _language(data: PageData, tree: HtmlElement, text: str) -> str:
    """As the article's data says; a template's ``lang`` is checked against the text."""
    if code := language_code(data.text("inLanguage")):
        return code
    declared = (tree.getroottree().getroot().get("lang"), data.first("og:locale"), data.first("content-language"))
    return corrected(next((code for value in declared if (code := language_code(value))), ""), text)
