"""Whether a name in a sentence is one that a source has, in the forms that news gives it (pure).

"Putin" for "Vladimir Putin", "UN" for "United Nations", "Ukrainian" for "Ukraine", "Zelenskyy" for "Zelensky".
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Country, people, and what else stands for them, where the words share no beginning.
_SAME = (
    "uk britain british briton britons british's",
    "us usa america american americans washington",
    "netherlands dutch holland",
    "france french",
    "greece greek greeks",
    "wales welsh",
    "spain spanish",
    "switzerland swiss",
    "thailand thai",
    "turkey turkish turkiye turks",
    "uae emirates emirati",
    "eu european europe",
    "germany german germans",
    "ireland irish",
    "england english",
    "scotland scottish scots",
    "denmark danish danes",
    "philippines filipino philippine",
    "kyiv kiev",
    "kharkiv kharkov",
    "odesa odessa",
    "saudi saudis",
    "peru peruvian",
    "iraq iraqi",
    "gop republican republicans",
    "labour labor",
    "centre center",
    "defence defense",
    "portugal portuguese",
    "poland polish poles",
    "norway norwegian norwegians",
    "lebanon lebanese",
    "mumbai bombay",
    "kolkata calcutta",
    "chennai madras",
    "beijing peking",
    "yangon rangoon",
    "myanmar burma burmese",
    "cologne koln",
    "naples neapolitan",
    "moscow muscovite muscovites",
)
_ALIASES = {word: group.split()[0] for group in _SAME for word in group.split()}
_COMMON = frozenset(
    """the a an of and in on for to at by from with mr mrs ms dr sir dame lord lady president prime minister king queen
    prince princess sen rep gov gen col sgt capt prof st jr sr de la le van von der den al el bin & i""".split()
)
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "’": "'"}
_WORD = re.compile(r"[^\W_]+(?:['.&][^\W_]+)*")


def called_otherwise(word: str) -> frozenset[str]:
    """What else in small letters stands for a country, a city or a people: "british" for "britain"."""
    return frozenset(other for group in _SAME if word in group.split() for other in group.split()) - {word}


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Without accents, case, full stops and the possessive."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", word).casefold() if not unicodedata.combining(c))
    for letter, plain in _LETTERS.items():
        folded = folded.replace(letter, plain)
    return re.sub(r"'s?$", "", folded).replace(".", "")


def missing_words(name: str, source_words: frozenset[str], initials: frozenset[str]) -> list[str]:
    """The words of a name that a source doesn't have in any form; empty if it has them all.

    ``source_words`` from ``words_of``, ``initials`` from ``initials_of`` the same source.
    """
    missing = []
    for match in _WORD.finditer(re.sub(r"[-/]", " ", name.replace("’", "'"))):
        word = fold(match.group())
        if word and word not in _COMMON and not _has(word, source_words, initials):
            missing.append(match.group())
    return missing


def words_of(text: str) -> frozenset[str]:
    """Every word of a source, folded; parts of compounds too."""
    found = set()
    for match in _WORD.finditer(re.sub(r"[-/]", " ", text)):
        word = fold(match.group())
        found.add(word)
        found.update(part for part in re.split(r"['&]", word) if len(part) > 1)
        if word in _ALIASES:
            found.add(_ALIASES[word])
    return frozenset(found)


def initials_of(text: str) -> frozenset[str]:
    """The initials of every run of capitalised words and its parts: "World Health Organization" gives "who"."""
    found = set()
    for run in re.finditer(r"\b[A-Z]\w*(?:[ -](?:(?:of|the|for|and|on|de)\s)*[A-Z]\w*)+", text):
        words = re.findall(r"\w+", run.group())
        for letters in ([w[0] for w in words], [w[0] for w in words if w[0].isupper()]):
            for start in range(len(letters)):
                for end in range(start + 2, len(letters) + 1):
                    found.add("".join(letters[start:end]).lower())
    return frozenset(found)


def _has(word: str, source: frozenset[str], initials: frozenset[str]) -> bool:
    if word in source or _ALIASES.get(word) in source or word in initials:
        return True
    if word.removesuffix("s") in source or word + "s" in source:
        return True
    if len(word) >= 5:  # Ukraine, Ukrainian; Zelensky, Zelenskyy; but Austria is not Australia
        stem = re.sub(r"(?:ians?|ans?|ese|ish|ic|is?|ia|yy?|s|e|n)$", "", word)
        if len(stem) >= 4 and any(
            other.startswith(stem) and len(other) - len(stem) <= 4 and _is_ending(other[len(stem) :])
            for other in source
        ):
            return True
    return False


def _is_ending(rest: str) -> bool:
    return re.fullmatch(r"(?:ians?|ans?|ese|ish|ic|i|ia|iy|yy?|is|s|e|n|en)?", rest) is not None
