"""Mark-up inside a field, as many exports have it -> text. Whole pages go through ``extract``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.hygiene import repair

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

LARGEST_MARKUP = 3_000_000  # characters; beyond, parsing takes minutes
LONGEST_TAG = 50_000  # characters; a tag of 300,000 attributes never ends (libxml2 compares each with each)

_BLOCK = re.compile(r"</(?:p|div|h[1-6]|li|article|section|blockquote|ul|ol|table)\s*>|<br\s*/?>", re.IGNORECASE)
_OVERLONG_TAG = re.compile(rf"<[^<>]{{{LONGEST_TAG},}}")
_NOT_SHOWN = re.compile(r"(?:^|[\s;])(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_MOST_HIDDEN = 0.2  # of the text
_DROPPED = (
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "svg",
    "form",
    "button",
    "nav",
    "figure",
    "video",
    "audio",
)
_BLOCKS = frozenset(
    {"p", "div", "article", "section", "aside", "main", "header", "footer", "blockquote", "pre", "hr", "table", "tr"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd"}
)


def drop_hidden(root: HtmlElement) -> None:
    """Take out what no browser shows: it may speak to machines. What holds much of the text is shown by a script."""
    most = _MOST_HIDDEN * _length(root)
    for element in list(root.iterdescendants()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        said = element.get("hidden")
        if (said is not None and said != "until-found") or _NOT_SHOWN.search(element.get("style") or ""):
            if _length(element) <= most:
                element.drop_tree()


def _length(element: HtmlElement) -> int:
    """Characters to be read: beside a page's data for machines any story would look short."""
    return sum(len(text) for text in element.xpath(".//text()[not(parent::script or parent::style)]"))


def looks_like_html(text: str) -> bool:
    """Whether text is mark-up: it begins with a tag and closes a block, or closes several; not for one in prose."""
    if "<" not in text:
        return False
    blocks = len(_BLOCK.findall(text[:200_000]))
    return blocks >= 3 or (blocks >= 1 and text.lstrip()[:1] == "<")


def html_to_text(markup: str) -> str | None:
    """The text of a fragment, paragraphs separated by an empty line; None where it can't be parsed safely."""
    if len(markup) > LARGEST_MARKUP or _OVERLONG_TAG.search(markup):
        return None
    from lxml import etree, html  # type: ignore[import-untyped]

    try:
        root = html.fragment_fromstring(repair(markup), create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    drop_hidden(root)
    for element in list(root.iter(*_DROPPED)):
        if element is not root:
            element.drop_tree()
    parts: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if not isinstance(element.tag, str):
            if event == "end" and element.tail:
                parts.append(element.tail)
            continue
        if element.tag in _BLOCKS:
            parts.append("\n\n")
        elif element.tag in {"td", "th"}:
            parts.append(" ")
        elif element.tag == "br" and event == "start":
            parts.append("\n")
        text = element.text if event == "start" else (element.tail if element is not root else None)
        if text:
            parts.append(re.sub(r"\s+", " ", text))
    text = re.sub(r" *\n *", "\n", re.sub(r" {2,}", " ", "".join(parts)))
    return re.sub(r"\n{3,}", "\n\n", text).strip()
