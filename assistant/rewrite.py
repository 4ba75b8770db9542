"""A follow-up ("and before that?", "what about Ford?", "who replaced her?") -> a question that stands alone.

Pure, and without a language model: names and topic words are carried over from the question before, and from its
answer where only that has a name. Simple, and shown to the user, who can put it better.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.conversation import Turn, user_turns
from assistant.time_expressions import find_time_expressions, window_of, without_times
from assistant.words import content_stems, is_content, names, words

_CONTINUES = re.compile(
    r"^\W*(?:and|but|so|also|or|then|ok(?:ay)?|well)\b[\s,]*|^\W*(?:what|how) about\b\s*", re.IGNORECASE
)
_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|so|ok(?:ay)?)[\s,]+)?(?:what|how) (?:about|of)\s+(?P<topic>.+?)\W*$", re.IGNORECASE
)
_AND_ONLY = re.compile(
    r"^\W*(?:and|or)\s+(?P<topic>(?:the\s+|in\s+|on\s+|for\s+|at\s+|by\s+)?[^?]{1,60}?)\W*$", re.IGNORECASE
)
_MORE = re.compile(
    r"^\W*(?:yes|yeah|yep|sure|please|ok(?:ay)?|go on|more|tell me more|continue|why|how so|really|details?|and)"
    r"(?:[\s,]+(?:please|do|go on|tell me more))*\W*$",
    re.IGNORECASE,
)
_BEFORE_THAT = re.compile(r"\b(?:before (?:that|then|it)|earlier|previously)\b", re.IGNORECASE)
_AFTER_THAT = re.compile(r"\b(?:after (?:that|then|it|this)|since then|afterwards?|later|next)\b", re.IGNORECASE)
_PERIOD_BEFORE = re.compile(
    r"\bthe (?P<unit>day|week|month|year) (?P<side>before|after)(?: (?:that|then|it))?\b", re.IGNORECASE
)
_PERSON = re.compile(r"\b(?P<word>he|she|him|her|his|hers)\b", re.IGNORECASE)
_THING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|that one|these|those|there|then|the (?:same|other|first|second|former"
    r"|latter)(?: one)?|this one|one)\b",
    re.IGNORECASE,
)
_THAT = re.compile(r"\bthat\b(?!\s+(?:the|a|an|he|she|it|they|we|I)\b)", re.IGNORECASE)
_SENTENCE_START = re.compile(r"^[\s\"“‘'(]*")
_REMEMBERED = 6  # questions back


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The question to search for; ``changed`` if it isn't the one that was typed."""

    text: str
    changed: bool = False


def stand_alone(text: str, history: tuple[Turn, ...], asked_on: date) -> Rewritten:
    """The question with what it needs of the conversation; unchanged if it needs nothing."""
    previous, answer = "", ""
    for earlier, reply in user_turns(history)[-_REMEMBERED:]:
        previous = _one_step(earlier, previous, answer, asked_on)
        answer = reply
    rewritten = _one_step(text, previous, answer, asked_on)
    return Rewritten(rewritten, rewritten != text.strip())


def leans_on_history(text: str) -> bool:
    """Whether the question can't be understood alone: it continues, points back, or names next to nothing."""
    if _CONTINUES.match(text) or _MORE.match(text) or _PERIOD_BEFORE.search(text):
        return True
    named = names(_lowered_start(text))
    pronoun = _PERSON.search(text) or _THING.search(text) or _THAT.search(text)
    if pronoun and not any(name.start < pronoun.start() for name in named):
        return True
    return not named and len(content_stems(text)) <= 2


def _one_step(text: str, previous: str, answer: str, asked_on: date) -> str:
    text = text.strip()
    if not previous or not leans_on_history(text):
        return text
    if _MORE.match(text):
        return _agreed(text, previous, answer)
    period = _PERIOD_BEFORE.search(text)
    if period is not None and len(content_stems(text)) <= 3:
        return _neighbouring_period(previous, period, asked_on)
    only_times = not content_stems(without_times(text, find_time_expressions(text, asked_on)))
    if len(content_stems(text)) <= 1 and (_BEFORE_THAT.search(text) or _AFTER_THAT.search(text)):
        return _beyond(previous, asked_on, before=bool(_BEFORE_THAT.search(text)))
    about = _ABOUT.match(text) or (_AND_ONLY.match(text) if len(content_stems(text)) <= 3 else None)
    if (
        about is not None
        and not _THING.search(about["topic"])
        and not re.match(r"(?:who|what|when|where|why|how|which|did|was|is)\b", about["topic"], re.I)
    ):
        return _swap_time(previous, about["topic"], asked_on) if only_times else _swap_topic(previous, about["topic"])
    return _fill(text, previous, answer)


