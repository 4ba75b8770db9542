"""Question sets, runs, and two runs compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from archive.counts import plural
from web.texts.numbers import articles, questions

EVALUATE_TITLE: Final = "How good are the answers?"
EVALUATE_LEAD: Final = (
    "A question set says what right answers hold. Run it after every change, and compare: then you know, not guess."
)
QUESTION_SETS: Final = "Question sets"
NO_SETS: Final = (
    "No question set yet. Make one in a spreadsheet: a line per question, with the columns question and answer; leave "
    "answer empty and write abstain under expect for what the archive doesn’t hold. Then add the file here."
)
EXCERPTS_HELP: Final = (
    "To begin with, the archive can make 100 questions of its own sentences: which article says this?"
)
MAKE_EXCERPTS: Final = "Make them"
ADD: Final = "Add"
ADD_SET: Final = "Add a question set"
SET_FORMS: Final = (
    ".csv or .tsv: a table with a column question; .jsonl: a question a line; .json: MultiHop-RAG’s. "
    "It is checked line by line before it is kept."
)
REPLACE_SET: Final = "Replace a set of that name"
SET: Final = "Set"
QUESTIONS: Final = "Questions"
QUESTION: Final = "Question"
EXPECTED: Final = "Expected"
TAG: Final = "Tag"
UNREADABLE_SET: Final = "Can’t be used"
SAMPLE_SET: Final = "comes with the sample archive"
NO_SUCH_SET: Final = "There is no such question set; perhaps it was deleted."
MAKE_QUESTIONS: Final = "Make questions of them"
FILL_IN: Final = "To be filled in"
FILL_IN_HELP: Final = "What would a right answer have held? Until this is said, nothing scores these questions."
IS_ANSWERED: Final = "The archive holds it. A right answer contains one of these, one a line:"
IS_REFUSED: Final = "The archive doesn’t hold it: refusing is right."
KEEP: Final = "Keep"
READER_MINDED: Final = "The reader minded"
WAS_ANSWERED: Final = "What was answered"
WAS_FOUND: Final = "What was found"
NO_EXPECTATION: Final = "nothing yet"
REFUSAL_EXPECTED: Final = "A refusal: the archive doesn’t hold it"
DOWNLOAD_SET: Final = "Download it"
DELETE_SET: Final = "Delete this set"
ALL_SETS: Final = "All sets and runs"
RUN_IT: Final = "Run it"
RUN_ANSWERS: Final = "Answers"
RUN_QUOTES: Final = "Quotes"
RUN_QUOTES_HELP: Final = "verbatim sentences; nothing is sent anywhere"
RUN_MODEL: Final = "Model’s words"
RUN_PASSAGES: Final = "Passages only"
RUN_PASSAGES_HELP: Final = "what is found, without answers; quickest"
RUN_LIMIT: Final = "Only the first"
RUN_LIMIT_HELP: Final = "empty: all questions"
RUN_ASKED_ON: Final = "Asked on"
RUN_ASKED_ON_HELP: Final = "for questions that name no day; empty: the archive’s last day"
RUN_NAME: Final = "Name of the run"
RUN_NAME_HELP: Final = "empty: the set and the day"
RUN_BUDGET: Final = "Stop when spent"
RUN_BUDGET_HELP: Final = "2.50 in money, or 200000tokens; empty: no limit"
START_RUN: Final = "Start"
ONE_AT_A_TIME: Final = (
    "One question at a time, and readers’ questions come first. You may close the page; the run goes on."
)
RUNS: Final = "Runs"
NO_RUNS: Final = "No run yet. Choose a set above and start one; its scores stay here, to be compared with the next."
NO_RUNS_OF_SET: Final = "This set has not been run yet."
RUN: Final = "Run"
UNFINISHED: Final = "Unfinished"
UNDER_WAY: Final = "under way"
PASSAGES_ONLY: Final = "passages only"
IN_QUOTES: Final = "quotes"
NO_SUCH_RUN: Final = "There is no such run; perhaps it was deleted."
RUN_BEGINS: Final = "The first scores are shown when it has ended."
RESUME: Final = "Go on with it"
RESUME_HELP: Final = "It goes on where it stopped, as long as archive, settings and questions are the same."
NO_SCORES_YET: Final = "Only runs that have scores can be compared: let both end first."
NO_SCORES: Final = "It was interrupted before it had scores."
DELETE_RUN: Final = "Delete this run"
FULL_REPORT: Final = "Full report ↗"
TIME_TO_ANSWER: Final = "Time to the first words"
COST: Final = "Cost"
RIGHTLY_REFUSED: Final = "Rightly refused"
IN_SHORT: Final = "In short"
BY_GROUP: Final = {"kind": "By kind of question", "tag": "By tag"}
FLOORS: Final = "Floors"
FLOOR: Final = "Floor"
MEASURED: Final = "Measured"
SCORE: Final = "Score"
HOLDS: Final = "holds"
BROKEN: Final = "below"
OTHER_SCORES: Final = "The other scores"
ALL_SCORES: Final = "All scores"
INTERVAL: Final = "95 % interval"
RUN_SETTINGS: Final = "Settings, versions, machine"
ANSWERS_HEADING: Final = "Question by question"
NONE_OF_THESE: Final = "None of these."
OUTCOMES: Final = {"bad": "Failed", "good": "Right", "open": "Not scored", "all": "All"}
ANSWER: Final = "Answer"
EVIDENCE: Final = "Evidence, in the order found"
NOTHING_FOUND_HERE: Final = "Nothing was found."
RELEVANT: Final = "a relevant article"
HOLDS_ANSWER: Final = "holds the answer"
ASK_IN_CHAT: Final = "Ask it in the chat"
ASKED_BEFORE: Final = "Asked before"
ANSWERED_BEFORE: Final = "Answered"
NOT_IN_ARCHIVE: Final = "Not in the archive"
COMPARE: Final = "Compare"
COMPARE_WITH: Final = "With an earlier run"
COMPARE_TITLE: Final = "Two runs compared"
BEFORE: Final = "Before"
AFTER: Final = "After"
SWAP: Final = "Swap them"
CHANGE: Final = "Change"
UP_DOWN: Final = "Better / worse"
COMPARE_HELP: Final = (
    "Each question is compared with itself. A change is more than chance when its interval leaves 0 out."
)
NO_OTHER_RUN: Final = "To compare it, run the same questions again, after a change."
SET_DIFFERENTLY: Final = "What was set differently"
SET_ALIKE: Final = "Nothing that is recorded was set differently."
WON: Final = "Got better"
LOST: Final = "Got worse"
MIXED: Final = "Better in one way, worse in another"
ANSWER_BEFORE: Final = "Answer before"
ANSWER_AFTER: Final = "Answer after"
REFUSED_SHORT: Final = "(refused)"
SURELY: Final = {"up": "better", "down": "worse", "unsure": "may be chance", "same": "the same"}
NOT_RUNNING: Final = "Nothing is being evaluated."
STILL_RUNNING: Final = "This run is still under way. Stop it first."
FINISHED_ALREADY: Final = "This run is finished; start a new one."
NO_FEEDBACK: Final = "Readers have found no answer bad so far."
NO_MODEL_HERE: Final = "There is no language model: choose quotes, or start Backissue with one."
TOO_LARGE_SET: Final = (
    "A question set can have up to 20 MB here. Put a larger one into the archive’s folder questions/."
)
TOO_SHORT_FOR_EXCERPTS: Final = "No article is long enough to take a sentence from."
NOT_A_BUDGET: Final = "That is no budget; write money as 2.50, tokens as 200000tokens."


def evaluating(name: str) -> str:
    """The title of a run under way."""
    return f"Evaluating {name}"


def unscored(count: int) -> str:
    """Questions that say nothing of a right answer."""
    told = "1 question says" if count == 1 else f"{count:,} questions say"
    return f"{told} nothing of what a right answer holds: nothing scores {'it' if count == 1 else 'them'}."


def first_of(count: int, total: int) -> str:
    """That a list shows its beginning only."""
    return f"The first {count:,} of {total:,}" if count < total else questions(total)


def readers_minded(count: int) -> str:
    """Answers that readers found bad and no question has been made of."""
    return f"Readers found {plural(count, 'answer', 'answers')} bad that {'is' if count == 1 else 'are'} in no set yet."


def asked_so_far(done: int, total: int) -> str:
    """How far an unfinished run got."""
    return f"{done:,} of {questions(total)} were asked."


def over_articles(count: int) -> str:
    """What a run was made over."""
    return f"over {articles(count)}"


def removed_rows(count: int) -> str:
    """Questions of a run that a takedown removed."""
    return f"{questions(count)} quoted an article that was taken down, and were removed with it."


def partly_embedded(done: int, total: int) -> str:
    """That a run was made while search by meaning was incomplete."""
    return f"Search by meaning reached only {done:,} of {total:,} passages then."


def relevant_missing(count: int) -> str:
    """Relevant articles that the archive lacks."""
    return f"{articles(count)} that the set calls relevant {'is' if count == 1 else 'are'} not in the archive."


def unjudged_found(count: int, found: int) -> str:
    """Passages of articles of which the set doesn't say whether they are relevant."""
    share = f"{count:,} of {plural(found, 'passage', 'passages')} in the top 10"
    return f"Of articles that nobody judged, and counted as not relevant: {share}."


