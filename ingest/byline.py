"""Bylines: "By ANN LEE and Bo Ray, Political Editor, in London" -> ("Ann Lee", "Bo Ray").

What isn't a name goes: the word before it, roles, places, e-mail addresses and handles, the outlet behind the name.
Agencies and desks are authors where nobody else is. Accounts of a publishing system ("admin") are nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ingest.hygiene import one_line

_MOST_AUTHORS = 50
_LONGEST_NAME = 120
_LONGEST_BYLINE = 400  # characters; a longer text is a paragraph about somebody

_KIND_OF_WORK = (
    r"(?:story|words?|text|texte|written|writing|reporting|report|analysis|opinion|commentary|comment|column|exclusive"
    r"|review|reviewed|interview|posted|published|edited|compiled|updated|contributed|photographs?|photos?|video|por"
    r"|текст"
    r"|автор|author|autor|auteur|autore|redactor|reporter)"
)
_BEFORE = re.compile(
    rf"^(?:{_KIND_OF_WORK}\s*(?:by|von|par|por|de|di|door)?\s*:\s*|(?:{_KIND_OF_WORK}\s+)?by\b\s*:?\s*"
    # "Von Ann Lee" is by Ann Lee; "Von Trapp" and "Di Maio, Luigi" are names
    r"|(?!(?-i:(?:Von|Di|Af|Av)\s+(?!Red)[A-ZÀ-Þ][a-zß-ÿ'’-]+)\s*(?:,|$))"
    r"(?:von|par|por|door|di|af|av|од|от)\s+(?=[^\W\d_]))",
    re.IGNORECASE,
)
# What stands before a later name of the same line: others wrote, too, or did something else for the story.
_ALSO_WROTE = re.compile(
    r"^(?:(?:additional|further)\s+)?(?:reporting|writing|words?|text)\s*(?:by\b\s*:?|:)\s*", re.IGNORECASE
)
_HELPED = re.compile(
    r"^(?:editing|edited|photos?|photographs?|photography|pictures?|fotos?|video|graphics?|illustrations?|translat\w+)"
    r"\s*(?:by\b\s*:?|von\b|:)\s*",
    re.IGNORECASE,
)
_ROLE_BEFORE = re.compile(
    r"^(?:(?:staff|senior)\s+)?(?:writer|reporter|correspondent|journalist|editor)\s+(?=(?-i:[A-ZÀ-Þ])\S*\s+\S)",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"[\[(<]?\s*(?:mailto:)?\S+@\S+\.\w+\s*[\])>]?|[\[(]?\s*(?<!\w)@\w+\s*[\])]?|https?://\S+|\bwww\.\S+"
)
_DATED = re.compile(
    r"\b(?:(?:updated|published|posted|on|last)\b\s*)?:?\s*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s*)?"
    r"(?:\d{1,2}\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,4}.*$|\b\d{4}-\d\d-\d\d.*$"
    r"|\b(?:updated|published|posted|publi[zs]iert|veröffentlicht|aktualisiert|publiée?|publicado|pubblicato"
    r"|gepubliceerd)\b.*$"
    r"|\b\d{1,2}\.?\s+(?:de\s+)?[^\W\d_]{3,10}\.?\s+(?:de\s+)?\d{4}.*$|\b\d{1,2}[:.]\d\d\s*(?:[ap]\.?m\b\.?)?.*$"
    r"|\s\d+\s+(?:min|minute|hour|day|week)s?\b.*$",
    re.IGNORECASE,
)
# a capital letter by itself is an initial ("John E Smith"), but where all are capitals and two names stand around it
_APART = re.compile(
    r"\s+(?:and|und|et|og|och|with|&|(?-i:en|y|e|i|и|і|та))\s+|\s*[;|•·/\n]\s*|\s+[-–—]\s+|\s*&\s*", re.IGNORECASE
)
_SHOUTED_AND = re.compile(r"(\S+\s+\S+)\s+[YE]\s+(?=\S+\s+\S)")
_PLACE = re.compile(r"\s+(?:in|at|reporting from|from)\s+[A-ZÀ-Þ][\w.'’ -]+$")
_FOR_WHOM = re.compile(
    r"\s*[,(]?\s*(?:special to|for|of|exclusive to|courtesy of)\s+(?:the\s+)?[A-Z].*$", re.IGNORECASE
)
_BRACKETED = re.compile(r"\s*[(\[][^)\]]*[)\]]")
_ROLE_WORD = re.compile(
    r"\b(?:editor|editors|writers?|reporters?|correspondents?|columnist|contributors?|contributing|bureau|chief|critic"
    r"|producer|anchor|staff|journalist|intern|freelance|freelancer|fellow|analyst|author|blogger|photographer"
    r"|director|manager"
    r"|presenter|host|researcher|professor|lecturer|ph\.?d|m\.?d|m\.?s|m\.?a|rdn?|rn|esq|mba|redakteur(?:in)?"
    r"|korrespondent(?:in)?"
    r"|journaliste|rédacteur|rédactrice|correspondant|redactor[a]?|periodista|corresponsal|giornalista|redazione"
    r"|редактор"
    r"|корреспондент)\b\.?",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"\w*admin\w*|administrator|webmaster|root|guest|user\d*|test|editor|editors|editorial|staff|staff (?:writer"
    r"|reporter)s?"
    r"|newsroom|redaktion|redaction|rédaction|la rédaction|redacción|redazione|redakcja|redactie|unknown|anonymous|n/?a"
    r"|none|null|undefined|author|authors|contributors?|guest (?:author|writer|post)|super ?user|\w+_\w+\d*|various"
    r"|agencies"
    r"|agency|wires?|wire (?:services?|reports?)|our (?:reporter|correspondent)|web ?desk|humans\.txt|\d+ \w+|[\W\d_]*",
    re.IGNORECASE,
)
_DESK = re.compile(
    r"\b(?:staff|desk|bureau|team|services?|newsroom|agency|agencies|press|news|reuters|afp|reporters|editors|board"
    r"|wires?)\b",
    re.IGNORECASE,
)
_AGENCIES = frozenset(
    "ap|associated press|the associated press|afp|agence france-presse|reuters|thomson reuters|upi|pa|pa media"
    "|press association"
    "|dpa|ansa|efe|tass|xinhua|kyodo|kyodo news|pti|press trust of india|ani|ians|yonhap|anadolu agency|bloomberg"
    "|canadian press"
    "|the canadian press|aap|apa|sda|lusa|belga|ritzau|tt|ntb|stt|interfax|ukrinform".split("|")
)
_SMALL_WORDS = frozenset("de da do dos di la le van von der den ter of the and for del y e el al bin ibn".split())
_BETWEEN_NAMES = _SMALL_WORDS | frozenset(
    "and und et y e i og och en with in at for from to special exclusive reporting agencies af av".split()
)
_LONGEST_ROLE = 6  # words: "our own correspondent in the north"
_KEPT_CAPITALS = re.compile(r"(?:[A-Z]\.)+|[IVX]{2,4}|[A-Z]{2}")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


def reads_as_names(text: str) -> bool:
    """Whether what stands behind "By" can be names, roles and places; not "Tuesday the water had reached the church".

    Words in small letters are those that stand between names ("van", "and", "in"), or they belong to a role.
    """
    return all(_is_of_names(piece.split()) for piece in text.split(","))


def _is_of_names(words: Sequence[str]) -> bool:
    if len(words) <= _LONGEST_ROLE and any(_ROLE_WORD.fullmatch(word) for word in words):
        return True
    return all(not word[0].islower() or word in _BETWEEN_NAMES for word in words)


def authors_from(value: object, *, outlet: str = "") -> tuple[str, ...] | None:
    """Names from a string ("By Ann Lee and Bo Ray"), an object with a name, or a list of either; None for another type.

    ``outlet`` is whose page it is: its name behind a person's isn't another author.
    """
    names = _names(value, outlet, 0)
    if names is None:
        return None
    kept = dict[str, str]()
    for name in names:
        if 1 < len(name) <= _LONGEST_NAME and any(map(str.isalpha, name)):
            kept.setdefault(_plain(name), name)
    return tuple(kept.values())[:_MOST_AUTHORS]


def _names(value: object, outlet: str, depth: int) -> list[str] | None:
    if isinstance(value, Mapping):
        value = value.get("name") or " ".join(
            str(value[part]) for part in ("firstname", "givenName", "lastname", "familyName") if value.get(part)
        )
    if isinstance(value, str):
        return names_of(one_line(value), outlet)
    if isinstance(value, list | tuple) and depth < 4:
        parts = value[:_MOST_AUTHORS]
        if all(isinstance(part, str) for part in parts):  # "Ann Lee", "Political Editor": the second says who she is
            return names_of(one_line("; ".join(parts)), outlet)
        return [name for part in parts for name in _names(part, outlet, depth + 1) or ()]
    return None


def names_of(byline: str, outlet: str = "") -> list[str]:
    """The names of one line; [] where there is none."""
    text = _DATED.sub("", _CONTACT.sub(" ", byline)).strip(" ,;:|-–—")
    if len(text) > _LONGEST_BYLINE:
        return []
    for _ in range(2):
        text = _BEFORE.sub("", text, count=1).strip(" ,;:|-–—")
    if "://" in byline and not text:
        return []
    people: list[str] = []
    helpers: list[str] = []
    desks: list[str] = []
    for part in _APART.split(_SHOUTED_AND.sub(r"\1; ", text) if text.isupper() else text):
        for named in _persons(_FOR_WHOM.sub("", part)):
            name = _without_role(_ALSO_WROTE.sub("", _HELPED.sub("", named)))
            found = helpers if _HELPED.match(named) else people
            cleaned = _cased(_PLACE.sub("", _BRACKETED.sub("", name)).strip(" ,;:'\"“”|-–—").strip())
            cleaned = cleaned if cleaned.endswith(("Jr.", "Sr.")) else cleaned.rstrip(".")
            if cleaned and not _NO_NAME.fullmatch(cleaned) and not _is_role_only(cleaned):
                (desks if _is_desk(cleaned, outlet) else found).append(_said_once(cleaned))
    return people or helpers or desks[:1]


def _without_role(name: str) -> str:
    """Without "Staff Writer" before two or more words that have no role among them."""
    bare = _ROLE_BEFORE.sub("", name)
    return name if _ROLE_WORD.search(bare) else bare


def _persons(part: str) -> list[str]:
    """Names of one part: "Ann Lee, Bo Ray" are two people; "Lee, Ann" and "Ann Lee, PhD" are one; roles are nobody."""
    pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
    if len(pieces) == 2 and not any(" " in piece for piece in pieces) and not _ROLE_WORD.search(pieces[1]):
        return [", ".join(pieces)]
    named = [piece for piece in pieces if not _ROLE_WORD.search(piece)]
    if not named:
        return pieces[:1]
    if len(named) > 1 and " " not in named[0]:
        return [part.strip(" ,")]
    return named if len(named) == 1 else [piece for piece in named if " " in piece or _plain(piece) in _PLAIN_AGENCIES]


def _said_once(name: str) -> str:
    """What is said twice, once: "Ann Lee Ann Lee", as text and picture's caption give it, is one name."""
    words = name.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half and words[:half] == words[half:] else name


