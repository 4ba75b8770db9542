from __future__ import annotations

import asyncio
import logging
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from archive.errors import UsageError
from web.server import _not_cut_off, address, listen


def test_a_busy_port_is_said_with_the_remedy() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(UsageError, match=f"Port {port} .* in use.*--port"):
            listen("127.0.0.1", port)


def test_an_address_that_is_not_ours_is_said() -> None:
    with pytest.raises(UsageError, match="--host"):
        listen("192.0.2.1", 0)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:7860"),
        ("0.0.0.0", "http://127.0.0.1:7860"),  # noqa: S104
        ("::1", "http://[::1]:7860"),
        ("::", "http://[::1]:7860"),
    ],
)
def test_the_address_is_one_to_type_into_a_browser(host: str, url: str) -> None:
    assert address(host, 7860) == url


def test_only_what_stopping_cuts_off_is_kept_from_the_log() -> None:
    def record(message: str, error: BaseException | None) -> logging.LogRecord:
        info = (type(error), error, None) if error is not None else None
        return logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, message, (), info)

    assert not _not_cut_off(record("Exception in ASGI application", asyncio.CancelledError()))
    assert not _not_cut_off(record("Cancel %s running task(s), timeout graceful shutdown exceeded", None))
    assert _not_cut_off(record("Exception in ASGI application", ValueError()))
    assert _not_cut_off(record("anything else", None))


@pytest.mark.timeout(400)  # everything is loaded; a busy machine takes its time
def test_the_command_serves_until_ctrl_c_and_ends_well(tmp_path: Path) -> None:
    # other tests fork their chat from a process that has loaded it, and so see nothing of how a whole process ends
    command = [sys.executable, "app.py", "--archive", str(tmp_path), "chat", "--port", "0"]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = ""
        try:
            while not (opened := re.search(r"open at (http://\S+)", said)):
                line = process.stderr.readline()
                assert line, said
                said += line
            with urlopen(opened[1]) as answer:  # noqa: S310 - our own address
                assert answer.status == 200
            process.send_signal(signal.SIGINT)
            rest = process.stderr.read()
            assert (process.wait(120), rest) == (0, "")
        finally:
            process.kill()
