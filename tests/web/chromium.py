"""Chromium for the tests: one, whose tab goes from test to test, emptied of whatever the last one left in it."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
WAIT_MS = 40_000  # long enough for a machine that does other things too

# The two hidden pages that Chromium lays beside every new context, for suggestions under an address bar that nobody
# sees: they cost as much as our own page. The other names are Playwright's: of two such switches only the last counts.
_SWITCHED_OFF = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    f"--disable-features={','.join(_SWITCHED_OFF)}",
)
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


# False where a page has no storage, and so can't empty it.
_FORGET = "() => { try { localStorage.clear(); sessionStorage.clear(); return true; } catch { return false; } }"


def _watch(page: Any) -> None:
    """Note what the page does, always for the test whose page it is then."""

    def seen() -> Seen:
        noted: Seen = page.seen
        return noted

    page.on("request", lambda request: seen().note_request(request))
    page.on("console", lambda said: seen().errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: seen().errors.append(str(error)))
    page.on("dialog", lambda dialog: (seen().errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))


class SharedChromium:
    """One Chromium for all browser tests that follow one another in a process.

    A test's page is the tab that the last test had, emptied, where it loads in less than half the time; a second one at
    the same time is a browser session of its own. While Chromium runs, Playwright's event loop is this thread's: it is
    closed before any other test.
    """

    def __init__(self) -> None:
        self._running = ExitStack()
        self._browser: Any = None
        self._tab: Any = None  # empty, and nobody's

    def browser(self) -> Any:
        """It, started where it isn't running."""
        if self._browser is None or not self._browser.is_connected():
            from playwright.sync_api import sync_playwright

            self.close()
            playwright = self._running.enter_context(sync_playwright())
            self._browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
            self._running.callback(self._browser.close)
        return self._browser

    def page(self, width: int, height: int, color_scheme: str) -> Any:
        """An empty page, to be left in the end: the tab, or one in a session of its own while the tab is in use."""
        browser = self.browser()
        page, self._tab = self._tab, None
        if page is None:
            context = browser.new_context(locale="en-GB")
            context.set_default_timeout(WAIT_MS)
            page = context.new_page()
            _watch(page)
        page.seen = Seen()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=color_scheme)
        return page

    def leave(self, page: Any) -> None:
        """Let go of the server, before it ends or with the test; nothing of what it gave stays in the browser."""
        context = page.context
        for other in context.pages:
            if other is not page:
                other.close()
        page.unroute_all(behavior="ignoreErrors")
        if self._tab is not None or not page.evaluate(_FORGET):
            context.close()
            return
        page.seen = Seen()  # what Gradio's script says of its own end concerns nobody
        page.evaluate("() => location.replace('about:blank')")  # by itself, or the next page gets a process of its own
        page.wait_for_url("about:blank")
        context.clear_cookies()
        page.mouse.move(0, 0)
        self._tab = page

    def close(self) -> None:
        """End it, where it runs."""
        self._browser = self._tab = None
        self._running.close()


SHARED = SharedChromium()
leave = SHARED.leave
