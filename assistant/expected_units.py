"""What a number must be a number of: the unit that a question asks for, and the texts that can hold it.

Pure, and English. "How long did it last?" wants a stretch of time, "how old is she?" an age, "how many turbines?"
a number of turbines: any other number near by is not the answer, however well the rest of the sentence fits.
"""

from __future__ import annotations

import re

from assistant.words import MONTH_NAMES, NUMBER_WORDS, WEEKDAY_NAMES, is_content, stem

_SPELLED = rf"(?:{'|'.join(sorted(NUMBER_WORDS))})"
_NUMBER = rf"(?:\d[\d,.]*|\b(?:an?|one|several|half|{'|'.join(sorted(NUMBER_WORDS))}))"
_TIMES = (
    r"(?:seconds?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|months?|years?|decades?|centur(?:y|ies)|fortnights?)"
)
_LENGTHS = (
    r"(?:kilomet(?:er|re)s?|km|met(?:er|re)s?|m|miles?|feet|foot|ft|inch(?:es)?|yards?|centimet(?:er|re)s?|cm"
    r"|millimet(?:er|re)s?|mm|light-years?|blocks?|stor(?:e?ys?|ies))"
)
_CURRENCY = (
    r"(?:(?:us|canadian|australian) )?(?:dollars?|pounds?|euros?|crowns?|kron[aeou]r?|koruna|yen|yuan|renminbi|rupees?"
    r"|francs?|cents?|pence|bucks|quid|roubles?|rubles?|pesos?|reais|rand|lira|shekels?|dirhams?|riyals?|ringgit|baht"
    r"|zlotys?|forints?)"
)
_WEIGHTS = r"(?:kilos?|kilograms?|kg|grams?|pounds?|lbs?|tons?|tonnes?|ounces?|stone)"


def _measured(units: str) -> re.Pattern[str]:
    """A number of these units: "12-mile", "two and a half years", "5ft", "1.2 million tonnes"."""
    return re.compile(rf"{_NUMBER}(?:[\s-]+(?:[\w½¼¾]+[\s-]+){{0,2}}?)?{units}\b", re.IGNORECASE)


