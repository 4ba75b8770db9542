"""A follow-up ("and before that?", "what about Ford?", "who replaced her?") -> a question that stands alone.

Pure, and without a language model: names and topic words are carried over from the question before, and from its
answer where only that has a name. Simple, and shown to the user, who can put it better.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from archive.outlet_names import NO_OUTLETS, OutletNames
from assistant.antecedents import PRONOUN, called_by
from assistant.conversation import Turn, user_turns
from assistant.coreference import ASKING, CONTINUES, LEAST_SAID, filled_in, telling_words
from assistant.elliptical_followups import (
    PERIOD_BEFORE,
    at_another_time,
    beyond,
    is_bare_period,
    lowered_start,
    neighbouring_period,
    of_another,
)
from assistant.outlets import aliases, find_outlets, without_outlets
from assistant.own_subject import NO_TALK, Talk, is_bound_up, own_subject, speaks_only_of_parts, things_spoken_of
from assistant.time_expressions import find_time_expressions, window_of, without_times
from assistant.topic_followups import asked_of_topic, topic_of
from assistant.words import content_stems, is_content, names, words

_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|so|ok(?:ay)?)[\s,]+)?(?:what|how) (?:about|of)\s+(?P<topic>.+?)\W*$", re.IGNORECASE
)
_AND_ONLY = re.compile(
    r"^\W*(?:and|or)\s+(?P<topic>(?:the\s+|in\s+|on\s+|for\s+|at\s+|by\s+)?[^?]{1,60}?)\W*$", re.IGNORECASE
)
_MORE = re.compile(
    r"^\W*(?:yes|yeah|yep|sure|please|ok(?:ay)?|continue|why|how so|really|says who"
    r"|who (?:said|says) (?:so|that|this)|and)(?:[\s,]+(?:please|do|go on|tell me more))*\W*$",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"^\W*(?:(?:and|so|but|ok(?:ay)?)[\s,]+)?(?:what (?:(?:happened|came|followed)(?: to (?:it|them|him|her))? )?)?"
    r"(?:next|then|afterwards?|after that|later|since(?: then)?)\W*$",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:about|to|with|of|for|against|by|from|on)\s+(?:him|her|them|it)\b(?!\s+[a-z]{3})", re.IGNORECASE
)
_CITED = re.compile(
    r"\s+[–-]\s+[^–\n]{0,120}\[\d{1,3}\]|\[[^\[\]\n]{1,60}\]|^The (?:sources give|(?:figure|day) changed)[^\n]*$", re.M
)
_CITED_ON = re.compile(r"\s[–-]\s[^–\n\[]{0,100}?,\s(?P<day>\d{1,2}\s\w{3,9}\s\d{4})\s+\[\d{1,3}\]")
_BEFORE_THAT = re.compile(r"\b(?:before (?:that|then|it)|earlier|previously)\b", re.IGNORECASE)
_AFTER_THAT = re.compile(r"\b(?:after (?:that|then|it|this)|since then|afterwards?|later|next)\b", re.IGNORECASE)
_THING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this(?!\s+(?:past\s+)?(?:week|month|year|morning|afternoon|evening"
    r"|spring|summer|autumn|fall|winter|weekend|quarter|season)\b)|that one|these|those|then"
    r"|the (?:same|other|former|latter)(?: one)?|one(?!\s+of\s+(?:the|its|his|her)\b)"
    r"|the (?:first|second)(?: one\b|(?=\W*$|\s+(?:and|or|was|is|did|has|had)\b)))\b",
    re.IGNORECASE,
)
_THAT = re.compile(r"\bthat\b(?!\s+(?:the|a|an|he|she|it|they|we|I)\b)", re.IGNORECASE)
_SAYING = frozenset(content_stems("report reported write wrote cover covered mention mentioned put print printed"))
_REMEMBERED = 6  # questions back


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The question to search for; ``changed`` if it isn't the one that was typed."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """An earlier question, standing alone, with its answer and the day on which what that cites first was reported.

    ``called``: whom the questions until then have called "he" or "she", by last name.
    """

    question: str = ""
    answer: str = ""
    told_on: date | None = None
    called: tuple[tuple[str, str], ...] = ()


def stand_alone(
    text: str,
    history: tuple[Turn, ...],
    asked_on: date,
    outlets: OutletNames = NO_OUTLETS,
    is_apart: Callable[[str], bool] = NO_TALK.is_apart,
) -> Rewritten:
    """The question with what it needs of the conversation. ``outlets``: the archive's; ``is_apart``: see `Talk`."""
    steps = [_Step()]
    said: list[str] = []
    for earlier, reply in user_turns(history)[-_REMEMBERED:]:
        previous = _one_step(earlier, _taken_up(earlier, steps), asked_on, outlets, Talk(" ".join(said)))
        called = tuple({**dict(steps[-1].called), **called_by(earlier, previous)}.items())
        steps.append(_Step(previous, _CITED.sub(" ", reply).strip(), _told_on(reply, asked_on), called))
        said += [earlier, steps[-1].answer]
    rewritten = _one_step(text, _taken_up(text, steps), asked_on, outlets, Talk(" ".join(said), is_apart))
    return Rewritten(rewritten, rewritten != text.strip())


