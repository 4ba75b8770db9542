"""How a thing developed: dated rows, each a verbatim sentence with its citation, one per development.

Articles are found by keywords and by meaning and kept where they hold most of the topic's telling words. Of each story
(copies collapsed) one sentence speaks: its lead, if that says what the topic says. Rows that say the same within days
of each other are one development; a new figure makes a new one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from archive.counts import plural
from archive.errors import EmbedderError
from archive.filters import SearchFilter
from archive.store import ArchiveStore, Hit
from assistant.answer import Answer, Mode, TimelineRow
from assistant.catalog_matches import count, find_matches, narrowed
from assistant.catalog_quotations import Quotation, cite
from assistant.catalog_wording import number_of_articles
from assistant.glosses import day_for_glosses, explained, spoken
from assistant.lone_marks import in_marks
from assistant.question import asks_quantity
from assistant.search_plan import CatalogQuestion, SearchPlan
from assistant.sentences import limit_words, split_sentences
from assistant.word_rarity import rarities
from assistant.words import content_stems, names, weighted_share, words

MOST_ROWS = 12
_DEPTH = 240  # passages looked at from each search
_ENOUGH = 0.7  # of the best article's share of the topic's words
_TELLING = 1.1  # the score of a lead that says what the topic says
_FEW = 4  # days with telling articles that make a timeline by themselves
_LEAD = 300  # characters within which a sentence is an article's lead
_COPIED = 0.25  # what a copy's sentence counts less on its day
_SAME = 0.45  # share of words in common from which two sentences tell one development ...
_WITHIN = 6  # ... if no more days lie between them
_MOST_WORDS = 60
_FIGURE = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|half|third"
    r"|quarter|doubled|no)\b",
    re.IGNORECASE,
)
_UNFIT = re.compile(r"^(?:he|she|it|they|this|that|these|those|his|her|their|its)\b|\?[\"”’)]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What an article says of the topic: ``hit.article.text[start:end]``. ``figures``: the numbers in it."""

    hit: Hit
    start: int
    end: int
    day: date
    story: str
    score: float
    stems: frozenset[str]
    figures: frozenset[str]

    @property
    def is_copy(self) -> bool:
        """Whether another article is the story's face: the agency's own print, or the earliest."""
        return self.hit.article.article_id != self.story


def answer_timeline(store: ArchiveStore, plan: SearchPlan, asked: CatalogQuestion, most: int = MOST_ROWS) -> Answer:
    """The rows as an answer: sentences in the order of days. Refused where nothing dated is found."""
    where = narrowed(plan.wall, asked.window, asked.outlets, asked.authors)
    candidates = find_candidates(store, asked, where) if where is not None else []
    chosen = choose_rows(candidates, most)
    sentences, sources = cite(store, [Quotation(one.hit, one.start, one.end) for one in chosen], plan.wall)
    rows = tuple(
        TimelineRow(
            day=one.day,
            text=sentence.text,
            citation=sentence.citations[0],
            outlet=one.hit.article.outlet,
            article_id=one.hit.article.article_id,
            start=one.start,
            end=one.end,
            articles=articles,
            outlets=outlets,
            glosses=sentence.glosses,
        )
        for one, sentence, (articles, outlets) in zip(chosen, sentences, _printed(chosen, candidates), strict=True)
    )
    matches = find_matches(store, asked, plan.wall)
    counted = count(store, asked, matches)
    statement = _statement(asked, rows, candidates)
    return Answer(
        question=plan.question,
        mode=Mode.QUOTES,
        refused=not rows,
        answer=f"{statement}\n\n{chr(10).join(_line(row) for row in rows)}".strip(),
        sentences=tuple(sentences),
        sources=tuple(sources),
        plan=plan,
        confidence=1.0 if rows else 0.0,
        timings_ms={},
        notices=_undated(store),
        statement=statement,
        counted=counted,
        timeline=rows,
    )


def find_candidates(store: ArchiveStore, asked: CatalogQuestion, where: SearchFilter) -> list[Candidate]:
    """The best sentence of every dated article that is on the topic, by day."""
    wanted = content_stems(asked.topic)
    weights = rarities(store, asked.topic)
    found = [hit for hit in _hits(store, asked, where) if _day(hit) is not None]
    hits = {hit.passage.passage_id: hit for hit in _naming(asked.topic, found)}
    shares = {key: weighted_share(wanted, _stems(f"{hit.article.title} {hit.passage.text}"), weights)
              for key, hit in hits.items()}  # fmt: skip
    floor = _ENOUGH * max(shares.values(), default=0.0)
    kept = [hits[key] for key, share in shares.items() if share >= floor and share > 0]
    clusters = store.copies([hit.article.article_id for hit in kept])
    best: dict[str, Candidate] = {}
    needs_figure = asks_quantity(asked.topic)
    for hit in kept:
        story = clusters[hit.article.article_id][0] if hit.article.article_id in clusters else hit.article.article_id
        for one in _sentences(hit, story, wanted, weights, floor, needs_figure=needs_figure):
            known = best.get(hit.article.article_id)
            if known is None or (one.score, -one.start) > (known.score, -known.start):
                best[hit.article.article_id] = one
    return sorted(best.values(), key=lambda one: (one.day, one.hit.article.article_id))


