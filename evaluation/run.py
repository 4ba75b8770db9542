"""One evaluation's way: question set -> the product's own answers -> a run folder.

A run folder holds ``run.json`` (settings, digests, summary) and ``questions.jsonl`` (a row per question, written as
soon as it is answered, so that an interrupted run goes on where it stopped).
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from archive.errors import UsageError
from archive.settings import Settings
from archive.store import ArchiveStore
from assistant.answer import AnswerReady, EvidenceReady, Mode
from assistant.answer_json import hit_as_json, sentence_as_json, source_as_json, timings_as_json
from assistant.conversation import Turn
from assistant.language_model import LanguageModel
from assistant.pipeline import AnswerSettings, answer_question
from assistant.planner import plan_question
from assistant.question import Question
from assistant.retriever import Retrieval, retrieve
from evaluation.metrics import score_question, summarize
from evaluation.question_set import TestQuestion

RUN_FILE, QUESTIONS_FILE = "run.json", "questions.jsonl"
RETRIEVED = 10


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What is run: ``asked_on`` is the day for questions that name none (default: the archive's last day)."""

    mode: Mode = Mode.AUTO
    retrieval_only: bool = False
    asked_on: date | None = None


def evaluate(
    store: ArchiveStore,
    questions: list[TestQuestion],
    out: Path,
    *,
    settings: Settings,
    options: RunOptions,
    language_model: LanguageModel | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """Answer every question and write the run folder; returns what ``run.json`` holds.

    A folder with rows of the same settings and questions is continued. Raises UsageError for a folder of another run.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder {out} cannot be made ({error.strerror}). Name another one with --out.") from error
    store.register_side_folder(out)  # a takedown looks here too
    described = _describe(store, questions, settings, options, language_model)
    _continue_or_refuse(out, described)
    (out / RUN_FILE).write_text(_document({**described, "finished": False}), encoding="utf-8")
    rows = _read_rows(out / QUESTIONS_FILE)
    by_id = {row["id"]: row for row in rows}
    with (out / QUESTIONS_FILE).open("a", encoding="utf-8") as file:
        for number, question in enumerate(questions, start=1):
            if question.id not in by_id:
                row = _answer(store, question, settings, options, language_model)
                row["scores"] = score_question(question, row)
                by_id[question.id] = row
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                file.flush()
            on_progress(number, len(questions))
    run = {**described, "finished": True, "summary": summarize(questions, list(by_id.values()))}
    (out / RUN_FILE).write_text(_document(run), encoding="utf-8")
    return run


def _answer(
    store: ArchiveStore,
    question: TestQuestion,
    settings: Settings,
    options: RunOptions,
    language_model: LanguageModel | None,
) -> dict[str, Any]:
    last_day = store.coverage().last_day
    asked = Question(
        question.question,
        asked_on=question.asked_on or options.asked_on or last_day or date.today(),
        history=tuple(Turn(turn.role, turn.content) for turn in question.history),
        mode=options.mode,
    )
    if options.retrieval_only:
        ranking = AnswerSettings.from_settings(settings).retrieval
        retrieval = retrieve(store, plan_question(store, asked), RETRIEVED, ranking)
        return {
            "id": question.id,
            "retrieved": _passages(retrieval),
            "timings_ms": timings_as_json(retrieval.timings_ms),
        }
    retrieved: list[dict[str, Any]] = []
    events = answer_question(
        store, asked, settings=AnswerSettings.from_settings(settings), language_model=language_model
    )
    for event in events:
        if isinstance(event, EvidenceReady) and event.retrieval is not None:
            retrieved = _passages(event.retrieval)
        elif isinstance(event, AnswerReady):
            answer = event.answer
            return {
                "id": question.id,
                "retrieved": retrieved,
                "answer": answer.answer,
                "refused": answer.refused,
                "confidence": round(answer.confidence, 4),
                "mode": answer.mode.value,
                "incomplete": answer.incomplete,
                "notices": list(answer.notices),
                "sentences": [sentence_as_json(sentence) for sentence in answer.sentences],
                "sources": [source_as_json(source) for source in answer.sources],
                "timings_ms": timings_as_json(answer.timings_ms),
            }
    raise RuntimeError(f"answer_question ended without an answer to {question.id}")


def _passages(retrieval: Retrieval) -> list[dict[str, Any]]:
    return [hit_as_json(hit, rank) for rank, hit in enumerate(retrieval.hits[:RETRIEVED], start=1)]


def _describe(
    store: ArchiveStore,
    questions: Iterable[TestQuestion],
    settings: Settings,
    options: RunOptions,
    language_model: LanguageModel | None,
) -> dict[str, Any]:
    """Everything that a score may depend on, so that two runs can be compared."""
    digest = hashlib.sha256()
    for question in questions:
        digest.update(question.model_dump_json().encode())
    status = store.status()
    return {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "backissue": metadata.version("backissue"),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "settings": settings.model_dump(mode="json", exclude={"openai_api_key", "embedding_api_key"}),
        "options": {
            "mode": options.mode.value,
            "retrieval_only": options.retrieval_only,
            "asked_on": options.asked_on.isoformat() if options.asked_on else None,
        },
        "language_model": language_model.describe() if language_model else None,
        "question_set": {"questions": len(list(questions)), "sha256": digest.hexdigest()},
        "archive": {
            "generation": status.generation,
            "articles": status.articles,
            "passages": status.passages,
            "embedded": status.embedded,
            "embedder": status.embedder,
        },
    }


def _continue_or_refuse(out: Path, described: dict[str, Any]) -> None:
    """A finished or different run is never overwritten or mixed with this one."""
    path = out / RUN_FILE
    if not path.exists():
        if (out / QUESTIONS_FILE).exists():
            raise UsageError(f"{out} holds a {QUESTIONS_FILE} but no {RUN_FILE}. Choose another --out folder.")
        return
    try:
        earlier = dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        raise UsageError(f"{path} isn't a run's. Choose another --out folder, or remove this one.") from None
    same = all(earlier.get(key) == described[key] for key in described if key != "started")
    if earlier.get("finished") or not same:
        what = "a finished run" if earlier.get("finished") else "a run with other settings, questions or articles"
        raise UsageError(f"{out} holds {what}. Choose another --out folder, or remove this one.")


def _read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of an interrupted run; a last line that was cut off is dropped and asked again."""
    if not path.exists():
        return []
    rows: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            break
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return rows


def _document(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
