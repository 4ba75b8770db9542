"""The language model's part of the plan: it names parts and times and puts follow-ups in full; code does the rest.

One request at most, and none for a question that the rules understand (``asks_model``). What comes back is checked: it
may use the words of the question and the conversation and no others, a time must be one that code can reckon, and it
goes through the same rules as a question that was typed. Where anything is wrong with it, the plan by rules stands. The
user's own filters are not the model's to see or to change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from archive.errors import LanguageModelError
from archive.store import ArchiveStore
from assistant.answer import Usage
from assistant.answer_prompt import as_lines
from assistant.conversation import Turn
from assistant.language_model import LanguageModel, Message
from assistant.own_subject import Talk
from assistant.plain_text import plain_text
from assistant.planner import plan_question
from assistant.prompt import as_data, load_prompt, make_keys, spoken_day
from assistant.question import Question
from assistant.rewrite import leans_on_history
from assistant.search_plan import PlanPart, SearchPlan
from assistant.structured_answer import object_schema, read_object
from assistant.time_expressions import find_time_expressions
from assistant.words import content_stems, names, words

MOST_PARTS = 4
_LONGEST_ADDED = 300  # characters that a follow-up may grow by
_LONG_QUESTION = 25  # words
_FAR_ENOUGH = 0.7  # of a part's content words must come from the question or the conversation
_QUESTION_WORD = re.compile(r"\b(?:who|whom|whose|what|when|where|why|how|which)\b", re.IGNORECASE)
_ENGLISH = re.compile(  # words that hardly any other language has
    r"\b(?:the|of|what|who|which|when|where|why|how|did|does|do|is|are|were|and|has|have)\b", re.IGNORECASE
)
_COMPARES = re.compile(
    r"\b(?:compar\w+|differ\w*|versus|vs|contrast\w*|both|each|respectively|as well as|on the one hand)\b",
    re.IGNORECASE,
)
_PLAN_SCHEMA = object_schema(
    question={"type": "string"},
    parts={
        "type": "array",
        "items": object_schema(question={"type": "string"}, time={"type": "string"}),
        "maxItems": MOST_PARTS,
    },
)


class _NamedPart(BaseModel):
    model_config = ConfigDict(extra="ignore")

    question: str = Field(min_length=2, max_length=600)
    time: str = Field(default="", max_length=80)


class _NamedPlan(BaseModel):
    """What the model may name."""

    model_config = ConfigDict(extra="ignore")

    question: str = Field(min_length=2, max_length=1200)
    parts: list[_NamedPart] = Field(max_length=MOST_PARTS)


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """The plan, what the request cost, and a sentence on what went wrong, None if all went well."""

    plan: SearchPlan
    usage: Usage
    failure: str | None = None


def plan_with_model(
    store: ArchiveStore, question: Question, language_model: LanguageModel, *, seed: str | None = None
) -> ModelPlan:
    """Understand a question, with the model where the rules may not be enough. Raises what the store raises."""
    planned = _planned(store, question.alone(), language_model, seed)
    return replace(planned, plan=replace(planned.plan, question=question.text))


def _planned(store: ArchiveStore, question: Question, language_model: LanguageModel, seed: str | None) -> ModelPlan:
    by_rules = plan_question(store, question)
    if not asks_model(question, by_rules):
        return ModelPlan(by_rules, Usage())
    if not language_model.takes_json:
        if not _is_followup(question, by_rules):
            return ModelPlan(by_rules, Usage())
        followed = rewrite_followup(language_model, question.history, question.text, question.asked_on, seed=seed)
        return ModelPlan(_rewritten(store, question, by_rules, followed), followed.usage, followed.failure)
    messages = _messages("plan", question, seed)
    try:
        reply = language_model.complete(messages, json_schema=_PLAN_SCHEMA)
    except LanguageModelError as error:
        failure = f"The follow-up was searched as it stands: {error}" if _is_followup(question, by_rules) else None
        return ModelPlan(by_rules, Usage(), failure)
    named = read_object(reply.text)
    if named is None:  # a server that doesn't hold the model to JSON: a line may still be the follow-up in full
        followed = _followup_of(reply.text, question.text, reply.usage, messages[-1].content)
        return ModelPlan(_rewritten(store, question, by_rules, followed), reply.usage, None)
    return ModelPlan(_checked(store, question, by_rules, named), reply.usage)


def asks_model(question: Question, by_rules: SearchPlan) -> bool:
    """Whether a request is worth its while.

    For a follow-up; for a question in another language than English, which the rules don't read; for one that asks or
    compares several things, or is very long. Not where it is answered by counting, or asks how outlets differ.
    """
    text = question.text
    if _is_followup(question, by_rules):
        return True
    if by_rules.catalog is not None or (len(by_rules.parts) > 1 and any(part.outlets for part in by_rules.parts)):
        return False  # counted, or outlets compared: exact as it is
    said = [word.text for word in words(text)]
    if len(said) >= 4 and text.rstrip().endswith("?") and _ENGLISH.search(text) is None:
        return True
    several = text.count("?") > 1 or len(_QUESTION_WORD.findall(text)) > 1
    compares = _COMPARES.search(text) is not None and len(names(text)) > 1
    return several or compares or len(said) >= _LONG_QUESTION


def _is_followup(question: Question, by_rules: SearchPlan) -> bool:
    """Whether it leans on the conversation, or the rules took something from there."""
    typed = " ".join(question.text.split())
    talk = Talk(" ".join(turn.content for turn in question.history))
    return bool(question.history) and (leans_on_history(question.text, talk=talk) or by_rules.standalone != typed)


def _messages(name: str, question: Question, seed: str | None) -> tuple[Message, ...]:
    keys = make_keys((), " ".join([question.text, *(turn.content for turn in question.history)]), seed=seed)
    return load_prompt(name).render(
        nonce=keys.nonce,
        asked_on=spoken_day(question.asked_on),
        conversation=as_lines(question.history),
        question=as_data(question.text),
    )


def _checked(store: ArchiveStore, question: Question, by_rules: SearchPlan, reply: object) -> SearchPlan:
    """The plan that the model's names make; the one by rules if they are not to be trusted."""
    try:
        named = _NamedPlan.model_validate(reply)
    except ValidationError:
        return by_rules
    said = " ".join([question.text, *(turn.content for turn in question.history)])
    whole = " ".join(named.question.split())
    if not _is_grounded(whole, said) or (not _is_followup(question, by_rules) and len(whole) > len(question.text) + 20):
        return by_rules
    plan = plan_question(store, question, lambda history, text: whole) if _is_followup(question, by_rules) else by_rules
    texts = [_with_time(part, said, question.asked_on) for part in named.parts if _is_grounded(part.question, said)]
    if len(texts) != len(named.parts):
        texts = []
    if len(texts) < 2 or plan.catalog is not None:
        return plan
    parts = _parts(store, question, texts)
    if not _read_in(plan.parts) <= _read_in(parts):
        return plan  # a time reckoned instead of named, or left out, would be lost without a word
    note = "Searched apart: " + " / ".join(part.question for part in parts)
    return replace(plan, parts=parts, notes=(*plan.notes, note))


