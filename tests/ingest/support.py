"""What the tests of ingestion share: raw documents by hand, a stored archive, the real data where it lies."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive.article import Article
from archive.records import IncomingArticle
from ingest.document import RawDocument, Rejected
from ingest.prepare import Recipe, prepare
from ingest.workers import Prepared

TODAY = date(2026, 3, 1)
RECIPE = Recipe(passage_tokens=64, today=TODAY)
REPOSITORY = Path(__file__).parents[2]
# beside the repository, or beside the folder that holds its worktrees
DATA = next(
    (folder / "shared" / "data" for folder in REPOSITORY.parents if (folder / "shared" / "data").is_dir()),
    REPOSITORY.parent / "shared" / "data",
)

SCRAPE = """Friday, March 15, 2024

Harbour crane collapses on pier four, nobody hurt -Dlight Bay News

Unlock the Editor’s Digest for free

A crane of 40 tonnes fell into the basin at noon, the port authority said.

“Sign up for the newsletter,” the harbour master joked. “It has more news than we do.”

Thursday’s storm had loosened its bolts.

Related Articles

- Advertisement -

Latest Articles

Ferry timetable changes again

- Advertisement -
"""


def data_file(*parts: str) -> Path:
    """A file of the shared data; the test is skipped where it is absent."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{path} is not on this machine")
    return path


def raw(
    content: bytes | str | dict[str, Any], format_name: str = "jsonl", path: str = "/in/a", line: int | None = None
) -> RawDocument:
    if isinstance(content, dict):
        content = json.dumps(content)
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return RawDocument(data, format_name, path, 1 if format_name == "jsonl" and line is None else line)


def incoming_of(document: RawDocument) -> IncomingArticle:
    result = prepare(document, RECIPE)
    assert isinstance(result, IncomingArticle), result
    return result


def article_of(content: bytes | str | dict[str, Any], format_name: str = "jsonl", path: str = "/in/a") -> Article:
    return incoming_of(raw(content, format_name, path)).article


def rejected_of(content: bytes | str | dict[str, Any], format_name: str = "jsonl") -> Rejected:
    result = prepare(raw(content, format_name), RECIPE)
    assert isinstance(result, Rejected), result
    return result


class InThisProcess:
    """Stands for ``Workers`` where the documents are harmless and children would cost seconds."""

    def __init__(self, recipe: Recipe, *, count: int | None = None) -> None:
        self._recipe = recipe

    def __enter__(self) -> InThisProcess:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def prepared(
        self, batches: Iterable[Sequence[RawDocument]], should_stop: Callable[[], bool] = lambda: False
    ) -> Iterator[list[Prepared]]:
        for batch in batches:
            yield [prepare(raw, self._recipe) for raw in batch]


def story(number: int, paragraphs: int = 4) -> str:
    """A text that no other number gives."""
    return "\n\n".join(
        f"Paragraph {part} of story {number} tells how council member {number * 7 + part} counted {number * 31 + part} "
        f"boats in harbour {number % 13}, and why vote number {number * 100 + part} was put off until the spring."
        for part in range(paragraphs)
    )


def record(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"s-{number}",
        "url": f"https://post.example/2024/story-{number}",
        "title": f"Story {number}",
        "text": story(number),
        "published": f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "outlet": "The Post",
    } | fields


def write_jsonl(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in records), encoding="utf-8")
    return path
