"""Work on several things at once, of which each may be the last: a budget, or somebody who says stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def results_at_once(
    work: Callable[[_Item], _Result], items: Iterable[_Item], concurrency: int, is_over: Callable[[], bool]
) -> Iterator[_Result]:
    """What ``work`` makes of the items, as it is done; nothing new is begun once ``is_over()``.

    What is under way then is waited for and given. With a ``concurrency`` of 1 this thread does the work.
    """
    if concurrency == 1:
        for item in items:
            if is_over():
                return
            yield work(item)
        return
    waiting = iter(items)
    with ThreadPoolExecutor(concurrency, thread_name_prefix="evaluate") as pool:
        under_way: set[Future[_Result]] = set()
        try:
            while True:
                while len(under_way) < concurrency and not is_over():
                    try:
                        under_way.add(pool.submit(work, next(waiting)))
                    except StopIteration:
                        break
                if not under_way:
                    return
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                for one in done:
                    yield one.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
