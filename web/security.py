"""Headers that keep the page to this machine: what the browser may load, run and tell others. Pure ASGI."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.asgi import headers_of, only

# Gradio's frontend sets styles, starts itself with inline scripts and compiles its templates with Function(): hence the
# 'unsafe-' words. What they would let in is kept out by escaping (web/markup.py); what the policy adds is that nothing
# can be fetched from, sent to or embedded by another host.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-src 'self'",
        "frame-ancestors 'self'",
    )
)

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "SAMEORIGIN",
}


class SecurityHeaders:
    """ASGI middleware: every HTTP response carries HEADERS, whoever made it. Streams pass through unbuffered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    @only("http")
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name.encode(): value.encode() for name, value in HEADERS.items()}
                theirs = [(name, value) for name, value in message.get("headers", []) if name.lower() not in ours]
                message["headers"] = [*theirs, *ours.items()]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def host_names_for(host: str, further: str) -> frozenset[str] | None:
    """Under which names a chat that listens on ``host`` may be reached; None: any.

    On loopback only this machine's own names count, so that a page elsewhere whose name is made to point here (DNS
    rebinding) reads nothing. ``further``: names separated by commas, such as a proxy's; given any, only those count.
    """
    named = frozenset(name.strip().casefold().strip("[]") for name in further.split(",") if name.strip())
    if not named and host not in LOOPBACK_NAMES:
        return None
    return LOOPBACK_NAMES | named | {host.casefold()}


class OwnPagesOnly:
    """ASGI middleware: refuses what another site's page sends here (403), and names that aren't ours (421).

    A browser names the page that sends a request in ``Origin``; programs send none. Cookies are SameSite as well.
    """

    def __init__(self, app: ASGIApp, host_names: frozenset[str] | None = None) -> None:
        self.app = app
        self._host_names = host_names

    @only("http", "websocket")
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = headers_of(scope)
        host = headers.get(b"host", "").casefold()
        if self._host_names is not None and host_name(host) not in self._host_names:
            await refuse(send, 421, "Unknown host", "This chat doesn't answer under that name: see --host-name.")
            return
        origin = headers.get(b"origin")
        if origin is not None and origin.casefold().partition("://")[2] != host:
            await refuse(send, 403, "Another site", "A page of another site sent this, so nothing was done.")
            return
        await self.app(scope, receive, send)


def host_name(host: str) -> str:
    """A Host header's name without its port: ``[::1]:7860`` is ``::1``."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


async def refuse(send: Send, status: int, title: str, detail: str) -> None:
    """Send a problem instead of an answer."""
    from web.problems import problem

    response = problem(status, title, detail)
    await send({"type": "http.response.start", "status": status, "headers": response.raw_headers})
    await send({"type": "http.response.body", "body": response.body})
