"""What a page says about itself: its JSON-LD (schema.org) and its meta tags, as plain mappings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

from ingest.urls import url_key

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_MOST_JSON_LD = 1_000_000  # characters of one block
_LONGEST_VALUE = 2000  # characters of a field; longer isn't one
_DEEPEST = 6
_BLOCK = re.compile(r"<script[^>]{0,500}application/ld\+json[^>]*>(.*?)</script", re.IGNORECASE | re.DOTALL)
_ARTICLE_TYPE = re.compile(r"(?:\w*Article|\w*BlogPosting|Report|Review|AnalysisNewsArticle|ReportageNewsArticle)")
_HOLDERS = ("@graph", "mainEntity", "mainEntityOfPage", "article", "hasPart", "author", "publisher", "itemListElement")


@dataclass(frozen=True, slots=True)
class PageData:
    """What was found.

    ``article`` is the JSON-LD object of the article, {} if there is none; ``meta`` maps names in lower case to values;
    ``breadcrumbs`` are the names on the way from the front page to the article.
    """

    article: Mapping[str, Any]
    meta: Mapping[str, list[str]]
    breadcrumbs: tuple[str, ...] = ()
    articles: int = 0  # that the page describes

    def first(self, *names: str) -> str:
        """The first meta tag of these names that says something; "" if none does."""
        return next((self.meta[name][0] for name in names if name in self.meta), "")

    def text(self, *keys: str) -> str:
        """The first of the article's fields that holds a text (or a thing with a name); "" if none does."""
        return next((text for key in keys if (text := first_text(self.article.get(key)))), "")

    @property
    def type(self) -> str:
        """The schema.org type, such as NewsArticle; "" if unknown."""
        return _type(self.article)


def read_page_data(markup: str, tree: HtmlElement, url: str = "") -> PageData:
    """Both, of a page's mark-up and the tree made of it.

    Of several articles the page's own is chosen: the one with its address, else the one that says most.
    """
    key = url_key(url)
    best: tuple[bool, int] = (False, 0)
    article: dict[str, Any] = {}
    breadcrumbs: tuple[str, ...] = ()
    articles = 0
    for block in _BLOCK.finditer(markup):
        objects = list(_objects(_parsed(block.group(1)), 0))
        for item in objects:
            if "BreadcrumbList" in str(item.get("@type")) and not breadcrumbs:
                breadcrumbs = _names_on_the_way(item)
            if not _type(item) or not (item.get("headline") or item.get("datePublished")):
                continue
            articles += 1
            rank = (bool(key) and key in {url_key(address) for address in _addresses(item)}, len(item))
            if rank > best:
                best, article = rank, _with_references(item, objects)
    return PageData(article, _meta(tree), breadcrumbs, articles)


def first_text(value: object) -> str:
    """A field's text: of a list the first, of an object its name."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value") or ""
    return value if isinstance(value, str) and len(value) <= _LONGEST_VALUE else ""


def unescaped(text: str) -> str:
    """JSON-LD often holds entities that a browser would never show."""
    return unescape(text) if "&" in text else text


def _parsed(source: str) -> object:
    source = source.strip().removeprefix("<![CDATA[").removesuffix("]]>").strip().rstrip(";")
    if len(source) > _MOST_JSON_LD:
        return None
    try:
        return json.loads(source, strict=False)
    except (ValueError, RecursionError):
        return None


def _objects(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for part in value[:200]:
            yield from _objects(part, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in _HOLDERS:
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
    for name in kind if isinstance(kind, list) else [kind]:
        if isinstance(name, str) and _ARTICLE_TYPE.fullmatch(name.rpartition("/")[2]):
            return name.rpartition("/")[2]
    return ""


def _addresses(item: Mapping[str, Any]) -> Iterator[str]:
    for value in (item.get("url"), item.get("mainEntityOfPage"), item.get("@id")):
        address = value.get("@id") or value.get("url") if isinstance(value, dict) else value
        if isinstance(address, str) and len(address) <= _LONGEST_VALUE:
            yield address


def _names_on_the_way(item: Mapping[str, Any]) -> tuple[str, ...]:
    steps = item.get("itemListElement")
    names = []
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, dict):
            names.append(first_text(step.get("name")) or first_text(step.get("item")))
    return tuple(name.strip() for name in names if name.strip())


def _meta(tree: HtmlElement) -> dict[str, list[str]]:
    meta: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = (element.get("content") or "").strip()
        for name in {element.get("property"), element.get("name"), element.get("itemprop")} - {None, ""}:
            if content:
                meta.setdefault(name.strip().casefold(), []).append(content[:_LONGEST_VALUE])
    return meta
