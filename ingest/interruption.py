"""Ctrl-C at a moment of our choosing: a write begun is finished and counted first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def finished_first() -> Iterator[None]:
    """Hold back KeyboardInterrupt until the inside is done. Without effect in other threads, which never get one."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    if before is None:  # set by C code, and can't be put back
        before = signal.default_int_handler
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt
