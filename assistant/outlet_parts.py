"""Questions that ask several outlets each something else: "what did A say on trams and what did B say on fares?".

Pure. An outlet named in one question of several belongs to that one; "according to A" ahead of all of them, or behind
them, belongs to all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from archive.outlet_names import OutletNames
from assistant.outlets import OutletMention, aliases, find_outlets, without_outlets
from assistant.words import content_stems

_ACCORDING = re.compile(r"\b(?:according to|(?:as )?reported (?:by|in)|per|in)\s+(?:the\s+)?$", re.IGNORECASE)
# ", and the Courier about the ferry?" leaves the verb out.
_VERBLESS = re.compile(
    r",?\s+and\s+(?P<name>(?:the\s+)?[^\W\d_][\w’'-]*(?:\s+[^\W\d_][\w’'-]*){0,3}?)\s+(?P<on>about|on|of)\s+",
    re.IGNORECASE,
)
_SAYING = frozenset(
    content_stems("say said report reported write wrote tell told cover covered print printed mention mentioned")
)
_BOTH = 2


@dataclass(frozen=True, slots=True)
class AskedOf:
    """One question, without the outlets that it asks."""

    question: str
    outlets: tuple[str, ...]


def asked_apart(text: str, outlets: OutletNames, split: Callable[[str], Sequence[str]]) -> list[AskedOf] | None:
    """The questions of a text of which each asks an outlet of its own; None of any other text.

    ``split`` cuts a text into its questions. What merely asks again ("and how did the Courier describe it?") asks the
    question before.
    """
    pieces = split(_in_full(text, outlets))
    if len(pieces) < _BOTH:
        return None
    found: list[AskedOf] = []
    for piece in pieces:
        mentions = find_outlets(piece, outlets)
        if not mentions:
            return None
        bare = without_outlets(piece, mentions)
        if found and set(content_stems(bare)) - _SAYING <= set(content_stems(found[-1].question)):
            bare = found[-1].question
        found.append(AskedOf(bare, tuple(dict.fromkeys(mention.outlet for mention in mentions))))
    return found if len({one.outlets for one in found}) == len(found) else None


def belongs_to_all(text: str, mentions: Sequence[OutletMention]) -> bool:
    """Whether the outlets stand ahead of all that is asked, or behind it: "according to the Courier, ...?"."""
    return any(
        _ACCORDING.search(text[: one.start]) is not None
        and not (content_stems(_ACCORDING.sub("", text[: one.start])) and content_stems(text[one.end :]))
        for one in mentions
    )


def _in_full(text: str, outlets: OutletNames) -> str:
    """The text with "and what did the Courier say about ..." for "and the Courier about ..."."""
    if not find_outlets(text, outlets):
        return text
    known = {re.sub(r"^the\s+", "", form.casefold()) for form in aliases(outlets)}

    def with_verb(match: re.Match[str]) -> str:
        if re.sub(r"^the\s+", "", match["name"].casefold()) not in known:
            return match[0]
        return f" and what did {match['name']} say {match['on']} "

    return _VERBLESS.sub(with_verb, text)
