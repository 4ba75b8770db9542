"""Who may come in where the chat is shared: a file of users with hashed passwords, roles and tokens.

The file is JSON, readable by its owner only. It holds no password and no token, only what checks one: passwords as
scrypt hashes (RFC 7914, with OWASP's parameters), tokens, which are random, as SHA-256 digests. ``backissue users``
writes it; a running chat reads it anew when it has changed, so that whoever is removed is out at once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import threading
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from archive.errors import UsageError

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
_NAME = re.compile(r"[\w.@+-]{1,64}")
# One of the sets that the OWASP Password Storage Cheat Sheet names as equal: 32 MiB, a few tenths of a second.
_SCRYPT = {"n": 2**15, "r": 8, "p": 3}
_SCRYPT_MEMORY = 64 * 1024 * 1024
_HASHING = threading.BoundedSemaphore(2)  # each takes 32 MiB: many at once must not exhaust the machine


class Role(StrEnum):
    """What a user may do: readers ask and read, editors also change the archive and evaluate."""

    READER = "reader"
    EDITOR = "editor"


class Token(BaseModel):
    """A key for programs: the digest of it, and when it was made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    digest: str
    issued: datetime


class Account(BaseModel):
    """A user. ``password`` is a hash; ``user_id`` is never given again, so that a namesake inherits nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user_id: str
    name: str
    role: Role
    password: str
    tokens: tuple[Token, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Changes with the password: a session begun under another one has ended."""
        return hashlib.sha256(self.password.encode()).hexdigest()[:16]


class _Content(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    secret: str  # signs sessions
    users: tuple[Account, ...] = ()


class Accounts:
    """A users' file. Safe to share by threads; every call sees the file as it is now."""

    def __init__(self, file: Path, *, create: bool = False) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._content = _Content(secret=secrets.token_hex(32))
        if not file.is_file():
            if not create:
                raise UsageError(f"{file} is no users' file. Make one with `backissue users add NAME --auth {file}`.")
            return
        self._read()

    @property
    def secret(self) -> str:
        """What signs sessions."""
        return self._read().secret

    def all(self) -> tuple[Account, ...]:
        """Every user, by name."""
        return tuple(sorted(self._read().users, key=lambda account: account.name))

    def find(self, name: str) -> Account | None:
        """The user of that name, however it is capitalised."""
        wanted = _plain_name(name)
        return next((account for account in self._read().users if account.name == wanted), None)

    def check(self, name: str, password: str) -> Account | None:
        """The user, if that is their password. Takes as long for names that don't exist."""
        account = self.find(name)
        right = matches(password[:LONGEST_PASSWORD], account.password if account is not None else _NOBODY)
        return account if right else None

    def of_token(self, token: str) -> Account | None:
        """The user whose token that is."""
        digest = _digest(token)
        for account in self._read().users:
            if any(hmac.compare_digest(digest, each.digest) for each in account.tokens):
                return account
        return None

    def add(self, name: str, password: str, role: Role) -> Account:
        """Add a user. Raises UsageError for a name that is taken or no name, and for a password that is too short."""
        plain = _plain_name(name)
        if not _NAME.fullmatch(plain):
            raise UsageError(f"{name!r} can't be a user's name: use up to 64 letters, digits and . @ + - _")
        if self.find(plain) is not None:
            raise UsageError(f"There is a user {plain!r} already. `backissue users passwd` changes the password.")
        account = Account(user_id=secrets.token_hex(8), name=plain, role=role, password=hashed(password))
        self._write([*self._read().users, account])
        return account

    def remove(self, name: str) -> None:
        """Remove a user; sessions and tokens end with it. Raises UsageError if there is none."""
        gone = self._existing(name)
        self._write([account for account in self._read().users if account.name != gone.name])

    def change(self, name: str, *, password: str | None = None, role: Role | None = None) -> None:
        """Change a user's password (which ends their sessions, but no tokens), or role. Raises UsageError."""
        account = self._existing(name)
        changes: dict[str, object] = {} if role is None else {"role": role}
        if password is not None:
            changes["password"] = hashed(password)
        self._replace(account.model_copy(update=changes))

    def issue_token(self, name: str) -> str:
        """A new token for programs of this user; it is shown once and not kept. Raises UsageError."""
        account = self._existing(name)
        token = f"backissue_{secrets.token_urlsafe(32)}"
        kept = Token(digest=_digest(token), issued=datetime.now(UTC).replace(microsecond=0))
        self._replace(account.model_copy(update={"tokens": (*account.tokens, kept)}))
        return token

    def revoke_tokens(self, name: str) -> int:
        """Make all of a user's tokens worthless; how many there were. Raises UsageError."""
        account = self._existing(name)
        self._replace(account.model_copy(update={"tokens": ()}))
        return len(account.tokens)

    def _existing(self, name: str) -> Account:
        account = self.find(name)
        if account is None:
            known = ", ".join(each.name for each in self.all()) or "none"
            raise UsageError(f"There is no user {name!r} in {self.file}. There is: {known}.")
        return account

    def _replace(self, changed: Account) -> None:
        self._write([changed if account.name == changed.name else account for account in self._read().users])

    def _read(self) -> _Content:
        with self._lock:
            try:
                stat = self.file.stat()
                if self._seen != (stat.st_mtime_ns, stat.st_ino):
                    self._content = _Content.model_validate_json(self.file.read_bytes())
                    self._seen = (stat.st_mtime_ns, stat.st_ino)
            except FileNotFoundError:
                if self._seen is not None:  # it was there: without it nobody comes in
                    self._content = _Content(secret=secrets.token_hex(32))
            except (OSError, ValidationError) as error:
                said = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
                raise UsageError(f"{self.file} is not a users' file: {said}. Restore it, or make a new one.") from None
            return self._content

    def _write(self, users: Sequence[Account]) -> None:
        content = _Content(secret=self._content.secret, users=tuple(users))
        unfinished = self.file.with_name(self.file.name + ".unfinished")
        unfinished.unlink(missing_ok=True)
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
                json.dump(content.model_dump(mode="json"), opened, indent=1)
            unfinished.replace(self.file)
        except OSError as error:
            raise UsageError(f"{self.file} cannot be written: {error.strerror}. Name another file.") from None


def hashed(password: str) -> str:
    """A password as ``scrypt$n$r$p$salt$hash``. Raises UsageError for one that is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UsageError(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters. Choose another one.")
    salt = secrets.token_bytes(16)
    digest = _scrypt(password, salt, **_SCRYPT)
    numbers = "$".join(str(_SCRYPT[name]) for name in ("n", "r", "p"))
    return f"scrypt${numbers}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def matches(password: str, kept: str) -> bool:
    """Whether a password is the one that was hashed; False for a hash of unknown form."""
    try:
        name, n, r, p, salt, digest = kept.split("$")
        if name != "scrypt":
            return False
        found = _scrypt(password, base64.b64decode(salt), n=int(n), r=int(r), p=int(p))
        return hmac.compare_digest(found, base64.b64decode(digest))
    except ValueError:
        return False


def _scrypt(password: str, salt: bytes, *, n: int, r: int, p: int) -> bytes:
    text = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    with _HASHING:
        return hashlib.scrypt(text, salt=salt, n=n, r=r, p=p, maxmem=_SCRYPT_MEMORY, dklen=32)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _plain_name(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


# The hash of no password: what is checked where there is no such user, so that the answer takes as long.
_NOBODY = f"scrypt${_SCRYPT['n']}${_SCRYPT['r']}${_SCRYPT['p']}$AAAAAAAAAAAAAAAAAAAAAA==$" + "A" * 43 + "="