def _read_in(parts: Sequence[PlanPart]) -> set[object]:
    """The windows, outlets and phrases that were read in a question."""
    windows = {(part.window.start, part.window.end) for part in parts if part.window is not None}
    return {*windows, *(name for part in parts for name in (*part.outlets, *part.phrases))}


def _parts(store: ArchiveStore, question: Question, texts: Sequence[str]) -> tuple[PlanPart, ...]:
    """Every text as if it had been typed: windows, outlets, phrases and order by the rules."""
    plans = [plan_question(store, replace(question, text=text, history=())) for text in texts]
    return tuple(part for plan in plans for part in plan.parts)[:MOST_PARTS]


def _with_time(part: _NamedPart, said: str, asked_on: date) -> str:
    """The part with the time that the model named, if code can reckon it and no number in it is the model's own."""
    text, time = " ".join(part.question.split()).rstrip(" ?."), " ".join(part.time.split()).strip(" ?.")
    known = set(re.findall(r"\d+", said))
    is_named = bool(find_time_expressions(time, asked_on)) and known.issuperset(re.findall(r"\d+", time))
    if not is_named or find_time_expressions(text, asked_on):
        return f"{text}?"
    return f"{text} {time}?"


def _is_grounded(text: str, said: str) -> bool:
    """Whether a text keeps to the words that were said: all names and numbers, and most of the rest."""
    known = set(content_stems(said))
    stems = content_stems(text)
    if not stems or not set(re.findall(r"\d+", said)).issuperset(re.findall(r"\d+", text)):
        return False
    named = {one for name in names(text) for one in content_stems(name.text)}
    return named <= known and sum(one in known for one in stems) >= _FAR_ENOUGH * len(stems)


def _rewritten(store: ArchiveStore, question: Question, by_rules: SearchPlan, followed: FollowUp) -> SearchPlan:
    said = " ".join([question.text, *(turn.content for turn in question.history)])
    if followed.failure or not _is_followup(question, by_rules) or not _is_grounded(followed.text, said):
        return by_rules
    return plan_question(store, question, lambda history, text: followed.text)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up as a stand-alone question; ``failure`` says why it is unchanged, None if all went well."""

    text: str
    usage: Usage
    failure: str | None = None


def rewrite_followup(
    language_model: LanguageModel, history: Sequence[Turn], text: str, asked_on: date, *, seed: str | None = None
) -> FollowUp:
    """The question, made independent of the conversation by one short call; unchanged, with why, if that fails."""
    messages = _messages("followup", Question(text, asked_on, tuple(history)), seed)
    try:
        reply = language_model.complete(messages)
    except LanguageModelError as error:
        return FollowUp(text, Usage(), f"The follow-up was searched as it stands: {error}")
    return _followup_of(reply.text, text, reply.usage, messages[-1].content)


def _followup_of(reply: str, text: str, usage: Usage, prompt: str) -> FollowUp:
    """The first line of a reply, if it can be a question."""
    lines = [line for line in plain_text(reply, prompt)[0].strip().splitlines() if line.strip()]
    rewritten = (
        re.sub(r"^(?:(?:rewritten|stand-?alone)(?:\s+question)?|question)\s*:\s*", "", lines[0], flags=re.IGNORECASE)
        if lines
        else ""
    )
    rewritten = rewritten.strip(' "“”')
    if not rewritten or len(rewritten) > len(text) + _LONGEST_ADDED:
        return FollowUp(text, usage, "The follow-up was searched as it stands: the model gave no usable rewriting.")
    return FollowUp(rewritten, usage)
