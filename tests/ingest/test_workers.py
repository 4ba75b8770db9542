"""Pipes to child processes, and what becomes of a run when one dies."""

from __future__ import annotations

import io

import pytest

from ingest.workers import _read, _write


@pytest.mark.parametrize("left", [0, 3, 8, 9, 20])
def test_an_answer_that_breaks_off_is_the_end_of_the_child_not_of_the_run(left: int) -> None:
    pipe = io.BytesIO()
    _write(pipe, {"an": "answer", "of some": "length"})
    assert _read(io.BytesIO(pipe.getvalue())) == {"an": "answer", "of some": "length"}
    with pytest.raises(EOFError):
        _read(io.BytesIO(pipe.getvalue()[:left]))
