"""How well copies of a story are told from what is only alike: ``python -m benchmarks.copies``.

Positive pairs: an article and an edit of it as outlets edit (cut to a third, a new headline and lead, an agency line,
paragraphs appended, several at once, the same page under another address). Negative pairs: two outlets on one subject
within days, one outlet's articles that share its template, and weekly columns whose frame recurs. All seeded, made from
the sample and from a collection of real articles, and met as in the archive: through the bands, then by the whole
signature. Precision is over all pairs of the table together; the collection's own pairs are counted below it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

from archive.copies import Printing, are_copies, bands_of, read_signature, similarity
from ingest.duplicates import signature

ROOT = Path(__file__).parents[1]
DEFAULT = ROOT / "../shared/data/quiz/articles.jsonl.gz"
SAMPLE = ROOT / "sample" / "articles"
RESULT = Path(__file__).parent / "results" / "copies.json"
_AGENCIES = ("Reuters", "AP", "AFP", "PA", "dpa")
_DAYS = 2  # between two outlets' reports on one subject
_PAIRS = 400  # of each kind of negative, at most

Story = dict[str, str]
Edit = Callable[[list[str], list[str], random.Random], list[str]]
Pair = tuple[Story, Story]


def _cut_to(low: float, high: float) -> Edit:
    def cut(story: list[str], other: list[str], generator: random.Random) -> list[str]:
        wanted = sum(map(len, story)) * generator.uniform(low, high)
        kept: list[str] = []
        for paragraph in story:
            if kept and sum(map(len, kept)) + len(paragraph) / 2 > wanted:
                break
            kept.append(paragraph)
        return kept

    return cut


def _headline(story: list[str], other: list[str], generator: random.Random) -> list[str]:
    words = " ".join(story).split()
    start = generator.randrange(max(len(words) - 12, 1))
    return [" ".join(generator.sample(words[start : start + 12], min(9, len(words[start : start + 12])))), *story]


def _agency_line(story: list[str], other: list[str], generator: random.Random) -> list[str]:
    agency = generator.choice(_AGENCIES)
    if generator.random() < 0.5:
        return [f"LONDON ({agency}) — {story[0]}", *story[1:]]
    return [*story, f"— {agency}"]


def _new_lead(story: list[str], other: list[str], generator: random.Random) -> list[str]:
    return [other[0], *story[1:]] if len(story) > 1 else [other[0], *story]


def _appended(story: list[str], other: list[str], generator: random.Random) -> list[str]:
    return [*story, *other[1:4]]


def _house_style(story: list[str], other: list[str], generator: random.Random) -> list[str]:
    """Another house's spelling of a few words, and its quotation marks."""
    swaps = {r"\bsaid\b": "told reporters", r"\bpercent\b": "per cent", "“|”": '"', "’": "'", r"\bU\.S\.": "US"}
    text = "\n\n".join(story)
    for pattern, replacement in swaps.items():
        text = re.sub(pattern, lambda found, put=replacement: put if generator.random() < 0.5 else found.group(), text)
    return text.split("\n\n")


EDITS: dict[str, tuple[Edit, ...]] = {
    "cut to a third": (_cut_to(0.28, 0.38),),
    "cut to 40-80 %": (_cut_to(0.4, 0.8),),
    "new headline": (_headline,),
    "agency line": (_agency_line,),
    "house style": (_house_style,),
    "changed lead, agency line": (_new_lead, _agency_line),
    "three paragraphs appended": (_appended,),
    "cut to 40-80 %, changed lead": (_cut_to(0.4, 0.8), _new_lead),
    "cut, changed lead, paragraphs appended": (_cut_to(0.5, 0.8), _new_lead, _appended),
    "same outlet, second address": (),
}


class Judge:
    """Are two texts taken for copies? As in the archive: they must meet in a band, then their signatures decide."""

    def __init__(self) -> None:
        self._signatures: dict[str, bytes] = {}

    def __call__(self, one: Story, other: Story) -> bool:
        """Judge a pair."""
        first, second = (read_signature(self._signature(story["text"])) for story in (one, other))
        if first is None or second is None or not set(bands_of(first)) & set(bands_of(second)):
            return False
        return are_copies(similarity(first, second), printing(one), printing(other))

    def _signature(self, text: str) -> bytes:
        if text not in self._signatures:
            self._signatures[text] = signature(text)
        return self._signatures[text]


def printing(story: Story) -> Printing:
    """Where and when a story was printed."""
    return Printing(story["outlet"], date.fromisoformat(story["published"][:10]).toordinal(), len(story["text"]))


def edited_pairs(stories: Sequence[Story], count: int) -> Iterator[tuple[str, Pair]]:
    """(kind, original and copy): every kind of edit of each of ``count`` stories."""
    generator = random.Random(20261126)
    long_enough = [story for story in stories if len(story["text"].split()) >= 150 and "\n\n" in story["text"]]
    for story in generator.sample(long_enough, min(count, len(long_enough))):
        other = generator.choice(long_enough)["text"].split("\n\n")
        for kind, edits in EDITS.items():
            paragraphs = story["text"].split("\n\n")
            for edit in edits:
                paragraphs = edit(paragraphs, other, generator)
            outlet = story["outlet"] if not edits else "Another Outlet"
            yield kind, (story, story | {"text": "\n\n".join(paragraphs), "outlet": outlet})


