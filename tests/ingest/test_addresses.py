"""Judging addresses, without a packet sent."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.addresses import (
    _PLAIN,
    LONGEST_URL,
    ForbiddenAddressError,
    judged,
    resolve_name,
    web_address,
    why_not,
    without_credentials,
)

PUBLIC = ["93.184.216.34", "8.8.8.8", "172.32.0.1", "100.128.0.1", "192.0.3.1", "2606:2800:220:1::1", "2a00:1450::1"]
PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "::1",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "fd12::1",
    "fc00::1",
    "100.64.0.1",
]
NEVER = [
    "169.254.169.254", "169.254.1.1", "fe80::1", "224.0.0.1", "239.255.255.250", "ff02::1", "0.0.0.0", "0.1.2.3", "::",  # noqa: S104
    "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "192.0.0.1",
    "192.0.0.192", "100.100.100.200", "fd00:ec2::254", "2001:db8::1", "100::1", "fec0::1", "4000::1", "::7f00:1",
    "::ffff:127.0.0.1", "::ffff:93.184.216.34", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::5db8:d822",
    "64:ff9b:1::1", "2002:7f00:1::1", "2002:5db8:d822::1", "2001:0:5db8:d822::1", "192.88.99.1", "fe80::1%eth0",
]  # fmt: skip


def refuse_to_resolve(host: str, port: int) -> Sequence[str]:
    raise AssertionError(f"{host} should not have been looked up")


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_may_be_fetched(text: str) -> None:
    assert why_not(ip_address(text)) is None


@pytest.mark.parametrize("text", PRIVATE)
def test_private_addresses_need_the_intranet_switch(text: str) -> None:
    assert why_not(ip_address(text)) is not None
    assert why_not(ip_address(text), allow_private=True) is None


@pytest.mark.parametrize("text", NEVER)
@pytest.mark.parametrize("allow_private", [False, True])
def test_these_are_refused_for_an_intranet_too(text: str, allow_private: bool) -> None:
    assert why_not(ip_address(text), allow_private=allow_private) is not None


addresses = st.one_of(
    st.ip_addresses(),
    st.ip_addresses(v=4).map(lambda inner: IPv6Address(b"\0" * 10 + b"\xff\xff" + inner.packed)),
    st.ip_addresses(v=4).map(lambda inner: IPv6Address(b"\x20\x02" + inner.packed + b"\0" * 10)),
    st.ip_addresses(v=4).map(lambda inner: IPv6Address(b"\0\x64\xff\x9b" + b"\0" * 8 + inner.packed)),
)


@given(addresses)
@example(ip_address("192.0.0.9"))
@example(ip_address("2001:1::1"))
def test_what_is_allowed_is_global_by_pythons_tables_too(address: IPv4Address | IPv6Address) -> None:
    if why_not(address) is None:
        assert address.is_global
        assert not (address.is_private or address.is_loopback or address.is_link_local or address.is_multicast)
        assert not (address.is_reserved or address.is_unspecified)
        if isinstance(address, IPv6Address):
            assert address.ipv4_mapped is None
            assert address.sixtofour is None
            assert address.teredo is None


@given(addresses)
def test_the_intranet_switch_opens_private_networks_and_nothing_else(address: IPv4Address | IPv6Address) -> None:
    if why_not(address, allow_private=True) is None and why_not(address) is not None:
        assert address.is_private or address.is_loopback or address in IPv4Network("100.64.0.0/10")
        assert not (address.is_link_local or address.is_multicast or address.is_unspecified)


@given(st.ip_addresses(v=4))
def test_every_spelling_of_an_ipv4_address_is_judged_or_refused(address: IPv4Address) -> None:
    number = int(address)
    first, second, third, fourth = address.packed
    spellings = [
        str(number),
        hex(number),
        f"0{number:o}",
        f"{first}.{number & 0xFFFFFF}",
        f"{first}.{second}.{number & 0xFFFF}",
        f"{first:#x}.{second:#x}.{third:#x}.{fourth:#x}",
        f"0{first:o}.0{second:o}.0{third:o}.0{fourth:o}",
        f"{first}.{second}.{third}.0x{fourth:x}",
        f"{first:03d}.{second}.{third}.00{fourth}",
    ]
    for host in spellings:
        with pytest.raises(ForbiddenAddressError):
            web_address(f"http://{host}/")
    assert web_address(f"http://{address}/").number == address
    assert web_address(f"http://{address}./").number == address


@pytest.mark.parametrize(
    "url",
    [
        "ftp://paper.example/", "file:///etc/passwd", "javascript:alert(1)", "gopher://a.example/", "data:text/html,x",
        "//paper.example/", "paper.example", "", "http://", "http:///x", "http:paper.example", "http://[::1",
        "http://reader:secret@paper.example/", "http://reader@paper.example/", "http://paper.example\\@10.0.0.1/",
        "http://paper.example/\r\nHost: x", "http://paper.example\t/", "http://pa per.example/", "http://a..b/",
        "http://１２７.0.0.1/", "http://127.1/", "http://0x7f.1/", "http://2130706433/", "http://0/",
        "http://1.2.3.4.5/", "http://256.1.1.1/", "http://[fe80::1%25eth0]/", "http://paper.example:0/",
        "http://paper.example:99999/", "http://exa%6dple.com/", "http://" + "a" * 64 + ".example/",
        "http://paper.example/" + "a" * LONGEST_URL, "http://pap\u202eer.example/", "http://\ud800.example/",
    ],
)  # fmt: skip
def test_addresses_that_cannot_be_are_refused_with_a_reason(url: str) -> None:
    with pytest.raises(ForbiddenAddressError) as caught:
        web_address(url)
    assert str(caught.value).endswith(".")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("HTTP://Paper.EXAMPLE:80/A?b=C#part", "http://paper.example/A?b=C"),
        ("https://paper.example.:443/", "https://paper.example/"),
        (" https://paper.example/a b ", "https://paper.example/a%20b"),
        ("https://zürich.example/tür", "https://xn--zrich-kva.example/t%C3%BCr"),
        ("https://paper.example", "https://paper.example/"),
        ("https://paper.example?a=b#c", "https://paper.example/?a=b"),
        ("https://paper.example/a/../b/./c", "https://paper.example/b/c"),
        ("http://[2606:2800:220:1:0:0:0:1]:8080/", "http://[2606:2800:220:1:0:0:0:1]:8080/"),
    ],
)
def test_an_address_has_one_form(url: str, same: str) -> None:
    assert web_address(url).url == same
    assert web_address(same).url == same


@given(st.from_regex(_PLAIN, fullmatch=True))
def test_the_short_way_reads_addresses_as_the_parser_does(url: str) -> None:
    short = web_address(url)
    host = short.host
    longer = web_address(url.replace(f"//{host}/", f"//{host.upper()}/", 1))  # no longer in the one form
    assert longer == short
    assert str(httpx.URL(url)) == short.url


def test_an_origin_names_the_port() -> None:
    assert web_address("https://paper.example/a").origin == "https://paper.example:443"
    assert web_address("http://[2606::1]/a").origin == "http://[2606::1]:80"


def test_redirects_are_read_relative_to_where_they_stand() -> None:
    base = web_address("https://paper.example/news/today")
    assert web_address("../old", base=base).url == "https://paper.example/old"
    assert web_address("//other.example/x", base=base).url == "https://other.example/x"
    with pytest.raises(ForbiddenAddressError):
        web_address("//2130706433/", base=base)


def test_a_name_is_judged_by_all_that_it_resolves_to() -> None:
    address = web_address("http://paper.example/")
    assert judged(address, resolve=lambda host, port: ["93.184.216.34"]) == [ip_address("93.184.216.34")]
    # A site behind DNS64 has a wrapped address beside the plain one: only the plain one is used.
    mixed = judged(address, resolve=lambda host, port: ["64:ff9b::5db8:d822", "10.0.0.1", "93.184.216.34"])
    assert mixed == [ip_address("93.184.216.34")]
    with pytest.raises(ForbiddenAddressError, match=r"10\.0\.0\.1 is private.*--allow-private"):
        judged(address, resolve=lambda host, port: ["10.0.0.1"])
    with pytest.raises(ForbiddenAddressError) as caught:
        judged(address, resolve=lambda host, port: ["169.254.169.254"])
    assert "--allow-private" not in str(caught.value)
    with pytest.raises(OSError, match="no address"):
        judged(address, resolve=lambda host, port: [])


def test_a_number_is_judged_without_asking_a_name_server() -> None:
    with pytest.raises(ForbiddenAddressError):
        judged(web_address("http://127.0.0.1/"), resolve=refuse_to_resolve)
    allowed = judged(web_address("http://127.0.0.1:22/"), resolve=refuse_to_resolve, allow_private=True)
    assert allowed == [ip_address("127.0.0.1")]


@pytest.mark.parametrize("port", [22, 25, 110, 139, 445, 587])
def test_ports_of_other_services_are_refused(port: int) -> None:
    with pytest.raises(ForbiddenAddressError, match="no web server's"):
        judged(web_address(f"http://paper.example:{port}/"), resolve=refuse_to_resolve)


def test_passwords_never_show() -> None:
    assert without_credentials("https://reader:secret@paper.example/a@b") == "https://paper.example/a@b"
    assert without_credentials("https://paper.example/a@b") == "https://paper.example/a@b"


def test_the_systems_resolver_is_asked_off_the_main_thread() -> None:
    assert "127.0.0.1" in resolve_name("localhost", 80)


def test_an_address_with_a_zone_is_never_connected_to() -> None:
    assert why_not(ip_address("2606:4700::1111")) is None
    for allow_private in (False, True):
        assert why_not(ip_address("2606:4700::1111%eth0"), allow_private=allow_private) == "link-local"
