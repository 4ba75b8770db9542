"""Every sentence the interface says, in one file, so that it can be translated.

Values are plain text, never markup; what a function puts in (numbers, names) is escaped by whoever renders it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

PRODUCT: Final = "Backissue"
TITLE: Final = "Backissue — ask the archive"
SKIP_LINK: Final = "Skip to the question"

# Start
WELCOME: Final = "Ask the archive"
WELCOME_LEAD: Final = "Every sentence of an answer shows the passage, the outlet and the date it rests on."
EXAMPLES: Final = "For example"
LATEST: Final = "Latest in the archive"
OUTLETS: Final = "Outlets"
PANEL_HINT: Final = "Click a [1] in an answer and its source opens here, at the sentence it rests on."
NO_HEADLINE: Final = "Without a headline"

# An empty archive
EMPTY_TITLE: Final = "Nothing is filed yet"
EMPTY_LEAD: Final = "This archive holds no articles. Put some in, and ask again; this page notices by itself."
EMPTY_COMMAND: Final = "backissue ingest YOUR-ARTICLES"
EMPTY_BY_COMMAND: Final = "Or, on the command line:"
EMPTY_FORMATS: Final = "A file, a folder or a pattern: JSON lines, saved web pages, plain text or Markdown."

# Views
NAV_LABEL: Final = "Views"
NAV_ASK: Final = "Ask"
NAV_SEARCH: Final = "Search"
NAV_TIMELINE: Final = "Timeline"
NAV_ARCHIVE: Final = "Archive"
NAV_EVALUATE: Final = "Evaluate"
VIEW_LOST: Final = "This could not be loaded. Is Backissue still running? Try again."
EDITORS_ONLY: Final = "Only editors may do this."
VIEW_UNKNOWN: Final = "There is no such view."
VIEW_LOADING: Final = "Loading…"
SUPPLIED_MARK: Final = "Added: the quotation goes on beyond this sentence."
TRY_AGAIN: Final = "Try again"
NO_ANSWER_CAME: Final = "The answer ended before it was complete. Ask again."
BACK_TO_CHAT: Final = "To the chat"
OTHER_OUTLETS: Final = "other outlets"
OVER_TIME: Final = "Over time"

# Search
SEARCH_LABEL: Final = "Words to search for"
SEARCH_PLACEHOLDER: Final = "Words, names, “exact phrases”"
SEARCH_HELP: Final = "Phrases in double quotes are searched exactly."
NARROW: Final = "Narrow the search"
BY_RELEVANCE: Final = "Best first"
NEWEST_FIRST: Final = "Newest first"
OLDEST_FIRST: Final = "Oldest first"
BY_MEANING_TOO: Final = "The best come first, by words and by meaning; some hold only part of the words."
NO_CLIPPINGS: Final = "No article holds all of these words."
WITHOUT_QUOTES: Final = "Search the words without quotes"
PARTIAL_SHORT: Final = "only part of it captured"
SECTIONS: Final = "Sections"
BYLINES: Final = "Bylines"
EARLIER_PAGE: Final = "Back"
LATER_PAGE: Final = "More"

# Timeline
TIMELINE_LABEL: Final = "A topic"
TIMELINE_PLACEHOLDER: Final = "A topic: a name, a place, an affair"
TIMELINE_LEAD: Final = "How did it come about? Name a topic and see its course, day by day, in the papers’ own words."
COVERAGE_OVER_TIME: Final = "Coverage over time"
SHOW: Final = "Show"
ALL_CLIPPINGS: Final = "All clippings on this"
IN_TIMELINE_VIEW: Final = "See it with the coverage over time"

# The archive
ARCHIVE_TITLE: Final = "What is in the archive"
ARCHIVE_EMPTY: Final = "Nothing is filed yet."
ARCHIVE_EMPTY_EDITOR: Final = "Nothing is filed yet. Put articles in, and ask."
ARTICLES_KEPT: Final = "articles"
OUTLETS_KEPT: Final = "outlets"
OUTLET: Final = "Outlet"
PUBLISHED: Final = "published"
STORIES_COPIED: Final = "stories printed more than once"
EARLIER_VERSIONS: Final = "earlier versions kept"
WITHOUT_DATE: Final = "without a date"
ON_DISK: Final = "on disk"
MEANING_SEARCH: Final = "Search by meaning"
ALL_ARTICLES: Final = "All articles, newest first"
UNDER_THE_HOOD: Final = "Indexes and embedder"
INDEX: Final = "Index"
STATE: Final = "State"
ENTRIES: Final = "Entries"
WAITING: Final = "Waiting"

# Long work
WORK_STAGES: Final = {
    "articles": "Reading articles",
    "embed": "Making search by meaning ready",
    "questions": "Asking questions",
    "remove": "Taking it out of every file, and looking through them all",
    "refill": "Writing search by meaning anew",
}
WORK_BEGINS: Final = "Starting…"
WORK_STOPPING: Final = "Stopping after what it has in hand…"
WORK_STOPPED: Final = "Stopped."
WORK_DONE: Final = "Done."
WORK_LOST: Final = (
    "Backissue doesn’t answer. It is asked again every second; the work itself goes on if the server does."
)
NO_WORK: Final = "No work of that kind has been started."
SHUTTING_DOWN: Final = "Backissue is being stopped; start it again, then this."

# Putting articles in
PUT_IN: Final = "Put articles in"
PUT_IN_LEAD: Final = "What is read is searchable within moments. What can’t be used is listed with the reason."
BACK_TO_ARCHIVE: Final = "The archive"
FILES: Final = "Files"
DROP_FILES: Final = "Drop files here"
OR_CHOOSE: Final = "or choose them"
FILES_HELP: Final = "JSON lines, saved pages, text, CSV, PDF, e-mail, newswire, WARC; also packed as .zip, .tar or .gz."
ADDRESSES: Final = "Addresses"
ADDRESSES_HELP: Final = "Pages, feeds and sitemaps, one to a line. A host is asked once a second."
ADDRESSES_PLACEHOLDER: Final = "https://paper.example/rss"
AS_SITEMAPS: Final = "Read them as sitemaps, or as sites that name theirs"
ALSO_PRIVATE: Final = "Also from this machine and its network"
GIVEN: Final = "What the articles don’t say themselves"
GIVEN_HELP: Final = (
    "Holds for all of them that don’t say otherwise. An article with an id is known again by its outlet."
)
LANGUAGE: Final = "Language"
LANGUAGE_PLACEHOLDER: Final = "en, de, pt …"
SECTION: Final = "Section"
KIND: Final = "Kind"
NOT_SAID: Final = "not said"
BEGIN_INGEST: Final = "Put in"
LEAVE_OUT: Final = "Leave {} out"
SENDING: Final = "Sending {} of {}: {}%"
SENDING_LOST: Final = "The files could not be sent. Is Backissue still running? Try again."
EMPTY_FILE: Final = "empty"
TOO_MANY_UPLOADS: Final = "Too many uploads wait to be read. Try again in a few minutes."
NO_SOURCES_FILE: Final = "Sources files (.toml) say what the server fetches: they are read by the command line only."
NO_SUCH_UPLOAD: Final = "These files are no longer there. Send them again."
NO_ROOM: Final = "The server’s disk is nearly full, so nothing was taken in."
NO_PRIVATE_ADDRESSES: Final = "The server’s own network is read by the command line only: --allow-private."
NOTHING_TO_INGEST: Final = "Choose at least one file, or write an address."
NO_REPORT: Final = "That report isn’t kept any more."
EARLIER_RUNS: Final = "Earlier"
THIS_RUN: Final = "What came of it"
RUN_STOPPED: Final = "Stopped before the end. What was read is kept; putting in the same again goes on."
RUN_EMPTY: Final = "No document was found there."
COUNTS: Final = {
    "added": "added",
    "updated": "updated",
    "unchanged": "unchanged",
    "shorter": "shorter than kept, left as it was",
    "removed": "kept out after a takedown",
    "rejected": "rejected",
    "copies": "of the new: copies",
    "partial": "of the new: partial",
    "embargoed": "under embargo",
    "withheld": "withheld",
}
ALL_REASONS: Final = "all"
SOURCE: Final = "Source"
LINE: Final = "Line"
REASON: Final = "Reason"
DOWNLOAD: Final = "Download all:"
NOTES: Final = "Notes"
WEB_COUNTS: Final = {"fetched": "fetched", "not_modified": "not modified", "refused": "refused"}
WHEN: Final = "When"
WHAT: Final = "What"
SEE_NEWEST: Final = "See the newest articles"

# Evaluate
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

# Taking articles down
TAKE_DOWN: Final = "Take an article down"
TAKE_DOWN_LEAD: Final = "A takedown removes an article from the archive, its indexes and saved chats, and keeps it out."
WHICH_ARTICLE: Final = "Which article"
WHICH_PLACEHOLDER: Final = "Its address or id"
LOOK: Final = "Look"
WOULD_GO: Final = "What would go"
COPIES_STAY: Final = "The same story elsewhere. These stay unless you take them down too:"
COPIES_STAYED: Final = "The same story is still there from:"
TAKE_DOWN_TOO: Final = "Take down too"
TAKEDOWN_MEANS: Final = (
    "Gone are the text, all its versions, and every answer in a saved conversation that quoted it.",
    "It stays out: read again from any source, it is refused.",
    "It can’t be undone. Backups, exports and the outlet’s own page are not touched.",
)
REASON_PLACEHOLDER: Final = "A court’s order, a source’s request, an error that can’t be corrected …"
REASON_HELP: Final = "Kept with the tombstone. Don’t repeat what must not be said any more."
REASON_MISSING: Final = "Say why: the reason is kept with the tombstone."
SURE: Final = "I have read what would go, and it may go for good"
NOT_SURE: Final = "Confirm that you have read what would go."
ALREADY_REMOVED: Final = "These have been taken down already."
REMOVAL_LOST: Final = "The takedown could not be begun. Is Backissue still running? Try again."
TAKEN_DOWN: Final = "Taken down"
NOTHING_LEFT: Final = "Nothing of it is left."
SOMETHING_LEFT: Final = "Something of it was still found."
TAKE_THIS_DOWN: Final = "Take down …"

# Correcting an article
CORRECT: Final = "Correct an article"
CORRECT_LEAD: Final = "Where the source errs about an article, a correction by hand stays, and can be taken back."
CORRECT_THIS: Final = "Correct …"
PUBLISHED_HELP: Final = "2024-03-05, with time and zone if you know them, or the word unknown"
AUTHORS_HELP: Final = "one to a line"
BY_HAND: Final = "Set by hand."
TAKE_BACK: Final = "Take that back, to what the source says"
SAVE_CORRECTION: Final = "Save"
NOTHING_CHANGED: Final = "Nothing has been changed."
EDIT_LOST: Final = "This could not be saved. Is Backissue still running? Try again."

# Reading an article
ONLY_LAYOUT: Final = "Only line breaks and spaces differ."
CURRENT: Final = "the one that answers"
JUST_BEFORE: Final = "Printed just before"
JUST_AFTER: Final = "Printed just after"
FIELD_NAMES: Final = {
    "title": "Headline",
    "outlet": "Outlet",
    "authors": "Byline",
    "section": "Section",
    "language": "Language",
    "kind": "Kind",
    "published": "Published",
    "url": "Address",
}

# Composer
QUESTION_LABEL: Final = "Your question"
QUESTION_PLACEHOLDER: Final = "What would you like to know?"
ASK: Final = "Ask"
STOP: Final = "Stop"
NEW: Final = "New conversation"
NEW_SHORT: Final = "New"
THEME: Final = "Light or dark"
KEYS_HINT: Final = "Enter asks · Shift+Enter for a new line"
BACK_TO_ANSWER: Final = "Close the sources"

# Conversations
CONVERSATIONS: Final = "Conversations"
FIND_CONVERSATION: Final = "Find in your conversations"
NO_CONVERSATIONS: Final = "None yet. What you ask is kept here, for you alone."
NOTHING_FOUND: Final = "None holds these words."
NOT_LISTED: Final = "The list could not be read. Is Backissue still running?"
ONE_QUESTION: Final = "1 question"
SOME_QUESTIONS: Final = "{} questions"
MORE_FOR: Final = "More for {}"
RENAME: Final = "Rename"
DELETE: Final = "Delete"
REALLY_DELETE: Final = "Delete for good?"
EXPORT_AS: Final = "Export as"
EXPORTED: Final = "Exported from Backissue. Quotations are verbatim; what stands in square brackets is Backissue’s."
NO_TITLE: Final = "A title needs at least one letter."
NO_CONVERSATION: Final = "There is no such conversation of yours; perhaps it was deleted."
NO_TURN: Final = "That conversation has no such question."
TURN_REMOVED: Final = "This answer quoted an article that was taken down; it was removed with it."
TURN_UNREADABLE: Final = "This answer was kept by another version of Backissue and can’t be shown. Ask again."
LINK: Final = "Link"
LINK_TITLE: Final = "Copy a link that opens this question with its settings"

# What readers think of an answer
GOOD_ANSWER: Final = "A good answer"
BAD_ANSWER: Final = "Not a good answer"
WHY: Final = "Why? (optional)"
SEND: Final = "Send"
THANKS: Final = "Noted for the editors."

# Signing in
SIGN_IN: Final = "Sign in"
SIGN_IN_TITLE: Final = "Sign in — Backissue"
SIGN_OUT: Final = "Sign out"
NAME: Final = "Name"
PASSWORD: Final = "Password"  # noqa: S105 (the field's label)
NOT_THAT: Final = "Name and password don’t belong together. Try again, or ask whoever runs this archive."


def too_often(seconds: int) -> str:
    """Said after too many wrong passwords."""
    return f"Too many tries. Wait {plural(seconds, 'second', 'seconds')} and try again."


def signed_in_as(name: str) -> str:
    """Whose session it is."""
    return f"Signed in as {name}"


# Filters
FILTERS: Final = "Filters"
FROM: Final = "Published from"
TO: Final = "to"
TO_LABEL: Final = "Published to, this day included"
ASKED_ON: Final = "Asked on"
ASKED_ON_LABEL: Final = "The day that “last week” and every age count from"
ASKED_ON_HELP: Final = "“Last week” and every age count from this day."
AS_OF: Final = "Only what had been published by that day"
WRITTEN_BY: Final = "Answer in"
MODE_QUOTES: Final = "Quotes"
MODE_MODEL: Final = "Model’s words"
MODE_QUOTES_HELP: Final = "Verbatim sentences from the articles"
CLEAR: Final = "Clear the filters"
DONE: Final = "Done"
ANY_DATE: Final = "Any date"
ALL_OUTLETS: Final = "All outlets"
FIND_OUTLET: Final = "Find an outlet"
WINDOW_NOTE: Final = "Both days are included. Undated articles stand outside every window."

# Progress
READING_QUESTION: Final = "Reading the question…"
SEARCHING: Final = "Searching the archive…"
CHECKING: Final = "Writing…"
STOPPED: Final = "Stopped. What had arrived is shown; it has not been checked."
STOPPED_EARLY: Final = "Stopped before an answer began."
INCOMPLETE: Final = "Incomplete: the answer broke off here."
UNCHECKED_PARTIAL: Final = "What had arrived before is shown; it has not been checked."

# How it was understood
UNDERSTOOD: Final = "Understood as"
UNDERSTOOD_LABEL: Final = "How the question was understood; each can be changed"
DAYS: Final = "Days of publication"
OTHER_DAYS_TOO: Final = "other days were searched too"
NAMED_IN_QUESTION: Final = "Named in the question"
SEARCHED_APART: Final = "Searched apart"
EDIT_QUESTION: Final = "Edit the question"
ASKED_AGAIN: Final = "Asked again"
ASK_AGAIN: Final = "Ask again"
ASK_MODEL_AGAIN: Final = "Ask the model again"
BYLINE: Final = "Byline"
ANY_BYLINE: Final = "Any byline"
AGAIN_HELP: Final = "Asks this question again; your filters stay as they are."
QUESTION_HELP: Final = "Searched as it stands here; nothing of the conversation is read into it."
NO_MODEL_HELP: Final = (
    "No language model is set up, so answers are verbatim quotations. To have them written, start Backissue with "
    "OPENAI_API_KEY, OPENAI_BASE_URL or --local-model FILE.gguf."
)
YOUR_FILTER: Final = "Your filter"
MODE_USED_QUOTES: Final = "Verbatim quotations"
MODE_USED_MODEL: Final = "In the model’s words"

# Verdicts
SUPPORTED_QUOTE: Final = "Verbatim: this sentence stands in the source exactly so."
SUPPORTED: Final = "Checked: its names, numbers and dates are in the source it cites."
UNCHECKED: Final = "Not checked: nothing in this sentence could be compared with its source."
NOT_IN_SOURCE: Final = "Careful: something in this sentence is not in the source it cites."
CONTRADICTED: Final = "Careful: the source it cites says otherwise."
GLOSS: Final = "Added by Backissue; not part of the quotation"

# Sources
SOURCES: Final = "Sources"
PANEL_LABEL: Final = "Sources and articles"
WHOLE_ARTICLE: Final = "Read the whole article"
BACK_TO_PASSAGE: Final = "Back to the passage"
BACK: Final = "Back"
AT_OUTLET: Final = "Open at the outlet"
CLOSE: Final = "Close"
PREVIOUS: Final = "Previous source"
NEXT: Final = "Next source"
UNDATED: Final = "Undated"
UNKNOWN_OUTLET: Final = "Unknown outlet"
PARTIAL: Final = "Only part of this article was captured."
SUPERSEDED: Final = "An older version of this article; it has been changed since."
PAGE_DATE: Final = "The date is the one on the page, which may be the day it was saved."
UNSURE_DATE: Final = "The date was worked out and may be wrong."
CORRECTION: Final = "Correction"
SEE_CHANGES: Final = "See what changed"
GONE: Final = "This article is no longer in the archive."
COPY: Final = "Copy"
COPY_TITLE: Final = "Copy the answer with its sources"
SAVE: Final = "Save"
SAVE_TITLE: Final = "Save this answer with its references"
READING_NOW: Final = "Being read"
CITED_HERE: Final = "The highlighted words are what the answer cites."
TABLE_VERSIONS: Final = "Versions"

# Refusal
REFUSED: Final = "The archive doesn’t answer this."
REFUSED_FILTERED: Final = "Within your filters, the archive doesn’t answer this."
DISPUTED: Final = "The sources give different figures."
UPDATED: Final = "The figure changed."
DISPUTED_DAYS: Final = "The sources give different days."
UPDATED_DAYS: Final = "The day changed."
NEAREST: Final = "Nearest to it"
WITHOUT_FILTERS: Final = "Search without filters"
ALL_DAYS: Final = "Search all days"
SEARCH_ALL_OUTLETS: Final = "Search all outlets"
SEARCH_ALL_BYLINES: Final = "Search all bylines"
AS_IT_IS_TODAY: Final = "Search the archive as it is today"
NOTHING_NEAR: Final = "Nothing in it comes near the question."

# Errors
NO_QUESTION: Final = "Type a question first."
BAD_WINDOW: Final = "The window ends before it begins: swap its two days."
FAILED: Final = "This question could not be answered"
CONNECTION: Final = "The connection to Backissue was lost. Is it still running? Your question is in the box; ask again."
NOT_YOURS: Final = "This page belongs to somebody else’s session. Reload it."
BUSY: Final = "The question did not get through; perhaps too many are waiting. It is in the box: ask again in a moment."


def too_long(most: int) -> str:
    """Said when a question is longer than ``most`` characters."""
    return f"A question can have up to {most:,} characters. Shorten it and ask again."


def bad_day(value: str) -> str:
    """Said when a date field holds something else."""
    return f"“{value}” is not a day; write it as 2024-03-14."


def unexpected(reference: str) -> str:
    """Said when something of ours broke; by ``reference`` the server's log tells what."""
    return f"Something inside Backissue went wrong. The server’s log tells more (reference {reference})."


