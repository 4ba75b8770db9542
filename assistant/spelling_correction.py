"""A question with its slips mended by what the archive has: spelling.py, asked of the archive.

Before anything is planned, so that names, times and outlets are read from what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from archive.article import Article
from archive.store import ArchiveStore
from assistant.question import Question
from assistant.search_plan import SearchPlan
from assistant.spelling import respelt

_LOOKED_INTO = 5  # articles
_PER_SLIP = 20_000  # passages in which a word that isn't a slip stands at least once more


def without_slips(store: ArchiveStore, question: Question) -> tuple[Question, Callable[[SearchPlan], SearchPlan]]:
    """The question with its slips mended, and what says so in its plan. What the asker has settled stays as it is.

    The questions before it are mended, too: a follow-up carries their words, and a slip would be a name that no
    article has.
    """
    if question.reading.standalone:
        return question, lambda plan: plan

    def together(query: str, phrases: tuple[str, ...]) -> bool:
        found = store.matching_articles(query, question.wall, phrases=phrases)
        if not found or not query:
            return bool(found)
        names = tuple(one.article_id for one in found[:_LOOKED_INTO])
        return _is_written(query.split(maxsplit=1)[0], store.articles(replace(question.wall, article_ids=names)))

    mend = partial(
        respelt, frequencies=store.occurrences, together=together, least=1 + store.passage_count // _PER_SLIP
    )
    found = mend(question.text)
    history = tuple(
        replace(turn, content=mend(turn.content).text) if turn.role == "user" else turn for turn in question.history
    )

    def told(plan: SearchPlan) -> SearchPlan:
        return replace(plan, question=question.text, notes=(*found.notes, *plan.notes))

    return replace(question, text=found.text, history=history), told


def _is_written(word: str, articles: Iterator[Article]) -> bool:
    """Whether one of them has the word itself, and not only another of the same stem ("posit" for "positant")."""
    begins = re.compile(rf"\b{re.escape(word)}", re.IGNORECASE)
    return any(begins.search(f"{one.title}\n{one.text}") for one in articles)
