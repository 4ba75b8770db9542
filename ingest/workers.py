"""Child processes that prepare documents, so that all cores work and no document can stop the run.

Each child gets a batch and answers document by document. The kernel ends it when a document takes too much processor
time (an interval timer, which no library can block; on a busy machine it is fair where a clock isn't), and it may
crash: that document is rejected with the reason, a new child goes on with the next. Children are plain subprocesses on
pipes: they end with this process, even when it is killed.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import TracebackType
from typing import IO, Any

from archive.records import IncomingArticle
from ingest.document import RawDocument, Rejected
from ingest.prepare import Recipe, prepare

Prepared = IncomingArticle | Rejected

SECONDS_PER_DOCUMENT = 9.0  # of processor time
_WAITING_FACTOR = 20  # by the clock: for one that hangs without working
_LOOK_EVERY_SECONDS = 0.2  # whether it should stop
_BATCHES_AHEAD = 2  # per worker: enough to keep it busy, and memory bounded
_LENGTH = struct.Struct(">Q")
# Long enough for a signature, which loads a library too.
_TRIVIAL = (
    '{"text": "Libraries are loaded by an article of a few sentences, which then is forgotten. It is this one. '
    "It says nothing that anybody has to know, in more words than the shortest text that is compared with others, "
    'so that whatever an article needs is there when the first one comes."}'
)
_SERVE = "import sys; sys.path[:] = {path!r}; from ingest.workers import serve; serve({seconds!r})"


class Workers:
    """A pool of ``count`` children (one per core by default), started when there is work."""

    def __init__(self, recipe: Recipe, *, count: int | None = None, seconds: float = SECONDS_PER_DOCUMENT) -> None:
        self.recipe = recipe
        self.count = count or os.cpu_count() or 1
        self.seconds = seconds
        self._threads = ThreadPoolExecutor(self.count, thread_name_prefix="ingest")
        self._own = threading.local()
        self._children: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        for child in list(self._children):
            child.kill()  # nothing is lost: what a child had in hand wasn't in the archive yet
        self._threads.shutdown(wait=True, cancel_futures=True)
        for child in list(self._children):
            _end(child)

    def prepared(
        self, batches: Iterable[Sequence[RawDocument]], should_stop: Callable[[], bool] = lambda: False
    ) -> Iterator[list[Prepared]]:
        """Each batch prepared, in order; only a few batches are in hand at any time.

        What is ready is given at once: the next batch may be long in coming, from the web. Asked to stop it ends
        without waiting for the children.
        """
        waiting: deque[Future[list[Prepared]]] = deque()
        for batch in batches:
            waiting.append(self._threads.submit(self._work, batch))
            while waiting and (len(waiting) >= self.count * _BATCHES_AHEAD or waiting[0].done()):
                if not _is_ready(waiting[0], should_stop):
                    return
                yield waiting.popleft().result()
        while waiting:
            if not _is_ready(waiting[0], should_stop):
                return
            yield waiting.popleft().result()

    def _work(self, batch: Sequence[RawDocument]) -> list[Prepared]:
        """One batch through this thread's own child; documents that end it are rejected."""
        answers: list[Prepared] = []
        while len(answers) < len(batch) and not self._closed:
            child = self._child()
            assert child.stdin and child.stdout  # noqa: S101 (both are pipes)
            try:
                _write(child.stdin, (self.recipe, list(batch[len(answers) :])))
                while len(answers) < len(batch):
                    answers.append(_read(child.stdout))
            except (EOFError, OSError):
                self._discard(child)
                if not self._closed:
                    answers.append(_ended(batch[len(answers)], child.returncode, self.seconds))
        return answers

    def _child(self) -> subprocess.Popen[bytes]:
        child: subprocess.Popen[bytes] | None = getattr(self._own, "child", None)
        if child is None:
            child = subprocess.Popen(  # noqa: S603 - this very Python with code of ours
                [sys.executable, "-c", _SERVE.format(path=sys.path, seconds=self.seconds)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # one thread each: the cores are shared out by process
                env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"},
                start_new_session=True,  # Ctrl-C is for the parent, which ends the children
            )
            self._children.add(child)
            self._own.child = child
        return child

    def _discard(self, child: subprocess.Popen[bytes]) -> None:
        self._own.child = None
        self._children.discard(child)
        _end(child)


def _is_ready(future: Future[list[Prepared]], should_stop: Callable[[], bool]) -> bool:
    """Wait for a batch; False if it isn't worth waiting for any more."""
    while not wait((future,), _LOOK_EVERY_SECONDS).done:
        if should_stop():
            return False
    return True


def serve(seconds: float) -> None:
    """A child's life: read a batch, answer each document, until the parent closes the pipe."""
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # a library's print must not reach the pipe
    ready: set[str] = set()
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        while True:
            try:
                recipe, batch = _read(incoming)
            except (EOFError, OSError):
                return
            for raw in batch:
                if raw.format_name not in ready:  # loading libraries isn't the first document's time
                    prepare(RawDocument(_TRIVIAL.encode(), raw.format_name, "/"), recipe)
                    ready.add(raw.format_name)
                with _limited(seconds, nowhere):
                    answer = prepare(raw, recipe)
                try:
                    _write(outgoing, answer)
                except OSError:
                    return


@contextmanager
def _limited(seconds: float, nowhere: IO[str]) -> Iterator[None]:
    """End this process if the inside takes that much processor time, or hangs."""
    faulthandler.dump_traceback_later(seconds * _WAITING_FACTOR, exit=True, file=nowhere)
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)  # SIGPROF, which nobody handles, ends the process
    try:
        yield
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.cancel_dump_traceback_later()


def _ended(raw: RawDocument, code: int | None, seconds: float) -> Rejected:
    if code is not None and code == -getattr(signal, "SIGPROF", 0):
        reason = f"not finished after {seconds:g} seconds; the document is too large or malicious."
    elif code == 1:
        reason = "it hangs a library; the document is damaged or malicious."
    else:
        reason = "a library crashed on this document."
    return Rejected(raw.path, raw.line, reason)


def _write(pipe: IO[bytes], value: object) -> None:
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


# Only what our own child (or parent) wrote is unpickled: dataclasses of bytes, strings and numbers.
def _read(pipe: IO[bytes]) -> Any:  # noqa: ANN401 - a batch one way, an article the other
    header = pipe.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        raise EOFError
    length = _LENGTH.unpack(header)[0]
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError  # the other side died while it wrote
    return pickle.loads(data)  # noqa: S301


def _end(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(timeout=0.5)  # it ended by itself: how, tells the reason
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # data was still to be flushed into a pipe that has no reader any more
                pass