def plural(count: int, one: str, many: str) -> str:
    """``1 article``, ``2,000 articles``."""
    return f"{count:,} {one if count == 1 else many}"


def articles(count: int) -> str:
    """How many articles."""
    return plural(count, "article", "articles")


def outlets(count: int) -> str:
    """How many outlets."""
    return plural(count, "outlet", "outlets")


def also_in(count: int) -> str:
    """How many other outlets printed the same story."""
    return f"Also in {outlets(count)}"


def undated(count: int) -> str:
    """How many articles have no date."""
    return f"{count:,} undated"


def embedding(percent: int) -> str:
    """How far the meaning search is."""
    return f"Keywords only until meaning search is ready ({percent}%)"


MEANING_OFF: Final = "Keywords only: no embedder is set up"


def reading(count: int) -> str:
    """While the answer is made from ``count`` passages."""
    return f"Reading {plural(count, 'passage', 'passages')}…"


def stays_here() -> str:
    """The line in quotes mode."""
    return "Nothing leaves this machine: answers are verbatim quotations."


def goes_to(who: str) -> str:
    """The line when a language model writes; ``who`` is "model X at host Y"."""
    return f"Questions and the passages found go to {who}."


def stays_with(who: str) -> str:
    """The line when the language model’s endpoint is this machine."""
    return f"Answers are written by {who}: nothing leaves this machine."


