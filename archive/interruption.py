"""Ctrl-C at a moment of our choosing: a batch or a write that has begun is finished first."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def stopping_on_interrupt() -> Iterator[Callable[[], bool]]:
    """The first Ctrl-C lets the batch under way end; yields whether it was pressed. A second one stops at once."""
    pressed = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def on_interrupt(number: int, frame: object) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, before)


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
