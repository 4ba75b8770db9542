"""Whom and what the pronouns of a follow-up mean: "who replaced her?", "when was that?" (pure).

The person meant takes the pronoun's place, and the words that the conversation had and the follow-up lacks are added.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from assistant.antecedents import PRONOUN, is_possessive, whom
from assistant.elliptical_followups import CARRIED, IN_ITS_PLACE, lowered_start, only_thing
from assistant.own_subject import NO_TALK, own_subject
from assistant.time_expressions import find_time_expressions, window_of, without_times
from assistant.words import content_stems, is_content, names, words

CONTINUES = re.compile(
    r"^\W*(?:and|but|so|also|or|then|ok(?:ay)?|well)\b[\s,]*|^\W*(?:what|how) about\b\s*", re.IGNORECASE
)
_LOOSE_THEN = re.compile(r"\s*\b(?:afterwards?|after (?:that|then|it|this)|since then|later|next)\b", re.IGNORECASE)
ASKING = re.compile(r"who|whom|whose|what|when|where|why|how|which|many|much|long|happened", re.IGNORECASE)
_OF = re.compile(r"\b(?:at|by|for|from|in|of|on|to|with|about)\s+$", re.IGNORECASE)
_THAT_ONE = re.compile(r"\b(?:that|this) one\b|\bthe (?:latter|former|other)(?: one)?\b", re.IGNORECASE)
_MOST_CARRIED = 10  # words
LEAST_SAID = 2  # content words; more say what a question is about
_SHORT_ANSWER = 40  # words


def filled_in(text: str, previous: str, answer: str, asked_on: date, called: Mapping[str, str]) -> str:
    """Put the person meant in the place of a pronoun, and add the topic's words that are missing.

    ``called``: whom the conversation has called "he" or "she", see `whom`.
    "It" and "that" mostly mean what was said last, so the answer's last sentence gives its words first. "Afterwards" is
    after the day that the answer speaks of, and "that one" of the time that it speaks of.
    """
    core = CONTINUES.sub("", text).strip() or text
    core = core[:1].upper() + core[1:]
    topic_names = [name.text for name in names(lowered_start(previous))]
    person = PRONOUN.search(core)
    who = whom(person["word"], answer, topic_names, previous, called) if person is not None else None
    used = _with_person(core, person, who) if person is not None and who else core
    spoken_of = window_of(find_time_expressions(answer, asked_on))
    then = (spoken_of.end or spoken_of.start) if spoken_of and not spoken_of.loose else None
    if then is not None and _LOOSE_THEN.search(used):
        used = _LOOSE_THEN.sub(f" after {then.isoformat()}", used, count=1)
    elif then is not None and spoken_of is not None and _THAT_ONE.search(used):
        used = f"{used.rstrip(' ?.')} {spoken_of.expression[:1].lower()}{spoken_of.expression[1:]}?"
    short = len(answer.split()) <= _SHORT_ANSWER  # a page of quotations says too much to be carried over
    last = re.split(r"(?<=[.!?])\s+", answer)[-1] if short else ""
    said = telling_words(last, asked_on)
    asked = telling_words(_kept_of(previous), asked_on) or telling_words(previous, asked_on)
    if person is not None and used != core and said:  # the name is there, and "it" is what was said of her
        asked = [name for name in topic_names if name not in used]
    if person is None and not said:
        used, is_settled = _with_thing(used, previous)
        asked = topic_names if is_settled else asked  # of the rest only names are missing
    carried = [*said, *asked]
    have = set(content_stems(used))
    missing = {one.casefold(): one for one in carried if not set(content_stems(one)) & have}
    kept = list(missing.values())[:_MOST_CARRIED]
    return f"{used.rstrip(' ?.')} ({' '.join(kept)})?" if kept else used


def _with_person(text: str, pronoun: re.Match[str], who: str) -> str:
    rest = text[pronoun.end() :]
    return text[: pronoun.start()] + who + ("'s" if is_possessive(pronoun["word"], rest) else "") + rest


def _with_thing(text: str, previous: str) -> tuple[str, bool]:
    """The text with the one thing that the question before spoke of in the place of "it"; and whether that is sure.

    After "a strike at the mill" it may be the strike.
    """
    thing, pronoun = only_thing(CARRIED.sub("", previous)), IN_ITS_PLACE.search(text)
    if pronoun is None or "one" in pronoun[0].lower() or thing is None or not thing.telling:
        return text, False
    put_in = text[: pronoun.start()] + previous[thing.start : thing.end] + text[pronoun.end() :]
    return put_in, _OF.search(previous[: thing.start]) is None


def _kept_of(previous: str) -> str:
    """The earlier question without what it took over itself, unless it says too little without that."""
    own = CARRIED.sub("", previous)
    says = names(lowered_start(own)) or own_subject(own, NO_TALK)
    return own if says or len(content_stems(own)) > LEAST_SAID else previous


def telling_words(text: str, asked_on: date) -> list[str]:
    """The words that carry a text's meaning, without its times and question words."""
    plain = without_times(text, find_time_expressions(text, asked_on))
    return [
        word.text
        for word in words(plain)
        if is_content(word.text) and not word.is_number and not ASKING.fullmatch(word.text)
    ]