def embeds_at(model: str, host: str) -> str:
    """The line when texts are embedded elsewhere."""
    return f"Questions and articles go to {model} at {host} to be searched by meaning."


def coverage(count: int, of_outlets: int, first: str, last: str) -> str:
    """What the archive holds; ``first`` and ``last`` are readable days or empty."""
    parts = [articles(count), outlets(of_outlets)]
    if first and last:
        parts.append(first if first == last else f"{first} – {last}")
    return " · ".join(parts)


def refusal_coverage(count: int, of_outlets: int, first: str, last: str) -> str:
    """The sentence under a refusal that says what was searched."""
    span = f", from {first} to {last}" if first and last else ""
    return f"It holds {articles(count)} from {outlets(of_outlets)}{span}."


def refusal_within(count: int, first: str, last: str) -> str:
    """The same where filters were set: what lies within them."""
    if not count:
        return "No article lies within them."
    span = f", from {first} to {last}" if first and last else ""
    return f"Within them {'lies' if count == 1 else 'lie'} {articles(count)}{span}."


def refusal_span(first: str, last: str) -> str:
    """What the archive covers, said where a search found nothing; empty when nothing is dated."""
    return f"The archive covers {first} to {last}." if first and last else ""


def found(count: int, stories: int, of_outlets: int, *, exact: bool) -> str:
    """How many articles a search matched: ``14 articles hold these words: 9 stories in 3 outlets``."""
    what = articles(count)
    if exact:
        what += f" {'holds' if count == 1 else 'hold'} all of these words"
    if count < 2:
        return what
    told = f"{plural(stories, 'story', 'stories')} in " if stories != count else "in "
    return f"{what}{': ' if stories != count else ', '}{told}{outlets(of_outlets)}"