_MONTH = rf"{'|'.join(sorted(MONTH_NAMES))}|jan|feb|mar|apr|aug|sept?|oct|nov|dec"
_SEASONS = r"(?:the )?(?:spring|summer|autumn|fall|winter)"
_STRETCHES = "week|weekend|month|quarter|year|night|decade|century|season|spring|summer|autumn|winter"
YEAR = re.compile(r"(?<![\w$£€,.])(?:1[5-9]|20)\d\d(?!\w|[,.]\d)")
_HELD_BY: dict[str, re.Pattern[str]] = {
    "money": re.compile(
        rf"[$£€¥₹₽₩₪₺]\s?\d|\b(?:USD|EUR|GBP|CHF|[ACH]\$)\s?\d"
        rf"|{_NUMBER}(?:[\s-]?(?:hundred|thousand|million|billion|trillion|lakh|crore|tn|[mbk]n?)\b)?[\s-]{_CURRENCY}\b"
        r"|\d\s?p\b",
        re.IGNORECASE,
    ),
    "percent": re.compile(
        r"\d\s?(?:%|percent|per cent)|\b(?:half|third|quarter|in (?:two|three|four|five|ten|\d+))\b", re.IGNORECASE
    ),
    "year": YEAR,
    "age": re.compile(
        rf"\b\d{{1,3}}-(?:year|month|week|day)-old|\b{_NUMBER} (?:years?|months?) (?:old|of age)|\baged? {_NUMBER}\b|,"
        rf" \d{{1,3}},|\bturn(?:ed|s|ing)? {_NUMBER}\b|\bat (?:\d{{1,3}}|{_SPELLED})(?=[,;]|\.(?!\d))"
        r"|\b\d+(?:st|nd|rd|th) birthday"
        r"|\bin (?:his|her|their) (?:early |mid-?|late )?(?:teens|\w+ties)\b|\bborn (?:in|on)\b",
        re.IGNORECASE,
    ),
    "time": re.compile(rf"{_measured(_TIMES).pattern}|\bovernight\b|\ball (?:day|night)\b|\blife\b", re.IGNORECASE),
    "length": _measured(_LENGTHS),
    "time or length": _measured(f"(?:{_TIMES}|{_LENGTHS})"),
    "weight": _measured(_WEIGHTS),
    "speed": re.compile(
        r"\d[\d,.]*[\s-]?(?:mph|kph|km/h|kmh|knots?|m/s)\b"
        r"|\b(?:miles?|kilomet(?:er|re)s?|met(?:er|re)s?|feet) (?:an?|per) (?:hour|second)\b|\bMach \d",
        re.IGNORECASE,
    ),
    "temperature": re.compile(r"\bdegrees?\b|\d\s?°|\b\d+ ?[CF]\b"),
    "clock": re.compile(
        r"\b\d{1,2}[:.]\d\d\b|\b\d{1,2}\s?(?:a\.?m|p\.?m)\b|\b(?:noon|midnight|midday)\b|\bo['’]clock\b", re.IGNORECASE
    ),
    "often": re.compile(
        rf"\b(?:once|twice|thrice|daily|weekly|monthly|yearly|annually|every)\b|{_NUMBER} times\b"
        r"|\b(?:an?|per|each) (?:minute|hour|day|week|month|year)\b",
        re.IGNORECASE,
    ),
    "score": re.compile(r"\b\d{1,3}\s?[-–]\s?\d{1,3}\b"),
    "date": re.compile(
        rf"\b(?:{_MONTH})\.? \d{{1,2}}\b|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH})\b|\b\d{{4}}-\d\d-\d\d\b"
        rf"|\b(?:in|since|until|by|from|through|of|last|next|this|early|mid-?|late) (?:{_MONTH}|{_SEASONS})\b"
        rf"|\b(?:{'|'.join(sorted(WEEKDAY_NAMES))})\b|{YEAR.pattern}|\b(?:today|tonight|tomorrow|yesterday)\b"
        rf"|\b(?:last|next|this|the (?:previous|following)) (?:{_STRETCHES})\b"
        rf"|\b{_TIMES} (?:ago|later|earlier|before|after)\b",
        re.IGNORECASE,
    ),
}  # fmt: skip

