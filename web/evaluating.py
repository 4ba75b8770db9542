"""What editors do in the Evaluate view: start, stop and go on with runs, keep and delete question sets."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archive.errors import UnknownArticleError, UsageError
from archive.filters import SearchFilter
from archive.settings import Settings
from assistant.answer import Mode
from evaluation.excerpts import excerpt_questions
from evaluation.expectations import fill_in
from evaluation.prices import Budget
from evaluation.question_set import TestQuestion
from evaluation.report import write_report
from evaluation.run import RunOptions, described_run, evaluate, options_of
from evaluation.run_folder import read_run, settings_differing
from evaluation.runs_at_hand import CACHE, RunAtHand, delete_run, find_run, new_run_folder
from evaluation.runs_at_hand import FOLDER as RUNS
from evaluation.sets_at_hand import FROM_READERS, SetAtHand, delete_set, find_set, keep_set, sets_at_hand, take_feedback
from sample import FLOORS as SAMPLE_FLOORS
from sample import QUESTIONS as SAMPLE_QUESTIONS
from web import texts
from web.conversations import FOLDER as CONVERSATIONS
from web.feedback import FILE as FEEDBACK
from web.long_work import LongWork, Progress, WorkState
from web.readers_first import ReadersFirst

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archive.store import ArchiveStore
    from assistant.language_model import LanguageModel

KIND = "evaluation"
EXCERPTS = 100
EXCERPTS_NAME = "excerpts.jsonl"
SAMPLE_NAME = "sample-questions.jsonl"
MODEL, QUOTES, PASSAGES = "model", "quotes", "passages"
WAYS = (QUOTES, MODEL, PASSAGES)


@dataclass(frozen=True, slots=True)
class RunWanted:
    """A run that somebody starts. ``way``: one of WAYS; ``limit`` 0: all questions; ``name`` may be empty."""

    set_name: str
    way: str = QUOTES
    limit: int = 0
    asked_on: date | None = None
    name: str = ""
    budget: Budget | None = None


class Evaluations:
    """The archive's question sets and runs, and the run under way. Safe to share by threads."""

    def __init__(
        self,
        store: ArchiveStore,
        settings: Settings,
        language_model: LanguageModel | None,
        work: LongWork,
        readers_first: ReadersFirst,
    ) -> None:
        self.store = store
        self.language_model = language_model
        self._settings = settings
        self._work = work
        self._readers_first = readers_first
        self._lock = threading.Lock()
        self._run_of_work: tuple[int, str] = (0, "")  # the work's number, the run's name

    @property
    def folder(self) -> Path:
        """The archive's folder."""
        return self.store.folder

    @property
    def feedback_file(self) -> Path:
        """Where readers' verdicts are kept."""
        return self.folder / CONVERSATIONS / FEEDBACK

    def sample_files(self) -> tuple[dict[str, Path], list[Path]]:
        """The sample's question set, by name, and its floors, where this is the sample archive; else none."""
        for line in SAMPLE_QUESTIONS.read_text(encoding="utf-8").splitlines():
            for name in json.loads(line).get("relevant", ()):
                try:
                    self.store.article(name)
                except UnknownArticleError:
                    return {}, []
                return {SAMPLE_NAME: SAMPLE_QUESTIONS}, [SAMPLE_FLOORS]
        return {}, []

    def sets(self) -> list[SetAtHand]:
        """Every question set at hand."""
        return sets_at_hand(self.folder, self.sample_files()[0])

    def set_named(self, name: str) -> SetAtHand:
        """One of them. Raises UsageError where there is none."""
        found = find_set(self.folder, name, self.sample_files()[0])
        if found is None:
            raise UsageError(texts.NO_SUCH_SET)
        return found

    def has_set(self, name: str) -> bool:
        """Whether there is a set of that name."""
        return find_set(self.folder, name, self.sample_files()[0]) is not None

    def run_named(self, name: str) -> RunAtHand | None:
        """A run, whoever made it."""
        return find_run(self.folder, name)

    def work(self) -> tuple[WorkState | None, str]:
        """The run under way, or the last that was, and its name; (None, "") before the first."""
        state = self._work.state(KIND)
        with self._lock:
            number, name = self._run_of_work
        return state, name if state is not None and state.number == number else ""

    def start(self, wanted: RunWanted, by: str) -> str:
        """Begin a run and return its name. Raises UsageError: a set that can't be used, no model, one under way."""
        chosen = self.set_named(wanted.set_name)
        if chosen.problem:
            raise UsageError(chosen.problem)
        if wanted.way == MODEL and self.language_model is None:
            raise UsageError(texts.NO_MODEL_HERE)
        questions = list(chosen.questions[: wanted.limit or None])
        options = RunOptions(
            {MODEL: Mode.MODEL, QUOTES: Mode.QUOTES}.get(wanted.way, Mode.AUTO),
            retrieval_only=wanted.way == PASSAGES,
            asked_on=wanted.asked_on,
            budget=wanted.budget,
            set_name=chosen.name,
        )
        today = datetime.now(UTC).date().isoformat()
        folder = new_run_folder(self.folder, wanted.name.strip() or f"{Path(chosen.name).stem}-{today}")
        return self._begin(folder, questions, options, by)

    def go_on(self, name: str, budget: Budget | None, by: str) -> str:
        """Go on with a run that was stopped or interrupted. Raises UsageError where that is impossible, and why."""
        found = self.run_named(name)
        if found is None:
            raise UsageError(texts.NO_SUCH_RUN)
        if found.finished:
            raise UsageError(texts.FINISHED_ALREADY)
        questions = read_run(found.folder).questions
        options = replace(options_of(found.run), budget=budget)
        model = self._model_for(options) if found.run.get("language_model") else None
        described = described_run(self.store, questions, self._settings, options, model)
        if differing := settings_differing(found.run, described):
            raise UsageError(texts.cannot_go_on(differing))
        return self._begin(found.folder, questions, options, by)

    def stop(self) -> WorkState:
        """Ask the run under way to end. Raises UsageError where there is none."""
        state = self._work.stop(KIND)
        if state is None or not state.under_way:
            raise UsageError(texts.NOT_RUNNING)
        return state

    def delete_run(self, name: str) -> None:
        """Delete a run for good. Raises UsageError, also for the one under way."""
        state, running = self.work()
        if state is not None and state.under_way and running == name:
            raise UsageError(texts.STILL_RUNNING)
        delete_run(self.store, name)

    def keep_set(self, name: str, content: bytes, *, replace: bool) -> SetAtHand:
        """Check and keep a set that was handed in. Raises UsageError naming the line that is wrong."""
        return keep_set(self.store, name, content, replace=replace)

    def delete_set(self, name: str) -> None:
        """Delete a set for good. Raises UsageError where there is none."""
        delete_set(self.store, name)

    def fill_in(self, name: str, question_id: str, answers: str, *, refuse: bool) -> None:
        """Say what a right answer holds: a string a line, or that refusing is right. Raises UsageError."""
        given = tuple(line.strip() for line in answers.splitlines() if line.strip())
        fill_in(self.store, name, question_id, answers=given, refuse=refuse)

    def take_feedback(self) -> SetAtHand:
        """Make questions of what readers found bad. Raises UsageError where they found nothing."""
        if not self.feedback_file.is_file():
            raise UsageError(texts.NO_FEEDBACK)
        take_feedback(self.store, self.feedback_file)
        return self.set_named(FROM_READERS)

    def make_excerpts(self) -> SetAtHand:
        """Make a set of the archive's own sentences. Raises UsageError where no article is long enough."""
        drawn = list(excerpt_questions(self.store, EXCERPTS))
        with self.store.writing_side_files():  # what was taken down while we waited must not come back
            records = [record for record in drawn if self._holds(record["relevant"])]
            lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
            if not lines:
                raise UsageError(texts.TOO_SHORT_FOR_EXCERPTS)
            return keep_set(self.store, EXCERPTS_NAME, lines.encode("utf-8", "replace"), replace=True)

    def _holds(self, article_ids: Sequence[str]) -> bool:
        return self.store.count_articles(SearchFilter(article_ids=tuple(article_ids))) == len(article_ids)

    def _begin(self, folder: Path, questions: list[TestQuestion], options: RunOptions, by: str) -> str:
        def answer_all(on_progress: Progress, should_stop: Callable[[], bool]) -> object:
            def stands_aside() -> bool:
                self._readers_first.wait(should_stop)
                return should_stop()

            model = self._model_for(options)
            evaluate(
                self.store,
                questions,
                folder,
                settings=self._settings,
                options=replace(options, cache=self.folder / RUNS / CACHE if model is not None else None),
                language_model=model,
                on_progress=lambda done, total: on_progress("questions", done, total),
                should_stop=stands_aside,
            )
            with self.store.writing_side_files():  # no takedown between reading the rows and writing them down again
                write_report(folder)
            return folder.name

        with self._lock:
            state = self._work.start(KIND, texts.evaluating(folder.name), by, answer_all)
            self._run_of_work = (state.number, folder.name)
        return folder.name

    def _model_for(self, options: RunOptions) -> LanguageModel | None:
        return None if options.retrieval_only or options.mode is Mode.QUOTES else self.language_model