def without(name: str) -> str:
    """What undoing a narrowing does."""
    return f"Search without “{name}”"


def more(count: int) -> str:
    """How many rows are folded away."""
    return f"{count:,} more"


def page_of(number: int, last: int) -> str:
    """Which page of a list is shown."""
    return f"Page {number:,} of {last:,}"


def chart_label(span: str) -> str:
    """What a screen reader is told that the columns are."""
    return f"Articles over time, {span}; each column narrows to its days"


def printed_until(count: int, of_outlets: int) -> str:
    """How much was printed on a topic from a row's day until the next row's."""
    return f"{articles(count)} in {outlets(of_outlets)} until the next"


def size(count: int) -> str:
    """A number of bytes: ``12.3 MB``."""
    value = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def embedded(done: int, total: int) -> str:
    """How many passages search by meaning reaches."""
    if done >= total:
        return f"Search by meaning reaches all {total:,} passages."
    return f"Search by meaning reaches {done:,} of {total:,} passages; the rest follows in the background."


def being_written(command: str) -> str:
    """That another process writes at the moment."""
    return f"Being written by: {command}"


def file_too_large(most: int) -> str:
    """Why a file isn't taken in."""
    return f"A file can have up to {size(most)}. Larger ones: `backissue ingest FILE` on the server."


