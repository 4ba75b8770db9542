"""The results as a page: a table for each measurement, and how they grow."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.scale.growth_plot import growth_plot

Sizes = Mapping[str, Any]  # passages aimed at -> what was measured
Column = tuple[str, Callable[[Any], object]]
PAGE = "scale.md"

_COLUMNS: dict[str, list[Column]] = {
    "ingestion": [
        ("articles", lambda one: f"{one['articles']:,}"),
        ("articles/s", lambda one: f"{one['articles_per_second']}{' (writing alone)' if one.get('direct') else ''}"),
        ("processor ms an article", lambda one: one.get("processor_ms_per_article", "–")),
        ("seconds", lambda one: one["seconds"]),
        ("peak MB", lambda one: f"{one['peak_megabytes']:,}"),
        ("disk, bytes a passage", lambda one: f"{one['disk_bytes_per_passage']:,}"),
    ],
    "embedding": [
        ("passages/s", lambda one: one["passages_per_second"]),
        ("hours for all (carried on)", lambda one: one["hours_for_all"]),
        ("vectors kept/s", lambda one: one["vectors_kept_per_second"] or "–"),
        ("peak MB", lambda one: f"{one['peak_megabytes']:,}"),
        ("disk with vectors, bytes a passage", lambda one: f"{one['disk_bytes_per_passage']:,}"),
    ],
    "retrieval": [
        *(
            (f"{name}, median / p95 ms", lambda one, name=name: f"{one[name]['median_ms']} / {one[name]['p95_ms']}")
            for name in ("everything", "three weeks", "a year")
        ),
        ("processor ms", lambda one: one["everything"]["processor_ms"]),
        ("open, first search, ms", lambda one: f"{one['open_and_first_search_ms']:,}"),
        ("peak MB", lambda one: f"{one['peak_megabytes']:,}"),
    ],
    "chat": [
        *(
            (
                f"{number} at once: answers/s, median / p95 ms",
                lambda one, number=number: (
                    f"{one[f'{number} readers']['answers_per_second']}, "
                    f"{one[f'{number} readers']['median_ms']} / {one[f'{number} readers']['p95_ms']}"
                ),
            )
            for number in (1, 4, 16)
        ),
        (
            "failed",
            lambda one: sum(part["failed"] for part in one.values() if isinstance(part, dict) and "failed" in part),
        ),
        ("server MB", lambda one: f"{one['server_megabytes']:,}"),
    ],
}
_TITLES = {
    "ingestion": "Ingestion: from a file to searchable by words",
    "embedding": "Embedding: the bundled model",
    "retrieval": "Retrieval: words and vectors, ten passages",
    "chat": "Chat under load: quotes mode over HTTP, each reader asking without a pause",
}


def write_page(results: Path, out: Path) -> Path:
    """Write ``scale.md`` and its plots from what was measured; returns the page."""
    found = {name: results / f"scale_{name}.json" for name in _COLUMNS}
    measured: dict[str, Sizes] = {
        name: json.loads(file.read_text(encoding="utf-8"))["sizes"] for name, file in found.items() if file.exists()
    }
    if not measured:
        raise SystemExit(f"Nothing was measured: there is no scale_*.json in {results}.")
    out.mkdir(parents=True, exist_ok=True)
    parts = ["# Growth, measured\n", _INTRODUCTION]
    for name, sizes in measured.items():
        ordered = dict(sorted(sizes.items(), key=lambda pair: int(pair[0])))
        parts.append(f"## {_TITLES[name]}\n\n{_circumstances(ordered)}\n\n{_table(ordered, _COLUMNS[name])}\n")
        if plot := _plot(name, ordered):
            (out / f"{name}.svg").write_text(plot, encoding="utf-8")
            parts.append(f"![{_TITLES[name]}]({name}.svg)\n")
    page = out / PAGE
    page.write_text("\n".join(parts), encoding="utf-8")
    return page


_INTRODUCTION = """\
Made by `python -m benchmarks.scale` (ingestion, embedding, retrieval, chat, page). The articles recombine the sample's
sentences; the vectors of passages are random and stored, because embedding 200,000 takes an hour: speed and
size are measured here, not quality. The machine is shared, and its load is given: compare within a table.
"""


def _circumstances(sizes: Sizes) -> str:
    first = next(iter(sizes.values()))
    machine = first["machine"]
    loads = ", ".join(f"{int(size):,}: {one['load_before']}" for size, one in sizes.items())
    busy = max(one["load_before"] for one in sizes.values()) > 2 * (machine["cores"] or 1)
    warning = " The machine was busy with other work: on a quiet one all of it is several times faster." if busy else ""
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}; "
        f"{first['when'][:10]}. Load of the machine before each run ({loads}).{warning}"
    )


def _table(sizes: Sizes, columns: list[Column]) -> str:
    lines = ["| passages | " + " | ".join(name for name, _ in columns) + " |", "| --- |" + " ---: |" * len(columns)]
    for size, one in sizes.items():
        cells = [str(cell(one)) for _, cell in columns]
        lines.append(f"| {one.get('passages', int(size)):,} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _plot(name: str, sizes: Sizes) -> str | None:
    if len(sizes) < 2:
        return None
    at = {int(size): one for size, one in sizes.items()}
    if name == "ingestion":
        lines = {
            "seconds": [(x, one["seconds"]) for x, one in at.items() if not one.get("direct")],
            "peak MB": [(x, one["peak_megabytes"]) for x, one in at.items()],
            "disk, MB": [(x, one["disk_bytes"]["all"] / 1e6) for x, one in at.items()],
        }
        return growth_plot("Ingestion", "as named", lines)
    if name == "retrieval":
        kinds = ("everything", "three weeks", "a year")
        return growth_plot(
            "Retrieval", "median ms", {kind: [(x, one[kind]["median_ms"]) for x, one in at.items()] for kind in kinds}
        )
    if name == "chat":
        return growth_plot(
            "A whole answer",
            "median ms",
            {
                f"{number} at once": [(x, one[f"{number} readers"]["median_ms"]) for x, one in at.items()]
                for number in (1, 4, 16)
            },
        )
    return growth_plot(
        "With vectors",
        "as named",
        {
            "disk, MB": [(x, one["disk_bytes"]["all"] / 1e6) for x, one in at.items()],
            "peak MB": [(x, one["peak_megabytes"]) for x, one in at.items()],
        },
    )
