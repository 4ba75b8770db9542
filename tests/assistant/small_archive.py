"""A few invented articles in a real archive: what the tests of answering share."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from archive.article import Article, Timestamp, article_id_for
from archive.embedder import HashingEmbedder
from archive.store import ArchiveStore, IncomingArticle
from assistant.answer import Answer, AnswerReady
from assistant.pipeline import answer_question
from assistant.question import Question

LEDGER, COURIER, POST = "The Norland Ledger", "Tarn Courier", "Eastwick Evening Post"

ARTICLES: tuple[tuple[str, str, str | None, str, str], ...] = (
    (
        "strike-begins", LEDGER, "2024-03-12", "Dockers in Tarn walk out",
        "About 900 dockers walked out in the port of Tarn on Monday after talks about pay broke down. "
        "They want 7 percent more.\n\n"
        "Union leader Berta Osk said that nobody would load a ship before Easter. "
        "“We are tired of promises,” she said.",
    ),
    (
        "strike-count", COURIER, "2024-03-13", "Tarn port: fewer strikers than the union says",
        "Only 600 dockers are on strike in the port of Tarn, the harbour company said on Tuesday. "
        "It put the daily loss at 2 million crowns.",
    ),
    (
        "strike-ends", LEDGER, "2024-04-02", "Dockers return to work in Tarn",
        "The dockers of Tarn went back to work yesterday after accepting a rise of 4.5 percent. "
        "The strike had lasted three weeks.\n\n"
        "Harbour director Ole Vint called the agreement fair. He will retire in June.",
    ),
    (
        "bridge", POST, "2024-05-20", "Eastwick bridge closed after crack is found",
        "The old bridge of Eastwick was closed to lorries on Thursday because inspectors had found a crack 40 "
        "centimetres long.\n\nEngineer Ruth Ambleside expects repairs to take two months and to cost "
        "3.2 million crowns.",
    ),
    (
        "cup", POST, "2023-06-04", "Eastwick Rovers win the Norland Cup",
        "Eastwick Rovers won the Norland Cup for the first time, beating Tarn United 2-1 in the final on Saturday. "
        "Captain Jonas Weir scored twice.",
    ),
    (
        "cup-again", POST, "2024-06-02", "Tarn United take the Norland Cup",
        "Tarn United won the Norland Cup, beating Eastwick Rovers 3-0 in the final on Saturday. "
        "Captain Sofia Brandt lifted the trophy.",
    ),
    (
        "undated", COURIER, None, "A short history of the port of Tarn",
        "The port of Tarn was dug in 1871 by prisoners. Dockers first went on strike there in 1904.",
    ),
)  # fmt: skip


def incoming(
    name: str, outlet: str | None, published: str | None, title: str, text: str, signature: bytes = b""
) -> IncomingArticle:
    """One article; each paragraph is a passage."""
    url = f"https://news.example/{name}"
    article = Article(
        article_id=article_id_for(url),
        identity=url,
        url=url,
        external_id=name,
        title=title,
        text=text,
        outlet=outlet,
        published=Timestamp.from_iso(published) if published else None,
    )
    spans = tuple(match.span() for match in re.finditer(r"[^\n]+", text))
    return IncomingArticle(article, spans, signature)


def make_archive(folder: Path, *, embed: bool = True) -> ArchiveStore:
    """The articles above, with vectors of the hashing embedder unless ``embed`` is false."""
    store = ArchiveStore.open(folder, embedder=HashingEmbedder(256) if embed else None, create=True)
    store.add([incoming(*article) for article in ARTICLES])
    if embed:
        store.embed_pending()
    return store


def answered(store: ArchiveStore, text: str, asked_on: date) -> Answer:
    """The answer to a question that stands alone, in quotes mode."""
    last = list(answer_question(store, Question(text, asked_on)))[-1]
    assert isinstance(last, AnswerReady)
    return last.answer