def one_subject(stories: Sequence[Story], count: int) -> list[Pair]:
    """Reports of two outlets within two days whose headlines share the most of their rarer words."""
    frequency = Counter(word for story in stories for word in _words(story["title"]))
    by_word: dict[str, list[Story]] = defaultdict(list)
    for story in stories:
        for word in _words(story["title"]):
            if 1 < frequency[word] <= 60:
                by_word[word].append(story)
    shared: Counter[tuple[int, int]] = Counter()
    named = {id(story): story for story in stories}
    for group in by_word.values():
        for position, one in enumerate(group):
            for other in group[position + 1 :]:
                near = abs((printing(one).day or 0) - (printing(other).day or 0)) <= _DAYS
                if near and one["outlet"] != other["outlet"]:
                    shared[id(one), id(other)] += 1
    return [(named[one], named[other]) for (one, other), _ in shared.most_common(count)]


def one_template(stories: Sequence[Story], count: int) -> list[Pair]:
    """Articles of one outlet, days apart, whose headlines begin alike: live pages, briefings, charts, quizzes."""
    groups: dict[tuple[str, str], list[Story]] = defaultdict(list)
    for story in stories:
        groups[story["outlet"], " ".join(story["title"].casefold().split()[:3])].append(story)
    pairs = [
        (one, other)
        for group in groups.values()
        for one, other in pairwise(group)
        if 1 <= abs((printing(one).day or 0) - (printing(other).day or 0)) and one["text"] != other["text"]
    ]
    return random.Random(7).sample(pairs, min(count, len(pairs)))


def weekly_columns(stories: Sequence[Story], count: int) -> list[Pair]:
    """Two of a column's weeks: one opening, one closing, and a body of its own between them, a week apart."""
    generator = random.Random(11)
    bodies = [story for story in stories if 150 <= len(story["text"].split()) <= 900]
    pairs = []
    for _ in range(count if bodies else 0):
        frame, one, other = (generator.choice(bodies) for _ in range(3))
        if one["text"] == other["text"]:
            continue
        words = frame["text"].split()
        opening, closing = " ".join(words[:60]), " ".join(words[60 : 60 + generator.choice((20, 60, 90))])
        week = [f"{opening}\n\n{body['text']}\n\n{closing}" for body in (one, other)]
        first = {"text": week[0], "outlet": "One Outlet", "published": "2024-03-01"}
        pairs.append((first, {"text": week[1], "outlet": "One Outlet", "published": "2024-03-08"}))
    return pairs


def _words(title: str) -> set[str]:
    return {word for word in re.findall(r"\w+", title.casefold()) if len(word) > 3}


def pairs_of_the_collection(stories: Sequence[Story]) -> dict[str, int]:
    """Of all pairs that share a band: how many are taken for copies, as they are and as if between outlets."""
    signatures = [read_signature(signature(story["text"])) for story in stories]
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
        estimate, own = similarity(first, second), [printing(stories[number]) for number in (one, other)]
        taken["taken for copies"] += are_copies(estimate, *own)
        apart = [Printing(name, place.day, place.length) for name, place in zip("ab", own, strict=True)]
        taken["if two outlets had printed them"] += are_copies(estimate, *apart)
    return taken


def measure(stories: Sequence[Story], sample: Sequence[Story], count: int) -> dict[str, dict[str, float]]:
    """``{kind: {"pairs", "taken"}}`` and, under "together", precision and recall."""
    judge, table = Judge(), defaultdict[str, Counter[str]](Counter)
    for source in (sample, stories):
        for kind, pair in edited_pairs(source, count):
            table[f"copy: {kind}"].update(pairs=1, taken=judge(*pair))
    negatives = {
        "not: one subject, two outlets": one_subject(stories, _PAIRS),
        "not: one outlet's template": one_template(stories, _PAIRS),
        "not: a column's weeks": weekly_columns(stories, _PAIRS) + weekly_columns(sample, _PAIRS // 4),
    }
    for kind, pairs in negatives.items():
        for pair in pairs:
            table[kind].update(pairs=1, taken=judge(*pair))
    right = sum(row["taken"] for kind, row in table.items() if kind.startswith("copy"))
    wrong = sum(row["taken"] for kind, row in table.items() if kind.startswith("not"))
    copies = sum(row["pairs"] for kind, row in table.items() if kind.startswith("copy"))
    found: dict[str, dict[str, float]] = {kind: dict(row) for kind, row in table.items()}
    found["together"] = {
        "precision": round(right / max(right + wrong, 1), 4),
        "recall": round(right / max(copies, 1), 4),
    }
    return found


def read_sample() -> list[Story]:
    """The sample's articles of some length."""
    found = []
    for file in sorted(SAMPLE.rglob("*.jsonl")):
        found += [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        {"title": one.get("title", ""), "text": one["text"], "outlet": one["outlet"], "published": one["published"]}
        for one in found
        if one.get("text") and one.get("published") and one.get("outlet")
    ]


def main() -> int:
    """Print both tables and write them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=Path, default=DEFAULT, help="JSON lines, gzipped")
    parser.add_argument("--count", type=int, default=300, help="how many articles of each source are edited")
    arguments = parser.parse_args()
    if not arguments.articles.is_file():
        sys.stderr.write(f"{arguments.articles} isn't there; name a file with --articles.\n")
        return 2
    with gzip.open(arguments.articles, "rt", encoding="utf-8") as file:
        stories = [json.loads(line) for line in file]
    pairs = measure(stories, read_sample(), arguments.count)
    for kind, row in pairs.items():
        if "pairs" in row:
            sys.stdout.write(f"{kind:46} {row['taken']:5} of {row['pairs']:5} {row['taken'] / row['pairs']:8.1%}\n")
        else:
            sys.stdout.write(f"{kind:46} precision {row['precision']:.1%}, recall {row['recall']:.1%}\n")
    own = pairs_of_the_collection(stories)
    for name, value in own.items():
        sys.stdout.write(f"{name:46} {value:5}\n")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(
        json.dumps({"articles": len(stories), "pairs": pairs, "the collection's own": own}, indent=2) + "\n",
        encoding="utf-8",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
