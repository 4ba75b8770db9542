"""A link that opens a question with its settings, as the page reads it. Pure."""

from __future__ import annotations

from urllib.parse import urlencode

from assistant.answer import Mode
from web.view import Asked


def question_link(asked: Asked) -> str:
    """``/?q=...&from=...&to=...&outlet=...&asked_on=...&as_of=1&mode=...``; a setting that isn't set is left out."""
    wall = asked.wall
    named: list[tuple[str, str]] = [("q", asked.text)]
    if wall.published_from:
        named.append(("from", wall.published_from.isoformat()))
    if wall.published_to:
        named.append(("to", wall.published_to.isoformat()))
    named += [("outlet", outlet) for outlet in wall.outlets]
    named.append(("asked_on", asked.asked_on.isoformat()))
    if wall.as_of:
        named.append(("as_of", "1"))
    if asked.mode is not Mode.AUTO:
        named.append(("mode", asked.mode.value))
    return "/?" + urlencode(named, errors="replace")
