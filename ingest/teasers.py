"""The cards of a page: short, linked notices of other articles, which are not this page's story."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING

from ingest.line_keys import squash

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_FEWEST_CARDS = 3
_LONGEST_CARD = 400  # characters of a teaser


def without_teasers(tree: HtmlElement) -> HtmlElement:
    """A copy of the page without its cards.

    These are three or more siblings, each short and under a linked headline, or each an ``<article>`` outside the one
    that has the page's headline.
    """
    page = deepcopy(tree)
    for parent, cards in [*_card_groups(page), *_other_articles(page)]:
        if len(cards) >= _FEWEST_CARDS:
            for card in cards:
                if card.getparent() is parent:
                    card.drop_tree()
    return page


def _other_articles(page: HtmlElement) -> Iterator[tuple[HtmlElement, list[HtmlElement]]]:
    own = next((heading.xpath("ancestor::article[1]") for heading in page.iter("h1")), None)
    if not own:
        return
    for parent in {element.getparent() for element in page.iter("article")} - {None}:
        cards = [child for child in parent.iterchildren("article") if child is not own[0]]
        if own[0] not in parent.iterancestors() and parent is not own[0] and own[0].getparent() is not parent:
            yield parent, cards


def _card_groups(page: HtmlElement) -> Iterator[tuple[HtmlElement, list[HtmlElement]]]:
    parents: dict[int, tuple[HtmlElement, list[HtmlElement]]] = {}
    for heading in page.iter("h2", "h3", "h4", "h5"):
        if not _is_linked(heading):
            continue
        card = next(
            (above for above in heading.iterancestors("article", "li", "div", "section") if above.tag != "div"),
            None,
        )
        if card is None or card.getparent() is None or card.tag == "section":
            continue
        if len(card.text_content()) <= (2000 if card.tag == "article" else _LONGEST_CARD):
            parents.setdefault(id(card.getparent()), (card.getparent(), []))[1].append(card)
    yield from parents.values()


def _is_linked(heading: HtmlElement) -> bool:
    if any(above.tag == "a" for above in heading.iterancestors()):
        return True
    text = squash(heading.text_content())
    return bool(text) and text == "".join(squash(link.text_content()) for link in heading.iter("a"))
