"""One command for each measurement, and one that writes the page.

    python -m benchmarks.scale ingestion [--passages 1000 12000 200000] [--work DIR]
    python -m benchmarks.scale embedding | retrieval | chat [the same]
    python -m benchmarks.scale page [--out docs/benchmarks]

``ingestion`` makes the archives in --work (about 1.5 GB at 200,000 passages), ``embedding`` measures the bundled model
on some passages and gives all of them stored random vectors, ``retrieval`` and ``chat`` ask. Each writes
benchmarks/results/scale_NAME.json; ``page`` makes a Markdown table and plots of them, the machine named.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.scale.chat_load import measure_chat
from benchmarks.scale.measuring import RESULTS, circumstances, in_own_process
from benchmarks.scale.page import write_page
from benchmarks.scale.stages import measure_embedding, measure_ingestion, measure_retrieval

SIZES = (1_000, 12_000, 200_000)
MEASURES: dict[str, Callable[..., dict[str, Any]]] = {
    "ingestion": measure_ingestion,
    "embedding": measure_embedding,
    "retrieval": measure_retrieval,
    "chat": measure_chat,
}


def main() -> None:
    """Measure one thing at every size, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=[*MEASURES, "page"])
    parser.add_argument("--passages", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--work", type=Path, default=Path("/tmp/backissue-scale"), help="where the archives are")  # noqa: S108
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"), help="for page")
    parser.add_argument(
        "--direct", action="store_true", help="for ingestion: write alone, without reading and splitting"
    )
    arguments = parser.parse_args()
    if arguments.what == "page":
        print(write_page(RESULTS, arguments.out))
        return
    arguments.work.mkdir(parents=True, exist_ok=True)
    result = circumstances() | {"sizes": {}}
    file = RESULTS / f"scale_{arguments.what}.json"
    RESULTS.mkdir(exist_ok=True)
    if file.exists():  # other sizes measured before are kept, each with its own circumstances
        result["sizes"] = json.loads(file.read_text(encoding="utf-8"))["sizes"]
    for size in arguments.passages:
        print(f"{arguments.what} at {size:,} passages ...", flush=True)
        result["sizes"][str(size)] = circumstances() | _measured(
            arguments.what, arguments.work / str(size), size, arguments.direct
        )
        file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
        print(json.dumps(result["sizes"][str(size)], indent=2))


def _measured(what: str, folder: Path, size: int, direct: bool) -> dict[str, Any]:
    if what == "ingestion":
        shutil.rmtree(folder, ignore_errors=True)
        return in_own_process(measure_ingestion, folder, size, direct)
    if not folder.is_dir():
        raise SystemExit(f"There is no archive of {size:,} passages in {folder}: run `ingestion` first.")
    return measure_chat(folder) if what == "chat" else in_own_process(MEASURES[what], folder)


if __name__ == "__main__":
    main()
