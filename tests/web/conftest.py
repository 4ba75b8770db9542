"""A chat served over a real archive, and a browser that tells every request and every error."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from archive.article import Article, DateSource, Timestamp
from archive.embedder import HashingEmbedder
from archive.records import IncomingArticle
from archive.store import ArchiveStore
from tests.web.chromium import CHROMIUM, SHARED, Seen, leave
from tests.web.serve_chat import serve_chat


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser") is None:
            continue
        if CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium found: apt-get install chromium"))
        elif item.get_closest_marker("timeout") is None:  # a busy machine takes its time, and the first loads the chat
            item.add_marker(pytest.mark.timeout(400))


def incoming(title: str, text: str, outlet: str, day: date | None, **more: Any) -> IncomingArticle:
    """An article of the test's own, its paragraphs as passages."""
    identity = str(more.pop("identity", f"{outlet}: {title}"))
    spans: list[tuple[int, int]] = []
    at = 0
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            spans.append((at, at + len(paragraph)))
        at += len(paragraph) + 2
    return IncomingArticle(
        Article(
            article_id=sha256(identity.encode("utf-8", "replace")).hexdigest()[:12],
            identity=identity,
            title=title,
            text=text,
            outlet=outlet,
            published=Timestamp(day) if day else None,
            date_source=DateSource.GIVEN if day else DateSource.UNKNOWN,
            date_confidence=1.0 if day else 0.0,
            **more,
        ),
        tuple(spans),
    )


BRIDGE = incoming(
    "Harbour Bridge to reopen on Thursday after eight-week repair",
    "The Harbour Bridge in Varnholm will reopen to traffic on Thursday, the county roads department said on Tuesday."
    " Inspectors had found cracks in two of its four bearings.\n\n"
    "The repair of the Harbour Bridge cost 4.2 million crowns, a third more than the estimate given in January."
    " Chief engineer Ingrid Møller said that all four bearings had been replaced.\n\n"
    "Lorries above 24 tonnes must use the Sund crossing until the end of June, when a second inspection is due.",
    "Varnholm Courier",
    date(2024, 3, 12),
    url="https://courier.example/harbour-bridge",
    authors=("Lena Brandt",),
)
TRADERS = incoming(
    "Council backs fund for Harbour Bridge traders",
    "Shopkeepers on the western quay lost a fifth of their trade while the Harbour Bridge was closed."
    " A survey found so.\n\n"
    "Varnholm council voted for a fund of 600,000 crowns for the traders on Wednesday night.",
    "The Sund Gazette",
    date(2024, 3, 20),
)
FERRY = incoming(
    "Sundline ferry runs aground off Kalvø",
    "A Sundline ferry with 62 passengers ran aground off Kalvø in thick fog on Monday evening. Nobody was hurt.\n\n"
    "Captain Petra Lindqvist said the radar had failed minutes before.",
    "Northern Wire",
    date(2024, 12, 17),
)
ARTICLES = (BRIDGE, TRADERS, FERRY)


# A chat is forked from a process, one per test worker, that has loaded all it needs (tests/web/chat_loaded.py); where
# there is no fork, on Windows, each loads for itself.
_PROCESSES: Any = multiprocessing.get_context("forkserver" if hasattr(os, "fork") else "spawn")
_PROCESSES.set_forkserver_preload(["tests.web.chat_loaded"])


@contextmanager
def serving(store: ArchiveStore, **settings: Any) -> Iterator[str]:
    """The chat over an archive, in a process of its own, until the block ends; gives its address.

    It ends as on Ctrl-C, which must go well.
    """
    with tempfile.NamedTemporaryFile("r+", encoding="utf-8") as complaints:
        address, ready = _PROCESSES.Pipe(duplex=False)
        arguments = (str(store.folder), json.dumps(settings), complaints.name, ready)
        process = _PROCESSES.Process(target=serve_chat, args=arguments)
        with chdir(Path(__file__).parents[2]):
            process.start()
        ready.close()
        try:
            try:
                url = address.recv()
            except EOFError:
                pytest.fail(f"the chat did not start: {complaints.read()}")
            yield url
        finally:
            if process.is_alive():
                os.kill(process.pid, signal.SIGINT)
            process.join(20)
            process.kill()
            address.close()
        process.join()
        assert process.exitcode == 0, complaints.read()


@pytest.fixture(scope="session")
def make_archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., ArchiveStore]]:
    stores: list[ArchiveStore] = []

    def make(*articles: IncomingArticle) -> ArchiveStore:
        store = ArchiveStore.open(tmp_path_factory.mktemp("archive"), embedder=HashingEmbedder(), create=True)
        stores.append(store)
        if articles:
            store.add(list(articles))
        return store

    yield make
    for store in stores:
        store.close()


@pytest.fixture(scope="session")
def chat(make_archive: Callable[..., ArchiveStore]) -> Iterator[str]:
    """The chat in quotes mode over ARTICLES."""
    with serving(make_archive(*ARTICLES)) as url:
        yield url


OpenPage = Callable[..., Any]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Iterator[None]:
    try:
        yield
    finally:
        if "open_page" not in getattr(nextitem, "fixturenames", ()):
            SHARED.close()


def pytest_unconfigure() -> None:
    SHARED.close()  # where the tests were stopped between two


@pytest.fixture
def open_page() -> Iterator[OpenPage]:
    """``open_page(url)``: a page as in a browser just started, ready to ask; checked when the test ends.

    A server that ends before the test does: ``leave(page)`` before.
    """
    opened: list[tuple[Any, Seen, str]] = []

    def open_one(
        url: str, width: int = 1440, height: int = 900, ready: str = "html.ready", color_scheme: str = "light"
    ) -> Any:
        page = SHARED.page(width, height, color_scheme)
        opened.append((page, page.seen, "/".join(url.split("/")[:3])))
        page.goto(url)
        page.wait_for_selector(ready)
        return page

    yield open_one
    for page, seen, _ in opened:
        if page.seen is seen and not page.is_closed():  # not left yet
            leave(page)
    for _, seen, url in opened:
        assert any(each.startswith(url) for each in seen.requests)
        seen.nothing_left(url)
