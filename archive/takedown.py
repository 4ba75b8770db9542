"""Taking articles down: out of the catalog, the indexes and their files, and what quotes them; and kept out.

The order is what makes it safe to be killed: first the files that quote the article (its text is still known), then
one catalog transaction (from here on nobody sees it, a tombstone keeps it out, and ``purge`` is noted), then the
files: both indexes are written anew and the catalog is vacuumed (purge.py). Whoever writes next finishes a purge that
was cut short. Then the proof (removal_proof.py).
"""

from __future__ import annotations

import json
import sqlite3
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
from archive.purge import purge
from archive.removal_proof import prove, whose
from archive.removal_report import RemovalReport, describe
from archive.removal_selection import RemovalSelector, select_for_removal
from archive.removed_mentions import Mentions
from archive.repeated_lines import forget_rare_lines, lines_owner
from archive.scan import Needles, fragments_of, spread
from archive.side_files import delete_report_beside, redact, side_files
from archive.tombstones import tombstone_digests
from archive.vectors import STORED, touch_days, vector_key

_MOST_FRAGMENTS = 2000
_MOST_VECTORS = 50


@dataclass(frozen=True, slots=True)
class Condemned:
    """Everything of the articles to remove that is needed to find it again after it is gone."""

    numbers: tuple[int, ...]
    articles: tuple[Article, ...]  # one for each version, as it was shown
    as_read: tuple[Article, ...]  # those again whose source says otherwise than an edit by hand
    passages: tuple[tuple[int, int | None], ...]  # (row id, day)
    needles: Needles


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
    proof, terms, left = prove(catalog, indexes, folder, condemned.articles, condemned.needles)
    if left:  # shorter than what counts as quoting, and yet the article's own words: a question's, say
        if more := _redact_all(folder, registered, Mentions.of_fragments(whose(left, condemned.articles))):
            changed += more
            proof, terms, left = prove(catalog, indexes, folder, condemned.articles, condemned.needles)
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
