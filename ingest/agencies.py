"""Which news agency a story is credited to, by its dateline, its last lines, or its byline.

Only marks that print names beside an agency are read ("LONDON (AP) —", "— Reuters", "With inputs from PTI"), never a
sentence that speaks of one ("AP reported that ..."). The names are those of the world's agencies.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

# One name each, and how it is printed otherwise. Short forms that are words or initials of much else (PA, AA, ANI)
# count only where nothing but an agency stands: in brackets after a place, alone on the last line, as a byline.
AGENCIES: dict[str, tuple[str, ...]] = {
    "Associated Press": ("AP", "The Associated Press", "AP News", "Associated Press"),
    "Reuters": ("Reuters", "Thomson Reuters", "Reuters News Agency"),
    "Agence France-Presse": ("AFP", "Agence France-Presse", "Agence France Presse"),
    "PA Media": ("PA", "PA Media", "Press Association", "PA News Agency", "The Press Association"),
    "United Press International": ("UPI", "United Press International"),
    "dpa": ("dpa", "DPA", "Deutsche Presse-Agentur"),
    "EFE": ("EFE", "Agencia EFE"),
    "Europa Press": ("Europa Press",),
    "ANSA": ("ANSA",),
    "Adnkronos": ("Adnkronos",),
    "Xinhua": ("Xinhua", "Xinhua News Agency"),
    "TASS": ("TASS", "ITAR-TASS"),
    "RIA Novosti": ("RIA Novosti", "RIA"),
    "Interfax": ("Interfax",),
    "Ukrinform": ("Ukrinform",),
    "Kyodo News": ("Kyodo", "Kyodo News"),
    "Jiji Press": ("Jiji", "Jiji Press"),
    "Yonhap": ("Yonhap", "Yonhap News Agency"),
    "Australian Associated Press": ("AAP", "Australian Associated Press"),
    "Press Trust of India": ("PTI", "Press Trust of India"),
    "Asian News International": ("ANI", "Asian News International"),
    "Indo-Asian News Service": ("IANS", "Indo-Asian News Service"),
    "The Canadian Press": ("CP", "The Canadian Press", "Canadian Press"),
    "Anadolu Agency": ("AA", "Anadolu", "Anadolu Agency"),
    "Bernama": ("Bernama",),
    "Antara": ("Antara",),
    "Vietnam News Agency": ("VNA", "Vietnam News Agency"),
    "Philippine News Agency": ("PNA", "Philippine News Agency"),
    "Saudi Press Agency": ("SPA", "Saudi Press Agency"),
    "Emirates News Agency": ("WAM", "Emirates News Agency"),
    "Islamic Republic News Agency": ("IRNA", "Islamic Republic News Agency"),
    "MENA": ("MENA", "Middle East News Agency"),
    "News Agency of Nigeria": ("NAN", "News Agency of Nigeria"),
    "South African Press Association": ("SAPA", "South African Press Association"),
    "Bloomberg": ("Bloomberg", "Bloomberg News"),
    "Austria Press Agency": ("APA", "Austria Press Agency"),
    "Keystone-SDA": ("SDA", "Keystone-SDA", "ATS"),
    "ANP": ("ANP",),
    "Belga": ("Belga",),
    "TT": ("TT", "TT News Agency"),
    "NTB": ("NTB",),
    "Ritzau": ("Ritzau",),
    "STT": ("STT",),
    "Polish Press Agency": ("PAP", "Polish Press Agency"),
    "Czech News Agency": ("CTK", "ČTK", "Czech News Agency"),
    "MTI": ("MTI",),
    "Lusa": ("Lusa",),
    "Agência Brasil": ("Agência Brasil", "Agencia Brasil"),
}
_OF_NAME = {name.casefold(): agency for agency, names in AGENCIES.items() for name in (agency, *names)}
_BYLINE_WORDS = re.compile(
    r"^(?:by|von|par|por)\s+|\s+(?:staff|reporters?|editors?|(?:staff )?writers?|newsroom|bureau)$", re.IGNORECASE
)
_PARTS = re.compile(r"\s*[,/|(]\s*|\s+[-–—]\s+|\s+(?:and|with|of|for)\s+", re.IGNORECASE)
_HEAD_CHARACTERS = 250
_TAIL_CHARACTERS = 400
_END_CHARACTERS = 80
_MAY_SHARE = re.compile(r"contributed|inputs?\b|files|reporting|material", re.IGNORECASE)  # quick


def agency_named(name: str | None) -> str | None:
    """The agency of that name, in full: an outlet, or a byline ("Reuters Staff", "By The Associated Press")."""
    if not name:
        return None
    return _OF_NAME.get(_BYLINE_WORDS.sub("", name.strip()).casefold())


def credited_agency(text: str, authors: Sequence[str]) -> str | None:
    """The agency that the byline, the dateline or the last lines credit; None for a paper's own story."""
    for author in authors:
        for part in (author, *_PARTS.split(author.rstrip(") "))):
            if agency := agency_named(part):
                return agency
    dateline, endings, sharing = _patterns()
    found = dateline.search(text[:_HEAD_CHARACTERS])
    end = text.rstrip()[-_END_CHARACTERS:]
    for mark in endings:
        found = found or mark.search(end)
    if found is None and _MAY_SHARE.search(tail := text[-_TAIL_CHARACTERS:]):
        found = sharing[0].search(tail) or sharing[1].search(tail)
    return _OF_NAME[found.group("name").casefold()] if found else None


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    """Of the dateline, of the very end, and of the last lines."""
    spellings = {re.escape(name) for names in AGENCIES.values() for name in names}
    name = rf"(?P<name>{'|'.join(sorted(spellings, key=len, reverse=True))})"
    with_from = r"with (?:additional |agency )?(?:inputs?|files|material|reporting)(?: also)? (?:from|by)"
    dateline = re.compile(rf"^[^\n!?]{{0,80}}\(\s*{name}(?:\s*/[\w .]+)?\s*\)\s*[-–—:]", re.MULTILINE)
    endings = (
        re.compile(rf"(?:^|\n)\s*(?:[-–—]+\s*|[Ss]ource:\s*)?\(?{name}\)?\s*\.?$"),
        re.compile(rf"[.!?”\"’]\s*[-–—]+\s*{name}\s*\.?$"),
        re.compile(rf"\(\s*{name}\s*\)\s*\.?$"),
    )
    sharing = (
        re.compile(rf"\b(?:[Aa]dditional reporting by|(?i:{with_from})) (?:the )?{name}\b"),
        re.compile(rf"\b{name} (?:also )?contributed (?:to (?:this|the)|reporting)\b"),
    )
    return dateline, endings, sharing
