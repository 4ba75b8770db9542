"""What the Evaluate view shows, read: the overview, a question set, a run, two runs compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from archive.errors import UsageError
from evaluation.compare import BETTER, MIXED, WORSE, Change, Comparison, compare_runs
from evaluation.expectations import OpenQuestion, open_questions
from evaluation.gate import Gated
from evaluation.question_set import TestQuestion, kind_of
from evaluation.report_questions import BAD, GOOD, OPEN, Card, Row, card_of, outcome_of
from evaluation.report_scores import GroupTable, ShownScore, first_scores, score_groups, scores_by_group, tiles_of
from evaluation.run_folder import Run, read_run
from evaluation.runs_at_hand import RunAtHand, floors_of, runs_at_hand
from evaluation.sets_at_hand import SetAtHand, waiting_feedback
from web import texts
from web.at_hand import default_day
from web.evaluating import Evaluations
from web.long_work import WorkState
from web.search_form import QueryFields

VIEW = "evaluate"
QUESTIONS_SHOWN = 25  # of a set
CARDS_SHOWN = 20  # of a run, on one page
CHANGES_SHOWN = 40  # of a kind, of two runs
EVERY = "all"
OUTCOMES = (BAD, GOOD, OPEN, EVERY)


def evaluate_address(**fields: str | int) -> str:
    """Where a part of the view is found."""
    return "/?" + urlencode([("view", VIEW), *((name, str(value)) for name, value in fields.items())], errors="replace")


@dataclass(frozen=True, slots=True)
class Overview:
    """Sets and runs. ``minded``: answers that readers found bad and that are in no set; ``trouble`` with reading them.

    ``work`` is the run under way or the last, ``running`` its name.
    """

    sets: tuple[SetAtHand, ...]
    runs: tuple[RunAtHand, ...]
    minded: int
    trouble: str
    work: WorkState | None
    running: str
    has_articles: bool


@dataclass(frozen=True, slots=True)
class SetPage:
    """A set before it is run: its questions, kinds and tags (name, number), its runs; ``model`` who could write.

    ``to_fill_in``: questions that nothing would score yet, and that an editor can complete here.
    """

    chosen: SetAtHand
    kinds: tuple[tuple[str, int], ...]
    tags: tuple[tuple[str, int], ...]
    runs: tuple[RunAtHand, ...]
    to_fill_in: tuple[OpenQuestion, ...]
    model: str
    model_is_here: bool
    last_day: date
    work: WorkState | None
    running: str


@dataclass(frozen=True, slots=True)
class Scores:
    """A run's scores, ready to be shown."""

    tiles: tuple[ShownScore, ...]
    columns: tuple[str, ...]
    tables: tuple[GroupTable, ...]
    groups: tuple[tuple[str, tuple[ShownScore, ...]], ...]
    floors_file: str = ""
    floors: tuple[Gated, ...] = ()


@dataclass(frozen=True, slots=True)
class RunPage:
    """A run. ``scores`` is None before it has any; ``links`` leads from a question into the chat, by its id.

    ``outcome`` is the kind of question shown, ``counts`` how many there are of each; ``cards`` those of the page.
    """

    at_hand: RunAtHand
    run: Run
    scores: Scores | None
    outcome: str
    counts: Mapping[str, int]
    cards: tuple[Card, ...]
    links: Mapping[str, TestLink]
    page: int
    pages: int
    others: tuple[RunAtHand, ...]
    set_is_there: bool
    work: WorkState | None
    running: str


@dataclass(frozen=True, slots=True)
class TestLink:
    """A question as the chat can be asked it."""

    __test__ = False  # not a pytest class

    text: str
    asked_on: date
    passages: tuple[tuple[str, str], ...] = ()  # (article id, passage id) of each passage found, in order


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that came out differently, with both answers."""

    change: Change
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Two runs compared. ``changed`` by verdict, each with how many there are and the first of them.

    ``first``: how many of the scores stand first.
    """

    before: RunAtHand
    after: RunAtHand
    comparison: Comparison
    scores: tuple[ShownScore, ...]
    first: int
    changed: Mapping[str, tuple[int, tuple[Changed, ...]]] = field(default_factory=dict)
    runs: tuple[RunAtHand, ...] = ()


def read_overview(evaluations: Evaluations) -> Overview:
    """Sets, runs, and what is under way. Raises what the store raises."""
    minded, trouble = 0, ""
    try:
        waiting = waiting_feedback(evaluations.folder, evaluations.feedback_file)
        minded = len(waiting.questions) if waiting is not None else 0
    except UsageError as error:
        trouble = str(error)
    return Overview(
        tuple(evaluations.sets()),
        tuple(runs_at_hand(evaluations.folder)),
        minded,
        trouble,
        *evaluations.work(),
        has_articles=evaluations.store.coverage().articles > 0,
    )


def read_set_page(evaluations: Evaluations, name: str) -> SetPage:
    """A set. Raises UsageError where there is none."""
    chosen = evaluations.set_named(name)
    model = evaluations.language_model
    return SetPage(
        chosen,
        tuple(Counter(kind_of(question) for question in chosen.questions).most_common()),
        tuple(Counter(tag for question in chosen.questions for tag in question.tags).most_common()),
        tuple(run for run in runs_at_hand(evaluations.folder) if run.run.get("set_name") == name),
        open_questions(chosen),
        model.describe() if model is not None else "",
        model is not None and model.on_this_machine,
        default_day(evaluations.store),
        *evaluations.work(),
    )


