"""One address per article: the canonical form that is kept, and the key that recognises it again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

_LONGEST_URL = 2000
_DEFAULT_PORTS = {"http": 80, "https": 443}
# Parameters that say where a reader came from, not what is read.
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|li_fat_id|igshid|igsh|mc_cid|mc_eid|mkt_tok"
    r"|_ga|_gl|_hsenc|_hsmi|__twitter_impression|ref_src|ref_url|cmpid|cmp|icid|ito|ncid|ocid|smid|smtyp|partner|xtor"
    r"|at_(?:medium|campaign|custom\d|link_\w+|format|ptr_name|bbc_team|recipient_\w+)|ns_(?:mchannel|source|campaign|linkname|fee)"
    r"|guccounter|guce_\w+|soc_src|soc_trk|wt_mc|wt_zmc|sr_share|s_cid|sref|spm|sh|emc|socialshare|outputtype|amp",
    re.IGNORECASE,
)
_DEVICE_HOST = re.compile(r"^(?:www|amp|m|mobile|edition)\.(?=[^.]+\.)")
_AMP_PATH = re.compile(r"^/amp(?=/.)|/amp(?:\.html?)?$|(?<=.)\.amp(?=\.html?$)|\.amp$")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_SAFE_IN_PATH = "/:@!$&'()*+,;=~-._"


def canonical_url(url: str) -> str:
    """The address without tracking parameters, fragment, default port and user name; "" if it isn't one on the web.

    The host is in lower case, parameters are sorted, escapes spelled one way. Idempotent.
    """
    url = "".join(url.split())
    if url.startswith("//"):
        url = "https:" + url
    if len(url) > _LONGEST_URL:
        return ""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not re.fullmatch(r"[^\s<>\"'\\^`{|}/?#@%\x00-\x20\x7f]+", host):
        return ""
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, errors="replace")
        if not _TRACKING.fullmatch(name) and not (name.casefold() == "ref" and not value.isdigit())
    ]
    return urlunsplit((scheme, host, _path(parts.path), urlencode(sorted(query)), ""))


def url_key(url: str) -> str:
    """What makes two addresses the same article: without scheme, "www.", mobile and AMP forms, and closing slash.

    "" where the address names no article: a site's front page.
    """
    parts = urlsplit(canonical_url(url))
    path = _AMP_PATH.sub("", parts.path.rstrip("/")).rstrip("/")
    if not parts.netloc or (not path and not parts.query):
        return ""
    host = _DEVICE_HOST.sub("", parts.netloc)
    return f"{host}{path}?{parts.query}" if parts.query else f"{host}{path}"


def told_url(told: Iterable[str], fetched: str = "") -> str:
    """The address that a page gives itself, of those it tells (best first); ``fetched``, where it came from, else "".

    Believed only for its own site: a page that names another site's is a copy of that page and keeps its own address.
    Where it came from isn't known, two of its addresses must not name different sites (``og:url`` is then its own). A
    front page is no article's address. Relative ones are completed.
    """
    whole = (urljoin(fetched, address.strip()) for address in told)
    usable = [address for address in whole if url_key(address)]
    if fetched:
        return next((address for address in usable if same_site(address, fetched)), fetched)
    if len(usable) > 1 and not same_site(usable[0], usable[1]):
        return usable[1]
    return usable[0] if usable else ""


def same_site(first: str, second: str) -> bool:
    """Whether two addresses belong to one site: one registered domain, or an AMP cache of it."""
    one, other = _site(first), _site(second)
    return bool(one) and one == other


def _site(url: str) -> str:
    from courlan import extract_domain

    try:
        host = (urlsplit(url).hostname or "").casefold()
    except ValueError:
        return ""
    if host.endswith(".cdn.ampproject.org"):  # "www-post-example.cdn.ampproject.org": a dash for a dot, two for a dash
        cached = host.removesuffix(".cdn.ampproject.org").replace("--", "\0").replace("-", ".").replace("\0", "-")
        host = cached
    address = f"https://{host}/"
    # by the list of public suffixes, else (names on no list: an intranet's) the last two labels
    return extract_domain(address) or extract_domain(address, fast=True) or host


def _path(path: str) -> str:
    """Escapes in one spelling, "." and ".." resolved."""
    # a "%" that begins no escape stands for itself; "%2F" stays, as it isn't a slash between folders
    pieces = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", path).split("/")
    kept: list[str] = []
    for piece in pieces:
        plain = quote(
            unquote(_ESCAPE.sub(_keep_reserved, piece), errors="surrogateescape"),
            _SAFE_IN_PATH + "%",
            errors="surrogateescape",
        )
        if plain == "..":
            if len(kept) > 1:
                kept.pop()
        elif plain != ".":
            kept.append(plain)
    if pieces[-1] in {".", ".."}:
        kept.append("")
    joined = "/".join(kept)
    return joined if joined.startswith("/") else "/" + joined


def _keep_reserved(match: re.Match[str]) -> str:
    """Escapes of letters, digits, ``-._~`` and bytes beyond ASCII (made again later) are undone; others stay."""
    byte = int(match.group()[1:], 16)
    if byte >= 0x80 or chr(byte).isalnum() or chr(byte) in "-._~":
        return match.group().upper()
    return "%25" + match.group()[1:].upper()
