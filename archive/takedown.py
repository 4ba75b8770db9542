"""Taking articles down: out of the catalog, the indexes and their files, and what quotes them; and kept out.

The order is what makes it safe to be killed: first the files that quote the article (its text is still known), then
one catalog transaction (from here on nobody sees it, a tombstone keeps it out, and ``purge`` is noted), then the
files: both indexes are written anew and the catalog is vacuumed. Whoever writes next finishes a purge that was cut
short. Then the proof.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from archive import copies
from archive.admission import utc_now
from archive.article import Article
from archive.article_rows import ARTICLE_COLUMNS, ARTICLE_TABLES, article_from_row, many
from archive.catalog import Catalog
from archive.describing import overlaid
from archive.fetch_log import forget
from archive.indexes import Indexes
from archive.mentions import Mentions
from archive.removal_selection import RemovalSelector, select_for_removal
from archive.repeated_lines import forget_rare_lines, lines_owner
from archive.scan import Needles, ScanReport, fragments_of, scan_for, spread
from archive.side_files import delete_report_beside, redact, side_files
from archive.soundness import VECTORS
from archive.tombstones import tombstone_digests
from archive.vectors import STORED, touch_days, vector_key

__all__ = [
    "Condemned",
    "CopyElsewhere",
    "RemovalReport",
    "RemovalSelector",
    "RemovedArticle",
    "condemn",
    "empty_log",
    "purge",
    "remove_articles",
]

_MOST_FRAGMENTS = 2000
_MOST_VECTORS = 50
_CHECKPOINT_SECONDS = 10.0
LOG_TO_EMPTY = "log"  # of ``meta.purge``: all is written anew, but the catalog's file still holds the old pages


@dataclass(frozen=True, slots=True)
class RemovedArticle:
    """What was (or would be) removed; ``copies`` prints the same story elsewhere and stays."""

    article_id: str
    external_id: str | None
    title: str
    outlet: str | None
    published: str | None
    url: str | None
    versions: int
    passages: int
    copies: tuple[CopyElsewhere, ...]


@dataclass(frozen=True, slots=True)
class CopyElsewhere:
    """An article of the same cluster, which is not removed."""

    article_id: str
    external_id: str | None
    outlet: str | None
    title: str
    url: str | None


@dataclass(frozen=True, slots=True)
class RemovalReport:
    """What a takedown did. ``proof`` is the scan of all files afterwards; ``left`` names what it still found."""

    dry_run: bool
    reason: str
    removed: tuple[RemovedArticle, ...]
    already_removed: tuple[str, ...]
    side_files: tuple[tuple[str, str], ...]  # (file, what was done)
    proof: ScanReport | None
    terms_looked_up: int  # words of the removed texts that no other article has
    left: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condemned:
    """Everything of the articles to remove that is needed to find it again after it is gone."""

    numbers: tuple[int, ...]
    articles: tuple[Article, ...]  # one for each version, as it was shown
    as_read: tuple[Article, ...]  # those again whose source says otherwise than an edit by hand
    passages: tuple[tuple[int, int | None], ...]  # (row id, day)
    needles: Needles


def describe(connection: sqlite3.Connection, numbers: Sequence[int]) -> tuple[RemovedArticle, ...]:
    """What a report says of each article."""
    going = set(numbers)
    found = []
    for number in numbers:
        row = connection.execute(
            "SELECT a.article_id, v.external_id, v.title, v.outlet, v.published, v.url, "
            "(SELECT count(*) FROM versions WHERE article = a.number), "
            "(SELECT count(*) FROM passages p JOIN versions w ON w.id = p.version WHERE w.article = a.number), "
            "a.cluster "
            "FROM articles a JOIN versions v "
            "ON v.id = ifnull(a.current, (SELECT max(id) FROM versions WHERE article = a.number)) WHERE a.number = ?",
            (number,),
        ).fetchone()
        if row is None:
            continue  # only withheld by a notice, and never seen
        others = connection.execute(
            "SELECT a.number, a.article_id, v.external_id, v.outlet, v.title, v.url "
            "FROM articles a JOIN versions v ON v.id = a.current WHERE a.cluster = ? "
            "ORDER BY v.day IS NULL, v.day, a.number",
            (row[8],),
        )
        elsewhere = tuple(CopyElsewhere(*other[1:]) for other in others if other[0] not in going)
        found.append(RemovedArticle(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], elsewhere))
    return tuple(found)


def condemn(connection: sqlite3.Connection, numbers: Sequence[int]) -> Condemned:
    """Read what will have to be gone."""
    query = f"SELECT {ARTICLE_COLUMNS}, v.given FROM {ARTICLE_TABLES} WHERE a.number IN ({{}})"  # noqa: S608 (constants)
    rows = [(article_from_row(row), json.loads(row[-1])) for row in many(connection, query, numbers)]
    articles = tuple(article for article, _ in rows)
    as_read = tuple(overlaid(article, given) for article, given in rows if given)
    as_read += tuple(
        Article(article_id, identity, title="", text="")
        for article_id, identity in many(
            connection,
            "SELECT article_id, identity FROM articles WHERE number IN ({}) "
            "AND number NOT IN (SELECT article FROM versions)",
            numbers,
        )
    )
    passages = tuple(
        (row[0], row[1])
        for row in many(
            connection,
            "SELECT p.id, v.day FROM passages p JOIN versions v ON v.id = p.version WHERE v.article IN ({})",
            numbers,
        )
    )
    each = max(_MOST_FRAGMENTS // max(len(articles), 1), 4)
    fragments = [fragment for article in articles for fragment in fragments_of(article.text, each)]
    vectors = many(
        connection,
        "SELECT vector FROM vectors WHERE key IN ({})",
        [vector_key(day, passage) for passage, day in passages[:: max(len(passages) // _MOST_VECTORS, 1)]],
    )
    matrix = np.array([np.frombuffer(row[0], STORED) for row in vectors], np.float32) if vectors else None
    needles = Needles(tuple(dict.fromkeys(spread(fragments, _MOST_FRAGMENTS))), matrix)
    return Condemned(tuple(numbers), articles, as_read, passages, needles)


def delete(connection: sqlite3.Connection, condemned: Condemned, reason: str) -> None:
    """Delete the articles from every table, leave tombstones, and note that files must be purged."""
    now = utc_now().isoformat(timespec="seconds")
    for article in (*condemned.articles, *condemned.as_read):
        connection.executemany(
            "INSERT OR REPLACE INTO tombstones VALUES (?, ?, ?, ?)",
            [(digest, article.article_id, reason, now) for digest in tombstone_digests(article)],
        )
    keys = [(vector_key(day, passage),) for passage, day in condemned.passages]
    connection.executemany("DELETE FROM vectors WHERE key = ?", keys)
    connection.executemany(
        "DELETE FROM pending WHERE day = ? AND passage = ?",
        [(-1 if day is None else day, passage) for passage, day in condemned.passages],
    )
    connection.executemany("DELETE FROM claims WHERE passage = ?", [(passage,) for passage, _ in condemned.passages])
    connection.executemany(
        "DELETE FROM vector_todo WHERE passage = ?", [(passage,) for passage, _ in condemned.passages]
    )
    touch_days(connection, [day for _, day in condemned.passages])
    every = (*condemned.articles, *condemned.as_read)  # an address or outlet may have been edited by hand
    identifiers = {(article.article_id,) for article in every}
    connection.executemany("UPDATE ledger SET outcome = 'removed' WHERE article_id = ?", identifiers)
    forget(connection, {url for article in every for url in (article.url, article.source) if url})
    forget_rare_lines(connection, map(lines_owner, every))
    for number in condemned.numbers:
        copies.leave_cluster(connection, number)
        connection.execute("DELETE FROM keyword_todo WHERE article = ?", (number,))
        connection.execute("DELETE FROM articles WHERE number = ?", (number,))
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('purge', ?)", (now,))


def purge(catalog: Catalog, indexes: Indexes) -> None:
    """Write every file anew that may still hold something of what was deleted from the catalog."""
    for copy in catalog.file.parent.glob(f"{catalog.file.stem}-before-schema-*.sqlite3*"):
        copy.unlink()
    indexes.rebuild_keyword()
    if catalog.index_record(VECTORS) is not None:
        indexes.start_vectors()
    with catalog.reading() as connection:
        connection.execute("VACUUM")
        connection.execute("UPDATE meta SET value = ? WHERE key = 'purge'", (LOG_TO_EMPTY,))
    empty_log(catalog, _CHECKPOINT_SECONDS)


def empty_log(catalog: Catalog, patience_seconds: float = 0.0) -> bool:
    """Let the vacuumed catalog take the place of what its file still holds; whether that was possible.

    It isn't while somebody reads an older state: ``purge`` stays noted then, and the next writer tries again.
    """
    deadline = time.monotonic() + patience_seconds
    with catalog.reading() as connection:
        patience: int = connection.execute("PRAGMA busy_timeout").fetchone()[0]
        connection.execute("PRAGMA busy_timeout = 0")  # or SQLite waits that long for a reader before it says so
        try:
            while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                if time.monotonic() >= deadline:
                    return False
                time.sleep(0.02)
        finally:
            connection.execute(f"PRAGMA busy_timeout = {patience}")
        connection.execute("DELETE FROM meta WHERE key = 'purge'")
    return True


def remove_articles(
    catalog: Catalog, indexes: Indexes, folder: Path, selector: RemovalSelector, reason: str, *, dry_run: bool
) -> RemovalReport:
    """The whole takedown, but for filling the new vector index. The caller holds the writer's lock.

    Raises what ``select_for_removal`` does.
    """
    numbers, already = select_for_removal(catalog, indexes, selector)
    with catalog.reading() as connection:
        described = describe(connection, numbers)
        registered = [Path(row[0]) for row in connection.execute("SELECT folder FROM side_folders")]
        condemned = condemn(connection, numbers)
    outside = [path for path in registered if not path.resolve().is_relative_to(folder.resolve())]
    if dry_run or not numbers:
        return RemovalReport(dry_run, reason, described, already, (), None, 0, (), ())
    mentions = _mentions_of(catalog, indexes, condemned)
    changed = _redact_all(folder, registered, mentions)
    with catalog.writing() as connection:
        delete(connection, condemned, reason)
    changed += _redact_all(folder, registered, mentions)  # what a chat kept between the first look and the deletion
    purge(catalog, indexes)
    proof, terms, left = _prove(catalog, indexes, folder, condemned)
    if left:  # shorter than what counts as quoting, and yet the article's own words: a question's, say
        if more := _redact_all(folder, registered, Mentions.of_fragments(_whose(left, condemned))):
            changed += more
            proof, terms, left = _prove(catalog, indexes, folder, condemned)
    notes = []
    if catalog.meta("purge") is not None:
        notes.append(
            "Somebody reads the archive as it was before: until they are done, and something is written or `backissue "
            "embed` is run, the catalog's file holds deleted pages."
        )
    notes += ["Backups and exports made before, and the sources themselves, are outside the archive: look there too."]
    if outside:
        notes.append(f"Looked through {', '.join(str(path) for path in outside)} as well, which were registered.")
    told = tuple(f"{file}: {text or 'a vector'}" for file, text in left)
    return RemovalReport(False, reason, described, already, tuple(changed), proof, terms, told, tuple(notes))


def _mentions_of(catalog: Catalog, indexes: Indexes, condemned: Condemned) -> Mentions:
    """What names or quotes the articles, as they are shown and as their sources have them."""
    articles = (*condemned.articles, *condemned.as_read)
    names = {article.external_id for article in articles if article.external_id}
    going = set(condemned.numbers)
    with catalog.reading() as connection:
        shared = [
            name
            for name, number in many(
                connection, "SELECT DISTINCT external_id, article FROM versions WHERE external_id IN ({})", names
            )
            if number not in going
        ]

    def is_printed_elsewhere(fact: str) -> bool:
        index = indexes.keyword()
        return index is not None and bool(index.articles_with(f'"{fact}"') - going)

    return Mentions.of(articles, shared_ids=shared, is_printed_elsewhere=is_printed_elsewhere)


def _redact_all(folder: Path, registered: Sequence[Path], mentions: Mentions) -> list[tuple[str, str]]:
    """(file, what was done) of each file that quoted a removed article; a run's report goes with a row of the run."""
    changed = []
    for file in side_files(folder, registered):
        done = redact(file, mentions)
        if done is None:
            continue
        changed.append((file, done))
        if (report := delete_report_beside(file)) is not None:
            changed.append((report, "deleted"))
    return [(str(file.relative_to(folder) if file.is_relative_to(folder) else file), done) for file, done in changed]


