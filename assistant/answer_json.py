"""Answers, plans and passages as JSON values: what ``--json``, evaluation runs and the HTTP interface give out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive.json_values import plain
from assistant.answer import Answer, AnswerSentence, Counted, Coverage, Source
from assistant.ranking import RankedHit
from assistant.search_plan import SearchPlan

Json = Any  # a JSON value


def answer_as_json(answer: Answer) -> dict[str, Json]:
    """The whole answer; the keys are documented in docs/command-line.md."""
    return {
        "question": answer.question,
        "mode": answer.mode.value,
        "refused": answer.refused,
        "small_talk": answer.small_talk,
        "confidence": round(answer.confidence, 4),
        "incomplete": answer.incomplete,
        "answer": answer.answer,
        "sentences": [sentence_as_json(sentence) for sentence in answer.sentences],
        "sources": [source_as_json(source) for source in answer.sources],
        "notices": list(answer.notices),
        "coverage": None if answer.coverage is None else coverage_as_json(answer.coverage),
        "near_misses": [source_as_json(source) for source in answer.near_misses],
        "shown_to_model": answer.shown_to_model,
        "plan": plan_as_json(answer.plan),
        "timings_ms": timings_as_json(answer.timings_ms),
        "usage": plain(answer.usage),
        "statement": answer.statement,
        "counted": None if answer.counted is None else counted_as_json(answer.counted),
        "timeline": plain(answer.timeline),
        "disagreements": plain(answer.disagreements),
        "checks": None if answer.checks is None else plain(answer.checks),
    }


def sentence_as_json(sentence: AnswerSentence) -> dict[str, Json]:
    """One sentence with its citations and what checking it found."""
    return {
        "text": sentence.text,
        "citations": list(sentence.citations),
        "verdict": sentence.verdict.value,
        "problems": list(sentence.problems),
        "glosses": plain(sentence.glosses),
        "follows": sentence.follows,
        "quoted": sentence.quoted,
        "independent": sentence.independent,
    }


def source_as_json(source: Source) -> dict[str, Json]:
    """A cited passage; ``highlights`` are offsets in its ``text``."""
    record: dict[str, Json] = plain(source)
    return record


def coverage_as_json(coverage: Coverage) -> dict[str, Json]:
    """What the archive holds."""
    record: dict[str, Json] = plain(coverage)
    return record | {"outlets": [{"outlet": name, "articles": count} for name, count in coverage.outlets]}


def counted_as_json(counted: Counted) -> dict[str, Json]:
    """What was counted, with names instead of positions."""
    record: dict[str, Json] = plain(counted)
    return record | {
        "by_outlet": [
            {"outlet": name, "articles": articles, "stories": stories} for name, articles, stories in counted.by_outlet
        ],
        "by_month": [{"month": month, "articles": articles} for month, articles in counted.by_month],
        "by_author": [{"author": name, "articles": articles} for name, articles in counted.by_author],
    }


def plan_as_json(plan: SearchPlan) -> dict[str, Json]:
    """How the question was understood."""
    record: dict[str, Json] = plain(plan)
    return record


def hit_as_json(ranked: RankedHit, rank: int) -> dict[str, Json]:
    """A passage that was found, as ``backissue search`` prints it; ``rank`` counts from 1."""
    hit = ranked.hit
    article = hit.article
    return {
        "rank": rank,
        "score": round(ranked.score, 6),
        "article_id": article.article_id,
        "external_id": article.external_id,
        "passage_id": hit.passage.passage_id,
        "title": article.title,
        "outlet": article.outlet,
        "published": article.published.iso() if article.published else None,
        "url": article.url,
        "text": hit.passage.text,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "superseded": hit.superseded,
        "also_in": plain(ranked.also_in),
    }


def timings_as_json(timings: Mapping[str, float]) -> dict[str, float]:
    """Milliseconds per stage, to a hundredth."""
    return {stage: round(milliseconds, 2) for stage, milliseconds in timings.items()}
