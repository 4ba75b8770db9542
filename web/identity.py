"""Who a request comes from. Pure ASGI; everything behind it finds a Person in ``request.state.person``.

With a users' file: a session cookie (signed, HttpOnly, SameSite) or a program's token names the user, everybody else is
sent to the sign-in page. Without one each browser is a person of its own by a random cookie: conversations are kept
apart, but whoever can reach the address can ask.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, quote

from fastapi import Depends, HTTPException, Request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import texts
from web.accounts import Account, Accounts, Role
from web.asgi import headers_of, only
from web.page import STATIC_ADDRESS
from web.security import LOOPBACK_NAMES, refuse

SESSION_COOKIE = "backissue_session"
PERSON_COOKIE = "backissue_person"
SESSION_SECONDS = 14 * 24 * 3600
PERSON_SECONDS = 400 * 24 * 3600  # the longest that browsers keep a cookie
LOGIN_ADDRESS = "/login"
_PERSONAL = re.compile(r"[\w-]{32,64}")
_FOR_PROGRAMS = ("/api/", "/mcp", STATIC_ADDRESS + "/")
_GRADIO_SESSION = re.compile(r"/gradio_api/(?:heartbeat|stream)/([^/]+)")
_MOST_TABS = 20_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses the chat. ``person_id`` is what their conversations are kept under; ``name`` may be empty."""

    person_id: str
    name: str = ""
    role: Role = Role.READER

    @property
    def may_edit(self) -> bool:
        """Whether they may change the archive and evaluate."""
        return self.role is Role.EDITOR


class Sessions:
    """Signs who has signed in, and tells who that is."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts

    def begin(self, account: Account) -> str:
        """The value of the session cookie."""
        return str(self._signer().dumps([account.name, account.fingerprint]))

    def read(self, value: str) -> Account | None:
        """Whose session a cookie is; None if it is forged, too old, or the user was removed or has a new password."""
        try:
            name, fingerprint = self._signer().loads(value, max_age=SESSION_SECONDS)
        except (BadSignature, ValueError, TypeError):
            return None
        account = self.accounts.find(str(name))
        return account if account is not None and account.fingerprint == fingerprint else None

    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.accounts.secret, salt="backissue session")


class Tabs:
    """Which person each open page belongs to: nobody else may listen to its answers. The latest are remembered."""

    def __init__(self) -> None:
        self._owners: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def belongs_to(self, session_hash: str, person: Person) -> bool:
        """Whether that page is this person's; whoever names it first owns it."""
        with self._lock:
            owner = self._owners.setdefault(session_hash, person.person_id)
            self._owners.move_to_end(session_hash)
            while len(self._owners) > _MOST_TABS:
                self._owners.popitem(last=False)
            return owner == person.person_id


def person_of(request: Request) -> Person:
    """Whose request it is; only for routes that nobody reaches without being known."""
    person = request.state.person
    if not isinstance(person, Person):
        raise HTTPException(401, "Sign in first.")
    return person


def editor_of(request: Request) -> Person:
    """The same where it must be an editor. Raises HTTPException 403."""
    person = person_of(request)
    if not person.may_edit:
        raise HTTPException(403, texts.EDITORS_ONLY)
    return person


EDITORS_FIRST = [Depends(editor_of)]
"""A route's ``dependencies``: a reader is refused before anybody looks at what was sent."""


def anonymous_role(host: str, host_names: str) -> Role:
    """What somebody without an account may do: all, on a chat that only this machine can reach."""
    return Role.EDITOR if host.casefold() in LOOPBACK_NAMES and not host_names.strip() else Role.READER


class Identify:
    """ASGI middleware: puts the Person into the request's state, or refuses it."""

    def __init__(self, app: ASGIApp, sessions: Sessions | None, without_account: Role = Role.READER) -> None:
        self.app = app
        self._sessions = sessions
        self._without_account = without_account
        self._tabs = Tabs()

    @only("http", "websocket")
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = headers_of(scope)
        person, cookie = self._who(headers)
        if person is None and not _is_open(scope["path"]):
            await _sign_in(scope, headers, send)
            return
        tab = _tab(scope)
        if person is not None and tab and not self._tabs.belongs_to(tab, person):
            await refuse(send, 403, "Not yours", "That page is somebody else's.")
            return
        scope.setdefault("state", {})["person"] = person
        if not cookie or scope["path"].startswith(_FOR_PROGRAMS):
            await self.app(scope, receive, send)
            return
        line = set_cookie(PERSON_COOKIE, cookie, PERSON_SECONDS, secure=scope["scheme"] in {"https", "wss"})

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"set-cookie", line.encode())]
            await send(message)

        await self.app(scope, receive, with_cookie)

    def _who(self, headers: dict[bytes, str]) -> tuple[Person | None, str]:
        """Who it is, and the value of a cookie that must be set for them to be known again."""
        given = read_cookies(headers.get(b"cookie", ""))
        if self._sessions is None:
            value = given.get(PERSON_COOKIE, "")
            new = "" if _PERSONAL.fullmatch(value) else secrets.token_urlsafe(32)
            digest = hashlib.sha256((new or value).encode()).hexdigest()[:32]
            return Person(f"browser:{digest}", role=self._without_account), new
        scheme, _, token = headers.get(b"authorization", "").partition(" ")
        if scheme.casefold() == "bearer":
            account = self._sessions.accounts.of_token(token.strip())
        else:
            account = self._sessions.read(given.get(SESSION_COOKIE, ""))
        return (None if account is None else Person(f"user:{account.user_id}", account.name, account.role)), ""


def _is_open(path: str) -> bool:
    """What is there before signing in: that page, and our style and scripts."""
    return path == LOGIN_ADDRESS or path.startswith(STATIC_ADDRESS + "/")


def _tab(scope: Scope) -> str:
    """The page (Gradio's session) that a request listens to, if it does."""
    if scope["path"].startswith("/gradio_api/") and scope.get("query_string"):
        named = parse_qs(str(scope["query_string"], "latin-1")).get("session_hash", [])
        if named:
            return named[0]
    found = _GRADIO_SESSION.match(scope["path"])
    return str(found[1]) if found else ""


def read_cookies(header: str) -> dict[str, str]:
    """A Cookie header's names and values; {} for one that isn't one."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def set_cookie(name: str, value: str, seconds: int, *, secure: bool) -> str:
    """A Set-Cookie line: no script reads it, no other site's form sends it; ``secure`` behind TLS."""
    line = f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"
    return f"{line}; Secure" if secure else line


async def _sign_in(scope: Scope, headers: dict[bytes, str], send: Send) -> None:
    if scope["type"] == "http" and scope["method"] == "GET" and "text/html" in headers.get(b"accept", ""):
        asked = scope["path"] + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
        where = f"{LOGIN_ADDRESS}?next={quote(asked, safe='')}".encode("ascii")
        found = [(b"location", where), (b"cache-control", b"no-store"), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 303, "headers": found})
        await send({"type": "http.response.body", "body": b""})
        return
    await refuse(send, 401, "Not signed in", "Sign in at /login, or send a token: Authorization: Bearer TOKEN.")
