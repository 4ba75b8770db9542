"""Who wrote a page's article: structured data, meta tags, the byline as printed, and trafilatura's guess, compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ingest.byline import authors_from, is_outlet, seen_on_page
from ingest.hygiene import one_line
from ingest.page_data import PageData, unescaped

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_META_AUTHORS = (
    "author", "article:author", "article:author_name", "author.name", "parsely-author", "sailthru.author", "dc.creator",
    "byl", "citation_author", "og:article:author", "cxenseparse:author",
)  # fmt: skip
_LONGEST_BYLINE = 150  # characters of an element that is one
_MOST_PARTS = 8  # elements within it
_MARKED = re.compile(
    r"(?:^|[\s_-])(?:by-?line|author|authors|writer|reporter|contributor|auteur|autor)(?:$|[\s_-])", re.IGNORECASE
)
_NOT_THE_BYLINE = re.compile(
    r"comment|respond|related|recommend|sidebar|side-bar|footer|widget|promo|teaser|trending|popular|share|social|bio\b"
    r"|about|avatar|image|photo|caption|newsletter|(?:^|[\s_-])nav",
    re.IGNORECASE,
)
_SAYS_BY = re.compile(r"(?:By|BY|by|Von|Par|Por|Di|Door|Af|Av)\s*:?\s+(?=[^\W\d_])\S.{1,140}$")
_KOREAN = re.compile(r"(?:^|[\s=\[(])([가-힣]{2,4})\s*(?:기자|특파원|칼럼니스트|논설위원)(?:\s|$|[\])=])")
_CONTAINERS = (
    "p",
    "div",
    "span",
    "address",
    "li",
    "td",
    "small",
    "em",
    "strong",
    "a",
    "h3",
    "h4",
    "h5",
    "h6",
    "cite",
    "dd",
)


def page_authors(data: PageData, tree: HtmlElement, guess: str | None, *, outlet: str) -> tuple[str, ...]:
    """The authors, in the order printed; () where nobody is named.

    Data that a page doesn't show gives way to a byline that it does; of one of two authors, both are taken.
    """
    declared = [authors_from(data.article.get("author") or data.article.get("creator"), outlet=outlet) or ()]
    for name in _META_AUTHORS:
        declared.append(authors_from(data.meta.get(name), outlet=outlet) or ())
    declared = [tuple(one_line(unescaped(name)) for name in names) for names in declared if names]
    printed = marked_authors(tree, outlet=outlet)
    shown = tree.text_content()
    for names in declared:
        if not seen_on_page(names, shown) or (printed and is_outlet(names, outlet) and not is_outlet(printed, outlet)):
            continue
        if printed and len(printed) > len(names) and {*map(str.casefold, names)} < {*map(str.casefold, printed)}:
            return printed
        return () if is_outlet(names, outlet) and not printed else names  # the site, not somebody who signs
    if printed or (printed := said_authors(tree, outlet=outlet)):
        return printed
    # what isn't printed anywhere, and is one word, is the name of an account
    hidden = next((names for names in declared if any(" " in name for name in names)), ())
    guessed = authors_from(guess or "", outlet=outlet) or ()
    found = hidden or (guessed if _could_sign(guessed, tree) else ())
    return () if is_outlet(found, outlet) else found


def _could_sign(names: tuple[str, ...], tree: HtmlElement) -> bool:
    """Whether the first of the names stands where a byline can: not only among comments and links."""
    return bool(names) and any(
        names[0].casefold() in _shown(element).casefold() and _is_byline(element, element.get("class") or "")
        for element in tree.iter(*_CONTAINERS)
        if len(element) <= _MOST_PARTS
    )


def marked_authors(tree: HtmlElement, *, outlet: str = "") -> tuple[str, ...]:
    """The names of the first byline that the page marks as one (class, ``rel`` or ``itemprop``)."""
    marked = list(_marked(tree))
    holders = {above for element in marked for above in element.iterancestors()}
    return _first_names([*(element for element in marked if element not in holders), *marked], outlet)


def said_authors(tree: HtmlElement, *, outlet: str = "") -> tuple[str, ...]:
    """The names of the first short line that begins with "By", or as Korean papers sign."""
    if names := _first_names(_saying_by(tree), outlet):
        return names
    found = _KOREAN.search(tree.text_content())
    return (found.group(1),) if found else ()


def _first_names(elements: Iterable[HtmlElement], outlet: str) -> tuple[str, ...]:
    for element in elements:
        if names := authors_from(_shown(element), outlet=outlet):
            return names + tuple(name for name in _beside(element, outlet) if name not in names)
    return ()


def _marked(tree: HtmlElement) -> Iterator[HtmlElement]:
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag in {
            "meta",
            "link",
            "img",
            "input",
            "body",
            "script",
            "form",
        }:
            continue
        marks = " ".join(filter(None, (element.get("class"), element.get("itemprop"), element.get("rel"))))
        if marks and _MARKED.search(marks) and _is_byline(element, marks):
            yield element


def _saying_by(tree: HtmlElement) -> Iterator[HtmlElement]:
    for element in tree.iter(*_CONTAINERS):
        if (
            len(element) <= _MOST_PARTS
            and _is_byline(element, element.get("class") or "")
            and _SAYS_BY.match(_shown(element))
        ):
            yield element


def _beside(element: HtmlElement, outlet: str) -> tuple[str, ...]:
    """The names of siblings with the same marks: one element for each author."""
    parent, marks = element.getparent(), element.get("class") or element.get("itemprop") or element.get("rel")
    if parent is None or not marks:
        return ()
    same = (
        sibling
        for sibling in parent.iterchildren(element.tag)
        if sibling is not element and marks == (sibling.get("class") or sibling.get("itemprop") or sibling.get("rel"))
    )
    names = (name for sibling in same for name in authors_from(_shown(sibling), outlet=outlet) or ())
    return tuple(name for name in names if " " in name)  # one word beside a name is a place


def _is_byline(element: HtmlElement, marks: str) -> bool:
    if _NOT_THE_BYLINE.search(marks) or not 2 < len(_shown(element)) <= _LONGEST_BYLINE:
        return False
    for number, above in enumerate(element.iterancestors()):
        if above.tag in {"aside", "footer", "nav", "form", "figure"}:
            return False
        if number < 4 and _NOT_THE_BYLINE.search(f"{above.get('class') or ''} {above.get('id') or ''}"):
            return False
    return True


def _shown(element: HtmlElement) -> str:
    """An element's text on one line, its parts apart."""
    if len(element) > 4 * _MOST_PARTS:
        return ""
    parts: list[str] = []
    for number, text in enumerate(element.itertext()):
        if part := text.strip():
            parts.append(part)
        if number > 40 or len(part) > 4 * _LONGEST_BYLINE:  # a whole column, not a line
            return ""
    return " ".join(parts)