_SUMS = (
    r"(?:price|cost|budget|fee|fare|fine)s?(?! (?:of living|control|cap|cut|line|art|print))|salary|wages?|rent"
    r"|ransom|reward|bail|sum|amount of money|net worth|price tag|(?:hourly|weekly|monthly|annual|yearly) (?:pay|rate)"
)
_NOT_MONEY = (
    "time|longer|bigger|taller|higher|lower|faster|older|younger|heavier|lighter|warmer|colder|further|farther|rain|rainfall"
    "|snow|ice|water|land|space|oil|gas|coal|fuel|food|power|energy|electricity|weight|sleep|blood|data|wine|beer|exercise"
    "|attention|support|influence"
)
_PUBLIC_MONEY = (
    r"awards?|awarded|grants?|funds?|funding|funded|fundrais\w*|compensat\w*|damages|settlements?|prizes?|debts?|borrow\w*"
    r"|invest\w*|tax(?:es|ed)?|budgets?|revenues?|profits?|loss(?:es)?|aid|subsid\w*|bonus(?:es)?|pensions?|savings"
)  # of which a share is told as often as a sum
_NO_QUESTION_WORD = r"(?!.*(?:\?|\b(?:who|whom|whose|what|when|where|why|how|which)\b))"  # as in a search box
_HELD_BY["money or share"] = re.compile(f"{_HELD_BY['money'].pattern}|{_HELD_BY['percent'].pattern}", re.IGNORECASE)
# What else may tell it without being a number of it, so that nothing is missed where none is found.
_TOLD_BY: dict[str, re.Pattern[str]] = {
    "money": re.compile(
        r"\b(?:free|no charge|nothing|(?:three|four|five|six|seven|eight|nine)-figure|fortune|dollars|pounds|euros)\b",
        re.IGNORECASE,
    ),
    "percent": re.compile(r"\b(?:majority|most|all|none|\w+ (?:in|out of) (?:\w+|\d+))\b", re.IGNORECASE),
    "year": re.compile(
        r"['’]\d0s\b|\b(?:years?|decades?|centur(?:y|ies)) (?:ago|earlier|before|later)\b|\blast year\b",
        re.IGNORECASE,
    ),
    "age": re.compile(
        r"\(\d{1,3}\)|, \d{1,3}[,.;)]|-year-old|\b\d0s\b|\b(?:teen\w*|newborn|infant|toddler|\w+genarian)\b",
        re.IGNORECASE,
    ),
    "temperature": re.compile(r"\b(?:minus|below zero|freezing)\b|\b\d0s\b", re.IGNORECASE),
    "time": re.compile(
        rf"\b{_TIMES}|\b(?:since|until|till|indefinite\w*|permanent\w*|forever|from \w+ to|between)\b", re.IGNORECASE
    ),
}  # fmt: skip
_TOLD_BY["money or share"] = re.compile(  # aid and losses are told by weight, too
    f"{_TOLD_BY['money'].pattern}|{_TOLD_BY['percent'].pattern}|{_HELD_BY['weight'].pattern}", re.IGNORECASE
)

_NO_COUNT = re.compile(
    rf"{YEAR.pattern}|\b(?:{_MONTH})\.? \d{{1,2}}\b|\b\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH})\b"
    r"|\b\d+(?:st|nd|rd|th)\b|\b\d{1,2}[:.]\d\d\b|\b\d{1,2} ?[ap]\.?m\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"(?<![a-z-])\d|\b(?:{'|'.join(sorted(NUMBER_WORDS))}|one|no|none|nobody|both|few|several|couple|single|dozens"
    r"|hundreds|thousands|millions|handful)\b",
    re.IGNORECASE,
)

_HOW = r"\bhow\s+(?:very\s+|much\s+)?"
_ASKED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (unit, re.compile(pattern, re.IGNORECASE))
    for unit, pattern in (
        ("percent", r"\b(?:percent(?:age)?|per cent|proportion|share of|what rate|interest rate)\b"),
        (
            "money",
            rf"\bhow much\b(?! (?:{_NOT_MONEY})\b)(?=.*\b(?:cost|pay|paid|worth|fine[ds]?|price[ds]?|sell|sold|sale"
            r"|spen[dt]|money|donat\w*|earn\w*|rais\w*|loan|auction|salary|rent|owe[ds]?|fetch\w*|stole\w*|bid|bill|wage"
            r"|bought|buy)\b)"
            rf"|\b(?:what|which) (?:\w+ ){{0,2}}(?:{_SUMS})\b"
            rf"|\bwhat(?:['’]s| (?:is|was|are|were|will be|would be)) (?:[\w’'-]+ ){{0,4}}?(?:{_SUMS})\b"
            r"|\bwhat (?:do|does|did|will|would|can|could)\b"
            r".*\b(?:cost|earn|fetch|charge|(?:pay|sell|go) for|box office)\b"
            r"|\bwhat(?:['’]s| is| was| are| were) (?:[\w’'-]+ ){1,5}?"
            r"(?:(?:getting|being|be) )?(?:paid(?! attention)|earning|charging|worth)\b"
            rf"|^{_NO_QUESTION_WORD}.*\b(?:{_SUMS})(?: (?:of|for|at|to)\b|\W*$)",
        ),
        ("money or share", rf"\bhow much\b(?! (?:{_NOT_MONEY})\b)(?=.*\b(?:{_PUBLIC_MONEY})\b)"),
        ("year", r"\b(?:what|which) (?:year|decade|century)\b|\bsince\s*:?\s*\??$"),
        ("age", rf"{_HOW}old\b|\b(?:what|which) age\b|\bage (?:of|when|at)\b"),
        ("speed", rf"{_HOW}fast\b|\b(?:top |wind |average )?speeds?\b|\bmph\b|\bgusts?\b"),
        ("temperature", rf"{_HOW}(?:hot|cold|warm)\b|\btemperatures?\b"),
        ("weight", rf"{_HOW}heavy\b|\b(?:weighs?|weighed|weight of)\b"),
        (
            "length",
            rf"{_HOW}(?:far|tall|high|deep|wide|thick)\b"
            r"|\b(?:distance|height|depth|width|length) (?:of|between|from|to)\b",
        ),
        (
            "time",
            rf"\bhow much (?:time|longer)\b|{_HOW}long\s+"
            r"(?:did|does|do|has|have|had|should|can|could|would|must|will|before|until|after|ago|for)\b",
        ),
        ("time or length", rf"{_HOW}long\b"),
        ("time", rf"{_HOW}(?:soon|late|early)\b"),
        ("clock", r"\b(?:at )?what time\b"),
        ("often", rf"{_HOW}(?:often|frequently|regularly)\b"),
        ("score", r"\b(?:what|which) (?:was|is|were) the (?:\w+ ){0,2}score(?:line)?\b|\b(?:final|game|match) score\b"),
    )
)  # fmt: skip
_COUNTED = re.compile(r"\bhow many\s+(?P<what>(?:[\w’'-]+\s*){1,3})", re.IGNORECASE)
_UNITS_COUNTED = tuple(
    (unit, re.compile(rf"{units}\s*$", re.IGNORECASE))
    for unit, units in (("time", _TIMES), ("length", _LENGTHS), ("weight", _WEIGHTS), ("temperature", "degrees"))
)
_COUNTED_WITHIN = 4  # words between a number and what it counts


