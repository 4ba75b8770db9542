"""Serves the chat over an archive in a process of its own. Reaching beyond this machine ends it with code 3."""

from __future__ import annotations

import ipaddress
import json
import multiprocessing
import os
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

OUTSIDE = 3


def stay_on_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: Python calls it before every connection and every look-up of a name."""
    if event not in {"socket.connect", "socket.getaddrinfo"}:
        return
    address = arguments[1] if event == "socket.connect" else arguments
    if not isinstance(address, tuple) or address[0] in {None, "", "localhost"}:
        return
    host = address[0].decode() if isinstance(address[0], bytes) else str(address[0])
    try:
        if ipaddress.ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    sys.stderr.write(f"the chat tried to reach {address!r}\n")
    sys.stderr.flush()
    os._exit(OUTSIDE)


def end_with_the_tests() -> None:
    """Tests that were killed leave no chat running."""
    tests = multiprocessing.parent_process()
    assert tests is not None
    tests.join()
    os._exit(OUTSIDE)


def serve_chat(folder: str, settings_json: str, complaints: str, ready: Connection) -> None:
    """Serve until Ctrl-C. What is printed goes into the file ``complaints``, the address through ``ready``."""
    threading.Thread(target=end_with_the_tests, daemon=True).start()
    sys.addaudithook(stay_on_this_machine)
    with open(complaints, "a", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    from archive.embedder import HashingEmbedder
    from archive.settings import Settings
    from archive.store import ArchiveStore
    from assistant.language_model import open_language_model
    from web.server import serve

    settings = Settings(**json.loads(settings_json))
    with ArchiveStore.open(Path(folder), embedder=HashingEmbedder(), create=True) as store:
        serve(
            store,
            settings,
            host="127.0.0.1",
            port=0,
            language_model=open_language_model(settings),
            on_ready=ready.send,
        )
