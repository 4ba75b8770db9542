"""What every test gets: no socket beyond loopback, no settings of the machine it runs on."""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Forty examples a property keep the suite short; `--hypothesis-profile default` tries 100.
settings.register_profile("suite", max_examples=40, deadline=None)
settings.load_profile("suite")


# Seconds of CPU that files take whose number of tests doesn't tell it: they start processes, or work through much.
# Measured to the nearest five; what is wrong here costs time at the end of a run, nothing else.
_SECONDS = {
    "evaluation/test_sample_gate.py": 25,
    "archive/test_processes.py": 25,
    "tests/test_command_line.py": 20,
    "web/test_evaluate_browser.py": 20,
    "archive/test_damage.py": 15,
    "web/test_editing_browser.py": 15,
    "ingest/test_pipeline.py": 15,
    "ingest/test_killed.py": 10,
    "ingest/test_extract.py": 10,
    "web/test_mcp.py": 5,
    "web/test_server.py": 5,
    "web/test_putting_in.py": 5,
}
_SECONDS_OF_A_WALK = 2.0  # in the browser
_SECONDS_OF_A_TEST = 0.02


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: at the end no process is left alone with one while the others have nothing to do."""
    seconds: defaultdict[Path, float] = defaultdict(float)
    for item in items:
        walk = item.get_closest_marker("browser") is not None
        seconds[item.path] += _SECONDS_OF_A_WALK if walk else _SECONDS_OF_A_TEST
    for path in seconds:
        seconds[path] += _SECONDS.get("/".join(path.parts[-2:]), 0)
    items.sort(key=lambda item: -seconds[item.path])  # stable: within a file, and among equals, as collected


def pytest_collection_finish() -> None:
    """Keep what is loaded by now from the garbage collector, which takes a tenth of the CPU going through it again."""
    gc.collect()
    gc.freeze()


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
