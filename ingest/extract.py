"""A saved page -> Draft: what it says about itself (JSON-LD first, then meta tags), the body by trafilatura.

Runs in a child process only (see ``workers``): 7 MB of mark-up took 39 s, and a tag of 300,000 attributes never ended.
Scripts, styles and drawings, which are most of a page, are cut out before parsing; what is left is limited to 3 MB.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from archive.article import DateSource, Timestamp
from ingest.clean import is_paywall_stub
from ingest.dates import given_date, read_date, url_date
from ingest.document import DateReading, Draft, UnreadableDocumentError
from ingest.fields import KINDS, authors_from, language_code
from ingest.htmltext import LONGEST_TAG, html_to_text, looks_like_html
from ingest.hygiene import decode, one_line, repair

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

LARGEST_PAGE = 3_000_000  # characters of mark-up without scripts
_MOST_JSON_LD = 1_000_000  # characters of one block
_BULK = re.compile(
    r"<(script|style|svg|noscript|template)\b(?![^>]{0,500}application/ld\+json)[^>]*>.*?</\1\s*>|<!--.*?-->"
    r"|(?<=[\"'(])data:[a-z]+/[^\"')]{200,}",
    re.IGNORECASE | re.DOTALL,
)
_OVERLONG_TAG = re.compile(rf"<[^<>]{{{LONGEST_TAG},}}")
_ARTICLE_TYPE = re.compile(r"(?:\w*Article|\w*BlogPosting|Report|Review|AnalysisNewsArticle|ReportageNewsArticle)")
_KIND_OF_TYPE = {
    "OpinionNewsArticle": "opinion", "AnalysisNewsArticle": "analysis", "LiveBlogPosting": "live",
    "SatiricalArticle": "satire", "ReviewNewsArticle": "review", "ReportageNewsArticle": "news",
    "AdvertiserContentArticle": "press release",
}  # fmt: skip
_META_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date", "dc.date.issued",
    "dc.date",
    "dcterms.created", "dcterms.date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publication_date",
    "cxenseparse:recs:publishtime", "date", "article.published", "rnews:datepublished", "citation_publication_date",
)  # fmt: skip
_META_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "lastmod",
    "dcterms.modified",
)
_META_AUTHORS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "byl",
    "citation_author",
)
_META_SECTIONS = ("article:section", "parsely-section", "section", "cxenseparse:category")
_META_TITLES = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "headline")


def extract_page(content: bytes, *, today: date) -> Draft:
    """The article of a page. Raises UnreadableDocumentError where the page is too large or holds no article."""
    from lxml import etree  # type: ignore[import-untyped]

    markup = repair(_without_bulk(decode(content, markup=True)))
    if len(markup) > LARGEST_PAGE:
        raise UnreadableDocumentError("the page has more than 3 MB of mark-up; save the article alone.")
    if _OVERLONG_TAG.search(markup):
        raise UnreadableDocumentError(f"a tag is longer than {LONGEST_TAG:,} characters; this is no news page.")
    from trafilatura.utils import load_html

    try:
        tree = load_html(markup)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableDocumentError(f"the HTML can't be parsed: {error}.") from None
    if tree is None:
        raise UnreadableDocumentError("no HTML was found in the file.")
    data = _json_ld(markup)
    meta = _meta(tree)
    url = _url(data, meta, tree)
    found = _body_and_guesses(markup, url)
    text = _story(found.get("text") or "", data)
    if not text:
        raise UnreadableDocumentError("no article was found in the page.")
    draft = Draft(
        text=text,
        title=_title(data, meta, tree, found),
        url=url,
        outlet=_outlet(data, meta),
        authors=_authors(data, meta, found),
        section=one_line(_first_text(data.get("articleSection")) or _first(meta, _META_SECTIONS)),
        language=_language(data, meta, tree),
        kind=_KIND_OF_TYPE.get(_type(data), "") or _genre(data),
        published=_published(data, meta, tree, url, found, today=today),
        modified=_modified(data, meta, today=today),
        partial=is_paywall_stub(text)
        or (data.get("isAccessibleForFree") in {False, "False", "false"} and len(text) < 800),
    )
    return draft


def _without_bulk(markup: str) -> str:
    return _BULK.sub("", markup) if len(markup) < 40_000_000 else markup


# --- what the page says about itself ---------------------------------------------------------------------------------


def _json_ld(markup: str) -> Mapping[str, Any]:
    """The article's object of the page's JSON-LD; {} if there is none."""
    found: dict[str, Any] = {}
    for block in re.finditer(
        r"<script[^>]{0,500}application/ld\+json[^>]*>(.*?)</script", markup, re.IGNORECASE | re.DOTALL
    ):
        source = block.group(1).strip().removeprefix("<![CDATA[").removesuffix("]]>").strip().rstrip(";")
        if len(source) > _MOST_JSON_LD:
            continue
        try:
            value = json.loads(source, strict=False)
        except (ValueError, RecursionError):
            continue
        objects = list(_objects(value, 0))
        for item in objects:
            if _ARTICLE_TYPE.fullmatch(_type(item)) and (item.get("headline") or item.get("datePublished")):
                # the fullest object wins: pages also describe the articles they link to
                if len(item) > len(found):
                    found = _with_references(item, objects)
    return found


def _objects(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > 6:
        return
    if isinstance(value, list):
        for part in value[:200]:
            yield from _objects(part, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "article", "hasPart", "author", "publisher"):
            if isinstance(value.get(key), dict | list):
                yield from _objects(value[key], depth + 1)


def _with_references(item: dict[str, Any], objects: list[dict[str, Any]]) -> dict[str, Any]:
    """Authors and publisher given as {"@id": ...} are looked up in the same block."""
    named = {part["@id"]: part for part in objects if isinstance(part.get("@id"), str) and part.get("name")}

    def resolved(value: object) -> object:
        if isinstance(value, list):
            return [resolved(part) for part in value]
        if isinstance(value, dict) and not value.get("name") and isinstance(value.get("@id"), str):
            return named.get(value["@id"], value)
        return value

    return item | {key: resolved(item[key]) for key in ("author", "publisher", "creator") if key in item}


def _type(item: Mapping[str, Any]) -> str:
    kind = item.get("@type")
    names = kind if isinstance(kind, list) else [kind]
    for name in names:
        if isinstance(name, str) and _ARTICLE_TYPE.fullmatch(name.rpartition("/")[2]):
            return name.rpartition("/")[2]
    return ""


def _meta(tree: HtmlElement) -> dict[str, list[str]]:
    meta: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = (element.get("content") or "").strip()
        if name and content:
            meta.setdefault(name.strip().casefold(), []).append(content[:2000])
    return meta


def _first(meta: Mapping[str, list[str]], names: tuple[str, ...]) -> str:
    return next((meta[name][0] for name in names if name in meta), "")


def _first_text(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or ""
    return value if isinstance(value, str) and len(value) <= 2000 else ""


# --- one field each --------------------------------------------------------------------------------------------------


def _url(data: Mapping[str, Any], meta: Mapping[str, list[str]], tree: HtmlElement) -> str:
    links = tree.xpath("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")
    main = data.get("mainEntityOfPage")
    named = main.get("@id") if isinstance(main, dict) else main
    for candidate in (*links[:1], _first(meta, ("og:url", "parsely-link", "twitter:url")), data.get("url"), named):
        if isinstance(candidate, str) and re.match(r"(?:https?:)?//\S+$", candidate.strip(), re.IGNORECASE):
            return candidate.strip()
    return ""


def _title(data: Mapping[str, Any], meta: Mapping[str, list[str]], tree: HtmlElement, found: Mapping[str, Any]) -> str:
    headline = _first_text(data.get("headline"))
    last: list[str] = [found.get("title") or "", tree.findtext(".//title") or ""]
    candidates = [headline, _first(meta, _META_TITLES), *last]
    for candidate in candidates:
        title = (html_to_text(candidate) or "") if looks_like_html(candidate) else candidate
        if title.strip():
            return one_line(_unescaped(title))
    return ""


def _unescaped(text: str) -> str:
    """JSON-LD often holds entities that a browser would never show."""
    from html import unescape

    return unescape(text) if "&" in text else text


def _outlet(data: Mapping[str, Any], meta: Mapping[str, list[str]]) -> str:
    publisher = _first_text(data.get("publisher"))
    site = _first(meta, ("og:site_name", "application-name", "dc.publisher", "twitter:app:name:iphone"))
    for candidate in (publisher, site):
        name = one_line(_unescaped(candidate))
        if name and len(name) <= 80 and "://" not in name:
            return name
    return ""


def _authors(data: Mapping[str, Any], meta: Mapping[str, list[str]], found: Mapping[str, Any]) -> tuple[str, ...]:
    for value in (
        data.get("author") or data.get("creator"),
        *(meta.get(name) for name in _META_AUTHORS),
        found.get("author"),
    ):
        names = authors_from(value) if value else ()
        if names:
            return tuple(one_line(_unescaped(name)) for name in names)
    return ()


def _language(data: Mapping[str, Any], meta: Mapping[str, list[str]], tree: HtmlElement) -> str:
    root = tree.getroottree().getroot()
    for value in (
        _first_text(data.get("inLanguage")),
        root.get("lang"),
        _first(meta, ("og:locale", "content-language")),
    ):
        if code := language_code(value):
            return code
    return ""


def _genre(data: Mapping[str, Any]) -> str:
    genre = _first_text(data.get("genre")).casefold()
    return genre if genre in KINDS else ""


def _published(
    data: Mapping[str, Any],
    meta: Mapping[str, list[str]],
    tree: HtmlElement,
    url: str,
    found: Mapping[str, Any],
    *,
    today: date,
) -> DateReading | None:
    structured = _first_text(data.get("datePublished")) or _first_text(data.get("dateCreated"))
    if reading := given_date(structured, today=today, source=DateSource.STRUCTURED):
        return reading
    for name in _META_DATES:
        for value in meta.get(name, ()):
            if reading := given_date(value, today=today, source=DateSource.META):
                return reading
    marked = tree.xpath("//*[@itemprop='datePublished']/@datetime | //*[@itemprop='datePublished']/@content")
    for value in marked[:3]:
        if reading := given_date(str(value), today=today, source=DateSource.STRUCTURED):
            return reading
    if url and (reading := url_date(url, today=today)):
        return reading
    times = tree.xpath("//article//time[@datetime]/@datetime | //header//time[@datetime]/@datetime")
    guesses: list[object] = [*map(str, times[:1]), found.get("date")]
    for guess in guesses:  # <time> in the article, then htmldate's best guess from the text
        if reading := given_date(guess, today=today, source=DateSource.TEXT):
            return reading
    return None


def _modified(data: Mapping[str, Any], meta: Mapping[str, list[str]], *, today: date) -> Timestamp | None:
    return read_date(_first_text(data.get("dateModified")) or _first(meta, _META_MODIFIED), today=today)


# --- the body --------------------------------------------------------------------------------------------------------


def _body_and_guesses(markup: str, url: str) -> dict[str, Any]:
    """The text, title, author and date that trafilatura finds in the page."""
    from trafilatura import bare_extraction

    document = bare_extraction(markup, url=url or None, include_comments=False, with_metadata=True)
    if document is None:
        return {}
    record = document if isinstance(document, dict) else document.as_dict()
    return {key: record.get(key) for key in ("text", "title", "author", "date")}


def _story(text: str, data: Mapping[str, Any]) -> str:
    """The paragraphs apart, or the structured data's own text where that is clearly more."""
    story = re.sub(r"\n+", "\n\n", text).strip()
    own = data.get("articleBody")
    if isinstance(own, str) and len(own) > 2 * len(story) + 200:
        return (html_to_text(own) or own) if looks_like_html(own) else _unescaped(own)
    return story
