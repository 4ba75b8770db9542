"""How well an article's text, date and authors are got out of saved pages: ``python -m benchmarks.extraction``.

Text: word-level precision, recall and F1 (words as multisets, the mean over pages; the shared pages' ``gold.jsonl``),
beside trafilatura alone. Dates and authors: of 60 pages labelled by hand before any tuning (``page_labels.json``),
half of them for development and half held out, beside htmldate and trafilatura alone, all in the same run. A date
counts as right when its day is the one labelled; F1 is of right days among those given and among all. Authors are
right when the set of names is the labelled one. Writes ``benchmarks/results/extraction.json``; ``--pages`` names
another folder of that form.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median
from typing import Any

from rich.console import Console
from rich.table import Table

from archive.article import Article
from ingest.document import RawDocument, Rejected, UnreadableDocumentError
from ingest.hygiene import decode
from ingest.normalize import normalize
from ingest.readers import FORMATS

PAGES = Path(__file__).parents[2] / "shared" / "data" / "pages"
LABELS = Path(__file__).parent / "page_labels.json"
RESULT = Path(__file__).parent / "results" / "extraction.json"
LABEL_LENGTH = 16  # characters of the file's name that stand for a page in the labels
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Found:
    """What one way of extraction makes of one page."""

    text: str = ""
    published: str = ""  # a day, YYYY-MM-DD
    authors: tuple[str, ...] = ()
    partial: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one way of extraction over some pages; None where nothing was labelled."""

    pages: int
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None
    exact: float | None = None
    details: dict[str, Any] = field(default_factory=dict)


def backissue(content: bytes) -> Found:
    """The product's own way, without its child process."""
    started = time.perf_counter()
    today = datetime.now(UTC).date()
    raw = RawDocument(content, "html", "/page.html")
    try:
        article: Article | Rejected = normalize(FORMATS["html"].parse(raw, today=today), raw, today=today)
    except UnreadableDocumentError:
        return Found(seconds=time.perf_counter() - started)
    if isinstance(article, Rejected):
        return Found(seconds=time.perf_counter() - started)
    day = article.published.day.isoformat() if article.published else ""
    return Found(article.text, day, article.authors, article.partial, time.perf_counter() - started)


def trafilatura_alone(content: bytes) -> Found:
    """The library with its metadata, as its command line calls it."""
    from trafilatura import bare_extraction

    started = time.perf_counter()
    document = bare_extraction(decode(content, markup=True), include_comments=False, with_metadata=True)
    if document is None:
        return Found(seconds=time.perf_counter() - started)
    record = document if isinstance(document, dict) else document.as_dict()
    authors = tuple(name.strip() for name in (record.get("author") or "").split(";") if name.strip())  # its own form
    return Found(record.get("text") or "", record.get("date") or "", authors, False, time.perf_counter() - started)


def htmldate_alone(content: bytes) -> Found:
    """The original date by htmldate, with its extensive search."""
    from htmldate import find_date

    started = time.perf_counter()
    day = find_date(decode(content, markup=True), original_date=True, extensive_search=True)
    return Found(published=day or "", seconds=time.perf_counter() - started)


def text_scores(found: Sequence[Found], expected: Sequence[str]) -> Scores:
    """Word-level precision, recall and F1, each the mean over pages."""
    rows = [_word_scores(one.text, gold) for one, gold in zip(found, expected, strict=True)]
    if not rows:
        return Scores(0)
    return Scores(len(rows), *(round(mean(row[part] for row in rows), 4) for part in range(3)))


def _word_scores(text: str, gold: str) -> tuple[float, float, float]:
    ours, theirs = Counter(_WORD.findall(text)), Counter(_WORD.findall(gold))
    common = sum((ours & theirs).values())
    if not common:
        return (1.0, 1.0, 1.0) if not ours and not theirs else (0.0, 0.0, 0.0)
    precision, recall = common / sum(ours.values()), common / sum(theirs.values())
    return precision, recall, 2 * precision * recall / (precision + recall)


def date_scores(found: Sequence[Found], expected: Sequence[Sequence[str]]) -> Scores:
    """Precision over the dates given, recall over the pages with one, and their F1."""
    given = sum(bool(one.published) for one in found)
    right = sum(one.published in days for one, days in zip(found, expected, strict=True) if one.published)
    dated = sum(bool(days) for days in expected)
    return _of_counts(right, given, dated, pages=len(found), exact=right)


