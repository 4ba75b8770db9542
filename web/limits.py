"""What one visitor may take of the server: how many answers at once, how much in a request, how often a password.

A gate lets a few through at once and a few more wait; whoever comes then is told to come back, at once and politely.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.asgi import only
from web.security import refuse

MOST_BODY_BYTES = 1_000_000
UPLOADS_ADDRESS = "/ingest/files"  # has a limit of its own: see uploads.py
UPLOAD_SIZE = "1mb"  # Gradio's own form of the same limit
RETRY_AFTER_SECONDS = 5


class TooBusyError(Exception):
    """The gate's waiting room is full."""


class Gate:
    """Lets ``at_once`` through and ``waiting`` more wait. One event loop's; nothing is kept for who gave up waiting."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self.at_once = at_once
        self._places = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._inside = 0

    def refuse_if_full(self) -> None:
        """Raise TooBusyError where too many wait."""
        if self._inside >= self._most:
            raise TooBusyError

    @asynccontextmanager
    async def place(self, *, patient: bool = False) -> AsyncIterator[None]:
        """Wait for a place and keep it for the block. Raises TooBusyError at once where too many wait.

        ``patient``: for a response whose headers are sent already; whoever was let in a moment ago is not refused.
        """
        if not patient:
            self.refuse_if_full()
        self._inside += 1
        try:
            async with self._places:
                yield
        finally:
            self._inside -= 1


class Throttle:
    """At most ``most`` tries per name within ``seconds``: for passwords. Safe to share by threads.

    Only the latest ``names`` names are remembered, so that memory stays small whoever tries what.
    """

    def __init__(
        self, most: int, seconds: float, names: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._names, self._clock = most, seconds, names, clock
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_for(self, name: str) -> float:
        """Count a try; 0.0 if it is allowed, else how many seconds until one is. A refused try isn't counted."""
        now = self._clock()
        with self._lock:
            tries = self._tries.setdefault(name, deque())
            self._tries.move_to_end(name)
            while len(self._tries) > self._names:
                self._tries.popitem(last=False)
            while tries and tries[0] <= now - self._seconds:
                tries.popleft()
            if len(tries) >= self._most:
                return tries[0] + self._seconds - now
            tries.append(now)
            return 0.0

    def forget(self, name: str) -> None:
        """A try went well: earlier ones no longer count."""
        with self._lock:
            self._tries.pop(name, None)


class BodyLimit:
    """ASGI middleware: a request whose body is larger than ``most`` bytes is refused with 413, unread."""

    def __init__(self, app: ASGIApp, most: int = MOST_BODY_BYTES, roomy: tuple[str, ...] = ()) -> None:
        self.app = app
        self._most = most
        self._says = f"A request can have up to {most:,} bytes."
        self._roomy = roomy  # paths with a limit of their own (uploads)

    @only("http")
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] in {"GET", "HEAD"} or scope["path"].startswith(self._roomy):
            await self.app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self._most:
            await refuse(send, 413, "Too large", self._says)
            return
        left = self._most
        answered = False

        async def counted() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise _TooLargeError
            return message

        async def noting(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.app(scope, counted, noting)
        except _TooLargeError:
            if not answered:
                await refuse(send, 413, "Too large", self._says)


class _TooLargeError(Exception):
    pass
