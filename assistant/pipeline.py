"""One question's way: plan -> retrieve -> evidence -> enough? -> quotes or the language model -> answer, as events.

`answer_question` is the whole flow. It is a generator: events are yielded as they become true, the last one is the
checked answer. Nothing is kept between questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from archive.embedder import Embedder
from archive.errors import LanguageModelError
from archive.settings import Settings
from archive.store import ArchiveStore
from archive.tokens import count_tokens
from assistant.agreement import differences_among, with_agreement
from assistant.answer import (
    Answer,
    AnswerEvent,
    AnswerReady,
    CatalogKind,
    CatalogQuestion,
    Coverage,
    EvidenceReady,
    Mode,
    PlanReady,
    SearchPlan,
    Source,
    TextDelta,
    Usage,
)
from assistant.catalog_answers import answer_from_catalog
from assistant.catalog_question import asks_for_timeline
from assistant.evidence import Evidence, pack_evidence
from assistant.extractive import (
    Quote,
    Quoted,
    as_answer,
    choose_quotes,
    each_once,
    readable_order,
    with_lead_ins,
)
from assistant.injected import speaks_to_a_machine
from assistant.language_model import LanguageModel, add_usage
from assistant.model_answer import ModelAnswer, write_answer
from assistant.model_planner import plan_with_model
from assistant.model_reranker import ModelReranker
from assistant.planner import plan_question
from assistant.question import Question
from assistant.refusals import (
    NEAR_MISSES,
    coverage_of,
    describe_coverage,
    describe_unknown,
    near_misses,
    outside_its_days,
    said_by_model,
    unknown_bylines,
    where_printed,
)
from assistant.rerank import BY_MODEL, open_reranker
from assistant.retriever import Retrieval, RetrievalSettings, retrieve
from assistant.sentence_meaning import by_meaning
from assistant.small_talk import is_small_talk, reply_to_small_talk, without_small_talk
from assistant.stopwatch import Stopwatch
from assistant.sufficiency import LINE
from assistant.timeline import answer_timeline
from assistant.weighing import Weighed, weigh

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


@dataclass(slots=True)
class _Course:
    """What has been found out on the way, for the answer at its end."""

    question: Question
    plan: SearchPlan
    retrieval: Retrieval
    evidence: tuple[Evidence, ...]
    weighed: Weighed
    embedder: Embedder | None
    watch: Stopwatch
    usage: Usage
    notices: list[str]


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
    watch, usage, notices = Stopwatch(), Usage(), list[str]()
    model = None if question.mode is Mode.QUOTES else language_model
    if question.mode is Mode.MODEL and model is None:
        notices.append("There is no language model to ask; the answer is made of quotations.")

    with watch.time("plan"):
        if model is not None and settings.model_plans:
            planned = plan_with_model(store, question, model, seed=settings.key_seed)
            plan, usage = planned.plan, planned.usage
            notices += [planned.failure] if planned.failure else []
        else:
            plan = plan_question(store, question)
    yield PlanReady(plan)
    if plan.catalog is not None:
        counted = _counted(store, plan, plan.catalog, watch)
        if counted is not None:
            yield EvidenceReady(counted.sources)
            yield TextDelta(counted.answer)
            yield AnswerReady(replace(counted, usage=usage, notices=(*notices, *counted.notices)))
            return
    searching, grader = settings.retrieval, None
    if model is not None and settings.model_reranks:
        grader = ModelReranker(model, seed=settings.key_seed)
        searching = replace(searching, reranker=grader)
    retrieval = retrieve(store, plan, settings.passages, searching)
    usage = add_usage(usage, grader.usage) if grader is not None and grader.usage.requests else usage
    watch.spent.update(retrieval.timings_ms)
    with watch.time("evidence"):
        evidence = pack_evidence(
            retrieval.hits, tokens=settings.evidence_tokens, most=settings.passages, count_tokens=count_tokens
        )
        weighed = weigh(store, plan, retrieval, evidence)
        weighed = weighed if model is not None else weighed.for_quotes()
    yield EvidenceReady(tuple(piece.source for piece in evidence), retrieval)
    course = _Course(question, retrieval.plan, retrieval, evidence, weighed, store.embedder, watch, usage, notices)
    notices += retrieval.notes
    if weighed.confidence < settings.refuse_below:
        yield AnswerReady(_refusal(store, course, Mode.QUOTES if model is None else Mode.MODEL))
        return
    notices += describe_unknown(weighed.unknown, evidence)
    if model is None:
        notices += dict.fromkeys(said for own in weighed.absent for said in own)
        with watch.time("answer"):
            quoted = _quote(course, settings)
        yield TextDelta(quoted.text)
        yield AnswerReady(_checked_together(course, _answer_of_quotes(course, quoted)))
    else:
        yield from _answer_of_model(store, course, settings, model)


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


def _quote(course: _Course, settings: AnswerSettings) -> Quoted:
    """The sentences that answer; every part of the question gets its share of them.

    Orders to a machine that somebody put into an article are not among them, unless the question is about such things.
    """
    unanswered = course.weighed.unanswered(settings.refuse_below)
    about_orders = speaks_to_a_machine(course.question.text)
    found = [[one for one in own if about_orders or not speaks_to_a_machine(one.text)] for own in course.weighed.found]
    parts = [
        by_meaning(part.question, found[number], course.embedder)
        for number, part in enumerate(course.plan.parts)
        if number not in unanswered
    ]
    for number in sorted(unanswered):
        part = course.plan.parts[number]
        whose = " or ".join((*part.outlets, *part.authors))
        course.notices.append(f"The archive has no answer {f'of {whose} ' if whose else ''}to: {part.question}")
    parts = [own for own in parts if own]
    share = -(-settings.quotes // max(1, len(parts)))
    chosen: dict[tuple[int, int], Quote] = {}  # one sentence may answer two parts
    for own in parts:
        for quote in choose_quotes(own, share):
            chosen.setdefault((quote.source, quote.start), quote)
    quotes = with_lead_ins(list(chosen.values())[: settings.quotes], each_once(found), settings.quotes)
    return as_answer(readable_order(quotes, course.evidence), course.evidence)


def _checked_together(course: _Course, answer: Answer) -> Answer:
    """The answer with what its sources say together: independent sources, and figures that differ."""
    with course.watch.time("agreement"):
        answer = with_agreement(answer, course.plan.standalone, course.evidence, course.weighed.candidates)
    return replace(answer, timings_ms=dict(course.watch.spent))


def _answer_of_quotes(course: _Course, quoted: Quoted) -> Answer:
    return Answer(
        question=course.question.text,
        mode=Mode.QUOTES,
        refused=False,
        answer=quoted.text,
        sentences=quoted.sentences,
        sources=quoted.sources,
        plan=course.plan,
        confidence=course.weighed.confidence,
        timings_ms=dict(course.watch.spent),
        usage=course.usage,
        notices=tuple(course.notices),
    )


def _answer_of_model(
    store: ArchiveStore, course: _Course, settings: AnswerSettings, model: LanguageModel
) -> Iterator[AnswerEvent]:
    """Stream the model's answer; where it fails or nothing of it can be kept, quotes take its place."""
    sources = tuple(piece.source for piece in course.evidence)
    written: ModelAnswer | None = None
    with course.watch.time("answer"):
        try:
            differences = differences_among(course.plan.standalone, course.evidence, course.weighed.candidates)
            for item in write_answer(
                model,
                course.plan,
                sources,
                course.question.history,
                differences=differences,
                seed=settings.key_seed,
            ):
                if isinstance(item, ModelAnswer):
                    written = item
                else:
                    yield item
        except LanguageModelError as error:
            course.notices.append(str(error))
    if written is None:
        course.notices.append("These are quotations, found without the language model.")
        quoted = _answer_of_quotes(course, _quote(course, settings))
        yield AnswerReady(_checked_together(course, quoted))
        return
    course.usage = add_usage(course.usage, written.usage)
    course.notices += written.notices
    if written.refused:
        yield AnswerReady(_refusal_of_model(store, course, written.shown))
        return
    answer = replace(
        _answer_of_quotes(course, Quoted(written.sentences, written.text, written.sources)),
        mode=Mode.MODEL,
        incomplete=written.incomplete,
        checks=written.checks,
    )
    if written.incomplete or not written.sentences:
        course.notices.append(
            "The model's answer is incomplete; quotations from the archive follow it."
            if written.sentences
            else "Nothing of the model's answer rested on a source; these are quotations from the archive."
        )
        answer = _with_quotes_below(answer, _quote(course, settings), tuple(course.notices))
    yield AnswerReady(_checked_together(course, answer))


