"""Where sentences begin and end in an article, as exact offsets.

Pure. A full stop ends a sentence unless it belongs to an abbreviation, an initial or a number; a line break always
does. Closing quotation marks and brackets stay with their sentence. Works for languages that write with full stops or
with the ideographic ones.
"""

from __future__ import annotations

import re

# A run of full stops is read once, from its first: a passage may hold thousands of them.
_END = re.compile(r"(?:(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s)|[。！？]+[」』”]*|\n+)")
_TITLES = frozenset(
    """mr mrs ms mx dr prof sen sens rep reps gov govs gen lt col sgt capt cpl cmdr adm maj rev fr sr hon pres st ste
    mt ft m mme mlle hr fru vs no nos nr art fig pp vol ca bzw z.b u.a d.h op cf ed eds al approx est dept""".split()
)
_ABBREVIATIONS = frozenset(
    """jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thurs fri sat sun inc corp co ltd plc
    llc bros jr sr esq ph.d m.d b.a m.a etc e.g i.e a.m p.m u.s u.k u.n e.u d.c usw ave blvd rd dr""".split()
)
_OPENERS = frozenset(
    """the a an in on at by for from to of with and but or so yet if as it its he she they we i you his her their our
    this that these those there when while after before since because although however meanwhile what who why
    how where which one some many most all no not under over during between among also last earlier later now
    then""".split()
)
_LAST_WORD = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+)*)\.[\"'”’»)\]]*$")
_NEXT_WORD = re.compile(r"\s+[\"'“‘«(\[]*([^\W_]*)")
_CLAUSE = re.compile(r"(?:[;:,]|\s[—–-])\s+")
_ITEM_WORDS = 8  # a longer line without a full stop is a headline or a sentence
_ITEM_NUMBER = re.compile(r"[(\[]?(?:\d{1,3}|[a-zA-Z])[.)\]]|[-–—•·*▪►]+")
_LAST_NUMBER = re.compile(r"\s+(\d{1,3}[.)])$")
_STOPS = re.compile(r"[.!?…。！？:;,][\"'”’»)\]]*$")
_LEADS_IN = re.compile(r"[:?][\"'”’»)\]]*$")
_POINTER = re.compile(
    r"\W*_{3,}"
    r"|\W*(?:(?:read )?more|related|see also|watch(?: now)?|listen|contributing)(?: (?:on|from|about) [^:.?!]{1,40})?:"
    r"|\W*(?:read (?:the whole|the full|this) story|must watch|sign up (?:for|to)|subscribe (?:to|now)|follow us"
    r"|click here)\b",
    re.IGNORECASE,
)
_GLUED = re.compile(r"[^:.?!\n]{3,60}[^\W_]['’]?:[A-Z‘“\"'][^\s]*(?:[^\S\n]+\S+){4,}(?<![.?!\"”’)])")
_WEB_ADDRESS = re.compile(r"\bhttps?://\S+|\bwww\.\S+")
_WORDS_BESIDE_ADDRESS = 8


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Offsets (start, end) of every sentence, without the white space around it, in order and not overlapping."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match.end() <= start:
            continue
        if match[0][0] in ".!?…" and not _is_end(text, match.start(), match.end()):
            continue
        _add(text, start, match.end(), spans)
        start = match.end()
    _add(text, start, len(text), spans)
    return spans


def _is_end(text: str, stop: int, end: int) -> bool:
    following = _NEXT_WORD.match(text, end)
    next_word = following[1] if following else ""
    if next_word and next_word[0].islower():
        return False
    if text[stop] != ".":
        return True
    last = _LAST_WORD.search(text, max(0, stop - 24), end)
    if last is None:
        return True
    word = last[1]
    if len(word) == 1 and word.isupper():  # an initial: "J. K. Rowling"
        return False
    lowered = word.lower()
    if lowered in _TITLES and not (lowered in _ABBREVIATIONS and next_word.lower() in _OPENERS):
        return False
    if lowered in _ABBREVIATIONS or re.fullmatch(r"(?:[^\W\d_]\.)+[^\W\d_]", word):
        return next_word.lower() in _OPENERS or not next_word
    return True


def _add(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append((start, end))


def limit_words(text: str, start: int, end: int, most: int) -> list[tuple[int, int]]:
    """Cut ``text[start:end]`` into slices of at most ``most`` words: at clauses where possible, else between words."""
    words = [match.span() for match in re.compile(r"\S+").finditer(text, start, end)]
    if len(words) <= most:
        return [(start, end)] if words else []
    breaks = {match.end() for match in _CLAUSE.finditer(text, start, end)}
    slices: list[tuple[int, int]] = []
    first = 0
    while first < len(words):
        last = min(first + most, len(words))
        if last < len(words):
            last = next((n for n in range(last, first + most // 3, -1) if words[n][0] in breaks), last)
        slices.append((words[first][0], words[last - 1][1]))
        first = last
    return slices


def sentences_and_lists(text: str, most: int) -> list[tuple[int, int]]:
    """Offsets of what can be quoted: every sentence, a list's lines with each other and with what introduces them.

    "The winners were:" and "Who won?" say nothing without the lines below, nor do those lines without it. A number or
    bullet alone in its line stands with what it counts. Nothing longer than ``most`` words comes out.
    """
    units: list[tuple[int, int]] = []
    listing = False  # the last unit is a list, or introduces one
    counting = False  # the last unit is the number or bullet of the line that comes next
    for start, end in split_sentences(text):
        led_in = bool(units) and bool(_LEADS_IN.search(text, *units[-1]))
        number = bool(_ITEM_NUMBER.fullmatch(text, start, end))
        item = not number and _is_item(text, start, end, led_in=led_in)
        next_number = _LAST_NUMBER.search(text, start, end) if item and listing else None
        stop = next_number.start() if next_number else end
        if units and (counting or (item and listing)) and len(text[units[-1][0] : stop].split()) <= most:
            units[-1] = (units[-1][0], stop)
        else:
            units += limit_words(text, start, stop, most)
        if next_number:  # "Oslo 4. Who won?": the number is the next line's
            units.append((next_number.start(1), end))
        counting = number or next_number is not None
        listing = not counting and (item or bool(_LEADS_IN.search(text, start, end)))
    return units


def _is_item(text: str, start: int, end: int, *, led_in: bool) -> bool:
    """Whether it is a short line that isn't a sentence; ``led_in``: it may begin behind its introduction."""
    if not led_in and "\n" not in text[max(0, start - 2) : start] and text[:start].strip():
        return False
    if len(text[start:end].split()) > _ITEM_WORDS:
        return False
    if _LAST_NUMBER.search(text, start, end):
        return True
    ends_its_line = "\n" in text[end : end + 2] or not text[end:].strip()
    return ends_its_line and not _STOPS.search(text, start, end)


def points_elsewhere(text: str) -> bool:
    """Whether a line leads to something else to read or to do, and tells nothing of its article.

    "More: Ferry fares rise again", "Sign up for our newsletter", "___ More news: https://...", and the headline of
    another article glued to what introduces it: "Winter storm:Ferries will stay in port again".
    """
    if _POINTER.match(text) or _GLUED.fullmatch(text):
        return True
    bare = _WEB_ADDRESS.sub(" ", text)
    return bare != text and len(bare.split()) < _WORDS_BESIDE_ADDRESS
