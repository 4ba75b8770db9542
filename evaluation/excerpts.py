"""Questions for the Tow Center's task: to say which article an excerpt comes from.

An excerpt is one whole sentence from the middle of an article, with words enough to be unmistakable. A right answer
cites an article whose headline, outlet, date and URL are that article's: the ``attribution_*`` scores.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from archive.filters import SearchFilter
from archive.store import ArchiveStore
from assistant.sentences import split_sentences

TAG = "attribution"
FEWEST_WORDS, MOST_WORDS = 14, 40


def excerpt_questions(store: ArchiveStore, count: int, *, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Up to ``count`` records for a question set, of articles drawn from the whole archive; the same for a seed."""
    articles = [article.article_id for article in store.articles(order="ingested")]
    chance = random.Random(seed)  # noqa: S311 - a draw that can be repeated, nothing secret
    chance.shuffle(articles)
    made = 0
    for article_id in articles:
        if made == count:
            return
        article = next(store.articles(SearchFilter(article_ids=(article_id,))), None)  # it may be taken down by now
        excerpt = None if article is None else _excerpt(article.text, chance)
        if excerpt is not None:
            made += 1
            yield {
                "id": f"excerpt-{article_id}",
                "question": f"Which article says: “{excerpt}”",
                "relevant": [article_id],
                "facts": [excerpt],
                "expect": "answer",
                "tags": [TAG],
                "kind": TAG,
            }


def _excerpt(text: str, chance: random.Random) -> str | None:
    """Whole sentences of one line, neither the first nor the last of the article; None where there are none."""
    sentences = split_sentences(text)[1:-1]
    fitting = [
        " ".join(text[start:end].split())
        for start, end in sentences
        if FEWEST_WORDS <= len(text[start:end].split()) <= MOST_WORDS and not set('“”"\n') & set(text[start:end])
    ]
    return chance.choice(fitting) if fitting else None
