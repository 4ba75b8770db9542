"""Many readers at once: a fast version of benchmarks/chat_load.py. Nothing is asserted about seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from archive.store import ArchiveStore
from benchmarks.chat_load import Asked, at_once, percentile, steadily, summary
from tests.web.conftest import ARTICLES, serving

pytestmark = pytest.mark.timeout(600)  # a busy machine is no broken chat


def test_many_readers_are_all_answered_or_politely_refused(make_archive: Callable[..., ArchiveStore]) -> None:
    with serving(make_archive(*ARTICLES), answers_at_once=2, answers_waiting=4) as url:
        crowd = asyncio.run(at_once(url, 12))
        outcomes = [each.outcome for each in crowd]
        assert len(outcomes) == 12 and set(outcomes) == {"answered", "refused"}, outcomes
        assert outcomes.count("answered") >= 4  # the waiting room was full, not the server broken
        few = asyncio.run(steadily(url, 4, per_second=4, seconds=1))
        assert {each.outcome for each in few} == {"answered"}


def test_percentiles() -> None:
    assert [percentile([3.0, 1.0, 2.0], share) for share in (0.0, 0.5, 0.95, 1.0)] == [1.0, 2.0, 3.0, 3.0]
    assert percentile([], 0.5) == 0.0
    told = summary([Asked("answered", 1.5, 0.5), Asked("refused", 0.1)])
    assert told["outcomes"] == {"answered": 1, "refused": 1} and told["overhead"]["p95"] == 1.0