def _with_quotes_below(answer: Answer, quoted: Quoted, notices: tuple[str, ...]) -> Answer:
    """Quotes after what the model had said, their sources numbered on; a source both cite keeps its number."""
    known = {source.passage_id: source for source in answer.sources}
    keys: dict[str, str] = {}
    sources = list(answer.sources)
    for source in quoted.sources:
        if source.passage_id in known:
            earlier = known[source.passage_id]
            keys[source.key] = earlier.key
            marks = tuple(sorted({*earlier.highlights, *source.highlights}))
            sources[sources.index(earlier)] = replace(earlier, highlights=marks)
        else:
            keys[source.key] = str(len(sources) + 1)
            sources.append(replace(source, key=keys[source.key]))
    sentences = tuple(
        replace(sentence, citations=tuple(keys[key] for key in sentence.citations)) for sentence in quoted.sentences
    )
    text = re.sub(r"\[(\d+)\](?=\n|$)", lambda match: f"[{keys[match[1]]}]", quoted.text)
    return replace(
        answer,
        mode=answer.mode if answer.sentences else Mode.QUOTES,
        answer=f"{answer.answer}\n\n{text}".strip(),
        sentences=(*answer.sentences, *sentences),
        sources=tuple(sources),
        notices=notices,
    )


def _refusal(store: ArchiveStore, course: _Course, mode: Mode) -> Answer:
    """Say that the archive doesn't hold it, what it does hold, and what came nearest."""
    coverage = coverage_of(store, course.question.wall)
    near = near_misses(course.evidence, course.weighed.candidates)
    reasons = outside_its_days(course.plan, coverage.first_day, coverage.last_day)
    bylines = unknown_bylines(store, course.plan.standalone)
    others = [name for name in course.weighed.unknown if not any(name in said for said in bylines)]
    reasons += bylines + describe_unknown(others, course.evidence)
    reasons += dict.fromkeys(said for own in course.weighed.absent for said in own)
    statement = " ".join(reasons)
    text = f"The archive doesn't seem to hold the answer. {statement}".strip()
    text += f" {describe_coverage(coverage, course.question.wall)}"
    return _without_answer(
        course, mode, _listing(text, "Nearest to the question came:", near), statement, coverage, near
    )


