"""Words of a question or an article: with offsets, without their endings, and which of them are names or numbers.

Pure, and light enough to run over every sentence of ten passages in a few milliseconds. Made for English; in other
languages names, numbers and equal spellings still match.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from assistant.calendar_days import MONTHS, WEEKDAYS

STOPWORDS = frozenset(
    """a about above according after again against all also am an and any are aren't as at be became because become
    been before being below between both but by came can can't cannot come could couldn't did didn't do does
    doesn't doing don't down during each either else even ever every few following for from further get gets
    getting go goes going got had hadn't has hasn't have haven't having he her here hers herself him himself
    his how however i if in into is isn't it it's its itself just let like made make makes making many may me
    might more most much must my myself near no nor not now of off on once one only onto or other ought our
    ours ourselves out over own per put quite rather really said same say saying says she should shouldn't
    since so some such take taken than that that's the their theirs them themselves then there there's these
    they they're this those though through thus to too toward towards under until up upon us use used using
    very via was wasn't we we're well went were weren't what what's when where whether which while who who's
    whom whose why will with within without won't would wouldn't yet you your yours yourself tell please
    called named known give name approximately roughly yes yeah ok okay hi hello hey dear
    i'd i'll i'm i've you'd you'll you're you've he'd he'll he's she'd she'll she's it'd it'll we'd we'll we've
    they'd they'll they've that'd that'll who'd who'll who're who've what'd what'll what're where'd where's how'd how's
    when's why'd why's here's there'd there'll let's mustn't needn't shan't mightn't""".split()
)
MONTH_NAMES = frozenset(MONTHS)
WEEKDAY_NAMES = frozenset(WEEKDAYS)
_LEAST_ENGLISH = 2  # words like "the" and "did"
NUMBER_WORDS = frozenset(
    """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion
    trillion dozen half third quarter""".split()
)
WORD_PATTERN = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*", re.UNICODE)
# Letters that are no letter with an accent to Unicode; written as the keyword index has them.
_NO_ACCENT = str.maketrans(
    {"ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n"}
)
_NUMBER = re.compile(r"\d")
_POSSESSIVE = re.compile(r"['’]s?$|['’.](?=s$)")
_NAME_LINKS = frozenset("of the de la le da di du del von van der den bin al el and & y".split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands: ``text[start:end]``; ``stem`` compares equal for its other forms."""

    text: str
    start: int
    end: int

    @property
    def stem(self) -> str:
        """What the word is compared by."""
        return stem(self.text)

    @property
    def is_number(self) -> bool:
        """Whether it counts something: digits or a spelled-out number."""
        return bool(_NUMBER.search(self.text)) or self.text.lower() in NUMBER_WORDS

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter (or holds one, as "iPhone" does)."""
        return any(character.isupper() for character in self.text)


def words(text: str) -> list[Word]:
    """The words of a text, in order. Hyphens and apostrophes inside a word belong to it."""
    return [Word(match[0], match.start(), match.end()) for match in WORD_PATTERN.finditer(text)]


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A word without accents, case and the commonest English endings; numbers without their separators."""
    if word.isascii():
        folded = word.lower()
    else:
        plain = unicodedata.normalize("NFKD", word).casefold().translate(_NO_ACCENT)
        folded = "".join(c for c in plain if not unicodedata.combining(c))
    if not folded.isalpha():
        folded = _POSSESSIVE.sub("", folded).replace("’", "'")
    if not folded.isalpha() and _NUMBER.search(folded):
        return folded.replace(",", "").replace(".", "") if folded[0].isdigit() else folded
    return _without_ending(folded)


def _without_ending(word: str) -> str:
    if len(word) <= 3:
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif (word.endswith("es") and word[-3] in "sxzo") or word.endswith(("ches", "shes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if word.endswith(("ied", "eed")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= 3 and re.search(r"[aeiouy]", root):
            if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "ls":
                return root[:-1]
            return root.removesuffix("e")
    if word.endswith("ly") and len(word) > 5:
        word = word[:-2]
    if word.endswith("y") and len(word) > 3 and word[-2] not in "aeiou":
        word = word[:-1] + "i"
    return word.removesuffix("e")


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, each once, in order."""
    return list(dict.fromkeys(word.stem for word in words(text) if is_content(word.text)))


def is_content(word: str) -> bool:
    """Whether a word carries meaning by itself."""
    lowered = word.lower().replace("’", "'")
    return (
        lowered not in STOPWORDS
        and lowered.removesuffix("'s") not in STOPWORDS
        and (len(lowered) > 1 or lowered.isdigit())
    )


@dataclass(frozen=True, slots=True)
class Name:
    """A run of capitalised words: ``text[start:end]``."""

    text: str
    start: int
    end: int


def names(text: str) -> list[Name]:
    """Capitalised runs that look like names of people, places, organisations, works.

    A capital at the beginning of a sentence proves nothing: a run of one common word there is left out.
    """
    found: list[Name] = []
    run: list[Word] = []
    tokens = words(text)
    for index, token in enumerate(tokens):
        joins = (
            run
            and text[run[-1].end : token.start] in {" ", "-", "’ ", "' ", ". "}
            and not _ends_sentence(text, run[-1])
        )
        if token.is_capital and not (token.text.lower().replace("’", "'") in STOPWORDS and not joins):
            if not joins:
                _finish(text, run, found)
                run = []
            run.append(token)
        elif joins and token.text.lower() in _NAME_LINKS and index + 1 < len(tokens) and tokens[index + 1].is_capital:
            run.append(token)
        else:
            _finish(text, run, found)
            run = []
    _finish(text, run, found)
    return found


def _ends_sentence(text: str, word: Word) -> bool:
    return text[word.end : word.end + 1] == "." and len(word.text) > 3


def _finish(text: str, run: list[Word], found: list[Name]) -> None:
    while run and run[-1].text.lower() in _NAME_LINKS:
        run.pop()
    while run and run[0].text.lower().replace("’", "'") in STOPWORDS:
        run.pop(0)
    if not run:
        return
    only = run[0].text
    if len(run) == 1 and not only[1:].isupper() and only.lower() in MONTH_NAMES | WEEKDAY_NAMES:
        return
    found.append(Name(text[run[0].start : run[-1].end], run[0].start, run[-1].end))


def capitals_tell(text: str) -> bool:
    """Whether capitals mark names: in English, by its small words, and not In Questions Like This."""
    english = [word for word in words(text) if word.text.lower() in STOPWORDS]
    titled = any(word.text[0].isupper() and not begins_sentence(text, word.start) for word in english)
    return len(english) >= _LEAST_ENGLISH and not titled


def begins_sentence(text: str, offset: int) -> bool:
    """Whether what stands at ``offset`` is the first word of the text or of a sentence."""
    before = text[:offset].rstrip(" \"“‘'(")
    return not before or before[-1] in ".!?:\n…"


def weighted_share(wanted: Iterable[str], present: frozenset[str] | set[str], weights: dict[str, float]) -> float:
    """The share of ``wanted`` that is ``present``, each by its weight; 0 where nothing is wanted."""
    total = matched = 0.0
    for one in wanted:
        weight = weights.get(one, 1.0)
        total += weight
        matched += weight if one in present else 0.0
    return matched / total if total else 0.0
