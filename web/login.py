"""Signing in and out: a page in the house's style, tries counted per name and per address."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web import texts
from web.identity import LOGIN_ADDRESS, SESSION_COOKIE, SESSION_SECONDS, Sessions, set_cookie
from web.limits import Throttle
from web.markup import escape
from web.page import standalone

TRIES_PER_NAME = (5, 60.0)  # so many within so many seconds
TRIES_PER_ADDRESS = (30, 60.0)  # a whole newsroom may share an address
_FRESH = {"cache-control": "no-store"}

Field = Annotated[str, Form(max_length=400)]


def add_login(app: FastAPI, sessions: Sessions) -> None:
    """``GET`` and ``POST /login``, ``POST /logout``."""
    by_name, by_address = Throttle(*TRIES_PER_NAME), Throttle(*TRIES_PER_ADDRESS)

    def page(next: str = "/") -> HTMLResponse:
        return HTMLResponse(login_page(within(next)), headers=_FRESH)

    # a function without ``async``: hashing takes a tenth of a second and must not hold the event loop
    def sign_in(request: Request, name: Field = "", password: Field = "", next: Field = "/") -> Response:
        target = within(next)
        address = request.client.host if request.client is not None else ""
        wait = max(by_name.wait_for(name.strip().casefold()), by_address.wait_for(address))
        if wait:
            headers = {**_FRESH, "retry-after": str(int(wait) + 1)}
            return HTMLResponse(login_page(target, name, texts.too_often(int(wait) + 1)), 429, headers)
        account = sessions.accounts.check(name, password)
        if account is None:
            return HTMLResponse(login_page(target, name, texts.NOT_THAT), 403, _FRESH)
        by_name.forget(name.strip().casefold())
        answer = RedirectResponse(target, 303, _FRESH)
        secure = request.url.scheme == "https"
        line = set_cookie(SESSION_COOKIE, sessions.begin(account), SESSION_SECONDS, secure=secure)
        answer.raw_headers.append((b"set-cookie", line.encode("ascii")))
        return answer

    def sign_out(request: Request) -> Response:
        answer = RedirectResponse(LOGIN_ADDRESS, 303, _FRESH)
        line = set_cookie(SESSION_COOKIE, "", 0, secure=request.url.scheme == "https")
        answer.raw_headers.append((b"set-cookie", line.encode("ascii")))
        return answer

    app.add_api_route(LOGIN_ADDRESS, page, methods=["GET"], response_class=HTMLResponse)
    app.add_api_route(LOGIN_ADDRESS, sign_in, methods=["POST"])
    app.add_api_route("/logout", sign_out, methods=["POST"])


def within(target: str) -> str:
    """Where to go after signing in: a place of this site, else its first page."""
    local = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if local and "\\" not in target else "/"


def login_page(target: str, name: str = "", trouble: str = "") -> str:
    """The page, as HTML."""
    said = f'<p class="trouble" role="alert">{escape(trouble)}</p>' if trouble else ""
    first, second = ("", " autofocus") if name else (" autofocus", "")
    body = (
        f'<form class="sign-in" method="post" action="{LOGIN_ADDRESS}"><h1 class="welcome">{texts.SIGN_IN}</h1>{said}'
        f'<input type="hidden" name="next" value="{escape(target)}">'
        f'<label>{texts.NAME}<input name="name" value="{escape(name)}" autocomplete="username" autocapitalize="none" '
        f'spellcheck="false" required{first}></label>'
        f'<label>{texts.PASSWORD}<input type="password" name="password" autocomplete="current-password" '
        f"required{second}></label>"
        f'<button type="submit" class="primary">{texts.SIGN_IN}</button></form>'
    )
    return standalone(texts.SIGN_IN_TITLE, body)
