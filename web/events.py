"""An answer under way as server-sent events: ``plan``, ``sources``, ``text`` ..., ``answer``, or ``problem``.

The form is that of the HTML standard (https://html.spec.whatwg.org/multipage/server-sent-events.html): each event's
data is one line of JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator, Generator, Iterator
from typing import Any

from anyio import CapacityLimiter, to_thread

from assistant.answer import AnswerEvent, EvidenceReady, PlanReady, TextDelta
from assistant.answer_json import answer_as_json, plan_as_json, source_as_json
from web.problems import of_error

KEEP_ALIVE = b": still working\n\n"
KEEP_ALIVE_SECONDS = 15.0


def as_events(answering: Iterator[AnswerEvent]) -> Generator[bytes]:
    """Each event of an answer, encoded. What breaks becomes the last event; closing this closes the answering."""
    try:
        for event in answering:
            yield encoded(*named(event))
    except Exception as error:  # the headers are sent: all that can be done is to say so in the stream
        yield encoded("problem", json.loads(bytes(of_error(error).body)))
    finally:
        close = getattr(answering, "close", None)
        if close is not None:
            close()


def named(event: AnswerEvent) -> tuple[str, Any]:
    """An event's name and its data."""
    if isinstance(event, PlanReady):
        return "plan", plan_as_json(event.plan)
    if isinstance(event, EvidenceReady):
        return "sources", [source_as_json(source) for source in event.sources]
    if isinstance(event, TextDelta):
        return "text", {"text": event.text}
    return "answer", answer_as_json(event.answer)


def encoded(name: str, data: Any) -> bytes:  # noqa: ANN401 (any JSON)
    """One event on the wire. Lone surrogates, which UTF-8 can't carry, go as JSON escapes."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode("ascii")


async def streamed(answering: Iterator[AnswerEvent], limiter: CapacityLimiter) -> AsyncIterator[bytes]:
    """The same for the event loop, with a comment now and then while a model is silent.

    The answer is worked on in a thread. When the client goes away the thread ends at the next event.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Queue[bytes | None] = asyncio.Queue()
    gone = threading.Event()

    def work() -> None:
        with contextlib.closing(as_events(answering)) as events:
            for event in events:
                if gone.is_set():
                    return
                loop.call_soon_threadsafe(found.put_nowait, event)
        loop.call_soon_threadsafe(found.put_nowait, None)

    working = asyncio.create_task(to_thread.run_sync(work, limiter=limiter, abandon_on_cancel=True))
    try:
        while True:
            try:
                event = await asyncio.wait_for(found.get(), KEEP_ALIVE_SECONDS)
            except TimeoutError:
                event = KEEP_ALIVE
            if event is None:
                break
            yield event
    finally:
        gone.set()
        working.cancel()
