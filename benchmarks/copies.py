"""How well copies of a story are told from articles that only share some text: ``python -m benchmarks.copies``.

Recall: articles are edited as outlets edit agency stories (a new lead, an agency line, paragraphs cut, a quotation and
background added), seeded, and compared with the original. Precision: every pair of different articles of the collection
that shares a band. Outlets' own boilerplate makes such pairs harder than those of two outlets, so taking each pair as
if two outlets had printed it gives an upper bound of false copies between outlets.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path

from archive.copies import Printing, are_copies, bands_of, read_signature, similarity
from ingest.duplicates import signature

DEFAULT = Path(__file__).parents[1] / "../shared/data/quiz/articles.jsonl.gz"
RESULT = Path(__file__).parent / "results" / "copies.json"

Edit = Callable[[list[str], list[str], random.Random], list[str]]


def _new_lead(story: list[str], other: list[str], generator: random.Random) -> list[str]:
    return [f"({generator.choice(['Reuters', 'AP', 'AFP'])}) {other[0]}", *story[1:]]


def _cut(story: list[str], other: list[str], generator: random.Random) -> list[str]:
    return story[: max(2, round(len(story) * generator.uniform(0.4, 0.8)))]


def _added(story: list[str], other: list[str], generator: random.Random) -> list[str]:
    place = generator.randint(1, len(story))
    return [*story[:place], *other[1:3], *story[place:]]


EDITS: dict[str, tuple[Edit, ...]] = {
    "new lead and agency line": (_new_lead,),
    "cut to 40-80 %": (_cut,),
    "two paragraphs added": (_added,),
    "cut, new lead": (_cut, _new_lead),
    "cut, new lead, two paragraphs added": (_cut, _new_lead, _added),
}


def recall(articles: list[dict[str, str]], count: int) -> dict[str, float]:
    """The share of edited articles that are recognised, by kind of edit, met through the bands as in the archive."""
    generator = random.Random(20261123)
    found = dict.fromkeys(EDITS, 0)
    chosen = generator.sample([one for one in articles if one["text"].count("\n\n") >= 5], count)
    for article in chosen:
        story, other = article["text"].split("\n\n"), generator.choice(chosen)["text"].split("\n\n")
        original = read_signature(signature(article["text"]))
        for name, edits in EDITS.items():
            edited = list(story)
            for edit in edits:
                edited = edit(edited, other, generator)
            text = "\n\n".join(edited)
            copy = read_signature(signature(text))
            if original is None or copy is None or not set(bands_of(original)) & set(bands_of(copy)):
                continue
            printings = Printing("one", 1, len(article["text"])), Printing("other", 1, len(text))
            found[name] += are_copies(similarity(original, copy), *printings)
    return {name: round(number / count, 4) for name, number in found.items()}


def pairs_taken(articles: list[dict[str, str]]) -> dict[str, int]:
    """Of all pairs that share a band: how many are taken for copies, as they are and as if between outlets."""
    signatures = [read_signature(signature(article["text"])) for article in articles]
    bands: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, values in enumerate(signatures):
        for position, band in enumerate(bands_of(values) if values is not None else ()):
            bands[position, band].append(number)
    pairs = {
        (one, other) for group in bands.values() if len(group) < 200 for other in group for one in group if one < other
    }
    taken = {"pairs that share a band": len(pairs), "taken for copies": 0, "if two outlets had printed them": 0}
    for one, other in pairs:
        first, second = signatures[one], signatures[other]
        if first is None or second is None:
            continue
        estimate = similarity(first, second)
        own = [
            Printing(
                articles[n]["outlet"],
                date.fromisoformat(articles[n]["published"][:10]).toordinal(),
                len(articles[n]["text"]),
            )
            for n in (one, other)
        ]
        taken["taken for copies"] += are_copies(estimate, *own)
        apart = [Printing(name, printing.day, printing.length) for name, printing in zip("ab", own, strict=True)]
        taken["if two outlets had printed them"] += are_copies(estimate, *apart)
    return taken


def main() -> int:
    """Print both tables and write them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=Path, default=DEFAULT, help="JSON lines, gzipped")
    parser.add_argument("--count", type=int, default=500, help="how many articles are edited")
    arguments = parser.parse_args()
    if not arguments.articles.is_file():
        sys.stderr.write(f"{arguments.articles} isn't there; name a file with --articles.\n")
        return 2
    with gzip.open(arguments.articles, "rt", encoding="utf-8") as file:
        articles = [json.loads(line) for line in file]
    result = {"articles": len(articles), "recall": recall(articles, arguments.count), "pairs": pairs_taken(articles)}
    for table in ("recall", "pairs"):
        for name, value in result[table].items():
            sys.stdout.write(f"{name:40} {value}\n")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
