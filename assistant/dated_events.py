"""Which day a sentence gives for an event: "the bridge opened on 3 May", "the trial will begin on Tuesday".

Pure, and strict: a day counts only where the word that stands for the event is the nearest verb to it in its clause,
the subject is named or definite ("the bridge", not "a man" and not "he"), and the day is one day: a day and month, or a
weekday, which is counted from the article's own day. English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from typing import Generic, TypeVar

from assistant.date_mentions import DateMention
from assistant.figures import TakenApart, taken_apart
from assistant.words import NUMBER_WORDS, STOPWORDS, WEEKDAY_NAMES, is_content, stem

Of = TypeVar("Of")

# What happens once to a thing -> how it is said. What stands after "/" needs a "to", "will" or "due" before it.
_HAPPENINGS = {
    "open": "opened/open", "close": "closed shut/close", "begin": "began begun started/begin start",
    "end": "ended finished/end finish", "die": "died/die", "kill": "killed assassinated murdered", "born": "born",
    "resign": "resigned/resign", "elect": "elected", "appoint": "appointed", "arrest": "arrested detained",
    "charge": "charged indicted", "convict": "convicted", "sentence": "sentenced/sentence",
    "marry": "married wed/marry", "collapse": "collapsed", "sink": "sank sunk capsized", "crash": "crashed",
    "explode": "exploded", "erupt": "erupted", "derail": "derailed", "strike": "struck", "sign": "signed/sign",
    "approve": "approved passed adopted", "launch": "launched/launch", "bury": "buried",
    "release": "released published premiered/release publish",
    "arrive": "arrived landed/arrive land", "leave": "left departed/leave depart", "vanish": "disappeared vanished",
    "find": "found", "abduct": "kidnapped abducted", "shoot": "shot", "swear": "sworn", "inaugurate": "inaugurated",
    "dismiss": "fired sacked dismissed ousted", "ban": "banned", "suspend": "suspended", "sue": "sued",
    "merge": "merged", "bomb": "bombed", "rob": "robbed stolen",
    "happen": "held happened occurred scheduled/happen",
}  # fmt: skip
_ONLY_DONE_TO = frozenset("kill arrest charge find shoot elect appoint".split())  # "he shot" may be a photograph
_HAPPENED = {form: name for name, forms in _HAPPENINGS.items() for form in forms.partition("/")[0].split()}
_TO_HAPPEN = {form: name for name, forms in _HAPPENINGS.items() for form in forms.partition("/")[2].split()}
_VERBS = frozenset(
    """said says say told tells added wrote writes writing asked gave took takes take made makes came comes went goes
    saw got put kept met meet meets sat stood spoke brought sent ran runs paid lost won wins beat fell rose grew
    became remains led leads drew broke began heard thought knew felt set fought taught caught bought sold sought
    spent cut let read became given seen taken done gone known shown written spoken chosen driven broken thrown flown
    saying""".split()
)  # fmt: skip
_AUXILIARY = frozenset(
    """is are was were be been being has have had will would shall should may might can could must do does did
    'll""".split()
)
_BESIDES = frozenset("also then already officially formally finally".split())  # may stand between
_BEING = frozenset("is are was were be been being".split())
_AHEAD = frozenset("will would shall to due scheduled expected planned set going 'll".split())
_DENIED = re.compile(
    r"\b(?:not|never|no|n['’]t|cannot|fail(?:ed|s)? to|could|may|might|would have|if|unless|almost|nearly|should)\b",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"[,;:()–—\"“”]|\s-\s|\b(?:and|but|or|when|after|before|while|as|who|which|whom|whose|that|because|where|though|although"
    r"|if|until|since|than)\b",
    re.IGNORECASE,
)
_SPAN_BEFORE = re.compile(
    r"\b(?:since|until|till|by|before|after|from|between|to|through|and|or|of|than|the|a|an|this|next|last|every|each"
    r"|early|late|past|around|about|dated|due)\s+$|['’]s\s+$",
    re.IGNORECASE,
)
_SPAN_AFTER = re.compile(
    r"^\s*(?:['’]s?\b|-|–|to\b|until\b|through\b|or\b|and\s+(?:\d|\w+day\b)|,?\s*\d{1,2}\b(?!:))", re.IGNORECASE
)
_NIGHT = re.compile(r"^\s*(?:night|evening|overnight|at midnight)\b", re.IGNORECASE)
_INDEFINITE = re.compile(
    r"^\W*(?:an?|another|one|two|three|four|five|six|seven|eight|nine|ten|some|many|several|most|more|other|both|few|dozens"
    r"|hundreds|thousands|police|officers|people|men|women|he|she|it|they|we|i|you|this|that|these|those|there|who|what"
    r"|which|his|her|their|its|\d[\d,.]*)\b",
    re.IGNORECASE,
)
_LED_IN = re.compile(r"^\W*(?:in|on|at|for|with|during|meanwhile|also|however|earlier|later)\b", re.IGNORECASE)
_LAST_THING = re.compile(r"\b(?:the|an?|his|her|its|their)(?:\s+(?!(?:the|an?|his|her|its|their)\b)[\w’'.-]+)+$", re.I)
_LAST_NAME = re.compile(r"\b[A-Z][\w’'.-]*(?:\s+[A-Z][\w’'.-]*)*$")
_OF = re.compile(r"\b(?:of|on|in|at|to|for|from|near|off|between|with|by|against|about)\b", re.IGNORECASE)
_PLACE_FIRST = re.compile(r"^\W*(?:in|on|at|near|off)\s+(?:[A-Z][\w’'.-]*\s+){1,3}(?=the\b)", re.IGNORECASE)
_PLACE = re.compile(r"\s+(?:in|at|near|off|outside)\s+(?:the\s+)?[A-Z][\w’'.-]*(?:\s+[A-Z][\w’'.-]*){0,3}")
_ORDINALS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth last final next previous again another".split()
)
_NEAR_VERB = 40  # characters before a verb that may deny it
_FARTHEST = 8  # words between what happened and its day
_LONGEST_SUBJECT = 14  # words
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class DayClaim(Generic[Of]):
    """A day that a sentence gives for an event; the date stands at ``start:end`` of the sentence.

    ``happening``: what happened, by a name of ours; ``ahead``: it was still to come. ``by_weekday``: the day was told
    by a weekday alone. ``at_night``: the night after it may count as the next day. The rest are stems.
    """

    of: Of
    day: date
    start: int
    end: int
    happening: str
    ahead: bool
    by_weekday: bool
    at_night: bool
    subject: frozenset[str]
    head: str  # of the subject: "line" of "the tram line to Skarra"
    called: frozenset[str]  # names in the subject
    details: frozenset[str]  # what it was done to, and where
    is_done_to: bool  # the details begin with what the subject did it to: "the governor signed the law"
    names: frozenset[str]
    stems: frozenset[str]
    order: frozenset[str]  # "second", "again"
    beside: frozenset[date]  # other days that the sentence may name


