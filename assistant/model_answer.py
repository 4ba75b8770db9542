"""The answer that a language model writes from the evidence: prompt, stream, citations, checking, one repair.

``write_answer`` is the flow. The model sees opaque keys, the reader [1], [2], ... by order of first citation.
Every sentence is checked against what it cites; those that fail are asked for again once. What then cites nothing
is struck, what is not borne out stays with its verdict and its problems.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from archive.errors import LanguageModelError
from assistant.answer import AnswerSentence, SearchPlan, Source, TextDelta, Usage, Verdict
from assistant.answer_stream import AnswerStream
from assistant.citations import CitedText, split_cited, with_numbers
from assistant.conversation import Turn
from assistant.language_model import LanguageModel, Message, add_usage
from assistant.plain_text import plain_text, without_footer
from assistant.prompt import Keys, as_data, evidence_blocks, load_prompt, make_keys, spoken_day
from assistant.sentences import split_sentences
from assistant.verify import Check, CitedPassage, check_sentence
from assistant.words import content_stems

REFUSAL = "NOT_IN_ARCHIVE"
NO_SOURCE = "The sentence cites no source."
UNKNOWN_SOURCE = "The sentence cites a source that doesn't exist."
BREAKS_OFF = "The answer breaks off here."
TURNS_SHOWN = 4
LONGEST_TURN = 600  # characters
_ABSENCE = re.compile(
    r"\b(?:archive|articles?|evidence|sources?|passages?|reports?|texts?)\b[^.,;]{0,40}?"
    r"\b(?:do|does|did|is|are)(?:n['’]t| not|\s+no)\b[^.,;]{0,30}?"
    r"\b(?:say|said|mention|mentioned|contain|include|provide|specify|state|give|report|tell|name|answer|cover|enough"
    r"|information)\b",
    re.IGNORECASE,
)
_ADDS_MORE = re.compile(r"[\"“”;:]|\b(?:but|however|although|though|while|yet)\b|\.\s", re.IGNORECASE)
_REPAIRED_LINE = re.compile(r"^\s*(?:sentence\s*)?(\d{1,2})\s*[:.)]\s*(.*\S)\s*$", re.IGNORECASE | re.MULTILINE)
_DROPPED = re.compile(r"\W*DROP\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """The checked answer; the last item of ``write_answer``.

    ``sources``: those cited, printed keys in order, cited sentences highlighted. ``struck``: sentences of
    the model that were left out; ``notices`` says so. ``refused``: the model found no answer in the evidence; then
    ``text`` is "". Not refused and without sentences: nothing of the reply could be kept, better show quotes.
    """

    sentences: tuple[AnswerSentence, ...]
    text: str
    refused: bool
    usage: Usage
    sources: tuple[Source, ...] = ()
    incomplete: bool = False
    notices: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up as a stand-alone question; ``failure`` says why it is unchanged, None if all went well."""

    text: str
    usage: Usage
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class _Judged:
    cited: CitedText
    check: Check
    kept: bool  # False: to be struck

    @property
    def needs_repair(self) -> bool:
        return not self.kept or bool(self.cited.unknown) or self.check.verdict in {
            Verdict.NOT_IN_SOURCE, Verdict.CONTRADICTED,
        }  # fmt: skip


def write_answer(
    language_model: LanguageModel,
    plan: SearchPlan,
    evidence: Sequence[Source],
    history: Sequence[Turn] = (),
    *,
    repair: bool = True,
    seed: str | None = None,
) -> Iterator[TextDelta | ModelAnswer]:
    """Stream the answer's text, unchecked, then the checked ModelAnswer.

    Raises LanguageModelError if the model fails before it has said anything; later failures make the answer
    ``incomplete``. Closing the iterator ends the request at once. ``seed`` fixes the opaque keys (tests).
    """
    keys = make_keys(evidence, " ".join([plan.standalone, *(turn.content for turn in history)]), seed=seed)
    messages = answer_messages(plan, keys, history)
    shown = AnswerStream(keys.sources, messages[-1].content, REFUSAL)
    stream = language_model.stream(messages)
    pieces: list[str] = []
    notices: list[str] = []
    try:
        for piece in stream:
            pieces.append(piece)
            if text := shown.feed(piece):
                yield TextDelta(text)
    except LanguageModelError as error:
        if not pieces:
            raise
        notices.append(str(error))
    finally:
        stream.close()
    if text := shown.finish():
        yield TextDelta(text)
    if stream.finish_reason == "length":
        notices.append("The model stopped because its answer grew too long.")
    elif stream.finish_reason == "content_filter":
        notices.append("The model's endpoint withheld the rest of the answer (content filter).")
    draft = "".join(pieces)
    yield _finish(language_model, messages, keys, draft, stream.usage, notices, repair)


