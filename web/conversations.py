"""Conversations, kept per person in a SQLite file in the archive's folder, where takedowns find them.

``conversations/conversations.sqlite3``: a row per conversation, a row per turn. A turn is kept as the JSON of its
TurnView, with the answer's words beside it for searching. archive/side_files.py removes from it, by row, whatever
quotes an article that was taken down: such a turn keeps its place and says so.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from archive.errors import ArchiveError, UsageError
from web import texts
from web.markup import fit
from web.turn_view import Asked, Phase, TurnView

FOLDER = "conversations"
FILE = "conversations.sqlite3"
LONGEST_TITLE = 120
MOST_LISTED = 500
_WAIT_SECONDS = 10.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    conversation_id TEXT PRIMARY KEY, person TEXT NOT NULL, title TEXT NOT NULL, created TEXT NOT NULL,
    changed TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS conversations_of ON conversations (person, changed DESC);
CREATE TABLE IF NOT EXISTS turns (
    id INTEGER PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
    number INTEGER NOT NULL, at TEXT NOT NULL, asked_on TEXT NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, turn TEXT NOT NULL,
    UNIQUE (conversation_id, number)
);
"""
_VIEW: TypeAdapter[TurnView] = TypeAdapter(TurnView)


class UnknownConversationError(UsageError):
    """A person has no conversation of that id."""


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """What a list shows. Times are UTC."""

    conversation_id: str
    title: str
    created: datetime
    changed: datetime
    turns: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with its turns, oldest first."""

    summary: ConversationSummary
    turns: tuple[TurnView, ...]


class Conversations:
    """The conversations of everybody; every call names the person, and sees only theirs. Safe to share by threads.

    ``still_there`` tells of some article ids whether all are in the archive: an answer that was being made while an
    article was taken down is not kept.
    """

    def __init__(self, archive: Path, still_there: Callable[[Sequence[str]], bool] = lambda article_ids: True) -> None:
        self._file = archive / FOLDER / FILE
        self._still_there = still_there
        self._ready = threading.Lock()
        self._made = False

    def keep(self, person: str, conversation_id: str | None, view: TurnView) -> str:
        """Keep a turn, or what it has become; returns the conversation's id, which is new where None was given.

        Raises UnknownConversationError if it isn't this person's (any more).
        """
        now = _now()
        with self._open() as connection:
            if conversation_id is None:
                conversation_id = secrets.token_urlsafe(12)
                title = title_of(view.asked.text)
                connection.execute(
                    "INSERT INTO conversations VALUES (?, ?, ?, ?, ?)", (conversation_id, person, title, now, now)
                )
            else:
                _own(connection, person, conversation_id)
                connection.execute(
                    "UPDATE conversations SET changed = ? WHERE conversation_id = ?", (now, conversation_id)
                )
            said = view.answer.answer if view.answer is not None else view.text
            asked_on = view.asked.asked_on.isoformat()
            connection.execute(
                "INSERT OR REPLACE INTO turns (conversation_id, number, at, asked_on, question, answer, turn) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (conversation_id, view.number, now, asked_on, fit(view.asked.text), fit(said), _written(view)),
            )
        cited = cited_articles(view)
        if cited and not self._still_there(cited):
            self._forget_turn(conversation_id, view.number, cited[0])
        return conversation_id

    def list(self, person: str, words: str = "") -> list[ConversationSummary]:
        """A person's conversations, the latest first; with ``words`` those that hold all of them."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT c.conversation_id, c.title, c.created, c.changed, count(t.id), "
                "c.title || ' ' || ifnull(group_concat(t.question || ' ' || t.answer, ' '), '') "
                "FROM conversations c LEFT JOIN turns t USING (conversation_id) WHERE c.person = ? "
                "GROUP BY c.conversation_id ORDER BY c.changed DESC, c.rowid DESC",
                (person,),
            ).fetchall()
        wanted = words.casefold().split()
        found = [row for row in rows if all(word in row[5].casefold() for word in wanted)]
        return [_summary(row) for row in found[:MOST_LISTED]]

    def open(self, person: str, conversation_id: str) -> Conversation:
        """One of this person's conversations. Raises UnknownConversationError."""
        with self._open() as connection:
            _own(connection, person, conversation_id)
            row = connection.execute(
                "SELECT conversation_id, title, created, changed, "
                "(SELECT count(*) FROM turns t WHERE t.conversation_id = c.conversation_id) "
                "FROM conversations c WHERE conversation_id = ?",
                (conversation_id,),
            ).fetchone()
            turns = connection.execute(
                "SELECT number, question, asked_on, turn FROM turns WHERE conversation_id = ? ORDER BY number",
                (conversation_id,),
            ).fetchall()
        return Conversation(_summary(row), tuple(_read(*turn) for turn in turns))

    def rename(self, person: str, conversation_id: str, title: str) -> None:
        """Give it another title. Raises UnknownConversationError, UsageError for an empty one."""
        plain = title_of(title)
        if not plain:
            raise UsageError(texts.NO_TITLE)
        with self._open() as connection:
            _own(connection, person, conversation_id)
            connection.execute("UPDATE conversations SET title = ? WHERE conversation_id = ?", (plain, conversation_id))

    def delete(self, person: str, conversation_id: str) -> None:
        """Delete it; its text is overwritten in the file. Raises UnknownConversationError."""
        with self._open() as connection:
            _own(connection, person, conversation_id)
            connection.execute("DELETE FROM conversations WHERE conversation_id = ?", (conversation_id,))

    def _forget_turn(self, conversation_id: str, number: int, article_id: str) -> None:
        stub = json.dumps({"removed": article_id})
        with self._open() as connection:
            connection.execute(
                "UPDATE turns SET answer = '', turn = ? WHERE conversation_id = ? AND number = ?",
                (stub, conversation_id, number),
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection within one transaction. Raises ArchiveError where the file can't be read or written."""
        try:
            with self._ready:
                if not self._made:
                    self._file.parent.mkdir(exist_ok=True)
            with closing(sqlite3.connect(self._file, timeout=_WAIT_SECONDS, isolation_level=None)) as connection:
                # what is deleted is overwritten; no log beside the file keeps a copy of it
                connection.executescript("PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;")
                with self._ready:
                    if not self._made:
                        connection.execute("PRAGMA journal_mode = TRUNCATE")
                        connection.executescript(_SCHEMA)
                        self._made = True
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    if connection.in_transaction:  # a full disk has ended it already
                        connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
        except (sqlite3.DatabaseError, OSError) as error:
            passes = isinstance(error, sqlite3.OperationalError | OSError)  # locked, full, not ours; else damaged
            way = (
                "Try again; if it stays so, see to room and rights there." if passes else "Move it away to begin anew."
            )
            raise ArchiveError(
                f"The conversations in {self._file} can't be read or written ({error}). {way}"
            ) from error


def title_of(text: str) -> str:
    """A title made of a question: its first words, on one line."""
    line = " ".join(fit(text).split())
    if len(line) <= LONGEST_TITLE:
        return line
    return line[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"


def cited_articles(view: TurnView) -> list[str]:
    """The articles whose text a turn quotes."""
    sources = [*view.sources, *((*view.answer.sources, *view.answer.near_misses) if view.answer is not None else ())]
    return list(dict.fromkeys(source.article_id for source in sources))


def _written(view: TurnView) -> str:
    """A turn as JSON. The passages that were read on the way are left out once there is an answer."""
    kept = replace(view, sources=()) if view.answer is not None else view
    return fit(json.dumps(_VIEW.dump_python(kept, mode="json"), ensure_ascii=False))


def _read(number: int, question: str, asked_on: str, turn: str) -> TurnView:
    """A turn as it was kept; one that was removed, or was written by another Backissue, says so in its place."""
    try:
        value = json.loads(turn)
        if isinstance(value, dict) and "removed" in value:
            return _in_its_place(number, question, asked_on, texts.TURN_REMOVED)
        view = _VIEW.validate_python(value)
    except (ValueError, ValidationError):
        return _in_its_place(number, question, asked_on, texts.TURN_UNREADABLE)
    return view if view.phase.is_over else view.stopped()


def _in_its_place(number: int, question: str, asked_on: str, note: str) -> TurnView:
    try:
        day = date.fromisoformat(asked_on)
    except ValueError:
        day = date.today()
    return TurnView(number, Asked(question, day), Phase.STOPPED, note=note)


def _own(connection: sqlite3.Connection, person: str, conversation_id: str) -> None:
    found = connection.execute(
        "SELECT 1 FROM conversations WHERE conversation_id = ? AND person = ?", (conversation_id, person)
    ).fetchone()
    if found is None:
        raise UnknownConversationError(texts.NO_CONVERSATION)


def _summary(row: Sequence[object]) -> ConversationSummary:
    created, changed = datetime.fromisoformat(str(row[2])), datetime.fromisoformat(str(row[3]))
    return ConversationSummary(str(row[0]), str(row[1]), created, changed, int(str(row[4])))


def _now() -> str:
    return datetime.now(UTC).isoformat()