def _refusal_of_model(store: ArchiveStore, course: _Course, shown: int) -> Answer:
    """Say that the model found no answer in what it was shown: its word, where the search had found enough to show."""
    statement = said_by_model(shown)
    near = near_misses(course.evidence[:shown], course.weighed.candidates, shown)
    text = _listing(
        f"The passages found don't say. {statement}", "Of what was found, nearest first:", near[:NEAR_MISSES]
    )
    answer = _without_answer(course, Mode.MODEL, text, statement, coverage_of(store, course.question.wall), near)
    return replace(answer, shown_to_model=shown)


def _listing(text: str, introduced: str, near: tuple[Source, ...]) -> str:
    listed = "\n".join(f"[{source.key}] {source.title} – {where_printed(source)}" for source in near)
    return f"{text}\n\n{introduced}\n{listed}" if near else text


def _without_answer(
    course: _Course, mode: Mode, text: str, statement: str, coverage: Coverage, near: tuple[Source, ...]
) -> Answer:
    return Answer(
        question=course.question.text,
        mode=mode,
        refused=True,
        answer=text,
        sentences=(),
        sources=(),
        plan=course.plan,
        confidence=course.weighed.confidence,
        timings_ms=dict(course.watch.spent),
        usage=course.usage,
        notices=tuple(course.notices),
        coverage=coverage,
        near_misses=near,
        statement=statement,
    )