def author_scores(found: Sequence[Found], expected: Sequence[Sequence[str]]) -> Scores:
    """Precision, recall and F1 over names; ``exact`` is the share of pages whose set of names is right."""
    pairs = [(_names(one.authors), _names(names)) for one, names in zip(found, expected, strict=True)]
    right = sum(len(ours & theirs) for ours, theirs in pairs)
    given, there = sum(len(ours) for ours, _ in pairs), sum(len(theirs) for _, theirs in pairs)
    return _of_counts(right, given, there, pages=len(pairs), exact=sum(ours == theirs for ours, theirs in pairs))


def _of_counts(right: int, given: int, there: int, *, pages: int, exact: int) -> Scores:
    precision = right / given if given else 0.0
    recall = right / there if there else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return Scores(
        pages, round(precision, 4), round(recall, 4), round(f1, 4), round(exact / pages, 4) if pages else None
    )


def _names(names: Iterable[str]) -> frozenset[str]:
    """Names without case, accents and punctuation."""
    plain = (unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or name for name in names)
    return frozenset(" ".join(_WORD.findall(name.casefold())) for name in plain)


WAYS: dict[str, Callable[[bytes], Found]] = {
    "backissue": backissue,
    "trafilatura alone": trafilatura_alone,
    "htmldate alone": htmldate_alone,
}


def measure(folder: Path, labels_file: Path = LABELS) -> dict[str, Any]:
    """Every page by every way; the scores by field."""
    gold = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    labels = json.loads(labels_file.read_text(encoding="utf-8"))["pages"]
    names = [Path(row["file"]).name[:LABEL_LENGTH] for row in gold]
    found: dict[str, list[Found]] = {way: [] for way in WAYS}
    for row in gold:
        content = gzip.decompress((folder / row["file"]).read_bytes())
        for way, extract in WAYS.items():
            found[way].append(extract(content))
    scores: dict[str, dict[str, Any]] = {}
    for way in WAYS:
        scores[way] = {"milliseconds_per_page": round(1000 * median(one.seconds for one in found[way]), 1)}
        if way != "htmldate alone":
            scores[way]["text"] = asdict(text_scores(found[way], [row["gold_text"] for row in gold]))
        for split in ("dev", "test"):
            chosen = [i for i, name in enumerate(names) if labels.get(name, {}).get("split") == split]
            some = [found[way][i] for i in chosen]
            marked = [labels[names[i]] for i in chosen]
            scores[way][f"dates {split}"] = asdict(date_scores(some, [label["published"] for label in marked]))
            if way != "htmldate alone":
                scores[way][f"authors {split}"] = asdict(author_scores(some, [label["authors"] for label in marked]))
    pages = [
        {
            "page": name,
            "f1": {way: round(_word_scores(found[way][i].text, gold[i]["gold_text"])[2], 4) for way in list(WAYS)[:2]},
            "published": {way: found[way][i].published for way in WAYS},
            "authors": {way: found[way][i].authors for way in list(WAYS)[:2]},
            "partial": found["backissue"][i].partial,
            "labels": labels.get(name),
        }
        for i, name in enumerate(names)
    ]
    partial = sum(one.partial for one in found["backissue"])
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "scores": scores,
        "partial": partial,
        "pages": pages,
    }


def print_table(result: dict[str, Any]) -> None:
    """One line for each field and way."""
    table = Table(
        "field", "way", "pages", "precision", "recall", "F1", "all right", title="Extraction from saved pages"
    )
    for name in ("text", "dates dev", "dates test", "authors dev", "authors test"):
        for way, fields in result["scores"].items():
            if scores := fields.get(name):
                row = (scores["pages"], *(scores[key] for key in ("precision", "recall", "f1", "exact")))
                table.add_row(name, way, *("-" if value is None else str(value) for value in row))
    console = Console()
    console.print(table)
    for way, fields in result["scores"].items():
        console.print(f"{way}: {fields['milliseconds_per_page']} ms a page (median)")
    console.print(f"kept as partial: {result['partial']} of {len(result['pages'])} pages")


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, default=PAGES, help="a folder with gold.jsonl and the pages it names")
    parser.add_argument("--labels", type=Path, default=LABELS, help="dates and authors labelled by hand")
    arguments = parser.parse_args()
    if not (arguments.pages / "gold.jsonl").is_file():
        raise SystemExit(f"{arguments.pages} has no gold.jsonl; name the folder of pages with --pages.")
    result = measure(arguments.pages, arguments.labels)
    print_table(result)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
