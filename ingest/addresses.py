"""Which addresses may be fetched: judged by the number that is connected to, never by the name alone.

A name is resolved once; what it resolves to is judged here, and ``http_request`` connects to exactly that number. A
name server that answers differently a second later ("DNS rebinding") is never asked again.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

IPAddress = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[str]]

LONGEST_URL = 4096  # characters; longer ones are attacks or accidents
_LOWEST_FREE_PORT = 1024  # below it only the web's own ports: the others are mail, log-in and file servers

# Networks that carry no public web site, with the words a reader sees. The first that contains the address speaks.
# IANA special-purpose registries (RFC 6890 and successors), 2024-10.
_NEVER = (
    ("a cloud machine's metadata", ("169.254.169.254/32", "100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::254/128")),
    ("link-local", ("169.254.0.0/16", "fe80::/10")),
    ("multicast", ("224.0.0.0/4", "ff00::/8")),
    ("no address at all", ("0.0.0.0/8", "::/128")),
    ("broadcast", ("255.255.255.255/32",)),
    ("an IPv4 address in IPv6 clothes", ("::ffff:0:0/96", "::ffff:0:0:0/96")),
    ("an IPv4 address behind NAT64", ("64:ff9b::/96", "64:ff9b:1::/48")),
    ("an IPv4 address behind 6to4", ("2002::/16", "192.88.99.0/24")),
    ("an IPv4 address behind Teredo", ("2001::/32",)),
    ("reserved for documentation", ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")),
    ("reserved", ("192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "2001::/23", "100::/64", "5f00::/16", "fec0::/10")),
)
# An intranet may have these: allowed with ``allow_private``.
_PRIVATE = (
    ("this machine (loopback)", ("127.0.0.0/8", "::1/128")),
    ("private", ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")),
    ("a carrier's private network", ("100.64.0.0/10",)),
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # the only part of IPv6 given out to sites so far

_NUMBER = re.compile(r"(?:0x[0-9a-f]*|\d+)\.?", re.IGNORECASE)
_DOTTED_QUAD = re.compile(r"(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})")
_HOST_NAME = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\\]")
# What nearly all addresses look like, already in the one form; the others take a parser and twenty times as long.
_PLAIN = re.compile(
    r"(https?)://((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z](?:[a-z-]{0,30}[a-z]))(?!\S*/\.)"
    r"/[A-Za-z0-9._~/-]*(?:\?[A-Za-z0-9._~/=&-]+)?"
)
_USER_INFO = re.compile(r"(?<=//)[^/?#]*@")


class ForbiddenAddressError(ValueError):
    """An address that isn't fetched; the message is the reason, and never repeats a password."""


@dataclass(frozen=True, slots=True)
class WebAddress:
    """A URL in the one form that is judged, requested and remembered: no fragment, no credentials, ASCII host."""

    url: str
    scheme: str
    host: str  # ASCII; an IPv6 address without brackets
    port: int
    number: IPAddress | None  # where the host is an address, not a name

    @property
    def origin(self) -> str:
        """Scheme, host and port: what one robots.txt speaks for."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def web_address(url: str, *, base: WebAddress | None = None) -> WebAddress:
    """Read a URL, relative to ``base`` where it is a redirect's. Raises ForbiddenAddressError with the reason."""
    url = url.strip().replace(" ", "%20")  # as browsers do; in a host's name it is refused below
    if base is None and len(url) <= LONGEST_URL and (plain := _PLAIN.fullmatch(url)):
        return WebAddress(url, plain[1], plain[2], 443 if plain[1] == "https" else 80, None)
    if len(url) > LONGEST_URL:
        raise ForbiddenAddressError(f"the address is longer than {LONGEST_URL} characters.")
    if _UNPRINTABLE.search(url):
        raise ForbiddenAddressError("the address has line ends, backslashes or invisible characters in it.")
    try:
        parsed = httpx.URL(url) if base is None else httpx.URL(base.url).join(url)
        host, port = parsed.raw_host.decode("ascii").lower().removesuffix("."), parsed.port
    except (httpx.InvalidURL, ValueError, UnicodeError):
        raise ForbiddenAddressError("the address can't be understood; check it for typing errors.") from None
    if parsed.scheme not in {"http", "https"}:
        raise ForbiddenAddressError(
            f"only http and https addresses are fetched, not {parsed.scheme[:20] or 'bare'} ones."
        )
    if parsed.userinfo or _USER_INFO.search(str(parsed)):
        raise ForbiddenAddressError("the address has a user name or password in it, which would be kept; leave it out.")
    if port is not None and not 0 < port < 65536:
        raise ForbiddenAddressError(f"there is no port {port}.")
    number = _number_of(host)
    usual = 443 if parsed.scheme == "https" else 80
    place = f"[{host}]" if ":" in host else host
    place += f":{port}" if port not in {None, usual} else ""
    whole = f"{parsed.scheme}://{place}{parsed.raw_path.decode('ascii')}"  # without fragment and credentials
    return WebAddress(whole, parsed.scheme, host, port or usual, number)


