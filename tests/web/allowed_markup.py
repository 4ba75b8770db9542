"""Reads HTML as a browser does, and tells whatever our own rendering never writes: tags, attributes, addresses."""

from __future__ import annotations

import re
from html.parser import HTMLParser

TAGS = frozenset(
    "a article aside blockquote button circle code dd del details div dl dt fieldset figure footer form h1 h2 h3 h4"
    " header input ins label legend li main mark nav ol option p path pre section select span summary svg table tbody"
    " td textarea th thead time tr ul".split()
)
ATTRIBUTES = frozenset(
    "class id href title tabindex role lang dir hidden datetime target rel type name value disabled rows"
    " placeholder for min max required checked autocomplete action method scope maxlength colspan"
    " download multiple novalidate open spellcheck accept selected".split()
)
VOID = {"input", "circle", "path"}


class Markup(HTMLParser):
    """``foreign`` lists what isn't ours; ``text`` is what a reader would see; ``attributes`` all values by name."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.foreign: list[str] = []
        self.text = ""
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        if self.open:
            self.foreign.append(f"left open: {self.open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.foreign.append(f"<{tag}>")
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            drawn = tag in {"svg", "circle", "path"}
            if name == "style" and re.fullmatch(r"(?:height|width|inset-inline-start):\d+(?:\.\d+)?%", value or ""):
                continue
            if name.startswith("on") or not (name in ATTRIBUTES or name.startswith(("data-", "aria-")) or drawn):
                self.foreign.append(f"<{tag} {name}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.foreign.append(f"unmatched </{tag}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.foreign.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.foreign.append(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self.foreign.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self.foreign.append(f"<?{data}>")

    @property
    def addresses(self) -> list[str]:
        """Everything a browser may follow."""
        return [value for _, name, value in self.attributes if name in {"href", "src", "action"}]


def assert_ours(html: str) -> Markup:
    """Fail if the HTML holds anything that our rendering doesn't write; returns it read."""
    markup = Markup(html)
    assert markup.foreign == [], markup.foreign
    for address in markup.addresses:
        assert address == "/" or address.startswith(
            (
                "#",
                "/article/",
                "/api/v1/conversations/",
                "/backissue/",
                "/evaluate/",
                "/?view=",
                "/?q=",
                "http://",
                "https://",
            )
        ), address
    return markup
