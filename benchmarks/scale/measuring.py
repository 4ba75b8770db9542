"""What every measurement tells: the machine, the load, memory and disk."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.ingestion import PeakMemory
from evaluation.run_folder import git_state, machine

Measured = dict[str, Any]
RESULTS = Path(__file__).parents[1] / "results"


def circumstances() -> Measured:
    """Where and when, and how busy the machine was before."""
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "load_before": round(os.getloadavg()[0], 1),
        "git": git_state(),
    }


def in_own_process(measure: Callable[..., Measured], *arguments: Any) -> Measured:  # noqa: ANN401
    """Run it in a fresh process, so that its memory is its own; adds ``peak_megabytes``, children included."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_watched, measure, arguments).result()


def _watched(measure: Callable[..., Measured], arguments: tuple[Any, ...]) -> Measured:
    with PeakMemory() as memory:
        measured = measure(*arguments)
    return measured | {"peak_megabytes": round(memory.megabytes)}


def disk_bytes(folder: Path) -> dict[str, int]:
    """Bytes of the catalog, the keyword index and the vector index, and in all."""
    sizes = {"catalog": 0, "keyword": 0, "vectors": 0, "other": 0}
    for path in folder.rglob("*"):
        if path.is_file():
            top = path.relative_to(folder).parts[0]
            kind = next((kind for kind in ("catalog", "keyword", "vectors") if top.startswith(kind)), "other")
            sizes[kind] += path.stat().st_size
    return sizes | {"all": sum(sizes.values())}
