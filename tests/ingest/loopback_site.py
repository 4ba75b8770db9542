"""A site on this machine that says exactly the bytes it is told to, right or wrong."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Reply = bytes | Iterable[bytes]


@dataclass
class Site:
    """``pages`` maps a path to its whole answer, or to what makes one from the request."""

    port: int
    pages: dict[str, Reply | Callable[[str], Reply]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order, without robots.txt."""
        return [path for path in (request.split(" ", 2)[1] for request in self.requests) if path != "/robots.txt"]

    def answer(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(10)
            received = b""
            while b"\r\n\r\n" not in received:
                part = connection.recv(65536)
                if not part:
                    return
                received += part
            request = received.decode("latin-1")
            self.requests.append(request)
            reply = self.pages.get(request.split(" ", 2)[1], page(b"nothing here", status="404 Not Found"))
            if callable(reply):
                reply = reply(request)
            try:
                for part in [reply] if isinstance(reply, bytes) else reply:
                    connection.sendall(part)
            except OSError:
                pass  # the client has had enough


def page(body: bytes = b"", *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers]
    if not any(line.lower().startswith("content-type:") for line in headers):
        lines.append("Content-Type: text/html; charset=utf-8")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return page(b"", f"Location: {location}", status=status)


@contextmanager
def running_site() -> Iterator[Site]:
    listener = socket.create_server(("127.0.0.1", 0))
    site = Site(listener.getsockname()[1])
    threads: list[threading.Thread] = []

    def serve() -> None:
        while not site.closing.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=site.answer, args=(connection,), daemon=True)
            threads.append(thread)
            thread.start()

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    try:
        yield site
    finally:
        site.closing.set()
        with socket.socket() as last:
            last.connect_ex(("127.0.0.1", site.port))
        listener.close()
        server.join(5)
        for thread in threads:
            thread.join(5)
