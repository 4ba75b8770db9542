"""What every test gets: no socket beyond loopback, no settings of the machine it runs on."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Forty examples a property keep the suite under three minutes on two cores; `--hypothesis-profile default` tries 100.
settings.register_profile("suite", max_examples=40, deadline=None)
settings.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: at the end no process is left alone with one while the others have nothing to do."""
    weights: Counter[Path] = Counter()
    for item in items:
        # a walk in the browser takes as long as some sixty other tests, and so does what was given time of its own
        heavy = item.get_closest_marker("browser") or item.get_closest_marker("timeout")
        weights[item.path] += 60 if heavy else 1
    items.sort(key=lambda item: -weights[item.path])  # stable: within a file, and among equals, as collected


class OutsideConnectionError(AssertionError):
    """A test tried to reach beyond this machine."""


def _check(address: Any) -> None:
    if not isinstance(address, tuple):
        return  # a Unix socket
    host = str(address[0])
    if host in {"localhost", ""}:
        return
    try:
        if ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    raise OutsideConnectionError(f"a test tried to connect to {address!r}; only loopback is allowed")


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """Refuse name look-ups and connections beyond loopback, before a packet is sent."""
    patch = pytest.MonkeyPatch()
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _check(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _check(address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host is not None:
            _check((host.decode() if isinstance(host, bytes) else host, 0))
        return getaddrinfo(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see the defaults, whatever the developer has set."""
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "BACKISSUE_")):
            monkeypatch.delenv(name)