def read_run_page(evaluations: Evaluations, name: str, fields: QueryFields) -> RunPage | WorkState:
    """A run, or the work that is about to write its first files. Raises UsageError where there is neither."""
    at_hand = evaluations.run_named(name)
    work, running = evaluations.work()
    if at_hand is None:
        if work is not None and running == name:
            return work
        raise UsageError(texts.NO_SUCH_RUN)
    run = read_run(at_hand.folder)
    last_day = default_day(evaluations.store)
    asked = _asked(run, fields)
    return RunPage(
        at_hand,
        run,
        _scores(evaluations, run) if at_hand.has_scores else None,
        asked.outcome,
        asked.counts,
        tuple(card_of(question, row, None, None) for question, row in asked.shown),
        {question.id: _link(question, row, run, last_day) for question, row in asked.shown},
        asked.page,
        asked.pages,
        comparable(at_hand, runs_at_hand(evaluations.folder)) if at_hand.has_scores else (),
        evaluations.has_set(str(at_hand.run.get("set_name") or "")),
        work,
        running,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The questions of one outcome that a page shows."""

    outcome: str
    counts: Mapping[str, int]
    shown: Sequence[tuple[TestQuestion, Row]]
    page: int
    pages: int


def _asked(run: Run, fields: QueryFields) -> _Asked:
    """Those that the address names: the failed ones first, where there are any."""
    rows = run.by_id
    pairs = [(question, rows[question.id]) for question in run.questions if question.id in rows]
    outcomes = [outcome_of(question, row)[1] for question, row in pairs]
    counts = {BAD: 0, GOOD: 0, OPEN: 0, **Counter(outcomes), EVERY: len(outcomes)}
    outcome = fields.first("show")
    if outcome not in OUTCOMES:
        outcome = BAD if counts[BAD] else EVERY
    chosen = [pair for pair, one in zip(pairs, outcomes, strict=True) if outcome in {one, EVERY}]
    pages = max(1, -(-len(chosen) // CARDS_SHOWN))
    page = min(_page(fields.first("page")), pages)
    return _Asked(outcome, counts, chosen[(page - 1) * CARDS_SHOWN : page * CARDS_SHOWN], page, pages)


def _scores(evaluations: Evaluations, run: Run) -> Scores:
    found = floors_of(evaluations.folder, run, evaluations.sample_files()[1])
    path, floors = found if found is not None else (None, [])
    return Scores(
        tuple(tiles_of(run)),
        tuple(first_scores(run)),
        tuple(scores_by_group(run)),
        tuple((title, tuple(scores)) for title, scores in score_groups(run)),
        path.name if path is not None else "",
        tuple(floors),
    )


def _link(question: TestQuestion, row: Row, run: Run, last_day: date) -> TestLink:
    """A follow-up is asked as it was understood: a link carries no earlier turns."""
    plan = row.get("plan") or {}
    text = (plan.get("standalone") if question.history else "") or question.question
    set_for_all = run.run["options"].get("asked_on")
    day = question.asked_on or (date.fromisoformat(set_for_all) if set_for_all else last_day)
    found = tuple((one["article_id"], one.get("passage_id") or "") for one in row.get("retrieved", ()))
    return TestLink(text, day, found)


def comparable(run: RunAtHand, runs: Sequence[RunAtHand]) -> tuple[RunAtHand, ...]:
    """The other runs of the same questions, or at least of the same set, that have scores; the latest first."""
    named = run.run.get("set_name")
    return tuple(
        other
        for other in runs
        if other.name != run.name
        and other.has_scores
        and (other.set_digest == run.set_digest or (named and other.run.get("set_name") == named))
    )


def read_compare_page(evaluations: Evaluations, before: str, after: str) -> ComparePage:
    """Two runs compared. Raises UsageError where one is missing, or they have no question in common."""
    first, second = evaluations.run_named(before), evaluations.run_named(after)
    if first is None or second is None:
        raise UsageError(texts.NO_SUCH_RUN)
    if not second.has_scores or not first.has_scores:
        raise UsageError(texts.NO_SCORES_YET)
    old, new = read_run(first.folder), read_run(second.folder)
    comparison = compare_runs(old, new)
    changed = _changed(comparison, old, new)
    leading = [one for one in tiles_of(new, comparison) if one.change is not None]
    known = {score.name for score in leading}
    others = [one for _, group in score_groups(new, comparison) for one in group if one.change is not None]
    runs = (second, *comparable(second, runs_at_hand(evaluations.folder)))
    return ComparePage(
        first,
        second,
        comparison,
        (*leading, *(one for one in others if one.name not in known)),
        len(leading),
        changed,
        runs,
    )


def _changed(comparison: Comparison, old: Run, new: Run) -> dict[str, tuple[int, tuple[Changed, ...]]]:
    """Questions that came out differently, by verdict."""
    before, after = old.by_id, new.by_id
    changed: dict[str, tuple[int, tuple[Changed, ...]]] = {}
    for verdict in (WORSE, BETTER, MIXED):
        found = [change for change in comparison.changes if change.verdict == verdict]
        shown = [Changed(one, _answer(before[one.id]), _answer(after[one.id])) for one in found[:CHANGES_SHOWN]]
        changed[verdict] = (len(found), tuple(shown))
    return changed


def _answer(row: Row) -> str:
    answer = str(row.get("answer") or "")
    return f"{answer} {texts.REFUSED_SHORT}".strip() if row.get("refused") else answer


def _page(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and 0 < int(value[:6]) and len(value) < 6 else 1