def _finish(
    language_model: LanguageModel,
    messages: Sequence[Message],
    keys: Keys,
    draft: str,
    usage: Usage,
    notices: list[str],
    repair: bool,
) -> ModelAnswer:
    """From the whole reply to the checked answer; ``notices`` that there are mean that the reply is incomplete."""
    incomplete = bool(notices)
    if is_refusal(draft):
        return ModelAnswer((), "", True, usage, incomplete=incomplete, notices=tuple(notices))
    text, left_out = plain_text(without_footer(draft.replace(REFUSAL, "")), messages[-1].content)
    if left_out:
        notices.append("A link, image or markup that the model had put into its answer was left out.")
    judged = [_judge(cited, keys) for cited in split_cited(text, keys.sources)]
    if incomplete and judged and not re.search(r"[.!?…][\"'”’)]*$", text.strip()):
        judged[-1] = _Judged(judged[-1].cited, Check(Verdict.UNCHECKED, (BREAKS_OFF,)), True)
    struck: list[str] = []
    if repair and not incomplete and any(one.needs_repair for one in judged):
        judged, withdrawn, more = _repair(language_model, messages, draft, judged, keys, notices)
        usage = add_usage(usage, more)
        struck += withdrawn
    struck += [one.cited.text for one in judged if not one.kept]
    kept = [one for one in judged if one.kept]
    if struck:
        notices.append(_struck_notice(struck))
    if kept and all(_is_absence(one.cited) for one in kept):
        return ModelAnswer((), "", True, usage, (), incomplete, tuple(notices), tuple(struck))
    return _printed(kept, keys, usage, incomplete, notices, struck)


def answer_messages(plan: SearchPlan, keys: Keys, history: Sequence[Turn]) -> tuple[Message, ...]:
    """What the model is told: the rules, then evidence, conversation and question."""
    return load_prompt("answer").render(
        nonce=keys.nonce,
        example_key=keys.example,
        refusal=REFUSAL,
        asked_on=spoken_day(plan.asked_on),
        evidence=evidence_blocks(keys),
        conversation=_conversation_block(history, keys.nonce),
        question=as_data(plan.standalone),
    )


def _conversation_block(history: Sequence[Turn], nonce: str) -> str:
    if not history:
        return ""
    return f"<conversation-{nonce}>\n{_as_lines(history)}\n</conversation-{nonce}>\n"


def _as_lines(history: Sequence[Turn]) -> str:
    """The last turns, shortened, without the printed citations of another answer."""
    lines = []
    for turn in history[-TURNS_SHOWN:]:
        said = " ".join(re.sub(r"\s?\[\d{1,3}\]", "", as_data(turn.content)).split())
        lines.append(f"{'Reader' if turn.role == 'user' else 'Answer'}: {said[:LONGEST_TURN]}")
    return "\n".join(lines)


def is_refusal(draft: str) -> bool:
    """Whether the whole reply says that the evidence has no answer, with the agreed word."""
    return draft.strip(" \n\t*`\"'#").startswith(REFUSAL)


def _is_absence(cited: CitedText) -> bool:
    """Whether it only says what is not there ("The archive doesn't say ..."): the one kind that needs no source."""
    return not cited.keys and _ABSENCE.search(cited.text) is not None and _ADDS_MORE.search(cited.text) is None


def _judge(cited: CitedText, keys: Keys) -> _Judged:
    if not cited.keys:
        if not cited.unknown and _is_absence(cited):
            return _Judged(cited, Check(Verdict.UNCHECKED), True)
        return _Judged(cited, Check(Verdict.UNCHECKED, (UNKNOWN_SOURCE if cited.unknown else NO_SOURCE,)), False)
    check = check_sentence(cited.text, [_passage(keys.sources[key]) for key in cited.keys])
    if cited.unknown:
        check = replace(check, problems=(*check.problems, UNKNOWN_SOURCE))
    return _Judged(cited, check, True)


def _passage(source: Source) -> CitedPassage:
    try:
        published = date.fromisoformat(source.published[:10]) if source.published else None
    except ValueError:
        published = None
    return CitedPassage(as_data(source.text), published, as_data(source.title), source.outlet or "")


