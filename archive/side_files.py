"""Files beside the archive that quote it: saved conversations, evaluation runs, caches.

They live in the archive's folders ``conversations/``, ``runs/`` and ``cache/``, or in folders that were registered (an
evaluation's ``--out``). A takedown removes from them every record that names or quotes the article:

- JSON lines: the line is replaced by ``{"removed": ID}``;
- JSON: the element of the outermost list that mentions it is replaced likewise (a message keeps its role, and says so);
  without a list, the file is deleted;
- anything else (HTML reports, pictures, caches of unknown form): the file is deleted.

A record mentions an article when it holds its id, its URL, or any eight words of it in a row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SIDE_FOLDERS = ("conversations", "runs", "cache")
_WORDS_IN_A_ROW = 8
_STUB = "removed"  # the key under which a removed record's place names the article


@dataclass(frozen=True, slots=True)
class Mentions:
    """What gives an article away in a file."""

    names: dict[str, str]  # id or URL -> article id
    shingles: dict[tuple[str, ...], str]  # eight words -> article id

    @classmethod
    def of(cls, articles: Iterable[tuple[str, str | None, str]]) -> Mentions:
        """From (article id, URL, text) of every version to be removed."""
        names: dict[str, str] = {}
        shingles: dict[tuple[str, ...], str] = {}
        for article_id, url, text in articles:
            names[article_id] = article_id
            if url:
                names[url] = article_id
            words = _words(text)
            for start in range(max(len(words) - _WORDS_IN_A_ROW + 1, 1 if words else 0)):
                shingles[tuple(words[start : start + _WORDS_IN_A_ROW])] = article_id
        return cls(names, shingles)

    def find(self, value: object) -> str | None:
        """The id of an article that a JSON value (or a text) mentions."""
        if isinstance(value, dict):
            items = (item for pair in value.items() if pair[0] != _STUB for item in pair)
            return next((hit for item in items if (hit := self.find(item))), None)
        if isinstance(value, list):
            return next((hit for item in value if (hit := self.find(item))), None)
        return self._in_text(value) if isinstance(value, str) else None

    def _in_text(self, text: str) -> str | None:
        for name, article_id in self.names.items():
            if name in text:
                return article_id
        words = _words(text)
        for start in range(max(len(words) - _WORDS_IN_A_ROW + 1, 1 if words else 0)):
            article_id = self.shingles.get(tuple(words[start : start + _WORDS_IN_A_ROW]), "")
            if article_id:
                return article_id
        return None


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def side_files(archive: Path, registered: Iterable[Path]) -> list[Path]:
    """All files in the folders that may quote the archive."""
    folders = [archive / name for name in SIDE_FOLDERS] + list(registered)
    return sorted({path for folder in folders for path in folder.rglob("*") if path.is_file()})


def redact(file: Path, mentions: Mentions) -> str | None:
    """Remove from one file what mentions a removed article; returns what was done, None when there was nothing."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        text = file.read_bytes().decode("latin-1")
        return _delete(file) if mentions.find(text) else None
    if file.suffix in (".jsonl", ".ndjson"):
        return _redact_lines(file, text, mentions)
    if file.suffix == ".json":
        try:
            value = json.loads(text)
        except ValueError:
            return _delete(file) if mentions.find(text) else None
        if not mentions.find(value):
            return None
        count, redacted = _redact_value(value, mentions)
        if not count or mentions.find(redacted):
            return _delete(file)
        _replace(file, json.dumps(redacted, ensure_ascii=False, indent=2) + "\n")
        return _records(count)
    return _delete(file) if mentions.find(text) else None


def _redact_lines(file: Path, text: str, mentions: Mentions) -> str | None:
    kept, count = [], 0
    for line in text.splitlines():
        try:
            value: Any = json.loads(line)
        except ValueError:
            value = line
        article_id = mentions.find(value)
        if article_id is None:
            kept.append(line)
        else:
            count += 1
            kept.append(json.dumps(_stub(value, article_id)))
    if not count:
        return None
    _replace(file, "\n".join(kept) + "\n")
    return _records(count)


def _redact_value(value: Any, mentions: Mentions) -> tuple[int, Any]:  # noqa: ANN401 (any JSON)
    if isinstance(value, list):
        hits = [mentions.find(item) for item in value]
        items = [_stub(item, hit) if hit else item for item, hit in zip(value, hits, strict=True)]
        return sum(hit is not None for hit in hits), items
    if isinstance(value, dict):
        count, redacted = 0, {}
        for key, item in value.items():
            inner, redacted[key] = _redact_value(item, mentions)
            count += inner
        return count, redacted
    return 0, value


def _stub(value: object, article_id: str) -> dict[str, str]:
    if isinstance(value, dict) and isinstance(value.get("role"), str):
        return {
            "role": value["role"],
            "content": "[removed with an article that was taken down]",
            "removed": article_id,
        }
    return {"removed": article_id}


def _records(count: int) -> str:
    return f"{count} record{'s' if count > 1 else ''} removed"


def _delete(file: Path) -> str:
    size = file.stat().st_size
    with file.open("r+b") as opened:  # the blocks, too, as far as the file system overwrites in place
        opened.write(b"\x00" * size)
    file.unlink()
    return "deleted"


def _replace(file: Path, text: str) -> None:
    unfinished = file.with_name(file.name + ".unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(file)