def batch_too_large(most: int) -> str:
    """Why files together aren't taken in."""
    return f"Files sent together can have up to {size(most)}. Send them in parts."


def too_many_files(most: int) -> str:
    """Why no more files are taken in."""
    return f"Up to {most:,} files can be sent together; pack them in one .zip."


def too_many_addresses(most: int) -> str:
    """Why a list of addresses isn't read."""
    return f"Up to {most:,} addresses at a time; a sitemap or a sources file names more."


def not_an_address(line: str) -> str:
    """A line that should be an address and isn't."""
    return f"“{line}” is no address: write http:// or https:// before it, one to a line."


def files_help(largest: int) -> str:
    """What may be dropped, and how large."""
    return f"{FILES_HELP} Up to {size(largest)} each."


def at_moment(day_and_time: str) -> str:
    """A moment in UTC."""
    return f"{day_and_time} UTC"


def addresses_asked(counts: str) -> str:
    """How many addresses were fetched, were as before, or refused."""
    return f"Addresses: {counts}."


def files_skipped(counts: str) -> str:
    """Files that were passed over, by kind."""
    return f"Passed over: {counts}."


def more_rows(shown: int, count: int) -> str:
    """That a table shows the first rows only."""
    return f"The first {shown:,} of {count:,}; the files have all of them."


