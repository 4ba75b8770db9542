"""One question of a set -> one row of a run: the product's own answer, nothing beside it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from archive.errors import UnknownArticleError
from archive.settings import Settings
from archive.store import ArchiveStore
from assistant.answer import Answer, AnswerReady, EvidenceReady, Mode, TextDelta
from assistant.answer_json import hit_as_json, plan_as_json, sentence_as_json, source_as_json, timings_as_json
from assistant.conversation import Turn
from assistant.language_model import LanguageModel
from assistant.pipeline import AnswerSettings, answer_question
from assistant.planner import plan_question
from assistant.question import Question
from assistant.retriever import Retrieval, retrieve
from evaluation.metrics import score_question
from evaluation.model_calls import CountedModel, ReplyCache, Spent
from evaluation.prices import Prices
from evaluation.question_set import TestQuestion

RETRIEVED = 10


@dataclass(frozen=True, slots=True)
class Answering:
    """All that answering a question set needs; shared by the threads that do it."""

    store: ArchiveStore
    settings: Settings
    mode: Mode
    retrieval_only: bool
    asked_on: date | None  # for questions that name no day; else the archive's last day
    language_model: LanguageModel | None
    prices: Prices
    cache: ReplyCache = field(default_factory=lambda: ReplyCache(None))
    kept: dict[str, list[str]] = field(default_factory=dict)  # by question: the keys of its replies in the cache

    def row(self, question: TestQuestion) -> dict[str, Any]:
        """Answer one question and score the answer."""
        asked = Question(
            question.question,
            asked_on=question.asked_on or self.asked_on or self.store.coverage().last_day or date.today(),
            history=tuple(Turn(turn.role, turn.content) for turn in question.history),
            mode=self.mode,
        )
        row = {"id": question.id} | (self._found(asked) if self.retrieval_only else self._answered(question.id, asked))
        if question.relevant:
            row["relevant"] = judged_articles(self.store, question.relevant)
        return row | {"scores": score_question(question, row)}

    def forget(self, identities: Iterable[str]) -> None:
        """Take what was kept of the replies to these questions out of the cache."""
        self.cache.forget({key for identity in identities for key in self.kept.get(identity, ())})

    def _found(self, asked: Question) -> dict[str, Any]:
        ranking = AnswerSettings.from_settings(self.settings).retrieval
        began = time.perf_counter()
        plan = plan_question(self.store, asked)
        planning = (time.perf_counter() - began) * 1000
        retrieval = retrieve(self.store, plan, RETRIEVED, ranking)
        return {
            "retrieved": _passages(retrieval),
            "plan": plan_as_json(retrieval.plan),
            "timings_ms": timings_as_json({"plan": planning, **retrieval.timings_ms}),
        }

    def _answered(self, identity: str, asked: Question) -> dict[str, Any]:
        counted = CountedModel(self.language_model, self.cache) if self.language_model is not None else None
        self.kept[identity] = counted.kept if counted is not None else []
        retrieved: list[dict[str, Any]] = []
        first_text: float | None = None
        answer_settings = AnswerSettings.from_settings(self.settings, key_seed=identity)
        began = time.perf_counter()
        for event in answer_question(self.store, asked, settings=answer_settings, language_model=counted):
            if isinstance(event, TextDelta) and first_text is None and event.text.strip():
                first_text = (time.perf_counter() - began) * 1000
            elif isinstance(event, EvidenceReady) and event.retrieval is not None:
                retrieved = _passages(event.retrieval)
            elif isinstance(event, AnswerReady):
                row = {"retrieved": retrieved or _rested_on(event.answer)} | _of_answer(event.answer)
                row["first_text_ms"] = None if first_text is None else round(first_text, 2)
                return row | self._spending(row, counted.spent if counted else None)
        raise RuntimeError(f"answer_question ended without an answer to {identity}")

    def _spending(self, row: dict[str, Any], spent: Spent | None) -> dict[str, Any]:
        """Tokens and cost; what the model took is left out where a cache stood in for it."""
        if spent is None or not (spent.requests or spent.from_cache):
            return {}
        cost = self.prices.cost(spent.model, spent.prompt_tokens, spent.completion_tokens) if spent.requests else 0.0
        changed: dict[str, Any] = {"usage": asdict(spent) | {"cost": cost, "currency": self.prices.currency}}
        if spent.from_cache:
            changed["first_text_ms"] = None
            changed["timings_ms"] = {stage: took for stage, took in row["timings_ms"].items() if stage != "answer"}
        return changed


def judged_articles(store: ArchiveStore, names: Sequence[str]) -> list[dict[str, Any]]:
    """The articles that a set calls relevant, as the archive knows them; one that isn't there has only its name."""
    known: dict[str, dict[str, Any]] = {}
    for name in names:
        try:
            article = store.article(name)
        except UnknownArticleError:
            continue
        known[name] = {
            "article_id": article.article_id,
            "title": article.title,
            "outlet": article.outlet,
            "published": article.published.iso() if article.published else None,
            "url": article.url,
        }
    faces = store.copies([entry["article_id"] for entry in known.values()])
    for entry in known.values():
        entry["story"] = faces[entry["article_id"]][0] if entry["article_id"] in faces else entry["article_id"]
    return [{"name": name} | known.get(name, {}) for name in names]


def _of_answer(answer: Answer) -> dict[str, Any]:
    return {
        "answer": answer.answer,
        "refused": answer.refused or answer.small_talk,  # a reply to "thanks" claims nothing
        "confidence": round(answer.confidence, 4),
        "mode": answer.mode.value,
        "incomplete": answer.incomplete,
        "notices": list(answer.notices),
        "statement": answer.statement,
        "sentences": [sentence_as_json(sentence) for sentence in answer.sentences],
        "sources": [source_as_json(source) for source in answer.sources],
        "plan": plan_as_json(answer.plan),
        "timings_ms": timings_as_json(answer.timings_ms),
    }


def _rested_on(answer: Answer) -> list[dict[str, Any]]:
    """An answer that was counted in the catalog searched nothing: what it cites stands for what was found."""
    return [{"rank": rank} | source_as_json(source) for rank, source in enumerate(answer.sources[:RETRIEVED], 1)]


def _passages(retrieval: Retrieval) -> list[dict[str, Any]]:
    return [hit_as_json(hit, rank) for rank, hit in enumerate(retrieval.hits[:RETRIEVED], start=1)]