def last_topic(history: tuple[Turn, ...], asked_on: date) -> str:
    """The telling words of the last question; "" before the first."""
    asked = [earlier for earlier, _ in user_turns(history)]
    return " ".join(telling_words(asked[-1], asked_on)) if asked else ""


def leans_on_history(text: str, outlets: OutletNames = NO_OUTLETS, talk: Talk = NO_TALK) -> bool:
    """Whether the question can't be understood alone: it continues, points back, or names next to nothing.

    One that speaks of a thing of which nobody spoke before ("the lighthouse") is understood alone; ``talk`` tells.
    """
    if CONTINUES.match(text) or _MORE.match(text) or PERIOD_BEFORE.search(text) or _NEXT.match(text):
        return True
    if asked_of_topic(text) is not None or _OBJECT.search(text):
        return True
    mentions = find_outlets(text, outlets)
    text = without_outlets(text, mentions)
    own = own_subject(text, talk)
    if mentions and len(content_stems(text)) <= 1 and own is None:
        return True
    named = names(lowered_start(text))
    first = min([name.start for name in named] + ([own.start] if own else []), default=len(text))
    pronouns = [match.start() for pattern in (PRONOUN, _THING, _THAT) if (match := pattern.search(text))]
    if pronouns and min(pronouns) < first:
        return True
    if named or own is not None:
        return False
    return len(content_stems(text)) <= LEAST_SAID or speaks_only_of_parts(text) or is_bound_up(text, talk)


def _told_on(reply: str, asked_on: date) -> date | None:
    """The day of the first citation as quotes mode writes it ("– The Courier, 3 May 2024 [1]"); None without one."""
    cited = _CITED_ON.search(reply)
    window = window_of(find_time_expressions(cited["day"], asked_on)) if cited else None
    return window.start if window else None


def _taken_up(text: str, steps: Sequence[_Step]) -> _Step:
    """The step that a question goes on from: the last one, or else the latest that spoke of what it speaks of."""
    things = things_spoken_of(text)
    spoke = [step for step in reversed(steps) if things & set(content_stems(f"{step.question} {step.answer}"))]
    return spoke[0] if spoke else steps[-1]