def without_credentials(url: str) -> str:
    """The same address without user name and password, for reports and for what is kept."""
    return _USER_INFO.sub("", url)


def why_not(address: IPAddress, *, allow_private: bool = False) -> str | None:
    """The reason for which an address isn't connected to ("private", "link-local", ...); None: it may be.

    ``allow_private`` opens loopback, private and carrier networks, and nothing else: a cloud machine's metadata service
    stays shut for an intranet too.
    """
    if isinstance(address, IPv6Address) and address.scope_id:
        return "link-local"
    for reason, networks in _NEVER_NETWORKS:
        if any(address in network for network in networks):
            return reason
    for reason, networks in _PRIVATE_NETWORKS:
        if any(address in network for network in networks):
            return None if allow_private else reason
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return "reserved"
    return None if address.is_global else "reserved"  # Python's own table, which may know what ours doesn't


def judged(address: WebAddress, *, resolve: Resolver, allow_private: bool = False) -> list[IPAddress]:
    """The numbers behind a web address that may be connected to, in the resolver's order.

    Raises ForbiddenAddressError where there is none, and OSError where the name can't be resolved.
    """
    if not allow_private and address.port < _LOWEST_FREE_PORT and address.port not in {80, 443}:
        raise ForbiddenAddressError(f"port {address.port} is no web server's.")
    if address.number is not None:
        found: list[IPAddress] = [address.number]
    else:
        found = list(dict.fromkeys(ip_address(text) for text in resolve(address.host, address.port)))
    reasons = [why_not(number, allow_private=allow_private) for number in found]
    allowed = [number for number, reason in zip(found, reasons, strict=True) if reason is None]
    if allowed:
        return allowed
    if not found:
        raise OSError(f"{address.host} has no address.")
    remedy = "; --allow-private fetches from an intranet" if _would_help(found) else ""
    raise ForbiddenAddressError(f"{address.host} is not public ({found[0]} is {reasons[0]}){remedy}.")


def resolve_name(host: str, port: int, *, seconds: float = 10) -> list[str]:
    """Ask the system's resolver, for at most ``seconds``. Raises OSError."""
    answers: list[str] = []
    failure: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            for _, _, _, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                answers.append(str(place[0]))
        except (OSError, UnicodeError) as error:
            failure.append(error)

    asking = threading.Thread(target=ask, daemon=True, name=f"resolve {host}")
    asking.start()
    asking.join(seconds)
    if asking.is_alive():
        raise TimeoutError(f"the name server didn't answer for {host} within {seconds:g} s.")
    if failure:
        raise OSError(f"there is no host named {host}, or the name server can't be reached.")
    return list(dict.fromkeys(answers))


def _number_of(host: str) -> IPAddress | None:
    """The address, where the host is one.

    Octal, hexadecimal, short and decimal spellings are refused, not read: programs disagree about them, and a
    disagreement is a way in.
    """
    if ":" in host:
        if "%" in host:
            raise ForbiddenAddressError("an address with a zone is link-local.")
        try:
            return IPv6Address(host)
        except ValueError:
            raise ForbiddenAddressError("the IPv6 address can't be understood.") from None
    if _NUMBER.fullmatch(
        host.rpartition(".")[2]
    ):  # a name's last part is never a number (WHATWG URL, "ends in a number")
        if not _DOTTED_QUAD.fullmatch(host):
            raise ForbiddenAddressError(
                f"{host[:60]} is an odd spelling of an IPv4 address; write it as 198.51.100.7 is."
            )
        try:
            return IPv4Address(host)
        except ValueError:
            raise ForbiddenAddressError(f"{host} is not an IPv4 address.") from None
    if not _HOST_NAME.fullmatch(host):
        raise ForbiddenAddressError("the address names no host." if not host else "the host's name can't be one.")
    return None


def _would_help(addresses: Sequence[IPAddress]) -> bool:
    return any(why_not(address, allow_private=True) is None for address in addresses)


def _networks(
    table: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[tuple[str, tuple[IPv4Network | IPv6Network, ...]], ...]:
    return tuple((reason, tuple(ip_network(text) for text in texts)) for reason, texts in table)


_NEVER_NETWORKS = _networks(_NEVER)
_PRIVATE_NETWORKS = _networks(_PRIVATE)
