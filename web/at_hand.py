"""Reads from the archive what the pages show: coverage, latest headlines, examples, progress, whole articles."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from archive.article import Article
from archive.changes import VersionChange
from archive.errors import UnknownArticleError
from archive.filters import SearchFilter
from archive.outlet_choice import other_names
from archive.settings import Settings
from assistant.answer import Copy, Coverage
from assistant.stories import as_copy
from web import texts
from web.days import parse_day, readable
from web.examples import MOST_HEADLINES, examples
from web.frontpage import ArchiveAtHand, Privacy, coverage_line
from web.markup import merge_ranges
from web.render_reading import around_in_time, versions_compared
from web.render_source import ArticlePage, article_address

if TYPE_CHECKING:
    from archive.store import ArchiveStore
    from assistant.language_model import LanguageModel
    from assistant.model_servers import RunningServer

LATEST_SHOWN = 8
MOST_MARKS = 50
_NEIGHBOURS = 3

_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def coverage_of(store: ArchiveStore) -> Coverage:
    """What the archive holds, outlets with the most articles first."""
    held = store.coverage()
    outlets = sorted(store.outlets(), key=lambda row: (-row[1], row[0]))
    return Coverage(held.articles, tuple(outlets), held.first_day, held.last_day, held.undated)


def default_day(store: ArchiveStore) -> date:
    """The day a question is asked on unless changed: the archive's last; today for one without dates."""
    return store.coverage().last_day or date.today()