def _hits(store: ArchiveStore, asked: CatalogQuestion, where: SearchFilter) -> Iterable[Hit]:
    query = asked.topic or " ".join(asked.phrases)
    found = store.keyword_search(query, _DEPTH, where, phrases=asked.phrases)
    if store.embedder is None or asked.phrases:
        return found
    try:
        vector = store.embedder.embed_query(query)
    except EmbedderError:  # keywords alone will do: the pipeline's search says so where it matters
        return found
    return [*found, *store.vector_search(vector, _DEPTH // 4, where)]


def _naming(topic: str, hits: Sequence[Hit]) -> list[Hit]:
    """Those of articles with half of the topic's names, as far as any has them.

    "The Maren Lys case" isn't in an article that only speaks of cases, however rare that word is.
    """
    wanted = {stem for name in names(topic) for stem in content_stems(name.text)}
    texts = {hit.article.article_id: hit.article for hit in hits}
    held = {name: len(wanted & _stems(f"{one.title} {one.text}")) for name, one in texts.items()} if wanted else {}
    most = max(held.values(), default=0)
    return [hit for hit in hits if 2 * held.get(hit.article.article_id, 0) >= most]


def _sentences(
    hit: Hit, story: str, wanted: Sequence[str], weights: dict[str, float], floor: float, *, needs_figure: bool
) -> list[Candidate]:
    """``floor``: the share of the topic's words from which an article, or a lead with its headline, is on it."""
    day = _day(hit)
    assert day is not None  # noqa: S101 - only dated articles come here
    text, offset = hit.passage.text, hit.passage.start
    title = _stems(hit.article.title)
    found = []
    for start, end in split_sentences(text):
        for first, last in limit_words(text, start, end, _MOST_WORDS):
            sentence = text[first:last]
            stems = _stems(sentence)
            if len(stems) < 5:
                continue
            share = weighted_share(wanted, stems, weights)
            lead = offset + first < _LEAD
            score = share + (0.5 if lead and weighted_share(wanted, stems | title, weights) >= floor else 0.0)
            score += 0.4 if needs_figure and _FIGURE.search(sentence) and share else 0.0
            score -= 0.4 if _UNFIT.search(sentence) else 0.0
            figures = frozenset(word.stem for word in words(sentence) if word.is_number)
            found.append(Candidate(hit, offset + first, offset + last, day, story, score, stems, figures))
    return found


def choose_rows(candidates: Sequence[Candidate], most: int) -> list[Candidate]:
    """One per development, at most ``most``: the first and the latest, and between them the ones most telling.

    Articles that only mention the topic in passing tell no development where enough others do.
    """
    rows: list[Candidate] = []
    telling = [one for one in candidates if one.score >= _TELLING]
    if len({one.day for one in telling}) >= _FEW:
        candidates = telling
    for day in sorted({one.day for one in candidates}):
        of_day = sorted(
            (one for one in candidates if one.day == day), key=lambda one: _COPIED * one.is_copy - one.score
        )
        new = next((one for one in of_day if not any(_same(one, row) for row in rows)), None)
        if new is not None:
            rows.append(new)
    if len(rows) <= most:
        return rows
    printed: dict[date, set[str]] = {}
    for one in candidates:
        printed.setdefault(one.day, set()).add(one.story)
    ends = [rows[0], rows[-1]][:most]
    between = sorted(rows[1:-1], key=lambda one: -(one.score + 0.3 * math.log(len(printed[one.day]))))
    return sorted([*ends, *between[: most - len(ends)]], key=lambda one: one.day)


def _same(one: Candidate, row: Candidate) -> bool:
    """Whether two tell one development: the same story, or the same words and figures within days."""
    if one.story == row.story:
        return True
    if (one.day - row.day) > timedelta(days=_WITHIN) or one.figures - row.figures:
        return False
    return len(one.stems & row.stems) > _SAME * len(one.stems | row.stems)


def _printed(rows: Sequence[Candidate], candidates: Sequence[Candidate]) -> list[tuple[int, int]]:
    """(articles, outlets) on the topic from each row's day until the next row's."""
    counts = []
    for index, row in enumerate(rows):
        until = rows[index + 1].day if index + 1 < len(rows) else date.max
        within = [one for one in candidates if row.day <= one.day < until]
        counts.append((len(within), len({(one.hit.article.outlet or "").casefold() for one in within})))
    return counts


def _statement(asked: CatalogQuestion, rows: Sequence[TimelineRow], candidates: Sequence[Candidate]) -> str:
    topic = asked.topic or " ".join(f"“{phrase}”" for phrase in asked.phrases)
    if not rows:
        return f"Nothing dated was found on “{topic}”."
    outlets = len({(one.hit.article.outlet or "").casefold() for one in candidates})
    stories = len({one.story for one in candidates})
    total = number_of_articles(len(candidates), stories, outlets)
    shown = plural(len(rows), "development")
    return f"Timeline of {topic}: {shown} from {spoken(rows[0].day)} to {spoken(rows[-1].day)}, out of {total}."


def _line(row: TimelineRow) -> str:
    quoted = in_marks(row.text, explained(row.text, row.glosses))
    return f"{spoken(row.day)}: {quoted} – {row.outlet or 'no outlet named'} [{row.citation}]"


def _undated(store: ArchiveStore) -> tuple[str, ...]:
    undated = store.undated_count()
    if not undated:
        return ()
    what = plural(undated, "article without a date is", "articles without a date are")
    return (f"{what} in no timeline.",)


def _day(hit: Hit) -> date | None:
    return day_for_glosses(hit.article)


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(text))
