from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from archive.article import ArticleVersion, Timestamp
from archive.settings import Settings
from archive.store import ArchiveStore, RemovalSelector
from assistant.answer import Coverage
from assistant.model_servers import RunningServer
from tests.web.conftest import ARTICLES, BRIDGE, incoming
from web import texts
from web.at_hand import AtHand, article_page, privacy_of, read_marks, status_json
from web.frontpage import ArchiveAtHand, composer
from web.markup import highlighted


class Model:
    def __init__(self, *, here: bool = False) -> None:
        self.on_this_machine = here

    def describe(self) -> str:
        return "model small-1 at host models.example"


def settings(**values: Any) -> Settings:
    return Settings(**values)


def test_the_start_page_follows_the_archive(make_archive: Callable[..., ArchiveStore]) -> None:
    store = make_archive()
    at_hand = AtHand(store)
    before = status_json(store)
    assert at_hand.now().is_empty and before["empty"] is True and before["coverage"] == ""
    store.add(list(ARTICLES))
    now, after = at_hand.now(), status_json(store)
    assert now.default_day == date(2024, 12, 17)
    assert now.latest[0].title == "Sundline ferry runs aground off Kalvø"
    assert any("Harbour Bridge" in question for question in now.examples)
    assert after["coverage"] == "3 articles · 3 outlets · 12 Mar 2024 – 17 Dec 2024"
    assert after["edition"] != before["edition"]
    assert now.embedding == texts.embedding(0)
    store.embed_pending()
    assert at_hand.now().embedding == ""
    assert status_json(store)["edition"] == after["edition"]  # embedding is no news


def test_the_whole_article_is_the_version_that_was_cited(make_archive: Callable[..., ArchiveStore]) -> None:
    store = make_archive(BRIDGE)
    article_id = BRIDGE.article.article_id
    cited = store.passages_of(article_id)[1]
    changed = BRIDGE.article.text.replace("4.2 million", "4.4 million")
    later = replace(BRIDGE.article, text=changed, modified=Timestamp(date(2024, 3, 15)))
    store.add([replace(BRIDGE, article=later)])

    page = article_page(store, article_id, {"passage": cited.passage_id, "mark": f"{cited.start}-{cited.end}"})
    assert page is not None and page.article.text == BRIDGE.article.text
    assert f'<mark data-at="{cited.start}">{cited.text[:40]}' in highlighted(page.article.text, page.marks)
    assert len(page.versions) == 2
    current = article_page(store, article_id, {})
    assert current is not None and "4.4 million" in current.article.text
    another = article_page(store, article_id, {"passage": "somebody-elses.000000.0"})
    assert another is not None and another.article.text == changed
    assert article_page(store, "unknown", {"passage": cited.passage_id}) is None


def test_copies_are_listed(make_archive: Callable[..., ArchiveStore]) -> None:
    store = make_archive(BRIDGE, incoming("Else", "Something else entirely.", "Wire", None))
    page = article_page(store, BRIDGE.article.article_id, {"asked_on": "2025-01-01"})
    assert page is not None and page.copies == () and page.asked_on == date(2025, 1, 1)


def test_marks_from_an_address_are_read_with_care() -> None:
    assert read_marks("1-5,9-12") == [(1, 5), (9, 12)]
    assert read_marks("x,1-2-3,-4,5-,7-9") == [(7, 9)]
    assert len(read_marks("1-2," * 1000)) <= 50


def test_it_says_who_receives_text() -> None:
    assert privacy_of(settings(), None).quotes == texts.stays_here()
    assert privacy_of(settings(), None).model == ""
    told = privacy_of(settings(openai_api_key="secret"), Model())  # type: ignore[arg-type]
    assert told.model == "Questions and the passages found go to model small-1 at host models.example."
    assert told.quotes == texts.stays_here() and "secret" not in str(told)
    local = privacy_of(settings(openai_base_url="http://127.0.0.1:11434/v1"), Model(here=True))  # type: ignore[arg-type]
    assert "nothing leaves this machine" in local.model
    running = [RunningServer("Ollama", "http://127.0.0.1:11434/v1", ("small-1",))]
    offered = privacy_of(settings(), None, running)
    assert "Ollama runs on this machine (small-1)" in offered.offer and offered.quotes == texts.stays_here()
    assert "Ollama runs" in composer(ArchiveAtHand(Coverage(1, (), None, None, 0), date(2024, 1, 1)), offered)
    assert privacy_of(settings(openai_api_key="k"), Model(), running).offer == ""  # type: ignore[arg-type]
    embeds = privacy_of(settings(embedder="openai:text-embedding-3-small", openai_api_key="k"), None)
    assert "text-embedding-3-small at api.openai.com" in embeds.quotes
    assert "Nothing leaves" not in embeds.quotes
    elsewhere = settings(
        embedder="openai:e5", embedding_base_url="http://vectors.example/v1", openai_base_url="http://localhost:1/v1"
    )
    both = privacy_of(elsewhere, Model(here=True)).model  # type: ignore[arg-type]
    assert "vectors.example" in both and "nothing leaves" not in both


def test_an_article_taken_down_while_its_page_is_made_is_not_there(
    make_archive: Callable[..., ArchiveStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_archive(*ARTICLES)
    article_id = BRIDGE.article.article_id
    versions = store.versions

    def gone_by_now(name: str) -> list[ArticleVersion]:
        store.remove(RemovalSelector((name,)), "test")
        return versions(name)

    monkeypatch.setattr(store, "versions", gone_by_now)
    assert article_page(store, article_id, {}) is None