def rejected_count(count: int) -> str:
    """How many documents were rejected."""
    return f"{plural(count, 'document', 'documents')} rejected"


def taken_down_before(name: str) -> str:
    """A name of an article that is gone already."""
    return f"{name} was taken down before."


def holds_for(versions: int) -> str:
    """What a correction by hand holds for."""
    return f"Holds for {plural(versions, 'version', 'versions')}, and for those to come."


def saved(changes: str) -> str:
    """What a correction has changed."""
    return f"Saved: {changes}." if changes else "Saved."


def changed(field: str, before: str, after: str) -> str:
    """One field that says something else now."""
    return f"{FIELD_NAMES.get(field, field)}, {before or 'nothing'} → {after or 'nothing'}"


def goes_with(versions: int, passages: int) -> str:
    """How much of an article a takedown removes."""
    return f"{plural(versions, 'version', 'versions')}, {plural(passages, 'passage', 'passages')}"


def take_down(count: int) -> str:
    """The button that does it."""
    return "Take it down" if count == 1 else f"Take {count:,} articles down"


def removal_of(count: int) -> str:
    """What a takedown is called while it works: not by what it removes."""
    return f"Taking down {articles(count)}"


def reason_by(reason: str, name: str) -> str:
    """A takedown's reason with who gave it."""
    return f"{reason} ({name})"