def _one_step(  # noqa: PLR0911 - one way out for each kind of follow-up
    text: str, step: _Step, asked_on: date, outlets: OutletNames, talk: Talk
) -> str:
    text, previous, answer, called = text.strip(), step.question, step.answer, dict(step.called)
    if not previous or not leans_on_history(text, outlets, talk):
        return text
    in_full = asked_of_topic(text)
    if in_full is not None:
        return in_full.format(topic=topic_of(previous, asked_on, outlets))
    if _MORE.match(text):
        return _agreed(text, previous, answer)
    outlet = _outlet_alone(text, outlets)
    if outlet:
        return _according_to(outlet, previous, outlets)
    if _NEXT.match(text):
        return _next(step, asked_on, outlets)
    period = PERIOD_BEFORE.search(text)
    if period is not None and len(content_stems(text)) <= 3:
        return neighbouring_period(previous, period, asked_on, step.told_on)
    only_times = not content_stems(without_times(text, find_time_expressions(text, asked_on)))
    if len(content_stems(text)) <= 1 and (_BEFORE_THAT.search(text) or _AFTER_THAT.search(text)):
        return beyond(previous, asked_on, step.told_on, before=bool(_BEFORE_THAT.search(text)))
    about = _ABOUT.match(text) or (_AND_ONLY.match(text) if len(content_stems(text)) <= 3 else None)
    if (
        about is not None
        and not _THING.search(about["topic"])
        and not re.match(r"(?:who|what|when|where|why|how|which|did|was|is)\b", about["topic"], re.I)
    ):
        if PRONOUN.search(about["topic"]):
            return filled_in(f"Who is {about['topic']}?", previous, answer, asked_on, called)
        if only_times or is_bare_period(about["topic"]):
            return at_another_time(previous, about["topic"], asked_on)
        return _of_another(previous, about["topic"], outlets, talk)
    return filled_in(text, previous, answer, asked_on, called)


def _outlet_alone(text: str, outlets: OutletNames) -> str:
    """The outlet, if the question names one and nothing else: "and the Courier?", "what did the Ledger say?"."""
    bare = re.sub(
        r"^\W*(?:(?:and|but|so|or)\s+)?(?:(?:what|how) about\s+)?(?:the\s+)?|\W*$", "", text, flags=re.IGNORECASE
    )
    known = {form.casefold(): name for form, name in aliases(outlets).items()}
    if bare.casefold() in known:
        return known[bare.casefold()]
    mentions = find_outlets(text, outlets)
    alone = len(mentions) == 1 and not set(content_stems(without_outlets(text, mentions))) - _SAYING
    return mentions[0].outlet if alone else ""


def _according_to(outlet: str, previous: str, outlets: OutletNames) -> str:
    return f"{without_outlets(previous, find_outlets(previous, outlets)).rstrip(' ?.')} according to {outlet}?"


def _of_another(previous: str, topic: str, outlets: OutletNames, talk: Talk) -> str:
    """The question asked of another thing; the outlet it was asked of stays, and is no name to be put away."""
    mentions = find_outlets(previous, outlets)
    put_in = of_another(without_outlets(previous, mentions), topic, talk.is_apart)
    asked = list(dict.fromkeys(mention.outlet for mention in mentions))
    return f"{put_in.rstrip(' ?.')} according to {' and '.join(asked)}?" if asked else put_in


def _next(step: _Step, asked_on: date, outlets: OutletNames) -> str:
    """What came after: after the last day that the answer speaks of, or that the question did, or it was told."""
    topic = topic_of(step.question, asked_on, outlets)
    window = next(
        filter(None, (window_of(find_time_expressions(one, asked_on)) for one in (step.answer, step.question))), None
    )
    last = (window.end or window.start) if window else step.told_on
    return f"What happened to {topic} after {last.isoformat()}?" if last else f"What is the latest on {topic}?"


def _agreed(text: str, previous: str, answer: str) -> str:
    """A "yes" takes up what was offered, if the answer ended in a question; else it asks the last question again."""
    offered = re.search(r"([^.!?\n]+\?)\W*$", answer)
    if offered and re.match(r"\W*(?:yes|yeah|yep|sure|please|ok)", text, re.IGNORECASE):
        core = re.sub(
            r"^\W*(?:do you mean|did you mean|shall i|would you like|do you want)\s+", "", offered[1], flags=re.I
        )
        return core.strip(" ?") + "?"
    why = re.match(r"\W*(why|how so)", text, re.IGNORECASE)
    if why is None:
        return previous
    telling = [word.text for word in words(previous) if is_content(word.text) and not ASKING.fullmatch(word.text)]
    return f"Why {' '.join(telling)}?" if telling else f"Why: {previous}"