def _unshared(catalog: Catalog, needles: Needles) -> Needles:
    """The needles without vectors that passages that stay have, too: copies, word for word, under the same title."""
    if needles.vectors is None:
        return needles
    with catalog.reading() as connection:
        shared = [
            connection.execute("SELECT 1 FROM vectors WHERE vector = ? LIMIT 1", (row.tobytes(),)).fetchone()
            is not None
            for row in needles.vectors.astype(STORED)
        ]
    return Needles(needles.fragments, needles.vectors[~np.array(shared)])


def _whose(left: Sequence[tuple[str, str]], condemned: Condemned) -> dict[str, str]:
    """Each piece of text that is left, with the id of the article that it is of."""
    return {
        text: article.article_id
        for text in dict.fromkeys(text for _, text in left if text)
        for article in reversed(condemned.articles)  # the first that has it wins
        if text in article.text
    }


def _prove(
    catalog: Catalog, indexes: Indexes, folder: Path, condemned: Condemned
) -> tuple[ScanReport, int, tuple[tuple[str, str], ...]]:
    """Scan all files; returns the scan, how many words were looked up in the keyword index, and what is left.

    That is (file, piece of text) without a letter that was cut in two at an end; "" stands for a vector.
    """
    proof = scan_for(folder, _unshared(catalog, condemned.needles))
    left = []
    with catalog.reading() as connection:
        for name, fragment in proof.found:
            text = fragment.decode("utf-8", "ignore")
            copied = (
                text and connection.execute("SELECT 1 FROM bodies WHERE instr(text, ?) LIMIT 1", (text,)).fetchone()
            )
            if not copied:  # else another article prints the same words
                left.append((name, text))
        words = {word for article in condemned.articles for word in article.text.split()}
        index = indexes.keyword()
        terms = {term for word in words for term in index.words(word)} if index is not None else set()
        counted = index.document_frequencies(terms) if index is not None else {}
        rare = [term for term, count in counted.items() if count == 0]
    return proof, len(rare), tuple(left)
