"""How many wrong figures, dates, names and quotations the verifier catches, and how often it raises a false alarm.

    python -m benchmarks.verdicts [--quiz FOLDER] [--articles 400] [--seed 11] [--show KIND] [--json FILE]

Sentences of quiz articles, each against the passage it stands in: as it is, spelled otherwise (both true), or with one
thing changed. The generators (tests/assistant/claim_pairs.py, further_claim_pairs.py) share nothing with the verifier.
Called wrong: NOT_IN_SOURCE or CONTRADICTED. Shown: a problem is printed beside the sentence. ``--show KIND`` prints
what was missed, or wrongly called wrong.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assistant.answer import Verdict
from assistant.verify import CitedPassage, check_sentence
from benchmarks.retrieval import QUIZ
from tests.assistant.claim_pairs import Pair, make_pairs
from tests.assistant.further_claim_pairs import make_further_pairs

_TRUE = {"same", "respelled"}
_CORE = ("number", "quote", "date", "name")
_CAUGHT = {Verdict.NOT_IN_SOURCE, Verdict.CONTRADICTED}


def main() -> None:
    """Measure and print; with --json, write the same."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quiz", type=Path, default=QUIZ)
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--show", metavar="KIND")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    articles = _articles(arguments.quiz, arguments.articles, arguments.seed)
    total: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    started = time.perf_counter()
    for pair in _pairs(articles, arguments.seed):
        found = check_sentence(pair.sentence, [CitedPassage(pair.passage, pair.published, pair.title)])
        total[pair.kind] += 1
        caught[pair.kind] += found.verdict in _CAUGHT
        shown[pair.kind] += bool(found.problems)
        if pair.kind == arguments.show and (found.verdict in _CAUGHT) == _is_true(pair.kind):
            Console().print(f"{pair.sentence}\n  was: {pair.change}\n  {found.problems}", markup=False)
    seconds = time.perf_counter() - started
    rates = {
        kind: {"pairs": total[kind], "caught": caught[kind] / total[kind], "shown": shown[kind] / total[kind]}
        for kind in sorted(total, key=_order)
    }
    table = Table("what was done", "pairs", "called wrong", "with a problem shown", title="Citation verdicts")
    for kind, rate in rates.items():
        table.add_row(kind, f"{rate['pairs']:,}", f"{rate['caught']:.1%}", f"{rate['shown']:.1%}")
    Console().print(table)
    Console().print(f"{sum(total.values()):,} pairs, {1000 * seconds / sum(total.values()):.1f} ms each")
    if arguments.json:
        arguments.json.write_text(json.dumps(rates, indent=1) + "\n", encoding="utf-8")


def _is_true(kind: str) -> bool:
    return kind in _TRUE or kind.startswith("true")


def _order(kind: str) -> tuple[bool, bool, str]:
    return not _is_true(kind), kind not in _CORE, kind


def _pairs(articles: list[tuple[str, str, date | None]], seed: int) -> Iterator[Pair]:
    yield from make_pairs(articles, seed)
    yield from make_further_pairs(articles, seed)


def _articles(quiz: Path, number: int, seed: int) -> list[tuple[str, str, date | None]]:
    with gzip.open(quiz / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        chosen = random.Random(seed).sample(list(lines), number)
    return [
        (row["title"], row["text"], date.fromisoformat(row["published"][:10]))
        for row in map(json.loads, chosen)
        if row["published"]
    ]


if __name__ == "__main__":
    main()
