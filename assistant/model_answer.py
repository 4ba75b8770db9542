"""The answer that a language model writes from the evidence: prompt, stream, citations, checking, one repair.

``write_answer`` is the flow. The model sees opaque keys, the reader [1], [2], ... by order of first citation. Where the
endpoint can be held to JSON the model copies a quote before it writes a sentence (structured_answer.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from archive.errors import LanguageModelError, PromptTooLongError
from archive.tokens import count_tokens
from assistant.answer import AnswerSentence, Disagreement, ModelChecks, Source, TextDelta, Usage, Verdict
from assistant.answer_check import Judged, check_draft, is_absence, settle, struck_notice
from assistant.answer_prompt import REFUSAL, answer_messages
from assistant.answer_stream import AnswerStream
from assistant.citations import CitedText, with_numbers
from assistant.conversation import Turn
from assistant.evidence_budget import evidence_tokens, fitting
from assistant.language_model import LanguageModel, Message, TextStream, add_usage
from assistant.plain_text import running_text
from assistant.prompt import Keys, as_data, make_keys
from assistant.quotations import find_words, is_verbatim
from assistant.search_plan import SearchPlan
from assistant.sentences import split_sentences
from assistant.structured_answer import StructuredReader, answer_schema
from assistant.words import content_stems

REPLY_TOKENS = 1024  # kept free for the reply where the context is small
_TRIES = 3  # of a prompt that is too long, each with less evidence


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """The checked answer; the last item of ``write_answer``.

    ``sources``: those cited, printed keys in order, cited sentences highlighted. ``struck``: sentences of
    the model that were left out; ``notices`` says so. ``refused``: the model found no answer in the evidence; then
    ``text`` is "". Not refused and without sentences: nothing of the reply could be kept, better show quotes.
    ``shown``: how many pieces of the evidence, from its beginning, the model was given.
    """

    sentences: tuple[AnswerSentence, ...]
    text: str
    refused: bool
    usage: Usage
    sources: tuple[Source, ...] = ()
    incomplete: bool = False
    notices: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    checks: ModelChecks = field(default_factory=ModelChecks)
    shown: int = 0


def why_quotes_follow(written: ModelAnswer) -> str | None:
    """The sentence that says why quotations follow the model's answer or take its place; None if it stands alone."""
    if not written.sentences:
        return "Nothing of the model's answer rested on a source; these are quotations from the archive."
    if written.incomplete:
        return "The model's answer is incomplete; quotations from the archive follow it."
    if all(one.verdict in {Verdict.NOT_IN_SOURCE, Verdict.CONTRADICTED} for one in written.sentences):
        return "Nothing of the model's answer is what its sources say; quotations from the archive follow it."
    return None


@dataclass(slots=True)
class _Reply:
    """One reply as it arrives: the request it answers, and what has come of it so far."""

    keys: Keys
    messages: tuple[Message, ...]
    stream: TextStream
    reader: StructuredReader
    received: str = ""
    broken: str | None = None  # why it isn't whole