def quoted_in(count: int) -> str:
    """Files beside the archive that quoted what was taken down."""
    return f"Taken out of {plural(count, 'file', 'files')} that quoted it"


def proof(files: int, read: int, words: int) -> str:
    """How a takedown was checked."""
    looked = f"{plural(files, 'file', 'files')} ({size(read)}) were searched for its words and vectors, byte by byte"
    return f"{looked}; {words:,} words that only it had are in no index." if words else f"{looked}."


def already_under_way(title: str, by: str) -> str:
    """Why a second piece of long work isn't begun."""
    whose = f", started by {by}," if by else ""
    return f"“{title}”{whose} is still under way. Wait for it, or stop it first."


def started_by(name: str) -> str:
    """Who began long work."""
    return f"started by {name}"


def so_far(done: int, total: int | None) -> str:
    """How far long work is."""
    if total:
        return f"{done:,} of {max(done, total):,}"
    return f"{done:,} so far" if done else ""


def percent_done(percent: int) -> str:
    """How far long work is, roughly."""
    return f"{percent}%"


def lasted(seconds: float) -> str:
    """How long work has taken: ``12 s``, ``3 min 05 s``, ``2 h 10 min``."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def about(seconds: float) -> str:
    """How long long work will still take, roughly: ``about 20 s left``."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"about {whole if whole < 10 else round(whole, -1)} s left"
    if whole < 5400:
        return f"about {round(whole / 60)} min left"
    return f"about {whole / 3600:.1f} h left"


def questions(count: int) -> str:
    """How many questions."""
    return plural(count, "question", "questions")


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


def floors_told(broken: int, count: int, file: str) -> str:
    """Whether a run holds its floors."""
    if not broken:
        return f"All {count} floors of {file} hold."
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


def what_changed(count: int) -> str:
    """The summary over an article's versions."""
    return f"What changed over {count} versions"


