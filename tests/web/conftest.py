"""A chat served over a real archive, and a browser that tells every request and every error."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, chdir, contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from archive.article import Article, DateSource, Timestamp
from archive.embedder import HashingEmbedder
from archive.records import IncomingArticle
from archive.store import ArchiveStore
from tests.web.serve_chat import serve_chat

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WAIT_MS = 40_000  # long enough for a machine that does other things too


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium found: apt-get install chromium"))


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


_GRADIOS_FAREWELL = ("AbortError: signal is aborted without reason", "Unexpected error Connection errored out.")


@dataclass
class Seen:
    """What a page did: every request's address, every error on its console."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    pages: int = 0

    def note_request(self, request: Any) -> None:
        """One request more; a page that was left for another counts."""
        self.requests.append(request.url)
        self.pages += request.is_navigation_request()

    def nothing_left(self, url: str) -> None:
        """No error, no request to another host, nothing run that shouldn't have."""
        outside = [each for each in self.requests if not each.startswith((url, "data:", "blob:"))]
        assert outside == []
        # a page that is left while it listens: Gradio's own script complains of its own end, now and then
        errors = [each for each in self.errors if self.pages < 2 or not each.startswith(_GRADIOS_FAREWELL)]
        assert errors == []


OpenPage = Callable[..., Any]


class SharedChromium:
    """One Chromium for all browser tests that follow one another in a process; each test has contexts of its own.

    While it runs, Playwright's event loop is this thread's: it is closed before any other test.
    """

    def __init__(self) -> None:
        self._running = ExitStack()
        self._browser: Any = None

    def browser(self) -> Any:
        """It, started where it isn't running."""
        if self._browser is None or not self._browser.is_connected():
            from playwright.sync_api import sync_playwright

            self.close()
            playwright = self._running.enter_context(sync_playwright())
            self._browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            )
            self._running.callback(self._browser.close)
        return self._browser

    def close(self) -> None:
        """End it, where it runs."""
        self._browser = None
        self._running.close()


_CHROMIUM = SharedChromium()


@pytest.fixture
def chromium() -> Any:
    return _CHROMIUM.browser()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Iterator[None]:
    try:
        yield
    finally:
        if "chromium" not in getattr(nextitem, "fixturenames", ()):
            _CHROMIUM.close()


def pytest_unconfigure() -> None:
    _CHROMIUM.close()  # where the tests were stopped between two


@pytest.fixture
def open_page(chromium: Any) -> Iterator[OpenPage]:
    """``open_page(url)``: a page in a browser session of its own, ready to ask; checked when the test ends."""
    opened: list[tuple[Any, Seen, str]] = []

    def open_one(url: str, width: int = 1440, height: int = 900, ready: str = "html.ready", **options: Any) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="en-GB", **options)
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        seen = Seen()
        page.on("request", seen.note_request)
        page.on("console", lambda said: seen.errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        page.on("dialog", lambda dialog: (seen.errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.seen = seen
        opened.append((context, seen, "/".join(url.split("/")[:3])))
        page.goto(url)
        page.wait_for_selector(ready)
        return page

    yield open_one
    for context, _, _ in opened:
        context.close()
    for _, seen, url in opened:
        assert any(each.startswith(url) for each in seen.requests)
        seen.nothing_left(url)
