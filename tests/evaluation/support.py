"""A small archive of the tests' own, and runs over it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from archive.article import Article, DateSource, Timestamp, article_id_for
from archive.embedder import HashingEmbedder
from archive.records import IncomingArticle
from archive.settings import Settings
from archive.store import ArchiveStore
from assistant.answer import Mode
from assistant.language_model import LanguageModel
from evaluation.question_set import TestQuestion
from evaluation.run import Progress, RunOptions, evaluate

STORIES = (
    ("bridge", "Harbour Bridge to reopen", "The Harbour Bridge in Varnholm will reopen on Thursday after the repair of "
     "its bearings. The repair cost 4.2 million crowns.", date(2024, 3, 12)),
    ("traders", "Fund for traders", "Varnholm council voted for a fund of 600,000 crowns for the traders of the western"
     " quay on Wednesday night.", date(2024, 3, 20)),
    ("ferry", "Ferry to Sund delayed", "The ferry to Sund was delayed by six hours because of a broken propeller, the "
     "shipping line Nordlys said.", date(2024, 4, 2)),
)  # fmt: skip

QUESTIONS = [
    TestQuestion(
        id="cost",
        question="How much did the repair of the Harbour Bridge cost?",
        answers=("4.2 million crowns",),
        relevant=("bridge",),
        facts=("The repair cost 4.2 million crowns.",),
        expect="answer",
        tags=("direct",),
    ),
    TestQuestion(
        id="fund",
        question="How large is the fund for the traders of the western quay?",
        answers=("600,000 crowns",),
        relevant=("traders",),
        expect="answer",
        tags=("direct", "money"),
    ),
    TestQuestion(id="nobody", question="Who won the chess championship in Lima?", expect="abstain", tags=("absent",)),
    TestQuestion(
        id="ferry",
        question="Why was the ferry to Sund delayed?",
        answers=("a broken propeller",),
        relevant=("ferry", "not-in-the-archive"),
        expect="answer",
        assertions=("Says that a propeller was broken",),
    ),
]


def small_archive(folder: Path) -> ArchiveStore:
    """Three articles of an invented town."""
    store = ArchiveStore.open(folder, embedder=HashingEmbedder(), create=True)
    for name, title, text, day in STORIES:
        article = Article(
            article_id=article_id_for(name),
            identity=name,
            title=title,
            text=text,
            url=f"https://courier.example/{name}",
            external_id=name,
            outlet="Varnholm Courier",
            published=Timestamp(day),
            date_source=DateSource.GIVEN,
            date_confidence=1.0,
        )
        store.add([IncomingArticle(article, ((0, len(text)),))])
    store.embed_pending()
    return store


def run_over(
    store: ArchiveStore,
    out: Path,
    questions: Sequence[TestQuestion] = QUESTIONS,
    *,
    settings: Settings | None = None,
    language_model: LanguageModel | None = None,
    on_progress: Progress = lambda done, total: None,
    **options: Any,
) -> dict[str, Any]:
    """An evaluation of these questions."""
    mode = Mode.AUTO if language_model is not None else Mode.QUOTES
    return evaluate(
        store,
        list(questions),
        out,
        settings=settings or Settings(archive=store.folder),
        options=RunOptions(**{"mode": mode, **options}),
        language_model=language_model,
        on_progress=on_progress,
    )


def rows_of(out: Path) -> list[dict[str, Any]]:
    """The rows of a run folder."""
    return [json.loads(line) for line in (out / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