def unit_of(question: str) -> str:
    """What a number must be a number of: "money", "age", "count wind turbines", ...; "" for anything."""
    for unit, pattern in _ASKED:
        if pattern.search(question):
            return unit
    counted = _COUNTED.search(question)
    if counted is None:
        return ""
    what = counted["what"].split()
    for unit, pattern in _UNITS_COUNTED:
        if pattern.fullmatch(what[0]):
            return unit
    end = next((place for place, word in enumerate(what) if not (is_content(word) or word.isupper())), len(what))
    return f"count {' '.join(what[:end])}".strip() if end else ""


def holds(unit: str, text: str) -> bool:
    """Whether a text has something of that unit; False for no unit."""
    if unit.startswith("count "):
        return _counts(unit.removeprefix("count "), text)
    pattern = _HELD_BY.get(unit)
    return pattern is not None and bool(pattern.search(text))


def may_tell(unit: str, text: str) -> bool:
    """Whether a text may tell so much, if not in a number of that unit: "free" for money, "since May" for a time.

    Of what is counted any number may be the one, "14 people died" of the dead, but for days, years and ordinals.
    """
    if unit.startswith("count "):
        return bool(_COUNT.search(_NO_COUNT.sub(" ", text)))
    also = _TOLD_BY.get(unit)
    return holds(unit, text) or (also is not None and bool(also.search(text)))


def _counts(what: str, text: str) -> bool:
    """Whether a number stands before one of the words, a few words between at most: "54 new wind turbines"."""
    wanted = {stem(word) for word in what.split()}
    for match in re.finditer(rf"{_NUMBER}(?=(?P<then>(?:[\s-]+[\w’'-]+){{1,{_COUNTED_WITHIN}}}))", text, re.IGNORECASE):
        if not wanted.isdisjoint(stem(word) for word in re.findall(r"[\w’']+", match["then"])):
            return True
    return False