def version_from(number: int, day: str) -> str:
    """A version and the day since when readers saw it."""
    return f"Version {number}, {day}" if day else f"Version {number}"


def age_reference(day: str) -> str:
    """Which day an age counts from."""
    return f"on the day asked, {day}"


def age_today() -> str:
    """That an age counts from today."""
    return "today"


def source_position(position: str, count: int) -> str:
    """Which of an answer's sources is open."""
    return f"Source {position} of {count}"


def mark_label(key: str, title: str, where: str) -> str:
    """What a screen reader says at a ``[1]``."""
    return f"Source {key}: {title}, {where}" if where else f"Source {key}: {title}"


def voices(count: int) -> str:
    """How many sources say a sentence, as short as can be: beside its verdict."""
    return f"{count}×"


def independent(count: int) -> str:
    """How many sources say a sentence independently of each other."""
    if count == 1:
        return "One source says so; copies of it count once."
    return f"{count:,} sources say so independently of each other; copies count once."


def corrected_since(day: str) -> str:
    """That the article was changed after it was published."""
    return f"Updated {day}"


def corrected_with(notice: str) -> str:
    """That the article was corrected after the version that is cited; ``notice`` in the outlet's words."""
    return f"Corrected since: {notice}"


def changed_since(day: str, sentences: int) -> str:
    """That the article was changed after the version that is cited."""
    when = f" ({day})" if day else ""
    return f"Changed since{when}: {plural(sentences, 'sentence differs', 'sentences differ')}."


def version_of(number: int, count: int) -> str:
    """Which of an article's versions is shown."""
    return f"Version {number} of {count}"


def read_from(expression: str) -> str:
    """Where a window of time was read from."""
    return f"Read from “{expression}”"


def since(day: str) -> str:
    """A window that has no end."""
    return f"Since {day}"


def until(day: str) -> str:
    """A window that has no beginning."""
    return f"Until {day}"


def as_of(day: str) -> str:
    """Seen from a day."""
    return f"As it was on {day}"


def asked_on(day: str) -> str:
    """The day a question is asked on."""
    return f"Asked on {day}"


def exactly(phrase: str) -> str:
    """A phrase that must be found as written."""
    return f"Exactly “{phrase}”"


def and_more(count: int) -> str:
    """How many names are left out after the first."""
    return f"{count:,} more"


def chip_label(title: str, label: str) -> str:
    """What a screen reader says at a chip."""
    return f"{title}: {label}. Change"


LATEST_FIRST: Final = "Latest first"
EARLIEST_FIRST: Final = "Earliest first"


def answered_by(model: str) -> str:
    """Who wrote an answer."""
    return f"Written by {model}"


def tokens(count: int) -> str:
    """How many tokens an answer took."""
    return plural(count, "token", "tokens")


def seconds(milliseconds: float) -> str:
    """How long an answer took."""
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


# Examples: each is a question by itself. The topic comes first, so that it needs no article ("the", "a") of its own.
def example_topic(topic: str) -> str:
    """About something several headlines speak of."""
    return f"{topic}: what has been reported?"


def example_latest(topic: str) -> str:
    """The newest about something."""
    return f"{topic}: what is the latest?"


def example_outlets(topic: str, one: str, other: str) -> str:
    """How two outlets reported something."""
    return f"{topic}: how did {one} and {other} report it?"


def example_month(topic: str, month: str) -> str:
    """What was said in a month."""
    return f"{topic}: what was said in {month}?"


def example_headline(headline: str) -> str:
    """When no two headlines share a topic."""
    return f"{headline}: what is known?"


MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(year: int, month: int, of_month: int) -> str:
    """A day as readers write it: ``14 Mar 2024``."""
    return f"{of_month} {MONTHS[month - 1]} {year}"


def month(year: int, number: int) -> str:
    """A month: ``March 2024``."""
    return f"{LONG_MONTHS[number - 1]} {year}"


SAME_DAY: Final = "the same day"
LATER: Final = "after the day asked"


def old(count: int, unit: str) -> str:
    """An age: ``2 years old``; ``unit`` is day, week, month or year."""
    return f"{count} {unit if count == 1 else unit + 's'} old"
