"""JSON lines: an article per line. Also JSON documents: one article, a list, or an object with a list of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ingest.bytestreams import LONGEST_LINE, DamagedFileError, OpenFile, lines, whole
from ingest.document import Draft, RawDocument, Rejected, UnreadableDocumentError
from ingest.fields import NAMES, draft_from_record
from ingest.hygiene import decode, likely_encoding

_LARGEST_JSON = 64_000_000  # bytes of a JSON document that isn't lines; it can't be streamed
_LIST_KEYS = ("articles", "items", "results", "docs", "documents", "stories", "data", "response", "entries", "hits")


def documents(file: OpenFile, *, mapping: Mapping[str, str] | None = None) -> Iterator[RawDocument | Rejected]:
    """Each line that isn't empty, numbered from 1; whether it is an article is found out in parsing.

    ``mapping`` gives other names' fields ({"kop": "title", "meta.day": "published"}); it goes before the record's own.
    """
    encoding = ""
    try:
        for number, line in lines(file.chunks()):
            if line is None:
                yield Rejected(
                    file.source, number, f"the line is longer than {LONGEST_LINE // 1_000_000} MB; split it."
                )
                continue
            if not line.strip():
                continue
            if not encoding and not _is_utf8(line):
                encoding = likely_encoding(line)
            content = _mapped(line, mapping, encoding) if mapping else line
            yield RawDocument(content, "jsonl", file.source, number, "" if _is_utf8(content) else encoding)
    except DamagedFileError as error:
        yield Rejected(file.source, None, str(error))


def json_documents(file: OpenFile, *, mapping: Mapping[str, str] | None = None) -> Iterator[RawDocument | Rejected]:
    """The articles of a ``.json`` file: JSON lines under another name, or one JSON document.

    Raises DamagedFileError where not even a first line can be read.
    """
    filled = (line for _, line in lines(file.chunks()) if line is None or line.strip())
    first = next(filled, b"")
    if first is not None and _is_object(first) and (_has_more(filled) or not _has_articles(first, mapping)):
        yield from documents(file, mapping=mapping)
        return
    content, damage = whole(file.chunks(), _LARGEST_JSON)
    if content is None:
        yield Rejected(file.source, None, "the JSON document is larger than 64 MB; write it as JSON lines.")
        return
    if damage:
        yield Rejected(file.source, None, damage)
        return
    try:
        value = json.loads(decode(content))
    except (ValueError, RecursionError) as error:
        yield Rejected(file.source, getattr(error, "lineno", None), _json_problem(error))
        return
    for number, record in enumerate(_records(value), 1):
        content = json.dumps(with_fields(record, mapping) if mapping else record, ensure_ascii=True).encode()
        yield RawDocument(content, "jsonl", file.source, number)


def looks_like_json(head: bytes) -> bool:
    """Whether a file's first bytes are a JSON object's, or those of a list of objects."""
    return re.match(rb"\s*(?:\{|\[\s*\{)", head) is not None


def parse(raw: RawDocument, *, today: date) -> Draft:
    """One JSON object -> Draft. Raises UnreadableDocumentError with the place of the error."""
    try:
        record = json.loads(raw.content.decode(raw.encoding or "utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise UnreadableDocumentError(_json_problem(error)) from None
    if not isinstance(record, dict):
        raise UnreadableDocumentError(
            f"a JSON object with the fields of an article was expected, not {type(record).__name__}."
        )
    return draft_from_record(record, today=today)


def with_fields(record: object, mapping: Mapping[str, str]) -> object:
    """An object whose values stand under our fields too; a name with dots leads into objects ("meta.day")."""
    if not isinstance(record, dict):
        return record
    taken: dict[str, Any] = {}
    rest = dict(record)
    for name, field in mapping.items():
        if name in record:
            taken[field] = rest.pop(name)
            continue
        value: object = record
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value is not None:
            taken[field] = value
    return taken | {(f"{name} (field)" if name in taken else name): value for name, value in rest.items()}


def _mapped(line: bytes, mapping: Mapping[str, str], encoding: str) -> bytes:
    try:
        record = json.loads(line.decode(encoding or "utf-8", "replace"))
        return json.dumps(with_fields(record, mapping), ensure_ascii=True).encode()
    except (ValueError, RecursionError):
        return line  # parsing says what is wrong with it


def _records(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        if any(isinstance(part, str) and _plain(name) in NAMES["text"] for name, part in value.items()):
            return [value]  # an article, whatever lists it has besides
        for key in _LIST_KEYS:
            inner = value.get(key)
            if isinstance(inner, dict):
                return _records(inner)
            if isinstance(inner, list) and inner and all(isinstance(part, dict) for part in inner):
                return inner
    return [value]


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _has_more(filled: Iterator[bytes | None]) -> bool:
    try:
        return next(filled, b"") != b""
    except DamagedFileError:
        return False  # cut short behind the first line, which is kept all the same


def _has_articles(line: bytes, mapping: Mapping[str, str] | None) -> bool:
    """Whether the object is no article but holds a list of them, as an interface's answer does, in one long line."""
    value = with_fields(json.loads(line), mapping or {})
    return _records(value) != [value]


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _json_problem(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "the JSON is nested too deeply; flatten it."
    if isinstance(error, json.JSONDecodeError):
        return f"not valid JSON at column {error.colno}: {error.msg}. Put one complete JSON object on the line."
    return f"not valid JSON: {error}"[:200]