class AtHand:
    """The archive as the pages show it, read anew when something was put in or taken out. Safe to share by threads."""

    def __init__(self, store: ArchiveStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._edition = ""
        self._read: ArchiveAtHand | None = None

    def now(self) -> ArchiveAtHand:
        """Everything the start page shows."""
        with self._lock:
            current = edition(self._store)
            if self._read is None or current != self._edition:
                self._read = _read(self._store)
                self._edition = current
            return replace(self._read, embedding=embedding_line(self._store))

    def default_day(self) -> date:
        """The day a question is asked on unless changed."""
        return default_day(self._store)


def _read(store: ArchiveStore) -> ArchiveAtHand:
    held = coverage_of(store)
    recent = list(store.articles(order="newest", limit=MOST_HEADLINES))
    aliases: dict[str, tuple[str, ...]] = {}
    for called, name in other_names(store.outlet_names()).items():
        aliases[name] = (*aliases.get(name, ()), called)
    return ArchiveAtHand(
        coverage=held,
        default_day=held.last_day or date.today(),
        latest=tuple(replace(article, text="") for article in recent[:LATEST_SHOWN]),
        examples=tuple(examples(recent)),
        aliases=aliases,
    )


def edition(store: ArchiveStore) -> str:
    """Changes when articles come or go; not when they are embedded, as the store's generation does."""
    held = store.coverage()
    newest = next(iter(store.articles(order="newest", limit=1)), None)
    called = store.outlet_names().aliases
    return " ".join(str(part) for part in (held, newest.article_id if newest is not None else "", called))


def all_there(store: ArchiveStore, article_ids: Sequence[str]) -> bool:
    """Whether none of these articles has been taken down."""
    named = tuple(dict.fromkeys(article_ids))
    return store.count_articles(SearchFilter(article_ids=named)) == len(named)


def embedding_line(store: ArchiveStore) -> str:
    """How far meaning search is; empty when it is ready or there is nothing to search."""
    passages = store.passage_count
    if passages == 0:
        return ""
    if store.embedder is None:
        return texts.MEANING_OFF
    pending = min(store.pending_count, passages)
    return texts.embedding(int(100 * (passages - pending) / passages)) if pending else ""


def status_json(store: ArchiveStore) -> dict[str, object]:
    """What the page asks for now and then: ``coverage`` and ``embedding`` to show, ``edition`` to notice changes."""
    held = coverage_of(store)
    return {
        "edition": hashlib.sha256(edition(store).encode()).hexdigest()[:16],
        "empty": held.articles == 0,
        "coverage": coverage_line(held) if held.articles else "",
        "embedding": embedding_line(store),
    }


def privacy_of(
    settings: Settings, language_model: LanguageModel | None, running: Sequence[RunningServer] = ()
) -> Privacy:
    """Who receives text, in either mode; where there is no model, the first of ``running`` is offered, never taken."""
    embeds = _embedding_host(settings)
    quotes = texts.embeds_at(*embeds) if embeds else texts.stays_here()
    if language_model is None:
        return Privacy(quotes, offer=running[0].offer() if running else "")
    who = language_model.describe()
    told = texts.stays_with(who) if language_model.on_this_machine and not embeds else texts.goes_to(who)
    return Privacy(quotes, f"{told} {texts.embeds_at(*embeds)}" if embeds else told)


def _embedding_host(settings: Settings) -> tuple[str, str] | None:
    if not settings.embedder.startswith("openai:"):
        return None
    host = urlsplit(settings.embedding_base_url or "https://api.openai.com/v1").hostname or ""
    return None if host in _LOOPBACK else (settings.embedder.removeprefix("openai:"), host)


def article_page(
    store: ArchiveStore, article_id: str, query: dict[str, str], *, may_edit: bool = False
) -> ArticlePage | None:
    """A whole article, in the version the cited passage belongs to; None if it isn't there (any more).

    ``query``: ``passage`` (its id), ``mark`` (``start-end,start-end`` in the article's text), ``asked_on``, and
    ``changes`` if what changed from version to version is what the reader came for.
    """
    article = _version_cited(store, article_id, query.get("passage"))
    if article is None:
        return None
    asked_on = parse_day(query.get("asked_on")) or default_day(store)
    try:
        versions = tuple(store.versions(article.article_id))
        before, after = store.neighbours(article.article_id, _NEIGHBOURS)
    except UnknownArticleError:
        return None  # taken down just now
    return ArticlePage(
        article=article,
        asked_on=asked_on,
        marks=tuple(merge_ranges(read_marks(query.get("mark", "")), len(article.text))),
        versions=versions,
        copies=copies_of(store, article.article_id),
        may_edit=may_edit,
        around=versions_compared(versions, opened="changes" in query) + around_in_time(before, after),
    )


def changed_json(store: ArchiveStore, passage_ids: Sequence[str]) -> dict[str, object]:
    """Which of these cited passages belong to an article that has been changed since: a sentence, and where to read it.

    ``{"changed": {PASSAGE: {"text", "what", "href"}}}``; passages that stand, or are gone, aren't in it.
    """
    told: dict[str, object] = {}
    for passage_id in dict.fromkeys(passage_ids):
        change = store.changed_since(passage_id)
        if change is not None:
            article_id = change.version.article.article_id
            told[passage_id] = {
                "text": _told(change),
                "what": texts.SEE_CHANGES,
                "href": article_address(article_id, passage_id, changes=True),
            }
    return {"changed": told}


def _told(change: VersionChange) -> str:
    if change.correction:
        return texts.corrected_with(change.correction)
    day = change.version.valid_from or change.version.seen_at.date()
    return texts.changed_since(readable(day), max(len(change.removed), len(change.added)))


def _version_cited(store: ArchiveStore, article_id: str, passage_id: str | None) -> Article | None:
    if passage_id:
        found = store.passage(passage_id)
        if found is not None and found[1].article_id == article_id:
            return found[1]
    try:
        return store.article(article_id)
    except UnknownArticleError:
        return None


def read_marks(text: str) -> list[tuple[int, int]]:
    """``12-40,90-120`` as ranges; what isn't one is left out."""
    ranges: list[tuple[int, int]] = []
    for piece in text.split(",")[:MOST_MARKS]:
        with contextlib.suppress(ValueError):
            start, end = piece.split("-")
            ranges.append((int(start), int(end)))
    return ranges


def copies_of(store: ArchiveStore, article_id: str) -> tuple[Copy, ...]:
    """The other printings of the same story."""
    found = store.copies([article_id]).get(article_id)
    return tuple(map(as_copy, found[1])) if found else ()