def _is_role_only(piece: str) -> bool:
    """Whether it is like "Political Editor", "Staff Writer": a role with one word to it is nobody's name."""
    words = piece.split()
    rest = [word for word in words if not _ROLE_WORD.fullmatch(word.strip(".,"))]
    named = len(rest) == 1 and rest[0].isupper() and len(rest[0]) > 1  # "KTV Staff"
    return len(rest) < len(words) and not named and (len(rest) <= 1 or piece.islower())


def _is_desk(name: str, outlet: str) -> bool:
    plain, own = _plain(name), _plain(outlet)
    if plain in _PLAIN_AGENCIES or _DESK.search(name) or _ROLE_WORD.search(name):
        return True
    return bool(own) and (plain == own or plain.startswith(own) or (len(plain) > 3 and own.startswith(plain)))


def _cased(name: str) -> str:
    """Names shouted in capitals, as printed bylines are, in upper and lower case; "PTI" and "J.D." stay."""
    words = name.split()
    letters = [letter for letter in name if letter.isalpha()]
    if len(words) < 2 or not letters or not all(letter.isupper() for letter in letters):
        return name
    return " ".join(_cased_word(word, first=number == 0) for number, word in enumerate(words))


def _cased_word(word: str, *, first: bool) -> str:
    if len(word) == 1:
        return word  # an initial
    if _KEPT_CAPITALS.fullmatch(word) and not (len(word) == 2 and word.casefold() in _SMALL_WORDS):
        return word
    lower = word.casefold()
    if lower in _SMALL_WORDS and not first:
        return lower
    cased = "-".join(part[:1].upper() + part[1:] for part in lower.split("-"))
    return re.sub(r"^(Mc|O['’]|D['’])(\w)", lambda found: found[1] + found[2].upper(), cased)


def seen_on_page(names: Sequence[str], text: str) -> bool:
    """Whether a page prints all of the names; ``text`` is what it shows."""
    plain = _plain(text)
    return bool(names) and all(_plain(name) in plain for name in names)


def is_outlet(names: Sequence[str], outlet: str) -> bool:
    """Whether the only "author" is the outlet itself."""
    own = _plain(outlet)
    return len(names) == 1 and bool(own) and own.startswith(_plain(names[0]))


def _plain(text: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", text.casefold())


_PLAIN_AGENCIES = frozenset(_plain(name) for name in _AGENCIES)
