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
from assistant.conversation import Turn, user_turns
from assistant.elliptical_followups import (
    CARRIED,
    IN_ITS_PLACE,
    PERIOD_BEFORE,
    at_another_time,
    beyond,
    is_bare_period,
    lowered_start,
    neighbouring_period,
    of_another,
    only_thing,
)
from assistant.outlets import aliases, find_outlets, without_outlets
from assistant.own_subject import NO_TALK, Talk, is_bound_up, own_subject, speaks_only_of_parts, things_spoken_of
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
    r"^\W*(?:yes|yeah|yep|sure|please|ok(?:ay)?|continue|why|how so|really|says who"
    r"|who (?:said|says) (?:so|that|this)|and)(?:[\s,]+(?:please|do|go on|tell me more))*\W*$",
    re.IGNORECASE,
)
# What can be asked about the articles on the topic at hand, and how it is asked in full.
_ABOUT_THE_TOPIC: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"^\W*(?:(?:and|so|ok(?:ay)?|but)[\s,]+)?(?:{words})\W*$", re.IGNORECASE), full)
    for words, full in (
        (r"(?:which|what) (?:news )?(?:outlets|newspapers|papers|sources)"
         r"(?: (?:have |has )?(?:reported|covered|wrote about|had|carried|mentioned)(?: on)?(?: (?:it|this|that))?)?",
         "Which outlets reported on {topic}?"),
        (r"how many (?:articles|stories)(?: (?:are|were) there)?(?: (?:mention (?:it|this|that)"
         r"|(?:are |were )?(?:about|on) (?:it|this|that)))?",
         "How many articles mention {topic}?"),
        (r"(?:show me |give me |make )?(?:a |the )?(?:time ?line|chronology)(?: of (?:it|this|that))?"
         r"|how (?:did|has) (?:it|this|that) (?:develop(?:ed)?|unfold(?:ed)?|evolved?)(?: since(?: then)?)?",
         "Timeline of {topic}"),
        (r"(?:list|show|give)(?: me)?(?: all| the| them)*(?: articles| stories)?(?: (?:about|on) (?:it|this|that))?"
         r"|which articles(?: (?:are there|mention (?:it|this|that)))?",
         "List the articles about {topic}"),
        (r"who (?:(?:wrote|has written|writes) (?:about|on)|(?:has )?reported(?: on)?) (?:it|this|that)",
         "Who wrote about {topic}?"),
        (r"when was (?:it|this|that) first (?:mentioned|reported)|(?:the )?first (?:mention|report)",
         "What was the first mention of {topic}?"),
        (r"(?:tell me |say )?more(?: about (?:it|this|that))?|(?:please )?go on|details?|(?:what|anything) else"
         r"|what (?:more|else) (?:do you know|is known|was reported)(?: about (?:it|this|that))?",
         "What else was reported on {topic}?"),
        (r"(?:and )?now|(?:is there )?any(?:thing)? (?:updates?|news|newer|more recent|new)(?: on (?:it|this|that))?"
         r"|what(?:['’]s| is) (?:new|the latest)(?: on (?:it|this|that))?|the latest|updates?"
         r"|is (?:that|this|it) still (?:true|so|the case)|what (?:is|about) (?:it|the situation) now",
         "What is the latest on {topic}?"),
    )
)  # fmt: skip
_NEXT = re.compile(
    r"^\W*(?:(?:and|so|but|ok(?:ay)?)[\s,]+)?(?:what (?:(?:happened|came|followed)(?: to (?:it|them|him|her))? )?)?"
    r"(?:next|then|afterwards?|after that|later|since(?: then)?)\W*$",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:about|to|with|of|for|against|by|from|on)\s+(?:him|her|them|it)\b(?!\s+[a-z]{3})", re.IGNORECASE
)
_LOOSE_THEN = re.compile(r"\s*\b(?:afterwards?|after (?:that|then|it|this)|since then|later|next)\b", re.IGNORECASE)
_CITED = re.compile(
    r"\s+[–-]\s+[^–\n]{0,120}\[\d{1,3}\]|\[[^\[\]\n]{1,60}\]|^The (?:sources give|(?:figure|day) changed)[^\n]*$", re.M
)
_CITED_ON = re.compile(r"\s[–-]\s[^–\n\[]{0,100}?,\s(?P<day>\d{1,2}\s\w{3,9}\s\d{4})\s+\[\d{1,3}\]")
_BEFORE_THAT = re.compile(r"\b(?:before (?:that|then|it)|earlier|previously)\b", re.IGNORECASE)
_AFTER_THAT = re.compile(r"\b(?:after (?:that|then|it|this)|since then|afterwards?|later|next)\b", re.IGNORECASE)
_PERSON = re.compile(r"\b(?P<word>he|she|him|her|his|hers)\b", re.IGNORECASE)
_THING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this(?!\s+(?:past\s+)?(?:week|month|year|morning|afternoon|evening"
    r"|spring|summer|autumn|fall|winter|weekend|quarter|season)\b)|that one|these|those|then"
    r"|the (?:same|other|former|latter)(?: one)?|one(?!\s+of\s+(?:the|its|his|her)\b)"
    r"|the (?:first|second)(?: one\b|(?=\W*$|\s+(?:and|or|was|is|did|has|had)\b)))\b",
    re.IGNORECASE,
)
_THAT = re.compile(r"\bthat\b(?!\s+(?:the|a|an|he|she|it|they|we|I)\b)", re.IGNORECASE)
_ASKING = re.compile(r"who|whom|whose|what|when|where|why|how|which|many|much|long|happened", re.IGNORECASE)
_BARE = re.compile(r"^\W*(?:(?:and|but|so|or)\s+)?(?:(?:what|how) about\s+)?(?:the\s+)?|\W*$", re.IGNORECASE)
_SAYING = frozenset(content_stems("report reported write wrote cover covered mention mentioned put print printed"))
_OF = re.compile(r"\b(?:at|by|for|from|in|of|on|to|with|about)\s+$", re.IGNORECASE)
_THAT_ONE = re.compile(r"\b(?:that|this) one\b|\bthe (?:latter|former|other)(?: one)?\b", re.IGNORECASE)
_MOST_CARRIED = 10  # words
_LEAST_SAID = 2  # content words; more say what a question is about
_SHORT_ANSWER = 40  # words
_REMEMBERED = 6  # questions back


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The question to search for; ``changed`` if it isn't the one that was typed."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class _Step:
    """An earlier question, standing alone, with its answer and the day on which what that cites first was reported."""

    question: str = ""
    answer: str = ""
    told_on: date | None = None


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
        steps.append(_Step(previous, _CITED.sub(" ", reply).strip(), _told_on(reply, asked_on)))
        said += [earlier, steps[-1].answer]
    rewritten = _one_step(text, _taken_up(text, steps), asked_on, outlets, Talk(" ".join(said), is_apart))
    return Rewritten(rewritten, rewritten != text.strip())


def last_topic(history: tuple[Turn, ...], asked_on: date) -> str:
    """The telling words of the last question; "" before the first."""
    asked = [earlier for earlier, _ in user_turns(history)]
    return " ".join(_telling(asked[-1], asked_on)) if asked else ""


def leans_on_history(text: str, outlets: OutletNames = NO_OUTLETS, talk: Talk = NO_TALK) -> bool:
    """Whether the question can't be understood alone: it continues, points back, or names next to nothing.

    One that speaks of a thing of which nobody spoke before ("the lighthouse") is understood alone; ``talk`` tells.
    """
    if _CONTINUES.match(text) or _MORE.match(text) or PERIOD_BEFORE.search(text) or _NEXT.match(text):
        return True
    if any(pattern.match(text) for pattern, _ in _ABOUT_THE_TOPIC) or _OBJECT.search(text):
        return True
    mentions = find_outlets(text, outlets)
    text = without_outlets(text, mentions)
    own = own_subject(text, talk)
    if mentions and len(content_stems(text)) <= 1 and own is None:
        return True
    named = names(lowered_start(text))
    first = min([name.start for name in named] + ([own.start] if own else []), default=len(text))
    pronouns = [match.start() for pattern in (_PERSON, _THING, _THAT) if (match := pattern.search(text))]
    if pronouns and min(pronouns) < first:
        return True
    if named or own is not None:
        return False
    return len(content_stems(text)) <= _LEAST_SAID or speaks_only_of_parts(text) or is_bound_up(text, talk)


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
    text, previous, answer = text.strip(), step.question, step.answer
    if not previous or not leans_on_history(text, outlets, talk):
        return text
    for pattern, full in _ABOUT_THE_TOPIC:
        if pattern.match(text):
            return full.format(topic=_topic(previous, asked_on, outlets))
    if _MORE.match(text):
        return _agreed(text, previous, answer)
    outlet = _outlet_alone(text, outlets)
    if outlet:
        return _according_to(outlet, previous, outlets)
    if _NEXT.match(text):
        return _next(step, asked_on, outlets)
    period = PERIOD_BEFORE.search(text)
    if period is not None and len(content_stems(text)) <= 3:
        return neighbouring_period(previous, period, asked_on)
    only_times = not content_stems(without_times(text, find_time_expressions(text, asked_on)))
    if len(content_stems(text)) <= 1 and (_BEFORE_THAT.search(text) or _AFTER_THAT.search(text)):
        return beyond(previous, asked_on, step.told_on, before=bool(_BEFORE_THAT.search(text)))
    about = _ABOUT.match(text) or (_AND_ONLY.match(text) if len(content_stems(text)) <= 3 else None)
    if (
        about is not None
        and not _THING.search(about["topic"])
        and not re.match(r"(?:who|what|when|where|why|how|which|did|was|is)\b", about["topic"], re.I)
    ):
        if _PERSON.search(about["topic"]):
            return _fill(f"Who is {about['topic']}?", previous, answer, asked_on)
        if only_times or is_bare_period(about["topic"]):
            return at_another_time(previous, about["topic"], asked_on)
        return _of_another(previous, about["topic"], outlets, talk)
    return _fill(text, previous, answer, asked_on)


def _topic(previous: str, asked_on: date, outlets: OutletNames) -> str:
    """What a question is about, in few words: its names, or else its telling words. No times, and no outlets asked."""
    catalog = re.match(
        r"(?:Which outlets reported on|How many articles mention|Timeline of|List the articles about|Who wrote about"
        r"|What was the first mention of|What else was reported on|What is the latest on) (?P<topic>.+?)\W*$",
        previous,
    )
    if catalog is not None:
        return catalog["topic"]
    expressions = find_time_expressions(previous, asked_on)
    plain = without_times(previous, expressions)
    bare = without_outlets(plain, find_outlets(plain, outlets))
    plain = bare if content_stems(bare) else plain
    named = [name.text for name in names(lowered_start(plain))]
    thing = only_thing(plain)
    if not named and thing is not None and thing.telling:
        return plain[thing.start : thing.end]
    telling = [word.text for word in words(plain) if is_content(word.text) and not _ASKING.fullmatch(word.text)]
    return " ".join(dict.fromkeys(named or telling[:4])) or plain.strip(" ?.")


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
    topic = _topic(step.question, asked_on, outlets)
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
    telling = [word.text for word in words(previous) if is_content(word.text) and not _ASKING.fullmatch(word.text)]
    return f"Why {' '.join(telling)}?" if telling else f"Why: {previous}"


def _fill(text: str, previous: str, answer: str, asked_on: date) -> str:
    """Put the person meant in the place of a pronoun, and add the topic's words that are missing.

    "It" and "that" mostly mean what was said last, so the answer's last sentence gives its words first. "Afterwards" is
    after the day that the answer speaks of, and "that one" of the time that it speaks of.
    """
    core = _CONTINUES.sub("", text).strip() or text
    core = core[:1].upper() + core[1:]
    topic_names = [name.text for name in names(lowered_start(previous))]
    person = _PERSON.search(core)
    used = core
    if person is not None:
        who = _person(answer, topic_names, previous)
        if who:
            possessive = person["word"].lower() in {"his", "hers"} or (
                person["word"].lower() == "her" and re.match(r"\s+\w", core[person.end() :]) is not None
            )
            used = core[: person.start()] + who + ("'s" if possessive else "") + core[person.end() :]
    spoken_of = window_of(find_time_expressions(answer, asked_on))
    then = (spoken_of.end or spoken_of.start) if spoken_of and not spoken_of.loose else None
    if then is not None and _LOOSE_THEN.search(used):
        used = _LOOSE_THEN.sub(f" after {then.isoformat()}", used, count=1)
    elif then is not None and spoken_of is not None and _THAT_ONE.search(used):
        used = f"{used.rstrip(' ?.')} {spoken_of.expression[:1].lower()}{spoken_of.expression[1:]}?"
    short = len(answer.split()) <= _SHORT_ANSWER  # a page of quotations says too much to be carried over
    last = re.split(r"(?<=[.!?])\s+", answer)[-1] if short else ""
    said, asked = _telling(last, asked_on), _telling(_kept_of(previous), asked_on) or _telling(previous, asked_on)
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
    return own if says or len(content_stems(own)) > _LEAST_SAID else previous


def _telling(text: str, asked_on: date) -> list[str]:
    """The words that carry a text's meaning, without its times and question words."""
    plain = without_times(text, find_time_expressions(text, asked_on))
    return [
        word.text
        for word in words(plain)
        if is_content(word.text) and not word.is_number and not _ASKING.fullmatch(word.text)
    ]


def _person(answer: str, topic_names: list[str], previous: str) -> str | None:
    """Whom "he" or "her" means: the name the answer gave, else the last name of the question."""
    asks_who = re.search(r"\b(?:who|whom|whose|which)\b", previous, re.IGNORECASE)
    in_answer = [name.text for name in names(answer) if " " in name.text] or [name.text for name in names(answer)]
    in_question = [name for name in topic_names if " " in name] or topic_names
    order = [in_answer, in_question] if asks_who else [in_question, in_answer]
    return next((group[0] for group in order if group), None)