def _repair(
    language_model: LanguageModel,
    messages: Sequence[Message],
    draft: str,
    judged: Sequence[_Judged],
    keys: Keys,
    notices: list[str],
) -> tuple[list[_Judged], list[str], Usage]:
    """Ask once for the failing sentences again; a new one is taken only if it passes. Gives also what was withdrawn."""
    failing = {number: one for number, one in enumerate(judged, 1) if one.needs_repair}
    listed = "\n".join(
        f"{number}: {one.cited.text}\n   ({' '.join(one.check.problems)})" for number, one in failing.items()
    )
    request = load_prompt("repair").render(sentences=listed, example_key=keys.example)
    try:
        reply = language_model.complete([*messages, Message("assistant", draft), *request])
    except LanguageModelError as error:
        notices.append(f"The problems found could not be put right: {error}")
        return list(judged), [], Usage()
    rewritten = {int(number): line for number, line in _REPAIRED_LINE.findall(reply.text)}
    result: list[_Judged] = []
    withdrawn: list[str] = []
    for number, one in enumerate(judged, 1):
        line = rewritten.get(number, "") if number in failing else ""
        if line and _DROPPED.fullmatch(line):
            withdrawn.append(one.cited.text)
            continue
        text, _ = plain_text(line, messages[-1].content)
        better = [_judge(cited, keys) for cited in split_cited(text, keys.sources)]
        result += better if better and not any(new.needs_repair for new in better) else [one]
    return result, withdrawn, reply.usage


def _struck_notice(struck: Sequence[str]) -> str:
    what = "A sentence" if len(struck) == 1 else f"{len(struck)} sentences"
    quoted = "; ".join(f"“{text if len(text) <= 160 else text[:157] + '...'}”" for text in struck)
    return f"{what} of the model rested on no source and was left out: {quoted}"


def _printed(
    kept: Sequence[_Judged], keys: Keys, usage: Usage, incomplete: bool, notices: Sequence[str], struck: Sequence[str]
) -> ModelAnswer:
    """Number the sources by first citation and put the text together."""
    numbers: dict[str, str] = {}
    for one in kept:
        for key in one.cited.keys:
            numbers.setdefault(key, str(len(numbers) + 1))
    sentences = tuple(
        AnswerSentence(
            one.cited.text, tuple(numbers[key] for key in one.cited.keys), one.check.verdict, one.check.problems
        )
        for one in kept
    )
    sources = tuple(
        replace(
            keys.sources[key],
            key=number,
            highlights=_highlights(keys.sources[key].text, [one.cited.text for one in kept if key in one.cited.keys]),
        )
        for key, number in numbers.items()
    )
    text = " ".join(with_numbers(sentence.text, sentence.citations) for sentence in sentences)
    return ModelAnswer(sentences, text, False, usage, sources, incomplete, tuple(notices), tuple(struck))


def _highlights(passage: str, claims: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """For each sentence of the answer the sentence of the passage that shares most of its words."""
    spans = split_sentences(passage)
    found = set()
    for claim in claims:
        wanted = set(content_stems(claim))
        shared = [len(wanted & set(content_stems(passage[start:end]))) for start, end in spans]
        if shared and max(shared) > 0:
            found.add(spans[shared.index(max(shared))])
    return tuple(sorted(found))


def rewrite_followup(
    language_model: LanguageModel, history: Sequence[Turn], text: str, asked_on: date, *, seed: str | None = None
) -> FollowUp:
    """The question, made independent of the conversation by one short call; unchanged, with why, if that fails."""
    keys = make_keys((), " ".join([text, *(turn.content for turn in history)]), seed=seed)
    messages = load_prompt("followup").render(
        nonce=keys.nonce, asked_on=spoken_day(asked_on), conversation=_as_lines(history), question=as_data(text)
    )
    try:
        reply = language_model.complete(messages)
    except LanguageModelError as error:
        return FollowUp(text, Usage(), f"The follow-up was searched as it stands: {error}")
    lines = [line for line in plain_text(reply.text, messages[-1].content)[0].strip().splitlines() if line.strip()]
    rewritten = (
        re.sub(r"^(?:rewritten|stand-?alone)?\s*question:\s*", "", lines[0], flags=re.IGNORECASE) if lines else ""
    )
    rewritten = rewritten.strip(' "“”')
    if not rewritten or len(rewritten) > len(text) + 300:
        return FollowUp(
            text, reply.usage, "The follow-up was searched as it stands: the model gave no usable rewriting."
        )
    return FollowUp(rewritten, reply.usage)
