"""A greeting, thanks, a bare "yes": no question, so nothing is searched; the reply says what can be asked.

Pure, but for what the archive covers. Small on purpose: every word of the text must be one of these, so that a question
which only begins like small talk ("Thanks to whom did the strike end?", "Hello Kitty sales") is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from archive.store import ArchiveStore
from assistant.answer import Answer, AnswerEvent, AnswerReady, EvidenceReady, Mode, PlanReady, TextDelta
from assistant.conversation import Turn
from assistant.question import Question
from assistant.refusals import coverage_of, describe_coverage
from assistant.search_plan import SearchPlan

_POLITE = r"(?:hello|hi|hey|greetings|good (?:morning|afternoon|evening|day|night)|thanks|thank you|bye|goodbye)"
_WITH_IT = r"(?:there|everyone|again|many|(?:so|very) much|a lot|for (?:that|this|your help)|how are you)"
_ASSENT = r"(?:yes|yeah|yep|no|nope|ok|okay|sure|please)"
_COURTESY = re.compile(rf"(?:(?:{_WITH_IT}|{_ASSENT}) )*{_POLITE}(?: (?:{_POLITE}|{_WITH_IT}|{_ASSENT}))*")
_ASSENT_ONLY = re.compile(rf"{_ASSENT}(?: {_ASSENT})*")
_WHAT_FOR = "Ask a question about the news, and the archive answers it from its articles, with the outlet and the date."


def is_courtesy(text: str) -> bool:
    """Whether all its words greet, thank or take leave. In double quotes they are to be searched exactly."""
    return bool(_COURTESY.fullmatch(_plain(text)))


def is_small_talk(question: Question) -> bool:
    """Whether nothing is asked. "Yes" takes up what was said before; where nothing was, it asks nothing either."""
    if question.reading.standalone:
        return False
    return is_courtesy(question.text) or (not question.history and bool(_ASSENT_ONLY.fullmatch(_plain(question.text))))


def without_small_talk(question: Question) -> Question:
    """The question after what was really asked before: a follow-up doesn't go on from "thanks"."""
    kept: list[Turn] = []
    small = False
    for turn in question.history:
        if turn.role == "user":
            small = is_courtesy(turn.content) or (not kept and bool(_ASSENT_ONLY.fullmatch(_plain(turn.content))))
        if not small:
            kept.append(turn)
    return question if len(kept) == len(question.history) else replace(question, history=tuple(kept))


def reply_to_small_talk(store: ArchiveStore, question: Question) -> Iterator[AnswerEvent]:
    """The events of an answer that claims nothing: what the archive is for, and what it covers."""
    plan = SearchPlan(question.text, question.text.strip(), question.asked_on, (), question.wall)
    told = f"{_WHAT_FOR} {describe_coverage(coverage_of(store, question.wall), question.wall)}"
    yield PlanReady(plan)
    yield EvidenceReady(())
    yield TextDelta(told)
    yield AnswerReady(
        Answer(
            question=question.text,
            mode=Mode.QUOTES,
            refused=False,
            answer=told,
            sentences=(),
            sources=(),
            plan=plan,
            confidence=0.0,
            timings_ms={},
            statement=told,
            small_talk=True,
        )
    )


def _plain(text: str) -> str:
    """The words alone, in small letters; as it is where something stands in double quotes."""
    if re.search(r"[\"“”]", text):
        return text
    return " ".join(re.findall(r"[\w'’]+", text.casefold()))
