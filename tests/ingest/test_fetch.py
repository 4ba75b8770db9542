"""Fetching from a site on this machine that behaves, and from ones that don't."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import tracemalloc
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import UsageError
from ingest.fetch import Fetched, Fetcher, NotModified, Refused
from ingest.fetch_memory import VolatileFetchMemory
from ingest.fetch_policy import FetchPolicy
from ingest.politeness import duration, retry_after
from tests.ingest.loopback_site import Site, page, redirect, running_site

QUICK = FetchPolicy(allow_private=True, delay_seconds=0, first_pause_seconds=0, seconds=5)


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fetcher(clock: Clock) -> Fetcher:
    return Fetcher(QUICK, VolatileFetchMemory(), resolve=lambda h, p: ["127.0.0.1"], clock=clock, sleep=clock.sleep)


def fetched(result: object) -> Fetched:
    assert isinstance(result, Fetched), result
    return result


def refused(result: object) -> Refused:
    assert isinstance(result, Refused), result
    return result


def test_a_page_comes_with_what_the_server_says_of_it(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a"] = page(
        b"<p>News</p>", 'Content-Type: Text/HTML; Charset="ISO-8859-1"', 'ETag: W/"1"', "Content-Language: de"
    )
    got = fetched(fetcher.fetch(site.url("/a#part")))
    assert (got.content, got.media_type, got.charset, got.language) == (b"<p>News</p>", "text/html", "ISO-8859-1", "de")
    assert (got.url, got.requested, got.moved) == (site.url("/a"), site.url("/a#part"), False)
    assert got.validators.etag == 'W/"1"'
    request = site.requests[-1]
    assert f"Host: 127.0.0.1:{site.port}\r\n" in request
    assert "User-Agent: Backissue/" in request
    assert "Cookie" not in request


def test_the_user_agent_says_whom_to_complain_to() -> None:
    assert FetchPolicy(contact="desk@paper.example").user_agent.endswith(" (+desk@paper.example)")
    with pytest.raises(UsageError):
        FetchPolicy(contact="x\r\nEvil: 1")


def test_the_name_is_resolved_once_and_that_number_is_connected_to(site: Site, clock: Clock) -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"]])
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return next(answers)

    site.pages["/a"] = page(b"x")
    fetcher = Fetcher(QUICK, VolatileFetchMemory(), resolve=resolve, clock=clock, sleep=clock.sleep)
    fetched(fetcher.fetch(site.url("/a", host="paper.example")))
    assert asked == ["paper.example", "paper.example"]  # robots.txt, then the page: a look-up per request, no more
    assert f"Host: paper.example:{site.port}\r\n" in site.requests[-1]


def test_private_addresses_are_refused_before_anything_is_sent(site: Site, clock: Clock) -> None:
    fetcher = Fetcher(
        replace(QUICK, allow_private=False),
        VolatileFetchMemory(),
        resolve=lambda h, p: ["127.0.0.1"],
        sleep=clock.sleep,
    )
    for url in (site.url("/a"), site.url("/a", host="paper.example"), site.url("/", host="[::1]")):
        result = refused(fetcher.fetch(url))
        assert "loopback" in result.reason
        assert not result.temporary
    assert site.requests == []


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.1]/",
        "http://0x7f.1/",
        "file:///etc/passwd",
        "http://inside.example/",
    ],
)
def test_a_redirect_to_a_forbidden_address_is_refused(site: Site, clock: Clock, target: str) -> None:
    site.pages["/a"] = redirect(target)
    numbers = {"paper.example": "127.0.0.1", "inside.example": "169.254.0.7"}
    fetcher = Fetcher(QUICK, VolatileFetchMemory(), resolve=lambda h, p: [numbers[h]], clock=clock, sleep=clock.sleep)
    refused(fetcher.fetch(site.url("/a", host="paper.example")))
    assert site.paths == ["/a"]


def test_a_redirect_with_a_password_is_refused_and_the_password_not_shown(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a"] = redirect(f"http://reader:secret@127.0.0.1:{site.port}/b")
    result = refused(fetcher.fetch(site.url("/a")))
    assert "secret" not in str(result)
    assert "secret" not in str(refused(fetcher.fetch(f"http://reader:secret@127.0.0.1:{site.port}/b")))


def test_redirects_are_followed_to_a_limit(site: Site, fetcher: Fetcher) -> None:
    site.pages["/old"] = redirect("/new", "301 Moved Permanently")
    site.pages["/new"] = page(b"here")
    site.pages["/for-now"] = redirect("/new")
    site.pages["/round"] = redirect("/round")
    got = fetched(fetcher.fetch(site.url("/old")))
    assert (got.url, got.moved) == (site.url("/new"), True)
    assert not fetched(fetcher.fetch(site.url("/for-now"))).moved
    assert "more than 5 times" in refused(fetcher.fetch(site.url("/round"))).reason
    assert site.paths.count("/round") == 6


def test_the_second_night_asks_only_for_what_is_new(site: Site, fetcher: Fetcher) -> None:
    def answer(request: str) -> bytes:
        if 'If-None-Match: "v1"' in request and "If-Modified-Since: Fri, 05 Jan 2024 06:00:00 GMT" in request:
            return b"HTTP/1.1 304 Not Modified\r\n\r\n"
        return page(b"feed", 'ETag: "v1"', "Last-Modified: Fri, 05 Jan 2024 06:00:00 GMT")

    site.pages["/feed"] = answer
    first = fetched(fetcher.fetch(site.url("/feed")))
    # Not kept yet, as if the run had died before the archive had it: it comes again.
    fetched(fetcher.fetch(site.url("/feed")))
    fetcher.keep(first)
    second = fetcher.fetch(site.url("/feed"))
    assert second == NotModified(site.url("/feed"), site.url("/feed"), first.validators.fetched_at)
    fetched(fetcher.fetch(site.url("/feed"), again=True))


def test_the_same_bytes_are_nothing_new_where_the_server_gives_no_validators(site: Site, fetcher: Fetcher) -> None:
    site.pages["/feed"] = page(b"feed")
    fetcher.keep(fetched(fetcher.fetch(site.url("/feed"))))
    assert "If-" not in site.requests[-1]
    assert isinstance(fetcher.fetch(site.url("/feed")), NotModified)
    site.pages["/feed"] = page(b"feed 2")
    assert fetched(fetcher.fetch(site.url("/feed"))).content == b"feed 2"


def test_validators_are_sent_only_to_the_address_they_came_from(site: Site, fetcher: Fetcher) -> None:
    site.pages["/feed"] = redirect("/one")
    site.pages["/one"] = page(b"1", 'ETag: "one"')
    site.pages["/two"] = page(b"2", 'ETag: "two"')
    fetcher.keep(fetched(fetcher.fetch(site.url("/feed"))))
    site.pages["/feed"] = redirect("/two")
    assert fetched(fetcher.fetch(site.url("/feed"))).content == b"2"
    assert not any("If-None-Match" in request for request in site.requests)


def test_not_modified_unasked_is_no_answer(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    assert refused(fetcher.fetch(site.url("/a"))).status == 304


def test_robots_txt_is_obeyed_and_read_once(site: Site, fetcher: Fetcher) -> None:
    site.pages["/robots.txt"] = page(
        b"User-agent: *\nDisallow: /\n\nUser-agent: backissue\nDisallow: /private\nSitemap: https://x.example/s.xml\n"
    )
    site.pages["/a"] = page(b"a")
    site.pages["/to-private"] = redirect("/private/b")
    fetched(fetcher.fetch(site.url("/a")))
    for path in ("/private/b", "/to-private"):
        result = refused(fetcher.fetch(site.url(path)))
        assert "robots.txt" in result.reason
        assert not result.temporary
    assert site.paths == ["/a", "/to-private"]
    assert len(site.requests) == 3
    assert fetcher.sitemaps_of(site.url("/")) == ("https://x.example/s.xml",)
    fetched(fetcher.fetch(site.url("/a"), policy=replace(QUICK, obey_robots=False)))


@pytest.mark.parametrize("status", ["401 Unauthorized", "404 Not Found", "410 Gone"])
def test_without_robots_txt_everything_may_be_read(site: Site, fetcher: Fetcher, status: str) -> None:
    site.pages["/robots.txt"] = page(b"User-agent: *\nDisallow: /", status=status)
    site.pages["/a"] = page(b"a")
    fetched(fetcher.fetch(site.url("/a")))


def test_while_robots_txt_cannot_be_read_nothing_is(site: Site, fetcher: Fetcher) -> None:
    site.pages["/robots.txt"] = page(b"", status="500 Oops")
    site.pages["/a"] = page(b"a")
    result = refused(fetcher.fetch(site.url("/a")))
    assert "robots.txt can't be read" in result.reason
    assert result.temporary
    assert site.paths == []
    site.pages["/robots.txt"] = redirect("/rules")
    site.pages["/rules"] = page(b"User-agent: *\nAllow: /")
    fetched(fetcher.fetch(site.url("/a")))


def test_robots_txt_that_redirects_inside_is_refused(site: Site, fetcher: Fetcher) -> None:
    site.pages["/robots.txt"] = redirect("http://169.254.169.254/")
    assert "metadata" in refused(fetcher.fetch(site.url("/a"))).reason


def test_a_host_has_its_pause_and_its_crawl_delay_up_to_a_limit(site: Site, clock: Clock) -> None:
    site.pages["/a"] = page(b"a")
    policy = replace(QUICK, delay_seconds=1.5)
    fetcher = Fetcher(policy, VolatileFetchMemory(), clock=clock, sleep=clock.sleep)
    fetcher.fetch(site.url("/a"))
    fetcher.fetch(site.url("/a"))
    assert clock.slept == [1.5, 1.5]

    for asked, kept in (("7", 7.0), ("86400", 30.0)):
        clock.slept.clear()
        site.pages["/robots.txt"] = page(f"User-agent: *\nCrawl-delay: {asked}".encode())
        fetcher = Fetcher(policy, VolatileFetchMemory(), clock=clock, sleep=clock.sleep)
        fetcher.fetch(site.url("/a"))
        fetcher.fetch(site.url("/a"))
        assert clock.slept == [1.5, kept]


def test_a_busy_server_is_asked_again_when_it_says(site: Site, fetcher: Fetcher, clock: Clock) -> None:
    answers = iter([page(b"", "Retry-After: 17", status="503 Busy"), page(b"", status="429 Slow Down"), page(b"here")])
    site.pages["/a"] = lambda request: next(answers)
    assert fetched(fetcher.fetch(site.url("/a"), policy=replace(QUICK, first_pause_seconds=2))).content == b"here"
    assert clock.slept == [17.0, 4.0]


def test_a_retry_after_beyond_the_limit_ends_it_for_this_run(site: Site, fetcher: Fetcher, clock: Clock) -> None:
    site.pages["/a"] = page(b"", "Retry-After: 7200", status="429 Slow Down")
    site.pages["/b"] = page(b"b")
    result = refused(fetcher.fetch(site.url("/a")))
    assert (result.status, result.temporary, clock.slept) == (429, True, [])
    assert "2 h" in result.reason
    asked = len(site.requests)
    assert "left alone" in refused(fetcher.fetch(site.url("/b"))).reason
    assert len(site.requests) == asked


def test_a_server_that_fails_again_and_again_is_left_alone(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a"] = page(b"", status="500 Oops")
    for _ in range(3):
        assert refused(fetcher.fetch(site.url("/a"))).status == 500
    assert site.paths.count("/a") == 9  # each asked for three times
    assert "in a row" in refused(fetcher.fetch(site.url("/a"))).reason
    assert site.paths.count("/a") == 9


@pytest.mark.parametrize(
    ("status", "word"), [("404 No", "nothing"), ("410 Gone", "for good"), ("403 No", "refuses"), ("206 Part", "206")]
)
def test_other_answers_are_told_and_not_asked_again(site: Site, fetcher: Fetcher, status: str, word: str) -> None:
    site.pages["/a"] = page(b"", status=status)
    result = refused(fetcher.fetch(site.url("/a")))
    assert word in result.reason
    assert (result.status, result.temporary) == (int(status[:3]), False)
    assert site.paths == ["/a"]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw deflate", "identity"])
def test_what_is_packed_is_unpacked(site: Site, fetcher: Fetcher, encoding: str) -> None:
    text = b"The council met. " * 200_000
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(text),
        "deflate": zlib.compress(text),
        "raw deflate": raw.compress(text) + raw.flush(),
        "identity": text,
    }
    site.pages["/a"] = page(packed[encoding], f"Content-Encoding: {encoding.removeprefix('raw ')}")
    assert fetched(fetcher.fetch(site.url("/a"))).content == text


@pytest.mark.parametrize("layers", [1, 2])
def test_a_gzip_bomb_is_stopped_at_the_limit(site: Site, fetcher: Fetcher, layers: int) -> None:
    bomb = b"\0" * 200_000_000
    for _ in range(layers):
        bomb = gzip.compress(bomb, 6)
    site.pages["/a"] = page(bomb, "Content-Encoding: gzip")
    tracemalloc.start()
    result = fetcher.fetch(site.url("/a"), policy=replace(QUICK, largest_bytes=1_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 15_000_000  # one piece as it comes from the network unpacks to 60 MB
    if layers == 1:
        assert "larger than 1 MB" in refused(result).reason
    else:  # one layer is unpacked, the other is the content
        assert len(fetched(result).content) < 1_000_000


def test_damaged_cut_and_unknown_packing_is_told(site: Site, fetcher: Fetcher) -> None:
    packed = gzip.compress(b"text " * 1000)
    site.pages["/damaged"] = page(b"\x1f\x8b\x08\x00" + b"\xff" * 50, "Content-Encoding: gzip")
    site.pages["/cut"] = page(packed[:-20], "Content-Encoding: gzip")
    site.pages["/br"] = page(b"xyz", "Content-Encoding: br")
    assert "damaged" in refused(fetcher.fetch(site.url("/damaged"))).reason
    assert "breaks off" in refused(fetcher.fetch(site.url("/cut"))).reason
    assert "'br'" in refused(fetcher.fetch(site.url("/br"))).reason


def test_the_limit_of_size_holds_declared_or_not(site: Site, fetcher: Fetcher) -> None:
    sent: list[int] = []

    def endless(request: str) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        for number in range(10_000):
            sent.append(number)
            yield b"x" * 100_000

    site.pages["/declared"] = page(b"", length=10**12)
    site.pages["/endless"] = endless
    policy = replace(QUICK, largest_bytes=500_000)
    for path in ("/declared", "/endless"):
        result = refused(fetcher.fetch(site.url(path), policy=policy))
        assert "larger than 0.5 MB" in result.reason
        assert not result.temporary
    assert len(sent) < 1000


def test_an_answer_shorter_than_declared_is_no_answer(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a"] = page(b"half of it", length=20)
    result = refused(fetcher.fetch(site.url("/a")))
    assert "broke off" in result.reason
    assert result.temporary
    assert site.paths == ["/a"] * 3
    site.pages["/longer"] = page(b"four and more", length=4)
    assert fetched(fetcher.fetch(site.url("/longer"))).content == b"four"


@pytest.mark.parametrize(
    "answer",
    [b"", b"\0\0\0\0", b"SSH-2.0-OpenSSH_9.0\r\n", b"HTTP/1.1 abc\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000,
     b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\x00\r\n\r\n"],
)  # fmt: skip
def test_what_is_not_http_is_no_answer(site: Site, fetcher: Fetcher, answer: bytes) -> None:
    site.pages["/a"] = answer
    refused(fetcher.fetch(site.url("/a"), policy=replace(QUICK, retries=0)))


@pytest.mark.parametrize("slow", ["head", "body", "silent"])
def test_a_server_that_dribbles_is_left_at_the_deadline(site: Site, fetcher: Fetcher, slow: str) -> None:
    def dribble(request: str) -> Iterator[bytes]:
        if slow != "silent":
            yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + (b"\r\n" if slow == "body" else b"")
        while not site.closing.wait(0.05):
            if slow != "silent":
                yield b"X" if slow == "body" else b"X: y\r\n"

    site.pages["/a"] = dribble
    result = refused(fetcher.fetch(site.url("/a"), policy=replace(QUICK, seconds=0.7, retries=0)))
    site.closing.set()
    assert "too long" in result.reason
    assert result.temporary


def test_pictures_and_films_are_not_fetched(site: Site, fetcher: Fetcher) -> None:
    site.pages["/a"] = page(b"GIF89a", "Content-Type: image/gif")
    assert "image" in refused(fetcher.fetch(site.url("/a"))).reason


def test_nobody_listening_and_names_that_do_not_exist(clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def resolve(host: str, number: int) -> Sequence[str]:
        raise OSError(f"there is no host named {host}.")

    fetcher = Fetcher(QUICK, VolatileFetchMemory(), resolve=resolve, clock=clock, sleep=clock.sleep)
    result = refused(fetcher.fetch(f"http://127.0.0.1:{port}/"))
    assert "no connection" in result.reason
    assert result.temporary
    assert "no host named paper.example" in refused(fetcher.fetch("http://paper.example/")).reason


def test_the_second_number_is_tried_where_the_first_does_not_answer(site: Site, clock: Clock) -> None:
    site.pages["/a"] = page(b"a")
    numbers = ["::1", "127.0.0.1"]  # the site listens on IPv4 only
    fetcher = Fetcher(QUICK, VolatileFetchMemory(), resolve=lambda h, p: numbers, clock=clock, sleep=clock.sleep)
    fetched(fetcher.fetch(site.url("/a", host="paper.example")))


def test_proxies_of_the_environment_are_not_used(site: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    site.pages["/a"] = page(b"a")
    fetched(fetcher.fetch(site.url("/a")))


def test_threads_take_turns_at_a_host(site: Site) -> None:
    at_once: list[int] = []
    counter = [0]
    lock = threading.Lock()

    def answer(request: str) -> Iterator[bytes]:
        with lock:
            counter[0] += 1
            at_once.append(counter[0])
        site.closing.wait(0.02)
        with lock:
            counter[0] -= 1
        yield page(b"a")

    site.pages["/a"] = answer
    fetcher = Fetcher(QUICK, VolatileFetchMemory())
    threads = [threading.Thread(target=fetcher.fetch, args=(site.url("/a"),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert at_once == [1] * 6
    assert len(site.requests) == 7  # robots.txt once


def test_retry_after_is_seconds_or_a_date() -> None:
    now = datetime(2024, 1, 5, 12, 0, tzinfo=UTC)
    assert retry_after("120", now=now) == 120
    assert retry_after("Fri, 05 Jan 2024 12:05:00 GMT", now=now) == 300
    assert retry_after("Fri, 05 Jan 2024 11:00:00 GMT", now=now) == 0
    for text in ("", "soon", "-5", "9" * 30, "²"):
        assert retry_after(text, now=now) is None
    assert [duration(seconds) for seconds in (40, 300, 7200)] == ["40 s", "5 min", "2 h"]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command to make a certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=paper.example",
         "-addext", "subjectAltName=DNS:paper.example", "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return tmp_path / "cert.pem"


def test_the_certificate_is_checked_for_the_name_though_a_number_is_connected_to(
    certificate: Path, clock: Clock
) -> None:
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    context.sni_callback = lambda connection, name, _: names.append(name)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(65536)
                    secure.sendall(page(b"secure"))
            except OSError:
                connection.close()

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    policy = replace(QUICK, certificates=certificate, obey_robots=False, retries=0)
    fetcher = Fetcher(policy, VolatileFetchMemory(), resolve=lambda h, p: ["127.0.0.1"], clock=clock, sleep=clock.sleep)
    try:
        assert fetched(fetcher.fetch(f"https://paper.example:{port}/")).content == b"secure"
        assert names == ["paper.example"]
        wrong = refused(fetcher.fetch(f"https://other.example:{port}/"))
        assert "certificate isn't valid for other.example" in wrong.reason
        assert not wrong.temporary
        unknown = refused(fetcher.fetch(f"https://paper.example:{port}/", policy=replace(policy, certificates=None)))
        assert "certificate" in unknown.reason
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        server.join(5)


def test_only_failures_in_a_row_close_a_host(site: Site, fetcher: Fetcher) -> None:
    site.pages["/good"] = page(b"news")
    for number in range(2 * 3):
        site.pages[f"/bad{number}"] = page(b"", status="500 Internal Server Error")
        assert "status 500" in refused(fetcher.fetch(site.url(f"/bad{number}"))).reason
        assert isinstance(fetcher.fetch(site.url("/good"), again=True), Fetched)
