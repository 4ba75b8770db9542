"""The headline without the site's name behind it, and the outlet that this name tells.

Pages are titled "Headline | CNN", "Headline - The Guardian", "Headline -Dlight News". What stands behind the last such
separator goes only where the given outlet or the host confirms it, or where no outlet is known and it reads as one.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ingest.line_keys import squash

# A bar, a dash with spaces around it, or the scraper's " -Name"; never a hyphen inside a word.
_SEPARATOR = re.compile(r"\s+(?P<mark>\||[-–—](?=\S)|[-–—·•«]|::)\s*(?=\S)")
_NAME_LENGTH = range(2, 50)
_SHORTEST_HEADLINE = 8
_NEWS_WORD = re.compile(
    r"\b(?:news|times|post|herald|gazette|tribune|journal|guardian|chronicle|mail|telegraph|observer|standard|mirror"
    r"|daily|weekly|reporter|reuters|bbc|cnn|cbs|nbc|npr|radio|television|tv|magazine|express|courier|ledger|dispatch"
    r"|bulletin|broadcasting|newspaper|tidings|examiner|inquirer|sentinel|argus|globe|advertiser|independent"
    r"|zeitung|nachrichten|monde|figaro|spiegel|país|mundo|corriere|repubblica|nieuws|aftonbladet|dagbladet)\b"
    r"|\.(?:com|org|net|co\.uk|news|info|de|fr|es|it|nl|in|au|ca|ie)$",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"(?:(?:breaking|latest|live|world|sports?|business|local|national|politics|top|more|video|good|bad|fake|in|the|daily"
    r"|weekly|us|uk|u\.s\.) )*(?:news|post|mail|journal|times|standard|mirror|express|bulletin|dispatch|daily|weekly"
    r"|magazine|radio|tv|television|observer|reporter|independent|newspaper|globe|briefing)",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"(?:news|business|politics|opinion|travel|style|sports?|underscored|world|entertainment|tech|health|online|money"
    r"|uk|us|usa|international|edition|culture|science|video|live|com|\.com|podcasts?)",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w.'’&+-]*|of|the|and|de|la|le|du|der|die|das|el|&")
_ELLIPSIS = re.compile(r"\s*(?:\.\.\.|…)$")


def split_headline(title: str, outlet: str = "", url: str = "") -> tuple[str, str]:
    """The headline without the outlet behind it, and the outlet: the one given, else the one the headline tells, or "".

    ``title`` is one line (see ``hygiene.one_line``). Two names are taken off at most ("Headline | Politics | CNN").
    """
    for _ in range(2):
        cut = _last_part(title)
        if cut is None:
            break
        headline, name, tight = cut
        complete = _ELLIPSIS.sub("", name)
        if _confirmed(complete, outlet, url, cut_off=complete != name):
            title, outlet = headline, outlet or complete
        elif not outlet and complete == name and _reads_as_outlet(name, tight=tight):
            title, outlet = headline, _without_section(name)
        else:
            break
    return title, outlet


def _last_part(title: str) -> tuple[str, str, bool] | None:
    """Headline, what stands behind its last separator, and whether that touches a dash ("Headline -Name")."""
    last = next(reversed(list(_SEPARATOR.finditer(title))), None)
    if last is None or last.start() < _SHORTEST_HEADLINE:
        return None
    name = title[last.end() :].strip()
    tight = last["mark"] in "-–—" and title[last.end() - 1] == last["mark"]
    return (title[: last.start()].rstrip(), name, tight) if len(name) in _NAME_LENGTH else None


def _confirmed(name: str, outlet: str, url: str, *, cut_off: bool) -> bool:
    """Whether the name is the outlet's: equal, its beginning, or it with a section ("CNN Business"), or the host's."""
    squashed = _name_key(name)
    if not squashed:
        return cut_off
    if outlet:
        known = _name_key(outlet)
        if squashed == known or (cut_off and outlet.casefold().startswith(name.casefold())):
            return True
        words, known_words = name.casefold().split(), outlet.casefold().split()
        if len(words) < len(known_words) and known_words[: len(words)] == words and words != ["the"]:
            return True
        rest = name[len(outlet) :].strip()
        return name.casefold().startswith(outlet.casefold()) and _SECTION.fullmatch(rest) is not None
    return squashed in _host_names(url)


def _host_names(url: str) -> set[str]:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return set()
    labels = [_name_key(label) for label in host.split(".")[:-1]]
    return {label for label in labels if len(label) > 2} - {"www", "com", "news"}


def _reads_as_outlet(name: str, *, tight: bool) -> bool:
    words = name.split()
    if len(words) > 6 or any(_NAME_WORD.fullmatch(word) is None for word in words) or _GENERIC.fullmatch(name):
        return False
    return _NEWS_WORD.search(name) is not None or (tight and len(words) <= 4)


def _without_section(name: str) -> str:
    """The name: "CNN Business" is CNN; "BBC News" is a name."""
    first, _, last = name.rpartition(" ")
    if first and last.casefold() != "news" and _SECTION.fullmatch(last) and _NEWS_WORD.search(first):
        return first
    return name


def _name_key(name: str) -> str:
    squashed = squash(name)
    return squashed.removeprefix("the") if len(squashed) > 5 else squashed