def write_answer(
    language_model: LanguageModel,
    plan: SearchPlan,
    evidence: Sequence[Source],
    history: Sequence[Turn] = (),
    *,
    differences: Sequence[Disagreement] = (),
    repair: bool = True,
    seed: str | None = None,
) -> Iterator[TextDelta | ModelAnswer]:
    """Stream the answer's text, unchecked, then the checked ModelAnswer.

    Evidence that the model's context can't hold is left out from the end, and a notice says so. Raises
    LanguageModelError if the model fails before it has said anything; later failures make the answer ``incomplete``.
    ``differences``: what the evidence was found to differ on, its figures citing the sources' own keys; the model is
    told. Closing the iterator ends the request at once. ``seed`` fixes the opaque keys (tests).
    """
    context = language_model.context_tokens()
    sources = _fitted(evidence, context, plan, history)
    for tries_left in reversed(range(_TRIES)):
        reply = _asked(language_model, plan, sources, history, differences, seed)
        try:
            yield from _streamed(reply)
        except PromptTooLongError as error:
            shorter = _fitted(sources, error.context_tokens, plan, history)
            if shorter == sources:
                shorter = fitting(sources, sum(count_tokens(source.text) for source in sources) // 2, count_tokens)
            if not tries_left or shorter == sources:
                raise
            sources = shorter
        else:
            written = _finish(language_model, reply, _shortened(evidence, sources), repair)
            yield replace(written, shown=len(sources))
            return


def _asked(
    language_model: LanguageModel,
    plan: SearchPlan,
    sources: Sequence[Source],
    history: Sequence[Turn],
    differences: Sequence[Disagreement],
    seed: str | None,
) -> _Reply:
    keys = make_keys(sources, " ".join([plan.standalone, *(turn.content for turn in history)]), seed=seed)
    as_json = language_model.takes_json
    messages = answer_messages(plan, keys, history, differences=differences, as_json=as_json)
    schema = answer_schema(list(keys.sources)) if as_json else None
    return _Reply(keys, messages, language_model.stream(messages, json_schema=schema), StructuredReader(keys.sources))


def _fitted(
    sources: Sequence[Source], context: int | None, plan: SearchPlan, history: Sequence[Turn]
) -> tuple[Source, ...]:
    """What of the evidence the context holds beside the rules, the conversation and the reply."""
    if context is None:
        return tuple(sources)
    rest = answer_messages(plan, make_keys((), seed="rest"), history, as_json=True)
    free = evidence_tokens(
        context, min(REPLY_TOKENS, context // 4), "\n".join(one.content for one in rest), count_tokens
    )
    return fitting(sources, free, count_tokens)


def _shortened(evidence: Sequence[Source], sources: Sequence[Source]) -> list[str]:
    if len(sources) == len(evidence):
        return []
    return [f"The model can't read more at once than {len(sources)} of the {len(evidence)} passages found."]


def _streamed(reply: _Reply) -> Iterator[TextDelta]:
    """Hand on the text as it arrives, and note what broke the reply off. Raises if there is nothing of it to keep."""
    shown = AnswerStream(reply.keys.sources, reply.messages[-1].content, REFUSAL)
    try:
        for piece in reply.stream:
            reply.received += piece
            if text := shown.feed(reply.reader.feed(piece)):
                yield TextDelta(text)
            if reply.reader.runs_away:
                reply.broken = "The model went on without end and was stopped."
                break
    except LanguageModelError as error:
        if not reply.reader.draft.strip():
            raise
        reply.broken = str(error)
    finally:
        reply.stream.close()
    reply.broken = reply.broken or _why_incomplete(reply)
    if reply.reader.is_json and reply.broken and not reply.reader.draft:
        raise LanguageModelError(reply.broken)
    if text := shown.feed(reply.reader.finish()) + shown.finish():
        yield TextDelta(text)


def _why_incomplete(reply: _Reply) -> str | None:
    """Why a reply that came to its end isn't a whole answer; None if it is."""
    if reply.stream.finish_reason == "length":
        return "The model stopped because its answer grew too long."
    if reply.stream.finish_reason == "content_filter":
        return "The model's endpoint withheld the rest of the answer (content filter)."
    if reply.reader.is_json and not reply.reader.is_whole:
        return "The model's reply can't be read to its end (damaged JSON)."
    if reply.reader.is_json and not reply.reader.has_answer:
        return "The model's reply doesn't have the form asked for. Ask again, or use quotes mode."
    return None


def _finish(language_model: LanguageModel, reply: _Reply, notices: list[str], repair: bool) -> ModelAnswer:
    """From the whole reply to the checked answer."""
    usage, reader = reply.stream.usage, reply.reader
    incomplete = reply.broken is not None
    notices += [reply.broken] if reply.broken else []
    if _is_refusal(reader):
        return ModelAnswer((), "", True, usage, incomplete=incomplete, notices=tuple(notices))
    draft = _with_missing(reader)
    judged, left_out = check_draft(
        running_text(draft.replace(REFUSAL, "")), reply.keys, reply.messages[-1].content, breaks_off=incomplete
    )
    if left_out:
        notices.append("A link, image or markup that the model had put into its answer was left out.")
    asks = language_model if repair and not incomplete else None
    checked = settle(judged, reply.keys, asks, reply.messages, reply.received)
    usage = add_usage(usage, checked.usage)
    notices += [checked.failure] if checked.failure else []
    notices += [struck_notice(checked.struck)] if checked.struck else []
    quotes, false_quotes = _quotes(reader, reply.keys)
    counts = replace(checked.counts, quotes_left_out=false_quotes, markup_left_out=left_out)
    result = ModelAnswer((), "", False, usage, (), incomplete, tuple(notices), checked.struck, counts)
    if checked.kept and all(is_absence(one.cited) for one in checked.kept):
        return replace(result, refused=True)
    return _printed(result, checked.kept, reply.keys, quotes)


def is_refusal(draft: str) -> bool:
    """Whether the whole reply says that the evidence has no answer, with the agreed word."""
    return draft.strip(" \n\t*`\"'#").startswith(REFUSAL)


def _is_refusal(reader: StructuredReader) -> bool:
    return not reader.draft if reader.is_json else is_refusal(reader.draft)


def _with_missing(reader: StructuredReader) -> str:
    """The draft and, if it is no more than that, the sentence on what the evidence doesn't say."""
    missing = reader.missing
    return f"{reader.draft} {missing}" if missing and is_absence(CitedText(missing, ())) else reader.draft


def _quotes(reader: StructuredReader, keys: Keys) -> tuple[dict[str, set[tuple[int, int]]], int]:
    """Where in its source each quote stands, and how many stand nowhere: those are shown to nobody."""
    spans: dict[str, set[tuple[int, int]]] = {}
    false = 0
    for cited, quote in reader.quotes:
        holding = [key for key in cited if key in keys.sources and is_verbatim(quote, as_data(keys.sources[key].text))]
        false += not holding
        for key in holding:
            if span := find_words(quote, keys.sources[key].text):
                spans.setdefault(key, set()).add(span)
    return spans, false


def _printed(
    answer: ModelAnswer, kept: Sequence[Judged], keys: Keys, quotes: dict[str, set[tuple[int, int]]]
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
    sources = []
    for key, number in numbers.items():
        claims = [one.cited.text for one in kept if key in one.cited.keys]
        marks = tuple(sorted(quotes.get(key, ()))) or _highlights(keys.sources[key].text, claims)
        sources.append(replace(keys.sources[key], key=number, highlights=marks))
    text = " ".join(with_numbers(sentence.text, sentence.citations) for sentence in sentences)
    return replace(answer, sentences=sentences, text=text, sources=tuple(sources))


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
