"""An address -> what is there, fetched so that neither side is harmed.

Each step, redirects included: is it a public address (``addresses``), does robots.txt allow it, has the host had its
pause (``politeness``), then one request within limits (``http_request``). A server in trouble is asked again a few
times, later each time. Nothing here raises for what a server does: it ends in Fetched, NotModified or Refused.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import httpx

from archive.errors import UsageError
from ingest.addresses import (
    ForbiddenAddressError,
    Resolver,
    WebAddress,
    judged,
    resolve_name,
    web_address,
    without_credentials,
)
from ingest.fetch_memory import FetchMemory, Validators
from ingest.fetch_policy import FetchPolicy
from ingest.http_request import Answer, RequestError, get
from ingest.politeness import (
    HostClosedError,
    Hosts,
    RobotRules,
    duration,
    retry_after,
    rules_from,
)

_BUSY = frozenset({429, 503})  # the server says when to come back
_IN_TROUBLE = _BUSY | {408, 425, 500, 502, 504}
_PERMANENT = frozenset({301, 308})
_LARGEST_ROBOTS_READ = 10_000_000  # bytes; beyond ``LARGEST_ROBOTS`` they are ignored
_ACCEPT = "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class Fetched:
    """Something new. ``url`` is where it was in the end, ``requested`` what was asked for.

    Once ``content`` is safely ingested, hand ``validators`` to the memory under ``requested``: ``Fetcher.keep`` does.
    """

    requested: str
    url: str
    content: bytes
    media_type: str  # "" if the server doesn't say; lower case, without parameters
    charset: str  # "" if the server doesn't say
    validators: Validators
    moved: bool  # every redirect on the way was permanent: the address should be changed where it is written down
    language: str = ""


@dataclass(frozen=True, slots=True)
class NotModified:
    """Nothing new since the validators that the memory has: by the server's word, or the same bytes."""

    requested: str
    url: str
    since: datetime  # UTC: when what we have was fetched


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was fetched. ``reason`` is a sentence for the report; ``status`` the server's last, if it gave one.

    ``temporary``: the same request may succeed another night.
    """

    requested: str
    reason: str
    status: int | None = None
    temporary: bool = False


FetchResult = Fetched | NotModified | Refused


@dataclass(slots=True)
class _Budget:
    """Seconds left for the requests of one fetch."""

    seconds: float


class _RefusedError(Exception):
    def __init__(self, reason: str, status: int | None = None, *, temporary: bool = False) -> None:
        super().__init__(reason)
        self.status = status
        self.temporary = temporary


class Fetcher:
    """Fetches for one run: remembers each host's pauses and robots.txt. Several threads may share one."""

    def __init__(
        self,
        policy: FetchPolicy,
        memory: FetchMemory,
        *,
        resolve: Resolver = resolve_name,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.policy = policy
        self.memory = memory
        self._resolve = resolve
        self._clock = clock
        self._hosts = Hosts(clock, sleep)
        self._robots: dict[str, RobotRules] = {}
        self._robots_locks: dict[str, threading.Lock] = {}
        self._tls: dict[Path | None, ssl.SSLContext] = {}
        self._lock = threading.Lock()

    def fetch(self, url: str, *, policy: FetchPolicy | None = None, again: bool = False) -> FetchResult:
        """What is at ``url``. ``policy`` replaces the run's for this address (a source's own limits).

        ``again``: fetch it even where nothing is new. Raises UsageError only for settings that can't be used.
        """
        policy = policy or self.policy
        shown = without_credentials(url)
        try:
            address = web_address(url)
            known = None if again else self.memory.recall(address.url)
            answer, final, moved = self._with_retries(address, policy, known)
        except ForbiddenAddressError as error:
            return Refused(shown, str(error))
        except _RefusedError as error:
            self._hosts.note(address.host, failed=error.temporary)
            return Refused(shown, str(error), error.status, error.temporary)
        self._hosts.note(address.host, failed=False)
        if answer.status == 304:
            if known is None:
                return Refused(shown, 'the server says "not modified" though it wasn\'t asked.', 304, True)
            return NotModified(shown, final.url, known.fetched_at)
        digest = sha256(answer.content).digest()
        if known is not None and known.digest == digest and known.url == final.url:
            return NotModified(shown, final.url, known.fetched_at)
        validators = Validators(
            final.url,
            answer.headers.get("etag", "")[:1000],
            answer.headers.get("last-modified", "")[:100],
            digest,
            datetime.now(UTC),
        )
        media_type, charset = _content_type(answer.headers)
        language = answer.headers.get("content-language", "")[:35]
        return Fetched(shown, final.url, answer.content, media_type, charset, validators, moved, language)

    def keep(self, fetched: Fetched) -> None:
        """Remember that what was fetched is in the archive, so that it needn't be fetched again."""
        self.memory.remember(web_address(fetched.requested).url, fetched.validators)

    def sitemaps_of(self, url: str, *, policy: FetchPolicy | None = None) -> tuple[str, ...]:
        """The sitemaps named in the robots.txt of the site that ``url`` is on; none where that can't be read."""
        try:
            return self._rules(web_address(url), policy or self.policy).sitemaps
        except (ForbiddenAddressError, RequestError, _RefusedError):
            return ()

    def _tls_of(self, policy: FetchPolicy) -> ssl.SSLContext:
        with self._lock:
            if policy.certificates not in self._tls:
                self._tls[policy.certificates] = _tls_context(policy.certificates)
            return self._tls[policy.certificates]

    def _with_retries(
        self, address: WebAddress, policy: FetchPolicy, known: Validators | None
    ) -> tuple[Answer, WebAddress, bool]:
        """The last answer, where it came from, and whether that is the address's new home."""
        if self._hosts.is_given_up(address.host):
            raise _RefusedError("the server failed several times in a row; it is left alone for now.", temporary=True)
        for attempt in range(policy.retries + 1):
            pause = min(policy.first_pause_seconds * 2**attempt, policy.longest_pause_seconds)
            last = attempt == policy.retries
            try:
                answer, final, moved = self._follow(address, policy, known)
            except RequestError as error:
                if last or not error.temporary:
                    raise _RefusedError(str(error), temporary=error.temporary) from None
                self._hosts.close(address.host, pause)
                continue
            if answer.status in {200, 304}:
                return answer, final, moved
            if answer.status not in _IN_TROUBLE:
                raise _RefusedError(_status_reason(answer.status), answer.status)
            asked = retry_after(answer.headers.get("retry-after", ""), now=datetime.now(UTC))
            if answer.status in _BUSY and asked is not None:
                pause = max(pause, asked)
            self._hosts.close(final.host, pause)
            if pause > policy.longest_pause_seconds:
                reason = f"the server asks to be left alone for {duration(pause)}; try again then."
                raise _RefusedError(reason, answer.status, temporary=True)
            if last:
                raise _RefusedError(_status_reason(answer.status), answer.status, temporary=True)
        raise AssertionError("the last attempt returns or raises")

    def _follow(
        self, address: WebAddress, policy: FetchPolicy, known: Validators | None
    ) -> tuple[Answer, WebAddress, bool]:
        budget = _Budget(policy.seconds)
        moved = True
        for hop in range(policy.most_redirects + 1):
            if policy.obey_robots and not self._rules(address, policy).allow(address.url):
                raise _RefusedError("the site's robots.txt asks robots not to read it.")
            conditions = {}
            if known is not None and known.url == address.url:
                conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
            answer = self._request(
                address, policy, budget, {name: value for name, value in conditions.items() if value}
            )
            if not answer.is_redirect:
                return answer, address, moved and hop > 0
            moved = moved and answer.status in _PERMANENT
            try:
                address = web_address(answer.headers["location"], base=address)
            except ForbiddenAddressError as error:
                raise _RefusedError(f"it redirects to an address that isn't fetched: {error}", answer.status) from None
        raise _RefusedError(f"it redirects more than {policy.most_redirects} times.", answer.status)

    def _request(
        self,
        address: WebAddress,
        policy: FetchPolicy,
        budget: _Budget,
        headers: dict[str, str],
        largest_bytes: int | None = None,
    ) -> Answer:
        try:
            with self._hosts.turn(
                address.host,
                delay_seconds=policy.delay_seconds,
                longest_wait=max(policy.longest_pause_seconds, policy.delay_seconds),
            ):
                began = self._clock()
                try:
                    numbers = judged(address, resolve=self._resolve, allow_private=policy.allow_private)
                    return get(
                        address,
                        numbers,
                        {"User-Agent": policy.user_agent, "Accept": _ACCEPT, **headers},
                        seconds=max(0.1, budget.seconds),
                        largest_bytes=largest_bytes or policy.largest_bytes,
                        tls=self._tls_of(policy),
                    )
                except ForbiddenAddressError as error:
                    raise _RefusedError(str(error)) from None
                except OSError as error:
                    raise RequestError(str(error), temporary=True) from None
                finally:
                    budget.seconds -= self._clock() - began
        except HostClosedError as error:
            raise _RefusedError(str(error), temporary=True) from None

    def _rules(self, address: WebAddress, policy: FetchPolicy) -> RobotRules:
        """The rules of an origin, read once a run. Raises RequestError while they can't be had (RFC 9309: closed)."""
        with self._lock:
            lock = self._robots_locks.setdefault(address.origin, threading.Lock())
        with lock:
            rules = self._robots.get(address.origin)
            if rules is None:
                rules = self._robots[address.origin] = self._read_robots(address, policy)
                self._hosts.slow_down(address.host, min(rules.delay_seconds, policy.longest_delay_seconds))
            return rules

    def _read_robots(self, address: WebAddress, policy: FetchPolicy) -> RobotRules:
        """robots.txt of one origin, its redirects followed and judged like any other's."""
        budget = _Budget(policy.seconds)
        place = web_address("/robots.txt", base=address)
        try:
            for _ in range(policy.most_redirects + 1):
                answer = self._request(place, policy, budget, {}, largest_bytes=_LARGEST_ROBOTS_READ)
                if not answer.is_redirect:
                    return rules_from(answer.status, answer.content)
                place = web_address(answer.headers["location"], base=place)
        except (ForbiddenAddressError, RequestError) as error:
            raise RequestError(f"the site's robots.txt can't be read: {error}", temporary=True) from None
        return RobotRules(None)  # redirected without end: as good as absent


def _tls_context(certificates: Path | None) -> ssl.SSLContext:
    if certificates is None:
        return httpx.create_ssl_context(trust_env=False)
    try:
        return ssl.create_default_context(cafile=str(certificates))
    except OSError as error:
        raise UsageError(f"{certificates} can't be read as PEM certificates: {error}.") from None


def _content_type(headers: httpx.Headers) -> tuple[str, str]:
    media_type, *parameters = headers.get("content-type", "").split(";")
    values = {
        name.strip().lower(): value.strip().strip("\"'") for name, _, value in (p.partition("=") for p in parameters)
    }
    charset = values.get("charset", "")
    return media_type.strip().lower()[:100], charset if len(charset) <= 40 and charset.isascii() else ""


def _status_reason(status: int) -> str:
    known = {
        401: "it asks for a log-in (401).",
        402: "it asks for payment (402).",
        403: "the server refuses it to us (403).",
        404: "there is nothing at that address (404).",
        410: "it has been taken away for good (410).",
        429: "the server says that we ask too much (429); try again later.",
        451: "it is withheld for legal reasons (451).",
    }
    later = "; try again later" if status >= 500 else ""
    return known.get(status, f"the server answers with status {status}{later}.")
