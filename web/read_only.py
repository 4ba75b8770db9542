"""What programs may do with the archive, over HTTP or as MCP tools: read. Everything returned is JSON values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archive.article import Article, ArticleVersion
from archive.counts import plural
from archive.errors import LanguageModelError, UnknownArticleError
from archive.filters import SearchFilter
from archive.json_values import plain
from archive.outlet_choice import chosen_outlets
from archive.settings import Settings
from assistant.answer import Answer, AnswerEvent, AnswerReady, Mode
from assistant.conversation import Turn
from assistant.question import Question
from assistant.reading_choices import Reading
from web.api_models import AskRequest, Narrowed, SearchRequest, TimelineRequest
from web.at_hand import copies_of, coverage_of, default_day

if TYPE_CHECKING:
    from archive.store import ArchiveStore
    from assistant.language_model import LanguageModel

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReadOnlyArchive:
    """The archive as programs see it. Safe to share by threads; raises BackissueErrors."""

    store: ArchiveStore
    settings: Settings
    language_model: LanguageModel | None = None

    def search(self, request: SearchRequest) -> Json:
        """The passages that words or a question find."""
        from assistant.answer_json import hit_as_json, plan_as_json, timings_as_json
        from assistant.planner import plan_question
        from assistant.retriever import retrieve

        plan = plan_question(self.store, self._question(request.q, request))
        retrieval = retrieve(self.store, plan, request.k)
        return {
            "query": request.q,
            "plan": plan_as_json(retrieval.plan),
            "results": [hit_as_json(hit, rank) for rank, hit in enumerate(retrieval.hits, start=1)],
            "timings_ms": timings_as_json(retrieval.timings_ms),
        }

    def events(self, request: AskRequest) -> Iterator[AnswerEvent]:
        """Answer a question, event by event; the request is checked before this returns."""
        from assistant.pipeline import AnswerSettings, answer_question

        history = tuple(Turn(turn.role, turn.content) for turn in request.history)
        question = self._question(request.question, request, history, request)
        settings = AnswerSettings.from_settings(self.settings)
        return answer_question(self.store, question, settings=settings, language_model=self.language_model)

    def ask(self, request: AskRequest) -> Json:
        """The whole answer."""
        from assistant.answer_json import answer_as_json

        answer: Answer | None = None
        for event in self.events(request):
            if isinstance(event, AnswerReady):
                answer = event.answer
        if answer is None:
            raise LanguageModelError("The answer ended before it was complete. Ask again.")
        return answer_as_json(answer)

    def timeline(self, request: TimelineRequest) -> Json:
        """How a topic developed: dated, cited sentences."""
        from assistant.answer_json import counted_as_json, source_as_json
        from assistant.planner import plan_timeline
        from assistant.timeline import answer_timeline

        plan, asked = plan_timeline(self.store, self._question(request.topic, request))
        answer = answer_timeline(self.store, plan, asked, request.rows)
        return {
            "topic": request.topic,
            "rows": plain(answer.timeline),
            "sources": [source_as_json(source) for source in answer.sources],
            "statement": answer.statement,
            "counted": None if answer.counted is None else counted_as_json(answer.counted),
            "notices": list(answer.notices),
        }

    def article(self, name: str, version: int | None = None) -> Json:
        """A whole article by id, external id or URL: the version that answers, or the one with that number."""
        versions = self.store.versions(name)
        chosen = next(
            (each for each in versions if (each.current if version is None else each.version == version)), None
        )
        if chosen is None:
            raise UnknownArticleError(f"{name!r} has {plural(len(versions), 'version')}, no version {version}.")
        return _article_as_json(chosen.article) | {
            "version": chosen.version,
            "versions": [_version_as_json(each) for each in versions],
            "also_in": plain(copies_of(self.store, chosen.article.article_id)),
        }

    def outlets(self) -> Json:
        """Every outlet with its number of articles, and what else it may be called."""
        known = self.store.outlet_names()
        return {
            "outlets": [
                {"outlet": name, "articles": count, "aliases": list(known.aliases_of(name))}
                for name, count in self.store.outlets()
            ]
        }

    def coverage(self) -> Json:
        """What the archive holds."""
        from assistant.answer_json import coverage_as_json

        return coverage_as_json(coverage_of(self.store))

    def status(self) -> Json:
        """How far the indexes are; nothing about the machine."""
        status = self.store.status()
        shown = (
            "articles", "versions", "passages", "embedded", "outlets", "undated", "first_day", "last_day", "generation",
        )  # fmt: skip
        return {name: plain(getattr(status, name)) for name in shown} | {
            "meaning_search": self.store.embedder is not None and status.embedded > 0,
            "language_model": self.language_model.describe() if self.language_model is not None else None,
            "problems": self.store.problems(),
        }

    def _question(
        self, text: str, narrowed: Narrowed, history: tuple[Turn, ...] = (), ask: AskRequest | None = None
    ) -> Question:
        wall = self._wall(narrowed)
        asked_on = narrowed.asked_on or narrowed.as_of or default_day(self.store)
        reading = Reading(
            standalone=(ask.standalone or "") if ask is not None else "",
            infer_days=narrowed.infer_days,
            infer_outlets=narrowed.infer_outlets,
            infer_authors=narrowed.infer_bylines,
        )
        return Question(text, asked_on, history, wall, ask.mode if ask is not None else Mode.AUTO, reading)

    def _wall(self, narrowed: Narrowed) -> SearchFilter:
        outlets = chosen_outlets(narrowed.outlet, self.store.outlet_names()) if narrowed.outlet else ()
        return SearchFilter(
            published_from=narrowed.published_from,
            published_to=narrowed.published_to,
            outlets=outlets,
            authors=tuple(narrowed.byline),
            as_of=narrowed.as_of,
        )


def _article_as_json(article: Article) -> Json:
    return {
        "article_id": article.article_id,
        "external_id": article.external_id,
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "outlet": article.outlet,
        "authors": list(article.authors),
        "section": article.section,
        "language": article.language,
        "kind": article.kind,
        "published": article.published.iso() if article.published else None,
        "modified": article.modified.iso() if article.modified else None,
        "date_source": article.date_source.value,
        "date_confidence": article.date_confidence,
        "partial": article.partial,
        "correction": article.correction,
    }


def _version_as_json(version: ArticleVersion) -> Json:
    article = version.article
    return {
        "version": version.version,
        "current": version.current,
        "valid_from": version.valid_from.isoformat() if version.valid_from else None,
        "seen_at": version.seen_at.isoformat(),
        "title": article.title,
        "published": article.published.iso() if article.published else None,
        "modified": article.modified.iso() if article.modified else None,
    }