@dataclass(frozen=True, slots=True)
class _Happening:
    name: str
    start: int
    end: int
    ahead: bool
    passive: bool


def find_day_claims(of: Of, text: str, published: date | None) -> list[DayClaim[Of]]:
    """The days that a sentence gives for events."""
    if published is None:
        return []
    said = taken_apart(text, published)
    claims = []
    for mention in said.marked.of_kind("date"):
        if mention.date is None or not _is_one_day(said.marked.text, mention.date):
            continue
        claim = _claim(of, said, mention.date, published)
        if claim is not None:
            claims.append(claim)
    return claims


def _claim(of: Of, said: TakenApart, mention: DateMention, published: date) -> DayClaim[Of] | None:
    text = said.marked.text
    found = _before(text, mention.start, mention.end) or _after(text, mention)
    if found is None:
        return None
    happening, subject, details = found
    is_done_to = not happening.passive and bool(
        re.match(r"\s+(?!on\b|in\b|at\b|for\b|from\b|to\b|after\b|by\b|off\b)\w", details)
    )
    if _DENIED.search(text[max(0, happening.start - _NEAR_VERB) : happening.end].rsplit(",", 1)[-1]):
        return None
    day = _day_of(mention, published, ahead=happening.ahead)
    subject = _trimmed(subject)
    stems = [stem(word) for word in _telling(subject)]
    if day is None or not stems or len(subject.split()) > _LONGEST_SUBJECT or not _is_definite(subject):
        return None
    around = f"{subject} {text[max(0, happening.start - _NEAR_VERB // 2) : happening.end]} {details}"
    order = frozenset(word.lower() for word in _WORD.findall(around)) & _ORDINALS
    return DayClaim(
        of, day, mention.start, mention.end, happening.name, happening.ahead,
        mention.day is None, _is_at_night(text, mention),
        frozenset(stems), _head(subject), _called(subject), frozenset(stem(word) for word in _telling(details)),
        is_done_to, said.names, said.stems, order, _beside(said, mention),
    )  # fmt: skip