def _agreed(text: str, previous: str, answer: str) -> str:
    """A "yes" takes up what was offered, if the answer ended in a question; else it asks the last question again."""
    offered = re.search(r"([^.!?\n]+\?)\W*$", answer)
    if offered and re.match(r"\W*(?:yes|yeah|yep|sure|please|ok)", text, re.IGNORECASE):
        core = re.sub(
            r"^\W*(?:do you mean|did you mean|shall i|would you like|do you want)\s+", "", offered[1], flags=re.I
        )
        return core.strip(" ?") + "?"
    why = re.match(r"\W*(why|how so)", text, re.IGNORECASE)
    return f"{why[1].capitalize()}: {previous}" if why else previous


def _beyond(previous: str, asked_on: date, *, before: bool) -> str:
    """The question before, for the time before or after the one it spoke of."""
    expressions = find_time_expressions(previous, asked_on)
    window, topic = window_of(expressions), without_times(previous, expressions).rstrip(" ?.")
    if before and window is not None and (window.start or window.end):
        return f"{topic} before {(window.start or window.end or asked_on).isoformat()}?"
    if not before and window is not None and (window.end or window.start):
        return f"{topic} after {(window.end or window.start or asked_on).isoformat()}?"
    return f"{topic} {'before that' if before else 'after that'}?"


def _neighbouring_period(previous: str, match: re.Match[str], asked_on: date) -> str:
    """For "and the year before that?", the same question for the neighbouring day, week, month or year."""
    expressions = find_time_expressions(previous, asked_on)
    window = window_of(expressions)
    anchor = (window.start or window.end) if window else asked_on
    assert anchor is not None  # noqa: S101 - a window has an end
    sign = -1 if match["side"].lower() == "before" else 1
    topic = without_times(previous, expressions).rstrip(" ?.")
    unit = match["unit"].lower()
    if unit == "year":
        return f"{topic} in {anchor.year + sign}?"
    if unit == "month":
        month = (anchor.replace(day=1) + timedelta(days=45 if sign > 0 else -15)).replace(day=1)
        return f"{topic} in {month:%B %Y}?"
    if unit == "week":
        monday = anchor - timedelta(days=anchor.weekday()) + timedelta(weeks=sign)
        return f"{topic} between {monday.isoformat()} and {(monday + timedelta(days=6)).isoformat()}?"
    return f"{topic} on {(anchor + timedelta(days=sign)).isoformat()}?"


def _swap_time(previous: str, time: str, asked_on: date) -> str:
    topic = without_times(previous, find_time_expressions(previous, asked_on)).rstrip(" ?.")
    return f"{topic} {time.strip(' ?.')}?"


def _swap_topic(previous: str, topic: str) -> str:
    """For "what about Ford?": in the question before, Ford stands for the name it spoke of (else beside it)."""
    topic = topic.strip(" ?.")
    named = names(_lowered_start(previous))
    if named and names(topic):
        old = named[0]  # of several names the first is mostly the one the sentence is about
        return previous[: old.start] + topic + previous[old.end :]
    return f"{previous.rstrip(' ?.')} – {topic}?"


def _fill(text: str, previous: str, answer: str) -> str:
    """Put the person meant in the place of a pronoun, and add the topic's words that are missing."""
    core = _CONTINUES.sub("", text).strip() or text
    core = core[:1].upper() + core[1:]
    topic_names = [name.text for name in names(_lowered_start(previous))]
    person = _PERSON.search(core)
    used = core
    if person is not None:
        who = _person(answer, topic_names, previous)
        if who:
            possessive = person["word"].lower() in {"his", "hers"} or (
                person["word"].lower() == "her" and re.match(r"\s+\w", core[person.end() :]) is not None
            )
            used = core[: person.start()] + who + ("'s" if possessive else "") + core[person.end() :]
    have = set(content_stems(used))
    missing = [word.text for word in words(previous) if is_content(word.text) and word.stem not in have]
    if not _PERSON.search(core) and answer:
        missing += [
            n.text for n in names(answer)[:2] if not set(content_stems(n.text)) & (have | set(content_stems(previous)))
        ]
    missing = list(dict.fromkeys(missing))[:10]
    return f"{used.rstrip(' ?.')} ({' '.join(missing)})?" if missing else used


def _person(answer: str, topic_names: list[str], previous: str) -> str | None:
    """Whom "he" or "her" means: the name the answer gave, else the last name of the question."""
    asks_who = re.search(r"\b(?:who|whom|whose|which)\b", previous, re.IGNORECASE)
    in_answer = [name.text for name in names(answer) if " " in name.text] or [name.text for name in names(answer)]
    in_question = [name for name in topic_names if " " in name] or topic_names
    order = [in_answer, in_question] if asks_who else [in_question, in_answer]
    return next((group[0] for group in order if group), None)


def _lowered_start(text: str) -> str:
    """The text with its first letter small, unless the first word is no common word: a capital there proves nothing."""
    start = _SENTENCE_START.match(text)
    offset = start.end() if start else 0
    first = re.match(r"[\w’']+", text[offset:])
    if first and not is_content(first[0]):
        return text[:offset] + text[offset : offset + 1].lower() + text[offset + 1 :]
    return text
