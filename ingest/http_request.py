"""One HTTP request, to a number already judged, within limits of size and time that hold whatever the server does.

The time limit is one deadline over connecting, TLS, headers and body, so a server that sends a byte now and then gains
nothing by it. Only gzip and deflate are asked for, because they can be unpacked piece by piece: the limit of size
holds for what comes out of them too.
"""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address

import httpx

from ingest.addresses import IPAddress, WebAddress

_MOST_NUMBERS = 3  # a name may stand for many machines; trying all of them isn't polite
_PIECE = 1_000_000  # bytes
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. ``content`` is unpacked; it is empty for redirects and refusals."""

    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def is_redirect(self) -> bool:
        """Whether it sends the reader on to another address."""
        return self.status in _REDIRECTS and "location" in self.headers


class RequestError(Exception):
    """No usable answer; the message is the reason. ``temporary``: the same request may succeed later."""

    def __init__(self, reason: str, *, temporary: bool) -> None:
        super().__init__(reason)
        self.temporary = temporary


def get(
    address: WebAddress,
    numbers: list[IPAddress],
    headers: Mapping[str, str],
    *,
    seconds: float,
    largest_bytes: int,
    tls: ssl.SSLContext,
) -> Answer:
    """GET ``address`` from the first of ``numbers`` that accepts a connection. Raises RequestError.

    Must not be called from a running event loop.
    """
    return asyncio.run(_get(address, numbers, headers, seconds, largest_bytes, tls))


async def _get(
    address: WebAddress,
    numbers: list[IPAddress],
    headers: Mapping[str, str],
    seconds: float,
    largest_bytes: int,
    tls: ssl.SSLContext,
) -> Answer:
    try:
        async with asyncio.timeout(seconds):
            # No keep-alive: a connection checked for one name is never used for another on the same machine.
            transport = httpx.AsyncHTTPTransport(verify=tls, trust_env=False, limits=httpx.Limits(max_connections=1))
            # trust_env: a proxy would connect for us, and its choice of number couldn't be judged.
            async with httpx.AsyncClient(transport=transport, timeout=seconds, trust_env=False) as client:
                for number in numbers[:_MOST_NUMBERS]:
                    try:
                        return await _ask(client, address, number, headers, largest_bytes)
                    except httpx.ConnectError as error:
                        failed: Exception = error
                raise failed
    except (TimeoutError, httpx.TimeoutException):
        raise RequestError("the server takes too long.", temporary=True) from None
    except httpx.ConnectError as error:
        reason = str(error)
        if "certificate" in reason.lower():
            raise RequestError(f"the server's certificate isn't valid for {address.host}.", temporary=False) from None
        raise RequestError(f"no connection: {reason[:120] or 'refused'}.", temporary=True) from None
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
        raise RequestError(
            f"the connection broke off: {str(error)[:120] or type(error).__name__}.", temporary=True
        ) from None


async def _ask(
    client: httpx.AsyncClient, address: WebAddress, number: IPAddress, headers: Mapping[str, str], largest_bytes: int
) -> Answer:
    url = httpx.URL(address.url)
    host = f"[{number}]" if isinstance(number, IPv6Address) else str(number)
    request = httpx.Request(
        "GET",
        url.copy_with(host=host),
        headers={
            "Host": url.netloc.decode("ascii"),
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
            **headers,
        },
        # The certificate is asked and checked for the name, though the connection goes to the number.
        extensions={
            "sni_hostname": address.host,
            "timeout": client.timeout.as_dict(),
        },
    )
    response = await client.send(request, stream=True)
    try:
        content = b""
        if response.status_code == 200:
            content = await _body(response, largest_bytes)
        return Answer(response.status_code, response.headers, content)
    finally:
        await response.aclose()


async def _body(response: httpx.Response, largest_bytes: int) -> bytes:
    media_type = response.headers.get("content-type", "").partition("/")[0].strip().lower()
    if media_type in {"image", "audio", "video", "font"}:
        raise RequestError(f"it is {media_type}, not text.", temporary=False)
    declared = response.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > largest_bytes:
        raise RequestError(f"the answer is larger than {_size(largest_bytes)}.", temporary=False)
    parts: list[bytes] = []
    length = 0
    async for part in _unpacked(response):
        length += len(part)
        if length > largest_bytes:
            raise RequestError(f"the answer is larger than {_size(largest_bytes)}.", temporary=False)
        parts.append(part)
    return b"".join(parts)


async def _unpacked(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body's pieces, none longer than a megabyte, whatever they unpack to."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower() or "identity"
    if encoding not in {"identity", "gzip", "x-gzip", "deflate"}:
        raise RequestError(f"the answer is packed as {encoding[:20]!r}, which wasn't asked for.", temporary=False)
    unpacker = None
    async for part in response.aiter_raw():
        if encoding == "identity":
            yield part
            continue
        try:
            if unpacker is None:
                unpacker = _unpacker(encoding, part)
            rest = part
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, _PIECE)
                rest = unpacker.unconsumed_tail
        except zlib.error:
            raise RequestError("the answer's compressed data is damaged.", temporary=True) from None
    if unpacker is not None:
        yield unpacker.flush()  # what was held back inside: less than a window
        if unpacker.eof:
            return
        raise RequestError("the answer's compressed data breaks off.", temporary=True)


def _unpacker(encoding: str, start: bytes) -> zlib._Decompress:
    if encoding == "deflate" and (len(start) < 2 or start[0] & 0x0F != 8 or int.from_bytes(start[:2], "big") % 31):
        return zlib.decompressobj(-zlib.MAX_WBITS)  # servers say "deflate" for data with and without zlib's header
    return zlib.decompressobj(zlib.MAX_WBITS | (16 if encoding != "deflate" else 0))


def _size(count: int) -> str:
    return f"{count / 1_000_000:g} MB" if count >= 100_000 else f"{count:,} bytes"
