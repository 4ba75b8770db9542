"""Gradio's page, made ours before it is sent: our style and script in the head, nothing that points elsewhere.

Gradio adds what ``head=`` holds only when its own script runs; styles that come so late would flash. The Open Graph
tags it writes name other hosts; no browser loads them, but a page from an archive should not name them either.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import texts
from web.asgi import only

STATIC = Path(__file__).parent / "static"
STATIC_ADDRESS = "/backissue"

_FOREIGN_META = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*?/?>', re.DOTALL)
_GRADIO_START = re.compile(r"<gradio-app\b")


@cache
def asset(name: str) -> str:
    """The address of one of our files, with a digest of its content so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"{STATIC_ADDRESS}/{name}?v={digest}"


def head() -> str:
    """What our pages have in their head."""
    return (
        f"<title>{texts.TITLE}</title>"
        '<meta name="color-scheme" content="light dark">'
        f'<link rel="icon" href="{asset("favicon.svg")}" type="image/svg+xml">'
        f'<link rel="stylesheet" href="{asset("chat.css")}">'
        f'<link rel="stylesheet" href="{asset("views.css")}">'
        f'<link rel="stylesheet" href="{asset("chips.css")}">'
        f'<link rel="stylesheet" href="{asset("editing.css")}">'
        f'<link rel="stylesheet" href="{asset("evaluate.css")}">'
        f'<script src="{asset("theme.js")}"></script>'
        f'<script src="{asset("chat.js")}" defer></script>'
        f'<script src="{asset("chips.js")}" defer></script>'
        f'<script src="{asset("changed.js")}" defer></script>'
        f'<script src="{asset("conversations.js")}" defer></script>'
        f'<script src="{asset("views.js")}" defer></script>'
        f'<script src="{asset("work.js")}" defer></script>'
        f'<script src="{asset("editing.js")}" defer></script>'
        f'<script src="{asset("evaluate.js")}" defer></script>'
    )


def ours(html: str) -> str:
    """Gradio's page with our head, and a masthead to look at until its script has run."""
    html = _FOREIGN_META.sub("", html)
    html = html.replace("</head>", head() + "</head>", 1)
    waiting = f'<div class="waiting-masthead" aria-hidden="true"><span class="name">{texts.PRODUCT}</span></div>'
    return _GRADIO_START.sub(lambda found: waiting + found.group(), html, count=1)


def standalone(title: str, body: str) -> str:
    """A page of its own, for an article opened in a new tab; ``title`` and ``body`` are HTML already."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f'<link rel="icon" href="{asset("favicon.svg")}" type="image/svg+xml">'
        f'<link rel="stylesheet" href="{asset("chat.css")}"><link rel="stylesheet" href="{asset("views.css")}">'
        f'<script src="{asset("theme.js")}"></script></head>'
        f'<body class="reading"><header class="masthead"><a class="name" href="/">{texts.PRODUCT}</a></header>'
        f"<main>{body}</main></body></html>"
    )


class OurPage:
    """ASGI middleware: rewrites the one HTML page that Gradio serves at ``/``; everything else passes through."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    @only("http")
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["path"] != "/" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        start: Message = {}
        body: list[bytes] = []

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body.append(message.get("body", b""))
            if message.get("more_body"):
                return
            content = b"".join(body)
            headers = dict(start["headers"])
            if headers.get(b"content-type", b"").startswith(b"text/html"):
                content = ours(content.decode("utf-8")).encode("utf-8")
                headers[b"content-length"] = str(len(content)).encode()
                headers[b"cache-control"] = b"no-store"
            await send({**start, "headers": list(headers.items())})
            await send({"type": "http.response.body", "body": content})

        # Gradio compresses what browsers accept compressed; this page we want to read
        plain = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
        await self.app({**scope, "headers": plain}, receive, hold)
