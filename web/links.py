"""A link that opens a question with its settings, as the page reads it. Pure."""

from __future__ import annotations

from urllib.parse import urlencode

from assistant.answer import Mode
from web.turn_view import Asked


def question_link(asked: Asked, standalone: str = "") -> str:
    """``/?q=...&from=...&to=...&outlet=...&byline=...&infer_days=0&asked_on=...&as_of=1&mode=...``.

    A setting that isn't set is left out. ``standalone``: the question as it was understood, if that isn't as typed:
    whoever follows the link hasn't had the conversation.
    """
    wall, reading = asked.wall, asked.reading
    named: list[tuple[str, str]] = [("q", standalone or reading.standalone or asked.text)]
    if wall.published_from:
        named.append(("from", wall.published_from.isoformat()))
    if wall.published_to:
        named.append(("to", wall.published_to.isoformat()))
    named += [("outlet", outlet) for outlet in wall.outlets]
    named += [("byline", author) for author in wall.authors]
    inferred = (("days", reading.infer_days), ("outlets", reading.infer_outlets), ("bylines", reading.infer_authors))
    named += [(f"infer_{name}", "0") for name, allowed in inferred if not allowed]
    named.append(("asked_on", asked.asked_on.isoformat()))
    if wall.as_of:
        named.append(("as_of", "1"))
    if asked.mode is not Mode.AUTO:
        named.append(("mode", asked.mode.value))
    return "/?" + urlencode(named, errors="replace")
