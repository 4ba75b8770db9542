"""Putting articles in."""

from __future__ import annotations

from typing import Final

from archive.counts import plural
from web.texts.numbers import size

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


def notes_not_listed(count: int) -> str:
    """Under the notes that are listed."""
    return f"{plural(count, 'more isn’t', 'more aren’t')} listed; the run’s report counts them by what they say."


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
