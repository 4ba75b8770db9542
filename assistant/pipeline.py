"""One question's way: plan -> retrieve -> evidence -> enough? -> quotes or the language model -> answer, as events.

`answer_question` is the whole flow. It is a generator: events are yielded as they become true, the last one is the
checked answer. Nothing is kept between questions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from archive.errors import LanguageModelError
from archive.settings import Settings
from archive.store import ArchiveStore
from archive.tokens import count_tokens
from assistant.agreement import differences_among, with_agreement
from assistant.answer import Answer, AnswerEvent, AnswerReady, EvidenceReady, Mode, PlanReady, TextDelta, Usage
from assistant.catalog_answers import answer_from_catalog
from assistant.catalog_question import asks_for_timeline
from assistant.evidence import pack_evidence
from assistant.extractive import (
    Quote,
    Quoted,
    as_answer,
    choose_quotes,
    each_once,
    readable_order,
    with_lead_ins,
    with_quotes_below,
)
from assistant.language_model import LanguageModel, add_usage
from assistant.model_answer import ModelAnswer, why_quotes_follow, write_answer
from assistant.model_planner import ModelPlan, plan_with_model
from assistant.model_reranker import ModelReranker
from assistant.pipeline_state import PipelineState
from assistant.planner import plan_question
from assistant.prompt_injection import speaks_to_a_machine
from assistant.question import Question
from assistant.refusals import coverage_of, describe_coverage, unknown_bylines
from assistant.refused_answer import refusal, refusal_of_model
from assistant.rerank import BY_MODEL, open_reranker
from assistant.retriever import Retrieval, RetrievalSettings, retrieve
from assistant.search_plan import CatalogKind, CatalogQuestion, SearchPlan
from assistant.sentence_meaning import by_meaning
from assistant.small_talk import is_small_talk, reply_to_small_talk, without_small_talk
from assistant.stopwatch import Stopwatch
from assistant.sufficiency import LINE
from assistant.timeline import answer_timeline
from assistant.unknown_names import describe_unknown
from assistant.weighing import weigh

_LEAST_ROWS = 3  # developments that make a timeline


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """How an answer is made: how many passages, how much text, how many sentences."""

    passages: int = 10
    evidence_tokens: int = 3000
    quotes: int = 3
    refuse_below: float = LINE  # confidence, 0 to 1
    model_plans: bool = True  # the language model, where there is one, may name parts and times
    model_reranks: bool = False  # it grades the best passages too: one more request for each part
    retrieval: RetrievalSettings = field(default_factory=RetrievalSettings)
    key_seed: str | None = None  # makes a prompt's opaque keys repeatable, for evaluation; drawn anew otherwise

    @classmethod
    def from_settings(cls, settings: Settings, *, key_seed: str | None = None) -> AnswerSettings:
        """The part of the settings that answering needs."""
        return cls(
            passages=settings.evidence_passages,
            evidence_tokens=settings.evidence_tokens,
            model_plans=settings.model_plans,
            model_reranks=settings.reranker == BY_MODEL,
            retrieval=RetrievalSettings(reranker=open_reranker(settings)),
            key_seed=key_seed,
        )


def answer_question(
    store: ArchiveStore,
    question: Question,
    *,
    settings: AnswerSettings | None = None,
    language_model: LanguageModel | None = None,
) -> Iterator[AnswerEvent]:
    """Answer a question from the archive; the last event is AnswerReady.

    Quotes answer where there is no language model, where ``question.mode`` says so, and where the model failed: then
    what had arrived is kept, marked incomplete, with the quotes below it. Raises what the store raises.
    """
    question = without_small_talk(question)
    if is_small_talk(question):
        yield from reply_to_small_talk(store, question)
        return
    settings = settings or AnswerSettings()
    watch, notices = Stopwatch(), list[str]()
    model = None if question.mode is Mode.QUOTES else language_model
    if question.mode is Mode.MODEL and model is None:
        notices.append("There is no language model to ask; the answer is made of quotations.")

    with watch.time("plan"):
        planned = _planned(store, question, settings, model)
    plan, usage = planned.plan, planned.usage
    notices += [planned.failure] if planned.failure else []
    yield PlanReady(plan)
    if plan.catalog is not None:
        counted = _counted(store, plan, plan.catalog, watch)
        if counted is not None:
            yield EvidenceReady(counted.sources)
            yield TextDelta(counted.answer)
            yield AnswerReady(replace(counted, usage=usage, notices=(*notices, *counted.notices)))
            return
    retrieval, grading = _retrieved(store, plan, settings, model)
    usage = add_usage(usage, grading) if grading.requests else usage
    watch.spent.update(retrieval.timings_ms)
    with watch.time("evidence"):
        evidence = pack_evidence(
            retrieval.hits, tokens=settings.evidence_tokens, most=settings.passages, count_tokens=count_tokens
        )
        weighed = weigh(store, plan, retrieval, evidence)
        weighed = weighed if model is not None else weighed.for_quotes()
    yield EvidenceReady(tuple(piece.source for piece in evidence), retrieval)
    state = PipelineState(question, retrieval.plan, retrieval, evidence, weighed, store.embedder, watch, usage, notices)
    notices += retrieval.notes
    if weighed.confidence < settings.refuse_below:
        yield AnswerReady(refusal(store, state, Mode.QUOTES if model is None else Mode.MODEL))
        return
    notices += describe_unknown(weighed.unknown, evidence)
    if model is None:
        notices += dict.fromkeys(said for own in weighed.absent for said in own)
        with watch.time("answer"):
            quoted = _quote(state, settings)
        yield TextDelta(quoted.text)
        yield AnswerReady(_checked_together(state, _answer_of_quotes(state, quoted)))
    else:
        yield from _answer_of_model(store, state, settings, model)


def _planned(
    store: ArchiveStore, question: Question, settings: AnswerSettings, model: LanguageModel | None
) -> ModelPlan:
    """How the question is understood, by the model where it may plan."""
    if model is None or not settings.model_plans:
        return ModelPlan(plan_question(store, question), Usage())
    return plan_with_model(store, question, model, seed=settings.key_seed)


def _retrieved(
    store: ArchiveStore, plan: SearchPlan, settings: AnswerSettings, model: LanguageModel | None
) -> tuple[Retrieval, Usage]:
    """The passages, and what grading them cost where the model does."""
    if model is None or not settings.model_reranks:
        return retrieve(store, plan, settings.passages, settings.retrieval), Usage()
    grader = ModelReranker(model, seed=settings.key_seed)
    retrieval = retrieve(store, plan, settings.passages, replace(settings.retrieval, reranker=grader))
    return retrieval, grader.usage


def _counted(store: ArchiveStore, plan: SearchPlan, asked: CatalogQuestion, watch: Stopwatch) -> Answer | None:
    """Questions about the articles themselves need no search and no model: all that match are counted.

    None where "how did it change" was read as asking for a timeline and there is hardly one.
    """
    with watch.time("answer"):
        if asked.kind is CatalogKind.TIMELINE:
            answer = answer_timeline(store, plan, asked)
            if len(answer.timeline) < _LEAST_ROWS and not asks_for_timeline(plan.standalone):
                return None
        else:
            answer = answer_from_catalog(store, plan, asked)
    if answer.refused:
        coverage = coverage_of(store, plan.wall)
        covered = describe_coverage(coverage, plan.wall).replace("It ", "The archive ", 1)
        said = " ".join([*unknown_bylines(store, plan.standalone), answer.statement])
        text = answer.answer.replace(answer.statement, said, 1)
        answer = replace(answer, answer=f"{text}\n\n{covered}", statement=said, coverage=coverage)
    return replace(answer, timings_ms=dict(watch.spent))


def _quote(state: PipelineState, settings: AnswerSettings) -> Quoted:
    """The sentences that answer; every part of the question gets its share of them.

    Orders to a machine that somebody put into an article are not among them, unless the question is about such things.
    """
    unanswered = state.weighed.unanswered(settings.refuse_below)
    about_orders = speaks_to_a_machine(state.question.text)
    found = [[one for one in own if about_orders or not speaks_to_a_machine(one.text)] for own in state.weighed.found]
    parts = [
        by_meaning(part.question, found[number], state.embedder)
        for number, part in enumerate(state.plan.parts)
        if number not in unanswered
    ]
    for number in sorted(unanswered):
        part = state.plan.parts[number]
        whose = " or ".join((*part.outlets, *part.authors))
        state.notices.append(f"The archive has no answer {f'of {whose} ' if whose else ''}to: {part.question}")
    parts = [own for own in parts if own]
    share = -(-settings.quotes // max(1, len(parts)))
    chosen: dict[tuple[int, int], Quote] = {}  # one sentence may answer two parts
    for own in parts:
        for quote in choose_quotes(own, share):
            chosen.setdefault((quote.source, quote.start), quote)
    quotes = with_lead_ins(list(chosen.values())[: settings.quotes], each_once(found), settings.quotes)
    return as_answer(readable_order(quotes, state.evidence), state.evidence)


def _checked_together(state: PipelineState, answer: Answer) -> Answer:
    """The answer with what its sources say together: independent sources, and figures that differ."""
    with state.watch.time("agreement"):
        answer = with_agreement(answer, state.plan.standalone, state.evidence, state.weighed.candidates)
    return replace(answer, timings_ms=dict(state.watch.spent))


def _answer_of_quotes(state: PipelineState, quoted: Quoted) -> Answer:
    return Answer(
        question=state.question.text,
        mode=Mode.QUOTES,
        refused=False,
        answer=quoted.text,
        sentences=quoted.sentences,
        sources=quoted.sources,
        plan=state.plan,
        confidence=state.weighed.confidence,
        timings_ms=dict(state.watch.spent),
        usage=state.usage,
        notices=tuple(state.notices),
    )


def _answer_of_model(
    store: ArchiveStore, state: PipelineState, settings: AnswerSettings, model: LanguageModel
) -> Iterator[AnswerEvent]:
    """Stream the model's answer; where it fails or nothing of it can be kept, quotes take its place."""
    sources = tuple(piece.source for piece in state.evidence)
    written: ModelAnswer | None = None
    with state.watch.time("answer"):
        try:
            differences = differences_among(state.plan.standalone, state.evidence, state.weighed.candidates)
            for item in write_answer(
                model,
                state.plan,
                sources,
                state.question.history,
                differences=differences,
                seed=settings.key_seed,
            ):
                if isinstance(item, ModelAnswer):
                    written = item
                else:
                    yield item
        except LanguageModelError as error:
            state.notices.append(str(error))
    if written is None:
        state.notices.append("These are quotations, found without the language model.")
        quoted = _answer_of_quotes(state, _quote(state, settings))
        yield AnswerReady(_checked_together(state, quoted))
        return
    state.usage = add_usage(state.usage, written.usage)
    state.notices += written.notices
    if written.refused:
        yield AnswerReady(refusal_of_model(store, state, written.shown))
        return
    answer = replace(
        _answer_of_quotes(state, Quoted(written.sentences, written.text, written.sources)),
        mode=Mode.MODEL,
        incomplete=written.incomplete,
        checks=written.checks,
    )
    if why := why_quotes_follow(written):
        state.notices.append(why)
        answer = with_quotes_below(answer, _quote(state, settings), tuple(state.notices))
    yield AnswerReady(_checked_together(state, answer))