def _is_one_day(text: str, mention: DateMention) -> bool:
    """Whether it stands for one day: no stretch of days, no name ("the May 3 agreement"), no "yesterday"."""
    if mention.relative or (mention.day is None and mention.weekday is None):
        return False
    written = text[mention.start : mention.end].lower().removeprefix("early ").removeprefix("late ")
    if mention.day is None and written not in WEEKDAY_NAMES:
        return False  # "next Thursday", "Thursdays"
    before = re.sub(r"\b(?:on|for)\s+(?:the\s+)?$", "", text[: mention.start])
    return not _SPAN_BEFORE.search(before) and not _SPAN_AFTER.match(text[mention.end :])


def _is_at_night(text: str, mention: DateMention) -> bool:
    return text[mention.start :].lower().startswith("late ") or bool(_NIGHT.match(text[mention.end :]))


def _beside(said: TakenApart, mention: DateMention) -> frozenset[date]:
    others = [one.date for one in said.marked.of_kind("date") if one.date is not None and one.date != mention]
    return frozenset(first for other in others for first, last in other.readings if first == last)


def _day_of(mention: DateMention, published: date, *, ahead: bool) -> date | None:
    """The day meant: the last one by then, or the next one for what was still to come; None if that isn't sure."""
    if mention.day is None:
        assert mention.weekday is not None  # noqa: S101 - one of the two is there
        back = (published.weekday() - mention.weekday) % 7
        return published + timedelta(days=7 - back if ahead else -back)
    days = sorted(first for first, last in mention.readings if first == last)
    days = [day for day in days if (day > published if ahead else day <= published)]
    if not days:
        return None
    day = days[0] if ahead else days[-1]
    return day if mention.weekday is None or day.weekday() == mention.weekday else None


def _before(text: str, start: int, end: int) -> tuple[_Happening, str, str] | None:
    """The happening that the words before a day end in, its subject, and what stands between it and the day."""
    clause = _last_break(text, start)
    words = list(_WORD.finditer(text, clause, start))
    for away, word in enumerate(reversed(words)):
        if not _is_verb(word[0]):
            continue
        happening = _happening(text, word)
        if happening is None or away > _FARTHEST:
            return None
        return happening, _subject_before(text, happening.start), text[happening.end : start] + _place_after(text, end)
    return None


def _after(text: str, mention: DateMention) -> tuple[_Happening, str, str] | None:
    """The same for a day at the beginning of its clause: "On 3 May the bridge opened"."""
    if re.search(
        r"[^\W\d_]", re.sub(r"\bon\s+$", "", text[_last_break(text, mention.start) : mention.start], flags=re.I)
    ):
        return None
    comma = re.match(r"\s*,", text[mention.end :])
    start = mention.end + (comma.end() if comma else 0)
    stop = _BREAK.search(text, start)
    end = stop.start() if stop else len(text)
    for word in _WORD.finditer(text, start, end):
        if not _is_verb(word[0]):
            continue
        happening = _happening(text, word)
        return None if happening is None else (happening, text[start : happening.start], text[happening.end : end])
    return None


