"""What our ASGI middlewares begin with: which kinds of connection they look at, and a request's headers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Protocol, TypeVar

from starlette.types import ASGIApp, Receive, Scope, Send


class Middleware(Protocol):
    """Something around an application."""

    app: ASGIApp


Around = TypeVar("Around", bound=Middleware)
Handler = Callable[[Around, Scope, Receive, Send], Awaitable[None]]


def only(*kinds: str) -> Callable[[Handler[Around]], Handler[Around]]:
    """For a middleware's ``__call__``: connections of these kinds ("http", "websocket") are its; all others pass by."""

    def narrowed(handle: Handler[Around]) -> Handler[Around]:
        @wraps(handle)
        async def call(middleware: Around, scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] in kinds:
                await handle(middleware, scope, receive, send)
            else:
                await middleware.app(scope, receive, send)

        return call

    return narrowed


def headers_of(scope: Scope) -> dict[bytes, str]:
    """A request's headers by their names in small letters; of one that comes twice, the last."""
    return {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