def floors_told(broken: int, count: int, file: str) -> str:
    """Whether a run holds its floors."""
    if not broken:
        return f"Every floor of {file} holds ({count})."
    return f"{broken} of {plural(count, 'floor', 'floors')} of {file} broken."


def nineteen_of_twenty(time: str) -> str:
    """The 95th percentile of a time."""
    return f"median; 95 % within {time}"


def spent_on(tokens: int, currency: str, each: float) -> str:
    """What a run's answers cost: ``12,300 tokens, 0.0003 USD each``."""
    return f"{plural(tokens, 'token', 'tokens')}, {each:.5f} {currency} each"


def refusals_told(refused: int, unanswerable: int) -> str:
    """How many questions were refused, and how many should be."""
    return f"{refused:,} refused, {unanswerable:,} should be"


def compared_questions(shared: int) -> str:
    """How many questions a comparison rests on."""
    return f"{questions(shared)} in both"


def only_in(count: int, which: str) -> str:
    """Questions that only one of two runs asked."""
    return f"{questions(count)} only in the run {which}: left out."


def from_to(low: str, high: str) -> str:
    """The two ends of an interval that may be negative."""
    return f"{low} to {high}"


def cannot_go_on(differing: Sequence[str]) -> str:
    """Why an unfinished run can't be gone on with."""
    names = {"question_set": "the questions", "archive": "the archive", "git": "Backissue’s code"}
    told = ", ".join(names.get(one, one.replace("_", " ")) for one in differing)
    return f"It can’t be gone on with, for this has changed since: {told}. Start a new run."


def judge_line(name: str) -> str:
    """Who judged a run."""
    return f"judged by {name}"


def asks_model(who: str) -> str:
    """What a run in a model's words sends, and where."""
    return f"written by {who}, which gets the questions and the passages found"