def _place_after(text: str, end: int) -> str:
    """The place that follows a day: "in Corvin" of "on 3 May in Corvin after ..."."""
    found = _PLACE.match(text, end)
    return found[0] if found else ""


def _happening(text: str, word: re.Match[str]) -> _Happening | None:
    """What a verb stands for, and whether it was still to come."""
    form = word[0].lower()
    before = [one.lower() for one in re.findall(r"[\w'’]+", text[max(0, word.start() - 60) : word.start()])][-4:]
    own = list(takewhile(lambda one: one in _AUXILIARY | _AHEAD | _BESIDES, reversed(before)))
    ahead = any(one in _AHEAD for one in own)
    name = _HAPPENED.get(form) or (_TO_HAPPEN.get(form) if ahead else None)
    if form == "scheduled":
        ahead = True
    if name is None or (form in _TO_HAPPEN and form not in _HAPPENED and not ahead):
        return None
    if (form == "held" or name in _ONLY_DONE_TO) and not any(one in _BEING for one in own):
        return None
    passive = any(one in _BEING for one in own)
    return _Happening(name, word.start(), word.end(), ahead, passive)


def _subject_before(text: str, verb: int) -> str:
    """The words that the verb is said of: its clause, without an insertion between commas."""
    breaks = [match for match in _BREAK.finditer(text, 0, verb) if match[0].lower() not in {"of"}]
    start = breaks[-1].end() if breaks else 0
    own = text[start:verb]
    if _telling(own):
        return own
    if breaks and breaks[-1][0].lower() in {"who", "which", "that"}:
        before = re.split(_BREAK, text[: breaks[-1].start()].rstrip(" ,"))[-1].rstrip()
        nearest = _LAST_THING.search(before) or _LAST_NAME.search(before)
        return nearest[0] if nearest else before
    if breaks and breaks[-1][0] == "," and len(breaks) > 1:
        opened = next((one for one in reversed(breaks[:-1]) if one[0] == ","), None)
        if opened is not None:
            return re.split(_BREAK, text[: opened.start()])[-1]
    return ""


def _trimmed(subject: str) -> str:
    """Without the place it begins with ("In Tarn the trial ...") and the auxiliaries before the verb."""
    words = _PLACE_FIRST.sub("", subject).split()
    while words and words[-1].lower().strip(",") in _AUXILIARY | _AHEAD | _BESIDES:
        words.pop()
    return " ".join(words)


def _head(subject: str) -> str:
    """The noun that the subject comes down to: the last one before an "of", "in", "to"."""
    telling = _telling(_OF.split(subject, maxsplit=1)[0]) or _telling(subject)
    return stem(telling[-1])


def _called(subject: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _telling(subject) if word[0].isupper())


def _is_definite(subject: str) -> bool:
    """Whether it is a certain one: named, or with "the"; and not a number of them."""
    if _INDEFINITE.match(subject) or _LED_IN.match(subject) or re.search(r"\d", subject):
        return False
    first = _WORD.search(subject)
    if first is None or first[0].lower() in NUMBER_WORDS:
        return False
    return first[0].lower() == "the" or first[0][0].isupper()


def _is_verb(word: str) -> bool:
    """Whether a word may be what its clause says: then only a happening may be nearer to the day."""
    lowered = word.lower()
    if lowered in _HAPPENED or lowered in _TO_HAPPEN or lowered in _VERBS:
        return True
    return len(lowered) >= 5 and lowered.endswith(("ed", "ing")) and word[0].islower()


def _last_break(text: str, end: int) -> int:
    last = 0
    for match in _BREAK.finditer(text, 0, end):
        last = match.end()
    return last


def _telling(text: str) -> Sequence[str]:
    return [
        word
        for word in _WORD.findall(text)
        if is_content(word)
        and word.lower() not in _AUXILIARY | _AHEAD | STOPWORDS | WEEKDAY_NAMES
        and not word[0].isdigit()
    ]
